//! National Insurance numbers: prefix letters and suffix. There is no check digit.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ni_number",
    title: "letters that are in use, six digits, suffix A to D or none",
    source: "HMRC manual NIM39110: D F I Q U V never in a prefix, O never second, BG GB KN NK NT TN ZZ never allocated; QQ is HMRC's example",
    valid: &["AB123456C", "ab 12 34 56 c", "AB123456"],
    invalid: &["BG123456A", "AO123456A", "DA123456A", "AB123456E", "AB12345C"],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    let Some(compact) = compact(candidate) else { return Validity::Invalid };
    let [first, second, rest @ ..] = &*compact else { return Validity::Invalid };
    // the suffix says when the year's stamps were due once, and may be left out
    let (digits, suffix) = rest.split_at_checked(6).unwrap_or((rest, b"?".as_slice()));
    if digits.len() != 6 || !digits.iter().all(u8::is_ascii_digit) || !matches!(suffix, [] | [b'A'..=b'D']) {
        return Validity::Invalid;
    }
    if [*first, *second] == *b"QQ" {
        return Validity::TestData;
    }
    let letters = first.is_ascii_uppercase() && second.is_ascii_uppercase();
    let never = b"DFIQUV";
    let reserved: [&[u8; 2]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    let wrong = never.contains(first) || never.contains(second) || *second == b'O';
    if !letters || wrong || reserved.contains(&&[*first, *second]) {
        return Validity::Invalid;
    }
    Validity::Valid
}
