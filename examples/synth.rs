//! Makes up the delivery of a supplier that prints warrant cards: an extract, orders, photographs, copies, letters,
//! server settings and logs, with the true counts beside it. Everybody in it is invented; one seed, one delivery, to the byte.
//! It must not use the library: what Provost finds is compared with what this knows.
//!
//! ```sh
//! cargo run --release --example synth -- --people 47000 --seed 7 --photos yes --copies 1 --filler 0 OUT
//! ```
//!
//! Tests take it in by `#[path = "../examples/synth.rs"] mod synth;` and call [`generate`].
#![allow(unreachable_pub, reason = "public for the tests that take this file in as a module")]

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Surnames of many origins; all of them can be written in Windows-1252, so that old exports lose nothing.
pub const SURNAMES: &str = "Smith,Jones,Taylor,Brown,Williams,Wilson,Johnson,Davies,Patel,Robinson,Wright,Thompson,Evans,Walker,\
White,Roberts,Green,Hall,Wood,Jackson,Clarke,Khan,Hughes,Edwards,Turner,Hill,Harris,Cooper,Ward,Moore,Morris,Clark,Lee,\
Baker,Harrison,King,Morgan,Allen,James,Scott,Watson,Phillips,Parker,Bennett,Price,Griffiths,Young,Ali,Begum,Cook,\
Richardson,Mitchell,Carter,Shaw,Bell,Collins,Murphy,Miller,Cox,Marshall,Richards,Simpson,Adams,Anderson,Campbell,\
Mahmood,Ahmed,Hussain,Akhtar,Chaudhry,Malik,Iqbal,Shah,Rahman,Miah,Chowdhury,Uddin,Islam,Siddiqui,Qureshi,\
Singh,Kaur,Sharma,Gupta,Mehta,Desai,Joshi,Kapoor,Nair,Menon,Iyer,Reddy,Banerjee,Mukherjee,Chatterjee,Bose,Gill,Sandhu,\
Dhillon,Grewal,Bains,Sidhu,Perera,Fernando,Silva,Jayasuriya,Gunawardena,Thapa,Gurung,Rai,Limbu,Tamang,\
O'Brien,O'Neill,O'Connor,O'Sullivan,O'Reilly,O'Donnell,O'Keeffe,O'Leary,O'Shea,O'Hara,O'Dowd,O'Malley,D'Souza,D'Arcy,\
D'Angelo,McCarthy,McDonald,McGregor,McKenzie,McLaughlin,McBride,McAllister,MacLeod,MacDonald,MacKay,MacNeil,Gallagher,\
Byrne,Kelly,Ryan,Walsh,Doyle,Kennedy,Lynch,Quinn,Nolan,Brennan,Doherty,Kavanagh,Gallacher,Sutherland,Sinclair,Fraser,\
Ross,Cameron,Stewart,Murray,Graham,Hamilton,Kerr,Douglas,Llewellyn,Pritchard,Powell,Bowen,Rees,Vaughan,Gwynne,Ap Rhys,\
Ffoulkes,Trelawney,Penhaligon,Nguyen,Tran,Pham,Huynh,Chan,Wong,Cheung,Leung,Lam,Ng,Ho,Chen,Wang,Zhang,Liu,Huang,Zhao,\
Xu,Kim,Park,Choi,Jeong,Tanaka,Suzuki,Watanabe,Yamamoto,Nakamura,Santos,Reyes,Cruz,Bautista,Garcia,Mendoza,Flores,\
Okafor,Adeyemi,Okonkwo,Eze,Nwosu,Balogun,Olawale,Adebayo,Ogunleye,Abiola,Mensah,Owusu,Boateng,Asante,Appiah,Osei,\
Kamara,Sesay,Conteh,Diallo,Traoré,Koné,Camara,Touré,Mwangi,Otieno,Kariuki,Njoroge,Odhiambo,Abdi,Hassan,Mohamed,Osman,\
Warsame,Tesfaye,Bekele,Haile,Moyo,Ndlovu,Dube,Sibanda,Nkosi,Dlamini,Botha,Van der Merwe,Van den Berg,De Vries,\
De Jong,Van Dijk,Jansen,Bakker,Visser,Müller,Schmidt,Schneider,Fischer,Weber,Becker,Hoffmann,Schäfer,Köhler,Krüger,\
Böhm,Jäger,Gruber,Huber,Nowak,Kowalski,Kowalska,Lewandowski,Kaminski,Zielinski,Mazur,Krawczyk,Wojcik,Sikora,Novák,\
Svoboda,Dvorák,Procházka,Horák,Nagy,Kovács,Szabó,Tóth,Horváth,Varga,Popescu,Ionescu,Dumitru,Stan,Munteanu,Ivanova,\
Petrov,Dimitrov,Georgieva,Kovalenko,Shevchenko,Bondarenko,Melnyk,Horvat,Kovac,Šimic,Žagar,Petrauskas,Kazlauskas,\
Kalnins,Ozols,Tamm,Saar,Virtanen,Mäkinen,Nieminen,Laine,Hansen,Jensen,Sørensen,Nørgaard,Johansson,Lindström,Öberg,\
Åkesson,Bergström,Haugen,Bjørnstad,Gunnarsson,Sigurðardóttir,Rossi,Russo,Ferrari,Esposito,Bianchi,Romano,Greco,De Luca,\
Di Stefano,Lo Presti,Fernández,González,Rodríguez,López,Martínez,Sánchez,Pérez,Gómez,Muñoz,Núñez,Ibáñez,Ferreira,\
Pereira,Oliveira,Carvalho,Gonçalves,Conceição,Magalhães,Dubois,Lefèvre,Moreau,Girard,Rousseau,Benoît,Le Goff,Papadopoulos,\
Nikolaidis,Georgiou,Christodoulou,Demir,Yilmaz,Kaya,Çelik,Özdemir,Aydin,Hosseini,Karimi,Ahmadi,Rezaei,Haddad,Khoury,\
Nasser,El-Sayed,Al-Hashimi,Ben Salah,Cohen,Levy,Friedman,Goldberg,Rosenthal,Shapiro,Stone,Webb,Holmes,Barker,Pearce,\
Fletcher,Hawkins,Saunders,Chapman,Spencer,Ashworth,Fairhurst,Rowbotham,Ramsbottom,Hardcastle,Thistlethwaite,Featherstone";

/// Given names, as mixed as the surnames.
pub const FORENAMES: &str = "James,John,Robert,Michael,David,William,Richard,Thomas,Mark,Paul,Andrew,Steven,Stephen,Peter,Simon,\
Daniel,Matthew,Christopher,Anthony,Ian,Gary,Kevin,Alan,Graham,Neil,Stuart,Craig,Lee,Darren,Jason,Adam,Ben,Luke,Ryan,\
Jack,Harry,Oliver,George,Charlie,Alfie,Oscar,Leo,Arthur,Henry,Edward,Samuel,Joseph,Alexander,Nathan,Callum,Jamie,\
Connor,Liam,Sean,Patrick,Declan,Cormac,Eoin,Padraig,Séamus,Tadhg,Ruairí,Fergus,Hamish,Alasdair,Angus,Iain,Rhys,Dylan,\
Gareth,Huw,Ieuan,Owain,Emrys,Mary,Susan,Margaret,Patricia,Sarah,Karen,Helen,Julie,Jane,Elizabeth,Catherine,Alison,\
Claire,Emma,Laura,Rebecca,Rachel,Nicola,Samantha,Victoria,Amanda,Louise,Joanne,Lisa,Michelle,Sharon,Tracey,Deborah,\
Charlotte,Hannah,Lucy,Sophie,Jessica,Emily,Olivia,Amelia,Isla,Ava,Grace,Freya,Poppy,Ella,Daisy,Alice,Ruby,Eleanor,\
Harriet,Georgina,Siobhán,Niamh,Aoife,Róisín,Sinéad,Orla,Gráinne,Ciara,Morag,Eilidh,Catriona,Mairi,Sian,Carys,Bronwen,\
Angharad,Nia,Megan,Mohammed,Muhammad,Ahmed,Ali,Omar,Hassan,Yusuf,Ibrahim,Imran,Tariq,Asif,Bilal,Hamza,Zain,Faisal,\
Aisha,Fatima,Zainab,Maryam,Khadija,Samina,Nadia,Yasmin,Shabana,Rukhsana,Raj,Sanjay,Anil,Vikram,Arjun,Rohan,Amit,\
Harpreet,Gurpreet,Manjit,Jaswinder,Balbir,Priya,Anjali,Sunita,Deepa,Kavita,Meera,Lakshmi,Nisha,Simran,Navdeep,Wei,\
Jun,Ming,Xin,Li,Mei,Ling,Hui,Yan,Jia,Minh,Linh,Thuy,Hoa,Kenji,Yuki,Haruto,Sakura,Min-jun,Seo-yeon,Ji-woo,Kwame,Kofi,\
Kojo,Yaw,Ama,Abena,Akua,Efua,Chinedu,Emeka,Ifeanyi,Obinna,Ngozi,Chioma,Adaeze,Amara,Tunde,Segun,Femi,Kehinde,Folake,\
Yetunde,Bola,Sipho,Thabo,Nomsa,Zanele,Tendai,Farai,Rutendo,Wanjiru,Kamau,Achieng,Otieno,Abdi,Hodan,Ayaan,Selam,Dawit,\
Hans,Jürgen,Klaus,Stefan,Matthias,Jörg,Günther,Anke,Heike,Sabine,Katrin,Anneliese,Pieter,Jan,Willem,Joost,Marieke,\
Sanne,Femke,Piotr,Pawel,Tomasz,Krzysztof,Marek,Jakub,Wojciech,Agnieszka,Katarzyna,Malgorzata,Zofia,Ewa,Jirí,Václav,\
Zdenek,Lenka,Zuzana,László,Zoltán,István,Ágnes,Éva,Ion,Andrei,Mihai,Elena,Ioana,Georgi,Dimitar,Desislava,Oleksandr,\
Oksana,Iryna,Taras,Luka,Željko,Ivana,Mindaugas,Rasa,Janis,Inga,Mart,Kadri,Juha,Päivi,Jukka,Søren,Lars,Bjørn,Åse,Ingrid,\
Gunnar,Sigrún,Marco,Luca,Giuseppe,Giulia,Chiara,Francesca,José,Jesús,Ángel,Íñigo,María,Lucía,Begoña,Inés,João,António,\
Conceição,Inês,Beatriz,François,Benoît,Étienne,Hélène,Chloé,Zoë,Élodie,Loïc,Anaïs,Yannis,Kostas,Eleni,Despina,Mehmet,\
Mustafa,Ayse,Zeynep,Reza,Dariush,Shirin,Leila,Samir,Rania,Tarek,Salma,David-John,Anne-Marie,Mary-Kate,Jean-Luc";

/// Ranks and how many of a hundred and sixty hold them.
pub const RANKS: &[(&str, u64)] = &[
    ("Constable", 88),
    ("Detective Constable", 22),
    ("Special Constable", 12),
    ("Sergeant", 16),
    ("Detective Sergeant", 7),
    ("Inspector", 6),
    ("Detective Inspector", 3),
    ("Chief Inspector", 3),
    ("Superintendent", 1),
    ("Chief Superintendent", 1),
    ("Commander", 1),
];

/// Units; some hold a comma or quotes, as real ones do.
pub const UNITS: &[&str] = &[
    "Response Team A",
    "Response Team B",
    "Neighbourhoods North",
    "Neighbourhoods South",
    "Roads Policing",
    "Custody, Central",
    "Firearms Command",
    "Dog Section",
    "Marine Unit",
    "Air Support",
    "Forensics, Imaging",
    "Cyber Crime",
    "Protection \"Royalty\"",
    "Public Order",
    "Professional Standards",
    "Control Room",
];

/// Vetting levels and how many of a hundred have them, of those that have one.
pub const VETTING: &[(&str, u64)] = &[("RV", 55), ("MV", 18), ("CTC", 12), ("SC", 11), ("DV", 4)];

/// Header spellings of the orders: number, name, rank, expiry.
const SPELLINGS: &[[&str; 4]] = &[
    ["Warrant No", "Name", "Rank", "Card Expiry"],
    ["WARRANT_NUMBER", "FULL_NAME", "RANK", "EXPIRY_DATE"],
    ["warrantNumber", "officerName", "rank", "cardExpiry"],
    ["Warrant #", "Officer", "Rank/Grade", "Valid until"],
    ["Warrant Card No.", "Card holder", "Rank title", "Expires"],
    ["warrant_no", "cardholder_name", "rank", "expires_on"],
    ["Warrant number", "Name on card", "Rank", "Expiry"],
    ["WarrantNo", "HolderName", "RankName", "ExpiryDate"],
    ["Warr. No", "Name, as printed", "Rank", "Exp."],
    ["WARRANT ID", "PRINT NAME", "RANK", "VALID TO"],
    ["Officer warrant no", "Officer name", "Officer rank", "End date"],
    ["warrant-number", "full-name", "rank", "valid-to"],
];

/// Orders of the four columns.
const ORDERS: &[[usize; 4]] = &[[0, 1, 2, 3], [1, 0, 2, 3], [2, 1, 0, 3], [3, 0, 1, 2], [1, 2, 3, 0]];

/// Delimiters of the orders.
const DELIMITERS: &[char] = &[',', ';', '\t', '|'];

/// People in one order.
const BATCH: usize = 500;

/// Photographs in one folder.
const FOLDER: u64 = 1000;

/// How many distinct warrant numbers of six digits there are.
const WARRANTS: u64 = 900_000;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many people, at most 900,000.
    pub people: u64,
    /// Another seed, another delivery.
    pub seed: u64,
    /// Whether photographs are delivered; without them the extract names none either.
    pub photos: bool,
    /// How many times the extract and every tenth order lie in `backup/old` once more.
    pub copies: u64,
    /// MiB of log lines without personal data, on top of a few.
    pub filler_mb: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { people: 47_000, seed: 7, photos: true, copies: 1, filler_mb: 0 }
    }
}

/// What was made, counted while it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Truth {
    /// People, each with a name.
    pub people: u64,
    /// People whose name, photograph (the file itself) and vetting level are all in the delivery.
    pub together: u64,
    /// Photographs delivered, one a person.
    pub photos: u64,
    /// People with a vetting level.
    pub with_vetting: u64,
    /// Files written.
    pub files: u64,
    /// Bytes written.
    pub bytes: u64,
}

impl Truth {
    /// The counts as one JSON line, without the line end.
    pub fn json(&self) -> String {
        let Self { people, together, photos, with_vetting, files, bytes } = self;
        format!(
            r#"{{"people":{people},"together":{together},"photos":{photos},"with_vetting":{with_vetting},"files":{files},"bytes":{bytes}}}"#
        )
    }
}

/// Writes a delivery into `out`, which must not exist or be an empty folder.
///
/// # Errors
/// When there are to be more people than warrant numbers, when `out` holds something, or when it cannot be written.
pub fn generate(options: &Options, out: &Path) -> io::Result<Truth> {
    if options.people > WARRANTS {
        return Err(invalid(format!("at most {WARRANTS} people have a warrant number of their own")));
    }
    if out.exists() && fs::read_dir(out)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the output folder is not empty"));
    }
    fs::create_dir_all(out)?;
    let mut random = Random(options.seed);
    let people = people(options, &mut random);
    let mut delivery = Delivery { root: out, truth: Truth::default() };
    delivery.truth.people = options.people;
    delivery.truth.with_vetting = count(&people, |p| !p.vetting.is_empty());
    delivery.truth.photos = count(&people, |p| p.photo);
    delivery.truth.together = count(&people, |p| p.photo && !p.vetting.is_empty());

    tables(options, &people, &mut random, &mut delivery)?;
    photographs(&people, &mut random, &mut delivery)?;
    delivery.write("archive/roster.jsonl", roster(&people).as_bytes())?;
    letters(&people, &mut delivery)?;
    delivery.write("servers/web-01/etc/ssh/sshd_config", SSHD.as_bytes())?;
    delivery.write("servers/web-01/etc/nginx/nginx.conf", NGINX.as_bytes())?;
    delivery.write("README.txt", README.as_bytes())?;
    log(options.filler_mb, &mut random, &mut delivery)?;
    Ok(delivery.truth)
}

/// Somebody who does not exist.
struct Person {
    warrant: u32,
    surname: String,
    forenames: String,
    rank: &'static str,
    unit: &'static str,
    vetting: &'static str,
    pay: u64,
    email: String,
    photo: bool,
    expiry: (u64, u64, u64),
}

impl Person {
    /// The name as a letter would have it.
    fn full_name(&self) -> String {
        format!("{} {}", self.forenames, self.surname)
    }

    /// The name as a register would have it.
    fn index_name(&self) -> String {
        format!("{}, {}", self.surname.to_uppercase(), self.forenames)
    }

    /// The end of the card in one of three ways of writing a date.
    fn expiry(&self, way: usize) -> String {
        let (year, month, day) = self.expiry;
        match way % 3 {
            0 => format!("{day:02}/{month:02}/{year}"),
            1 => format!("{year}-{month:02}-{day:02}"),
            _ => format!("{day:02}.{month:02}.{year}"),
        }
    }
}

/// The splitmix64 generator: the whole state is one number.
struct Random(u64);

impl Random {
    /// The next 64 bits.
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 for an `end` of 0.
    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(end)) >> 64) as u64
    }

    /// One of a list that is not empty.
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    /// One of a list that is not empty, by weight.
    fn weighted(&mut self, list: &[(&'static str, u64)]) -> &'static str {
        let mut left = self.below(list.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in list {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        ""
    }

    /// Puts the first `count` of a list into random order, drawn from all of it.
    fn shuffle<T>(&mut self, list: &mut [T], count: usize) {
        for i in 0..count.min(list.len()) {
            let j = i + self.below((list.len() - i) as u64) as usize;
            list.swap(i, j);
        }
    }
}

/// The output folder and what has been written into it.
struct Delivery<'a> {
    root: &'a Path,
    truth: Truth,
}

impl Delivery<'_> {
    /// The place of a file, its folder made.
    fn place(&self, path: &str) -> io::Result<PathBuf> {
        let place = self.root.join(path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(place)
    }

    /// Writes a whole file.
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        fs::write(self.place(path)?, bytes)?;
        self.count(bytes.len() as u64);
        Ok(())
    }

    /// Counts a file written.
    fn count(&mut self, bytes: u64) {
        self.truth.files += 1;
        self.truth.bytes += bytes;
    }
}

/// How the bytes of an order are written.
#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf8Bom,
    Utf16Le,
    /// Windows-1252, with the line ends of Windows.
    Cp1252,
}

/// All encodings, as the orders take turns with them.
const ENCODINGS: &[Encoding] = &[Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Cp1252];

impl Encoding {
    /// What ends a line.
    fn line_end(self) -> &'static str {
        match self {
            Self::Cp1252 => "\r\n",
            _ => "\n",
        }
    }

    /// The text as bytes; an error rather than a question mark for what the encoding lacks.
    fn encode(self, text: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Utf8Bom => Ok([b"\xEF\xBB\xBF", text.as_bytes()].concat()),
            Self::Utf16Le => Ok([0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()),
            Self::Cp1252 => text.chars().map(cp1252).collect(),
        }
    }
}

/// One character in Windows-1252, as far as the names need it.
fn cp1252(c: char) -> io::Result<u8> {
    match c {
        'Š' => Ok(0x8A),
        'š' => Ok(0x9A),
        'Ž' => Ok(0x8E),
        'ž' => Ok(0x9E),
        'Ÿ' => Ok(0x9F),
        '\0'..='\x7F' | '\u{A0}'..='\u{FF}' => Ok(c as u8),
        _ => Err(invalid(format!("{c} is not in Windows-1252"))),
    }
}

/// Invents everybody, in random order of their numbers.
fn people(options: &Options, random: &mut Random) -> Vec<Person> {
    let surnames: Vec<&str> = SURNAMES.split(',').collect();
    let forenames: Vec<&str> = FORENAMES.split(',').collect();
    let total = options.people as usize;
    let mut warrants: Vec<u32> = (100_000..1_000_000).collect();
    random.shuffle(&mut warrants, total);
    let offset = random.below(90_000_000);
    let mut namesakes: HashMap<String, u32> = HashMap::new();
    warrants
        .into_iter()
        .take(total)
        .map(|warrant| {
            let mut surname = random.pick(&surnames).to_owned();
            if random.below(16) == 0 && !surname.contains([' ', '-']) {
                let other = random.pick(&surnames);
                if other != surname && !other.contains([' ', '-']) {
                    surname = format!("{surname}-{other}");
                }
            }
            let first = random.pick(&forenames);
            let second = random.pick(&forenames);
            let forenames = if random.below(8) == 0 && first != second { format!("{first} {second}") } else { first.to_owned() };
            let local = format!("{}.{}", plain(first), plain(&surname));
            let namesake = namesakes.entry(local.clone()).or_default();
            *namesake += 1;
            let email = format!("{local}{namesake}@example.org");
            Person {
                warrant,
                surname,
                forenames,
                rank: random.weighted(RANKS),
                unit: random.pick(UNITS),
                vetting: if random.below(5) == 0 { "" } else { random.weighted(VETTING) },
                // a step without a factor in common with the range: distinct warrants have distinct pay numbers
                pay: 10_000_000 + (u64::from(warrant) * 48_271_897 + offset) % 90_000_000,
                email,
                // drawn in any case, so that with and without photographs the people are the same
                photo: (random.below(10) != 0) & options.photos,
                expiry: (2026 + random.below(5), 1 + random.below(12), 1 + random.below(28)),
            }
        })
        .collect()
}

/// A name as it stands in an e-mail address: small letters without marks.
fn plain(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' => out.push('a'),
            'æ' => out.push_str("ae"),
            'ç' => out.push('c'),
            'è'..='ë' => out.push('e'),
            'ì'..='ï' => out.push('i'),
            'ð' => out.push('d'),
            'ñ' => out.push('n'),
            'ò'..='ö' | 'ø' => out.push('o'),
            'š' => out.push('s'),
            'ù'..='ü' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ž' => out.push('z'),
            'þ' => out.push_str("th"),
            '-' | 'a'..='z' => out.push(c),
            _ => {}
        }
    }
    out
}

/// The extract, the orders and their copies.
fn tables(options: &Options, people: &[Person], random: &mut Random, delivery: &mut Delivery) -> io::Result<()> {
    let extract = extract(people);
    delivery.write("extracts/force-extract.csv", extract.as_bytes())?;
    for copy in 1..=options.copies {
        delivery.write(&format!("backup/old/{copy:02}/force-extract.csv"), extract.as_bytes())?;
    }
    let mut queue: Vec<&Person> = people.iter().collect();
    random.shuffle(&mut queue, people.len());
    for (i, batch) in queue.chunks(BATCH).enumerate() {
        let bytes = order(i, batch)?;
        let name = format!("batch-{:04}.csv", i + 1);
        delivery.write(&format!("orders/{name}"), &bytes)?;
        if i % 10 == 0 {
            for copy in 1..=options.copies {
                delivery.write(&format!("backup/old/{copy:02}/{name}"), &bytes)?;
            }
        }
    }
    Ok(())
}

/// The table that should never have left the force.
fn extract(people: &[Person]) -> String {
    let header =
        ["Warrant No", "Surname", "Forenames", "Rank", "Unit", "Vetting Level", "Pay No", "E-mail", "Photo", "Card Expiry"];
    let mut out = String::new();
    record(&mut out, ',', "\n", &header);
    for p in people {
        let warrant = p.warrant.to_string();
        let photo = if p.photo { format!("{warrant}.jpg") } else { String::new() };
        let (pay, expiry) = (p.pay.to_string(), p.expiry(0));
        record(
            &mut out,
            ',',
            "\n",
            &[&warrant, &p.surname, &p.forenames, p.rank, p.unit, p.vetting, &pay, &p.email, &photo, &expiry],
        );
    }
    out
}

/// The order with this index: each is spelt, ordered, delimited and encoded in its own way.
fn order(i: usize, batch: &[&Person]) -> io::Result<Vec<u8>> {
    let columns = ORDERS[i % ORDERS.len()];
    let delimiter = DELIMITERS[i % DELIMITERS.len()];
    // moves on by one with every round of delimiters, so that all pairs come up
    let encoding = ENCODINGS[(i + i / DELIMITERS.len()) % ENCODINGS.len()];
    let mut text = String::new();
    let header = SPELLINGS[i % SPELLINGS.len()];
    record(&mut text, delimiter, encoding.line_end(), &columns.map(|c| header[c]));
    for p in batch {
        let name = if i.is_multiple_of(2) { p.index_name() } else { p.full_name() };
        let (warrant, expiry) = (p.warrant.to_string(), p.expiry(i));
        let fields = [warrant.as_str(), &name, p.rank, &expiry];
        record(&mut text, delimiter, encoding.line_end(), &columns.map(|c| fields[c]));
    }
    encoding.encode(&text)
}

/// Adds one row of a table, with quotes where they are needed.
fn record(out: &mut String, delimiter: char, line_end: &str, fields: &[&str]) {
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            out.push(delimiter);
        }
        if field.contains([delimiter, '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(field);
        }
    }
    out.push_str(line_end);
}

/// Every third person as a JSON line; nothing in the names needs an escape.
fn roster(people: &[Person]) -> String {
    let mut out = String::new();
    for p in people.iter().step_by(3) {
        let vetting = if p.vetting.is_empty() { "null".to_owned() } else { format!("\"{}\"", p.vetting) };
        let line = format!(r#"{{"warrantNumber":"{}","fullName":"{}","vetting":{vetting}}}"#, p.warrant, p.full_name());
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// A letter to one in two hundred, which knows the e-mail address and nothing else.
fn letters(people: &[Person], delivery: &mut Delivery) -> io::Result<()> {
    for (i, p) in people.iter().step_by(200).enumerate() {
        let body = match i % 3 {
            0 => "your new card is ready and goes out with the next courier. Please hand in the old one on the same day.",
            1 => "the picture we were sent for your card is too dark to print. Please have another one taken.",
            _ => "we could not deliver your card, as nobody was at the desk. We will try again next week.",
        };
        let letter = format!(
            "To: {}\nSubject: Your card\n\nDear colleague,\n\n{body}\n\nThis letter was sent to {} only.\n\nThe card desk\n",
            p.email, p.email
        );
        delivery.write(&format!("mail/letter-{:04}.txt", i + 1), letter.as_bytes())?;
    }
    Ok(())
}

/// The photographs, named by warrant number, a thousand in a folder.
fn photographs(people: &[Person], random: &mut Random, delivery: &mut Delivery) -> io::Result<()> {
    for (i, p) in (0..).zip(people.iter().filter(|p| p.photo)) {
        let path = format!("photos/{:03}/{}.jpg", i / FOLDER, p.warrant);
        delivery.write(&path, &jpeg(random))?;
    }
    Ok(())
}

/// The usual Huffman table for the brightness of a square: how many codes of each length there are, and their values.
const DC: (&[u8; 16], &[u8]) = (&[0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

/// A table for the other frequencies with the one value that is used: "end of block", in two bits.
const AC: (&[u8; 16], &[u8]) = (&[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &[0]);

/// A grey portrait of 96 by 128 pixels in squares of eight, a little different every time: about 600 bytes, and it opens.
fn jpeg(random: &mut Random) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    segment(&mut out, 0xE0, b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00");
    let mut comment = b"a portrait of nobody ".to_vec();
    let length = 250 + random.below(64);
    comment.extend((0..length).map(|_| b'a' + random.below(26) as u8));
    segment(&mut out, 0xFE, &comment);
    segment(&mut out, 0xDB, &[&[0][..], &[16; 64]].concat());
    segment(&mut out, 0xC0, &[8, 0, 128, 0, 96, 1, 1, 0x11, 0]);
    for (class, (lengths, values)) in [(0x00, DC), (0x10, AC)] {
        segment(&mut out, 0xC4, &[&[class][..], lengths, values].concat());
    }
    segment(&mut out, 0xDA, &[1, 1, 0, 0, 63, 0]);
    let mut bits = Bits::default();
    for _ in 0..(96 / 8) * (128 / 8) {
        match random.below(4) {
            0 => bits.push(0b0100, 4), // one step darker: size 1 (010), bit 0
            1 => bits.push(0b0101, 4), // one step brighter: size 1 (010), bit 1
            _ => bits.push(0b00, 2),   // as before: size 0
        }
        bits.push(0b00, 2); // end of block
    }
    out.extend(bits.finish());
    out.extend([0xFF, 0xD9]);
    out
}

/// Adds a JPEG segment: marker, length, content.
fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    out.extend([0xFF, marker]);
    out.extend((content.len() as u16 + 2).to_be_bytes());
    out.extend(content);
}

/// Bits gathered into the bytes of a JPEG scan.
#[derive(Default)]
struct Bits {
    out: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    /// Adds the lowest `count` bits.
    fn push(&mut self, bits: u32, count: u32) {
        self.pending = (self.pending << count) | bits;
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.pending >> self.count) as u8;
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0); // so that it is not taken for a marker
            }
        }
    }

    /// Fills up the last byte with ones.
    fn finish(mut self) -> Vec<u8> {
        let missing = (8 - self.count) % 8;
        self.push((1 << missing) - 1, missing);
        self.out
    }
}

/// A log of a print server, in which nobody appears.
fn log(filler_mb: u64, random: &mut Random, delivery: &mut Delivery) -> io::Result<()> {
    const EVENTS: &[&str] = &[
        "INFO spooler: job accepted, tray",
        "INFO spooler: job finished, tray",
        "DEBUG laminator: temperature steady, plate",
        "INFO ribbon: panels left below the mark, drum",
        "WARN feeder: card misread and sent back, slot",
        "DEBUG health: all queues empty, worker",
    ];
    let mut file = BufWriter::new(File::create(delivery.place("logs/app.log")?)?);
    let (mut bytes, mut lines) = (0, 0_u64);
    while lines < 40 || bytes < filler_mb << 20 {
        let (day, hour, minute, second) = (lines / 86_400 % 28 + 1, lines / 3600 % 24, lines / 60 % 60, lines % 60);
        let event = random.pick(EVENTS);
        let line = format!("2026-03-{day:02}T{hour:02}:{minute:02}:{second:02}Z {event} {}\n", random.below(12));
        file.write_all(line.as_bytes())?;
        bytes += line.len() as u64;
        lines += 1;
    }
    file.flush()?;
    delivery.count(bytes);
    Ok(())
}

/// A daemon that lets everybody try.
const SSHD: &str = "# managed by hand
Port 22
Protocol 2
PermitRootLogin prohibit-password
PasswordAuthentication yes
MaxAuthTries 6
X11Forwarding yes
ClientAliveInterval 0
Subsystem sftp internal-sftp
";

/// A web server between good and bad.
const NGINX: &str = "worker_processes auto;
events { worker_connections 512; }
http {
    server_tokens on;
    server {
        listen 443 ssl;
        server_name cards.example.org;
        ssl_protocols TLSv1.1 TLSv1.2;
        ssl_certificate /etc/ssl/cards.pem;
        ssl_certificate_key /etc/ssl/private/cards.key;
        location /photos/ { autoindex on; root /srv/cards; }
    }
}
";

/// The note at the top of the delivery.
const README: &str = "This delivery is made up by examples/synth.rs. Nobody in it exists.

extracts/  one table of everybody
orders/    print orders, five hundred cards each
photos/    portraits
backup/    older copies
archive/   roster of the last system
mail/      letters
servers/   settings
logs/      log of the print server
";

/// How many people are so.
fn count(people: &[Person], so: impl Fn(&Person) -> bool) -> u64 {
    people.iter().filter(|p| so(p)).count() as u64
}

/// An error about what was asked for.
fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message.into())
}

/// Reads the command line.
fn arguments(mut words: impl Iterator<Item = String>) -> io::Result<(Options, PathBuf)> {
    const USAGE: &str = "usage: synth [--people N] [--seed N] [--photos yes|no] [--copies N] [--filler MB] OUT";
    let mut options = Options::default();
    let mut out = None;
    while let Some(word) = words.next() {
        if !word.starts_with("--") {
            if out.replace(PathBuf::from(word)).is_some() {
                return Err(invalid(USAGE));
            }
            continue;
        }
        let value = words.next().ok_or_else(|| invalid(USAGE))?;
        let number = || value.parse().map_err(|_| invalid(format!("{word} {value}: not a number; {USAGE}")));
        match (word.as_str(), value.as_str()) {
            ("--people", _) => options.people = number()?,
            ("--seed", _) => options.seed = number()?,
            ("--copies", _) => options.copies = number()?,
            ("--filler", _) => options.filler_mb = number()?,
            ("--photos", "yes") => options.photos = true,
            ("--photos", "no") => options.photos = false,
            _ => return Err(invalid(USAGE)),
        }
    }
    Ok((options, out.ok_or_else(|| invalid(USAGE))?))
}

/// Makes the delivery and prints the truth about it as a JSON line.
#[allow(dead_code, reason = "not called where tests take this file in as a module")]
fn main() -> io::Result<()> {
    let (options, out) = arguments(std::env::args().skip(1))?;
    let truth = generate(&options, &out)?;
    writeln!(io::stdout(), "{}", truth.json())
}
