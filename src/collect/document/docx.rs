//! Word documents: what is on the page, and what is not.

use super::shared::Story;
use super::shared::office::{Package, Piece, attribute, is_on, unescape_url};
use super::xlsx::look::{self, Colour};
use super::{Document, Head, Work};
use crate::model::evidence::PartKind;
use std::collections::{BTreeSet, HashMap};

/// The reader.
pub(super) struct Docx;
/// The reader.
pub(super) static DOCUMENT: Docx = Docx;

/// Styles that are told apart.
const MOST_STYLES: usize = 100_000;
/// Authors of changes that are remembered.
const MOST_AUTHORS: usize = 1_000;

impl Document for Docx {
    fn id(&self) -> &'static str {
        "docx"
    }

    fn title(&self) -> &'static str {
        "Word documents (docx, docm)"
    }

    fn notes(&self) -> &'static str {
        "Paragraphs, tables, headers, footers, notes, text boxes, charts and properties. Hidden: deleted text of tracked changes, \
         hidden text (also by style), text in the colour of its ground or too small to be seen, comments, custom XML, the \
         template's path. Grounds that a table's style gives are not looked at: white text in a table counts as seen unless the cell says its \
         ground. Embedded files and pictures are examined as files. Macros are not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "docx" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut package) = Package::open(work)? else { return Ok(()) };
        if !package.is_about(work, "word/document") {
            return Ok(());
        }
        let mut body = Body { styles: styles(&mut package, work), ..Body::default() };
        let mut story = Story::new(work.engine, "", PartKind::Text);
        body.read(&mut package, work, "word/document.xml", &mut story);
        story.finish(&mut work.parts);
        let pieces: [(&str, &[&str], Option<&'static str>); 5] = [
            ("headers and footers", &["word/header", "word/footer"], None),
            ("notes", &["word/footnotes", "word/endnotes"], None),
            ("comments", &["word/comments."], Some("comment")),
            ("building blocks", &["word/glossary/document"], None),
            ("other documents", &["word/document2."], None),
        ];
        for (label, folders, hidden) in pieces {
            let mut story = Story::new(work.engine, label, PartKind::Text);
            if let Some(why) = hidden {
                story.hide_all(why);
            }
            for name in folders.iter().flat_map(|folder| package.below(folder, ".xml")).collect::<Vec<_>>() {
                body.read(&mut package, work, &name, &mut story);
            }
            story.finish(&mut work.parts);
        }
        let mut story = Story::new(work.engine, "charts and diagrams", PartKind::Text);
        for name in [package.below("word/charts/chart", ".xml"), package.below("word/diagrams/data", ".xml")].concat() {
            package.drawing(work, &name, &mut story);
        }
        story.finish(&mut work.parts);
        let mut story = Story::new(work.engine, "custom XML", PartKind::Text);
        story.hide_all("custom XML");
        for name in package.below("customXml/item", ".xml") {
            if !name.contains("itemProps") {
                package.all_text(work, &name, &mut story);
            }
        }
        let mut parts = Vec::new();
        story.finish(&mut parts);
        parts.retain(|part| !part.tallies.is_empty());
        work.parts.append(&mut parts);
        let mut templates = Vec::new();
        package.xml(work, "word/_rels/settings.xml.rels", &mut |piece| {
            if let Piece::Open("Relationship", tag) = piece
                && attribute(tag, "Type").is_some_and(|kind| kind.ends_with("/attachedTemplate"))
            {
                templates.extend(attribute(tag, "Target").map(|path| unescape_url(&path)));
            }
        });
        let mut story = Story::new(work.engine, "template", PartKind::Text);
        story.hide_all("path of the template");
        templates.iter().take(10).for_each(|path| story.line(path));
        let mut parts = Vec::new();
        story.finish(&mut parts);
        parts.retain(|part| !part.tallies.is_empty());
        work.parts.append(&mut parts);
        let links = package.below("word/_rels/", ".rels");
        package.links(work, &links);
        let authors: Vec<String> = body.authors.into_iter().collect();
        package.properties(work, &authors);
        let files = package.files();
        package.members(work, &files);
        Ok(())
    }
}

/// How a style shows its text.
#[derive(Clone, Copy, Default)]
struct Look {
    vanish: bool,
    ink: Option<Colour>,
    ground: Option<Colour>,
    small: bool,
}

impl Look {
    /// A property of a run or a style.
    fn piece(&mut self, name: &str, tag: &quick_xml::events::BytesStart<'_>) {
        match name {
            "vanish" | "specVanish" => self.vanish = is_on(tag),
            "color" => self.ink = attribute(tag, "val").and_then(|text| look::hex(&text)),
            "shd" => self.ground = attribute(tag, "fill").and_then(|text| look::hex(&text)),
            // a marker's ground is never white
            "highlight" if attribute(tag, "val").as_deref() == Some("black") => self.ground = Some([0, 0, 0]),
            "highlight" => self.ground = Some([255, 255, 0]),
            // in half points
            "sz" => self.small = attribute(tag, "val").and_then(|size| size.parse::<f64>().ok()).is_some_and(|size| size <= 4.0),
            _ => {}
        }
    }

    /// What this one says, else what the one below says.
    fn over(self, below: Self) -> Self {
        Self {
            vanish: self.vanish || below.vanish,
            ink: self.ink.or(below.ink),
            ground: self.ground.or(below.ground),
            small: self.small || below.small,
        }
    }
}

/// Styles and how they show their text.
fn styles(package: &mut Package, work: &mut Work<'_>) -> HashMap<String, Look> {
    let (mut out, mut style, mut below): (HashMap<String, Look>, _, _) = (HashMap::new(), String::new(), String::new());
    let mut own = Look::default();
    package.xml(work, "word/styles.xml", &mut |piece| match piece {
        Piece::Open("style", tag) => {
            // a table's style speaks of grounds that are not followed
            let table = attribute(tag, "type").is_some_and(|kind| kind == "table");
            style = attribute(tag, "styleId").filter(|_| !table).unwrap_or_default();
            own = Look::default();
            below.clear();
        }
        Piece::Open("basedOn", tag) => below = attribute(tag, "val").unwrap_or_default(),
        Piece::Open(name, tag) if !style.is_empty() => own.piece(name, tag),
        Piece::Close("style") if !style.is_empty() && out.len() < MOST_STYLES => {
            let base = out.get(&below).copied().unwrap_or_default();
            out.insert(std::mem::take(&mut style), own.over(base));
        }
        _ => {}
    });
    out
}

/// A body that is read.
#[derive(Default)]
struct Body {
    styles: HashMap<String, Look>,
    authors: BTreeSet<String>,
    /// Inside a run, and how it shows its text.
    run: bool,
    look: Look,
    /// The same of the paragraph by its style.
    paragraph: Look,
    /// The paragraph's own properties are read: they are those of its mark.
    mark: bool,
    /// Inside a paragraph.
    inside: bool,
    /// Shapes that are open: what they paint is not followed.
    shapes: usize,
    /// Cells that are open, and their ground: not told, or told.
    cells: Vec<Option<Colour>>,
    /// The page has another ground than white.
    ground: Option<Colour>,
    deleted: usize,
    text: bool,
    deleted_text: bool,
    code: bool,
    fallback: usize,
}

impl Body {
    fn read(&mut self, package: &mut Package, work: &mut Work<'_>, name: &str, story: &mut Story<'_>) {
        package.xml(work, name, &mut |piece| self.piece(piece, story));
        let authors = std::mem::take(&mut self.authors);
        let styles = std::mem::take(&mut self.styles);
        *self = Self { styles, authors, ground: self.ground, ..Self::default() };
    }

    fn author(&mut self, tag: &quick_xml::events::BytesStart<'_>) {
        if self.authors.len() < MOST_AUTHORS
            && let Some(author) = attribute(tag, "author")
        {
            self.authors.insert(author);
        }
    }

    fn piece(&mut self, piece: Piece<'_>, story: &mut Story<'_>) {
        if self.fallback > 0 {
            match piece {
                Piece::Open("Fallback", _) => self.fallback += 1,
                Piece::Close("Fallback") => self.fallback -= 1,
                _ => {}
            }
            return;
        }
        match piece {
            // the same once more, for programs that do not know the first form
            Piece::Open("Fallback", _) => self.fallback = 1,
            Piece::Open("r", _) => (self.run, self.look) = (true, Look::default()),
            Piece::Close("r") => self.run = false,
            Piece::Open("rStyle", tag) if self.run => {
                let style = attribute(tag, "val").and_then(|style| self.styles.get(&style)).copied().unwrap_or_default();
                self.look = self.look.over(style);
            }
            Piece::Open("pStyle", tag) => {
                let style = attribute(tag, "val").and_then(|style| self.styles.get(&style)).copied().unwrap_or_default();
                self.paragraph = Look { ground: self.paragraph.ground.or(style.ground), ..style };
            }
            Piece::Open("background", tag) => self.ground = attribute(tag, "color").and_then(|text| look::hex(&text)),
            Piece::Open("rPr", _) if !self.run => self.mark = true,
            Piece::Close("rPr") => self.mark = false,
            Piece::Open("shd", tag) if !self.run && !self.mark => {
                let ground = attribute(tag, "fill").and_then(|text| look::hex(&text));
                match self.cells.last_mut().filter(|_| !self.inside) {
                    Some(cell) => *cell = ground,
                    None => self.paragraph.ground = ground,
                }
            }
            Piece::Open("p", _) => self.inside = true,
            Piece::Open(name @ ("vanish" | "specVanish" | "color" | "shd" | "highlight" | "sz"), tag) if self.run => {
                self.look.piece(name, tag);
            }
            Piece::Open("del" | "moveFrom", tag) => {
                self.deleted += 1;
                self.author(tag);
            }
            Piece::Close("del" | "moveFrom") => self.deleted = self.deleted.saturating_sub(1),
            Piece::Open("ins" | "moveTo", tag) => self.author(tag),
            Piece::Open("comment", tag) => self.author(tag),
            Piece::Open("docPr", tag) => {
                for name in ["title", "descr"] {
                    if let Some(text) = attribute(tag, name).filter(|text| !text.trim().is_empty()) {
                        story.push(&format!(" {text} "));
                    }
                }
            }
            Piece::Open("t", _) => self.text = true,
            Piece::Close("t") => self.text = false,
            Piece::Open("delText", _) => self.deleted_text = true,
            Piece::Close("delText") => self.deleted_text = false,
            Piece::Open("instrText" | "delInstrText", _) => self.code = true,
            Piece::Close("instrText" | "delInstrText") => self.code = false,
            Piece::Open("fldSimple", tag) => {
                if let Some(code) = attribute(tag, "instr") {
                    field(&code, story);
                }
            }
            Piece::Open("tab", _) if self.run => self.say("\t", story),
            Piece::Open("br" | "cr", _) => self.say("\n", story),
            Piece::Open("noBreakHyphen", _) => self.say("-", story),
            Piece::Close("p") => {
                story.paragraph();
                self.paragraph = Look::default();
                self.inside = false;
            }
            Piece::Open("tbl", _) => story.table(false),
            Piece::Open("txbxContent", _) => self.shapes += 1,
            Piece::Close("txbxContent") => self.shapes = self.shapes.saturating_sub(1),
            Piece::Open("tc", _) => {
                self.cells.push(None);
                story.cell(1);
            }
            Piece::Open("gridSpan", tag) => {
                story.widen(attribute(tag, "val").and_then(|span| span.parse().ok()).unwrap_or(1));
            }
            Piece::Close("tc") => {
                self.cells.pop();
                story.end_cell();
            }
            Piece::Close("tr") => story.end_row(),
            Piece::Close("tbl") => story.end_table(),
            Piece::Text(text) if self.code => field(text, story),
            Piece::Text(text) if self.text || self.deleted_text => self.say(text, story),
            _ => {}
        }
    }

    /// Why the run that is open is not seen.
    fn unseen(&self) -> Option<&'static str> {
        let own = self.look.over(self.paragraph);
        if own.vanish {
            return Some("hidden text");
        }
        if own.small {
            return Some(look::SMALL);
        }
        let told = own.ground.or(self.cells.iter().rev().find_map(|cell| *cell));
        // a table's style, a shape or the page may have a ground of their own
        let plain = self.cells.is_empty() && self.shapes == 0;
        let ground = told.or_else(|| plain.then(|| self.ground.unwrap_or([255, 255, 255])))?;
        // letters of no colour are black, on dark grounds white
        own.ink.filter(|ink| look::same(*ink, ground)).map(|_| look::GROUND)
    }

    fn say(&self, text: &str, story: &mut Story<'_>) {
        let why = if self.deleted > 0 || self.deleted_text { Some("deleted text") } else { self.unseen() };
        if let Some(why) = why {
            story.hide(why);
            story.push(text);
            story.show();
        } else {
            story.push(text);
        }
    }
}

/// Field codes: the address behind a link is part of the paragraph.
fn field(code: &str, story: &mut Story<'_>) {
    if let Some((_, address)) = code.split_once("mailto:") {
        story.push(&format!(" {} ", unescape_url(address.trim_matches(['"', ' ']))));
    }
}
