//! Planted values in documents, workbooks and presentations, seen and hidden, in names of sheets and in properties.

use super::delivery::{Delivery, wide, xml};
use super::values::Table;
use crate::binary_books::{brt, compound, long, pack, record, row, titled, xlsb};
use crate::hidden::package;
use std::io::{Read, Write};

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn relations(rows: &[(&str, &str)]) -> String {
    let one = |(index, (kind, target)): (usize, &(&str, &str))| {
        let kind = if kind.contains('/') { (*kind).to_owned() } else { format!("{RELATIONS}/{kind}") };
        format!("<Relationship Id='rId{}' Type='{kind}' Target='{target}'/>", index + 1)
    };
    let rows: String = rows.iter().enumerate().map(one).collect();
    format!("<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{rows}</Relationships>")
}

fn properties(delivery: &mut Delivery) -> String {
    let said: Vec<String> = delivery.pool.sentences(5).iter().map(|text| xml(text)).collect();
    format!(
        "<cp:coreProperties xmlns:cp='cp' xmlns:dc='dc'><dc:title>{}</dc:title><dc:creator>{}</dc:creator><cp:lastModifiedBy>{}</cp:lastModifiedBy>\
         <dc:subject>{}</dc:subject><cp:keywords>{}</cp:keywords></cp:coreProperties>",
        said[0], said[1], said[2], said[3], said[4]
    )
}

const CORE: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";

fn sheet(table: &Table, more: &str) -> String {
    let mut rows = String::new();
    for (number, cells) in table.lines().enumerate() {
        let cells: String = cells.iter().map(|cell| format!("<c t='inlineStr'><is><t>{}</t></is></c>", xml(cell))).collect();
        rows.push_str(&format!("<row r='{}'>{cells}</row>", number + 1));
    }
    format!("<worksheet><sheetData>{rows}</sheetData>{more}</worksheet>")
}

fn xlsx(delivery: &mut Delivery) {
    delivery.begin("xlsx");
    let tables: Vec<Table> = (0..3).map(|_| delivery.pool.table(16, 9)).collect();
    let core = properties(delivery);
    let said: Vec<String> = delivery.pool.sentences(8).iter().map(|text| xml(text)).collect();
    let name = |index: usize| xml(&tables[index].title.chars().take(31).collect::<String>());
    let book = format!(
        "<workbook xmlns:r='r'><sheets><sheet name='{}' sheetId='1' r:id='rId1'/><sheet name='{}' sheetId='2' state='hidden' r:id='rId2'/>\
         <sheet name='{}' sheetId='3' state='veryHidden' r:id='rId3'/></sheets><definedNames><definedName name='{}' comment='{}'>1</definedName></definedNames></workbook>",
        name(0),
        name(1),
        name(2),
        said[0].replace(' ', "_"),
        said[1]
    );
    let comments = format!(
        "<comments><authors><author>{}</author></authors><commentList><comment ref='A1' authorId='0'><text><t>{}</t></text></comment></commentList></comments>",
        said[2],
        said[3..].join(" ")
    );
    let members = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml"), (CORE, "docProps/core.xml")])),
        ("docProps/core.xml", core),
        ("xl/workbook.xml", book),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                ("worksheet", "worksheets/sheet1.xml"),
                ("worksheet", "worksheets/sheet2.xml"),
                ("worksheet", "worksheets/sheet3.xml"),
            ]),
        ),
        ("xl/worksheets/sheet1.xml", sheet(&tables[0], "")),
        ("xl/worksheets/sheet2.xml", sheet(&tables[1], "")),
        ("xl/worksheets/sheet3.xml", sheet(&tables[2], "")),
        ("xl/worksheets/_rels/sheet1.xml.rels", relations(&[("comments", "../comments1.xml")])),
        ("xl/comments1.xml", comments),
    ];
    let members: Vec<(&str, &str)> = members.iter().map(|row| (row.0, row.1.as_str())).collect();
    delivery.end("xlsx", &package(&members));
}

/// A fixture with other words in it: every member that is XML, each text of `from` by the next of `to`.
fn transplant(fixture: &str, swaps: &[(&str, String)]) -> Vec<u8> {
    let bytes = std::fs::read(crate::support::root().join("tests/fixtures/document").join(fixture)).expect("a fixture");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a package");
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).expect("a member");
        let (name, stored) =
            (member.name().expect("a name").into_owned(), member.compression() == zip::CompressionMethod::Stored);
        let mut content = Vec::new();
        member.read_to_end(&mut content).expect("content");
        if name.ends_with(".xml") || name.ends_with(".csv") {
            let mut text = String::from_utf8(content).expect("text");
            for (from, to) in swaps {
                let to = if name.ends_with(".csv") { to.clone() } else { xml(to) };
                text = text.replace(from, &to);
            }
            content = text.into_bytes();
        }
        let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        out.start_file(name, zip::write::SimpleFileOptions::default().compression_method(method)).expect("a member");
        out.write_all(&content).expect("content");
    }
    out.finish().expect("a package").into_inner()
}

/// The people and headers of the fixtures of documents, and the sentences in their hidden places.
fn swaps(delivery: &mut Delivery) -> Vec<(&'static str, String)> {
    let pool = &mut delivery.pool;
    let mut out = Vec::new();
    for (mail, name, number) in [
        ("ada.example@example.org", "Ada Example", "100001"),
        ("ben.sample@example.org", "Ben Sample", "100002"),
        ("cleo.carter@example.org", "Cleo Carter", "100003"),
    ] {
        out.extend([
            (mail, pool.of("email_address").text),
            (name, pool.of("person_name").text),
            (number, pool.of("warrant_number").text),
        ]);
    }
    for hidden in [
        "Please write to Dora Harris, dora.harris@example.org, about the card.",
        "Please write to Emil Turner, emil.turner@example.org, about the card.",
        "Please write to Fay Walker, fay.walker@example.org, about the card.",
        "Please write to Gus Hughes, gus.hughes@example.org, about the card.",
        "Please write to Hal Foster, hal.foster@example.org, about the card.",
        "Nothing of anybody is on the page.",
        "A remark.",
        "Staff of the unit.",
    ] {
        out.push((hidden, pool.sentences(12).join(" ")));
    }
    out.push(("In the header: jan.cooper@example.org", pool.sentences(4).join(" ")));
    out.push(("Ivy Mitchell", pool.of("person_name").text));
    out.push(("Warrant No<", format!("{}<", pool.name())));
    out.push((">Cards<", format!(">{}<", pool.name())));
    // the ends of tags are part of what is looked for, and stay
    out.into_iter().map(|(from, to)| (from.trim_matches(['<', '>']), to.trim_matches(['<', '>']).to_owned())).collect()
}

fn boxes(delivery: &mut Delivery) {
    delivery.begin("docx");
    let mut paragraphs = String::new();
    for text in delivery.pool.sentences(90) {
        paragraphs.push_str(&format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", xml(&text)));
    }
    let table = delivery.pool.table(14, 8);
    for row in table.lines() {
        let cells: String =
            row.iter().map(|cell| format!("<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>", xml(cell))).collect();
        paragraphs.push_str(&if row == &table.header {
            format!("<w:tbl><w:tr>{cells}</w:tr>")
        } else {
            format!("<w:tr>{cells}</w:tr>")
        });
    }
    let core = properties(delivery);
    let note = xml(&delivery.pool.sentences(8).join(" "));
    let document = format!("<w:document xmlns:w='w'><w:body>{paragraphs}</w:tbl></w:body></w:document>");
    let (notes, file, list) = (
        format!("<w:footnotes xmlns:w='w'><w:footnote><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:footnote></w:footnotes>"),
        format!("word/embeddings/{}.csv", delivery.pool.name()),
        delivery.pool.table(8, 6).csv(),
    );
    let members = [
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", document.as_str()),
        ("word/footnotes.xml", notes.as_str()),
        ("docProps/core.xml", core.as_str()),
        (file.as_str(), list.as_str()),
    ];
    delivery.end("docx", &package(&members));
    for (what, fixture) in
        [("docx-hidden", "hidden.docx"), ("docx-people", "people.docx"), ("pptx", "hidden.pptx"), ("odt", "hidden.odt")]
    {
        delivery.begin(what);
        let swaps = swaps(delivery);
        let bytes = transplant(fixture, &swaps);
        delivery.end(fixture.rsplit('.').next().expect("an ending"), &bytes);
    }
    delivery.begin("ods");
    let mut sheets = String::new();
    for hidden in [false, true] {
        let table = delivery.pool.table(16, 8);
        let rows: String = table
            .lines()
            .map(|row| {
                let cell = |text: &String| {
                    format!("<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>", xml(text))
                };
                format!("<table:table-row>{}</table:table-row>", row.iter().map(cell).collect::<String>())
            })
            .collect();
        let style = if hidden { "h" } else { "s" };
        sheets.push_str(&format!(
            "<table:table table:name=\"{}\" table:style-name=\"{style}\">{rows}</table:table>",
            xml(&table.title)
        ));
    }
    let said: Vec<String> = delivery.pool.sentences(4).iter().map(|text| xml(text)).collect();
    let spaces = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
                  xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
                  xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\"";
    let content = format!(
        "<office:document-content {spaces}><office:automatic-styles><style:style style:name=\"h\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    );
    let meta = format!(
        "<office:document-meta {spaces}><office:meta><dc:title>{}</dc:title><dc:creator>{}</dc:creator><meta:initial-creator>{}</meta:initial-creator><dc:description>{}</dc:description></office:meta></office:document-meta>",
        said[0], said[1], said[2], said[3]
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_str()),
        ("meta.xml", meta.as_str()),
    ] {
        zip.start_file(name, stored).expect("a member");
        zip.write_all(text.as_bytes()).expect("content");
    }
    let bytes = zip.finish().expect("a package").into_inner();
    delivery.end("ods", &bytes);
}

fn short(text: &str) -> String {
    text.chars().filter(char::is_ascii).take(31).collect()
}

/// Excel's binary workbooks.
fn binary_books(delivery: &mut Delivery) {
    delivery.begin("calamine_book-xls");
    let table = delivery.pool.table(14, 10);
    let mut cells = Vec::new();
    for (number, line) in table.lines().enumerate() {
        for (column, text) in line.iter().enumerate() {
            let units = text.encode_utf16().count() as u16;
            let content = [pack(&[number as u16, column as u16, 0, units]), vec![1], wide(text)].concat();
            cells.push(record(0x0204, &content));
        }
    }
    let bytes = compound(true, &titled(true, &short(&table.title), &[], &cells));
    delivery.end("xls", &bytes);
    delivery.begin("calamine_book-xlsb");
    let table = delivery.pool.table(14, 10);
    let strings: Vec<&str> = table.lines().flatten().map(String::as_str).collect();
    let mut body = Vec::new();
    let mut next = 0;
    for (number, line) in table.lines().enumerate() {
        body.extend(row(number as u32, 0, 300));
        for column in 0..line.len() {
            body.extend(brt(7, &long(&[column as u32, 0, next])));
            next += 1;
        }
    }
    body.extend(brt(146, &[]));
    let bytes = xlsb(&body, &strings, &[]);
    delivery.end("xlsb", &bytes);
}

/// What Word, `PowerPoint` and other programs wrote before there was XML, and metafiles.
fn old(delivery: &mut Delivery) {
    delivery.begin("doc");
    let (narrow, other): (Vec<String>, Vec<String>) = delivery.pool.sentences(60).into_iter().partition(|text| text.is_ascii());
    let bytes = crate::made::word(&(narrow.join("\r") + "\r"), &(other.join("\r") + "\r"), false);
    delivery.end("doc", &bytes);
    delivery.begin("ppt");
    let (narrow, other): (Vec<String>, Vec<String>) = delivery.pool.sentences(50).into_iter().partition(|text| text.is_ascii());
    let bytes = crate::made::slides(&narrow.join("\r"), &other.join("\r"));
    delivery.end("ppt", &bytes);
    delivery.begin("ole");
    let (label, list, said) =
        (delivery.pool.name() + ".csv", delivery.pool.table(10, 6).csv(), delivery.pool.sentences(20).join("\n"));
    let picture = crate::made::emf("see", &delivery.pool.next().said);
    let object = crate::made::ole(&[
        ("\u{1}Ole10Native", &crate::made::package(&label, list.as_bytes())),
        ("\u{3}EPRINT", &picture),
        ("VisioDocument", &wide(&said)),
    ]);
    delivery.end("bin", &object);
    delivery.begin("metafile");
    let narrow: Vec<String> = delivery.pool.sentences(3);
    let drawing = crate::made::emf(&narrow[0], &narrow[1]);
    delivery.end("emf", &drawing);
    delivery.begin("metafile-wmf");
    let text = delivery.pool.of("email_address").said;
    delivery.end("wmf", &crate::made::wmf(&text));
}

fn printed(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)").replace('\n', " ");
    escaped.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

/// A PDF: a page, an annotation, a bookmark, a field of a form, an attachment, properties.
fn pdf(delivery: &mut Delivery) {
    delivery.begin("pdf");
    let pool = &mut delivery.pool;
    let lines = pool.sentences(50);
    let drawn: String = lines
        .iter()
        .enumerate()
        .map(|(index, text)| format!("BT /F1 8 Tf 20 {} Td ({}) Tj ET\n", 790 - index * 14, printed(text)))
        .collect();
    let said: Vec<String> = pool.sentences(9).iter().map(|text| printed(text)).collect();
    let (file, list) = (printed(&pool.name()), pool.table(8, 6).csv());
    let objects = [
        format!(
            "<< /Type /Catalog /Pages 2 0 R /Outlines 7 0 R /AcroForm << /Fields [9 0 R] >> /Names << /EmbeddedFiles << /Names [({file}.csv) 10 0 R] >> >> >>"
        ),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R 9 0 R] >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T ({}) /Contents ({}) >>", said[0], said[1]),
        "<< /Type /Outlines /First 8 0 R /Last 8 0 R /Count 1 >>".to_owned(),
        format!("<< /Title ({}) /Parent 7 0 R /Dest [3 0 R /Fit] >>", said[2]),
        format!("<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [0 0 9 9] /T ({}) /V ({}) >>", said[3], said[4]),
        format!("<< /Type /Filespec /F ({file}.csv) /UF ({file}.csv) /Desc ({}) /EF << /F 11 0 R >> >>", said[5]),
        format!("<< /Type /EmbeddedFile /Length {} >>\nstream\n{list}\nendstream", list.len()),
        format!("<< /Title ({}) /Author ({}) /Subject ({}) >>", said[6], said[7], said[8]),
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| out.extend(format!("{place:010} 00000 n \n").bytes()));
    out.extend(
        format!("trailer << /Size {} /Root 1 0 R /Info 12 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    delivery.end("pdf", &out);
}

/// All of them.
pub(super) fn all(delivery: &mut Delivery) {
    xlsx(delivery);
    boxes(delivery);
    binary_books(delivery);
    old(delivery);
    pdf(delivery);
}
