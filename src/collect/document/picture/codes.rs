//! Barcodes and squares: a grey picture -> the texts that are encoded in it. What the texts say is for the detectors; the licences of
//! North America alone are taken apart here, as their fields have no words around them.

use super::pixels::Grey;
use rxing::{BarcodeFormat, DecodeHints};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Characters of a code that are kept; the largest squares hold 7,089.
const MOST_TEXT: usize = 8_192;
/// Characters below which stripes are more often a fence than a code.
const FEW: usize = 4;

/// Columns of a licence, with the element that fills each.
pub(crate) const LICENCE: &[(&str, &[&str])] = &[
    ("surname", &["DCS", "DAB"]),
    ("first name", &["DAC", "DCT"]),
    ("full name", &["DAA"]),
    ("date of birth", &["DBB"]),
    ("driving licence number", &["DAQ"]),
    ("address", &["DAG"]),
    ("postcode", &["DAK"]),
];

/// The texts of the codes in a picture, each once; stripes that stand upright as well.
pub(crate) fn read(page: &Grey) -> Vec<String> {
    let texts = lying(page);
    if texts.is_empty() { lying(&page.clone().upright(6)) } else { texts }
}

fn lying(page: &Grey) -> Vec<String> {
    let formats = [
        BarcodeFormat::QR_CODE,
        BarcodeFormat::MICRO_QR_CODE,
        BarcodeFormat::PDF_417,
        BarcodeFormat::DATA_MATRIX,
        BarcodeFormat::AZTEC,
        BarcodeFormat::CODE_128,
        BarcodeFormat::CODE_39,
    ];
    let mut hints =
        DecodeHints { PossibleFormats: Some(HashSet::from(formats)), TryHarder: Some(false), ..DecodeHints::default() };
    let luma = page.pixels.clone();
    // the decoder is others' work: one that breaks down costs this picture's codes
    let found = catch_unwind(AssertUnwindSafe(|| {
        rxing::helpers::detect_multiple_in_luma_with_hints(luma, page.width, page.height, &mut hints)
    }));
    let Ok(Ok(found)) = found else { return Vec::new() };
    let mut texts: Vec<String> = Vec::new();
    for code in found {
        let text: String = code.getText().chars().take(MOST_TEXT).collect();
        if text.trim().chars().count() >= FEW && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.sort_unstable();
    texts
}

/// The fields of a licence (AAMVA), in the order of [`LICENCE`]; `None` if it is none.
pub(crate) fn licence(text: &str) -> Option<Vec<String>> {
    if !text.starts_with('@') || !(text.contains("ANSI ") || text.contains("AAMVA")) {
        return None;
    }
    let element = |line: &str, id: &str| -> Option<String> {
        let at = line.strip_prefix(id).or_else(|| {
            // the first element stands behind the kind of its block: `DLDAQ...`
            line.rfind(&format!("DL{id}")).or_else(|| line.rfind(&format!("ID{id}"))).and_then(|at| line.get(at + 5..))
        })?;
        Some(at.trim().to_owned()).filter(|value| !value.is_empty() && value != "NONE")
    };
    let cell = |row: &(&str, &[&str])| {
        let found = text.lines().find_map(|line| row.1.iter().find_map(|id| element(line, id))).unwrap_or_default();
        if row.0 == "date of birth" { day(&found) } else { found }
    };
    Some(LICENCE.iter().map(cell).collect())
}

/// `MMDDYYYY` or `YYYYMMDD` as a day that everybody reads the same.
fn day(text: &str) -> String {
    let piece = |from: usize, to: usize| text.get(from..to).unwrap_or("");
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.to_owned()
    } else if matches!(piece(0, 2), "19" | "20") {
        format!("{}-{}-{}", piece(0, 4), piece(4, 6), piece(6, 8))
    } else {
        format!("{}-{}-{}", piece(4, 8), piece(0, 2), piece(2, 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_taken_apart() {
        let text = "@\n\u{1e}\rANSI 636000090002DL00410278ZV03190008DLDAQT64235789\nDCSEXAMPLE\nDACADA\nDBB06061986\nDAG2300 SAMPLE STREET\nDAK232690000\n";
        let cells = licence(text).unwrap_or_default();
        assert_eq!(cells, ["EXAMPLE", "ADA", "", "1986-06-06", "T64235789", "2300 SAMPLE STREET", "232690000"]);
        assert_eq!(licence("BEGIN:VCARD"), None);
    }
}
