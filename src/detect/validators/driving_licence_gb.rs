//! Driver numbers of Great Britain: surname, birth date, initials. The check characters' algorithm is not published.

use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "driving_licence_gb",
    title: "sixteen characters: padded surname, month (plus 50), day, initials; an issue number may follow",
    source: "DVLA's published layout of the driver number; the Morgan specimen is the one commonly printed",
    valid: &["EXAMP801015A99AB", "EXAMP 851315 A99AB 12", "NG999701014B99XY"],
    invalid: &[
        "EXAMP813015A99AB",
        "EXAMP801325A99AB",
        "99999801015A99AB",
        "EX9MP801015A99AB",
        "EXAMP801015A99A",
        "EXAMP8010159A9AB",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    let (number, issue) = compact.split_at_checked(16)?;
    if !(issue.is_empty() || issue.len() == 2 && issue.iter().all(u8::is_ascii_digit)) {
        return None;
    }
    let (surname, rest) = number.split_at_checked(5)?;
    let (birth, rest) = rest.split_at_checked(6)?;
    let letters = surname.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let padding = surname.iter().skip(letters);
    if letters == 0 || !padding.into_iter().all(|byte| *byte == b'9') {
        return None;
    }
    let birth = digits(birth)?.fold(0, |number, digit| number * 10 + digit);
    let (month, day) = (birth / 1000 % 100, birth / 10 % 100);
    if !matches!(month, 1..=12 | 51..=62) || !(1..=31).contains(&day) {
        return None;
    }
    let [first, second, arbitrary, check @ ..] = rest else { return None };
    let initials = first.is_ascii_uppercase() && (second.is_ascii_uppercase() || *second == b'9');
    if !initials || !arbitrary.is_ascii_digit() || !check.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    Some(if number == b"MORGA657054SM9IJ" { Validity::TestData } else { Validity::Valid })
}
