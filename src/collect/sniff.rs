//! What a file is, by content. The name's ending is a second opinion: it is compared, never trusted.

use super::{decode, encryption};
use crate::model::evidence::Encryption;

/// What the first bytes say.
pub struct Sniffed {
    /// The type: `text` for anything that decodes, else what the signature says, else `binary`.
    pub kind: &'static str,
    /// How it is encrypted.
    pub encryption: Encryption,
    /// The text encoding, if it is text.
    pub encoding: Option<&'static encoding_rs::Encoding>,
}

/// Types that signatures tell, with the endings that agree with them. Text formats are told by their readers.
pub const BINARY_TYPES: &[(&str, &[&str])] = &[
    ("jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
    ("png", &["png"]),
    ("gif", &["gif"]),
    ("webp", &["webp"]),
    ("bmp", &["bmp", "dib"]),
    ("tiff", &["tif", "tiff"]),
    ("heic", &["heic", "heif"]),
    ("metafile", &["emf", "wmf"]),
    ("pdf", &["pdf"]),
    ("zip", &["zip", "jar", "war", "apk", "whl", "nupkg", "epub"]),
    ("docx", &["docx", "docm"]),
    ("xlsx", &["xlsx", "xlsm", "xlsb"]),
    ("pptx", &["pptx", "pptm"]),
    ("odf", &["odt", "ods", "odp", "odg", "ott", "ots", "otp"]),
    ("msg", &["msg"]),
    ("ole", &["xls", "doc", "ppt", "msg", "msi", "mpp", "pub"]),
    ("doc", &["doc", "dot", "wbk"]),
    ("ppt", &["ppt", "pps", "pot"]),
    ("gzip", &["gz", "tgz"]),
    ("bzip2", &["bz2", "tbz", "tbz2"]),
    ("xz", &["xz", "txz"]),
    ("zstd", &["zst", "tzst"]),
    ("7z", &["7z"]),
    ("lz4", &["lz4"]),
    ("compress", &["z"]),
    ("rar", &["rar"]),
    ("lha", &["lha", "lzh"]),
    ("ace", &["ace"]),
    ("arj", &["arj"]),
    ("stuffit", &["sit", "sitx"]),
    ("tar", &["tar"]),
    ("cpio", &["cpio"]),
    ("ar", &["a", "deb", "udeb", "ipk", "lib"]),
    ("rpm", &["rpm"]),
    ("cab", &["cab"]),
    ("iso", &["iso", "img"]),
    ("udf", &["iso", "udf"]),
    ("dmg", &["dmg"]),
    ("disk", &["img", "raw", "dd", "bin", "vhd", "vmdk"]),
    ("ext", &["img", "raw", "dd", "bin", "ext2", "ext3", "ext4"]),
    ("fat", &["img", "ima", "raw", "dd", "bin"]),
    ("exfat", &["img", "raw", "dd", "bin"]),
    ("ntfs", &["img", "raw", "dd", "bin"]),
    ("volume", &["img", "raw", "dd", "bin", "sqfs", "squashfs"]),
    ("vdi", &["vdi"]),
    ("vhd", &["vhd"]),
    ("vhdx", &["vhdx"]),
    ("vmdk", &["vmdk"]),
    ("qcow", &["qcow", "qcow2", "img"]),
    ("wim", &["wim", "esd"]),
    ("sqlite", &["sqlite", "sqlite3", "db", "db3"]),
    ("access", &["mdb", "accdb"]),
    ("dbf", &["dbf"]),
    ("parquet", &["parquet", "pq"]),
    ("orc", &["orc"]),
    ("avro", &["avro"]),
    ("feather", &["feather", "arrow"]),
    ("hdf5", &["h5", "hdf5"]),
    ("sas", &["sas7bdat"]),
    ("spss", &["sav"]),
    ("stata", &["dta"]),
    ("leveldb", &["ldb"]),
    ("pcap", &["pcap", "pcapng", "cap"]),
    ("pst", &["pst", "ost"]),
    ("executable", &["exe", "dll", "so", "o", "ko", "sys", "bin", ""]),
    ("class", &["class"]),
    ("wasm", &["wasm"]),
    ("font", &["ttf", "otf", "woff", "woff2"]),
    ("audio", &["mp3", "wav", "ogg", "flac", "m4a"]),
    ("video", &["mp4", "mov", "avi", "mkv", "webm"]),
    ("age", &["age", "asc"]),
    ("openpgp", &["gpg", "pgp", "asc"]),
    ("luks", &["img", "raw", "dd", "bin", "luks"]),
    ("bitlocker", &["img", "raw", "dd", "bin", "vhd"]),
    ("keepass", &["kdbx"]),
    ("openssl", &["enc"]),
    ("ansible_vault", &["yml", "yaml", "vault"]),
    ("biometric", &["fmr", "fir", "iir", "wsq"]),
    ("empty", &[]),
    ("binary", &[]),
];

/// What follows frames that LZ4 and Zstandard pass over: they may stand before all others. Where that lies too far behind it is Zstandard's,
/// whose programs write such frames themselves.
fn behind_skipped(head: &[u8]) -> Option<&'static str> {
    let mut rest = head;
    while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, after @ ..] = rest {
        rest = after.get(u32::from_le_bytes([*a, *b, *c, *d]) as usize..).unwrap_or(&[]);
    }
    match rest {
        [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Some("lz4"),
        _ if rest.len() == head.len() => None,
        _ => Some("zstd"),
    }
}

/// Tells what a file is by its first bytes.
pub fn sniff(head: &[u8], whole: bool) -> Sniffed {
    if head.is_empty() && whole {
        return Sniffed { kind: "empty", encryption: Encryption::None, encoding: None };
    }
    if let Some((kind, encryption)) = encryption::recognise(head, whole) {
        return Sniffed { kind, encryption, encoding: None };
    }
    if let Some(kind) = signature(head) {
        let encryption = match kind {
            // what a zip's members are is for its reader to say
            "docx" | "xlsx" | "pptx" | "odf" => encryption::zip(head),
            "ole" if has_utf16(head, "EncryptedPackage") => Encryption::Unknown,
            "pdf" if find(head, b"/Encrypt") => Encryption::Unknown,
            _ => Encryption::None,
        };
        let kind = if kind == "ole" { super::ole::kind(head) } else { kind };
        return Sniffed { kind, encryption, encoding: None };
    }
    if let Some(encoding) = decode::encoding(head) {
        return Sniffed { kind: "text", encryption: Encryption::None, encoding: Some(encoding) };
    }
    let encryption = if encryption::looks_random(head) { Encryption::Unknown } else { Encryption::None };
    Sniffed { kind: "binary", encryption, encoding: None }
}

fn signature(head: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    let table: &[(&[u8], &str)] = &[
        (b"\xff\xd8\xff", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
        (b"II*\0", "tiff"),
        (b"MM\0*", "tiff"),
        (b"\xd7\xcd\xc6\x9a", "metafile"),
        (b"\x01\0\x09\0\0\x03", "metafile"),
        (b"%PDF-", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"\x1f\x8b", "gzip"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "rar"),
        (b"MSCF\0\0\0\0", "cab"),
        (b"SQLite format 3\0", "sqlite"),
        (b"PAR1", "parquet"),
        (b"PARE", "parquet"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"\x02\x21\x4c\x18", "lz4"),
        (b"!<arch>\n", "ar"),
        (b"\xed\xab\xee\xdb", "rpm"),
        (b"!BDN", "pst"),
        (b"\x7fELF", "executable"),
        (b"MZ", "executable"),
        (b"\xca\xfe\xba\xbe", "class"),
        (b"\0asm", "wasm"),
        (b"wOFF", "font"),
        (b"wOF2", "font"),
        (b"\0\x01\0\0\0", "font"),
        (b"OTTO", "font"),
        (b"ID3", "audio"),
        (b"OggS", "audio"),
        (b"fLaC", "audio"),
        (b"\x1a\x45\xdf\xa3", "video"),
        (b"FMR\0", "biometric"),
        (b"FIR\0", "biometric"),
        (b"FAC\0", "biometric"),
        (b"IIR\0", "biometric"),
        (b"\xff\xa0\xff", "biometric"),
    ];
    if let Some(kind) = behind_skipped(head) {
        return Some(kind);
    }
    if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") || starts(b"PK\x07\x08") {
        return Some(office(head));
    }
    if starts(b"RIFF") {
        return Some(if at(8, b"WEBP") {
            "webp"
        } else if at(8, b"WAVE") {
            "audio"
        } else {
            "video"
        });
    }
    if at(40, b" EMF") && starts(b"\x01\0\0\0") {
        return Some("metafile");
    }
    if at(4, b"ftyp") {
        let heic = [&b"heic"[..], b"heix", b"mif1", b"heif"].iter().any(|brand| at(8, brand));
        return Some(if heic { "heic" } else { "video" });
    }
    // ANSI/NIST-ITL: the first tagged field, ended by a group separator
    if (starts(b"1.001:") || starts(b"1.01:")) && head.iter().take(64).any(|byte| *byte == 0x1d) {
        return Some("biometric");
    }
    if at(4, b"Standard Jet DB") || at(4, b"Standard ACE DB") {
        return Some("access");
    }
    if at(257, b"ustar") || old_tar(head) {
        return Some("tar");
    }
    if starts(b"BZh") && (at(4, b"1AY&SY") || at(4, b"\x17\x72\x45\x38\x50\x90")) {
        return Some("bzip2");
    }
    if at(32_769, b"CD001") {
        return Some("iso");
    }
    if (starts(b"070701") || starts(b"070702") || starts(b"070707")) && head.iter().take(76).all(u8::is_ascii_hexdigit) {
        return Some("cpio");
    }
    // the old format: a mode that exists, a name that begins with a letter and ends with its length
    if starts(b"\xc7\x71")
        && head.get(20..22).is_some_and(|two| matches!(two, [length @ 2..=255, 0] if at(25 + usize::from(*length), b"\0")))
    {
        return Some("cpio");
    }
    if let Some(kind) = super::volumes::signature(head) {
        return Some(kind);
    }
    if super::document::is_dbf(head) {
        return Some("dbf");
    }
    if let Some(kind) = super::unread::signature(head) {
        return Some(kind);
    }
    if starts(b"BM") && at(6, b"\0\0\0\0") {
        return Some("bmp");
    }
    table
        .iter()
        .find(|row| starts(row.0))
        .map(|row| row.1)
        .filter(|kind| *kind != "executable" || head.len() > 64 || starts(b"\x7fELF"))
}

/// A tar older than its signature: the first header's checksum is right.
fn old_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    let written: String = header.iter().skip(148).take(8).map(|byte| char::from(*byte)).collect();
    let Ok(written) = u32::from_str_radix(written.trim_matches([' ', '\0']), 8) else { return false };
    let sum: u32 = header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) }).sum();
    sum == written && header.first().is_some_and(|byte| *byte != 0)
}

/// Which office format a zip is, by the names of its first members.
fn office(head: &[u8]) -> &'static str {
    if find(head.get(..200).unwrap_or(head), b"mimetypeapplication/vnd.oasis.opendocument") {
        return "odf";
    }
    let names = first_names(head);
    let package = names.iter().any(|name| *name == b"[Content_Types].xml" || name.starts_with(b"_rels/"));
    let below = |folder: &[u8], main: &[u8]| {
        names.iter().any(|name| name.starts_with(folder)) && (package || names.iter().any(|name| name.starts_with(main)))
    };
    if below(b"xl/", b"xl/workbook") {
        "xlsx"
    } else if below(b"word/", b"word/document") {
        "docx"
    } else if below(b"ppt/", b"ppt/presentation") {
        "pptx"
    } else {
        "zip"
    }
}

/// Names of a zip's members as far as the head reaches, not those of zips inside it.
fn first_names(head: &[u8]) -> Vec<&[u8]> {
    let mut names = Vec::new();
    let mut rest = head;
    while names.len() < 1_000 && rest.starts_with(b"PK\x03\x04") {
        let two = |at: usize| match rest.get(at..at + 2) {
            Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
            _ => 0,
        };
        let (flags, packed, name, extra) = (two(6), two(18) | two(20) << 16, two(26), two(28));
        let Some(found) = rest.get(30..30 + name) else { break };
        names.push(found);
        let Some(data) = rest.get(30 + name + extra..) else { break };
        // a size that comes after the data is not known here: the next header is looked for
        let skip = if flags & 8 != 0 && packed == 0 {
            data.windows(4).position(|four| four == b"PK\x03\x04").unwrap_or(data.len())
        } else {
            packed
        };
        rest = data.get(skip..).unwrap_or(&[]);
    }
    names
}

fn find(head: &[u8], needle: &[u8]) -> bool {
    head.windows(needle.len()).any(|window| window == needle)
}

fn has_utf16(head: &[u8], word: &str) -> bool {
    let bytes: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    find(head, &bytes)
}

/// Endings that promise text.
const TEXT_ENDINGS: &[&str] = &[
    "csv", "tsv", "txt", "json", "jsonl", "yaml", "yml", "xml", "md", "html", "htm", "log", "ini", "conf", "cfg", "toml", "sql",
    "eml", "env", "rtf",
];

/// Whether an ending agrees with a type told by signature; endings that say nothing agree with everything.
pub fn extension_agrees(kind: &str, extension: &str) -> bool {
    let claimed = BINARY_TYPES.iter().find(|row| row.1.contains(&extension) && !extension.is_empty());
    if TEXT_ENDINGS.contains(&extension)
        && BINARY_TYPES.iter().any(|row| row.0 == kind && !matches!(kind, "empty" | "age" | "openpgp" | "ansible_vault"))
    {
        return false;
    }
    match (BINARY_TYPES.iter().find(|row| row.0 == kind), claimed) {
        (Some(own), Some(_)) if !own.1.is_empty() => own.1.contains(&extension),
        // text under the ending of something binary
        (None, Some(claimed)) => matches!(claimed.0, "ansible_vault" | "executable"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_and_endings_are_compared() {
        assert_eq!(sniff(b"\xff\xd8\xff\xe0", true).kind, "jpeg");
        assert_eq!(sniff(b"plain text", true).kind, "text");
        assert_eq!(sniff(b"MZ is how this sentence begins", true).kind, "text");
        assert_eq!(sniff(b"", true).kind, "empty");
        assert!(extension_agrees("jpeg", "jpg"));
        assert!(!extension_agrees("zip", "jpg"));
        assert!(!extension_agrees("csv", "xlsx"));
        assert!(extension_agrees("csv", "txt"));
        assert!(extension_agrees("xlsx", "xlsm"));
    }
}
