//! PDF: the same content as the HTML report, for those who file it: A4, tagged, with bookmarks, the same bytes for the same assessment.
//! The sections are those of the HTML report, in its words; only how they lie on paper is decided here. It asks for nothing from outside.

mod about;
mod block;
mod file;
mod font;
mod line;
mod look;
mod markup;
mod page;
mod table;

use super::html::{Index, findings, sections, summary};
use super::{Format, Style};
use crate::model::assessment::Assessment;
use markup::{Tag, read};
use page::{Paper, Words};

/// Findings at most, unless everything is asked for.
const FINDINGS: usize = 2_000;

/// The format.
pub(super) struct Pdf;
/// The format.
pub(super) static FORMAT: Pdf = Pdf;

impl Format for Pdf {
    fn id(&self) -> &'static str {
        "pdf"
    }

    fn title(&self) -> &'static str {
        "The HTML report on paper, for those who file it: A4, tagged, with bookmarks"
    }

    fn render(&self, assessment: &Assessment, style: Style) -> Vec<u8> {
        document(assessment, style.all)
    }
}

fn document(assessment: &Assessment, all: bool) -> Vec<u8> {
    let index = Index::new(assessment, all);
    let mut paper = Paper::new();
    let mast = read(&summary::header(assessment, ""));
    block::flow(&mut paper, &mast, false);
    paper.y -= 2.0;
    block::flow(&mut paper, &read(&summary::section(&index)), true);
    let sections = sections(&index);
    contents(&mut paper, &sections);
    for (at, (id, title, body)) in sections.iter().enumerate() {
        if at == 0 {
            paper.turn();
        } else {
            paper.ensure(110.0);
        }
        paper.open("Sect", String::new());
        paper.bookmark(title);
        block::heading(&mut paper, 2, title, false);
        if *id == "findings" && !assessment.findings.is_empty() {
            listed(&mut paper, &index, assessment, body, all);
        } else {
            block::flow(&mut paper, &read(body), false);
        }
        paper.close();
    }
    paper.ensure(60.0);
    paper.y -= 10.0;
    block::flow(&mut paper, &read(&super::html::about::footer(assessment)), false);
    let line = super::text::escape::line;
    let words = Words {
        classification: assessment.classification.as_deref().map(line),
        confidence: confidence(&mast),
        target: line(&assessment.target),
        date: assessment.date.to_string(),
    };
    paper.finish(&words, &assessment.tool)
}

/// "Handle in confidence", as the masthead has it.
fn confidence(mast: &Tag) -> String {
    let mut lines = Vec::new();
    mast.all("p", &mut lines);
    let said = lines.iter().find(|line| line.is("handle")).map_or(String::new(), |line| line.text());
    said.split(':').next().unwrap_or("").to_owned()
}

fn contents(paper: &mut Paper, sections: &[(&str, &str, String)]) {
    let half = sections.len().div_ceil(2);
    paper.ensure(34.0 + 14.0 * half as f32);
    let y = paper.y - 2.0;
    paper.rule(line::RULE, 0.6, y);
    paper.y -= 8.0;
    block::heading(paper, 2, "Contents", true);
    paper.y -= 3.0;
    paper.open("TOC", String::new());
    let (left, right, top) = (paper.left, paper.right, paper.y);
    paper.right = f32::midpoint(left, right) - 14.0;
    for (key, (_, title, _)) in sections.iter().enumerate() {
        if key == half {
            (paper.left, paper.right, paper.y) = (f32::midpoint(left, right) + 14.0, right, top);
        }
        paper.promise(key, title, 9.0);
    }
    (paper.left, paper.right) = (left, right);
    paper.close();
}

/// The findings: what the page says before its form, and as many rows as are asked for.
fn listed(paper: &mut Paper, index: &Index, assessment: &Assessment, body: &str, all: bool) {
    let mut page = read(body);
    let mut tables = Vec::new();
    page.all("table", &mut tables);
    let caption =
        tables.first().and_then(|table| table.tags().find(|part| part.name == "caption")).map_or(String::new(), Tag::text);
    let mut heads = Vec::new();
    if let Some(table) = tables.first() {
        table.all("tr", &mut heads);
    }
    let head = heads.first().map(|head| head.head());
    page.kids.retain(|node| matches!(node, markup::Node::Tag(tag) if tag.name == "p" && !tag.kids.is_empty()));
    block::flow(paper, &page, false);
    let (total, most) = (assessment.findings.len(), if all { usize::MAX } else { FINDINGS });
    let count = super::html::text::count;
    if total > most {
        let said = format!(
            "<p>The first {} of {} findings are shown; {} are left out here. The reports in CSV and JSON have all.</p>",
            count(most as u64),
            count(total as u64),
            count((total - most) as u64)
        );
        block::flow(paper, &read(&said), false);
    }
    let row = |finding| {
        let mut whole = read(&findings::row(index, finding));
        let first = whole.kids.drain(..).find_map(|node| if let markup::Node::Tag(tag) = node { Some(tag) } else { None });
        first.unwrap_or_default()
    };
    table::table(paper, &caption, table::Fit::Table, head.as_ref(), &mut assessment.findings.iter().take(most).map(row));
}
