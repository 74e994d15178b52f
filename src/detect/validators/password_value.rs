//! What stands behind `password=`: a value, a placeholder, a reference to somewhere else, or nothing of the kind.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "password_value",
    title: "a value that is set; placeholders are test data; null, booleans, code and references to a store are none",
    source: "own rule, from the forms that configuration files and code use",
    valid: &["Winter2031!", "\"s3cret-Value\"", "hunter22", "$2b$12$abcdefghijklmnopqrstuv", "q7Zp2LxV9sKd4RtW"],
    invalid: &[
        "",
        "\"\"",
        "null",
        "None",
        "true",
        "FALSE",
        "getpass()",
        "os.environ[PW]",
        "process.env.PW",
        "/run/secrets/pw",
        "vault:secret/pw",
        "required",
        "ENC(abc)",
        "__u32",
    ],
    check,
};

/// Words that say there is no value, or that a sentence goes on.
const NOTHING: &[&[u8]] = &[
    b"null",
    b"none",
    b"nil",
    b"undefined",
    b"true",
    b"false",
    b"yes",
    b"no",
    b"on",
    b"off",
    b"string",
    b"str",
    b"text",
    b"bytes",
    b"int",
    b"bool",
    b"boolean",
    b"number",
    b"any",
    b"object",
    b"option",
    b"optional",
    b"required",
    b"must",
    b"should",
    b"shall",
    b"cannot",
    b"policy",
    b"never",
    b"minimum",
    b"maximum",
    b"length",
    b"expired",
    b"expires",
    b"enabled",
    b"disabled",
    b"hidden",
    b"empty",
    b"unset",
    b"self",
    b"this",
    b"that",
    b"with",
    b"from",
    b"have",
    b"when",
    b"will",
    b"your",
    b"each",
    b"password",
    b"passwd",
    b"secret",
    b"token",
    b"prompt",
    b"varchar",
    b"input",
    b"*mut",
    b"*const",
    b"&str",
    b"&mut",
    b"char*",
];
const SAMPLES: &[&[u8]] = &[
    b"changeme",
    b"change_me",
    b"change-me",
    b"example",
    b"placeholder",
    b"your_",
    b"your-",
    b"yourpassword",
    b"redacted",
    b"xxxx",
    b"****",
    b"....",
];
const STORES: &[&[u8]] = &[
    b"/run/secrets/",
    b"vault:",
    b"ssm:",
    b"arn:",
    b"op://",
    b"keyring:",
    b"file:",
    b"!vault",
    b"!secret",
    b"enc(",
    b"os.",
    b"process.env",
    b"env.",
    b"environ",
    b"config.",
    b"settings.",
    b"self.",
    b"this.",
    b"getenv",
    b"secrets.",
    b"options.",
    b"args.",
    b"__",
];

fn check(candidate: &[u8]) -> Validity {
    let value = candidate.trim_ascii();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let value = value.strip_suffix(b"\"").or_else(|| value.strip_suffix(b"'")).unwrap_or(value);
    let starts = |word: &&[u8]| value.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let bare = value.strip_suffix(b",").or_else(|| value.strip_suffix(b";")).unwrap_or(value);
    if value.is_empty() || NOTHING.iter().any(|word| word.eq_ignore_ascii_case(bare)) || STORES.iter().any(starts) {
        return Validity::Invalid;
    }
    if is_placeholder(value) {
        return Validity::TestData;
    }
    if is_call(value) { Validity::Invalid } else { Validity::Valid }
}

fn is_placeholder(value: &[u8]) -> bool {
    let wrapped = match value {
        [b'$', b'{' | b'(', ..] | [b'{', b'{', ..] | [b'<', .., b'>'] | [b'[', .., b']'] | [b'%', .., b'%'] => true,
        [b'$', first, rest @ ..] => {
            (first.is_ascii_alphabetic() || *first == b'_')
                && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        }
        _ => false,
    };
    let (first, rest) = value.split_first().unwrap_or((&0, &[]));
    let one = rest.iter().all(|byte| byte == first) && !first.is_ascii_digit();
    wrapped || one || SAMPLES.iter().any(|word| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

/// `name(...)`: code that fetches the value.
fn is_call(value: &[u8]) -> bool {
    let name = value.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.:".contains(byte)).count();
    name > 1 && value.get(name) == Some(&b'(') && value.trim_ascii_end().ends_with(b")")
}
