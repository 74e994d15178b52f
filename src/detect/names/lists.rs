//! The word lists as one table: word in, flags out. Built on first use (about 100,000 words) and shared afterwards.
//! Keys are lower case ASCII letters: diacritics folded, apostrophes and hyphens dropped.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

/// What the lists say of a word; a word may be in many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(u16);

impl Flags {
    pub(super) const GIVEN: Self = Self(1);
    /// A surname among the 5,000 most frequent, or common in Britain and Ireland.
    pub(super) const COMMON: Self = Self(1 << 1);
    /// A surname further down.
    pub(super) const RARE: Self = Self(1 << 2);
    pub(super) const ORDINARY: Self = Self(1 << 3);
    pub(super) const TECHNICAL: Self = Self(1 << 4);
    /// A proper noun that is no person's name: peoples, brands, places, months.
    pub(super) const PROPER: Self = Self(1 << 5);
    pub(super) const PLACE: Self = Self(1 << 6);
    /// Mr, Dr, Sgt: a name follows.
    pub(super) const TITLE: Self = Self(1 << 7);
    /// PC, DC, DS: a rank when a name follows, else many other things.
    pub(super) const RANK: Self = Self(1 << 8);
    /// Officer, President, Witness: may stand before a name.
    pub(super) const ROLE: Self = Self(1 << 9);
    /// Ltd, Street, University: what stands before it is no person.
    pub(super) const ORGANISATION: Self = Self(1 << 10);

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

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The lists with the flag that each gives.
static LISTS: [(&str, Flags); 12] = [
    (include_str!("../../../policies/classes/names/given.txt"), Flags::GIVEN),
    (include_str!("../../../policies/classes/names/surnames-common.txt"), Flags::COMMON),
    (include_str!("../../../policies/classes/names/surnames-added.txt"), Flags::COMMON),
    (include_str!("../../../policies/classes/names/surnames-other.txt"), Flags::RARE),
    (include_str!("../../../policies/classes/names/ordinary.txt"), Flags::ORDINARY),
    (include_str!("../../../policies/classes/names/technical.txt"), Flags::TECHNICAL),
    (include_str!("../../../policies/classes/names/proper.txt"), Flags::PROPER),
    (include_str!("../../../policies/classes/names/places.txt"), Flags::PLACE),
    (include_str!("../../../policies/classes/names/titles.txt"), Flags::TITLE),
    (include_str!("../../../policies/classes/names/ranks.txt"), Flags::RANK),
    (include_str!("../../../policies/classes/names/roles.txt"), Flags::ROLE),
    (include_str!("../../../policies/classes/names/organisations.txt"), Flags::ORGANISATION),
];

/// Words as they are: all of a word's bytes in the table, so that nothing else has to be fetched to compare them.
type Packed = [u64; Key::LONGEST / 8];

type Table = HashMap<Packed, Flags, BuildHasherDefault<WordHasher>>;

/// FNV-1a over eight bytes at a time. The keys are ours, so nobody can make them collide.
#[derive(Clone, Copy)]
struct WordHasher(u64);

impl Default for WordHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, _) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_ne_bytes(*word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// A word's bytes, with zeros behind them. `None` when it is too long.
fn packed(word: &[u8]) -> Option<Packed> {
    let mut bytes = [0; Key::LONGEST];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    Some(packed_key(&bytes))
}

fn packed_key(bytes: &[u8; Key::LONGEST]) -> Packed {
    let mut out = Packed::default();
    let (words, _) = bytes.as_chunks::<8>();
    out.iter_mut().zip(words).for_each(|(slot, word)| *slot = u64::from_le_bytes(*word));
    out
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::with_capacity_and_hasher(114_000, BuildHasherDefault::default());
        for (list, flag) in &LISTS {
            for word in list.split('\n').filter(|word| !word.is_empty()).filter_map(|word| packed(word.as_bytes())) {
                let flags = table.entry(word).or_default();
                *flags = flags.with(*flag);
            }
        }
        table
    })
}

/// A word as the lists spell it, in a fixed buffer.
#[derive(Clone, Copy)]
pub(super) struct Key {
    bytes: [u8; Key::LONGEST],
    len: usize,
}

impl Key {
    /// Longer words are in no list.
    const LONGEST: usize = 24;

    /// `None` when the word is too long or holds something else than Latin letters, apostrophes, hyphens and full stops.
    pub(super) fn of(word: &str) -> Option<Self> {
        let mut key = Self { bytes: [0; Self::LONGEST], len: 0 };
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
pub(in crate::detect) fn folded(letter: char) -> Option<&'static str> {
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

/// What the lists say of a word in any case and spelling.
pub(super) fn flags(word: &str) -> Flags {
    Key::of(word).map_or(Flags::default(), |key| flags_of_key(&key))
}

/// The same for a word as the lists spell it.
pub(super) fn flags_of_key(key: &Key) -> Flags {
    table().get(&packed_key(&key.bytes)).copied().unwrap_or_default()
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

    #[test]
    fn lists_are_sorted_folded_and_free_of_duplicates() {
        for (list, _) in &LISTS {
            let words: Vec<&str> = list.lines().collect();
            assert!(words.is_sorted_by(|a, b| a < b));
            assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
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
