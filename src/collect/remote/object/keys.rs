//! Keys of objects. A key may be any text: `a//b`, a control character, a slash at its end. The client takes none of these, so each goes
//! under another name between it and the wire, and no two become one.

use object_store::path::Path;
use std::borrow::Cow;

/// What begins the name of a key that the client does not take; plain letters, so that nobody on the way writes it otherwise.
const MARK: &str = "provost0key0";

/// Whether the client takes a key, and gives it back as it is.
fn plain(key: &str) -> bool {
    // what reads listings takes spaces at the ends away
    !key.starts_with(MARK) && key.trim() == key && Path::parse(key).is_ok_and(|path| path.as_ref() == key)
}

/// The name of a key for the client.
pub(super) fn name(key: &str) -> Cow<'_, str> {
    if plain(key) { Cow::Borrowed(key) } else { Cow::Owned(format!("{MARK}{}", crate::model::value::hex(key.as_bytes()))) }
}

/// ... as it takes it.
pub(super) fn location(key: &str) -> Path {
    let name = name(key);
    Path::parse(&name).unwrap_or_else(|_| Path::from(name.as_ref()))
}

/// The key behind a name.
pub(super) fn key(location: &Path) -> String {
    let name = location.as_ref();
    name.strip_prefix(MARK).and_then(from_hex).unwrap_or_else(|| name.to_owned())
}

fn from_hex(text: &str) -> Option<String> {
    let bytes = (0..text.len() / 2).map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

/// The path of an address with the key itself in it, where it held a name.
pub(super) fn unnamed(path: &str) -> Option<String> {
    let at = path.find(MARK)?;
    let (before, rest) = (path.get(..at)?, path.get(at + MARK.len()..)?);
    let key = from_hex(rest.split('/').next()?)?;
    Some(format!("{before}{}", key.split('/').map(encode).collect::<Vec<_>>().join("/")))
}

/// A part of a path as an address has it.
fn encode(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    part.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Whether an answer is a page of a listing, whole, and says how to get the next if there is one.
pub(super) fn is_page(page: &[u8], azure: bool) -> bool {
    let root: &[u8] = if azure { b"EnumerationResults" } else { b"ListBucketResult" };
    let has = |text: &[u8]| memchr::memmem::find(page, text).is_some();
    let (open, close) = ([b"<", root].concat(), [b"</", root, b">"].concat());
    let first = page.iter().enumerate().find(|(at, byte)| **byte == b'<' && !matches!(page.get(at + 1), Some(b'?' | b'!')));
    let begins = first.and_then(|(at, _)| page.get(at..)).is_some_and(|rest| rest.starts_with(&open));
    let cut = has(b"<IsTruncated>true</IsTruncated>") && !has(b"<NextContinuationToken>");
    begins && page.trim_ascii_end().ends_with(&close) && !cut
}

/// A page of a listing with names in place of keys that the client does not take: one of them would cost the whole page.
pub(super) fn tolerable(page: &[u8], azure: bool) -> Vec<u8> {
    let (open, close): (&[u8], &[u8]) = if azure { (b"<Name", b"</Name>") } else { (b"<Key>", b"</Key>") };
    let mut out = Vec::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) = memchr::memmem::find(rest, open) {
        let (before, tag) = rest.split_at(at);
        out.extend_from_slice(before);
        let begin = memchr::memchr(b'>', tag).map_or(tag.len(), |end| end + 1);
        let (head, body) = tag.split_at(begin);
        let Some(end) = memchr::memmem::find(body, close).filter(|_| !azure || head.len() == 6 || head.get(5) == Some(&b' '))
        else {
            out.extend_from_slice(head);
            rest = body;
            continue;
        };
        let (text, after) = body.split_at(end);
        let key = read(text, memchr::memmem::find(head, b"true").is_some()).filter(|key| !plain(key));
        if let Some(key) = key {
            out.extend_from_slice(open);
            if azure {
                out.push(b'>');
            }
            out.extend_from_slice(name(&key).as_bytes());
        } else {
            out.extend_from_slice(head);
            out.extend_from_slice(text);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// The key that a listing has, perhaps encoded (Azure does that to what XML cannot hold).
fn read(text: &[u8], encoded: bool) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let key = quick_xml::escape::unescape(text).ok()?.into_owned();
    if !encoded {
        return Some(key);
    }
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let code = more
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { more.get(2..).unwrap_or(&[]) } else { more };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_become_one_and_each_comes_back() {
        let keys = [
            "a/b",
            "a//b",
            "/a/b",
            "a/b/",
            "a/\u{1}b",
            "a/../b",
            " a/b",
            "a/b ",
            "provost0key0",
            "provost0key061",
            "é/b",
            "a%2Fb",
        ];
        let mut names: Vec<String> = Vec::new();
        for one in keys {
            let location = location(one);
            assert_eq!(key(&location), one);
            names.push(location.as_ref().to_owned());
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), keys.len());
    }

    #[test]
    fn a_name_in_an_address_becomes_the_key() {
        let name = name("a//b c/\n").into_owned();
        assert_eq!(unnamed(&format!("/bucket/{name}")).as_deref(), Some("/bucket/a//b%20c/%0A"));
        assert_eq!(unnamed("/bucket/a/b"), None);
    }

    #[test]
    fn what_is_no_page_is_not_taken_for_an_empty_one() {
        let is = |text: &str| is_page(text.as_bytes(), false);
        assert!(is("<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"x\"><Key>a</Key></ListBucketResult>\n"));
        assert!(is(
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>"
        ));
        for none in
            ["", "<html>no</html>", "<ListBucketResult>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"]
        {
            assert!(!is(none), "{none}");
        }
        assert!(is_page(b"\xef\xbb\xbf<?xml?><EnumerationResults><NextMarker/></EnumerationResults>", true));
    }

    #[test]
    fn only_keys_that_the_client_does_not_take_are_renamed_in_a_page() {
        let page = b"<R><Contents><Key>a/b &amp; c</Key><Size>1</Size></Contents><Contents><Key>a//b&#10;</Key></Contents></R>";
        let text = String::from_utf8_lossy(&tolerable(page, false)).into_owned();
        assert!(text.starts_with("<R><Contents><Key>a/b &amp; c</Key><Size>1</Size>"), "{text}");
        assert!(text.contains(&format!("<Key>{}</Key>", name("a//b\n"))), "{text}");
        let page = b"<Blobs><Blob><Name>x</Name></Blob><Blob><Name Encoded=\"true\">a%2F%2Fb%EF%BF%BE</Name></Blob></Blobs>";
        let text = String::from_utf8_lossy(&tolerable(page, true)).into_owned();
        assert!(text.contains("<Name>x</Name>") && text.contains(&format!("<Name>{}</Name>", name("a//b\u{fffe}"))), "{text}");
        // what is no listing stays as it is
        for broken in [&b"<Key>"[..], b"<Key>a//b", b"<Name", b"\xff<Key>\xff</Key>"] {
            assert_eq!((tolerable(broken, false), tolerable(broken, true)), (broken.to_vec(), broken.to_vec()));
        }
    }
}
