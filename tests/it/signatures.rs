//! Signed policies and evidence: what holds is used, what was changed, is unsigned or signed by somebody else is not.

use crate::support::{DATE, delivery, run, spoken};
use std::path::PathBuf;

const POLICY: &str = "provost: 1\nid: own\ntitle: Own\nversion: \"1\"\nextends: [./base.yaml]\n";
const BASE: &str = "provost: 1\nid: base\ntitle: Base\nversion: \"1\"\ncontrols:\n  - {id: A-1, title: None, severity: low, why: x, fix: y, checks: [{data: email_address, must: {exist: true}}]}\n";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(delivery(&[
            ("own.yaml", POLICY.as_bytes()),
            ("base.yaml", BASE.as_bytes()),
            ("delivery/staff.csv", b"name,email\nAda Example,ada@example.org\n"),
        ]));
        for name in ["mine", "other"] {
            assert_eq!(spoken(&run(&["keygen", &place.at(name)])).0, 0);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn at(&self, name: &str) -> String {
        self.path(name).to_str().expect("a plain path").to_owned()
    }

    fn go(&self, words: &[&str]) -> (i32, String, String) {
        let words: Vec<String> =
            words.iter().map(|word| word.strip_prefix('@').map_or((*word).to_owned(), |name| self.at(name))).collect();
        spoken(&run(&words.iter().map(String::as_str).collect::<Vec<_>>()))
    }
}

#[test]
fn what_is_signed_verifies_and_nothing_else() {
    let place = Place::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(place.path("mine.key")).expect("a key").permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(place.go(&["keygen", "@mine"]).0, 2, "a key is never written over");
    assert_eq!(place.go(&["sign", "@own.yaml", "--secret-key", "@mine.key", "--comment", "for 2026"]).0, 0);
    let (code, text, _) = place.go(&["verify", "@own.yaml", "--trusted-key", "@mine.pub"]);
    assert!(code == 0 && text.contains("for 2026"), "{text}");
    // the key itself, in place of its file
    let public = std::fs::read_to_string(place.path("mine.pub")).expect("a key");
    let line = public.lines().last().expect("a line");
    assert_eq!(place.go(&["verify", "@own.yaml", "--trusted-key", line]).0, 0);
    for (wrong, key) in [("@own.yaml", "@other.pub"), ("@base.yaml", "@mine.pub")] {
        let (code, text, _) = place.go(&["verify", wrong, "--trusted-key", key]);
        assert!(code == 1 && text.contains("NOT VERIFIED"), "{text}");
    }
    // each byte of the file, and of the signed comment, counts
    let mut bytes = POLICY.as_bytes().to_vec();
    bytes[20] ^= 1;
    std::fs::write(place.path("own.yaml"), &bytes).expect("a file");
    assert_eq!(place.go(&["verify", "@own.yaml", "--trusted-key", "@mine.pub"]).0, 1);
    std::fs::write(place.path("own.yaml"), POLICY).expect("a file");
    let signature = std::fs::read_to_string(place.path("own.yaml.minisig")).expect("a signature");
    let flipped = {
        // one sign of the signature itself
        let mut bytes = signature.clone().into_bytes();
        let at = signature.find('\n').expect("a line") + 40;
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).expect("text")
    };
    for changed in [signature.replace("for 2026", "for 2027"), flipped, String::new(), "RW\n".to_owned()] {
        std::fs::write(place.path("own.yaml.minisig"), changed).expect("a file");
        assert_eq!(place.go(&["verify", "@own.yaml", "--trusted-key", "@mine.pub"]).0, 1);
    }
    for nonsense in ["@own.yaml", "RWnot", "@none"] {
        assert_eq!(place.go(&["verify", "@own.yaml", "--trusted-key", nonsense]).0, 2);
    }
}

#[test]
fn a_policy_is_used_only_if_it_and_all_that_it_extends_is_signed_where_that_is_asked() {
    let place = Place::new();
    let audit = |key: &str| place.go(&["audit", "@delivery", "--policy", "@own.yaml", "--date", DATE, "--policy-key", key]);
    assert_eq!(place.go(&["audit", "@delivery", "--policy", "@own.yaml", "--date", DATE]).0, 0);
    let (code, _, errors) = audit("@mine.pub");
    assert!(code == 2 && errors.contains("is not used: there is no signature"), "{errors}");
    assert_eq!(place.go(&["sign", "@own.yaml", "--secret-key", "@mine.key"]).0, 0);
    let (code, _, errors) = audit("@mine.pub");
    assert!(code == 2 && errors.contains("base.yaml is not used"), "{errors}");
    assert_eq!(place.go(&["sign", "@base.yaml", "--secret-key", "@mine.key"]).0, 0);
    assert_eq!(audit("@mine.pub").0, 0);
    assert_eq!(audit("@other.pub").0, 2);
    // what is built in needs nobody's signature
    assert_ne!(place.go(&["audit", "@delivery", "--policy", "publication", "--date", DATE, "--policy-key", "@mine.pub"]).0, 2);
    std::fs::write(place.path("base.yaml"), BASE.replace("email_address", "person_name")).expect("a file");
    let (code, _, errors) = audit("@mine.pub");
    assert!(code == 2 && errors.contains("was changed"), "{errors}");
    let collect = ["collect", "@delivery", "--policy", "@own.yaml", "-o", "@e.json", "--policy-key", "@mine.pub"];
    assert_eq!(place.go(&collect).0, 2);
    assert!(!place.path("e.json").exists());
}

#[test]
fn evidence_is_judged_only_if_it_is_signed_where_that_is_asked() {
    let place = Place::new();
    assert_eq!(place.go(&["collect", "@delivery", "-o", "@e.json"]).0, 0);
    let assess = ["assess", "@e.json", "--policy", "publication", "--date", DATE, "--evidence-key", "@mine.pub"];
    let (code, _, errors) = place.go(&assess);
    assert!(code == 2 && errors.contains("is not taken as evidence"), "{errors}");
    assert_eq!(place.go(&["sign", "@e.json", "--secret-key", "@mine.key"]).0, 0);
    assert_eq!(place.go(&assess).0, place.go(&assess[..6]).0);
    let (code, text, _) = place.go(&["verify", "@e.json", "--trusted-key", "@mine.pub"]);
    assert!(code == 0 && text.contains("evidence of 1 artifact (0 not read in full)"), "{text}");
    let text = std::fs::read_to_string(place.path("e.json")).expect("evidence").replace("\"matches\":1", "\"matches\":0");
    std::fs::write(place.path("e.json"), text).expect("a file");
    assert_eq!(place.go(&assess).0, 2);
    assert_eq!(place.go(&["verify", "@e.json", "--trusted-key", "@mine.pub"]).0, 1);
}

#[test]
fn no_result_is_written_over_a_key_a_signature_or_what_the_audit_reads() {
    let place = Place::new();
    std::fs::write(place.path("audit.key"), "a key for tests, which is no secret\n").expect("a file");
    std::fs::write(place.path("words"), "password\n").expect("a file");
    assert_eq!(place.go(&["sign", "@own.yaml", "@base.yaml", "--secret-key", "@mine.key"]).0, 0);
    for name in ["audit.key", "words", "mine.pub", "own.yaml", "own.yaml.minisig"] {
        let before = std::fs::read(place.path(name)).expect("a file");
        let format = format!("json={}", place.at(name));
        let aside = ["--key-file", "@audit.key", "--passwords", "@words"];
        let policy = ["--policy", "@own.yaml", "--policy-key", "@mine.pub"];
        let audit = [&["audit", "@delivery", "--format", &format][..], &aside, &policy].concat();
        assert_eq!(place.go(&audit).0, 2, "{name}");
        let out = place.at(name);
        assert_eq!(place.go(&[&["collect", "@delivery", "-o", &out][..], &aside, &policy].concat()).0, 2, "{name}");
        if name.starts_with('a') || name == "words" {
            assert_eq!(place.go(&[&["discover", "@delivery", "--format", &format][..], &aside].concat()).0, 2, "{name}");
        }
        assert_eq!(std::fs::read(place.path(name)).expect("a file"), before, "{name}");
    }
    // two at once make two pairs or one, and never a pair of two halves
    for round in 0..6 {
        let name = format!("pair{round}");
        let start = || crate::support::provost().arg("keygen").arg(place.path(&name)).stderr(std::process::Stdio::null()).spawn();
        let mut both = [start().expect("it starts"), start().expect("it starts")];
        let made = both.each_mut().map(|child| child.wait().expect("an end").success());
        assert!(made.iter().filter(|made| **made).count() <= 1, "a key was lost");
        if made.contains(&true) {
            let (key, public) = (format!("@{name}.key"), format!("@{name}.pub"));
            assert_eq!(place.go(&["sign", "@words", "--secret-key", &key]).0, 0);
            assert_eq!(place.go(&["verify", "@words", "--trusted-key", &public]).0, 0);
        }
    }
}
