//! Makes up rosters: who holds a warrant card, as a supplier gets it, in any order and spelling of columns, any delimiter and encoding,
//! with and without a header, and what is really in them beside. Everybody is invented; one seed, one set, to the byte. It must not use
//! the library: what Provost finds is compared with what this knows.

#[path = "headers.rs"]
mod headers;
#[path = "names.rs"]
mod names;
#[path = "../common/random.rs"]
#[allow(clippy::duplicate_mod, reason = "every example brings its own")]
mod random;

use headers::{KINDS, Kind};
use names::{ORIGINS, Origin};
use random::Random;
use std::collections::HashSet;

/// Delimiters and what they are called.
pub const DELIMITERS: [(char, &str); 4] = [(',', "comma"), (';', "semicolon"), ('\t', "tab"), ('|', "bar")];
/// Encodings.
pub const ENCODINGS: [&str; 6] = ["UTF-8", "UTF-8 with mark", "UTF-16LE", "UTF-16BE", "Windows-1252", "ISO-8859-15"];

/// What Provost should say of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is of this class.
    Class(&'static str),
    /// It is of none.
    Nothing,
    /// Without a header nobody can tell.
    Untold,
}

/// A column of a roster.
#[derive(Debug)]
pub struct Column {
    /// What it was made as.
    pub kind: &'static str,
    /// Its header; empty in a table without.
    pub header: String,
    /// What Provost should say.
    pub expected: Expected,
}

/// A roster and what is in it.
#[derive(Debug)]
pub struct Roster {
    /// The name of its file.
    pub file: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// How many different people are in it.
    pub people: u64,
    /// Whether the first row is a header.
    pub header: bool,
    /// Its encoding.
    pub encoding: &'static str,
    /// What parts its cells.
    pub delimiter: &'static str,
    /// Where its people's names come from.
    pub origin: &'static str,
    /// How names are written.
    pub form: &'static str,
}

/// How the name is written, and whether only initials say which first name it is.
const FORMS: &[(&str, bool)] = &[
    ("Given Family", false),
    ("Family, Given", false),
    ("FAMILY, Given", false),
    ("FAMILY Given", false),
    ("G Family", true),
    ("G. M. Family", true),
    ("Family, G M", true),
    ("Rank Given Family", false),
    ("Given Middle Family", false),
    ("Title Given Family", false),
    ("GIVEN FAMILY", false),
    ("given + family", false),
    ("given + family", false),
    ("given + family", false),
    ("given + family", false),
    ("initials + family", true),
];

const RANKS: &[&[&str]] = &[
    &["PC", "PC", "PC", "PC", "DC", "PS", "DS", "Insp", "DI", "CI", "Supt", "PCSO"],
    &[
        "Constable",
        "Constable",
        "Constable",
        "Detective Constable",
        "Sergeant",
        "Detective Sergeant",
        "Inspector",
        "Chief Inspector",
    ],
    &["Police Constable", "Police Sergeant", "Inspector", "Superintendent", "Special Constable", "Police Staff"],
];
const VETTING: &[&[&str]] = &[
    &["RV", "MV", "CTC", "SC", "DV"],
    &["NPPV1", "NPPV2", "NPPV3", "SC", "DV"],
    &["Recruitment Vetting", "Management Vetting", "SC", "DV", "CTC"],
];
const UNITS: &[&str] = &[
    "Response Team A",
    "Response Team B",
    "Neighbourhood Policing",
    "Roads Policing",
    "Custody, Central",
    "Firearms Command",
    "Dog Unit",
    "CID North",
    "Professional Standards",
    "Intelligence Hub",
    "Major Crime \"Alder\"",
];
const STREETS: &[&str] = &["Quillfeather", "Lanyard", "Larkspur", "Ribbon", "Old Sample", "Tansy", "Laminate", "Upper Example"];
const ENDS: &[&str] = &["Road", "Street", "Lane", "Close", "Avenue", "Way", "Gardens", "Terrace"];
const TOWNS: &[&str] = &["Sampleton", "Exampleford", "Nowhere-on-Sea", "Testbury", "Mockham"];
/// Areas that exist, with districts that do not.
const AREAS: &[&str] = &["ZE9", "KW99", "IV98", "HX97", "LD95", "TR96", "DG94", "SY99"];
const BLOOD: &[&str] = &["O+", "O-", "A+", "A-", "B+", "B-", "AB+", "AB-"];
const NOTES: &[&str] = &[
    "collected at the desk",
    "reprint, colour was off",
    "left with reception",
    "no remarks",
    "rush order",
    "damaged in transit; replaced",
];
const SITES: &[&str] = &["North depot", "Harbour store", "Mill Lane works", "Unit 7", "Central stores", "Gate 3"];
const COMPANIES: &[&str] =
    &["Quillfeather Print Ltd", "Sample & Sons", "Lanyard Works", "Mockham Couriers", "Exampleford Plastics plc"];
const ITEMS: &[&str] = &["Ribbon colour", "Card blank", "Laminate patch", "Lanyard black", "Pouch clear", "Badge clip"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

struct Person {
    given: String,
    middle: String,
    family: String,
    number: String,
}

/// The forms that a roster keeps to.
struct Forms {
    name: usize,
    birth: u64,
    date: u64,
    any: [u64; 4],
    base: u64,
}

/// The rosters of a seed, one after the other.
pub fn rosters(seed: u64, count: u64) -> impl Iterator<Item = Roster> {
    (0..count).map(move |index| roster(index, &mut Random(seed.wrapping_mul(0x1_0000_0001).wrapping_add(index * 7919))))
}

fn roster(index: u64, random: &mut Random) -> Roster {
    random.draw();
    let header = random.percent(70);
    let encoding = ENCODINGS[(index % 6) as usize];
    let (delimiter, delimiter_name) = DELIMITERS[(index / 6 % 4) as usize];
    let mixed = random.percent(25);
    let origin = &ORIGINS[(index / 2 % 12) as usize];
    let forms = Forms {
        name: random.below(FORMS.len() as u64) as usize,
        birth: random.below(5),
        date: random.below(3),
        any: [random.draw(), random.draw(), random.draw(), random.draw()],
        base: random.below(90_000),
    };
    let mut kinds = choose(header, forms.name, random);
    let strong = ["warrant", "staff", "ni", "nhs"].iter().any(|id| kinds.iter().any(|kind| kind.id == *id));
    let with_name = kinds.iter().any(|kind| matches!(kind.id, "name" | "family"));
    // two of one name are told apart only by a number that says which it is
    let namesakes = with_name && strong && header && random.percent(30);
    let again = !namesakes && random.percent(15);
    let count = 40 + random.below(if mixed { 361 } else { 221 });
    let people = people(count, if mixed { None } else { Some(origin) }, forms.name, namesakes, random);
    if !header {
        // nobody's number: what the row is counted by, is its name
        kinds.retain(|kind| kind.id != "initials" || with_name);
    }
    let optional = |kind: &Kind| {
        !matches!(kind.id, "name" | "given" | "family" | "initials" | "warrant" | "staff" | "collar" | "ni" | "nhs")
    };
    let blank = random.pick(&["", "", "-", "N/A", "NULL"]);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (at, person) in people.iter().enumerate() {
        let row: Vec<String> = kinds
            .iter()
            .map(|kind| {
                if optional(kind) && random.percent(4) { blank.to_owned() } else { cell(kind, person, at as u64, &forms, random) }
            })
            .collect();
        rows.push(row);
    }
    if again {
        for _ in 0..rows.len() / 40 {
            let row = rows[random.below(rows.len() as u64) as usize].clone();
            rows.push(row);
        }
    }
    let mut taken: HashSet<String> = HashSet::new();
    let columns: Vec<Column> = kinds
        .iter()
        .map(|kind| {
            let mut text = headers::spell(kind, random);
            while !taken.insert(text.clone()) {
                text = headers::spell(kind, random);
            }
            let expected = match kind.class {
                _ if !header && !kind.alone => Expected::Untold,
                Some(class) => Expected::Class(class),
                None => Expected::Nothing,
            };
            Column { kind: kind.id, header: if header { text } else { String::new() }, expected }
        })
        .collect();
    if header {
        rows.insert(0, columns.iter().map(|column| column.header.clone()).collect());
    }
    let text = table(&rows, delimiter, random);
    let ending = match delimiter {
        '\t' => random.pick(&["tsv", "txt", "csv"]),
        '|' => random.pick(&["psv", "txt", "csv"]),
        _ => random.pick(&["csv", "csv", "txt"]),
    };
    Roster {
        file: format!("roster-{index}.{ending}"),
        bytes: encode(&text, encoding),
        columns,
        people: people.len() as u64,
        header,
        encoding,
        delimiter: delimiter_name,
        origin: if mixed { "mixed" } else { origin.title },
        form: if with_name { FORMS[forms.name].0 } else { "no name" },
    }
}

/// Which columns, in which order.
fn choose(header: bool, form: usize, random: &mut Random) -> Vec<&'static Kind> {
    let kind = |id: &str| KINDS.iter().find(|kind| kind.id == id);
    let mut kinds: Vec<&Kind> = KINDS.iter().filter(|kind| random.percent(kind.often)).collect();
    for at in 0..kinds.len() {
        let other = at + random.below((kinds.len() - at) as u64) as usize;
        kinds.swap(at, other);
    }
    kinds.truncate(12);
    let number = kinds.iter().any(|kind| matches!(kind.id, "warrant" | "staff"));
    if !header || !number || random.percent(85) {
        let at = random.below(kinds.len() as u64 + 1) as usize;
        let parts: &[&str] = match FORMS[form].0 {
            "given + family" => random.pick(&[&["given", "family"], &["family", "given"]]),
            "initials + family" => random.pick(&[&["initials", "family"], &["family", "initials"]]),
            _ => &["name"],
        };
        for id in parts.iter().rev() {
            kinds.splice(at..at, kind(id));
        }
        // under headers the pieces may stand apart
        if header && parts.len() == 2 && random.percent(20) {
            let piece = kinds.remove(at);
            kinds.push(piece);
        }
    }
    kinds
}

fn people(count: u64, origin: Option<&Origin>, form: usize, namesakes: bool, random: &mut Random) -> Vec<Person> {
    let mut known: HashSet<String> = HashSet::new();
    let mut numbers: HashSet<u64> = HashSet::new();
    let mut out: Vec<Person> = Vec::new();
    for _ in 0..count * 4 {
        if out.len() as u64 == count {
            break;
        }
        let origin = origin.unwrap_or(&ORIGINS[random.below(12) as usize]);
        let given: Vec<&str> = origin.given.split(',').collect();
        let family: Vec<&str> = origin.family.split(',').collect();
        let person = Person {
            given: random.pick(&given).to_owned(),
            middle: random.pick(&given).to_owned(),
            family: random.pick(&family).to_owned(),
            number: String::new(),
        };
        let first: String = ascii(&person.given).chars().take(if FORMS[form].1 { 1 } else { 99 }).collect();
        let surname: String = ascii(&person.family).chars().filter(|c| c.is_alphabetic()).collect();
        let key = format!("{first} {surname}").to_lowercase();
        if !(known.insert(key) || namesakes && random.percent(30)) {
            continue;
        }
        let mut number = 100_000 + random.below(900_000);
        while !numbers.insert(number) {
            number = 100_000 + random.below(900_000);
        }
        out.push(Person { number: number.to_string(), ..person });
    }
    out
}

fn initial(name: &str) -> String {
    name.chars().take(1).collect()
}

fn full_name(person: &Person, form: usize, random: &mut Random) -> String {
    let Person { given, middle, family, .. } = person;
    match FORMS[form].0 {
        "Family, Given" => format!("{family}, {given}"),
        "FAMILY, Given" => format!("{}, {given}", family.to_uppercase()),
        "FAMILY Given" => format!("{} {given}", family.to_uppercase()),
        "G Family" => format!("{} {family}", initial(given)),
        "G. M. Family" => format!("{}. {}. {family}", initial(given), initial(middle)),
        "Family, G M" => format!("{family}, {} {}", initial(given), initial(middle)),
        "Rank Given Family" => format!("{} {given} {family}", random.pick(&["PC", "DC", "PS", "Sgt", "Insp"])),
        "Given Middle Family" => format!("{given} {middle} {family}"),
        "Title Given Family" => format!("{} {given} {family}", random.pick(&["Mr", "Ms", "Mrs", "Dr"])),
        "GIVEN FAMILY" => format!("{given} {family}").to_uppercase(),
        _ => format!("{given} {family}"),
    }
}

fn date(form: u64, year: u64, month: u64, day: u64) -> String {
    let name = MONTHS[(month as usize + 11) % 12];
    match form {
        0 => format!("{day:02}/{month:02}/{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        2 => format!("{day}.{month}.{year}"),
        3 => format!("{day:02}-{name}-{year}"),
        _ => format!("{year}{month:02}{day:02}"),
    }
}

fn cell(kind: &Kind, person: &Person, at: u64, forms: &Forms, random: &mut Random) -> String {
    let [a, b, c, d] = forms.any;
    let mut late =
        |from: u64, to: u64, form: u64| date(form, from + random.below(to - from), 1 + random.below(12), 1 + random.below(28));
    match kind.id {
        "name" => full_name(person, forms.name, random),
        "given" => person.given.clone(),
        "family" => person.family.clone(),
        "initials" => initial(&person.given),
        "warrant" => match a % 4 {
            0 => format!("WN{}", person.number),
            1 => format!("{}{}", ["P", "S", "D"][(b % 3) as usize], person.number),
            _ => person.number.clone(),
        },
        "staff" => match b % 3 {
            0 => format!("{:08}", 400_000 + forms.base + at * 3),
            1 => format!("E{}", 200_000 + forms.base + at * 7),
            _ => (5_000_000 + forms.base + at * 11).to_string(),
        },
        "collar" => match c % 3 {
            0 => format!("{}XQ", 100 + at),
            1 => format!("XQ{}", 1000 + at),
            _ => (1000 + at).to_string(),
        },
        "rank" => random.pick(RANKS[(a % 3) as usize]).to_owned(),
        "vetting" => random.pick(VETTING[(b % 3) as usize]).to_owned(),
        "vetting_expiry" | "expires" => late(2026, 2035, forms.date),
        "issued" => late(2021, 2027, forms.date),
        "joined" => late(1996, 2026, forms.date),
        "unit" => random.pick(UNITS).to_owned(),
        "birth" => late(1962, 2006, forms.birth),
        "email" => {
            let name = format!("{}.{}", ascii(&person.given), ascii(&person.family)).to_lowercase();
            let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
            format!("{name}{at}@cards-quillfeather.org")
        }
        "phone" => match d % 3 {
            0 => format!("07700 900{}", random.fill("999")),
            1 => format!("+44 7700 900{}", random.fill("999")),
            _ => format!("020 7946 0{}", random.fill("999")),
        },
        "ni" => {
            let number = 1_000 + forms.base + at * 37;
            let digits = format!("{number:06}");
            let (two, four, six) = (&digits[..2], &digits[2..4], &digits[4..6]);
            let end = random.pick(&["A", "B", "C", "D"]);
            if a.is_multiple_of(2) { format!("XY{digits}{end}") } else { format!("XY {two} {four} {six} {end}") }
        }
        "nhs" => {
            let mut body = 400_000_000 + forms.base + at * 3;
            loop {
                let digits = body.to_string();
                let sum: u64 = digits.bytes().zip((2..=10).rev()).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
                let check = (11 - sum % 11) % 11;
                if check < 10 {
                    let whole = format!("{digits}{check}");
                    return if c.is_multiple_of(2) { whole } else { format!("{} {} {}", &whole[..3], &whole[3..6], &whole[6..]) };
                }
                // a step that meets no neighbour's
                body += 1;
            }
        }
        "postcode" => {
            let (area, inward) = (random.pick(AREAS), random.fill("9"));
            format!("{area} {inward}{}{}", random.pick(&["A", "B", "D", "E"]), random.pick(&["X", "Y", "Z", "W"]))
        }
        "address" => {
            let (street, end, town) = (random.pick(STREETS), random.pick(ENDS), random.pick(TOWNS));
            format!("{} {street} {end}, {town}", 1 + random.below(180))
        }
        "card" => random.fill(if b.is_multiple_of(2) { "04ffffffffffff" } else { "04:ff:ff:ff:ff:ff:ff" }).to_uppercase(),
        "blood" => random.pick(BLOOD).to_owned(),
        "photo" => match c % 3 {
            0 => format!("photos/{}.jpg", person.number),
            1 => format!("P{}.JPG", person.number),
            _ => format!("\\\\cards\\photos\\IMG_{}.png", 1000 + at),
        },
        "notes" => random.pick(NOTES).to_owned(),
        "site" => random.pick(SITES).to_owned(),
        "batch" => format!("B-2026-{:03}", 1 + at / 20),
        "quantity" => (1 + random.below(6)).to_string(),
        "isbn" => {
            let body = format!("978{}", random.fill("000999999"));
            let weight = |at: usize| if at.is_multiple_of(2) { 1 } else { 3 };
            let sum: u64 = body.bytes().enumerate().map(|(at, digit)| u64::from(digit - b'0') * weight(at)).sum();
            format!("{body}{}", (10 - sum % 10) % 10)
        }
        "stock" => random.fill("1999999999"),
        "stamp" => format!("{} {:02}:{:02}:{:02}", late(2025, 2027, 1), at % 24, at % 60, at * 7 % 60),
        "order" => (410_000 + at * 3).to_string(),
        "company" => random.pick(COMPANIES).to_owned(),
        "item" => random.pick(ITEMS).to_owned(),
        "weight" => format!("{}.{:02}", 1 + random.below(40), random.below(100)),
        "guid" => random.fill("ffffffff-ffff-4fff-afff-ffffffffffff"),
        _ => random.pick(&["Yes", "No"]).to_owned(),
    }
}

/// Rows as text, quoted in one of three ways.
fn table(rows: &[Vec<String>], delimiter: char, random: &mut Random) -> String {
    let style = random.below(3);
    let end = random.pick(&["\n", "\r\n"]);
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                let must = cell.contains(delimiter) || cell.contains(['"', '\n', '\r']);
                let words = style == 1 && cell.contains(|c: char| c.is_alphabetic());
                if must || words || style == 2 { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            })
            .collect();
        out.push_str(&cells.join(&delimiter.to_string()));
        out.push_str(end);
    }
    out
}

/// Text as bytes; what an encoding does not have is written as old exports do, without its accent.
fn encode(text: &str, encoding: &str) -> Vec<u8> {
    let old = |table: &'static encoding_rs::Encoding| {
        let known = |c: char| !table.encode(c.encode_utf8(&mut [0; 4])).2;
        let text: String = text.chars().map(|c| if known(c) { c.to_string() } else { ascii(&c.to_string()) }).collect();
        table.encode(&text).0.into_owned()
    };
    match encoding {
        "UTF-8 with mark" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "UTF-16LE" => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        "Windows-1252" => old(encoding_rs::WINDOWS_1252),
        "ISO-8859-15" => old(encoding_rs::ISO_8859_15),
        _ => text.as_bytes().to_vec(),
    }
}

/// A text without accents.
fn ascii(text: &str) -> String {
    const FROM: &str =
        "áàâäăãåąçćčďéèêëęěğíìîïıİłĺľñńňóòôöőõøŕřśšşșťţțúùûüűůýÿźżžŵŷðÁÀÂÄĂÃÅĄÇĆČĎÉÈÊËĘĚĞÍÌÎÏŁĹĽÑŃŇÓÒÔÖŐÕØŔŘŚŠŞȘŤŢȚÚÙÛÜŰŮÝŹŻŽŴŶ";
    const TO: &str =
        "aaaaaaaacccdeeeeeegiiiiiIlllnnnooooooorrsssstttuuuuuuyyzzzwydAAAAAAAACCCDEEEEEEGIIIILLLNNNOOOOOOORRSSSSTTTUUUUUUYZZZWY";
    text.chars().map(|c| FROM.chars().position(|from| from == c).and_then(|at| TO.chars().nth(at)).unwrap_or(c)).collect()
}
