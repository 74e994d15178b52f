//! Text in pictures: what a build without it says, what a build with it refuses, and, where models are at hand, what is found. The
//! folder of models is named by `PROVOST_OCR_MODELS` (`benches/ocr-models.sh` fetches them); without it the last tests check that
//! nothing is claimed to have been read.

use crate::support::{delivery, root, run, spoken};

/// A scanned PDF with one page that is a picture.
fn scan() -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/document/picture.pdf")).expect("a fixture")
}

#[test]
fn a_scanned_page_that_nobody_reads_is_a_gap_that_says_what_to_do() {
    let folder = delivery(&[("scan.pdf", &scan())]);
    let target = folder.path().to_str().expect("a plain path");
    let (code, text, errors) = spoken(&run(&["discover", target, "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    let found: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let reason = found["artifacts"][0]["gaps"].to_string();
    assert!(reason.contains("no text") && reason.contains("ocr"), "{found}");
    assert_eq!(found["artifacts"][0]["read"], "partial");
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
    use super::{delivery, run, spoken};
    use crate::support::root;

    /// The inventory of one file, read optically.
    fn inventory(name: &str, bytes: &[u8], more: &[&str]) -> Option<serde_json::Value> {
        // the tests' own environment names the models; the program is started with none
        let models = std::env::var("PROVOST_OCR_MODELS").ok()?;
        let folder = delivery(&[(name, bytes)]);
        let target = folder.path().to_str().expect("a plain path");
        let mut arguments = vec!["discover", target, "--format", "json", "--jobs", "1", "--ocr-models", models.as_str()];
        arguments.extend(more);
        let (code, text, errors) = spoken(&run(&arguments));
        assert_eq!(code, 0, "{errors}");
        Some(serde_json::from_str(&text).expect("JSON"))
    }

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(root().join("tests/fixtures/ocr").join(name)).expect("a fixture")
    }

    #[test]
    fn a_picture_of_a_form_and_a_scanned_page_give_what_they_say() {
        for (name, label) in [
            ("form.png", "text in the picture"),
            ("form.pdf", "page 1, read from the picture"),
            ("form-fax.tif", "text in the picture"),
            ("form-on-its-side.png", "text in the picture"),
        ] {
            let Some(found) = inventory(name, &fixture(name), &[]) else { return };
            assert_eq!(found["people"]["by_class"]["ni_number"], 1, "{name}: {found}");
            let evidence = found.to_string();
            assert!(evidence.contains(label), "{name}: {found}");
            assert_eq!(found["artifacts"][0]["read"], "full", "{name}: {found}");
            assert!(!evidence.contains("JG 10"), "{name}: a value in the report");
        }
    }

    #[test]
    fn a_passport_in_a_picture_is_known_by_its_zone() {
        let Some(found) = inventory("passport.png", &fixture("passport.png"), &[]) else { return };
        assert_eq!(found["people"]["by_class"]["mrz"], 1, "{found}");
    }

    #[test]
    fn what_is_read_is_the_same_twice_and_less_sure_than_what_was_written() {
        let Some(first) = inventory("form.png", &fixture("form.png"), &[]) else { return };
        let second = inventory("form.png", &fixture("form.png"), &["--ocr-seconds", "700"]).expect("models");
        assert_eq!(first["evidence"], second["evidence"]);
    }

    #[test]
    fn effort_used_up_is_a_gap() {
        // one second is two million steps: the page's map alone takes most of them
        let Some(found) = inventory("form.png", &fixture("form.png"), &["--ocr-seconds", "1"]) else { return };
        let gaps = found["artifacts"][0]["gaps"].to_string();
        assert!(gaps.contains("the time for reading pictures was used up"), "{found}");
    }

    #[test]
    fn a_broken_picture_is_a_gap_and_not_a_fault() {
        let broken = &fixture("form.png")[..400];
        let Some(found) = inventory("form.png", broken, &[]) else { return };
        assert!(found["artifacts"][0]["gaps"].to_string().contains("could not be decoded"), "{found}");
    }
}
