//! Markdown: the summary of a CI job on GitHub or GitLab. Names that a supplier chose are code, in which nothing is markup, a link or
//! a mention; the whole stays below what such a page may hold.

use super::text::escape::{code, cut, prose};
use super::text::{self, place};
use super::{Format, Style};
use crate::model::assessment::{Assessment, ControlResult, Finding, Verdict};

/// The format.
pub(super) struct Markdown;
/// The format.
pub(super) static FORMAT: Markdown = Markdown;

/// A job summary on GitHub may hold 1 MiB.
const MOST_BYTES: usize = 1_000_000;
/// Kept for the closing lines.
const FOOT: usize = 4_000;
/// Findings of the first table.
const WORST: usize = 15;

impl Format for Markdown {
    fn id(&self) -> &'static str {
        "markdown"
    }

    fn title(&self) -> &'static str {
        "Markdown: the summary of a CI job"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        let mut page = Page { text: String::new() };
        head(&mut page, assessment);
        gates(&mut page, assessment);
        let open: Vec<&Finding> = provost_review::open(assessment).collect();
        worst(&mut page, &open);
        controls(&mut page, assessment);
        improve(&mut page, assessment);
        rest(&mut page, "All other open findings", open.get(WORST..).unwrap_or(&[]));
        let waived: Vec<&Finding> = assessment.findings.iter().filter(|finding| finding.waived).collect();
        rest(&mut page, "Waived findings", &waived);
        answers(&mut page, assessment);
        documents(&mut page, assessment);
        gaps(&mut page, assessment);
        foot(&mut page, assessment);
        page.text.into_bytes()
    }
}

struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// A table, as many rows as there is room for, and a line with the number of those left out.
    fn table(&mut self, header: &[&str], rows: impl ExactSizeIterator<Item = Vec<String>>) {
        self.line(&format!("| {} |", header.join(" | ")));
        self.line(&format!("|{}", "---|".repeat(header.len())));
        let (all, mut shown) = (rows.len(), 0);
        for row in rows {
            let row = format!("| {} |", row.join(" | "));
            if self.text.len() + row.len() + FOOT > MOST_BYTES {
                break;
            }
            self.line(&row);
            shown += 1;
        }
        if shown < all {
            self.line("");
            self.line(&format!("{} more rows are left out, for the page would be too long.", all - shown));
        }
        self.line("");
    }

    /// Whether another section may begin.
    fn has_room(&self) -> bool {
        self.text.len() + 2 * FOOT < MOST_BYTES
    }
}

fn head(page: &mut Page, assessment: &Assessment) {
    let sign = match assessment.verdict {
        Verdict::Pass => "✅",
        Verdict::Conditional => "⚠️",
        Verdict::Fail => "❌",
        Verdict::NotAssessed => "❔",
    };
    let verdict = text::verdict(assessment.verdict).to_uppercase();
    if let Some(text) = &assessment.classification {
        page.line(&format!("**{}**", prose(&cut(text, 80))));
        page.line("");
    }
    page.line(&format!("## {sign} {verdict}: {}", code(&assessment.target, false)));
    page.line("");
    page.line(&format!(
        "Policy {} {}, as of {}.",
        prose(&cut(&assessment.policy.title, 300)),
        prose(&cut(&assessment.policy.version, 100)),
        assessment.date
    ));
    page.line("");
    for reason in assessment.reasons.iter().take(20) {
        page.line(&format!("* {}", prose(&cut(reason, 1000))));
    }
    page.line("");
    let people = &assessment.people;
    let error = if people.error > 0.0 { format!(", give or take {:.1} %", people.error * 100.0) } else { String::new() };
    let gates = provost_review::gates(assessment).len();
    let severities = provost_review::by_severity(assessment).map(|(severity, count)| format!("{count} {}", severity.name()));
    let mut rows = vec![
        vec!["Score".to_owned(), text::score(assessment)],
        vec!["Coverage".to_owned(), text::coverage(assessment)],
        vec!["People in the data".to_owned(), format!("{}{error}", people.total)],
        vec!["Gates failed".to_owned(), gates.to_string()],
        vec!["Open findings".to_owned(), severities.join(", ")],
    ];
    if let Some(first) = people.together.first() {
        let classes: Vec<String> = first.classes.iter().map(|class| code(&cut(class, 80), true)).collect();
        rows.push(vec!["Known together of most".to_owned(), format!("{} people: {}", first.people, classes.join(" "))]);
    }
    page.table(&["", ""], rows.into_iter());
}

fn gates(page: &mut Page, assessment: &Assessment) {
    let failed: Vec<&ControlResult> =
        assessment.controls.iter().filter(|control| control.gate && control.is_open(true)).collect();
    if failed.is_empty() {
        return;
    }
    page.line("### Gates that failed");
    page.line("");
    let rows = failed
        .iter()
        .map(|control| vec![code(&cut(&control.id, 80), true), prose(&cut(&control.title, 300)), prose(&cut(&control.fix, 500))]);
    page.table(&["Control", "Wanted", "Fix"], rows);
}

fn row(finding: &Finding) -> Vec<String> {
    let people = if finding.people == 0 { String::new() } else { finding.people.to_string() };
    vec![
        finding.severity.name().to_owned(),
        code(&cut(&finding.control, 80), true),
        code(&cut(&place::words(&finding.location), 300), true),
        code(&cut(&finding.found, 300), true),
        people,
        finding.due.to_string(),
    ]
}

const FINDINGS: &[&str] = &["Severity", "Control", "Where", "Found", "People", "Due"];

fn worst(page: &mut Page, open: &[&Finding]) {
    if open.is_empty() {
        page.line("No finding is open.");
        page.line("");
        return;
    }
    page.line("### Worst findings");
    page.line("");
    page.table(FINDINGS, open.iter().take(WORST).map(|finding| row(finding)));
}

fn controls(page: &mut Page, assessment: &Assessment) {
    let failed: Vec<&ControlResult> = assessment.controls.iter().filter(|control| control.is_open(true)).collect();
    if failed.is_empty() || !page.has_room() {
        return;
    }
    page.line(&format!("### Controls that are open: {} of {}", failed.len(), assessment.controls.len()));
    page.line("");
    let rows = failed.iter().map(|control| {
        vec![
            control.severity.name().to_owned(),
            code(&cut(&control.id, 80), true),
            prose(&cut(&control.title, 300)),
            text::outcome(control.outcome).to_owned(),
            format!("{} of {}", control.failed, control.items),
            format!("{:.1}", control.points_lost),
        ]
    });
    page.table(&["Severity", "Control", "Wanted", "Outcome", "Items", "Points lost"], rows);
}

fn improve(page: &mut Page, assessment: &Assessment) {
    if assessment.improve.is_empty() || !page.has_room() {
        return;
    }
    page.line("### What to fix first");
    page.line("");
    let rows = assessment
        .improve
        .iter()
        .take(10)
        .map(|row| vec![code(&cut(&row.control, 80), true), prose(&cut(&row.fix, 500)), format!("{:.1}", row.score)]);
    page.table(&["Control", "Fix", "Score with it alone"], rows);
}

fn rest(page: &mut Page, title: &str, findings: &[&Finding]) {
    if findings.is_empty() || !page.has_room() {
        return;
    }
    open(page, &format!("{title} ({})", findings.len()));
    page.table(FINDINGS, findings.iter().map(|finding| row(finding)));
    page.line("</details>");
    page.line("");
}

fn open(page: &mut Page, title: &str) {
    page.line("<details>");
    page.line(&format!("<summary>{title}</summary>"));
    page.line("");
}

/// What the supplier says to findings.
fn answers(page: &mut Page, assessment: &Assessment) {
    let answered: Vec<&Finding> = assessment.findings.iter().filter(|finding| finding.response.is_some()).collect();
    if answered.is_empty() || !page.has_room() {
        return;
    }
    open(page, &format!("What the supplier says ({})", answered.len()));
    let rows = answered.iter().map(|finding| {
        vec![
            code(&cut(&finding.control, 80), true),
            code(&cut(&place::words(&finding.location), 300), true),
            code(&cut(&text::answer(finding), 1200), true),
        ]
    });
    page.table(&["Control", "Where", "Answer"], rows);
    page.line("</details>");
    page.line("");
}

/// Documents that are missing, past their day or near it.
fn documents(page: &mut Page, assessment: &Assessment) {
    use crate::model::register::DocumentStatus as State;
    let wanting: Vec<_> = assessment
        .documents
        .iter()
        .filter(|document| matches!(document.status, State::Missing | State::NotShown | State::Expired | State::Expiring))
        .collect();
    if wanting.is_empty() || !page.has_room() {
        return;
    }
    open(page, &format!("Documents that are missing, past their day or near it ({})", wanting.len()));
    let rows = wanting.iter().map(|document| {
        vec![
            code(&cut(&document.kind.replace('_', " "), 80), true),
            document.status.words().to_owned(),
            document.expires.map_or(String::new(), |day| day.to_string()),
            code(&cut(&document.controls.join(" "), 200), true),
        ]
    });
    page.table(&["Document", "State", "Last day", "Asked for by"], rows);
    page.line("</details>");
    page.line("");
}

fn gaps(page: &mut Page, assessment: &Assessment) {
    if assessment.gaps.is_empty() || !page.has_room() {
        return;
    }
    open(page, &format!("What could not be read or decided ({})", assessment.gaps.len()));
    let rows = assessment.gaps.iter().map(|gap| vec![code(&cut(&gap.path, 300), true), code(&cut(&gap.reason, 300), true)]);
    page.table(&["Where", "Why"], rows);
    page.line("</details>");
    page.line("");
}

fn foot(page: &mut Page, assessment: &Assessment) {
    page.line(&format!(
        "{} Policy digest {}, evidence digest {}, {}.",
        prose(&cut(&assessment.disclaimer, 500)),
        code(&cut(&assessment.policy.digest, 100), false),
        code(&cut(&assessment.evidence.digest, 100), false),
        code(&cut(&assessment.tool, 100), false)
    ));
}
