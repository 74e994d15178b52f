//! Files that a page carries within itself as `data:` addresses: pictures above all. They are examined as members.

use super::super::{Member, Work};
use crate::collect::blob::{self, Blob};
use crate::model::evidence::{Encryption, GapKind};

/// Files of a page that are examined.
const MOST: usize = 2_000;
const MARK: &str = ";base64,";

/// Examines them.
pub(in crate::collect::document) fn examine(work: &mut Work<'_>, text: &str) {
    let mut count = 0;
    for (at, _) in text.match_indices(MARK) {
        let rest = text.get(at + MARK.len()..).unwrap_or("");
        let more = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'\r' | b'\n');
        let end = rest.bytes().position(|byte| !more(byte)).unwrap_or(rest.len());
        let Some(Blob::File(bytes)) = rest.get(..end).and_then(|value| blob::decode(value, true)) else { continue };
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
