//! Telephone numbers as they are written within their own country, whichever it is: only a word or a column makes such digits a number.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "phone_national",
    title: "seven to fourteen digits in groups, perhaps an extension; no date, no time, no years",
    source: "ITU-T E.164 (at most fifteen digits with the country's); own rule against what else is written so; 555-0100 to 0199 is set aside for fiction",
    valid: &[
        "(212) 000-0000",
        "030 000 00 00",
        "212-000-0000x12",
        "001-212-000-0000",
        "06-10000000",
        "030/10000000",
        "0000000001 ext 4",
    ],
    invalid: &[
        "2031-04-19",
        "19-04-2031",
        "19/04/2031",
        "0301/2031",
        "19 04 2031",
        "12 34",
        "1999-2004",
        "1234 5678 9012 3456",
        "123-45-6789",
        "12:30",
        "2031-04-19 08",
        "01 02 03 04 05",
        "0800 000 0000",
        "08000000000",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let end = candidate.iter().position(u8::is_ascii_alphabetic).unwrap_or(candidate.len());
    let (number, extension) = candidate.split_at_checked(end)?;
    let said = extension.trim_ascii_start().iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = extension.get(..said)?;
    if !word.is_empty() && ![&b"x"[..], b"ext", b"extn"].iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return None;
    }
    let mut groups = [0_u64; 8];
    let mut lengths = [0_usize; 8];
    let mut count = 0;
    for group in number.split(|byte| !byte.is_ascii_digit()).filter(|group| !group.is_empty()) {
        *groups.get_mut(count)? = group.iter().fold(0, |sum: u64, byte| sum.wrapping_mul(10) + u64::from(byte - b'0'));
        *lengths.get_mut(count)? = group.len();
        count += 1;
    }
    if !number.iter().all(|byte| byte.is_ascii_digit() || b" ()-./".contains(byte)) {
        return None;
    }
    let digits: usize = lengths.iter().sum();
    let year = |at: usize| lengths.get(at) == Some(&4) && groups.get(at).is_some_and(|year| (1900..2100).contains(year));
    let small = |at: usize| lengths.get(at).is_some_and(|length| *length <= 2);
    // also with an hour behind it
    let date = matches!(count, 3 | 4)
        && (year(0) && small(1) && small(2) || small(0) && small(1) && (year(2) || small(2) && count == 3))
        && (count == 3 || small(3));
    // 01 02 03 04 05 is a list
    let list = count > 3 && groups.windows(2).take(count - 1).all(|pair| matches!(pair, [a, b] if *a + 1 == *b));
    // also a day and month before the stroke
    let years = count == 2 && year(1) && (year(0) || number.contains(&b'/') && lengths.first() == Some(&4));
    let security = matches!(lengths, [3, 2, 4, 0, ..]);
    let card = matches!(lengths, [4, 4, 4, 4, ..] | [4, 6, 5, 0, ..]);
    // nobody's own: free and service numbers
    let service = matches!(groups.first(), Some(800 | 808 | 844 | 845 | 870 | 871 | 900 | 1800)) && lengths.first() >= Some(&3)
        || [&b"0800"[..], b"0808", b"0900"].iter().any(|start| number.starts_with(start));
    if service || !(7..=14).contains(&digits) || date || list || years || security || card {
        return None;
    }
    let plain: &[u64] = if groups.first() == Some(&1) || groups.first() == Some(&1001) { groups.get(1..)? } else { &groups };
    let fiction = matches!(plain, [_, 555, 100..=199, ..]);
    Some(if fiction { Validity::TestData } else { Validity::Valid })
}
