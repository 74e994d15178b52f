//! What stands around a match and says that it is no value, or where it really begins: letters that byte patterns take for a border,
//! numbers that go on, addresses that are cut. It looks at the text alone and must not know the classes.

/// Whether a match that ends in a letter or digit touches an accented letter, which byte patterns take for a border.
pub(super) fn beside_letter(text: &str, start: usize, end: usize) -> bool {
    let foreign = |c: char| !c.is_ascii() && c.is_alphanumeric();
    text.get(..start).and_then(|before| before.chars().next_back()).is_some_and(foreign)
        || text.get(end..).and_then(|after| after.chars().next()).is_some_and(foreign)
}

/// Whether a dotted number goes on before or behind a match: four parts of a version of five are no address.
pub(super) fn goes_on(text: &[u8], start: usize, end: usize) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
    let dot = |at: Option<usize>| at.and_then(|at| text.get(at)) == Some(&b'.');
    let before = digit(Some(start)) && dot(start.checked_sub(1)) && digit(start.checked_sub(2));
    let behind = digit(end.checked_sub(1)) && dot(Some(end)) && digit(end.checked_add(1));
    before || behind
}

/// Whether a network address goes on behind or before a match with more colons than an address has: `::1` in `2::1::1` is none, nor is
/// the dotted end of one that is too long.
pub(super) fn colons_go_on(text: &[u8], start: usize, end: usize) -> bool {
    if text.get(end) != Some(&b':') && text.get(start.wrapping_sub(1)) != Some(&b':') {
        return false;
    }
    let part = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b':';
    let own = text.get(start..end).unwrap_or(&[]);
    let behind = text.get(end..).unwrap_or(&[]);
    let six = own.iter().filter(|byte| **byte == b':').count() > 1 && own.iter().all(part);
    if six && matches!(behind, [b':', next, ..] if part(next)) {
        return true;
    }
    let most = 45;
    let head = text.get(start.saturating_sub(most)..start).unwrap_or(&[]);
    let chain = head.iter().rev().take_while(|byte| part(byte)).count();
    let head = head.get(head.len() - chain..).unwrap_or(&[]);
    // `inet6:`, `Client:`, where the colon is the word's
    let labelled = start.checked_sub(chain + 1).and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphabetic);
    if six {
        return !labelled && (head == b":" || head.ends_with(b"::"));
    }
    let dotted = own.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') && own.contains(&b'.');
    // a time before an address has digits only
    let letters = head.iter().any(u8::is_ascii_alphabetic);
    let many = letters && head.iter().filter(|byte| **byte == b':').count() > 3;
    let long = many || head.array_windows().any(|pair| pair == b"::");
    // the first colon may be the word's, or the address's
    let whole = |skip: usize| text.get(start.saturating_sub(chain) + skip..end).and_then(|whole| std::str::from_utf8(whole).ok());
    let valid = |skip: usize| whole(skip).is_some_and(|whole| whole.parse::<std::net::Ipv6Addr>().is_ok());
    dotted && long && !valid(0) && !(labelled && chain > 0 && valid(1))
}

/// Whether an address is cut by a sign that no text puts there, or by a foreign blank before its last letter.
pub(super) fn breaks_off(text: &str, end: usize) -> bool {
    let mut rest = text.get(end..).unwrap_or("").chars();
    match rest.next() {
        Some('\u{fffd}' | '\u{a9}' | '\u{ae}') => true,
        Some(c) if !c.is_ascii() && c.is_whitespace() => {
            rest.next().is_some_and(|c| c.is_ascii_lowercase()) && rest.next().is_none_or(|c| !c.is_alphanumeric())
        }
        _ => false,
    }
}

/// Where an address begins of which a pattern took the end from its `@`, its closing quote or a letter of another script.
pub(super) fn local_part(whole: &str, start: usize) -> usize {
    let text = whole.as_bytes();
    let first = text.get(start).copied().unwrap_or(0);
    let quoted = first == b'"' && text.get(start + 1) == Some(&b'@');
    if !quoted && first != b'@' && first.is_ascii() {
        return start;
    }
    // a local part has 64 bytes at most
    let head = text.get(start.saturating_sub(64)..start).unwrap_or(&[]);
    let length = if quoted {
        let opens = |at: &usize| head.get(*at) == Some(&b'"') && at.checked_sub(1).and_then(|at| head.get(at)) != Some(&b'\\');
        let Some(at) = (0..head.len()).rev().find(opens) else { return start };
        // a letter before the quotes, or another pair of them, and they are a sentence's
        if at.checked_sub(1).and_then(|at| head.get(at)).is_some_and(|byte| !b" \t\r\n<([,;:=".contains(byte)) {
            return start;
        }
        head.len() - at
    } else {
        let usual = |byte: &&u8| !byte.is_ascii() || byte.is_ascii_alphanumeric() || b"._%+'-".contains(byte);
        head.iter().rev().take_while(usual).count()
    };
    let start = start - length;
    // in a script without blanks the words before an address touch it
    let local = whole.get(start..).filter(|_| !quoted).and_then(|rest| rest.split('@').next()).unwrap_or("");
    let latin = |rest: Option<&str>| rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    let last = local.char_indices().rev().find(|(_, c)| !c.is_ascii());
    match last {
        Some((at, c)) if other_script(c) && latin(local.get(at + c.len_utf8()..)) => start + at + c.len_utf8(),
        _ => start,
    }
}

/// Whether a letter is of no Latin alphabet.
fn other_script(letter: char) -> bool {
    letter > '\u{24f}' && letter.is_alphabetic() && !('\u{1e00}'..='\u{1eff}').contains(&letter)
}

/// Whether letters of another script alone touch a match in front: they are the words before it.
pub(super) fn beside_other_script(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back()).is_none_or(|c| c.is_ascii() || other_script(c));
    let behind = text.get(end..).and_then(|behind| behind.chars().next()).is_none_or(|c| c.is_ascii() || !c.is_alphanumeric());
    before && behind
}

/// Whether an address has one dot before it, which is a part of it then and makes it none; more are an ellipsis.
pub(super) fn begins_with_dot(text: &str, start: usize) -> bool {
    let mut before = text.get(..start).unwrap_or("").bytes().rev();
    before.next() == Some(b'.') && before.next().is_none_or(|byte| byte == b'"' || byte.is_ascii_whitespace())
}
