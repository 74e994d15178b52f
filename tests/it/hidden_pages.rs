//! Hidden content on the pages of PDFs: what is covered, has no colour, is not painted, lies outside or in a layer that is off. The files
//! are made here; everybody in them is made up.

use crate::hidden::{evidence, hidden, seen};

/// A PDF of one page with this content, these resources, and further entries of the page and the catalogue.
fn pdf(content: &str, resources: &str, page: &str, catalogue: &str, more: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>".to_owned(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> {resources} >> {page} >>"),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    objects.extend(more.iter().map(|object| (*object).to_owned()));
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes());
    out
}

const TEXT: &str = "BT /F1 12 Tf 100 700 Td (ada.sample@example.org) Tj ET";
const PICTURE: &str = "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\u{0}\nendstream";

/// A page on which the second address is seen.
fn page(content: &str, resources: &str, more: &[&str]) -> serde_json::Value {
    let content = format!("BT /F1 12 Tf 100 600 Td (ben.carter@example.org) Tj ET {content}");
    evidence("answer.pdf", &pdf(&content, resources, "", "", more))
}

#[test]
fn text_under_a_box_is_hidden_and_on_a_box_is_not() {
    let states = "/ExtGState << /Thin << /ca 0.4 >> /Ink << /BM /Multiply >> /Full << /ca 1 /BM /Normal >> >>";
    let covered = Some("text under an opaque box");
    let cases = [
        (format!("{TEXT} 0 g 90 690 200 25 re f"), covered),
        // the ground was there before
        (format!("0.9 g 90 690 200 25 re f 0 g {TEXT}"), None),
        // a highlighter
        (format!("{TEXT} /Thin gs 1 1 0 rg 90 690 200 25 re f"), None),
        (format!("{TEXT} /Ink gs 1 1 0 rg 90 690 200 25 re f"), None),
        (format!("{TEXT} /Full gs 1 1 0 rg 90 690 200 25 re f"), covered),
        // drawn as lines, and moved
        (format!("{TEXT} q 2 0 0 2 0 0 cm 45 345 m 145 345 l 145 358 l 45 358 l h f Q"), covered),
        // beside it, a line below it, a line through it
        (format!("{TEXT} 0 g 300 690 200 25 re f"), None),
        (format!("{TEXT} 0 g 90 697 200 1 re f"), None),
        (format!("{TEXT} 0 g 90 703 200 1 re f"), None),
        // only its edge is drawn; only a frame is filled
        (format!("{TEXT} 90 690 200 25 re S"), None),
        (format!("{TEXT} 80 680 220 45 re 90 690 200 25 re f*"), None),
        // clipped away, and clipped to what is there
        (format!("{TEXT} q 300 300 10 10 re W n 90 690 200 25 re f Q"), None),
        (format!("{TEXT} q 80 680 300 100 re W n 0 0 600 800 re f Q"), covered),
        // a broad marker
        (format!("{TEXT} 14 w 90 704 m 290 704 l S"), covered),
        // a slanted box is not followed
        (format!("{TEXT} q 0.7 0.7 -0.7 0.7 300 300 cm -900 -900 1800 1800 re f Q"), None),
        // each half by its own box
        (format!("{TEXT} 90 690 80 25 re f 170 690 100 25 re f"), covered),
        (format!("{TEXT} 90 690 40 25 re f"), None),
    ];
    for (content, why) in cases {
        let found = page(&content, states, &[]);
        let wanted: Vec<(String, u64)> = why.map(|why| (why.to_owned(), 1)).into_iter().collect();
        assert_eq!(hidden(&found), wanted, "{content}");
        assert_eq!(seen(&found), if why.is_some() { 1 } else { 2 }, "{content}");
    }
}

#[test]
fn one_word_of_a_line_can_be_covered() {
    let found = page("BT /F1 12 Tf 50 700 Td (write to dora.harris@example.org today) Tj ET 0 g 95 695 150 16 re f", "", &[]);
    assert_eq!(hidden(&found), [("text under an opaque box".to_owned(), 1)]);
}

#[test]
fn pictures_cover_unless_they_are_the_page() {
    let resources = "/XObject << /P 6 0 R >>";
    let small = format!("{TEXT} q 250 0 0 40 80 685 cm /P Do Q");
    assert_eq!(hidden(&page(&small, resources, &[PICTURE])), [("text under an opaque box".to_owned(), 1)]);
    let clear = PICTURE.replace("/Height 1", "/Height 1 /SMask 6 0 R");
    assert_eq!(hidden(&page(&small, resources, &[&clear])), []);
    // a scan whose words were put below it, or over it and not painted
    for content in [format!("{TEXT} q 600 0 0 800 0 0 cm /P Do Q"), format!("q 600 0 0 800 0 0 cm /P Do Q 3 Tr {TEXT}")] {
        let found = page(&content, resources, &[PICTURE]);
        assert_eq!((hidden(&found), seen(&found)), (vec![], 2), "{content}");
    }
    assert_eq!(hidden(&page(&format!("3 Tr {TEXT}"), "", &[])), [("text that is not painted".to_owned(), 1)]);
}

#[test]
fn ink_in_the_colour_of_its_ground_is_hidden() {
    let why = "text in the colour of its ground";
    for (content, many) in [
        (format!("1 g {TEXT}"), 1),
        (format!("1 1 1 rg {TEXT}"), 1),
        (format!("0 0 0 0 k {TEXT}"), 1),
        (format!("/DeviceRGB cs 1 1 1 sc {TEXT}"), 1),
        (format!("0 g 90 690 200 25 re f {TEXT}"), 1),
        // white on dark, on a picture of any shape, in a colour that is not told
        (format!("0 0 0.4 rg 90 690 200 25 re f 1 g {TEXT}"), 0),
        (format!("0 g 90 690 m 200 900 300 900 400 690 c f 1 g {TEXT}"), 0),
        (format!("/Special cs 1 scn {TEXT}"), 0),
        (format!("0.5 g {TEXT}"), 0),
    ] {
        let wanted: Vec<(String, u64)> = (many > 0).then(|| (why.to_owned(), 1)).into_iter().collect();
        assert_eq!(hidden(&page(&content, "", &[])), wanted, "{content}");
    }
}

#[test]
fn forms_are_followed_and_cover() {
    let form = |content: &str| {
        format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F1 5 0 R >> >> /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        )
    };
    let resources = "/XObject << /P 6 0 R >>";
    let found = page("/P Do", resources, &[&form(TEXT)]);
    assert_eq!((hidden(&found), seen(&found)), (vec![], 2), "text of a form is read");
    let found = page(&format!("{TEXT} /P Do"), resources, &[&form("90 690 200 25 re f")]);
    assert_eq!(hidden(&found), [("text under an opaque box".to_owned(), 1)]);
    // a form that draws itself ends
    let own = form("/P Do").replace("/Font", "/XObject << /P 6 0 R >> /Font");
    assert_eq!(seen(&page("/P Do", resources, &[&own])), 1);
}

#[test]
fn layers_that_are_off_and_places_outside_the_page_are_hidden() {
    let layer = "<< /Type /OCG /Name (Notes) >>";
    let content = format!("BT /F1 12 Tf 100 600 Td (ben.carter@example.org) Tj ET /OC /L BDC {TEXT} EMC");
    let resources = "/Properties << /L 6 0 R >>";
    for (state, off) in
        [("/OFF [6 0 R]", true), ("/BaseState /OFF", true), ("/BaseState /OFF /ON [6 0 R]", false), ("/ON [6 0 R]", false)]
    {
        let catalogue = format!("/OCProperties << /OCGs [6 0 R] /D << {state} >> >>");
        let found = evidence("answer.pdf", &pdf(&content, resources, "", &catalogue, &[layer]));
        let wanted: Vec<(String, u64)> = off.then(|| ("hidden layer".to_owned(), 1)).into_iter().collect();
        assert_eq!(hidden(&found), wanted, "{state}");
    }
    let found = evidence("answer.pdf", &pdf(TEXT, "", "/CropBox [0 0 600 400]", "", &[]));
    assert_eq!(hidden(&found), [("text outside the page".to_owned(), 1)]);
}

#[test]
fn annotations_cover_and_fields_can_be_hidden() {
    let box_of = |more: &str| format!("/Annots [<< /Type /Annot /Subtype /Square /Rect [90 690 300 720] {more} >>]");
    for (more, covers) in
        [("/IC [0 0 0]", true), ("/IC [0 0 0] /CA 0.3", false), ("/C [0 0 0]", false), ("/IC [0 0 0] /F 2", false)]
    {
        let found = evidence("answer.pdf", &pdf(TEXT, "", &box_of(more), "", &[]));
        let wanted: Vec<(String, u64)> = covers.then(|| ("text under an opaque box".to_owned(), 1)).into_iter().collect();
        assert_eq!(hidden(&found), wanted, "{more}");
    }
    let field = |flag: u8| format!("<< /FT /Tx /T (Mail) /V (cat.field@example.org) /F {flag} >>");
    let found = evidence("answer.pdf", &pdf(TEXT, "", "", "", &[&field(2)]));
    assert_eq!((hidden(&found), seen(&found)), (vec![("hidden form field".to_owned(), 1)], 1));
    assert_eq!(seen(&evidence("answer.pdf", &pdf(TEXT, "", "", "", &[&field(4)]))), 2);
}

#[test]
fn metadata_names_people() {
    let words = "<x:xmpmeta xmlns:x='x'><rdf:RDF><rdf:Description pdf:Author='Gina Whitlock'><dc:creator><rdf:Seq><rdf:li>Hal Pemberton</rdf:li>\
                 </rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>";
    let stream = format!("<< /Type /Metadata /Subtype /XML /Length {} >>\nstream\n{words}\nendstream", words.len());
    let found = evidence("answer.pdf", &pdf(TEXT, "", "", "/Metadata 6 0 R", &[&stream]));
    let parts = found["artifacts"][0]["parts"].as_array().expect("parts");
    let own = parts.iter().find(|part| part["kind"] == "properties").expect("properties");
    assert_eq!(own["tallies"]["person_name"]["matches"], 2, "{own}");
}
