//! Packs the lists of names into one table. It reads `policies/classes/names` and writes to the build's own folder.

use std::collections::BTreeMap;
use std::path::Path;

#[path = "names/sources.rs"]
mod sources;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    println!("cargo::rerun-if-changed=names/sources.rs");
    println!("cargo::rerun-if-changed=../../policies/classes/names");
    if let Err(error) = names(&Path::new(&root).join("../../policies/classes/names"), Path::new(&out)) {
        println!("cargo::error=cannot pack the lists of names: {error}");
    }
}

/// Packs the lists of names: an index by marks, and the words with what the lists say of them.
fn names(lists: &Path, out: &Path) -> std::io::Result<()> {
    let mut all: BTreeMap<String, u16> = BTreeMap::new();
    for (name, flags) in sources::LISTS {
        for word in std::fs::read_to_string(lists.join(format!("{name}.txt")))?.split('\n').filter(|word| !word.is_empty()) {
            if word.len() <= sources::LONGEST {
                *all.entry(word.to_owned()).or_default() |= flags;
            }
        }
    }
    let mut index = vec![0_u32; sources::SLOTS];
    // no word begins at 0, which stands for none
    let mut words = vec![0_u8];
    for (word, flags) in &all {
        let mut padded = [0; sources::LONGEST];
        padded[..word.len()].copy_from_slice(word.as_bytes());
        let mark = sources::mark(&padded);
        let mut slot = sources::slot(mark);
        while index[slot] != 0 {
            slot = (slot + 1) % sources::SLOTS;
        }
        if words.len() >> sources::PLACE_BITS != 0 || all.len() * 2 > sources::SLOTS {
            return Err(std::io::Error::other("more words than the table has room for"));
        }
        index[slot] = words.len() as u32 | sources::hint(mark) << sources::PLACE_BITS;
        words.push(word.len() as u8);
        words.extend(word.bytes());
        words.extend(flags.to_le_bytes());
    }
    std::fs::write(out.join("names.index"), index.iter().flat_map(|entry| entry.to_le_bytes()).collect::<Vec<u8>>())?;
    std::fs::write(out.join("names.words"), words)
}
