//! Text in pictures: what a build without it says, what a build with it refuses, and, where models are at hand, what is found. The
//! folder of models is named by `PROVOST_OCR_MODELS` (`benches/ocr-models.sh` fetches them); without it the last tests end at once.

use crate::support::{delivery, root, run, spoken};
use serde_json::Value;

/// The one artifact's evidence of a delivery of one file.
fn collected(name: &str, bytes: &[u8], more: &[&str]) -> Value {
    let folder = delivery(&[(&format!("in/{name}"), bytes), ("key", b"0123456789abcdef")]);
    let at = |path: &str| folder.path().join(path).to_str().expect("a plain path").to_owned();
    let (target, output, key) = (at("in"), at("evidence.json"), at("key"));
    let mut arguments = vec!["collect", &target, "-o", &output, "--key-file", &key, "--jobs", "1"];
    arguments.extend(more);
    let (code, _, errors) = spoken(&run(&arguments));
    assert_eq!(code, 0, "{errors}");
    let text = std::fs::read(&output).expect("evidence");
    let evidence: Value = serde_json::from_slice(&text).expect("JSON");
    evidence["artifacts"][0].clone()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures").join(name)).expect("a fixture")
}

#[test]
fn a_scanned_page_that_nobody_reads_is_a_gap_that_says_what_to_do() {
    for (name, file) in [("document/picture.pdf", "blank.pdf"), ("ocr/form.pdf", "scan.pdf")] {
        let found = collected(file, &fixture(name), &[]);
        let gaps = found["gaps"].to_string();
        assert!(gaps.contains("no text") && gaps.contains("ocr"), "{found}");
        assert_eq!(found["read"], "partial");
    }
}

#[test]
fn a_folder_without_models_stops_the_audit_before_it_begins() {
    let folder = delivery(&[("det.onnx", b"rubbish"), ("rec.onnx", b"rubbish")]);
    let models = folder.path().to_str().expect("a plain path");
    for (models, with_feature) in [(models, "det.onnx is no model"), ("no/such/folder", "cannot read det.onnx")] {
        for command in ["audit", "discover"] {
            let (code, text, errors) = spoken(&run(&[command, "examples/foi-release", "--ocr-models", models]));
            assert_eq!(code, 2, "{text}{errors}");
            let wanted = if cfg!(feature = "ocr") { with_feature } else { "does not read pictures" };
            assert!(errors.contains(wanted), "{errors}");
            assert!(errors.contains("--features ocr") || errors.contains("ocr-models.sh"), "no help: {errors}");
        }
    }
    let (code, _, errors) = spoken(&run(&["audit", "examples/foi-release", "--ocr-seconds", "5"]));
    assert_eq!(code, 2, "seconds for nobody: {errors}");
}

#[cfg(feature = "ocr")]
mod with_models {
    use super::{Value, collected, fixture};

    fn read(name: &str, bytes: &[u8], more: &[&str]) -> Option<Value> {
        // the tests' own environment names the models; the program is started with none
        let models = std::env::var("PROVOST_OCR_MODELS").ok()?;
        let mut arguments = vec!["--ocr-models", models.as_str()];
        arguments.extend(more);
        Some(collected(name, bytes, &arguments))
    }

    /// The part with a label.
    fn part<'a>(found: &'a Value, label: &str) -> &'a Value {
        let parts = found["parts"].as_array().expect("parts");
        parts.iter().find(|part| part["label"] == label).unwrap_or_else(|| panic!("no {label}: {found}"))
    }

    #[test]
    fn a_picture_of_a_form_and_a_scanned_page_give_what_they_say() {
        for (name, label) in [
            ("form.png", "text in the picture"),
            ("form.pdf", "page 1, read from the picture"),
            ("form-fax.tif", "text in the picture"),
            ("form-on-its-side.png", "text in the picture"),
        ] {
            let Some(found) = read(name, &fixture(&format!("ocr/{name}")), &[]) else { return };
            let part = part(&found, label);
            for class in ["ni_number", "person_name", "date_of_birth", "email_address"] {
                assert_eq!(part["tallies"][class]["matches"], 1, "{name}: {part}");
            }
            // one form is one record of one person
            assert_eq!(part["rows"].as_array().map(Vec::len), Some(1), "{name}: {part}");
            assert_eq!(found["read"], "full", "{name}: {found}");
        }
    }

    #[test]
    fn what_is_read_is_less_sure_than_what_is_written_and_the_same_twice() {
        let Some(first) = read("form.png", &fixture("ocr/form.png"), &[]) else { return };
        let second = read("form.png", &fixture("ocr/form.png"), &["--ocr-seconds", "700"]).expect("models");
        assert_eq!(first["parts"], second["parts"]);
        let written = collected("form.txt", b"National Insurance number: JG 10 37 59 A\n", &[]);
        let sure = |part: &Value| part["tallies"]["ni_number"]["confidence"].as_f64().expect("a number");
        let (read, written) = (sure(part(&first, "text in the picture")), sure(&written["parts"][0]));
        assert!((read - 0.9 * written).abs() < 1e-3, "{read} {written}");
    }

    #[test]
    fn a_passport_in_a_picture_is_known_by_its_zone() {
        let Some(found) = read("passport.png", &fixture("ocr/passport.png"), &[]) else { return };
        assert_eq!(part(&found, "text in the picture")["tallies"]["mrz"]["matches"], 1, "{found}");
    }

    #[test]
    fn every_page_of_a_fax_is_read() {
        let Some(found) = read("fax.tif", &fixture("ocr/two-pages.tif"), &[]) else { return };
        assert_eq!(part(&found, "page 1, read from the picture")["tallies"]["ni_number"]["matches"], 1, "{found}");
        assert_eq!(part(&found, "page 2, read from the picture")["tallies"]["mrz"]["matches"], 1, "{found}");
    }

    #[test]
    fn effort_used_up_is_a_gap() {
        // one second is two million steps: enough to find the lines of the page as it is drawn, not to read all of them
        let Some(found) = read("form.pdf", &fixture("ocr/form.pdf"), &["--ocr-seconds", "1"]) else { return };
        assert!(found["gaps"].to_string().contains("the time for reading pictures was used up"), "{found}");
        assert_eq!(found["read"], "partial", "{found}");
    }

    #[test]
    fn a_broken_picture_is_a_gap_and_not_a_fault() {
        let whole = fixture("ocr/form.png");
        let Some(found) = read("form.png", whole.get(..400).expect("400 bytes"), &[]) else { return };
        assert!(found["gaps"].to_string().contains("could not be decoded"), "{found}");
    }
}
