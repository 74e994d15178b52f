//! What goes on while evidence is collected, for whoever shows it. Nothing in it is a found value or a name.

use super::examine::Examined;
use crate::model::evidence::{GapKind, Read};
use std::time::Duration;

/// Something happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// An artifact has its answer.
    Done(&'a Step),
    /// A worker began, or ended otherwise than by having nothing left to do.
    Worker(&'a str),
    /// Something for whoever asks for more than the result.
    Note(&'a str),
    /// Something that whoever started the audit should know, though it goes on.
    Remark(&'a str),
}

/// An artifact has its answer.
#[derive(Debug, Clone)]
pub struct Step {
    /// Artifacts that have one by now.
    pub done: u64,
    /// Artifacts in all.
    pub total: u64,
    /// Bytes of the files among those done.
    pub bytes: u64,
    /// The artifact's number.
    pub number: u32,
    /// How long reading it took; nothing where no worker said.
    pub took: Option<Duration>,
    /// How much of it was read.
    pub read: Read,
    /// The kinds of its gaps, those of its members among them, each once.
    pub gaps: Vec<GapKind>,
}

impl Step {
    /// Of an answer; whoever counts fills in the counts.
    pub(super) fn of(number: u32, examined: &Examined, took: Option<Duration>) -> Self {
        let members = examined.members.iter().map(|member| &member.artifact);
        let mut gaps: Vec<GapKind> = Vec::new();
        for gap in std::iter::once(&examined.artifact).chain(members).flat_map(|artifact| &artifact.gaps) {
            if !gaps.contains(&gap.kind) {
                gaps.push(gap.kind);
            }
        }
        Self { done: 0, total: 0, bytes: 0, number, took, read: examined.artifact.read, gaps }
    }
}
