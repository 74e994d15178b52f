//! Numbers of persons as they are written: `48213.0`, `WN48213`, `photos/IMG_48213_front.jpg`. What one file writes with letters in
//! front or around, another writes bare; which number is meant is said only where some table knows it.

use super::engine::Engine;
use super::people::Row;
use super::{names, text};
use crate::model::evidence::{ID_ANY_NUMBER, ID_DIGITS, ID_HINT_NAME, ID_HINT_NUMBER, ID_NAME, IdMark};
use foldhash::{HashMap, HashSet};
use std::borrow::Cow;

/// Which kind a number that names a file is, when several kinds have that number; these may have letters in front.
const PREFERRED: [&str; 3] = ["warrant_number", "staff_number", "collar_number"];
/// Bits of the mark of a number's digits that say of which class the number is.
const CLASS_BITS: u32 = 7;
/// Pieces of a file's name that are looked up.
const MOST_HINTS: usize = 4;

/// How well an identifier tells people apart: 0 is best.
pub(super) fn strength(kind: u8, class: &str) -> u8 {
    match class {
        "warrant_number" => 0,
        "staff_number" => 1,
        "payment_card" => 4,
        "collar_number" => 5,
        _ if kind < 128 => 2,
        _ if kind == ID_ANY_NUMBER => 3,
        _ => match kind {
            crate::model::evidence::ID_EMAIL => 6,
            crate::model::evidence::ID_NAME_BIRTH => 7,
            ID_NAME => 8,
            _ => 9,
        },
    }
}

/// The marks of a cell in a column of numbers: the number, and its digits alone if letters stand in front. Nothing without a digit.
pub(super) fn marks(engine: &Engine, bit: u8, cell: &str, out: &mut Vec<IdMark>) {
    let cell = whole(cell);
    if !cell.contains(|c: char| c.is_ascii_digit()) {
        return;
    }
    let Some(id) = engine.key.number(bit, cell.as_bytes()) else { return };
    out.push(id);
    let digits = cell.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = cell.len() - digits.len();
    let digits = digits.trim_start_matches([' ', '-', '/', '.']);
    let bare = (1..=3).contains(&letters) && digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if bare && PREFERRED.contains(&engine.id(bit)) {
        let mark = engine.key.number(bit, digits.as_bytes()).map(|id| id.mark);
        out.extend(mark.map(|mark| IdMark { kind: ID_DIGITS, mark: digits_mark(bit, mark) }));
    }
}

/// A number that a program wrote as a fraction: `48213.0`.
fn whole(cell: &str) -> &str {
    match cell.split_once('.') {
        Some((number, rest))
            if !number.is_empty()
                && !rest.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
                && rest.bytes().all(|byte| byte == b'0') =>
        {
            number
        }
        _ => cell,
    }
}

/// Whether a cell says that its row is a sum over others.
pub(super) fn is_sum(cell: &str) -> bool {
    // most cells have a digit
    if cell.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let lower = cell.trim_end_matches([':', ' ']).to_lowercase();
    matches!(
        lower.as_str(),
        "total" | "totals" | "sum" | "subtotal" | "sub-total" | "sub total" | "grand total" | "count" | "average"
    )
}

fn digits_mark(bit: u8, mark: u64) -> u64 {
    (mark >> CLASS_BITS << CLASS_BITS) | u64::from(bit)
}

/// The mark of a picture's name, if it is a number: `photos\48213.jpg`. A date is none.
pub fn photo_mark(engine: &Engine, path: &str) -> Option<IdMark> {
    let stem = stem(path)?;
    let digits = stem.bytes().filter(u8::is_ascii_digit).count();
    let letters = stem.bytes().filter(u8::is_ascii_alphabetic).count();
    (digits >= 3 && letters <= 3 && stem.len() <= 16 && digits + letters == stem.len() && !is_date(stem))
        .then(|| engine.key.number(ID_ANY_NUMBER, stem.as_bytes()))
        .flatten()
}

/// What a picture's name may say of whose it is, where a table knows it: each run of digits, the longest first, then a name.
pub fn photo_hints(engine: &Engine, path: &str) -> Vec<IdMark> {
    // the number of a page is nobody's
    let Some(stem) = stem(path).filter(|stem| !["page ", "no page "].iter().any(|start| stem.to_lowercase().starts_with(start)))
    else {
        return Vec::new();
    };
    let mut runs: Vec<&str> = stem.split(|c: char| !c.is_ascii_digit()).filter(|run| (3..=12).contains(&run.len())).collect();
    if !runs.contains(&stem) && stem.len() <= 16 && stem.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !runs.is_empty() {
        runs.insert(0, stem);
    }
    runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
    let mut out: Vec<IdMark> = Vec::new();
    for run in runs.into_iter().take(MOST_HINTS) {
        out.extend(engine.key.number(ID_HINT_NUMBER, run.as_bytes()).filter(|id| !out.contains(id)));
    }
    let words: Vec<&str> =
        stem.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| word.chars().count() > 1).collect();
    if (2..=4).contains(&words.len()) {
        // which of the two is the family name nobody says: a table knows
        let mut orders = vec![words.join(" ")];
        if let [first, second] = words.as_slice() {
            orders.push(format!("{second} {first}"));
        }
        for name in orders.iter().filter(|name| names::normal(name).is_some()) {
            let marks = text::name_marks(engine, name);
            let full = marks.into_iter().find(|id| id.kind == ID_NAME);
            let hint = full.map(|full| IdMark { kind: ID_HINT_NAME, mark: full.mark });
            out.extend(hint.filter(|hint| !out.contains(hint)));
        }
    }
    out
}

fn stem(path: &str) -> Option<&str> {
    let name = path.rsplit(['/', '\\']).next()?;
    Some(name.split('.').next()?.trim()).filter(|stem| !stem.is_empty())
}

/// Eight digits that are a day of our time, or a month of it and a count.
fn is_date(stem: &str) -> bool {
    let number = |from: usize, to: usize| stem.get(from..to).and_then(|piece| piece.parse::<u32>().ok()).unwrap_or(0);
    let day = |year: u32, month: u32, day: u32| (1950..2100).contains(&year) && (1..=12).contains(&month) && day <= 31;
    stem.len() == 8
        && stem.bytes().all(|byte| byte.is_ascii_digit())
        && (day(number(0, 4), number(4, 6), number(6, 8)) || day(number(4, 8), number(2, 4), number(0, 2)))
}

/// Brings the numbers of all rows into one form: what names a file becomes the number that a table knows, a number with letters in
/// front becomes the bare one if that is written somewhere and nobody else's letters stand before the same digits. Marks of digits say
/// nothing from then on.
pub(super) fn settle(rows: &mut [Row<'_>], classes: &[String]) {
    let special = |id: &IdMark| matches!(id.kind, ID_ANY_NUMBER | ID_HINT_NUMBER | ID_DIGITS);
    if !rows.iter().any(|row| row.ids.iter().any(special)) {
        return;
    }
    let class = |kind: u8| classes.get(usize::from(kind)).map_or("", String::as_str);
    let rank = |kind: u8| (PREFERRED.iter().position(|known| *known == class(kind)).unwrap_or(PREFERRED.len()), kind);
    // the numbers with letters in front, by their digits: `None` if there are several
    let mut lettered: HashMap<u64, Option<IdMark>> = HashMap::default();
    for row in rows.iter() {
        for digits in row.ids.iter().filter(|id| id.kind == ID_DIGITS) {
            let bit = (digits.mark & ((1 << CLASS_BITS) - 1)) as u8;
            let mut own = row.ids.iter().filter(|id| id.kind == bit);
            let full = own.next().filter(|_| own.next().is_none()).copied();
            let known = lettered.entry(digits.mark).or_insert(full);
            *known = known.filter(|known| Some(*known) == full);
        }
    }
    let asked: HashSet<u64> = rows
        .iter()
        .flat_map(|row| row.ids.iter())
        .filter(|id| matches!(id.kind, ID_ANY_NUMBER | ID_HINT_NUMBER))
        .map(|id| id.mark)
        .collect();
    let mut known: HashMap<u64, IdMark> = HashMap::default();
    let mut bare: HashMap<IdMark, IdMark> = HashMap::default();
    for id in rows.iter().flat_map(|row| row.ids.iter()).filter(|id| id.kind < 128) {
        if asked.contains(&id.mark) {
            let best = known.entry(id.mark).or_insert(*id);
            if rank(id.kind) < rank(best.kind) {
                *best = *id;
            }
        }
        if let Some(Some(full)) = lettered.get(&digits_mark(id.kind, id.mark)) {
            bare.insert(*full, *id);
        }
    }
    let preferred: Vec<u8> = PREFERRED
        .iter()
        .filter_map(|name| classes.iter().position(|class| class == name))
        .filter_map(|bit| u8::try_from(bit).ok())
        .collect();
    let plain = |id: IdMark| bare.get(&id).copied().unwrap_or(id);
    let of = |mark: u64| {
        let with_letters = || preferred.iter().find_map(|bit| lettered.get(&digits_mark(*bit, mark)).copied().flatten());
        known.get(&mark).copied().or_else(with_letters).map(plain)
    };
    let mut ids: Vec<IdMark> = Vec::new();
    for row in rows.iter_mut() {
        if !row.ids.iter().any(|id| special(id) || bare.contains_key(id)) {
            continue;
        }
        let hinted = row.ids.iter().filter(|id| id.kind == ID_HINT_NUMBER).find_map(|id| of(id.mark));
        ids.clear();
        ids.extend(hinted);
        for id in row.ids.iter() {
            let id = match id.kind {
                ID_HINT_NUMBER | ID_DIGITS => continue,
                ID_HINT_NAME if hinted.is_some() => continue,
                ID_ANY_NUMBER => of(id.mark).unwrap_or(*id),
                _ => plain(*id),
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        // of a register each row would be copied for no more than its digits
        if !row.ids.iter().filter(|id| id.kind != ID_DIGITS).eq(&ids) {
            row.ids = Cow::Owned(ids.clone());
        }
    }
}
