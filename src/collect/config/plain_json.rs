//! JSON as the standard has it, straight into a tree: nearly all JSON is that, and it is read in one pass. It must not judge what is anything
//! else: that is for the reader with all the freedoms, which reads what is read here the same.

use crate::model::node::{Entry, Kind, Node};

/// Levels that are gone down; deeper values are the other reader's.
const DEEPEST: usize = 100;

/// The tree of a text. `None` if it is not the plainest JSON.
pub(super) fn read(text: &str) -> Option<Node> {
    let mut reader = Reader { text, at: 0, line: 1, column: 1, counted: 0 };
    reader.blank();
    let node = reader.value(0)?;
    reader.blank();
    (reader.at == text.len()).then_some(node)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Line and column of the byte up to which characters were counted.
    line: u32,
    column: u32,
    counted: usize,
}

impl Reader<'_> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes a byte, if it is next.
    fn pass(&mut self, byte: u8) -> Option<()> {
        (self.next() == Some(byte)).then(|| self.at += 1)
    }

    fn blank(&mut self) {
        while let Some(byte) = self.next() {
            match byte {
                b'\n' => {
                    self.at += 1;
                    (self.line, self.column, self.counted) = (self.line + 1, 1, self.at);
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                _ => return,
            }
        }
    }

    /// Line and column of what is next.
    fn place(&mut self) -> (u32, u32) {
        let passed = self.text.as_bytes().get(self.counted..self.at).unwrap_or(&[]);
        self.column += passed.iter().map(|byte| u32::from(byte & 0xc0 != 0x80)).sum::<u32>();
        self.counted = self.at;
        (self.line, self.column)
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let (line, column) = self.place();
        let kind = match self.next()? {
            b'"' => Kind::Text(self.string()?),
            b'{' => Kind::Map(self.entries(depth)?),
            b'[' => Kind::List(self.items(depth)?),
            b't' => self.word("true", Kind::Bool(true))?,
            b'f' => self.word("false", Kind::Bool(false))?,
            b'n' => self.word("null", Kind::Null)?,
            _ => Kind::Number(self.number()?),
        };
        Some(Node { kind, line, column })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<Kind> {
        self.text.get(self.at..)?.starts_with(word).then_some(())?;
        self.at += word.len();
        self.ends().then_some(kind)
    }

    /// Whether a word or number has ended.
    fn ends(&self) -> bool {
        self.next().is_none_or(|byte| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while self.next().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }

    fn number(&mut self) -> Option<String> {
        let from = self.at;
        let _ = self.pass(b'-');
        if self.pass(b'0').is_none() {
            self.digits()?;
        }
        if self.pass(b'.').is_some() {
            self.digits()?;
        }
        if matches!(self.next(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.next(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        self.ends().then(|| self.text.get(from..self.at).map(str::to_owned))?
    }

    fn string(&mut self) -> Option<String> {
        self.pass(b'"')?;
        let mut out = String::new();
        loop {
            let from = self.at;
            while self.next().is_some_and(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) {
                self.at += 1;
            }
            let plain = self.text.get(from..self.at)?;
            let byte = self.next()?;
            self.at += 1;
            if byte == b'"' {
                // most have no escapes: they are taken in one piece
                return Some(if out.is_empty() { plain.to_owned() } else { out + plain });
            }
            if byte != b'\\' {
                return None;
            }
            out.push_str(plain);
            let escape = self.next()?;
            self.at += 1;
            out.push(match escape {
                b'"' | b'\\' | b'/' => char::from(escape),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => {
                    let digits = self.text.get(self.at..self.at + 4)?;
                    self.at += 4;
                    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                    // halves of a pair are the other reader's
                    char::from_u32(u32::from_str_radix(digits, 16).ok().filter(|_| plain)?)?
                }
                _ => return None,
            });
        }
    }

    fn items(&mut self, depth: usize) -> Option<Vec<Node>> {
        self.pass(b'[')?;
        let mut out = Vec::new();
        self.blank();
        if self.pass(b']').is_some() {
            return Some(out);
        }
        loop {
            self.blank();
            out.push(self.value(depth + 1)?);
            self.blank();
            if self.pass(b']').is_some() {
                return Some(out);
            }
            self.pass(b',')?;
        }
    }

    fn entries(&mut self, depth: usize) -> Option<Vec<Entry>> {
        self.pass(b'{')?;
        let mut out = Vec::new();
        self.blank();
        if self.pass(b'}').is_some() {
            return Some(out);
        }
        loop {
            self.blank();
            let (line, column) = self.place();
            let key = self.string()?;
            self.blank();
            self.pass(b':')?;
            self.blank();
            out.push(Entry { key, line, column, node: self.value(depth + 1)? });
            self.blank();
            if self.pass(b'}').is_some() {
                return Some(out);
            }
            self.pass(b',')?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::jsonc;
    use super::read;

    #[test]
    fn what_is_read_here_is_read_the_same_there() {
        for text in [
            "{}",
            " [ ] ",
            "\"é\"",
            "-0.5e+3",
            "[1, 10, 0, -0, 1E5, 1.10, true, false, null]",
            "{\"é\": 1.10, \"b\":\r\n [true, null, \"\\u00e9\\n\\\"\\/\"], \"é\": -0}",
            "{\n\t\"a\" : {\"b\":[[],{},[{\"c\":\"\"}]]},\n\n  \"ü\": \"x\\\\\" , \"\": 0 }\n",
            "[\"\u{10ffff}\", \"\u{7f}\u{2028}\",\n\"é\", 3]",
            "{\"a\":{\"a\":1,\"a\":2},\"a\":[\"\\b\\f\\r\\t\"]}",
        ] {
            let own = read(text);
            assert!(own.is_some(), "{text}");
            assert_eq!(own, jsonc::relaxed_tree(text).ok(), "{text}");
        }
    }

    #[test]
    fn what_is_anything_else_is_left_alone() {
        for text in [
            "",
            " ",
            "{}{}",
            "{} x",
            "[1,]",
            "{\"a\":1,}",
            "[1 2]",
            "{a: 1}",
            "'a'",
            "// c\n{}",
            "01",
            "1.",
            ".5",
            "+1",
            "0x1F",
            "1e",
            "-",
            "tru",
            "truex",
            "nullx",
            "NaN",
            "\"a",
            "\"\\x41\"",
            "\"\\u12\"",
            "\"\\ud83d\\ude00\"",
            "\"\\u+123\"",
            "\"a\nb\"",
            "{\"a\" 1}",
            "{\"a\":}",
            "[",
            "{\"a\":1",
            "{1: 2}",
            "[,]",
            "\u{feff}{}",
            "1-2",
            "[1]]",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&("[".repeat(200) + &"]".repeat(200))), None);
        assert_eq!(read(&"{\"a\":".repeat(200_000)), None);
    }
}
