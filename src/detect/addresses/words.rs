//! The words of postal addresses in many languages, as one table: folded word in, flags out. General knowledge; nothing here
//! judges: `find.rs` does.

use foldhash::{HashMap, HashMapExt};
use std::sync::LazyLock;

/// What a word may be in an address; a word may be many things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(u32);

impl Flags {
    /// Road, Street: behind a name, and hardly anything else.
    pub(super) const TYPE: Self = Self(1);
    /// Court, Way: behind a name, and many other things.
    pub(super) const LOOSE: Self = Self(1 << 1);
    /// rue, calle: before a name.
    pub(super) const BEFORE: Self = Self(1 << 2);
    /// place, via: before a name, and English words.
    pub(super) const LOOSE_BEFORE: Self = Self(1 << 3);
    /// allee, utca: between a name and the number of the house.
    pub(super) const BEHIND: Self = Self(1 << 4);
    /// de la, van der: inside names of streets and towns.
    pub(super) const PARTICLE: Self = Self(1 << 5);
    /// apartment, suite: the number of a dwelling follows.
    pub(super) const UNIT: Self = Self(1 << 6);
    /// unit, room: a number follows here, too, but as often elsewhere.
    pub(super) const LOOSE_UNIT: Self = Self(1 << 7);
    /// A box for post.
    pub(super) const BOX: Self = Self(1 << 8);
    /// Not in the name of a street or town.
    pub(super) const STOP: Self = Self(1 << 9);
    /// State or province, as a sign of two or three letters.
    pub(super) const STATE: Self = Self(1 << 10);
    /// Country.
    pub(super) const COUNTRY: Self = Self(1 << 11);
    /// lives, address: an address may follow soon.
    pub(super) const CONTEXT: Self = Self(1 << 12);
    /// IP, e-mail: the address that is meant is none of a house.
    pub(super) const OTHER_ADDRESS: Self = Self(1 << 13);
    /// at, to, is: stands directly before an address.
    pub(super) const LEAD: Self = Self(1 << 14);
    /// Makes of a loose word behind it something else: supreme court, hard drive.
    pub(super) const SPOILS: Self = Self(1 << 15);
    /// Box of a forces' address: APO, FPO, DPO.
    pub(super) const FORCES: Self = Self(1 << 16);
    /// Section, table: the number behind it is none of a house.
    pub(super) const COUNTED: Self = Self(1 << 17);
    /// send, moved: an address may follow, and so may much else.
    pub(super) const MILD: Self = Self(1 << 18);
    /// de la: what stands before it is a street, if it may be one.
    pub(super) const JOINS: Self = Self(1 << 19);
    /// Road, Street: a town may follow without a comma.
    pub(super) const ROAD: Self = Self(1 << 21);
    /// Course, Mountains: streets of the United States end so, and much else.
    pub(super) const SUFFIX: Self = Self(1 << 22);
    /// No.: stands between a street and the number of the house.
    pub(super) const HOUSE: Self = Self(1 << 20);

    /// Whether the word is any of these.
    pub(super) const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// Both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

const LISTS: [(Flags, &str); 23] = [
    (
        Flags::TYPE,
        "street st road rd avenue ave lane ln boulevard blvd crescent cres terrace gardens gdns mews highway hwy parkway pkwy str \
         wynd vennel",
    ),
    (
        Flags::LOOSE,
        "drive way court ct place pl square sq close row view hill walk rise green grove park dr terr ter circle cir loop trail trl \
         alley esplanade parade turnpike quay wharf brae croft garth broadway causeway heights hts freeway expressway",
    ),
    (
        Flags::BEFORE,
        "heol ffordd stryd lôn rhodfa rue chemin quai impasse allée allee faubourg viale piazza piazzale vicolo calle c/ avda avenida rua rúa travessa praça \
         praca praceta estrada rodovia alameda carrer carretera camino callejón glorieta ronda rambla pasaje stretto borgo rotonda contrada calleja ul ulica ulitsa rruga rr улица ул проспект переулок пер вул \
         бул strada bulevardul bd calea aleea şoseaua șoseaua οδός οδος λεωφ λεωφόρος λεωφορος πλατεία πλατεια bulevar straße strasse lungotevere lungomare aleja \
         aleje náměstí namesti nábřeží třída",
    ),
    (
        Flags::LOOSE_BEFORE,
        "avenue boulevard place route cours passage square via corso largo paseo plaza str al os pl av avd ctra cité contrada \
         r trg nám κ avinguda plaça ruelle sentier paso",
    ),
    (
        Flags::BEHIND,
        "straße strasse str allee gasse weg platz ufer damm ring chaussee straat laan plein gracht dreef kade singel vej gade allé \
         alle väg vägen gata gatan gate vei veien veg plass torg katu tie kuja polku u út utca tér köz körút ulice náměstí třída \
         ulica cesta trg put iela gatvė sokak sokağı sok caddesi cad mahallesi tn mnt pst улица проспект",
    ),
    (
        Flags::PARTICLE,
        "de la le les du des d der den dem het van von vom zum zur am an im in auf of the y e i do da dos das di del dell della dei \
         degli delle dalla dal al el las los 't op ter ten på av och og u nad pod na w ve ben ibn bin sur sous en lès et a à aux au il",
    ),
    (Flags::UNIT, "apt apartment flat suite appartement appt apto piso wohnung lakás lejlighed ste"),
    (
        Flags::LOOSE_UNIT,
        "unit studio room rm floor fl lot bldg building block stock etage étage interno int byt etg lgh bte escalera",
    ),
    (Flags::BOX, "postbox pobox postfach postbus postboks casilla apartado skrytka postilokero pb"),
    (
        Flags::STOP,
        "to on with for and or by from how what is are was be it this that these those if when then not no your you my our \
         phone tel telephone fax mobile mob email e-mail cell office mail name dob born date web www http https url contact \
         please thanks regards section sections step steps chapter table figure fig pages line lines version volume vol level part item \
         article appendix note port chapter act rule paragraph clause mr mrs ms miss prof january february march april \
         june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday \
         wednesday thursday friday saturday sunday mon tue wed thu fri sat sun copyright minutes miles hours days years card number \
         order invoice ref iban account total price amount telefon telefax tél tel. mobil handy telefono teléfono dni passport",
    ),
    (
        Flags::STATE,
        "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa pr \
         ri sc sd tn tx ut vt va wa wv wi wy as gu mp vi on qc bc ab mb sk ns nb nl pe yt nt nu nsw vic qld act tas sa sp rj mg rs pr",
    ),
    (
        Flags::COUNTRY,
        "uk usa u.s.a u.k england scotland wales deutschland österreich schweiz suisse svizzera españa italia nederland belgië \
         belgique danmark norge sverige suomi polska česko slovensko magyarország românia ελλάδα brasil portugal éire",
    ),
    (
        Flags::CONTEXT,
        "address addresses adresse adressen anschrift wohnanschrift indirizzo dirección direccion domicilio morada endereço adres \
         osoite adresa cím lakcím lives live lived living reside resides resided residing resident residence taxi cab wohnhaft wohnt \
         wohne domicilié domiciliée habite demeurant vive vivo residente abita mora reside woont wonend bor asuu mieszka zamieszkały bydlištěm",
    ),
    (
        Flags::MILD,
        "located deliver delivered delivery ship shipped shipping send sent return returned moved move arrived meet mail mailed post posted \
         stay staying office situated visit",
    ),
    (
        Flags::JOINS,
        "de la le les du des d del della dei degli delle dalla dal di da do dos das al el las los e y et sur sous bana",
    ),
    (
        Flags::OTHER_ADDRESS,
        "ip ipv4 ipv6 email e-mail mac web memory base bus network physical virtual host server source destination",
    ),
    (Flags::LEAD, "at to is are with same on near im der à au en chez bei"),
    (
        Flags::SPOILS,
        "supreme high district circuit crown county federal superior municipal appeals appeal tax trial hard disk disc google usb flash tape cd \
         dvd floppy thumb test optical network local root mean chi least right left upper lower take first second third last next each per \
         table tree list text web grid scroll by other two one four this no best either half auto data memory default same all any \
         cir every long short read write file header column input output bit byte line white black my a session page full inverse",
    ),
    (Flags::ROAD, "street st road rd avenue ave boulevard blvd highway hwy n s e w ne nw se sw north south east west"),
    (
        Flags::SUFFIX,
        "annex arcade bayou beach bend bluff brook brooks burg bypass canyon cape cliff cliffs \
 course courts cove coves creek crest crossing crossroad dale drives estate \
 estates falls ferry flats ford forge fork forks fort glen glens \
 greens groves harbor harbors haven hills hollow inlet island islands isle knoll knolls lake lakes  \
 landing lodge mall manor manors meadow meadows mill mills mission motorway mount mountain mountains neck \
 orchard oval overpass parks parkways pike pine pines plains prairie ranch \
 rapid rapids ridge ridges river roads route shoal shoals shore shores skyway spring springs spur spurs squares stream \
 streets summit trafficway underpass valley valleys viaduct village villages ville vista \
 walks cottages cottage lanes",
    ),
    (Flags::HOUSE, "nr no nº num numero número nro д дом szám kbr hsnr"),
    (Flags::FORCES, "apo fpo dpo"),
    (
        Flags::COUNTED,
        "section sections sec step steps chapter ch table figure fig page pages p pp line lines version volume vol level part parts item items \
         article art appendix example note port act rule paragraph clause rev revision release january february march april may june july \
         august september october november december jan feb mar apr jun jul aug sep sept oct nov dec class type model category phase \
         year session seq day week score track question problem lemma theorem exercise issue bug number no nr size",
    ),
];

const COUNTRIES: &str = "Andorra|United Arab Emirates|Afghanistan|Antigua and Barbuda|Anguilla|Albania|Armenia|Angola|Argentina|\
Austria|Australia|Aruba|Azerbaijan|Bosnia and Herzegovina|Barbados|Bangladesh|Belgium|Burkina Faso|Bulgaria|Bahrain|Burundi|Benin|\
Bermuda|Brunei|Brunei Darussalam|Bolivia|Brazil|Bahamas|Bhutan|Botswana|Belarus|Belize|Canada|Democratic Republic of the Congo|\
Central African Republic|Republic of the Congo|Congo|Switzerland|Côte d'Ivoire|Cote d'Ivoire|Ivory Coast|Cook Islands|Chile|Cameroon|\
China|People's Republic of China|Colombia|Costa Rica|Cuba|Cape Verde|Curaçao|Cyprus|Czech Republic|Czechia|Germany|Djibouti|Denmark|\
Dominica|Dominican Republic|Algeria|Ecuador|Estonia|Egypt|Western Sahara|Eritrea|Spain|Ethiopia|Finland|Fiji|Falkland Islands|\
Micronesia|Faroe Islands|France|Gabon|United Kingdom|Great Britain|Northern Ireland|Grenada|Georgia|French Guiana|Guernsey|Ghana|\
Gibraltar|Greenland|Gambia|The Gambia|The Bahamas|Guinea|Guadeloupe|Equatorial Guinea|Greece|Guatemala|Guam|Guinea-Bissau|Guyana|\
Hong Kong|Honduras|Croatia|Haiti|Hungary|Indonesia|Ireland|Republic of Ireland|Israel|Isle of Man|India|Iraq|Iran|Iceland|Italy|\
Jersey|Jamaica|Jordan|Japan|Kenya|Kyrgyzstan|Cambodia|Kiribati|Comoros|Saint Kitts and Nevis|North Korea|South Korea|Korea|Kosovo|\
Kuwait|Cayman Islands|Kazakhstan|Laos|Lebanon|Saint Lucia|Liechtenstein|Sri Lanka|Liberia|Lesotho|Lithuania|Luxembourg|Latvia|Libya|\
Morocco|Monaco|Moldova|Montenegro|Madagascar|Marshall Islands|Macedonia|North Macedonia|Mali|Myanmar|Burma|Mongolia|Macau|Martinique|\
Mauritania|Montserrat|Malta|Mauritius|Maldives|Malawi|Mexico|Malaysia|Mozambique|Namibia|New Caledonia|Niger|Nigeria|Nicaragua|\
Netherlands|The Netherlands|Kingdom of the Netherlands|Norway|Nepal|Nauru|New Zealand|Oman|Panama|Peru|French Polynesia|\
Papua New Guinea|Philippines|Pakistan|Poland|Puerto Rico|Palestine|Portugal|Palau|Paraguay|Qatar|Romania|Serbia|Russia|\
Russian Federation|Rwanda|Saudi Arabia|Solomon Islands|Seychelles|Sudan|Sweden|Singapore|Saint Helena|Slovenia|Slovakia|Sierra Leone|\
San Marino|Senegal|Somalia|Suriname|South Sudan|São Tomé and Príncipe|Sao Tome and Principe|El Salvador|Syria|Swaziland|Eswatini|Chad|\
Togo|Thailand|Tajikistan|East Timor|Timor-Leste|Turkmenistan|Tunisia|Tonga|Turkey|Trinidad and Tobago|Tuvalu|Taiwan|Tanzania|Ukraine|\
Uganda|United States|United States of America|Uruguay|Uzbekistan|Vatican City|Saint Vincent and the Grenadines|Venezuela|Vietnam|\
Vanuatu|Samoa|Yemen|South Africa|Zambia|Zimbabwe";

/// Endings that make a street of the word before them, and the longest words that end so and are none. Sure ones first.
const GLUED: &[&str] = &[
    "straße", "strasse", "stasse", "str", "gasse", "platz", "allee", "chaussee", "ufer", "damm", "weg", "straat", "laan",
    "plein", "gracht", "dreef", "singel", "dijk", "steeg", "vägen", "gatan", "gränd", "stigen", "gata", "gade", "gaden", "vej",
    "vejen", "allé", "alléen", "veien", "vegen", "gata", "katu", "kuja", "polku", "ntie", "ontie", "utca", "väg", "kade",
    "markt", "baan", "steig",
];
const NOT_GLUED: &[&str] = &[
    "substr",
    "findstr",
    "bytestr",
    "longstr",
    "constr",
    "confstr",
    "docstr",
    "brigade",
    "renegade",
    "decade",
    "blockade",
    "arcade",
    "facade",
    "cascade",
    "barricade",
    "tirade",
    "norweg",
    "blvdstr",
    "keinesweg",
    "telemarkt",
    "supermarkt",
];

static TABLE: LazyLock<HashMap<String, Flags>> = LazyLock::new(|| {
    let mut table: HashMap<String, Flags> = HashMap::new();
    for (flags, words) in LISTS {
        for word in words.split_whitespace() {
            let entry = table.entry(word.to_owned()).or_default();
            *entry = entry.and(flags);
        }
    }
    for country in COUNTRIES.split('|') {
        let entry = table.entry(country.to_lowercase()).or_default();
        *entry = entry.and(Flags::COUNTRY);
    }
    table
});

/// What a word or name of a country may be; `buffer` is working memory.
pub(super) fn flags(word: &str, buffer: &mut String) -> Flags {
    // the longest name of a country has 33 bytes
    if word.len() > 40 {
        return Flags::default();
    }
    fold(word, buffer);
    TABLE.get(buffer.as_str()).copied().unwrap_or_default()
}

/// Whether a single word is a street by its ending: Beispielstraße.
pub(super) fn glued(word: &str, buffer: &mut String) -> bool {
    if word.len() > 60 {
        return false;
    }
    fold(word, buffer);
    !NOT_GLUED.contains(&buffer.as_str())
        && GLUED
            .iter()
            .any(|ending| buffer.strip_suffix(ending).is_some_and(|name| name.chars().count() >= 3 || name.ends_with('-')))
        && !camel(word)
}

/// Capitals behind small letters, as in names of variables; hyphens begin anew.
fn camel(word: &str) -> bool {
    let mut small = false;
    word.chars().any(|letter| {
        let camel = small && letter.is_uppercase();
        small = letter.is_lowercase();
        camel
    })
}

fn fold(word: &str, buffer: &mut String) {
    buffer.clear();
    if word.is_ascii() {
        buffer.push_str(word);
        buffer.make_ascii_lowercase();
    } else {
        buffer.extend(word.chars().flat_map(char::to_lowercase));
    }
}
