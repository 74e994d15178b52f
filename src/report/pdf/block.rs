//! Sections onto paper: headings, paragraphs, lists, boxes, drawings. What stands in them comes from the HTML report.

use super::line::{FILL, INK, RULE, SOFT, Span, WHITE, set};
use super::look::{Bar, Look, Para, paras, verdict};
use super::markup::{Node, Tag};
use super::page::Paper;
use super::table::{self, Fit};

/// Size of running text.
const SIZE: f32 = 9.0;
const LEAD: f32 = 1.32;

/// Lines below one another inside the open element, over pages if need be.
pub(super) fn text(paper: &mut Paper, spans: &[Span], indent: f32) {
    let width = paper.right - paper.left - indent;
    let lines = set(&mut paper.fonts, spans, width);
    let mut open = false;
    for line in lines {
        let high = line.size * LEAD;
        if paper.room() < high {
            if open {
                paper.end();
            }
            open = false;
            paper.turn();
        }
        if !open {
            paper.begin();
            open = true;
        }
        paper.y -= high;
        let (x, y) = (paper.left + indent, paper.y + line.size * 0.3);
        paper.line(&line, spans, x, y);
    }
    if open {
        paper.end();
    }
}

/// The bars of a chart, for the eye alone: the numbers stand beside it.
pub(super) fn bars(paper: &mut Paper, bars: &[Bar], x: f32, y: f32, width: f32) {
    paper.begin_artifact();
    for bar in bars {
        let (low, high) = if bar.thin { (2.5, 1.0) } else { (0.0, 6.0) };
        let wide = (bar.w * width).min(width - bar.x * width).max(0.3);
        if bar.w > 0.0 {
            paper.fill(bar.ink, x + bar.x * width, y + low, wide, high);
        }
    }
    paper.end();
}

fn put(paper: &mut Paper, paras: &[Para]) {
    for para in paras {
        paper.y -= para.before;
        if para.chart.is_empty() {
            text(paper, &para.spans, para.indent);
        } else {
            paper.ensure(10.0);
            paper.y -= 7.0;
            let (x, y, width) = (paper.left, paper.y, paper.right - paper.left);
            bars(paper, &para.chart, x, y, width);
            paper.y -= 3.0;
        }
    }
}

fn look(tag: &Tag) -> Look {
    let (bold, size, ink) = match tag {
        tag if tag.is("big") => (true, 20.0, INK),
        tag if tag.is("lead") => (false, 11.0, INK),
        tag if tag.is("kind") => (true, 8.0, SOFT),
        tag if tag.is("sub") => (false, 9.5, INK),
        tag if tag.is("handle") => (false, 7.8, SOFT),
        tag if tag.is("rest") || tag.is("more") => (false, 7.8, SOFT),
        tag if tag.is("why") => (false, 8.4, INK),
        tag if tag.name == "footer" => (false, 8.0, SOFT),
        _ => (false, SIZE, INK),
    };
    Look { bold, size, ink }
}

/// A heading of a level; `small` is one inside the first page.
pub(super) fn heading(paper: &mut Paper, level: usize, words: &str, small: bool) {
    let (role, size, before) = match (level, small) {
        (1, _) => ("H1", 19.0, 0.0),
        (2, false) => ("H2", 14.5, 12.0),
        (2, true) => ("H2", 9.0, 3.0),
        (3, false) => ("H3", 10.5, 8.0),
        (3, true) => ("H3", 9.0, 1.0),
        _ => ("H4", 8.6, 5.0),
    };
    if !small && level > 1 {
        paper.ensure(84.0);
    }
    paper.y -= before;
    paper.open(role, String::new());
    let ink = if small { SOFT } else { INK };
    text(paper, &[Span { bold: true, ..Span::new(words.trim(), size, ink) }], 0.0);
    paper.close();
    paper.y -= if small { 0.0 } else { 3.5 };
}

fn paragraph(paper: &mut Paper, tag: &Tag) {
    let look = look(tag);
    let paras = paras(tag, look);
    if paras.is_empty() {
        return;
    }
    paper.open("P", String::new());
    put(paper, &paras);
    paper.close();
    paper.y -= if tag.is("big") || tag.is("kind") || tag.is("sub") { 2.0 } else { 4.5 };
}

fn list(paper: &mut Paper, tag: &Tag) {
    if tag.kids.is_empty() {
        return;
    }
    let bullets = !(tag.is("facts") || tag.is("bars") || tag.is("sets"));
    let indent = if bullets { 10.0 } else { 0.0 };
    let look = look(tag);
    paper.open("L", if bullets { "/A << /O /List /ListNumbering /Disc >>".to_owned() } else { String::new() });
    for item in tag.tags() {
        let paras = paras(item, look);
        if paras.is_empty() {
            continue;
        }
        paper.ensure(look.size * LEAD);
        paper.open("LI", String::new());
        if bullets {
            let y = paper.y;
            paper.open("Lbl", String::new());
            text(paper, &[Span::new("•", look.size, look.ink)], 2.0);
            paper.close();
            paper.y = y;
        }
        paper.open("LBody", String::new());
        let left = paper.left;
        paper.left = left + indent;
        put(paper, &paras);
        paper.left = left;
        paper.close();
        paper.close();
        paper.y -= 1.2;
    }
    paper.close();
    paper.y -= 4.0;
}

/// Elements side by side, if they end on the page on which they begin.
fn columns(paper: &mut Paper, parts: &[(&Tag, f32)], small: bool) {
    let (left, right, page, top) = (paper.left, paper.right, paper.page(), paper.y);
    let (mut at, mut low) = (left, top);
    for (tag, share) in parts {
        let wide = (right - left) * share;
        if paper.page() == page {
            (paper.left, paper.right, paper.y) =
                (at, at + wide - if *share < 1.0 && at + wide < right - 1.0 { 22.0 } else { 0.0 }, top);
            at += wide;
        } else {
            (paper.left, paper.right) = (left, right);
        }
        flow(paper, tag, small);
        low = if paper.page() == page { low.min(paper.y) } else { paper.y };
    }
    (paper.left, paper.right, paper.y) = (left, right, low);
}

fn first_page(paper: &mut Paper, tag: &Tag) {
    let parts: Vec<&Tag> = tag.tags().collect();
    let (people, panels): (Vec<&Tag>, Vec<&Tag>) = parts.into_iter().partition(|tag| tag.is("people"));
    let share = 1.0 / panels.len().max(1) as f32;
    columns(paper, &panels.iter().map(|tag| (*tag, share)).collect::<Vec<_>>(), true);
    for tag in people {
        paper.y -= 4.0;
        let y = paper.y;
        paper.rule(RULE, 0.6, y);
        paper.y -= 5.0;
        let (halves, others): (Vec<&Tag>, Vec<&Tag>) = tag.tags().partition(|tag| tag.name == "div");
        for other in others {
            heading(paper, 2, &other.text(), true);
        }
        let shares = if halves.len() > 1 { [0.26, 0.74] } else { [1.0, 1.0] };
        columns(paper, &halves.into_iter().zip(shares).collect::<Vec<_>>(), true);
    }
}

fn boxed(paper: &mut Paper, tag: &Tag) {
    let (ink, tint) = verdict(tag);
    let (layer, page, top, left, right) = (paper.layer(), paper.page(), paper.y, paper.left, paper.right);
    paper.y -= 9.0;
    (paper.left, paper.right) = (left + 16.0, right - 10.0);
    for part in tag.tags() {
        if part.name == "h2" {
            paper.open("H2", String::new());
            text(paper, &[Span { bold: true, ..Span::new(part.text().trim(), 19.0, ink) }], 0.0);
            paper.close();
            paper.y -= 3.0;
        } else if part.name == "ul" {
            list(paper, part);
        } else {
            paragraph(paper, part);
        }
    }
    (paper.left, paper.right) = (left, right);
    paper.y -= 2.0;
    if paper.page() == page {
        let (y, high) = (paper.y, top - paper.y);
        paper.below(layer, ink, left, y, 5.0, high);
        paper.below(layer, tint, left, y, right - left, high);
    }
    paper.y -= 9.0;
}

/// The score on its scale.
fn scale(paper: &mut Paper, tag: &Tag, said: &str) {
    paper.ensure(30.0);
    paper.y -= 24.0;
    let (x, y, width) = (paper.left, paper.y, paper.right - paper.left);
    let alt = super::file::string(&format!("The score on a scale from nothing to all: {}", said.trim()));
    let bounds = [x, y - 2.0, x + width, y + 20.0].map(super::file::number).join(" ");
    paper.open("Figure", format!("/Alt {alt} /A << /O /Layout /BBox [{bounds}] /Placement /Block >>"));
    paper.begin();
    let mut parts = Vec::new();
    tag.all("rect", &mut parts);
    for part in parts {
        let (from, wide) = (x + part.share("x") * width, part.share("width") * width);
        match part.get("class") {
            "track" => paper.fill(RULE, x, y + 4.0, width, 9.0),
            "band" => paper.frame(INK, 1.3, from, y + 1.5, wide.max(1.0), 14.0),
            _ => paper.fill(FILL, from, y + 4.0, wide, 9.0),
        }
    }
    let mut lines = Vec::new();
    tag.all("line", &mut lines);
    for line in lines {
        paper.fill(INK, x + line.share("x1") * width - 0.9, y - 2.0, 1.8, 21.0);
    }
    paper.end();
    paper.close();
    paper.y -= 5.0;
}

/// The files as boxes.
fn treemap(paper: &mut Paper, tag: &Tag) {
    for caption in tag.tags().filter(|part| part.name == "figcaption") {
        paper.ensure(190.0);
        paragraph(paper, caption);
    }
    let high = 150.0;
    for svg in tag.tags().filter(|part| part.name == "svg") {
        paper.ensure(high + 10.0);
        paper.y -= high;
        let (left, low, width) = (paper.left, paper.y, paper.right - paper.left);
        let bounds = [left, low, left + width, low + high].map(super::file::number).join(" ");
        let alt = super::file::string(svg.get("aria-label"));
        paper.open("Figure", format!("/Alt {alt} /A << /O /Layout /BBox [{bounds}] /Placement /Block >>"));
        paper.begin();
        for cell in svg.tags().filter(|part| part.name == "svg") {
            let (w, h) = (cell.share("width") * width, cell.share("height") * high);
            let (x, y) = (left + cell.share("x") * width, low + high - cell.share("y") * high - h);
            paper.fill([0.75, 0.83, 0.89], x, y, w, h);
            if cell.tags().any(|part| part.is("strong")) {
                let mut along = 5.0;
                while along < w + h {
                    let (ax, ay) = (x + (along - h).max(0.0), y + along.min(h));
                    let (bx, by) = (x + along.min(w), y + (along - w).max(0.0));
                    paper.stroke(SOFT, 0.5, ax, ay, bx, by);
                    along += 5.0;
                }
            }
            paper.frame(WHITE, 1.2, x, y, w, h);
            if w < 46.0 || h < 20.0 {
                continue;
            }
            let mut base = y + h - 10.0;
            for label in cell.tags().filter(|part| part.name == "text") {
                let spans = [Span { bold: label.is("people"), ..Span::new(label.text().trim(), 6.5, INK) }];
                if let Some(line) = set(&mut paper.fonts, &spans, w - 8.0).first() {
                    paper.line(line, &spans, x + 4.0, base);
                }
                base -= 8.5;
            }
        }
        paper.end();
        paper.close();
        paper.y -= 12.0;
    }
}

fn grid(paper: &mut Paper, tag: &Tag) {
    let caption = tag.tags().find(|part| part.name == "caption").map_or(String::new(), Tag::text);
    let mut rows = Vec::new();
    tag.all("tr", &mut rows);
    let heads = tag.tags().find(|part| part.name == "thead").map_or(0, |head| head.tags().count());
    let head = rows.first().filter(|_| heads > 0).map(|row| row.head());
    let fit = if tag.is("matrix") { Fit::Matrix } else { Fit::Table };
    table::table(paper, &caption, fit, head.as_ref(), &mut rows.into_iter().skip(heads).map(Tag::again));
}

fn pairs(paper: &mut Paper, tag: &Tag) {
    let rows = tag.tags().map(Tag::pair).collect::<Vec<_>>();
    table::table(paper, "", Fit::Table, None, &mut rows.into_iter());
}

/// Sets everything that stands in an element.
pub(super) fn flow(paper: &mut Paper, tag: &Tag, small: bool) {
    let mut said = String::new();
    for node in &tag.kids {
        let part = match node {
            Node::Text(text) if text.trim().is_empty() => continue,
            Node::Text(text) => {
                let span = Span::new(text.trim(), SIZE, INK);
                paper.open("P", String::new());
                self::text(paper, &[span], 0.0);
                paper.close();
                continue;
            }
            Node::Tag(part) => part,
        };
        match part.name.as_str() {
            "h1" => heading(paper, 1, &part.text(), false),
            "h2" => heading(paper, 2, &part.text(), small),
            "h3" => heading(paper, 3, &part.text(), small),
            "h4" => heading(paper, 4, &part.text(), false),
            "summary" => match part.tags().find(|inner| inner.name == "h3") {
                Some(title) => {
                    heading(paper, 3, &title.text(), false);
                    for more in part.tags().filter(|inner| inner.name != "h3") {
                        paragraph(paper, more);
                    }
                }
                None => heading(paper, 3, &part.text(), false),
            },
            "p" | "span" => {
                if part.is("big") {
                    said = part.text();
                }
                paragraph(paper, part);
            }
            "ul" | "ol" => list(paper, part),
            "table" => grid(paper, part),
            "dl" => pairs(paper, part),
            "figure" => treemap(paper, part),
            "svg" => scale(paper, part, &said),
            _ if part.is("verdict") => boxed(paper, part),
            _ if part.is("first") => first_page(paper, part),
            _ => flow(paper, part, small),
        }
    }
}
