//! Biometric templates and face embeddings, told by their first bytes: what must hardly ever be held, and never by a printer. The
//! template itself is not interpreted.

use super::{Document, Head, Work};
use crate::model::classset::ClassSet;
use crate::model::evidence::{Part, PartKind, Sample, SetTally, Tally};

/// The reader.
pub(super) struct Biometric;
/// The reader.
pub(super) static DOCUMENT: Biometric = Biometric;

/// Lengths of the vectors that face recognition programs make.
const EMBEDDINGS: [&str; 3] = ["128", "256", "512"];

impl Document for Biometric {
    fn id(&self) -> &'static str {
        "biometric"
    }

    fn title(&self) -> &'static str {
        "Biometric templates and face embeddings"
    }

    fn notes(&self) -> &'static str {
        "ISO 19794 records (minutiae, finger, face and iris images), ANSI/NIST-ITL files, WSQ fingerprints, and NumPy \
         arrays of 128, 256 or 512 floating-point numbers. Each counts as one biometric template; arrays of many rows as that many. A face record is a photograph as well."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "biometric" || embeddings(head.raw).is_some() { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bit) = work.engine.bit("biometric_template") else { return Ok(()) };
        let number = embeddings(work.head.raw).unwrap_or(1);
        let samples = vec![Sample { line: 1, column: 1, mask: "template".to_owned(), confidence: 0.9 }];
        let mut part = Part { kind: PartKind::Image, records: number, ..Part::default() };
        part.tallies.insert("biometric_template".to_owned(), Tally { matches: number, test_data: 0, confidence: 0.9, samples });
        let mut set: ClassSet = work.engine.with_parents(bit);
        // a face record is a picture of a face with a header before it
        if work.head.raw.starts_with(b"FAC\0")
            && let Some(bit) = work.engine.bit("photograph")
        {
            let samples = vec![Sample { line: 1, column: 1, mask: "a face record".to_owned(), confidence: 0.95 }];
            part.tallies.insert("photograph".to_owned(), Tally { matches: 1, test_data: 0, confidence: 0.95, samples });
            set = set.union(work.engine.with_parents(bit));
        }
        part.sets.push(SetTally { set, records: number });
        work.parts.push(part);
        Ok(())
    }
}

/// How many embeddings a `.npy` file holds, if that is what it is: `{'descr': '<f4', ..., 'shape': (1000, 512), }`.
fn embeddings(head: &[u8]) -> Option<u64> {
    let header = head.strip_prefix(b"\x93NUMPY")?;
    let text = String::from_utf8_lossy(header.get(4..header.len().min(512))?).into_owned();
    let float = text.contains("'<f4'") || text.contains("'<f8'") || text.contains("'<f2'");
    let shape = text.split_once("'shape': (")?.1.split_once(')')?.0;
    let sizes: Vec<&str> = shape.split(',').map(str::trim).filter(|size| !size.is_empty()).collect();
    let fits = |size: &&str| float && EMBEDDINGS.contains(size);
    match sizes.as_slice() {
        [length] if fits(length) => Some(1),
        [rows, length] if fits(length) => rows.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::embeddings;

    #[test]
    fn arrays_of_embeddings_are_told_from_other_arrays() {
        let npy = |text: &str| [b"\x93NUMPY\x01\x00\x76\x00", text.as_bytes()].concat();
        assert_eq!(embeddings(&npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000, 512), }")), Some(1000));
        assert_eq!(embeddings(&npy("{'descr': '<f4', 'fortran_order': False, 'shape': (128,), }")), Some(1));
        assert_eq!(embeddings(&npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1000, 512), }")), None);
        assert_eq!(embeddings(&npy("{'descr': '<f4', 'fortran_order': False, 'shape': (28, 28), }")), None);
    }
}
