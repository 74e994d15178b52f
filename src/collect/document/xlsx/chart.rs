//! Charts keep the values they were drawn from. Where those come from a sheet that can be seen, they are what the chart shows; where the
//! sheet is hidden, gone or in another file, the cache is a copy of what nobody sees.

use super::super::Work;
use super::lines::Lines;
use super::package::Package;
use super::xml::Tag;

/// Text of one value or paragraph.
const MOST_TEXT: usize = 1 << 20;

/// The charts of a workbook.
pub(crate) struct Charts<'a, 's> {
    shown: Lines<'a>,
    unseen: Lines<'a>,
    /// Names of hidden sheets.
    sheets: &'s [String],
}

impl<'a, 's> Charts<'a, 's> {
    /// Begins; `sheets` are the names of those that are hidden.
    pub(crate) fn new(work: &Work<'a>, sheets: &'s [String]) -> Self {
        Self { shown: Lines::new(work, "charts", None), unseen: Lines::new(work, "chart caches", Some("chart cache")), sheets }
    }

    /// One chart.
    pub(crate) fn add(&mut self, work: &mut Work<'_>, package: &mut Package, path: &str) {
        let (mut text, mut formula) = (String::new(), String::new());
        let (mut taking, mut cache, mut source) = (false, 0_usize, false);
        package.xml(work, path, "a chart", &mut |tag| match tag {
            Tag::Open("f", _) => {
                formula.clear();
                source = true;
            }
            Tag::Close("f") => source = false,
            Tag::Open("strCache" | "numCache" | "multiLvlStrCache", _) => cache += 1,
            Tag::Close("strCache" | "numCache" | "multiLvlStrCache") => cache = cache.saturating_sub(1),
            // the cached values of the newer kinds of chart
            Tag::Open("lvl", _) => cache += 1,
            Tag::Close("lvl") => cache = cache.saturating_sub(1),
            Tag::Open("v" | "p" | "pt", _) => {
                taking = true;
                text.clear();
            }
            Tag::Text(piece) if source && formula.len() < MOST_TEXT => formula.push_str(piece),
            Tag::Text(piece) if taking && text.len() < MOST_TEXT => text.push_str(piece),
            Tag::Close("v" | "p" | "pt") if taking => {
                taking = false;
                let text = std::mem::take(&mut text);
                if !text.trim().is_empty() {
                    let lines = if cache > 0 && is_unseen(&formula, self.sheets) { &mut self.unseen } else { &mut self.shown };
                    lines.line(text.trim());
                    lines.line("");
                }
            }
            _ => {}
        });
    }

    /// Ends.
    pub(crate) fn finish(self, work: &mut Work<'_>) {
        self.shown.finish(work, false);
        self.unseen.finish(work, false);
    }
}

/// Whether a formula leads to cells that nobody sees: `'[1]Staff'!$A$1`, `#REF!`, a hidden sheet.
fn is_unseen(formula: &str, sheets: &[String]) -> bool {
    let sheet = formula.rsplit_once('!').map_or("", |(sheet, _)| sheet.trim_start_matches('(').trim_matches('\''));
    formula.contains("#REF!")
        || sheet.contains('[')
        || (!sheet.is_empty() && sheets.iter().any(|name| name.replace('\'', "''").eq_ignore_ascii_case(sheet)))
}

#[cfg(test)]
mod tests {
    use super::is_unseen;

    #[test]
    fn where_a_series_comes_from() {
        let hidden = ["Old staff".to_owned()];
        assert!(is_unseen("'Old staff'!$A$2:$A$9", &hidden));
        assert!(is_unseen("'[1]List'!$A$2", &hidden) && is_unseen("[2]List!$A$2", &[]) && is_unseen("#REF!", &[]));
        assert!(!is_unseen("Answer!$A$2", &hidden) && !is_unseen("", &hidden));
    }
}
