//! Plain data that every room shares, a package of its own. It imports nothing of the others, opens nothing, judges nothing.

// paths are the same as from outside
use crate as model;

pub mod artifacts;
pub mod assessment;
pub mod binary;
pub mod class;
pub mod classset;
pub mod day;
pub mod described;
pub mod evidence;
pub mod facts;
pub mod node;
pub mod packed;
pub mod packs;
pub mod path;
pub mod people;
pub mod policy;
pub mod register;
mod registry;
pub mod results;
pub mod rows;
pub mod several;
mod tree;
pub mod value;
pub mod waiver;
pub mod word;

/// Name and version of this program, as evidence and reports show it.
pub const TOOL: &str = concat!("provost ", env!("CARGO_PKG_VERSION"));
