//! Pieces of a large file in the parts of a delivery, each read by another machine, and what they are together. No guess of a machine is
//! believed: a piece counts if it begins where the one before it ends, and if that does not come out nothing is made of it.

use super::content::Content;
use super::examine::{Examined, withhold};
use super::pieces::{Facts, Stretch, Whole};
use super::shard::Piece as Row;
use super::split::{add, format};
use crate::detect::engine::Engine;
use crate::model::evidence::{Artifact, GapKind, Read};
use crate::model::word::Sum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A piece of a file, as a part has it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Fraction {
    /// Keyed mark of its path.
    pub(super) path: u64,
    /// The artifact's number.
    pub(super) number: u32,
    /// Which piece, from 0.
    pub(super) piece: u64,
    /// Bytes of a piece.
    pub(super) bytes: u64,
    /// What is known of the file but what its records hold: with the first piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<Box<FileFacts>>,
    pub(super) stretch: Box<Stretch>,
}

/// What is known of a file but what its records hold.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileFacts {
    pub(super) artifact: Artifact,
    pub(super) sha256: Sum,
    pub(super) content: Content,
}

/// Where pieces of a file of so many bytes begin and end.
pub(super) fn range(piece: u64, bytes: u64, size: u64) -> (u64, u64) {
    let from = piece.saturating_mul(bytes);
    (from, from.saturating_add(bytes).min(size))
}

/// Puts the pieces of one file together, in any order.
///
/// # Errors
/// A sentence, where they are not all of it.
pub(super) fn join(mut fractions: Vec<Fraction>, engine: &Engine) -> Result<(u64, Examined), String> {
    fractions.sort_by_key(|fraction| fraction.piece);
    let number = fractions.first().map_or(0, |first| first.number);
    let again = "collect all parts again with --whole-files, which leaves each file to one of them";
    let cut = || format!("artifact {number} was cut where none of its records begins: {again}");
    let missing = || format!("the parts do not have all pieces of artifact {number}");
    let first = fractions.first_mut().filter(|first| first.piece == 0).ok_or_else(missing)?;
    let (path, bytes, facts) = (first.path, first.bytes, first.stretch.facts);
    let file = first.file.take().ok_or_else(missing)?;
    let (count, mut at, mut lines) = (facts.size.div_ceil(bytes.max(1)), 0, 0);
    let mut whole = Whole { parts: Vec::new(), holds: Vec::new(), strange: (0, 0) };
    let mut fractions = fractions.into_iter().peekable();
    for piece in 0..count {
        let own = fractions.next_if(|fraction| fraction.piece == piece);
        let (_, to) = range(piece, bytes, facts.size);
        // a record from before it goes on to its end
        if at >= to {
            continue;
        }
        let own = own.ok_or_else(cut)?;
        let stretch = *own.stretch;
        let same = |facts: Facts, own: Facts| own.size == facts.size && own.changed() == facts.changed();
        if own.bytes != bytes || own.path != path || !same(facts, stretch.facts) {
            return Err(format!("artifact {number} was not the same when its pieces were read: collect all parts again"));
        }
        if stretch.begins != Some(at) || stretch.next < to || stretch.next > facts.size {
            return Err(cut());
        }
        let (next, further) = (stretch.next, stretch.lines);
        if !add(&mut whole, stretch, lines) {
            return Err(format!("artifact {number} holds more kinds of records than pieces of it can tell of: {again}"));
        }
        (at, lines) = (next, lines.saturating_add(further));
    }
    if fractions.next().is_some() {
        return Err(format!("the parts have a piece of artifact {number} twice"));
    }
    let examined = finish(file.artifact, whole, (file.sha256, file.content), facts.size, engine);
    Ok((path, examined.ok_or_else(|| format!("artifact {number} is of a format that has no pieces"))?))
}

/// All artifacts in order, each once: those that a part read whole, and those that are made of pieces. Where one part found that a file has to be
/// read whole, that counts and not what others have of it.
///
/// # Errors
/// A sentence, where pieces are not all of their file.
pub(super) fn settle(mut wholes: Vec<Row>, fractions: Vec<Fraction>, engine: &Engine) -> Result<Vec<Row>, String> {
    let crashed = |row: &Row| row.examined.artifact.gaps.iter().any(|gap| gap.kind == GapKind::Crashed);
    wholes.sort_by_cached_key(|row| (row.examined.artifact.number, crashed(row)));
    let mut of: BTreeMap<u32, Vec<Fraction>> = BTreeMap::new();
    for fraction in fractions {
        of.entry(fraction.number).or_default().push(fraction);
    }
    let mut last: Option<&Row> = None;
    for row in &wholes {
        let twice = last.is_some_and(|last| last.examined.artifact.number == row.examined.artifact.number);
        // who reads it whole because of its pieces reads what any other does
        if twice && last.is_some_and(|last| last.examined != row.examined && !crashed(row)) {
            return Err(format!("two parts have artifact {}, and not the same", row.examined.artifact.number));
        }
        last = Some(row);
    }
    wholes.dedup_by(|next, own| next.examined.artifact.number == own.examined.artifact.number && next.path == own.path);
    for row in &wholes {
        of.remove(&row.examined.artifact.number);
    }
    for pieces in of.into_values() {
        let (path, examined) = join(pieces, engine)?;
        wholes.push(Row { path, examined });
    }
    wholes.sort_by_key(|row| row.examined.artifact.number);
    Ok(wholes)
}

/// The file as reading it at once tells of it.
pub(super) fn finish(
    mut artifact: Artifact,
    whole: Whole,
    (sha256, content): (Sum, Content),
    size: u64,
    engine: &Engine,
) -> Option<Examined> {
    let stretches = format(&artifact.kind)?.stretches()?;
    (artifact.parts, artifact.gaps) = stretches.finish(whole, engine);
    // what a gap of the whole file says was not read as it should be
    artifact.read = if artifact.gaps.iter().any(|gap| gap.at.is_empty()) { Read::Partial } else { Read::Full };
    artifact.size = size;
    artifact.digest = Some(sha256);
    artifact.mark = content.0.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
    withhold(&mut artifact);
    Some(Examined { content: Some(content), ..Examined::bare(artifact) })
}
