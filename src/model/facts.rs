//! What is known of a product's keys: what an absent one means, where that is documented, how a line is written. Plain data; it
//! stands in evidence, so that a verdict can say what it rests on.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of one product.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// How a setting is written, with `{key}` and `{value}` in it; "" where there is no such line.
    pub form: String,
    /// Kinds of resource: the products whose documents may describe one. One that was not read may hold anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub described_by: Vec<String>,
    /// By key, in the product's own spelling.
    pub keys: BTreeMap<String, Fact>,
}

/// What is known of one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What holds when it is absent, in words; `None` where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Where that is documented.
    pub documented: String,
}
