//! Labels of names that are more than a word and a colon: in the line above, in a tag, in other languages, before a speaker in a chat, and
//! the closing words of a letter, below which somebody signs. It must not judge names.

use super::context::{Lead, label, word_before};

/// Bytes of the line above a name that may be a label or a letter's closing words.
const LINE: usize = 40;

/// "Nom", "Vorname", "Apellidos": what forms in other languages call a name.
const FOREIGN: [&str; 38] = [
    "achternaam",
    "apelido",
    "apelidos",
    "apellido",
    "apellidos",
    "cognome",
    "efternamn",
    "efternavn",
    "enw",
    "etunimi",
    "familienname",
    "fornavn",
    "förnamn",
    "ime",
    "imię",
    "jméno",
    "keresztnév",
    "meno",
    "naam",
    "nachname",
    "nafn",
    "namn",
    "navn",
    "nazwisko",
    "nom",
    "nombre",
    "nombres",
    "nome",
    "nume",
    "prenom",
    "prenume",
    "prénom",
    "prezime",
    "příjmení",
    "sobrenome",
    "voornaam",
    "vorname",
    "ainm",
];

/// Whether a label in small letters is a name's in another language.
pub(super) fn foreign(label: &[u8]) -> bool {
    FOREIGN.iter().any(|known| known.as_bytes() == label)
}

/// Where the label before an offset ends without the sign for one or more: `first name(s)`.
pub(super) fn plural(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or("").trim_end_matches(' ');
    head.strip_suffix("(s)").map_or(at, str::len)
}

/// The line that ends at an offset, if it is a short one.
fn line(text: &str, end: usize) -> Option<&str> {
    let line = text.get(begins(text, end)?..end)?.trim();
    (!line.is_empty() && line.len() <= LINE).then_some(line)
}

/// Where the line that ends at an offset begins, if it is not far away.
fn begins(text: &str, end: usize) -> Option<usize> {
    let head = text.as_bytes().get(..end)?;
    match head.iter().rev().take(2 * LINE).position(|byte| *byte == b'\n') {
        Some(back) => Some(end - back),
        None => (end <= 2 * LINE).then_some(0),
    }
}

/// What the line above says of a name that begins the next: the label of a form, or the words before a signature.
pub(super) fn above(text: &str, end: usize) -> Option<Lead> {
    let line = line(text, end)?;
    if closing(line) {
        return Some(Lead::Person);
    }
    let plain = |text: &str| text.chars().all(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '(' | ')' | '/'));
    if !plain(line.trim_end_matches([':', '*'])) || line.split(' ').count() > 3 {
        return None;
    }
    // the label of a field alone in its line
    let end = text.get(..end)?.trim_end().trim_end_matches([':', '*']).len();
    match label(text, end) {
        Lead::Named => Some(Lead::Named),
        Lead::Person | Lead::Name => Some(Lead::Name),
        _ => None,
    }
}

/// Whether a line closes a letter.
fn closing(line: &str) -> bool {
    const LAST: [&str; 17] = [
        "regards",
        "wishes",
        "sincerely",
        "faithfully",
        "truly",
        "thanks",
        "cheers",
        "rgds",
        "grüßen",
        "grüße",
        "cordialement",
        "saludos",
        "groet",
        "groeten",
        "hälsningar",
        "saluti",
        "pozdrawiam",
    ];
    let words = line.trim_end_matches([',', '.', '!', '-', '–']);
    let last = words.rsplit(' ').next().unwrap_or("");
    LAST.iter().any(|known| known.eq_ignore_ascii_case(last)) && words.split(' ').count() <= 5
}

/// What the tag that closes at an offset says of the name behind it: `<surname>`, `<ns:FirstName lang="en">`.
pub(super) fn tag(text: &str, close: usize) -> Option<Lead> {
    let near = close.saturating_sub(2 * LINE);
    let head = text.get((near..=close).find(|at| text.is_char_boundary(*at))?..close)?;
    let inner = head.rsplit('<').next().filter(|inner| inner.len() < head.len())?;
    let name = inner.split([' ', '/']).next().filter(|name| !name.is_empty())?;
    let end = close - inner.len() + name.len();
    match label(text, end) {
        lead @ (Lead::Named | Lead::Person | Lead::Name | Lead::Author) => Some(lead),
        _ => None,
    }
}

/// Whether the sign before an offset closes the time of a message, before which nothing stands: `[09:41] `, `04/03/2025, 17:03 - `.
pub(super) fn stamped(text: &str, at: usize) -> bool {
    let Some(start) = begins(text, at) else { return false };
    let stamp = text.get(start..at).unwrap_or("").trim_end_matches([']', '-', '–', ' ']).trim_start_matches(['[', ' ']);
    let usual = |byte: u8| byte.is_ascii_digit() || matches!(byte, b':' | b'/' | b'.' | b',' | b' ' | b'-' | b'T' | b'Z');
    let time = |stamp: &str| stamp.split_once(':').is_some_and(|(hour, minute)| [hour, minute].iter().all(|part| part.len() > 1));
    stamp.len() <= 2 * LINE && time(stamp) && stamp.bytes().all(usual)
}

/// Whether the words that end at an offset are a label without a colon that nothing else is: `Employee's surname EXAMPLE`.
pub(super) fn bare(text: &str, at: usize) -> bool {
    let end = plural(text, at);
    let word = word_before(text, end);
    let is = |word: &str, known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(word, &["surname", "forename", "forenames"]) {
        return true;
    }
    let ahead = word_before(text, end.saturating_sub(word.len() + 1));
    is(word, &["name", "names"]) && is(ahead, &["first", "last", "given", "family"])
}

#[cfg(test)]
mod tests {
    use crate::names;

    fn found(text: &str) -> Vec<&str> {
        let mut hits = Vec::new();
        names::find(text, &mut hits);
        hits.iter().map(|hit| text.get(hit.start..hit.end).unwrap_or("?")).collect()
    }

    #[test]
    fn labels_above_in_tags_and_in_other_languages() {
        assert_eq!(found("SURNAME\nMACDONALD\nFORENAMES\nJOHN PAUL\nDOB"), ["MACDONALD", "JOHN PAUL"]);
        assert_eq!(found("Employee's surname MURPHY first name(s) JOHN PAUL National"), ["MURPHY", "JOHN PAUL"]);
        assert_eq!(found("<forename>Padraig</forename><surname>O'Sullivan</surname>"), ["Padraig", "O'Sullivan"]);
        assert_eq!(found("Nom : DUPONT\nPrénom : Thibault"), ["DUPONT", "Thibault"]);
        assert_eq!(found("Naam: J. van den Berg"), ["J. van den Berg"]);
    }

    #[test]
    fn who_signs_and_who_speaks() {
        assert_eq!(found("Kind regards,\nCathal"), ["Cathal"]);
        assert_eq!(found("[09:41] Priyanka: what is it\n[09:42] Dylan: this"), ["Priyanka", "Dylan"]);
        assert_eq!(found("04/03/2025, 17:03 - Priyanka: what is it"), ["Priyanka"]);
    }

    #[test]
    fn labels_of_something_else() {
        for text in [
            "Kind regards,\nAccounts",
            "Regards,\nThe Planning Team",
            "<title>Jordan</title>",
            "<file name=\"x\">Docker</file>",
            "[main] Started: yes",
            "Name\nDocker\nSize",
            "[09:41] Server: started",
            "See also\nPrice list",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
