//! What the report rests on: policy, evidence, formula, parameters; and what it says of itself.

use super::Index;
use super::text::{TABLE_END, esc, heading, percent, table};
use crate::model::assessment::Assessment;
use crate::model::policy::Parameter;

/// A parameter's value as text.
pub(super) fn value(parameter: &Parameter) -> String {
    match serde_json::to_value(&parameter.value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Array(rows)) => {
            rows.iter().map(|row| row.as_str().map_or_else(|| row.to_string(), str::to_owned)).collect::<Vec<_>>().join(", ")
        }
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

pub(super) fn section(index: &Index) -> String {
    let assessment = index.assessment;
    let (policy, evidence) = (&assessment.policy, &assessment.evidence);
    let rows = [
        ("Policy", format!("{}, version {} ({})", esc(&policy.title), esc(&policy.version), esc(&policy.id))),
        ("Policy’s digest", format!("<code>{}</code>", esc(&policy.digest))),
        ("Evidence’s digest", format!("<code>{}</code>", esc(&evidence.digest))),
        ("Detectors’ digest", format!("<code>{}</code>", esc(&evidence.detectors))),
        ("Collected by", esc(&evidence.tool)),
        ("Assessed by", esc(&assessment.tool)),
        ("Formula and model", format!("{}, {}", esc(&assessment.score.formula), esc(&assessment.score.model))),
        (
            "A pass needs",
            format!("a score of {:.0} and {} of the delivery read", policy.thresholds.pass, percent(policy.thresholds.coverage)),
        ),
    ];
    let mut out = String::from(
        "<p>With the same policy, evidence and date anyone can compute this report again, to the last byte.</p>\n<dl class=\"basis\">",
    );
    for (name, value) in rows {
        out.push_str(&format!("<div><dt>{name}</dt><dd>{value}</dd></div>"));
    }
    out.push_str("</dl>\n");
    if !policy.parameters.is_empty() {
        out.push_str("<details><summary>Parameters in force</summary>\n");
        out.push_str(&table("Parameters in force", "parameters", &["Parameter", "What it means", "Value"]));
        for parameter in &policy.parameters {
            out.push_str(&format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n",
                heading(&parameter.name),
                esc(&parameter.title),
                esc(&value(parameter))
            ));
        }
        out.push_str(TABLE_END);
        out.push_str("</details>\n");
    }
    out
}

/// The end of the page.
pub(crate) fn footer(assessment: &Assessment) -> String {
    format!("<footer><p>{}</p><p>{} · {}</p></footer>\n", esc(&assessment.disclaimer), esc(&assessment.tool), assessment.date)
}
