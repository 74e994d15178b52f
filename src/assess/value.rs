//! Values of attributes and how they compare to what a policy wrote. A comparison that cannot be made is an error, never a yes.

use crate::model::class::Sensitivity;
use crate::model::day::Day;
use crate::model::evidence::Encryption;
use crate::model::node::{Kind, Node, VEIL};
use crate::model::policy::{Literal, Operator};
use crate::model::results::Grade;
use crate::model::value as read;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// There is none.
    Absent,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Bytes.
    Size(u64),
    /// Seconds.
    Duration(i64),
    /// At least so many seconds, and nobody can say how many: not all that it goes by was read.
    Least(i64),
    /// A day.
    Date(Day),
    /// Text; compared as what the operand is.
    Text(String),
    /// Several values.
    List(Vec<Value>),
    /// A mapping: it is there, and that is all that can be asked.
    Map,
    /// How something is encrypted.
    Encryption(Encryption),
    /// How sensitive a class is.
    Sensitivity(Sensitivity),
    /// How bad a result is.
    Severity(Grade),
    /// It was personal or secret and is not kept.
    Masked,
    /// What it belongs to was not read: nobody can say anything of it.
    Unread,
}

impl Value {
    /// The time from a day to another, the audit's.
    pub fn since(day: Day, date: Day) -> Self {
        Self::Duration((date.0 - day.0).saturating_mul(86_400))
    }

    /// Of a setting.
    pub fn of(node: &Node) -> Self {
        match &node.kind {
            Kind::Null => Self::Text(String::new()),
            Kind::Bool(value) => Self::Bool(*value),
            Kind::Number(text) => read::number(text)
                .filter(|_| !text.starts_with('0') || text.len() < 3)
                .map_or_else(|| Self::Text(text.clone()), Self::Number),
            Kind::Text(text) => Self::Text(text.clone()),
            Kind::Masked(_) => Self::Masked,
            Kind::List(items) => Self::List(items.iter().map(Self::of).collect()),
            Kind::Map(_) => Self::Map,
        }
    }

    /// Of JSON, where a place in the tree has no single value.
    pub fn of_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Text(String::new()),
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => number.as_f64().map_or(Self::Absent, Self::Number),
            serde_json::Value::String(text) if text.starts_with(VEIL) => Self::Masked,
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(items) => Self::List(items.iter().map(Self::of_json).collect()),
            serde_json::Value::Object(_) => Self::Map,
        }
    }

    /// Texts.
    pub fn texts<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Self {
        Self::List(items.into_iter().map(|item| Self::Text(item.into())).collect())
    }

    /// How it is shown in a report.
    pub fn show(&self) -> String {
        match self {
            Self::Absent => "not there".to_owned(),
            Self::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
            Self::Number(number) => format!("{number}"),
            Self::Size(bytes) => show_size(*bytes),
            Self::Duration(seconds) => show_duration(*seconds),
            Self::Least(seconds) => format!("{} or more", show_duration(*seconds)),
            Self::Date(day) => day.to_string(),
            Self::Text(text) if text.is_empty() => "(empty)".to_owned(),
            Self::Text(text) => text.chars().take(200).collect(),
            Self::List(items) => {
                let shown: Vec<String> = items.iter().take(20).map(Self::show).collect();
                if items.is_empty() { "(empty list)".to_owned() } else { shown.join(", ") }
            }
            Self::Map => "(a mapping)".to_owned(),
            Self::Encryption(encryption) => encryption.name().to_owned(),
            Self::Sensitivity(sensitivity) => sensitivity.name().to_owned(),
            Self::Severity(severity) => severity.name().to_owned(),
            Self::Masked => "(personal or secret: not kept)".to_owned(),
            Self::Unread => "(not read)".to_owned(),
        }
    }

    fn elements(&self) -> Vec<Value> {
        match self {
            Self::List(items) => items.clone(),
            Self::Text(text) => read::elements(text).into_iter().map(Value::Text).collect(),
            Self::Absent => Vec::new(),
            other => vec![other.clone()],
        }
    }
}

/// `402 days`, `36 hours`.
pub(super) fn show_duration(seconds: i64) -> String {
    let (amount, unit) = match seconds.abs() {
        s if s >= 172_800 => (seconds / 86_400, "day"),
        s if s >= 7_200 => (seconds / 3_600, "hour"),
        s if s >= 120 => (seconds / 60, "minute"),
        _ => (seconds, "second"),
    };
    if amount == 1 { format!("1 {unit}") } else { format!("{amount} {unit}s") }
}

fn show_size(bytes: u64) -> String {
    match bytes {
        b if b >= 10_000_000_000 => format!("{} GB", b / 1_000_000_000),
        b if b >= 10_000_000 => format!("{} MB", b / 1_000_000),
        b if b >= 10_000 => format!("{} kB", b / 1_000),
        b => format!("{b} B"),
    }
}

/// Applies an operator.
///
/// # Errors
/// Why it cannot be decided.
pub(super) fn apply(operator: Operator, value: &Value, operand: &Literal) -> Result<bool, String> {
    let decided = decide(operator, value, operand)?;
    if let Value::Text(text) = value
        && text.split(|c: char| !c.is_alphanumeric()).any(is_shape)
    {
        // evidence shows a name as a shape: what hangs on what it was cannot be decided
        for literal in operand.elements() {
            for word in literal.text().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1 && !is_shape(word)) {
                if decide(operator, &Value::Text(filled(text, word)), operand) != Ok(decided) {
                    return Err(NOT_KEPT.to_owned());
                }
            }
        }
    }
    Ok(decided)
}

/// Whether a word is what stands for a name.
fn is_shape(word: &str) -> bool {
    word.len() > 2 && word.bytes().all(|byte| matches!(byte, b'a' | b'A' | b'9')) && !word.bytes().all(|byte| byte == b'9')
}

/// A text with a word in place of each shape.
fn filled(text: &str, word: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let own = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        out.push_str(if is_shape(own) { word } else { own });
        out.push_str(piece.get(own.len()..).unwrap_or(""));
    }
    out
}

/// Applies an operator to what is there.
fn decide(operator: Operator, value: &Value, operand: &Literal) -> Result<bool, String> {
    if *value == Value::Unread {
        return Err("it was not read".to_owned());
    }
    if operator == Operator::Exist {
        return Ok((*value != Value::Absent) == matches!(operand, Literal::Bool(true)));
    }
    match value {
        Value::Masked => return Err(NOT_KEPT.to_owned()),
        // what is not there meets nothing but `exist: false`
        Value::Absent => return Ok(false),
        _ => {}
    }
    match operator {
        Operator::Exist => Ok(false),
        Operator::Be => equals(value, operand),
        Operator::In => any(operand.elements(), |element| equals(value, element)),
        Operator::NotIn => any(operand.elements(), |element| equals(value, element)).map(|found| !found),
        Operator::AtLeast => compare(value, operand).map(Ordering::is_ge),
        Operator::AtMost => compare(value, operand).map(Ordering::is_le),
        Operator::Matches => {
            let regex = compiled(&operand.text())?;
            matches(value, &regex)
        }
        Operator::Contains => contains(value, operand),
        Operator::SubsetOf => {
            let allowed = operand.elements();
            // nothing at all is not the right thing
            let elements = value.elements();
            if elements.is_empty() {
                return Ok(false);
            }
            for element in elements {
                if !any(allowed, |literal| equals(&element, literal))? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Operator::Within => {
            let networks: Vec<_> = operand.elements().iter().filter_map(|literal| read::network(&literal.text())).collect();
            let elements = value.elements();
            if elements.is_empty() {
                return Ok(false);
            }
            for element in elements {
                let text = plain(&element);
                let network = read::network(&text).ok_or_else(|| format!("`{}` is no address or network", element.show()))?;
                if !networks.iter().any(|outer| read::network_within(network, *outer)) {
                    return Ok(false);
                }
            }
            Ok(true)
        }
    }
}

fn any<T>(items: &[T], mut test: impl FnMut(&T) -> Result<bool, String>) -> Result<bool, String> {
    let mut wrong = None;
    for item in items {
        match test(item) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(false), Err)
}

/// Why a masked value decides nothing.
const NOT_KEPT: &str = "the value is personal or secret and was not kept, so it cannot be compared";
/// Why a mapping decides nothing.
const MAPPING: &str = "the value is a mapping, which cannot be compared";

/// Patterns that are remembered; those of a policy are fewer.
pub(super) const MOST_PATTERNS: usize = 256;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Rc<regex::Regex>>> = RefCell::new(HashMap::new());
}

/// The expression of a pattern: one control asks it of each of a million artifacts, and compiling it costs more than all else.
pub(super) fn compiled(pattern: &str) -> Result<Rc<regex::Regex>, String> {
    if let Some(known) = COMPILED.with_borrow(|all| all.get(pattern).map(Rc::clone)) {
        return Ok(known);
    }
    let regex = regex::RegexBuilder::new(pattern).size_limit(1 << 22).build().map_err(|error| error.to_string())?;
    let regex = Rc::new(regex);
    COMPILED.with_borrow_mut(|all| {
        if all.len() >= MOST_PATTERNS {
            all.clear();
        }
        all.insert(pattern.to_owned(), Rc::clone(&regex));
    });
    Ok(regex)
}

/// Whether a pattern finds something in a value or in an element of it. An element that nobody can look into leaves it open, unless
/// another one has it.
fn matches(value: &Value, regex: &regex::Regex) -> Result<bool, String> {
    match value {
        Value::List(items) => any(items, |item| matches(item, regex)),
        Value::Masked => Err(NOT_KEPT.to_owned()),
        Value::Map => Err(MAPPING.to_owned()),
        other => Ok(regex.is_match(&plain(other))),
    }
}

fn contains(value: &Value, operand: &Literal) -> Result<bool, String> {
    match value {
        Value::List(items) => any(items, |item| match item {
            Value::Text(text) if is_same(text, &operand.text()) => Ok(true),
            other => equals(other, operand),
        }),
        Value::Map => Err(MAPPING.to_owned()),
        other => {
            let (text, wanted) = (plain(other).to_lowercase(), operand.text().to_lowercase());
            Ok(text.contains(&wanted))
        }
    }
}

/// The value as the text that patterns and searches see.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Size(bytes) => bytes.to_string(),
        other => other.show(),
    }
}

/// Whether two texts are the same but for their case.
fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

fn equals(value: &Value, operand: &Literal) -> Result<bool, String> {
    let text = operand.text();
    match value {
        Value::Text(own) => {
            if is_same(own, &text) {
                return Ok(true);
            }
            // whatever has an order has a digit
            let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
            let equal = has_digit(own) && has_digit(&text) && ordered(own, &text) == Some(Ordering::Equal);
            // two spellings of the same thing
            Ok(equal || matches!((read::boolean(own), read::boolean(&text)), (Some(a), Some(b)) if a == b))
        }
        Value::Bool(own) => {
            read::boolean(&text).map(|wanted| wanted == *own).ok_or_else(|| format!("`{text}` is neither true nor false"))
        }
        Value::Masked => Err(NOT_KEPT.to_owned()),
        Value::Map => Err(MAPPING.to_owned()),
        Value::List(items) => match operand {
            Literal::List(wanted) if wanted.len() == items.len() => {
                for (item, literal) in items.iter().zip(wanted) {
                    if !equals(item, literal)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Literal::List(_) => Ok(false),
            // a list of one is that one
            _ => match items.as_slice() {
                [one] => equals(one, operand),
                _ => Ok(false),
            },
        },
        Value::Absent => Ok(false),
        other => match compare(other, operand) {
            Ok(order) => Ok(order == Ordering::Equal),
            // a number is not a word: different, not undecidable
            Err(_) if matches!(other, Value::Number(_)) => Ok(other.show() == text),
            Err(error) => Err(error),
        },
    }
}

fn compare(value: &Value, operand: &Literal) -> Result<Ordering, String> {
    let text = operand.text();
    let wrong = || format!("`{}` cannot be compared with `{text}`", value.show());
    match value {
        Value::Number(own) => match (read::number(&text), read::duration(&text), read::size(&text)) {
            (Some(wanted), ..) => own.partial_cmp(&wanted).ok_or_else(wrong),
            // a bare number in a configuration beside a unit in the policy: seconds, or bytes
            (None, Some(wanted), _) => own.partial_cmp(&(wanted as f64)).ok_or_else(wrong),
            (None, None, Some(wanted)) => own.partial_cmp(&(wanted as f64)).ok_or_else(wrong),
            _ => Err(wrong()),
        },
        Value::Size(own) => {
            let wanted = read::size(&text).or_else(|| read::number(&text).map(|number| number as u64)).ok_or_else(wrong)?;
            Ok(own.cmp(&wanted))
        }
        Value::Duration(own) => Ok(own.cmp(&read::duration(&text).ok_or_else(wrong)?)),
        // more than that is more than what is less; all else is open
        Value::Least(own) => match own.cmp(&read::duration(&text).ok_or_else(wrong)?) {
            Ordering::Greater => Ok(Ordering::Greater),
            _ => Err(format!("it is {}, and not all that it goes by could be read", value.show())),
        },
        Value::Date(own) => Ok(own.cmp(&Day::parse(&text).ok_or_else(wrong)?)),
        Value::Encryption(own) => {
            let names = [Encryption::None, Encryption::Weak, Encryption::Unknown, Encryption::Strong];
            let wanted = names.into_iter().find(|known| known.name() == text).ok_or_else(wrong)?;
            Ok(own.cmp(&wanted))
        }
        Value::Severity(own) => {
            let wanted = Grade::ALL.into_iter().find(|known| known.name() == text).ok_or_else(wrong)?;
            Ok(own.cmp(&wanted))
        }
        Value::Sensitivity(own) => {
            let names = [Sensitivity::Low, Sensitivity::Medium, Sensitivity::High, Sensitivity::Special, Sensitivity::Secret];
            let wanted = names.into_iter().find(|known| known.name() == text).ok_or_else(wrong)?;
            Ok(own.cmp(&wanted))
        }
        Value::Text(own) => ordered(own, &text).ok_or_else(wrong),
        Value::List(items) => match items.as_slice() {
            [one] => compare(one, operand),
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}

/// Two texts as what both are: numbers, durations, sizes, dates, versions.
fn ordered(own: &str, wanted: &str) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (read::number(own), read::number(wanted)) {
        return a.partial_cmp(&b);
    }
    if let Some(b) = read::duration(wanted) {
        // `1m` is a minute to one product and a mebibyte to another: the policy's unit decides
        let a = read::duration(own).map(|seconds| seconds as f64).or_else(|| read::number(own))?;
        return a.partial_cmp(&(b as f64));
    }
    if let Some(b) = read::size(wanted) {
        let a = read::size(own).map(|bytes| bytes as f64).or_else(|| read::number(own))?;
        return a.partial_cmp(&(b as f64));
    }
    if let (Some(a), Some(b)) = (Day::parse(own), Day::parse(wanted)) {
        return Some(a.cmp(&b));
    }
    let (a, b) = (read::version(own)?, read::version(wanted)?);
    Some(a.cmp(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Literal {
        Literal::Text(text.to_owned())
    }

    fn is(value: &Value, operator: Operator, operand: &str) -> Result<bool, String> {
        apply(operator, value, &text(operand))
    }

    #[test]
    fn values_compare_as_what_they_are() {
        let own = |s: &str| Value::Text(s.to_owned());
        assert_eq!(is(&own("YES"), Operator::Be, "yes"), Ok(true));
        assert_eq!(is(&own("on"), Operator::Be, "yes"), Ok(true));
        assert_eq!(is(&own("maybe"), Operator::Be, "yes"), Ok(false));
        assert_eq!(is(&own("TLSv1.1"), Operator::AtLeast, "TLSv1.2"), Ok(false));
        assert_eq!(is(&own("TLSv1.3"), Operator::AtLeast, "TLSv1.2"), Ok(true));
        assert_eq!(is(&own("90"), Operator::AtMost, "2m"), Ok(true));
        assert_eq!(is(&Value::Duration(40 * 86_400), Operator::AtMost, "30d"), Ok(false));
        assert_eq!(is(&Value::Least(40 * 86_400), Operator::AtMost, "30d"), Ok(false));
        assert_eq!(is(&Value::Least(40 * 86_400), Operator::AtLeast, "30d"), Ok(true));
        assert_eq!(apply(Operator::Exist, &Value::Least(0), &Literal::Bool(true)), Ok(true));
        assert!(is(&Value::Least(30 * 86_400), Operator::AtMost, "30d").is_err());
        assert!(is(&Value::Least(0), Operator::AtMost, "30d").is_err());
        assert_eq!(is(&Value::Encryption(Encryption::Unknown), Operator::AtLeast, "strong"), Ok(false));
        assert_eq!(is(&own("10.2.3.4"), Operator::Within, "10.0.0.0/8"), Ok(true));
        assert!(is(&own("cards.example"), Operator::Within, "10.0.0.0/8").is_err());
        assert!(is(&own("soon"), Operator::AtMost, "30d").is_err());
        assert!(is(&Value::Masked, Operator::Be, "x").is_err());
        assert_eq!(is(&Value::Absent, Operator::Be, "x"), Ok(false));
        let allowed = Literal::List(vec![text("TLSv1.2"), text("TLSv1.3")]);
        assert_eq!(apply(Operator::SubsetOf, &own("TLSv1.2 TLSv1.3"), &allowed), Ok(true));
        assert_eq!(apply(Operator::SubsetOf, &own("TLSv1 TLSv1.2"), &allowed), Ok(false));
        assert_eq!(apply(Operator::SubsetOf, &own(""), &allowed), Ok(false));
    }

    #[test]
    fn what_nobody_can_look_into_decides_nothing_unless_another_element_does() {
        let own = |s: &str| Value::Text(s.to_owned());
        for closed in [Value::Masked, Value::Map] {
            for operator in [Operator::Contains, Operator::Matches] {
                assert!(is(&Value::List(vec![own("admin"), closed.clone()]), operator, "root").is_err());
                assert_eq!(is(&Value::List(vec![closed.clone(), own("root")]), operator, "root"), Ok(true));
                assert!(is(&closed, operator, "root").is_err());
            }
            assert!(is(&closed, Operator::NotIn, "root").is_err());
        }
        assert!(is(&Value::Unread, Operator::Exist, "false").is_err());
    }

    #[test]
    fn what_hangs_on_a_name_that_was_taken_out_is_undecided() {
        let path = Value::Text("/home/aaaaaa/pg".to_owned());
        let text = |text: &str| Literal::Text(text.to_owned());
        assert!(apply(Operator::Matches, &path, &text("jsmith")).is_err());
        assert!(apply(Operator::Be, &path, &text("/home/jsmith/pg")).is_err());
        assert_eq!(apply(Operator::Matches, &path, &text("^/etc/ssh")), Ok(false));
        assert_eq!(apply(Operator::Matches, &path, &text("^/home/")), Ok(true));
        assert_eq!(apply(Operator::Be, &Value::Text("999".to_owned()), &text("ab")), Ok(false));
    }
}
