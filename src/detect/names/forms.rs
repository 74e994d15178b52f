//! Forms of names: endings and beginnings by which a language makes names and hardly anything else (Ivanauskas, Demirsoyoğlu), letters that English
//! texts have only in names. A list never has all of them. What the lists know, as a name or as a word, is not asked here.

use std::sync::LazyLock;

/// Shorter words end so by chance.
const LEAST: usize = 6;

/// Endings in lower case ASCII letters, as the lists spell words; by their first language.
const ENDINGS: [&str; 65] = [
    // Polish, Czech, Slovak
    "owski", "ewski", "inski", "ynski", "owska", "ewska", "inska", "ynska", "owicz", "ewicz", "czyk", "czak", "kova", "ckova",
    // Lithuanian, Latvian
    "auskas", "auskaite", "auskiene", "inskas", "evicius", "avicius", "aityte", "aitiene", "unas",
    // Ukrainian, Russian, Bulgarian
    "enko", "enkova", "chuk", "czuk", "ovich", "evich", "ovna", "evna", "ovskiy", "ovsky", "evsky", // South Slavic
    "ovic", "evic", "ancic", "encic", // Georgian, Armenian
    "shvili", "adze", "idze", "sian", "nyan", "oyan", // Greek
    "opoulos", "opoulou", "akis", "iadis", "oglou", // Turkish, Romanian
    "oglu", "escu", // Nordic, Finnish
    "sson", "sdottir", "dottir", "ainen", "onen", "quist", "kvist", // of India and Sri Lanka
    "swamy", "swami", "krishnan", "ratne", "singhe", // Yoruba, Igbo
    "oluwa", "chukwu",
];

/// Beginnings: of names in Yoruba, in Igbo, and in Zulu, Xhosa and Ndebele.
const BEGINNINGS: [&str; 30] = [
    "adeb", "aded", "adek", "adew", "adey", "akin", "babat", "chukwu", "bhek", "mkh", "mth", "ndl", "ngco", "nhl", "nkos",
    "nokw", "nomth", "nomv", "ntomb", "nwach", "nwan", "nwok", "obia", "ogun", "okwu", "oluwa", "onye", "oye", "siphe", "thand",
];

/// Some of them by one of their letters: every unknown word is asked, and nearly none has more than that letter.
type ByLetter = [Vec<&'static str>; 26];

fn by_letter(all: &[&'static str], letter: impl Fn(&str) -> Option<&u8>) -> ByLetter {
    let mut out = ByLetter::default();
    for one in all {
        if let Some(list) = letter(one).and_then(|letter| out.get_mut(usize::from(letter.wrapping_sub(b'a')))) {
            list.push(one);
        }
    }
    out
}

static BY_LAST: LazyLock<ByLetter> = LazyLock::new(|| by_letter(&ENDINGS, |one| one.as_bytes().last()));
static BY_FIRST: LazyLock<ByLetter> = LazyLock::new(|| by_letter(&BEGINNINGS, |one| one.as_bytes().first()));

/// Whether a word that no list has is made like a name. The word is spelt as the lists spell theirs.
pub(super) fn of_a_name(word: &str) -> bool {
    let (Some(first), Some(last)) = (word.as_bytes().first(), word.as_bytes().last()) else { return false };
    let of = |all: &'static ByLetter, letter: &u8| all.get(usize::from(letter.wrapping_sub(b'a'))).into_iter().flatten();
    word.len() >= LEAST
        && (of(&BY_LAST, last).any(|ending| word.len() > ending.len() + 1 && word.ends_with(ending))
            || of(&BY_FIRST, first).any(|beginning| word.starts_with(beginning)))
}

/// Letters of alphabets that English texts show in names and hardly elsewhere. What German, French and Spanish nouns have is left out.
pub(super) fn foreign(word: &str) -> bool {
    word.chars().any(
        |letter| matches!(letter, 'Ā'..='ő' | 'Ŕ'..='ſ' | 'Ș'..='ț' | 'ø' | 'Ø' | 'å' | 'Å' | 'ð' | 'Ð' | 'þ' | 'Þ' | 'ý' | 'Ý'),
    )
}

/// Whether a word is written as only surnames are: `McAllister`, `O'Halloran`.
pub(super) fn by_prefix(word: &str) -> bool {
    ["Mc", "O'", "O’"].iter().any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.chars().next().is_some_and(char::is_uppercase) && rest.len() > 3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_prefixes() {
        for word in [
            "malinauskas",
            "demirsoyoglu",
            "bergsveinsson",
            "ingvarsdottir",
            "tkachenko",
            "gheorghescu",
            "mthunzini",
            "oluwamuyiwa",
        ] {
            assert!(of_a_name(word), "{word}");
        }
        for word in ["sson", "isson", "kubernetes", "datacard", ""] {
            assert!(!of_a_name(word), "{word}");
        }
        for ending in ENDINGS {
            assert!(of_a_name(&format!("xyxyx{ending}")), "{ending}");
        }
        for beginning in BEGINNINGS {
            assert!(of_a_name(&format!("{beginning}xyxyx")), "{beginning}");
        }
        assert!(by_prefix("McKechnie") && by_prefix("O'Halloran") && !by_prefix("McX") && !by_prefix("MacBook"));
    }
}
