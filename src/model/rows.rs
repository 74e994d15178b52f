//! Rows of evidence as serde writes them: in what people read as they are, in what one process tells another packed, for there may be
//! hundreds of thousands. It must not change what evidence files look like.

use super::evidence::{IdMark, PersonRow};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Bytes of a row before its identifiers: its set, how many they are.
const HEAD: usize = 8;
/// Bytes of an identifier: its kind, its mark.
const ID: usize = 9;

pub(crate) fn serialize<S: Serializer>(rows: &[PersonRow], serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return rows.serialize(serializer);
    }
    let mut out = Vec::with_capacity(rows.iter().map(|row| HEAD + ID * row.ids.len()).sum());
    for row in rows {
        out.extend_from_slice(&row.set.to_le_bytes());
        out.extend_from_slice(&(row.ids.len() as u32).to_le_bytes());
        for id in &row.ids {
            out.push(id.kind);
            out.extend_from_slice(&id.mark.to_le_bytes());
        }
    }
    serializer.serialize_bytes(&out)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PersonRow>, D::Error> {
    if deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    deserializer.deserialize_bytes(Packed)
}

/// Packed rows.
struct Packed;

impl Visitor<'_> for Packed {
    type Value = Vec<PersonRow>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("packed rows")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        unpacked(bytes).ok_or_else(|| E::custom("rows that are cut off"))
    }
}

fn unpacked(mut bytes: &[u8]) -> Option<Vec<PersonRow>> {
    let mut rows = Vec::new();
    while !bytes.is_empty() {
        let (set, rest) = bytes.split_first_chunk()?;
        let (count, rest) = rest.split_first_chunk()?;
        let length = (u32::from_le_bytes(*count) as usize).checked_mul(ID)?;
        let (own, rest) = rest.split_at_checked(length)?;
        let (ids, _) = own.as_chunks::<ID>();
        let id = |[kind, mark @ ..]: &[u8; ID]| IdMark { kind: *kind, mark: u64::from_le_bytes(*mark) };
        rows.push(PersonRow { ids: ids.iter().map(id).collect(), set: u32::from_le_bytes(*set) });
        bytes = rest;
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::Part;

    #[test]
    fn rows_come_back_packed_or_not() {
        let id = |mark| IdMark { kind: 200, mark };
        let rows = vec![
            PersonRow { ids: vec![id(7), id(u64::MAX)], set: 3 },
            PersonRow { ids: Vec::new(), set: u32::MAX },
            PersonRow { ids: vec![id(0)], set: 0 },
        ];
        let part = Part { rows, ..Part::default() };
        let packed = rmp_serde::to_vec_named(&part).unwrap_or_default();
        assert!(rmp_serde::from_slice::<Part>(&packed).is_ok_and(|own| own == part));
        let text = serde_json::to_string(&part).unwrap_or_default();
        assert!(text.contains(r#""rows":[{"i":[[200,7],[200,18446744073709551615]],"s":3}"#), "{text}");
        assert!(serde_json::from_str::<Part>(&text).is_ok_and(|own| own == part));
        let none = rmp_serde::to_vec_named(&Part::default()).unwrap_or_default();
        assert!(rmp_serde::from_slice::<Part>(&none).is_ok_and(|own| own.rows.is_empty()));
    }

    #[test]
    fn rows_that_are_cut_off_are_none() {
        assert_eq!(unpacked(&[]), Some(Vec::new()));
        let whole = [&1_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), &[9; ID]].concat();
        assert!(unpacked(&whole).is_some());
        for length in 1..whole.len() {
            assert_eq!(unpacked(&whole[..length]), None);
        }
        let many = [&1_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[9; ID]].concat();
        assert_eq!(unpacked(&many), None);
    }
}
