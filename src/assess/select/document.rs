//! `document:` evidence that cannot be scanned, listed in the delivery's manifest with issue and expiry.

use super::{Item, Items, Ready, Selector, nearest, problem};
use crate::context::Context;
use crate::model::assessment::{Location, Outcome};
use crate::model::policy::{Check, SelectorSpec, Type};
use crate::register::{newest, unshown};
use crate::value::Value;

/// The selector.
pub(super) struct Document;
/// The selector.
pub(super) static SELECTOR: Document = Document;

/// Types that manifests and policies share.
pub(super) const TYPES: &[&str] = &[
    "data_processing_agreement",
    "dpia",
    "record_of_processing",
    "sub_processor_list",
    "cyber_essentials",
    "iso_27001",
    "soc_2",
    "penetration_test",
    "vulnerability_scan",
    "site_assessment",
    "staff_vetting",
    "deletion_certificate",
    "restore_test",
    "incident_register",
    "training_record",
    "insurance",
    "contract",
    "risk_acceptance",
    "transfer_mechanism",
    "retention_schedule",
    "backup_policy",
    "access_review",
    "data_inventory",
    "incident_plan",
    "business_continuity",
];

static SPEC: SelectorSpec = SelectorSpec {
    id: "document",
    title: "a document listed in the delivery's manifest",
    notes: "`document: TYPE` is the newest document of that type. None at all is `not_evidenced`, and so is one whose `path` is not in the \
            delivery, is empty or has another digest, or whose date is after the audit's. Every further key of the manifest's entry is an \
            attribute under its own name.",
    main: Type::Any,
    attributes: &[
        ("type", Type::Text, "its type"),
        ("title", Type::Text, "its title"),
        ("issuer", Type::Text, "who issued it"),
        ("issued", Type::Date, "day of issue"),
        ("expires", Type::Date, "last day of validity"),
        ("expired", Type::Boolean, "whether that day is past at the audit date"),
        ("age", Type::Duration, "time since issue, at the audit date"),
        ("days_left", Type::Number, "days of validity left at the audit date"),
        ("level", Type::Any, "its level, as the manifest gives it (NPPV3, CE+)"),
        ("scope", Type::Any, "what it covers, as the manifest gives it"),
        ("status", Type::Any, "its state, as the manifest gives it"),
        ("reference", Type::Any, "its number, as the manifest gives it"),
        ("present", Type::Boolean, "whether the file that `path` names is in the delivery"),
        ("digest_matches", Type::Boolean, "whether its `sha256` is the file's"),
    ],
    open: true,
    located: false,
    validate: |node, _| match node.scalar() {
        Some(kind) if TYPES.contains(&kind) || (kind.starts_with("x_") && kind.len() > 2) => Vec::new(),
        Some(kind) => {
            let help = nearest(kind, TYPES).or_else(|| Some("other types start with x_".to_owned()));
            vec![problem(node, format!("unknown type of document `{kind}`"), help)]
        }
        None => vec![problem(node, "a type of document is a word".to_owned(), None)],
    },
};

impl Selector for Document {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let kind = check.target.scalar().unwrap_or("");
        let mut items = Items::default();
        let manifest = context.evidence.manifest.as_ref();
        let newest = manifest.and_then(|manifest| manifest.documents.get(*newest(&manifest.documents).get(kind)?));
        let Some(document) = newest else {
            let reason = if manifest.is_some() {
                format!("the supplier's manifest lists no {}", kind.replace('_', " "))
            } else {
                format!("the delivery has no manifest, so no {} was shown", kind.replace('_', " "))
            };
            items.when_none = Some((Outcome::NotEvidenced, reason));
            return Ok(items);
        };
        if let Some(reason) = unshown(document, context) {
            items.when_none =
                Some((Outcome::NotEvidenced, format!("the {} in the manifest is not shown: {reason}", kind.replace('_', " "))));
            return Ok(items);
        }
        let number = manifest.map(|manifest| manifest.artifact);
        let artifact = number.and_then(|number| context.artifact(number));
        let date = context.date;
        let expiry =
            document.expires.map_or(String::new(), |day| format!(", {} {day}", if day < date { "expired" } else { "valid to" }));
        let issued = document.issued.map_or(String::new(), |day| format!(", issued {day}"));
        let view = Ready {
            location: Location {
                artifact: artifact.map(|artifact| artifact.path.clone()).unwrap_or_default(),
                number,
                line: Some(document.line.into()),
                key: Some(kind.to_owned()),
                ..Location::default()
            },
            found: format!("{}{issued}{expiry}", kind.replace('_', " ")),
            attribute: move |name: &str| match name {
                "type" => Value::Text(document.kind.clone()),
                "issued" => document.issued.map_or(Value::Absent, Value::Date),
                "expires" => document.expires.map_or(Value::Absent, Value::Date),
                "expired" => document.expires.map_or(Value::Absent, |day| Value::Bool(day < date)),
                "age" => document.issued.map_or(Value::Absent, |day| Value::since(day, date)),
                "days_left" => document.expires.map_or(Value::Absent, |day| Value::Number((day.0 - date.0) as f64)),
                "present" => Value::Bool(document.artifact.is_some()),
                "digest_matches" => document.digest_matches.map_or(Value::Absent, Value::Bool),
                other => document.fields.iter().find(|field| field.0 == other).map_or(Value::Absent, |field| Value::of(&field.1)),
            },
        };
        items.list.push(Item::new(Value::Bool(true), view));
        items.expected = 1;
        Ok(items)
    }
}
