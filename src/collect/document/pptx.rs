//! Presentations: slides, and what only the speaker sees.

use super::shared::Story;
use super::shared::office::{Package, Piece, attribute};
use super::{Document, Head, Work};
use crate::model::evidence::{Part, PartKind};
use std::collections::BTreeSet;

/// The reader.
pub(super) struct Pptx;
/// The reader.
pub(super) static DOCUMENT: Pptx = Pptx;

impl Document for Pptx {
    fn id(&self) -> &'static str {
        "pptx"
    }

    fn title(&self) -> &'static str {
        "Presentations (pptx, pptm)"
    }

    fn notes(&self) -> &'static str {
        "Slides with their tables, charts and diagrams, masters, properties. Hidden: speaker notes, hidden slides and shapes, \
         shapes outside the slide, letters too small to be seen, cropped pictures, comments. \
         Embedded files and pictures are examined as files, pictures uncropped. Macros are not read."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "pptx" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut package) = Package::open(work)? else { return Ok(()) };
        if !package.is_about(work, "ppt/presentation") {
            return Ok(());
        }
        let engine = work.engine;
        let shown = listed(&mut package, work);
        let size = slide_size(&mut package, work);
        for (index, name) in package.below("ppt/slides/slide", ".xml").into_iter().enumerate() {
            let mut story = Story::new(engine, format!("slide {}", index + 1), PartKind::Text);
            let (not_shown, cropped) = package.slide(work, &name, &mut story, size);
            if not_shown {
                story.hide_all("hidden slide");
            } else if !shown.is_empty() && !shown.contains(&name) {
                story.hide_all("removed slide");
            }
            story.finish(&mut work.parts);
            if cropped > 0 {
                // the pictures themselves are members, whole
                let hidden = Some("cropped picture".to_owned());
                let label = format!("slide {}", index + 1);
                work.parts.push(Part { label, kind: PartKind::Image, hidden, records: cropped, ..Part::default() });
            }
        }
        let pieces: [(&str, &[&str], Option<&'static str>, bool); 4] = [
            ("speaker notes", &["ppt/notesSlides/notesSlide"], Some("speaker notes"), false),
            ("comments", &["ppt/comments/"], Some("comment"), false),
            ("charts and diagrams", &["ppt/charts/chart", "ppt/diagrams/data"], None, false),
            (
                "masters and layouts",
                &["ppt/slideMasters/", "ppt/slideLayouts/", "ppt/notesMasters/", "ppt/handoutMasters/"],
                None,
                true,
            ),
        ];
        for (label, folders, hidden, faint) in pieces {
            let mut story = Story::new(engine, label, PartKind::Text);
            if let Some(why) = hidden {
                story.hide_all(why);
            }
            for name in folders.iter().flat_map(|folder| package.below(folder, ".xml")).collect::<Vec<_>>() {
                package.drawing(work, &name, &mut story);
            }
            let mut parts = Vec::new();
            story.finish(&mut parts);
            parts.retain(|part| !faint || !part.tallies.is_empty());
            work.parts.append(&mut parts);
        }
        let links = [package.below("ppt/slides/_rels/", ".rels"), package.below("ppt/notesSlides/_rels/", ".rels")].concat();
        package.links(work, &links);
        let mut authors = BTreeSet::new();
        for name in ["ppt/commentAuthors.xml", "ppt/authors.xml"] {
            package.xml(work, name, &mut |piece| {
                if let Piece::Open("cmAuthor" | "author", tag) = piece
                    && authors.len() < 1_000
                {
                    authors.extend(attribute(tag, "name"));
                }
            });
        }
        let authors: Vec<String> = authors.into_iter().collect();
        package.properties(work, &authors);
        let files = package.files();
        package.members(work, &files);
        Ok(())
    }
}

/// Width and height of the slides.
fn slide_size(package: &mut Package, work: &mut Work<'_>) -> Option<(i64, i64)> {
    let mut size = None;
    package.xml(work, "ppt/presentation.xml", &mut |piece| {
        if let Piece::Open("sldSz", tag) = piece {
            let number = |name: &str| attribute(tag, name).and_then(|text| text.parse::<i64>().ok()).filter(|number| *number > 0);
            size = number("cx").zip(number("cy"));
        }
    });
    size
}

/// The slides that the presentation still refers to.
fn listed(package: &mut Package, work: &mut Work<'_>) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    package.xml(work, "ppt/_rels/presentation.xml.rels", &mut |piece| {
        if let Piece::Open("Relationship", tag) = piece
            && let Some(target) = attribute(tag, "Target").filter(|target| target.contains("slides/slide"))
        {
            let target = target.trim_start_matches("/ppt/").to_owned();
            shown.insert(format!("ppt/{target}"));
        }
    });
    shown
}
