//! A zip with parts that refer to each other (OOXML, ODF): bounded reading of single parts, and their relations.
//! It knows nothing of what is in the parts.

use super::super::{Metered, Nest, Work};
use super::xml::{self, Tag};
use crate::model::evidence::GapKind;
use std::collections::HashMap;
use std::io::{Cursor, Read, Result};
use zip::ZipArchive;

/// An opened package.
pub(crate) struct Package {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    /// Bytes that it has.
    size: u64,
    /// Index of a part by its path in lower case.
    index: HashMap<String, usize>,
    /// Paths as they stand, in the order of the package.
    names: Vec<String>,
}

/// A relation of a part to another.
pub(crate) struct Relation {
    /// The last piece of its type: `worksheet`, `hyperlink` ...
    pub(crate) kind: String,
    /// The other part, or an address outside.
    pub(crate) target: String,
    /// Whether the other is outside the package.
    pub(crate) outside: bool,
}

impl Package {
    /// Opens it; a gap if it is not one.
    pub(crate) fn open(work: &mut Work<'_>, bytes: Vec<u8>) -> Option<Self> {
        let size = bytes.len() as u64;
        let Ok(zip) = ZipArchive::new(Cursor::new(bytes)) else {
            work.gap(GapKind::Malformed, "its container is damaged: not opened");
            return None;
        };
        let mut index = HashMap::new();
        let mut names = Vec::with_capacity(zip.len());
        for at in 0..zip.len() {
            let name = zip.name_for_index(at).and_then(|name| Some(name.ok()?.replace('\\', "/"))).unwrap_or_default();
            index.entry(name.trim_start_matches('/').to_lowercase()).or_insert(at);
            names.push(name);
        }
        Some(Self { zip, size, index, names })
    }

    /// Paths of all parts, as they stand.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// How many bytes of text a workbook may show again and again, of the little that it keeps once: as many
    /// as a part of its size may expand to, if there is the time for it.
    pub(crate) fn repeats(&self, work: &Work<'_>) -> u64 {
        let time = work.limits.time_for(self.size).as_secs().saturating_mul(work.limits.bytes_per_second);
        // the least that must be read in a second is far less than what is
        self.size.saturating_mul(work.limits.ratio).max(16 << 20).min(time.saturating_mul(4))
    }

    /// Whether there is such a part.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.index.contains_key(&path.to_lowercase())
    }

    /// Bytes that a part takes in the package.
    pub(crate) fn packed(&mut self, path: &str) -> Option<u64> {
        let at = *self.index.get(&path.to_lowercase())?;
        Some(self.zip.by_index(at).ok()?.compressed_size())
    }

    /// Reads a part. `what` stands for it in gaps. `false` (and a gap) if it could not be read to its end.
    pub(crate) fn read(
        &mut self,
        work: &mut Work<'_>,
        path: &str,
        what: &str,
        each: &mut dyn FnMut(&mut dyn Read) -> Result<()>,
    ) -> bool {
        let nest: &Nest = work.nest;
        let ratio = work.limits.ratio;
        let found = self.index.get(&path.to_lowercase()).copied();
        let Some(at) = found else {
            work.gap(GapKind::Malformed, format!("{what}: not in the file"));
            return false;
        };
        let mut file = match self.zip.by_index(at) {
            Ok(file) => file,
            Err(zip::result::ZipError::UnsupportedArchive(_)) => {
                work.gap(GapKind::Unsupported, format!("{what}: packed or encrypted in a way that is not known"));
                return false;
            }
            Err(_) => {
                work.gap(GapKind::Malformed, format!("{what}: could not be unpacked"));
                return false;
            }
        };
        let left = file.compressed_size().saturating_mul(ratio).max(64 << 20);
        let mut metered = Metered { inner: &mut file, left, nest, hit: false };
        let outcome = each(&mut metered);
        if metered.hit {
            work.gap(GapKind::Limit, format!("{what}: expands beyond the limit, the rest was not read"));
            return false;
        }
        if outcome.is_err() {
            work.gap(GapKind::Malformed, format!("{what}: damaged, not read to its end"));
            return false;
        }
        true
    }

    /// Reads a part as XML.
    pub(crate) fn xml(&mut self, work: &mut Work<'_>, path: &str, what: &str, each: &mut dyn FnMut(Tag<'_>)) -> bool {
        self.read(work, path, what, &mut |bytes| xml::walk(bytes, each))
    }

    /// The relations of a part, by id; of the package itself for "".
    pub(crate) fn relations(&mut self, work: &mut Work<'_>, path: &str) -> Vec<(String, Relation)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let own = if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
        let mut out = Vec::new();
        if !self.has(&own) {
            return out;
        }
        self.xml(work, &own, "relations of a part", &mut |tag| {
            if let Tag::Open("Relationship", attributes) = tag
                && let (Some(id), Some(target)) = (attributes.get("Id"), attributes.get("Target"))
            {
                let kind = attributes.get("Type").unwrap_or_default();
                let outside = attributes.get("TargetMode").is_some_and(|mode| mode == "External");
                let target = if outside { target } else { resolve(folder, &target) };
                let kind = kind.rsplit('/').next().unwrap_or("").to_owned();
                out.push((id, Relation { kind, target, outside }));
            }
        });
        out
    }
}

/// A target as a path from the root of the package.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let whole = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_are_relative_to_their_part() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/worksheets", "../drawings/d.xml"), "xl/drawings/d.xml");
        assert_eq!(resolve("xl", "/xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("", "../../etc"), "etc");
    }
}
