//! YAML in, valid policy out. Everything is checked before a target is opened, and every mistake is shown at once with its
//! place. This room reads policy files; it never sees a target.

use provost_model as model;
use provost_yaml as yaml;

pub mod asks;
pub mod builtin;
mod class;
pub mod control;
pub mod coverage;
pub mod diagnostic;
mod formula;
mod inherit;
mod parameter;
mod pattern;
mod predicate;
pub mod reader;
pub mod schema;
pub mod show;
mod source;
mod tests;
pub mod words;

use crate::model::class::Class;
use crate::model::policy::{Policy, SelectorSpec};
use reader::Problems;
use std::sync::Arc;

/// The words that policies may use: filled from the registries of the other rooms by whoever loads a policy.
pub struct Vocabulary<'a> {
    /// Selectors.
    pub selectors: &'a [&'static SelectorSpec],
    /// Validators' names.
    pub validators: &'a [&'a str],
    /// Readers' ids for `config`.
    pub products: &'a [&'a str],
    /// Types of artifacts for `file`.
    pub types: &'a [&'a str],
}

/// Why a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// No such policy or file.
    #[error("no policy `{name}`{}", help.as_ref().map(|help| format!(": {help}")).unwrap_or_default())]
    NotFound {
        /// What was asked for.
        name: String,
        /// The nearest right word.
        help: Option<String>,
    },
    /// The file could not be read.
    #[error("cannot read policy {path}: {reason}")]
    Unreadable {
        /// The path.
        path: String,
        /// Why.
        reason: String,
    },
    /// The file was read and must not be used.
    #[error("policy {path} is not used: {reason}")]
    Refused {
        /// The path.
        path: String,
        /// Why.
        reason: String,
    },
    /// It was read and is not valid.
    #[error("{} in the policy", count(.0))]
    Invalid(Vec<FileProblems>),
}

fn count(files: &[FileProblems]) -> String {
    match files.iter().map(|file| file.problems.len()).sum::<usize>() {
        1 => "1 mistake".to_owned(),
        many => format!("{many} mistakes"),
    }
}

/// The mistakes of one file.
#[derive(Debug, Clone)]
pub struct FileProblems {
    /// Its name as given, or `builtin:ID`.
    pub file: String,
    /// Its text, for the carets.
    pub text: Arc<str>,
    /// The mistakes.
    pub problems: Vec<crate::model::policy::Problem>,
}

/// Loads a policy by id or path, with parameters set by the user.
///
/// # Errors
/// [`PolicyError`]: not found, unreadable, or every mistake in it and in what it extends.
pub fn load(name: &str, set: &[(String, String)], vocabulary: &Vocabulary<'_>) -> Result<Policy, PolicyError> {
    let documents = source::gather(name)?;
    inherit::resolve(documents, set, vocabulary)
}

/// The same, of files that pass a look at them first: the policy's and those it extends, each with its path and its bytes. What is built in
/// is not looked at.
///
/// # Errors
/// As [`load`]; a file that does not pass, with the reason that was given.
pub fn load_checked(
    name: &str,
    set: &[(String, String)],
    vocabulary: &Vocabulary<'_>,
    check: &Check<'_>,
) -> Result<Policy, PolicyError> {
    let documents = source::gather_checked(name, check)?;
    inherit::resolve(documents, set, vocabulary)
}

/// A look at a file before it is taken for a policy: its path and bytes in, why not out.
pub type Check<'a> = dyn Fn(&std::path::Path, &[u8]) -> Result<(), String> + 'a;

/// Loads a policy from text; `name` is shown in mistakes. Relative `extends` are not possible.
///
/// # Errors
/// As [`load`].
pub fn load_text(name: &str, text: &str, set: &[(String, String)], vocabulary: &Vocabulary<'_>) -> Result<Policy, PolicyError> {
    let documents = source::gather_text(name, text)?;
    inherit::resolve(documents, set, vocabulary)
}

/// The built-in data classes.
///
/// # Errors
/// [`PolicyError::Invalid`] if an embedded class has a mistake; the test suite keeps that from happening.
pub fn builtin_classes(vocabulary: &Vocabulary<'_>) -> Result<Vec<Class>, PolicyError> {
    embedded_classes(vocabulary, false)
}

/// Looks at every pattern of the built-in classes as those of a policy's own classes are looked at: once for all, by the tests.
///
/// # Errors
/// As [`builtin_classes`].
pub fn check_builtin_classes(vocabulary: &Vocabulary<'_>) -> Result<(), PolicyError> {
    embedded_classes(vocabulary, true).map(|_| ())
}

fn embedded_classes(vocabulary: &Vocabulary<'_>, patterns: bool) -> Result<Vec<Class>, PolicyError> {
    let files = builtin::class_files();
    let (first, second) = files.split_at(files.len() / 2);
    // every command waits for them
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| class_files(second, vocabulary, patterns));
        let one = class_files(first, vocabulary, patterns);
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (mut classes, mut wrong) = one;
    classes.extend(other.0);
    wrong.extend(other.1);
    if wrong.is_empty() { Ok(classes) } else { Err(PolicyError::Invalid(wrong)) }
}

/// The classes of some files, and what is wrong with those files.
fn class_files(files: &[(&str, &str)], vocabulary: &Vocabulary<'_>, patterns: bool) -> (Vec<Class>, Vec<FileProblems>) {
    let (mut classes, mut wrong) = (Vec::new(), Vec::new());
    for (id, text) in files {
        let file = format!("builtin:classes/{id}");
        let mut problems = Problems { embedded: !patterns, ..Problems::default() };
        match source::parse(text) {
            Ok(root) => {
                if let Some(class) = class::parse(&root, vocabulary, &mut problems) {
                    if class.id != *id {
                        problems.at(&root, format!("the file is named {id}, the class {}", class.id), None);
                    }
                    classes.push(class);
                }
            }
            Err(problem) => problems.list.push(problem),
        }
        if !problems.list.is_empty() {
            wrong.push(FileProblems { file, text: Arc::from(*text), problems: problems.list });
        }
    }
    (classes, wrong)
}
