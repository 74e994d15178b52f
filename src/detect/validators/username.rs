//! Names of accounts of the form `ada.example`: two words, neither of which is the name of a variable or of a role.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "username",
    title: "two words joined by a full stop or an underscore; not a variable, a member of an object or a role",
    source: "own rule, from what stands behind `username =` in source code",
    valid: &["ada.example", "a.sample", "ben_specimen7", "Ada.Example", "ada.öxample"],
    invalid: &[
        "user_name",
        "self.username",
        "proxy.username",
        "test_user",
        "user.name",
        "good_username",
        "ada",
        "ada.",
        "ada.ex÷mple",
        "",
    ],
    check,
};

/// Words of code, of roles and of tests.
const WORDS: &[&[u8]] = &[
    b"user",
    b"users",
    b"username",
    b"usernames",
    b"uname",
    b"name",
    b"names",
    b"login",
    b"logon",
    b"account",
    b"accounts",
    b"self",
    b"this",
    b"cls",
    b"proxy",
    b"args",
    b"arg",
    b"opts",
    b"options",
    b"option",
    b"config",
    b"conf",
    b"cfg",
    b"settings",
    b"setting",
    b"request",
    b"req",
    b"response",
    b"data",
    b"params",
    b"param",
    b"event",
    b"ctx",
    b"context",
    b"obj",
    b"object",
    b"row",
    b"item",
    b"entry",
    b"node",
    b"auth",
    b"credentials",
    b"creds",
    b"url",
    b"uri",
    b"env",
    b"environ",
    b"os",
    b"github",
    b"secrets",
    b"vars",
    b"inputs",
    b"form",
    b"body",
    b"session",
    b"client",
    b"server",
    b"admin",
    b"root",
    b"test",
    b"dummy",
    b"fake",
    b"default",
    b"db",
    b"database",
    b"id",
    b"value",
    b"string",
    b"str",
    b"text",
    b"null",
    b"none",
];

fn check(candidate: &[u8]) -> Validity {
    // letters and their marks; a byte of another script may be part of any sign
    let letter = |c: char| c.is_ascii() || c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}');
    if !std::str::from_utf8(candidate).is_ok_and(|text| text.chars().all(letter)) {
        return Validity::Invalid;
    }
    let mut parts = candidate.trim_ascii().splitn(2, |byte| matches!(byte, b'.' | b'_'));
    let (Some(first), Some(second)) = (parts.next(), parts.next()) else { return Validity::Invalid };
    let second = second.trim_ascii_end();
    let letters = second.iter().take_while(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).count();
    let stem = second.get(..letters).unwrap_or(&[]);
    let code = |word: &[u8]| WORDS.iter().any(|known| known.eq_ignore_ascii_case(word));
    if first.is_empty() || stem.is_empty() || code(first) || code(stem) { Validity::Invalid } else { Validity::Valid }
}
