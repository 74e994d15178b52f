//! `cel:` expressions over an item's attributes, where declarative predicates end.

use super::value::Value;
use std::collections::HashMap;

/// The most characters of an error that are shown: the library quotes whole expressions.
const MOST: usize = 200;

/// Whether an expression is true of an item.
///
/// # Errors
/// Why it cannot be decided: it does not compile, names nothing, or gives no boolean.
pub(super) fn holds(expression: &str, main: &Value, names: &[&str], attribute: &dyn Fn(&str) -> Value) -> Result<bool, String> {
    let short = |text: String| text.chars().take(MOST).collect::<String>();
    let program = cel::Program::compile(expression).map_err(|error| short(error.to_string()))?;
    let mut context = cel::Context::default();
    let mut variables: HashMap<&str, Value> = names.iter().map(|name| (*name, attribute(name))).collect();
    variables.entry("value").or_insert_with(|| main.clone());
    for name in program.references().variables() {
        let value = match variables.get(name) {
            Some(value) => value.clone(),
            None => attribute(name),
        };
        if value == Value::Masked {
            return Err(format!("`{name}` is personal or secret and was not kept"));
        }
        context.add_variable_from_value(name.to_owned(), to_cel(&value));
    }
    match program.execute(&context) {
        Ok(cel::Value::Bool(truth)) => Ok(truth),
        Ok(_) => Err("the expression gives neither true nor false".to_owned()),
        Err(error) => Err(short(error.to_string())),
    }
}

fn to_cel(value: &Value) -> cel::Value {
    match value {
        Value::Absent | Value::Map | Value::Masked => cel::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => (*number as i64).into(),
        Value::Number(number) => (*number).into(),
        Value::Size(bytes) => i64::try_from(*bytes).unwrap_or(i64::MAX).into(),
        // whole days, so that `age <= 30` reads as it should
        Value::Duration(seconds) => (seconds / 86_400).into(),
        Value::Date(day) => day.to_string().into(),
        Value::Text(text) => text.clone().into(),
        Value::List(items) => items.iter().map(to_cel).collect::<Vec<_>>().into(),
        Value::Encryption(encryption) => encryption.name().into(),
        Value::Sensitivity(sensitivity) => sensitivity.name().into(),
    }
}
