//! IPTC-IIM: what picture desks write into a file. Records in, labelled lines out.

/// Data sets of record 2 that say something of people or places, with what a reader would call them.
const SAYS: &[(u8, &str)] = &[
    (5, "Title"),
    (25, "Keywords"),
    (40, "Instructions"),
    (80, "Photographer"),
    (85, "Photographer's title"),
    (90, "City"),
    (92, "Location"),
    (95, "State"),
    (101, "Country"),
    (105, "Headline"),
    (110, "Credit"),
    (115, "Source"),
    (116, "Copyright"),
    (118, "Contact"),
    (120, "Caption"),
    (122, "Caption writer"),
];
/// Lines that are read.
const MOST: usize = 2_000;

/// The lines of a block.
pub(super) fn lines(block: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = block;
    while let [0x1c, record, set, high, low, after @ ..] = rest {
        let short = usize::from(*high) << 8 | usize::from(*low);
        // a length with its highest bit set says how many bytes hold the length
        let (length, after) = if short & 0x8000 == 0 {
            (short, after)
        } else {
            let width = (short & 0x7fff).min(4);
            let length = after.iter().take(width).fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            (length, after.get(width..).unwrap_or(&[]))
        };
        let value = after.get(..length.min(after.len())).unwrap_or(&[]);
        if let Some((_, label)) = SAYS.iter().find(|row| *record == 2 && row.0 == *set) {
            // UTF-8 where it is that, whatever the file says
            let text = match std::str::from_utf8(value) {
                Ok(text) => text.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode(value).0.into_owned(),
            };
            out.push(format!("{label}: {text}"));
        }
        if out.len() >= MOST {
            break;
        }
        rest = after.get(length.min(after.len())..).unwrap_or(&[]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn labelled_lines_come_out_and_lies_about_length_do_not_hurt() {
        let block =
            b"\x1c\x01\x5a\x00\x03\x1b%G\x1c\x02\x50\x00\x0bAda Example\x1c\x02\x5a\x80\x02\x00\x05Leeds\x1c\x02\x78\xff\xff";
        assert_eq!(lines(block), ["Photographer: Ada Example", "City: Leeds", "Caption: "]);
        for end in 0..block.len() {
            lines(&block[..end]);
        }
    }
}
