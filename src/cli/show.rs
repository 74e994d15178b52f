//! `provost show`: what is in an evidence file or a part of one, in plain text, for whoever is about to hand it over. It shows every text
//! that the file holds; of what is bulk (keyed marks, sketches) it says how much there is.

use super::output::Output;
use super::{Failure, PASSED};
use crate::collect::shard;
use crate::model::evidence::{self, Evidence};
use crate::model::packed;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// The most bytes of a file that is shown.
const MOST_BYTES: u64 = 2 << 30;

/// Bytes of text that are shown at once.
const AT_ONCE: usize = 1 << 20;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Evidence, or a part of it
    file: PathBuf,
}

const HEAD: &str = "\
# Everything that the file holds, but for numbers that mean nothing outside of it. No value that was found is in it:
# a shape has A and a for letters and 9 for digits. People are keyed marks, which nobody undoes without the key.
# Names of files, columns, keys, and settings that policies ask for are as they were where nothing in them was recognised:
# these are the lines to read.
";

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    let shown = super::signature::shown(&args.file);
    let bytes = super::render::bytes(&args.file, MOST_BYTES)
        .map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}"), None))?;
    let refuse = || {
        let help = Some("`provost collect` makes it".to_owned());
        Failure::Usage(format!("{shown} is neither evidence nor a part of it that this version reads"), help)
    };
    if bytes.starts_with(packed::MAGIC) {
        let (evidence, _) = packed::read(bytes).map_err(|_| refuse())?;
        return whole(evidence, output).map(|()| PASSED);
    }
    let known = [evidence::SCHEMA, shard::SCHEMA];
    let values = serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>();
    let mut text = HEAD.to_owned();
    for (index, value) in values.enumerate() {
        let mut value = value.map_err(|_| refuse())?;
        if index == 0 && !value.get("schema").and_then(Value::as_str).is_some_and(|schema| known.contains(&schema)) {
            return Err(refuse());
        }
        plain(&mut value, "");
        let block = serde_yaml::to_string(&value).map_err(|_| refuse())?;
        text.push_str(&super::output::clean_lines(&block));
        text.push('\n');
    }
    if text.len() == HEAD.len() {
        return Err(refuse());
    }
    output.print(&text)?;
    Ok(PASSED)
}

/// Shows evidence as its JSON form would be, an artifact at a time: as text it would be many times as large.
fn whole(mut evidence: Evidence, output: &Output) -> Result<(), Failure> {
    let (artifacts, resources) = (std::mem::take(&mut evidence.artifacts), std::mem::take(&mut evidence.resources));
    let mut cursor = artifacts.cursor();
    let mut shown = Shown { text: HEAD.to_owned(), output };
    let Value::Object(head) = value_of(&evidence)? else { return Ok(()) };
    for (name, value) in head.into_iter().filter(|row| row.0 != "artifacts") {
        shown.field(&name, value)?;
    }
    for (index, resource) in resources.iter().enumerate() {
        shown.item("resources", index, resource)?;
    }
    for index in 0..artifacts.len() {
        if let Some(artifact) = cursor.at(index) {
            shown.item("artifacts", index, artifact)?;
        }
    }
    shown.put("\n")?;
    output.print(&shown.text)
}

fn value_of(what: &impl serde::Serialize) -> Result<Value, Failure> {
    // by its text: numbers are as the JSON form has them
    serde_json::to_vec(what)
        .and_then(|text| serde_json::from_slice(&text))
        .map_err(|error| Failure::Usage(format!("it cannot be shown: {error}"), None))
}

/// What is shown, a piece at a time.
struct Shown<'a> {
    text: String,
    output: &'a Output,
}

impl Shown<'_> {
    fn put(&mut self, piece: &str) -> Result<(), Failure> {
        self.text.push_str(piece);
        if self.text.len() > AT_ONCE {
            self.output.print(&self.text)?;
            self.text.clear();
        }
        Ok(())
    }

    fn field(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let block = block(name, value)?;
        self.put(&block)
    }

    /// An item of a list, whose name stands above the first alone.
    fn item(&mut self, name: &str, index: usize, item: &impl serde::Serialize) -> Result<(), Failure> {
        let block = block(name, Value::Array(vec![value_of(item)?]))?;
        let below = block.split_once('\n').map_or("", |lines| lines.1);
        self.put(if index == 0 { &block } else { below })
    }
}

/// A field as YAML.
fn block(name: &str, mut value: Value) -> Result<String, Failure> {
    plain(&mut value, name);
    let block = serde_yaml::to_string(&Map::from_iter([(name.to_owned(), value)]));
    let block = block.map_err(|error| Failure::Usage(format!("it cannot be shown: {error}"), None))?;
    Ok(super::output::clean_lines(&block))
}

/// Makes a value readable, under the name it has.
fn plain(value: &mut Value, name: &str) {
    let count = |what: &str, value: &Value| {
        let many = value.as_array().map(Vec::len).or_else(|| value.as_object().map(Map::len)).unwrap_or(1);
        Value::String(format!("({many} {what})"))
    };
    match name {
        "rows" if value.is_string() => *value = Value::String("(packed rows of keyed marks)".to_owned()),
        "rows" => *value = count("rows of keyed marks", value),
        "again" => *value = count("rows that come again", value),
        "sketches" => *value = count("sketches of keyed marks", value),
        "mark" | "path_mark" => *value = Value::String("(a keyed mark)".to_owned()),
        "root" if value.get("v").is_some() => *value = tree(value.take()),
        // a part has the mark of a path in its place
        "path" if value.is_number() => *value = Value::String("(a keyed mark)".to_owned()),
        "value" if value.get("v").is_some() => *value = tree(value.take()),
        _ => match value {
            Value::Array(items) => items.iter_mut().for_each(|item| plain(item, "")),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, own)| plain(own, key)),
            _ => {}
        },
    }
}

/// A tree of settings without its places: a value, or a list or mapping of them.
fn tree(mut node: Value) -> Value {
    let inner = node.get_mut("v").map(Value::take).unwrap_or_default();
    let Value::Object(kinds) = inner else { return inner };
    let Some((kind, own)) = kinds.into_iter().next() else { return Value::Null };
    match (kind.as_str(), own) {
        ("masked", own) => Value::String(format!("(a shape: {})", own.as_str().unwrap_or("?"))),
        ("list", Value::Array(items)) => Value::Array(items.into_iter().map(tree).collect()),
        ("map", Value::Array(entries)) => {
            let mut out = Map::new();
            for mut entry in entries {
                let key = entry.get("k").and_then(Value::as_str).unwrap_or("?").to_owned();
                let line = entry.get("l").and_then(Value::as_u64).unwrap_or(0);
                let own = tree(entry.get_mut("n").map(Value::take).unwrap_or_default());
                // a key may stand twice, and both are in the file
                let key = if out.contains_key(&key) { format!("{key} (line {line})") } else { key };
                out.insert(key, own);
            }
            Value::Object(out)
        }
        (_, own) => own,
    }
}
