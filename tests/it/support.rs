//! Running the program in a scrubbed environment, and small deliveries.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The audit date of all tests.
pub(crate) const DATE: &str = "2026-11-24";

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program in a clean environment.
pub(crate) fn provost() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.env_clear().current_dir(root());
    command
}

/// Runs the program.
pub(crate) fn run(arguments: &[&str]) -> Output {
    provost().args(arguments).output().expect("the program starts")
}

/// Exit code, standard output, standard error.
pub(crate) fn spoken(output: &Output) -> (i32, String, String) {
    (
        output.status.code().expect("it ended by itself"),
        String::from_utf8(output.stdout.clone()).expect("UTF-8"),
        String::from_utf8(output.stderr.clone()).expect("UTF-8"),
    )
}

/// A delivery in a folder that goes away.
pub(crate) fn delivery(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, content) in files {
        write(folder.path(), path, content);
    }
    folder
}

/// Writes one file of a delivery.
pub(crate) fn write(folder: &Path, path: &str, content: &[u8]) {
    let whole = folder.join(path);
    std::fs::create_dir_all(whole.parent().expect("a parent")).expect("a folder");
    std::fs::write(whole, content).expect("a file");
}

/// The JSON report of an audit.
pub(crate) fn audit(folder: &Path, more: &[&str]) -> (i32, serde_json::Value) {
    let target = folder.to_str().expect("a plain path");
    let mut arguments = vec!["audit", target, "--date", DATE, "--format", "json"];
    arguments.extend(more);
    let output = run(&arguments);
    let (code, text, errors) = spoken(&output);
    let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}\n{errors}"));
    (code, json)
}
