//! HTML: one self-contained page for people who decide. It carries its style and script, asks for nothing from outside, and forbids
//! itself anything else by its content policy. Everything can be read without the script, which only filters the findings.

pub(super) mod about;
mod controls;
mod data;
mod derivation;
pub(super) mod findings;
mod improve;
mod island;
mod limits;
mod protection;
mod register;
pub(super) mod summary;
pub(super) mod text;
mod together;
mod treemap;

use super::{Format, Style};
use crate::model::assessment::Assessment;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The format.
pub(super) struct Html;
/// The format.
pub(super) static FORMAT: Html = Html;

const CSS: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

impl Format for Html {
    fn id(&self) -> &'static str {
        "html"
    }

    fn title(&self) -> &'static str {
        "One page for people who decide: opens in any browser, offline, and prints"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        page(assessment).into_bytes()
    }
}

/// What the sections look up: controls and artifacts by name and number.
pub(super) struct Index<'a> {
    assessment: &'a Assessment,
    /// Whether lists are written to their end.
    all: bool,
    controls: BTreeMap<&'a str, usize>,
    artifacts: BTreeMap<u32, usize>,
}

impl<'a> Index<'a> {
    /// Of an assessment; `all`: lists are written to their end.
    pub(super) fn new(assessment: &'a Assessment, all: bool) -> Self {
        let controls = assessment.controls.iter().enumerate().rev().map(|(at, control)| (control.id.as_str(), at)).collect();
        let artifacts = assessment.artifacts.iter().enumerate().rev().map(|(at, artifact)| (artifact.number, at)).collect();
        Self { assessment, all, controls, artifacts }
    }

    /// How many rows a list has at most.
    fn most(&self, most: usize) -> usize {
        if self.all { usize::MAX } else { most }
    }

    /// The control of an id.
    fn control(&self, id: &str) -> Option<&'a crate::model::assessment::ControlResult> {
        self.controls.get(id).and_then(|at| self.assessment.controls.get(*at))
    }

    /// The masked path of an artifact's number.
    fn path(&self, number: u32) -> Option<&'a str> {
        self.artifacts.get(&number).and_then(|at| self.assessment.artifacts.get(*at)).map(|artifact| artifact.path.as_str())
    }

    /// A control's id that leads to its row. Ids come from a policy, so the anchor is made of its place, not of its text.
    fn link(&self, id: &str) -> String {
        match self.controls.get(id) {
            Some(at) => format!("<a class=\"id\" href=\"#c{at}\">{}</a>", text::esc(id)),
            None => format!("<span class=\"id\">{}</span>", text::esc(id)),
        }
    }
}

/// A section of the report: its anchor, its heading, and what stands in it; "" leaves it out.
type Section = (&'static str, &'static str, fn(&Index) -> String);

const SECTIONS: &[Section] = &[
    ("fix-first", "What to put right first", improve::section),
    ("score", "How the score came about", derivation::section),
    ("controls", "Controls by theme", controls::section),
    ("findings", "Findings", findings::section),
    ("data", "Where people’s data lies", data::section),
    ("together", "What is known together", together::section),
    ("hidden", "Hidden content", protection::hidden),
    ("encryption", "Encryption", protection::encryption),
    ("age", "Age and retention", protection::age),
    ("register", "Register of evidence", register::section),
    ("gaps", "What could not be read", limits::gaps),
    ("waivers", "Waivers", limits::waivers),
    ("basis", "What this rests on", about::section),
];

/// The digest by which the content policy knows a block.
fn digest(block: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(block.as_bytes()))
}

/// Signs of a classification that a sheet of paper has room for.
const MOST_MARKING: usize = 80;

/// The classification at the head of the page.
pub(super) fn marking(classification: Option<&str>) -> String {
    classification.map_or(String::new(), |text| format!("<p class=\"marking\">{}</p>\n", text::esc(text)))
}

/// Style that puts the classification at the head and foot of each sheet of paper. Every sign but letters and digits is written by its
/// number, so that nothing ends the string.
fn paper(classification: &str) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\{:x} ", u32::from(c)) };
    // a longer one would push the number of the page off the sheet
    let quoted: String = classification.chars().take(MOST_MARKING).map(sign).collect();
    let text = format!("{{ content: \"{quoted}\"; font: bold 8pt sans-serif; color: #14171a; }}");
    format!("@page {{ @top-center {text} @bottom-center {text} }}")
}

/// The head of a page, up to its body. Style and script, if there is one, are the two blocks of the page and nothing else: no form
/// leaves, no frame, no base.
pub(super) fn head(title: &str, script: Option<&str>, classification: Option<&str>) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n");
    let script = script.map_or("'none'".to_owned(), |script| format!("'sha256-{}'", digest(script)));
    let paper = classification.map(paper);
    let also = paper.as_ref().map_or(String::new(), |style| format!(" 'sha256-{}'", digest(style)));
    out.push_str(&format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'{also}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'\">\n",
        digest(CSS)
    ));
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    out.push_str(&format!("<title>{}</title>\n", text::esc(title)));
    out.push_str(&format!("<style>{CSS}</style>\n"));
    if let Some(style) = paper {
        out.push_str(&format!("<style>{style}</style>\n"));
    }
    out.push_str("</head>\n<body>\n");
    out
}

/// The sections that have something to say: anchor, heading, body.
pub(super) fn sections(index: &Index) -> Vec<(&'static str, &'static str, String)> {
    SECTIONS.iter().map(|(id, title, body)| (*id, *title, body(index))).filter(|(_, _, body)| !body.is_empty()).collect()
}

fn page(assessment: &Assessment) -> String {
    let index = Index::new(assessment, false);
    let sections = sections(&index);
    let classification = assessment.classification.as_deref();
    let mut out = head(&format!("{} – supplier audit, {}", assessment.target, assessment.date), Some(SCRIPT), classification);
    out.push_str("<a class=\"skip\" href=\"#main\">Skip to the verdict</a>\n");
    out.push_str(&summary::header(assessment, &marking(classification)));
    out.push_str("<main id=\"main\" tabindex=\"-1\">\n");
    out.push_str(&summary::section(&index));
    out.push_str("<nav class=\"contents\" aria-label=\"Contents\"><h2>Contents</h2><ol>");
    for (id, title, _) in &sections {
        out.push_str(&format!("<li><a href=\"#{id}\">{title}</a></li>"));
    }
    out.push_str("</ol></nav>\n");
    for (id, title, body) in &sections {
        out.push_str(&format!(
            "<section id=\"{id}\" aria-labelledby=\"h-{id}\">\n<h2 id=\"h-{id}\">{title}</h2>\n{body}</section>\n"
        ));
    }
    out.push_str("</main>\n");
    out.push_str(&about::footer(assessment));
    out.push_str(&island::block(&index));
    out.push_str(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}
