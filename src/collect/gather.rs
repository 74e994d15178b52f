//! What was examined, as it comes: packed as soon as all of a stretch are there, so that an audit of a million files has in memory what
//! there is to say of them, and not what they are called. It must not know who examined it, nor change what was found.

use super::document::FoundMember;
use super::examine::Examined;
use super::{About, Walked};
use crate::model::artifacts::Artifacts;
use crate::model::evidence::{Artifact, Delivery, Manifest};
use crate::model::packed::{MOST_SEALED, Sealed, Stored};
use crate::model::word::Sum;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Examined entries of a delivery, by their place in it.
pub(super) struct Gather {
    /// How many there will be.
    all: usize,
    inner: Mutex<Inner>,
}

struct Inner {
    stretches: Vec<Stretch>,
    /// The keyed mark of each path.
    marks: Vec<u64>,
    walked: Walked,
    /// The first stretch that was not walked over yet.
    next: usize,
}

/// Entries that follow each other.
#[derive(Default)]
struct Stretch {
    /// Those that are there, until all are.
    open: Vec<Option<Examined>>,
    count: usize,
    /// How many are not there.
    missing: usize,
    closed: Option<Closed>,
}

/// A stretch of which all are there.
struct Closed {
    sealed: Sealed,
    /// What the digest of a delivery is over, until those before are there.
    contents: Vec<(u64, Option<super::content::Content>)>,
    manifest: Option<Manifest>,
    /// Container by container, as they came: put into one list they would be in memory twice.
    members: Vec<Vec<FoundMember>>,
    /// The largest number of a folder.
    folder: u32,
}

impl Closed {
    fn of(examined: Vec<Option<Examined>>) -> Self {
        let (mut contents, mut manifest, mut members, mut folder) = (Vec::with_capacity(examined.len()), None, Vec::new(), 0);
        let mut artifacts = Vec::with_capacity(examined.len());
        for one in examined.into_iter().flatten() {
            contents.push((one.artifact.size, one.content));
            manifest = manifest.or(one.manifest);
            folder = folder.max(one.artifact.folder);
            artifacts.push(one.artifact);
            if !one.members.is_empty() {
                members.push(one.members);
            }
        }
        Self { sealed: Sealed::of(artifacts), contents, manifest, members, folder }
    }
}

/// All that was gathered.
pub(super) struct Gathered {
    /// Members after the files of the delivery.
    pub(super) artifacts: Artifacts,
    /// The delivery's manifest, with what its documents point to.
    pub(super) manifest: Option<Manifest>,
    /// What was walked over.
    pub(super) delivery: Delivery,
}

impl Gather {
    /// For so many entries.
    pub(super) fn of(all: usize) -> Self {
        let stretch = |first| {
            let count = MOST_SEALED.min(all - first);
            Stretch { count, missing: count, ..Stretch::default() }
        };
        let stretches = (0..all).step_by(MOST_SEALED).map(stretch).collect();
        Self { all, inner: Mutex::new(Inner { stretches, marks: vec![0; all], walked: Walked::new(), next: 0 }) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entry at a place, with the keyed mark of its path; nobody answers for one again.
    pub(super) fn put(&self, place: usize, mark: u64, examined: Examined) {
        let Some(full) = self.fill(place, mark, examined) else { return };
        // nobody has to wait for that
        let closed = Closed::of(full);
        let inner = &mut *self.inner();
        if let Some(stretch) = inner.stretches.get_mut(place / MOST_SEALED) {
            stretch.closed = Some(closed);
        }
        inner.walk();
    }

    /// The stretch of a place, if it is full with this.
    fn fill(&self, place: usize, mark: u64, examined: Examined) -> Option<Vec<Option<Examined>>> {
        let inner = &mut *self.inner();
        let stretch = inner.stretches.get_mut(place / MOST_SEALED).filter(|stretch| stretch.missing > 0)?;
        if stretch.open.is_empty() {
            stretch.open.resize_with(stretch.count, || None);
        }
        let slot = stretch.open.get_mut(place % MOST_SEALED).filter(|slot| slot.is_none())?;
        *slot = Some(examined);
        stretch.missing -= 1;
        let full = (stretch.missing == 0).then(|| std::mem::take(&mut stretch.open));
        if let Some(own) = inner.marks.get_mut(place) {
            *own = mark;
        }
        full
    }

    /// Places at which nothing is.
    pub(super) fn missing(&self) -> Vec<usize> {
        let inner = self.inner();
        let open = inner.stretches.iter().enumerate().filter(|row| row.1.missing > 0);
        open.flat_map(|(number, stretch)| {
            let there = |within: usize| stretch.open.get(within).is_some_and(Option::is_some);
            (0..stretch.count).filter(move |within| !there(*within)).map(move |within| number * MOST_SEALED + within)
        })
        .collect()
    }

    /// All of it; nothing is missing.
    pub(super) fn finish(self, about: About) -> Gathered {
        let mut inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut manifest, mut members, mut folder, mut sealed) =
            (None, Vec::new(), 0, Vec::with_capacity(inner.stretches.len()));
        for closed in inner.stretches.drain(..).filter_map(|stretch| stretch.closed) {
            manifest = manifest.or(closed.manifest);
            members.extend(closed.members);
            folder = folder.max(closed.folder);
            sealed.push(closed.sealed);
        }
        let mut inside: HashMap<u64, (u32, Option<Sum>)> = HashMap::new();
        number_members(members, (self.all, folder), &mut sealed, &mut inside, manifest.as_mut());
        let artifacts = Artifacts::from(Stored::joined(sealed));
        if let Some(manifest) = &mut manifest {
            // only a manifest asks where a path is; where a member has it, that is meant
            let (mut marked, mut cursor) = (HashMap::with_capacity(self.all), artifacts.cursor());
            for (place, mark) in inner.marks.iter().enumerate() {
                if let Some(artifact) = cursor.at(place) {
                    marked.insert(*mark, (artifact.number, artifact.digest));
                }
            }
            marked.extend(inside);
            super::manifest::link(manifest, &marked);
        }
        Gathered { artifacts, manifest, delivery: inner.walked.end(about) }
    }
}

impl Inner {
    /// Goes on as far as all are there.
    fn walk(&mut self) {
        while let Some(closed) = self.stretches.get_mut(self.next).and_then(|stretch| stretch.closed.as_mut()) {
            let marks = self.marks.iter().skip(self.next * MOST_SEALED);
            for (mark, (size, content)) in marks.zip(std::mem::take(&mut closed.contents)) {
                self.walked.add(*mark, size, content);
            }
            self.next += 1;
        }
    }
}

/// Members come after the files of the delivery, in the order of their containers, each with a number and a folder of its own. Where the
/// delivery is an archive the manifest and what it names are members.
fn number_members(
    inside: Vec<Vec<FoundMember>>,
    (mut count, folder): (usize, u32),
    sealed: &mut Vec<Sealed>,
    paths: &mut HashMap<u64, (u32, Option<Sum>)>,
    mut manifest: Option<&mut Manifest>,
) {
    let mut folders: HashMap<u64, u32> = HashMap::new();
    let mut artifacts: Vec<Artifact> = Vec::new();
    for mut member in inside.into_iter().flatten() {
        let next = folder + 1 + folders.len() as u32;
        member.artifact.folder = *folders.entry(member.folder).or_insert(next);
        count += 1;
        member.artifact.number = u32::try_from(count).unwrap_or(u32::MAX);
        if let Some(place) = member.place {
            paths.insert(place.mark, (member.artifact.number, member.artifact.digest));
            if let Some(manifest) = manifest.as_deref_mut().filter(|_| place.own) {
                manifest.artifact = member.artifact.number;
            }
        }
        artifacts.push(member.artifact);
        if artifacts.len() == MOST_SEALED {
            sealed.push(Sealed::of(std::mem::take(&mut artifacts)));
        }
    }
    sealed.push(Sealed::of(artifacts));
}
