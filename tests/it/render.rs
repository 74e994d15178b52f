//! A stored assessment gives every report again, byte for byte, without the delivery.

use crate::support::{DATE, run, spoken};

#[test]
fn a_stored_assessment_gives_the_same_reports_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name).to_str().expect("a plain path").to_owned();
    let stored = file("a.json");
    let (first, second) = (format!("json={stored}"), format!("terminal={}", file("a.txt")));
    let third = format!("html={}", file("a.html"));
    let audit = ["audit", "examples/card-printer", "--date", DATE, "--format", &first, "--format", &second, "--format", &third];
    assert_eq!(run(&audit).status.code(), Some(1));
    for (format, name) in [("json", "a.json"), ("terminal", "a.txt"), ("html", "a.html")] {
        let again = run(&["render", &stored, "--format", format]);
        assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(again.stdout, std::fs::read(file(name)).expect("it was written"), "{format}");
    }
}

#[test]
fn what_is_no_assessment_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.json");
    let path = file.to_str().expect("a plain path");
    for (text, wanted) in [("{\"schema\": 1", "is no assessment: line 1, column 12"), ("[]", "is no assessment")] {
        std::fs::write(&file, text).expect("a file");
        let (code, _, errors) = spoken(&run(&["render", path]));
        assert_eq!(code, 2);
        assert!(errors.contains(wanted), "{errors}");
    }
    let stored = format!("json={path}");
    assert_eq!(run(&["audit", "examples/good-supplier", "--date", DATE, "--format", &stored]).status.code(), Some(0));
    let text = std::fs::read_to_string(&file).expect("it was written").replace("provost/assessment/1", "provost/assessment/9");
    std::fs::write(&file, text).expect("a file");
    let (code, _, errors) = spoken(&run(&["render", path]));
    assert_eq!(code, 2);
    assert!(errors.contains("another version"), "{errors}");
}
