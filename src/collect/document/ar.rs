//! ar archives: Debian packages and libraries. One member after the other, streamed.

use super::{Document, Head, Member, Work};
use crate::collect::unpack::{Promised, old_name};
use crate::model::evidence::{Encryption, GapKind};
use std::io::Read;

/// The reader.
pub(super) struct Ar;
/// The reader.
pub(super) static DOCUMENT: Ar = Ar;

/// Bytes of a name, or of the table of long names.
const MOST_NAMES: u64 = 16 << 20;

impl Document for Ar {
    fn id(&self) -> &'static str {
        "ar"
    }

    fn title(&self) -> &'static str {
        "ar archives: Debian packages (deb) and libraries"
    }

    fn notes(&self) -> &'static str {
        "Streamed. Every file in it is a member, long names of both kinds resolved; what a package installs lies in a tar inside it. The table \
         of symbols of a library is passed over."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "ar" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let mut bytes = work.take_bytes();
        std::io::copy(&mut (&mut bytes).take(8), &mut std::io::sink())?;
        let (mut names, mut count) = (Vec::new(), 0_u64);
        loop {
            let mut header = [0; 60];
            match fill(bytes, &mut header)? {
                0 => return Ok(()),
                60 if header.ends_with(b"`\n") => {}
                _ => {
                    let reason = format!("after {count} members it breaks off or is damaged: the rest was not read");
                    work.gap(GapKind::Malformed, reason);
                    return Ok(());
                }
            }
            let (size, modified) = (number(&header, 48, 10), number(&header, 16, 12).unwrap_or(0));
            let Some(mut size) = size else {
                work.gap(GapKind::Malformed, format!("after {count} members a size is no number: the rest was not read"));
                return Ok(());
            };
            let padding = size % 2;
            let label = text(&header, 0, 16);
            let raw = label.trim_end();
            let name = if raw == "//" || raw == "/" || raw == "/SYM64/" || raw == "__.SYMDEF" {
                if raw == "//" && size <= MOST_NAMES {
                    (&mut bytes).take(size).read_to_end(&mut names)?;
                } else {
                    std::io::copy(&mut (&mut bytes).take(size), &mut std::io::sink())?;
                }
                None
            } else if let Some(length) = raw.strip_prefix("#1/").and_then(|text| text.parse::<u64>().ok()) {
                // the name stands before the content and is counted with it
                let length = length.min(size).min(MOST_NAMES);
                let mut name = Vec::new();
                (&mut bytes).take(length).read_to_end(&mut name)?;
                size -= length;
                Some(old_name(name.split(|byte| *byte == 0).next().unwrap_or(&[]), || None))
            } else if let Some(at) = raw.strip_prefix('/').and_then(|text| text.parse::<usize>().ok()) {
                let rest = names.get(at..).unwrap_or(&[]);
                let long = rest.split(|byte| matches!(byte, b'\n' | 0)).next().unwrap_or(&[]);
                Some(old_name(long, || None).trim_end_matches('/').to_owned())
            } else {
                Some(raw.trim_end_matches('/').to_owned())
            };
            if let Some(name) = name {
                count += 1;
                let modified = i64::try_from(modified).ok().filter(|time| *time > 0);
                let member = Member { name: &name, modified, encryption: Encryption::None, packed: Some(size) };
                let mut content = (&mut bytes).take(size);
                let more = work.member(&member, &mut Promised { inner: &mut content, left: size });
                std::io::copy(&mut content, &mut std::io::sink())?;
                if !more {
                    return Ok(());
                }
            }
            std::io::copy(&mut (&mut bytes).take(padding), &mut std::io::sink())?;
        }
    }
}

/// Reads until a buffer is full or the bytes end; how many there were.
pub(super) fn fill(bytes: &mut dyn Read, out: &mut [u8]) -> std::io::Result<usize> {
    let mut got = 0;
    while let Some(rest) = out.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match bytes.read(rest)? {
            0 => break,
            more => got += more,
        }
    }
    Ok(got)
}

fn text(header: &[u8], at: usize, length: usize) -> String {
    header.get(at..at + length).unwrap_or(&[]).iter().map(|byte| char::from(*byte)).collect()
}

fn number(header: &[u8], at: usize, length: usize) -> Option<u64> {
    text(header, at, length).trim().parse().ok()
}
