//! Keys that a product knows, and what the product does when they are absent. It must not judge, and it never guesses: what depends
//! on a version that no file tells is said to be unknown.

use crate::model::facts::{Fact, Facts};
use crate::model::node::{Fold, Node, Setting};
use std::collections::HashSet;

/// A key that a product knows.
pub struct Known {
    /// The spelling that settings in force carry.
    pub key: &'static str,
    /// What its absence means.
    pub absent: Absent,
    /// Where the meaning and the default are documented: page, and section where there is one.
    pub documented: &'static str,
}

/// What the absence of a key means.
pub enum Absent {
    /// The product does the same as with this value.
    Is(&'static str),
    /// Nothing is set, and nothing stands in.
    Unset,
    /// It depends on the version (`before 1.23.4`), the build or the system: each case with its value, the newest last.
    Varies(&'static [(&'static str, &'static str)]),
}

impl Absent {
    /// In words, for reports; `None` where nothing stands in.
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Is(value) => Some((*value).to_owned()),
            Self::Unset => None,
            Self::Varies(cases) => {
                let cases: Vec<String> = cases.iter().map(|(when, value)| format!("{value} ({when})")).collect();
                Some(cases.join(", "))
            }
        }
    }
}

/// Shorthand for tables: a key with a plain default.
pub const fn is(key: &'static str, value: &'static str, documented: &'static str) -> Known {
    Known { key, absent: Absent::Is(value), documented }
}

/// Shorthand for tables: a key without a default.
pub const fn unset(key: &'static str, documented: &'static str) -> Known {
    Known { key, absent: Absent::Unset, documented }
}

/// Shorthand for tables: a key whose default depends on the version or the build.
pub const fn varies(key: &'static str, cases: &'static [(&'static str, &'static str)], documented: &'static str) -> Known {
    Known { key, absent: Absent::Varies(cases), documented }
}

/// A key as a product compares it.
pub fn folded(key: &str, how: Fold) -> String {
    how.key(key)
}

/// Adds what holds in a context because nothing there says otherwise. Settings of the context must all be there already.
pub fn fill<'k>(settings: &mut Vec<Setting>, known: impl IntoIterator<Item = &'k Known>, how: Fold, context: &str) {
    let set: HashSet<String> =
        settings.iter().filter(|setting| setting.context == context).map(|setting| folded(&setting.key, how)).collect();
    fill_but(settings, known, context, &|key| set.contains(&folded(key, how)));
}

/// The same for whoever knows which keys of the context are set.
pub fn fill_but<'k>(
    settings: &mut Vec<Setting>,
    known: impl IntoIterator<Item = &'k Known>,
    context: &str,
    set: &dyn Fn(&str) -> bool,
) {
    for known in known {
        if set(known.key) {
            continue;
        }
        let (value, unknown, cases) = match &known.absent {
            Absent::Unset => continue,
            Absent::Is(value) => (*value, None, Vec::new()),
            Absent::Varies(cases) => {
                let newest = cases.last().map_or("", |case| case.1);
                let same = cases.iter().all(|case| case.1 == newest);
                let words = known.absent.words().unwrap_or_default();
                let unknown = format!("it is not set, and what that means is not the same everywhere: {words}");
                let values = cases.iter().map(|case| case.1.to_owned()).collect();
                if same { (newest, None, Vec::new()) } else { (newest, Some(unknown), values) }
            }
        };
        settings.push(Setting {
            key: known.key.to_owned(),
            value: Node::text(value, 0, 0),
            context: context.to_owned(),
            artifact: None,
            line: 0,
            column: 0,
            default: true,
            unknown,
            cases,
        });
    }
}

/// The table as evidence carries it.
pub fn facts(known: &[Known], form: &str) -> Facts {
    let keys = known
        .iter()
        .map(|known| (known.key.to_owned(), Fact { default: known.absent.words(), documented: known.documented.to_owned() }))
        .collect();
    Facts { form: form.to_owned(), described_by: Vec::new(), keys }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::node::Entry;

    const TABLE: &[Known] = &[
        is("read only", "yes", "x(5)"),
        unset("hosts allow", "x(5)"),
        varies("min protocol", &[("before 4.11", "NT1"), ("since 4.11", "SMB2_02")], "x(5)"),
        varies("same", &[("before 2", "a"), ("since 2", "a")], "x(5)"),
    ];

    #[test]
    fn what_is_absent_is_filled_in_and_what_depends_is_unknown() {
        let entry = Entry { key: "Read  Only".into(), line: 3, column: 1, node: Node::text("no", 3, 10) };
        let mut settings = vec![Setting::of(&entry).within("[cards]")];
        fill(&mut settings, TABLE, Fold::CaseSpace, "[cards]");
        fill(&mut settings, TABLE, Fold::CaseSpace, "[other]");
        let seen: Vec<_> = settings
            .iter()
            .map(|s| (&*s.context, &*s.key, s.value.scalar().unwrap_or("?"), s.default, s.unknown.is_some()))
            .collect();
        assert_eq!(
            seen,
            [
                ("[cards]", "Read  Only", "no", false, false),
                ("[cards]", "min protocol", "SMB2_02", true, true),
                ("[cards]", "same", "a", true, false),
                ("[other]", "read only", "yes", true, false),
                ("[other]", "min protocol", "SMB2_02", true, true),
                ("[other]", "same", "a", true, false),
            ]
        );
    }
}
