//! What CI systems are given: the action, the template, the hook and the container file, as far as they can be tried without them.

use crate::support::{root, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

fn yaml(file: &str) -> Value {
    let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Runs the gate as a job would, and gives code, standard output and the folder's contents.
#[cfg(unix)]
fn gate(more: &[(&str, &str)], folder: &std::path::Path) -> (i32, String) {
    let mut command = Command::new("bash");
    command
        .arg(root().join("ci/gate.sh"))
        .current_dir(folder)
        .env("PROVOST", env!("CARGO_BIN_EXE_provost"))
        .env("PROVOST_CONFIG", "");
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY").env_remove("GITHUB_OUTPUT");
    command.envs(more.iter().copied());
    let output = command.output().expect("bash");
    (output.status.code().expect("a code"), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
#[cfg(unix)]
fn the_gate_leaves_every_report_and_ends_as_the_audit_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let example = root().join("examples/card-printer");
    let summary = folder.path().join("summary");
    let outputs = folder.path().join("outputs");
    let settings = [
        ("PROVOST_TARGET", example.to_str().expect("plain")),
        ("PROVOST_OUT", "out"),
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_STEP_SUMMARY", summary.to_str().expect("plain")),
        ("GITHUB_OUTPUT", outputs.to_str().expect("plain")),
    ];
    let (code, text) = gate(&settings, folder.path());
    assert_eq!(code, 1);
    assert!(text.contains("FAIL") && text.contains("\n::error "), "no annotations");
    assert!(std::fs::read_to_string(&summary).expect("a summary").contains("FAIL"));
    assert_eq!(std::fs::read_to_string(&outputs).expect("outputs"), "exit-code=1\nreports=out\n");
    for report in ["provost.json", "provost.html", "provost.sarif", "junit.xml", "gl-code-quality.json", "summary.md"] {
        assert!(folder.path().join("out").join(report).is_file(), "{report}");
    }
    // the baseline of before: nothing new
    let again = [settings[0], ("PROVOST_OUT", "next"), ("PROVOST_BASELINE", "out/provost.json"), ("PROVOST_FAIL_ON", "low")];
    assert_eq!(gate(&again, folder.path()).0, 0);
    // a setting is a word, whatever stands in it
    let hostile = [settings[0], ("PROVOST_FAIL_ON", "high; touch broken"), ("PROVOST_OUT", "third")];
    assert_eq!(gate(&hostile, folder.path()).0, 2);
    assert!(!folder.path().join("broken").exists());
}

#[test]
fn the_action_gives_the_gate_every_input_and_no_text_becomes_a_command() {
    let action = yaml("action.yml");
    let step = &action["runs"]["steps"][0];
    assert!(!step["run"].as_str().expect("a command").contains("${{"), "an input in a command is a way in");
    let given: BTreeSet<&str> = step["env"].as_object().expect("settings").keys().map(String::as_str).collect();
    let script = std::fs::read_to_string(root().join("ci/gate.sh")).expect("the gate");
    assert!(given.iter().all(|name| script.contains(&format!("${{{name}:-"))), "{given:?}");
    let used: String = step["env"].as_object().expect("settings").values().map(|value| value.as_str().expect("a text")).collect();
    for input in action["inputs"].as_object().expect("inputs").keys() {
        assert!(used.contains(&format!("inputs.{input} ")), "{input} is not used");
    }
    let template = yaml("ci/gitlab.yml");
    let settings = template[".provost"]["variables"].as_object().expect("settings").keys().cloned().collect::<Vec<_>>();
    assert!(settings.iter().all(|name| script.contains(&format!("${{{name}:-"))), "{settings:?}");
    for report in ["junit", "codequality"] {
        let path = template[".provost"]["artifacts"]["reports"][report].as_str().expect("a path");
        assert!(script.contains(path.strip_prefix("provost-reports/").expect("in the folder")), "{path}");
    }
    for hook in yaml(".pre-commit-hooks.yaml").as_array().expect("hooks") {
        let script = hook["entry"].as_str().expect("a script");
        let text = std::fs::read_to_string(root().join(script)).expect("it is there");
        assert!(text.contains("audit \"$staged/delivery\" \"$@\""), "{text}");
        let help = String::from_utf8_lossy(&run(&["audit", "--help"]).stdout).into_owned();
        let arguments: Vec<&str> =
            hook["args"].as_array().expect("arguments").iter().map(|word| word.as_str().expect("a word")).collect();
        assert!(arguments.iter().filter(|word| word.starts_with("--")).all(|word| help.contains(word)), "{arguments:?}");
    }
}

#[test]
fn our_own_container_file_is_what_we_ask_of_others() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(root().join("Containerfile"), folder.path().join("Dockerfile")).expect("a copy");
    let output = run(&["settings", folder.path().to_str().expect("plain")]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("10001"), "{text}");
    let output = run(&["audit", folder.path().to_str().expect("plain"), "--policy", "containers", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let open: Vec<&Value> =
        found["findings"].as_array().expect("a list").iter().filter(|finding| finding["outcome"] == "fail").collect();
    assert!(open.is_empty(), "{open:#?}");
}
