//! Hidden content in office files, kind by kind: each is a part of its own, in its place, with its people, and what only looks like it is
//! none. The files are made here; everybody in them is made up.

use crate::support::{delivery, run, spoken};
use std::io::Write as _;

/// The parts of the only file of a delivery, with its evidence.
pub(crate) fn evidence(name: &str, bytes: &[u8]) -> serde_json::Value {
    let folder = delivery(&[(name, bytes)]);
    let target = tempfile::tempdir().expect("a folder");
    let out = target.path().join("evidence.json");
    let arguments = ["collect", folder.path().to_str().expect("a path"), "--output", out.to_str().expect("a path")];
    let (code, _, errors) = spoken(&run(&arguments));
    assert_eq!(code, 0, "{errors}");
    serde_json::from_slice(&std::fs::read(out).expect("evidence")).expect("JSON")
}

/// Why parts are hidden, in order, each once, with the mail addresses found in them.
pub(crate) fn hidden(evidence: &serde_json::Value) -> Vec<(String, u64)> {
    let mut out: Vec<(String, u64)> = Vec::new();
    for artifact in evidence["artifacts"].as_array().expect("artifacts") {
        for part in artifact["parts"].as_array().into_iter().flatten() {
            let Some(why) = part["hidden"].as_str() else { continue };
            let found = part["tallies"]["email_address"]["matches"].as_u64().unwrap_or(0);
            match out.iter_mut().find(|row| row.0 == why) {
                Some(row) => row.1 += found,
                None => out.push((why.to_owned(), found)),
            }
        }
    }
    out.sort();
    out
}

/// Mail addresses in parts that are seen.
pub(crate) fn seen(evidence: &serde_json::Value) -> u64 {
    let parts = evidence["artifacts"].as_array().expect("artifacts").iter().filter_map(|row| row["parts"].as_array()).flatten();
    parts.filter(|part| part["hidden"].is_null()).filter_map(|part| part["tallies"]["email_address"]["matches"].as_u64()).sum()
}

/// A zip.
pub(crate) fn package(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a member");
        out.write_all(content.as_bytes()).expect("written");
    }
    out.finish().expect("a zip").into_inner()
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn relations(rows: &[(&str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(index, (kind, target))| {
            format!("<Relationship Id='rId{}' Type='{RELATIONS}/{kind}' Target='{target}'/>", index + 1)
        })
        .collect();
    format!("<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{rows}</Relationships>")
}

/// A workbook of one sheet `Answer`, with these styles, this sheet and further members.
pub(crate) fn workbook(styles: &str, sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let office = relations(&[("officeDocument", "xl/workbook.xml")]);
    let inner = relations(&[("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("theme", "theme/theme1.xml")]);
    let book = "<workbook xmlns:r='r'><sheets><sheet name='Answer' sheetId='1' r:id='rId1'/></sheets></workbook>";
    let styles = format!("<styleSheet>{styles}</styleSheet>");
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    let theme = "<theme><themeElements><clrScheme><dk1><sysClr val='windowText' lastClr='000000'/></dk1><lt1><sysClr val='window' \
                 lastClr='FFFFFF'/></lt1><dk2><srgbClr val='44546A'/></dk2><lt2><srgbClr val='E7E6E6'/></lt2></clrScheme></themeElements></theme>";
    let mut members = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", office.as_str()),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", inner.as_str()),
        ("xl/styles.xml", styles.as_str()),
        ("xl/theme/theme1.xml", theme),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    members.extend_from_slice(more);
    package(&members)
}

pub(crate) fn cell(address: &str, style: u32, text: &str) -> String {
    format!("<c r='{address}' s='{style}' t='inlineStr'><is><t>{text}</t></is></c>")
}

/// A sheet with figures that are seen and a list in the second style.
fn list(style: u32) -> String {
    let mut rows = format!("<row r='1'>{}{}</row>", cell("A1", 0, "Rank"), cell("B1", 0, "Officers"));
    for row in 2..=5 {
        let person = ["ada.sample", "ben.carter", "cat.field", "dan.holm"][row - 2];
        let (name, mail) =
            (cell(&format!("A{row}"), 0, "Constable"), cell(&format!("C{row}"), style, &format!("{person}@example.org")));
        rows.push_str(&format!("<row r='{row}'>{name}<c r='B{row}'><v>{row}</v></c>{mail}</row>"));
    }
    format!("<sheetData>{rows}</sheetData>")
}

/// Styles: the first is plain, the second has this font, fill and number format.
pub(crate) fn styles(font: &str, fill: &str, format: &str) -> String {
    format!(
        "<numFmts><numFmt numFmtId='170' formatCode='{format}'/></numFmts><fonts><font><sz val='11'/></font><font>{font}</font></fonts>\
         <fills><fill><patternFill patternType='none'/></fill><fill>{fill}</fill></fills>\
         <cellStyleXfs><xf numFmtId='0' fontId='1'/></cellStyleXfs>\
         <cellXfs><xf numFmtId='0' fontId='0' fillId='0'/><xf numFmtId='170' fontId='1' fillId='1'/></cellXfs>"
    )
}

fn solid(colour: &str) -> String {
    format!("<patternFill patternType='solid'><fgColor {colour}/></patternFill>")
}

#[test]
fn cells_in_the_colour_of_their_ground_are_hidden() {
    const NONE: &str = "<patternFill patternType='none'/>";
    let ground = "text in the colour of its ground";
    let cases: Vec<(&str, String, Option<&str>)> = vec![
        ("<color rgb='FFFFFFFF'/>", NONE.to_owned(), Some(ground)),
        ("<color theme='0'/>", NONE.to_owned(), Some(ground)),
        ("<color indexed='9'/>", NONE.to_owned(), Some(ground)),
        ("<color indexed='65'/>", NONE.to_owned(), Some(ground)),
        ("<color rgb='FF1F4E79'/>", solid("rgb='FF1F4E79'"), Some(ground)),
        // two ways to say the same grey
        ("<color theme='0' tint='-0.249977111117893'/>", solid("rgb='FFBFBFBF'"), Some(ground)),
        // blacked out, as with a pen on paper
        ("<sz val='11'/>", solid("theme='1'"), Some(ground)),
        // a header as everybody makes them
        ("<color rgb='FFFFFFFF'/>", solid("rgb='FF1F4E79'"), None),
        ("<color theme='0'/>", solid("theme='3'"), None),
        ("<color rgb='FFFFFFFF'/>", "<gradientFill><stop><color rgb='FF000000'/></stop></gradientFill>".to_owned(), None),
        ("<color rgb='FFFFFFFF'/>", "<patternFill patternType='gray125'/>".to_owned(), None),
        ("<color rgb='FF808080'/>", NONE.to_owned(), None),
        ("<color theme='77'/>", NONE.to_owned(), None),
        ("<color auto='1'/>", NONE.to_owned(), None),
        ("<sz val='1'/>", NONE.to_owned(), Some("text too small to be seen")),
        ("<sz val='8'/>", NONE.to_owned(), None),
    ];
    for (font, fill, why) in cases {
        let found = evidence("answer.xlsx", &workbook(&styles(font, &fill, "General"), &list(1), &[]));
        let wanted: Vec<(String, u64)> = why.map(|why| (why.to_owned(), 4)).into_iter().collect();
        assert_eq!(hidden(&found), wanted, "{font} on {fill}");
        assert_eq!(seen(&found), if why.is_some() { 0 } else { 4 }, "{font} on {fill}");
    }
}

#[test]
fn the_header_of_a_table_stands_on_the_ground_of_its_style() {
    let white = styles("<color rgb='FFFFFFFF'/>", "<patternFill patternType='none'/>", "General");
    let rows = format!(
        "<sheetData><row r='1'>{}</row><row r='2'>{}</row></sheetData>",
        cell("A1", 1, "a.b@example.org"),
        cell("A2", 0, "Mail")
    );
    let links = relations(&[("table", "../tables/table1.xml")]);
    let table = "<table ref='A1:A2'><tableStyleInfo name='TableStyleMedium2'/></table>";
    let more = [("xl/worksheets/_rels/sheet1.xml.rels", links.as_str()), ("xl/tables/table1.xml", table)];
    assert_eq!(hidden(&evidence("answer.xlsx", &workbook(&white, &rows, &more))), []);
    assert_eq!(hidden(&evidence("answer.xlsx", &workbook(&white, &rows, &[]))).len(), 1);
}

#[test]
fn formats_that_show_nothing_hide() {
    for (format, why) in [(";;;", true), ("0;-0;0;", true), (";;;@", false), ("0;-0;;@", false), ("#,##0", false)] {
        let found = evidence("answer.xlsx", &workbook(&styles("<sz val='11'/>", "<patternFill/>", format), &list(1), &[]));
        let wanted: Vec<(String, u64)> = why.then(|| ("number format that shows nothing".to_owned(), 4)).into_iter().collect();
        assert_eq!(hidden(&found), wanted, "{format}");
    }
    // numbers are hidden by other sections than words
    let numbers = "<sheetData><row r='1'><c r='A1' s='1'><v>4120</v></c><c r='B1' s='1'><v>0</v></c></row></sheetData>";
    for (format, many) in [(";;", 1), ("0;;", 0), ("0;-0;;@", 0)] {
        let found = evidence("answer.xlsx", &workbook(&styles("<sz val='11'/>", "<patternFill/>", format), numbers, &[]));
        assert_eq!(hidden(&found).len(), many, "{format}");
    }
}

#[test]
fn cells_far_from_the_others_are_hidden() {
    let plain = styles("<sz val='11'/>", "<patternFill/>", "General");
    let first = format!("<row r='1'>{}{}</row>", cell("A1", 0, "Rank"), cell("B1", 0, "Officers"));
    let below = format!("<row r='9000'>{}{}</row>", cell("A9000", 0, "Mail"), cell("B9000", 0, "Rank"));
    let under = format!("<row r='9001'>{}{}</row>", cell("A9001", 0, "a.b@example.org"), cell("B9001", 0, "Sergeant"));
    let right = format!("<row r='2'>{}{}</row>", cell("A2", 0, "Constable"), cell("CZ2", 0, "c.d@example.org"));
    let near = format!("<row r='40'>{}{}</row>", cell("A40", 0, "Constable"), cell("Z40", 0, "c.d@example.org"));
    for (rows, people) in [(format!("{below}{under}"), 1), (right, 1), (near, 0)] {
        let found = evidence("answer.xlsx", &workbook(&plain, &format!("<sheetData>{first}{rows}</sheetData>"), &[]));
        let wanted: Vec<(String, u64)> =
            (people > 0).then(|| ("cells far from the others".to_owned(), people)).into_iter().collect();
        assert_eq!(hidden(&found), wanted, "{rows}");
    }
}

#[test]
fn rows_that_are_filtered_or_folded_are_hidden_and_those_written_are_not() {
    let plain = styles("<sz val='11'/>", "<patternFill/>", "General");
    let row = |number: u32, more: &str, mail: &str| {
        format!(
            "<row r='{number}' {more}>{}{}</row>",
            cell(&format!("A{number}"), 0, "Constable"),
            cell(&format!("B{number}"), 0, mail)
        )
    };
    let filtered = format!(
        "<sheetData>{}{}</sheetData><autoFilter ref='A1:B2'/>",
        row(1, "", "none"),
        row(2, "hidden='1'", "a.b@example.org")
    );
    let folded = format!(
        "<sheetData>{}{}{}</sheetData>",
        row(1, "", "none"),
        row(2, "outlineLevel='1' hidden='true'", "a.b@example.org"),
        row(3, "collapsed='1'", "none")
    );
    let flat = format!("<sheetData>{}{}</sheetData>", row(1, "", "none"), row(2, "ht='0' customHeight='1'", "a.b@example.org"));
    for sheet in [filtered, folded, flat] {
        let found = evidence("answer.xlsx", &workbook(&plain, &sheet, &[]));
        assert_eq!(hidden(&found), [("hidden rows".to_owned(), 1)], "{sheet}");
    }
    // rows are hidden unless they are written: programs write those that are seen without a height
    let unused = format!("<sheetFormatPr zeroHeight='1'/><sheetData>{}</sheetData>", row(1, "", "a.b@example.org"));
    assert_eq!(hidden(&evidence("answer.xlsx", &workbook(&plain, &unused, &[]))), []);
    let narrow = format!(
        "<cols><col min='2' max='2' width='0' customWidth='1'/></cols><sheetData>{}</sheetData>",
        row(1, "", "a.b@example.org")
    );
    assert_eq!(hidden(&evidence("answer.xlsx", &workbook(&plain, &narrow, &[]))), [("hidden columns".to_owned(), 1)]);
}

#[test]
fn what_a_workbook_keeps_beside_its_sheets_is_hidden() {
    let plain = styles("<sz val='11'/>", "<patternFill/>", "General");
    let sheet = format!("<sheetData><row r='1'>{}</row></sheetData>", cell("A1", 0, "Rank"));
    let mail = "a.b@example.org";
    let cases = [
        (
            "xl/charts/chart1.xml",
            format!("<c:f>'[1]Staff'!$A$1</c:f><c:strCache><c:pt><c:v>{mail}</c:v></c:pt></c:strCache>"),
            "chart cache",
        ),
        (
            "xl/charts/chart1.xml",
            format!("<c:f>#REF!</c:f><c:strCache><c:pt><c:v>{mail}</c:v></c:pt></c:strCache>"),
            "chart cache",
        ),
        ("xl/slicerCaches/slicerCache1.xml", format!("<s><items><i n='{mail}'/></items></s>"), "slicer cache"),
        (
            "xl/externalLinks/externalLink1.xml",
            format!(
                "<externalLink><sheetData><row r='1'><cell r='A1' t='str'><v>{mail}</v></cell></row></sheetData></externalLink>"
            ),
            "external link cache",
        ),
        (
            "xl/threadedComments/threadedComment1.xml",
            format!("<c><threadedComment><text>ask {mail}</text></threadedComment></c>"),
            "comment",
        ),
        ("xl/persons/person.xml", format!("<l><person displayName='{mail}'/></l>"), "comment"),
        (
            "xl/revisions/revisionLog1.xml",
            format!("<r><rcc><nc t='inlineStr'><is><t>{mail}</t></is></nc></rcc></r>"),
            "log of changes",
        ),
        (
            "xl/worksheets/sheet9.xml",
            format!("<worksheet><sheetData><row r='1'>{}</row></sheetData></worksheet>", cell("A1", 0, mail)),
            "sheet that is not in the list",
        ),
        (
            "xl/pivotCache/pivotCacheDefinition1.xml",
            format!(
                "<pivotCacheDefinition><cacheFields><cacheField name='Mail'><sharedItems><s v='{mail}'/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>"
            ),
            "pivot cache",
        ),
    ];
    for (path, content, why) in &cases {
        let found = evidence("answer.xlsx", &workbook(&plain, &sheet, &[(path, content)]));
        assert_eq!(hidden(&found), [((*why).to_owned(), 1)], "{path}");
    }
    // what a chart shows of cells that are seen is seen
    let chart = format!("<c:f>Answer!$A$1</c:f><c:strCache><c:pt><c:v>{mail}</c:v></c:pt></c:strCache>");
    let found = evidence("answer.xlsx", &workbook(&plain, &sheet, &[("xl/charts/chart1.xml", &chart)]));
    assert_eq!((hidden(&found), seen(&found)), (vec![], 1));
    // what cannot be read is named
    for (path, word) in [("xl/model/item.data", "data model"), ("xl/vbaProject.bin", "VBA")] {
        let found = evidence("answer.xlsm", &workbook(&plain, &sheet, &[(path, "x")]));
        assert!(found["artifacts"][0]["gaps"].to_string().contains(word), "{path}: {}", found["artifacts"][0]["gaps"]);
    }
}

#[test]
fn how_much_is_hidden_is_weighed() {
    let white = styles("<color rgb='FFFFFFFF'/>", "<patternFill/>", "General");
    let found = evidence("answer.xlsx", &workbook(&white, &list(1), &[]));
    let parts = found["artifacts"][0]["parts"].as_array().expect("parts");
    let of = |hidden: bool| -> u64 {
        parts.iter().filter(|part| part["hidden"].is_null() != hidden).filter_map(|part| part["volume"].as_u64()).sum()
    };
    // four addresses against four words and four digits
    assert_eq!(
        of(true),
        ["ada.sample", "ben.carter", "cat.field", "dan.holm"].iter().map(|name| name.len() as u64 + 12).sum::<u64>()
    );
    assert_eq!(of(false), 4 * ("Constable".len() as u64 + 1));
}

#[test]
fn cells_of_other_programs_in_the_colour_of_their_ground() {
    let mime = "application/vnd.oasis.opendocument.spreadsheet";
    let shared = "<office:document-styles><style:style style:name='White' style:family='table-cell'><style:text-properties fo:color='#ffffff'/>\
                  </style:style></office:document-styles>";
    let book = |style: &str, column: &str, cell: &str| {
        let content = format!(
            "<office:document-content><office:automatic-styles><style:style style:name='ce1' style:family='table-cell' {style}</style:style>\
             </office:automatic-styles><office:body><table:table table:name='Answer'><table:table-column {column}/><table:table-row><table:table-cell \
             {cell} office:value-type='string'><text:p>a.b@example.org</text:p></table:table-cell></table:table-row></table:table></office:body>\
             </office:document-content>"
        );
        package(&[("mimetype", mime), ("content.xml", &content), ("styles.xml", shared)])
    };
    let (own, ink, ground) = (
        "table:style-name='ce1'",
        "<style:text-properties fo:color='#FFFFFF'/>",
        "<style:table-cell-properties fo:background-color='#1f4e79'/>",
    );
    for (style, column, cell, why) in [
        (format!(">{ink}"), "", own, true),
        ("style:parent-style-name='White'>".to_owned(), "", own, true),
        (format!(">{ink}"), "table:default-cell-style-name='ce1'", "", true),
        (format!(">{ink}{ground}"), "", own, false),
        (format!(">{ground}"), "", own, false),
        (format!("style:parent-style-name='White'>{ground}"), "", own, false),
        (">".to_owned(), "", own, false),
    ] {
        let found = evidence("answer.ods", &book(&style, column, cell));
        let wanted: Vec<(String, u64)> = why.then(|| ("text in the colour of its ground".to_owned(), 1)).into_iter().collect();
        assert_eq!(hidden(&found), wanted, "{style} {column}");
    }
}

#[test]
fn a_document_that_is_empty_but_for_what_is_embedded_in_it_is_looked_at_by_itself() {
    let (types, body) = (
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body/></w:document>",
    );
    let empty = package(&[("[Content_Types].xml", types), ("word/document.xml", body)]);
    let text = "Words that nobody who opens the document sees. ".repeat(60);
    let carrying = package(&[("[Content_Types].xml", types), ("word/document.xml", body), ("word/embeddings/x.txt", &text)]);
    // the first of two that are alike in all else says nothing of the second
    let folder = delivery(&[("a.docx", &empty), ("b.docx", &carrying)]);
    let target = folder.path().to_str().expect("a path");
    let (_, report, errors) =
        spoken(&run(&["audit", target, "--policy", "publication", "--date", "2026-11-30", "--format", "json"]));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap_or_else(|_| panic!("{errors}"));
    let findings = report["findings"].as_array().expect("findings");
    let found = findings.iter().find(|finding| finding["control"] == "PUB-HID-2").unwrap_or_else(|| panic!("{report}"));
    assert_eq!(found["location"]["artifact"], "b.docx", "{found}");
}
