//! `cel:` expressions of a policy: that they compile, and which attributes they speak of. It evaluates nothing.

use super::reader::{self, Problems};
use crate::model::node::Node;
use crate::model::policy::{Formula, SelectorSpec, Variable};
use cel::common::ast::operators::{EQUALS, NOT_EQUALS};
use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue};

/// Reads an expression; a mistake if it does not compile or speaks of what the selector has not.
pub(super) fn parse(text: &str, node: &Node, spec: &SelectorSpec, problems: &mut Problems) -> Option<Formula> {
    if text.len() > MOST_BYTES {
        problems.at(node, format!("this CEL expression is longer than {MOST_BYTES} bytes: split it into several checks"), None);
        return None;
    }
    let program = match cel::Program::compile(text) {
        Ok(program) => program,
        Err(error) => {
            let reason: String = error.to_string().chars().take(300).collect();
            problems.at(node, format!("this CEL expression is not valid: {reason}"), None);
            return None;
        }
    };
    let mut found = Found::default();
    found.walk(program.expression(), &mut Vec::new());
    if found.too_deep {
        problems.at(
            node,
            format!("this CEL expression is more than {MOST_DEPTH} terms deep: split it into several checks"),
            None,
        );
        return None;
    }
    let mut known: Vec<&str> = spec.attributes.iter().map(|row| row.0).chain(["value"]).collect();
    if known.contains(&"encryption") {
        known.push(Formula::LEVEL);
    }
    for variable in found.variables.iter().filter(|variable| !spec.open && !known.contains(&variable.name.as_str())) {
        let name = &variable.name;
        let help = reader::suggest(name, known.iter().copied());
        problems.at(node, format!("`{name}` is no attribute of `{}`", spec.id), help);
    }
    Some(Formula { text: text.to_owned(), variables: found.variables })
}

/// Bytes of an expression: each of them may be a level for whoever parses it.
const MOST_BYTES: usize = 8_000;
/// Levels of an expression: whoever asks it goes down as far, with what stack there is. A sum has a level for each of its terms.
const MOST_DEPTH: usize = 1_000;

#[derive(Default)]
struct Found {
    variables: Vec<Variable>,
    depth: usize,
    too_deep: bool,
}

impl Found {
    fn name(&mut self, name: &str, asks_null: bool, bound: &[&str]) {
        // a dot before it is the way to the outermost scope, whatever a macro binds
        let (name, bound) = name.strip_prefix('.').map_or((name, bound), |outer| (outer, &[]));
        if name.starts_with('@') || bound.contains(&name) {
            return;
        }
        match self.variables.iter_mut().find(|variable| variable.name == name) {
            Some(variable) => variable.asks_null |= asks_null,
            None => self.variables.push(Variable { name: name.to_owned(), asks_null }),
        }
    }

    /// Every name that is not bound by a macro around it.
    fn walk<'a>(&mut self, expression: &'a IdedExpr, bound: &mut Vec<&'a str>) {
        if self.depth == MOST_DEPTH {
            self.too_deep = true;
            return;
        }
        self.depth += 1;
        self.level(expression, bound);
        self.depth -= 1;
    }

    fn level<'a>(&mut self, expression: &'a IdedExpr, bound: &mut Vec<&'a str>) {
        match &expression.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => self.name(name, false, bound),
            Expr::Call(call) => {
                if matches!(call.func_name.as_str(), EQUALS | NOT_EQUALS)
                    && let [a, b] = call.args.as_slice()
                    && let (Expr::Ident(name), Expr::Literal(LiteralValue::Null))
                    | (Expr::Literal(LiteralValue::Null), Expr::Ident(name)) = (&a.expr, &b.expr)
                {
                    self.name(name, true, bound);
                    return;
                }
                call.target.iter().for_each(|target| self.walk(target, bound));
                call.args.iter().for_each(|argument| self.walk(argument, bound));
            }
            Expr::Comprehension(inner) => {
                self.walk(&inner.iter_range, bound);
                self.walk(&inner.accu_init, bound);
                let before = bound.len();
                bound.push(&inner.iter_var);
                bound.push(&inner.accu_var);
                bound.extend(inner.iter_var2.as_deref());
                self.walk(&inner.loop_cond, bound);
                self.walk(&inner.loop_step, bound);
                self.walk(&inner.result, bound);
                bound.truncate(before);
            }
            Expr::List(list) => list.elements.iter().for_each(|element| self.walk(element, bound)),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr, bound)),
            Expr::Struct(made) => made.entries.iter().for_each(|entry| self.entry(&entry.expr, bound)),
            Expr::Select(select) => self.walk(&select.operand, bound),
        }
    }

    fn entry<'a>(&mut self, entry: &'a EntryExpr, bound: &mut Vec<&'a str>) {
        match entry {
            EntryExpr::StructField(field) => self.walk(&field.value, bound),
            EntryExpr::MapEntry(pair) => {
                self.walk(&pair.key, bound);
                self.walk(&pair.value, bound);
            }
        }
    }
}
