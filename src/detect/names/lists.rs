//! The word lists as one table: word in, flags out. The table (about 250,000 words) is made when the program is built, so that it costs
//! nothing to begin with. Keys are lower case ASCII letters: diacritics folded, apostrophes and hyphens dropped.

use super::sources::{self, LONGEST, PLACE_BITS, SLOTS};

/// What the lists say of a word; a word may be in many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(u16);

impl Flags {
    pub(super) const GIVEN: Self = Self(sources::GIVEN);
    pub(super) const COMMON: Self = Self(sources::COMMON);
    pub(super) const RARE: Self = Self(sources::RARE);
    pub(super) const ORDINARY: Self = Self(sources::ORDINARY);
    pub(super) const TECHNICAL: Self = Self(sources::TECHNICAL);
    pub(super) const PROPER: Self = Self(sources::PROPER);
    pub(super) const PLACE: Self = Self(sources::PLACE);
    pub(super) const TITLE: Self = Self(sources::TITLE);
    pub(super) const RANK: Self = Self(sources::RANK);
    pub(super) const ROLE: Self = Self(sources::ROLE);
    pub(super) const ORGANISATION: Self = Self(sources::ORGANISATION);

    pub(super) const UNUSUAL: Self = Self(sources::UNUSUAL);
    pub(super) const RARELY: Self = Self(sources::RARELY);
    pub(super) const THING: Self = Self(sources::THING);

    /// What only the reading of prose asks.
    const OF_PROSE: Self = Self(sources::UNUSUAL | sources::RARELY | sources::THING);
    pub(super) const SURNAME: Self = Self(Self::COMMON.0 | Self::RARE.0);
    pub(super) const NAME: Self = Self(Self::GIVEN.0 | Self::SURNAME.0);
    pub(super) const WORD: Self = Self(Self::ORDINARY.0 | Self::TECHNICAL.0);

    /// Whether the word is in any of these lists.
    pub(super) const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// The same without these lists.
    pub(super) const fn without(self, of: Self) -> Self {
        Self(self.0 & !of.0)
    }
}

/// Places of words by the first bits of their marks, four bytes each; 0 where there is none.
static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.index"));
/// Words, each with its length before it and its flags, in two bytes, behind it. The first begins at 1.
static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.words"));

/// A word as the lists spell it, in a fixed buffer.
#[derive(Clone, Copy)]
pub(super) struct Key {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Key {
    /// `None` when the word is too long or holds something else than Latin letters, apostrophes, hyphens and full stops.
    pub(super) fn of(word: &str) -> Option<Self> {
        let mut key = Self { bytes: [0; LONGEST], len: 0 };
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let slot = key.bytes.get_mut(..word.len())?;
            slot.copy_from_slice(word.as_bytes());
            slot.make_ascii_lowercase();
            key.len = word.len();
            return (key.len > 0).then_some(key);
        }
        for letter in word.chars() {
            if letter.is_ascii_alphabetic() {
                key.push(letter.to_ascii_lowercase() as u8)?;
            } else if !matches!(letter, '\'' | '’' | 'ʼ' | '`' | '-' | '‐' | '‑' | '.') {
                for byte in folded(letter)?.bytes() {
                    key.push(byte)?;
                }
            }
        }
        (key.len > 0).then_some(key)
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.len)? = byte;
        self.len += 1;
        Some(())
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }
}

/// The ASCII letters for a letter of the Latin alphabets with diacritics; empty for a combining mark.
pub(crate) fn folded(letter: char) -> Option<&'static str> {
    Some(match letter {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'Ǎ' | 'ǎ' | 'Ạ'..='ặ' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' | 'Ć'..='č' => "c",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' | 'Ə' | 'ə' => "e",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => "i",
        'Ð' | 'ð' | 'Ď'..='đ' => "d",
        'Ñ' | 'ñ' | 'Ń'..='ň' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => "o",
        'Œ' | 'œ' => "oe",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => "u",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'Ỳ'..='ỹ' => "y",
        'Þ' | 'þ' => "th",
        'ß' => "ss",
        'Ĝ'..='ģ' | 'Ǧ' | 'ǧ' => "g",
        'Ĥ'..='ħ' => "h",
        'Ĵ' | 'ĵ' => "j",
        'Ķ'..='ĸ' => "k",
        'Ĺ'..='ł' => "l",
        'Ŕ'..='ř' => "r",
        'Ś'..='š' | 'Ș' | 'ș' => "s",
        'Ţ'..='ŧ' | 'Ț' | 'ț' => "t",
        'Ŵ' | 'ŵ' | 'Ẁ'..='ẅ' => "w",
        'Ź'..='ž' => "z",
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

/// What the lists say of a word in any case and spelling, but for unusual names: outside of prose they are too many to tell anything.
pub(super) fn flags(word: &str) -> Flags {
    Key::of(word).map_or(Flags::default(), |key| flags_of_key(&key)).without(Flags::OF_PROSE)
}

/// The same for a word as the lists spell it.
pub(super) fn flags_of_key(key: &Key) -> Flags {
    let (index, _) = INDEX.as_chunks::<4>();
    let mark = sources::mark(&key.bytes);
    let mut slot = sources::slot(mark);
    while let Some(entry) = index.get(slot).map(|entry| u32::from_le_bytes(*entry)).filter(|entry| *entry != 0) {
        if entry >> PLACE_BITS == sources::hint(mark)
            && let Some(flags) = flags_at((entry & ((1 << PLACE_BITS) - 1)) as usize, key)
        {
            return flags;
        }
        slot = (slot + 1) % SLOTS;
    }
    Flags::default()
}

/// The flags of the word at a place, if it is this one.
fn flags_at(place: usize, key: &Key) -> Option<Flags> {
    let (length, rest) = WORDS.get(place..)?.split_first()?;
    let (word, behind) = rest.split_at_checked(usize::from(*length))?;
    (key.bytes.get(..key.len)? == word).then(|| behind.first_chunk::<2>().map(|flags| Flags(u16::from_le_bytes(*flags))))?
}

/// Whether a word is a known first name. Some, such as "mark", are [`ordinary`] words too.
pub fn given(token: &str) -> bool {
    flags(token).any(Flags::GIVEN)
}

/// Whether a word is a known surname. Some, such as "price", are [`ordinary`] words too.
pub fn surname(token: &str) -> bool {
    flags(token).any(Flags::SURNAME)
}

/// Whether a token is a common English or technical word, as found in file names, headers and configuration keys.
pub fn ordinary(token: &str) -> bool {
    flags(token).any(Flags::WORD)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists as they lie in the repository.
    fn lists() -> impl Iterator<Item = (String, Flags)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/classes/names");
        sources::LISTS.iter().map(move |(name, flags)| {
            (std::fs::read_to_string(format!("{folder}/{name}.txt")).unwrap_or_default(), Flags(*flags))
        })
    }

    #[test]
    fn lists_are_sorted_folded_and_free_of_duplicates() {
        for (list, _) in lists() {
            let words: Vec<&str> = list.lines().collect();
            assert!(!words.is_empty() && words.is_sorted_by(|a, b| a < b));
            assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
        }
    }

    #[test]
    fn the_table_says_of_each_word_what_its_lists_say_and_of_others_nothing() {
        let mut all = std::collections::BTreeMap::new();
        for (list, own) in lists() {
            for word in list.lines().filter(|word| word.len() <= LONGEST) {
                *all.entry(word.to_owned()).or_insert(0) |= own.0;
            }
        }
        assert!(all.len() > 200_000);
        for (word, own) in &all {
            let all_of = |word: &str| Key::of(word).map_or(0, |key| flags_of_key(&key).0);
            assert_eq!(all_of(word), *own, "{word}");
            let other: String = word.chars().rev().collect();
            assert_eq!(all_of(&other), all.get(&other).copied().unwrap_or(0), "{other}");
        }
    }

    #[test]
    fn words_are_found_in_any_spelling() {
        assert!(surname("O'Brien") && surname("OBRIEN") && surname("o’brien"));
        assert!(given("Siân") && given("Zoë") && given("Łukasz") && given("Aoife") && given("MOHAMMED"));
        assert!(surname("Raghunathan") && surname("Wójcik") && surname("Yılmaz") && surname("McDonald"));
    }

    #[test]
    fn words_that_are_names_are_both() {
        for word in ["mark", "rose", "grant"] {
            assert!(given(word) && ordinary(word), "{word}");
        }
        assert!(surname("price") && ordinary("price") && !given("price"));
    }

    #[test]
    fn ordinary_words() {
        for word in ["backup", "orders", "photos", "server", "price", "delivery", "config", "the"] {
            assert!(ordinary(word), "{word}");
        }
        for word in ["john", "raghunathan", "xqzt", "", "日本"] {
            assert!(!ordinary(word), "{word}");
        }
    }
}
