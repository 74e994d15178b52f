//! The worker as others see it: orders in as lines, answers out as lines or frames, and what becomes of an audit whose workers do not
//! keep to it. What a worker reads is the business of other tests.

use crate::support::{delivery, provost};
use provost::audit::{Auditor, FLAGSHIP};
use provost::collect::limits::Limits;
use provost::collect::walk::Target;
use provost::collect::worker::{Hello, Order, PROTOCOL, RawPath};
use provost::collect::{Confinement, Workers};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

fn hello(root: &Path) -> serde_json::Value {
    let hello = Hello {
        provost_worker: PROTOCOL,
        root: RawPath::new(root),
        key: "ab".repeat(32),
        classes: Vec::new(),
        limits: Limits::default(),
        ocr: None,
        passwords: provost::collect::keys::Passwords::default(),
        beside: false,
        alone: false,
        frames: false,
        eager: true,
        welcome: false,
        confined: false,
        tied: false,
        spent: BTreeSet::new(),
        single: std::collections::BTreeMap::new(),
    };
    serde_json::to_value(hello).expect("JSON")
}

fn order(number: u32, path: &str) -> String {
    let order = Order {
        number,
        folder: 0,
        path: RawPath::new(Path::new(path)),
        size: 6,
        modified: 0,
        mode: Some(0o640),
        owner: None,
        held: None,
        piece: None,
    };
    serde_json::to_string(&order).expect("JSON")
}

/// Exit code, lines and complaints of a worker that is given some lines.
fn worker(lines: &[String]) -> (Option<i32>, Vec<serde_json::Value>, String) {
    let mut child =
        provost().arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("an input");
    for line in lines {
        // one that has ended listens no more
        let _ = input.write_all(line.as_bytes()).and_then(|()| input.write_all(b"\n"));
    }
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let answers = text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    (output.status.code(), answers, String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn orders_and_answers_are_lines_for_whoever_pipes_lines() {
    let folder = delivery(&[("a.txt", b"hello\n"), ("b.txt", b"hello\n")]);
    let hello = hello(folder.path());
    let (code, answers, errors) = worker(&[hello.to_string(), order(7, "a.txt"), order(8, "gone.txt"), order(9, "b.txt")]);
    assert_eq!((code, answers.len()), (Some(0), 3), "{errors}");
    let of = |at: usize| (&answers[at]["number"], &answers[at]["examined"]["artifact"]);
    assert!(of(0).0 == 7 && of(0).1["path"] == "a.txt" && of(0).1["read"] == "full", "{:?}", answers[0]);
    assert!(of(1).0 == 8 && of(1).1["gaps"][0]["kind"] == "unreadable", "{:?}", answers[1]);
    assert!(of(2).0 == 9 && of(2).1["read"] == "full", "{:?}", answers[2]);
    // a greeting of before there were so many words still does, and is answered at once
    let mut short = hello.clone();
    for word in ["beside", "alone", "frames", "eager", "welcome", "confined", "tied", "spent"] {
        short.as_object_mut().expect("words").remove(word);
    }
    let (code, answers, errors) = worker(&[short.to_string(), order(1, "a.txt")]);
    assert_eq!((code, answers.len()), (Some(0), 1), "{errors}");
}

#[test]
fn what_is_no_greeting_or_no_order_ends_a_worker() {
    let folder = delivery(&[("a.txt", b"hello\n")]);
    let good = hello(folder.path());
    let with = |word: &str, value: serde_json::Value| {
        let mut other = good.clone();
        other[word] = value;
        other.to_string()
    };
    for (lines, wanted) in [
        (vec![], "no greeting"),
        (vec!["good morning".to_owned()], "the greeting is not one of this version"),
        (vec![with("provost_worker", 99.into())], "protocol 99 is not 1"),
        (vec![with("key", "short".into())], "the key is no key"),
        (vec![good.to_string(), "and now?".to_owned()], "an order that is none"),
    ] {
        let (code, answers, errors) = worker(&lines);
        assert!(code == Some(2) && answers.is_empty() && errors.contains(wanted), "{wanted}: {code:?} {errors}");
    }
}

/// Collects with some program in a worker's place.
fn collected(script: &[u8], files: usize) -> Result<Vec<(String, String)>, String> {
    let folder = delivery(&[("worker", script)]);
    let program = folder.path().join("worker");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("rights");
    for number in 0..files {
        crate::support::write(&folder.path().join("t"), &format!("{number}.txt"), b"hello\n");
    }
    let mut auditor = Auditor::new(FLAGSHIP, &[]).expect("a policy");
    auditor.workers = Workers::Processes { program, count: 1, confinement: Confinement::new(false) };
    let evidence = auditor.collect(&Target::Path(folder.path().join("t")), &|_| {}).map_err(|error| error.to_string())?;
    let first = |gaps: &[provost::model::evidence::Gap]| gaps.first().map(|gap| gap.reason.clone()).unwrap_or_default();
    Ok(evidence.artifacts.iter().map(|artifact| (artifact.path.clone(), first(&artifact.gaps))).collect())
}

#[test]
fn workers_that_die_before_they_begin_end_an_audit() {
    let refused = collected(b"#!/bin/sh\nexit 0\n", 3);
    assert!(refused.as_ref().is_err_and(|error| error.contains("workers die before they begin")), "{refused:?}");
}

#[test]
fn answers_that_are_none_cost_a_file_each_and_hide_none() {
    // a welcome; then two bytes that are no answer, in a frame
    let nonsense = b"#!/bin/sh\nread hello\nprintf '\\012\\000\\000\\000\\241\\147missing\\200'\nread order\nprintf '\\002\\000\\000\\000zz'\nsleep 1\n";
    // a welcome; then a length that nothing has
    let endless = b"#!/bin/sh\nread hello\nprintf '\\012\\000\\000\\000\\241\\147missing\\200'\nread order\nprintf '\\377\\377\\377\\377zz'\nsleep 1\n";
    for script in [&nonsense[..], &endless[..]] {
        let found = collected(script, 3).expect("evidence");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|row| !row.1.is_empty()), "each is a gap: {found:?}");
    }
}
