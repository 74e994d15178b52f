//! RPM packages: their headers are passed over, what they install is an archive inside.

use super::ar::fill;
use super::{Document, Head, Member, Work};
use crate::model::evidence::{Encryption, GapKind};
use std::io::Read;

/// The reader.
pub(super) struct Rpm;
/// The reader.
pub(super) static DOCUMENT: Rpm = Rpm;

/// Bytes of the lead.
const LEAD: u64 = 96;

impl Document for Rpm {
    fn id(&self) -> &'static str {
        "rpm"
    }

    fn title(&self) -> &'static str {
        "RPM packages"
    }

    fn notes(&self) -> &'static str {
        "Streamed. The compressed archive of what it installs is a member called `payload`. Its headers (names, scripts, change log) are not \
         read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "rpm" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        if !work.may_open() {
            return Ok(());
        }
        let mut bytes = work.take_bytes();
        std::io::copy(&mut (&mut bytes).take(LEAD), &mut std::io::sink())?;
        // the signature's header is filled up to a multiple of eight
        for align in [8, 1] {
            let mut intro = [0; 16];
            let whole = fill(bytes, &mut intro)? == intro.len() && intro.starts_with(b"\x8e\xad\xe8\x01");
            let four = |at: usize| intro.get(at..at + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).map(u32::from_be_bytes);
            let (Some(entries), Some(store), true) = (four(8), four(12), whole) else {
                work.gap(GapKind::Malformed, "its headers are damaged: nothing of it was read");
                return Ok(());
            };
            let size = u64::from(entries) * 16 + u64::from(store);
            let size = size.next_multiple_of(align);
            if std::io::copy(&mut (&mut bytes).take(size), &mut std::io::sink())? < size {
                work.gap(GapKind::Malformed, "it breaks off in its headers: nothing of it was read");
                return Ok(());
            }
        }
        let member = Member { name: "payload", modified: None, encryption: Encryption::None, packed: None };
        work.member(&member, bytes);
        Ok(())
    }
}
