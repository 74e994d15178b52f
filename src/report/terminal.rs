//! The terminal: verdict first, then score, coverage, people, the worst findings with their fixes. Readable at 80 columns, plain in a
//! pipe. Text from the delivery was cleaned when it became evidence; it is cleaned once more here.

use super::{Format, Style};
use crate::detect::mask::clean;
use crate::model::assessment::{Advice, ArtifactResult, Assessment, Outcome, People, Verdict};
use comfy_table::{Attribute, Cell, ContentArrangement, LineStyle, Table, TableStyle};
use std::fmt::Write as _;

/// The format.
pub(super) struct Terminal;
/// The format.
pub(super) static FORMAT: Terminal = Terminal;

/// Rows of a table that are shown unless everything is asked for.
const SHOWN: usize = 10;

impl Format for Terminal {
    fn id(&self) -> &'static str {
        "terminal"
    }

    fn title(&self) -> &'static str {
        "Text and tables for people at a terminal"
    }

    fn render(&self, assessment: &Assessment, style: Style) -> Vec<u8> {
        let mut out = String::new();
        head(&mut out, assessment, style);
        if style.head {
            return guarded(&out, style).into_bytes();
        }
        people(&mut out, &assessment.people, style);
        findings(&mut out, assessment, style);
        controls(&mut out, assessment, style);
        improvements(&mut out, assessment, style);
        concealed(&mut out, assessment, style);
        gaps(&mut out, assessment, style);
        waivers(&mut out, assessment, style);
        documents(&mut out, assessment, style);
        foot(&mut out, assessment, style);
        guarded(&out, style).into_bytes()
    }
}

/// Text for a terminal or the log of a job: no control character but the colours of this program, and no line that a runner would take for
/// a command (`::name::`, `##[name]`), whatever a policy or a name of the delivery holds.
pub(super) fn guarded(text: &str, style: Style) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let start = line.trim_start();
        if start.starts_with("::") || start.starts_with("##") {
            out.push_str(line.get(..line.len() - start.len()).unwrap_or(""));
            out.push_str("- ");
            push(&mut out, start, style);
        } else {
            push(&mut out, line, style);
        }
    }
    out
}

fn push(out: &mut String, text: &str, style: Style) {
    if !text.chars().any(|c| c.is_control() && c != '\n') {
        out.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colour = style.colour && rest.starts_with("\u{1b}[");
        let end = rest.find('m').filter(|end| {
            colour && rest.get(2..*end).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
        });
        let length = end.map_or(c.len_utf8(), |end| end + 1);
        let (piece, later) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push_str(if end.is_none() && c.is_control() && c != '\n' { "?" } else { piece });
        rest = later;
    }
}

/// One line under the header and nothing else: a screen holds twice as many rows.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// An empty table in the house's style.
pub fn table(style: Style, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width);
    if style.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(header.iter().map(|text| Cell::new(text).add_attribute(Attribute::Bold)).collect::<Vec<_>>());
    table
}

pub(super) fn lines(out: &mut String, table: &Table) {
    let _ = writeln!(out, "{}", table.trim_fmt());
}

fn head(out: &mut String, assessment: &Assessment, style: Style) {
    let policy = &assessment.policy;
    if let Some(text) = &assessment.classification {
        let _ = writeln!(out, "{}\n", clean(text));
    }
    let _ = writeln!(out, "{} {}  ({})", policy.title, policy.version, policy.id);
    let _ = writeln!(out, "{}  audited as of {}", clean(&assessment.target), assessment.date);
    let _ = writeln!(out);
    let word = super::text::verdict(assessment.verdict).to_uppercase();
    let _ = write!(out, "{}", paint(&word, verdict_code(assessment.verdict), style));
    let score = &assessment.score;
    match score.value {
        Some(value) => {
            let _ = write!(out, "   score {value:.1} of {:.0}", score.maximum);
            out.push_str(&super::text::beside_score(assessment));
        }
        None => out.push_str("   no score: nothing was assessed"),
    }
    out.push('\n');
    if let (Some(cap), Some(uncapped)) = (&score.cap, score.uncapped) {
        let _ = writeln!(
            out,
            "{}",
            wrap(&format!("Capped at {:.0} because {}; {uncapped:.1} without the cap.", cap.at, cap.reason), style, "")
        );
    }
    if let (Some(plain), Some(value)) = (score.without_waivers, score.value)
        && (plain - value).abs() > 0.05
    {
        let _ = writeln!(out, "Without waivers the score is {plain:.1}.");
    }
    for reason in &assessment.reasons {
        let _ = writeln!(out, "{}", wrap(reason, style, "  "));
    }
    let coverage = &assessment.coverage;
    let ratio = coverage.ratio.map_or("nothing seen".to_owned(), |ratio| format!("{:.1} %", ratio * 100.0));
    let weight =
        if coverage.weight.applicable > 0.0 { 100.0 * coverage.weight.assessed / coverage.weight.applicable } else { 0.0 };
    let text = format!(
        "Coverage {ratio}: {} of {} artifacts and {} of {} read; {weight:.0} % of the applicable weight assessed from evidence.",
        coverage.artifacts.read,
        coverage.artifacts.seen,
        bytes(coverage.bytes.read),
        bytes(coverage.bytes.seen)
    );
    let _ = writeln!(out, "\n{}\n", wrap(&text, style, ""));
}

fn bytes(count: u64) -> String {
    match count {
        b if b >= 10_000_000_000 => format!("{} GB", b / 1_000_000_000),
        b if b >= 10_000_000 => format!("{} MB", b / 1_000_000),
        b if b >= 10_000 => format!("{} kB", b / 1_000),
        b => format!("{b} bytes"),
    }
}

pub(super) fn title(out: &mut String, text: &str, style: Style) {
    let _ = writeln!(out, "{}", paint(text, "1", style));
}

fn people(out: &mut String, people: &People, style: Style) {
    if people.total == 0 && people.unattributed_records == 0 {
        let _ = writeln!(out, "No personal data of any person was found in what could be read.\n");
        return;
    }
    title(out, &people_line(people), style);
    let mut shown = table(style, &["people", "known of the same person, across the delivery"]);
    let limit = if style.all { usize::MAX } else { 4 };
    // the fullest pictures first: a set that says less of as many people adds nothing
    let mut rows = 0;
    for (index, row) in people.together.iter().enumerate() {
        let covered = |other: &crate::model::assessment::Together| {
            other.people >= row.people
                && other.classes.len() > row.classes.len()
                && row.classes.iter().all(|class| other.classes.contains(class))
        };
        if !style.all && people.together.iter().enumerate().any(|(at, other)| at != index && covered(other)) {
            continue;
        }
        rows += 1;
        if rows > limit {
            continue;
        }
        shown.add_row(vec![row.people.to_string(), row.classes.join(", ")]);
    }
    if rows > 0 {
        lines(out, &shown);
        more(out, rows, limit);
    }
    if !people.datasets.is_empty() {
        let mut shown = table(style, &["dataset", "what lies together", "people", "in one file", "severity"]);
        for row in &people.datasets {
            let linked = if row.photographs_by_page > 0 { " (photograph linked by page)" } else { "" };
            let cells =
                [row.id.to_string(), format!("{}{linked}", row.title), row.people.to_string(), row.in_one_file.to_string()];
            shown.add_row(cells.into_iter().chain([row.severity.name().to_owned()]).collect::<Vec<_>>());
        }
        lines(out, &shown);
    }
    let mut classes: Vec<(&String, &u64)> = people.by_class.iter().collect();
    classes.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let text: Vec<String> = classes.iter().map(|(class, count)| format!("{class} {count}")).collect();
    if !text.is_empty() {
        let _ = writeln!(out, "{}", wrap(&format!("By class: {}.", text.join(", ")), style, "  "));
    }
    if people.photographs_by_page > 0 {
        let text = format!("Photograph linked by page: {}; nothing but the page says whose it is.", people.photographs_by_page);
        let _ = writeln!(out, "{}", wrap(&text, style, "  "));
    }
    out.push('\n');
}

/// How many people, in a sentence.
pub fn people_line(people: &People) -> String {
    let about = if people.error > 0.0 { format!("about (within {:.1} %) ", people.error * 200.0) } else { String::new() };
    let rest = if people.unattributed_records > 0 {
        let records = super::many(usize::try_from(people.unattributed_records).unwrap_or(usize::MAX), "record");
        format!(", and {records} in which nobody can be told apart")
    } else {
        String::new()
    };
    format!("People at risk: {about}{}{rest}", people.total)
}

fn findings(out: &mut String, assessment: &Assessment, style: Style) {
    if assessment.findings.is_empty() {
        return;
    }
    let total = assessment.findings.len();
    title(out, &format!("Findings: {total}, worst first"), style);
    let mut seen: Vec<&str> = Vec::new();
    let limit = if style.all { usize::MAX } else { SHOWN };
    let mut shown = 0;
    for finding in &assessment.findings {
        if seen.contains(&finding.control.as_str()) {
            continue;
        }
        seen.push(&finding.control);
        shown += 1;
        if shown > limit {
            continue;
        }
        let all: Vec<_> = assessment.findings.iter().filter(|other| other.control == finding.control).collect();
        let control = assessment.controls.iter().find(|control| control.id == finding.control);
        let waived = if finding.waived { " (waived)" } else { "" };
        let gate = if control.is_some_and(|control| control.gate) { " gate" } else { "" };
        let name = control.map_or("", |control| control.title.as_str());
        let severity = paint(finding.severity.name(), severity_code(finding.severity.name()), style);
        let heading = format!("{}{gate}{waived}  {name}", finding.control);
        let _ = writeln!(out, "{severity} {}", wrap_after(&heading, finding.severity.name().len() + 1, style));
        let places = if style.all { all.len() } else { 3 };
        for one in all.iter().take(places) {
            let _ =
                writeln!(out, "{}", wrap(&format!("{}: {}", clean(&one.location.to_string()), clean(&one.found)), style, "    "));
        }
        if all.len() > places {
            let _ = writeln!(out, "    and {} more places", all.len() - places);
        }
        if !finding.fix.is_empty() {
            let _ = writeln!(out, "{}", wrap(&format!("fix: {}", finding.fix), style, "    "));
        }
        if finding.response.is_some() {
            let text = format!("supplier: {}", clean(&super::text::answer(finding)));
            let _ = writeln!(out, "{}", wrap(&text, style, "    "));
        }
        if let Some(line) = finding.advice.as_ref().and_then(advised) {
            let _ = writeln!(out, "{}", wrap(&line, style, "    "));
        }
    }
    more(out, shown, limit);
    out.push('\n');
}

/// The line that would be right, and what is documented of the key.
fn advised(advice: &Advice) -> Option<String> {
    let documented = advice.documented.as_ref().map(|page| match &advice.default {
        Some(default) => format!("{page}; absent, it is {default}"),
        None => page.clone(),
    });
    match (&advice.corrected, documented) {
        (Some(line), Some(documented)) => Some(format!("line: {line}  ({documented})")),
        (Some(line), None) => Some(format!("line: {line}")),
        (None, documented) => documented.map(|text| format!("see: {text}")),
    }
}

fn more(out: &mut String, rows: usize, limit: usize) {
    if rows > limit {
        let _ = writeln!(out, "  ({} more; --all shows them)", rows - limit);
    }
}

fn controls(out: &mut String, assessment: &Assessment, style: Style) {
    let mut counts = String::new();
    for outcome in Outcome::ALL.iter().rev() {
        let count = assessment.controls.iter().filter(|control| control.outcome == *outcome).count();
        if count > 0 {
            let _ = write!(counts, "{}{count} {}", if counts.is_empty() { "" } else { ", " }, outcome.name().replace('_', " "));
        }
    }
    title(out, &format!("Controls: {counts}"), style);
    let mut shown = table(style, &["points lost", "control", "outcome", "complies", "clause"]);
    let limit = if style.all { usize::MAX } else { SHOWN };
    let mut sum = 0.0;
    for loss in &assessment.derivation {
        sum += loss.points;
    }
    for loss in assessment.derivation.iter().filter(|loss| loss.control != "cap").take(limit) {
        let control = assessment.controls.iter().find(|control| control.id == loss.control);
        let outcome = control.map_or("", |control| control.outcome.name()).replace('_', " ");
        shown.add_row(vec![
            format!("{:.2}", loss.points),
            loss.control.clone(),
            outcome,
            format!("{:.0} %", loss.degree * 100.0),
            loss.clause.clone(),
        ]);
    }
    let rest: f64 = assessment.derivation.iter().filter(|loss| loss.control != "cap").skip(limit).map(|loss| loss.points).sum();
    let left = assessment.derivation.iter().filter(|loss| loss.control != "cap").count().saturating_sub(limit);
    if left > 0 {
        shown.add_row(vec![
            format!("{rest:.2}"),
            format!("{left} further controls"),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    for loss in assessment.derivation.iter().filter(|loss| loss.control == "cap") {
        shown.add_row(vec![format!("{:.2}", loss.points), "cap".to_owned(), String::new(), String::new(), loss.clause.clone()]);
    }
    if let Some(value) = assessment.score.value.filter(|_| !assessment.derivation.is_empty()) {
        shown.add_row(vec![format!("{sum:.2}"), format!("= 100 - {value:.2}"), String::new(), String::new(), String::new()]);
        lines(out, &shown);
    }
    if style.all {
        let mut every = table(style, &["control", "severity", "outcome", "why"]);
        for control in &assessment.controls {
            every.add_row(vec![
                control.id.clone(),
                control.severity.name().to_owned(),
                control.outcome.name().replace('_', " "),
                clean(&control.reason),
            ]);
        }
        lines(out, &every);
    }
    out.push('\n');
}

fn improvements(out: &mut String, assessment: &Assessment, style: Style) {
    let list: Vec<_> = assessment.improve.iter().take(if style.all { usize::MAX } else { 5 }).collect();
    if list.is_empty() {
        return;
    }
    title(out, "What to put right first", style);
    for improvement in list {
        let gain = assessment.score.value.map_or(0.0, |value| improvement.score - value);
        let text = if gain > 0.05 {
            format!("{} (+{gain:.1}): {}", improvement.control, improvement.fix)
        } else {
            format!("{}: {}", improvement.control, improvement.fix)
        };
        let _ = writeln!(out, "{}", wrap(&text, style, "  "));
    }
    out.push('\n');
}

fn gaps(out: &mut String, assessment: &Assessment, style: Style) {
    if assessment.gaps.is_empty() {
        return;
    }
    title(out, &format!("Not read or not known: {}", assessment.gaps.len()), style);
    let limit = if style.all { usize::MAX } else { SHOWN };
    for gap in assessment.gaps.iter().take(limit) {
        let _ = writeln!(out, "{}", wrap(&format!("{}: {}", clean(&gap.path), clean(&gap.reason)), style, "  "));
    }
    more(out, assessment.gaps.len(), limit);
    out.push('\n');
}

fn waivers(out: &mut String, assessment: &Assessment, style: Style) {
    if assessment.waivers.is_empty() {
        return;
    }
    title(out, "Waivers", style);
    let mut shown = table(style, &["control", "status", "findings", "expires", "owner"]);
    for result in &assessment.waivers {
        let status = serde_json::to_value(result.status)
            .ok()
            .and_then(|value| value.as_str().map(|text| text.replace('_', " ")))
            .unwrap_or_default();
        shown.add_row(vec![
            result.waiver.control.clone(),
            status,
            result.findings.to_string(),
            result.waiver.expires.to_string(),
            clean(&result.waiver.owner),
        ]);
    }
    lines(out, &shown);
    out.push('\n');
}

/// Documents that are there and end soon or have ended; what is missing is a finding already.
fn documents(out: &mut String, assessment: &Assessment, style: Style) {
    use crate::model::register::DocumentStatus as State;
    let ending: Vec<_> = assessment
        .documents
        .iter()
        .filter(|document| style.all || matches!(document.status, State::Expired | State::Expiring))
        .collect();
    if ending.is_empty() {
        return;
    }
    title(out, if style.all { "Register of evidence" } else { "Documents that have ended or end soon" }, style);
    let mut shown = table(style, &["document", "state", "last day", "days", "asked by"]);
    for document in ending {
        let left = document.expires.map_or("-".to_owned(), |day| day.0.saturating_sub(assessment.date.0).to_string());
        shown.add_row(vec![
            clean(&document.kind.replace('_', " ")),
            document.status.words().to_owned(),
            document.expires.map_or("-".to_owned(), |day| day.to_string()),
            left,
            document.controls.join(" "),
        ]);
    }
    lines(out, &shown);
    out.push('\n');
}

fn foot(out: &mut String, assessment: &Assessment, style: Style) {
    let short = |digest: &str| digest.chars().take(23).collect::<String>();
    let _ = writeln!(
        out,
        "{}",
        wrap(
            &format!(
                "policy {}  evidence {}  {}  {}",
                short(&assessment.policy.digest),
                short(&assessment.evidence.digest),
                assessment.score.formula,
                assessment.tool
            ),
            style,
            ""
        )
    );
    let _ = writeln!(out, "{}", wrap(&assessment.disclaimer, style, ""));
}

/// An inventory without any policy: what personal data is where, of how many people.
pub fn inventory(assessment: &Assessment, style: Style) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n", clean(&assessment.target));
    people(&mut out, &assessment.people, style);
    let holding: Vec<_> = assessment.artifacts.iter().filter(|artifact| !artifact.classes.is_empty()).collect();
    if !holding.is_empty() {
        title(&mut out, &format!("Artifacts that hold personal data: {}", holding.len()), style);
        let mut shown = table(style, &["no.", "people", "artifact", "type", "classes"]);
        let mut order = holding.clone();
        order.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.number.cmp(&b.number)));
        let limit = if style.all { usize::MAX } else { 25 };
        for artifact in order.iter().take(limit) {
            let classes: Vec<&str> = artifact.classes.keys().map(String::as_str).collect();
            let copy = artifact.copy_of.map_or(String::new(), |number| format!(" (copy of {number})"));
            let linked = if artifact.photographs_by_page > 0 { " (photograph linked by page)" } else { "" };
            shown.add_row(vec![
                artifact.number.to_string(),
                artifact.people.to_string(),
                format!("{}{copy}{linked}", clean(&artifact.path)),
                artifact.kind.clone(),
                classes.join(", "),
            ]);
        }
        lines(&mut out, &shown);
        more(&mut out, holding.len(), limit);
        out.push('\n');
    }
    concealed(&mut out, assessment, style);
    gaps(&mut out, assessment, style);
    guarded(&out, style)
}

/// The files that hold more than they show, the most first.
fn concealed(out: &mut String, assessment: &Assessment, style: Style) {
    let mut list: Vec<_> = assessment.artifacts.iter().filter(|artifact| artifact.hidden || artifact.hidden_text > 0).collect();
    if list.is_empty() {
        return;
    }
    let ratio = |artifact: &ArtifactResult| artifact.hidden_text as f64 / artifact.seen_text.max(1) as f64;
    list.sort_by(|a, b| ratio(b).total_cmp(&ratio(a)).then_with(|| a.number.cmp(&b.number)));
    title(out, &format!("Files that hold more than they show: {}", list.len()), style);
    let mut shown = table(style, &["no.", "bytes hidden", "bytes seen", "artifact", "hidden"]);
    let limit = if style.all { usize::MAX } else { SHOWN };
    for artifact in list.iter().take(limit) {
        let why = if artifact.hidden_why.is_empty() { "embedded files".to_owned() } else { artifact.hidden_why.join(", ") };
        shown.add_row(vec![
            artifact.number.to_string(),
            artifact.hidden_text.to_string(),
            artifact.seen_text.to_string(),
            clean(&artifact.path),
            clean(&why),
        ]);
    }
    lines(out, &shown);
    more(out, list.len(), limit);
    out.push('\n');
}

fn verdict_code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "1;32",
        Verdict::Conditional => "1;33",
        Verdict::Fail | Verdict::NotAssessed => "1;31",
    }
}

fn severity_code(name: &str) -> &'static str {
    match name {
        "critical" => "1;31",
        "high" => "31",
        "medium" => "33",
        _ => "36",
    }
}

fn paint(text: &str, code: &str, style: Style) -> String {
    if style.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Words broken at the width, continued lines indented by two more than the first.
pub(super) fn wrap(text: &str, style: Style, indent: &str) -> String {
    let mut out = indent.to_owned();
    let mut column = indent.len();
    for (index, word) in text.split_whitespace().enumerate() {
        let length = word.chars().count();
        if index > 0 {
            if column + 1 + length > usize::from(style.width) {
                let _ = write!(out, "\n{indent}  ");
                column = indent.len() + 2;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// The same for a text that begins in the middle of a line.
fn wrap_after(text: &str, used: usize, style: Style) -> String {
    let narrowed = Style { width: style.width.saturating_sub(used as u16), ..style };
    wrap(text, narrowed, "").replace('\n', &format!("\n{}", " ".repeat(used.saturating_sub(2))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command_of_a_runner_and_no_text_one_of_the_terminal() {
        let plain = Style::default();
        assert_eq!(
            guarded("a\n  ::stop-commands::x\n##[error]y\nb::c\n", plain),
            "a\n  - ::stop-commands::x\n- ##[error]y\nb::c\n"
        );
        assert_eq!(guarded("\u{1b}[31mred\u{1b}[2J\n", plain), "?[31mred?[2J\n");
        let colour = Style { colour: true, ..plain };
        assert_eq!(guarded("\u{1b}[31mred\u{1b}[0m\u{1b}[2J\r\n", colour), "\u{1b}[31mred\u{1b}[0m?[2J?\n");
    }
}
