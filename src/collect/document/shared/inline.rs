//! Files that a page carries within itself as `data:` addresses: pictures above all. They are examined as members.

use super::super::{Member, Work};
use crate::collect::blob::{self, Blob};
use crate::model::evidence::{Encryption, GapKind};
use std::borrow::Cow;

/// Files of a page that are examined.
const MOST: usize = 2_000;
const MARK: &[u8] = b";base64";

/// Examines them.
pub(in crate::collect::document) fn examine(work: &mut Work<'_>, text: &str) {
    let mut count = 0;
    for (at, _) in text.match_indices(',') {
        // `;base64,`, in small letters or capitals
        let mark = at.checked_sub(MARK.len()).and_then(|from| text.as_bytes().get(from..at));
        if !mark.is_some_and(|mark| mark.eq_ignore_ascii_case(MARK)) {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or("").trim_start();
        let more =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'%' | b'\r' | b'\n');
        let end = rest.bytes().position(|byte| !more(byte)).unwrap_or(rest.len());
        let Some(value) = rest.get(..end) else { continue };
        let plain = if value.contains('%') { Cow::Owned(escapes(value)) } else { Cow::Borrowed(value) };
        let bytes = match blob::decode(&plain, true) {
            Some(Blob::File(bytes)) => bytes,
            Some(Blob::Text(text)) => text.into_bytes(),
            None => continue,
        };
        count += 1;
        if count > MOST || !work.may_open() {
            work.gap(GapKind::Limit, format!("more than {MOST} files in a page: the rest was not examined"));
            return;
        }
        let name = format!("page file {count}");
        let member = Member { name: &name, modified: None, encryption: Encryption::None, packed: Some(end as u64) };
        if !work.member(&member, &mut bytes.as_slice()) {
            return;
        }
    }
}

/// The three signs of base64 that addresses may escape.
fn escapes(value: &str) -> String {
    let mut out = value.to_owned();
    for (escape, sign) in [("%2B", "+"), ("%2b", "+"), ("%2F", "/"), ("%2f", "/"), ("%3D", "="), ("%3d", "=")] {
        out = out.replace(escape, sign);
    }
    out
}
