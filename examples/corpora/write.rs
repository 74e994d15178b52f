//! One function a kind of text: it appends the next line or record. Everybody in it is made up; telephone numbers are of the ranges
//! kept for drama or end beyond them at random, as real ones do: a matcher has to check each. It must not remember what it wrote.

use super::random::Random;
use super::synth::{FORENAMES, RANKS, SURNAMES, UNITS, VETTING};
use std::fmt::Write;
use std::sync::OnceLock;

/// Appends one line or record.
type Line = fn(&mut Random, &mut String);

/// Each kind by its file name, with the first line of such a file.
pub(super) const KINDS: &[(&str, &str, Line)] = &[
    (
        "people.csv",
        "Warrant No,Rank,Surname,Forename,Email,Mobile,NI Number,Date of birth,Address,Postcode,Unit,Vetting,Card number\n",
        row,
    ),
    ("people.json", "", object),
    ("records.txt", "", record),
    ("prose.txt", "", prose),
    ("app.log", "", log),
    ("source.rs", "", source),
    ("numbers.csv", "id,batch,weight,stamp,count,ratio\n", numbers),
    ("digits.txt", "", digits),
    ("capitals.txt", "", capitals),
    ("line.txt", "", line),
    ("matches.txt", "", matches),
];

fn list(text: &'static str, slot: &'static OnceLock<Vec<&'static str>>) -> &'static [&'static str] {
    slot.get_or_init(|| text.split(',').map(str::trim).collect())
}

fn surname(random: &mut Random) -> &'static str {
    static LIST: OnceLock<Vec<&'static str>> = OnceLock::new();
    random.pick(list(SURNAMES, &LIST))
}

fn forename(random: &mut Random) -> &'static str {
    static LIST: OnceLock<Vec<&'static str>> = OnceLock::new();
    random.pick(list(FORENAMES, &LIST))
}

const STREETS: [&str; 12] = [
    "High Street",
    "Mill Lane",
    "Station Road",
    "Church Close",
    "Victoria Avenue",
    "Orchard Drive",
    "Harbour View",
    "Kiln Terrace",
    "Meadow Way",
    "Abbey Gardens",
    "Quarry Hill",
    "Elm Grove",
];
const AREAS: [&str; 10] = ["LS", "M", "SW", "BT", "CF", "EH", "NE", "B", "L", "OX"];

struct Person {
    first: &'static str,
    last: &'static str,
    rank: &'static str,
    email: String,
    mobile: String,
    ni: String,
    born: String,
    street: String,
    postcode: String,
    unit: &'static str,
    vetting: &'static str,
    card: String,
    warrant: String,
}

fn person(random: &mut Random) -> Person {
    let (first, last) = (forename(random), surname(random));
    let ascii = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let host = random.pick(&["met.police.example", "printworks.example", "contoso-cards.example", "shire.gov.example"]);
    let first_letters = random.pick(&['A', 'B', 'C', 'E', 'H', 'J', 'K', 'L', 'M', 'P', 'R', 'S', 'T', 'W', 'X', 'Y']);
    Person {
        first,
        last,
        rank: random.pick(RANKS).0,
        email: format!("{}.{}{}@{host}", ascii(first), ascii(last), random.below(100)),
        mobile: random.fill("07999 999999"),
        ni: format!("{first_letters}{}", random.fill("E999999")) + ["A", "B", "C", "D"][random.below(4) as usize],
        born: format!("{:02}/{:02}/{}", 1 + random.below(28), 1 + random.below(12), 1955 + random.below(45)),
        street: format!("{} {}", 1 + random.below(180), random.pick(&STREETS)),
        postcode: format!("{}{} {}", random.pick(&AREAS), 1 + random.below(19), random.fill("9BD")),
        unit: random.pick(UNITS),
        vetting: random.pick(VETTING).0,
        card: card(random),
        warrant: random.fill("W999999"),
    }
}

/// A number of sixteen digits with a right check digit.
fn card(random: &mut Random) -> String {
    let body = format!("4{}", random.fill("99999999999999"));
    let sum: u32 = body
        .bytes()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn row(random: &mut Random, out: &mut String) {
    let p = person(random);
    let unit = if p.unit.contains([',', '"']) { format!("\"{}\"", p.unit.replace('"', "\"\"")) } else { p.unit.to_owned() };
    let _ = writeln!(
        out,
        "{},{},{},{},{},{},{},{},{},{},{unit},{},{}",
        p.warrant, p.rank, p.last, p.first, p.email, p.mobile, p.ni, p.born, p.street, p.postcode, p.vetting, p.card
    );
}

fn object(random: &mut Random, out: &mut String) {
    let p = person(random);
    let _ = writeln!(
        out,
        "{{\"warrantNo\":\"{}\",\"rank\":\"{}\",\"surname\":\"{}\",\"forename\":\"{}\",\"contact\":{{\"email\":\"{}\",\"mobile\":\"{}\"}},\
         \"dateOfBirth\":\"{}\",\"vetting\":\"{}\",\"postcode\":\"{}\"}}",
        p.warrant, p.rank, p.last, p.first, p.email, p.mobile, p.born, p.vetting, p.postcode
    );
}

fn record(random: &mut Random, out: &mut String) {
    let p = person(random);
    match random.below(3) {
        0 => writeln!(
            out,
            "{} {} {} (warrant no {}), born {}, {}, {}, tel {}, NI {}, {}",
            p.rank, p.first, p.last, p.warrant, p.born, p.street, p.postcode, p.mobile, p.ni, p.email
        ),
        1 => writeln!(
            out,
            "Name: {} {}; rank: {}; card {}; sort code {}; mobile {}; vetting {}",
            p.first,
            p.last,
            p.rank,
            p.card,
            random.fill("19-99-99"),
            p.mobile,
            p.vetting
        ),
        _ => {
            writeln!(out, "{}, {} [{}] {} {} passport {}", p.last, p.first, p.rank, p.email, p.postcode, random.fill("199999999"))
        }
    }
    .unwrap_or_default();
}

const WORDS: &str = "the of and to in that is was for it with as on be at by this had not are but from or have an they which one \
you were all her she there would their we him been has when who will no more if out so up said what about into than them can only \
other new some could time these two may then do first any my now such like our over me even most made after also did many before must \
through back years where much your way well down should because each just those people how too little state good very make world still \
own see men work long get here between both life being under never day same another know while last might us great old year off come \
since against go came right used take three card printing supplier contract delivery records batch order dispatch security policy \
retention department equipment machine operator shift customer invoice review schedule audit report notice meeting agreed";

fn word(random: &mut Random) -> &'static str {
    static LIST: OnceLock<Vec<&'static str>> = OnceLock::new();
    let list = LIST.get_or_init(|| WORDS.split_whitespace().collect());
    random.pick(list)
}

/// A paragraph of a few sentences; one in twelve sentences names somebody.
fn prose(random: &mut Random, out: &mut String) {
    for _ in 0..2 + random.below(5) {
        let named = random.below(12) == 0;
        let words = 6 + random.below(14);
        for at in 0..words {
            let word = word(random);
            if at == 0 {
                out.push_str(&word[..1].to_ascii_uppercase());
                out.push_str(&word[1..]);
            } else if named && at == words / 2 {
                let _ = write!(out, "{} {}", forename(random), surname(random));
            } else {
                out.push_str(word);
            }
            out.push_str(if at + 1 == words {
                ". "
            } else if random.below(9) == 0 {
                ", "
            } else {
                " "
            });
        }
    }
    out.push_str("\n\n");
}

fn log(random: &mut Random, out: &mut String) {
    let level = random.pick(&["INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]);
    let unit = random.pick(&["spooler", "printer.queue", "http.access", "db.pool", "auth", "worker"]);
    let _ = write!(
        out,
        "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z {level} [{unit}] request={} ",
        1 + random.below(12),
        1 + random.below(28),
        random.below(24),
        random.below(60),
        random.below(60),
        random.below(1000),
        random.fill("ffffffff-ffff-4fff-9fff-ffffffffffff"),
    );
    match random.below(5) {
        0 => {
            let _ =
                writeln!(out, "GET /api/v2/jobs/{}?page={} 200 {}ms", random.fill("199999"), random.below(40), random.below(900));
        }
        1 => {
            let _ = writeln!(
                out,
                "client=10.{}.{}.{} bytes={}",
                random.below(256),
                random.below(256),
                random.below(256),
                random.draw() >> 40
            );
        }
        2 => {
            let _ = writeln!(
                out,
                "job {} finished in {} ms, {} pages",
                random.fill("JOB-999999"),
                random.below(90_000),
                random.below(500)
            );
        }
        3 => {
            let _ = writeln!(out, "pool size={} idle={} waiting={}", random.below(64), random.below(64), random.below(8));
        }
        _ => {
            for _ in 0..4 + random.below(8) {
                out.push_str(word(random));
                out.push(' ');
            }
            out.push('\n');
        }
    }
}

fn source(random: &mut Random, out: &mut String) {
    let (a, b, c) = (word(random), word(random), word(random));
    let _ = match random.below(7) {
        0 => writeln!(out, "pub fn {a}_{b}(&self, {c}: usize) -> Option<&str> {{"),
        1 => writeln!(out, "    let {a} = self.{b}.get({c} + {}).unwrap_or_default();", random.below(4096)),
        2 => writeln!(out, "    if {a}.{b}() > {} && {c}.is_empty() {{", random.below(256)),
        3 => writeln!(out, "        return Err(Error::{}{}(\"{a} {b} {c}\"));", a[..1].to_ascii_uppercase(), &a[1..]),
        4 => writeln!(out, "    // {a} {b} {c} {} {} {}", word(random), word(random), word(random)),
        5 => writeln!(out, "const {}_{}: u32 = 0x{};", a.to_ascii_uppercase(), b.to_ascii_uppercase(), random.fill("ffffffff")),
        _ => writeln!(out, "}}\n"),
    };
}

fn numbers(random: &mut Random, out: &mut String) {
    let _ = writeln!(
        out,
        "{},{},{}.{:02},{},{},0.{}",
        random.fill("19999999"),
        random.fill("199999"),
        random.below(900),
        random.below(100),
        1_700_000_000 + random.below(90_000_000),
        random.below(10_000),
        random.fill("999999")
    );
}

fn digits(random: &mut Random, out: &mut String) {
    for _ in 0..4 {
        let _ = write!(out, "{:020}", random.draw());
    }
    out.push('\n');
}

fn capitals(random: &mut Random, out: &mut String) {
    for _ in 0..12 {
        let _ = write!(out, "{} ", random.fill("AAAAAA"));
    }
    out.push('\n');
}

/// Prose that never ends its line.
fn line(random: &mut Random, out: &mut String) {
    prose(random, out);
    while out.ends_with('\n') {
        out.pop();
    }
}

/// Nothing but what is looked for, one beside the other.
fn matches(random: &mut Random, out: &mut String) {
    let p = person(random);
    let _ = writeln!(out, "{} {} {} {} {} {} {}", p.email, p.mobile, p.ni, p.card, p.postcode, p.born, p.warrant);
}
