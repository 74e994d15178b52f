//! Vehicle registration marks: current, prefix, suffix and Northern Ireland forms. There is no check digit.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "vrm_gb",
    title: "current, prefix, suffix or Northern Ireland form with the letters that are issued",
    source: "general knowledge of DVLA's formats",
    valid: &["AB12 CDE", "ab12cde", "A123 BCD", "ABC 123D", "AXI 1234", "IZ 99"],
    invalid: &["IB12CDE", "AB12CDI", "AB1CDE", "123456", "AXA 1234", "A1234BCD", "ABCDEFG", "ISO 3779", ""],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if compact.len() > 7 {
        return None;
    }
    let (head, rest) = run(&compact, u8::is_ascii_uppercase)?;
    let (number, tail) = run(rest, u8::is_ascii_digit)?;
    let letters = |part: &[u8], never: &[u8]| part.iter().all(|byte| byte.is_ascii_uppercase() && !never.contains(byte));
    let issued = match (head.len(), number.len(), tail.len()) {
        (2, 2, 3) => letters(head, b"IQZ") && letters(tail, b"IQ"),
        (1, 1..=3, 3) => letters(head, b"IOQUZ") && letters(tail, b"IQ"),
        (3, 1..=3, 1) => letters(head, b"IQZ") && letters(tail, b"IOQUZ"),
        // numbers of standards have this form
        (2 | 3, 1..=4, 0) => !matches!(head, b"ISO" | b"IEC") && head.iter().any(|letter| b"IZ".contains(letter)),
        _ => false,
    };
    (issued && !number.starts_with(b"0") || issued && tail.len() == 3 && head.len() == 2).then_some(())
}

/// The bytes at the start for which something holds, and the rest.
fn run(bytes: &[u8], holds: fn(&u8) -> bool) -> Option<(&[u8], &[u8])> {
    let length = bytes.iter().take_while(|byte| holds(byte)).count();
    bytes.split_at_checked(length)
}
