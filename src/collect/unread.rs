//! Formats that are recognised and not read: what they are, and what to ask the supplier for instead.

/// What a type is, and what would be read in its place.
const WORDS: &[(&str, &str, &str)] = &[
    ("rar", "a RAR archive", "ask for it as zip or 7z"),
    ("lha", "an LHA archive", "ask for it as zip or 7z"),
    ("ace", "an ACE archive", "ask for it as zip or 7z"),
    ("arj", "an ARJ archive", "ask for it as zip or 7z"),
    ("stuffit", "a StuffIt archive", "ask for it as zip or 7z"),
    ("compress", "a file packed by Unix compress", "ask for it as gzip"),
    ("dmg", "a disc image of macOS (DMG)", "ask for its files as zip or 7z"),
    ("udf", "an image of a disc with UDF alone", "ask for its files as zip or 7z"),
    ("volume", "an image of a file system that is not read here", "ask for its files as zip or 7z"),
    ("vhdx", "a disc of a virtual machine (VHDX)", "ask for its files as zip or 7z"),
    ("wim", "an image of Windows (WIM)", "ask for its files as zip or 7z"),
    ("orc", "an ORC table", "ask for it as CSV"),
    ("avro", "an Avro table", "ask for it as CSV"),
    ("feather", "an Arrow or Feather table", "ask for it as CSV"),
    ("hdf5", "an HDF5 file", "ask for its tables as CSV"),
    ("sas", "a SAS table", "ask for it as CSV"),
    ("spss", "an SPSS table", "ask for it as CSV"),
    ("stata", "a Stata table", "ask for it as CSV"),
    ("leveldb", "a table of LevelDB", "ask for what the program that owns it exports"),
    ("pcap", "recorded network traffic", "ask what it was recorded for"),
];

/// The reason of the gap, in words.
pub(super) fn reason(kind: &str) -> String {
    match WORDS.iter().find(|row| row.0 == kind) {
        Some((_, what, instead)) => format!("{what}: recognised, not read; {instead}"),
        None => format!("{kind}: recognised, no reader for it"),
    }
}

/// The type of a file that no reader reads, or that one of disks does, by its first bytes.
pub(super) fn signature(head: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    let two = |offset: usize| head.get(offset..offset + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes);
    let table: &[(&[u8], &str)] = &[
        (b"\x1f\x9d", "compress"),
        (b"conectix\0\0\0", "vhd"),
        (b"vhdxfile", "vhdx"),
        (b"KDMV\x01\0\0\0", "vmdk"),
        (b"KDMV\x02\0\0\0", "vmdk"),
        (b"KDMV\x03\0\0\0", "vmdk"),
        (b"COWD\x01\0\0\0", "vmdk"),
        (b"QFI\xfb", "qcow"),
        (b"MSWIM\0\0\0", "wim"),
        (b"encrcdsa", "dmg"),
        (b"ORC\x08", "orc"),
        (b"ORC\x0a", "orc"),
        (b"Obj\x01", "avro"),
        (b"ARROW1\0\0", "feather"),
        (b"FEA1", "feather"),
        (b"\x89HDF\r\n\x1a\n", "hdf5"),
        (b"$FL2@(#)", "spss"),
        (b"$FL3@(#)", "spss"),
        (b"<stata_dta>", "stata"),
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "pcap"),
        (b"\xa1\xb2\xc3\xd4\0\x02\0\x04", "pcap"),
        (b"\x0a\x0d\x0d\x0a", "pcap"),
    ];
    if (at(2, b"-lh") || at(2, b"-lz") || at(2, b"-pm")) && at(6, b"-") && head.len() > 24 {
        return Some("lha");
    }
    if at(7, b"**ACE**") {
        return Some("ace");
    }
    // the first header of ARJ: its size, the size of its fixed part, and a second header's end
    if starts(b"\x60\xea") && (30..=2600).contains(&two(2)) && head.get(4).is_some_and(|size| (30..=64).contains(size)) {
        return Some("arj");
    }
    if (starts(b"SIT!") && at(10, b"rLau")) || starts(b"StuffIt (c)19") {
        return Some("stuffit");
    }
    // behind a line of words there is a number that no text has
    if at(64, b"\x7f\x10\xda\xbe") {
        return Some("vdi");
    }
    if at(32_769, b"BEA01") {
        return Some("udf");
    }
    if starts(&[0; 12]) && at(12, b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31\x8c") {
        return Some("sas");
    }
    table.iter().find(|row| starts(row.0)).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_says_what_to_ask_for() {
        assert!(reason("rar").contains("zip or 7z"));
        assert!(reason("font").contains("no reader"));
        assert_eq!(signature(b"QFI\xfb\0\0\0\x03"), Some("qcow"));
        assert_eq!(signature(b"plain words"), None);
        assert!(WORDS.iter().all(|row| super::super::sniff::BINARY_TYPES.iter().any(|known| known.0 == row.0)));
    }
}
