//! `JUnit`'s XML as test runners write it. It must not believe the counts of a suite over its cases: where they differ, the run is not whole.

use super::{Results, Status, TestRun, day, result, scan, text, with_line};

use crate::model::node::{Kind, Node};
use crate::model::results::TestResult;

/// The reader.
pub(super) struct Junit;
/// The reader.
pub(super) static RESULT: Junit = Junit;

/// How deep suites may stand in suites.
const DEPTH: usize = 32;

impl Results for Junit {
    fn id(&self) -> &'static str {
        "junit"
    }

    fn title(&self) -> &'static str {
        "JUnit XML (test runners)"
    }

    fn notes(&self) -> &'static str {
        "Each suite at the top is a run; the tool is its name (`pytest`), lower case, so `result: junit` finds all. Each case is a result: the id is \
         `classname.name`; a failure fails, an error is an error, a skipped or disabled one was not run, all others pass. The day is \
         the suite's timestamp. A suite that says it has more cases than it shows, or more failures, has the result `scan` as an error."
    }

    fn claims(&self, root: &Node) -> bool {
        suites(root).is_some()
    }

    fn begins(&self, head: &str) -> bool {
        head.contains("<testsuite") && head.contains("<testcase")
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        let (suites, outer) = suites(root).unwrap_or_default();
        // looked for once: it stands among all the suites
        let around = outer.map_or("", |outer| text(outer, &["@timestamp"]));
        Ok(suites.into_iter().map(|suite| run(suite, around)).collect())
    }

    fn free_ids(&self) -> bool {
        true
    }
}

/// The suites at the top, and the element around them.
fn suites(root: &Node) -> Option<(Vec<&Node>, Option<&Node>)> {
    let [entry] = root.entries() else { return None };
    match entry.key.as_str() {
        "testsuite" if matches!(entry.node.kind, Kind::Map(_)) => Some((vec![&entry.node], None)),
        "testsuites" => {
            let inside = entry.node.entries().iter().filter(|inner| inner.key == "testsuite").map(|inner| &inner.node);
            Some((inside.collect(), Some(&entry.node)))
        }
        _ => None,
    }
}

fn run(suite: &Node, around: &str) -> TestRun {
    let mut results = Vec::new();
    let mut timestamps = Vec::new();
    cases(suite, around, &mut results, &mut timestamps, 0);
    if timestamps.is_empty() {
        timestamps.push([text(suite, &["@timestamp"]), around].into_iter().find(|moment| !moment.is_empty()).unwrap_or_default());
    }
    // several suites: as old as the oldest, and undated if one of them is
    let produced = timestamps.iter().map(|moment| day(moment)).min().flatten();
    let said = |key: &str| text(suite, &[key]).parse::<usize>().unwrap_or(0);
    let of = |status: Status| results.iter().filter(|result: &&TestResult| result.status == status).count();
    let (failed, wrong) = (of(Status::Fail), of(Status::Error));
    if said("@tests") > results.len() || said("@failures") > failed + wrong || said("@errors") > failed + wrong {
        results.push(TestResult { title: "the suite counts more than it shows".to_owned(), ..scan(Status::Error, suite.line) });
    }
    TestRun {
        tool: text(suite, &["@name"]).to_owned(),
        produced,
        subject: text(suite, &["@package"]).to_owned(),
        results,
        ..TestRun::default()
    }
}

/// The cases of a suite and of the suites in it.
fn cases<'n>(suite: &'n Node, around: &'n str, out: &mut Vec<TestResult>, timestamps: &mut Vec<&'n str>, depth: usize) {
    if depth > DEPTH {
        out.push(TestResult { title: "suites stand too deep in suites".to_owned(), ..scan(Status::Error, suite.line) });
        return;
    }
    let own = text(suite, &["@timestamp"]);
    let moment = if own.is_empty() { around } else { own };
    if suite.entries().iter().any(|entry| entry.key == "testcase") {
        timestamps.push(moment);
    }
    for entry in suite.entries() {
        match entry.key.as_str() {
            "testsuite" => cases(&entry.node, moment, out, timestamps, depth + 1),
            "testcase" => out.push(case(&entry.node)),
            _ => {}
        }
    }
}

fn case(node: &Node) -> TestResult {
    // an element without anything in it is there all the same
    let has = |key: &str| node.entries().iter().any(|entry| entry.key == key);
    let word = text(node, &["@status"]).to_ascii_lowercase();
    let status = if has("failure") || has("flakyFailure") || has("rerunFailure") {
        Status::Fail
    } else if has("error") || has("flakyError") || has("rerunError") {
        Status::Error
    } else if has("skipped") || has("disabled") {
        Status::NotRun
    } else {
        match word.as_str() {
            "" | "passed" | "pass" | "ok" | "success" | "run" | "completed" => Status::Pass,
            "failed" | "fail" | "failure" => Status::Fail,
            "error" | "errored" | "broken" => Status::Error,
            "skipped" | "disabled" | "notrun" | "ignored" | "pending" => Status::NotRun,
            _ => Status::Unknown,
        }
    };
    // GoogleTest: `status="run" result="suppressed"`
    let status = if status == Status::Pass && matches!(text(node, &["@result"]), "suppressed" | "skipped") {
        Status::NotRun
    } else {
        status
    };
    let id = [text(node, &["@classname"]), text(node, &["@name"])]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(".");
    let place = with_line(text(node, &["@file"]), text(node, &["@line"]));
    result(if id.is_empty() { "unnamed" } else { &id }, "", status, None, place, node)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::CONFIGS;
    use crate::model::day::Day;

    fn of(source: &str) -> Vec<TestRun> {
        let root = CONFIGS.iter().find(|config| config.id() == "xml").unwrap().read(source).unwrap();
        assert!(RESULT.claims(&root));
        RESULT.read(&root).unwrap()
    }

    #[test]
    fn cases_and_days() {
        let runs = of(
            r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="all"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4"
            timestamp="2026-11-22T10:00:00.123456+00:00" hostname="h"><testcase classname="t.a" name="one" time="0.1"/>
            <testcase classname="t.a" name="two"><failure message="m">x</failure></testcase><testcase classname="t.a" name="three"><skipped/></testcase>
            <testcase classname="t.a" name="four"><error/></testcase></testsuite></testsuites>"#,
        );
        let run = runs.first().unwrap();
        assert_eq!((run.tool.as_str(), run.produced), ("pytest", Day::parse("2026-11-22")));
        let seen: Vec<_> = run.results.iter().map(|one| (&*one.id, one.status)).collect();
        assert_eq!(
            seen,
            [("t.a.one", Status::Pass), ("t.a.two", Status::Fail), ("t.a.three", Status::NotRun), ("t.a.four", Status::Error)]
        );
    }

    #[test]
    fn a_suite_that_counts_more_than_it_shows_is_not_whole() {
        let runs = of(r#"<testsuite name="s" tests="3"><testcase name="one"/></testsuite>"#);
        let run = runs.first().unwrap();
        assert_eq!(run.produced, None);
        assert_eq!(run.results.last().map(|one| (one.id.as_str(), one.status)), Some(("scan", Status::Error)));
    }
}
