//! `OpenDocument` texts and presentations.

use super::shared::office::{Package, Piece, attribute, unescape_url};
use super::shared::{Story, properties};
use super::{Document, Head, Work};
use crate::model::evidence::{Encryption, GapKind, PartKind};
use std::collections::HashSet;

/// The reader.
pub(super) struct Odt;
/// The reader.
pub(super) static DOCUMENT: Odt = Odt;

/// Spaces that one element may stand for.
const MOST_SPACES: usize = 1_000;

impl Document for Odt {
    fn id(&self) -> &'static str {
        "odt"
    }

    fn title(&self) -> &'static str {
        "OpenDocument texts, presentations and drawings (odt, odp, odg)"
    }

    fn notes(&self) -> &'static str {
        "Paragraphs, tables, notes, headers, footers and properties. Hidden: deleted text of tracked changes, hidden text (by style or \
         condition), comments, speaker notes, hidden slides. Embedded objects and pictures are examined as files."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        let own = ["text", "presentation", "graphics"];
        let mime = |kind: &str| format!("mimetypeapplication/vnd.oasis.opendocument.{kind}");
        let is = |kind: &&str| head.raw.windows(mime(kind).len()).take(200).any(|window| window == mime(kind).as_bytes());
        if head.kind == "odf" && own.iter().any(is) { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut package) = Package::open(work)? else { return Ok(()) };
        if let Some(encryption) = encrypted(&mut package, work) {
            work.encryption = Some(encryption);
            work.gap(GapKind::Encrypted, "encrypted: its content was not read");
            return Ok(());
        }
        if !package.is_about(work, "content.xml") {
            return Ok(());
        }
        let mut hidden = Styles::default();
        for name in ["styles.xml", "content.xml"] {
            package.xml(work, name, &mut |piece| hidden.piece(&piece));
        }
        let objects: Vec<String> =
            package.below("", "/content.xml").into_iter().filter(|name| name.starts_with("Object ")).collect();
        let all = ["content.xml".to_owned(), "styles.xml".to_owned()].into_iter().chain(objects.iter().cloned());
        for (index, name) in all.enumerate() {
            let label = match index {
                0 => String::new(),
                1 => "headers and footers".to_owned(),
                _ => format!("object {}", index - 1),
            };
            let mut story = Story::new(work.engine, label, PartKind::Text);
            let mut body = Body { hidden: &hidden, masters: index == 1, ..Body::new(&hidden) };
            package.xml(work, &name, &mut |piece| body.piece(piece, &mut story));
            while body.close() {
                story.show();
            }
            story.finish(&mut work.parts);
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        let (mut key, mut value) = (String::new(), String::new());
        package.xml(work, "meta.xml", &mut |piece| match piece {
            Piece::Open(name, tag) => {
                key = attribute(tag, "name").unwrap_or_else(|| name.replace('-', " "));
                value.clear();
            }
            Piece::Text(text) => value.push_str(text),
            Piece::Close(name) => {
                let taken = std::mem::take(&mut value);
                let machine = ["generator", "creation-date", "date", "editing-cycles", "editing-duration", "print-date"];
                if !taken.trim().is_empty() && !machine.contains(&name) && pairs.len() < 10_000 {
                    pairs.push((std::mem::take(&mut key), taken));
                }
            }
        });
        properties(work.engine, &pairs, &mut work.parts);
        let files = package.files();
        package.members(work, &files);
        Ok(())
    }
}

/// How the manifest says the content is encrypted.
fn encrypted(package: &mut Package, work: &mut Work<'_>) -> Option<Encryption> {
    let mut found = None;
    package.xml(work, "META-INF/manifest.xml", &mut |piece| match piece {
        Piece::Open("encryption-data", _) => found = found.or(Some(Encryption::Unknown)),
        Piece::Open("algorithm", tag) => {
            let name = attribute(tag, "algorithm-name").unwrap_or_default().to_lowercase();
            found = Some(if name.contains("aes256") || name.contains("aes-256") || name.contains("aes256-cbc") {
                Encryption::Strong
            } else {
                Encryption::Unknown
            });
        }
        _ => {}
    });
    found
}

/// Styles that hide what has them.
#[derive(Default)]
struct Styles {
    text: HashSet<String>,
    pages: HashSet<String>,
    open: String,
}

impl Styles {
    fn piece(&mut self, piece: &Piece<'_>) {
        match piece {
            Piece::Open("style", tag) => self.open = attribute(tag, "name").unwrap_or_default(),
            Piece::Close("style") => self.open.clear(),
            Piece::Open("text-properties", tag) if attribute(tag, "display").is_some_and(|display| display == "none") => {
                self.text.insert(self.open.clone());
            }
            Piece::Open("drawing-page-properties", tag) if attribute(tag, "visibility").is_some_and(|seen| seen == "hidden") => {
                self.pages.insert(self.open.clone());
            }
            _ => {}
        }
    }
}

/// A body that is read.
struct Body<'s> {
    hidden: &'s Styles,
    /// Only headers and footers are read.
    masters: bool,
    inside: usize,
    /// Elements that are open, as far as they hide something: how deep each is.
    hiding: Vec<usize>,
    depth: usize,
    /// Elements without text of the document: how deep the outermost is.
    skip: Option<usize>,
    paragraphs: usize,
}

impl<'s> Body<'s> {
    fn new(hidden: &'s Styles) -> Self {
        Self { hidden, masters: false, inside: 0, hiding: Vec::new(), depth: 0, skip: None, paragraphs: 0 }
    }

    fn close(&mut self) -> bool {
        self.hiding.pop().is_some()
    }

    fn hide(&mut self, why: &'static str, story: &mut Story<'_>) {
        self.hiding.push(self.depth);
        story.hide(why);
    }

    fn piece(&mut self, piece: Piece<'_>, story: &mut Story<'_>) {
        match piece {
            Piece::Open(name, tag) => {
                self.depth += 1;
                if self.skip.is_none() {
                    self.open(name, tag, story);
                }
            }
            Piece::Close(name) => {
                if self.skip.is_none() {
                    self.end(name, story);
                }
                if self.skip == Some(self.depth) {
                    self.skip = None;
                }
                while self.hiding.last().is_some_and(|depth| *depth >= self.depth) {
                    self.hiding.pop();
                    story.paragraph();
                    story.show();
                }
                self.depth = self.depth.saturating_sub(1);
            }
            Piece::Text(text) => {
                if self.skip.is_none() && self.paragraphs > 0 && (!self.masters || self.inside > 0) {
                    story.push(text);
                }
            }
        }
    }

    fn open(&mut self, name: &str, tag: &quick_xml::events::BytesStart<'_>, story: &mut Story<'_>) {
        let style = attribute(tag, "style-name").unwrap_or_default();
        match name {
            "automatic-styles" | "styles" | "font-face-decls" | "scripts" | "event-listeners" => {
                // headers and footers of the page styles lie outside of these
                self.skip = Some(self.depth);
            }
            "header" | "footer" | "header-left" | "footer-left" | "header-first" | "footer-first" => self.inside += 1,
            "annotation" => self.hide("comment", story),
            "deletion" => self.hide("deleted text", story),
            "change-info" => self.skip = Some(self.depth),
            "notes" => self.hide("speaker notes", story),
            "hidden-text" | "hidden-paragraph" => {
                if let Some(text) = attribute(tag, "string-value") {
                    story.hide("hidden text");
                    story.line(&text);
                    story.show();
                }
                self.hide("hidden text", story);
            }
            "section" if attribute(tag, "display").is_some_and(|display| display == "none") => self.hide("hidden text", story),
            "page" if self.hidden.pages.contains(&style) => self.hide("hidden slide", story),
            "p" | "h" => {
                if self.hidden.text.contains(&style) {
                    self.hide("hidden text", story);
                }
                self.paragraphs += 1;
            }
            "span" if self.hidden.text.contains(&style) => self.hide("hidden text", story),
            "creator" | "title" | "desc" => self.paragraphs += 1,
            "a" => {
                if let Some(link) = attribute(tag, "href").filter(|link| link.starts_with("mailto:")) {
                    story.push(&format!(" {} ", unescape_url(&link)));
                }
            }
            "s" => {
                let count = attribute(tag, "c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1);
                story.push(&" ".repeat(count.min(MOST_SPACES)));
            }
            "tab" => story.push("\t"),
            "line-break" => story.push("\n"),
            "table" => story.table(false),
            "table-cell" | "covered-table-cell" => {
                let repeated = attribute(tag, "number-columns-repeated").and_then(|count| count.parse().ok()).unwrap_or(1);
                story.cell(repeated);
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, story: &mut Story<'_>) {
        match name {
            "header" | "footer" | "header-left" | "footer-left" | "header-first" | "footer-first" => {
                self.inside = self.inside.saturating_sub(1);
            }
            "p" | "h" | "creator" | "title" | "desc" => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                story.paragraph();
            }
            "table-cell" | "covered-table-cell" => story.end_cell(),
            "table-row" => story.end_row(),
            "table" => story.end_table(),
            _ => {}
        }
    }
}
