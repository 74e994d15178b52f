//! How the data is kept: what is hidden, how it is encrypted, how old it is.

use super::Index;
use super::data::holding;
use super::text::{TABLE_END, at, bytes, count, esc, left_out, many, path, table};
use crate::model::assessment::{ArtifactResult, Outcome};
use crate::model::day::Day;
use crate::model::evidence::Dates;
use crate::model::policy::{Parameter, ParameterKind};

/// Rows at most.
const MOST: usize = 200;

/// Content that a reader does not see and a program does.
pub(super) fn hidden(index: &Index) -> String {
    let mut files: Vec<&ArtifactResult> = index.assessment.artifacts.iter().filter(|artifact| artifact.hidden).collect();
    if files.is_empty() {
        return "<p>Nothing hidden was found: no hidden sheet, row, layer or embedded file in what could be read.</p>\n"
            .to_owned();
    }
    files.sort_by(|a, b| b.people.cmp(&a.people).then(b.hidden_text.cmp(&a.hidden_text)).then(a.number.cmp(&b.number)));
    let mut out = format!(
        "<p>{} {} content that whoever opens it does not see, and whoever receives it has.</p>\n",
        many(files.len() as u64, "file", "files"),
        if files.len() == 1 { "holds" } else { "hold" }
    );
    out.push_str(&table(
        "Files with hidden content",
        "hide wide",
        &["File", "What is hidden", "#People in the file", "#Hidden text", "#Seen text", "Share hidden"],
    ));
    for file in files.iter().take(index.most(MOST)) {
        let whole = file.hidden_text.saturating_add(file.seen_text);
        let share = if whole > 0 { file.hidden_text as f64 / whole as f64 } else { 0.0 };
        out.push_str(&format!(
            "<tr><th scope=\"row\">{} <span class=\"no\">no. {}</span></th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"draw\"><svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"14\"/><rect class=\"lost\" width=\"{}\" height=\"14\"/></svg></td></tr>\n",
            path(&file.path),
            file.number,
            file.hidden_why.iter().map(|why| esc(why)).collect::<Vec<_>>().join("<br>"),
            count(file.people),
            bytes(file.hidden_text),
            bytes(file.seen_text),
            at(share)
        ));
    }
    out.push_str(TABLE_END);
    out.push_str(&left_out(index.most(MOST), files.len()));
    out
}

/// Encryption of what holds personal data or could not be read.
pub(super) fn encryption(index: &Index) -> String {
    let files = &index.assessment.artifacts;
    if files.is_empty() {
        return String::new();
    }
    let kinds = [
        ("none", "Not encrypted", "e-none"),
        ("weak", "Weakly encrypted", "e-weak"),
        ("unknown", "Encrypted, strength unknown", "e-unknown"),
        ("strong", "Strongly encrypted", "e-strong"),
    ];
    let mut out = String::from(
        "<p>Of the files that hold something or could not be read. What is strongly encrypted was mostly not opened, so nobody was counted in it.</p>\n",
    );
    out.push_str(&table(
        "Files by encryption",
        "enc wide",
        &["Encryption", "#Files", "#Size", "#With personal data", "#People in the fullest file", "Share of the files"],
    ));
    for (id, words, class) in kinds {
        let these: Vec<&ArtifactResult> = files.iter().filter(|file| file.encryption == id).collect();
        let size = these.iter().fold(0, |sum: u64, file| sum.saturating_add(file.size));
        out.push_str(&format!(
            "<tr><th scope=\"row\">{words}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"draw\"><svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"14\"/><rect class=\"{class}\" width=\"{}\" height=\"14\"/></svg></td></tr>\n",
            count(these.len() as u64),
            bytes(size),
            count(these.iter().filter(|file| !file.classes.is_empty()).count() as u64),
            count(these.iter().map(|file| file.people).max().unwrap_or(0)),
            at(these.len() as f64 / files.len() as f64)
        ));
    }
    out.push_str(TABLE_END);
    out
}

/// How many files with personal data are older than each limit of the policy allows, drawn.
fn beside_limits(index: &Index, files: &[&ArtifactResult], limits: &[&Parameter]) -> String {
    let mut out = table(
        "Files with personal data beside the policy’s limits, by their last change",
        "age wide",
        &["Limit", "#Days", "#Files within", "#Files beyond", "#People in the fullest beyond", "#Oldest, days", "Share beyond"],
    );
    let age = |file: &ArtifactResult| index.assessment.date.0.saturating_sub(file.modified.0);
    for limit in limits {
        let days = limit_days(limit);
        let beyond: Vec<&&ArtifactResult> = files.iter().filter(|file| days.is_some_and(|days| age(file) > days)).collect();
        let part = if files.is_empty() { 0.0 } else { beyond.len() as f64 / files.len() as f64 };
        out.push_str(&limit_row(
            limit,
            &[
                days.map_or_else(|| esc(&super::about::value(limit)), |days| days.to_string()),
                count((files.len() - beyond.len()) as u64),
                count(beyond.len() as u64),
                count(beyond.iter().map(|file| file.people).max().unwrap_or(0)),
                beyond
                    .iter()
                    .map(|file| age(file))
                    .max()
                    .map_or("<span class=\"nil\">–</span>".to_owned(), |days| days.to_string()),
            ],
            part,
        ));
    }
    out.push_str(TABLE_END);
    out
}

/// How many records are older than each limit allows, by the week in which the register itself says that the card was issued.
fn records_beside_limits(index: &Index, files: &[&ArtifactResult], limits: &[&Parameter]) -> String {
    let registers: Vec<(&ArtifactResult, &Dates)> =
        files.iter().filter_map(|file| Some((*file, file.dates.as_ref()?))).filter(|row| row.1.records() > 0).collect();
    let sum = |count: &dyn Fn(&Dates) -> u64| registers.iter().fold(0_u64, |sum, row| sum.saturating_add(count(row.1)));
    let (records, unread) = (sum(&Dates::records), sum(&|dates| dates.unread));
    let Some(oldest) = registers.iter().filter_map(|row| row.1.oldest()).min() else { return String::new() };
    let mut out = format!(
        "<p>{} of {} files with personal data say in columns of their own when cards were issued, printed or sent: {} with a day, the oldest in the week {oldest}. A record is beyond a limit when its whole week is.</p>\n",
        count(registers.len() as u64),
        count(files.len() as u64),
        many(records, "record", "records")
    );
    if unread > 0 {
        out.push_str(&format!(
            "<p>What {} there could not be read as a day: of these nobody can say whether they are beyond a limit.</p>\n",
            if unread == 1 { "1 record says".to_owned() } else { format!("{} records say", count(unread)) }
        ));
    }
    out.push_str(&table(
        "Records beside the policy’s limits, by the weeks in their registers",
        "age wide",
        &["Limit", "#Days", "#Records within", "#Records beyond", "#Files with such records", "#Oldest, days", "Share beyond"],
    ));
    for limit in limits {
        let Some(days) = limit_days(limit) else { continue };
        let last = Day(index.assessment.date.0.saturating_sub(days));
        let beyond = sum(&|dates| dates.before(last));
        out.push_str(&limit_row(
            limit,
            &[
                days.to_string(),
                count(records.saturating_sub(beyond)),
                count(beyond),
                count(registers.iter().filter(|row| row.1.before(last) > 0).count() as u64),
                index.assessment.date.0.saturating_sub(oldest.last().0).max(0).to_string(),
            ],
            beyond as f64 / records as f64,
        ));
    }
    out.push_str(TABLE_END);
    out
}

/// A limit in days, if it is a length of time.
fn limit_days(limit: &Parameter) -> Option<i64> {
    crate::model::value::duration(&limit.value.text()).map(|seconds| seconds / 86_400)
}

/// A row of what stands within and beyond a limit, with the share beyond drawn.
fn limit_row(limit: &Parameter, cells: &[String; 5], beyond: f64) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| format!("<td class=\"n\">{cell}</td>")).collect();
    format!(
        "<tr><th scope=\"row\">{}</th>{}<td class=\"draw\"><svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"e-strong\" width=\"100%\" height=\"14\"/><rect class=\"lost\" width=\"{}\" height=\"14\"/></svg></td></tr>\n",
        esc(&limit.title),
        cells.concat(),
        at(beyond)
    )
}

/// Age of the files that hold personal data, by their last change, beside what the policy says of retention.
pub(super) fn age(index: &Index) -> String {
    let assessment = index.assessment;
    let files = holding(index);
    let limits: Vec<_> = assessment
        .policy
        .parameters
        .iter()
        .filter(|parameter| parameter.kind == ParameterKind::Duration && parameter.name.contains("retention"))
        .collect();
    let mut out = String::new();
    if !limits.is_empty() {
        out.push_str(&records_beside_limits(index, &files, &limits));
        out.push_str(&beside_limits(index, &files, &limits));
    }
    let open: Vec<String> = assessment
        .controls
        .iter()
        .filter(|control| control.theme == "retention" && control.is_open(true))
        .map(|control| {
            format!(
                "<li>{} {}{}</li>",
                index.link(&control.id),
                esc(&control.title),
                if control.outcome == Outcome::Fail {
                    format!(" ({} of {} do not comply)", count(control.failed), count(control.items))
                } else {
                    String::new()
                }
            )
        })
        .collect();
    if !open.is_empty() {
        out.push_str(&format!("<p>Open controls on retention:</p><ul>{}</ul>\n", open.concat()));
    }
    if files.is_empty() {
        return out;
    }
    out.push_str("<p>The tables of files go by the day on which a file was last changed. Records in it may be older, and a copy may look younger than what it was made from.</p>\n");
    let steps = [
        ("After the audit date", i64::MIN, -1),
        ("Up to 30 days", 0, 30),
        ("31 to 90 days", 31, 90),
        ("91 days to 1 year", 91, 365),
        ("1 to 3 years", 366, 1_096),
        ("Over 3 years", 1_097, i64::MAX),
    ];
    out.push_str(&table(
        "Files with personal data by age",
        "age wide",
        &["Last changed", "#Files", "#People in the fullest file", "Share of the files"],
    ));
    for (words, from, to) in steps {
        let these: Vec<&&ArtifactResult> =
            files.iter().filter(|file| (from..=to).contains(&assessment.date.0.saturating_sub(file.modified.0))).collect();
        if these.is_empty() && from < 0 {
            continue;
        }
        out.push_str(&format!(
            "<tr><th scope=\"row\">{words}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"draw\"><svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"14\"/><rect class=\"fill\" width=\"{}\" height=\"14\"/></svg></td></tr>\n",
            count(these.len() as u64),
            count(these.iter().map(|file| file.people).max().unwrap_or(0)),
            at(these.len() as f64 / files.len() as f64)
        ));
    }
    out.push_str(TABLE_END);
    out
}
