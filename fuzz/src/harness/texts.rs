//! Validators, detectors, masks and what reads single texts: places that are there, shapes that keep nothing, the same answer each time.

use super::ground::{CANARIES, CARDS, LIMITS, dice, planted};
use super::{Target, sound};
use provost::collect::decode::{Utf8, lines};
use provost::collect::keys::Passwords;
use provost::collect::plain_file::{self, Opened};
use provost::collect::sniff::{BINARY_TYPES, extension_agrees, sniff};
use provost::detect::columns::{name_piece, normalise};
use provost::detect::mask::{self, Strictness};
use provost::detect::names;
use provost::detect::spans::{Finder, Span};
use provost::detect::table::{Header, TableScan};
use provost::detect::text::TextScan;
use provost::detect::validators::{VALIDATORS, Validator, Validity};
use provost::model::evidence::Part;
use provost::model::{day::Day, path, value};
use std::io::Read as _;
use std::path::Path;

/// One for each validator of the registry.
pub(crate) fn validators() -> Vec<Target> {
    let one = |validator: &&'static Validator| {
        let validator = *validator;
        let strict = is_strict(validator);
        Target::new(format!("validator/{}", validator.id), 128, 1, move |data| validate(validator, strict, data))
    };
    VALIDATORS.iter().map(one).collect()
}

/// How many ways there are to change one digit, and how many of them are still valid.
fn changes(validator: &Validator, candidate: &[u8]) -> (usize, usize) {
    let (mut all, mut valid) = (0, 0);
    for at in (0..candidate.len()).filter(|at| candidate.get(*at).is_some_and(u8::is_ascii_digit)) {
        for digit in b'0'..=b'9' {
            let mut other = candidate.to_vec();
            if other.get(at) != Some(&digit) {
                other[at] = digit;
                all += 1;
                valid += usize::from((validator.check)(&other) == Validity::Valid);
            }
        }
    }
    (all, valid)
}

/// Whether its check digits show every wrong digit of its own examples: then they have to show most of them anywhere.
fn is_strict(validator: &Validator) -> bool {
    let valid = validator.valid.iter().filter(|text| (validator.check)(text.as_bytes()) == Validity::Valid);
    let counts: Vec<(usize, usize)> = valid.map(|text| changes(validator, text.as_bytes())).collect();
    !counts.is_empty() && counts.iter().all(|count| count.0 > 0 && count.1 == 0)
}

fn validate(validator: &Validator, strict: bool, data: &[u8]) {
    let found = (validator.check)(data);
    assert!((validator.check)(data) == found, "{} answers the same question in two ways", validator.id);
    if found == Validity::Invalid {
        return;
    }
    assert!(!data.is_empty() && !data.iter().all(u8::is_ascii_whitespace), "{} takes nothing for something", validator.id);
    if strict {
        let (all, valid) = changes(validator, data);
        assert!(valid * 2 <= all, "{} takes more than half of the wrong digits for right", validator.id);
    }
}

pub(crate) fn targets() -> Vec<Target> {
    vec![
        Target::new("detect/text", 8 << 10, 30, |data| text(&String::from_utf8_lossy(data))),
        Target::new("detect/table", 8 << 10, 20, table),
        Target::new("detect/names", 2 << 10, 10, |data| called(&String::from_utf8_lossy(data))),
        Target::new("detect/mask", 2 << 10, 15, masks),
        Target::new("detect/jsonl", 4 << 10, 6, jsonl),
        Target::new("read/decode", 8 << 10, 8, decode),
        Target::new("read/sniff", 8 << 10, 10, types),
        Target::new("read/plain", 8 << 10, 8, plain),
        Target::new("read/passwords", 2 << 10, 3, passwords),
        Target::new("read/values", 256, 6, |data| values(&String::from_utf8_lossy(data))),
    ]
}

fn in_text(spans: &[Span], text: &str) {
    for span in spans {
        assert!(span.start < span.end, "a span of nothing");
        assert!(text.get(span.start..span.end).is_some(), "a span that is not in the text");
        assert!((0.0..=1.0).contains(&span.confidence), "a confidence that is no share");
        assert!(span.line >= 1 && span.column >= 1, "a span without a place");
        assert!(span.line as usize <= text.split('\n').count(), "a span in a line that is not there");
        assert!(!CARDS.engine.because(span.bit, span.why).is_empty(), "a span for no reason");
    }
    assert!(spans.is_sorted_by_key(|span| span.start), "spans are not in order");
}

fn text(text: &str) {
    let engine = &CARDS.engine;
    let mut finder = Finder::new(engine);
    let spans = finder.text(text);
    in_text(&spans, text);
    assert!(Finder::new(engine).text(text) == spans, "the same text has other spans");
    let (mut found, mut again) = (Vec::new(), Vec::new());
    let mut scratch = engine.scratch();
    engine.scan(text, &mut scratch, &mut found);
    engine.scan(text, &mut scratch, &mut again);
    assert!(found == again, "the same text has other matches");
    assert!(found.iter().all(|hit| text.get(hit.start..hit.end).is_some_and(|own| !own.is_empty())), "a match of nothing");
    let mut scan = TextScan::new(engine);
    text.lines().enumerate().for_each(|(at, line)| scan.line(at as u64 + 1, line));
    let mut part = Part::default();
    scan.finish(&mut part);
    sound::parts(&[part]);
}

fn table(data: &[u8]) {
    let (sign, rest) = data.split_first().unwrap_or((&b',', &[]));
    let delimiter = *b",;\t|".get(usize::from(*sign) % 4).unwrap_or(&b',');
    let text = String::from_utf8_lossy(rest);
    let engine = &CARDS.engine;
    let spans = Finder::new(engine).table(&text, delimiter);
    in_text(&spans, &text);
    assert!(Finder::new(engine).table(&text, delimiter) == spans, "the same table has other spans");
    let cells = |line: &str| line.split(char::from(delimiter)).map(str::to_owned).collect::<Vec<String>>();
    let mut rows = text.lines();
    let header = match (sign >> 2) % 3 {
        0 => Header::Guess,
        1 => Header::Candidate(rows.next().map(cells).unwrap_or_default()),
        _ => Header::Given(rows.next().map(cells).unwrap_or_default()),
    };
    let mut scan = TableScan::new(engine, header);
    for (at, line) in rows.enumerate() {
        let cells = cells(line);
        scan.row(at as u64 + 1, cells.iter().map(String::as_str));
    }
    let mut part = Part::default();
    scan.finish(&mut part);
    sound::parts(&[part]);
}

fn called(text: &str) {
    let mut hits = Vec::new();
    names::find(text, &mut hits);
    assert!(
        hits.iter().all(|hit| text.get(hit.start..hit.end).is_some_and(|name| !name.is_empty())),
        "a name that is not in the text"
    );
    assert!((0.0..=1.0).contains(&names::cell(text)), "a confidence that is no share");
    let _ = names::normal(text);
    let _ = normalise(text);
    let _ = name_piece(text);
}

/// Labels and paths: no canary, nothing that a terminal obeys, as many parts as before.
fn masks(data: &[u8]) {
    let (bytes, canary) = planted(data);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let engine = &CARDS.engine;
    let mut scratch = engine.scratch();
    let short: String = text.chars().take(250).collect();
    let canary = short.contains(canary).then_some(canary);
    let label = mask::label(engine, &mut scratch, &short, Strictness::Known);
    sound::silent(&label, canary, "a label");
    sound::silent(&mask::label(engine, &mut scratch, &short, Strictness::Capitals), canary, "a strict label");
    let path = mask::path(engine, &mut scratch, &short);
    assert!(path.split('/').count() == short.split('/').count(), "a masked path has other parts");
    for shown in [&label, &path, &mask::clean(&text)] {
        assert!(!shown.chars().any(char::is_control), "a control character is shown");
    }
    let shape = mask::shape(&text);
    assert!(shape.chars().count() <= 33, "a shape that is too long");
    assert!(shape.chars().all(|c| !c.is_alphanumeric() || matches!(c, 'A' | 'a' | '9')), "a shape that keeps something");
    let name = CANARIES.get(dice(data) % CANARIES.len()).copied().unwrap_or("");
    let folder = format!("{}/{name}/{}", short.replace(['/', '\0'], "_"), "x.txt");
    sound::silent(&mask::path(engine, &mut scratch, &folder), Some(name), "a path");
    let _ = (mask::word(engine, &mut scratch, &short), mask::hosts(engine, &mut scratch, &short), mask::drawn(&short));
    let _ = (mask::accounts(engine, &mut scratch, &short), mask::within(engine, &mut scratch, &short), mask::is_random(&short));
}

fn jsonl(data: &[u8]) {
    for (at, line) in data.split(|byte| *byte == b'\n').enumerate() {
        match plain_file::asked(line, at == 0) {
            Ok(Some(asked)) => {
                let found = match plain_file::table(&asked.text) {
                    Some(delimiter) => Finder::new(&CARDS.engine).table(&asked.text, delimiter),
                    None => Finder::new(&CARDS.engine).text(&asked.text),
                };
                in_text(&found, &asked.text);
            }
            Ok(None) => {}
            Err(reason) => assert!(!reason.is_empty()),
        }
    }
}

/// Bytes that come in pieces, as from a pipe.
struct Pieces<'a>(&'a [u8], usize);

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = self.1.min(out.len()).min(self.0.len());
        let (now, later) = self.0.split_at(most);
        out.get_mut(..most).unwrap_or(&mut []).copy_from_slice(now);
        self.0 = later;
        Ok(most)
    }
}

fn decode(data: &[u8]) {
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    let all = [
        encoding_rs::UTF_8,
        encoding_rs::UTF_16LE,
        encoding_rs::UTF_16BE,
        encoding_rs::WINDOWS_1252,
        encoding_rs::SHIFT_JIS,
        encoding_rs::GB18030,
        encoding_rs::ISO_2022_JP,
        encoding_rs::EUC_KR,
    ];
    let encoding = provost::collect::decode::encoding(rest).unwrap_or(all[usize::from(*first) % all.len()]);
    let mut whole = String::new();
    Utf8::new(rest, encoding).read_to_string(&mut whole).expect("memory can be read");
    assert!(!whole.contains('\0'), "a zero came through");
    let mut pieces = String::new();
    let mut source = Utf8::new(Pieces(rest, 1 + usize::from(*first) % 7), encoding);
    // into room for a few bytes at a time
    let mut room = [0; 5];
    let mut bytes = Vec::new();
    while let Ok(got) = source.read(&mut room) {
        if got == 0 {
            break;
        }
        bytes.extend_from_slice(room.get(..got).unwrap_or(&[]));
    }
    pieces.push_str(&String::from_utf8(bytes).expect("UTF-8"));
    assert!(whole == pieces, "what comes in pieces is another text");
    let mut count = 0;
    lines(Utf8::new(rest, encoding), |number, line| {
        assert!(number >= count && !line.contains('\n'), "lines are out of order");
        count = number;
    })
    .expect("memory can be read");
}

fn types(data: &[u8]) {
    for whole in [true, false] {
        let found = sniff(data, whole);
        assert!(found.kind == "text" || BINARY_TYPES.iter().any(|row| row.0 == found.kind), "a type that is not in the table");
        assert!(found.encoding.is_none() || found.kind == "text", "an encoding of what is no text");
        let _ = extension_agrees(found.kind, "txt");
        assert!(sniff(data, whole).kind == found.kind, "the same bytes are two types");
    }
}

fn plain(data: &[u8]) {
    let (name, rest) = super::ground::named(data);
    if let Ok(Opened::Plain(found) | Opened::Otherwise(found)) = plain_file::open(rest, Path::new(&name)) {
        assert!(!found.text.contains('\0') || found.mark == 0, "a zero in a text");
        assert!(found.text.len() as u64 <= 4 * LIMITS.whole_bytes);
    }
}

fn passwords(data: &[u8]) {
    match Passwords::read(data) {
        Ok(list) => {
            assert!(!list.is_empty() && list.len() <= provost::collect::keys::MOST_GIVEN, "a list that is none");
            assert!(format!("{list:?}") == format!("{} passwords", list.len()), "passwords are shown");
        }
        Err(reason) => assert!(!reason.is_empty()),
    }
}

fn values(text: &str) {
    let _ = (value::duration(text), value::size(text), value::boolean(text), value::number(text), value::version(text));
    let _ = (value::elements(text), path::any_like(text), path::quoted(text));
    if let Some(network) = value::network(text) {
        assert!(value::network_within(network, network), "a network that does not lie in itself");
    }
    if let Some(day) = Day::parse(text) {
        assert!(Day::parse(&day.to_string()) == Some(day), "a day that is written otherwise");
        assert!(Day::of_seconds(day.seconds()) == day, "a day of other seconds");
    }
}
