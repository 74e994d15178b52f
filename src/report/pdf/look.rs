//! How the words and marks of the HTML report look on paper: its classes as sizes, colours and signs. No meaning rests on colour alone:
//! each severity and outcome keeps its word and gets a sign of its own shape.

use super::line::{BAD, DULL, FILL, GOOD, INK, Ink, RULE, SOFT, Span, WARN, WASH, WHITE};
use super::markup::{Node, Tag};

/// A look that elements inherit.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) size: f32,
    pub(super) ink: Ink,
}

/// One bar of a chart: shares of the width, points of the height.
pub(super) struct Bar {
    pub(super) x: f32,
    pub(super) w: f32,
    pub(super) ink: Ink,
    pub(super) thin: bool,
}

/// Text or a chart that stands below what came before it.
#[derive(Default)]
pub(super) struct Para {
    pub(super) spans: Vec<Span>,
    pub(super) before: f32,
    pub(super) indent: f32,
    pub(super) bullet: bool,
    pub(super) chart: Vec<Bar>,
}

/// The colour of a bar.
pub(super) fn bar_ink(tag: &Tag) -> Ink {
    match tag.get("class") {
        "track" => RULE,
        "lost" | "r-fail" | "e-none" | "w-missing" | "w-not_shown" | "w-expired" => BAD,
        "r-not_evidenced" | "e-weak" | "w-expiring" => WARN,
        "r-pass" | "e-strong" | "w-valid" => GOOD,
        "r-error" | "e-unknown" => DULL,
        "r-manual" => [0.75, 0.83, 0.89],
        _ => FILL,
    }
}

/// The ground of a cell of the matrix, and the ink on it.
pub(super) fn ground(cell: &Tag) -> Option<(Ink, Ink)> {
    Some(match cell.get("class").get(..2)? {
        "m0" => (WASH, SOFT),
        "m1" => ([0.89, 0.93, 0.95], INK),
        "m2" => ([0.75, 0.83, 0.89], INK),
        "m3" => ([0.25, 0.44, 0.60], WHITE),
        "m4" => ([0.14, 0.29, 0.41], WHITE),
        _ => return None,
    })
}

/// The colour and tint of a verdict.
pub(super) fn verdict(tag: &Tag) -> (Ink, Ink) {
    match tag {
        tag if tag.is("v-fail") => (BAD, [0.98, 0.92, 0.92]),
        tag if tag.is("v-conditional") => (WARN, [0.99, 0.95, 0.87]),
        tag if tag.is("v-pass") => (GOOD, [0.90, 0.95, 0.93]),
        _ => (DULL, WASH),
    }
}

/// The sign before a word, and its colour.
fn sign(tag: &Tag) -> Option<(&'static str, Ink)> {
    const SIGNS: &[(&str, &str, Ink)] = &[
        ("s-critical", "◆ ", BAD),
        ("s-high", "▲ ", BAD),
        ("s-medium", "● ", WARN),
        ("s-low", "○ ", DULL),
        ("o-fail", "✕ ", BAD),
        ("o-pass", "✓ ", GOOD),
        ("o-not_evidenced", "? ", WARN),
        ("o-error", "! ", WARN),
        ("o-manual", "“ ", SOFT),
        ("o-not_applicable", "– ", SOFT),
        ("k-band", "□ ", INK),
        ("k-line", "| ", INK),
        ("t-bad", "✕ ", BAD),
        ("t-warn", "! ", WARN),
        ("t-good", "✓ ", GOOD),
        ("t-dull", "– ", SOFT),
        ("waived", "~ ", SOFT),
        ("gate", "", INK),
    ];
    SIGNS.iter().find(|row| tag.is(row.0)).map(|row| (row.1, row.2))
}

/// Text as it is added: spaces between words are one.
fn add(out: &mut [Para], text: &str, look: Look) {
    let Some(para) = out.last_mut() else { return };
    let mut words = String::with_capacity(text.len());
    let mut gap = para.spans.last().is_none_or(|span| span.text.ends_with(' '));
    for c in text.chars() {
        if c == ' ' || c == '\n' {
            if !gap {
                words.push(' ');
            }
            gap = true;
        } else {
            words.push(c);
            gap = false;
        }
    }
    if !words.is_empty() {
        para.spans.push(Span { text: words, bold: look.bold, size: look.size, ink: look.ink });
    }
}

fn fresh(out: &mut Vec<Para>, before: f32) {
    if out.last().is_none_or(|para| !para.spans.is_empty() || !para.chart.is_empty()) {
        out.push(Para { before: if out.is_empty() { 0.0 } else { before }, ..Para::default() });
    }
}

/// The bars of a chart.
fn chart(tag: &Tag) -> Vec<Bar> {
    let mut bars = Vec::new();
    tag.all("rect", &mut bars);
    let bar =
        |rect: &&Tag| Bar { x: rect.share("x"), w: rect.share("width"), ink: bar_ink(rect), thin: rect.get("height") == "2" };
    bars.iter().map(bar).collect()
}

/// What stands in an element, one below the other.
pub(super) fn paras(tag: &Tag, look: Look) -> Vec<Para> {
    let mut out = Vec::new();
    fresh(&mut out, 0.0);
    gather(&tag.kids, look, &mut out);
    out.retain(|para| !para.spans.is_empty() || !para.chart.is_empty());
    out
}

fn gather(kids: &[Node], look: Look, out: &mut Vec<Para>) {
    for kid in kids {
        let tag = match kid {
            Node::Text(text) => {
                add(out, text, look);
                continue;
            }
            Node::Tag(tag) => tag,
        };
        let mut inner = look;
        let mut block = matches!(tag.name.as_str(), "p" | "div" | "ul" | "li" | "br" | "dd" | "dt");
        match tag.name.as_str() {
            "svg" if tag.is("bar") => {
                fresh(out, 1.5);
                if let Some(para) = out.last_mut() {
                    para.chart = chart(tag);
                }
                fresh(out, 0.0);
                continue;
            }
            "svg" => continue,
            "b" | "strong" => inner.bold = true,
            _ => {}
        }
        if tag.is("more") || tag.is("place") || tag.is("found") {
            block = true;
        }
        if tag.is("more") || tag.is("clauses") || tag.is("cite") {
            inner = Look { bold: false, size: look.size * 0.93, ink: SOFT };
        }
        if tag.is("id") || tag.is("out") || tag.is("tag") {
            inner.bold = true;
        }
        if tag.is("no") || tag.is("nil") {
            inner = Look { bold: false, size: look.size * 0.9, ink: SOFT };
        }
        if tag.is("of") {
            inner = Look { bold: false, size: 9.5, ink: SOFT };
        }
        if block {
            fresh(out, 1.2);
        }
        if let Some((mark, ink)) = sign(tag) {
            inner.ink = if look.ink == WHITE { look.ink } else { ink };
            add(out, mark, inner);
        }
        gather(&tag.kids, inner, out);
        if block {
            fresh(out, 1.2);
        }
    }
}
