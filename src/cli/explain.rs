//! `provost explain`: any word of the language, from the registries.

use super::output::Output;
use super::{Failure, PASSED};
use crate::assess::select;
use crate::audit::Words;
use crate::collect::config::CONFIGS;
use crate::collect::config::known::Known;
use crate::collect::document::DOCUMENTS;
use crate::collect::resource::RESOURCES;
use crate::collect::results::RESULTS;
use crate::detect::validators::VALIDATORS;
use crate::model::policy::Operator;
use crate::policy::words::WORDS;
use crate::policy::{self, builtin, control::FRAMEWORKS, control::THEMES};
use crate::report::FORMATS;
use std::fmt::Write as _;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Any word of the policy language: a control, data class, selector, attribute, operator, key, format, validator or framework; or
    /// one of: controls, classes, selectors, operators, attributes, formats, products, validators, frameworks
    word: String,
}

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let wanted = args.word.to_lowercase();
    if wanted == "products" {
        output.print(&products())?;
        return Ok(PASSED);
    }
    let topics = topics()?;
    if let Some(list) = listing(&wanted, &topics) {
        output.print(&list)?;
        return Ok(PASSED);
    }
    let found: Vec<&Topic> = topics.iter().filter(|topic| topic.name.to_lowercase() == wanted).collect();
    if found.is_empty() {
        let help = policy::reader::suggest(&args.word, topics.iter().map(|topic| topic.name.as_str()));
        let help = help
            .filter(|text| text.starts_with("did"))
            .or_else(|| Some("try classes, controls, selectors, operators, formats, validators or frameworks".to_owned()));
        return Err(Failure::Usage(format!("nothing is called `{}`", args.word), help));
    }
    for topic in found {
        output.print(&format!("{} ({})\n{}\n\n", topic.name, topic.kind, topic.text.trim_end()))?;
    }
    Ok(PASSED)
}

/// What a product knows of its keys.
fn keys(known: &[Known]) -> String {
    let mut out = String::new();
    for known in known {
        let absent = known.absent.words().map_or_else(|| "nothing stands in".to_owned(), |words| format!("absent: {words}"));
        let _ = writeln!(out, "  {:<30} {absent}  ({})", known.key, known.documented);
    }
    out
}

/// Every product and kind of resource with its keys, as a page for the documents.
fn products() -> String {
    let mut out = String::new();
    let mut page = |id: &str, title: &str, notes: &str, known: &[Known]| {
        let _ = write!(out, "## `{id}`: {title}\n\n{notes}\n\n");
        if known.is_empty() {
            return;
        }
        out.push_str("| key | when it is absent | documented in |\n|---|---|---|\n");
        for known in known {
            let absent = known.absent.words().unwrap_or_else(|| "nothing stands in".to_owned());
            let _ = writeln!(out, "| `{}` | {} | {} |", known.key, absent.replace('|', "\\|"), known.documented);
        }
        out.push('\n');
    };
    for config in CONFIGS {
        page(config.id(), config.title(), config.notes(), config.known());
    }
    for kind in RESOURCES {
        page(kind.id, kind.title, kind.notes, kind.known);
    }
    out
}

struct Topic {
    kind: &'static str,
    name: String,
    title: String,
    text: String,
}

fn listing(word: &str, topics: &[Topic]) -> Option<String> {
    let kind = match word {
        "control" | "controls" => "control",
        "class" | "classes" => "data class",
        "selector" | "selectors" => "selector",
        "operator" | "operators" | "predicate" | "predicates" => "operator",
        "format" | "formats" => "format",
        "validator" | "validators" => "validator",
        "framework" | "frameworks" => "framework",
        "attribute" | "attributes" => "attribute",
        _ => return None,
    };
    let kinds = |topic: &Topic| {
        topic.kind == kind || (kind == "format" && (topic.kind.ends_with("format") || topic.kind == "format of results"))
    };
    let mut out = String::new();
    for topic in topics.iter().filter(|topic| kinds(topic)) {
        let _ = writeln!(out, "{:<24} {}", topic.name, topic.title);
    }
    Some(out)
}

/// Every attribute, with what it is for each selector that has it.
fn attributes() -> Vec<Topic> {
    let mut out: Vec<Topic> = Vec::new();
    for spec in select::specs() {
        for (name, _, meaning) in spec.attributes {
            let line = format!("of `{}`: {meaning}\n", spec.id);
            match out.iter_mut().find(|topic| topic.name == *name) {
                Some(topic) => topic.text.push_str(&line),
                None => {
                    out.push(Topic { kind: "attribute", name: (*name).to_owned(), title: (*meaning).to_owned(), text: line });
                }
            }
        }
    }
    out
}

fn topics() -> Result<Vec<Topic>, Failure> {
    let words = Words::default();
    let vocabulary = words.vocabulary();
    let mut out = Vec::new();
    for selector in select::SELECTORS {
        let spec = selector.spec();
        let mut text = format!("{}\n\n{}\n\nattributes:\n", spec.title, spec.notes);
        for (name, _, meaning) in spec.attributes {
            let _ = writeln!(text, "  {name:<18} {meaning}");
        }
        out.push(Topic { kind: "selector", name: spec.id.to_owned(), title: spec.title.to_owned(), text });
    }
    out.extend(attributes());
    for (kind, word, meaning) in WORDS {
        out.push(Topic { kind, name: (*word).to_owned(), title: (*meaning).to_owned(), text: (*meaning).to_owned() });
    }
    for kind in select::document_types() {
        let title = format!("a type of document in the manifest: {}", kind.replace('_', " "));
        let text = format!("{title}\n\n`document: {kind}` is the newest one that the manifest lists");
        out.push(Topic { kind: "type of document", name: (*kind).to_owned(), title, text });
    }
    for theme in THEMES {
        let title = format!("what a control may be about: {}", theme.replace('_', " "));
        out.push(Topic { kind: "theme", name: (*theme).to_owned(), text: title.clone(), title });
    }
    for (_, name, meaning) in Operator::TABLE {
        out.push(Topic { kind: "operator", name: (*name).to_owned(), title: (*meaning).to_owned(), text: (*meaning).to_owned() });
    }
    for class in policy::builtin_classes(&vocabulary)? {
        let mut text = format!(
            "{}\n{}\n\nsensitivity {}, jurisdiction {}\n",
            class.title,
            class.summary,
            class.sensitivity.name(),
            class.jurisdiction.join(", ")
        );
        let headers: Vec<&str> = class.columns.iter().map(String::as_str).collect();
        if !headers.is_empty() {
            let _ = writeln!(text, "columns: {}", headers.join(", "));
        }
        for pattern in &class.patterns {
            let _ = writeln!(
                text,
                "pattern: {} (confidence {}{})",
                pattern.regex,
                pattern.confidence,
                pattern.validator.as_ref().map_or(String::new(), |name| format!(", validator {name}"))
            );
        }
        if !class.source.is_empty() {
            let _ = writeln!(text, "source: {}", class.source);
        }
        out.push(Topic { kind: "data class", name: class.id.clone(), title: class.title.clone(), text });
    }
    for id in builtin::policy_ids() {
        let policy = policy::load(id, &[], &vocabulary)?;
        for control in policy.controls.iter().filter(|control| control.policy == id) {
            let clauses: Vec<String> =
                control.references.iter().map(|(framework, clauses)| format!("{framework} {}", clauses.join(", "))).collect();
            let text = format!(
                "{}\npolicy {id}, severity {}, weight {}, theme {}{}\n\nwhy: {}\nfix: {}\nreferences: {}\n",
                control.title,
                control.severity.name(),
                control.weight,
                control.theme,
                if control.gate { ", gate" } else { "" },
                control.why,
                control.fix,
                clauses.join("; ")
            );
            out.push(Topic { kind: "control", name: control.id.clone(), title: control.title.clone(), text });
        }
    }
    for config in CONFIGS {
        out.push(Topic {
            kind: "configuration format",
            name: config.id().to_owned(),
            title: config.title().to_owned(),
            text: format!("{}\n\n{}\n{}", config.title(), config.notes(), keys(config.known())),
        });
    }
    for kind in RESOURCES {
        let text = format!("{}\n\n{}\n{}", kind.title, kind.notes, keys(kind.known));
        out.push(Topic { kind: "kind of resource", name: kind.id.to_owned(), title: kind.title.to_owned(), text });
    }
    for format in RESULTS {
        out.push(Topic {
            kind: "format of results",
            name: format.id().to_owned(),
            title: format.title().to_owned(),
            text: format!("{}\n\n{}", format.title(), format.notes()),
        });
    }
    for document in DOCUMENTS {
        out.push(Topic {
            kind: "document format",
            name: document.id().to_owned(),
            title: document.title().to_owned(),
            text: format!("{}\n\n{}", document.title(), document.notes()),
        });
    }
    for format in FORMATS {
        out.push(Topic {
            kind: "report format",
            name: format.id().to_owned(),
            title: format.title().to_owned(),
            text: format.title().to_owned(),
        });
    }
    for validator in VALIDATORS {
        out.push(Topic {
            kind: "validator",
            name: validator.id.to_owned(),
            title: validator.title.to_owned(),
            text: format!("{}\nsource: {}", validator.title, validator.source),
        });
    }
    for (id, title) in FRAMEWORKS {
        out.push(Topic { kind: "framework", name: (*id).to_owned(), title: (*title).to_owned(), text: (*title).to_owned() });
    }
    Ok(out)
}
