//! The first screen: verdict and why, score with its bounds, coverage, people at risk and what is known of them together.

use super::Index;
use super::text::{at, bytes, capital, class, count, esc, list, many, percent, severity, verdict};
use crate::model::assessment::{Assessment, ControlResult, People, Verdict};
use crate::model::policy::Severity;

/// The masthead.
pub(crate) fn header(assessment: &Assessment, marking: &str) -> String {
    format!(
        "<header class=\"mast\">{}<p class=\"kind\">Supplier audit report</p>\n<h1><bdi>{}</bdi></h1>\n<p class=\"sub\">{}, version {} · as of <time datetime=\"{date}\">{date}</time></p>\n<p class=\"handle\">Handle in confidence: this report says where personal data lies and how it is protected. It holds no personal data itself.</p></header>\n",
        marking,
        esc(&assessment.target),
        esc(&assessment.policy.title),
        esc(&assessment.policy.version),
        date = assessment.date
    )
}

/// The first screen.
pub(crate) fn section(index: &Index) -> String {
    let assessment = index.assessment;
    let shape = match assessment.verdict {
        Verdict::Pass => "M5 13l5 5L20 7",
        Verdict::Conditional => "M12 4v10M12 18v2",
        Verdict::Fail => "M6 6l12 12M18 6L6 18",
        Verdict::NotAssessed => "M5 12h14",
    };
    let mut out = format!(
        "<section class=\"verdict v-{}\" aria-labelledby=\"h-verdict\">\n<h2 id=\"h-verdict\"><svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{shape}\"/></svg><span class=\"hush\">Verdict: </span>{}</h2>\n<p class=\"lead\">{}</p>\n",
        assessment.verdict.name(),
        verdict(assessment.verdict),
        sentence(assessment)
    );
    out.push_str("<ul class=\"why\">");
    for reason in &assessment.reasons {
        out.push_str(&format!("<li>{}</li>", esc(reason)));
    }
    out.push_str("</ul>\n</section>\n<div class=\"first\">\n");
    out.push_str(&score(assessment));
    out.push_str(&coverage(assessment));
    out.push_str(&people(&assessment.people));
    out.push_str("</div>\n");
    out
}

/// The verdict and what it rests on, in a sentence without a single id.
fn sentence(assessment: &Assessment) -> String {
    let open = |fits: &dyn Fn(&ControlResult) -> bool| {
        assessment.controls.iter().filter(|control| control.is_open(true) && fits(control)).count() as u64
    };
    let are = |number: u64, one: &str, more: &str, end: &str| {
        (number > 0).then(|| format!("{} {} {end}", many(number, one, more), if number == 1 { "is" } else { "are" }))
    };
    let below = assessment.score.value.filter(|value| *value < assessment.policy.thresholds.pass);
    let why: Vec<String> = [
        are(open(&|control| control.gate), "gate", "gates", "failed"),
        are(open(&|control| control.severity == Severity::Critical), "critical control", "critical controls", "open"),
        are(open(&|control| control.severity == Severity::High), "high one", "high ones", "open"),
        below.map(|value| {
            format!("the score of {value:.1} is below the {:.0} that a pass needs", assessment.policy.thresholds.pass)
        }),
        (!assessment.complete).then(|| "too little could be assessed".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let verdict = match assessment.verdict {
        Verdict::Pass => "The supplier is fit to hold the data, as far as the policy asks and the evidence reaches",
        Verdict::Conditional => "The supplier is fit to hold the data only if what is named here is put right or accepted",
        Verdict::Fail => "The supplier is not fit to hold the data as things stand",
        Verdict::NotAssessed => "Nothing could be assessed, so nothing can be said of the supplier",
    };
    match assessment.verdict {
        Verdict::Conditional | Verdict::Fail if !why.is_empty() => format!("{verdict}: {}.", list(&why)),
        _ => format!("{verdict}."),
    }
}

fn score(assessment: &Assessment) -> String {
    let score = &assessment.score;
    let mut out = String::from("<section class=\"panel\" aria-labelledby=\"h-score-now\"><h2 id=\"h-score-now\">Score</h2>\n");
    let Some(value) = score.value else {
        out.push_str("<p class=\"big\">None</p><p>Nothing was assessed, so there is no score.</p></section>\n");
        return out;
    };
    out.push_str(&format!("<p class=\"big\">{value:.1} <span class=\"of\">of {:.0}</span></p>\n", score.maximum));
    out.push_str(&scale(assessment, value));
    out.push_str("<ul class=\"facts\">");
    if let Some((low, high)) = crate::text::bounds(assessment) {
        out.push_str(&format!(
            "<li><span class=\"key k-band\" aria-hidden=\"true\"></span>Between <b>{low:.1}</b> and <b>{high:.1}</b> once the rest is assessed</li>"
        ));
    }
    out.push_str(&format!(
        "<li><span class=\"key k-line\" aria-hidden=\"true\"></span>A pass needs <b>{:.0}</b></li>",
        assessment.policy.thresholds.pass
    ));
    if let (Some(cap), Some(uncapped)) = (&score.cap, score.uncapped) {
        out.push_str(&format!(
            "<li>Capped at <b>{:.0}</b> because {}; {uncapped:.1} without the cap</li>",
            cap.at,
            esc(&cap.reason)
        ));
    }
    if let Some(plain) = crate::text::without_waivers(assessment) {
        out.push_str(&format!("<li>Without waivers <b>{plain:.1}</b></li>"));
    }
    out.push_str("</ul></section>\n");
    out
}

/// The score on a line from nothing to all: the bounds as a band, the mark that a pass needs.
fn scale(assessment: &Assessment, value: f64) -> String {
    let score = &assessment.score;
    let most = if score.maximum > 0.0 { score.maximum } else { 100.0 };
    let mut out = String::from("<svg class=\"scale\" width=\"100%\" height=\"34\" aria-hidden=\"true\">");
    out.push_str("<rect class=\"track\" x=\"0\" y=\"11\" width=\"100%\" height=\"12\" rx=\"2\"/>");
    out.push_str(&format!("<rect class=\"fill\" x=\"0\" y=\"11\" width=\"{}\" height=\"12\" rx=\"2\"/>", at(value / most)));
    if let Some((low, high)) = crate::text::bounds(assessment) {
        out.push_str(&format!(
            "<rect class=\"band\" x=\"{}\" y=\"7\" width=\"{}\" height=\"20\" rx=\"2\"/>",
            at(low / most),
            at((high - low) / most)
        ));
    }
    let need = at(assessment.policy.thresholds.pass / most);
    out.push_str(&format!("<line class=\"need\" x1=\"{need}\" x2=\"{need}\" y1=\"2\" y2=\"32\"/></svg>\n"));
    out
}

fn coverage(assessment: &Assessment) -> String {
    let coverage = &assessment.coverage;
    let mut out = String::from("<section class=\"panel\" aria-labelledby=\"h-coverage\"><h2 id=\"h-coverage\">Coverage</h2>\n");
    let ratio = coverage.ratio.map_or("None".to_owned(), percent);
    out.push_str(&format!("<p class=\"big\">{ratio} <span class=\"of\">read</span></p>\n<ul class=\"bars\">"));
    let share = |part: u64, whole: u64| if whole > 0 { part as f64 / whole as f64 } else { 0.0 };
    let (files, size, weight) = (&coverage.artifacts, &coverage.bytes, &coverage.weight);
    let assessed = if weight.applicable > 0.0 { weight.assessed / weight.applicable } else { 0.0 };
    let rows = [
        (share(files.read, files.seen), format!("{} of {} read", count(files.read), many(files.seen, "file", "files"))),
        (share(size.read, size.seen), format!("{} of {} read", bytes(size.read), bytes(size.seen))),
        (assessed, format!("{} of the weight that applies was assessed from evidence", percent(assessed))),
    ];
    for (share, words) in rows {
        out.push_str(&format!(
            "<li>{words}<svg class=\"bar\" width=\"100%\" height=\"8\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"8\" rx=\"2\"/><rect class=\"fill\" width=\"{}\" height=\"8\" rx=\"2\"/></svg></li>",
            at(share)
        ));
    }
    out.push_str("</ul>");
    if !assessment.complete {
        out.push_str(
            "<p><b>The audit is not complete:</b> too little was read, or too little of the policy applies, to stand on.</p>",
        );
    }
    out.push_str("</section>\n");
    out
}

fn people(people: &People) -> String {
    let mut out =
        String::from("<section class=\"panel people\" aria-labelledby=\"h-people\"><h2 id=\"h-people\">People at risk</h2>\n");
    let about = if people.error > 0.0 { "about " } else { "" };
    out.push_str(&format!("<div class=\"who\"><p class=\"big\">{about}{}</p>\n", count(people.total)));
    if people.error > 0.0 {
        out.push_str(&format!("<p>An estimate, within {:.1} % in 19 cases of 20.</p>", people.error * 200.0));
    }
    if people.unattributed_records > 0 {
        let (are, hold) = if people.unattributed_records == 1 { ("is", "holds") } else { ("are", "hold") };
        out.push_str(&format!(
            "<p>Beside them there {are} {} that {hold} personal data of nobody who can be told apart.</p>",
            many(people.unattributed_records, "record", "records")
        ));
    }
    if people.total == 0 && people.unattributed_records == 0 {
        out.push_str("<p>No personal data of any person was found in what could be read.</p>");
    }
    out.push_str("</div>\n");
    // the fullest picture: the most classes, then the most people
    let fullest = people.together.iter().max_by_key(|row| (row.classes.len(), row.people));
    if let Some(row) = fullest.filter(|row| row.classes.len() > 1) {
        let names: Vec<String> = row.classes.iter().map(|id| class(id)).collect();
        out.push_str(&format!(
            "<div class=\"known\"><h3>Known of the same person</h3><p>Of <b>{}</b> all of this is known, across the delivery: {}.</p>",
            if row.people == 1 { "1 person".to_owned() } else { format!("{} people", count(row.people)) },
            list(&names)
        ));
        if !people.datasets.is_empty() {
            out.push_str("<ul class=\"sets\">");
            let mut worst: Vec<_> = people.datasets.iter().collect();
            worst.sort_by(|a, b| b.severity.cmp(&a.severity).then(b.people.cmp(&a.people)));
            for set in worst.iter().take(4) {
                // of what identifies nobody, the places count
                let (number, one, more) =
                    if set.people > 0 { (set.people, "person", "people") } else { (set.places, "file", "files") };
                out.push_str(&format!(
                    "<li>{} {}: <b>{}</b></li>",
                    severity(set.severity),
                    capital(&set.title),
                    many(number, one, more)
                ));
            }
            out.push_str("</ul>");
        }
        out.push_str("</div>");
    }
    out.push_str("</section>\n");
    out
}
