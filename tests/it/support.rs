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

/// Exit code, standard output, standard error. What the kernel of this machine lacks is no part of what is tested.
pub(crate) fn spoken(output: &Output) -> (i32, String, String) {
    let errors = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    let lacking = |line: &&str| !line.contains("workers are not confined in full");
    (
        output.status.code().expect("it ended by itself"),
        String::from_utf8(output.stdout.clone()).expect("UTF-8"),
        errors.split_inclusive('\n').filter(lacking).collect(),
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

/// The evidence of a folder, as text and as artifacts.
pub(crate) fn evidence(folder: &Path, more: &[&str]) -> (String, Vec<serde_json::Value>) {
    let (text, whole) = collect(folder, more);
    (text, whole["artifacts"].as_array().expect("artifacts").clone())
}

/// The evidence of a folder, as text and read.
pub(crate) fn collect(folder: &Path, more: &[&str]) -> (String, serde_json::Value) {
    let out = tempfile::tempdir().expect("a folder");
    let file = out.path().join("evidence.json");
    let mut arguments = vec!["collect", folder.to_str().expect("a plain path"), "-o", file.to_str().expect("a plain path")];
    arguments.extend(more);
    let (code, _, errors) = spoken(&run(&arguments));
    assert_eq!(code, 0, "{errors}");
    let text = std::fs::read_to_string(file).expect("evidence");
    let whole = serde_json::from_str(&text).expect("JSON");
    (text, whole)
}

/// The artifact with a path, and a good look at the others if there is none.
pub(crate) fn at<'a>(artifacts: &'a [serde_json::Value], path: &str) -> &'a serde_json::Value {
    artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| {
        let paths: Vec<&serde_json::Value> = artifacts.iter().map(|artifact| &artifact["path"]).collect();
        panic!("no {path} in {paths:?}")
    })
}
