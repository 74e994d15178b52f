//! Comparisons, differences, histories and re-tests as one self-contained page each, in the dress of the audit report. No script; it opens
//! nothing and judges nothing.

use super::html::head;
use super::html::text::{TABLE_END, count, esc, heading, left_out, many, outcome, path, percent, severity, table, verdict};
use crate::model::assessment::{Finding, Outcome};
use provost_review::compare::Comparison;
use provost_review::diff::{Diff, Status};
use provost_review::history::History;
use provost_review::retest::{Became, Retest};

/// Findings of one kind that a page shows.
const MOST: usize = 500;

/// A page: what it is, of whom, when, and its sections.
fn page(kind: &str, of: &str, sub: &str, body: &str) -> String {
    let mut out = head(&format!("{of} – {kind}"), None, None);
    out.push_str("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
    out.push_str(&format!(
        "<header class=\"mast\"><p class=\"kind\">{kind}</p>\n<h1><bdi>{}</bdi></h1>\n<p class=\"sub\">{sub}</p>\n<p class=\"handle\">Handle in confidence. It holds no personal data itself.</p></header>\n<main id=\"main\" tabindex=\"-1\">\n{body}</main>\n",
        esc(of)
    ));
    out.push_str(&format!(
        "<footer><p>{}</p><p>{}</p></footer>\n</body>\n</html>\n",
        esc(crate::model::assessment::DISCLAIMER),
        esc(crate::model::TOOL)
    ));
    out
}

fn section(id: &str, title: &str, body: &str) -> String {
    format!("<section id=\"{id}\" aria-labelledby=\"h-{id}\">\n<h2 id=\"h-{id}\">{title}</h2>\n{body}</section>\n")
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "<span class=\"nil\">–</span>".to_owned(), |value| format!("{value:.1}"))
}

/// A share as a number with a bar beside it; a bar alone says nothing to those who do not see it.
fn share(value: Option<f64>) -> String {
    let Some(value) = value else { return "<td class=\"n nil\">–</td>".to_owned() };
    let step = match value {
        v if v >= 99.95 => "m4",
        v if v >= 75.0 => "m3",
        v if v >= 40.0 => "m2",
        v if v > 0.0 => "m1",
        _ => "m0",
    };
    format!("<td class=\"n {step}\">{}</td>", esc(&percent(value / 100.0)))
}

fn row(cells: &[String]) -> String {
    let (first, rest) = cells.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let rest: String =
        rest.iter().map(|cell| if cell.starts_with("<td") { cell.clone() } else { format!("<td>{cell}</td>") }).collect();
    format!("<tr><th scope=\"row\">{first}</th>{rest}</tr>\n")
}

fn n(text: impl std::fmt::Display) -> String {
    format!("<td class=\"n\">{text}</td>")
}

/// Suppliers side by side.
pub fn comparison(found: &Comparison) -> String {
    let mut body = String::new();
    if let Some(first) = found.suppliers.first() {
        body.push_str(&format!(
            "<section class=\"verdict v-{}\" aria-labelledby=\"h-verdict\">\n<h2 id=\"h-verdict\">First: <bdi>{}</bdi></h2>\n<p class=\"lead\">{}, score {}. The order goes by gates that failed, then the verdict, then whether enough was read, then the score and its lower bound.</p></section>\n",
            first.verdict.name(),
            esc(&first.target),
            verdict(first.verdict),
            number(first.score)
        ));
    }
    let mut out = table(
        "Suppliers, the best first",
        "compare",
        &[
            "Supplier",
            "#Rank",
            "Verdict",
            "Gates failed",
            "#Score",
            "Between",
            "#Read",
            "#People",
            "#Critical",
            "#High",
            "#Medium",
            "#Low",
        ],
    );
    for one in &found.suppliers {
        let open = |name: &str| n(count(one.findings.get(name).copied().unwrap_or(0) as u64));
        let incomplete = if one.complete { "" } else { "<span class=\"more\">incomplete</span>" };
        out.push_str(&row(&[
            format!("<bdi>{}</bdi><span class=\"more\">{}</span>", esc(&one.target), one.date),
            n(one.rank),
            format!("{}{incomplete}", verdict(one.verdict)),
            if one.gates.is_empty() { "none".to_owned() } else { esc(&one.gates.join(", ")) },
            n(number(one.score)),
            format!("<td class=\"day\">{} and {}</td>", number(one.bounds.0), number(one.bounds.1)),
            n(one.coverage.map_or_else(|| "–".to_owned(), percent)),
            n(count(one.people)),
            open("critical"),
            open("high"),
            open("medium"),
            open("low"),
        ]));
    }
    out.push_str(TABLE_END);
    body.push_str(&section("suppliers", "Side by side", &out));
    let names: Vec<String> = found.suppliers.iter().map(|one| esc(&one.target)).collect();
    let heads: Vec<String> = std::iter::once("Theme".to_owned()).chain(names.iter().map(|name| format!("#{name}"))).collect();
    let mut out = table("Share that complies, by theme", "themes", &heads.iter().map(String::as_str).collect::<Vec<_>>());
    for (at, theme) in found.themes.iter().enumerate() {
        let cells = found.suppliers.iter().map(|one| share(one.themes.get(at).copied().flatten()));
        out.push_str(&row(&std::iter::once(heading(theme)).chain(cells).collect::<Vec<_>>()));
    }
    out.push_str(TABLE_END);
    body.push_str(&section("themes", "By theme", &out));
    if !found.differences.is_empty() {
        let heads: Vec<&str> = std::iter::once("Control").chain(names.iter().map(String::as_str)).collect();
        let mut out = table("Controls that did not come out the same", "differences", &heads);
        for control in &found.differences {
            let cells = control.outcomes.iter().map(|one| one.map_or("–".to_owned(), |one| outcome(one, false)));
            out.push_str(&row(&std::iter::once(format!("<span class=\"id\">{}</span>", esc(&control.id)))
                .chain(cells)
                .collect::<Vec<_>>()));
        }
        out.push_str(TABLE_END);
        body.push_str(&section("differences", "Where they differ", &out));
    }
    page("Suppliers compared", &found.policy, &many(found.suppliers.len() as u64, "supplier", "suppliers"), &body)
}

/// Where a finding is and what was found, as two cells.
fn place(finding: &Finding) -> [String; 2] {
    let number = finding.location.number.map_or(String::new(), |number| format!(" <span class=\"no\">no. {number}</span>"));
    let whole = finding.location.artifact.is_empty() && finding.location.part.is_none();
    let shown = if whole { path("") } else { path(&finding.location.to_string()) };
    [
        format!("<span class=\"id\">{}</span><span class=\"place\">{shown}{number}</span>", esc(&finding.control)),
        format!(
            "<span class=\"found\">{}</span><span class=\"more\">Wanted: {}</span><span class=\"more\">What to do: {}</span>",
            esc(&finding.found),
            esc(&finding.expected),
            esc(&finding.fix)
        ),
    ]
}

/// This audit against the last.
pub fn difference(found: &Diff) -> String {
    let (old, new) = (&found.old, &found.new);
    let mut body = format!(
        "<section class=\"verdict v-{}\" aria-labelledby=\"h-verdict\">\n<h2 id=\"h-verdict\">{} <span class=\"hush\">after</span> <span aria-hidden=\"true\">←</span> {}</h2>\n<p class=\"lead\">Score {} after {}; people in the data {} after {}.</p>\n",
        new.verdict.name(),
        verdict(new.verdict),
        verdict(old.verdict),
        number(new.score),
        number(old.score),
        count(new.people),
        count(old.people)
    );
    if let Some(change) = &found.score {
        body.push_str(&format!(
            "<p>Change of the score {:+.1}: by the policy {:+.1}, by what was delivered {:+.1}, by waivers {:+.1}.</p>\n",
            change.total, change.policy, change.evidence, change.waivers
        ));
    }
    for remark in &found.remarks {
        body.push_str(&format!("<p>{}</p>\n", esc(remark)));
    }
    if let Some(days) = found.mean_age_days {
        body.push_str(&format!("<p>Open findings are at least {days:.0} days old on average.</p>\n"));
    }
    body.push_str("</section>\n");
    for status in Status::ALL {
        let rows: Vec<_> = found.findings.iter().filter(|row| row.status == status).collect();
        if rows.is_empty() && matches!(status, Status::Unseen | Status::NotAsked) {
            continue;
        }
        let mut out = String::new();
        if rows.is_empty() {
            out.push_str("<p>None.</p>\n");
        } else {
            let caption = format!("Findings that are {}", status.name().replace('_', " "));
            out.push_str(&table(&caption, "findings", &["Severity", "Where", "What was found", "#People", "Known since"]));
            for one in rows.iter().take(MOST) {
                let [where_, what] = place(&one.finding);
                let moved = one.moved_from.as_ref().map_or(String::new(), |from| {
                    let sure = if one.assumed { "taken for one that moved from" } else { "moved from" };
                    format!("<span class=\"more\">{sure} {}</span>", path(from))
                });
                let waived = if one.finding.waived { " <span class=\"tag waived\">waived</span>" } else { "" };
                let before = one
                    .people_before
                    .map_or(String::new(), |before| format!("<span class=\"more\">before: {}</span>", count(before)));
                out.push_str(&format!(
                    "<tr><td>{}{waived}</td><th scope=\"row\">{where_}{moved}</th><td>{what}</td><td class=\"n\" data-label=\"People\">{}{before}</td><td class=\"day\" data-label=\"Known since\">{}</td></tr>\n",
                    severity(one.finding.severity),
                    count(one.finding.people),
                    one.since
                ));
            }
            out.push_str(TABLE_END);
            out.push_str(&left_out(MOST, rows.len()));
        }
        body.push_str(&section(status.name(), &format!("{} ({})", heading(status.name()), count(rows.len() as u64)), &out));
    }
    if !found.controls.is_empty() {
        let mut out = table("Controls that came out otherwise", "changed", &["Control", "Before", "Now"]);
        let word = |one: Option<Outcome>| {
            one.map_or("<span class=\"nil\">not in the policy</span>".to_owned(), |one| outcome(one, false))
        };
        for control in &found.controls {
            out.push_str(&row(&[
                format!("<span class=\"id\">{}</span> {}", esc(&control.id), esc(&control.title)),
                word(control.old),
                word(control.new),
            ]));
        }
        out.push_str(TABLE_END);
        body.push_str(&section("controls", "Controls that came out otherwise", &out));
    }
    page("Audit against the last", &new.target, &format!("{} · {} against {}", esc(&new.policy), new.date, old.date), &body)
}

/// One supplier over the years: the score drawn, then the figures.
pub fn history(found: &History) -> String {
    let heads = ["Date", "Verdict", "#Score", "#People", "#Critical", "#High", "#Medium", "#Low", "#New", "#Gone", "#Late"];
    let mut out = drawn(found);
    out.push_str(&table("Audits", "history", &heads));
    for one in &found.audits {
        let open = |name: &str| n(count(one.findings.get(name).copied().unwrap_or(0) as u64));
        let complete = if one.complete { "" } else { "<span class=\"more\">incomplete</span>" };
        let target =
            if one.other_target { format!("<span class=\"more\">of {}</span>", esc(&one.target)) } else { String::new() };
        let other = if one.other_policy { "<span class=\"more\">by another policy than the one before</span>" } else { "" };
        out.push_str(&row(&[
            one.date.to_string(),
            format!("{}{complete}{other}{target}", verdict(one.verdict)),
            n(number(one.score)),
            n(count(one.people)),
            open("critical"),
            open("high"),
            open("medium"),
            open("low"),
            n(one.new),
            n(one.fixed),
            n(one.overdue),
        ]));
    }
    out.push_str(TABLE_END);
    out.push_str("<p>Late: open longer than their severity allows.</p>\n");
    if let Some(days) = found.mean_days_to_fix {
        out.push_str(&format!("<p>A finding was gone {days:.0} days after it was first seen, on average.</p>\n"));
    }
    if let Some(days) = found.audits.last().and_then(|one| one.mean_age_days) {
        out.push_str(&format!(
            "<p>What is open now is {days:.0} days old on average, counted from the first audit here that has it.</p>\n"
        ));
    }
    let of = found.audits.last().map_or("", |one| one.target.as_str());
    page("History of audits", of, &many(found.audits.len() as u64, "audit", "audits"), &section("audits", "Over time", &out))
}

/// The scores by date as a line of points; the table below says the same in numbers.
fn drawn(found: &History) -> String {
    let points: Vec<(i64, f64)> = found.audits.iter().filter_map(|one| Some((one.date.0, one.score?))).collect();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let span = (last.0 - first.0).max(1) as f64;
    let spot = |(day, score): &(i64, f64)| {
        let x = if points.len() == 1 { 300.0 } else { 20.0 + 560.0 * (day - first.0) as f64 / span };
        (x, 130.0 - 1.2 * score.clamp(0.0, 100.0))
    };
    let mut out = String::from(
        "<figure class=\"tree\"><figcaption>Score by date, from 0 (below) to 100</figcaption><svg viewBox=\"0 0 600 150\" width=\"100%\" aria-hidden=\"true\"><rect class=\"track\" x=\"20\" y=\"129\" width=\"560\" height=\"1\"/><rect class=\"track\" x=\"20\" y=\"10\" width=\"560\" height=\"1\"/>",
    );
    let spots: Vec<(f64, f64)> = points.iter().map(spot).collect();
    let line: Vec<String> = spots.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    out.push_str(&format!("<polyline class=\"band\" points=\"{}\"/>", line.join(" ")));
    for ((x, y), (_, score)) in spots.iter().zip(&points) {
        out.push_str(&format!("<circle class=\"fill\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{score:.0}</text>", (y - 8.0).max(9.0)));
    }
    out.push_str("</svg></figure>\n");
    out
}

/// What became of what was open.
pub fn retest(found: &Retest) -> String {
    let of = |became: Became| found.count.get(became.name()).copied().unwrap_or(0) as u64;
    let (state, words) = match (found.failed(), found.passed()) {
        (true, _) => ("fail", "Not all is put right"),
        (false, true) => ("pass", "All is put right"),
        (false, false) => ("conditional", "Not all could be seen again"),
    };
    let mut body = format!(
        "<section class=\"verdict v-{state}\" aria-labelledby=\"h-verdict\">\n<h2 id=\"h-verdict\">{words}</h2>\n<p class=\"lead\">{} put right, {} still open, {} new, {} not shown, {} undecided, {} waived.</p>\n<p>What was not shown again is not taken for put right. The delivery was {}.</p></section>\n",
        count(of(Became::Fixed)),
        count(of(Became::Open)),
        count(of(Became::New)),
        count(of(Became::NotShown)),
        count(of(Became::Undecided)),
        count(of(Became::Waived)),
        if found.whole { "said to be whole" } else { "taken for a part" }
    );
    let mut out = table("Findings", "findings", &["Now", "Where", "What was found", "#People", "Due"]);
    for one in found.findings.iter().take(4 * MOST) {
        let [where_, what] = place(&one.finding);
        let late = if one.late { "<span class=\"more\">late</span>" } else { "" };
        let worse = if one.worse { "<span class=\"more\">worse than it was</span>" } else { "" };
        out.push_str(&format!(
            "<tr><td><b>{}</b> {}<span class=\"more\">{}</span>{worse}</td><th scope=\"row\">{where_}</th><td>{what}</td><td class=\"n\" data-label=\"People\">{}</td><td class=\"day\" data-label=\"Due\">{}{late}</td></tr>\n",
            heading(one.became.name()),
            severity(one.finding.severity),
            esc(&one.reason),
            count(one.finding.people),
            one.finding.due
        ));
    }
    out.push_str(TABLE_END);
    out.push_str(&left_out(4 * MOST, found.findings.len()));
    body.push_str(&section("findings", "Findings, what is not put right first", &out));
    let mut out = table("Controls that were open", "changed", &["Control", "Before", "Now, in this delivery", "#Findings left"]);
    for control in &found.controls {
        out.push_str(&row(&[
            format!("<span class=\"id\">{}</span> {}", esc(&control.id), esc(&control.title)),
            outcome(control.before, false),
            outcome(control.now, false),
            n(count(control.left as u64)),
        ]));
    }
    out.push_str(TABLE_END);
    body.push_str(&section("controls", "Controls", &out));
    page(
        "Re-test",
        &found.target,
        &format!("{} · audit of {}, tested again on {}", esc(&found.policy), found.audited, found.date),
        &body,
    )
}
