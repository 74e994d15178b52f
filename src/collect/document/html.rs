//! HTML: the text a browser shows, its tables, and what it does not show.

use super::shared::office::unescape_url;
use super::shared::{Story, inline};
use super::xlsx::look::{self, Colour};
use super::{Document, Head, Work};
use crate::model::evidence::{GapKind, PartKind};

/// The reader.
pub(super) struct Html;
/// The reader.
pub(super) static DOCUMENT: Html = Html;

/// Characters of an entity's name.
const MOST_ENTITY: usize = 32;
/// Characters that are looked at for a page's first tag.
const LOOKED_AT: usize = 4_096;
/// Bytes of one tag; what is longer is text.
const MOST_TAG: usize = 32 << 20;
/// Bytes that are searched in vain for the ends of tags; then what looks like a tag is text.
const MOST_VAIN: usize = 512 << 20;

impl Document for Html {
    fn id(&self) -> &'static str {
        "html"
    }

    fn title(&self) -> &'static str {
        "Web pages"
    }

    fn notes(&self) -> &'static str {
        "Text and tables, entities decoded; titles, alternative texts, values of fields, addresses of mail links. Hidden: comments, hidden \
         fields, elements that are not displayed or not seen by their own style (colour of the ground, size nought), data in scripts. Files within the page (data: addresses) are examined as files. Scripts and style sheets themselves are not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind != "text" {
            return 0;
        }
        let mut rest = head.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        // a declaration and comments may come first
        while let Some(after) =
            rest.strip_prefix("<?xml").map(|rest| ("?>", rest)).or_else(|| rest.strip_prefix("<!--").map(|rest| ("-->", rest)))
        {
            let Some((_, tail)) = after.1.split_once(after.0) else { return 0 };
            rest = tail.trim_start();
        }
        let start: String = rest.chars().take(LOOKED_AT).collect::<String>().to_ascii_lowercase();
        let tag = |name: &str| start.strip_prefix(name).is_some_and(|tail| tail.starts_with(['>', ' ', '\n', '\r', '\t']));
        if tag("<!doctype html") || tag("<html") || (tag("<head") || tag("<body")) {
            return 92;
        }
        let piece =
            ["<table", "<div", "<p", "<h1", "<ul", "<section", "<meta", "<title", "<style", "<center", "<font", "<b", "<span"];
        if matches!(head.extension, "html" | "htm" | "xhtml" | "shtml")
            && (piece.iter().any(|name| tag(name)) || start.contains("</"))
        {
            return 92;
        }
        0
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let text = String::from_utf8_lossy(&bytes);
        let mut story = Story::new(work.engine, "", PartKind::Text);
        if !story_of(&text, &mut story) {
            work.gap(GapKind::Malformed, "a comment or script that does not end: what follows was read as text");
        }
        story.finish(&mut work.parts);
        inline::examine(work, &text);
        Ok(())
    }
}

/// Elements without content.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that break a paragraph at both ends.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "aside",
    "main",
    "blockquote",
    "pre",
    "address",
    "form",
    "fieldset",
    "legend",
    "figure",
    "figcaption",
    "caption",
    "title",
    "option",
    "select",
    "textarea",
    "button",
    "hr",
    "body",
    "head",
    "html",
    "center",
    "details",
    "summary",
    "dialog",
    "template",
];
/// Elements whose content is no text.
const RAW: &[&str] = &["script", "style"];

/// Reads a page into a story; `false` if something in it does not end.
pub(super) fn story_of(text: &str, story: &mut Story<'_>) -> bool {
    story.faint = &["comment", "data in a script", "hidden field"];
    let mut page = Page { story, plain: is_plain(text), hidden: None, nested: 0, pre: 0, space: true, budget: MOST_VAIN };
    let mut rest = text;
    let mut ended = true;
    // what is nowhere ahead is not looked for again
    let (mut no_comment, mut no_raw) = (false, false);
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        page.text(before);
        if let Some(comment) = tail.strip_prefix("<!--") {
            let split = if no_comment { None } else { comment.split_once("-->") };
            no_comment |= split.is_none();
            ended &= split.is_some();
            let (inside, after) = split.unwrap_or(("", comment));
            page.comment(inside);
            rest = after;
        } else if tail.starts_with("<!") || tail.starts_with("<?") {
            rest = tail.split_once('>').map_or_else(|| tail.get(2..).unwrap_or(""), |(_, after)| after);
        } else if let Some((tag, after)) = page.parse(tail) {
            rest = after;
            page.tag(&tag);
            if !tag.close && RAW.contains(&tag.name.as_str()) {
                let end = if no_raw { None } else { find_close(rest, &tag.name) };
                no_raw |= end.is_none();
                ended &= end.is_some();
                let (inside, after) = rest.split_at(end.unwrap_or(0));
                if tag.get("type").is_some_and(|kind| kind.contains("json")) {
                    page.aside("data in a script", &inside.replace(['{', '}', '[', ']', '"'], " "));
                }
                rest = after;
            }
        } else {
            page.text("<");
            rest = tail.strip_prefix('<').unwrap_or("");
        }
    }
    page.text(rest);
    page.end();
    ended
}

/// Where `</name` begins.
fn find_close(text: &str, name: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("</") {
        let start = from + at;
        let named = text.get(start + 2..start + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        if named {
            return Some(start);
        }
        from = start + 2;
    }
    None
}

struct Tag {
    name: String,
    close: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// A tag at the beginning of `text`, and what follows it.
    fn parse(text: &str) -> Option<(Self, &str)> {
        let body = text.strip_prefix('<')?;
        let (close, body) = body.strip_prefix('/').map_or((false, body), |body| (true, body));
        let length = body.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(body.len());
        let (name, mut rest) = body.split_at(length);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || name.len() > 64 {
            return None;
        }
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                return Some((Self { name: name.to_ascii_lowercase(), close, attributes }, after));
            }
            if rest.is_empty() || text.len() - rest.len() > MOST_TAG {
                return None;
            }
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '=' | '/')).unwrap_or(rest.len());
            let (key, tail) = rest.split_at(end.max(rest.chars().next().map_or(1, char::len_utf8)));
            rest = tail;
            let spaced = rest.trim_start();
            let mut value = String::new();
            if let Some(after) = spaced.strip_prefix('=') {
                let after = after.trim_start();
                let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
                let (taken, tail) = match quote {
                    Some(quote) => after.get(1..)?.split_once(quote)?,
                    None => after.split_at(after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len())),
                };
                value = entities(taken);
                rest = tail;
            }
            if attributes.len() < 256 {
                attributes.push((key.to_ascii_lowercase(), value));
            }
        }
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|row| row.0 == key).map(|row| row.1.as_str())
    }

    /// Why a browser does not show what is in it.
    fn unseen(&self, plain: bool) -> Option<&'static str> {
        let style = self.get("style").map(|style| style.to_ascii_lowercase().replace([' ', '\n', '\t'], "")).unwrap_or_default();
        let says = |key: &str| {
            style
                .split(';')
                .filter_map(|rule| rule.split_once(':'))
                .rfind(|rule| rule.0 == key)
                .map(|rule| rule.1.trim_end_matches("!important"))
        };
        let zero = |value: &str| matches!(value, "0" | "0px" | "0pt" | "0em" | "0rem" | "0%" | "0.0");
        if self.get("hidden").is_some()
            || says("display") == Some("none")
            || matches!(says("visibility"), Some("hidden" | "collapse"))
        {
            return Some("hidden text");
        }
        if says("opacity").is_some_and(zero) {
            return Some("hidden text");
        }
        // what is cut to nothing; some pages say so for readers of the blind only, and it is hidden all the same
        if says("overflow") == Some("hidden")
            && (says("max-height").or(says("height")).is_some_and(zero) || says("width").is_some_and(zero))
        {
            return Some("hidden text");
        }
        if says("font-size").is_some_and(|size| zero(size) || matches!(size, "1px" | "1pt")) {
            return Some(look::SMALL);
        }
        let ink = says("color").or_else(|| self.get("color").filter(|_| self.name == "font")).and_then(colour)?;
        let ground = match says("background-color").or_else(|| says("background")) {
            None => None,
            // a picture, or a colour that is not known
            Some(ground) => Some(colour(ground)?),
        };
        // where nothing at all speaks of grounds, the page is white
        ground.or_else(|| plain.then_some([255; 3])).filter(|ground| look::same(ink, *ground)).map(|_| look::GROUND)
    }
}

/// A colour as style sheets write it.
fn colour(text: &str) -> Option<Colour> {
    match text {
        "white" => return Some([255; 3]),
        "black" => return Some([0; 3]),
        _ => {}
    }
    let digits = text.strip_prefix('#')?;
    match digits.len() {
        6 => look::hex(digits),
        3 => look::hex(&digits.chars().flat_map(|c| [c, c]).collect::<String>()),
        _ => None,
    }
}

/// Whether nothing in a page speaks of grounds or of a style sheet.
fn is_plain(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    !["background", "bgcolor", "<style", "<link", "class="].iter().any(|word| lower.contains(word))
}

struct Page<'s, 'a> {
    story: &'s mut Story<'a>,
    /// The page's ground is white.
    plain: bool,
    /// The element that is not displayed, and how many of its name are open inside.
    hidden: Option<(String, usize)>,
    /// Tables that are open inside it.
    nested: usize,
    pre: usize,
    /// The last character was a space.
    space: bool,
    /// Bytes that may still be searched in vain for the end of a tag.
    budget: usize,
}

impl Page<'_, '_> {
    /// A tag, if the text begins with one.
    fn parse<'t>(&mut self, text: &'t str) -> Option<(Tag, &'t str)> {
        let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<'))?;
        if self.budget == 0 || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let found = Tag::parse(text);
        if found.is_none() {
            self.budget = self.budget.saturating_sub(text.len());
        }
        found
    }

    fn text(&mut self, raw: &str) {
        if raw.is_empty() {
            return;
        }
        let text = entities(raw);
        if self.pre > 0 {
            self.story.push(&text);
            return;
        }
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_whitespace() {
                if !self.space {
                    out.push(' ');
                }
                self.space = true;
            } else {
                out.push(c);
                self.space = false;
            }
        }
        self.story.push(&out);
    }

    fn paragraph(&mut self) {
        self.story.break_paragraph();
        self.space = true;
    }

    /// Something that is not shown where it stands.
    fn aside(&mut self, why: &'static str, text: &str) {
        if !text.trim().is_empty() {
            self.story.hide(why);
            self.story.line(text);
            self.story.show();
        }
    }

    fn comment(&mut self, inside: &str) {
        let mut plain = String::new();
        let mut rest = inside;
        while let Some(at) = rest.find('<') {
            let (before, tail) = rest.split_at(at);
            plain.push_str(before);
            match self.parse(tail) {
                Some((tag, after)) => {
                    let block = BLOCKS.contains(&tag.name.as_str()) || tag.name == "br" || tag.name == "tr";
                    plain.push(if block { '\n' } else { ' ' });
                    rest = after;
                }
                None => rest = tail.get(1..).unwrap_or(""),
            }
        }
        plain.push_str(rest);
        self.aside("comment", entities(&plain).trim());
    }

    fn tag(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        // rows and cells need not be closed: the next one ends them, and so does the end of the table
        if let Some((own, _)) = &self.hidden {
            let ends = self.nested == 0
                && match (own.as_str(), tag.close) {
                    ("tr", false) => name == "tr",
                    ("tr", true) => matches!(name, "table" | "tbody" | "thead"),
                    ("td" | "th", false) => matches!(name, "td" | "th" | "tr"),
                    ("td" | "th", true) => matches!(name, "tr" | "table" | "tbody" | "thead"),
                    _ => false,
                };
            if ends {
                self.paragraph();
                self.story.show();
                self.hidden = None;
            } else if name == "table" {
                self.nested = if tag.close { self.nested.saturating_sub(1) } else { self.nested + 1 };
            }
        }
        if let Some((own, depth)) = &mut self.hidden {
            if own == name {
                *depth = if tag.close { depth.saturating_sub(1) } else { *depth + 1 };
            }
            if *depth == 0 {
                self.paragraph();
                self.story.show();
                self.hidden = None;
                return;
            }
        } else if !tag.close
            && !VOID.contains(&name)
            && !matches!(name, "html" | "body" | "table")
            && let Some(why) = tag.unseen(self.plain)
        {
            self.paragraph();
            self.nested = 0;
            if matches!(name, "td" | "th") && self.story.in_table().0 {
                // its place in the row stays empty
                self.story.end_cell();
                self.story.cell(tag.get("colspan").and_then(|span| span.parse().ok()).unwrap_or(1));
            }
            self.story.hide(why);
            self.hidden = Some((name.to_owned(), 1));
        }
        if !tag.close {
            self.attributes(tag);
        }
        match (name, tag.close) {
            ("br", _) => {
                self.story.push("\n");
                self.space = true;
            }
            ("dt" | "label", true) => {
                self.story.push(": ");
                self.space = true;
            }
            ("dt", false) | ("dd", true) => self.paragraph(),
            ("pre" | "textarea", close) => {
                self.paragraph();
                self.pre = if close { self.pre.saturating_sub(1) } else { self.pre + 1 };
            }
            // inside what is hidden there are no tables, only lines
            ("tr", _) if self.hidden.is_some() => self.paragraph(),
            ("td" | "th", _) if self.hidden.is_some() => self.story.push(" "),
            ("table", false) if self.hidden.is_none() => {
                self.story.table(true);
                self.space = true;
            }
            ("table", true) if self.hidden.is_none() => {
                self.story.end_table();
                self.space = true;
            }
            ("tr", _) if self.story.in_table().0 => {
                self.story.end_row();
                self.space = true;
            }
            ("td" | "th", false) if self.story.in_table().0 => {
                self.story.end_cell();
                self.story.cell(tag.get("colspan").and_then(|span| span.parse().ok()).unwrap_or(1));
                self.space = true;
            }
            ("td" | "th", true) => {
                self.story.end_cell();
                self.space = true;
            }
            _ if BLOCKS.contains(&name) => self.paragraph(),
            _ => {}
        }
    }

    fn attributes(&mut self, tag: &Tag) {
        for (key, value) in &tag.attributes {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let kind = tag.get("type").unwrap_or("");
            match key.as_str() {
                "value" if tag.name == "input" && kind.eq_ignore_ascii_case("hidden") => {
                    self.aside("hidden field", &format!("{}: {value}", tag.get("name").unwrap_or("field")));
                }
                "value" if matches!(kind, "submit" | "button" | "checkbox" | "radio") || tag.name == "li" => {}
                "title" | "alt" | "value" | "aria-label" | "summary" => self.text(&format!(" {} ", value.replace('<', " "))),
                "content" if tag.name == "meta" => {
                    let name = tag.get("name").unwrap_or("").to_ascii_lowercase();
                    let described = ["author", "creator", "description", "keywords", "owner", "copyright", "dc.creator"];
                    if described.contains(&name.as_str()) {
                        self.story.line(&format!("{name}: {value}"));
                    }
                }
                "href" if value.starts_with("mailto:") || value.starts_with("tel:") => {
                    self.story.push(&format!(" {} ", unescape_url(value)));
                    self.space = true;
                }
                _ => {}
            }
        }
    }

    fn end(&mut self) {
        if self.hidden.take().is_some() {
            self.paragraph();
            self.story.show();
        }
        self.paragraph();
    }
}

/// Entities that are written by name, the usual ones.
const NAMED: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("hellip", "…"),
    ("bull", "•"),
    ("middot", "·"),
    ("pound", "£"),
    ("euro", "€"),
    ("copy", "©"),
    ("reg", "®"),
    ("deg", "°"),
    ("shy", ""),
    ("zwnj", ""),
    ("zwj", ""),
    ("commat", "@"),
    ("period", "."),
    ("lowbar", "_"),
    ("hyphen", "-"),
    ("colon", ":"),
    ("comma", ","),
    ("sol", "/"),
    ("plus", "+"),
    ("num", "#"),
    ("Tab", " "),
    ("NewLine", " "),
    ("szlig", "ß"),
    ("oslash", "ø"),
    ("Oslash", "Ø"),
    ("aelig", "æ"),
    ("AElig", "Æ"),
    ("aring", "å"),
    ("Aring", "Å"),
    ("ccedil", "ç"),
    ("Ccedil", "Ç"),
    ("eth", "ð"),
    ("ETH", "Ð"),
    ("thorn", "þ"),
    ("THORN", "Þ"),
    ("oelig", "œ"),
    ("OElig", "Œ"),
    ("scaron", "š"),
    ("Scaron", "Š"),
    ("sect", "§"),
    ("para", "¶"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("inodot", "ı"),
    ("lstrok", "ł"),
    ("Lstrok", "Ł"),
    ("times", "×"),
];
/// Letters with a mark: `eacute`, `Uuml`.
const MARKS: &[(&str, char)] = &[
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circ", '\u{302}'),
    ("uml", '\u{308}'),
    ("tilde", '\u{303}'),
    ("caron", '\u{30c}'),
    ("cedil", '\u{327}'),
    ("ring", '\u{30a}'),
];

/// Text with its entities decoded.
pub(super) fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let body = tail.get(1..).unwrap_or("");
        let length = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(body.len()).min(MOST_ENTITY);
        let (name, after) = body.split_at_checked(length).unwrap_or((body, ""));
        if let Some(decoded) = entity(name) {
            out.push_str(&decoded);
            rest = after.strip_prefix(';').unwrap_or(after);
        } else {
            out.push('&');
            rest = body;
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // numbers of the old Windows code page stand for its characters
        if let Some(byte) = u8::try_from(code).ok().filter(|byte| (0x80..0xa0).contains(byte)) {
            return Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned());
        }
        return char::from_u32(code).map(|c| if c == '\u{a0}' { ' ' } else { c }.to_string());
    }
    if let Some((_, text)) = NAMED.iter().find(|row| row.0 == name) {
        return Some((*text).to_owned());
    }
    let base = name.chars().next()?;
    let (_, mark) = MARKS.iter().find(|row| name.get(base.len_utf8()..) == Some(row.0))?;
    composed(base, *mark).map(String::from)
}

/// A letter and its mark as one letter.
fn composed(base: char, mark: char) -> Option<char> {
    let table: &[(char, &str, &str)] = &[
        ('\u{301}', "aeiouyAEIOUYcnszCNSZ", "áéíóúýÁÉÍÓÚÝćńśźĆŃŚŹ"),
        ('\u{300}', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
        ('\u{302}', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
        ('\u{308}', "aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"),
        ('\u{303}', "anoANO", "ãñõÃÑÕ"),
        ('\u{30c}', "cdenrstzCDENRSTZ", "čďěňřšťžČĎĚŇŘŠŤŽ"),
        ('\u{327}', "cstCST", "çşţÇŞŢ"),
        ('\u{30a}', "auAU", "åůÅŮ"),
    ];
    let (_, from, to) = table.iter().find(|row| row.0 == mark)?;
    from.chars().zip(to.chars()).find(|pair| pair.0 == base).map(|pair| pair.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded() {
        assert_eq!(entities("Ren&eacute; &amp; Zo&euml;&nbsp;&#8364;&#x40;&#146;&unknown; &"), "René & Zoë €@’&unknown; &");
    }

    #[test]
    fn tags_are_told_from_text() {
        assert!(Tag::parse("< 3").is_none());
        let (tag, rest) =
            Tag::parse("<a href='mailto:x' data-y=z hidden>more").map_or((None, ""), |(tag, rest)| (Some(tag), rest));
        assert!(tag.is_some_and(|tag| tag.get("href") == Some("mailto:x") && tag.unseen(false).is_some()));
        assert_eq!(rest, "more");
    }
}
