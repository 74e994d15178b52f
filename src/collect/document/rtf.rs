//! Rich Text Format: a small tokenizer of groups, control words and characters.

pub(super) mod embedded;

use super::shared::{Story, properties};
use super::xlsx::look::{self, Colour};
use super::{Document, Head, Work};
use crate::model::evidence::{GapKind, Part, PartKind};
use encoding_rs::Encoding;
use std::collections::HashMap;

/// The reader.
pub(super) struct Rtf;
/// The reader.
pub(super) static DOCUMENT: Rtf = Rtf;

/// Groups within groups.
const MOST_DEPTH: usize = 10_000;
/// Fonts whose character set is remembered.
const MOST_FONTS: usize = 10_000;

impl Document for Rtf {
    fn id(&self) -> &'static str {
        "rtf"
    }

    fn title(&self) -> &'static str {
        "Rich Text Format"
    }

    fn notes(&self) -> &'static str {
        "Text in any code page, tables, headers, notes, properties. Hidden: hidden text, deleted text, comments, text in the \
         colour of its ground or too small to be seen. Pictures and embedded \
         objects are examined as files."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "text" && head.text.trim_start().starts_with("{\\rtf") { 98 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let mut story = Story::new(work.engine, "", PartKind::Text);
        let said = story_of(&bytes, &mut story);
        story.finish(&mut work.parts);
        said.properties(work, true);
        embedded::examine(work, &bytes);
        if said.deep {
            work.gap(GapKind::Limit, format!("groups nested deeper than {MOST_DEPTH}: what is inside was not read"));
        }
        Ok(())
    }
}

/// What is not text of the document.
#[derive(Default)]
pub(super) struct Said {
    pairs: Vec<(String, String)>,
    deep: bool,
}

impl Said {
    fn properties(&self, work: &mut Work<'_>, keep: bool) {
        let mut parts: Vec<Part> = Vec::new();
        properties(work.engine, &self.pairs, &mut parts);
        parts.retain(|_| keep);
        work.parts.append(&mut parts);
    }
}

/// Where text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    Text,
    Skip,
    Fonts,
    Colours,
    Comment,
    Field,
    Info(&'static str),
}

#[derive(Clone)]
struct State {
    aim: Aim,
    hidden: bool,
    deleted: bool,
    /// Characters that follow a `\u` for programs that do not know it.
    fallback: usize,
    font: i64,
    in_table: bool,
    /// Places of the colours of letters and of their ground; letters are too small to be seen.
    ink: usize,
    ground: usize,
    small: bool,
    /// Markup that Outlook keeps for itself.
    html_rtf: bool,
}

struct Tokens<'s, 'a> {
    story: &'s mut Story<'a>,
    state: State,
    stack: Vec<State>,
    said: Said,
    default: &'static Encoding,
    fonts: HashMap<i64, &'static Encoding>,
    /// The table of colours; the first is the program's own.
    colours: Vec<Option<Colour>>,
    colour: Option<Colour>,
    /// Bytes of an old encoding, of which several may make a character.
    bytes: Vec<u8>,
    /// The first half of a pair of UTF-16.
    half: Option<u16>,
    pending: usize,
    star: bool,
    table: bool,
    value: String,
}

/// Reads RTF into a story.
pub(super) fn story_of(source: &[u8], story: &mut Story<'_>) -> Said {
    let start = State {
        aim: Aim::Text,
        hidden: false,
        deleted: false,
        fallback: 1,
        font: -1,
        in_table: false,
        ink: 0,
        ground: 0,
        small: false,
        html_rtf: false,
    };
    let mut tokens = Tokens {
        story,
        state: start,
        stack: Vec::new(),
        said: Said::default(),
        default: encoding_rs::WINDOWS_1252,
        fonts: HashMap::new(),
        colours: Vec::new(),
        colour: None,
        bytes: Vec::new(),
        half: None,
        pending: 0,
        star: false,
        table: false,
        value: String::new(),
    };
    tokens.run(source);
    tokens.flush();
    if tokens.table {
        tokens.story.end_table();
    }
    tokens.story.paragraph();
    tokens.said
}

impl Tokens<'_, '_> {
    fn run(&mut self, source: &[u8]) {
        let mut rest = source;
        let mut too_deep = 0_usize;
        while let [byte, tail @ ..] = rest {
            rest = tail;
            match byte {
                b'{' if self.stack.len() >= MOST_DEPTH => {
                    too_deep += 1;
                    self.said.deep = true;
                }
                b'}' if too_deep > 0 => too_deep -= 1,
                b'{' => {
                    self.flush();
                    self.stack.push(self.state.clone());
                    self.star = false;
                }
                b'}' => {
                    self.flush();
                    self.leave();
                }
                b'\\' => rest = self.control(rest),
                b'\r' | b'\n' => {}
                _ if self.pending > 0 => self.pending -= 1,
                byte if byte.is_ascii() => {
                    self.flush();
                    if let Ok(text) = std::str::from_utf8(std::slice::from_ref(byte)) {
                        self.say(text);
                    }
                }
                // not allowed, yet written: what was decoded before is UTF-8
                _ => {
                    self.flush();
                    let length = rest.iter().take_while(|next| **next & 0xc0 == 0x80).count().min(3);
                    let (more, after) = rest.split_at_checked(length).unwrap_or((&[], rest));
                    let whole: Vec<u8> = std::iter::once(*byte).chain(more.iter().copied()).collect();
                    if let Ok(text) = std::str::from_utf8(&whole) {
                        self.say(text);
                        rest = after;
                    } else {
                        self.bytes.push(*byte);
                    }
                }
            }
        }
    }

    /// A group ends.
    fn leave(&mut self) {
        let Some(before) = self.stack.pop() else { return };
        if self.state.aim != before.aim {
            match self.state.aim {
                Aim::Info(key) => {
                    let value = std::mem::take(&mut self.value);
                    if self.said.pairs.len() < 1_000 {
                        self.said.pairs.push((key.to_owned(), value));
                    }
                }
                Aim::Field => {
                    let code = std::mem::take(&mut self.value);
                    if let Some((_, address)) = code.split_once("mailto:") {
                        let address = super::shared::office::unescape_url(address.trim_matches(['"', ' ']));
                        self.state.aim = Aim::Text;
                        self.say(&format!(" {address} "));
                    }
                }
                Aim::Comment => {
                    self.story.hide("comment");
                    self.story.paragraph();
                    self.story.show();
                }
                _ => {}
            }
        }
        self.state = before;
    }

    fn control<'t>(&mut self, rest: &'t [u8]) -> &'t [u8] {
        let Some(first) = rest.first() else { return rest };
        if !first.is_ascii_alphabetic() {
            let tail = rest.get(1..).unwrap_or(&[]);
            if *first == b'\'' {
                let hex =
                    tail.get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
                let Some(byte) = hex else { return tail };
                if self.pending > 0 {
                    self.pending -= 1;
                } else if self.bytes.len() < 1 << 16 {
                    self.bytes.push(byte);
                }
                return tail.get(2..).unwrap_or(&[]);
            }
            self.flush();
            match first {
                b'*' => self.star = true,
                b'~' => self.say(" "),
                b'_' => self.say("-"),
                b'{' | b'}' | b'\\' => {
                    let text = char::from(*first).to_string();
                    self.say(&text);
                }
                b'\n' | b'\r' => self.paragraph(),
                _ => {}
            }
            return tail;
        }
        self.flush();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count().min(64);
        let (word, tail) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        let digits = tail
            .iter()
            .enumerate()
            .take_while(|(at, byte)| byte.is_ascii_digit() || (*at == 0 && **byte == b'-'))
            .count()
            .min(20);
        let (number, tail) = tail.split_at_checked(digits).unwrap_or((tail, &[]));
        let parameter = std::str::from_utf8(number).ok().and_then(|text| text.parse::<i64>().ok());
        let tail = tail.strip_prefix(b" ").unwrap_or(tail);
        if word == b"bin" {
            let skip = usize::try_from(parameter.unwrap_or(0)).unwrap_or(0).min(tail.len());
            return tail.get(skip..).unwrap_or(&[]);
        }
        self.word(std::str::from_utf8(word).unwrap_or(""), parameter);
        tail
    }

    fn word(&mut self, word: &str, parameter: Option<i64>) {
        let on = parameter != Some(0);
        let star = std::mem::take(&mut self.star);
        match word {
            "u" => {
                let code = parameter.unwrap_or(0);
                self.unit((code & 0xffff) as u16);
                self.pending = self.state.fallback;
                return;
            }
            "uc" => self.state.fallback = usize::try_from(parameter.unwrap_or(1)).unwrap_or(1).min(64),
            "ansicpg" => self.default = page(parameter.unwrap_or(1252)),
            "mac" => self.default = encoding_rs::MACINTOSH,
            "f" => self.state.font = parameter.unwrap_or(-1),
            "fcharset" if self.state.aim == Aim::Fonts => {
                if let Some(encoding) = charset(parameter.unwrap_or(0)).filter(|_| self.fonts.len() < MOST_FONTS) {
                    self.fonts.insert(self.state.font, encoding);
                }
            }
            "plain" => {
                (self.state.hidden, self.state.deleted, self.state.small) = (false, false, false);
                (self.state.ink, self.state.ground) = (0, 0);
            }
            "cf" => self.state.ink = place(parameter),
            "cb" | "chcbpat" | "highlight" | "cbpat" => self.state.ground = place(parameter),
            // in half points
            "fs" => self.state.small = parameter.is_some_and(|size| (0..=4).contains(&size)),
            "red" | "green" | "blue" if self.state.aim == Aim::Colours => {
                let [red, green, blue] = self.colour.get_or_insert([0; 3]);
                let part = match word {
                    "red" => red,
                    "green" => green,
                    _ => blue,
                };
                *part = parameter.unwrap_or(0).clamp(0, 255) as u8;
            }
            "colortbl" => self.aim(Aim::Colours),
            "v" => self.state.hidden = on,
            "deleted" => self.state.deleted = on,
            "htmlrtf" => self.state.html_rtf = on,
            "par" | "sect" | "page" => self.paragraph(),
            "line" | "softline" => self.say("\n"),
            "tab" => self.say("\t"),
            "emdash" => self.say("—"),
            "endash" => self.say("–"),
            "lquote" => self.say("‘"),
            "rquote" => self.say("’"),
            "ldblquote" => self.say("“"),
            "rdblquote" => self.say("”"),
            "bullet" => self.say("•"),
            "emspace" | "enspace" | "qmspace" => self.say(" "),
            "intbl" => self.state.in_table = true,
            "pard" => self.state.in_table = false,
            "trowd" if !self.table && self.state.aim == Aim::Text => {
                self.table = true;
                self.story.table(false);
                self.story.cell(1);
            }
            "cell" | "nestcell" if self.table => {
                self.story.end_cell();
                self.story.cell(1);
            }
            "row" | "nestrow" if self.table => {
                self.story.end_row();
                self.story.cell(1);
            }
            "fonttbl" => self.state.aim = Aim::Fonts,
            "annotation" => self.aim(Aim::Comment),
            "atnauthor" => self.aim(Aim::Info("author")),
            "fldinst" => self.aim(Aim::Field),
            "author" => self.aim(Aim::Info("author")),
            "operator" => self.aim(Aim::Info("last modified by")),
            "manager" => self.aim(Aim::Info("manager")),
            "company" => self.aim(Aim::Info("company")),
            "title" => self.aim(Aim::Info("title")),
            "subject" => self.aim(Aim::Info("subject")),
            "keywords" => self.aim(Aim::Info("keywords")),
            "doccomm" => self.aim(Aim::Info("comments")),
            "stylesheet" | "pict" | "info" | "listtable" | "listoverridetable" | "rsidtbl" | "revtbl" | "objdata"
            | "objclass" | "themedata" | "colorschememapping" | "datastore" | "latentstyles" | "xmlnstbl" | "generator"
            | "filetbl" | "nonshppict" | "sp" | "atnid" | "atndate" | "atnref" | "atnparent" | "atrfstart" | "atrfend"
            | "htmltag" | "mhtmltag" | "bkmkstart" | "bkmkend" | "pntext" | "pntxta" | "pntxtb" | "xe" | "tc"
            | "nonesttables" => {
                self.state.aim = Aim::Skip;
            }
            // known destinations that may be starred
            "shppict" | "shpinst" | "shptxt" | "footnote" | "header" | "footer" | "result" | "nesttableprops" | "ftnsep" => {}
            _ if star => self.state.aim = Aim::Skip,
            _ => {}
        }
        self.pending = 0;
    }

    /// A destination inside something skipped stays skipped, unless it is a property.
    fn aim(&mut self, aim: Aim) {
        if self.state.aim != Aim::Skip || matches!(aim, Aim::Info(_)) {
            self.state.aim = aim;
            self.value.clear();
        }
    }

    fn unit(&mut self, unit: u16) {
        let units: Vec<u16> = self.half.take().into_iter().chain(std::iter::once(unit)).collect();
        if units.len() == 1 && (0xd800..0xdc00).contains(&unit) {
            self.half = Some(unit);
            return;
        }
        let text = String::from_utf16_lossy(&units);
        self.say(&text);
    }

    /// Bytes of the old encoding become characters.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let encoding = self.fonts.get(&self.state.font).copied().unwrap_or(self.default);
        let bytes = std::mem::take(&mut self.bytes);
        let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
        self.say(&text);
    }

    fn paragraph(&mut self) {
        if self.state.aim == Aim::Comment {
            self.say("\n");
            return;
        }
        if self.state.aim != Aim::Text || self.state.html_rtf {
            return;
        }
        if self.table && !self.state.in_table {
            self.end_table();
        }
        self.story.paragraph();
    }

    fn end_table(&mut self) {
        self.table = false;
        self.story.end_table();
    }

    fn say(&mut self, text: &str) {
        if self.state.html_rtf {
            return;
        }
        match self.state.aim {
            Aim::Skip | Aim::Fonts => {}
            Aim::Colours => {
                if text == ";" && self.colours.len() < MOST_FONTS {
                    self.colours.push(self.colour.take());
                }
            }
            Aim::Info(_) | Aim::Field => {
                if self.value.len() < 1 << 16 {
                    self.value.push_str(text);
                }
            }
            Aim::Comment => self.hidden("comment", text),
            Aim::Text if self.state.deleted => self.hidden("deleted text", text),
            Aim::Text if self.state.hidden => self.hidden("hidden text", text),
            Aim::Text if self.state.small => self.hidden(look::SMALL, text),
            Aim::Text if self.is_ground() => self.hidden(look::GROUND, text),
            Aim::Text => {
                if self.table && !self.state.in_table && !text.trim().is_empty() {
                    // text after the last row
                    self.end_table();
                }
                self.story.push(text);
            }
        }
    }

    /// Whether the letters have the colour of their ground. In tables only a ground that is told counts.
    fn is_ground(&self) -> bool {
        let of = |place: usize| self.colours.get(place).copied().flatten();
        let told = if self.state.ground > 0 { of(self.state.ground) } else { (!self.state.in_table).then_some([255; 3]) };
        self.state.ink > 0 && of(self.state.ink).zip(told).is_some_and(|(ink, ground)| look::same(ink, ground))
    }

    fn hidden(&mut self, why: &'static str, text: &str) {
        self.story.hide(why);
        self.story.push(text);
        self.story.show();
    }
}

fn place(parameter: Option<i64>) -> usize {
    parameter.and_then(|place| usize::try_from(place).ok()).unwrap_or(0)
}

/// An encoding by the number of its code page.
pub(super) fn page(number: i64) -> &'static Encoding {
    let label = match number {
        65_001 => "utf-8",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        874 => "windows-874",
        866 => "ibm866",
        10_000 => "macintosh",
        20_866 => "koi8-r",
        28_591..=28_605 => {
            return Encoding::for_label(format!("iso-8859-{}", number - 28_590).as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
        }
        1_250..=1_258 => return Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252),
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// An encoding by the number of a font's character set.
fn charset(number: i64) -> Option<&'static Encoding> {
    Some(page(match number {
        0 => 1_252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1_253,
        162 => 1_254,
        163 => 1_258,
        177 => 1_255,
        178 => 1_256,
        186 => 1_257,
        204 => 1_251,
        222 => 874,
        238 => 1_250,
        _ => return None,
    }))
}
