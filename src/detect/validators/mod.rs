//! Validators: what a pattern cannot say (checksums, issuer ranges, structure). One file each, named by its id.
//! A validator sees one candidate's bytes and answers; it must not print, store or allocate what it saw.

/// What a validator says of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Not what the pattern took it for.
    Invalid,
    /// As good as the format can tell.
    Valid,
    /// A value that its issuer documents as test data, an example or fiction: reported as such, never as a person.
    TestData,
}

/// A named check that class files refer to.
pub struct Validator {
    /// The name used in class files: lower snake case, the file's name.
    pub id: &'static str,
    /// One line: what is checked.
    pub title: &'static str,
    /// Where the algorithm and its vectors come from, in own words.
    pub source: &'static str,
    /// Candidates that are valid; the test suite runs them.
    pub valid: &'static [&'static str],
    /// Candidates that are not.
    pub invalid: &'static [&'static str],
    /// The check. Separators (spaces, hyphens, dots, slashes) may be present; case may be any.
    pub check: fn(&[u8]) -> Validity,
}

/// The ASCII letters and digits of a candidate, upper-cased, without separators, in a fixed buffer.
/// `None` when there are more than fit: no identifier is that long.
pub fn compact(candidate: &[u8]) -> Option<Compact> {
    let mut out = Compact { bytes: [0; 48], len: 0 };
    for &byte in candidate {
        if byte.is_ascii_alphanumeric() || byte == b'<' {
            *out.bytes.get_mut(out.len)? = byte.to_ascii_uppercase();
            out.len += 1;
        }
    }
    Some(out)
}

/// See [`compact`].
pub struct Compact {
    bytes: [u8; 48],
    len: usize,
}

impl std::ops::Deref for Compact {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

/// The values of the digits of a candidate; `None` if any byte is not a digit.
pub fn digits(bytes: &[u8]) -> Option<impl Iterator<Item = u32> + '_> {
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.iter().map(|b| u32::from(b - b'0')))
}

/// Dates as they are written: their parts, a day without its ending, the number of a month by its name or the start of it.
pub(crate) use date_of_birth::{bare as bare_day, named as month, parts as date_parts};
/// Driver numbers against the names and dates beside them.
pub(crate) use driving_licence_gb::agrees as licence_agrees;

crate::registry::registry! {
    /// Every validator, by file.
    pub VALIDATORS: Validator = VALIDATOR;
    at_vsnr,
    au_tfn,
    be_nn,
    bg_egn,
    br_cpf,
    ca_sin,
    ch_ahv,
    chi_number,
    cl_rut,
    cn_ric,
    cro,
    cz_rc,
    date_of_birth,
    de_idnr,
    device_serial,
    dk_cpr,
    driving_licence_gb,
    ee_ik,
    email,
    es_dni,
    fi_hetu,
    fr_nir,
    gr_amka,
    health_and_care_number,
    hr_oib,
    iban,
    imei,
    in_aadhaar,
    in_pan,
    ip_address,
    is_kt,
    it_cf,
    kr_rrn,
    luhn_card,
    mrz_td1,
    mrz_td2,
    mrz_td3,
    mx_curp,
    nhs_number,
    ni_number,
    nl_bsn,
    no_fnr,
    passport_form,
    passport_uk,
    password_said,
    password_value,
    phone_international,
    phone_nanp,
    phone_national,
    phone_uk,
    pl_pesel,
    pnc_id,
    postcode_uk,
    ppsn_ie,
    prison_number,
    pt_nif,
    ro_cnp,
    se_pnr,
    secret_entropy,
    sg_nric,
    si_emso,
    sort_code,
    ssn_us,
    th_pin,
    tr_tckn,
    username,
    utr,
    vrm_gb,
    za_id,
}

/// The validator of a name.
pub fn by_id(id: &str) -> Option<&'static Validator> {
    VALIDATORS.iter().copied().find(|validator| validator.id == id)
}
