//! What a column of a roster may hold, and in how many spellings its header is written. It must not use the library.

use super::random::Random;

/// A kind of column.
pub struct Kind {
    /// What its cells are made by.
    pub id: &'static str,
    /// The class that Provost should give it under a header.
    pub class: Option<&'static str>,
    /// Whether its cells alone tell the class.
    pub alone: bool,
    /// How many of a hundred rosters have it.
    pub often: u64,
    /// Headers in plain words, written in every style.
    pub plain: &'static str,
    /// Headers written just so.
    pub odd: &'static str,
    /// What may stand in brackets behind it.
    pub unit: &'static str,
}

/// All of them; the words are parted by `|`.
pub const KINDS: &[Kind] = &[
    Kind {
        id: "name",
        class: Some("person_name"),
        alone: true,
        often: 0,
        plain: "name|full name|officer name|employee name|card holder|cardholder name|name on card|display name|staff name|print name",
        odd: "Name of holder|Holder's name|Officer's name|NAME (AS PRINTED)|Nombre completo|Imi\u{119} i nazwisko|Enw llawn|Ainm \
              ioml\u{e1}n|Nom complet|Vollst\u{e4}ndiger Name|Employee|Officer (full name)|Cardholder's Full Name|Surname & initials|Person|Name/Rank holder|Holder",
        unit: "as printed",
    },
    Kind {
        id: "given",
        class: Some("person_name"),
        alone: true,
        often: 0,
        plain: "first name|forename|given name|given names|forenames|first names|officer forename|employee first name",
        odd: "Fore-name(s)|First Name(s)|Christian name(s)|F. name|Known as|Vorname|Pr\u{e9}nom|Nombre|Imi\u{119}|Enw cyntaf|C\u{e9}adainm|Forename/Initial|Given Name(s)|1st name|Fname|First-Names|Prenom|Given",
        unit: "as printed",
    },
    Kind {
        id: "family",
        class: Some("person_name"),
        alone: true,
        often: 0,
        plain: "surname|last name|family name|officer surname|employee surname|staff surname|employee last name",
        odd: "Sur-name|Surname/Family name|SURNAME (BLOCK CAPITALS)|S. name|Nachname|Nom|Apellidos|Nazwisko|Cyfenw|Sloinne|Familienname|\
              Nom de famille|Surname(s)|Last-name|Lname|Surname:|Family Name (legal)|SURNAME/LAST NAME",
        unit: "as printed",
    },
    Kind {
        id: "initials",
        class: Some("person_name"),
        alone: false,
        often: 0,
        plain: "initials|initial|first initial",
        odd: "Init.|Inits|Initial(s)",
        unit: "max 3",
    },
    Kind {
        id: "warrant",
        class: Some("warrant_number"),
        alone: false,
        often: 55,
        plain: "warrant no|warrant number|warrant card no|warrant card number|warrant id|warrant num|officer warrant no|officer no|warrant ref",
        odd: "Wrnt No.|Warr. No|WARRANT#|Warrant Nr.|W. No.|Warrant No/ID|Warrnt Number|Rhif gwarant|Uimhir bharánta|Warrant Card No (6 digit)|WARRANT_NO.|Officers Warrant Number|warrant_num|WarrantCardNumber|Force ID No|Police ID",
        unit: "6 digits",
    },
    Kind {
        id: "staff",
        class: Some("staff_number"),
        alone: false,
        often: 35,
        plain: "pay no|pay number|staff no|staff number|payroll number|employee id|employee number|emp no|personnel no|staff id",
        odd: "Pay No.|Payroll #|Emp. No.|Pers. No.|Staff I.D.|Personalnummer|Matricule|Numer pracownika|N\u{fa}mero de empleado|Rhif staff|\
              Uimhir foirne|Emp ID|Employee Ref|PayrollNo|Staff Num.|HR Ref|Personnel Number|SAP ID|Payrl No",
        unit: "HR",
    },
    Kind {
        id: "collar",
        class: Some("collar_number"),
        alone: false,
        often: 20,
        plain: "collar no|collar number|shoulder no|shoulder number|epaulette no|divisional number|collar id",
        odd: "Collar No.|Coll. No.|Collar/Shoulder No|Shldr No.|Epaulet. No.|Collar Num|Shoulder Num.|Epaulette #|COLLAR",
        unit: "div",
    },
    Kind {
        id: "rank",
        class: Some("rank"),
        alone: true,
        often: 50,
        plain: "rank|officer rank|current rank|rank title|rank code|police rank|rank description|substantive rank",
        odd: "Rank/Grade|Rank (abbr.)|Dienstgrad|Stopie\u{144}|Rheng|C\u{e9}im|Rango|Ranks|Rank Desc.|RankCode|Rank/Title|Rnk|Substantive Rank (current)",
        unit: "abbr",
    },
    Kind {
        id: "vetting",
        class: Some("vetting_level"),
        alone: true,
        often: 35,
        plain: "vetting|vetting level|vetting status|clearance|clearance level|security clearance|vetting type|vetting grade",
        odd: "Vetting Lvl|Vet. level|Vetting (level)|Vtg Level|Sec. clearance|Vetted to|Lefel fetio|Vetting Lvl.|Clearance Lvl|Security vetting level|NSV level|Vetting",
        unit: "NPPV",
    },
    Kind {
        id: "vetting_expiry",
        class: Some("vetting_level"),
        alone: false,
        often: 20,
        plain: "vetting expiry|vetting expiry date|clearance expiry|vetting expires|vetting date|vetting review date",
        odd: "Vetting exp.|Vetting Exp. Date|Vet. expiry|Clearance exp date",
        unit: "date",
    },
    Kind {
        id: "unit",
        class: Some("police_unit"),
        alone: true,
        often: 35,
        plain: "unit|unit name|department|team|org unit|posting|ocu|division|police unit|home unit|command|current posting",
        odd: "Dept.|Org. Unit|Unit/Dept|B.C.U.|Dienststelle|Posted to|Uned|Team/Unit|Dept name|Business Unit|Station|OCU code|Squad",
        unit: "current",
    },
    Kind {
        id: "birth",
        class: Some("date_of_birth"),
        alone: true,
        often: 40,
        plain: "dob|date of birth|birth date|officer dob|employee dob|birth day|holder dob",
        odd: "D.O.B.|D.o.B|Date-of-birth|DoB (dd/mm/yyyy)|Born|D of B|Geburtsdatum|Geb.-Datum|Date de naissance|Fecha de nacimiento|\
              Data urodzenia|Dyddiad geni|D\u{e1}ta breithe|Date of Birth:|Birthdate (UK)|DOB_DATE|Dte of Birth|Officer D.O.B|B'day|Birth-date",
        unit: "dd/mm/yyyy",
    },
    Kind {
        id: "email",
        class: Some("email_address"),
        alone: true,
        often: 40,
        plain: "email|email address|e mail|work email|officer email|staff email|mail address|contact email",
        odd: "E-Mail|e-mail addr.|Email (work)|E.mail|Eml addr|Courriel|Correo electr\u{f3}nico|E-Mail-Adresse|Adres e-mail|E-bost|\
              R\u{ed}omhphost|E-mail Address(es)|EmailAddr|Work e-mail|Contact Email|Officer Email Address|Mail",
        unit: "work",
    },
    Kind {
        id: "phone",
        class: Some("phone_number"),
        alone: true,
        often: 40,
        plain: "telephone|phone|phone no|mobile|mobile number|mobile phone|contact number|tel no|home phone|work telephone",
        odd: "Tel. (mob.)|Tel. No.|Mob. tel|Phone (work)|Telephone/Mobile|Ph. No.|Telefon|T\u{e9}l\u{e9}phone|Tel\u{e9}fono|Nr telefonu|\
              Ff\u{f4}n|F\u{f3}n|Mobile Phone Number|Tel (home)|Home Tel. No|Contact tel.|Telephone Number (inc. STD)|Cell phone|MobileNo",
        unit: "mob.",
    },
    Kind {
        id: "ni",
        class: Some("ni_number"),
        alone: true,
        often: 25,
        plain: "ni no|ni number|nino|national insurance no|national insurance number|nat ins no",
        odd: "N.I. No.|NI N\u{ba}|Nat. Ins. No.|Nat Insurance No|N I Number|NI#|Rhif Yswiriant Gwladol|NatInsNo|NI_Num|Nat.Ins.Number|NI number (HMRC)|National Ins. No.",
        unit: "HMRC",
    },
    Kind {
        id: "nhs",
        class: Some("nhs_number"),
        alone: true,
        often: 18,
        plain: "nhs no|nhs number|nhs num|nhs id|new nhs number",
        odd: "N.H.S. Number|NHS no.|NHS#|NHS (number)|Rhif GIG|NHS Ref|NHS_Num|NHS Nr.|Nhs-number",
        unit: "10 digits",
    },
    Kind {
        id: "postcode",
        class: Some("postcode"),
        alone: true,
        often: 30,
        plain: "postcode|post code|home postcode|zip|postal code|address postcode|zip code",
        odd: "Post-code|P/Code|Pst code|PLZ|Code postal|C\u{f3}digo postal|Kod pocztowy|Cod post|Home Post Code|PostCode|Pcode|Address Post Code|Post code (home)",
        unit: "home",
    },
    Kind {
        id: "address",
        class: Some("home_address"),
        alone: true,
        often: 25,
        plain: "home address|address|address line 1|street address|residential address|postal address|current address|private address",
        odd: "Home addr.|Address (home)|Addr. 1|H/Address|Adresse|Anschrift|Direcci\u{f3}n|Adres|Cyfeiriad|Seoladh|Address 1|1st line of address|Home Address Line 1|AddressLine1|Residential addr.|Street and number",
        unit: "home",
    },
    Kind {
        id: "card",
        class: Some("card_serial"),
        alone: true,
        often: 18,
        plain: "card serial|card serial no|card uid|chip id|chip serial|mifare uid|card csn|rfid number",
        odd: "Card CSN|Chip UID|Card S/N|C.S.N.|Chip ser. no.|Card Chip UID|RFID Tag|CARD_UID_HEX|Mifare serial|Chip No.",
        unit: "hex",
    },
    Kind {
        id: "blood",
        class: Some("blood_group"),
        alone: true,
        often: 18,
        plain: "blood group|blood type|blood grp|blood",
        odd: "Blood Grp.|Bl. group|Blood-group|Blutgruppe|Groupe sanguin|Grupo sangu\u{ed}neo|Grupa krwi|Gr\u{175}p gwaed|Blood Grp|BloodType|ABO/Rh|Blood Group & Rh",
        unit: "ABO",
    },
    Kind {
        id: "photo",
        class: Some("photograph"),
        alone: true,
        often: 30,
        plain: "photo|photo file|photo path|photo ref|photograph|photo name|officer photo|photo filename|staff photo",
        odd: "Photo (jpg)|Pic. file|Photo-file|Lichtbild|Foto|Zdj\u{119}cie|Llun|Photo Filename|Image file|ID photo|Portrait|PhotoRef|Picture",
        unit: "jpg",
    },
    Kind {
        id: "issued",
        class: None,
        alone: true,
        often: 20,
        plain: "issue date|card issued|date issued|printed on|despatch date",
        odd: "Iss. date|Issued (dd/mm/yyyy)|Issued on|Date of issue|Print date",
        unit: "date",
    },
    Kind {
        id: "expires",
        class: None,
        alone: true,
        often: 25,
        plain: "expiry date|card expiry|expires|valid until|expiry|valid to",
        odd: "Exp. date|Exp.|Card exp (mm/yyyy)|Expiry Date (card)|Valid thru|Card expires on",
        unit: "date",
    },
    Kind {
        id: "joined",
        class: None,
        alone: true,
        often: 8,
        plain: "date joined|start date|join date|joined",
        odd: "Joined on",
        unit: "date",
    },
    Kind {
        id: "notes",
        class: None,
        alone: true,
        often: 15,
        plain: "notes|remarks|comments|comment",
        odd: "Notes/Remarks|Comments (internal)|Free text",
        unit: "text",
    },
    Kind {
        id: "site",
        class: None,
        alone: true,
        often: 12,
        plain: "delivery site|depot|collection point|warehouse",
        odd: "Coll. point",
        unit: "text",
    },
    Kind {
        id: "batch",
        class: None,
        alone: true,
        often: 15,
        plain: "batch|batch no|print batch|job no|order no",
        odd: "Batch #|Job/Batch|Batch Number|Print Job No.",
        unit: "text",
    },
    Kind {
        id: "quantity",
        class: None,
        alone: true,
        often: 12,
        plain: "quantity|qty|cards|copies|count",
        odd: "Qty.|No. of cards",
        unit: "pcs",
    },
    Kind { id: "isbn", class: None, alone: true, often: 5, plain: "isbn|manual isbn|handbook isbn", odd: "I.S.B.N.", unit: "13" },
    Kind {
        id: "stock",
        class: None,
        alone: true,
        often: 15,
        plain: "stock code|sku|item code|product code|part no",
        odd: "Stock-code|Item #|SKU code|Stock Number|Item Ref",
        unit: "10 digits",
    },
    Kind {
        id: "stamp",
        class: None,
        alone: true,
        often: 15,
        plain: "timestamp|created at|updated at|last modified|printed at",
        odd: "Time-stamp",
        unit: "UTC",
    },
    Kind {
        id: "guid",
        class: None,
        alone: true,
        often: 15,
        plain: "guid|row guid|record id|uuid|request id",
        odd: "G.U.I.D.|Trace ID|Correlation Id",
        unit: "hex",
    },
    Kind {
        id: "order",
        class: None,
        alone: true,
        often: 12,
        plain: "order number|po number|docket no|line no|asset no|contract no",
        odd: "Order #|P.O. No.|Delivery note no.",
        unit: "ERP",
    },
    Kind {
        id: "company",
        class: None,
        alone: true,
        often: 10,
        plain: "supplier|supplier name|company|courier|printer name",
        odd: "Supplier/Courier|Printed by (firm)",
        unit: "text",
    },
    Kind {
        id: "item",
        class: None,
        alone: true,
        often: 10,
        plain: "item|product|description|material|card type|template name",
        odd: "Item desc.|Material (text)",
        unit: "text",
    },
    Kind {
        id: "weight",
        class: None,
        alone: true,
        often: 6,
        plain: "weight|unit price|price|tariff",
        odd: "Weight (g)|Unit price (GBP)",
        unit: "g",
    },
    Kind {
        id: "yesno",
        class: None,
        alone: true,
        often: 15,
        plain: "laminated|collected|lanyard|reprint|hologram",
        odd: "Lanyard (Y/N)|Coll'd?",
        unit: "y/n",
    },
];

/// How many styles a plain header is written in.
const STYLES: u64 = 15;

/// A header of a kind, in one of its spellings.
pub fn spell(kind: &Kind, random: &mut Random) -> String {
    let odd: Vec<&str> = kind.odd.split('|').collect();
    if random.percent(40) {
        return random.pick(&odd).to_owned();
    }
    let plain: Vec<&str> = kind.plain.split('|').collect();
    let words: Vec<&str> = random.pick(&plain).split(' ').collect();
    let capital = |word: &&str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    };
    let title = words.iter().map(capital).collect::<Vec<_>>().join(" ");
    match random.below(STYLES) {
        0 => words.join("_"),
        1 => words.iter().take(1).map(|word| (*word).to_owned()).chain(words.iter().skip(1).map(capital)).collect(),
        2 => words.iter().map(capital).collect(),
        3 => words.join("_").to_uppercase(),
        4 => title,
        5 => words.join(" ").to_uppercase(),
        6 => words.join(" "),
        7 => words.join("-"),
        8 => words.join("."),
        9 => format!("{title}."),
        10 => format!(" {title}  "),
        11 => format!("{title} ({})", kind.unit),
        12 => title.replace(' ', "\n"),
        13 => format!("{title}:"),
        _ => format!("{title} *"),
    }
}
