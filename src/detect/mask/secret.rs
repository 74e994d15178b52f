//! Stretches of a name that nobody chose to be read: a password, or text in base64. It must not take words for either.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Letters of base64 that are looked at: eight characters at least.
const SHORTEST: usize = 11;
/// What announces a password.
pub(super) const LABELS: &[&str] = &["pw", "pwd", "pass", "password", "passwort", "passwd", "passphrase", "kennwort"];

/// Where they are, in bytes.
pub(super) fn find(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut announced = false;
    for (start, token) in
        pieces(text, |c| !c.is_whitespace() && !matches!(c, '(' | ')' | '[' | ']' | '/' | ',' | ';' | ':' | '='))
    {
        let word = token.to_lowercase();
        let digits = token.bytes().any(|byte| byte.is_ascii_digit());
        let letters = token.chars().any(char::is_alphabetic);
        let signs = token.chars().any(|c| matches!(c, '!' | '$' | '^' | '&' | '*' | '?' | '%' | '#' | '+'));
        let mixed = token.chars().any(char::is_uppercase) && token.chars().any(char::is_lowercase);
        if token.len() >= 8 && digits && letters && signs && mixed || announced && token.len() > 3 && (digits || signs) {
            out.push((start, start + token.len()));
        }
        // `password is x` and `password: x` say the same
        announced = LABELS.contains(&word.as_str()) || announced && matches!(word.as_str(), "is" | "ist" | "for" | "zu" | "-");
    }
    for (start, token) in pieces(text, |c| c.is_ascii_alphanumeric() || c == '+') {
        if token.len() >= SHORTEST && is_text(token) {
            out.push((start, start + token.len()));
        }
    }
    // `pw-` and the password, or one drawn by lot wherever it stands
    let mut label = false;
    for (start, token) in pieces(text, |c| c.is_ascii_alphanumeric()) {
        let has = |sort: fn(&u8) -> bool| token.as_bytes().iter().any(sort);
        let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
        if label && token.len() >= 8 && mixed || is_random(token) || is_irregular(token) {
            out.push((start, start + token.len()));
        }
        label = LABELS.contains(&token.to_ascii_lowercase().as_str());
    }
    out
}

/// Runs of characters, with where they begin.
fn pieces(text: &str, inside: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split_inclusive(move |c| !inside(c))
        .map(move |piece| {
            let start = next;
            next += piece.len();
            // what parts it from the next one
            (start, piece.trim_end_matches(|c| !inside(c)))
        })
        .filter(|piece| !piece.1.is_empty())
}

/// Whether base64 of printable characters. Words decode to bytes that are none.
fn is_text(token: &str) -> bool {
    // what is left over at the end of a cut word is no whole character
    let whole = if token.len() % 4 == 1 { token.len() - 1 } else { token.len() };
    let Some(Ok(bytes)) = token.get(..whole - whole % 4).map(|token| STANDARD_NO_PAD.decode(token)) else { return false };
    bytes.len() >= 8 && bytes.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
}

/// Digit, small letter or anything else, capital.
fn sort(byte: u8) -> u8 {
    if byte.is_ascii_digit() { 0 } else { 1 + u8::from(byte.is_ascii_uppercase()) }
}

/// Whether letters and digits look drawn by lot, as keys and tokens are: both cases and digits, often changing.
pub fn is_random(word: &str) -> bool {
    let bytes = word.as_bytes();
    let count = |wanted: u8| bytes.iter().filter(|byte| sort(**byte) == wanted).count();
    let changes = bytes.windows(2).filter(|pair| matches!(pair, [a, b] if sort(*a) != sort(*b))).count();
    bytes.len() >= 12 && count(0) >= 2 && count(1) >= 2 && count(2) >= 2 && changes >= 6
}

/// Whether the cases of letters change as they do in no word and no two words written in one.
fn is_irregular(word: &str) -> bool {
    let runs: Vec<&[u8]> = word.as_bytes().chunk_by(|a, b| sort(*a) == sort(*b)).collect();
    let odd = runs.iter().filter(|run| match run.first().copied().map_or(0, sort) {
        0 => false,
        1 => run.len() == 1,
        _ => run.len() > 1,
    });
    let digit = word.bytes().any(|byte| byte.is_ascii_digit());
    word.len() >= 12 && odd.count() >= if digit { 2 } else { 3 }
}

/// Pieces that look drawn by lot, as secrets in addresses are, as shapes.
pub fn drawn(text: &str) -> String {
    let lot = |word: &str| (is_random(word) || is_irregular(word)).then(|| super::shape(word));
    super::pieces(text, |c| !c.is_ascii_alphanumeric(), lot)
}

#[cfg(test)]
mod tests {
    use super::{drawn, find};

    #[test]
    fn words_in_one_are_not_drawn_by_lot() {
        for plain in ["DefaultSharingLinkType", "StrictHostKeyChecking", "SSLRequestsOnly", "x509/name", "CKV_AWS_21"] {
            assert_eq!(drawn(plain), plain);
        }
        for lot in ["vfgT7hBLNWYFba", "UEFMiVnDcskdaf", "n4fdCqU7sXEVDj"] {
            assert_eq!(drawn(&format!("/a/{lot}/b")), format!("/a/{}/b", super::super::shape(lot)));
        }
    }

    #[test]
    fn secrets_are_found_and_words_are_not() {
        for (text, secret) in [
            ("archive (pw sample2Madeup!)", "sample2Madeup!"),
            ("sample2Madeup!", "sample2Madeup!"),
            ("password is madeup77", "madeup77"),
            ("QUI5MTQyNzND", "QUI5MTQyNzND"),
            ("x.eyJuYW1lIjoiQWRhIEV4YW1wbGUifQ", "eyJuYW1lIjoiQWRhIEV4YW1wbGUifQ"),
            ("pw-madeUpword4A", "madeUpword4A"),
            ("mysqldump -pmADEuPwORdX x", "pmADEuPwORdX"),
            ("  =   mAdeUpw2rD4xWZ", "mAdeUpw2rD4xWZ"),
        ] {
            let found: Vec<&str> = find(text).into_iter().filter_map(|(start, end)| text.get(start..end)).collect();
            assert!(found.contains(&secret), "{text}: {found:?}");
        }
        for text in [
            "configuration-production.v2",
            "retention policy 2026",
            "CamelCaseIdentifier2",
            "password policy",
            "report_final_v12",
            "internationalisation",
            "uk-police-card-printing",
            "IMG20260101123456",
            "authenticationmethods",
            "Q3 figures (final)",
            "backup-2026-11-24.tar",
            "AuthorizedKeysCommandUser",
            "password-policy-2026",
            "CKV2_AWS_62",
            "GHSA-xvch-5gv4-984h",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "PermitRootLoginWithoutPassword",
            "aws_s3_bucket_public_access_block",
            "DynamoDBTableEncryptionKMS",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
