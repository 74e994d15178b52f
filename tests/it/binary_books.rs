//! What nobody sees in Excel's binary formats: colours, number formats, comments, strings that nothing refers to, hidden rows and
//! columns, pivot caches. The workbooks are put together record by record; everybody in them is made up.

use crate::support::{collect, delivery};
use std::collections::BTreeSet;
use std::io::{Read, Write};

const NAMES: [&str; 6] = ["Ada Sampleton", "Ben Carter", "Cat Fielding", "Dan Holloway", "Eve Marsden", "Fred Ashworth"];

/// Parts: why they are hidden (or nothing), label, and how many different people are in their rows. And the gaps.
fn parts(path: &str, bytes: &[u8]) -> (Vec<(String, String, usize)>, Vec<String>) {
    let folder = delivery(&[(path, bytes)]);
    let (_, evidence) = collect(folder.path(), &[]);
    let artifact = &evidence["artifacts"][0];
    let of = |part: &serde_json::Value| {
        let rows = part["rows"].as_array().cloned().unwrap_or_default();
        let distinct: BTreeSet<String> = rows.iter().map(|row| row["i"].to_string()).collect();
        let text = |name: &str| part[name].as_str().unwrap_or("").to_owned();
        (text("hidden"), text("label"), distinct.len())
    };
    let parts = artifact["parts"].as_array().map(|parts| parts.iter().map(of).collect()).unwrap_or_default();
    let gaps = artifact["gaps"].as_array().cloned().unwrap_or_default();
    (parts, gaps.iter().map(|gap| gap["reason"].as_str().unwrap_or("").to_owned()).collect())
}

/// The hidden ones alone: why, and how many people.
fn hidden(path: &str, bytes: &[u8]) -> Vec<(String, usize)> {
    let (parts, gaps) = parts(path, bytes);
    assert_eq!(gaps, Vec::<String>::new(), "{path}");
    parts.into_iter().filter(|part| !part.0.is_empty()).map(|part| (part.0, part.2)).collect()
}

fn one(why: &str, people: usize) -> Vec<(String, usize)> {
    vec![(why.to_owned(), people)]
}

pub(crate) fn pack(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

// ---- xls

pub(crate) fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut out = pack(&[kind, u16::try_from(content.len()).expect("a short record")]);
    out.extend(content);
    out
}

/// A style since Excel 97, and before it.
fn xf(wide: bool, font: u16, format: u16, fill: u16, front: u16) -> Vec<u8> {
    let mut out = pack(&[font, format, 1, 0]);
    if wide {
        out.extend([0; 8]);
        out.extend(pack(&[fill << 10, front]));
    } else {
        out.extend(pack(&[front, fill, 0, 0]));
    }
    record(0x00e0, &out)
}

/// Styles of cells: as usual, white, a format that shows nothing, white on black, one blue on the same blue, tiny, white by an extension.
const USUAL: u16 = 0;
const WHITE: u16 = 1;
const NOTHING: u16 = 2;
const ON_BLACK: u16 = 3;
const BLUE: u16 = 4;
const TINY: u16 = 5;
const EXTENDED: u16 = 6;

/// The stream of a workbook with one sheet.
fn stream(wide: bool, strings: &[&[u8]], sheet: &[Vec<u8>]) -> Vec<u8> {
    titled(wide, "List", strings, sheet)
}

/// The same, with the name of the sheet.
pub(crate) fn titled(wide: bool, title: &str, strings: &[&[u8]], sheet: &[Vec<u8>]) -> Vec<u8> {
    let version: u16 = if wide { 0x0600 } else { 0x0500 };
    let bof = |kind: u16| record(0x0809, &pack(&[version, kind, 0, 0, 0, 0, 0, 0]));
    let font = |twips: u16, colour: u16| record(0x0031, &[pack(&[twips, 0, colour, 400, 0, 0, 0]), vec![1, 0, b'A']].concat());
    let mut book = [bof(5), record(0x0042, &pack(&[if wide { 1200 } else { 1252 }]))].concat();
    // a font 4 is left out by everybody: the fifth record is font 5
    for (twips, colour) in [(200, 0x7fff), (200, 9), (200, 40), (20, 0x7fff), (200, 9)] {
        book.extend(font(twips, colour));
    }
    let code = if wide { [vec![3, 0, 0], b";;;".to_vec()].concat() } else { [vec![3], b";;;".to_vec()].concat() };
    book.extend(record(0x041e, &[pack(&[164]), code].concat()));
    // the colour 40, chosen anew
    let mut palette = vec![56, 0];
    (0..56_u8).for_each(|index| palette.extend(if index == 32 { [0x10, 0x20, 0x90, 0] } else { [index, 9, 200 - index, 0] }));
    palette[2 + 4..2 + 7].fill(0xff);
    book.extend(record(0x0092, &palette));
    for (font, format, fill, front) in
        [(0, 0, 0, 64), (5, 0, 0, 64), (0, 164, 0, 64), (1, 0, 1, 8), (2, 0, 1, 40), (3, 0, 0, 64), (0, 0, 0, 64)]
    {
        book.extend(xf(wide, font, format, fill, front));
    }
    // the last style has black letters, and an extension that says white
    let extension = [pack(&[0x087d, 0, 0, 0, 0, 0, 0, EXTENDED, 0, 1, 0x000d, 20, 2, 0]), vec![0xff; 4], vec![0; 8]].concat();
    book.extend(record(0x087d, &extension));
    let count = u8::try_from(title.len()).expect("a short name");
    let name = if wide { [&[count, 0], title.as_bytes()].concat() } else { [&[count], title.as_bytes()].concat() };
    let list: Vec<Vec<u8>> =
        strings.iter().enumerate().map(|(index, piece)| record(if index == 0 { 0x00fc } else { 0x003c }, piece)).collect();
    let list = list.concat();
    let at = book.len() + 4 + 6 + name.len() + list.len() + 4;
    book.extend(record(0x0085, &[u32::try_from(at).expect("small").to_le_bytes().to_vec(), vec![0, 0], name].concat()));
    book.extend(list);
    book.extend(record(0x000a, &[]));
    book.extend(bof(16));
    book.extend(sheet.concat());
    book.extend(record(0x000a, &[]));
    book
}

pub(crate) fn compound(wide: bool, stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("a container");
    let mut out = file.create_stream(if wide { "/Workbook" } else { "/Book" }).expect("a stream");
    out.write_all(stream).expect("content");
    drop(out);
    file.into_inner().into_inner()
}

fn label(wide: bool, row: u16, column: u16, style: u16, text: &str) -> Vec<u8> {
    let mut out = pack(&[row, column, style, u16::try_from(text.len()).expect("short")]);
    if wide {
        out.push(0);
    }
    out.extend(text.bytes());
    record(0x0204, &out)
}

fn number(row: u16, column: u16, style: u16, value: f64) -> Vec<u8> {
    record(0x0203, &[pack(&[row, column, style]), value.to_le_bytes().to_vec()].concat())
}

/// Ranks and counts that everybody sees, and names and numbers of a style beside them.
fn staff(wide: bool, style: u16) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = ["Rank", "Name", "Service No"]
        .iter()
        .enumerate()
        .map(|(index, text)| label(wide, 0, index as u16, USUAL, text))
        .collect();
    for (index, name) in NAMES.iter().enumerate() {
        let row = index as u16 + 1;
        out.push(label(wide, row, 0, USUAL, "Constable"));
        out.push(label(wide, row, 1, style, name));
        out.push(number(row, 2, style, f64::from(100_001 + u32::from(row))));
    }
    out
}

#[test]
fn letters_that_nobody_sees_in_an_xls_are_hidden() {
    for wide in [true, false] {
        let told = |style: u16| hidden("answer.xls", &compound(wide, &stream(wide, &[], &staff(wide, style))));
        assert_eq!(told(WHITE), one("text in the colour of its ground", 6));
        assert_eq!(told(BLUE), one("text in the colour of its ground", 6));
        assert_eq!(told(NOTHING), one("number format that shows nothing", 6));
        assert_eq!(told(TINY), one("text too small to be seen", 6));
        assert_eq!(told(USUAL), []);
        assert_eq!(told(ON_BLACK), []);
    }
    let told = hidden("answer.xls", &compound(true, &stream(true, &[], &staff(true, EXTENDED))));
    assert_eq!(told, one("text in the colour of its ground", 6));
}

#[test]
fn a_nought_and_a_table_s_header_hide_nothing_in_an_xls() {
    let mut sheet = staff(true, USUAL);
    sheet.push(number(1, 3, WHITE, 0.0));
    sheet.push(label(true, 0, 3, WHITE, "Phone of Testina Quillfeather"));
    // the place of a table whose style colours that header
    sheet.push(record(0x0872, &[pack(&[0x0872, 0, 0, 6, 0, 3, 5]), vec![0; 20]].concat()));
    assert_eq!(hidden("answer.xls", &compound(true, &stream(true, &[], &sheet))), []);
}

#[test]
fn rows_without_a_record_of_their_own_follow_the_default_in_an_xls() {
    let mut sheet = vec![record(0x0225, &pack(&[2, 255]))];
    for row in 0..3 {
        sheet.push(record(0x0208, &pack(&[row, 0, 3, 255, 0, 0, 0x100, 15])));
    }
    sheet.extend(staff(true, USUAL));
    assert_eq!(hidden("answer.xls", &compound(true, &stream(true, &[], &sheet))), one("hidden rows", 4));
}

/// A comment: its kind, its text in the records behind it, and where it stands.
fn note(row: u16, text: &[&str]) -> Vec<u8> {
    let count: usize = text.iter().map(|piece| piece.len()).sum();
    let mut out = record(0x005d, &pack(&[0x15, 18, 0x19, row + 1, 0, 0, 0, 0, 0, 0, 0]));
    out.extend(record(0x01b6, &pack(&[0, 0, 0, 0, 0, count as u16, 16, 0, 0])));
    for piece in text {
        out.extend(record(0x003c, &[vec![0], piece.bytes().collect()].concat()));
    }
    out.extend(record(0x003c, &[0; 16]));
    out.extend(record(0x001c, &[pack(&[row, 0, 0, row + 1, 1]), vec![0, b'x', 0]].concat()));
    out
}

#[test]
fn comments_of_an_xls_are_hidden_and_other_text_over_a_sheet_is_not() {
    let mut sheet = staff(true, USUAL);
    sheet.push(note(1, &["Ring Ada Sampleton, ada.sample", "ton@quillfeather.example"]));
    sheet.push(note(2, &["Ring Ben Carter, ben.carter@quillfeather.example"]));
    assert_eq!(hidden("answer.xls", &compound(true, &stream(true, &[], &sheet))), one("comment", 2));
    let mut shape = note(1, &["Ring Ada Sampleton, ada.sampleton@quillfeather.example"]);
    shape[8] = 6;
    let (found, _) = parts("answer.xls", &compound(true, &stream(true, &[], &[shape])));
    assert!(found.contains(&(String::new(), "drawings".to_owned(), 1)), "{found:?}");
    // before Excel 97: text in the record itself, and in pieces
    let text = b"Ring Ada Sampleton, ada.sampleton@quillfeather.example";
    let first = record(0x001c, &[pack(&[1, 0, 54]), text[..30].to_vec()].concat());
    let second = record(0x001c, &[pack(&[0xffff, 0, 24]), text[30..].to_vec()].concat());
    let old = stream(false, &[], &[staff(false, USUAL).concat(), first, second]);
    assert_eq!(hidden("answer.xls", &compound(false, &old)), one("comment", 1));
}

#[test]
fn strings_that_no_sheet_of_an_xls_refers_to_are_hidden() {
    let mut list = [8_u32.to_le_bytes(), 8_u32.to_le_bytes()].concat();
    let mut more = Vec::new();
    for (index, text) in ["Rank", "Constable"].iter().chain(&NAMES).enumerate() {
        let whole = [pack(&[text.len() as u16]), vec![0], text.bytes().collect()].concat();
        if index == 4 {
            // cut in the middle, and wide behind the cut
            list.extend(&whole[..8]);
            more.push(1);
            more.extend(whole[8..].iter().flat_map(|byte| [*byte, 0]));
        } else {
            if more.is_empty() { &mut list } else { &mut more }.extend(whole);
        }
    }
    let cell = |row: u16, index: u16| record(0x00fd, &pack(&[row, 0, 0, index, 0]));
    let used = |up_to: u16| {
        let cells: Vec<Vec<u8>> = (0..up_to).map(|index| cell(index, index)).collect();
        hidden("answer.xls", &compound(true, &stream(true, &[&list, &more], &cells)))
    };
    assert_eq!(used(8), []);
    assert_eq!(used(5), one("orphaned strings", 3));
    // where rows are gone, two names may be taken for one person
    assert!((5..=6).contains(&used(2)[0].1));
}

#[test]
fn sheets_that_lie_over_each_other_are_a_gap() {
    let whole = stream(true, &[], &staff(true, USUAL));
    // the same entry of the list again and again, in front of the others
    let at = whole.windows(4).position(|four| four == b"List").expect("its name") - 12;
    let entry = whole[at..at + 16].to_vec();
    let shift = u32::try_from(entry.len() * 6000).expect("small");
    let start = u32::from_le_bytes(entry[4..8].try_into().expect("four")) + shift;
    let mut many = whole[..at].to_vec();
    for _ in 0..6001 {
        many.extend([&entry[..4], &start.to_le_bytes(), &entry[8..]].concat());
    }
    many.extend(&whole[at + 16..]);
    let (_, gaps) = parts("answer.xls", &compound(true, &many));
    assert!(gaps.iter().any(|gap| gap.contains("lie over each other")), "{gaps:?}");
}

#[test]
fn cells_that_a_link_of_an_xls_kept_are_hidden() {
    let whole = stream(true, &[], &staff(true, USUAL));
    let mut kept = record(0x01ae, &pack(&[1, 0]));
    for (index, name) in NAMES.iter().enumerate() {
        let text = [pack(&[name.len() as u16]), vec![0], name.bytes().collect()].concat();
        let number = f64::from(100_002 + index as u32).to_le_bytes().to_vec();
        kept.extend(record(0x005a, &[vec![1, 0, index as u8, 0, 2], text, vec![1], number].concat()));
    }
    // in front of the list of strings and the end of what all sheets share: the sheet lies further behind
    let at = whole.windows(4).position(|four| four == b"List").expect("its name") - 12;
    let start = u32::from_le_bytes(whole[at + 4..at + 8].try_into().expect("four")) + kept.len() as u32;
    let bytes = [&whole[..at + 4], &start.to_le_bytes(), &whole[at + 8..at + 16], &kept, &whole[at + 16..]].concat();
    assert_eq!(hidden("answer.xls", &compound(true, &bytes)), one("external link cache", 6));
}

#[test]
fn many_numbers_in_one_record_have_a_style_each() {
    let number = |value: u32| (value << 2 | 2).to_le_bytes().to_vec();
    let many = |style: u16| {
        let cells = [pack(&[1, 0, USUAL]), number(7), pack(&[style]), number(100_002), pack(&[1])].concat();
        hidden("answer.xls", &compound(true, &stream(true, &[], &[label(true, 0, 0, USUAL, "Rank"), record(0x00bd, &cells)])))
    };
    assert_eq!(many(USUAL), []);
    assert_eq!(many(WHITE).len(), 1);
}

#[test]
fn a_file_in_an_xls_is_a_member() {
    let whole = compound(true, &stream(true, &[], &staff(true, USUAL)));
    let mut file = cfb::CompoundFile::open(std::io::Cursor::new(whole)).expect("a container");
    file.create_storage("/MBD0012AB34").expect("a storage");
    let mut out = file.create_stream("/MBD0012AB34/CONTENTS").expect("a stream");
    out.write_all(b"Ring Ada Sampleton, ada.sampleton@quillfeather.example\n").expect("content");
    drop(out);
    let folder = delivery(&[("answer.xls", &file.into_inner().into_inner())]);
    let (_, evidence) = collect(folder.path(), &[]);
    let paths: Vec<&str> =
        evidence["artifacts"].as_array().expect("artifacts").iter().filter_map(|row| row["path"].as_str()).collect();
    assert_eq!(paths, ["answer.xls", "answer.xls!/contents"]);
}

#[test]
fn what_an_xls_says_of_its_size_is_not_believed() {
    let told = |rows: [u32; 2]| {
        let size = record(0x0200, &[long(&rows), pack(&[0, 256, 0])].concat());
        let sheet = [vec![size], staff(true, WHITE)].concat();
        hidden("answer.xls", &compound(true, &stream(true, &[], &sheet)))
    };
    for rows in [[0, 7], [0, 0x7fff_ffff], [100, 1], [0, u32::MAX], [u32::MAX, 0]] {
        assert_eq!(told(rows), one("text in the colour of its ground", 6), "{rows:?}");
    }
    let sheet = [vec![record(0x0200, &[1])], staff(true, WHITE)].concat();
    assert_eq!(hidden("answer.xls", &compound(true, &stream(true, &[], &sheet))).len(), 1);
}

#[test]
fn pieces_of_nothing_do_not_lose_the_strings_of_an_xls() {
    let whole: Vec<Vec<u8>> =
        NAMES.iter().map(|text| [pack(&[text.len() as u16]), vec![0], text.bytes().collect()].concat()).collect();
    let first = [long(&[6, 6]), whole[0].clone()].concat();
    let mut pieces: Vec<&[u8]> = vec![&first];
    for text in &whole[1..] {
        pieces.extend([&b""[..]; 9]);
        pieces.push(text);
    }
    pieces.extend(vec![&b""[..]; 50_000]);
    let cells: Vec<Vec<u8>> = (0..6).map(|index| record(0x00fd, &pack(&[index, 0, WHITE, index, 0]))).collect();
    let bytes = compound(true, &stream(true, &pieces, &cells));
    assert_eq!(hidden("answer.xls", &bytes), one("text in the colour of its ground", 6));
    // a comment in more pieces than anybody writes
    let mut note = note(1, &["Ring Ada Sampleton, ada.sampleton@quillfeather.example"]);
    note.extend(record(0x003c, &[]).repeat(50_000));
    assert_eq!(hidden("answer.xls", &compound(true, &stream(true, &[], &[note]))), one("comment", 1));
}

#[test]
fn strings_that_an_xls_shows_again_and_again_are_a_gap() {
    let pieces: Vec<Vec<u8>> = std::iter::once([long(&[1, 1]), pack(&[60_000]), vec![0]].concat())
        .chain((0..10).map(|_| [vec![0], vec![b'x'; 6_000]].concat()))
        .collect();
    let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let cells: Vec<Vec<u8>> = (0..9_000).map(|row| record(0x00fd, &pack(&[row, 0, USUAL, 0, 0]))).collect();
    let (_, gaps) = parts("answer.xls", &compound(true, &stream(true, &pieces, &cells)));
    assert_eq!(gaps, ["its cells show more than 536870912 bytes of a few strings: not read"]);
}

// ---- xlsb

pub(crate) fn brt(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut out = if kind < 128 { vec![kind as u8] } else { vec![(kind & 0x7f) as u8 | 0x80, (kind >> 7) as u8] };
    let mut length = content.len();
    loop {
        let more = length > 0x7f;
        out.push((length & 0x7f) as u8 | if more { 0x80 } else { 0 });
        length >>= 7;
        if !more {
            break;
        }
    }
    out.extend(content);
    out
}

pub(crate) fn long(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    [long(&[units.len() as u32]), pack(&units)].concat()
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn relations(rows: &[(&str, &str)]) -> Vec<u8> {
    let rows: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(index, (kind, target))| {
            format!(r#"<Relationship Id="rId{}" Type="{RELATIONS}/{kind}" Target="{target}"/>"#, index + 1)
        })
        .collect();
    let rows = rows.concat();
    format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>"#)
        .into_bytes()
}

/// A workbook with one sheet, strings, and further parts.
pub(crate) fn xlsb(sheet: &[u8], strings: &[&str], more: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let colour = |kind: u8, index: u8, red: u8| vec![kind << 1, index, 0, 0, red, red, red, 0xff];
    let font =
        |twips: u16, colour: Vec<u8>| brt(43, &[pack(&[twips, 0, 400, 0]), vec![0; 4], colour, vec![0], wide("A")].concat());
    let fill = |pattern: u32, front: Vec<u8>| brt(45, &[long(&[pattern]), front, vec![0; 40]].concat());
    let xf = |format: u16, font: u16, fill: u16| brt(47, &pack(&[0, format, font, fill, 0, 0, 0, 0]));
    // in the order of the styles of an xls above; the extension is a colour of the theme
    let styles = [
        brt(44, &[pack(&[164]), wide(";;;")].concat()),
        font(220, colour(0, 0, 0)),
        font(220, colour(2, 0, 0xfe)),
        font(220, colour(1, 40, 0)),
        font(20, colour(0, 0, 0)),
        font(220, colour(3, 0, 0)),
        fill(0, colour(0, 64, 0)),
        fill(1, colour(1, 8, 0)),
        fill(1, colour(1, 40, 0)),
        brt(626, &long(&[1])),
        xf(0, 1, 0),
        brt(627, &[]),
        brt(617, &long(&[7])),
        xf(0, 0, 0),
        xf(0, 1, 0),
        xf(164, 0, 0),
        xf(0, 1, 1),
        xf(0, 2, 2),
        xf(0, 3, 0),
        xf(0, 4, 0),
        brt(618, &[]),
    ];
    let theme = br#"<a:theme xmlns:a="a"><a:clrScheme><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1>
        <a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1></a:clrScheme></a:theme>"#;
    let list: Vec<Vec<u8>> = strings.iter().map(|text| brt(19, &[vec![0], wide(text)].concat())).collect();
    let workbook = brt(156, &[long(&[0, 1]), wide("rId1"), wide("List")].concat());
    let kinds = [
        ("worksheet", "worksheets/sheet1.bin"),
        ("sharedStrings", "sharedStrings.bin"),
        ("styles", "styles.bin"),
        ("theme", "theme/theme1.xml"),
    ];
    let mut files = vec![
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.bin")])),
        ("xl/workbook.bin", workbook),
        ("xl/_rels/workbook.bin.rels", relations(&kinds)),
        ("xl/worksheets/sheet1.bin", sheet.to_vec()),
        ("xl/sharedStrings.bin", list.concat()),
        ("xl/styles.bin", styles.concat()),
        ("xl/theme/theme1.xml", theme.to_vec()),
    ];
    files.extend(more.iter().cloned());
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, content) in &files {
        zip.start_file(*path, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("content");
    }
    zip.finish().expect("a package").into_inner()
}

pub(crate) fn row(number: u32, flags: u16, height: u16) -> Vec<u8> {
    brt(0, &[long(&[number, 0]), pack(&[height, flags]), vec![0; 5]].concat())
}

/// The list of people of an xlsb: ranks and names are shared strings; which rows are hidden, and the style of the names and numbers.
fn list(style: u16, flags: impl Fn(u32) -> u16) -> (Vec<u8>, Vec<&'static str>) {
    let strings: Vec<&str> = ["Rank", "Name", "Service No", "Constable"].into_iter().chain(NAMES).collect();
    let cell = |kind: u16, column: u32, style: u16, value: Vec<u8>| brt(kind, &[long(&[column, style.into()]), value].concat());
    let mut out = row(0, 0, 300);
    (0..3).for_each(|column| out.extend(cell(7, column, USUAL, long(&[column]))));
    for index in 0..6 {
        out.extend(row(index + 1, flags(index + 1), 300));
        out.extend(cell(7, 0, USUAL, long(&[3])));
        // the name in a short record, whose column is the next one
        out.extend(brt(18, &long(&[style.into(), index + 4])));
        out.extend(cell(2, 2, style, long(&[(100_002 + index) << 2 | 2])));
    }
    out.extend(brt(146, &[]));
    (out, strings)
}

#[test]
fn letters_that_nobody_sees_in_an_xlsb_are_hidden() {
    for (style, wanted) in [
        (USUAL, vec![]),
        (WHITE, one("text in the colour of its ground", 6)),
        (NOTHING, one("number format that shows nothing", 6)),
        (ON_BLACK, vec![]),
        (BLUE, one("text in the colour of its ground", 6)),
        (TINY, one("text too small to be seen", 6)),
        (EXTENDED, one("text in the colour of its ground", 6)),
    ] {
        let (sheet, strings) = list(style, |_| 0);
        assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &[])), wanted, "{style}");
    }
    // an ending of its own changes nothing
    let (sheet, strings) = list(WHITE, |_| 0);
    assert_eq!(hidden("answer.xlsx", &xlsb(&sheet, &strings, &[])).len(), 1);
}

#[test]
fn hidden_rows_and_columns_of_an_xlsb_are_hidden() {
    let (sheet, strings) = list(USUAL, |row| if row > 2 { 0x1000 } else { 0 });
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &[])), one("hidden rows", 4));
    for column in [long(&[1, 2, 2560, 0, 1]), long(&[1, 2, 0, 0, 0])] {
        let (sheet, strings) = list(USUAL, |_| 0);
        let sheet = [brt(60, &column), sheet].concat();
        assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &[])), one("hidden columns", 6));
    }
    // a table colours its own first row
    let (sheet, strings) = list(USUAL, |_| 0);
    let white = [row(9, 0, 300), brt(7, &long(&[0, WHITE.into(), 4])), brt(7, &long(&[1, WHITE.into(), 5]))].concat();
    let sheet = [&sheet[..], &white].concat();
    let table = [brt(343, &long(&[9, 12, 0, 1])), brt(513, &[pack(&[4]), wide("TableStyleMedium2")].concat())].concat();
    let beside = [
        ("xl/worksheets/_rels/sheet1.bin.rels", relations(&[("table", "../tables/table1.bin")])),
        ("xl/tables/table1.bin", table),
    ];
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &beside)), []);
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &[])).len(), 1);
}

#[test]
fn a_table_colours_no_cells_but_its_own_in_an_xlsb() {
    // of many tables the first one holds the names, the others lie above each other
    let (sheet, strings) = list(WHITE, |_| 0);
    let table = |first: u32, last: u32, style: &str| {
        brt(343, &long(&[first, last, 0, 2]))
            .into_iter()
            .chain(brt(513, &[pack(&[4]), wide(style)].concat()))
            .collect::<Vec<u8>>()
    };
    let tables =
        relations(&[("table", "../tables/table1.bin"), ("table", "../tables/table2.bin"), ("table", "../tables/table3.bin")]);
    let beside = |last: u32| {
        [
            ("xl/worksheets/_rels/sheet1.bin.rels", tables.clone()),
            ("xl/tables/table1.bin", table(0, last, "TableStyleDark2")),
            ("xl/tables/table2.bin", table(90, 99, "TableStyleMedium2")),
            ("xl/tables/table3.bin", table(90, 190, "TableStyleDark2")),
        ]
    };
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &beside(6))), []);
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &beside(3))), one("text in the colour of its ground", 3));
}

#[test]
fn comments_and_lost_strings_of_an_xlsb_are_hidden() {
    let (sheet, mut strings) = list(USUAL, |_| 0);
    let texts = ["Ring Ada Sampleton, ada.sampleton@quillfeather.example", "Ring Ben Carter, ben.carter@quillfeather.example"];
    let comments: Vec<Vec<u8>> = texts.iter().map(|text| brt(637, &[vec![0], wide(text)].concat())).collect();
    let beside = [("xl/comments1.bin", comments.concat())];
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &beside)), one("comment", 2));
    strings.extend(["Gina Whitlock", "Hal Pemberton", "Ivy Thornbury"]);
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &[])), one("orphaned strings", 3));
    // a sheet that the list leaves out is read, and its strings are not lost
    let more = [row(0, 0, 300), brt(7, &long(&[0, 0, 10])), brt(7, &long(&[1, 0, 11])), brt(7, &long(&[2, 0, 12]))].concat();
    let beside = [("xl/worksheets/sheet2.bin", more)];
    let found = hidden("answer.xlsb", &xlsb(&sheet, &strings, &beside));
    assert_eq!(found.iter().map(|part| part.0.as_str()).collect::<Vec<_>>(), ["sheet that is not in the list"]);
}

/// The same package, in which a part is called something else.
fn renamed(bytes: &[u8], parts: &[(&str, &str)]) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a package");
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut file = old.by_index(index).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("content");
        if name.ends_with(".rels") {
            let text = String::from_utf8(content).expect("text");
            content = parts.iter().fold(text, |text, (old, new)| text.replace(old, new)).into_bytes();
        }
        let name = parts.iter().fold(name, |name, (old, new)| name.replace(old, new));
        new.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        new.write_all(&content).expect("content");
    }
    new.finish().expect("a package").into_inner()
}

#[test]
fn parts_of_an_xlsb_may_be_called_anything() {
    let (sheet, strings) = list(WHITE, |_| 0);
    let bytes = renamed(&xlsb(&sheet, &strings, &[]), &[("sheet1.bin", "sheet1.xml")]);
    assert_eq!(hidden("answer.xlsb", &bytes), one("text in the colour of its ground", 6));
    // what is no sheet inside is a gap
    let (_, gaps) = parts("answer.xlsb", &renamed(&xlsb(b"<worksheet><sheetData/></worksheet>", &[], &[]), &[]));
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    let (sheet, strings) = list(USUAL, |_| 0);
    let note = brt(637, &[vec![0], wide("Ring Ada Sampleton, ada.sampleton@quillfeather.example")].concat());
    let beside =
        [("xl/worksheets/_rels/sheet1.bin.rels", relations(&[("comments", "../notes1.dat")])), ("xl/notes1.dat", note.clone())];
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &strings, &beside)), one("comment", 1));
    let told = renamed(&xlsb(&sheet, &strings, &cache(true)), &[("pivotCacheRecords1", "records1")]);
    assert_eq!(hidden("answer.xlsb", &told), one("pivot cache", 6));
    // nobody says what it is
    let (_, gaps) = parts("answer.xlsb", &xlsb(&sheet, &strings, &[("xl/notes1.bin", note)]));
    assert_eq!(gaps, ["1 binary parts of a kind that is not known: not read"]);
}

#[test]
fn a_string_that_an_xlsb_shows_again_and_again_is_a_gap() {
    let long_text = "lorem ipsum ".repeat(5_000);
    let cells = |count: u32, index: u32| {
        (0..count).map(|n| [row(n, 0, 300), brt(7, &long(&[0, USUAL.into(), index]))].concat()).collect::<Vec<_>>().concat()
    };
    // cut where Excel ends a cell
    let (found, gaps) = parts("answer.xlsb", &xlsb(&cells(3, 0), &[&long_text], &[]));
    assert_eq!(gaps, ["cells of more than 32767 characters: the rest of them was not read"]);
    assert_eq!(found.len(), 1);
    // what is there for the first time is read, however much was repeated before
    let (sheet, _) = list(WHITE, |_| 0);
    let strings: Vec<&str> =
        ["Rank", "Name", "Service No", "Constable"].into_iter().chain(NAMES).chain([&long_text[..32_000]]).collect();
    let many: Vec<Vec<u8>> = (0..540).map(|n| [row(n, 0, 300), brt(7, &long(&[0, USUAL.into(), 10]))].concat()).collect();
    let bytes = xlsb(&[many.concat(), sheet].concat(), &strings, &[]);
    let (found, gaps) = parts("answer.xlsb", &bytes);
    assert_eq!(gaps, ["cells that repeat the text of others: beyond 16777216 bytes they were not read"]);
    let why = "text in the colour of its ground";
    assert!(found.iter().any(|part| part.0 == why && part.2 == 6), "{found:?}");
}

#[test]
fn a_value_that_a_pivot_cache_shows_again_and_again_is_a_gap() {
    let text = "lorem ipsum ".repeat(2_700);
    let mut definition = Vec::new();
    for name in ["Note", "Name"] {
        definition.extend(brt(183, &[pack(&[4]), vec![0; 18], wide(name)].concat()));
        definition.extend(brt(189, &[pack(&[8]), long(&[6])].concat()));
        let items: Vec<&str> = if name == "Note" { vec![&text] } else { NAMES.to_vec() };
        definition.extend(items.iter().flat_map(|item| brt(24, &wide(item))));
        definition.extend([brt(190, &[]), brt(184, &[])].concat());
    }
    let records: Vec<Vec<u8>> = (0..540).map(|n| brt(33, &long(&[0, if n < 534 { 9 } else { n - 534 }]))).collect();
    let beside =
        [("xl/pivotCache/pivotCacheDefinition1.bin", definition), ("xl/pivotCache/pivotCacheRecords1.bin", records.concat())];
    let sheet = [row(0, 0, 300), brt(7, &long(&[0, 0, 0]))].concat();
    let (found, gaps) = parts("answer.xlsb", &xlsb(&sheet, &["Rank"], &beside));
    assert_eq!(gaps, ["cells that repeat the text of others: beyond 16777216 bytes they were not read"]);
    assert!(found.iter().any(|part| part.0 == "pivot cache"), "{found:?}");
}

/// A cache with the people as values of a column, of whom the last is in no record, and their numbers in the records.
fn cache(apart: bool) -> [(&'static str, Vec<u8>); 3] {
    let field = |name: &str| brt(183, &[pack(&[4]), vec![0; 18], wide(name)].concat());
    let mut definition = [field("Name"), brt(189, &[pack(&[8]), long(&[6])].concat())].concat();
    definition.extend(NAMES.iter().flat_map(|name| brt(24, &wide(name))));
    definition.extend([brt(190, &[]), brt(184, &[])].concat());
    definition
        .extend([field("Service No"), brt(189, &[pack(&[0x40]), long(&[0])].concat()), brt(190, &[]), brt(184, &[])].concat());
    definition
        .extend([field("Date of birth"), brt(189, &[pack(&[4]), long(&[0])].concat()), brt(190, &[]), brt(184, &[])].concat());
    let mut records = Vec::new();
    for index in 0..5_u16 {
        let number = f64::from(100_002 + u32::from(index)).to_le_bytes().to_vec();
        let born = [pack(&[1970 + index, 3]), vec![10 + index as u8, 0, 0, 0]].concat();
        if apart {
            records.extend([brt(34, &[]), brt(26, &long(&[index.into()])), brt(21, &number), brt(25, &born)].concat());
        } else {
            records.extend(brt(33, &[long(&[index.into()]), number, born].concat()));
        }
    }
    [
        ("xl/pivotCache/pivotCacheDefinition1.bin", definition),
        ("xl/pivotCache/pivotCacheRecords1.bin", records),
        ("xl/pivotCache/_rels/pivotCacheDefinition1.bin.rels", relations(&[("pivotCacheRecords", "pivotCacheRecords1.bin")])),
    ]
}

#[test]
fn pivot_caches_and_links_of_an_xlsb_are_hidden() {
    let sheet = [row(0, 0, 300), brt(7, &long(&[0, 0, 0]))].concat();
    for apart in [false, true] {
        let bytes = xlsb(&sheet, &["Rank"], &cache(apart));
        assert_eq!(hidden("answer.xlsb", &bytes), one("pivot cache", 6), "{apart}");
    }
    let mut link = Vec::new();
    for (index, name) in NAMES.iter().enumerate() {
        let number = f64::from(100_002 + index as u32).to_le_bytes().to_vec();
        link.extend(brt(366, &long(&[index as u32])));
        link.extend(brt(371, &[long(&[0]), wide(name)].concat()));
        link.extend(brt(368, &[long(&[1]), number].concat()));
    }
    let beside = [("xl/externalLinks/externalLink1.bin", link)];
    assert_eq!(hidden("answer.xlsb", &xlsb(&sheet, &["Rank"], &beside)), one("external link cache", 6));
}

#[test]
fn damaged_records_are_a_gap_and_no_crash() {
    let (sheet, strings) = list(WHITE, |row| if row > 2 { 0x1000 } else { 0 });
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let old = stream(true, &[], &staff(true, WHITE));
    for step in 1..12 {
        let cut = sheet.len() * step / 12 + 1;
        files.push((format!("cut{step}.xlsb"), xlsb(&sheet[..cut], &strings, &cache(false))));
        let change = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            bytes.iter_mut().skip(step * 7).step_by(53).for_each(|byte| *byte ^= 0x55);
            bytes
        };
        let changed =
            cache(step % 2 == 0).map(|(path, bytes)| (path, if path.ends_with("bin") { change(&bytes) } else { bytes }));
        files.push((format!("changed{step}.xlsb"), xlsb(&change(&sheet), &strings, &changed)));
        files.push((format!("cut{step}.xls"), compound(true, &old[..old.len() * step / 12])));
        files.push((format!("changed{step}.xls"), compound(true, &change(&old))));
    }
    let files: Vec<(&str, &[u8])> = files.iter().map(|row| (row.0.as_str(), row.1.as_slice())).collect();
    let folder = delivery(&files);
    let (_, evidence) = collect(folder.path(), &[]);
    assert!(!evidence.to_string().contains("\"crashed\""), "{}", evidence["gaps"]);
    // the last cut is in the middle of a record
    assert!(evidence.to_string().contains("damaged, not read to its end"));
}
