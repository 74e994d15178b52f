//! The file of defaults, and how much is said.

use crate::support::{DATE, spoken, write};
use std::path::Path;
use std::process::Command;

fn with(config: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.env_clear().env("PROVOST_CONFIG", config).args(arguments);
    spoken(&command.output().expect("it runs"))
}

#[test]
fn defaults_are_what_would_have_been_typed_and_what_is_typed_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config.yaml");
    let delivery = folder.path().join("d");
    write(&delivery, "etc/ssh/sshd_config", b"PermitRootLogin yes\n");
    let target = delivery.to_str().expect("plain");
    std::fs::write(&config, format!("provost-config: 1\naudit: {{policy: server-hardening, date: {DATE}, classification: OFFICIAL, format: markdown, allow-conditional: true}}\n")).expect("a file");
    let (code, text, errors) = with(&config, &["audit", target]);
    assert!(
        code == 1 && text.starts_with("**OFFICIAL**") && text.contains("server-hardening") || text.contains("SRV-SSH-1"),
        "{code} {text} {errors}"
    );
    let (_, text, _) = with(&config, &["audit", target, "--classification=SECRET", "--format", "terminal"]);
    assert!(text.starts_with("SECRET"), "{text}");
    // another command is none of its business
    assert_eq!(with(&config, &["policy", "list"]).0, 0);
    // --config goes before the variable, and before the command or behind it
    let other = folder.path().join("other.yaml");
    std::fs::write(&other, "provost-config: 1\naudit:\n  classification: OTHER\n").expect("a file");
    let other = other.to_str().expect("plain");
    for arguments in [["--config", other, "audit", target], ["audit", target, "--config", other]] {
        assert!(with(&config, &arguments).1.starts_with("OTHER"), "{arguments:?}");
    }
    for (text, wanted) in [
        ("audit: {}\n", "does not begin with"),
        ("provost-config: 1\naudti: {jobs: 1}\n", "audit"),
        ("provost-config: 1\naudit: {polcy: x}\n", "policy"),
        ("provost-config: 1\naudit: {all: perhaps}\n", "true or false"),
        ("provost-config: 1\naudit: {policy: {a: b}}\n", "a text, a number"),
        ("provost-config: 1\naudit: [\n", "is not valid"),
    ] {
        std::fs::write(&config, text).expect("a file");
        let (code, _, errors) = with(&config, &["audit", target]);
        assert!(code == 2 && errors.contains(wanted), "{text}: {errors}");
    }
    let (code, _, errors) = with(&folder.path().join("none.yaml"), &["audit", target]);
    assert!(code == 2 && errors.contains("cannot be read"), "{errors}");
    // none lies about in the delivery or the current folder
    write(&delivery, "provost/config.yaml", b"provost-config: 1\naudit: {allow-conditional: true, classification: TRICK}\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    let output = command.env_clear().current_dir(&delivery).args(["audit", "."]).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("TRICK"));
}

#[test]
fn it_says_less_or_more_when_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "etc/ssh/sshd_config", b"PermitRootLogin yes\n");
    let target = folder.path().to_str().expect("plain");
    let none = Path::new("");
    let (code, plain, _) = with(none, &["audit", target, "--date", DATE]);
    let (quiet_code, quiet, errors) = with(none, &["audit", target, "--date", DATE, "-q"]);
    assert_eq!((code, errors.as_str()), (quiet_code, ""));
    assert!(plain.starts_with(quiet.trim_end()) && quiet.lines().count() < 25 && quiet.contains("score"), "{quiet}");
    let (_, loud, errors) = with(none, &["-v", "audit", target, "--date", DATE]);
    assert_eq!(loud, plain);
    assert!(errors.contains("collected 1 artifact ") && errors.contains("judged"), "{errors}");
    assert_eq!(with(none, &["audit", target, "-q", "-v"]).0, 2);
}
