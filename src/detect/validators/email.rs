//! E-mail addresses: structure. Addresses at documentation domains are test data when their local part is a stock word.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "email",
    title: "local part, domain labels and a top-level domain; other scripts, quoted local parts and address literals as well; no asset names such as logo@2x.png",
    source: "RFC 5321 and 5322 (lengths, characters, quoting, address literals), RFC 1123 and 5891 (labels of hosts), RFC 6531 (other scripts); RFC 2606 and 6761 documentation domains",
    valid: &[
        "ada.example@example.com",
        "Ada.O'Example+x@mail.police.example",
        "a@b.co",
        "pc123@force.police.uk",
        "\"ada example\"@example.com",
        "ada@[10.20.30.40]",
        "ädä@exämple.de",
        "ada@例え.jp",
        "ada%40sample.police.uk",
    ],
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
        "logo%402x.png",
        "git@github.com",
        "chacha20-poly1305@openssh.com",
        "ada x@example.com",
        "ada@xx--example.com",
        "ada@-example.com",
        "ada@example..com",
        "ada@10.20.30.40",
        "ada@[10.20.30]",
        "\"ada\"x\"@example.com",
        "ada@example.com例",
        "1234567890123456789012345678901234567890123456789012345678901234x@example.com",
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
    // 64 for the local part and 255 for the domain, but a path holds 254 of both
    let text = std::str::from_utf8(candidate).ok()?;
    if candidate.len() > 254 || text.chars().any(|c| !c.is_ascii() && is_sign(c)) {
        return None;
    }
    // in an address of the web its `@` is three signs
    let web = || Some((candidate.array_windows().position(|sign| sign == b"%40")?, 3));
    let (at, length) = candidate.iter().rposition(|byte| *byte == b'@').map(|at| (at, 1)).or_else(web)?;
    let (local, domain) = (candidate.get(..at)?, candidate.get(at + length..)?);
    if local.len() > 64 || !(is_dotted(local) || is_quoted(local)) || local == b"git" || is_message_id(local) {
        return None;
    }
    if let Some(literal) = domain.strip_prefix(b"[") {
        let address: std::net::Ipv4Addr = std::str::from_utf8(literal.strip_suffix(b"]")?).ok()?.parse().ok()?;
        return Some(if address.is_loopback() { Validity::TestData } else { Validity::Valid });
    }
    // names of SSH algorithms and extensions have this form and are nobody's address
    if is_any(&[b"openssh.com", b"libssh.org", b"lysator.liu.se", b"ssh.com"], domain) {
        return None;
    }
    if domain.eq_ignore_ascii_case(b"localhost") {
        return Some(Validity::TestData);
    }
    let mut labels = domain.rsplit(|byte| *byte == b'.');
    let top = labels.next()?;
    let second = labels.next()?;
    // one script, so that a sentence in another does not hang on to `.com`
    let foreign = top.iter().all(|byte| !byte.is_ascii());
    let letters = top.len() >= 2 && (top.iter().all(u8::is_ascii_alphabetic) || foreign || is_any(&[b"xn--"], top.get(..4)?));
    if !letters || is_any(ASSETS, top) || !is_label(top) || !is_label(second) || !labels.all(is_label) {
        return None;
    }
    let documentation = is_any(&[b"example", b"test", b"invalid"], top)
        || domain.len() == second.len() + 1 + top.len()
            && second.eq_ignore_ascii_case(b"example")
            && is_any(&[b"com", b"org", b"net"], top);
    Some(if documentation && is_any(STOCK, local) { Validity::TestData } else { Validity::Valid })
}

/// What no name of a person or host has: blanks, quotation marks, dashes, and the punctuation of wide scripts.
fn is_sign(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{a1}'..='\u{a9}' | '\u{ab}'..='\u{b4}' | '\u{b6}'..='\u{b9}' | '\u{bb}'..='\u{bf}' | '\u{d7}' | '\u{f7}')
        || matches!(c, '\u{37e}' | '\u{387}' | '\u{1fef}' | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}')
        || matches!(c, '\u{fe10}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff65}' | '\u{fff0}'..='\u{ffff}')
}

/// Words of the usual characters with one dot between them.
fn is_dotted(local: &[u8]) -> bool {
    let usual = |byte: &u8| !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(byte);
    local.split(|byte| *byte == b'.').all(|word| !word.is_empty() && word.iter().all(usual))
}

/// In quotes anything may stand, a quote or backslash behind a backslash.
fn is_quoted(local: &[u8]) -> bool {
    let Some(inner) = local.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else { return false };
    let mut escaped = false;
    for byte in inner {
        if byte.is_ascii_control() || !escaped && *byte == b'"' {
            return false;
        }
        escaped = !escaped && *byte == b'\\';
    }
    !escaped && !inner.is_empty()
}

/// A part of a host's name; two hyphens at its third place say that it is encoded, which only `xn--` is.
fn is_label(label: &[u8]) -> bool {
    let edges = label.starts_with(b"-") || label.ends_with(b"-");
    let reserved = label.get(2..4) == Some(b"--") && !label.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(b"xn"));
    let usual = |byte: &u8| !byte.is_ascii() || byte.is_ascii_alphanumeric() || *byte == b'-';
    (1..=63).contains(&label.len()) && !edges && !reserved && label.iter().all(usual)
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
