//! Tokens that look random: keys and secrets of no known shape.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "secret_entropy",
    title: "sixteen or more characters, letters and digits mixed, 3.5 bits a character; no digest, UUID, path or placeholder",
    source: "own rule, after the usual thresholds of secret scanners; the two keys of Amazon's documentation are test data",
    valid: &["q7Zp2LxV9sKd4RtW", "aB3dE5gH7jK9mN1pQ2rS4tU6", "\"x8Kq-Lm2_Zt7vW4yB1nP\""],
    invalid: &[
        "short1A",
        "aaaaaaaaaaaaaaaaaaaa1A",
        "thisisonlylowercaseletters",
        "d41d8cd98f00b204e9800998ecf8427e",
        "123e4567-e89b-12d3-a456-426614174000",
        "/usr/lib/x86_64-linux-gnu/libc",
        "${SOME_SECRET_VALUE_1}",
        "your_api_key_Goes_Here_12",
        "D3D10_SB_RESOURCE_RETURN_TYPE",
        "changeme-Q7zp2lxv9skd",
        "ami-0069c14d9334ba5a3",
        "Windows_Server-2016-English-Full-ECS-2018.07.11",
        "SensitiveString2048",
        "NonEmptySensitiveString1600",
        "al2022-ami-ecs-hvm-2022.0.20220411-x86_64-ebs",
        "service01.eu-west-1.example.com",
        "image-ami-2018.03.20210413-ecs-optimised",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    let token = candidate.trim_ascii();
    let token = token.strip_prefix(b"\"").or_else(|| token.strip_prefix(b"'")).unwrap_or(token);
    let token = token.strip_suffix(b"\"").or_else(|| token.strip_suffix(b"'")).unwrap_or(token);
    if matches!(token, b"AKIAIOSFODNN7EXAMPLE" | b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") {
        return Validity::TestData;
    }
    let right = (16..=4096).contains(&token.len())
        && is_mixed(token)
        && !is_digest(token)
        && !is_uuid(token)
        && !is_resource(token)
        && !is_long_name(token)
        && !is_path(token)
        && !is_host(token)
        && !is_type(token)
        && !is_placeholder(token)
        && !is_name(token)
        && entropy(token) >= 3.5;
    if right { Validity::Valid } else { Validity::Invalid }
}

fn is_mixed(token: &[u8]) -> bool {
    let plain = token.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-.~!@#%^&*:".contains(byte));
    let letter = token.iter().any(u8::is_ascii_alphabetic);
    let other = token.iter().any(u8::is_ascii_digit);
    plain && letter && other
}

fn is_digest(token: &[u8]) -> bool {
    matches!(token.len(), 32 | 40 | 56 | 64 | 96 | 128) && token.iter().all(u8::is_ascii_hexdigit)
}

fn is_uuid(token: &[u8]) -> bool {
    let mut lengths = token.split(|byte| *byte == b'-').map(<[u8]>::len);
    lengths.by_ref().eq([8, 4, 4, 4, 12]) && token.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}

/// A name of four or more parts, each a number, or a word without a capital inside; `al2022` is one, too.
fn is_long_name(token: &[u8]) -> bool {
    let plain = |part: &[u8]| {
        let tail = part.get(1..).unwrap_or(&[]);
        let word = part.iter().all(u8::is_ascii_alphabetic)
            && (tail.iter().all(u8::is_ascii_lowercase) || part.iter().all(u8::is_ascii_uppercase));
        let letters = part.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        let numbered =
            letters > 0 && part.get(letters..).is_some_and(|rest| rest.len() < 5 && rest.iter().all(u8::is_ascii_digit));
        word || numbered || part.iter().all(u8::is_ascii_digit)
    };
    let mut parts = token.split(|byte| b"-._/".contains(byte)).filter(|part| part.len() > 1);
    parts.clone().all(plain) && parts.nth(3).is_some()
}

/// The number that a cloud gives to a thing: a short word, a hyphen and a hexadecimal number.
fn is_resource(token: &[u8]) -> bool {
    let Some(at) = token.iter().rposition(|byte| *byte == b'-') else { return false };
    let (kind, number) = (token.get(..at).unwrap_or(&[]), token.get(at + 1..).unwrap_or(&[]));
    let word = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'-';
    let hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    (1..=16).contains(&kind.len()) && kind.iter().all(word) && matches!(number.len(), 8 | 17) && number.iter().all(hex)
}

fn is_path(token: &[u8]) -> bool {
    let starts = [b"/".as_slice(), b"./", b"../", b"~/"].iter().any(|start| token.starts_with(start));
    let lower = token.contains(&b'/') && !token.iter().any(u8::is_ascii_uppercase);
    let url = token.array_windows().any(|three| three == b"://");
    starts || lower || url || token.contains(&b'\\')
}

/// The name of a type: words with a capital each, and perhaps a number.
fn is_type(token: &[u8]) -> bool {
    let letters = token.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (words, number) = token.split_at_checked(letters).unwrap_or((token, &[]));
    let capitals = words.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let pairs = words.array_windows().any(|pair: &[u8; 2]| pair.iter().all(u8::is_ascii_uppercase));
    let plain = number.len() < 5 && number.iter().all(u8::is_ascii_digit) && words.first().is_some_and(u8::is_ascii_uppercase);
    plain && !pairs && capitals * 4 <= letters
}

/// The name of a host: labels in small letters, the last one without digits.
fn is_host(token: &[u8]) -> bool {
    let mut labels = token.rsplit(|byte| *byte == b'.');
    let top = labels.next().unwrap_or(&[]);
    let label = |label: &[u8]| {
        !label.is_empty() && label.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
    };
    top.len() >= 2 && top.iter().all(u8::is_ascii_lowercase) && labels.clone().count() >= 2 && labels.all(label)
}

/// A name in code: words of one case joined by underscores.
fn is_name(token: &[u8]) -> bool {
    let plain = token.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let upper = token.iter().any(u8::is_ascii_uppercase);
    let lower = token.iter().any(u8::is_ascii_lowercase);
    plain && token.contains(&b'_') && upper != lower
}

fn is_placeholder(token: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"changeme",
        b"change_me",
        b"change-me",
        b"example",
        b"your_",
        b"your-",
        b"placeholder",
        b"xxxx",
        b"dummy",
        b"sample",
        b"replace",
        b"insert",
        b"todo",
        b"123456789",
    ];
    WORDS.iter().any(|word| token.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

/// Shannon entropy in bits a character.
fn entropy(token: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for &byte in token {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = token.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|&count| {
            let share = f64::from(count) / length;
            -share * share.log2()
        })
        .sum()
}
