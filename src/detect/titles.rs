//! Titles in front of names, for whoever wants places: who blackens `Mr Example` blackens all of it. In audits a title is no part of a name,
//! for it says nothing of who somebody is. It must not find names.

/// Titles as they are written, without their full stop.
const TITLES: [&str; 24] = [
    "Mr",
    "Mrs",
    "Ms",
    "Miss",
    "Mx",
    "Dr",
    "Prof",
    "Professor",
    "Sir",
    "Dame",
    "Lady",
    "Lord",
    "Rev",
    "Revd",
    "Fr",
    "Herr",
    "Frau",
    "Mme",
    "M",
    "Sr",
    "Sra",
    "Sig",
    "Dhr",
    "Mevr",
];

/// Where a name begins if the title right before it is part of it.
pub(super) fn before(text: &str, start: usize) -> usize {
    let Some(head) = text.get(..start).and_then(|head| head.strip_suffix(' ')) else { return start };
    let word = head.strip_suffix('.').unwrap_or(head);
    let length = word.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let Some(title) = word.get(word.len() - length..) else { return start };
    let whole = word.get(..word.len() - length).and_then(|ahead| ahead.chars().next_back());
    let known = TITLES.iter().any(|known| known.eq_ignore_ascii_case(title)) && (title.len() > 1 || head.len() > word.len());
    // `M.` is a title of French letters, or an initial that is part of the name already
    if known && whole.is_none_or(|sign| sign.is_whitespace() || matches!(sign, '(' | '"' | '\'' | ',' | ':' | ';' | '>' | '=')) {
        word.len() - length
    } else {
        start
    }
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn a_title_is_taken_with_its_name() {
        let at = |text: &str, name: &str| before(text, text.find(name).unwrap_or_default());
        assert_eq!(at("saw Mr. Example", "Example"), 4);
        assert_eq!(at("mrs Ada Example", "Ada"), 0);
        assert_eq!(at("(Dr Example)", "Example"), 1);
        assert_eq!(at("the Example", "Example"), 4);
        assert_eq!(at("Emr Example", "Example"), 4);
        assert_eq!(at("Example", "Example"), 0);
        assert_eq!(at("M Example", "Example"), 2);
        assert_eq!(at("é. Example", "Example"), 4);
    }
}
