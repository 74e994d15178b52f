//! Policy mistakes as text: file, line, caret, what is wrong and what to do. It returns text; `cli` prints it.

use super::FileProblems;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::fmt::Write as _;

/// The most characters of a line that are shown: a policy may be one line of megabytes.
const MOST_LINE: usize = 400;
/// The most mistakes of one file that are shown.
const MOST_SHOWN: usize = 100;

/// All mistakes of all files, in colour or not.
pub fn render(files: &[FileProblems], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for file in files {
        let lines: Vec<&str> = file.text.lines().collect();
        for problem in file.problems.iter().take(MOST_SHOWN) {
            let line = lines.get(problem.line.saturating_sub(1) as usize).copied().unwrap_or("");
            if line.len() > MOST_LINE {
                let _ = writeln!(out, "error: {}\n --> {}:{}:{}", problem.message, file.file, problem.line, problem.column);
                if let Some(help) = &problem.help {
                    let _ = writeln!(out, "  = help: {help}");
                }
                out.push('\n');
                continue;
            }
            let start = byte_of(line, problem.column.saturating_sub(1) as usize);
            let end = byte_of(line, (problem.column.saturating_sub(1) + problem.width) as usize).max(start);
            let snippet = Snippet::source(line)
                .path(file.file.as_str())
                .line_start(problem.line as usize)
                .annotation(AnnotationKind::Primary.span(start..end));
            let mut group = Group::with_title(Level::ERROR.primary_title(problem.message.as_str())).element(snippet);
            if let Some(help) = &problem.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            let _ = writeln!(out, "{}\n", renderer.render(&[group]));
        }
        if file.problems.len() > MOST_SHOWN {
            let _ = writeln!(out, "{}: {} more mistakes\n", file.file, file.problems.len() - MOST_SHOWN);
        }
    }
    out
}

fn byte_of(line: &str, character: usize) -> usize {
    line.char_indices().nth(character).map_or(line.len(), |(at, _)| at)
}
