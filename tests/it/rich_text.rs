//! Text as word processors write it: escapes, encodings and entities. What a reader does not put together again is text that nobody looked
//! for anything in. The files are made here; everybody in them is made up.

use crate::hidden::{evidence, package, seen};

const MAIL: &str = "dora.harris@example.org";

/// Matches of a class in an artifact's parts.
fn found(name: &str, bytes: &[u8], class: &str) -> u64 {
    let evidence = evidence(name, bytes);
    let artifacts = evidence["artifacts"].as_array().expect("artifacts");
    let parts = artifacts.iter().filter_map(|artifact| artifact["parts"].as_array()).flatten();
    parts.filter_map(|part| part["tallies"][class]["matches"].as_u64()).sum()
}

#[test]
fn rich_text_is_put_together_from_its_escapes() {
    for inner in [
        // characters that are commands elsewhere
        "\\'64ora.harris@example.org".to_owned(),
        "\\u100?ora.harris@example.org".to_owned(),
        "\\uc0\\u100 ora.harris@example.org".to_owned(),
        // a unit that stands for itself, and its stand-in is left out
        "\\uc1\\u100 xora.harris@example.org".to_owned(),
        // spaces and hyphens that do not break, a hyphen that may
        format!("Mail:\\~{MAIL}\\~please"),
        "dora.har\\-ris@example.org".to_owned(),
        "dora.harris@exam\\\nple.org".replace("\\\n", ""),
        format!("\\{{{MAIL}\\}}"),
        // an address behind a word, in a field
        format!("{{\\field{{\\*\\fldinst HYPERLINK \"mailto:{MAIL}\"}}{{\\fldrslt write}}}}"),
        // data that look like text, and text behind them
        format!("{{\\pict\\bin7 {{{{}}}}{{{{}} }}{MAIL}"),
        // plain again
        format!("\\v\\plain {MAIL}"),
        // UTF-8 as it is
        format!("Zo\u{e9} \u{2013} {MAIL}"),
    ] {
        let page = format!("{{\\rtf1\\ansi\\ansicpg1252 Officers by post\\par {inner}\\par}}");
        assert_eq!(seen(&evidence("letter.rtf", page.as_bytes())), 1, "{inner}");
    }
}

#[test]
fn rich_text_in_old_encodings_is_read_as_its_page_or_font_says() {
    // Cyrillic letters around a name are letters, not signs: what stands behind them is a word of its own or it is not
    let row = |head: &str, bytes: &str| format!("{{\\rtf1{head} {bytes}\\par}}");
    for (head, bytes) in [
        ("\\ansi\\ansicpg1251", "\\'cf\\'ee\\'f7\\'f2\\'e0: dora.harris@example.org"),
        ("\\ansi\\ansicpg932", "\\'93\\'fa\\'96\\'7b dora.harris@example.org"),
        ("\\ansi\\ansicpg20866", "\\'f0\\'cf\\'de\\'d4\\'c1 dora.harris@example.org"),
        ("\\mac", "\\'8e dora.harris@example.org"),
        ("\\pc", "\\'82 dora.harris@example.org"),
        ("\\ansi\\ansicpg28592", "\\'e6 dora.harris@example.org"),
        ("\\ansi\\ansicpg65001", "\\'c3\\'a9 dora.harris@example.org"),
    ] {
        assert_eq!(seen(&evidence("letter.rtf", row(head, bytes).as_bytes())), 1, "{head}");
    }
    // 0x81 0x40 is one wide space for a Japanese font, and takes no letter with it
    for (charset, bytes) in [
        (128, "\\'81\\'40"),
        (136, "\\'a1\\'40"),
        (134, "\\'a1\\'a1"),
        (129, "\\'a1\\'a1"),
        (204, "\\'cf"),
        (161, "\\'c1"),
        (238, "\\'e6"),
    ] {
        let page = format!(
            "{{\\rtf1\\ansi{{\\fonttbl{{\\f0\\fcharset0 Arial;}}{{\\f1\\fcharset{charset} Other;}}}}\\f1 {bytes} {MAIL}\\par}}"
        );
        assert_eq!(seen(&evidence("letter.rtf", page.as_bytes())), 1, "{charset}");
    }
}

#[test]
fn entities_and_raw_text_in_office_files_are_text() {
    let document = |text: &str| {
        let body = format!("<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>");
        package(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &body)])
    };
    for text in [
        "dora.harris&#64;example.org",
        "dora.harris&#x40;example.org",
        "&lt;dora.harris@example.org&gt;",
        "<![CDATA[dora.harris@example.org]]>",
    ] {
        assert_eq!(seen(&evidence("letter.docx", &document(text))), 1, "{text}");
    }
    // a name with an apostrophe is one name, however the apostrophe is written
    for apostrophe in ["'", "&apos;", "&#39;", "&#8217;"] {
        let text = format!("Applicant: Mary O{apostrophe}Brien");
        assert_eq!(found("letter.docx", &document(&text), "person_name"), 1, "{text}");
    }
    let sheet = "<office:document-content xmlns:office='o' xmlns:table='t' xmlns:text='x'><office:body><office:text><text:p>dora.harris&#64;example.org</text:p>\
                 </office:text></office:body></office:document-content>";
    let open = package(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", sheet)]);
    assert_eq!(seen(&evidence("letter.odt", &open)), 1);
}

#[test]
fn a_package_without_its_main_part_is_read_as_files() {
    let bytes = package(&[("[Content_Types].xml", "<Types/>"), ("word/styles.xml", "<s/>"), ("custom/note.txt", MAIL)]);
    let evidence = evidence("letter.docx", &bytes);
    let artifacts = evidence["artifacts"].as_array().expect("artifacts");
    let gaps =
        artifacts.iter().filter_map(|artifact| artifact["gaps"].as_array()).flatten().filter_map(|gap| gap["reason"].as_str());
    assert!(gaps.clone().any(|reason| reason.contains("its main part is missing")), "{:?}", gaps.collect::<Vec<_>>());
    assert_eq!(seen(&evidence), 1);
}
