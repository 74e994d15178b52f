//! Files made to be misread: encrypted by their first line only, a zero byte in a table, a tree of very many keys, includes that are
//! named after somebody. Each is read for what it is, or said to be unread.

use crate::support::{audit, delivery, root};
use serde_json::Value;
use std::path::Path;

/// The evidence of a delivery.
fn collect(folder: &Path) -> Value {
    crate::support::collect(folder, &[]).1
}

fn artifact<'a>(evidence: &'a Value, path: &str) -> &'a Value {
    let artifacts = evidence["artifacts"].as_array().expect("artifacts");
    artifacts.iter().find(|artifact| artifact["path"] == path).unwrap_or_else(|| panic!("{path} is not in {artifacts:?}"))
}

fn rows() -> String {
    let rows: Vec<String> = (0..100).map(|at| format!("{},Ada{at} Example{at},ada{at}@example.org", 482_100 + at)).collect();
    format!("warrant_no,name,email\n{}\n", rows.join("\n"))
}

#[test]
fn a_first_line_does_not_encrypt_the_rows_behind_it() {
    for first in [
        "age-encryption.org/v1",
        "age-encryption.org/v1\n-> X25519 bWFkZSB1cCBmb3IgYSB0ZXN0\nbWFkZSB1cCBmb3IgYSB0ZXN0\n--- bWFkZSB1cCBmb3IgYSB0ZXN0",
        "$ANSIBLE_VAULT;1.1;AES256",
        "$ANSIBLE_VAULT;1.1;AES256\n6162636465666768",
        "-----BEGIN PGP MESSAGE-----",
        "-----BEGIN PGP MESSAGE-----\n\nhQEMA/7A+Gy1ePkQAQgA",
        "-----BEGIN AGE ENCRYPTED FILE-----",
        "Salted__",
        "U2FsdGVkX1",
    ] {
        let folder = delivery(&[("cards.csv", format!("{first}\n{}", rows()).as_bytes())]);
        let evidence = collect(folder.path());
        let found = artifact(&evidence, "cards.csv");
        assert!(found["encryption"].is_null() || found["encryption"] == "none", "{first}: {}", found["encryption"]);
        let (_, report) = audit(folder.path(), &["--policy", "publication"]);
        assert!(report["people"]["total"].as_u64() >= Some(95), "{first}: {}", report["people"]);
    }
}

#[test]
fn armour_of_a_plain_table_is_no_encryption() {
    use base64::Engine as _;
    let lines: String = base64::engine::general_purpose::STANDARD
        .encode(rows())
        .as_bytes()
        .chunks(64)
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect();
    let file = format!("-----BEGIN PGP MESSAGE-----\n\n{lines}-----END PGP MESSAGE-----\n");
    let folder = delivery(&[("cards.asc", file.as_bytes())]);
    let evidence = collect(folder.path());
    assert_ne!(artifact(&evidence, "cards.asc")["encryption"], "strong");
}

#[test]
fn what_is_encrypted_counts_as_such() {
    let evidence = collect(&root().join("examples/good-supplier"));
    let sealed: Vec<&Value> = evidence["artifacts"]
        .as_array()
        .expect("artifacts")
        .iter()
        .filter(|artifact| artifact["path"].as_str().is_some_and(|path| path.ends_with(".age") || path.ends_with(".asc")))
        .collect();
    assert!(sealed.len() >= 7, "{sealed:?}");
    assert!(sealed.iter().all(|artifact| artifact["encryption"] == "strong"), "{sealed:?}");
}

#[test]
fn a_zero_byte_does_not_hide_a_table() {
    let folder = delivery(&[("nul.csv", b"warrant_no,name\n482131,Ada\0 Example\n482132,Ben Sample\n482133,Cy Model\n")]);
    let evidence = collect(folder.path());
    let found = artifact(&evidence, "nul.csv");
    assert_eq!((&found["type"], &found["read"]), (&"csv".into(), &"full".into()), "{found}");
    assert_eq!(found["gaps"][0]["at"], "bytes", "{found}");
    let (_, report) = audit(folder.path(), &["--policy", "publication"]);
    assert_eq!(report["people"]["total"], 3);
}

#[test]
fn very_many_keys_take_no_longer_than_their_bytes() {
    let flat: Vec<String> = (0..200_000).map(|at| format!("\"k{at}\":{at}")).collect();
    let same: Vec<String> = (0..100_000).map(|at| format!("\"k\":{{\"a\":{at}}}")).collect();
    let inner: Vec<String> = (0..30_000).map(|at| format!("\"k{at}\":{at}")).collect();
    let inner = inner.join(",");
    let wide: Vec<String> = (0..4).map(|at| format!("\"m{at}\":{{{inner}}}")).collect();
    let folder = delivery(&[
        ("flat.json", format!("{{{}}}", flat.join(",")).as_bytes()),
        ("same.json", format!("{{{}}}", same.join(",")).as_bytes()),
        ("wide.json", format!("{{{}}}", wide.join(",")).as_bytes()),
    ]);
    let evidence = collect(folder.path());
    for path in ["flat.json", "same.json", "wide.json"] {
        // whoever needs a time that grows with its square is given up
        let gaps = artifact(&evidence, path)["gaps"].as_array().cloned().unwrap_or_default();
        assert!(gaps.iter().all(|gap| gap["kind"] != "crashed"), "{path}: {gaps:?}");
    }
}

fn settings<'a>(found: &'a Value, key: &str) -> Vec<&'a Value> {
    let parts = found["parts"].as_array().expect("parts");
    let settings = parts.iter().filter_map(|part| part["document"]["settings"].as_array()).flatten();
    settings.filter(|setting| setting["key"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(key))).collect()
}

#[test]
fn an_include_named_after_somebody_is_found_and_not_told() {
    let folder = delivery(&[
        (
            "a/etc/ssh/sshd_config",
            b"Include /etc/ssh/sshd_config.d/okonkwo.conf /etc/ssh/sshd_config.d/AB123456C*.conf\nPermitRootLogin no\n",
        ),
        ("a/etc/ssh/sshd_config.d/okonkwo.conf", b"PermitRootLogin yes\n"),
        (
            "b/nginx.conf",
            b"events {}\nhttp { include /srv/AB123456C/okonkwo.conf; server { listen 80; server_name x.example; } }\n",
        ),
        ("b/srv/AB123456C/okonkwo.conf", b"server {\n  listen 81;\n  server_name y.example;\n}\n"),
    ]);
    let evidence = collect(folder.path());
    let text = evidence.to_string().to_lowercase();
    assert!(!text.contains("okonkwo") && !text.contains("ab123456c"), "{text}");
    let sshd = artifact(&evidence, "a/etc/ssh/sshd_config");
    let root_login = settings(sshd, "PermitRootLogin");
    assert_eq!(root_login.first().map(|setting| &setting["value"]["v"]["text"]), Some(&"yes".into()), "{sshd}");
    // the second glob names nothing: a gap that shows its shape only
    let gaps = sshd["gaps"].as_array().expect("gaps");
    assert!(gaps.len() == 1 && gaps[0]["reason"].as_str().is_some_and(|reason| reason.contains("AA999999A")), "{gaps:?}");
    let nginx = artifact(&evidence, "b/nginx.conf");
    assert!(nginx["gaps"].is_null() && settings(nginx, "listen").len() == 2, "{nginx}");
}

#[test]
fn an_include_that_cannot_be_kept_leaves_its_document_incomplete() {
    let long = format!("/etc/{}", "x/".repeat(3_000));
    let folder = delivery(&[
        ("etc/ssh/sshd_config", format!("PermitRootLogin no\nInclude {long}\n").as_bytes()),
        ("etc/nginx/nginx.conf", format!("events {{}}\nhttp {{ include {long}; server {{ listen 80; }} }}\n").as_bytes()),
    ]);
    let evidence = collect(folder.path());
    for path in ["etc/ssh/sshd_config", "etc/nginx/nginx.conf"] {
        let found = artifact(&evidence, path);
        assert_eq!(settings(found, "@incomplete").len(), 1, "{found}");
        assert_eq!(found["gaps"][0]["kind"], "missing", "{found}");
    }
}

#[test]
fn a_file_with_holes_is_read_at_its_beginning() {
    let folder = delivery(&[("a.csv", rows().as_bytes()), ("b.zip", b"PK\x03\x04")]);
    for name in ["a.csv", "b.zip"] {
        let file = std::fs::OpenOptions::new().write(true).open(folder.path().join(name)).expect("a file");
        // a terabyte that takes no room: where the file system has no holes there is nothing to test
        if file.set_len(1 << 40).is_err() {
            return;
        }
    }
    let evidence = collect(folder.path());
    let table = artifact(&evidence, "a.csv");
    assert_eq!((&table["size"], &table["read"]), (&(1_u64 << 40).into(), &"partial".into()), "{table}");
    assert!(table["digest"].is_null(), "a digest of its beginning is not the file's: {table}");
    for name in ["a.csv", "b.zip"] {
        let gaps = artifact(&evidence, name)["gaps"].as_array().expect("gaps");
        assert!(
            gaps.iter()
                .any(|gap| gap["kind"] == "limit" && gap["reason"].as_str().is_some_and(|why| why.contains("on the disk"))),
            "{gaps:?}"
        );
    }
}

#[test]
fn what_says_that_it_goes_on_for_ever_ends_soon() {
    let mut list = b"PAR1\x15\x02\x19\xfc\xff\xff\xff\xff\x0f".to_vec();
    list.extend([0; 99]);
    let length = u32::try_from(list.len() - 4).expect("short");
    list.extend(length.to_le_bytes());
    list.extend(b"PAR1");
    let folded = format!("BEGIN:VCARD\nVERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE:{}\nEND:VCARD\n", "=41=\n".repeat(1_200_000));
    let inner = "From: ada@example.org\nTo: ben@example.org\nSubject: Order\nContent-Type: message/rfc822\n\n".repeat(10_000);
    let folder = delivery(&[("a.parquet", &list), ("b.vcf", folded.as_bytes()), ("c.eml", inner.as_bytes())]);
    let evidence = collect(folder.path());
    for path in ["a.parquet", "b.vcf", "c.eml"] {
        let gaps = artifact(&evidence, path)["gaps"].as_array().cloned().unwrap_or_default();
        assert!(gaps.iter().all(|gap| gap["kind"] != "crashed"), "{path}: {gaps:?}");
    }
    let card = artifact(&evidence, "b.vcf");
    assert!(card["gaps"].as_array().is_some_and(|gaps| gaps.iter().any(|gap| gap["kind"] == "limit")), "{card}");
}

#[test]
fn rows_that_are_repeated_again_and_again_are_counted_once() {
    use std::io::Write as _;
    let row = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"1024\">\
               <text:p>Ada Example</text:p></table:table-cell></table:table-row>";
    let last = "<table:table-row><table:table-cell><text:p>ben.sample@example.org</text:p></table:table-cell></table:table-row>";
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet><table:table table:name=\"List\">{}{last}\
         </table:table></office:spreadsheet></office:body></office:document-content>",
        row.repeat(400)
    );
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, body) in [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)] {
        let stored = zip::write::SimpleFileOptions::default();
        let method = if name == "mimetype" { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        file.start_file(name, stored.compression_method(method)).expect("a member");
        file.write_all(body.as_bytes()).expect("content");
    }
    let folder = delivery(&[("rows.ods", &file.finish().expect("a file").into_inner())]);
    let evidence = collect(folder.path());
    let found = artifact(&evidence, "rows.ods");
    assert!(found["gaps"].is_null(), "{}", found["gaps"]);
    // what comes after them is read
    let parts = found["parts"].as_array().expect("parts");
    assert!(parts.iter().any(|part| part["tallies"]["email_address"]["matches"] == 1), "{}", found["parts"][0]["tallies"]);
}
