//! Results that other tools exported: a tree that was read already -> runs with their results. One file a format.
//! Readers take hostile trees: no panic, bounded, and a status that they do not know is said to be unknown. What names or identifies
//! somebody is masked here, for all of them.

use super::config::exported::{get, seconds};
use crate::detect::engine::{Engine, Found, Scratch};
use crate::detect::mask::{self, Strictness};
use crate::model::day::Day;
use crate::model::node::Node;
use crate::model::results::{Grade, Status, TestResult, TestRun};

/// Runs of one export, and results of one run, that are kept.
const MOST_RUNS: usize = 1_000;
/// Results of one export that are kept: with more of them, nobody can say how they came out.
const MOST_RESULTS: usize = 20_000;
/// Characters of a text that are kept.
const MOST_TEXT: usize = 200;

/// One format of results.
pub trait Results: Sync {
    /// The name used by `result:` in policies: lower snake case, the file's name.
    fn id(&self) -> &'static str;
    /// One line: what it is.
    fn title(&self) -> &'static str;
    /// What is taken from it; shown by `provost explain`.
    fn notes(&self) -> &'static str;
    /// Whether a tree is an export of its own.
    fn claims(&self, root: &Node) -> bool;
    /// Whether the beginning of a text looks like one, though it could not be read as a tree.
    fn begins(&self, head: &str) -> bool;
    /// The runs in it; an error says what is missing, without any text of the file.
    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String>;
    /// Whether its ids are made up freely, as the names of tests are, and may name somebody.
    fn free_ids(&self) -> bool {
        false
    }
}

crate::registry::registry! {
    /// Formats of results; the first that claims a tree reads it.
    pub RESULTS: dyn Results = RESULT;
    sarif,
    oscal,
    trivy,
    prowler,
    ocsf,
    aws_config,
    inspec,
    junit,
}

/// The runs that a tree holds, masked; empty if it holds none.
pub fn read(root: &Node, engine: &Engine) -> Vec<TestRun> {
    let Some(format) = RESULTS.iter().find(|format| format.claims(root)) else { return Vec::new() };
    let mut runs = match format.read(root) {
        Ok(runs) => runs,
        Err(reason) => vec![TestRun { unread: Some(reason), ..TestRun::default() }],
    };
    if runs.len() > MOST_RUNS {
        runs.truncate(MOST_RUNS);
        runs.push(TestRun { unread: Some(format!("more than {MOST_RUNS} runs in one export")), ..TestRun::default() });
    }
    let mut left = MOST_RESULTS;
    let mut scratch = engine.scratch();
    for run in &mut runs {
        if run.results.len() > left {
            run.results.truncate(left);
            run.unread = Some(format!("more than {MOST_RESULTS} results in one export"));
        }
        left -= run.results.len();
        format.id().clone_into(&mut run.format);
        if run.tool.is_empty() {
            format.id().clone_into(&mut run.tool);
        }
        conceal(run, format.free_ids(), engine, &mut scratch);
    }
    runs
}

/// What stands for an export that could not be read as a tree: nobody can say what it says.
pub(super) fn unread(head: &str, reason: &str) -> Option<TestRun> {
    let format = RESULTS.iter().find(|format| format.begins(head))?.id();
    Some(TestRun { format: format.to_owned(), tool: format.to_owned(), unread: Some(reason.to_owned()), ..TestRun::default() })
}

/// Masks what may identify somebody, and cuts what is too long. What people write (titles, what was looked at) is looked at more
/// strictly than the names of tools and rules, which policies ask for.
fn conceal(run: &mut TestRun, free: bool, engine: &Engine, scratch: &mut Scratch) {
    let cut = |text: &str| text.chars().take(MOST_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let label = |scratch: &mut Scratch, text: &str, strictness| {
        let shown = mask::label(engine, scratch, &cut(text), strictness);
        mask::drawn(&mask::within(engine, scratch, &shown))
    };
    let own = if free { Strictness::Capitals } else { Strictness::Known };
    run.tool = label(scratch, &run.tool, own).to_lowercase();
    run.version = run.version.take().map(|version| version_of(&version)).filter(|version| !version.is_empty());
    run.subject = label(scratch, &run.subject, Strictness::Capitals);
    for result in &mut run.results {
        result.title = label(scratch, &result.title, Strictness::Capitals);
        // what a test was given is data
        let (id, given) = result.id.split_once('[').filter(|_| free).unwrap_or((&result.id, ""));
        let given = if given.is_empty() { String::new() } else { format!("[{}", mask::shape(given)) };
        let known = cut(id);
        let hidden = free || identifies(&known, engine, scratch);
        let shown = if hidden {
            format!("{}{given}", label(scratch, &known, Strictness::Known))
        } else {
            accounts(&known, engine, scratch)
        };
        result.id = if free { compounds(&shown) } else { shown };
        let place = cut(&result.place);
        let place = if place.contains(' ') || place.starts_with("arn:") {
            mask::label(engine, scratch, &place, Strictness::Known)
        } else {
            mask::path(engine, scratch, &place)
        };
        result.place = mask::drawn(&mask::within(engine, scratch, &place));
    }
}

/// An id with the accounts in it as shapes: `rule-jsmith`, `iam_jsmith`.
fn accounts(id: &str, engine: &Engine, scratch: &mut Scratch) -> String {
    let lower = |word: &str| word.len() > 5 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let shown = |word: &str| lower(word).then(|| mask::accounts(engine, scratch, word));
    mask::drawn(&mask::pieces(id, |c| matches!(c, '-' | '_' | '.' | '/' | ':'), shown))
}

/// What names of tests quote: three and more words in one are a password rather than a word.
fn compounds(text: &str) -> String {
    let part = |part: &&str| part.len() > 3 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let shown = |word: &str| (word.split('-').filter(part).count() >= 3).then(|| mask::shape(word));
    mask::pieces(text, |c| matches!(c, ' ' | '_'), shown)
}

/// A version's own characters: anything else is none.
fn version_of(text: &str) -> String {
    let text = &mask::drawn(text);
    text.chars().take(40).filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_')).collect()
}

/// Whether the id of a rule has something in it that identifies somebody. Numbers of vulnerabilities do not.
fn identifies(id: &str, engine: &Engine, scratch: &mut Scratch) -> bool {
    let mut found: Vec<Found> = Vec::new();
    engine.scan(id, scratch, &mut found);
    let spaced = id.replace('_', " ");
    let mut any = found.iter().any(|hit| engine.identifies(hit.bit));
    if spaced != id {
        found.clear();
        engine.scan(&spaced, scratch, &mut found);
        any |= found.iter().any(|hit| engine.identifies(hit.bit));
    }
    let numbered = ["CVE-", "GHSA-", "RUSTSEC-", "TEMP-", "DSA-", "USN-", "RHSA-"].iter().any(|prefix| id.starts_with(prefix));
    any && !(numbered && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':')))
}

/// The text that keys lead to.
fn text<'n>(node: &'n Node, path: &[&str]) -> &'n str {
    get(node, path).and_then(Node::scalar).unwrap_or_default()
}

/// The day of a moment that an export gives: as text, or as seconds (with a fraction) or milliseconds since 1970.
fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    if let Some(seconds) = seconds(text) {
        return Some(Day::of_seconds(seconds));
    }
    // `2026-11-24 10:15:00 +0000`, `2026-11-24 10:15:00.123456`
    if let Some(day) = text.get(..10).and_then(Day::parse) {
        return text
            .get(10..)
            .unwrap_or_default()
            .starts_with([' ', 'T'])
            .then_some(day)
            .or_else(|| (text.len() == 10).then_some(day));
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    let number = if number > 1e11 { number / 1e3 } else { number };
    (1e9..1e11).contains(&number).then(|| Day::of_seconds(number as i64))
}

/// What stands for the run itself, where a tool lists only what it found.
fn scan(status: Status, line: u32) -> TestResult {
    let title = "the run itself: this tool lists only what it found".to_owned();
    TestResult { id: "scan".to_owned(), title, status, severity: None, place: String::new(), line }
}

/// A result at its place in the export.
fn result(id: &str, title: &str, status: Status, severity: Option<Grade>, place: String, at: &Node) -> TestResult {
    let line = at.line;
    TestResult { id: id.to_owned(), title: title.to_owned(), status, severity, place, line }
}

/// A place with its line, if there is one.
fn with_line(place: &str, line: &str) -> String {
    if line.is_empty() || line == "0" || place.is_empty() { place.to_owned() } else { format!("{place}:{line}") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;
    use crate::model::node::{Entry, Kind};

    #[test]
    fn days_come_in_many_forms() {
        let wanted = Day::parse("2026-11-24");
        for text in [
            "2026-11-24T10:15:00Z",
            "2026-11-24T10:15:00.123456",
            "2026-11-24",
            "2026-11-24 10:15:00 +0000",
            "1795515300",
            "1795515300.5",
            "1795515300123",
        ] {
            assert_eq!(day(text), wanted, "{text}");
        }
        for text in ["", "soon", "12", "NaN", "inf", "2026-11-24x", "99999-01-01"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    /// Trees of every reader's own keys, nested as chance has it: nobody may panic, whatever stands where.
    #[test]
    #[allow(clippy::indexing_slicing, reason = "a test may end here")]
    fn trees_of_chance_are_read_or_refused() {
        const KEYS: &[&str] = &[
            "runs",
            "version",
            "tool",
            "driver",
            "name",
            "rules",
            "id",
            "results",
            "ruleId",
            "ruleIndex",
            "kind",
            "level",
            "locations",
            "physicalLocation",
            "region",
            "startLine",
            "properties",
            "security-severity",
            "invocations",
            "endTimeUtc",
            "SchemaVersion",
            "ArtifactName",
            "ArtifactType",
            "Results",
            "Vulnerabilities",
            "Misconfigurations",
            "Secrets",
            "Severity",
            "Status",
            "assessment-results",
            "metadata",
            "findings",
            "target",
            "status",
            "state",
            "CheckID",
            "AssessmentStartTime",
            "product",
            "finding_info",
            "class_uid",
            "resources",
            "uid",
            "EvaluationResults",
            "EvaluationResultIdentifier",
            "ComplianceType",
            "ComplianceByConfigRules",
            "Compliance",
            "platform",
            "profiles",
            "controls",
            "statistics",
            "code_desc",
            "testsuites",
            "testsuite",
            "testcase",
            "@tests",
            "@timestamp",
            "failure",
        ];
        const TEXTS: &[&str] = &[
            "",
            "2.1.0",
            "2",
            "fail",
            "PASS",
            "9.9",
            "-1",
            "18446744073709551616",
            "2026-11-24T00:00:00Z",
            "1e999",
            "NaN",
            "\u{0}ü",
        ];
        fn tree(seed: &mut u64, depth: u32) -> Node {
            let mut dice = |sides: usize| {
                *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (*seed >> 33) as usize % sides
            };
            let kind = match if depth == 0 { 0 } else { dice(5) } {
                0 => Kind::Text(TEXTS[dice(TEXTS.len())].to_owned()),
                1 => Kind::Null,
                2 => {
                    let many = dice(4);
                    Kind::List((0..many).map(|_| tree(seed, depth - 1)).collect())
                }
                _ => {
                    let keys: Vec<_> = (0..dice(9)).map(|_| KEYS[dice(KEYS.len())].to_owned()).collect();
                    Kind::Map(
                        keys.into_iter().map(|key| Entry { key, line: 1, column: 1, node: tree(seed, depth - 1) }).collect(),
                    )
                }
            };
            Node::new(kind, 1, 1)
        }
        let mut seed = 7;
        let mut read = 0;
        for _ in 0..3_000 {
            let root = tree(&mut seed, 6);
            for format in RESULTS {
                let _ = format.claims(&root);
                read += format.read(&root).map_or(0, |runs| runs.len());
            }
        }
        assert!(read > 0);
    }

    #[test]
    fn foreign_trees_are_nobodys() {
        for source in ["{}", "[]", "[1]", r#"{"runs": 1}"#, r#"{"results": []}"#, r#"{"version": "2.1.0"}"#, "[{}]", "[[]]"] {
            let root = json(source).unwrap();
            assert!(!RESULTS.iter().any(|format| format.claims(&root)), "{source}");
        }
    }
}
