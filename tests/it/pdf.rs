//! PDF: text, what stands beside it, what earlier revisions said, and how it is protected.

use crate::support::{delivery, root, run, spoken};

fn inventory(names: &[&str]) -> serde_json::Value {
    let files: Vec<(String, Vec<u8>)> = names
        .iter()
        .map(|name| ((*name).to_owned(), std::fs::read(root().join("tests/fixtures/document").join(name)).expect("a fixture")))
        .collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|row| (row.0.as_str(), row.1.as_slice())).collect();
    let folder = delivery(&files);
    let (code, text, errors) = spoken(&run(&["discover", folder.path().to_str().expect("a plain path"), "--format", "json"]));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn pages_attachments_and_annotations_are_read() {
    let found = inventory(&["staff.pdf"]);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let of = |path: &str| artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| panic!("{path}: {found}"));
    assert_eq!(of("staff.pdf!/more.csv")["people"], 2);
    assert_eq!(of("staff.pdf")["hidden"], true, "the annotation");
    // three on the page, the author, one in the annotation, two in the attachment
    assert_eq!(found["people"]["total"], 7, "{found}");
    assert_eq!(found["people"]["by_class"]["warrant_number"], 5);
}

#[test]
fn an_earlier_revision_is_hidden_content() {
    let found = inventory(&["revised.pdf"]);
    let artifact = &found["artifacts"][0];
    assert_eq!(artifact["hidden"], true, "{found}");
    assert!(artifact["people"].as_u64() >= Some(3), "{found}");
}

#[test]
fn protection_is_told_apart() {
    let found = inventory(&["rc4.pdf", "aes256.pdf", "emptypassword.pdf", "picture.pdf"]);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let of = |path: &str| artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| panic!("{path}: {found}"));
    assert_eq!(of("rc4.pdf")["encryption"], "weak");
    assert_eq!(of("aes256.pdf")["encryption"], "strong");
    assert_eq!(of("emptypassword.pdf")["encryption"], "weak");
    assert!(of("emptypassword.pdf")["people"].as_u64() >= Some(3), "no password is no protection");
    assert_eq!(of("picture.pdf")["read"], "partial");
}

/// Three proofs of cards: the portraits are a JPEG, colours and greys; the logo on every page is nobody.
#[test]
fn a_portrait_on_a_page_is_a_photograph_of_whom_the_page_names() {
    let found = inventory(&["proofs.pdf"]);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let photographs = |artifact: &&serde_json::Value| artifact["classes"]["photograph"].is_u64();
    let shown: Vec<&str> = artifacts.iter().filter(photographs).filter_map(|artifact| artifact["path"].as_str()).collect();
    assert_eq!(
        shown,
        ["proofs.pdf!/page 1 picture 2", "proofs.pdf!/page 2 picture 1", "proofs.pdf!/page 3 picture 1"],
        "{found}"
    );
    assert_eq!(found["people"]["total"], 3, "{found}");
    for class in ["photograph", "warrant_number", "person_name"] {
        assert_eq!(found["people"]["by_class"][class], 3, "{class}: {found}");
    }
}

/// A PDF of pages that each draw some of the given pictures (JPEGs) and show a text.
fn pages(pictures: &[(&str, &[u8])], pages: &[(&[usize], &str)]) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![Vec::new(), Vec::new()];
    for (dict, jpeg) in pictures {
        let head =
            format!("<</Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/Filter/DCTDecode{dict}/Length {}>>stream\n", jpeg.len());
        objects.push([head.as_bytes(), jpeg, b"\nendstream"].concat());
    }
    let font = objects.len() + 1;
    objects.push(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec());
    let mut kids = String::new();
    for (own, text) in pages {
        let drawn: String = own.iter().map(|at| format!("q 100 0 0 100 20 20 cm /P{at} Do Q ")).collect();
        let content = format!("{drawn}BT /F 12 Tf 150 100 Td ({text}) Tj ET");
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()).into_bytes());
        let named: String = own.iter().map(|at| format!("/P{at} {} 0 R", at + 3)).collect();
        let body = objects.len();
        kids.push_str(&format!("{} 0 R ", body + 1));
        objects.push(
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 250]/Contents {body} 0 R/Resources<</XObject<<{named}>>/Font<</F {font} 0 R>>>>>>")
                .into_bytes(),
        );
    }
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>".to_vec();
    objects[1] = format!("<</Type/Pages/Count {}/Kids[{kids}]>>", pages.len()).into_bytes();
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in &places {
        out.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    out.extend(format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).into_bytes());
    out
}

#[test]
fn a_letterhead_is_nobodys_photograph_and_what_lies_in_the_file_is_seen_wherever_it_is() {
    let face = std::fs::read(root().join("tests/fixtures/picture/face.jpg")).expect("a fixture");
    let found = |bytes: &[u8]| -> serde_json::Value {
        let folder = delivery(&[("a.pdf", bytes)]);
        let (code, text, errors) = spoken(&run(&["discover", folder.path().to_str().expect("a plain path"), "--format", "json"]));
        assert_eq!(code, 0, "{errors}");
        serde_json::from_str(&text).expect("JSON")
    };
    let shown = |report: &serde_json::Value| {
        let artifacts = report["artifacts"].as_array().expect("artifacts").clone();
        artifacts.iter().filter(|row| row["classes"]["photograph"].is_u64()).count()
    };
    let size = "/Width 96/Height 96/BitsPerComponent 8";
    let (ada, ben) =
        ("Police Constable Ada Example, warrant number 100001", "Police Constable Ben Sample, warrant number 100002");
    // the same picture on both pages
    let report = found(&pages(&[(size, &face)], &[(&[0], ada), (&[0], ben)]));
    assert_eq!((shown(&report), &report["people"]["by_class"]["photograph"]), (1, &serde_json::Value::Null), "{report}");
    // on one page alone; a JPEG is as large as it says itself; a picture that no page draws
    let report = found(&pages(&[("/Width 8/Height 8/BitsPerComponent 1", &face)], &[(&[0], ada), (&[], ben)]));
    assert_eq!((shown(&report), &report["people"]["by_class"]["photograph"]), (1, &1.into()), "{report}");
    let report = found(&pages(&[(size, &face)], &[(&[], ada)]));
    assert_eq!((shown(&report), &report["people"]["by_class"]["photograph"]), (1, &serde_json::Value::Null), "{report}");
}

/// What ties a photograph to a person is said: the page alone, in evidence, inventory and findings.
#[test]
fn a_photograph_that_only_the_page_gives_is_said_to_be_one() {
    let folder =
        delivery(&[("proofs.pdf", &std::fs::read(root().join("tests/fixtures/document/proofs.pdf")).expect("a fixture"))]);
    let path = folder.path().to_str().expect("a plain path");
    let (_, evidence) = crate::support::collect(folder.path(), &[]);
    assert_eq!(evidence["artifacts"][0]["parts"][0]["photographs_by_page"], 3, "{evidence}");
    let (_, text, _) = spoken(&run(&["discover", path]));
    assert!(text.contains("Photograph linked by page: 3;") && text.contains("(photograph linked"), "{text}");
    let (_, text, _) = spoken(&run(&["discover", path, "--format", "json"]));
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        (&report["people"]["photographs_by_page"], &report["artifacts"][0]["photographs_by_page"]),
        (&3.into(), &3.into())
    );
    let policy = |within: &str| {
        format!(
            "provost: 1\nid: t\ntitle: t\nversion: '1'\ncontrols:\n\
             - {{id: A-1, title: t, severity: high, checks: [{{data: {{all_of: [person_name, photograph], within: {within}}}, must: {{people: {{at_most: 0}}}}}}]}}\n"
        )
    };
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("p.yaml");
    let audited = |within: &str| {
        std::fs::write(&file, policy(within)).expect("a policy");
        let (_, report) = crate::support::audit(folder.path(), &["--policy", file.to_str().expect("a plain path")]);
        report["findings"][0]["found"].as_str().expect("a finding").to_owned()
    };
    for within in ["record", "part", "file", "delivery"] {
        assert_eq!(audited(within), "3 people: person_name, photograph (photograph linked by page)", "{within}");
    }
    // a number in another file ties one of them for sure
    let rows = "warrant_no,name,photo\n";
    crate::support::write(folder.path(), "a.csv", format!("{rows}100001,Ada Example,100001.jpg\n").as_bytes());
    assert_eq!(audited("delivery"), "3 people: person_name, photograph (photograph linked by page: 2)");
}

/// A picture without a face is nobody's portrait, and one that nobody could look at is one by its sides alone.
#[test]
fn only_a_portrait_is_given_to_whom_a_page_names() {
    let fixture = |name: &str| std::fs::read(root().join("tests/fixtures/picture").join(name)).expect("a fixture");
    let ada = "Police Constable Ada Example, warrant number 100001";
    let given = |picture: &[u8]| -> (bool, bool) {
        let bytes = pages(&[("/Width 96/Height 96/BitsPerComponent 8", picture)], &[(&[0], ada)]);
        let folder = delivery(&[("photos/a.pdf", &bytes)]);
        let (code, text, errors) = spoken(&run(&["discover", folder.path().to_str().expect("a plain path"), "--format", "json"]));
        assert_eq!(code, 0, "{errors}");
        let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let artifacts = report["artifacts"].as_array().expect("artifacts");
        let any = artifacts.iter().any(|row| row["classes"]["photograph"].is_u64());
        (any, report["people"]["by_class"]["photograph"].is_u64())
    };
    // one that breaks off behind its header, of other sides
    let cut = |width: u16, height: u16| {
        let mut bytes = fixture("face.jpg");
        let at = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a baseline JPEG");
        bytes[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
        bytes[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
        bytes.truncate(at + 19);
        bytes
    };
    assert_eq!(given(&fixture("face.jpg")), (true, true));
    assert_eq!(given(&fixture("slope.jpg")), (false, false));
    // a damaged one was not looked at: its sides speak for it, or do not
    assert_eq!(given(&cut(300, 380)), (true, true));
    assert_eq!(given(&cut(380, 300)), (true, false));
}
