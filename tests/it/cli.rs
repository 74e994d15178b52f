//! The command line as a user meets it.

use crate::support::{DATE, delivery, provost, run, spoken};

#[test]
fn help_names_every_command_and_exit_code() {
    let (code, text, _) = spoken(&run(&["--help"]));
    assert_eq!(code, 0);
    for word in [
        "audit",
        "discover",
        "detect",
        "collect",
        "assess",
        "locate",
        "policy",
        "explain",
        "0 passed",
        "3 audited, incomplete",
        "not legal advice",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn bad_usage_is_two_and_says_what_to_do() {
    for arguments in [
        &["audit"][..],
        &["audti", "x"],
        &["audit", "examples/foi-release", "--format", "jsn"],
        &["audit", "examples/foi-release", "--format", "json", "--format", "terminal"],
        &["audit", "examples/foi-release", "--date", "tomorrow"],
        &["audit", "examples/foi-release", "--policy", "publicaton"],
        &["audit", "examples/foi-release", "--set", "nothing=1"],
        &["audit", "examples/foi-release", "--jobs", "0"],
        &["audit", "examples/foi-release", "--score-model", "mean"],
        &["audit", "examples/foi-release", "--format", "json=no/such/folder/x.json"],
        &["audit", "examples/foi-release", "--format", "json=target/x.json", "--format", "terminal=target/../target/x.json"],
        &["explain", "vetting_levle"],
        &["locate", "examples/foi-release", "999"],
        &["assess", "Cargo.toml"],
    ] {
        let (code, out, errors) = spoken(&run(arguments));
        assert_eq!(code, 2, "{arguments:?}: {out}{errors}");
        assert!(!errors.trim().is_empty() && out.is_empty(), "{arguments:?}: {out}");
    }
}

#[test]
#[cfg(unix)]
fn a_mistake_in_a_policy_is_said_before_evidence_has_come() {
    let mut child = provost()
        .args(["assess", "/dev/stdin", "--policy", "nosuch"])
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("a process");
    // a pipe that nobody ever writes to, and nobody closes
    let open = child.stdin.take();
    let mut code = None;
    for _ in 0..1_200 {
        code = child.try_wait().expect("a process").and_then(|status| status.code());
        if code.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let _ = child.kill();
    drop(open);
    assert_eq!(code, Some(2));
}

#[test]
fn several_formats_at_once_and_no_colour_in_a_pipe() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("r.json");
    let format = format!("json={}", file.display());
    let (code, text, errors) = spoken(&run(&[
        "audit",
        "examples/foi-release",
        "--date",
        DATE,
        "--policy",
        "publication",
        "--format",
        "terminal",
        "--format",
        &format,
    ]));
    assert_eq!(code, 1);
    assert!(errors.is_empty(), "nothing but the report in a pipe: {errors}");
    assert!(!text.contains('\u{1b}'));
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{}",
        text.lines().find(|line| line.chars().count() > 80).unwrap_or("")
    );
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).expect("a report")).expect("JSON");
    assert_eq!(json["schema"], "provost/assessment/1");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "no draft is left");
}

#[test]
fn locate_gives_masked_paths_back() {
    let folder = delivery(&[("photos/48213.jpg", b"\xff\xd8\xff\xe0"), ("readme.txt", b"x\n")]);
    let target = folder.path().to_str().expect("a plain path");
    let (_, text, _) = spoken(&run(&["discover", target, "--format", "json"]));
    assert!(!text.contains("48213") && text.contains("photos/99999.jpg"), "{text}");
    let (code, text, _) = spoken(&run(&["locate", target, "1"]));
    assert_eq!((code, text.as_str()), (0, "1\tphotos/48213.jpg\n"));
}

#[test]
fn explain_knows_every_kind_of_word() {
    for word in [
        "CARD-MIN-1",
        "vetting_level",
        "data",
        "at_most",
        "sshd",
        "csv",
        "iban",
        "uk-gdpr",
        "classes",
        "controls",
        "validators",
        "terminal",
    ] {
        let (code, text, errors) = spoken(&run(&["explain", word]));
        assert_eq!(code, 0, "{word}: {errors}");
        assert!(text.len() > 20, "{word}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    use std::process::Stdio;
    let mut child =
        provost().args(["explain", "classes"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn a_report_goes_into_what_is_there_and_through_links() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("real.json"), "old").expect("a file");
    std::os::unix::fs::symlink("real.json", at("link.json")).expect("a link");
    let audit = |place: &std::path::Path| {
        let format = format!("json={}", place.display());
        run(&["audit", "examples/foi-release/", "--date", DATE, "--policy", "publication", "--format", &format])
    };
    assert_eq!(audit(&at("link.json")).status.code(), Some(1));
    assert!(at("link.json").is_symlink(), "the link is still one");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(at("real.json")).expect("a report")).expect("JSON");
    assert_eq!(json["target"], "examples/foi-release", "no slash at the end");
    assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().expect("mkfifo").success());
    let pipe = at("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).expect("what was written"));
    assert_eq!(audit(&at("pipe")).status.code(), Some(1));
    assert!(reader.join().expect("a report").contains("provost/assessment/1"));
    assert!(!at("pipe").is_file(), "the pipe is still one");
    let output = audit(std::path::Path::new("/dev/stdout"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("provost/assessment/1"));
    assert_eq!(audit(std::path::Path::new("/dev/null")).status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn an_output_that_takes_nothing_is_an_error() {
    let nowhere = std::fs::File::open("/dev/null").expect("for reading only");
    let child =
        provost().args(["explain", "data"]).stdout(nowhere).stderr(std::process::Stdio::piped()).spawn().expect("it starts");
    let (code, _, errors) = spoken(&child.wait_with_output().expect("it ends"));
    assert_eq!(code, 2);
    assert!(errors.contains("cannot write to standard output"), "{errors}");
}

#[test]
fn arguments_play_no_tricks_on_the_terminal() {
    for arguments in [
        &["explain", "\u{1b}[31mred"][..],
        &["au\u{1b}[31mdit"],
        &["audit", "no\u{1b}]0;x\u{7}/such"],
        &["audit", "x", "--policy", "./\u{1b}[2J.yaml"],
        &["audit", "x", "--format", "\u{1b}[2J"],
        &["assess", "\u{1b}[2J"],
    ] {
        let (code, _, errors) = spoken(&run(arguments));
        assert_eq!(code, 2, "{arguments:?}");
        assert!(!errors.is_empty() && !errors.contains(['\u{1b}', '\u{7}']), "{arguments:?}: {errors:?}");
    }
}
