//! Properties of a message whose heap the library refuses: programs other than Outlook write stores that are not quite as they should
//! be. What lies in the heap itself is read; values in nodes of their own (long bodies) are not reached here.

use std::collections::HashMap;

/// Bytes of data in one block.
const BLOCK: usize = 8176;
/// Properties of a message.
const MOST: usize = 2_000;

/// A value of a property.
pub(super) enum Value {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
    /// It lies in a node of its own.
    Elsewhere,
}

/// The properties in the data of a message's node.
pub(super) fn properties(data: &[u8]) -> Option<HashMap<u16, Value>> {
    if data.get(2) != Some(&0xec) {
        return None;
    }
    let heap = Heap { data };
    // the tree: its mark, two bytes of key, six of entry, levels, root
    let [0xb5, 2, 6, levels, root @ ..] = heap.item(four(data, 4)?)? else { return None };
    let mut leaves = vec![four(root, 0)?];
    for _ in 0..*levels {
        let next = leaves.iter().take(MOST).filter_map(|id| heap.item(*id)).flat_map(|node| node.chunks_exact(6));
        leaves = next.filter_map(|entry| four(entry, 2)).collect();
    }
    let mut out = HashMap::new();
    for record in leaves.iter().filter_map(|id| heap.item(*id)).flat_map(|leaf| leaf.chunks_exact(8)).take(MOST) {
        let (Some(id), Some(kind), Some(value)) = (two(record, 0), two(record, 2), four(record, 4)) else { continue };
        let bytes = || heap.item(value).unwrap_or(&[]);
        let value = match kind {
            0x1e | 0x1f | 0x102 if value & 31 != 0 => Value::Elsewhere,
            0x1f => Value::Text(encoding_rs::UTF_16LE.decode_without_bom_handling(bytes()).0.into_owned()),
            0x1e => Value::Text(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes()).0.into_owned()),
            0x102 => Value::Binary(bytes().to_vec()),
            _ => continue,
        };
        out.insert(id, value);
    }
    Some(out)
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

struct Heap<'a> {
    data: &'a [u8],
}

impl<'a> Heap<'a> {
    /// An allocation: its block, and there its place in the map at the block's end.
    fn item(&self, id: u32) -> Option<&'a [u8]> {
        let (block, index) = ((id >> 16) as usize, (id >> 5 & 0x7ff) as usize);
        let block = self.data.chunks(BLOCK).nth(block)?;
        let map = usize::from(two(block, 0)?);
        if index == 0 || index > usize::from(two(block, map)?) {
            return None;
        }
        let place = |index: usize| two(block, map + 4 + index * 2).map(usize::from);
        block.get(place(index - 1)?..place(index)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heap_is_read_whatever_it_says_of_its_free_space() {
        let name: Vec<u8> = "Ada".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut data = vec![0, 0, 0xec, 0xbc, 0x20, 0, 0, 0, 0, 0, 0, 0];
        let mut places = vec![data.len() as u16];
        let mut add = |bytes: &[u8]| {
            data.extend_from_slice(bytes);
            places.push(data.len() as u16);
        };
        add(&[0xb5, 2, 6, 0, 0x40, 0, 0, 0]);
        add(&[0x37, 0, 0x1f, 0, 0x60, 0, 0, 0, 0, 0x10, 0x1f, 0, 0x3f, 0, 0, 0]);
        add(&name);
        let map = data.len() as u16;
        data.extend(3_u16.to_le_bytes());
        data.extend(9_u16.to_le_bytes());
        data.extend(places.iter().flat_map(|place| place.to_le_bytes()));
        if let Some(head) = data.get_mut(..2) {
            head.copy_from_slice(&map.to_le_bytes());
        }
        let found = properties(&data);
        let subject = found.as_ref().and_then(|found| found.get(&0x37));
        assert!(matches!(subject, Some(Value::Text(text)) if text == "Ada"));
        assert!(matches!(found.as_ref().and_then(|found| found.get(&0x1000)), Some(Value::Elsewhere)));
        for cut in 0..data.len() {
            let _ = properties(&data[..cut]);
        }
    }
}
