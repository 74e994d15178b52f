//! Telephone numbers in international form, of every country but the United Kingdom (that is `phone_uk`).

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "phone_international",
    title: "plus, an assigned country code other than 44, and as many digits as that country's numbers have",
    source: "ITU-T E.164, its list of country codes and the national numbering plans; North American 555-0100 to 0199 is set aside for fiction",
    valid: &[
        "+353 1 000 0000",
        "+33 1 00 00 00 00",
        "+49 (30) 000000",
        "+1 212-000-0000",
        "+33 (0)1 00 00 00 00",
        "+39 06 0000 0000",
        "+7 900 000 0000",
    ],
    invalid: &[
        "+44 20 7000 0000",
        "+999 1234567",
        "+0 1234567890",
        "353 1 000 0000",
        "+33 1",
        "+3531234567890123",
        "+33 y 00000000",
        "+2147483647",
        "+4294967295",
        "+33 1 00 00 00",
        "+33 1 00 00 00 00 00",
        "+353 1 000",
        "+91 00000 0000",
        "+65 6000 00000",
    ],
    check,
};

/// Digits that numbers of people may have behind the country's code, least and most, and the codes.
const PLANS: &[(usize, usize, &[u16])] = &[
    (10, 10, &[7, 30, 52, 58, 90, 91, 225, 229, 234]),
    (10, 11, &[54, 55]),
    (4, 13, &[43]),
    (4, 11, &[352]),
    (4, 7, &[290, 683, 690]),
    (5, 15, &[49]),
    (5, 11, &[82, 358, 685]),
    (5, 8, &[247, 500, 676, 677, 678, 682, 686, 688]),
    (5, 9, &[27]),
    (6, 10, &[53, 63, 95, 98, 880]),
    (6, 12, &[39]),
    (6, 7, &[298, 299, 597, 672, 681, 687]),
    (6, 9, &[40, 252, 359, 376, 421, 508]),
    (7, 10, &[243, 353]),
    (7, 11, &[86]),
    (7, 12, &[62, 381, 882, 883]),
    (7, 7, &[238, 239, 246, 248, 269, 291, 297, 501, 592, 673, 674, 679, 680, 691, 692, 960]),
    (7, 8, &[230, 241, 267, 372, 507, 599, 670, 675, 961, 975]),
    (7, 9, &[46, 48, 220, 231, 245, 254, 265, 354, 423, 595, 967]),
    (8, 10, &[20, 57, 60, 64, 378, 850, 856, 964, 976, 977]),
    (8, 11, &[881, 886]),
    (8, 12, &[383, 870, 972]),
    (
        8,
        8,
        &[
            45, 47, 65, 216, 222, 223, 226, 227, 228, 232, 235, 236, 253, 257, 266, 268, 350, 356, 357, 370, 371, 373, 374, 382,
            386, 389, 502, 503, 504, 505, 506, 509, 591, 598, 689, 852, 853, 965, 968, 973, 974, 993,
        ],
    ),
    (8, 9, &[32, 36, 51, 66, 213, 224, 250, 258, 264, 355, 377, 385, 387, 593, 855, 962, 963, 970, 971]),
    (9, 10, &[81, 84, 92, 263]),
    (9, 11, &[31]),
    (
        9,
        9,
        &[
            33, 34, 41, 56, 61, 93, 94, 211, 212, 218, 221, 233, 237, 240, 242, 244, 249, 251, 255, 256, 260, 261, 262, 351, 375,
            380, 420, 590, 594, 596, 966, 992, 994, 995, 996, 998,
        ],
    ),
];

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let mut buffer = [0u8; 15];
    let mut length = 0;
    let candidate = candidate.trim_ascii().strip_prefix(b"+")?;
    // an extension
    let candidate = candidate.split(|byte| *byte == b'x').next()?;
    for &byte in candidate {
        if byte.is_ascii_digit() {
            *buffer.get_mut(length)? = byte - b'0';
            length += 1;
        } else if !b" ()-./".contains(&byte) {
            return None;
        }
    }
    let number = buffer.get(..length)?;
    // the largest 32-bit numbers: `"size " + 2147483647`
    if number.len() < 8 || matches!(number, [2, 1, 4, 7, 4, 8, 3, 6, 4, 7 | 8] | [4, 2, 9, 4, 9, 6, 7, 2, 9, 5 | 6]) {
        return None;
    }
    match number {
        [1, area @ 2..=9, _, _, rest @ ..] if rest.len() == 7 => {
            let fiction = matches!(rest, [5, 5, 5, 0, 1, ..]) && *area < 10;
            Some(if fiction { Validity::TestData } else { Validity::Valid })
        }
        [7, 0..=2, ..] => None,
        [a @ 2..=9, b, c, ..] => {
            let two = u16::from(a * 10 + b);
            let three = two * 10 + u16::from(*c);
            let (code, digits) = if *a == 7 {
                (7, 1)
            } else if plan(two).is_some() {
                (two, 2)
            } else {
                (three, 3)
            };
            let (least, most) = plan(code)?;
            let own = number.get(digits..)?;
            let fits = |own: &[u8]| (least..=most).contains(&own.len());
            // the zero that is dialled inside the country is written by some all the same
            let fits = fits(own) || own.strip_prefix(&[0]).is_some_and(fits);
            fits.then_some(Validity::Valid)
        }
        _ => None,
    }
}

fn plan(code: u16) -> Option<(usize, usize)> {
    PLANS.iter().find(|row| row.2.contains(&code)).map(|row| (row.0, row.1))
}
