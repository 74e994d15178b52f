//! What stands on a page of a PDF, however the page writes it: operators, fonts of one and of two bytes, layers, and pictures in colours
//! that are tables or inks. Each page is made here; everybody on it is made up.

use crate::hidden::{evidence, hidden, seen};
use serde_json::Value;

const MAIL: &str = "dora.harris@example.org";

/// A PDF of one page: its content, what its resources say, and further objects from number 5.
fn page(content: &str, resources: &str, catalog: &str, more: &[&[u8]]) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![
        format!("<</Type/Catalog/Pages 2 0 R{catalog}>>").into_bytes(),
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<{resources}>>>>").into_bytes(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()).into_bytes(),
    ];
    objects.extend(more.iter().map(|object| object.to_vec()));
    let mut out = b"%PDF-1.5\n".to_vec();
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

const HELVETICA: &str = "/Font<</F 5 0 R>>";
const PLAIN: &[u8] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";

fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("<<{dict}/Length {}>>stream\n", bytes.len()).as_bytes(), bytes, b"\nendstream"].concat()
}

#[test]
fn text_is_put_together_from_every_operator() {
    for content in [
        format!("BT /F 12 Tf 50 700 Td ({MAIL}) Tj ET"),
        // pieces, drawn together and apart: a wide step is a space, a narrow one is none
        "BT /F 12 Tf 50 700 Td [(dora.)-20(harris@)30(example.org)] TJ ET".to_owned(),
        format!("BT /F 12 Tf 50 700 Td [(Mail)-400({MAIL})-400(please)] TJ ET"),
        format!("BT /F 12 Tf 14 TL 50 700 Td (Staff) Tj ({MAIL}) ' ET"),
        format!("BT /F 12 Tf 14 TL 50 700 Td (Staff) Tj 1 0 ({MAIL}) \" ET"),
        format!("BT /F 12 Tf 50 700 TD (Staff) Tj 0 -14 TD ({MAIL}) Tj ET"),
        format!("BT /F 12 Tf 14 TL 1 0 0 1 50 700 Tm (Staff) Tj T* ({MAIL}) Tj ET"),
        "BT /F 12 Tf 50 700 Td <646f72612e686172726973406578616d706c652e6f7267> Tj ET".to_owned(),
        // turned, raised, stretched, spread
        format!("q 0 1 -1 0 300 100 cm BT /F 12 Tf 80 Tz 2 Ts 0.1 Tc 0.1 Tw 50 50 Td ({MAIL}) Tj ET Q"),
    ] {
        let found = evidence("page.pdf", &page(&content, HELVETICA, "", &[PLAIN]));
        assert_eq!((seen(&found), hidden(&found)), (1, vec![]), "{content}");
    }
    // letter by letter, each at its place: six points each, as the font says
    let letters: String = MAIL.chars().enumerate().map(|(at, c)| format!("1 0 0 1 {} 700 Tm ({c}) Tj ", 50 + at * 6)).collect();
    let courier = b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>";
    assert_eq!(seen(&evidence("page.pdf", &page(&format!("BT /F 10 Tf {letters} ET"), HELVETICA, "", &[courier]))), 1);
    // a page of two addresses with a step between them is no address of both
    let two = "BT /F 12 Tf 50 700 Td [(dora.harris@example.org)-600(egon.sample@example.org)] TJ ET";
    assert_eq!(seen(&evidence("page.pdf", &page(two, HELVETICA, "", &[PLAIN]))), 2);
}

/// A font of two bytes a letter, as word processors embed it: glyphs by number, and a table that says which letter each is.
#[test]
fn fonts_of_two_bytes_are_read_by_their_table() {
    let cmap = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
                /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n1 beginbfrange\n\
                <0003> <0061> <0020>\nendbfrange\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
    let glyphs: String = MAIL.bytes().map(|byte| format!("{:04x}", byte - 0x20 + 3)).collect();
    let content = format!("BT /F 12 Tf 50 700 Td <{glyphs}> Tj 200 0 Td <{glyphs}> Tj ET");
    for widths in ["/DW 600", "/DW 500/W[3[278 278 355] 40 60 500]", "/W[3 100 556 101[300 300]]", "/W[3 x]"] {
        let font =
            b"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Some/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>";
        let inner = format!(
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+Some/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>{widths}>>"
        );
        let bytes = page(&content, HELVETICA, "", &[font, inner.as_bytes(), &stream("", cmap.as_bytes())]);
        let found = evidence("page.pdf", &bytes);
        assert_eq!((seen(&found), hidden(&found)), (2, vec![]), "{widths}");
    }
    // without the table nobody can say which letters they are: that is a gap, and no page without people
    let font = b"<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Some/Encoding/Identity-H/DescendantFonts[6 0 R]>>";
    let inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/ABCDEF+Some/DW 500>>";
    let found = evidence("page.pdf", &page(&content, HELVETICA, "", &[font, inner]));
    assert_eq!(seen(&found), 0);
    assert_ne!(found["artifacts"][0]["read"], "full", "{found}");
}

#[test]
fn layers_that_are_off_are_hidden() {
    let content = format!("/OC /L BDC BT /F 12 Tf 50 700 Td ({MAIL}) Tj ET EMC");
    let layer = |name: &str| format!("<</Type/OCG/Name({name})>>").into_bytes();
    let catalog = "/OCProperties<</OCGs[6 0 R 7 0 R]/D<</OFF[6 0 R]>>>>";
    let resources = format!("{HELVETICA}/Properties<</L 8 0 R>>");
    // a set of layers is seen if any is, or only if all are
    for (set, off) in [
        ("<</Type/OCMD/OCGs 6 0 R>>", true),
        ("<</Type/OCMD/OCGs 7 0 R>>", false),
        ("<</Type/OCMD/OCGs[6 0 R 7 0 R]>>", false),
        ("<</Type/OCMD/OCGs[6 0 R]>>", true),
        ("<</Type/OCMD/P/AllOn/OCGs[6 0 R 7 0 R]>>", true),
        ("<</Type/OCMD/P/AllOn/OCGs[7 0 R]>>", false),
        ("<</Type/OCMD>>", false),
    ] {
        let found =
            evidence("page.pdf", &page(&content, &resources, catalog, &[PLAIN, &layer("Notes"), &layer("Page"), set.as_bytes()]));
        assert_eq!(seen(&found), u64::from(!off), "{set}");
        assert_eq!(hidden(&found).iter().map(|row| row.1).sum::<u64>(), u64::from(off), "{set}: {:?}", hidden(&found));
    }
}

/// The gaps of a file and of what is in it.
fn gaps(evidence: &Value) -> Vec<&str> {
    let artifacts = evidence["artifacts"].as_array().expect("artifacts");
    artifacts
        .iter()
        .filter_map(|artifact| artifact["gaps"].as_array())
        .flatten()
        .filter_map(|gap| gap["reason"].as_str())
        .collect()
}

#[test]
fn pictures_in_every_space_of_colours_are_looked_at() {
    let (width, height) = (64, 80);
    let content = "q 100 0 0 125 50 600 cm /P Do Q";
    let picture = |space: &str, bits: u32, parts: u32, more: &str| -> Vec<u8> {
        let bytes = vec![0x5a; (height * (width * bits * parts).div_ceil(8)) as usize];
        stream(
            &format!(
                "/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace {space}/BitsPerComponent {bits}{more}"
            ),
            &bytes,
        )
    };
    for (space, bits, parts) in [
        ("/DeviceGray".to_owned(), 8, 1),
        ("/DeviceRGB".to_owned(), 8, 3),
        ("/DeviceCMYK".to_owned(), 8, 4),
        ("[/CalGray<</WhitePoint[1 1 1]>>]".to_owned(), 8, 1),
        ("[/CalRGB<</WhitePoint[1 1 1]>>]".to_owned(), 8, 3),
        ("[/ICCBased 6 0 R]".to_owned(), 8, 3),
        ("[/Indexed/DeviceRGB 1 <000000 ffffff>]".to_owned(), 8, 1),
        ("[/Indexed[/ICCBased 6 0 R]3 7 0 R]".to_owned(), 8, 1),
    ] {
        let more = [picture(&space, bits, parts, ""), stream("/N 3", b"profile"), stream("", &[0x3c; 12])];
        let found = evidence("page.pdf", &page(content, "/XObject<</P 5 0 R>>", "", &[&more[0], &more[1], &more[2]]));
        let told = gaps(&found);
        assert!(!told.iter().any(|gap| gap.contains("not decoded") || gap.contains("damaged")), "{space} {bits}: {told:?}");
        let inside = found["artifacts"]
            .as_array()
            .expect("artifacts")
            .iter()
            .filter(|row| row["path"].as_str().is_some_and(|path| path.contains("picture")));
        assert_eq!(inside.count(), 1, "{space} {bits}: {found}");
    }
    for (space, said) in [("[/Separation/Gold/DeviceRGB 6 0 R]", "not decoded"), ("[/Indexed/Pattern 1 <00>]", "not decoded")] {
        let found =
            evidence("page.pdf", &page(content, "/XObject<</P 5 0 R>>", "", &[&picture(space, 8, 1, ""), &stream("", b"")]));
        assert!(gaps(&found).iter().any(|gap| gap.contains(said)), "{space}: {:?}", gaps(&found));
    }
}
