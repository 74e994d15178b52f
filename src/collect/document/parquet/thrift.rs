//! As much of Thrift's compact protocol as it takes to see whether a structure has a field. It builds nothing and goes only so deep.

/// Structures within structures.
const MOST_LEVELS: usize = 32;

/// Whether the structure at the beginning of bytes has a field.
pub(super) fn has_field(bytes: &[u8], wanted: i64) -> bool {
    let mut reader = Reader { bytes };
    let mut field = 0;
    while let Some((id, kind)) = reader.field(field) {
        if id == wanted {
            return true;
        }
        if reader.skip(kind, 0).is_none() {
            return false;
        }
        field = id;
    }
    false
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// The next field's number and kind; `None` at the end of the structure.
    fn field(&mut self, before: i64) -> Option<(i64, u8)> {
        let byte = self.byte().filter(|byte| *byte != 0)?;
        let id = match byte >> 4 {
            0 => {
                let number = self.number()?;
                (number >> 1) as i64 ^ -((number & 1) as i64)
            }
            step => before.checked_add(step.into())?,
        };
        Some((id, byte & 15))
    }

    fn pass(&mut self, length: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(length).ok()?..)?;
        Some(())
    }

    fn skip(&mut self, kind: u8, level: usize) -> Option<()> {
        if level > MOST_LEVELS {
            return None;
        }
        match kind {
            // the value of a boolean field is its kind
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.number()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
                (0..count).try_for_each(|_| self.element(head & 15, level + 1))
            }
            11 => {
                let count = self.number()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                (0..count).try_for_each(|_| {
                    self.element(kinds >> 4, level + 1)?;
                    self.element(kinds & 15, level + 1)
                })
            }
            12 => {
                let mut field = 0;
                loop {
                    // one that takes no byte could come as often as its list says
                    self.bytes.first()?;
                    let Some((id, kind)) = self.field(field) else { return Some(()) };
                    self.skip(kind, level + 1)?;
                    field = id;
                }
            }
            _ => None,
        }
    }

    /// An element of a list: booleans take a byte there.
    fn element(&mut self, kind: u8, level: usize) -> Option<()> {
        if matches!(kind, 1 | 2) { self.pass(1) } else { self.skip(kind, level) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_others() {
        // 1: i32 1; 2: list of two i32; 3: structure with a text; 8: structure
        let bytes = [0x15, 2, 0x19, 0x25, 2, 4, 0x1c, 0x18, 1, b'x', 0, 0x5c, 0, 0];
        assert!(has_field(&bytes, 8));
        assert!(has_field(&bytes, 3));
        assert!(!has_field(&bytes, 7));
        assert!(!has_field(&[0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x0f], 8));
        assert!(!has_field(&[0x1c; 500], 8));
        // four billion structures where the bytes end: known at the first that is not there
        assert!(!has_field(&[0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0], 8));
    }
}
