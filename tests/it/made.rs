//! Files of formats that no fixture is of, made when they are needed: for tests, and as seeds of the fuzzers (`fuzz/`), which know this file
//! by its path. Everybody in them is made up.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

pub(crate) fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, content) in members {
        out.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 1_700_000_000, 0, 0, "100644", content.len()).bytes());
        out.extend_from_slice(content);
        out.extend((content.len() % 2 == 1).then_some(b'\n'));
    }
    out
}

pub(crate) fn cpio(members: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let end: (&str, u32, &[u8]) = ("TRAILER!!!", 0, b"");
    for (name, mode, content) in members.iter().chain([&end]) {
        let fields = [1, *mode, 0, 0, 1, 1_700_000_000, content.len() as u32, 0, 0, 0, 0, name.len() as u32 + 1, 0];
        out.extend(b"070701");
        for field in fields {
            out.extend(format!("{field:08x}").bytes());
        }
        out.extend(name.bytes().chain([0]));
        while out.len() % 4 > 0 {
            out.push(0);
        }
        out.extend_from_slice(content);
        while out.len() % 4 > 0 {
            out.push(0);
        }
    }
    out
}

pub(crate) fn rpm(payload: &[u8]) -> Vec<u8> {
    let mut out = b"\xed\xab\xee\xdb\x03\0".to_vec();
    out.resize(96, 0);
    for (entries, store) in [(1_u32, 4_u32), (0, 0)] {
        out.extend(b"\x8e\xad\xe8\x01\0\0\0\0");
        out.extend(entries.to_be_bytes());
        out.extend(store.to_be_bytes());
        let size = (entries * 16 + store) as usize;
        // the signature is filled up to a multiple of eight
        out.extend(vec![0; if entries > 0 { size.next_multiple_of(8) } else { size }]);
    }
    out.extend_from_slice(payload);
    out
}

pub(crate) fn cab(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = cab::CabinetBuilder::new();
    let folder = builder.add_folder(cab::CompressionType::MsZip);
    for (name, _) in members {
        folder.add_file(*name);
    }
    let mut writer = builder.build(Cursor::new(Vec::new())).expect("a cabinet");
    let mut contents = members.iter();
    while let Some(mut file) = writer.next_file().expect("a file") {
        file.write_all(contents.next().expect("content").1).expect("content");
    }
    writer.finish().expect("a cabinet").into_inner()
}

pub(crate) fn dbf() -> Vec<u8> {
    let fields = [("WARRANT_NO", b'C', 10_u8), ("NAME", b'C', 20), ("BORN", b'D', 8)];
    let length: u16 = 1 + fields.iter().map(|field| u16::from(field.2)).sum::<u16>();
    let mut out = vec![3, 126, 11, 24];
    out.extend(4_u32.to_le_bytes());
    out.extend((32 + 32 * fields.len() as u16 + 1).to_le_bytes());
    out.extend(length.to_le_bytes());
    out.resize(32, 0);
    out[29] = 2;
    for (name, kind, size) in fields {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.push(kind);
        field.resize(16, 0);
        field.push(size);
        field.resize(32, 0);
        out.extend(field);
    }
    out.push(0x0d);
    for (mark, number, name, born) in [
        (b' ', "100001", &b"Ada Example"[..], "19800214"),
        (b' ', "100002", b"Ben Sample", "19810315"),
        (b' ', "100003", b"Zo\x89 Dawson", "19820416"),
        (b'*', "100004", b"Dora Deleted", "19830517"),
    ] {
        out.push(mark);
        out.extend(format!("{number:<10}").bytes());
        let mut name = name.to_vec();
        name.resize(20, b' ');
        out.extend(name);
        out.extend(born.bytes());
    }
    out.push(0x1a);
    out
}

/// A document of Word 97: pieces in one byte and in two, a table, a comment.
pub(crate) fn doc(encrypted: bool) -> Vec<u8> {
    let body = "Staff list\rWarrant no\x07Name\x07\x07100001\x07Ada Sampleton\x07\x07100002\x07Ben Carter\x07\x07The end\r";
    word(body, "Call cora.dawson@example.org\r", encrypted)
}

pub(crate) fn ppt() -> Vec<u8> {
    slides("Warrant no 100001 Ada Example", "Mail ada.example@example.org")
}

/// An Outlook message: properties, recipients, attachments.
pub(crate) fn outlook(properties: &[(&str, &str)], recipients: &[(&str, &str)], attachments: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("a container");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut put = |path: String, bytes: &[u8]| {
        file.create_stream(path).expect("a stream").write_all(bytes).expect("written");
    };
    for (number, value) in properties {
        put(format!("/__substg1.0_{number}001F"), &wide(value));
    }
    for (index, (name, address)) in recipients.iter().enumerate() {
        let folder = format!("/__recip_version1.0_#{index:08X}");
        file.create_storage(&folder).expect("a storage");
        let mut put = |path: String, bytes: &[u8]| {
            file.create_stream(path).expect("a stream").write_all(bytes).expect("written");
        };
        put(format!("{folder}/__substg1.0_3001001F"), &wide(name));
        put(format!("{folder}/__substg1.0_39FE001F"), &wide(address));
    }
    for (index, (name, bytes)) in attachments.iter().enumerate() {
        let folder = format!("/__attach_version1.0_#{index:08X}");
        file.create_storage(&folder).expect("a storage");
        let mut put = |path: String, bytes: &[u8]| {
            file.create_stream(path).expect("a stream").write_all(bytes).expect("written");
        };
        put(format!("{folder}/__substg1.0_3707001F"), &wide(name));
        put(format!("{folder}/__substg1.0_37010102"), bytes);
    }
    file.flush().expect("written");
    file.into_inner().into_inner()
}

pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a member");
        zip.write_all(content).expect("content");
    }
    zip.finish().expect("an archive").into_inner()
}

pub(crate) fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(content).expect("content");
    gzip.finish().expect("a stream")
}

/// A header by hand: `tar` refuses to write names that lead upwards.
pub(crate) fn tar_header(name: &str, kind: tar::EntryType, size: u64, target: &str) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    let old = header.as_old_mut();
    old.name.iter_mut().zip(name.bytes()).for_each(|(slot, byte)| *slot = byte);
    old.linkname.iter_mut().zip(target.bytes()).for_each(|(slot, byte)| *slot = byte);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(1_700_000_000);
    header.set_cksum();
    header
}

pub(crate) fn tarred(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in members {
        tar.append(&tar_header(name, tar::EntryType::Regular, content.len() as u64, ""), *content).expect("a member");
    }
    tar.into_inner().expect("an archive")
}

/// 7z, each file stored: what lies in it is found by its directory alone.
pub(crate) fn sevened(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let sum = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let number = |value: usize| [&[0xff], &(value as u64).to_le_bytes()[..]].concat();
    let packed: Vec<u8> = members.iter().flat_map(|row| row.1.clone()).collect();
    let names: Vec<u8> = members.iter().flat_map(|row| wide(&format!("{}\0", row.0))).collect();
    let mut head = vec![1, 4, 6];
    head.extend([number(0), number(1), vec![9], number(packed.len()), vec![0]].concat());
    head.extend([vec![7, 11], number(1), vec![0], number(1), vec![1, 0, 12], number(packed.len()), vec![0]].concat());
    head.extend([vec![8, 13], number(members.len()), vec![9]].concat());
    members[..members.len() - 1].iter().for_each(|row| head.extend(number(row.1.len())));
    head.extend([10, 1]);
    for row in members {
        head.extend(sum(&row.1));
    }
    head.extend([0, 0, 5]);
    head.extend([number(members.len()), vec![17], number(names.len() + 1), vec![0], names, vec![0, 0]].concat());
    let start = [&(packed.len() as u64).to_le_bytes()[..], &(head.len() as u64).to_le_bytes(), &sum(&head)].concat();
    [&b"7z\xbc\xaf\x27\x1c\0\x04"[..], &sum(&start), &start, &packed, &head].concat()
}

pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// An OLE container with streams.
pub(crate) fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut container = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).expect("a container");
    for (name, bytes) in streams {
        container.create_stream(name).expect("a stream").write_all(bytes).expect("bytes");
    }
    container.into_inner().into_inner()
}

/// A drawing that writes one line, in two pieces at the same height.
pub(crate) fn emf(first: &str, second: &str) -> Vec<u8> {
    let record = |order: u32, body: &[u8]| [&order.to_le_bytes(), &(body.len() as u32 + 8).to_le_bytes(), body].concat();
    let text = |text: &str| {
        let raw = wide(text);
        // bounds and scale, place, count, where the text begins, and what is not read
        let mut body = vec![0; 28];
        body.extend([10_i32, 20].iter().flat_map(|n| n.to_le_bytes()));
        body.extend([text.len() as u32, 76, 0, 0, 0, 0, 0, 0].iter().flat_map(|n| n.to_le_bytes()));
        body.extend(&raw);
        body.resize(body.len().next_multiple_of(4), 0);
        record(84, &body)
    };
    let mut header = vec![0; 80];
    header[32..36].copy_from_slice(b" EMF");
    [record(1, &header), text(first), text(second), record(14, &[0; 12])].concat()
}

pub(crate) fn wmf(text: &str) -> Vec<u8> {
    let mut body = [&(text.len() as u16).to_le_bytes(), text.as_bytes()].concat();
    body.resize(body.len().next_multiple_of(2), 0);
    body.extend([0; 4]);
    let size = (body.len() as u32).div_ceil(2) + 3;
    let mut out = vec![1, 0, 9, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    out.extend([&size.to_le_bytes()[..], &0x0521_u16.to_le_bytes(), &body, &3_u32.to_le_bytes(), &[0, 0]].concat());
    out
}

/// A presentation of 1997: one text in one byte a character, one in two.
pub(crate) fn slides(narrow: &str, wide: &str) -> Vec<u8> {
    let mut main = vec![0x0f, 0, 0xe8, 3, 0, 0, 0, 0];
    let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (kind, body) in [(4008_u16, narrow.as_bytes().to_vec()), (4000, wide)] {
        main.extend([0, 0]);
        main.extend(kind.to_le_bytes());
        main.extend((body.len() as u32).to_le_bytes());
        main.extend(body);
    }
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    file.create_stream("/PowerPoint Document").expect("a stream").write_all(&main).expect("content");
    file.into_inner().into_inner()
}

/// A document of Word 97 with this body in one byte a character, and this comment in two.
pub(crate) fn word(body: &str, comment: &str, encrypted: bool) -> Vec<u8> {
    let comment: Vec<u8> = comment.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let first = 0x400_u32;
    let second = (first + body.len() as u32).next_multiple_of(0x400);
    let mut main = vec![0; (second as usize + comment.len()).next_multiple_of(0x1000)];
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &0xa5ec_u16.to_le_bytes());
    put(2, &0xc1_u16.to_le_bytes());
    put(10, &(if encrypted { 0x100_u16 } else { 0 }).to_le_bytes());
    put(0x4c, &(body.len() as u32).to_le_bytes());
    put(0x5c, &(comment.len() as u32 / 2).to_le_bytes());
    put(first as usize, body.as_bytes());
    put(second as usize, &comment);
    let places = [0, body.len() as u32, body.len() as u32 + comment.len() as u32 / 2];
    let mut plc: Vec<u8> = places.iter().flat_map(|place| place.to_le_bytes()).collect();
    for at in [(first * 2) | 0x4000_0000, second] {
        plc.extend([0, 0]);
        plc.extend(at.to_le_bytes());
        plc.extend([0, 0]);
    }
    let mut clx = vec![1, 2, 0, 9, 9, 2];
    clx.extend((plc.len() as u32).to_le_bytes());
    clx.extend(plc);
    put(0x1a2, &0_u32.to_le_bytes());
    put(0x1a6, &(clx.len() as u32).to_le_bytes());
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    file.create_stream("/WordDocument").expect("a stream").write_all(&main).expect("content");
    file.create_stream("/0Table").expect("a stream").write_all(&clx).expect("content");
    file.into_inner().into_inner()
}

/// A file as Windows packs it into a document.
pub(crate) fn package(label: &str, content: &[u8]) -> Vec<u8> {
    let mut out = vec![0, 0, 0, 0, 2, 0];
    out.extend([label.as_bytes(), b"\0C:\\desk\\", label.as_bytes(), b"\0\0\0\x03\0"].concat());
    out.extend([5_u32.to_le_bytes().as_slice(), b"C:\\t\0", &(content.len() as u32).to_le_bytes(), content].concat());
    out
}
