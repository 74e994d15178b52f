//! Addresses of the web inside text: `?name=Ada%20Example&ni=...` says as much as a form does, once it is decoded. Bounded by the text's
//! own length.

use std::borrow::Cow;

/// How often a text is decoded: programs that log what was encoded twice are common.
const TWICE: usize = 2;

/// A line as a person would read it: in words that hold queries the escapes are decoded, names and values parted.
pub(super) fn readable(line: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'%', b'?', b'&', line.as_bytes()).is_none() || !line.split([' ', '"']).any(telling) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 16);
    let mut word = String::new();
    for c in line.chars().chain(['\n']) {
        if matches!(c, ' ' | '"' | '\t' | '\n' | '<' | '>') {
            if telling(&word) {
                out.push_str(&query(&word));
            } else {
                out.push_str(&word);
            }
            word.clear();
            if c != '\n' {
                out.push(c);
            }
        } else {
            word.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether a word is an address with something in it: `/a?b=c`, `a=b%20c`.
fn telling(word: &str) -> bool {
    let asks = word.split_once('?').is_some_and(|(before, after)| {
        after.contains('=') && (before.is_empty() || before.contains('/') || before.contains("://"))
    });
    asks || (escaped(word) && word.contains(['=', '/', '&']))
}

fn escaped(word: &str) -> bool {
    word.as_bytes().windows(3).any(|three| matches!(three, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()))
}

/// An address with its escapes decoded and its query as `name: value; name: value`.
fn query(word: &str) -> String {
    let (path, query) = word.split_once('?').unwrap_or(if word.contains('=') { ("", word) } else { (word, "") });
    let mut out = decode(path, false);
    for pair in query.split(['&', ';']).filter(|pair| !pair.is_empty()) {
        if !out.is_empty() {
            out.push_str(" ; ");
        }
        match pair.split_once('=') {
            Some((name, value)) => {
                out.push_str(&decode(name, true));
                out.push_str(": ");
                out.push_str(&decode(value, true));
            }
            None => out.push_str(&decode(pair, true)),
        }
    }
    out
}

fn decode(text: &str, plus: bool) -> String {
    let mut text = if plus { text.replace('+', " ") } else { text.to_owned() };
    for _ in 0..TWICE {
        if !escaped(&text) {
            break;
        }
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            let value = match tail {
                [a, b, ..] if *first == b'%' => char::from(*a).to_digit(16).zip(char::from(*b).to_digit(16)),
                _ => None,
            };
            if let Some((high, low)) = value {
                bytes.push((high * 16 + low) as u8);
                rest = tail.get(2..).unwrap_or(&[]);
            } else {
                bytes.push(*first);
                rest = tail;
            }
        }
        text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0.into_owned(),
        };
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_become_words() {
        assert_eq!(readable("GET /a?name=Ada%20Example&ni=QQ12 HTTP/1.1"), "GET /a ; name: Ada Example ; ni: QQ12 HTTP/1.1");
        assert_eq!(readable("see https://x.example/s?q=Ada+Ex%C3%A4mple"), "see https://x.example/s ; q: Ada Exämple");
        assert_eq!(readable("name=Ada%2520Example"), "name: Ada Example");
        assert_eq!(readable("/cards/Ada%20Example.jpg"), "/cards/Ada Example.jpg");
        assert_eq!(readable("M%FCller=%zz%"), "Müller: %zz%");
    }

    #[test]
    fn other_text_stays() {
        for text in ["100% of it & more", "what is a=b?", "if a&b then", "50%", "why? x=1", "C:\\%temp%\\x"] {
            assert_eq!(readable(text), text);
        }
    }
}
