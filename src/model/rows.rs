//! Rows of evidence as serde writes them: in what people read as they are, in what one process tells another packed, for there may be
//! hundreds of thousands. It must not change what evidence files look like.

use super::evidence::{IdMark, PersonRow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Bytes of a row before its identifiers: its set, how many they are.
const HEAD: usize = 8;
/// Bytes of an identifier: its kind, its mark.
const ID: usize = 9;

pub(super) fn serialize<S: Serializer>(rows: &[PersonRow], serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return rows.serialize(serializer);
    }
    serializer.serialize_bytes(&packed(rows))
}

fn packed(rows: &[PersonRow]) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.iter().map(|row| HEAD + ID * row.ids.len()).sum());
    for row in rows {
        out.extend_from_slice(&row.set.to_le_bytes());
        out.extend_from_slice(&(row.ids.len() as u32).to_le_bytes());
        for id in &row.ids {
            out.push(id.kind);
            out.extend_from_slice(&id.mark.to_le_bytes());
        }
    }
    out
}

/// Rows that stay packed until they are looked at one by one: most of them may be of no more use then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// Of rows.
    pub fn of(rows: &[PersonRow]) -> Self {
        Self(packed(rows))
    }

    /// Each row, in the same memory. `None` if they are cut off or `each` wants no more.
    pub fn each(&self, mut each: impl FnMut(&mut PersonRow) -> Option<()>) -> Option<()> {
        let (mut bytes, mut row) = (self.0.as_slice(), PersonRow { ids: Vec::new(), set: 0 });
        while !bytes.is_empty() {
            bytes = first(bytes, &mut row)?;
            each(&mut row)?;
        }
        Some(())
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_bytes(&self.0);
        }
        serializer.serialize_str(&STANDARD_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserializer.deserialize_str(Bytes).map(Self);
        }
        deserializer.deserialize_bytes(Bytes).map(Self)
    }
}

/// Bytes as they are.
struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("packed rows")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(bytes.to_vec())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        STANDARD_NO_PAD.decode(text).map_err(|_| E::custom("rows that are no base64"))
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PersonRow>, D::Error> {
    if deserializer.is_human_readable() {
        return Vec::deserialize(deserializer);
    }
    deserializer.deserialize_bytes(Rows)
}

/// Packed rows.
struct Rows;

impl Visitor<'_> for Rows {
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
        let mut row = PersonRow { ids: Vec::new(), set: 0 };
        bytes = first(bytes, &mut row)?;
        rows.push(row);
    }
    Some(rows)
}

/// Fills in the first row; what is left.
fn first<'b>(bytes: &'b [u8], row: &mut PersonRow) -> Option<&'b [u8]> {
    let (set, rest) = bytes.split_first_chunk()?;
    let (count, rest) = rest.split_first_chunk()?;
    let length = (u32::from_le_bytes(*count) as usize).checked_mul(ID)?;
    let (own, rest) = rest.split_at_checked(length)?;
    let (ids, _) = own.as_chunks::<ID>();
    let id = |[kind, mark @ ..]: &[u8; ID]| IdMark { kind: *kind, mark: u64::from_le_bytes(*mark) };
    row.ids.clear();
    row.ids.extend(ids.iter().map(id));
    row.set = u32::from_le_bytes(*set);
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::binary;
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
        let packed = binary::write(&part, Vec::new()).unwrap_or_default();
        assert!(binary::read::<Part>(&packed).is_some_and(|own| own == part));
        let text = serde_json::to_string(&part).unwrap_or_default();
        assert!(text.contains(r#""rows":[{"i":[[200,7],[200,18446744073709551615]],"s":3}"#), "{text}");
        assert!(serde_json::from_str::<Part>(&text).is_ok_and(|own| own == part));
        let own = Packed::of(&part.rows);
        for back in [
            binary::read(&binary::write(&own, Vec::new()).unwrap_or_default()),
            serde_json::from_str::<Packed>(&serde_json::to_string(&own).unwrap_or_default()).ok(),
        ] {
            assert_eq!(back.as_ref(), Some(&own));
        }
        let mut again = Vec::new();
        assert!(
            own.each(|row| {
                again.push(row.clone());
                Some(())
            })
            .is_some()
                && again == part.rows
        );
        assert!(Packed(vec![0; 5]).each(|_| Some(())).is_none());
        let none = binary::write(&Part::default(), Vec::new()).unwrap_or_default();
        assert!(binary::read::<Part>(&none).is_some_and(|own| own.rows.is_empty()));
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
