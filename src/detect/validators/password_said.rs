//! A password that a sentence tells: `his password Winter2031! was`. Only what looks like one counts, as sentences go on with words.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "password_said",
    title: "small letters with digits and with capitals or signs, or with capitals and signs",
    source: "own rule, from how messages and reports pass passwords on",
    valid: &["Winter2031!", "B@nZes94!", "Start@2025", "s3cret#value", "!Open4Dayz", "Sample Winter 2031!"],
    invalid: &[
        "must",
        "SHA-256",
        "bcrypt.hash",
        "Policy",
        "reset-2031",
        "PBKDF2",
        "version2",
        "e.g.",
        "user@example.com",
        "(Winter",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    // the end of a sentence
    let candidate = candidate.strip_suffix(b".").unwrap_or(candidate);
    let any = |test: fn(&u8) -> bool| candidate.iter().any(test);
    let (lower, upper, digit) = (any(u8::is_ascii_lowercase), any(u8::is_ascii_uppercase), any(u8::is_ascii_digit));
    let sign = any(|byte| b"!@#$%^&*?".contains(byte));
    let plain = candidate.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!@#$%^&*?_.+=-~ ".contains(byte));
    // an address has one `@` and a dot behind it
    let mut halves = candidate.splitn(2, |byte| *byte == b'@');
    let address = halves.next().is_some_and(|half| half.len() > 1) && halves.next().is_some_and(|half| half.contains(&b'.'));
    // in quotes a blank or two; a sentence has more
    let words = candidate.split(|byte| *byte == b' ').count();
    let strong = lower && (digit && (upper || sign) || upper && sign);
    if plain && strong && !address && words <= 3 && (6..=64).contains(&candidate.len()) {
        Validity::Valid
    } else {
        Validity::Invalid
    }
}
