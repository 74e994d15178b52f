//! Names of files and folders: which ending says a format, and where somebody's name stands though every word of it is ordinary
//! (`brown_j`, `Rose_May`).

use super::super::engine::{Engine, Scratch};
use super::super::names;
use super::{DIGITS, KNOWN, Strictness, clean, is_year, label, shape, shape_of};
use std::sync::PoisonError;

/// Endings of more than four letters, or with capitals; shorter ones in lower case are known by their shape.
const ENDINGS: &[&str] = &[
    "3gp",
    "7z",
    "accdb",
    "aes",
    "age",
    "apk",
    "asc",
    "asice",
    "atom",
    "avi",
    "avif",
    "axx",
    "bak",
    "bash",
    "bat",
    "bin",
    "bmp",
    "bz2",
    "cab",
    "cbor",
    "cer",
    "cfg",
    "class",
    "cmd",
    "cnf",
    "conf",
    "config",
    "cpio",
    "crl",
    "crt",
    "csr",
    "css",
    "csv",
    "dat",
    "data",
    "dbf",
    "deb",
    "default",
    "defaults",
    "der",
    "desktop",
    "diff",
    "dist",
    "dll",
    "dmg",
    "dmp",
    "doc",
    "dockerfile",
    "docm",
    "docx",
    "dot",
    "dotx",
    "eml",
    "emlx",
    "enc",
    "encrypted",
    "env",
    "eps",
    "epub",
    "example",
    "exe",
    "feather",
    "fits",
    "flac",
    "geojson",
    "gif",
    "gitignore",
    "gpg",
    "gradle",
    "graphql",
    "groovy",
    "gz",
    "heic",
    "heif",
    "hidden",
    "hpp",
    "html",
    "htm",
    "ics",
    "img",
    "info",
    "ini",
    "inc",
    "iso",
    "jar",
    "java",
    "jfif",
    "jpe",
    "jpeg",
    "jpg",
    "json",
    "json5",
    "jsonc",
    "jsonl",
    "kdbx",
    "key",
    "keytab",
    "kml",
    "kmz",
    "less",
    "list",
    "local",
    "lock",
    "log",
    "logs",
    "lz4",
    "lzma",
    "manifest",
    "markdown",
    "mbox",
    "md",
    "mdb",
    "mime",
    "mjs",
    "mobi",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "mpg",
    "msg",
    "msi",
    "ndjson",
    "numbers",
    "odp",
    "ods",
    "odt",
    "ogg",
    "old",
    "orig",
    "ost",
    "p12",
    "pages",
    "parquet",
    "part",
    "patch",
    "pcap",
    "pdf",
    "pem",
    "pfx",
    "pgp",
    "php",
    "pickle",
    "plist",
    "png",
    "ppt",
    "pptm",
    "pptx",
    "properties",
    "proto",
    "ps1",
    "pst",
    "pub",
    "pyc",
    "rar",
    "ron",
    "rpm",
    "rst",
    "rtf",
    "sample",
    "sav",
    "scss",
    "service",
    "sha1",
    "sha256",
    "sha512",
    "shtml",
    "sig",
    "socket",
    "sql",
    "sqlite",
    "sqlite3",
    "svg",
    "svgz",
    "swift",
    "swp",
    "tar",
    "tbz2",
    "template",
    "text",
    "tfplan",
    "tfstate",
    "tfvars",
    "tgz",
    "tif",
    "tiff",
    "timer",
    "tmp",
    "toml",
    "topojson",
    "torrent",
    "tpl",
    "tsv",
    "txt",
    "types",
    "unitypackage",
    "vault",
    "vcf",
    "vhd",
    "vhdx",
    "vmdk",
    "vtt",
    "wasm",
    "wav",
    "webm",
    "webp",
    "whl",
    "wmv",
    "woff",
    "woff2",
    "xhtml",
    "xls",
    "xlsb",
    "xlsm",
    "xlsx",
    "xml",
    "xsd",
    "xsl",
    "xslt",
    "xz",
    "yaml",
    "yml",
    "zip",
    "zst",
    "zstd",
];

/// Endings of one letter that compilers, archivers and manuals give.
const LETTERS: &[&str] = &["a", "c", "d", "f", "h", "l", "m", "o", "r", "s", "t", "v", "y", "z"];

/// Words that a letter behind them numbers, and that are surnames as well.
const NUMBERED: &[&str] = &[
    "annex", "annexe", "appendix", "bay", "block", "box", "case", "class", "drive", "field", "flat", "form", "gate", "grade",
    "group", "hall", "key", "lane", "level", "line", "list", "lot", "note", "page", "pages", "part", "phase", "plan", "plot",
    "price", "room", "row", "section", "set", "shift", "site", "street", "table", "tank", "team", "tower", "type", "unit",
    "version", "ward", "watch", "wing", "zone",
];

/// Words that are single letters and a name by chance.
const PHRASES: &[(&str, &str)] = &[("x", "ray"), ("x", "rays"), ("d", "day"), ("g", "man"), ("e", "book"), ("b", "road")];

/// A name of a file or folder: identifiers are replaced by their shape.
pub fn path_component(engine: &Engine, scratch: &mut Scratch, name: &str, is_file: bool) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        // what follows the `@` of an address is no ending: `a@b.org`
        Some((stem, extension)) if is_file && !stem.is_empty() && !ends_in_host(stem) && is_ending(stem, extension) => {
            (stem, Some(extension))
        }
        _ => (name, None),
    };
    let all_digits = stem.chars().all(|c| c.is_ascii_digit());
    let mut out = if all_digits && stem.len() >= DIGITS && (is_file || !is_year(stem)) {
        shape(stem)
    } else {
        hide_names(stem, &label(engine, scratch, stem, Strictness::Capitals))
    };
    if let Some(extension) = extension {
        out.push('.');
        let digits = extension.chars().filter(char::is_ascii_digit).count() >= DIGITS;
        out.push_str(&if digits { shape(extension) } else { clean(extension) });
    }
    out
}

/// A whole path, component by component.
pub fn path(engine: &Engine, scratch: &mut Scratch, path: &str) -> String {
    if engine.reveal {
        return clean(path);
    }
    let Some((way, name)) = path.rsplit_once('/') else { return path_component(engine, scratch, path, true) };
    let mut folders = engine.folders.lock().unwrap_or_else(PoisonError::into_inner);
    let known = folders.iter().zip(way.split('/')).take_while(|(folder, name)| folder.0 == *name).count();
    folders.truncate(known);
    for name in way.split('/').skip(known) {
        folders.push((name.to_owned(), path_component(engine, scratch, name, false)));
    }
    let mut out = String::with_capacity(path.len());
    for (_, shown) in folders.iter() {
        out.push_str(shown);
        out.push('/');
    }
    out.push_str(&path_component(engine, scratch, name, true));
    out
}

/// Whether a name without its ending is an address that lacks the end of its host.
fn ends_in_host(stem: &str) -> bool {
    stem.rsplit_once('@').is_some_and(|(_, host)| !host.is_empty() && !host.contains(['.', ' ']))
}

/// Whether what stands behind the last dot says a format rather than whose file it is.
fn is_ending(stem: &str, ending: &str) -> bool {
    let lower = ending.to_lowercase();
    if ENDINGS.contains(&lower.as_str()) {
        return true;
    }
    let short = (1..=4).contains(&ending.len()) && ending.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !short || ending.len() == 1 && !LETTERS.contains(&ending) && !ending.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    let known = ending.len() > 2 && is_name(&lower);
    // `okonkwo.a` is nobody's library
    let initial = ending.len() == 1 && is_name(stem) && !ordinary(stem);
    !known && !initial
}

fn is_name(word: &str) -> bool {
    names::surname(word) || names::given(word)
}

fn ordinary(word: &str) -> bool {
    let lower = word.to_lowercase();
    KNOWN.contains(&lower.as_str()) || names::ordinary(&lower)
}

/// How a piece of a name of a file is written.
struct Piece<'a> {
    start: usize,
    text: &'a str,
    /// The character in front of it: a separator, or 0 at a hump.
    before: char,
    title: bool,
    letters: usize,
}

fn pieces(stem: &str) -> Vec<Piece<'_>> {
    let mut out: Vec<Piece<'_>> = Vec::new();
    let mut start: Option<usize> = None;
    let (mut last, mut before, mut lower) = ('\0', '\0', false);
    let mut push = |from: usize, to: usize, before: char| {
        if let Some(text) = stem.get(from..to).filter(|text| !text.is_empty()) {
            let letters =
                if text.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’')) { text.chars().count() } else { 0 };
            let mut chars = text.chars();
            let title = chars.next().is_some_and(char::is_uppercase) && chars.all(|c| !c.is_uppercase());
            out.push(Piece { start: from, text, before, title, letters });
        }
    };
    for (at, c) in stem.char_indices() {
        let separator = !(c.is_alphanumeric() || matches!(c, '\'' | '’'));
        let hump = c.is_uppercase() && lower;
        if let Some(from) = start.filter(|_| separator || hump) {
            push(from, at, before);
            start = None;
            last = '\0';
        }
        if separator {
            last = c;
        } else if start.is_none() {
            (start, before) = (Some(at), last);
        }
        lower = c.is_lowercase();
    }
    if let Some(from) = start {
        push(from, stem.len(), before);
    }
    out
}

/// Hides in an already masked stem the names that only their neighbours give away.
fn hide_names(stem: &str, masked: &str) -> String {
    let pieces = pieces(stem);
    let mut hidden = vec![false; pieces.len()];
    for (index, pair) in pieces.windows(2).enumerate() {
        let [first, second] = pair else { continue };
        if pair_is_name(first, second, pieces.len() == 2) {
            hidden.iter_mut().skip(index).take(2).for_each(|slot| *slot = true);
        }
    }
    let mut out = String::with_capacity(masked.len());
    let mut shown = masked.chars();
    for (at, c) in stem.char_indices().take(256) {
        let inside = pieces
            .iter()
            .zip(&hidden)
            .any(|(piece, hidden)| *hidden && (piece.start..piece.start + piece.text.len()).contains(&at));
        let Some(kept) = shown.next() else { break };
        out.push(if inside { shape_of(c) } else { kept });
    }
    out
}

/// Months that are also names of people.
const MONTHS: [&str; 5] = ["march", "april", "may", "june", "august"];

fn pair_is_name(first: &Piece<'_>, second: &Piece<'_>, alone: bool) -> bool {
    if !matches!(second.before, '\0' | '_' | '-' | '.' | ' ' | '+' | ',') || first.letters == 0 || second.letters == 0 {
        return false;
    }
    let (one, two) = (first.text.to_lowercase(), second.text.to_lowercase());
    if PHRASES.contains(&(one.as_str(), two.as_str())) {
        return false;
    }
    // a word and an initial, in either order
    if let Some((word, initial_first)) = match (first.letters, second.letters) {
        (1, 3..) => Some((two.as_str(), true)),
        (3.., 1) => Some((one.as_str(), false)),
        _ => None,
    } {
        if second.before == '\0' || NUMBERED.contains(&word) || KNOWN.contains(&word) {
            return false;
        }
        let usual = names::ordinary(word);
        // `conf.d`, `main.c`: a letter that is an ending
        let ending = second.before == '.' && !initial_first && LETTERS.contains(&second.text);
        return match (is_name(word), usual) {
            (true, false) => true,
            // `e-mail`, `a_case`: an initial before an ordinary word is hardly one, and inside a longer name it may be anything
            (true, true) => alone && !ending && !(initial_first && second.before == '-'),
            (false, true) => false,
            (false, false) => alone && !ending && (4..=14).contains(&word.len()) && !initial_first,
        };
    }
    if first.letters < 2 || second.letters < 2 {
        return false;
    }
    let certain = |word: &str| is_name(word) && !ordinary(word) && word.len() > 2;
    if is_name(&one) && is_name(&two) && (certain(&one) || certain(&two)) {
        return true;
    }
    let months = MONTHS.contains(&one.as_str()) && MONTHS.contains(&two.as_str());
    let given = |word: &str| names::given(word) && !MONTHS.contains(&word);
    first.title && second.title && !months && is_name(&one) && is_name(&two) && (given(&one) || given(&two))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Key;

    #[test]
    fn a_path_is_shown_alike_whatever_came_before_it() {
        let engine = || match Engine::new(&[], Key::from_text("a key for tests")) {
            Ok(engine) => engine,
            Err(error) => panic!("{error}"),
        };
        let paths = [
            "staff/Ada_Youmans/notes.txt",
            "staff/Ada_Youmans/2031",
            "staff/Ada_Youmans",
            "staff/48213377/a.csv",
            "staff",
            "/staff//a.csv",
            "//",
            "",
            "48213377/48213377",
            "48213377/48213377/48213377.txt",
            "a.b/a.b",
            "a.b/a.b/a.b",
        ];
        let one = engine();
        let mut scratch = one.scratch();
        for before in paths {
            for after in paths {
                let _ = path(&one, &mut scratch, before);
                let own = engine();
                let parts: Vec<&str> = after.split('/').collect();
                let mut other = own.scratch();
                let wanted: Vec<String> = parts
                    .iter()
                    .enumerate()
                    .map(|(at, part)| path_component(&own, &mut other, part, at + 1 == parts.len()))
                    .collect();
                assert_eq!(path(&one, &mut scratch, after), wanted.join("/"), "{before} {after}");
            }
        }
    }
}
