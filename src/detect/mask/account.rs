//! Accounts of persons in settings (`AllowUsers ada.example`), and words that a supplier made up (types and ids of a manifest).

use super::super::engine::{Engine, Found, Scratch};
use super::super::names;
use super::{DIGITS, KNOWN, Strictness, label, pieces, shape_of};

/// A setting's value with the words that are somebody's account as shapes. Words are parted by blanks and commas. What says
/// nothing of a person stays: `backup`, `www-data`, `10.0.0.0/8`.
pub fn accounts(engine: &Engine, scratch: &mut Scratch, text: &str) -> String {
    each_word(engine, scratch, text, false)
}

/// The same for names of hosts: what stands in front of the top-level domain is looked at, and an initial alone is no person's.
pub fn hosts(engine: &Engine, scratch: &mut Scratch, text: &str) -> String {
    each_word(engine, scratch, text, true)
}

/// Accounts within paths, addresses and lists: each piece between signs is looked at, and the folder below a folder of homes.
pub fn within(engine: &Engine, scratch: &mut Scratch, text: &str) -> String {
    const SIGNS: [char; 14] = [' ', ',', '/', '\\', ':', '=', '"', '\'', '(', ')', ';', '[', ']', '|'];
    let mut out = String::with_capacity(text.len());
    let (mut home, mut colon) = (false, false);
    // `name:tag@sha256:...` is an image
    let address = !text.contains("@sha256:");
    for piece in text.split_inclusive(SIGNS) {
        let word = piece.trim_end_matches(SIGNS);
        let lower = word.to_lowercase();
        let owner = home && is_owner(&lower);
        // `user:password@host`, `user.name@host`
        let (front, back) = word.split_once('@').map_or((word, None), |row| (row.0, Some(row.1)));
        // a port, the number of a system's own account, an algorithm
        let numbered = || front.len() > 5 && front.bytes().all(|byte| byte.is_ascii_digit());
        if owner
            || named(front)
            || (numbered() && is_account(engine, scratch, front, false))
            || (address && colon && back.is_some())
        {
            out.extend(front.chars().map(shape_of));
        } else {
            out.push_str(front);
        }
        if let Some(back) = back {
            out.push('@');
            out.push_str(back);
        }
        let sign = piece.get(word.len()..).unwrap_or("");
        out.push_str(sign);
        colon = sign == ":";
        // folders that have one for each account
        home = matches!(&*lower, "home" | "users" | "sftp" | "ftp" | "chroot" | "jail" | "jails") && sign.contains(['/', '\\']);
    }
    out
}

/// Whether a folder among those of accounts, in lower case, is somebody's: no word of a system.
fn is_owner(folder: &str) -> bool {
    folder.len() > 2 && !names::ordinary(folder) && !KNOWN.contains(&folder)
}

/// Where folders stand that have one for each account: what is no word of a system is somebody's, whatever follows it.
pub(super) fn owners(text: &str) -> Vec<(usize, usize)> {
    const HOMES: [&str; 4] = ["/home/", "/Users/", "\\Users\\", "/users/"];
    let mut out = Vec::new();
    for home in HOMES {
        for (at, _) in text.match_indices(home) {
            let start = at + home.len();
            let rest = text.get(start..).unwrap_or("");
            let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(rest.len());
            let lower = rest.get(..length).unwrap_or("").to_lowercase();
            if is_owner(&lower) {
                out.push((start, start + length));
            }
        }
    }
    out
}

/// Whether a word is an account, or, where it ends as names of hosts do, a host that is called after somebody.
fn named(word: &str) -> bool {
    const ENDS: [&str; 16] = [
        "com", "org", "net", "uk", "ie", "eu", "io", "gov", "police", "info", "example", "test", "local", "lan", "internal",
        "invalid",
    ];
    match word.rsplit_once('.') {
        Some((front, end)) if ENDS.contains(&&*end.to_ascii_lowercase()) => is_named(front, true),
        _ => is_named(word, false),
    }
}

fn each_word(engine: &Engine, scratch: &mut Scratch, text: &str, host: bool) -> String {
    let shown = |word: &str| is_account(engine, scratch, word, host).then(|| word.chars().map(shape_of).collect());
    pieces(text, |c| matches!(c, ' ' | ','), shown)
}

fn is_account(engine: &Engine, scratch: &mut Scratch, word: &str, host: bool) -> bool {
    if word.len() < 3 {
        return false;
    }
    let mut found: Vec<Found> = Vec::new();
    engine.scan(word, scratch, &mut found);
    if found.iter().any(|hit| !engine.is_business(hit.bit)) {
        return true;
    }
    // an account at a machine: the account is looked at
    let local = word.split('@').next().unwrap_or(word);
    let local = local.rsplit_once('.').filter(|_| host).map_or(local, |(front, _)| front);
    let parts = parts(local);
    let address = parts.iter().all(|part| part.len() <= 4 && part.chars().all(|c| c.is_ascii_hexdigit()));
    if !address && parts.iter().any(|part| part.len() > DIGITS && part.chars().filter(char::is_ascii_digit).count() >= DIGITS) {
        return true;
    }
    is_named(local, host)
}

/// The letters and digits of a word between its signs.
fn parts(word: &str) -> Vec<&str> {
    word.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’'))).filter(|part| !part.is_empty()).collect()
}

/// Whether a word is made of names: `ada.okonkwo`, `jsmith`, `rose.may`.
fn is_named(local: &str, host: bool) -> bool {
    let bare: Vec<&str> = parts(local).into_iter().map(|part| part.trim_matches(|c: char| c.is_ascii_digit())).collect();
    if bare.iter().any(|part| certain(part) || with_initial(part)) {
        return true;
    }
    // `rose.may`, `j.brown`: ordinary words that are names where two stand together
    let letters = bare.iter().all(|part| part.chars().all(char::is_alphabetic));
    let name = |part: &str| (names::surname(part) || names::given(part)) && part.len() > 2;
    letters
        && match bare.as_slice() {
            [one, two] => {
                (name(one) && name(two) && (names::given(one) || names::given(two)))
                    || (!host && one.len() == 1 && name(two))
                    || (!host && two.len() == 1 && name(one))
            }
            _ => false,
        }
}

/// A name and no ordinary word.
fn certain(part: &str) -> bool {
    let lower = part.to_lowercase();
    lower.chars().count() > 3
        && (names::surname(&lower) || names::given(&lower))
        && !KNOWN.contains(&lower.as_str())
        && !names::ordinary(&lower)
}

/// `jsmith`, `smithj`: a surname and an initial.
fn with_initial(part: &str) -> bool {
    let lower = part.to_lowercase();
    if lower.chars().count() < 6 || names::ordinary(&lower) || KNOWN.contains(&lower.as_str()) || !lower.is_ascii() {
        return false;
    }
    let surname = |word: Option<&str>| word.is_some_and(|word| names::surname(word) && certain(word));
    surname(lower.get(1..)) || surname(lower.get(..lower.len() - 1))
}

/// A word of a supplier's own (the type of a document, the id of a statement): lower case words without long numbers stay; in
/// anything else names and identifiers are shapes. Numbers of standards (`iso_27001`) stay.
pub fn word(engine: &Engine, scratch: &mut Scratch, text: &str) -> String {
    const BODIES: &[&str] = &["iso", "iec", "bs", "en", "din", "pas", "nist", "sp", "ts", "tr"];
    let text: String = text.chars().take(64).collect();
    let spaced: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let mut found: Vec<Found> = Vec::new();
    engine.scan(&text, scratch, &mut found);
    engine.scan(&spaced, scratch, &mut found);
    let name = text.chars().any(char::is_uppercase) && names::cell(&spaced) >= 0.45;
    let whole = name || found.iter().any(|hit| engine.identifies(hit.bit));
    let mut out = String::new();
    let mut before = "";
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let body = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let standard =
            (DIGITS..=6).contains(&body.len()) && body.bytes().all(|byte| byte.is_ascii_digit()) && BODIES.contains(&before);
        if whole {
            out.extend(body.chars().map(shape_of));
        } else if standard {
            out.push_str(body);
        } else {
            out.push_str(&label(engine, scratch, body, Strictness::Capitals));
        }
        out.extend(piece.chars().filter(|c| *c == '_'));
        before = body;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Key;

    #[test]
    fn types_and_ids_of_manifests() {
        let Ok(engine) = Engine::new(&[], Key::from_text("a key")) else { panic!("no detectors at all") };
        let mut scratch = engine.scratch();
        let mut shown = |text: &str| word(&engine, &mut scratch, text);
        for plain in ["dpia", "iso_27001", "cyber_essentials_plus", "mfa_remote_access", "soc_2", "penetration_test"] {
            assert_eq!(shown(plain), plain);
        }
        assert_eq!(shown("x_AB123456C"), "x_AA999999A");
        assert_eq!(shown("Ada_Okonkwo"), "Aaa_Aaaaaaa");
        assert_eq!(shown("ada-okonkwo"), "aaaaaaaaaa");
        assert_eq!(shown("case 48213377"), "case99999999");
    }

    #[test]
    fn accounts_of_persons_and_of_services() {
        let Ok(engine) = Engine::new(&[], Key::from_text("a key")) else { panic!("no detectors at all") };
        let mut scratch = engine.scratch();
        let mut shown = |text: &str| accounts(&engine, &mut scratch, text);
        for plain in [
            "backup",
            "root deploy www-data",
            "transfer,bureau",
            "*,!git",
            "postgres",
            "sftponly",
            "svc_print01",
            "10.20.0.0/16",
            "ansible",
        ] {
            assert_eq!(shown(plain), plain);
        }
        assert_eq!(shown("User ada.okonkwo,backup"), "User aaa.aaaaaaa,backup");
        assert_eq!(shown("aokonkwo okonkwo2 OkonkwoA 2okonkwo"), "aaaaaaaa aaaaaaa9 AaaaaaaA 9aaaaaaa");
        assert_eq!(
            hosts(&engine, &mut engine.scratch(), "x.example ada.okonkwo.example www.example.org"),
            "x.example aaa.aaaaaaa.aaaaaaa www.example.org"
        );
        assert_eq!(shown("rose.may j.brown AB123456C"), "aaaa.aaa a.aaaaa AA999999A");
        let inner = |text: &str| within(&engine, &mut engine.scratch(), text);
        for plain in [
            "chacha20-poly1305@openssh.com,umac-128@openssh.com",
            "/var/log/nginx/access.log combined",
            "/home/backup/data:ro",
            "arn:aws:iam::1:role/deploy",
            "server (h1.example)",
            "0.0.0.0:443",
        ] {
            assert_eq!(inner(plain), plain);
        }
        assert_eq!(inner("/srv/aokonkwo/x,C:\\Users\\qzx7\\y"), "/srv/aaaaaaaa/x,C:\\Users\\aaa9\\y");
        assert_eq!(inner("/srv/sftp/qzxwbrick /var/jails/qzxw/in"), "/srv/sftp/aaaaaaaaa /var/jails/aaaa/in");
        assert_eq!(inner("/srv/sftp/upload /usr/lib/sftp/server"), "/srv/sftp/upload /usr/lib/sftp/server");
        assert_eq!(inner("sftp://print:thing@host/home/qzxw"), "sftp://print:aaaaa@host/home/aaaa");
    }
}
