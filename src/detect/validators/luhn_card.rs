//! Payment card numbers: issuer range, length for that range and the Luhn digit.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "luhn_card",
    title: "issuer range, its lengths and the Luhn digit; never one digit repeated",
    source: "ISO/IEC 7812 (Luhn); issuer ranges are general knowledge; the test numbers are those that card schemes and payment providers print in their guides",
    valid: &["4999 9999 9999 9996", "5199-9999-9999-9991", "379999999999994", "2720999999999996"],
    invalid: &["4999999999999995", "4444444444444444", "0000000000000000", "1234567890123452", "49999999", "4999999999999996x"],
    check,
};

/// Numbers that are printed in integration guides so that nobody uses a real one.
const TEST_CARDS: &[&[u8]] = &[
    b"122000000000003",
    b"2223000048400011",
    b"2223003122003222",
    b"30569309025904",
    b"3056930009020004",
    b"3530111333300000",
    b"3566002020360505",
    b"36227206271667",
    b"371449635398431",
    b"378282246310005",
    b"378734493671000",
    b"38520000023237",
    b"4000002500003155",
    b"4000056655665556",
    b"4000000000000002",
    b"4000000000000077",
    b"4000000000009995",
    b"4012888888881881",
    b"4111111111111111",
    b"4222222222222",
    b"4242424242424242",
    b"4444333322221111",
    b"4462030000000000",
    b"4917610000000000",
    b"5105105105105100",
    b"5200828282828210",
    b"5454545454545454",
    b"5555555555554444",
    b"6011000990139424",
    b"6011111111111117",
    b"6200000000000005",
    b"6759649826438453",
];

fn check(candidate: &[u8]) -> Validity {
    let Some(compact) = compact(candidate) else { return Validity::Invalid };
    let [first, rest @ ..] = &*compact else { return Validity::Invalid };
    if !luhn(&compact) || rest.iter().all(|digit| digit == first) || !issued(&compact) {
        return Validity::Invalid;
    }
    if TEST_CARDS.contains(&&*compact) { Validity::TestData } else { Validity::Valid }
}

/// Whether an issuer range has numbers of this length. The bytes are digits.
fn issued(card: &[u8]) -> bool {
    let Some(head) = card.get(..4) else { return false };
    let head = head.iter().fold(0, |number, digit| number * 10 + u32::from(digit & 0x0f));
    let length = card.len();
    match head {
        // airlines' cards; JCB's old ranges are 2131 and 1800
        1000..=1999 | 2131 => length == 15,
        4000..=4999 => matches!(length, 13 | 16 | 19),
        5100..=5599 | 2221..=2720 => length == 16,
        3400..=3499 | 3700..=3799 => length == 15,
        3000..=3059 | 3600..=3699 | 3800..=3999 => (14..=19).contains(&length),
        3528..=3589 if length > 16 => length < 20,
        3500..=3599 => length == 16,
        6011 | 6200..=6299 | 6440..=6599 | 8100..=8171 => (16..=19).contains(&length),
        5000..=5099 | 5600..=6999 => (12..=19).contains(&length),
        _ => false,
    }
}

/// Whether all bytes are digits and the last one is the Luhn digit of the others.
pub(super) fn luhn(number: &[u8]) -> bool {
    if number.len() < 2 || !number.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit & 0x0f);
            if place % 2 == 0 { value } else { value * 2 / 10 + value * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}
