//! UK postcodes: an area that exists, a district of the right shape and the letters that an inward code may have.

use super::{Validator, Validity, compact};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "postcode_uk",
    title: "existing area, district shape, inward letters without C I K M O V; BFPO numbers",
    source: "BS 7666 letter rules; the areas in use are Royal Mail's; pseudo codes such as ZZ99 are not postcodes",
    valid: &["SW1A 1AA", "bt5 6eg", "M1 1AE", "EC1A1BB", "GIR 0AA", "BFPO 801", "CR2 6XH"],
    invalid: &["ZZ99 3AA", "SW1A 1AC", "A1 1AA", "SW111 1AA", "1AA", "BFPO", "SWA 1AA", "SW1AA 1AA"],
    check,
};

/// The 124 areas. Of one letter: B E G L M N S W.
const AREAS: &[u8] = b"ABALBABBBDBHBLBNBRBSBTBXCACBCFCHCMCOCRCTCVCWDADDDEDGDHDLDNDTDYECEHENEXFKFYGLGUGYHAHDHGHPHRHSHUHXIGIMIPIVJEKAKTKWKYLALDLELLLNLSLUMEMKMLNENGNNNPNRNWOLOXPAPEPHPLPOPRRGRHRMSASESGSKSLSMSNSOSPSRSSSTSWSYTATDTFTNTQTRTSTWUBWAWCWDWFWNWRWSWVYOZE";

fn check(candidate: &[u8]) -> Validity {
    if verdict(candidate).is_some() { Validity::Valid } else { Validity::Invalid }
}

fn verdict(candidate: &[u8]) -> Option<()> {
    let compact = compact(candidate)?;
    if let Some(number) = compact.strip_prefix(b"BFPO") {
        return ((1..=4).contains(&number.len()) && number.iter().all(u8::is_ascii_digit)).then_some(());
    }
    if &*compact == b"GIR0AA" {
        return Some(());
    }
    let (outward, inward) = compact.split_at_checked(compact.len().checked_sub(3)?)?;
    let [sector, unit @ ..] = inward else { return None };
    if !sector.is_ascii_digit() || !unit.iter().all(|byte| byte.is_ascii_uppercase() && !b"CIKMOV".contains(byte)) {
        return None;
    }
    let letters = outward.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (area, district) = outward.split_at_checked(letters)?;
    let known = match area {
        [one] => b"BEGLMNSW".contains(one),
        [first, second] => AREAS.as_chunks::<2>().0.contains(&[*first, *second]),
        _ => false,
    };
    let shape = match district {
        [digit] => digit.is_ascii_digit(),
        [digit, last] => digit.is_ascii_digit() && last.is_ascii_alphanumeric(),
        _ => false,
    };
    (known && shape).then_some(())
}
