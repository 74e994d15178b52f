//! Telephone numbers of North America in three groups. Such groups need no word beside them, so the plan's own rules are kept, and a
//! number that may be a patient's is left to that.

use super::{Validator, Validity, compact, digits, nhs_number};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "phone_nanp",
    title: "ten digits in three groups, area and exchange from 2 and not ending in 11; no NHS number",
    source: "North American Numbering Plan; 555-0100 to 0199 is set aside for fiction",
    valid: &["212-200-0000", "212.200.0000", "212-555-0123", "1-212-200-0000"],
    invalid: &["112-200-0000", "212-100-0000", "211-200-0000", "212-911-0000", "800-200-0000", "943-476-5870", "212-200-000", ""],
    check,
};

/// Area codes that nobody has at home: calls that are free, and those that cost more.
const SERVICES: [u32; 9] = [800, 833, 844, 855, 866, 877, 888, 900, 710];

fn check(candidate: &[u8]) -> Validity {
    verdict(candidate).unwrap_or(Validity::Invalid)
}

fn verdict(candidate: &[u8]) -> Option<Validity> {
    let compact = compact(candidate)?;
    // the long-distance 1
    let compact = compact.strip_prefix(b"1").filter(|rest| rest.len() == 10).unwrap_or(&compact);
    if compact.len() != 10 || (nhs_number::VALIDATOR.check)(candidate) != Validity::Invalid {
        return None;
    }
    let number = digits(compact)?.fold(0_u64, |number, digit| number * 10 + u64::from(digit));
    let area = u32::try_from(number / 10_000_000).ok()?;
    let (exchange, line) = (number / 10_000 % 1000, number % 10_000);
    let plan = area >= 200 && exchange >= 200 && area % 100 != 11 && exchange % 100 != 11;
    let fiction = exchange == 555 && (100..200).contains(&line);
    (plan && !SERVICES.contains(&area)).then_some(if fiction { Validity::TestData } else { Validity::Valid })
}
