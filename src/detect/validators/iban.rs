//! International bank account numbers: country, the form of its accounts, modulus 97.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "iban",
    title: "country, the form and length of its accounts, modulus 97",
    source: "ISO 13616 and the account forms of the SWIFT registry (release 101; some African countries and Iran are not in it); the examples are those that banks and the registry print",
    valid: &["GB85 EXMP 0000 0012 3456 78", "de73999999990000001234", "IE38EXMP99999912345678"],
    invalid: &[
        "GB84EXMP00000012345678",
        "IE95TE8270900834048660",
        "EE012200221111099080",
        "GB85EXMP0000001234567",
        "ZZ39EXMP00000012345678",
        "GB",
        "",
    ],
    check,
};

/// What stands behind the check digits, by country: so many digits (n), letters (a), or either (c).
const ACCOUNTS: &[(&[u8; 2], &str)] = &[
    (b"AD", "8n12c"),
    (b"AE", "19n"),
    (b"AL", "8n16c"),
    (b"AT", "16n"),
    (b"AZ", "4a20c"),
    (b"BA", "16n"),
    (b"BE", "12n"),
    (b"BG", "4a6n8c"),
    (b"BH", "4a14c"),
    (b"BI", "23n"),
    (b"BR", "23n1a1c"),
    (b"BY", "4c4n16c"),
    (b"CH", "5n12c"),
    (b"CR", "18n"),
    (b"CY", "8n16c"),
    (b"CZ", "20n"),
    (b"DE", "18n"),
    (b"DJ", "23n"),
    (b"DK", "14n"),
    (b"DO", "4c20n"),
    (b"EE", "16n"),
    (b"EG", "25n"),
    (b"ES", "20n"),
    (b"FI", "14n"),
    (b"FK", "2a12n"),
    (b"FO", "14n"),
    (b"FR", "10n11c2n"),
    (b"GB", "4a14n"),
    (b"GE", "2a16n"),
    (b"GI", "4a15c"),
    (b"GL", "14n"),
    (b"GR", "7n16c"),
    (b"GT", "4c20c"),
    (b"HN", "4a20n"),
    (b"HR", "17n"),
    (b"HU", "24n"),
    (b"IE", "4a14n"),
    (b"IL", "19n"),
    (b"IQ", "4a15n"),
    (b"IS", "22n"),
    (b"IT", "1a10n12c"),
    (b"JO", "4a4n18c"),
    (b"KW", "4a22c"),
    (b"KZ", "3n13c"),
    (b"LB", "4n20c"),
    (b"LC", "4a24c"),
    (b"LI", "5n12c"),
    (b"LT", "16n"),
    (b"LU", "3n13c"),
    (b"LV", "4a13c"),
    (b"LY", "21n"),
    (b"MC", "10n11c2n"),
    (b"MD", "2c18c"),
    (b"ME", "18n"),
    (b"MK", "3n10c2n"),
    (b"MN", "16n"),
    (b"MR", "23n"),
    (b"MT", "4a5n18c"),
    (b"MU", "4a19n3a"),
    (b"NI", "4a20n"),
    (b"NL", "4a10n"),
    (b"NO", "11n"),
    (b"OM", "3n16c"),
    (b"PK", "4a16c"),
    (b"PL", "24n"),
    (b"PS", "4a21c"),
    (b"PT", "21n"),
    (b"QA", "4a21c"),
    (b"RO", "4a16c"),
    (b"RS", "18n"),
    (b"RU", "14n15c"),
    (b"SA", "2n18c"),
    (b"SC", "4a20n3a"),
    (b"SD", "14n"),
    (b"SE", "20n"),
    (b"SI", "15n"),
    (b"SK", "20n"),
    (b"SM", "1a10n12c"),
    (b"SO", "19n"),
    (b"ST", "21n"),
    (b"SV", "4a20n"),
    (b"TL", "19n"),
    (b"TN", "20n"),
    (b"TR", "6n16c"),
    (b"UA", "6n19c"),
    (b"VA", "18n"),
    (b"VG", "4a16n"),
    (b"XK", "16n"),
    (b"YE", "4a4n18c"),
];

/// Countries that are not in the registry and whose banks print such numbers all the same.
const BEYOND: &[(&[u8; 2], &str)] = &[
    (b"AO", "21n"),
    (b"BF", "2c22n"),
    (b"BJ", "2c22n"),
    (b"CF", "23n"),
    (b"CG", "23n"),
    (b"CI", "2c22n"),
    (b"CM", "23n"),
    (b"CV", "21n"),
    (b"DZ", "22n"),
    (b"GA", "23n"),
    (b"GQ", "23n"),
    (b"GW", "2c19n"),
    (b"IR", "22n"),
    (b"KM", "23n"),
    (b"MA", "24n"),
    (b"MG", "23n"),
    (b"ML", "2c22n"),
    (b"MZ", "21n"),
    (b"NE", "2c22n"),
    (b"SN", "2c22n"),
    (b"TD", "23n"),
    (b"TG", "2c22n"),
];

const EXAMPLES: &[&[u8]] = &[
    b"AT611904300234573201",
    b"BE68539007547034",
    b"CH9300762011623852957",
    b"DE89370400440532013000",
    b"DK5000400440116243",
    b"ES9121000418450200051332",
    b"FI2112345600000785",
    b"FR1420041010050500013M02606",
    b"GB29NWBK60161331926819",
    b"GB33BUKB20201555555555",
    b"GB82WEST12345698765432",
    b"GB94BARC10201530093459",
    b"IE12BOFI90000112345678",
    b"IE29AIBK93115212345678",
    b"IT60X0542811101000000123456",
    b"LU280019400644750000",
    b"NL91ABNA0417164300",
    b"NO9386011117947",
    b"PL61109010140000071219812874",
    b"PT50000201231234567890154",
    b"SE4550000000058398257466",
];

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

/// Whether an account has the form of its country.
fn fits(account: &[u8], form: &str) -> bool {
    let (mut rest, mut many) = (account, 0);
    for sign in form.bytes() {
        if sign.is_ascii_digit() {
            many = many * 10 + usize::from(sign - b'0');
            continue;
        }
        let Some((own, behind)) = rest.split_at_checked(many) else { return false };
        let right = own.iter().all(|byte| match sign {
            b'n' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_alphanumeric(),
        });
        if !right {
            return false;
        }
        (rest, many) = (behind, 0);
    }
    rest.is_empty()
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    let (head, account) = compact.split_at_checked(4)?;
    let [first, second, tens, ones] = head else { return None };
    let country = [*first, *second];
    let form = ACCOUNTS.iter().chain(BEYOND).find(|(code, _)| **code == country)?.1;
    // the rule that makes check digits gives 02 to 98
    let made = tens.is_ascii_digit() && ones.is_ascii_digit() && !matches!(&[*tens, *ones], b"00" | b"01" | b"99");
    if !made || !fits(account, form) {
        return None;
    }
    let remainder = account.iter().chain(head).try_fold(0, |remainder, &byte| match byte {
        b'0'..=b'9' => Some((remainder * 10 + u32::from(byte - b'0')) % 97),
        b'A'..=b'Z' => Some((remainder * 100 + u32::from(byte - b'A') + 10) % 97),
        _ => None,
    })?;
    if remainder != 1 {
        return None;
    }
    Some(if EXAMPLES.contains(&&*compact) { Validity::TestData } else { Validity::Valid })
}
