//! The delivery's manifest: documents and statements that cannot be scanned. The supplier wrote it, so it is hostile like
//! everything else; what it says is evidence of what the supplier says.

use super::keep::{self, Manner};
use crate::detect::engine::Engine;
use crate::detect::fingerprint::Key;
use crate::detect::mask;
use crate::model::day::Day;
use crate::model::evidence::{Manifest, ManifestDocument, Statement};
use crate::model::node::{Entry, Kind, Node};
use crate::model::word::Sum;
use std::collections::HashMap;

/// Names under which a manifest is found at the root of a delivery.
pub(super) const NAMES: [&str; 2] = ["provost-manifest.yaml", "provost-manifest.yml"];
/// Documents and statements that are read; a manifest is written by hand.
const MOST: usize = 10_000;

/// Whether a path is the manifest's.
pub(super) fn is_manifest(path: &str) -> bool {
    NAMES.contains(&path)
}

/// Reads the manifest's tree. Paths and digests in it are resolved later by [`link`].
///
/// # Errors
/// A sentence, when it is no manifest.
pub(super) fn read(root: &Node, artifact: u32, engine: &Engine) -> Result<Manifest, String> {
    if root.get("provost-manifest").and_then(Node::scalar) != Some("1") {
        return Err(
            "the manifest does not begin with `provost-manifest: 1`: its documents and statements were not taken".to_owned()
        );
    }
    let mut scratch = engine.scratch();
    let mut manifest = Manifest { artifact, ..Manifest::default() };
    for item in root.get("documents").map_or(&[][..], Node::items).iter().take(MOST) {
        let Some(kind) = item.get("type").and_then(Node::scalar) else { continue };
        let day = |key: &str| item.get(key).and_then(Node::scalar).and_then(Day::parse);
        let fields = Kind::Map(
            item.entries()
                .iter()
                .filter(|entry| !["type", "issued", "expires", "path", "sha256"].contains(&entry.key.as_str()))
                .cloned()
                .collect(),
        );
        let kept = keep::keep(Node::new(fields, item.line, item.column), engine, Manner::Manifest, &[]);
        let Kind::Map(kept) = kept.kind else { continue };
        manifest.documents.push(ManifestDocument {
            kind: mask::word(engine, &mut scratch, kind),
            issued: day("issued"),
            expires: day("expires"),
            artifact: None,
            path_mark: item.get("path").and_then(Node::scalar).map(|path| path_mark(&engine.key, path)),
            sha256: item.get("sha256").and_then(Node::scalar).map(digest).filter(|digest| digest.len() == 64),
            digest_matches: None,
            fields: kept.into_iter().map(|entry: Entry| (entry.key, entry.node)).collect(),
            line: item.line,
        });
    }
    for item in root.get("statements").map_or(&[][..], Node::items).iter().take(MOST) {
        let Some(id) = item.get("id").and_then(Node::scalar) else { continue };
        let answer = item.get("answer").cloned().unwrap_or_else(|| Node::new(Kind::Null, item.line, item.column));
        let grade = item.get("grade").and_then(Node::scalar).unwrap_or("D");
        manifest.statements.push(Statement {
            id: mask::word(engine, &mut scratch, id),
            answer: keep::keep(answer, engine, Manner::Manifest, &[]),
            date: item.get("date").and_then(Node::scalar).and_then(Day::parse),
            by: item.get("by").and_then(Node::scalar).is_some_and(|by| !by.is_empty()),
            grade: if ["A", "B", "C", "D"].contains(&grade) { grade.to_owned() } else { "D".to_owned() },
            line: item.line,
        });
    }
    Ok(manifest)
}

/// The keyed mark of a path inside the delivery.
pub(super) fn path_mark(key: &Key, path: &str) -> u64 {
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./").trim_start_matches('/');
    key.mark(b"path", path.as_bytes())
}

fn digest(text: &str) -> String {
    text.trim().trim_start_matches("sha256:").chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase()
}

/// Ties the documents of a manifest to the artifacts that their paths name. `paths` are marks of the paths, by artifact number, and
/// the artifacts' true digests.
pub(super) fn link(manifest: &mut Manifest, paths: &HashMap<u64, (u32, Option<Sum>)>) {
    for document in &mut manifest.documents {
        let Some((number, found)) = document.path_mark.and_then(|mark| paths.get(&mark)) else { continue };
        document.artifact = Some(*number);
        document.digest_matches = match (&document.sha256, found) {
            (Some(given), Some(found)) => Some(crate::model::value::hex(&found.0) == *given),
            _ => None,
        };
    }
}
