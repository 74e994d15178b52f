//! A tree in which nobody is: what a warehouse, a web shop, a build server and a bank of machines write down, full of numbers that have
//! the shape of somebody's. One seed, one tree, to the byte. It must not use the library, nor hold a name of a person.
#![allow(unreachable_pub, reason = "public for the tests that take this file in as a module")]

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// Things that are sold.
const THINGS: &[&str] = &[
    "ribbon colour",
    "ribbon black",
    "laminate patch",
    "card blank",
    "cleaning kit",
    "lanyard",
    "pouch",
    "printer head",
    "feed roller",
    "chip module",
    "antenna inlay",
    "reel",
    "badge clip",
    "ink cartridge",
    "power supply",
    "network cable",
    "label stock",
];

/// Levels of a log.
const LEVELS: &[&str] = &["INFO", "DEBUG", "WARN", "ERROR", "TRACE"];

/// Words of a log.
const WORDS: &[&str] = &[
    "spooler", "queue", "worker", "batch", "cache", "retry", "commit", "flush", "handle", "socket", "thread", "shard", "segment",
    "offset",
];

/// The splitmix64 generator.
struct Random(u64);

impl Random {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.draw() % end.max(1)
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        let at = self.below(list.len() as u64) as usize;
        list.get(at).copied().unwrap_or("")
    }

    /// A pattern filled in: `9` a digit, `1` a digit but zero, `A` a capital, `f` a hexadecimal digit; the rest as it is.
    fn fill(&mut self, pattern: &str) -> String {
        pattern
            .chars()
            .map(|c| match c {
                '9' => char::from(b'0' + self.below(10) as u8),
                '1' => char::from(b'1' + self.below(9) as u8),
                'A' => char::from(b'A' + self.below(26) as u8),
                'f' => char::from_digit(self.below(16) as u32, 16).unwrap_or('0'),
                other => other,
            })
            .collect()
    }

    fn guid(&mut self) -> String {
        self.fill("ffffffff-ffff-4fff-afff-ffffffffffff")
    }

    fn day(&mut self) -> String {
        format!("{}-{:02}-{:02}", 2019 + self.below(8), 1 + self.below(12), 1 + self.below(28))
    }

    fn time(&mut self) -> String {
        format!("{:02}:{:02}:{:02}", self.below(24), self.below(60), self.below(60))
    }

    /// An ISBN of thirteen digits, its check digit right.
    fn isbn13(&mut self) -> String {
        let body = format!("978{}", self.fill("199999999"));
        let sum: u32 =
            body.bytes().enumerate().map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 }).sum();
        format!("{body}{}", (10 - sum % 10) % 10)
    }

    /// An ISBN of ten digits, its check digit right.
    fn isbn10(&mut self) -> String {
        let body = self.fill("199999999");
        let sum: u32 = body.bytes().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        match (11 - sum % 11) % 11 {
            10 => format!("{body}X"),
            check => format!("{body}{check}"),
        }
    }
}

/// Writes the tree; gives the number of files and of bytes.
///
/// # Errors
/// Output errors; a folder that is not empty.
pub fn generate(seed: u64, rows: u64, out: &Path) -> io::Result<(u64, u64)> {
    if out.exists() && fs::read_dir(out)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the output folder is not empty"));
    }
    let mut random = Random(seed);
    let files = [
        ("stock/articles.csv", articles(&mut random, rows, ',')),
        ("stock/articles-old.csv", articles(&mut random, rows, ';')),
        ("stock/movements.tsv", movements(&mut random, rows)),
        ("stock/serials.txt", serials(&mut random, rows)),
        ("shop/orders.json", orders(&mut random, rows)),
        ("shop/catalogue.xml", catalogue(&mut random, rows)),
        ("shop/books.md", books(&mut random, rows)),
        ("shop/dump.sql", dump(&mut random, rows)),
        ("logs/spooler.log", log(&mut random, rows)),
        ("logs/events.jsonl", events(&mut random, rows)),
        ("logs/trace.txt", trace(&mut random, rows)),
        ("build/checksums.sha256", checksums(&mut random, rows)),
        ("build/history.txt", history(&mut random, rows)),
        ("build/settings.ini", settings(&mut random)),
    ];
    let mut bytes = 0;
    for (path, content) in &files {
        let whole = out.join(path);
        fs::create_dir_all(whole.parent().unwrap_or(out))?;
        fs::write(whole, content)?;
        bytes += content.len() as u64;
    }
    Ok((files.len() as u64, bytes))
}

fn articles(random: &mut Random, rows: u64, comma: char) -> String {
    let header = ["SKU", "Item No", "Description", "EAN", "Supplier part", "Bin", "Qty", "Weight", "Last counted"];
    let mut out = header.join(&comma.to_string());
    out.push('\n');
    for _ in 0..rows {
        let cells = [
            random.fill("AA-999999-A9"),
            random.fill("19999999"),
            random.pick(THINGS).to_owned(),
            random.fill("5099999999999"),
            random.fill("1999999999"),
            random.fill("A99-99"),
            random.below(5_000).to_string(),
            random.fill("1.999"),
            random.day(),
        ];
        out.push_str(&cells.join(&comma.to_string()));
        out.push('\n');
    }
    out
}

fn movements(random: &mut Random, rows: u64) -> String {
    let mut out = String::from("Movement\tArticle\tLot\tFrom\tTo\tPosted\tDocument\n");
    for _ in 0..rows {
        let line = [
            random.fill("1999999999"),
            random.fill("19999999"),
            random.fill("L999999999"),
            random.fill("W9"),
            random.fill("W9"),
            format!("{} {}", random.day(), random.time()),
            random.fill("AA99999999"),
        ];
        out.push_str(&line.join("\t"));
        out.push('\n');
    }
    out
}

fn serials(random: &mut Random, rows: u64) -> String {
    let mut out = String::from("Serial numbers of machines in store\n\n");
    for _ in 0..rows {
        let _ = writeln!(
            out,
            "{} model {} firmware {}.{}.{} mac {} built {}",
            random.fill("AA1999999999"),
            random.fill("A999"),
            random.below(9),
            random.below(30),
            random.below(400),
            random.fill("ff:ff:ff:ff:ff:ff"),
            random.fill("20991109"),
        );
    }
    out
}

fn orders(random: &mut Random, rows: u64) -> String {
    let mut items = Vec::new();
    for _ in 0..rows {
        items.push(format!(
            "  {{\"orderId\": \"{}\", \"reference\": {}, \"lines\": {}, \"sku\": \"{}\", \"placed\": \"{}T{}Z\", \"total\": {}, \"tracking\": \"{}\"}}",
            random.guid(),
            random.fill("1999999999"),
            1 + random.below(9),
            random.fill("AA999999"),
            random.day(),
            random.time(),
            random.fill("199.99"),
            random.fill("1A9999999999999999"),
        ));
    }
    format!("[\n{}\n]\n", items.join(",\n"))
}

fn catalogue(random: &mut Random, rows: u64) -> String {
    let mut out = String::from("<?xml version=\"1.0\"?>\n<catalogue>\n");
    for _ in 0..rows {
        let _ = writeln!(
            out,
            "  <product id=\"{}\" code=\"{}\"><title>{}</title><number>{}</number><gtin>{}</gtin></product>",
            random.fill("19999999"),
            random.fill("AAA-9999"),
            random.pick(THINGS),
            random.fill("1999999999"),
            random.fill("09999999999999"),
        );
    }
    out.push_str("</catalogue>\n");
    out
}

fn books(random: &mut Random, rows: u64) -> String {
    let mut out = String::from("# Handbooks in store\n\n");
    for _ in 0..rows {
        let ten = random.isbn10();
        let thirteen = random.isbn13();
        let _ = writeln!(
            out,
            "- handbook of the {}, ISBN {ten}, ISBN-13 {thirteen}, shelf {}",
            random.pick(THINGS),
            random.fill("999.99")
        );
    }
    out
}

fn dump(random: &mut Random, rows: u64) -> String {
    let mut out =
        String::from("CREATE TABLE parts (id bigint, code varchar(20), number char(10), created timestamp, revision uuid);\n");
    for _ in 0..rows {
        let _ = writeln!(
            out,
            "INSERT INTO parts (id, code, number, created, revision) VALUES ({}, '{}', '{}', '{} {}', '{}');",
            random.fill("19999999"),
            random.fill("A9999-AA"),
            random.fill("1999999999"),
            random.day(),
            random.time(),
            random.guid(),
        );
    }
    out
}

fn log(random: &mut Random, rows: u64) -> String {
    let mut out = String::new();
    for _ in 0..rows {
        let _ = writeln!(
            out,
            "{} {},{} {} [{}-{}] {}: {} {} took {} ms, id={} seq={}",
            random.day(),
            random.time(),
            random.fill("999"),
            random.pick(LEVELS),
            random.pick(WORDS),
            random.below(64),
            random.pick(WORDS),
            random.pick(WORDS),
            random.fill("19999999"),
            random.below(90_000),
            random.fill("ffffffffffffffff"),
            random.fill("1999999999"),
        );
    }
    out
}

fn events(random: &mut Random, rows: u64) -> String {
    let mut out = String::new();
    for _ in 0..rows {
        let _ = writeln!(
            out,
            "{{\"ts\": 1{}, \"event\": \"{}\", \"trace\": \"{}\", \"span\": \"{}\", \"code\": {}, \"key\": \"{}\"}}",
            random.fill("699999999999"),
            random.pick(WORDS),
            random.fill("ffffffffffffffffffffffffffffffff"),
            random.fill("ffffffffffffffff"),
            random.fill("19999999"),
            random.guid(),
        );
    }
    out
}

fn trace(random: &mut Random, rows: u64) -> String {
    let mut out = String::new();
    for _ in 0..rows {
        let _ = writeln!(
            out,
            "0x{}  {} {} {} {}  {}",
            random.fill("ffffffffffff"),
            random.fill("ffff"),
            random.fill("ffff"),
            random.fill("ffff"),
            random.fill("ffff"),
            random.fill("ff ff ff ff ff ff ff ff")
        );
    }
    out
}

fn checksums(random: &mut Random, rows: u64) -> String {
    let mut out = String::new();
    for _ in 0..rows {
        let digest = random.fill(&"f".repeat(64));
        let _ =
            writeln!(out, "{digest}  {}-{}.{}.{}.pkg", random.pick(WORDS), random.below(40), random.below(40), random.below(999));
    }
    out
}

fn history(random: &mut Random, rows: u64) -> String {
    let mut out = String::new();
    for _ in 0..rows {
        let _ = writeln!(
            out,
            "{} {} fix {} in {} (#{}), build {}, see {}",
            random.fill("fffffffff"),
            random.day(),
            random.pick(WORDS),
            random.pick(WORDS),
            random.fill("19999"),
            random.fill("20991109.9"),
            random.fill("AAA-9999"),
        );
    }
    out
}

fn settings(random: &mut Random) -> String {
    let mut out = String::new();
    for section in WORDS {
        let _ = writeln!(
            out,
            "[{section}]\nid = {}\nlicence = {}\nlimit = {}\nversion = {}.{}.{}.{}\nport = {}\nstarted = {}\n",
            random.guid(),
            random.fill("AAAA9-99AA9-9A9A9-AAA99"),
            random.fill("19999999"),
            random.below(10),
            random.below(20),
            random.below(30),
            random.below(4_000),
            random.fill("19999"),
            random.fill("1699999999"),
        );
    }
    out
}
