//! The word lists, and how they are packed into the table that the program carries. The build script and the program both read this
//! file: it must hold nothing that needs either.

/// The lists below `policies/classes`, with what each says of its words.
#[allow(dead_code, reason = "the build script packs them and the tests compare them; the program has the table")]
pub(crate) const LISTS: [(&str, u16); 15] = [
    ("given", GIVEN),
    ("surnames-common", COMMON),
    ("surnames-added", COMMON),
    ("surnames-other", RARE),
    ("ordinary", ORDINARY),
    ("technical", TECHNICAL),
    ("proper", PROPER),
    ("places", PLACE),
    ("titles", TITLE),
    ("ranks", RANK),
    ("roles", ROLE),
    ("organisations", ORGANISATION),
    ("names-unusual", UNUSUAL),
    ("given-rarely", RARELY),
    ("things", THING),
];

/// A first name.
pub(crate) const GIVEN: u16 = 1;
/// A surname among the 5,000 most frequent, or common in Britain and Ireland.
pub(crate) const COMMON: u16 = 1 << 1;
/// A surname further down.
pub(crate) const RARE: u16 = 1 << 2;
/// A word of English.
pub(crate) const ORDINARY: u16 = 1 << 3;
/// A word of technology.
pub(crate) const TECHNICAL: u16 = 1 << 4;
/// A proper noun that is no person's name: peoples, brands, places, months.
pub(crate) const PROPER: u16 = 1 << 5;
/// A place.
pub(crate) const PLACE: u16 = 1 << 6;
/// Mr, Dr, Sgt: a name follows.
pub(crate) const TITLE: u16 = 1 << 7;
/// PC, DC, DS: a rank when a name follows, else many other things.
pub(crate) const RANK: u16 = 1 << 8;
/// Officer, President, Witness: may stand before a name.
pub(crate) const ROLE: u16 = 1 << 9;
/// Ltd, Street, University: what stands before it is no person.
pub(crate) const ORGANISATION: u16 = 1 << 10;
/// A name of few people, and in none of the other lists: it tells something beside another name, and little alone.
pub(crate) const UNUSUAL: u16 = 1 << 11;
/// A first name that is a surname first of all: Norton, Bentley.
pub(crate) const RARELY: u16 = 1 << 12;
/// Two words written together that name a firm, a place or a product, and nobody: miltonkeynes.
pub(crate) const THING: u16 = 1 << 13;

/// Longer words are in no list.
pub(crate) const LONGEST: usize = 24;
/// Places of the index, a power of two: less than half of them are taken.
pub(crate) const SLOTS: usize = 1 << 19;
/// Bits of an entry of the index that say where its word is; those above are of the word's mark.
pub(crate) const PLACE_BITS: u32 = 22;

/// The mark of a word, with zeros behind it. The words are ours, so nobody can make them collide.
pub(crate) fn mark(word: &[u8; LONGEST]) -> u64 {
    let (parts, _) = word.as_chunks::<8>();
    let mixed = parts.iter().fold(0xcbf2_9ce4_8422_2325_u64, |own, part| {
        let mixed = (own ^ u64::from_le_bytes(*part)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed ^ (mixed >> 29)
    });
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Where the search for a mark begins.
pub(crate) fn slot(mark: u64) -> usize {
    (mark >> 40) as usize % SLOTS
}

/// The bits of a mark that an entry of the index holds.
pub(crate) fn hint(mark: u64) -> u32 {
    (mark as u32) >> PLACE_BITS
}
