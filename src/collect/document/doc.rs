//! Word documents before 2007: the text of all their stories by the piece table, and how they are encrypted. Formats are not looked at:
//! what is formatted as hidden or marked as deleted is read with the rest.

use super::shared::Story;
use super::{Document, Head, Work, ole};
use crate::model::evidence::{Encryption, GapKind, PartKind};

/// The reader.
pub(super) struct Doc;
/// The reader.
pub(super) static DOCUMENT: Doc = Doc;

/// Characters of one document.
const MOST_TEXT: usize = 64 << 20;
/// Columns of a table.
const MOST_COLUMNS: usize = 64;

impl Document for Doc {
    fn id(&self) -> &'static str {
        "doc"
    }

    fn title(&self) -> &'static str {
        "Word documents before 2007 (doc)"
    }

    fn notes(&self) -> &'static str {
        "The text with its tables, footnotes, headers and text boxes; comments are hidden parts. Text that is formatted as hidden or marked as \
         deleted is read, and not told from the rest. Embedded files are examined as files. What an earlier version left between the \
         pieces, and programs (VBA), are not read. Encryption is told: all that this format has is weak."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        match head.kind {
            "doc" => 100,
            "ole" if matches!(head.extension, "doc" | "dot" | "wbk") => 60,
            _ => 0,
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut file) = ole::open(work)? else { return Ok(()) };
        let most = work.limits.whole_bytes;
        let mut stream = |name: &str| ole::stream(&mut file, name, most);
        let Some(main) = stream("/WordDocument") else {
            work.gap(GapKind::Unsupported, "an OLE container without a document of Word: recognised, no reader for it");
            return Ok(());
        };
        let Some(head) = Fib::read(&main) else {
            work.gap(GapKind::Malformed, "its head is not that of a document of Word: nothing of it was read");
            return Ok(());
        };
        if head.encrypted {
            // XOR, 40-bit RC4, RC4 with a longer key: the format has nothing better
            work.encryption = Some(Encryption::Weak);
            work.gap(GapKind::Encrypted, "weakly encrypted document of Word: its content was not read");
            return Ok(());
        }
        let table = stream(if head.second { "/1Table" } else { "/0Table" }).unwrap_or_default();
        let (text, damaged) = head.text(&main, &table);
        if damaged {
            work.gap(GapKind::Malformed, "its piece table is damaged: some of its text was not read");
        }
        stories(work, &head, &text);
        ole::objects(work, &mut file, &["WordDocument", "0Table", "1Table", "Data"])
    }
}

fn two(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?).into())
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// The head of a document.
struct Fib {
    encrypted: bool,
    /// Which of the two table streams is in force.
    second: bool,
    /// Where the piece table lies in it; `None` before Word 97.
    pieces: Option<(usize, usize)>,
    /// Where a text without a piece table lies.
    plain: (usize, usize),
    /// Characters of each story: main, footnotes, headers, macros, comments, endnotes, text boxes, those of headers.
    lengths: Vec<usize>,
}

impl Fib {
    fn read(main: &[u8]) -> Option<Self> {
        let (mark, version, flags) = (two(main, 0)?, two(main, 2)?, two(main, 10)?);
        if !matches!(mark, 0xa5ec | 0xa5dc) {
            return None;
        }
        let new = version >= 0xc1;
        let lengths = (0..8).map(|index| four(main, if new { 0x4c } else { 0x34 } + index * 4).unwrap_or(0) as usize);
        Some(Self {
            encrypted: flags & 0x100 != 0,
            second: flags & 0x200 != 0,
            pieces: new.then_some((four(main, 0x1a2)? as usize, four(main, 0x1a6)? as usize)),
            plain: (four(main, 0x18)? as usize, four(main, 0x1c)? as usize),
            lengths: lengths.collect(),
        })
    }

    /// All characters, and whether some are missing.
    fn text(&self, main: &[u8], table: &[u8]) -> (Vec<char>, bool) {
        let mut out = Vec::new();
        let Some((from, length)) = self.pieces else {
            let bytes = main.get(self.plain.0..self.plain.1).unwrap_or(&[]);
            out.extend(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.chars().take(MOST_TEXT));
            return (out, bytes.is_empty());
        };
        let found = from.checked_add(length).and_then(|to| table.get(from..to)).and_then(plc);
        let Some(plc) = found else { return (out, true) };
        // one more place than pieces; a place takes four bytes, a piece eight
        let count = plc.len().saturating_sub(4) / 12;
        // a character takes a byte at least: pieces that lie over each other would make a gigabyte of a megabyte
        let most = MOST_TEXT.min(main.len());
        let mut damaged = count == 0;
        for index in 0..count {
            let places = four(plc, index * 4).zip(four(plc, index * 4 + 4));
            let piece = four(plc, (count + 1) * 4 + index * 8 + 2);
            let Some(((begin, end), at)) = places.zip(piece) else { break };
            let characters = (end as usize).saturating_sub(begin as usize);
            if out.len().saturating_add(characters) > most {
                damaged = true;
                break;
            }
            let narrow = at & 0x4000_0000 != 0;
            let at = (at & 0x3fff_ffff) as usize;
            let (from, size) = if narrow { (at / 2, characters) } else { (at, characters * 2) };
            let bytes = from.checked_add(size).and_then(|to| main.get(from..to));
            let Some(bytes) = bytes else {
                damaged = true;
                // places of later pieces stay right
                out.extend(std::iter::repeat_n(' ', characters.min(main.len())));
                continue;
            };
            let encoding = if narrow { encoding_rs::WINDOWS_1252 } else { encoding_rs::UTF_16LE };
            if narrow {
                out.extend(encoding.decode_without_bom_handling(bytes).0.chars());
            } else {
                // a place is a unit of UTF-16: pairs must not shift what follows
                let units = bytes.chunks_exact(2).map(|pair| match pair {
                    [low, high] => u16::from_le_bytes([*low, *high]),
                    _ => 0,
                });
                for c in char::decode_utf16(units) {
                    let c = c.unwrap_or('\u{fffd}');
                    out.push(c);
                    out.extend((c.len_utf16() == 2).then_some('\u{200b}'));
                }
            }
        }
        (out, damaged)
    }
}

/// The piece table inside its structure: properties come first and are passed over.
fn plc(clx: &[u8]) -> Option<&[u8]> {
    let mut rest = clx;
    loop {
        match rest {
            [1, low, high, tail @ ..] => rest = tail.get(usize::from(u16::from_le_bytes([*low, *high]))..)?,
            [2, a, b, c, d, tail @ ..] => return tail.get(..u32::from_le_bytes([*a, *b, *c, *d]) as usize),
            _ => return None,
        }
    }
}

/// Gives the stories, one behind the other in the text, as parts.
fn stories(work: &mut Work<'_>, head: &Fib, text: &[char]) {
    const NAMES: [(&str, Option<&str>); 8] = [
        ("", None),
        ("footnotes", None),
        ("headers", None),
        ("macros", Some("program")),
        ("comments", Some("comment")),
        ("endnotes", None),
        ("text boxes", None),
        ("text boxes of headers", None),
    ];
    let mut from = 0;
    for ((label, hidden), length) in NAMES.iter().zip(&head.lengths) {
        let to = from + (*length).min(text.len() - from);
        let own = text.get(from..to).unwrap_or(&[]);
        from = to;
        if own.is_empty() {
            continue;
        }
        let mut story = Story::new(work.engine, *label, PartKind::Text);
        if let Some(why) = hidden {
            story.hide_all(why);
        }
        paragraphs(own, &mut story);
        story.finish(&mut work.parts);
    }
    if from < text.len() {
        // lengths that lie must not hide anything
        let mut story = Story::new(work.engine, "rest", PartKind::Text);
        paragraphs(text.get(from..).unwrap_or(&[]), &mut story);
        story.finish(&mut work.parts);
    }
}

/// Paragraphs and tables: a cell ends with character 7, and so does a row, behind its last cell.
fn paragraphs(text: &[char], story: &mut Story<'_>) {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let end = rest.iter().position(|c| matches!(c, '\r' | '\x0c' | '\x07')).unwrap_or(rest.len());
        if rest.get(end) == Some(&'\x07') {
            at += table(rest, story);
            continue;
        }
        line(rest.get(..end).unwrap_or(&[]), story);
        story.paragraph();
        at += end + 1;
    }
}

/// One table; how many characters it took. Its first row says how many columns it has.
fn table(text: &[char], story: &mut Story<'_>) -> usize {
    let marks: Vec<usize> =
        text.iter().enumerate().filter(|row| *row.1 == '\x07').map(|row| row.0).take(MOST_COLUMNS + 1).collect();
    let width = marks.windows(2).position(|pair| matches!(pair, [a, b] if b - a == 1)).map_or(MOST_COLUMNS, |index| index + 1);
    story.table(false);
    let mut at = 0;
    loop {
        let mut cells = Vec::new();
        let mut end = at;
        for _ in 0..width {
            let Some(length) = text.get(end..).and_then(|rest| rest.iter().position(|c| *c == '\x07')) else { break };
            cells.push((end, end + length));
            end += length + 1;
        }
        // the mark of the row's own end has nothing in front of it
        let whole = cells.len() == width && text.get(end) == Some(&'\x07');
        if !whole && !cells.is_empty() && at > 0 {
            break;
        }
        for (from, to) in &cells {
            story.cell(1);
            for piece in text.get(*from..*to).unwrap_or(&[]).split(|c| matches!(c, '\r' | '\x0c')) {
                line(piece, story);
                story.push("\n");
            }
            story.end_cell();
        }
        story.end_row();
        at = if whole { end + 1 } else { end.max(at + 1) };
        let next = text.get(at..).unwrap_or(&[]);
        let stop = next.iter().position(|c| matches!(c, '\r' | '\x0c' | '\x07'));
        // a paragraph that ends otherwise is behind the table, unless a cell has several
        if !whole
            || stop.is_none_or(|stop| next.get(stop) != Some(&'\x07') && !next.iter().take(stop + 4_000).any(|c| *c == '\x07'))
        {
            break;
        }
    }
    story.end_table();
    at
}

/// The characters of a paragraph: marks of objects go, the instruction of a field is hidden, its result stays.
fn line(text: &[char], story: &mut Story<'_>) {
    let (mut shown, mut hidden, mut fields) = (String::new(), String::new(), Vec::new());
    for c in text {
        match c {
            '\x13' => fields.push(true),
            '\x14' => {
                if let Some(instruction) = fields.last_mut() {
                    *instruction = false;
                }
            }
            '\x15' => {
                fields.pop();
                hidden.push(' ');
            }
            _ => {
                let out = if fields.contains(&true) { &mut hidden } else { &mut shown };
                match c {
                    '\x0b' => out.push('\n'),
                    '\x1e' => out.push('-'),
                    '\t' => out.push('\t'),
                    '\u{a0}' => out.push(' '),
                    '\u{200b}' | '\x1f' => {}
                    c if c.is_control() => {}
                    c => out.push(*c),
                }
            }
        }
    }
    story.push(&shown);
    if !hidden.trim().is_empty() {
        story.hide("field instruction");
        story.push(&hidden);
        story.show();
    }
}
