//! `cel:` expressions over an item's attributes, where declarative predicates end.

use super::value::Value;
use crate::model::policy::Formula;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// The most characters of an error that are shown: the library quotes whole expressions.
const MOST: usize = 200;
/// Seconds of a day: lengths of time are days, with their fraction, so that `age <= 30` means what it says.
const DAY: f64 = 86_400.0;

/// An expression that can be asked about items, and the functions of the language.
struct Compiled {
    program: cel::Program,
    functions: Arc<cel::Env>,
}

/// Expressions that are remembered: some checks ask theirs in turn of every artifact.
pub(super) const MOST_FORMULAS: usize = 128;

thread_local! {
    /// A check asks the same of every item, and compiling takes far longer than asking.
    static COMPILED: RefCell<HashMap<String, Rc<Compiled>>> = RefCell::new(HashMap::new());
    /// The functions of the language, which all share.
    static FUNCTIONS: Arc<cel::Env> = Arc::new(cel::Env::stdlib());
}

fn compiled(text: &str) -> Result<Rc<Compiled>, String> {
    if let Some(known) = COMPILED.with_borrow(|all| all.get(text).map(Rc::clone)) {
        return Ok(known);
    }
    let program = cel::Program::compile(text).map_err(|error| short(&error.to_string()))?;
    let own = Rc::new(Compiled { program, functions: FUNCTIONS.with(Arc::clone) });
    COMPILED.with_borrow_mut(|all| {
        if all.len() >= MOST_FORMULAS {
            all.clear();
        }
        all.insert(text.to_owned(), Rc::clone(&own));
    });
    Ok(own)
}

fn short(text: &str) -> String {
    text.chars().take(MOST).collect()
}

/// Whether an expression is true of an item.
///
/// # Errors
/// Why it cannot be decided: it speaks of something that is not there or was not kept, or gives no boolean.
pub(super) fn holds(formula: &Formula, main: &Value, attribute: &dyn Fn(&str) -> Value) -> Result<bool, String> {
    let compiled = compiled(&formula.text)?;
    // a scope of its own, for names with a dot before them are looked for in the outermost
    let mut context = cel::Context::with_env(Arc::clone(&compiled.functions));
    for variable in &formula.variables {
        let name = variable.name.as_str();
        let value = match name {
            Formula::LEVEL => match attribute("encryption") {
                Value::Encryption(encryption) => Value::Number(f64::from(encryption as u8)),
                other => other,
            },
            "value" => match attribute(name) {
                Value::Absent => main.clone(),
                own => own,
            },
            _ => attribute(name),
        };
        if value == Value::Absent && !variable.asks_null {
            return Err(format!("there is no `{name}`"));
        }
        context.add_variable_from_value(name.to_owned(), to_cel(name, &value)?);
    }
    match compiled.program.execute(&context) {
        Ok(cel::Value::Bool(truth)) => Ok(truth),
        Ok(_) => Err("the expression gives neither true nor false".to_owned()),
        Err(error) => Err(short(&error.to_string())),
    }
}

/// The value as CEL sees it; nothing that hides something may be compared, however deep it lies.
fn to_cel(name: &str, value: &Value) -> Result<cel::Value, String> {
    Ok(match value {
        Value::Masked => return Err(format!("`{name}` is personal or secret and was not kept")),
        Value::Map => return Err(format!("`{name}` is a mapping, which cannot be compared")),
        Value::Unread => return Err(format!("`{name}` was not read")),
        Value::Least(_) => return Err(format!("`{name}` is {}, and not all that it goes by could be read", value.show())),
        Value::Absent => cel::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => (*number as i64).into(),
        Value::Number(number) => (*number).into(),
        Value::Size(bytes) => i64::try_from(*bytes).unwrap_or(i64::MAX).into(),
        Value::Duration(seconds) => (*seconds as f64 / DAY).into(),
        Value::Date(day) => day.to_string().into(),
        Value::Text(text) => text.clone().into(),
        Value::List(items) => items.iter().map(|item| to_cel(name, item)).collect::<Result<Vec<_>, _>>()?.into(),
        Value::Encryption(encryption) => encryption.name().into(),
        Value::Sensitivity(sensitivity) => sensitivity.name().into(),
        Value::Severity(severity) => severity.name().into(),
    })
}
