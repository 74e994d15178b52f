//! One piece of an artifact as bytes and back. Keyed marks lie apart. It reads what anybody may have written, within bounds.

use super::block::{marked, place};
use crate::model::classset::ClassSet;
use crate::model::day::{Day, Week};
use crate::model::evidence::{Beyond, Column, Dates, Document, IdMark, Part, PartKind, PersonRow, Sample, SetTally, Tally};
use crate::model::node::{Fold, Setting};
use crate::model::results::{Grade, Status, TestResult, TestRun};
use crate::model::tree::{Packer, Unpacker};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Items that there is room for before they have come.
pub(super) const AT_ONCE: usize = 1024;

const HIDDEN: u64 = 1;
const COLUMNS: u64 = 1 << 1;
const TALLIES: u64 = 1 << 2;
const DATES: u64 = 1 << 3;
const SETS: u64 = 1 << 4;
const ROWS: u64 = 1 << 5;
const BEYOND: u64 = 1 << 6;
const DOCUMENT: u64 = 1 << 7;
const RUN: u64 = 1 << 8;
const KIND: u64 = 9;

const KINDS: [PartKind; 7] = [
    PartKind::Text,
    PartKind::Table,
    PartKind::Config,
    PartKind::Results,
    PartKind::Image,
    PartKind::Message,
    PartKind::Properties,
];
const FOLDS: [Fold; 4] = [Fold::Exact, Fold::Case, Fold::CaseDash, Fold::CaseSpace];
const STATUSES: [Status; 5] = [Status::Pass, Status::Fail, Status::Error, Status::NotRun, Status::Unknown];

/// Levels of a tree above the one that is packed.
const TOP: usize = 0;

/// Packs a piece.
pub(super) fn put<'a>(part: &'a Part, packer: &mut Packer<'a>, keyed: &mut impl Extend<u8>) {
    let Part {
        label,
        kind,
        hidden,
        records,
        volume,
        columns,
        tallies,
        dates,
        sets,
        rows,
        photographs_by_page,
        beyond,
        document,
        run,
    } = part;
    let flag = |is: bool, flag: u64| if is { flag } else { 0 };
    packer.number(
        flag(hidden.is_some(), HIDDEN)
            | flag(!columns.is_empty(), COLUMNS)
            | flag(!tallies.is_empty(), TALLIES)
            | flag(dates.is_some(), DATES)
            | flag(!sets.is_empty(), SETS)
            | flag(!rows.is_empty(), ROWS)
            | flag(beyond.is_some(), BEYOND)
            | flag(document.is_some(), DOCUMENT)
            | flag(run.is_some(), RUN)
            | place(&KINDS, kind) << KIND,
    );
    packer.key(label);
    for count in [records, volume, photographs_by_page] {
        packer.number(*count);
    }
    if let Some(hidden) = hidden {
        packer.key(hidden);
    }
    if !columns.is_empty() {
        packer.number(columns.len() as u64);
        for Column { header, class, confidence } in columns {
            packer.key(header);
            maybe(class.as_deref(), packer);
            packer.out.extend(confidence.to_le_bytes());
        }
    }
    if !tallies.is_empty() {
        packer.number(tallies.len() as u64);
        for (class, Tally { matches, test_data, confidence, samples }) in tallies {
            packer.key(class);
            packer.number(*matches);
            packer.number(*test_data);
            packer.out.extend(confidence.to_le_bytes());
            packer.number(samples.len() as u64);
            for Sample { line, column, mask, confidence } in samples {
                packer.number(*line);
                packer.number((*column).into());
                packer.key(mask);
                packer.out.extend(confidence.to_le_bytes());
            }
        }
    }
    if let Some(Dates { columns, unread, weeks }) = dates {
        packer.keys(columns);
        packer.number(*unread);
        packer.number(weeks.len() as u64);
        for (week, records) in weeks {
            packer.text(&week.to_string());
            packer.number(*records);
        }
    }
    if !sets.is_empty() {
        packer.number(sets.len() as u64);
        for SetTally { set, records } in sets {
            packer.number(set.0 as u64);
            packer.number((set.0 >> 64) as u64);
            packer.number(*records);
        }
    }
    if !rows.is_empty() {
        packer.number(rows.len() as u64);
        for PersonRow { ids, set } in rows {
            packer.number((*set).into());
            packer.number(ids.len() as u64);
            for IdMark { kind, mark } in ids {
                packer.out.push(*kind);
                keyed.extend(mark.to_le_bytes());
            }
        }
    }
    if let Some(Beyond { records, sketches }) = beyond {
        packer.number(*records);
        packer.number(sketches.len() as u64);
        for (set, sketch) in sketches {
            packer.number((*set).into());
            keyed.extend((sketch.len() as u64).to_le_bytes());
            keyed.extend(sketch.bytes());
        }
    }
    if let Some(document) = document {
        let Document { product, fold, root, settings, documents, fragment, described: _ } = document.as_ref();
        packer.key(product);
        packer.number(
            place(&FOLDS, fold) | u64::from(*documents) << 2 | u64::from(*fragment) << 3 | u64::from(settings.is_some()) << 4,
        );
        packer.node(root);
        if let Some(settings) = settings {
            packer.number(settings.len() as u64);
            for setting in settings {
                put_setting(setting, packer);
            }
        }
    }
    if let Some(run) = run {
        put_run(run, packer);
    }
}

fn maybe<'a>(text: Option<&'a str>, packer: &mut Packer<'a>) {
    packer.out.push(u8::from(text.is_some()));
    if let Some(text) = text {
        packer.key(text);
    }
}

/// Reads what may not be there into where it belongs.
fn take_maybe(unpacker: &mut Unpacker<'_>, into: &mut Option<String>) -> Option<()> {
    if unpacker.byte()? != 0 {
        *into = Some(unpacker.key()?.to_owned());
    }
    Some(())
}

/// Packs a setting.
pub(super) fn put_setting<'a>(setting: &'a Setting, packer: &mut Packer<'a>) {
    let Setting { key, value, context, artifact, line, column, default, unknown, cases } = setting;
    packer.number(
        u64::from(artifact.is_some())
            | u64::from(*default) << 1
            | u64::from(unknown.is_some()) << 2
            | u64::from(!cases.is_empty()) << 3,
    );
    packer.key(key);
    packer.node(value);
    packer.key(context);
    packer.number((*line).into());
    packer.number((*column).into());
    if let Some(artifact) = artifact {
        packer.number((*artifact).into());
    }
    if let Some(unknown) = unknown {
        packer.key(unknown);
    }
    if !cases.is_empty() {
        packer.keys(cases);
    }
}

/// Reads a setting.
pub(super) fn take_setting(unpacker: &mut Unpacker<'_>) -> Option<Setting> {
    let flags = unpacker.number()?;
    unpacker.take_room(size_of::<Setting>())?;
    let key = unpacker.key()?.to_owned();
    let value = unpacker.node(TOP)?;
    let context = unpacker.key()?.to_owned();
    let (line, column) = (unpacker.place()?, unpacker.place()?);
    let artifact = if flags & 1 == 0 { None } else { Some(unpacker.place()?) };
    let unknown = if flags & 4 == 0 { None } else { Some(unpacker.key()?.to_owned()) };
    let cases = if flags & 8 == 0 { Vec::new() } else { unpacker.keys()? };
    Some(Setting { key, value, context, artifact, line, column, default: flags & 2 != 0, unknown, cases })
}

fn put_run<'a>(run: &'a TestRun, packer: &mut Packer<'a>) {
    let TestRun { format, tool, version, produced, subject, results, unread } = run;
    packer.key(format);
    packer.key(tool);
    maybe(version.as_deref(), packer);
    packer.text(&produced.map(|day| day.to_string()).unwrap_or_default());
    packer.key(subject);
    maybe(unread.as_deref(), packer);
    packer.number(results.len() as u64);
    for TestResult { id, title, status, severity, place: found, line } in results {
        packer.key(id);
        packer.key(title);
        packer.number(place(&STATUSES, status));
        packer.number(severity.map_or(0, |grade| place(&Grade::ALL, &grade) + 1));
        packer.key(found);
        packer.number((*line).into());
    }
}

fn take_run(unpacker: &mut Unpacker<'_>) -> Option<TestRun> {
    let format = unpacker.key()?.to_owned();
    let tool = unpacker.key()?.to_owned();
    let (mut version, mut unread) = (None, None);
    take_maybe(unpacker, &mut version)?;
    let produced = match unpacker.text()? {
        "" => None,
        day => Some(Day::parse(day)?),
    };
    let subject = unpacker.key()?.to_owned();
    take_maybe(unpacker, &mut unread)?;
    let mut results = Vec::new();
    for _ in 0..unpacker.count()? {
        unpacker.take_room(size_of::<TestResult>())?;
        let id = unpacker.key()?.to_owned();
        let title = unpacker.key()?.to_owned();
        let status = *STATUSES.get(usize::try_from(unpacker.number()?).ok()?)?;
        let severity = match usize::try_from(unpacker.number()?).ok()?.checked_sub(1) {
            None => None,
            Some(at) => Some(*Grade::ALL.get(at)?),
        };
        let place = unpacker.key()?.to_owned();
        results.push(TestResult { id, title, status, severity, place, line: unpacker.place()? });
    }
    Some(TestRun { format, tool, version, produced, subject, results, unread })
}

/// Whether a piece has nothing but what every piece has.
fn is_bare(part: &Part) -> bool {
    let Part {
        label: _,
        kind: _,
        records: _,
        volume: _,
        photographs_by_page: _,
        hidden,
        columns,
        tallies,
        dates,
        sets,
        rows,
        beyond,
        document,
        run,
    } = part;
    hidden.is_none()
        && columns.is_empty()
        && tallies.is_empty()
        && dates.is_none()
        && sets.is_empty()
        && rows.is_empty()
        && beyond.is_none()
        && document.is_none()
        && run.is_none()
}

/// Reads a piece into the place of another, of which nothing stays but the room that its label has.
pub(super) fn take(unpacker: &mut Unpacker<'_>, keyed: &mut &[u8], part: &mut Part) -> Option<()> {
    let flags = unpacker.number()?;
    let has = |flag: u64| flags & flag != 0;
    unpacker.take_room(size_of::<Part>())?;
    // most had nothing else
    if !is_bare(part) {
        *part = Part { label: std::mem::take(&mut part.label), ..Part::default() };
    }
    part.kind = *KINDS.get((flags >> KIND) as usize)?;
    part.label.clear();
    part.label.push_str(unpacker.key()?);
    (part.records, part.volume, part.photographs_by_page) = (unpacker.number()?, unpacker.number()?, unpacker.number()?);
    if has(HIDDEN) {
        part.hidden = Some(unpacker.key()?.to_owned());
    }
    if has(COLUMNS) {
        let count = unpacker.count()?;
        part.columns.reserve_exact(count.min(AT_ONCE));
        for _ in 0..count {
            unpacker.take_room(size_of::<Column>())?;
            let header = unpacker.key()?.to_owned();
            let mut class = None;
            take_maybe(unpacker, &mut class)?;
            part.columns.push(Column { header, class, confidence: confidence(unpacker)? });
        }
    }
    if has(TALLIES) {
        part.tallies = tallies(unpacker)?;
    }
    if has(DATES) {
        part.dates = Some(dates(unpacker)?);
    }
    if has(SETS) {
        let count = unpacker.count()?;
        part.sets.reserve_exact(count.min(AT_ONCE));
        for _ in 0..count {
            unpacker.take_room(size_of::<SetTally>())?;
            let set = u128::from(unpacker.number()?) | u128::from(unpacker.number()?) << 64;
            part.sets.push(SetTally { set: ClassSet(set), records: unpacker.number()? });
        }
    }
    if has(ROWS) {
        let count = unpacker.count()?;
        part.rows.reserve_exact(count.min(AT_ONCE));
        for _ in 0..count {
            let set = unpacker.place()?;
            let count = unpacker.count()?;
            unpacker.take_room(size_of::<PersonRow>() + count * size_of::<IdMark>())?;
            let (kinds, rest) = unpacker.rest.split_at_checked(count)?;
            unpacker.rest = rest;
            let mut ids = Vec::with_capacity(count.min(AT_ONCE));
            for kind in kinds {
                ids.push(IdMark { kind: *kind, mark: marked(keyed)? });
            }
            part.rows.push(PersonRow { ids, set });
        }
    }
    if has(BEYOND) {
        let records = unpacker.number()?;
        let mut sketches = BTreeMap::new();
        for _ in 0..unpacker.count()? {
            unpacker.take_room(size_of::<Beyond>())?;
            let set = unpacker.place()?;
            let length = usize::try_from(marked(keyed)?).ok()?;
            let (sketch, rest) = keyed.split_at_checked(length)?;
            *keyed = rest;
            sketches.insert(set, std::str::from_utf8(sketch).ok()?.to_owned());
        }
        part.beyond = Some(Beyond { records, sketches });
    }
    if has(DOCUMENT) {
        let product = unpacker.key()?.to_owned();
        let how = unpacker.number()?;
        let fold = *FOLDS.get((how & 3) as usize)?;
        let root = Arc::new(unpacker.node(TOP)?);
        let mut settings = None;
        if how & 16 != 0 {
            let count = unpacker.count()?;
            let mut list = Vec::with_capacity(count.min(AT_ONCE));
            for _ in 0..count {
                list.push(take_setting(unpacker)?);
            }
            settings = Some(list);
        }
        let (documents, fragment) = (how & 4 != 0, how & 8 != 0);
        let document = Document { product, fold, root, settings, documents, fragment, described: None };
        part.document = Some(Box::new(document));
    }
    if has(RUN) {
        part.run = Some(Box::new(take_run(unpacker)?));
    }
    Some(())
}

fn confidence(unpacker: &mut Unpacker<'_>) -> Option<f32> {
    let (bytes, rest) = unpacker.rest.split_first_chunk()?;
    unpacker.rest = rest;
    Some(f32::from_le_bytes(*bytes)).filter(|confidence| (0.0..=1.0).contains(confidence))
}

fn tallies(unpacker: &mut Unpacker<'_>) -> Option<BTreeMap<String, Tally>> {
    let mut out = BTreeMap::new();
    for _ in 0..unpacker.count()? {
        unpacker.take_room(2 * size_of::<Tally>())?;
        let class = unpacker.key()?.to_owned();
        let mut tally = Tally {
            matches: unpacker.number()?,
            test_data: unpacker.number()?,
            confidence: confidence(unpacker)?,
            samples: Vec::new(),
        };
        let count = unpacker.count()?;
        tally.samples.reserve_exact(count.min(AT_ONCE));
        for _ in 0..count {
            unpacker.take_room(size_of::<Sample>())?;
            let (line, column) = (unpacker.number()?, unpacker.place()?);
            let mask = unpacker.key()?.to_owned();
            tally.samples.push(Sample { line, column, mask, confidence: confidence(unpacker)? });
        }
        out.insert(class, tally);
    }
    Some(out)
}

fn dates(unpacker: &mut Unpacker<'_>) -> Option<Dates> {
    let mut out = Dates { columns: unpacker.keys()?, ..Dates::default() };
    out.unread = unpacker.number()?;
    for _ in 0..unpacker.count()? {
        let week = Week::parse(unpacker.text()?)?;
        out.weeks.push((week, unpacker.number()?));
    }
    Some(out)
}
