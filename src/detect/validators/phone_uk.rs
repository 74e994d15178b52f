//! Telephone numbers of the United Kingdom that can be somebody's: geographic and mobile ones.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "phone_uk",
    title: "geographic or mobile number in national, +44, 0044 or 44 form; service and pager numbers are not",
    source: "Ofcom numbering plan; Ofcom's ranges for drama are reported as test data",
    valid: &[
        "07999 000 000",
        "+44 7999 000000",
        "0044 7999 000000",
        "+44 (0)20 7000 0000",
        "0161 000 0000",
        "01204 00000",
        "028 9000 0000",
        "447999000000",
    ],
    invalid: &[
        "0800 000 0000",
        "0300 123 4567",
        "070 0000 0000",
        "07999 00000",
        "+33 1 00 00 00 00",
        "00",
        "01x61 000 0000",
        "12345",
    ],
    check,
};

/// National numbers without the leading zero, of Ofcom's ranges for drama: the prefix and what may follow is any digits.
const DRAMA: &[&[u8]] = &[
    b"7700900", b"2079460", b"1632960", b"2896496", b"1134960", b"1144960", b"1154960", b"1164960", b"1174960", b"1184960",
    b"1214960", b"1314960", b"1414960", b"1514960", b"1614960", b"1914980", b"2920180", b"3069990", b"8081570", b"9098790",
];

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let mut buffer = [0u8; 16];
    let mut length = 0;
    for &byte in candidate {
        if byte.is_ascii_digit() {
            *buffer.get_mut(length)? = byte;
            length += 1;
        } else if !b" +()-./\t\xa0\xc2".contains(&byte) {
            return None;
        }
    }
    let number = buffer.get(..length)?;
    let plus = candidate.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != b'(') == Some(&b'+');
    let national = if plus {
        number.strip_prefix(b"44")?
    } else if let Some(rest) = number.strip_prefix(b"0044") {
        rest
    } else if let Some(rest) = number.strip_prefix(b"44").filter(|rest| rest.len() == 10) {
        // as databases keep them
        rest
    } else {
        number.strip_prefix(b"0")?
    };
    // +44 (0)20 ...
    let national = if national.len() > 9 { national.strip_prefix(b"0").unwrap_or(national) } else { national };
    let ten = national.len() == 10;
    // counting is what people type into forms
    if national == b"123456789" || national == b"1234567890" {
        return Some(Validity::TestData);
    }
    if ten && DRAMA.iter().any(|range| national.starts_with(range)) {
        return Some(Validity::TestData);
    }
    let somebody = match national {
        [b'7', b'6', b'2', b'4', ..] | [b'7', b'1'..=b'5' | b'7'..=b'9', ..] | [b'2', b'0' | b'3' | b'4' | b'8' | b'9', ..] => {
            ten
        }
        [b'1', b'1'..=b'9', ..] => ten || national.len() == 9,
        _ => false,
    };
    somebody.then_some(Validity::Valid)
}
