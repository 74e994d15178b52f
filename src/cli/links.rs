//! Places in a report as links that a terminal can follow (OSC 8), where the terminal says that it knows them. Never in a pipe or a file.

use crate::model::assessment::Assessment;
use std::collections::HashMap;
use std::path::Path;

/// Whether this terminal follows links, by what it says of itself.
pub(super) fn known() -> bool {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let program = variable("TERM_PROGRAM");
    let term = variable("TERM");
    let vte = variable("VTE_VERSION").parse::<u32>().is_ok_and(|version| version >= 5_000);
    vte || ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"].contains(&program.as_str())
        || ["xterm-kitty", "foot", "alacritty", "xterm-ghostty"].contains(&term.as_str())
        || !variable("KONSOLE_VERSION").is_empty()
        || !variable("WT_SESSION").is_empty()
        || !variable("DOMTERM").is_empty()
}

/// The text of a report with links at the places of findings. A path that is a shape leads nowhere and gets none; a member of an archive
/// leads to the archive.
pub(super) fn linked(text: &str, assessment: &Assessment, target: &Path) -> String {
    let Ok(root) = std::fs::canonicalize(target) else { return text.to_owned() };
    let single = root.is_file();
    let mut places: HashMap<String, String> = HashMap::new();
    for finding in assessment.findings.iter().filter(|finding| !finding.ambiguous && !finding.location.artifact.is_empty()) {
        let path = finding.location.artifact.split("!/").next().unwrap_or("");
        let file = if single { root.clone() } else { root.join(path) };
        places.entry(crate::detect::mask::clean(&finding.location.to_string())).or_insert_with(|| address(&file));
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        // `    path:line:column: what was found`
        let mut ends = line.rmatch_indices(": ").map(|(at, _)| at).filter(|at| *at > start);
        let hit = ends.find_map(|end| places.get(line.get(start..end)?).map(|address| (end, address)));
        match hit.filter(|_| start == 4) {
            Some((end, address)) => {
                let (place, rest) = (line.get(start..end).unwrap_or(""), line.get(end..).unwrap_or(""));
                out.push_str(&format!("    \u{1b}]8;;{address}\u{1b}\\{place}\u{1b}]8;;\u{1b}\\{rest}"));
            }
            None => out.push_str(line),
        }
    }
    out
}

/// A file's address: what is no plain sign is written by its number.
fn address(path: &Path) -> String {
    let parts: Vec<String> = path.to_string_lossy().split('/').map(crate::report::encode).collect();
    format!("file://{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::address;
    use std::path::Path;

    #[test]
    fn an_address_holds_no_sign_of_a_terminal() {
        assert_eq!(address(Path::new("/a b/\u{1b}]é.csv")), "file:///a%20b/%1B%5D%C3%A9.csv");
    }
}
