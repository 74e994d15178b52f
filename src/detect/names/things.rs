//! What is called like a person and is none: firms, brands, places, ships, figures of books, the letters of the spelling alphabet, and what science
//! and medicine named after somebody. General knowledge, written by hand (the pairs in `things.txt`). It must not judge how sure a name is.

use super::lists::{Flags, Key, flags_of_key};
use super::sources::LONGEST;

/// Words of the spelling alphabet that are names too.
const SPELT: [&str; 9] = ["charlie", "juliet", "juliett", "mike", "oscar", "papa", "romeo", "sierra", "victor"];

/// Behind a name, these make it that of a disease, a law or a method, with an `'s` or without.
const NAMED_AFTER: [&str; 64] = [
    "algorithm",
    "anaemia",
    "anemia",
    "aphasia",
    "apple",
    "ataxia",
    "catheter",
    "chorea",
    "cipher",
    "coefficient",
    "comet",
    "conjecture",
    "constant",
    "contracture",
    "criterion",
    "cycle",
    "dementia",
    "disease",
    "disorder",
    "distribution",
    "equation",
    "equations",
    "equilibrium",
    "filter",
    "fracture",
    "inequality",
    "integral",
    "knife",
    "law",
    "laws",
    "lemma",
    "lymphoma",
    "maneuver",
    "manoeuvre",
    "matrix",
    "node",
    "nodes",
    "number",
    "numbers",
    "oesophagus",
    "palsy",
    "paradox",
    "phenomenon",
    "polynomial",
    "postulate",
    "principle",
    "prior",
    "process",
    "quadrature",
    "razor",
    "reflex",
    "sarcoma",
    "screwdriver",
    "sequence",
    "series",
    "space",
    "syndrome",
    "tendon",
    "theorem",
    "thyroiditis",
    "transform",
    "triad",
    "tumour",
    "wrench",
];

/// The same, but behind a bare name only: "the Turing test", while "Turing's test" may be one he wrote.
const NAMED_BARE: [&str; 30] = [
    "blade",
    "boson",
    "burner",
    "chain",
    "chains",
    "correction",
    "counter",
    "coupling",
    "diagram",
    "dish",
    "distance",
    "effect",
    "function",
    "gain",
    "group",
    "index",
    "kernel",
    "key",
    "lamp",
    "lens",
    "line",
    "method",
    "model",
    "plot",
    "ratio",
    "scale",
    "score",
    "sign",
    "telescope",
    "test",
];

/// Whether two words, and an "and" between them or not, name a thing.
pub(super) fn known(first: &str, second: &str) -> bool {
    let spelt = |word: &str| SPELT.iter().any(|other| word.eq_ignore_ascii_case(other));
    let listed = || Key::of(&[first, second].concat()).is_some_and(|key| flags_of_key(&key).any(Flags::THING));
    spelt(first) && spelt(second) || first.len() + second.len() <= LONGEST && listed()
}

/// Whether a word behind a name says that something is named after somebody.
pub(super) fn named_after(word: &str, possessive: bool) -> bool {
    NAMED_AFTER.binary_search(&word).is_ok() && !(possessive && matches!(word, "number" | "numbers" | "process" | "series" | "space"))
        || !possessive && NAMED_BARE.binary_search(&word).is_ok()
        // Murphy's sign is one of medicine, and nobody else has one
        || possessive && word == "sign"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(NAMED_AFTER.is_sorted_by(|a, b| a < b) && NAMED_BARE.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn things_and_people() {
        assert!(known("Milton", "Keynes") && known("MORGAN", "STANLEY") && known("Marks", "Spencer") && known("Juliet", "Romeo"));
        assert!(!known("Milton", "Friedson") && !known("Mike", "Stanley") && !known("", ""));
        assert!(named_after("disease", true) && named_after("test", false) && !named_after("test", true));
    }
}
