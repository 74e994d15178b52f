//! Slides of `PowerPoint` before 2007: the texts of all records, in their order. What is on a slide, in its notes or deleted is not told
//! apart.

use super::shared::Story;
use super::{Document, Head, Work, ole};
use crate::model::evidence::{Encryption, GapKind, PartKind};

/// The reader.
pub(super) struct Ppt;
/// The reader.
pub(super) static DOCUMENT: Ppt = Ppt;

/// Records that are looked at.
const MOST_RECORDS: usize = 2_000_000;

impl Document for Ppt {
    fn id(&self) -> &'static str {
        "ppt"
    }

    fn title(&self) -> &'static str {
        "PowerPoint slides before 2007 (ppt)"
    }

    fn notes(&self) -> &'static str {
        "The texts of slides, notes, masters and comments, in the order of the file; text of earlier versions that is still in the file is \
         read with the rest. Pictures, embedded objects and programs (VBA) are not read. Encryption is told: all that this format has is weak."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        match head.kind {
            "ppt" => 100,
            "ole" if matches!(head.extension, "ppt" | "pps" | "pot") => 60,
            _ => 0,
        }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(mut file) = ole::open(work)? else { return Ok(()) };
        let most = work.limits.whole_bytes;
        let mut stream = |name: &str| ole::stream(&mut file, name, most);
        let Some(main) = stream("/PowerPoint Document") else {
            work.gap(GapKind::Unsupported, "an OLE container without slides: recognised, no reader for it");
            return Ok(());
        };
        // the mark of the current user says whether the rest is cipher text
        let user = stream("/Current User").unwrap_or_default();
        if user.get(12..16) == Some(&[0xdf, 0xc4, 0xd1, 0xf3]) || stream("/EncryptedSummary").is_some() {
            work.encryption = Some(Encryption::Weak);
            work.gap(GapKind::Encrypted, "weakly encrypted slides: their content was not read");
            return Ok(());
        }
        let mut story = Story::new(work.engine, "", PartKind::Text);
        let whole = records(&main, &mut story);
        story.finish(&mut work.parts);
        ole::objects(work, &mut file, &["PowerPoint Document", "Current User", "Pictures"])?;
        if !whole {
            work.gap(GapKind::Malformed, "its records are damaged or too many: some of its text was not read");
        }
        Ok(())
    }
}

/// Walks the records; containers are entered by reading on behind their head. Whether all were valid.
fn records(main: &[u8], story: &mut Story<'_>) -> bool {
    let mut rest = main;
    for _ in 0..MOST_RECORDS {
        let [a, _, low, high, l0, l1, l2, l3, tail @ ..] = rest else { return rest.is_empty() };
        let (kind, length) = (u16::from_le_bytes([*low, *high]), u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize);
        if a & 15 == 15 {
            rest = tail;
            continue;
        }
        let Some(body) = tail.get(..length) else { return false };
        // texts in two bytes or one, and single strings (comments, names)
        let text = match kind {
            4000 | 4026 => Some(encoding_rs::UTF_16LE.decode_without_bom_handling(body).0),
            4008 => Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(body).0),
            _ => None,
        };
        for line in text.iter().flat_map(|text| text.split(['\r', '\x0b', '\n'])) {
            let clean: String = line.chars().filter(|c| !c.is_control()).collect();
            story.line(&clean);
        }
        rest = tail.get(length..).unwrap_or(&[]);
    }
    false
}
