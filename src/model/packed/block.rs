//! A block of artifacts as bytes and back: what few artifacts differ in, once; what nearly all differ in, next to each other. Keyed marks
//! lie apart, so that the digest of the rest is the same in every audit. It reads what anybody may have written, within bounds.

use super::frame::Content;
use super::piece;
use crate::model::evidence::{Artifact, Encryption, Gap, GapKind, Opened, Part, Read};
use crate::model::tree::{Packer, Unpacker};
use crate::model::word::{Sum, Word};

/// Words that a block shares.
const MOST_WORDS: usize = 64;

/// What an artifact has that not all have.
const AGREES: u64 = 1;
const MODE: u64 = 1 << 1;
const OWNER: u64 = 1 << 2;
const MASKED: u64 = 1 << 3;
const PARTS: u64 = 1 << 4;
const GAPS: u64 = 1 << 5;
/// A digest, whose bytes lie apart: nothing makes them smaller.
const DIGEST: u64 = 1 << 6;
const READ: u64 = 8;
const ENCRYPTION: u64 = 10;
const OPENED: u64 = 12;

const READS: [Read; 3] = [Read::Full, Read::Partial, Read::None];
const ENCRYPTIONS: [Encryption; 4] = [Encryption::None, Encryption::Weak, Encryption::Unknown, Encryption::Strong];
const OPENEDS: [Option<Opened>; 3] = [None, Some(Opened::Given), Some(Opened::Beside)];
const GAP_KINDS: [GapKind; 8] = [
    GapKind::Unsupported,
    GapKind::Encrypted,
    GapKind::Malformed,
    GapKind::Limit,
    GapKind::Unreadable,
    GapKind::Crashed,
    GapKind::NotAFile,
    GapKind::Missing,
];

/// Where something stands in the list of all there are.
pub(super) fn place<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter().position(|known| known == one).unwrap_or(0) as u64
}

/// Small numbers for numbers about nought.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// What the artifact before has, on which the next one is written.
struct Before<'a> {
    number: u32,
    folder: u32,
    modified: i64,
    path: &'a str,
}

impl Before<'_> {
    const NOTHING: Self = Before { number: 0, folder: 0, modified: 0, path: "" };
}

/// The bytes that two texts begin with, up to a character that both have whole.
fn shared(one: &str, other: &str) -> usize {
    let mut length = one.bytes().zip(other.bytes()).take_while(|pair| pair.0 == pair.1).count();
    while !other.is_char_boundary(length) {
        length -= 1;
    }
    length
}

/// Where keyed marks go that nobody wants, of which there may be millions.
#[derive(Default)]
pub(super) struct Unwanted;

impl Extend<u8> for Unwanted {
    fn extend<T: IntoIterator<Item = u8>>(&mut self, _: T) {}
}

impl From<Unwanted> for Vec<u8> {
    fn from(_: Unwanted) -> Self {
        Self::new()
    }
}

/// Packs artifacts until there are `enough` bytes of them: how many, and their bytes, with keyed marks as far as those are kept.
pub(super) fn pack<'a, K: Default + Extend<u8> + Into<Vec<u8>>>(
    artifacts: impl IntoIterator<Item = &'a Artifact>,
    enough: usize,
) -> (usize, Content) {
    let (mut packer, mut keyed, mut digests) = (Packer::default(), K::default(), Vec::new());
    let (mut before, mut count) = (Before::NOTHING, 0);
    for artifact in artifacts {
        if packer.out.len() >= enough {
            break;
        }
        before = artifact_in(artifact, &before, &mut packer, &mut keyed, &mut digests);
        count += 1;
    }
    let mut first = Packer::default();
    first.number(count as u64);
    first.number(digests.len() as u64);
    first.out.extend(digests);
    let mut plain = packer.out;
    // in front of what may be very much, which is not copied for that
    plain.splice(0..0, first.out);
    (count, Content { plain, keyed: keyed.into() })
}

fn artifact_in<'a, K: Extend<u8>>(
    artifact: &'a Artifact,
    before: &Before<'_>,
    packer: &mut Packer<'a>,
    keyed: &mut K,
    digests: &mut Vec<u8>,
) -> Before<'a> {
    let Artifact {
        number,
        path,
        masked,
        folder,
        kind,
        extension_matches,
        size,
        modified,
        mode,
        owner,
        digest,
        mark,
        encryption,
        opened,
        read,
        parts,
        gaps,
    } = artifact;
    let flag = |is: bool, flag: u64| if is { flag } else { 0 };
    packer.number(
        flag(*extension_matches, AGREES)
            | flag(mode.is_some(), MODE)
            | flag(owner.is_some(), OWNER)
            | flag(masked.is_some(), MASKED)
            | flag(!parts.is_empty(), PARTS)
            | flag(!gaps.is_empty(), GAPS)
            | flag(digest.is_some(), DIGEST)
            | place(&READS, read) << READ
            | place(&ENCRYPTIONS, encryption) << ENCRYPTION
            | place(&OPENEDS, opened) << OPENED,
    );
    packer.number(zigzag(i64::from(*number) - i64::from(before.number) - 1));
    packer.number(zigzag(i64::from(*folder) - i64::from(before.folder)));
    packer.key(kind);
    packer.number(*size);
    packer.number(zigzag(modified.wrapping_sub(before.modified)));
    if let Some(mode) = mode {
        packer.number((*mode).into());
    }
    if let Some(owner) = owner {
        packer.key(owner);
    }
    if let Some(masked) = masked {
        packer.number((*masked).into());
    }
    let same = shared(before.path, path);
    packer.number(same as u64);
    packer.text(path.get(same..).unwrap_or(""));
    if let Some(Sum(digest)) = digest {
        digests.extend(digest);
    }
    keyed.extend(mark.to_le_bytes());
    if !parts.is_empty() {
        packer.number(parts.len() as u64);
        for part in parts {
            piece::put(part, packer, keyed);
        }
    }
    if !gaps.is_empty() {
        packer.number(gaps.len() as u64);
        for Gap { at, kind, reason } in gaps {
            packer.number(place(&GAP_KINDS, kind));
            packer.key(at);
            packer.key(reason);
        }
    }
    Before { number: *number, folder: *folder, modified: *modified, path }
}

/// Words of a block, each once.
#[derive(Default)]
struct Words<'a>(Vec<(&'a str, Word)>);

impl<'a> Words<'a> {
    /// Makes a word of a text, where it is not that already.
    fn put(&mut self, text: &'a str, into: &mut Word) {
        // few, and the same text lies at the same place
        let known = self.0.iter().rev().find(|known| std::ptr::eq(known.0, text));
        let word = known.map_or_else(|| Word::from(text), |known| known.1.clone());
        if known.is_none() && self.0.len() < MOST_WORDS {
            self.0.push((text, word.clone()));
        }
        if *into != word {
            *into = word;
        }
    }
}

/// Nothing, into which artifacts are read.
fn blank() -> Artifact {
    Artifact {
        number: 0,
        path: String::new(),
        masked: None,
        folder: 0,
        kind: "".into(),
        extension_matches: false,
        size: 0,
        modified: 0,
        mode: None,
        owner: None,
        digest: None,
        mark: 0,
        encryption: Encryption::None,
        opened: None,
        read: Read::Full,
        parts: Vec::new(),
        gaps: Vec::new(),
    }
}

/// Reads the artifacts of blocks, each into the place of the one before: of a million there is nothing to be said, and none of them takes
/// memory of its own.
pub(super) struct Reader(Artifact);

impl Default for Reader {
    fn default() -> Self {
        Self(blank())
    }
}

impl Reader {
    /// Shows each artifact of a block, so many at most, with its place in it. Whoever is shown one may take its pieces and gaps, and leaves
    /// its path. How many there were; `None` if these are not the bytes of a block, which may be known after some of them were shown.
    pub(super) fn each(
        &mut self,
        unpacker: &mut Unpacker<'_>,
        mut keyed: &[u8],
        most: usize,
        mut with: impl FnMut(u32, &mut Artifact),
    ) -> Option<usize> {
        let (count, length) = (unpacker.number()?, unpacker.count()?);
        let (digests, rest) = unpacker.rest.split_at_checked(length)?;
        unpacker.rest = rest;
        let (digests, odd) = digests.as_chunks();
        let mut digests = digests.iter();
        // each has a mark
        let is_possible = |count: &usize| (1..=most).contains(count) && *count <= keyed.len() / 8 && odd.is_empty();
        let count = usize::try_from(count).ok().filter(is_possible)?;
        let Self(one) = self;
        (one.number, one.folder, one.modified) = (0, 0, 0);
        one.path.clear();
        let mut words = Words::default();
        for within in 0..count as u32 {
            let flags = unpacker.number().filter(|flags| flags >> OPENED < OPENEDS.len() as u64)?;
            let has = |flag: u64| flags & flag != 0;
            let of = |shift: u64, bits: u64| (flags >> shift & bits) as usize;
            one.extension_matches = has(AGREES);
            one.read = *READS.get(of(READ, 3))?;
            one.encryption = *ENCRYPTIONS.get(of(ENCRYPTION, 3))?;
            one.opened = *OPENEDS.get(of(OPENED, 3))?;
            one.number = u32::try_from(i64::from(one.number).checked_add(1)?.checked_add(unzigzag(unpacker.number()?))?).ok()?;
            one.folder = u32::try_from(i64::from(one.folder).checked_add(unzigzag(unpacker.number()?))?).ok()?;
            words.put(unpacker.key()?, &mut one.kind);
            one.size = unpacker.number()?;
            one.modified = one.modified.wrapping_add(unzigzag(unpacker.number()?));
            one.mode = if has(MODE) { Some(unpacker.place()?) } else { None };
            if has(OWNER) {
                words.put(unpacker.key()?, one.owner.get_or_insert_with(|| "".into()));
            } else {
                one.owner = None;
            }
            one.masked = if has(MASKED) { Some(unpacker.place()?) } else { None };
            let same = usize::try_from(unpacker.number()?).ok().filter(|same| one.path.is_char_boundary(*same))?;
            one.path.truncate(same);
            one.path.push_str(unpacker.text()?);
            unpacker.take_room(size_of::<Artifact>() + one.path.len())?;
            one.digest = if has(DIGEST) { Some(Sum(*digests.next()?)) } else { None };
            one.mark = marked(&mut keyed)?;
            let parts = if has(PARTS) { unpacker.count()? } else { 0 };
            one.parts.truncate(parts);
            one.parts.reserve_exact(parts.min(piece::AT_ONCE).saturating_sub(one.parts.len()));
            for at in 0..parts {
                if at == one.parts.len() {
                    one.parts.push(Part::default());
                }
                piece::take(unpacker, &mut keyed, one.parts.get_mut(at)?)?;
            }
            one.gaps.clear();
            let gaps = if has(GAPS) { unpacker.count()? } else { 0 };
            for _ in 0..gaps {
                let kind = *GAP_KINDS.get(usize::try_from(unpacker.number()?).ok()?)?;
                unpacker.take_room(size_of::<Gap>())?;
                one.gaps.push(Gap { at: unpacker.key()?.to_owned(), kind, reason: unpacker.key()?.to_owned() });
            }
            with(within, one);
        }
        let done = unpacker.rest.is_empty() && keyed.is_empty() && digests.next().is_none();
        done.then_some(count)
    }
}

/// The next keyed mark.
pub(super) fn marked(keyed: &mut &[u8]) -> Option<u64> {
    let (mark, rest) = keyed.split_first_chunk()?;
    *keyed = rest;
    Some(u64::from_le_bytes(*mark))
}
