//! A text that is nothing but one value: `AB123456C`, a field that came alone. No word beside it says what it is, so only forms count
//! that hardly anything else has. Not asked in audits, where a column or a line says more.

use super::engine::{Engine, Found, Why};
use super::validators::{self, Validity};

/// Classes whose cells say enough for themselves, and how sure they make.
const TOLD: [(&str, f32); 9] = [
    ("email_address", 0.9),
    ("iban", 0.9),
    ("driving_licence", 0.8),
    ("ni_number", 0.8),
    ("postcode", 0.75),
    ("payment_card", 0.7),
    ("ssn_us", 0.65),
    ("nhs_number", 0.65),
    ("ip_address", 0.65),
];
/// Numbers of states that are told by their own rules, of which so many have to hold (letters, dates, two check digits) that a value that
/// is something else hardly ever keeps them. Not those of which one in ten or twenty numbers is right.
const STRICT: [&str; 12] =
    ["ppsn_ie", "es_dni", "fi_hetu", "sg_nric", "it_cf", "mx_curp", "cn_ric", "fr_nir", "ro_cnp", "no_fnr", "be_nn", "ch_ahv"];
/// The same, if they are written with their hyphen.
const HYPHENED: [&str; 3] = ["br_cpf", "cl_rut", "kr_rrn"];
/// Characters of the longest value.
const LONGEST: usize = 48;

/// What a whole text is, if it is one value.
pub(super) fn find(engine: &Engine, text: &str) -> Option<Found> {
    let value = text.trim();
    if !(3..=LONGEST).contains(&value.len()) || value.contains(['\n', '\t']) {
        return None;
    }
    let start = text.find(value)?;
    if let Some(found) = number(engine, value, start) {
        return Some(found);
    }
    // bare digits may be anything, but for what has both an issuer's range and a check digit
    let bare = value.bytes().all(|byte| byte.is_ascii_digit());
    TOLD.iter().find_map(|(id, confidence)| {
        let bit = engine.bit(id).filter(|_| !bare || *id == "payment_card")?;
        let validity = engine.cell_fits(bit, value);
        let test = validity == Validity::TestData;
        let found = Found { bit, start, end: start + value.len(), confidence: *confidence, test, why: Why::Alone };
        (validity != Validity::Invalid).then_some(found)
    })
}

/// A patient's number, a mobile number or one of a state that comes without any sign.
fn number(engine: &Engine, value: &str, start: usize) -> Option<Found> {
    let found = |id: &str, confidence: f32, test: bool| {
        let bit = engine.bit(id)?;
        Some(Found { bit, start, end: start + value.len(), confidence, test, why: Why::Alone })
    };
    let check = |id: &str| validators::by_id(id).map_or(Validity::Invalid, |own| (own.check)(value.as_bytes()));
    let bare = value.bytes().all(|byte| byte.is_ascii_digit());
    // of the ranges that England and Wales issue; a book's number of ten digits, which has the same check digit, hardly begins so
    if bare && value.len() == 10 && value.starts_with(['4', '6', '7']) && check("nhs_number") == Validity::Valid {
        return found("nhs_number", 0.55, false);
    }
    // as programs keep mobile numbers: the country and no plus
    if bare && value.len() == 12 && value.starts_with("447") && check("phone_uk") != Validity::Invalid {
        return found("phone_number", 0.65, check("phone_uk") == Validity::TestData);
    }
    let hyphened = HYPHENED.iter().filter(|_| value.contains('-'));
    let known = STRICT.iter().chain(hyphened).map(|id| check(id)).find(|validity| *validity != Validity::Invalid)?;
    found("national_id", 0.65, known == Validity::TestData)
}
