//! What the sheets of a workbook share: their list with who is hidden, and the strings.

use super::super::Work;
use super::bounds::Bounds;
use super::package::{Package, Relation};
use super::xml::Tag;
use crate::model::evidence::GapKind;
use std::collections::HashMap;

/// A sheet in the list.
pub(in super::super) struct Sheet {
    pub(in super::super) name: String,
    pub(in super::super) hidden: Option<&'static str>,
    /// The part it is in.
    pub(in super::super) path: String,
}

/// A name given to cells or to a value.
pub(in super::super) struct Defined {
    pub(in super::super) text: String,
    pub(in super::super) hidden: bool,
}

/// The list of a workbook.
#[derive(Default)]
pub(in super::super) struct Book {
    pub(in super::super) sheets: Vec<Sheet>,
    pub(in super::super) names: Vec<Defined>,
    pub(in super::super) since_1904: bool,
    /// Paths of the strings, of the styles and of the theme.
    pub(in super::super) strings: Option<String>,
    pub(in super::super) styles: Option<String>,
    pub(in super::super) theme: Option<String>,
    /// The folder where it was saved.
    pub(in super::super) saved: Option<String>,
}

/// Defined names that are looked at.
pub(in super::super) const MOST_NAMES: usize = 100_000;

/// Reads the list.
pub(in super::super) fn read(work: &mut Work<'_>, package: &mut Package, path: &str) -> Option<Book> {
    let relations = package.relations(work, path);
    let by_kind = |kind: &str| {
        let found = relations.iter().find(|row| row.1.kind == kind && !row.1.outside);
        found.map(|row| row.1.target.clone())
    };
    let mut book =
        Book { strings: by_kind("sharedStrings"), styles: by_kind("styles"), theme: by_kind("theme"), ..Book::default() };
    let by_id: HashMap<&str, &Relation> = relations.iter().map(|row| (row.0.as_str(), &row.1)).collect();
    let mut inside = false;
    let done = package.xml(work, path, "the list of sheets", &mut |tag| match tag {
        Tag::Open("sheet", attributes) => {
            let hidden = match attributes.get("state").as_deref() {
                Some("hidden") => Some("hidden sheet"),
                Some("veryHidden") => Some("very hidden sheet"),
                _ => None,
            };
            let id = attributes.get("id").unwrap_or_default();
            let path = by_id.get(id.as_str()).map(|row| row.target.clone()).unwrap_or_default();
            book.sheets.push(Sheet { name: attributes.get("name").unwrap_or_default(), hidden, path });
        }
        // an extension of the same name says nothing of dates: it must not undo what was said
        Tag::Open("workbookPr", attributes) => book.since_1904 |= attributes.is("date1904"),
        Tag::Open("definedName", attributes) if book.names.len() < MOST_NAMES => {
            inside = true;
            let text = format!("{} ", attributes.get("name").unwrap_or_default());
            book.names.push(Defined { text, hidden: attributes.is("hidden") });
        }
        Tag::Close("definedName") => inside = false,
        Tag::Open("absPath", attributes) => book.saved = attributes.get("url"),
        Tag::Text(text) if inside => {
            if let Some(name) = book.names.last_mut() {
                name.text.push_str(text);
            }
        }
        _ => {}
    });
    (done || !book.sheets.is_empty()).then_some(book)
}

/// The shared strings, and which of them a sheet refers to.
#[derive(Default)]
pub(in super::super) struct Strings {
    text: String,
    ends: Vec<usize>,
    used: Vec<u64>,
    cut: bool,
    /// Whether all of them are here.
    pub(in super::super) whole: bool,
    /// How much of them cells may show.
    pub(in super::super) bounds: Bounds,
}

impl Strings {
    /// None yet; so many bytes of them may be shown again.
    pub(in super::super) fn new(again: u64) -> Self {
        Self { bounds: Bounds::new(again), ..Self::default() }
    }

    /// Reads them.
    pub(in super::super) fn read(work: &mut Work<'_>, package: &mut Package, path: &str) -> Self {
        let most = work.limits.whole_bytes as usize;
        let mut all = Self::new(package.repeats(work));
        let (mut inside, mut spoken) = (false, false);
        let done = package.xml(work, path, "the strings of the sheets", &mut |tag| match tag {
            Tag::Open("t", _) => inside = !spoken,
            Tag::Close("t") => inside = false,
            // how a word is pronounced, beside the word
            Tag::Open("rPh", _) => spoken = true,
            Tag::Close("rPh") => spoken = false,
            Tag::Text(text) if inside => all.add(text, most),
            Tag::Close("si") => all.end(most),
            _ => {}
        });
        all.close(work, done);
        all
    }

    /// More text of the string that is being read, if there is room.
    pub(in super::super) fn add(&mut self, text: &str, most: usize) {
        let full = self.text.len() + text.len() + self.ends.len() * 8 > most;
        self.cut |= full;
        if !full {
            self.text.push_str(text);
        }
    }

    /// The string that is being read is at its end.
    pub(in super::super) fn end(&mut self, most: usize) {
        if self.ends.len() * 8 < most {
            self.ends.push(self.text.len());
        }
    }

    /// All are read; `done` says whether to the end.
    pub(in super::super) fn close(&mut self, work: &mut Work<'_>, done: bool) {
        if self.cut {
            let most = work.limits.whole_bytes;
            work.gap(GapKind::Limit, format!("more than {most} bytes of strings: the cells with the later ones were not read"));
        }
        self.ready(done);
    }

    /// No more strings come; from now on it counts which are used.
    pub(in super::super) fn ready(&mut self, done: bool) {
        self.used = vec![0; self.ends.len() / 64 + 1];
        self.whole = done && !self.cut;
    }

    /// From now on a string counts as used; whether it did before.
    pub(in super::super) fn mark(&mut self, index: usize) -> bool {
        let Some(bits) = self.used.get_mut(index / 64) else { return false };
        let before = *bits >> (index % 64) & 1 == 1;
        *bits |= 1 << (index % 64);
        before
    }

    /// A string, as far as a cell may show it; from now on it counts as used.
    pub(in super::super) fn take(&mut self, index: usize) -> &str {
        let again = self.mark(index);
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let text = self.ends.get(index).and_then(|end| self.text.get(start..*end)).unwrap_or("");
        let text = self.bounds.cut(text);
        if again && !self.bounds.again(text.len()) { "" } else { text }
    }

    /// A string.
    pub(in super::super) fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(index).and_then(|end| self.text.get(start..*end)).unwrap_or("")
    }

    /// The strings that no sheet refers to and that no sheet shows in another place.
    pub(in super::super) fn orphans(&self) -> Vec<&str> {
        let used = |index: usize| self.used.get(index / 64).is_some_and(|bits| bits >> (index % 64) & 1 == 1);
        let all = 0..self.ends.len();
        let shown: std::collections::HashSet<&str> =
            all.clone().filter(|index| used(*index)).map(|index| self.get(index)).collect();
        let lost = all.filter(|index| !used(*index)).map(|index| self.get(index));
        lost.filter(|text| !text.trim().is_empty() && !shown.contains(text)).collect()
    }
}
