//! Tables: widths of columns from what stands in them, rows that stay whole, heads that repeat on every page.

use super::line::{INK, Ink, Line, RULE, SOFT, Span, measure, set};
use super::look::{Bar, Look, Para, ground, paras};
use super::markup::Tag;
use super::page::Paper;

/// Size of the text, space between columns, space above and below a row.
const SIZE: f32 = 7.4;
const GAP: f32 = 7.0;
const PAD: f32 = 3.0;
const LEAD: f32 = 1.27;
/// Rows by which the widths are found.
const LOOKED_AT: usize = 200;

/// How a table is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Columns as wide as what stands in them asks for.
    Table,
    /// Columns of one width, close together: pairs of kinds of data.
    Matrix,
}

/// The shape of a table that is being drawn.
struct Shape {
    widths: Vec<f32>,
    gap: f32,
    fit: Fit,
}

/// A piece of a cell, one below the other.
enum Piece {
    Line { spans: Vec<Span>, line: Line, indent: f32 },
    Chart(Vec<Bar>),
}

struct Cell {
    pieces: std::collections::VecDeque<(f32, Piece)>,
    head: Option<&'static str>,
    right: bool,
    ground: Option<Ink>,
}

impl Cell {
    fn high(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.0).sum()
    }
}

fn look(cell: &Tag, column_head: bool, total: bool, fit: Fit) -> Look {
    let ink = ground(cell).map_or(if column_head { SOFT } else { INK }, |pair| pair.1);
    let narrow = column_head && fit == Fit::Matrix;
    Look { bold: column_head && !narrow || total || cell.is("own"), size: if narrow { 5.3 } else { SIZE }, ink }
}

/// The widths of columns for what stands in the first rows.
fn widths(paper: &mut Paper, rows: &[&Tag], all: f32) -> Vec<f32> {
    let mut sizes: Vec<(f32, f32)> = Vec::new();
    for row in rows {
        for (at, cell) in row.tags().enumerate() {
            if sizes.len() <= at {
                sizes.push((12.0, 12.0));
            }
            let Some(size) = sizes.get_mut(at) else { continue };
            if cell.is("draw") {
                *size = (size.0.max(60.0), size.1.max(130.0));
            }
            for para in paras(cell, look(cell, row.get("data-head") == "1", row.is("total"), Fit::Table)) {
                let (whole, longest) = measure(&mut paper.fonts, &para.spans);
                let (whole, longest) = (whole + 1.0, longest + 1.0);
                let kept = if cell.is("n") && cell.name == "td" || cell.is("day") { whole } else { longest };
                *size = (size.0.max(kept.min(all * 0.3)), size.1.max(whole.min(900.0)));
            }
        }
    }
    let room = all - GAP * (sizes.len().saturating_sub(1)) as f32;
    let (least, most) = sizes.iter().fold((0.0, 0.0), |sum, size| (sum.0 + size.0, sum.1 + size.1));
    if most <= room {
        let more = (room - most) / most.max(1.0);
        return sizes.iter().map(|size| size.1 * (1.0 + more)).collect();
    }
    if least >= room {
        // the widest give way first: a column of numbers keeps them whole
        let (mut low, mut high) = (0.0, all);
        for _ in 0..24 {
            let middle = f32::midpoint(low, high);
            let sum: f32 = sizes.iter().map(|size| size.0.min(middle)).sum();
            if sum > room { high = middle } else { low = middle }
        }
        return sizes.iter().map(|size| size.0.min(low.max(1.0))).collect();
    }
    let wish = |size: &(f32, f32)| (size.1 - size.0).max(0.0).sqrt();
    let wishes: f32 = sizes.iter().map(wish).sum();
    sizes.iter().map(|size| size.0 + (room - least) * wish(size) / wishes.max(0.01)).collect()
}

fn cells(paper: &mut Paper, row: &Tag, shape: &Shape) -> Vec<Cell> {
    let column_head = row.get("data-head") == "1";
    let mut out = Vec::with_capacity(shape.widths.len());
    for (cell, width) in row.tags().zip(&shape.widths) {
        let mut pieces = std::collections::VecDeque::new();
        for para in paras(cell, look(cell, column_head, row.is("total"), shape.fit)) {
            let Para { spans, before, bullet, chart, .. } = para;
            if !chart.is_empty() {
                pieces.push_back((9.0, Piece::Chart(chart)));
                continue;
            }
            let indent = if bullet { 8.0 } else { 0.0 };
            for (at, line) in set(&mut paper.fonts, &spans, width - indent).into_iter().enumerate() {
                let high = line.size * LEAD + if at == 0 { before } else { 0.0 };
                pieces.push_back((high, Piece::Line { spans: spans.clone(), line, indent }));
            }
        }
        let scope = if column_head { "Column" } else { "Row" };
        out.push(Cell {
            pieces,
            head: (cell.name == "th").then_some(scope),
            right: cell.is("n") || ground(cell).is_some(),
            ground: ground(cell).map(|pair| pair.0),
        });
    }
    out
}

/// Draws one row, as an element of the tree or for the eye alone.
fn draw(paper: &mut Paper, row: Vec<Cell>, shape: &Shape, artifact: bool, rule: (Ink, f32)) {
    let high = row.iter().map(Cell::high).fold(0.0, f32::max) + PAD * 2.0;
    let (top, gap, widths) = (paper.y, shape.gap, &shape.widths);
    let mut x = paper.left;
    if row.iter().any(|cell| cell.ground.is_some()) {
        paper.begin_artifact();
        for (cell, width) in row.iter().zip(widths) {
            if let Some(ink) = cell.ground {
                paper.fill(ink, x - gap / 2.0 + 0.5, top - high + 0.5, width + gap - 1.0, high - 1.0);
            }
            x += width + gap;
        }
        paper.end();
        x = paper.left;
    }
    if !artifact {
        paper.open("TR", String::new());
    }
    for (cell, width) in row.into_iter().zip(widths) {
        if !artifact {
            match cell.head {
                Some(scope) => paper.open("TH", format!("/A << /O /Table /Scope /{scope} >>")),
                None => paper.open("TD", String::new()),
            }
        }
        let mut y = top - PAD;
        let mut marked = false;
        for (tall, piece) in cell.pieces {
            y -= tall;
            match piece {
                Piece::Line { spans, line, indent } => {
                    if !marked && artifact {
                        paper.begin_again();
                    } else if !marked {
                        paper.begin();
                    }
                    marked = true;
                    let shift = if cell.right { (width - line.width).max(0.0) } else { indent };
                    let base = y + line.size * 0.27;
                    paper.line(&line, &spans, x + shift, base);
                }
                Piece::Chart(bars) => {
                    if marked {
                        paper.end();
                        marked = false;
                    }
                    super::block::bars(paper, &bars, x, y + 1.0, *width);
                }
            }
        }
        if marked {
            paper.end();
        }
        if !artifact {
            paper.close();
        }
        x += width + gap;
    }
    if !artifact {
        paper.close();
    }
    paper.y = top - high;
    let y = paper.y;
    paper.rule(rule.0, rule.1, y);
}

/// Takes from every cell what fits; the rest stays in the row.
fn part(row: &mut [Cell], room: f32) -> Vec<Cell> {
    row.iter_mut()
        .map(|cell| {
            let mut taken = std::collections::VecDeque::new();
            let mut high = 0.0;
            while let Some(piece) = cell.pieces.pop_front() {
                if high + piece.0 > room && high > 0.0 {
                    cell.pieces.push_front(piece);
                    break;
                }
                high += piece.0;
                taken.push_back(piece);
            }
            Cell { pieces: taken, head: cell.head, right: cell.right, ground: cell.ground }
        })
        .collect()
}

/// Draws a table: its caption, its heads, and rows as they come.
pub(super) fn table(paper: &mut Paper, caption: &str, fit: Fit, head: Option<&Tag>, rows: &mut dyn Iterator<Item = Tag>) {
    let first: Vec<Tag> = rows.take(LOOKED_AT).collect();
    if first.is_empty() {
        return;
    }
    let looked: Vec<&Tag> = head.into_iter().chain(&first).collect();
    let all = paper.right - paper.left;
    let shape = match fit {
        Fit::Table => Shape { widths: widths(paper, &looked, all), gap: GAP, fit },
        Fit::Matrix => {
            let columns = head.map_or(1, |head| head.tags().count()).max(2);
            let each = (all - 66.0) / (columns - 1) as f32 - 2.0;
            let widths = (0..columns).map(|at| if at == 0 { 66.0 } else { each }).collect();
            Shape { widths, gap: 2.0, fit }
        }
    };
    paper.ensure(70.0);
    paper.open("Table", String::new());
    if !caption.is_empty() {
        paper.open("Caption", String::new());
        super::block::text(paper, &[Span { bold: true, ..Span::new(caption, 8.2, INK) }], 0.0);
        paper.close();
        paper.y -= 2.0;
    }
    if let Some(head) = head {
        paper.open("THead", String::new());
        let row = cells(paper, head, &shape);
        draw(paper, row, &shape, false, (INK, 0.9));
        paper.close();
    }
    paper.open("TBody", String::new());
    let whole = Paper::page_room() - 80.0;
    for row in first.into_iter().chain(rows) {
        let rule = if row.is("total") { (INK, 0.9) } else { (RULE, 0.4) };
        let mut left = cells(paper, &row, &shape);
        loop {
            let high = left.iter().map(Cell::high).fold(0.0, f32::max) + PAD * 2.0;
            if high > paper.room() {
                paper.turn();
                if let Some(head) = head {
                    let again = cells(paper, head, &shape);
                    draw(paper, again, &shape, true, (INK, 0.9));
                }
            }
            let room = whole.min(paper.room() - PAD * 2.0).max(30.0);
            let fits = part(&mut left, room);
            draw(paper, fits, &shape, false, rule);
            if left.iter().all(|cell| cell.pieces.is_empty()) {
                break;
            }
        }
    }
    paper.close();
    paper.close();
    paper.y -= 10.0;
}
