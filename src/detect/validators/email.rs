//! E-mail addresses: structure. Addresses at documentation domains are test data when their local part is a stock word.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "email",
    title: "local part, domain labels and a top-level domain; no asset names such as logo@2x.png",
    source: "RFC 5321 lengths and the usual characters; RFC 2606 and 6761 documentation domains",
    valid: &["ada.example@example.com", "Ada.O'Example+x@mail.police.example", "a@b.co", "pc123@force.police.uk"],
    invalid: &[
        "ada.example",
        "@example.com",
        "ada@",
        "ada@@example.com",
        "ada..x@example.com",
        ".ada@example.com",
        "ada@-x.com",
        "ada@example.c",
        "ada@example",
        "logo@2x.png",
        "git@github.com",
        "chacha20-poly1305@openssh.com",
        "ada x@example.com",
        "20310419091055.GF2345@mail.example.org",
        "7vbptlsuyv.fsf@host.example.org",
        "20310901T130000Z-123405@example.org",
    ],
    check,
};

const STOCK: &[&[u8]] =
    &[b"user", b"test", b"example", b"foo", b"bar", b"someone", b"name", b"you", b"me", b"admin", b"info", b"noreply"];
const ASSETS: &[&[u8]] = &[b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"css", b"js", b"ts", b"json", b"xml", b"html"];

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    if candidate.len() > 254 {
        return None;
    }
    let mut parts = candidate.split(|byte| *byte == b'@');
    let (local, domain, None) = (parts.next()?, parts.next()?, parts.next()) else { return None };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-.".contains(byte);
    let dots = local.starts_with(b".") || local.ends_with(b".") || local.array_windows().any(|pair| pair == b"..");
    if local.is_empty() || local.len() > 64 || dots || !local.iter().all(allowed) || local == b"git" {
        return None;
    }
    if is_message_id(local) {
        return None;
    }
    // names of SSH algorithms and extensions have this form and are nobody's address
    if is_any(&[b"openssh.com", b"libssh.org", b"lysator.liu.se", b"ssh.com"], domain) {
        return None;
    }
    if domain.eq_ignore_ascii_case(b"localhost") {
        return Some(Validity::TestData);
    }
    let label = |label: &[u8]| {
        let edges = label.starts_with(b"-") || label.ends_with(b"-");
        (1..=63).contains(&label.len()) && !edges && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    let mut labels = domain.rsplit(|byte| *byte == b'.');
    let top = labels.next()?;
    let second = labels.next()?;
    let letters = top.len() >= 2 && (top.iter().all(u8::is_ascii_alphabetic) || is_any(&[b"xn--"], top.get(..4)?));
    if !letters || is_any(ASSETS, top) || !label(top) || !label(second) || !labels.all(label) {
        return None;
    }
    let documentation = is_any(&[b"example", b"test", b"invalid"], top)
        || domain.len() == second.len() + 1 + top.len()
            && second.eq_ignore_ascii_case(b"example")
            && is_any(&[b"com", b"org", b"net"], top);
    Some(if documentation && is_any(STOCK, local) { Validity::TestData } else { Validity::Valid })
}

/// What mailers and calendars put before the `@` of an id: a date with its time, or the ending that a well-known one leaves.
fn is_message_id(local: &[u8]) -> bool {
    let digits = local.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let stamp = digits == 14 && matches!(local.first(), Some(b'1' | b'2'));
    let zulu = digits == 8 && matches!(local.get(8..), Some([b'T', rest @ ..]) if rest.iter().take(6).all(u8::is_ascii_digit));
    stamp && local.get(14).is_some_and(|byte| *byte == b'.') || zulu || local.ends_with(b".fsf")
}

fn is_any(words: &[&[u8]], word: &[u8]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}
