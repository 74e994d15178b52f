//! Postal addresses in running text, of any country. Pure functions over words that are built in; nothing is learnt, stored or
//! printed. Whose address it is they cannot tell.
//!
//! A number beside a word for a street is the core; what follows over commas and lines (dwelling, town, postcode, country) makes it
//! surer and longer. Without a word for a street more is asked: such a following, or words that announce an address.

mod block;
mod find;
mod rest;
mod shapes;
mod tokens;
mod weak;
mod words;

pub use find::find;
pub use tokens::Tokens;

/// An address in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// How sure: 0.9 for street with postcode or country, 0.8 where words announce it, 0.65 for the least that is reported.
    pub confidence: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, f32)> {
        let (mut tokens, mut hits) = (Tokens::default(), Vec::new());
        find(text, &mut tokens, &mut hits);
        hits.iter().filter_map(|hit| Some((text.get(hit.start..hit.end)?, hit.confidence))).collect()
    }

    #[track_caller]
    fn whole(text: &str, address: &str) {
        let hits = found(text);
        assert_eq!(hits.iter().map(|hit| hit.0).collect::<Vec<_>>(), [address], "{text}");
    }

    #[test]
    fn a_number_and_a_street_in_many_languages() {
        for address in [
            "12 Sample Street",
            "12-14 Sample Street",
            "7a Old Test Road",
            "25, rue du Test",
            "14 bis, avenue des Tests",
            "Musterstraße 12",
            "Musterstr. 12a",
            "Am Musterplatz 3",
            "Frankfurter Musterallee 73",
            "Gumpendorfer Strasse 44",
            "Via Esempio 75",
            "Piazza del Campione 4",
            "Calle de la Muestra 23",
            "C/ Ejemplo 12",
            "Rua das Amostras, 123",
            "ul. Przykładowa 12/3",
            "Voorbeeldstraat 12bis",
            "Eksempelvej 12",
            "Exempelgatan 12",
            "Eksempelveien 3",
            "Esimerkkikatu 5",
            "Példa utca 12",
            "Primjerova ulica 12",
            "Strada Exemplului nr. 12",
            "Οδός Παραδείγματος 12",
            "Örnek Sokak No: 12",
            "P.O. Box 1234",
            "PSC 1234, Box 5678",
        ] {
            whole(address, address);
            whole(&format!("Somebody was seen at {address}, and left."), address);
            assert!(found(address).iter().all(|hit| hit.1 >= 0.6));
        }
    }

    #[test]
    fn what_follows_belongs_to_it_and_makes_it_surer() {
        for address in [
            "Flat 3, Sample House, 14 Test Lane, Exampleton, AB1 2CD",
            "1600 Sample Avenue NW, Washington, DC 20500",
            "123 Sample Rd., Toronto, ON M5V 2T6",
            "Musterstraße 12, 12345 Musterstadt",
            "Voorbeeldstraat 12, 1012 AB Amsterdam",
            "ul. Przykładowa 12/3, 00-950 Warszawa",
            "Apt 5B, 123 Main Street,\n New York, NY 10001-1234",
            "99 Sample Park Avenue\n Apt. 763\n Exampleton\n Kenya 01672",
            "09183 Jennifer Mountains Suite 123\nLake Davidport, NV 12345",
            "Unit 4502 Box 4881\nDPO AA 19766",
            "Rose Cottage, Sample Lane, Exampleton, AB1 2CD",
        ] {
            whole(address, address);
            assert!(found(address).iter().all(|hit| hit.1 >= 0.8), "{address}");
        }
        // a town alone may be anything
        whole("12 Sample Street, Testina Quillfeather", "12 Sample Street");
        whole("12 Sample Street\nTel 01632 960123", "12 Sample Street");
    }

    #[test]
    fn words_before_it_make_up_for_a_missing_street() {
        whole("She lives at 45 Holmeskov 34, Prøveby", "45 Holmeskov 34");
        whole("My address is Skolegyden 99.", "Skolegyden 99");
        whole("my zip code is 40645", "40645");
        whole("I stay near; address: 12 sample street, springfield", "12 sample street");
        whole("at the corner of 9 Sample Street and Test Road.", "the corner of 9 Sample Street and Test Road");
        for text in ["Skolegyden 99", "45 Holmeskov 34", "40645", "The IP address is Skolegyden 99", "moved to Debian 10"] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not_reported() {
        for text in [
            "Take the 3 steps on the way to court.",
            "12 sample sheets",
            "Copyright 1991-2010, Ada B. Lane",
            "2021 Ada Lane",
            "U+005D RIGHT SQUARE BRACKET",
            "Section 12 Road Traffic Act 1988",
            "1 Introduction 2 Overview 3 Way Forward",
            "The score was Exampleton 3 Sampleford 2 at Test Park",
            "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6",
            "Windows 10 Drive Encryption",
            "12 High Court judges and 3 District Court clerks",
            "He drove 10 miles down the road.",
            "4 Square Meters",
            "Table 3 Row 5 Column 7",
            "8 Way Set Associative cache",
            "Room 12, Floor 3",
            "#define HAVE_CONFSTR 1",
            "/srv/12/Sample/Street 2020-01-02 10:20:30",
            "BP 120 over 80",
            "the Standard Brigade 4 and Decade 5",
            "10 20 30 40 50",
            "return 0 instead of 1",
            "intercepted by R.Sample at EXA 35, ran out",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn offsets_are_of_characters_and_nothing_is_slow() {
        for text in ["é1é", "1’", "12 ’", "’12 Straße", "1 C/ 1", "ß. 12 Ünterstraße 1–2", "12-", "Apt. ", "5 Cité"]
        {
            found(text);
        }
        // a look at each number is bounded
        let long = "12 Sample 3 Apt 4, ".repeat(2_000);
        assert!(found(&long).len() < 10_000);
    }
}
