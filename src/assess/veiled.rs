//! Filters of paths over values that were not kept: a comparison with such a value is false whatever the value was, and what the filter
//! leaves out then is judged by nothing. It finds out whether the answer hangs on such a value, and must not guess what the value was.

use super::value::MASKED;
use serde_json::Value as Json;
use serde_json_path::JsonPath;

/// Values that are tried for one path.
const MOST: usize = 64;

/// Whether a path's filters compare a masked value with something that it may be: then nobody can say what the path names. What a function
/// makes of a value (`match`, `search`, `length`) is not tried.
pub(super) fn hangs_on_masks(path: &JsonPath, at: &str, tree: &Json) -> bool {
    if !at.contains('?') || !is_masked(tree) {
        return false;
    }
    let named = |tree: &Json| path.query_located(tree).locations().map(ToString::to_string).collect::<Vec<_>>();
    let known = named(tree);
    worlds(at).iter().any(|value| {
        let mut tree = tree.clone();
        unmask(&mut tree, value);
        named(&tree) != known
    })
}

fn is_masked(tree: &Json) -> bool {
    match tree {
        Json::String(text) => text == MASKED,
        Json::Array(items) => items.iter().any(is_masked),
        Json::Object(entries) => entries.values().any(is_masked),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

fn unmask(tree: &mut Json, value: &Json) {
    match tree {
        Json::String(text) if text == MASKED => *tree = value.clone(),
        Json::Array(items) => items.iter_mut().for_each(|item| unmask(item, value)),
        Json::Object(entries) => entries.values_mut().for_each(|entry| unmask(entry, value)),
        Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// What a masked value may be, as far as a path tells apart: what is written in it, and what is less and more than that.
fn worlds(at: &str) -> Vec<Json> {
    let mut out = vec![Json::Null, Json::Bool(true), Json::Bool(false), Json::from(""), Json::from("\u{10ffff}")];
    let mut rest = at;
    while let Some((before, quote)) = rest.find(['\'', '"']).and_then(|start| Some((rest.get(..start)?, rest.get(start..)?))) {
        numbers(before, &mut out);
        let mark = quote.chars().next().unwrap_or('\'');
        let inner = quote.get(1..).unwrap_or("");
        let mut escaped = false;
        let end = inner.find(|c: char| {
            let ends = c == mark && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { break };
        out.push(Json::String(inner.get(..end).unwrap_or("").replace('\\', "")));
        rest = inner.get(end + 1..).unwrap_or("");
    }
    numbers(rest, &mut out);
    out.truncate(MOST);
    out
}

/// The numbers of a text, and those beside them.
fn numbers(text: &str, out: &mut Vec<Json>) {
    for piece in text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))) {
        if let Ok(number) = piece.trim_matches('.').parse::<f64>() {
            out.extend([number - 1.0, number, number + 1.0].map(Json::from));
            if number.fract() == 0.0 && number.abs() < 1e15 {
                out.push(Json::from(number as i64));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MASKED, hangs_on_masks};
    use serde_json::json;
    use serde_json_path::JsonPath;

    #[test]
    fn a_comparison_with_what_was_not_kept_is_open() {
        let tree = json!({"users": [
            {"login": MASKED, "admin": true, "age": 30},
            {"login": "service", "admin": false, "age": MASKED},
        ]});
        for (at, open) in [
            ("$.users[?@.login == 'root'].admin", true),
            ("$.users[?@.login != \"root\"].admin", true),
            ("$.users[?@.age > 90].admin", true),
            ("$.users[?@.admin == true].login", false),
            ("$.users[?@.login].admin", false),
            ("$.users[?@.admin == true && @.login == 'a'].admin", true),
            ("$.users[?@.admin == false && @.login == 'a'].admin", false),
            ("$.users[0].login", false),
        ] {
            let Ok(path) = JsonPath::parse(at) else { panic!("{at}") };
            assert_eq!(hangs_on_masks(&path, at, &tree), open, "{at}");
        }
    }
}
