//! Planted values in databases, pictures, biometric records, and in files of no known format or of one that only a writer of its vendor
//! makes: there the name alone, and text that lies loose.

use super::delivery::{Delivery, wide, xml};
use super::values::Table;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(crate::support::root().join("tests/fixtures/picture").join(name)).expect("a fixture")
}

fn dbf(delivery: &mut Delivery) {
    delivery.begin("dbf");
    let table = delivery.pool.table(10, 20);
    let names: Vec<String> =
        table.header.iter().map(|name| name.to_uppercase().chars().filter(char::is_ascii).take(10).collect()).collect();
    let width = |column: usize| table.rows.iter().map(|row| row[column].len()).max().unwrap_or(1).clamp(1, 254) as u8;
    let widths: Vec<u8> = (0..names.len()).map(width).collect();
    let length: u16 = 1 + widths.iter().map(|width| u16::from(*width)).sum::<u16>();
    let mut out = vec![3, 126, 11, 24];
    out.extend((table.rows.len() as u32).to_le_bytes());
    out.extend((32 + 32 * names.len() as u16 + 1).to_le_bytes());
    out.extend(length.to_le_bytes());
    out.resize(32, 0);
    for (name, width) in names.iter().zip(&widths) {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(b'C');
        field.resize(16, 0);
        field.push(*width);
        field.resize(32, 0);
        out.extend(field);
    }
    out.push(0x0d);
    for (number, row) in table.rows.iter().enumerate() {
        out.push(if number % 5 == 4 { b'*' } else { b' ' });
        for (cell, width) in row.iter().zip(&widths) {
            let mut cell = cell.as_bytes().to_vec();
            cell.resize(usize::from(*width), b' ');
            out.extend(cell);
        }
    }
    out.push(0x1a);
    delivery.end("dbf", &out);
}

/// `SQLite`: one page for the schema, one for each table.
fn sqlite(tables: &[Table]) -> Vec<u8> {
    const PAGE: usize = 32_768;
    fn number(value: usize) -> Vec<u8> {
        if value < 128 { vec![value as u8] } else { vec![(value >> 7) as u8 | 0x80, (value & 0x7f) as u8] }
    }
    fn record(values: &[&[u8]], whole: Option<u8>) -> Vec<u8> {
        let mut kinds: Vec<u8> = Vec::new();
        let mut body: Vec<u8> = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if index == 3
                && let Some(whole) = whole
            {
                kinds.push(1);
                body.push(whole);
            } else {
                kinds.extend(number(value.len() * 2 + 13));
                body.extend(*value);
            }
        }
        let head = if kinds.len() + 1 < 128 { number(kinds.len() + 1) } else { number(kinds.len() + 2) };
        [head, kinds, body].concat()
    }
    fn page(records: &[Vec<u8>], from: usize) -> Vec<u8> {
        let mut out = vec![0; PAGE];
        let (mut end, mut places) = (PAGE, Vec::new());
        for (index, record) in records.iter().enumerate() {
            let cell = [number(record.len()), number(index + 1), record.clone()].concat();
            end -= cell.len();
            out[end..end + cell.len()].copy_from_slice(&cell);
            places.extend((end as u16).to_be_bytes());
        }
        out[from..from + 8].copy_from_slice(
            &[&[13, 0, 0][..], &(records.len() as u16).to_be_bytes(), &(end as u16).to_be_bytes(), &[0]].concat(),
        );
        out[from + 8..from + 8 + places.len()].copy_from_slice(&places);
        out
    }
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut schema = Vec::new();
    let mut pages = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let columns: Vec<String> = table.header.iter().map(|name| format!("{} TEXT", quoted(name))).collect();
        let made = format!("CREATE TABLE {} ({})", quoted(&table.title), columns.join(", "));
        schema.push(record(
            &[b"table", table.title.as_bytes(), table.title.as_bytes(), b"", made.as_bytes()],
            Some(index as u8 + 2),
        ));
        let rows: Vec<Vec<u8>> =
            table.rows.iter().map(|row| record(&row.iter().map(String::as_bytes).collect::<Vec<_>>(), None)).collect();
        pages.push(page(&rows, 0));
    }
    let mut first = page(&schema, 100);
    let mut head = b"SQLite format 3\0".to_vec();
    head.extend((PAGE as u16).to_be_bytes());
    head.extend([1, 1, 0, 64, 32, 32]);
    for value in [1, tables.len() as u32 + 1, 0, 0, 1, 4, 0, 0, 1, 0, 0, 0] {
        head.extend(value.to_be_bytes());
    }
    head.resize(92, 0);
    head.extend([1_u32.to_be_bytes(), 3_045_000_u32.to_be_bytes()].concat());
    first[..100].copy_from_slice(&head);
    [vec![first], pages].concat().concat()
}

/// Marks in pictures: EXIF, XMP, captions, comments, texts of PNG; and names that are numbers.
fn pictures(delivery: &mut Delivery) {
    delivery.begin("image");
    let said = delivery.pool.sentences(12);
    let segment = |mark: u8, body: &[u8]| [&[0xff, mark][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat();
    let xmp = format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF><rdf:Description aux:SerialNumber=\"{}\" dc:creator=\"{}\"><mwg-rs:Regions><mwg-rs:RegionList><rdf:Bag><rdf:li>\
         <rdf:Description mwg-rs:Name=\"{}\" mwg-rs:Type=\"Face\"/></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>",
        xml(&delivery.pool.of("device_id").text),
        xml(&said[0]),
        xml(&delivery.pool.of("person_name").text)
    );
    let caption = [said[1].as_bytes(), b" ", said[2].as_bytes()].concat();
    let iptc = [&[0x1c, 2, 120][..], &(caption.len() as u16).to_be_bytes(), &caption].concat();
    let resource = [b"8BIM\x04\x04\0\0", &(iptc.len() as u32).to_be_bytes()[..], &iptc].concat();
    let (artist, title) = (format!("{}\0", said[3]), format!("{}\0", said[4]));
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    for (tag, text, at) in [(0x010e_u16, &title, 38), (0x013b, &artist, 38 + title.len())] {
        exif.extend([&tag.to_le_bytes()[..], &[2, 0], &(text.len() as u32).to_le_bytes(), &(at as u32).to_le_bytes()].concat());
    }
    exif.extend([0; 4]);
    exif.extend([title.as_bytes(), artist.as_bytes()].concat());
    let mut jpeg = fixture("slope.jpg");
    let segments = [
        segment(0xe1, &exif),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat()),
        segment(0xed, &[b"Photoshop 3.0\0", resource.as_slice()].concat()),
        segment(0xfe, said[5].as_bytes()),
    ];
    jpeg.splice(2..2, segments.concat());
    delivery.end("jpg", &jpeg);
    let mut png = fixture("face.png");
    let text = [b"Description\0".as_slice(), said[6].as_bytes()].concat();
    png.splice(33..33, [&(text.len() as u32).to_be_bytes()[..], b"tEXt", &text, &[0; 4]].concat());
    let path = format!("photos/{}.png", delivery.pool.name());
    delivery.put(&path, &png);
    for _ in 0..20 {
        let value = delivery.pool.of("photograph");
        delivery.put(&format!("photos/{}", value.text), &fixture("slope.jpg"));
    }
}

/// All of them.
pub(super) fn all(delivery: &mut Delivery) {
    dbf(delivery);
    delivery.begin("sqlite");
    let tables: Vec<Table> = (0..3).map(|_| delivery.pool.table(14, 12)).collect();
    delivery.end("sqlite", &sqlite(&tables));
    pictures(delivery);
    delivery.begin("biometric");
    let loose = delivery.pool.sentences(4).join("\n");
    delivery.end("fac", &[b"FAC\x00010\x00".as_slice(), loose.as_bytes(), &[0; 200]].concat());
    delivery.begin("parquet");
    let said = delivery.pool.sentences(12).join("\n");
    delivery.end("parquet", &[b"PAR1", said.as_bytes(), &20_u32.to_le_bytes(), b"PAR1"].concat());
    delivery.begin("pst");
    let mut store = b"!BDN".to_vec();
    store.resize(600, 0);
    store[10] = 23;
    store.extend(wide(&delivery.pool.sentences(12).join("\n")));
    delivery.end("pst", &store);
    delivery.begin("binary");
    let noise: Vec<u8> = (0..2000).map(|_| delivery.pool.random.below(128) as u8 | 0x80).collect();
    let (narrow, broad) = (delivery.pool.sentences(30).join("\n"), delivery.pool.sentences(30).join("\n"));
    delivery.end("dat", &[&noise[..], &[0, 1], narrow.as_bytes(), &[0, 3], &wide(&broad), &[0, 0], &noise].concat());
}
