//! Planted values in configurations and exports: the places of tests/cases/leak.txt with values of this test, keys that are values, and the
//! delivery's own manifest.

use super::delivery::Delivery;
use super::values::{Pool, capital};
use base64::Engine as _;

const SECRET: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const WORDS: &[&str] =
    &["sunflower", "bramble", "kestrel", "thimble", "marzipan", "walnut", "pebble", "lantern", "cobble", "velvet", "juniper"];

/// A value of one of the kinds of leak.txt, and how it is written there.
fn of(pool: &mut Pool, kind: char) -> (String, String, Vec<String>) {
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let hex = |pool: &mut Pool, length: usize| pool.letters(length, b"0123456789abcdef");
    let plain = |text: String| (text.clone(), text, Vec::new());
    match kind {
        'S' => plain(pool.letters(14, SECRET)),
        'b' => {
            let value = pool.letters(14, SECRET);
            let written = encode(&value);
            (value, written, Vec::new())
        }
        'W' => {
            plain(format!("{}{}{}!", capital(pool.random.pick(WORDS)), pool.random.pick(WORDS), 100 + pool.random.below(9000)))
        }
        'D' => plain([0, 1, 2].map(|_| pool.random.pick(WORDS)).join("-")),
        'H' => plain(hex(pool, 32)),
        'B' => plain(encode(&pool.letters(24, SECRET))),
        'U' => plain([8, 4, 4, 4, 12].map(|length| hex(pool, length)).join("-")),
        'X' => plain(format!("$apr1${}${}", pool.letters(8, SECRET), pool.letters(22, SECRET))),
        'P' | 'p' | 'q' | 'E' => {
            let (given, surname) = pool.listed();
            match kind {
                'P' => plain(format!("{} {}", capital(&given), capital(&surname))),
                'p' => plain(format!("{given}.{surname}")),
                'q' => plain(format!("{}{surname}", &given[..1])),
                _ => (
                    format!("{given}.{surname}@cards.example.org"),
                    format!("{given}.{surname}@cards.example.org"),
                    vec![format!("{given}.{surname}")],
                ),
            }
        }
        other => panic!("no kind {other}"),
    }
}

/// The places of leak.txt; those that are known to come through there (`UNTOLD`) get nothing.
fn products(delivery: &mut Delivery) {
    let text = std::fs::read_to_string(crate::support::root().join("tests/cases/leak.txt")).expect("the places");
    for file in text.split("\n=== ").skip(1) {
        let (head, body) = file.split_once('\n').expect("a file");
        let (path, encoding) = head.split_once(' ').unwrap_or((head, ""));
        let name = path.rsplit('/').next().unwrap_or(path);
        delivery.pool.place = path.to_owned();
        let mut out = String::new();
        for (index, piece) in body.split("{{").enumerate() {
            let mark = piece.split_once("}}").filter(|row| index > 0 && row.0.get(1..2) == Some(":"));
            let Some((mark, rest)) = mark else {
                out.push_str(if index > 0 { "{{" } else { "" });
                out.push_str(piece);
                continue;
            };
            let kind = mark.chars().next().unwrap_or('S');
            if crate::leak_settings::UNTOLD.contains(&format!("{name} {}", &mark[2..]).as_str()) {
                out.push_str("untold");
            } else {
                let class = if matches!(kind, 'P' | 'p' | 'q' | 'E') { "person_name" } else { "credential" };
                let written = loop {
                    let (value, written, parts) = of(&mut delivery.pool, kind);
                    if delivery.pool.made(class, value, parts).is_some() {
                        break written;
                    }
                };
                out.push_str(&written);
            }
            out.push_str(rest);
        }
        out.push('\n');
        let bytes: Vec<u8> = if encoding == "utf-16" {
            "\u{feff}".encode_utf16().chain(out.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        } else {
            out.into_bytes()
        };
        delivery.put(path, &bytes);
    }
}

/// Keys, sections and elements that are values themselves, in each format of trees.
fn keys(delivery: &mut Delivery) {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
    delivery.begin("jsonc");
    let pool = &mut delivery.pool;
    let object = |pool: &mut Pool| {
        let rows: Vec<String> = (0..12).map(|_| format!("{}: {}", quoted(&pool.name()), quoted(&pool.next().said))).collect();
        format!("{{{}}}", rows.join(", "))
    };
    let (first, second, third, list) = (object(pool), object(pool), pool.name(), pool.sentences(8));
    let list: Vec<String> = list.iter().map(|text| quoted(text)).collect();
    let text = format!("{{\"a\": {first}, {}: [{second}, {}]}}\n", quoted(&third), list.join(", "));
    delivery.end("json", text.as_bytes());
    delivery.begin("yaml");
    let pool = &mut delivery.pool;
    let rows: String = (0..20).map(|_| format!("{}: {}\n", quoted(&pool.name()), quoted(&pool.next().said))).collect();
    let note = pool.next().said.replace('\n', " ");
    delivery.end("yaml", format!("# {note}\n{rows}").as_bytes());
    delivery.begin("toml");
    let pool = &mut delivery.pool;
    let rows: String = (0..12)
        .map(|_| format!("{} = {}\n[{}]\n", quoted(&pool.name()), quoted(&pool.next().said), quoted(&pool.name())))
        .collect();
    delivery.end("toml", rows.as_bytes());
    delivery.begin("ini");
    let pool = &mut delivery.pool;
    let flat = |text: String| text.replace('\n', " ");
    let rows: String = (0..12)
        .map(|_| format!("[{}]\nnote = {}\n; {}\n", flat(pool.name()), flat(pool.next().said), flat(pool.next().said)))
        .collect();
    delivery.end("ini", rows.as_bytes());
    delivery.begin("properties");
    let pool = &mut delivery.pool;
    let rows: String =
        (0..12).map(|_| format!("{}={}\n", pool.name().replace([' ', '='], "_"), flat(pool.next().said))).collect();
    delivery.end("properties", rows.as_bytes());
    delivery.begin("key_colon");
    let pool = &mut delivery.pool;
    // the reader knows such a file by keys that are words, so most of them have to be
    let words = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || " _-.'".contains(c))
    };
    let key = |pool: &mut Pool| loop {
        let name = pool.name().replace(':', " ");
        if words(&name) && name.len() <= 60 {
            return name;
        }
    };
    let rows: String = (0..20).map(|_| format!("{:<60} : {}\n", key(pool), flat(pool.next().said))).collect();
    delivery.end("txt", rows.as_bytes());
    delivery.begin("xml");
    let pool = &mut delivery.pool;
    let element = |text: String| text.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '_' }).collect::<String>();
    let rows: String = (0..16)
        .map(|_| {
            let (name, key, value, said) =
                (pool.of("person_name").text, pool.of("ni_number").text, pool.next().said, pool.next().said);
            format!(
                "<{0} id=\"{1}\" note=\"{2}\">{3}</{0}>",
                element(name),
                element(key),
                super::delivery::xml(&value),
                super::delivery::xml(&said)
            )
        })
        .collect();
    delivery.end("xml", format!("<?xml version=\"1.0\"?><staff>{rows}</staff>").as_bytes());
}

/// What the supplier says of its own delivery.
fn manifest(delivery: &mut Delivery) {
    delivery.pool.place = "provost-manifest.yaml".to_owned();
    let quoted = |text: String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "));
    let pool = &mut delivery.pool;
    // addresses of machines stay there, a picture's name is one in a column or of a file, and numbers of other countries are looked for
    // where somebody asks (docs/evidence.md)
    let said = |pool: &mut Pool| loop {
        let value = pool.next_quietly();
        if !matches!(value.class.as_str(), "ip_address" | "photograph" | "ppsn_ie" | "ssn_us" | "national_id") {
            return pool.plant(value).said;
        }
    };
    let mut text = "provost-manifest: 1\ndocuments:\n".to_owned();
    for kind in ["dpia", "iso_27001", "penetration_test", "cyber_essentials", "data_processing_agreement"] {
        let (title, issuer, number, path) = (said(pool), said(pool), pool.name(), pool.name());
        text.push_str(&format!(
            "  - {{type: {kind}, title: {}, issuer: {}, issued: 2026-01-01, path: {}, {}: x}}\n",
            quoted(title),
            quoted(issuer),
            quoted(path + ".pdf"),
            quoted(number)
        ));
    }
    text.push_str("statements:\n");
    for id in ["mfa_remote_access", "backups_encrypted", "staff_vetted"] {
        let (answer, by) = (said(pool), pool.of("person_name").text);
        text.push_str(&format!("  - {{id: {id}, answer: {}, by: {}}}\n", quoted(answer), quoted(by)));
    }
    delivery.put("provost-manifest.yaml", text.as_bytes());
}

/// All of them.
pub(super) fn all(delivery: &mut Delivery) {
    products(delivery);
    keys(delivery);
    manifest(delivery);
}
