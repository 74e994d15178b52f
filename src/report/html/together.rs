//! Which classes stand together: the kinds of dataset, the fullest sets of classes, and a matrix of pairs.

use super::Index;
use super::text::{TABLE_END, capital, class, classes, count, esc, many, path, severity, table};
use crate::model::assessment::People;

/// Classes in the matrix, and sets in the table.
const CLASSES: usize = 12;
const SETS: usize = 10;

pub(super) fn section(index: &Index) -> String {
    let people = &index.assessment.people;
    if people.by_class.is_empty() && people.datasets.is_empty() {
        return String::new();
    }
    let mut out = String::from(
        "<p>A list of names is one thing; names with faces, numbers and vetting levels are another. What counts is what is known of the same person.</p>\n",
    );
    out.push_str(&datasets(index));
    out.push_str(&matrix(people));
    out.push_str(&sets(people));
    out
}

fn datasets(index: &Index) -> String {
    let people = &index.assessment.people;
    if people.datasets.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h3>What the data could be used for</h3>\n");
    out.push_str(&table(
        "Kinds of dataset that can be put together",
        "sets",
        &["Kind", "Severity", "#People", "#In one file", "#In one folder", "#Files", "Where"],
    ));
    for set in &people.datasets {
        let mut places: Vec<String> = set.artifacts.iter().take(3).filter_map(|number| index.path(*number)).map(path).collect();
        let rest = set.places.saturating_sub(places.len() as u64);
        if rest > 0 && !places.is_empty() {
            places.push(format!("and {} more", count(rest)));
        }
        let linked = if set.photographs_by_page > 0 {
            format!(
                "<span class=\"more\">{} only because a photograph stands on their page</span>",
                many(set.photographs_by_page, "person", "people")
            )
        } else {
            String::new()
        };
        out.push_str(&format!(
            "<tr><th scope=\"row\"><span class=\"id\">{}</span> {}{linked}</th><td>{}</td><td class=\"n\"><b>{}</b></td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>\n",
            esc(&set.id),
            capital(&set.title),
            severity(set.severity),
            count(set.people),
            count(set.in_one_file),
            count(set.in_one_folder),
            count(set.places),
            places.join("<br>")
        ));
    }
    out.push_str(TABLE_END);
    out
}

/// The most people of whom a set that has both classes is known: at least as many are known by the pair.
fn pair(people: &People, a: &str, b: &str) -> u64 {
    let has = |classes: &[String], id: &str| classes.iter().any(|class| class == id);
    people.together.iter().filter(|row| has(&row.classes, a) && has(&row.classes, b)).map(|row| row.people).max().unwrap_or(0)
}

fn matrix(people: &People) -> String {
    // a class that stands in no set (the kind above others, such as national_id) has no pairs to show
    let stands = |id: &String| people.together.iter().any(|row| row.classes.contains(id));
    let mut by: Vec<(&String, &u64)> = people.by_class.iter().filter(|row| stands(row.0)).collect();
    by.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let left_out = by.len().saturating_sub(CLASSES);
    by.truncate(CLASSES);
    if by.len() < 2 {
        return String::new();
    }
    let most = by.first().map_or(1, |row| *row.1).max(1);
    let mut out = String::from(
        "<h3>Kinds of data, two by two</h3>\n<p>How many people have both known of them, at least; on the diagonal, how many have that one. Darker is more people.",
    );
    if left_out > 0 {
        out.push_str(&format!(
            " {} held of fewer people {} left out.",
            many(left_out as u64, "kind", "kinds"),
            if left_out == 1 { "is" } else { "are" }
        ));
    }
    out.push_str("</p>\n<div class=\"scroll\" role=\"region\" aria-label=\"People by pairs of kinds of data\" tabindex=\"0\"><table class=\"matrix\"><caption>People by pairs of kinds of data</caption><thead><tr><td></td>");
    for (id, _) in &by {
        out.push_str(&format!("<th scope=\"col\"><span>{}</span></th>", class(id)));
    }
    out.push_str("</tr></thead><tbody>\n");
    for (row, (id, own)) in by.iter().enumerate() {
        out.push_str(&format!("<tr><th scope=\"row\">{}</th>", class(id)));
        for (column, (other, _)) in by.iter().enumerate() {
            if column > row {
                out.push_str("<td class=\"off\"></td>");
                continue;
            }
            let number = if row == column { **own } else { pair(people, id, other) };
            let shade = if number == 0 { 0 } else { 1 + (number as f64 / most as f64 * 3.0).floor().min(3.0) as u8 };
            let own = if row == column { " own" } else { "" };
            let said = if number == 0 { "–".to_owned() } else { count(number) };
            out.push_str(&format!("<td class=\"m{shade}{own}\">{said}</td>"));
        }
        out.push_str("</tr>\n");
    }
    out.push_str(TABLE_END);
    out
}

fn sets(people: &People) -> String {
    let rows: Vec<_> = people.together.iter().filter(|row| row.classes.len() > 1).collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut out = String::from("<h3>Known of the same person</h3>\n");
    out.push_str(&table(
        "Sets of kinds of data known of the same person",
        "known",
        &["#People", "Known of each of them, across the delivery", "#Records with just these"],
    ));
    for row in rows.iter().take(SETS) {
        out.push_str(&format!(
            "<tr><td class=\"n\"><b>{}</b></td><td>{}</td><td class=\"n\">{}</td></tr>\n",
            count(row.people),
            classes(&row.classes),
            count(row.records)
        ));
    }
    out.push_str(TABLE_END);
    if let Some(rest) = rows.len().checked_sub(SETS).filter(|rest| *rest > 0) {
        out.push_str(&format!(
            "<p>{} of fewer people {} left out here.</p>\n",
            many(rest as u64, "set", "sets"),
            if rest == 1 { "is" } else { "are" }
        ));
    }
    out
}
