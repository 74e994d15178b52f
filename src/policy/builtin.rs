//! The policies and data classes embedded in the binary.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The text of an embedded policy.
pub fn policy(id: &str) -> Option<&'static str> {
    POLICIES.iter().find(|row| row.0 == id).map(|row| row.1)
}

/// Ids of the embedded policies.
pub fn policy_ids() -> impl Iterator<Item = &'static str> {
    POLICIES.iter().map(|row| row.0)
}

/// The embedded class files: id and text.
pub fn class_files() -> &'static [(&'static str, &'static str)] {
    CLASSES
}
