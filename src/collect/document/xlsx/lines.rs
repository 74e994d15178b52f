//! Running text from several places of a package, as one part.

use super::super::Work;
use super::package::Package;
use super::xml::Tag;
use crate::detect::text::TextScan;
use crate::model::evidence::{Part, PartKind};

/// Text of a paragraph that is being put together.
const MOST_LINE: usize = 1 << 20;

/// A part of running text, put together from several places.
pub(crate) struct Lines<'a> {
    label: &'static str,
    hidden: Option<&'static str>,
    pub(crate) kind: PartKind,
    scan: TextScan<'a>,
    number: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(work: &Work<'a>, label: &'static str, hidden: Option<&'static str>) -> Self {
        Self { label, hidden, kind: PartKind::Text, scan: TextScan::new(work.engine), number: 0 }
    }

    /// One line, or several.
    pub(crate) fn line(&mut self, text: &str) {
        for line in text.split('\n') {
            self.number += 1;
            self.scan.line(self.number, line);
        }
    }

    /// The text of these elements of a part (`*`: of all), and these attributes of any element. Each is a paragraph.
    pub(crate) fn add(&mut self, work: &mut Work<'_>, package: &mut Package, path: &str, elements: &[&str], attributes: &[&str]) {
        let wanted = |name: &str| elements.iter().any(|element| *element == name || *element == "*");
        let (mut text, mut depth, mut spoken) = (String::new(), 0_usize, false);
        let properties = self.kind == PartKind::Properties;
        package.xml(work, path, self.label, &mut |tag| match tag {
            Tag::Open(name, given) => {
                if wanted(name) {
                    depth += 1;
                    if properties {
                        text.push_str(match name {
                            "creator" => "Author: ",
                            "lastModifiedBy" => "Last modified by: ",
                            "Company" => "Company: ",
                            "Manager" => "Manager: ",
                            _ => "",
                        });
                    }
                }
                spoken |= name == "rPh";
                for value in attributes.iter().filter_map(|attribute| given.get(attribute)) {
                    if !value.trim().is_empty() {
                        self.line(&value);
                        self.line("");
                    }
                }
            }
            Tag::Text(piece) if depth > 0 && !spoken && text.len() < MOST_LINE => text.push_str(piece),
            Tag::Text(_) => {}
            Tag::Close("rPh") => spoken = false,
            Tag::Close(name) if wanted(name) => {
                depth = depth.saturating_sub(1);
                let text = std::mem::take(&mut text);
                if !text.trim().is_empty() {
                    self.line(text.trim());
                    self.line("");
                }
            }
            Tag::Close(_) => {}
        });
    }

    /// Ends; `quiet` parts are kept only if they hold something of a person.
    pub(crate) fn finish(self, work: &mut Work<'_>, quiet: bool) {
        let hidden = self.hidden.map(str::to_owned);
        let mut part = Part { label: self.label.to_owned(), kind: self.kind, hidden, ..Part::default() };
        self.scan.finish(&mut part);
        if part.records > 0 && (!quiet || !part.tallies.is_empty()) {
            work.parts.push(part);
        }
    }
}
