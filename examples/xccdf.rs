//! Scores trees of rules with the four models of XCCDF, for comparing with other programs. Reads one tree a line (JSON: a list of
//! `{"passed": true, "weight": 1.0}` and `{"weight": 1.0, "items": [...]}`) and writes the four scores a line. It must not judge.
//!
//! `benches/xccdf/compare.py` compares with `OpenSCAP`.
#![allow(clippy::print_stdout, reason = "one line of scores a tree")]

use provost::assess::score::Model;
use provost::assess::xccdf::{Item, score};
use serde_json::Value;

fn item(json: &Value) -> Item {
    let weight = json["weight"].as_f64().unwrap_or(1.0);
    match (json["items"].as_array(), json["passed"].as_bool()) {
        (Some(items), _) => Item::Group { weight, items: items.iter().map(item).collect() },
        (None, passed) => Item::Rule { passed: passed.unwrap_or(false), weight },
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in std::io::stdin().lines() {
        let tree: Vec<Value> = serde_json::from_str(&line?)?;
        let items: Vec<Item> = tree.iter().map(item).collect();
        let models = [Model::XccdfDefault, Model::XccdfFlat, Model::XccdfFlatUnweighted, Model::XccdfAbsolute];
        let scores: Vec<Option<(f64, f64)>> = models.into_iter().map(|model| score(&items, model)).collect();
        println!("{}", serde_json::to_string(&scores)?);
    }
    Ok(())
}
