//! Word documents: what is on the page, and what is not.

use super::shared::Story;
use super::shared::office::{Package, Piece, attribute, is_on, unescape_url};
use super::{Document, Head, Work};
use crate::model::evidence::PartKind;
use std::collections::{BTreeSet, HashSet};

/// The reader.
pub(super) struct Docx;
/// The reader.
pub(super) static DOCUMENT: Docx = Docx;

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
         hidden text (also by style), comments, custom XML. Embedded files and pictures are examined as files. Macros are not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "docx" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut package) = Package::open(work)? else { return Ok(()) };
        if !package.is_about(work, "word/document") {
            return Ok(());
        }
        let mut body = Body { hidden_styles: hidden_styles(&mut package, work), ..Body::default() };
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
        let links = package.below("word/_rels/", ".rels");
        package.links(work, &links);
        let authors: Vec<String> = body.authors.into_iter().collect();
        package.properties(work, &authors);
        let files = package.files();
        package.members(work, &files);
        Ok(())
    }
}

/// Styles whose text is hidden.
fn hidden_styles(package: &mut Package, work: &mut Work<'_>) -> HashSet<String> {
    let (mut hidden, mut style) = (HashSet::new(), String::new());
    package.xml(work, "word/styles.xml", &mut |piece| match piece {
        Piece::Open("style", tag) => style = attribute(tag, "styleId").unwrap_or_default(),
        Piece::Open("vanish", tag) if is_on(tag) && !style.is_empty() => {
            hidden.insert(std::mem::take(&mut style));
        }
        Piece::Close("style") => style.clear(),
        _ => {}
    });
    hidden
}

/// A body that is read.
#[derive(Default)]
struct Body {
    hidden_styles: HashSet<String>,
    authors: BTreeSet<String>,
    /// Inside a run, and whether it is hidden.
    run: bool,
    vanish: bool,
    /// The paragraph's style hides it.
    paragraph_hidden: bool,
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
        let hidden_styles = std::mem::take(&mut self.hidden_styles);
        *self = Self { hidden_styles, authors, ..Self::default() };
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
            Piece::Open("r", _) => (self.run, self.vanish) = (true, false),
            Piece::Close("r") => self.run = false,
            Piece::Open("vanish" | "specVanish", tag) if self.run => self.vanish = is_on(tag),
            Piece::Open("rStyle", tag) if self.run => {
                self.vanish |= attribute(tag, "val").is_some_and(|style| self.hidden_styles.contains(&style));
            }
            Piece::Open("pStyle", tag) => {
                self.paragraph_hidden = attribute(tag, "val").is_some_and(|style| self.hidden_styles.contains(&style));
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
                self.paragraph_hidden = false;
            }
            Piece::Open("tbl", _) => story.table(false),
            Piece::Open("tc", _) => story.cell(1),
            Piece::Open("gridSpan", tag) => {
                story.widen(attribute(tag, "val").and_then(|span| span.parse().ok()).unwrap_or(1));
            }
            Piece::Close("tc") => story.end_cell(),
            Piece::Close("tr") => story.end_row(),
            Piece::Close("tbl") => story.end_table(),
            Piece::Text(text) if self.code => field(text, story),
            Piece::Text(text) if self.text || self.deleted_text => self.say(text, story),
            _ => {}
        }
    }

    fn say(&self, text: &str, story: &mut Story<'_>) {
        let why = if self.deleted > 0 || self.deleted_text {
            Some("deleted text")
        } else if self.vanish || self.paragraph_hidden {
            Some("hidden text")
        } else {
            None
        };
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
