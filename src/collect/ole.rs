//! What an OLE container holds, by the directory in it as far as the first bytes of a file reach. Nothing is opened.

/// Entries of the directory that are looked at.
const MOST: usize = 512;

/// The type by the streams that lie at the top; what embedded objects hold says nothing of their owner.
pub(super) fn kind(head: &[u8]) -> &'static str {
    let names = top(head).unwrap_or_else(|| {
        // the directory lies further back: whatever name occurs
        NAMES.iter().map(|row| row.0).filter(|name| wide(head, name)).map(str::to_owned).collect()
    });
    let found = NAMES.iter().find(|row| names.iter().any(|name| name.starts_with(row.0)));
    found.map_or("ole", |row| row.1)
}

/// Names of streams, and what a container with them is.
const NAMES: &[(&str, &str)] = &[
    ("EncryptedPackage", "ole"),
    ("Workbook", "ole"),
    ("Book", "ole"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("__substg1.0", "msg"),
    ("__properties_version1.0", "msg"),
];

fn wide(head: &[u8], word: &str) -> bool {
    let bytes: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    head.windows(bytes.len()).any(|window| window == bytes)
}

fn four(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

/// Names at the top; `None` if the directory does not begin within the head.
fn top(head: &[u8]) -> Option<Vec<String>> {
    let shift = u32::from(*head.get(30)?);
    let sector = 1_usize.checked_shl(shift).filter(|size| (512..=4096).contains(size))?;
    let from = four(head, 48)?.checked_add(1)?.checked_mul(sector)?;
    let directory = head.get(from..).filter(|rest| rest.len() >= 128)?;
    let entry = |index: usize| directory.get(index.checked_mul(128)?..)?.get(..128);
    let (mut names, mut open, mut seen) = (Vec::new(), vec![four(entry(0)?, 76)?], Vec::new());
    while let Some(index) = open.pop() {
        if index == 0xffff_ffff || seen.contains(&index) {
            continue;
        }
        if seen.len() >= MOST {
            return None;
        }
        seen.push(index);
        // a directory in several places cannot be followed from here
        let entry = entry(index)?;
        let length = usize::from(*entry.get(64)?).saturating_sub(2).min(62);
        let units = entry.get(..length)?.chunks_exact(2).map(|pair| match pair {
            [low, high] => u16::from_le_bytes([*low, *high]),
            _ => 0,
        });
        names.push(char::decode_utf16(units).map(|c| c.unwrap_or('?')).collect());
        open.extend([four(entry, 68)?, four(entry, 72)?]);
    }
    Some(names)
}
