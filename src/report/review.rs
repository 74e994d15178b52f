//! Differences, comparisons and histories as text for a terminal, and as cells for a sheet. It opens nothing and asks no clock.

use super::terminal::{guarded, lines, table, title, wrap};
use super::{Style, text};
use crate::detect::mask::clean;
use provost_review::compare::Comparison;
use provost_review::diff::{Changed, Diff, Status};
use provost_review::history::History;
use provost_review::retest::{Became, Retest};
use std::fmt::Write as _;

/// Findings of one kind that are shown unless everything is asked for.
const SHOWN: usize = 20;

fn verdict_word(verdict: crate::model::assessment::Verdict) -> String {
    text::verdict(verdict).to_uppercase()
}

fn points(value: f64) -> String {
    format!("{value:+.1}")
}

fn score(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.0} %", value * 100.0))
}

/// A difference.
pub fn difference(diff: &Diff, style: Style) -> String {
    let mut out = String::new();
    let (old, new) = (&diff.old, &diff.new);
    let _ = writeln!(out, "{} ({}) against {} ({})", clean(&new.target), new.date, clean(&old.target), old.date);
    let _ = writeln!(
        out,
        "\n{} -> {}   score {} -> {}   people {} -> {}",
        verdict_word(old.verdict),
        verdict_word(new.verdict),
        score(old.score),
        score(new.score),
        old.people,
        new.people
    );
    if let Some(change) = diff
        .score
        .as_ref()
        .filter(|change| [change.total, change.policy, change.evidence, change.waivers].iter().any(|part| part.abs() >= 0.05))
    {
        let parts = format!(
            "Change of the score {}: by the policy {}, by what was delivered {}, by waivers {}.",
            points(change.total),
            points(change.policy),
            points(change.evidence),
            points(change.waivers)
        );
        out.push_str(&wrap(&parts, style, ""));
        out.push('\n');
    }
    for remark in &diff.remarks {
        out.push_str(&wrap(&clean(remark), style, ""));
        out.push('\n');
    }
    let count = |status: Status| diff.count.get(status.name()).copied().unwrap_or(0);
    let of = |status: Status| format!("{} {}", count(status), status.name());
    let rare = |status: &&Status| !matches!(status, Status::Unseen | Status::NotAsked) || count(**status) > 0;
    let all = Status::ALL.iter().filter(rare).map(|status| of(*status).replace('_', " ")).collect::<Vec<_>>().join(", ");
    let age = diff.mean_age_days.map_or(String::new(), |days| format!("; open ones are at least {days:.0} days old on average"));
    out.push_str(&wrap(&format!("Findings: {all}{age}."), style, ""));
    out.push('\n');
    for status in Status::ALL.into_iter().filter(|status| *status != Status::Unchanged) {
        let rows: Vec<&Changed> = diff.findings.iter().filter(|row| row.status == status).collect();
        if rows.is_empty() {
            continue;
        }
        title(&mut out, &format!("{} ({})", capital(&status.name().replace('_', " ")), rows.len()), style);
        let shown = if style.all { rows.len() } else { SHOWN };
        for row in rows.iter().take(shown) {
            let finding = &row.finding;
            let waived = if finding.waived { " (waived)" } else { "" };
            let place = clean(&finding.location.to_string());
            let _ = writeln!(out, "{} {}{waived}  {place}", finding.severity.name(), clean(&finding.control));
            let before = row.people_before.map_or(String::new(), |before| match before {
                1 => " (before: 1 person)".to_owned(),
                before => format!(" (before: {before} people)"),
            });
            out.push_str(&wrap(&format!("{}{before}", clean(&finding.found)), style, "    "));
            out.push('\n');
        }
        if rows.len() > shown {
            let _ = writeln!(out, "  ... and {} more; --all shows them", rows.len() - shown);
        }
    }
    let assumed: Vec<&Changed> = diff.findings.iter().filter(|row| row.assumed).collect();
    if !assumed.is_empty() {
        title(&mut out, &format!("Taken for files that moved, by name and by what was found ({})", assumed.len()), style);
        for row in assumed.iter().take(if style.all { assumed.len() } else { SHOWN }) {
            let from = clean(row.moved_from.as_deref().unwrap_or(""));
            let _ = writeln!(out, "{}  {} -> {}", row.finding.control, from, clean(&row.finding.location.artifact));
        }
    }
    if !diff.controls.is_empty() {
        title(&mut out, "Controls that came out otherwise", style);
        let mut cells = table(style, &["control", "before", "now", "title"]);
        for control in &diff.controls {
            let word = |outcome: Option<crate::model::assessment::Outcome>| outcome.map_or("-", |outcome| outcome.name());
            cells.add_row([control.id.as_str(), word(control.old), word(control.new), &clean(&control.title)]);
        }
        lines(&mut out, &cells);
    }
    if provost_review::diff::is_empty(diff) {
        out.push_str("\nNothing changed.\n");
    }
    guarded(&out, style)
}

/// A comparison.
pub fn comparison(comparison: &Comparison, style: Style) -> String {
    let mut out = format!("Suppliers by {}, the best first\n\n", comparison.policy);
    let mut cells = table(style, &["", "supplier", "verdict", "gates", "score", "read", "people", "c/h/m/l"]);
    for one in &comparison.suppliers {
        let count = |name: &str| one.findings.get(name).copied().unwrap_or(0).to_string();
        let open = ["critical", "high", "medium", "low"].map(count).join("/");
        let incomplete = if one.complete { "" } else { " (incomplete)" };
        cells.add_row([
            one.rank.to_string(),
            clean(&one.target),
            format!("{}{incomplete}", verdict_word(one.verdict)),
            one.gates.len().to_string(),
            score(one.score),
            percent(one.coverage),
            one.people.to_string(),
            open,
        ]);
    }
    lines(&mut out, &cells);
    title(&mut out, "By theme, share that complies", style);
    let names: Vec<String> = comparison.suppliers.iter().map(|one| clean(&one.target)).collect();
    let header: Vec<&str> = std::iter::once("theme").chain(names.iter().map(String::as_str)).collect();
    let mut cells = table(style, &header);
    for (index, theme) in comparison.themes.iter().enumerate() {
        let share = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.0} %"));
        let row = comparison.suppliers.iter().map(|one| share(one.themes.get(index).copied().flatten()));
        cells.add_row(std::iter::once(clean(theme)).chain(row));
    }
    lines(&mut out, &cells);
    for one in comparison.suppliers.iter().filter(|one| !one.gates.is_empty()) {
        out.push_str(&wrap(&format!("{}: gates failed: {}.", clean(&one.target), one.gates.join(", ")), style, ""));
        out.push('\n');
    }
    if style.all && !comparison.differences.is_empty() {
        title(&mut out, "Controls that did not come out the same", style);
        let header: Vec<&str> = std::iter::once("control").chain(names.iter().map(String::as_str)).collect();
        let mut cells = table(style, &header);
        for row in &comparison.differences {
            let outcomes = row.outcomes.iter().map(|outcome| outcome.map_or("-", |outcome| outcome.name()).to_owned());
            cells.add_row(std::iter::once(row.id.clone()).chain(outcomes));
        }
        lines(&mut out, &cells);
    } else if !comparison.differences.is_empty() {
        let _ = writeln!(
            out,
            "\n{} did not come out the same; --all shows them",
            super::many(comparison.differences.len(), "control")
        );
    }
    guarded(&out, style)
}

/// A comparison as rows of cells, the header first.
pub fn comparison_cells(comparison: &Comparison) -> Vec<Vec<String>> {
    let fixed = [
        "rank",
        "supplier",
        "date",
        "verdict",
        "complete",
        "gates_failed",
        "score",
        "score_low",
        "score_high",
        "without_waivers",
        "read",
        "assessed",
        "people",
        "critical",
        "high",
        "medium",
        "low",
    ];
    let mut header: Vec<String> = fixed.iter().map(|name| (*name).to_owned()).collect();
    header.extend(comparison.themes.iter().map(|theme| format!("theme: {theme}")));
    let number = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.3}"));
    let mut out = vec![header];
    for one in &comparison.suppliers {
        let mut row = vec![
            one.rank.to_string(),
            clean(&one.target),
            one.date.to_string(),
            one.verdict.name().to_owned(),
            one.complete.to_string(),
            one.gates.join(" "),
            number(one.score),
            number(one.bounds.0),
            number(one.bounds.1),
            number(one.without_waivers),
            number(one.coverage),
            number(one.assessed),
            one.people.to_string(),
        ];
        let count = |name: &str| one.findings.get(name).copied().unwrap_or(0).to_string();
        row.extend(["critical", "high", "medium", "low"].map(count));
        row.extend(one.themes.iter().map(|value| number(*value)));
        out.push(row);
    }
    out
}

/// A history.
pub fn history(history: &History, style: Style) -> String {
    let mut out = String::new();
    // a screen of 80 columns holds these and no more
    let mut cells = table(style, &["date", "verdict", "score", "people", "c/h/m/l", "new", "gone", "late"]);
    for row in &history.audits {
        let count = |name: &str| row.findings.get(name).copied().unwrap_or(0).to_string();
        cells.add_row([
            row.date.to_string(),
            format!(
                "{}{}{}{}",
                verdict_word(row.verdict),
                if row.other_policy { "*" } else { "" },
                if row.other_target { "+" } else { "" },
                if row.complete { "" } else { " (incomplete)" }
            ),
            score(row.score),
            row.people.to_string(),
            ["critical", "high", "medium", "low"].map(count).join("/"),
            row.new.to_string(),
            row.fixed.to_string(),
            row.overdue.to_string(),
        ]);
    }
    lines(&mut out, &cells);
    if history.audits.iter().any(|row| row.other_policy) {
        out.push_str("* by another policy, or other parameters, than the audit before: the scores mean different things\n");
    }
    if history.audits.iter().any(|row| row.other_target) {
        out.push_str("+ of a target with another name than the audit before: is it the same supplier?\n");
    }
    if let Some(days) = history.mean_days_to_fix {
        let _ = writeln!(out, "A finding was gone {days:.0} days after it was first seen, on average.");
    }
    if let Some(days) = history.audits.last().and_then(|row| row.mean_age_days) {
        let text = format!("What is open now is {days:.0} days old on average, counted from the first audit here that has it.");
        out.push_str(&wrap(&text, style, ""));
        out.push('\n');
    }
    out.push_str("c/h/m/l: open findings that are critical, high, medium, low; late: open longer\nthan their severity allows\n");
    guarded(&out, style)
}

/// A re-test.
pub fn retest(found: &Retest, style: Style) -> String {
    let of = |became: Became| found.count.get(became.name()).copied().unwrap_or(0);
    let verdict = match (found.failed(), found.passed()) {
        (true, _) => "NOT PUT RIGHT",
        (false, true) => "PUT RIGHT",
        (false, false) => "NOT SHOWN",
    };
    let mut out = format!("Re-test of {} on {}, audited on {}\n\n", clean(&found.target), found.date, found.audited);
    let counts = format!(
        "{verdict}   {} put right, {} still open, {} new, {} not shown, {} undecided, {} waived",
        of(Became::Fixed),
        of(Became::Open),
        of(Became::New),
        of(Became::NotShown),
        of(Became::Undecided),
        of(Became::Waived)
    );
    out.push_str(&wrap(&counts, style, ""));
    out.push('\n');
    for became in Became::ALL {
        let rows: Vec<_> = found.findings.iter().filter(|row| row.became == became).collect();
        if rows.is_empty() {
            continue;
        }
        title(&mut out, &format!("{} ({})", capital(&became.name().replace('_', " ")), rows.len()), style);
        let shown = if style.all { rows.len() } else { SHOWN };
        for row in rows.iter().take(shown) {
            let finding = &row.finding;
            let _ = writeln!(out, "{} {}  {}", finding.severity.name(), finding.control, clean(&finding.location.to_string()));
            let worse = if row.worse { ", worse than it was" } else { "" };
            let late = if row.late { format!("; it was due on {}", finding.due) } else { String::new() };
            out.push_str(&wrap(&format!("{}: {}{worse}{late}", clean(&finding.found), row.reason), style, "    "));
            out.push('\n');
        }
        if rows.len() > shown {
            let _ = writeln!(out, "  ... and {} more; --all shows them", rows.len() - shown);
        }
    }
    title(&mut out, "Controls that were open", style);
    let mut cells = table(style, &["control", "before", "now", "left", "title"]);
    for control in &found.controls {
        cells.add_row([
            control.id.as_str(),
            control.before.name(),
            control.now.name(),
            &control.left.to_string(),
            &clean(&control.title),
        ]);
    }
    lines(&mut out, &cells);
    guarded(&out, style)
}

/// A re-test as rows of cells, the header first.
pub fn retest_cells(found: &Retest) -> Vec<Vec<String>> {
    let header = [
        "became",
        "reason",
        "worse",
        "late",
        "due",
        "severity",
        "control",
        "path",
        "line",
        "key",
        "found",
        "expected",
        "fix",
        "people",
        "fingerprint",
    ];
    let mut out = vec![header.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    for row in &found.findings {
        let finding = &row.finding;
        out.push(vec![
            row.became.name().to_owned(),
            row.reason.clone(),
            row.worse.to_string(),
            row.late.to_string(),
            finding.due.to_string(),
            finding.severity.name().to_owned(),
            finding.control.clone(),
            clean(&finding.location.artifact),
            finding.location.line.map_or(String::new(), |line| line.to_string()),
            clean(finding.location.key.as_deref().unwrap_or("")),
            clean(&finding.found),
            clean(&finding.expected),
            clean(&finding.fix),
            finding.people.to_string(),
            finding.fingerprint.clone(),
        ]);
    }
    out
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
