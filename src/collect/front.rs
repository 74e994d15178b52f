//! A delivery that is an archive: what lies in it is what would lie in a folder, and the manifest at its top is the delivery's. Many
//! archives hold one folder and all else in that; then its top is in that folder.

use super::document::FoundMember;
use super::examine::plain_name;
use super::manifest::{self, NAMES};
use crate::detect::engine::Engine;
use crate::model::evidence::Manifest;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};

/// Where a member lies in a delivery that is an archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Keyed mark of its path in the delivery.
    pub(super) mark: u64,
    /// Whether it is the delivery's manifest.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) own: bool,
    /// The same mark without the first folder, while it is not known whether that holds all.
    #[serde(skip)]
    shorter: u64,
    /// How deep it lies.
    #[serde(skip)]
    depth: usize,
    /// The name that it has if it may be the manifest.
    #[serde(skip)]
    pub(super) manifest: Option<&'static str>,
    /// What it says, if it is one.
    #[serde(skip)]
    pub(super) found: Option<Manifest>,
}

/// What is known of the top of an archive.
#[derive(Default)]
pub(super) struct Front {
    /// The folder that everything lies in, so far.
    folder: RefCell<Option<String>>,
    /// Whether there are others, or files beside it.
    several: Cell<bool>,
}

impl Front {
    /// Where a member of this name lies.
    pub(super) fn place(&self, name: &str, engine: &Engine) -> Place {
        let name = plain_name(name);
        let (folder, rest) = name.split_once('/').map_or((None, name.as_str()), |(folder, rest)| (Some(folder), rest));
        match (folder, &mut *self.folder.borrow_mut()) {
            (None, _) => self.several.set(true),
            (Some(folder), Some(known)) => self.several.set(self.several.get() || known != folder),
            (Some(folder), empty) => *empty = Some(folder.to_owned()),
        }
        Place {
            mark: manifest::path_mark(&engine.key, &name),
            own: false,
            shorter: manifest::path_mark(&engine.key, rest),
            depth: name.matches('/').count(),
            manifest: NAMES.into_iter().find(|known| *known == rest),
            found: None,
        }
    }

    /// Which manifest is the delivery's, once all members are known; what its paths are below is what members are marked by.
    pub(super) fn settle(&self, outer: Option<Manifest>, members: &mut [FoundMember]) -> Option<Manifest> {
        let inside = !self.several.get() && self.folder.borrow().is_some();
        let mut own = outer;
        for place in members.iter_mut().filter_map(|member| member.place.as_mut()) {
            if inside {
                place.mark = place.shorter;
            }
            let top = place.depth == usize::from(inside);
            if let Some(found) = place.found.take().filter(|_| top && own.is_none()) {
                place.own = true;
                own = Some(found);
            }
        }
        if own.is_none() {
            // nobody asks where they lie
            for member in members {
                member.place = None;
            }
        }
        own
    }
}
