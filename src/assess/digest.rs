//! The digest of evidence: over its `MessagePack`, which is the same whatever text it was read from, without what differs from audit to audit.
//! Evidence may be large: neither a copy of it nor its bytes stand in memory.

use crate::model::evidence::{Artifact, Evidence};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::io::Write;

/// Bytes that are gathered before they are looked at.
const GATHERED: usize = 32 << 10;

/// Over everything in the evidence but what differs from audit to audit: keyed marks.
pub(super) fn digest(evidence: &Evidence) -> String {
    let head = Evidence {
        schema: evidence.schema.clone(),
        tool: evidence.tool.clone(),
        detectors: evidence.detectors.clone(),
        classes: evidence.classes.clone(),
        artifacts: Vec::new(),
        gaps: evidence.gaps.clone(),
        manifest: evidence.manifest.clone().map(|mut manifest| {
            manifest.documents.iter_mut().for_each(|document| document.path_mark = None);
            manifest
        }),
        products: evidence.products.clone(),
        asked: evidence.asked.clone(),
        resources: Vec::new(),
        delivery: evidence.delivery.clone(),
    };
    let mut bytes = Hashing { hash: Sha256::new(), gathered: Vec::with_capacity(2 * GATHERED) };
    let _ = rmp_serde::encode::write_named(&mut bytes, &Plain { head: &head, evidence });
    format!("sha256:{}", crate::model::value::hex(&bytes.hash.chain_update(&bytes.gathered).finalize()))
}

/// Evidence without keyed marks.
struct Plain<'a> {
    /// All but what may be large.
    head: &'a Evidence,
    evidence: &'a Evidence,
}

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let Evidence { schema, tool, detectors, classes, artifacts: _, gaps, manifest, products, asked, resources: _, delivery } =
            self.head;
        let (artifacts, resources) = (Artifacts(&self.evidence.artifacts), &self.evidence.resources);
        // which day it was, and keyed marks of it, are no part of what was found; that it is not all of a delivery is
        let since = delivery.as_ref().and_then(|delivery| delivery.since.as_ref());
        let left_out = [manifest.is_none(), products.is_empty(), asked.is_empty(), resources.is_empty(), since.is_none()];
        let count = 11 - left_out.into_iter().filter(|left_out| *left_out).count();
        let mut fields = out.serialize_struct("Evidence", count)?;
        fields.serialize_field("schema", schema)?;
        fields.serialize_field("tool", tool)?;
        fields.serialize_field("detectors", detectors)?;
        fields.serialize_field("classes", classes)?;
        fields.serialize_field("artifacts", &artifacts)?;
        fields.serialize_field("gaps", gaps)?;
        if manifest.is_some() {
            fields.serialize_field("manifest", manifest)?;
        }
        if !products.is_empty() {
            fields.serialize_field("products", products)?;
        }
        if !asked.is_empty() {
            fields.serialize_field("asked", asked)?;
        }
        if !resources.is_empty() {
            fields.serialize_field("resources", resources)?;
        }
        if since.is_some() {
            fields.serialize_field("since", &since)?;
        }
        fields.end()
    }
}

/// One after another, each copied without its marks only while it is written.
struct Artifacts<'a>(&'a [Artifact]);

impl Serialize for Artifacts<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_seq(self.0.iter().map(unmarked))
    }
}

fn unmarked(artifact: &Artifact) -> Artifact {
    let mut artifact = artifact.clone();
    artifact.mark = 0;
    for part in &mut artifact.parts {
        part.rows.iter_mut().for_each(|row| row.ids.iter_mut().for_each(|id| id.mark = 0));
        if let Some(beyond) = &mut part.beyond {
            beyond.sketches.clear();
        }
    }
    artifact
}

/// Takes bytes as they are written: a few at a time, and many.
struct Hashing {
    hash: Sha256,
    gathered: Vec<u8>,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHERED {
            self.hash.update(&self.gathered);
            self.gathered.clear();
        }
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evidence with all that a digest leaves out, and much that it does not.
    const EVIDENCE: &str = r#"{
        "schema": "provost/evidence/1", "tool": "provost 0", "detectors": "sha256:00", "classes": ["person_name"],
        "artifacts": [{
            "number": 1, "path": "a.json", "folder": 1, "type": "json", "extension_matches": true, "size": 3, "modified": 0, "mark": 7,
            "encryption": "none", "read": "full",
            "parts": [
                {"kind": "table", "records": 2, "sets": [{"set": "00000000000000000000000000000001", "records": 2}],
                 "rows": [{"i": [[0, 9]], "s": 0}], "beyond": {"records": 1, "sketches": {"0": "00"}}},
                {"kind": "config", "records": 0, "document":
                    {"product": "json", "fold": "exact", "root": {"v": {"map": [{"k": "a", "l": 1, "c": 2, "n":
                        {"v": {"text": "x"}, "l": 1, "c": 7}}]}, "l": 1, "c": 1}}}
            ]
        }],
        "gaps": [{"kind": "limit", "reason": "x"}],
        "manifest": {"artifact": 1, "documents": [], "statements": []},
        "products": {"sshd": {"form": "x", "keys": {}}},
        "resources": [{"kind": "aws_s3_bucket", "name": "a", "source": "aws", "artifact": 1, "line": 1, "column": 1, "settings": []}]
    }"#;

    fn whole(mut evidence: Evidence) -> String {
        evidence.artifacts = evidence.artifacts.iter().map(unmarked).collect();
        if let Some(manifest) = &mut evidence.manifest {
            manifest.documents.iter_mut().for_each(|document| document.path_mark = None);
        }
        let bytes = rmp_serde::to_vec_named(&evidence).unwrap_or_default();
        format!("sha256:{}", crate::model::value::hex(&Sha256::digest(&bytes)))
    }

    #[test]
    fn it_is_that_of_all_of_it_and_marks_do_not_change_it() {
        let mut evidence: Evidence = match serde_json::from_str(EVIDENCE) {
            Ok(evidence) => evidence,
            Err(error) => panic!("{error}"),
        };
        let first = digest(&evidence);
        assert_eq!(first, whole(evidence.clone()));
        for artifact in &mut evidence.artifacts {
            artifact.mark += 1;
        }
        assert_eq!(first, digest(&evidence));
        (evidence.manifest, evidence.products, evidence.resources) = (None, std::collections::BTreeMap::new(), Vec::new());
        assert_eq!(digest(&evidence), whole(evidence.clone()));
        assert_ne!(first, digest(&evidence));
    }
}
