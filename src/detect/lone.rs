//! A text that is nothing but one value: `AB123456C`, a field that came alone. No word beside it says what it is, so only forms count
//! that hardly anything else has. Not asked in audits, where a column or a line says more.

use super::engine::{Engine, Found, Why};
use super::validators::Validity;

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
/// Characters of the longest value.
const LONGEST: usize = 48;

/// What a whole text is, if it is one value.
pub(super) fn find(engine: &Engine, text: &str) -> Option<Found> {
    let value = text.trim();
    if !(3..=LONGEST).contains(&value.len()) || value.contains(['\n', '\t']) {
        return None;
    }
    let start = text.find(value)?;
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
