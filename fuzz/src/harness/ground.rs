//! What all targets stand on: compiled detectors with a key that is always the same, limits that keep an input short, and a value that must
//! never come out. Made once.

use provost::audit::{Auditor, Words};
use provost::collect::keys::Keys;
use provost::collect::limits::Limits;
use provost::collect::reduce::Keep;
use provost::collect::walk::{Access, Entry, EntryKind};
use provost::collect::{Examined, Source, examine};
use provost::detect::fingerprint::Key;
use provost::model::day::Day;
use provost::model::policy::TestFile;
use provost::policy;
use std::rc::Rc;
use std::sync::LazyLock;

/// The day of all audits here: 2026-11-24.
pub(crate) static DATE: LazyLock<Day> = LazyLock::new(|| Day::parse("2026-11-24").expect("a day"));

/// Values of people who do not exist. Each is recognised wherever it stands by itself, so none may come out.
pub(crate) const CANARIES: [&str; 4] =
    ["AB914273C", "zebediah.quillfeather@example.org", "GB33BUKB20201555555555", "5425233430109903"];

/// Smaller than those of audits where only size is bounded by them, so that an input costs little; what is too much for them is a gap.
pub(crate) const LIMITS: Limits = Limits {
    tree_bytes: 1 << 20,
    kept_bytes: 256 << 10,
    record_bytes: 64 << 10,
    depth: 6,
    members: 300,
    members_small: 300,
    bytes_per_member: 1 << 20,
    expanded: 24 << 20,
    expanded_small: 24 << 20,
    expanded_per_byte: 1,
    ratio: 2_000,
    whole_bytes: 16 << 20,
    held_bytes: 16 << 20,
    pixels: 6_000_000,
    pixels_per_byte: 0,
    memory: 4 << 30,
    seconds: 60,
    bytes_per_second: 1_000_000,
    ocr_seconds: 0,
};

/// An auditor of a built-in policy.
fn auditor(id: &str) -> Auditor {
    let words = Words::default();
    let policy = policy::load(id, &[], &words.vocabulary()).expect("a built-in policy");
    let mut auditor = Auditor::with(policy, Key::from_text("a key that everybody knows")).expect("detectors");
    auditor.limits = LIMITS;
    auditor
}

/// Card printing: the policy with the most controls.
pub(crate) static CARDS: LazyLock<Auditor> = LazyLock::new(|| auditor(provost::audit::FLAGSHIP));
/// The one that asks for the most settings.
pub(crate) static SERVERS: LazyLock<Auditor> = LazyLock::new(|| auditor("server-hardening"));

/// What evidence keeps: what any built-in policy asks for.
pub(crate) static KEEP: LazyLock<Keep> = LazyLock::new(|| Keep::Asked(policy::asks::builtin()));

/// A file of a delivery.
pub(crate) fn entry(path: &str, size: usize) -> Entry {
    Entry {
        number: 1,
        folder: 1,
        size: size as u64,
        modified: DATE.seconds() - 86_400,
        access: Access::new(Some(0o640), None),
        ..Entry::named(path.into(), EntryKind::File)
    }
}

/// The same, for a delivery in memory.
pub(crate) fn file(path: &str, content: &[u8]) -> TestFile {
    TestFile { path: path.to_owned(), content: content.to_vec(), mode: 0o640, modified: *DATE }
}

/// Examines one file, as a worker would.
pub(crate) fn look(path: &str, bytes: &[u8], keys: &Keys) -> Examined {
    let source = Ok(Source::Stream(Box::new(bytes)));
    examine(&entry(path, bytes.len()), source, &CARDS.engine, &LIMITS, keys, None, &Rc::default())
}

/// A number that hangs on the input alone: what is costly is done for some inputs, always the same ones.
pub(crate) fn dice(data: &[u8]) -> usize {
    data.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)) as usize >> 7
}

/// The input with a canary in it, where nothing beside it can make another word of it: between two of blank, quote, comma, semicolon
/// or end of line.
pub(crate) fn planted(data: &[u8]) -> (Vec<u8>, &'static str) {
    let apart = |byte: Option<&u8>| byte.is_none_or(|byte| b" \n\t,;\"".contains(byte));
    let fits: Vec<usize> = (0..=data.len()).filter(|at| (*at == 0 || apart(data.get(at - 1))) && apart(data.get(*at))).collect();
    let dice = dice(data);
    let canary = CANARIES[dice % CANARIES.len()];
    let at = if fits.is_empty() { None } else { fits.get((dice >> 3) % fits.len()) };
    let (front, back) = data.split_at(at.copied().unwrap_or(data.len()));
    let between: &[u8] = if at.is_some() { b"" } else { b"\n" };
    ([front, between, canary.as_bytes(), back].concat(), canary)
}

/// A first line that is a path, and what follows.
pub(crate) fn named(data: &[u8]) -> (String, &[u8]) {
    let end = data.iter().take(200).position(|byte| *byte == b'\n').unwrap_or(data.len().min(200));
    let (name, rest) = data.split_at(end);
    let name: String = String::from_utf8_lossy(name).chars().filter(|c| *c != '\0').collect();
    (if name.is_empty() { "file".to_owned() } else { name }, rest.get(1..).unwrap_or(&[]))
}
