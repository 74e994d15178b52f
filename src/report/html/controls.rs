//! Controls by theme: what came out, why, on which clauses it rests, and what to do about those that are open.

use super::Index;
use super::text::{TABLE_END, esc, framework, heading, outcome, outcome_words, percent, severity, table};
use crate::model::assessment::{ControlResult, Outcome};

/// The outcomes in the order in which a reader wants them.
const ORDER: [Outcome; 6] =
    [Outcome::Fail, Outcome::Error, Outcome::NotEvidenced, Outcome::Manual, Outcome::Pass, Outcome::NotApplicable];

fn tally(controls: &[(usize, &ControlResult)], of: Outcome) -> usize {
    controls.iter().filter(|(_, control)| control.outcome == of).count()
}

pub(super) fn section(index: &Index) -> String {
    let mut themes: Vec<(&str, Vec<(usize, &ControlResult)>)> = Vec::new();
    for row in index.assessment.controls.iter().enumerate() {
        match themes.iter_mut().find(|theme| theme.0 == row.1.theme) {
            Some(theme) => theme.1.push(row),
            None => themes.push((row.1.theme.as_str(), vec![row])),
        }
    }
    if themes.is_empty() {
        return String::new();
    }
    let lost = |controls: &[(usize, &ControlResult)]| controls.iter().map(|(_, control)| control.points_lost).sum::<f64>();
    themes.sort_by(|a, b| lost(&b.1).total_cmp(&lost(&a.1)).then(a.0.cmp(b.0)));
    let mut out = String::from(
        "<p>A control is <b>met</b>, <b>not met</b>, <b>not shown</b> (evidence that the policy asks for was not supplied), <b>undecided</b>, or rests <b>by statement</b> on the supplier’s word alone. The themes that cost most come first.</p>\n",
    );
    out.push_str(&overview(&themes));
    for (theme, controls) in &mut themes {
        let place = |control: &ControlResult| ORDER.iter().position(|outcome| *outcome == control.outcome);
        controls.sort_by(|(_, a), (_, b)| {
            place(a).cmp(&place(b)).then(b.severity.cmp(&a.severity)).then(b.points_lost.total_cmp(&a.points_lost))
        });
        let open = controls.iter().filter(|(_, control)| control.is_open(true)).count();
        let words: Vec<String> = ORDER
            .iter()
            .map(|outcome| (tally(controls, *outcome), *outcome))
            .filter(|(count, _)| *count > 0)
            .map(|(count, outcome)| format!("{count} {}", outcome_words(outcome)))
            .collect();
        out.push_str(&format!(
            "<details class=\"theme\"><summary><h3>{}</h3> <span class=\"more\">{} – {}</span></summary>\n",
            heading(theme),
            if open > 0 { format!("<b>{open} open</b>") } else { "nothing open".to_owned() },
            words.join(", ")
        ));
        // what does not apply is said in a line each: it is the most of a long policy and decides nothing
        let (rest, apply): (Vec<_>, Vec<_>) = controls.iter().partition(|(_, control)| control.outcome == Outcome::NotApplicable);
        if !apply.is_empty() {
            let heads = ["Outcome", "Control", "Severity", "#Complies", "#Points lost", "Clauses"];
            out.push_str(&table(&format!("Controls: {}", heading(theme)), "controls", &heads));
            out.push_str(&apply.iter().map(|(at, control)| row(*at, control)).collect::<String>());
            out.push_str(TABLE_END);
        }
        if !rest.is_empty() {
            out.push_str("<h4>Does not apply: nothing in the delivery that these are about</h4>\n<ul class=\"rest\">");
            out.push_str(&rest.iter().map(|(at, control)| idle(*at, control)).collect::<String>());
            out.push_str("</ul>\n");
        }
        out.push_str("</details>\n");
    }
    out
}

/// One line a theme: how many of which outcome, drawn and said.
fn overview(themes: &[(&str, Vec<(usize, &ControlResult)>)]) -> String {
    let mut out = table(
        "Outcomes by theme",
        "overview wide",
        &["Theme", "#Not met", "#Undecided", "#Not shown", "#By statement", "#Met", "#Does not apply", "Those that apply"],
    );
    for (theme, controls) in themes {
        out.push_str(&format!("<tr><th scope=\"row\">{}</th>", heading(theme)));
        for outcome in ORDER {
            let number = tally(controls, outcome);
            out.push_str(&format!("<td class=\"n{}\">{number}</td>", if number == 0 { " nil" } else { "" }));
        }
        let whole = controls.len() - tally(controls, Outcome::NotApplicable);
        out.push_str("<td class=\"draw\">");
        if whole > 0 {
            out.push_str("<svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\">");
            let mut from = 0;
            for outcome in ORDER.into_iter().filter(|outcome| *outcome != Outcome::NotApplicable) {
                let number = tally(controls, outcome);
                if number > 0 {
                    out.push_str(&format!(
                        "<rect class=\"r-{}\" x=\"{}\" width=\"{}\" height=\"14\"/>",
                        outcome.name(),
                        super::text::at(from as f64 / whole as f64),
                        super::text::at(number as f64 / whole as f64)
                    ));
                }
                from += number;
            }
            out.push_str("</svg>");
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str(TABLE_END);
    out
}

/// The clauses that a control rests on, by framework.
fn clauses(control: &ControlResult) -> Vec<String> {
    let one = |(id, clauses): (&String, &Vec<String>)| {
        format!("{} {}", framework(id), clauses.iter().map(|clause| esc(clause)).collect::<Vec<_>>().join(", "))
    };
    control.references.iter().map(one).collect()
}

/// A control that does not apply.
fn idle(at: usize, control: &ControlResult) -> String {
    format!(
        "<li id=\"c{at}\"><span class=\"id\">{}</span> {} <span class=\"cite\">{}</span></li>\n",
        esc(&control.id),
        esc(&control.title),
        clauses(control).join("; ")
    )
}

fn row(at: usize, control: &ControlResult) -> String {
    let mut said = format!(
        "<span class=\"id\">{}</span>{} <b>{}</b>",
        esc(&control.id),
        if control.gate { " <span class=\"tag gate\">gate</span>" } else { "" },
        esc(&control.title)
    );
    if !control.reason.is_empty() {
        said.push_str(&format!("<span class=\"more\">{}</span>", esc(&control.reason)));
    }
    if control.is_open(false) {
        said.push_str(&format!(
            "<span class=\"more\">Why it matters: {}</span><span class=\"more\">What to do: {}</span>",
            esc(&control.why),
            esc(&control.fix)
        ));
    }
    let clauses: String = clauses(control).iter().map(|clause| format!("<li>{clause}</li>")).collect();
    // how many of how many stands in the reason; the degree goes by people or checks and may be another share
    let complies = if control.items > 0 { percent(control.degree) } else { String::new() };
    let lost = if control.points_lost > 0.0 { format!("{:.2}", control.points_lost) } else { String::new() };
    format!(
        "<tr id=\"c{at}\"><td>{}</td><th scope=\"row\">{said}</th><td>{}</td><td class=\"n\">{complies}</td><td class=\"n\">{lost}</td><td><ul class=\"clauses\">{}</ul></td></tr>\n",
        outcome(control.outcome, control.waived),
        severity(control.severity),
        clauses
    )
    .replace("<ul class=\"clauses\"></ul>", "")
}
