//! A JSON Schema of the policy language, made from the registries, so that editors complete and check as one types.

use super::control::{FRAMEWORKS, SEVERITIES, THEMES};
use super::{Vocabulary, builtin};
use crate::model::policy::{Operator, SelectorSpec};
use serde_json::{Map, Value, json};

/// The schema.
pub fn schema(vocabulary: &Vocabulary<'_>) -> Value {
    let classes: Vec<&str> = builtin::class_files().iter().map(|row| row.0).collect();
    let policies: Vec<&str> = builtin::policy_ids().collect();
    let names: Vec<&str> = SEVERITIES.iter().map(|row| row.0).collect();
    let references: Map<String, Value> =
        FRAMEWORKS.iter().map(|row| (row.0.to_owned(), json!({"$ref": "#/$defs/texts", "description": row.1}))).collect();
    let checks: Vec<Value> = vocabulary.selectors.iter().map(|spec| check(spec)).collect();
    let class_or_group = json!({"anyOf": [{"enum": classes}, {"type": "string"}]});
    let classes_or_groups = json!({"anyOf": [class_or_group, {"type": "array", "items": class_or_group}]});
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Provost policy",
        "type": "object",
        "required": ["provost", "id", "title", "version"],
        "additionalProperties": false,
        "properties": {
            "provost": {"const": 1},
            "id": {"type": "string", "pattern": "^[a-z0-9_-]+$"},
            "title": {"type": "string"},
            "version": {"type": ["string", "number"]},
            "summary": {"type": "string"},
            "extends": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"anyOf": [{"enum": policies}, {"type": "string"}]}}]},
            "select": {"type": "object", "additionalProperties": false, "properties": {"include": {"$ref": "#/$defs/texts"}, "exclude": {"$ref": "#/$defs/texts"}}},
            "tailor": {"type": "object", "additionalProperties": {
                "type": "object", "additionalProperties": false, "required": ["reason"],
                "properties": {"severity": {"enum": names}, "weight": {"type": "number", "exclusiveMinimum": 0}, "gate": {"type": "boolean"}, "reason": {"type": "string"}}
            }},
            "parameters": {"type": "object"},
            "groups": {"type": "object", "additionalProperties": {"type": "array", "items": class_or_group}},
            "classes": {"type": "array", "items": {"type": "object", "required": ["id", "title"]}},
            "jurisdictions": {"$ref": "#/$defs/texts"},
            "thresholds": {"type": "object", "additionalProperties": false, "properties": {
                "pass": {"type": "number", "minimum": 0, "maximum": 100}, "coverage": {"type": "number", "minimum": 0, "maximum": 1}
            }},
            "controls": {"type": "array", "items": {"$ref": "#/$defs/control"}},
            "tests": {"type": "array", "items": {"$ref": "#/$defs/test"}}
        },
        "$defs": {
            "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": ["string", "number"]}}]},
            "classes": classes_or_groups,
            "control": {
                "type": "object", "additionalProperties": false,
                "required": ["id", "title", "severity", "checks"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[A-Z][A-Z0-9-]*$"},
                    "title": {"type": "string"},
                    "severity": {"enum": names},
                    "theme": {"enum": THEMES},
                    "weight": {"type": "number", "exclusiveMinimum": 0},
                    "gate": {"type": "boolean"},
                    "degree": {"enum": ["proportional", "all_or_nothing"]},
                    "references": {"type": "object", "additionalProperties": false, "properties": references},
                    "why": {"type": "string"},
                    "fix": {"type": "string"},
                    "checks": {"type": "array", "minItems": 1, "items": {"anyOf": checks}}
                }
            },
            "predicate": predicate(),
            "test": {
                "type": "object", "additionalProperties": false, "required": ["name", "expect"],
                "properties": {
                    "name": {"type": "string"}, "date": {"type": "string"}, "set": {"type": "object"}, "files": {"type": "object"},
                    "manifest": {"type": "object"},
                    "expect": {"type": "object", "additionalProperties": {"enum": ["pass", "fail", "not_applicable", "not_evidenced", "error", "manual"]}}
                }
            }
        }
    })
}

fn check(spec: &SelectorSpec) -> Value {
    let target = match spec.id {
        "data" => json!({"anyOf": [{"$ref": "#/$defs/classes"}, {"type": "object", "additionalProperties": false, "properties": {
            "any_of": {"$ref": "#/$defs/classes"}, "all_of": {"$ref": "#/$defs/classes"}, "none_of": {"$ref": "#/$defs/classes"},
            "within": {"enum": ["record", "part", "file", "folder", "delivery"]}
        }}], "description": spec.notes}),
        "file" => json!({"anyOf": [{"$ref": "#/$defs/texts"}, {"type": "object", "additionalProperties": false, "properties": {
            "type": {"$ref": "#/$defs/texts"}, "glob": {"$ref": "#/$defs/texts"}
        }}], "description": spec.notes}),
        "result" => {
            json!({"anyOf": [{"$ref": "#/$defs/texts"}, {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
            "tool": {"$ref": "#/$defs/texts"}, "id": {"$ref": "#/$defs/texts"}
        }}], "description": spec.notes})
        }
        _ => json!({"$ref": "#/$defs/texts", "description": spec.notes}),
    };
    let mut properties = Map::new();
    properties.insert(spec.id.to_owned(), target);
    properties.insert("in".to_owned(), json!({"$ref": "#/$defs/texts"}));
    for key in ["where", "expect", "must"] {
        properties.insert(key.to_owned(), json!({"$ref": "#/$defs/predicate"}));
    }
    for key in ["cel", "message"] {
        properties.insert(key.to_owned(), json!({"type": "string"}));
    }
    if spec.located {
        properties.insert("at".to_owned(), json!({"type": "string"}));
        properties.insert("default".to_owned(), json!({}));
    }
    json!({"type": "object", "title": spec.title, "required": [spec.id], "additionalProperties": false, "properties": properties})
}

fn predicate() -> Value {
    let mut properties = Map::new();
    for (operator, name, meaning) in Operator::TABLE {
        let kind = match operator {
            Operator::Exist => json!({"type": "boolean", "description": meaning}),
            Operator::In | Operator::NotIn | Operator::SubsetOf => {
                // a list, or a parameter that is one
                json!({"anyOf": [{"type": "array"}, {"type": "string"}], "description": meaning})
            }
            _ => json!({"description": meaning}),
        };
        properties.insert((*name).to_owned(), kind);
    }
    for key in ["any", "all", "none"] {
        properties.insert(
            key.to_owned(),
            json!({"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/predicate"}}, {"$ref": "#/$defs/predicate"}]}),
        );
    }
    properties.insert("not".to_owned(), json!({"$ref": "#/$defs/predicate"}));
    json!({"anyOf": [
        {"type": ["string", "number", "boolean", "null"]},
        {"type": "object", "minProperties": 1, "properties": properties, "additionalProperties": {"$ref": "#/$defs/predicate"}}
    ]})
}
