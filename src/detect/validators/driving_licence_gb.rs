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

/// Whether a driver number is that of whoever has this family name and birth date (`1988-02-14`), as far as they are known: `None` when
/// nothing is known, or one agrees and the other does not (somebody married, or a date was written wrongly).
pub(crate) fn agrees(candidate: &[u8], surname: &str, birth: Option<&str>) -> Option<bool> {
    let number = compact(candidate)?;
    let (name, rest) = number.split_at_checked(5)?;
    let mut letters: Vec<u8> = surname.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_uppercase()).collect();
    // the number writes every MAC as MC
    if letters.starts_with(b"MAC") {
        letters.remove(1);
    }
    let named = (!letters.is_empty()).then(|| {
        letters.resize(5, b'9');
        letters == name
    });
    let written = rest.get(..6)?;
    let born = birth.map(|birth| {
        let told: Vec<u8> = birth.bytes().filter(u8::is_ascii_digit).collect();
        // decade, month, day, year; a woman's month has 50 more
        let places = |more: u8| -> Option<Vec<u8>> {
            let at = |index: usize| told.get(index).copied();
            Some(vec![at(2)?, at(4)? + more, at(5)?, at(6)?, at(7)?, at(3)?])
        };
        told.len() == 8 && (places(0).as_deref() == Some(written) || places(5).as_deref() == Some(written))
    });
    match (named, born) {
        (None, None) => None,
        (Some(one), Some(other)) if one != other => None,
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::agrees;

    #[test]
    fn a_number_is_held_against_name_and_birth_date() {
        let number = b"EXAMP801015A99AB";
        assert_eq!(agrees(number, "Example", Some("1985-01-01")), Some(true));
        assert_eq!(agrees(b"EXAMP851315A99AB", "Example", Some("1985-01-31")), Some(true), "a woman's month");
        assert_eq!(agrees(b"MCNAM801015A99AB", "MacNamara", None), Some(true));
        assert_eq!(agrees(b"NG999801015A99AB", "Ng", Some("1985-01-01")), Some(true));
        assert_eq!(agrees(number, "Sample", Some("1985-01-01")), None, "whoever married");
        assert_eq!(agrees(number, "Sample", Some("1979-10-03")), Some(false));
        assert_eq!(agrees(number, "", None), None);
    }
}
