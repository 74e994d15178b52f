//! OLE containers without a reader of their own: objects that are embedded in documents, drawings, old projects. Files inside are members;
//! of other streams only the text that lies loose in them is looked through. It must not take macros for text.

use super::shared::loose;
use super::{Document, Head, Member, Work};
use crate::model::evidence::{Encryption, GapKind, Part};
use cfb::CompoundFile;
use std::io::{Cursor, Read};

/// The reader.
pub(super) struct Ole;
/// The reader.
pub(super) static DOCUMENT: Ole = Ole;

pub(super) type Container = CompoundFile<Cursor<Vec<u8>>>;

/// Streams that are opened.
const MOST_STREAMS: usize = 10_000;
/// Bytes of a stream that is a file.
const MOST_BYTES: u64 = 256 << 20;

impl Document for Ole {
    fn id(&self) -> &'static str {
        "ole"
    }

    fn title(&self) -> &'static str {
        "OLE containers: embedded objects, drawings, projects"
    }

    fn notes(&self) -> &'static str {
        "Embedded files (packages, whole documents, previews) are examined as files. Of streams of other programs (Visio, Project, Publisher) \
         only text that lies loose in them is looked through, and that is a gap. Macros are not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "ole" { 10 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut container) = open(work)? else { return Ok(()) };
        objects(work, &mut container, &[])
    }
}

/// The streams of a container but those at the top that somebody else has read.
pub(super) fn objects(work: &mut Work<'_>, container: &mut Container, own: &[&str]) -> std::io::Result<()> {
    let streams: Vec<(String, String)> = container
        .walk()
        .filter(cfb::Entry::is_stream)
        .take(MOST_STREAMS + 1)
        .map(|entry| (entry.path().to_string_lossy().into_owned(), entry.name().to_owned()))
        .collect();
    if streams.len() > MOST_STREAMS {
        work.gap(GapKind::Limit, format!("more than {MOST_STREAMS} streams: the rest was not read"));
    }
    let (mut loose_streams, mut macros) = (0, false);
    for (path, name) in streams.iter().take(MOST_STREAMS) {
        if own.contains(&path.trim_start_matches(['/', '\\'])) {
            continue;
        }
        if path.contains("/VBA/") || name == "PROJECT" || name == "PROJECTwm" {
            macros = true;
            continue;
        }
        match kind(name) {
            Kind::Nothing => {}
            Kind::File(label) => {
                let Some(data) = bytes_of(container, path)? else { continue };
                if !file(work, label, &data) {
                    return Ok(());
                }
            }
            Kind::Package => {
                let Some(data) = bytes_of(container, path)? else { continue };
                let more = match package(&data) {
                    Some((label, inside)) => file(work, &label, inside),
                    None => file(work, "package", &data),
                };
                if !more {
                    return Ok(());
                }
            }
            Kind::Loose => {
                let Ok(mut stream) = container.open_stream(path) else { continue };
                let found = loose::read(&mut stream, work.engine)?;
                if let Some(part) = found.part.filter(|part| !part.tallies.is_empty()) {
                    work.parts.push(Part { label: "loose text".to_owned(), ..part });
                }
                // properties of the document are text and little else
                loose_streams += usize::from(!name.starts_with('\u{5}'));
            }
        }
    }
    if loose_streams > 0 {
        work.gap(
            GapKind::Unsupported,
            "an object of a program without a reader: only text that lies loose in it was looked through",
        );
    }
    if macros {
        work.gap(GapKind::Unsupported, "a program (VBA project): not read");
    }
    Ok(())
}

/// What a stream is, by its name.
enum Kind {
    /// Bookkeeping.
    Nothing,
    /// A file as it is.
    File(&'static str),
    /// A file with its name in front.
    Package,
    /// Something else.
    Loose,
}

fn kind(name: &str) -> Kind {
    match name {
        "\u{1}Ole" | "\u{1}CompObj" | "\u{3}ObjInfo" | "\u{3}LinkInfo" | "\u{3}OCXNAME" | "\u{3}PRINT" => Kind::Nothing,
        "\u{1}Ole10Native" => Kind::Package,
        "Package" | "package" => Kind::File("package"),
        "EMBEDDED ODF" => Kind::File("document.odf"),
        "CONTENTS" | "Contents" => Kind::File("contents"),
        "\u{3}EPRINT" => Kind::File("preview.emf"),
        _ => Kind::Loose,
    }
}

/// The container of an artifact; `None` (and a gap) when it is too large or broken.
///
/// # Errors
/// Input errors.
pub(super) fn open(work: &mut Work<'_>) -> std::io::Result<Option<Container>> {
    let Some(bytes) = work.whole()? else { return Ok(None) };
    let container = CompoundFile::open(Cursor::new(bytes)).ok();
    if container.is_none() {
        work.gap(GapKind::Malformed, "its container is broken: nothing of it was read");
    }
    Ok(container)
}

/// The first bytes of a stream, up to `most`; `None` if it is not there or cannot be read.
pub(super) fn stream(container: &mut Container, path: &str, most: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    container.open_stream(path).ok()?.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn bytes_of(container: &mut Container, path: &str) -> std::io::Result<Option<Vec<u8>>> {
    let Ok(stream) = container.open_stream(path) else { return Ok(None) };
    let mut bytes = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// `false` when no more may come.
fn file(work: &mut Work<'_>, name: &str, bytes: &[u8]) -> bool {
    let member = Member { name, modified: None, encryption: Encryption::None, packed: Some(bytes.len() as u64) };
    work.may_open() && work.member(&member, &mut &*bytes)
}

/// A packaged file: size, flags, label, path, two numbers, temporary path, size, bytes.
pub(super) fn package(data: &[u8]) -> Option<(String, &[u8])> {
    let text = |from: usize| {
        let rest = data.get(from..)?;
        let end = rest.iter().take(1024).position(|byte| *byte == 0)?;
        let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(rest.get(..end)?).0.into_owned();
        Some((text, from + end + 1))
    };
    let number = |at: usize| Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?) as usize);
    let (label, at) = text(6)?;
    let (_, at) = text(at)?;
    let temporary = number(at + 4)?;
    let at = at.checked_add(8)?.checked_add(temporary)?;
    let from = at.checked_add(4)?;
    let inside = data.get(from..from.checked_add(number(at)?)?)?;
    Some((if label.is_empty() { "package".to_owned() } else { label }, inside))
}
