//! What a complaint may quote of a file: everything but what identifies somebody or lets in. A file that is no policy (or no waivers, no
//! defaults) may be somebody's record, given by mistake. It must not change where a character stands: carets point at columns.

use crate::audit::Words;
use crate::detect::engine::{Engine, Scratch};
use crate::detect::fingerprint::Key;
use crate::detect::mask;
use crate::model::policy::Problem;
use crate::policy::FileProblems;

/// The detectors, for the one complaint that a command ends with.
pub(crate) struct Quotes(Option<(Engine, Scratch)>);

impl Quotes {
    pub(crate) fn new() -> Self {
        let classes = crate::policy::builtin_classes(&Words::default().vocabulary()).unwrap_or_default();
        // nothing is compared by its mark here
        let engine = Engine::trusting(&classes, Key::from_text("quotations of a complaint"), classes.len());
        Self(engine.ok().map(|engine| {
            let scratch = engine.scratch();
            (engine, scratch)
        }))
    }

    /// A line of a file, character for character.
    pub(crate) fn line(&mut self, text: &str) -> String {
        match &mut self.0 {
            Some((engine, scratch)) => mask::quoted(engine, scratch, text),
            None => mask::shape(text),
        }
    }

    /// A sentence of ours, with what stands in it between backticks or quotes.
    pub(crate) fn message(&mut self, text: &str) -> String {
        let text = without_values(text);
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, mark, after)) = rest.find(['`', '"']).and_then(|at| {
            let (before, from) = rest.split_at(at);
            let mark = from.chars().next()?;
            Some((before, mark, from.get(1..)?))
        }) {
            out.push_str(before);
            out.push(mark);
            let (inside, behind) = after.split_once(mark).map_or((after, None), |row| (row.0, Some(row.1)));
            out.push_str(&self.line(inside));
            rest = behind.unwrap_or("");
            if behind.is_some() {
                out.push(mark);
            }
        }
        out.push_str(rest);
        out
    }

    /// Mistakes of files with their lines.
    pub(crate) fn problems(&mut self, files: &[FileProblems]) -> Vec<FileProblems> {
        let mut file = |file: &FileProblems| {
            let shown: std::collections::BTreeSet<usize> =
                file.problems.iter().map(|problem| (problem.line as usize).saturating_sub(1)).collect();
            let lines = file.text.split('\n').enumerate();
            // the others are not shown
            let lines = lines.map(|(at, line)| if shown.contains(&at) { self.line(line) } else { String::new() });
            let text = lines.collect::<Vec<_>>().join("\n").into();
            let problems = file.problems.iter().map(|problem| Problem {
                message: self.message(&problem.message),
                help: problem.help.as_deref().map(|help| self.message(help)),
                ..problem.clone()
            });
            FileProblems { file: file.file.clone(), text, problems: problems.collect() }
        };
        files.iter().map(&mut file).collect()
    }
}

/// Readers of data say which value they did not expect: of a text it may be the whole file.
fn without_values(text: &str) -> String {
    let Some((before, after)) = text.split_once(": string \"") else { return text.to_owned() };
    match after.rsplit_once("\", expected ") {
        Some((_, expected)) => format!("{before}: a text, expected {expected}"),
        None => format!("{before}: a text"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_policies_stay_and_what_is_somebodys_does_not() {
        let mut quotes = Quotes::new();
        for plain in [
            "policy: uk-police-card-printing",
            "  - id: PUB-HID-1",
            "    check: {file: {glob: \"**/*.csv\"}, expect: {count: 0}}",
            "title: Cards of a force, 2026",
            "provost: 1",
        ] {
            assert_eq!(quotes.line(plain), plain);
        }
        let shown = quotes.line("title: NI number AB 12 34 57 D of ada.okonkwo@example.org");
        assert_eq!(shown, "title: NI number AA 99 99 99 A of aaa.aaaaaaa@aaaaaaa.aaa");
        assert_eq!(quotes.message("unknown key `NHS 943 476 5919` in a policy"), "unknown key `NHS 999 999 9999` in a policy");
        assert_eq!(
            quotes.message("invalid type: string \"PC Ada Okonkwo\\nborn in May\", expected struct WaiverFile"),
            "invalid type: a text, expected struct WaiverFile"
        );
    }

    #[test]
    fn columns_stay_where_they_are() {
        let mut quotes = Quotes::new();
        let line = "name: Zoë Okonkwo-Böhm, NI AB123457D, ok";
        let shown = quotes.line(line);
        assert_eq!(shown.chars().count(), line.chars().count());
        assert!(shown.ends_with(", ok") && !shown.contains("Okonkwo") && !shown.contains("123457"), "{shown}");
    }
}
