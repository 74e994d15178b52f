//! Plain data that every room shares. It imports nothing of the crate, opens nothing, judges nothing.

pub mod assessment;
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
pub mod results;
pub(crate) mod rows;
pub mod several;
mod tree;
pub mod value;
pub mod waiver;
pub mod word;
