//! A tree as it goes from process to process: in text as anything else, in binary forms as its own few bytes, every key once. It is read
//! back within bounds, whatever the bytes are.

use super::node::{Entry, Kind, Node};
use foldhash::HashMap;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;

/// Levels of a tree that are read back.
const DEEPEST: usize = 64;

/// Bytes of keys of a tree that are read back, each as often as it stands there: one that is long and named again and again in a byte
/// would take any amount of memory. Trees that are kept have a megabyte or so in all.
const MOST_KEYS: usize = 256 << 20;

/// Items that there is room for before they have come.
const MOST_AT_ONCE: usize = 4_096;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const NUMBER: u8 = 3;
const TEXT: u8 = 4;
const MASKED: u8 = 5;
const LIST: u8 = 6;
const MAP: u8 = 7;

/// Writes a tree.
pub(super) fn serialize<S: Serializer>(node: &Arc<Node>, out: S) -> Result<S::Ok, S::Error> {
    if out.is_human_readable() { node.as_ref().serialize(out) } else { out.serialize_bytes(&pack(node)) }
}

/// Reads a tree.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Arc<Node>, D::Error> {
    if input.is_human_readable() {
        return Node::deserialize(input).map(Arc::new);
    }
    input.deserialize_bytes(Packed).map(Arc::new)
}

/// The tree itself, where nobody else has it.
pub(super) fn owned(node: Arc<Node>) -> Node {
    Arc::try_unwrap(node).unwrap_or_else(|node| node.as_ref().clone())
}

struct Packed;

impl Visitor<'_> for Packed {
    type Value = Node;

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a packed tree")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Node, E> {
        unpack(bytes).ok_or_else(|| E::custom("no packed tree"))
    }
}

/// A tree in few bytes.
fn pack(node: &Node) -> Vec<u8> {
    let mut packer = Packer { out: Vec::with_capacity(4 << 10), keys: HashMap::default() };
    packer.node(node);
    packer.out
}

/// What is packed so far: trees, and whatever else lies beside them.
#[derive(Default)]
pub(super) struct Packer<'a> {
    pub(super) out: Vec<u8>,
    /// Keys so far, numbered from 1.
    keys: HashMap<&'a str, u64>,
}

impl<'a> Packer<'a> {
    pub(super) fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A text that comes again and again.
    pub(super) fn key(&mut self, key: &'a str) {
        if let Some(known) = self.keys.get(key).copied() {
            self.number(known);
        } else {
            self.number(0);
            self.text(key);
            self.keys.insert(key, self.keys.len() as u64 + 1);
        }
    }

    /// Several of them.
    pub(super) fn keys(&mut self, keys: &'a [String]) {
        self.number(keys.len() as u64);
        for key in keys {
            self.key(key);
        }
    }

    pub(super) fn node(&mut self, node: &'a Node) {
        let kind = match &node.kind {
            Kind::Null => NULL,
            Kind::Bool(false) => FALSE,
            Kind::Bool(true) => TRUE,
            Kind::Number(_) => NUMBER,
            Kind::Text(_) => TEXT,
            Kind::Masked(_) => MASKED,
            Kind::List(_) => LIST,
            Kind::Map(_) => MAP,
        };
        self.out.push(kind);
        self.number(node.line.into());
        self.number(node.column.into());
        match &node.kind {
            Kind::Null | Kind::Bool(_) => {}
            Kind::Number(text) | Kind::Text(text) | Kind::Masked(text) => self.text(text),
            Kind::List(items) => {
                self.number(items.len() as u64);
                for item in items {
                    self.node(item);
                }
            }
            Kind::Map(entries) => {
                self.number(entries.len() as u64);
                for entry in entries {
                    self.key(&entry.key);
                    self.number(entry.line.into());
                    self.number(entry.column.into());
                    self.node(&entry.node);
                }
            }
        }
    }
}

/// The tree of some bytes. `None` if they are not those of one.
fn unpack(bytes: &[u8]) -> Option<Node> {
    let mut unpacker = Unpacker::new(bytes);
    let node = unpacker.node(0)?;
    unpacker.rest.is_empty().then_some(node)
}

/// What is read back of what was packed.
pub(super) struct Unpacker<'a> {
    pub(super) rest: &'a [u8],
    keys: Vec<&'a str>,
    /// Bytes of memory that may still be taken: keys, and what else somebody counts.
    left: usize,
}

impl<'a> Unpacker<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self::within(rest, MOST_KEYS)
    }

    /// What is read may take so many bytes of memory, about.
    pub(super) fn within(rest: &'a [u8], left: usize) -> Self {
        Self { rest, keys: Vec::new(), left }
    }

    /// How many are left of them.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Takes some of them; `None` if there are no more.
    pub(super) fn take_room(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn place(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    /// How many follow; each has a byte at least.
    pub(super) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.rest.len())
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }

    pub(super) fn key(&mut self) -> Option<&'a str> {
        let key = match self.number()? {
            0 => {
                let key = self.text()?;
                self.keys.push(key);
                key
            }
            known => self.keys.get(usize::try_from(known).ok()? - 1)?,
        };
        self.take_room(key.len() + size_of::<String>())?;
        Some(key)
    }

    pub(super) fn keys(&mut self) -> Option<Vec<String>> {
        let count = self.count()?;
        let mut out = Vec::with_capacity(count.min(MOST_AT_ONCE));
        for _ in 0..count {
            out.push(self.key()?.to_owned());
        }
        Some(out)
    }

    pub(super) fn node(&mut self, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        self.take_room(size_of::<Node>())?;
        let kind = self.byte()?;
        let (line, column) = (self.place()?, self.place()?);
        let kind = match kind {
            NULL => Kind::Null,
            FALSE => Kind::Bool(false),
            TRUE => Kind::Bool(true),
            NUMBER => Kind::Number(self.text()?.to_owned()),
            TEXT => Kind::Text(self.text()?.to_owned()),
            MASKED => Kind::Masked(self.text()?.to_owned()),
            LIST => {
                let count = self.count()?;
                let mut items = Vec::with_capacity(count.min(MOST_AT_ONCE));
                for _ in 0..count {
                    items.push(self.node(depth + 1)?);
                }
                Kind::List(items)
            }
            MAP => {
                let count = self.count()?;
                let mut entries = Vec::with_capacity(count.min(MOST_AT_ONCE));
                for _ in 0..count {
                    let key = self.key()?.to_owned();
                    let (line, column) = (self.place()?, self.place()?);
                    entries.push(Entry { key, line, column, node: self.node(depth + 1)? });
                }
                Kind::Map(entries)
            }
            _ => return None,
        };
        Some(Node { kind, line, column })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Node {
        let entry = |key: &str, kind| Entry { key: key.to_owned(), line: 3, column: 70_000, node: Node::new(kind, 3, 4) };
        let inner = Kind::Map(vec![entry("a", Kind::Null), entry("a", Kind::Bool(true)), entry("", Kind::Bool(false))]);
        let items = vec![
            Node::new(Kind::Number("1.10".into()), 1, 1),
            Node::text("\u{e9}", 0, 0),
            Node::new(Kind::Masked("Aaa".into()), u32::MAX, 2),
        ];
        Node::new(Kind::Map(vec![entry("a", Kind::List(items)), entry("b", inner)]), 1, 1)
    }

    #[test]
    fn a_tree_comes_back_as_it_was() {
        assert_eq!(unpack(&pack(&tree())), Some(tree()));
    }

    #[test]
    fn other_bytes_are_no_tree() {
        let packed = pack(&tree());
        for end in 0..packed.len() {
            assert_eq!(unpack(packed.get(..end).unwrap_or(&[])), None, "{end}");
        }
        for at in 0..packed.len() {
            for byte in [0, 1, 7, 0x7f, 0x80, 0xff] {
                let mut other = packed.clone();
                other[at] = byte;
                // nothing but an answer is asked for
                let _ = unpack(&other);
            }
        }
        assert_eq!(unpack(&[LIST, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x7f]), None);
        // one long key, named in a byte again and again
        let many = 100_000_u32;
        let mut long = vec![MAP, 0, 0, (many & 0x7f) as u8 | 0x80, (many >> 7 & 0x7f) as u8 | 0x80, (many >> 14) as u8];
        long.extend([0, 0x80, 0x80, 4]);
        long.extend(vec![b'k'; 1 << 16]);
        long.extend([0, 0, NULL, 0, 0]);
        long.extend([1, 0, 0, NULL, 0, 0].repeat(many as usize - 1));
        assert_eq!(unpack(&long), None);
        let deep: Vec<u8> = [LIST, 0, 0, 1].repeat(100_000);
        assert_eq!(unpack(&deep), None);
    }
}
