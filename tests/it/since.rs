//! `--since`: what did not change since a commit is left out, the report says so, and nothing is judged by its absence. The repository
//! belongs to the delivery: it can start nothing, and cannot pass a changed file off as an old one.

use crate::support::{DATE, audit, collect, delivery, run, spoken, write};
use std::path::Path;
use std::process::{Command, Stdio};

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for part in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{part}_NAME"), "Example").env(format!("GIT_{part}_EMAIL"), "example@example.org");
    }
    let output = command.args(arguments).stderr(Stdio::inherit()).output().expect("git starts");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// A repository with a register, a configuration and a letter in it, all committed.
fn repository(more: &[&str]) -> (tempfile::TempDir, String) {
    let folder = delivery(&[
        ("data/staff.csv", b"name,email\nAda Example,ada@example.org\nBen Sample,ben@example.org\n".as_slice()),
        ("etc/ssh/sshd_config", b"PermitRootLogin no\nPasswordAuthentication no\n"),
        ("letters/one.txt", b"Dear Cleo Example, your card is ready.\n"),
        ("run.sh", b"#!/bin/sh\necho done\n"),
    ]);
    git(folder.path(), &[&["init", "-q", "-b", "main"], more].concat());
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "A delivery"]);
    let commit = git(folder.path(), &["rev-parse", "HEAD"]);
    (folder, commit)
}

/// What was read.
fn paths(evidence: &serde_json::Value) -> Vec<&str> {
    evidence["artifacts"].as_array().expect("artifacts").iter().filter_map(|artifact| artifact["path"].as_str()).collect()
}

#[test]
fn only_what_changed_is_read_and_every_report_says_so() {
    for more in [&[][..], &["--object-format=sha256"]] {
        let (folder, commit) = repository(more);
        write(folder.path(), "etc/ssh/sshd_config", b"PermitRootLogin yes\nPasswordAuthentication no\n");
        write(folder.path(), "data/new.csv", b"name,email\nEve Example,eve@example.org\n");
        // the same bytes written again are no change, another mode is
        write(folder.path(), "letters/one.txt", b"Dear Cleo Example, your card is ready.\n");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path().join("run.sh"), mode).expect("a mode");
        for reference in ["main", "HEAD", &commit, &commit[..10]] {
            let (_, evidence) = collect(folder.path(), &["--since", reference]);
            assert_eq!(paths(&evidence), ["data/new.csv", "etc/ssh/sshd_config", "run.sh"], "{reference}");
            assert_eq!(evidence["artifacts"][1]["number"], 2);
            assert_eq!(evidence["delivery"]["since"]["commit"], *commit);
        }
        let (code, report) = audit(folder.path(), &["--since", "main"]);
        let target = report["target"].as_str().expect("a target");
        assert!(code == 1 && target.contains(&format!("only what changed since {}: 3 of ", &commit[..12])), "{target}");
        let said = format!("Only what changed since {} was read: 3 of ", &commit[..12]);
        for format in ["csv", "csv-evidence", "gitlab", "github"] {
            let place = folder.path().to_str().expect("a path");
            let report = spoken(&run(&["audit", place, "--since", "main", "--date", DATE, "--format", format])).1;
            assert!(report.contains(&said), "{format}: {report}");
            let whole = spoken(&run(&["audit", place, "--date", DATE, "--format", format])).1;
            assert!(!whole.contains("Only what changed"), "{format}");
        }
        assert_eq!(report["people"]["total"], 1);
        let (_, whole) = collect(folder.path(), &[]);
        assert!(paths(&whole).len() > 5);
        let located = run(&["locate", folder.path().to_str().expect("a path"), "2", "--since", &commit]);
        assert_eq!(spoken(&located).1, "2\tetc/ssh/sshd_config\n");
        // a folder of it is a delivery, too
        let (_, below) = collect(&folder.path().join("data"), &["--since", &commit]);
        assert_eq!(paths(&below), ["new.csv"]);
    }
}

#[test]
fn nothing_is_judged_by_its_absence_and_nothing_is_no_pass() {
    let (folder, commit) = repository(&[]);
    write(folder.path(), "notes.txt", b"nothing of interest\n");
    let outcomes = |report: &serde_json::Value, outcome: &str| {
        report["controls"].as_array().expect("controls").iter().filter(|control| control["outcome"] == outcome).count()
    };
    let (_, whole) = audit(folder.path(), &[]);
    assert!(outcomes(&whole, "not_evidenced") > 0);
    let (_, changed) = audit(folder.path(), &["--since", &commit]);
    assert_eq!(outcomes(&changed, "not_evidenced"), 0, "what may lie in the rest is missed");
    std::fs::remove_file(folder.path().join("notes.txt")).expect("gone");
    let (code, none) = audit(folder.path(), &["--since", &commit]);
    assert_eq!((code, &none["verdict"]), (3, &"not_assessed".into()));
}

#[test]
fn a_repository_starts_nothing_and_passes_nothing_off() {
    let (folder, commit) = repository(&[]);
    let mark = folder.path().join("started");
    write(folder.path(), ".gitattributes", b"* filter=x diff=x\n");
    let same = "Dear Cleo Example, your card is ready.\n".len();
    write(folder.path(), "letters/one.txt", &[b"Dear Eve Example, ".as_slice(), &vec![b'x'; same - 19], b"\n"].concat());
    // the commit is said to be another one, in which the letter was like that already
    git(folder.path(), &["add", "letters"]);
    let tree = git(folder.path(), &["write-tree"]);
    let other = git(folder.path(), &["commit-tree", &tree, "-m", "Another"]);
    let honest = git(folder.path(), &["rev-parse", &format!("{commit}^{{tree}}")]);
    git(folder.path(), &["replace", &commit, &other]);
    // everything in a repository's settings that could start a program when something is compared
    let start = format!("touch {}", mark.display());
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "diff.external",
        "filter.x.clean",
        "filter.x.process",
        "alias.cat-file",
        "alias.rev-parse",
        "credential.helper",
        "core.gitProxy",
        "uploadpack.packObjectsHook",
    ] {
        git(folder.path(), &["config", key, &start]);
    }
    // ... and that what lies in this folder lies elsewhere
    git(folder.path(), &["config", "core.worktree", "../.."]);
    let (_, evidence) = collect(folder.path(), &["--since", &commit]);
    assert!(paths(&evidence).contains(&"letters/one.txt"), "{:?}", paths(&evidence));
    assert!(!mark.exists(), "a setting of the repository started a program");
    // a folder's list of names that is not what its id says
    let object = |id: &str| folder.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    git(folder.path(), &["config", "--unset", "core.worktree"]);
    // a tag that looks like an id
    git(folder.path(), &["-c", "core.fsmonitor=false", "tag", &commit[..12], &other]);
    let output = run(&["collect", folder.path().to_str().expect("a path"), "-o", "/dev/null", "--since", &commit[..12]]);
    let (code, _, errors) = spoken(&output);
    assert!(code == 2 && errors.contains("is another commit"), "{code} {errors}");
    std::fs::remove_file(object(&honest)).expect("an object");
    std::fs::copy(object(&tree), object(&honest)).expect("another in its place");
    let output = run(&["audit", folder.path().to_str().expect("a path"), "--date", DATE, "--since", &commit]);
    let (code, _, errors) = spoken(&output);
    assert!(code == 2 && errors.contains("the repository is broken"), "{code} {errors}");
}

#[test]
fn what_is_no_commit_is_refused() {
    let (folder, _) = repository(&[]);
    let plain = delivery(&[("a.txt", b"nothing\n")]);
    for (target, reference) in
        [(folder.path(), "no-such-branch"), (folder.path(), "--all"), (folder.path(), ""), (plain.path(), "HEAD")]
    {
        let since = format!("--since={reference}");
        let output = run(&["audit", target.to_str().expect("a path"), "--date", DATE, &since]);
        let (code, text, errors) = spoken(&output);
        assert!(
            code == 2 && errors.contains("cannot tell what changed since") && text.is_empty(),
            "{reference}: {code} {errors}"
        );
    }
}

#[test]
fn what_the_change_itself_breaks_is_not_forgiven() {
    let (folder, commit) = repository(&[]);
    write(folder.path(), "new.sh", b"#!/bin/sh\n");
    let policy = delivery(&[(
        "own.yaml",
        b"provost: 1\nid: own\ntitle: Own\nversion: \"1\"\ncontrols:\n  - {id: A-1, title: No scripts, severity: low, gate: true, why: x, fix: y, checks: [{file: \"**/*.sh\", expect: {at_most: 0}, must: {size: {at_least: 0}}}]}\n  - {id: A-2, title: Some letters, severity: low, why: x, fix: y, checks: [{file: \"**/*.txt\", expect: {at_least: 1}, must: {size: {at_least: 0}}}]}\n",
    )]);
    let own = policy.path().join("own.yaml");
    let (code, report) = audit(folder.path(), &["--since", &commit, "--policy", own.to_str().expect("a path")]);
    let outcome = |id: &str| {
        report["controls"].as_array().expect("controls").iter().find(|control| control["id"] == id).expect("it")["outcome"]
            .clone()
    };
    assert_eq!((code, outcome("A-1"), outcome("A-2")), (1, "not_evidenced".into(), "not_applicable".into()));
}

#[test]
fn a_repository_of_endless_folders_ends() {
    let (folder, _) = repository(&[]);
    // two names for the same folder, forty times: a million millions of folders, and none of them is in the delivery
    let pipe = |text: &str| {
        let mut child = Command::new("git")
            .current_dir(folder.path())
            .args(["mktree"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("git starts");
        std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), text.as_bytes()).expect("written");
        String::from_utf8(child.wait_with_output().expect("an end").stdout).expect("text").trim().to_owned()
    };
    let mut tree = pipe("");
    for _ in 0..40 {
        tree = pipe(&format!("040000 tree {tree}\ta\n040000 tree {tree}\tb\n"));
    }
    let bomb = git(folder.path(), &["commit-tree", &tree, "-m", "Many"]);
    let (_, evidence) = collect(folder.path(), &["--since", &bomb]);
    assert!(paths(&evidence).contains(&"letters/one.txt"));
}

/// A table without a row, or a list of nothing, would say that all is well.
#[test]
fn a_report_without_a_finding_says_that_not_all_was_read() {
    let (folder, commit) = repository(&[]);
    write(folder.path(), "new.txt", b"nothing\n");
    let place = folder.path().to_str().expect("a path");
    let report = |format: &str| {
        let arguments = ["audit", place, "--since", "main", "--date", DATE, "--policy", "containers", "--format", format];
        spoken(&run(&arguments)).1
    };
    let said = format!("Only what changed since {} was read: 1 of ", &commit[..12]);
    let rows = report("csv");
    assert!(rows.lines().count() == 2 && rows.contains(&said), "{rows}");
    let columns = |line: Option<&str>| line.map_or(0, |line| line.matches(',').count());
    assert_eq!(columns(rows.lines().next()), columns(rows.lines().nth(1)));
    let rows = report("csv-evidence");
    assert!(rows.lines().any(|line| line.contains(&said) && line.contains(",scope,")), "{rows}");
    let issues: serde_json::Value = serde_json::from_str(&report("gitlab")).expect("JSON");
    let all = issues.as_array().expect("a list");
    assert_eq!((all.len(), &all[0]["severity"], &all[0]["location"]["path"]), (1, &"info".into(), &".".into()), "{issues}");
    assert!(all[0]["description"].as_str().is_some_and(|text| text.starts_with(&said)), "{issues}");
    let commands = report("github");
    assert!(
        commands.lines().any(|line| line.starts_with("::notice title=Provost%3A scope::Only what changed since ")),
        "{commands}"
    );
}
