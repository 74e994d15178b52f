//! Mexican population registry codes (CURP): name, birth date, sex, state and a check digit.

use super::date_of_birth::is_date;
use super::{Validator, Validity, compact, digits};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "mx_curp",
    title: "eighteen signs: letters of the name, birth date, sex, state, check digit (modulus 10)",
    source: "RENAPO's instructions",
    valid: &["AAAA000101HDFCCC09"],
    invalid: &["AAAA000101HDFCCC08", "AAAA001301HDFCCC09", "AAAA000101ZDFCCC09", "AAAA000101HDFCCC0", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    let birth = digits(compact.get(4..10)?)?.fold(0, |number, digit| number * 10 + digit);
    let date = is_date(2000 + birth / 10_000, birth / 100 % 100, birth % 100);
    let letters = compact.get(..4)?.iter().chain(compact.get(11..16)?).all(u8::is_ascii_uppercase);
    let sex = matches!(compact.get(10)?, b'H' | b'M' | b'X');
    // the letters are numbered with the one that has a tilde, which these codes leave out
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'N' => u32::from(byte - b'A') + 10,
        _ => u32::from(byte.saturating_sub(b'A')) + 11,
    };
    let sum: u32 = compact.get(..17)?.iter().zip((2..=18).rev()).map(|(byte, weight)| value(*byte) * weight).sum();
    let key = digits(compact.get(17..)?)?.last()?;
    (compact.len() == 18 && letters && sex && date && (10 - sum % 10) % 10 == key).then_some(())
}
