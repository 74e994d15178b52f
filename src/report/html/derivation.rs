//! How the score came about: a waterfall from 100 down to the score. Steps are whole hundredths of a point made by rounding the running
//! sum, so that what is shown adds up to the last digit.

use super::Index;
use super::text::{TABLE_END, at, esc, heading, percent, table};
use crate::model::assessment::Loss;

/// One step, in hundredths of a point.
struct Step<'a> {
    loss: &'a Loss,
    points: i64,
    after: i64,
}

fn hundredths(points: f64) -> i64 {
    (points * 100.0).round() as i64
}

fn shown(points: i64) -> String {
    format!("{}{}.{:02}", if points < 0 { "−" } else { "" }, points.abs() / 100, points.abs() % 100)
}

fn steps(losses: &[Loss]) -> Vec<Step<'_>> {
    let (mut sum, mut before) = (0.0, 0);
    let step = |loss| {
        let loss: &Loss = loss;
        sum += loss.points;
        let now = hundredths(sum);
        let points = now - before;
        before = now;
        Step { loss, points, after: 10_000 - now }
    };
    losses.iter().map(step).collect()
}

fn bar(from: i64, to: i64, class: &str) -> String {
    let (low, high) = (from.min(to) as f64 / 10_000.0, from.max(to) as f64 / 10_000.0);
    format!(
        "<svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"track\" y=\"6\" width=\"100%\" height=\"2\"/><rect class=\"{class}\" x=\"{}\" width=\"{}\" height=\"14\"/></svg>",
        at(low),
        at((high - low).max(0.002))
    )
}

pub(super) fn section(index: &Index) -> String {
    let assessment = index.assessment;
    let Some(value) = assessment.score.value else { return String::new() };
    if assessment.score.model != "provost" {
        return format!(
            "<p>The score was computed by the model <b>{}</b>, which has no derivation by control.</p>\n",
            esc(&assessment.score.model)
        );
    }
    let steps = steps(&assessment.derivation);
    let end = hundredths(value);
    let lost: i64 = steps.iter().map(|step| step.points).sum();
    let mut out = format!(
        "<p>The score starts at 100. Each control takes away the points that its weight and its share of failures are worth; the steps below add up to <b>{}</b>, and 100 − {} = <b>{}</b>.</p>\n",
        shown(lost),
        shown(lost),
        shown(10_000 - lost)
    );
    if (10_000 - lost - end).abs() > 1 {
        out.push_str(&format!("<p class=\"note\"><b>These steps do not add up to the score of {}.</b> This assessment was changed after it was made, or made by another formula.</p>\n", shown(end)));
    }
    if steps.is_empty() {
        out.push_str("<p>No control takes points away.</p>\n");
        return out;
    }
    out.push_str(&themes(index, &steps, 10_000 - lost));
    out.push_str("<details><summary>Every control that takes points away</summary>\n");
    out.push_str(&table(
        "Points lost by control",
        "fall",
        &["Control", "#Weight", "#Complies", "Items", "Clause", "#Points", "#Left"],
    ));
    for step in &steps {
        let loss = step.loss;
        let title = index
            .control(&loss.control)
            .map_or(String::new(), |control| format!("<span class=\"more\">{}</span>", esc(&control.title)));
        let cap = loss.control == "cap";
        let name = if cap { "<span class=\"id\">Cap</span>".to_owned() } else { index.link(&loss.control) };
        let (weight, degree) =
            if cap { (String::new(), String::new()) } else { (format!("{:.1}", loss.weight), percent(loss.degree)) };
        out.push_str(&format!(
            "<tr><th scope=\"row\">{name} {title}</th><td class=\"n\">{weight}</td><td class=\"n\">{degree}</td><td>{}</td><td>{}</td><td class=\"n\">−{}</td><td class=\"n\">{}</td></tr>\n",
            esc(&loss.items),
            esc(&loss.clause),
            shown(step.points),
            shown(step.after)
        ));
    }
    out.push_str(&format!(
        "<tr class=\"total\"><th scope=\"row\">Together</th><td></td><td></td><td></td><td></td><td class=\"n\" data-sum=\"{lost}\">−{}</td><td class=\"n\">{}</td></tr>\n",
        shown(lost),
        shown(10_000 - lost)
    ));
    out.push_str(TABLE_END);
    out.push_str("</details>\n");
    out
}

/// The waterfall by theme, themes that cost most first, a cap last.
fn themes(index: &Index, steps: &[Step], end: i64) -> String {
    let mut themes: Vec<(String, i64, usize)> = Vec::new();
    let mut cap = 0;
    for step in steps {
        if step.loss.control == "cap" {
            cap += step.points;
            continue;
        }
        let theme = index.control(&step.loss.control).map_or("other", |control| control.theme.as_str());
        match themes.iter_mut().find(|row| row.0 == theme) {
            Some(row) => {
                row.1 += step.points;
                row.2 += 1;
            }
            None => themes.push((theme.to_owned(), step.points, 1)),
        }
    }
    themes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut out =
        table("Waterfall by theme", "fall wide", &["Theme", "#Controls", "#Points", "#Left", "From 100 down to the score"]);
    out.push_str(&format!(
        "<tr class=\"ends\"><th scope=\"row\">Start</th><td></td><td></td><td class=\"n\">100.00</td><td class=\"draw\">{}</td></tr>\n",
        bar(0, 10_000, "whole")
    ));
    let mut left = 10_000;
    let mut row = |name: &str, controls: &str, points: i64| {
        let from = left;
        left -= points;
        out.push_str(&format!(
            "<tr><th scope=\"row\">{name}</th><td class=\"n\">{controls}</td><td class=\"n\" data-step=\"{points}\">−{}</td><td class=\"n\">{}</td><td class=\"draw\">{}</td></tr>\n",
            shown(points),
            shown(left),
            bar(from, left, "lost")
        ));
    };
    for (theme, points, controls) in &themes {
        row(&heading(theme), &controls.to_string(), *points);
    }
    if cap != 0 {
        row("Cap by what is open", "", cap);
    }
    out.push_str(&format!(
        "<tr class=\"total\"><th scope=\"row\">Score</th><td></td><td></td><td class=\"n\">{}</td><td class=\"draw\">{}</td></tr>\n",
        shown(end),
        bar(0, end, "whole")
    ));
    out.push_str(TABLE_END);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_adds_up_to_what_is_lost() {
        let loss = |points| Loss {
            control: String::new(),
            points,
            weight: 1.0,
            degree: 0.0,
            items: String::new(),
            clause: String::new(),
        };
        let losses: Vec<Loss> = (0..60).map(|_| loss(1.556_420_233)).collect();
        let steps = steps(&losses);
        assert_eq!(steps.iter().map(|step| step.points).sum::<i64>(), hundredths(60.0 * 1.556_420_233));
        assert_eq!(shown(-205), "−2.05");
    }
}
