//! Pictures and objects inside RTF: their digits become files, which are examined as members. Text is none of its business.

use super::super::{Member, Work, ole};
use crate::model::evidence::{Encryption, GapKind};

/// Pictures and objects that are examined.
const MOST: usize = 2_000;
/// Bytes of one of them.
const MOST_BYTES: usize = 256 << 20;

/// Examines them.
pub(in crate::collect::document) fn examine(work: &mut Work<'_>, bytes: &[u8]) {
    let (mut count, mut damaged) = (0_usize, 0_usize);
    let (mut at, mut twice) = (0, false);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += found + 1;
        let rest = bytes.get(at..).unwrap_or(&[]);
        if starts(rest, b"shppict") {
            twice = true;
        } else if twice && starts(rest, b"nonshppict") {
            // the same picture once more, for old programs
            at += digits(rest, true).1;
            continue;
        }
        let (object, word) = if starts(rest, b"pict") {
            (false, 4)
        } else if starts(rest, b"objdata") {
            (true, 7)
        } else {
            // an escaped backslash begins no word
            at += usize::from(rest.first() == Some(&b'\\'));
            continue;
        };
        let (content, end) = digits(rest.get(word..).unwrap_or(&[]), false);
        at += word + end;
        count += 1;
        if count > MOST || !work.may_open() {
            work.gap(GapKind::Limit, format!("more than {MOST} pictures and objects: the rest was not examined"));
            return;
        }
        let found = if object { packed(&content) } else { Some((format!("picture {count}"), content.as_slice())) };
        let Some((name, content)) = found.filter(|row| !row.1.is_empty()) else {
            damaged += usize::from(object);
            continue;
        };
        let member = Member { name: &name, modified: None, encryption: Encryption::None, packed: Some(content.len() as u64) };
        if !work.member(&member, &mut &*content) {
            return;
        }
    }
    if damaged > 0 {
        work.gap(GapKind::Malformed, format!("{damaged} embedded objects without content that can be made out: not read"));
    }
}

/// Whether a control word of just this name stands here.
fn starts(rest: &[u8], word: &[u8]) -> bool {
    rest.strip_prefix(word).is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_alphabetic))
}

/// The bytes that the digits of a group mean, and where the group ends. Control words and groups within are left out.
/// `pictures` may stand inside a group that is passed over.
fn digits(group: &[u8], pictures: bool) -> (Vec<u8>, usize) {
    let (mut out, mut high, mut depth, mut at) = (Vec::new(), None, 0_usize, 0);
    while let Some(byte) = group.get(at) {
        at += 1;
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            b'\\' => {
                let rest = group.get(at..).unwrap_or(&[]);
                let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                // a group that does not close ends where the next picture begins
                if depth > 0 && !pictures && matches!(rest.get(..letters), Some(b"pict" | b"objdata")) {
                    return (out, at - 1);
                }
                let tail = rest.get(letters..).unwrap_or(&[]);
                let length = tail.iter().take_while(|byte| letters > 0 && (byte.is_ascii_digit() || **byte == b'-')).count();
                // a byte of text is none of a picture
                at += if rest.first() == Some(&b'\'') { 3 } else { letters.max(1) + length };
                if rest.get(..letters) == Some(b"bin") {
                    let many =
                        tail.get(..length).and_then(|text| std::str::from_utf8(text).ok()).and_then(|text| text.parse().ok());
                    let from = at + usize::from(group.get(at) == Some(&b' '));
                    let end = from.saturating_add(many.unwrap_or(0)).min(group.len());
                    let raw = group.get(from..end).unwrap_or(&[]);
                    if depth == 0 && out.len() + raw.len() <= MOST_BYTES {
                        out.extend(raw);
                    }
                    at = from + raw.len();
                }
            }
            _ if depth > 0 || out.len() >= MOST_BYTES => {}
            _ => {
                if let Some(digit) = char::from(*byte).to_digit(16) {
                    match high.take() {
                        None => high = Some(digit),
                        Some(high) => out.push((high << 4 | digit) as u8),
                    }
                }
            }
        }
    }
    (out, at)
}

/// An object as OLE 1 keeps it: version, kind, three texts with their lengths, the length of the content, the content. A packaged file
/// is taken out of its wrapping.
fn packed(data: &[u8]) -> Option<(String, &[u8])> {
    let number = |at: usize| Some(u32::from_le_bytes(data.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize);
    let mut at = 8_usize;
    let class = data.get(at + 4..at.checked_add(4)?.checked_add(number(at)?)?)?;
    for _ in 0..3 {
        at = at.checked_add(4)?.checked_add(number(at)?)?;
    }
    let content = data.get(at.checked_add(4)?..at.checked_add(4)?.checked_add(number(at)?)?)?;
    if class.starts_with(b"Package") {
        // the length of the content stands before it, as in a stream of OLE 2
        return ole::package(data.get(at..)?);
    }
    Some(("object".to_owned(), content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_a_group_are_bytes() {
        assert_eq!(digits(br"\jpegblip\picw12{\*\blipuid 00ff}ffd8 FF}tail", false).0, [0xff, 0xd8, 0xff]);
        assert_eq!(digits(b"\\bin3 }{\\41}", false).0, [b'}', b'{', b'\\', 0x41]);
        assert_eq!(digits(b"\\bin999999999999 ab", false).0, b"ab");
        assert_eq!(digits(br"\-}{\pict", false).1, 3);
        assert_eq!(digits(br"{\*\x 41}42{\x {\pict 43}", false).0, [0x42]);
        assert!(starts(br"pict\wmetafile8", b"pict") && !starts(b"picture", b"pict"));
    }

    #[test]
    fn what_an_object_packs_is_taken_out() {
        let inner = [&[2, 0][..], b"a.csv\0", b"c:\\a.csv\0", &[0, 0, 3, 0], &[1, 0, 0, 0, b'x'], &[2, 0, 0, 0], b"ok"].concat();
        let text = |text: &[u8]| [&(text.len() as u32).to_le_bytes()[..], text].concat();
        let outer = [&[1, 5, 0, 0, 2, 0, 0, 0][..], &text(b"Package\0"), &text(b""), &text(b""), &text(&inner)].concat();
        assert_eq!(packed(&outer), Some(("a.csv".to_owned(), &b"ok"[..])));
        for end in 0..outer.len() {
            assert_eq!(packed(&outer[..end]), None);
        }
    }
}
