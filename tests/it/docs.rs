//! What the documents show is what the program does.

use crate::support::{DATE, root, run, spoken};

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Text between `<!-- provost:run ARGUMENTS -->` and `<!-- /provost:run -->`, with the arguments.
fn runs(text: &str) -> Vec<(Vec<String>, String)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("<!-- provost:run ") {
        let (arguments, after) = after.split_once(" -->").expect("a closed mark");
        let (shown, after) = after.split_once("<!-- /provost:run -->").expect("an end");
        let body: Vec<&str> = shown.trim().lines().filter(|line| !line.starts_with("```")).collect();
        out.push((arguments.split_whitespace().map(str::to_owned).collect(), body.join("\n")));
        rest = after;
    }
    out
}

#[test]
fn the_runs_shown_in_the_documents_are_true() {
    let mut shown = 0;
    for path in [
        "README.md",
        "policies/README.md",
        "examples/card-printer/README.md",
        "examples/good-supplier/README.md",
        "examples/foi-release/README.md",
    ] {
        for (arguments, wanted) in runs(&text(path)) {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let (_, output, errors) = spoken(&run(&arguments));
            let lines = wanted.lines().count();
            let real: Vec<&str> = output.lines().take(lines).map(str::trim_end).collect();
            let wanted: Vec<&str> = wanted.lines().map(str::trim_end).collect();
            assert_eq!(real, wanted, "{path}: {arguments:?}\n{errors}");
            shown += 1;
        }
    }
    assert!(shown >= 4, "{shown} runs are shown");
}

#[test]
fn the_walk_through_is_a_policy_that_works() {
    let walk = text("policies/README.md");
    let blocks: Vec<&str> = walk.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let joined: String = blocks.iter().filter(|block| !block.starts_with("waivers:")).copied().collect();
    assert_eq!(joined.replace("\n\n", "\n").trim(), text("policies/examples/badge-store.yaml").replace("\n\n", "\n").trim());
    let (code, out, errors) = spoken(&run(&["policy", "test", "policies/examples/badge-store.yaml"]));
    assert_eq!(code, 0, "{out}{errors}");
    let (code, _, errors) =
        spoken(&run(&["audit", "examples/card-printer", "--date", DATE, "--policy", "policies/examples/badge-store.yaml"]));
    assert_eq!(code, 1, "{errors}");
}

/// Every key of a report, but not those that are themselves data.
fn keys(value: &serde_json::Value, out: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => map.iter().for_each(|(key, value)| {
            out.insert(key.clone());
            if key != "classes" && key != "by_class" && key != "references" {
                keys(value, out);
            }
        }),
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, out)),
        _ => {}
    }
}

#[test]
fn the_report_format_is_documented_field_by_field() {
    let documented = text("docs/report-json.md");
    let (_, report) = crate::support::audit(&root().join("examples/card-printer"), &[]);
    let mut all = std::collections::BTreeSet::new();
    keys(&report, &mut all);
    assert!(all.len() > 60);
    for key in all {
        assert!(documented.contains(&format!("`{key}`")), "`{key}` is not documented");
    }
}

#[test]
fn the_readme_has_both_commands_and_the_disclaimer_on_its_first_screen() {
    let readme = text("README.md");
    for words in ["cargo run --release -- audit examples/card-printer", "cargo test", "not legal advice"] {
        assert!(readme.contains(words), "{words}");
    }
}

/// The backticked words of a text that are single words of the language: `within`, not `in: [globs]`'s rest.
fn words(text: &str) -> Vec<String> {
    let ticked = text.split('`').skip(1).step_by(2);
    let word = |word: &str| word.split(':').next().unwrap_or("").trim().to_owned();
    let plain =
        |word: &String| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    ticked
        .flat_map(|piece| if piece.contains(':') { vec![word(piece)] } else { piece.split(' ').map(word).collect() })
        .filter(plain)
        .collect()
}

#[test]
fn every_word_of_the_language_can_be_explained() {
    let language = text("policies/LANGUAGE.md");
    let mut all: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();
    for row in language.lines().filter(|line| line.starts_with("| `")) {
        // operators stand beside each other in one cell
        let first = row.split(" | ").next().unwrap_or("");
        all.extend(words(first));
    }
    let attributes = language.split("## Attributes").nth(1).and_then(|rest| rest.split("\n`exist").next()).expect("attributes");
    let named = ["path", "critical_open", "clauses", "notify_within"];
    all.extend(words(attributes).into_iter().filter(|word| !named.contains(&word.as_str())));
    for word in "pass fail not_applicable not_evidenced error manual where expect default at cel message gate degree extends \
                 tailor select thresholds parameters groups classes tests not any all none within coverage unread_encrypted age people \
                 copies encryption encryption_level"
        .split_whitespace()
    {
        all.insert(word.to_owned());
    }
    assert!(all.len() > 70, "{all:?}");
    for word in all {
        let (code, _, errors) = spoken(&run(&["explain", &word]));
        assert_eq!(code, 0, "{word}: {errors}");
    }
}

/// Pages that the program writes: what stands below their first lines is what it prints.
#[test]
fn the_pages_that_the_program_writes_are_current() {
    for (path, arguments) in
        [("docs/coverage.md", &["policy", "coverage"][..]), ("docs/configurations.md", &["explain", "products"])]
    {
        let (_, wanted, _) = spoken(&run(arguments));
        let page = text(path);
        let below = page.split_once("<!-- written by the program -->\n").expect("the mark").1;
        assert_eq!(below.trim(), wanted.trim(), "{path}: write it anew with `provost {}`", arguments.join(" "));
    }
}
