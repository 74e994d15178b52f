//! Hidden content in texts, presentations, pages and mails: each is a part of its own, and what only looks like it is none. The files are
//! made here; everybody in them is made up.

use crate::hidden::{evidence, hidden, package, seen};

const MAIL: &str = "dora.harris@example.org";

fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let mut members = vec![("[Content_Types].xml", "<Types/>"), ("word/document.xml", document.as_str())];
    members.extend_from_slice(more);
    package(&members)
}

fn wanted(why: Option<&str>) -> Vec<(String, u64)> {
    why.map(|why| (why.to_owned(), 1)).into_iter().collect()
}

#[test]
fn runs_of_word_are_seen_or_not() {
    let run = |look: &str| format!("<w:r><w:rPr>{look}</w:rPr><w:t>{MAIL}</w:t></w:r>");
    let paragraph = |look: &str| format!("<w:p>{}</w:p>", run(look));
    let cell = |ground: &str, look: &str| {
        format!("<w:tbl><w:tr><w:tc><w:tcPr>{ground}</w:tcPr>{}</w:tc></w:tr></w:tbl>", paragraph(look))
    };
    let ground = Some("text in the colour of its ground");
    let white = "<w:color w:val='FFFFFF'/>";
    let cases = [
        (paragraph(white), ground),
        (paragraph("<w:color w:val='auto'/>"), None),
        (paragraph(&format!("{white}<w:shd w:val='clear' w:fill='1F4E79'/>")), None),
        (paragraph(&format!("{white}<w:highlight w:val='black'/>")), None),
        (paragraph("<w:color w:val='000000'/><w:highlight w:val='black'/>"), ground),
        (paragraph("<w:color w:val='1F4E79'/><w:shd w:fill='1F4E79'/>"), ground),
        (format!("<w:p><w:pPr><w:shd w:fill='000000'/></w:pPr>{}</w:p>", run(white)), None),
        // the header of a table: its style may have a ground
        (cell("", white), None),
        (cell("<w:shd w:fill='1F4E79'/>", white), None),
        (cell("<w:shd w:fill='FFFFFF'/>", white), ground),
        (paragraph("<w:sz w:val='2'/>"), Some("text too small to be seen")),
        (paragraph("<w:sz w:val='16'/>"), None),
        (paragraph("<w:vanish/>"), Some("hidden text")),
        (paragraph("<w:vanish w:val='0'/>"), None),
        (paragraph("<w:rStyle w:val='Ghost'/>"), ground),
        (format!("<w:p><w:moveFrom w:author='office'>{}</w:moveFrom></w:p>", run("")), Some("deleted text")),
        (format!("<w:p><w:ins w:author='office'>{}</w:ins></w:p>", run("")), None),
        (format!("<w:p><w:r><w:instrText>HYPERLINK \"mailto:{MAIL}\"</w:instrText></w:r></w:p>"), None),
    ];
    let styles = "<w:styles><w:style w:type='character' w:styleId='White'><w:rPr><w:color w:val='FFFFFF'/></w:rPr></w:style><w:style \
                  w:type='character' w:styleId='Ghost'><w:basedOn w:val='White'/></w:style></w:styles>";
    for (body, why) in cases {
        let found = evidence("letter.docx", &docx(&body, &[("word/styles.xml", styles)]));
        assert_eq!(hidden(&found), wanted(why), "{body}");
        assert_eq!(seen(&found), u64::from(why.is_none()), "{body}");
    }
}

#[test]
fn the_other_places_of_a_word_document() {
    let page = "<w:p><w:r><w:t>Nothing here.</w:t></w:r></w:p>";
    let links = "<Relationships><Relationship Type='x/attachedTemplate' Target='file:///C:/home/dora.harris@example.org/n.dotx' TargetMode='External'/></Relationships>";
    for (path, content, why) in [
        ("customXml/item1.xml", format!("<a><b>{MAIL}</b></a>"), "custom XML"),
        (
            "word/comments.xml",
            format!("<w:comments><w:comment w:author='office'><w:p><w:r><w:t>{MAIL}</w:t></w:r></w:p></w:comment></w:comments>"),
            "comment",
        ),
        ("word/_rels/settings.xml.rels", links.to_owned(), "path of the template"),
    ] {
        let found = evidence("letter.docx", &docx(page, &[(path, &content)]));
        let all = hidden(&found);
        assert!(all.iter().any(|row| row.0 == why && row.1 == 1), "{path}: {all:?}");
    }
}

#[test]
fn presentations_keep_what_is_beside_the_slide() {
    let text = |size: &str| format!("<p:txBody><a:p><a:r><a:rPr {size}/><a:t>{MAIL}</a:t></a:r></a:p></p:txBody>");
    let shape = |x: i64, size: &str| {
        format!(
            "<p:sp><p:nvSpPr><p:cNvPr id='1' name='x'/></p:nvSpPr><p:spPr><a:xfrm><a:off x='{x}' y='100'/><a:ext cx='500' cy='500'/></a:xfrm></p:spPr>{}</p:sp>",
            text(size)
        )
    };
    let picture = |cut: &str| format!("<p:pic><p:blipFill><a:blip/><a:srcRect {cut}/></p:blipFill></p:pic>");
    let deck = |content: &str| {
        let slide = format!("<p:sld xmlns:p='p' xmlns:a='a'><p:cSld><p:spTree>{content}</p:spTree></p:cSld></p:sld>");
        package(&[
            ("[Content_Types].xml", "<Types/>"),
            ("ppt/presentation.xml", "<p:presentation xmlns:p='p'><p:sldSz cx='9000' cy='6000'/></p:presentation>"),
            ("ppt/slides/slide1.xml", &slide),
        ])
    };
    for (content, why) in [
        (shape(100, ""), None),
        (shape(-2000, ""), Some("shape outside the slide")),
        (shape(9000, ""), Some("shape outside the slide")),
        (shape(8800, ""), None),
        (shape(100, "sz='100'"), Some("text too small to be seen")),
        (shape(100, "sz='1800'"), None),
    ] {
        let found = evidence("talk.pptx", &deck(&content));
        assert_eq!(hidden(&found), wanted(why), "{content}");
    }
    for (cut, many) in [("l='25000'", 1), ("", 0), ("t='900'", 0), ("l='-5000' r='3000' b='3000'", 1)] {
        let found = evidence("talk.pptx", &deck(&picture(cut)));
        let all = hidden(&found);
        assert_eq!(all.iter().filter(|row| row.0 == "cropped picture").count(), many, "{cut}: {all:?}");
    }
}

#[test]
fn web_pages_hide_in_many_ways() {
    let page = |inner: &str| format!("<html><body><p>Officers by rank</p>{inner}</body></html>");
    let ground = Some("text in the colour of its ground");
    for (inner, why) in [
        (format!("<div style='display: none'>{MAIL}</div>"), Some("hidden text")),
        (format!("<div hidden>{MAIL}</div>"), Some("hidden text")),
        (format!("<div style='opacity:0'>{MAIL}</div>"), Some("hidden text")),
        (format!("<div style='overflow:hidden;max-height:0px'>{MAIL}</div>"), Some("hidden text")),
        (format!("<div style='font-size:0'>{MAIL}</div>"), Some("text too small to be seen")),
        (format!("<div style='color:#fff'>{MAIL}</div>"), ground),
        (format!("<font color='white'>{MAIL}</font>"), ground),
        (format!("<div style='color:black;background-color:#000'>{MAIL}</div>"), ground),
        (format!("<div style='color:#fff;background:#1f4e79'>{MAIL}</div>"), None),
        (format!("<div style='background:url(x.png)'><p style='color:#fff'>{MAIL}</p></div>"), None),
        (format!("<style>body {{ color: red }}</style><p style='color:#fff'>{MAIL}</p>"), None),
        (format!("<div style='font-size:12px'>{MAIL}</div>"), None),
        (
            format!(
                "<table><tr><td>Rank</td></tr><tr style='display:none'><td>{MAIL}</td></tr><tr><td>Officers</td></tr></table>"
            ),
            Some("hidden text"),
        ),
        // end tags may be left out
        (format!("<table><tr hidden><td><tr><td>{MAIL}</table>"), None),
        (format!("<table><tr><td hidden>{MAIL}<td>b<tr><td>c</table><p>d</p>"), Some("hidden text")),
        (format!("<table><tr hidden><td></table><p>{MAIL}</p>"), None),
        (format!("<!-- {MAIL} -->"), Some("comment")),
        (format!("<script type='application/json'>{{\"mail\": \"{MAIL}\"}}</script>"), Some("data in a script")),
        (format!("<input type='hidden' name='mail' value='{MAIL}'>"), Some("hidden field")),
    ] {
        let found = evidence("page.html", page(&inner).as_bytes());
        assert_eq!(hidden(&found), wanted(why), "{inner}");
        assert_eq!(seen(&found), u64::from(why.is_none()), "{inner}");
    }
}

#[test]
fn rich_text_in_white_is_hidden() {
    let page = |inner: &str| {
        format!(
            "{{\\rtf1\\ansi{{\\colortbl;\\red255\\green255\\blue255;\\red0\\green0\\blue128;}}\\pard Officers by rank\\par {inner}\\par}}"
        )
    };
    let ground = Some("text in the colour of its ground");
    for (inner, why) in [
        (format!("{{\\cf1 {MAIL}}}"), ground),
        (format!("{{\\cf2\\chcbpat2 {MAIL}}}"), ground),
        (format!("{{\\cf1\\chcbpat2 {MAIL}}}"), None),
        (format!("{{\\cf1\\cf0 {MAIL}}}"), None),
        (format!("{{\\fs2 {MAIL}}}"), Some("text too small to be seen")),
        (format!("{{\\fs24 {MAIL}}}"), None),
        (format!("{{\\v {MAIL}}}"), Some("hidden text")),
        // the header of a table stands on a ground of its own
        (format!("\\trowd\\intbl\\cf1 {MAIL}\\cell\\row"), None),
    ] {
        let found = evidence("letter.rtf", page(&inner).as_bytes());
        assert_eq!(hidden(&found), wanted(why), "{inner}");
    }
}

#[test]
fn a_mail_may_say_more_in_plain_than_in_its_page() {
    let mail = |plain: &str| {
        format!(
            "From: office <office@example.com>\r\nTo: all <all@example.com>\r\nSubject: Ranks\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/alternative; boundary=xx\r\n\r\n--xx\r\nContent-Type: text/plain\r\n\r\n{plain}\r\n--xx\r\n\
             Content-Type: text/html\r\n\r\n<p>Please write to <b>ben.carter</b>@example.org about <i>it</i>.</p>\r\n--xx--\r\n"
        )
    };
    let same = "Please write to ben.carter@example.org about it.";
    assert_eq!(hidden(&evidence("a.eml", mail(same).as_bytes())), []);
    let more = format!("{same}\r\n\r\nBut not to {MAIL}.");
    assert_eq!(hidden(&evidence("a.eml", mail(&more).as_bytes())), [("text that only the plain version has".to_owned(), 1)]);
}
