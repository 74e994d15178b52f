//! The words of an nginx configuration: quotes, escapes, comments, braces, and Lua that stands in blocks.
//! It must not know any directive.

use crate::{ReadError, text};

/// A word with its place.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// What a file is made of.
pub(super) enum Token {
    /// A name or an argument.
    Word(Word),
    /// `;`
    End,
    /// `{` with its line and column.
    Open(u32, u32),
    /// `}` with its line.
    Close(u32),
}

/// The tokens of a text.
pub(super) struct Scan<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    line: u32,
    column: u32,
}

impl<'a> Scan<'a> {
    /// At the start of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { chars: text.chars().peekable(), line: 1, column: 1 }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.chars.next()?;
        (self.line, self.column) = if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        Some(c)
    }

    /// The next token; nothing at the end.
    pub(super) fn token(&mut self) -> Result<Option<Token>, ReadError> {
        while let Some(c) = self.chars.peek().copied() {
            let (line, column) = (self.line, self.column);
            match c {
                '#' => self.skip_line(),
                ';' | '{' | '}' => {
                    self.next();
                    return Ok(Some(match c {
                        ';' => Token::End,
                        '{' => Token::Open(line, column),
                        _ => Token::Close(line),
                    }));
                }
                _ if c.is_whitespace() => drop(self.next()),
                _ => return self.word().map(|text| Some(Token::Word(Word { text, line, column }))),
            }
        }
        Ok(None)
    }

    fn skip_line(&mut self) {
        while self.next().is_some_and(|c| c != '\n') {}
    }

    /// A word: quoted, or up to a blank, `;` or `{`. A brace after `$` belongs to a variable.
    fn word(&mut self) -> Result<String, ReadError> {
        let start = self.line;
        let quote = self.chars.peek().copied().filter(|c| matches!(c, '"' | '\''));
        if quote.is_some() {
            self.next();
        }
        let (mut word, mut variable) = (String::new(), false);
        while let Some(c) = self.chars.peek().copied() {
            let ends = c.is_whitespace() || c == ';' || (c == '{' && !variable);
            if quote.is_none() && ends {
                return Ok(word);
            }
            self.next();
            variable = c == '$';
            if quote == Some(c) {
                return Ok(word);
            }
            if c == '\\' {
                // `\"`, `\'`, `\\` and blanks are unescaped; all else keeps its backslash, as patterns need it
                match self.next() {
                    Some(plain @ ('"' | '\'' | '\\')) => word.push(plain),
                    Some('t') => word.push('\t'),
                    Some('n') => word.push('\n'),
                    Some('r') => word.push('\r'),
                    Some(other) => word.extend(['\\', other]),
                    None => word.push('\\'),
                }
            } else {
                word.push(c);
            }
        }
        if quote.is_some() { Err(text::error("a quote without its end", start)) } else { Ok(word) }
    }

    /// Skips the Lua of a block up to its closing brace; braces in Lua's strings and comments do not count.
    pub(super) fn skip_lua(&mut self, start: u32) -> Result<(), ReadError> {
        let mut depth = 1_u32;
        while let Some(c) = self.next() {
            match c {
                '{' => depth = depth.saturating_add(1),
                '}' if depth == 1 => return Ok(()),
                '}' => depth -= 1,
                '"' | '\'' => self.skip_lua_string(c),
                '-' if self.chars.peek() == Some(&'-') => {
                    self.next();
                    if !(self.chars.peek() == Some(&'[') && self.next().is_some() && self.skip_lua_long()) {
                        self.skip_line();
                    }
                }
                '[' => drop(self.skip_lua_long()),
                _ => {}
            }
        }
        Err(text::error("a block without its end", start))
    }

    fn skip_lua_string(&mut self, quote: char) {
        while let Some(c) = self.next() {
            match c {
                '\\' => drop(self.next()),
                '\n' => return,
                _ if c == quote => return,
                _ => {}
            }
        }
    }

    /// After a `[`: skips `[==[ … ]==]` and says whether it was one.
    fn skip_lua_long(&mut self) -> bool {
        let mut level = 0;
        while self.chars.peek() == Some(&'=') {
            self.next();
            level += 1;
        }
        if self.chars.peek() != Some(&'[') {
            return false;
        }
        self.next();
        let mut signs = None;
        while let Some(c) = self.next() {
            signs = match (c, signs) {
                (']', Some(count)) if count == level => return true,
                (']', _) => Some(0),
                ('=', Some(count)) => Some(count + 1),
                _ => None,
            };
        }
        true
    }
}
