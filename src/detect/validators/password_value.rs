//! What stands behind `password=`: a value, a placeholder, a reference to somewhere else, or nothing of the kind.

use super::{Validator, Validity};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "password_value",
    title: "a value that is set; stock passwords of examples are test data; placeholders, null, booleans, code and references to a store are none",
    source: "own rule, from the forms that configuration files and code use",
    valid: &[
        "Winter2031!",
        "\"s3cret-Value\"",
        "hunter22",
        "$2b$12$abcdefghijklmnopqrstuv",
        "q7Zp2LxV9sKd4RtW",
        "some_key",
        "letmein_secret",
        "Rosebud_Key",
        "my_secret",
        "%d&x9Kp2",
        "%(a9XkQ!",
        "&[Zx81ke!",
        "basic",
        "login",
        "Hunter2\\secretXyz9",
    ],
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
        "user_password",
        "AccountPassword",
        "Buffer.from(password",
        "auth[1])",
        "password)",
        "`pwd`",
        "SensitiveString2048;",
        "XmlStringMaxLen256",
        "AuthHeaderParametersSensitive",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "Buffer|Uint8Array|string",
        "toBuffer(password",
        "record[",
        "rc4_decrypt(key",
        "password).pages",
        "/home/sample/project",
        "Alias(",
        "[secret",
        "{type:",
        "{input:{type:",
        "0x0000",
        "waitForTaskToken",
        "buffer.passphrase\\n",
        "${DB_PASSWORD}",
        "None):",
        "&[u8])",
        "&[T]",
        "%(password)s",
        "%s&next=1",
        "api_key",
        "Submit",
        "next",
        "&'static",
        "&str)",
        "%s\\n",
        "%s",
        "Bearer",
        "Some(u.arbitrary::",
        "aws_secret_access_key",
        "{{ vault_pw }}",
        "<password>",
        "$(cat",
        "********",
        "your_api_key",
        "data.vault.pw",
        "[redacted]",
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
    b"passphrase",
    b"secret",
    b"token",
    b"prompt",
    b"varchar",
    b"input",
    b"bearer",
    b"*mut",
    b"*const",
    b"&str",
    b"&mut",
    b"char*",
    b"enter",
    b"added",
    b"permission",
    b"setting",
    b"settings",
    b"compat",
    b"incorrect",
    b"invalid",
    b"unknown",
    b"mismatch",
    b"protected",
    b"value",
];
/// What stands on buttons, as it stands there: whoever chooses a bad password writes it small.
const BUTTONS: &[&[u8]] = &[b"Submit", b"submit", b"Login", b"Reset", b"Next", b"next"];
/// Words of which names of settings are made that hold a secret: `aws_secret_access_key`.
const OF_SECRETS: &[&[u8]] = &[
    b"secret",
    b"key",
    b"api",
    b"access",
    b"aws",
    b"azure",
    b"gcp",
    b"auth",
    b"client",
    b"private",
    b"account",
    b"session",
    b"encryption",
    b"signing",
    b"master",
    b"shared",
    b"ssh",
    b"app",
    b"service",
    b"id",
];
const SAMPLES: &[&[u8]] = &[b"changeme", b"change_me", b"change-me", b"example"];
const BLANKS: &[&[u8]] = &[
    b"placeholder",
    b"your_",
    b"your-",
    b"yourpassword",
    b"redacted",
    b"removed",
    b"xxxxxx",
    b"****",
    b"....",
    b"_here",
    b"-here",
    b"insert_",
    b"insert-",
    b"\xe2\x80\xa2\xe2\x80\xa2",
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
    // what closes a call or a line of code behind it: `None):`
    let end = value.iter().rposition(|byte| !b"),:;]".contains(byte)).map_or(0, |last| last + 1);
    let bare = value.get(..end).unwrap_or(value);
    if value.is_empty() || NOTHING.iter().any(|word| word.eq_ignore_ascii_case(bare)) || STORES.iter().any(starts) {
        return Validity::Invalid;
    }
    if is_literal(value) || BUTTONS.contains(&bare) {
        return Validity::Invalid;
    }
    if is_placeholder(value) || is_blank(value) {
        return Validity::Invalid;
    }
    if is_sample(value) {
        return Validity::TestData;
    }
    if is_call(value) || is_member(value) || is_code(value) || is_path(value) { Validity::Invalid } else { Validity::Valid }
}

/// Code that carries a value without being one: `user_password`, `AccountPassword`, `Buffer.from(x`, `auth[1])`, `name)`.
fn is_code(value: &[u8]) -> bool {
    // and what is borrowed: `&[u8]`, `&str)`, `&'static`
    let borrowed = match value {
        [b'&', b'\'', ..] => true,
        [b'&', b'[', inner @ ..] => {
            let end = inner.iter().rposition(|byte| !b"),:;".contains(byte)).map_or(0, |last| last + 1);
            [&b"u8"[..], b"u16", b"str", b"&", b"]"].iter().any(|of| inner.starts_with(of))
                || inner.get(..end).is_some_and(|inner| inner.ends_with(b"]"))
        }
        _ => false,
    };
    if value.first() == Some(&b'`') || borrowed {
        return true;
    }
    // a line's end as a string of code writes it
    let value = match value.windows(2).position(|two| two == b"\\n") {
        Some(end) => value.get(..end).unwrap_or(value),
        None => value,
    };
    let word = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'$');
    let length = value.iter().take_while(|byte| word(byte) || byte.is_ascii_digit()).count();
    let (name, rest) = value.split_at(length);
    if name.len() < 2 {
        return false;
    }
    match rest {
        [] | [b')' | b';' | b','] => {
            let lower = name.to_ascii_lowercase();
            let about = [&b"password"[..], b"passphrase", b"passwd", b"pwd", b"token"]
                .iter()
                .any(|w| lower.windows(w.len()).any(|p| p == *w))
                || lower.split(|byte| matches!(byte, b'_' | b'.' | b'$')).all(|word| OF_SECRETS.contains(&word));
            let hump = name.iter().any(u8::is_ascii_uppercase) && name.iter().any(u8::is_ascii_lowercase);
            let stem = lower.iter().rposition(u8::is_ascii_alphabetic).and_then(|end| lower.get(..=end)).unwrap_or(&[]);
            let inner = name.windows(2).any(|two| matches!(two, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
            // a type's name: `SensitiveString2048`
            if inner
                && name.first().is_some_and(u8::is_ascii_uppercase)
                && (stem.windows(6).any(|part| part == b"string") || stem.ends_with(b"sensitive"))
            {
                return true;
            }
            name.iter().all(word)
                && (rest == b")" || about && (hump || name.iter().any(|byte| matches!(byte, b'_' | b'.' | b'$'))))
        }
        // a method's call that a quote or a blank cut off
        [b'(', inside @ ..] => {
            let hump = name.windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
            let path = inside.windows(2).any(|two| two == b"::");
            let dotted = name.iter().any(|byte| matches!(byte, b'.' | b'_'));
            hump || dotted
                || path
                || name.iter().all(word) && inside.is_empty()
                || name.iter().all(word) && inside.windows(2).any(|pair| matches!(pair, b"()" | b")."))
        }
        [b')', b'.', ..] => name.iter().all(word),
        [b'[', index @ ..] => index.is_empty() || index.contains(&b']'),
        // a union of types
        [b'|', types @ ..] => types.rsplit(|byte| matches!(byte, b'|' | b';')).any(|part| part == b"string" || part == b"null"),
        _ => false,
    }
}

/// A number of code, or a bracket with a word in it that a blank or a colon cut off: `0x0000`, `[empty`, `{type:`.
fn is_literal(value: &[u8]) -> bool {
    let hex = value.strip_prefix(b"0x").is_some_and(|digits| digits.len() <= 8 && digits.iter().all(u8::is_ascii_hexdigit));
    let bracket = match value {
        [b'[' | b'{', word @ ..] => word.iter().all(|byte| byte.is_ascii_lowercase() || b":{[".contains(byte)) && word.len() > 2,
        _ => false,
    };
    hex || bracket
}

/// A place in a file system: what shells keep in `PWD`.
fn is_path(value: &[u8]) -> bool {
    const ROOTS: &[&[u8]] = &[
        b"/home/", b"/users/", b"/usr/", b"/var/", b"/etc/", b"/opt/", b"/run/", b"/tmp/", b"/mnt/", b"/srv/", b"/root/",
        b"/path/",
    ];
    let starts = |root: &&[u8]| value.get(..root.len()).is_some_and(|head| head.eq_ignore_ascii_case(root));
    ROOTS.iter().any(starts)
}

fn is_placeholder(value: &[u8]) -> bool {
    match value {
        [b'$', b'{' | b'(', ..]
        | [b'{', b'{', ..]
        | [b'<', .., b'>']
        | [b'[', .., b']']
        | [b'%', .., b'%']
        | [b'{', .., b'}']
        | [b'%', b's' | b'd' | b'v' | b'q' | b'r' | b'@']
        | [b'%', b's' | b'd' | b'v' | b'q' | b'r' | b'@', b'\\' | b';' | b',', ..] => true,
        // the next field of an address of the web; a name in a text of Python
        [b'%', b's' | b'd' | b'v' | b'q' | b'r' | b'@', b'&', rest @ ..] => {
            rest.iter().find(|byte| !byte.is_ascii_alphanumeric() && **byte != b'_') == Some(&b'=')
        }
        [b'%', b'(', rest @ ..] => rest.windows(2).any(|two| matches!(two, b")s" | b")d")),
        [b'$', first, rest @ ..] => {
            (first.is_ascii_alphabetic() || *first == b'_')
                && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        }
        _ => false,
    }
}

/// What stands where a secret is to be filled in or was taken out, and the stock words of examples. `changeme` and its like are what
/// systems are delivered with, so they do let somebody in.
fn is_sample(value: &[u8]) -> bool {
    let stock = [&b"pass"[..], b"passw0rd", b"pw", b"pwd"].iter().any(|word| word.eq_ignore_ascii_case(value));
    stock || holds(value, SAMPLES)
}

/// Signs that hide a value, or words that stand for one.
fn is_blank(value: &[u8]) -> bool {
    let (first, rest) = value.split_first().unwrap_or((&0, &[]));
    let one = rest.iter().all(|byte| byte == first) && !first.is_ascii_digit();
    one || holds(value, BLANKS)
}

fn holds(value: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)))
}

/// What the last name of such a place says, or the first.
const MEMBERS: &[&[u8]] = &[
    b"pass", b"pwd", b"secret", b"token", b"key", b"cred", b"value", b"get", b"env", b"conf", b"setting", b"option", b"param",
    b"arg", b"request", b"req", b"user", b"input", b"data", b"body", b"form", b"text", b"auth", b"login", b"account", b"client",
    b"props",
];

/// Names joined by dots, of letters alone, one of which is of code: where the value is kept in an object or a file of settings.
fn is_member(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'.');
    let name = |part: &[u8]| part.len() > 1 && part.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    parts.clone().count() > 1 && parts.all(name) && holds(value, MEMBERS)
}

/// `name(...)`: code that fetches the value.
fn is_call(value: &[u8]) -> bool {
    let name = value.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.:".contains(byte)).count();
    name > 1 && value.get(name) == Some(&b'(') && value.trim_ascii_end().ends_with(b")")
}
