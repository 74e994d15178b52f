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

/// Where a name begins if the titles right before it are part of it. What stands before `floor`, where the name before it ends, is that
/// one's.
pub(super) fn before(text: &str, start: usize, floor: usize) -> usize {
    let mut at = start;
    while let Some(earlier) = title(text, at, floor) {
        at = earlier;
    }
    at
}

/// Where the title begins that stands right before an offset.
fn title(text: &str, at: usize, floor: usize) -> Option<usize> {
    let ahead = text.get(..at)?;
    let head = ahead.trim_end_matches([' ', '\u{a0}']);
    if head.len() == ahead.len() || ahead.len() - head.len() > 4 {
        return None;
    }
    let word = head.strip_suffix('.').unwrap_or(head);
    let length = word.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let begin = word.len() - length;
    let (whole, title) = word.split_at_checked(begin)?;
    // `M.` is a title of French letters, or an initial that is part of the name already
    let known = TITLES.iter().any(|known| known.eq_ignore_ascii_case(title)) && (title.len() > 1 || head.len() > word.len());
    let opens = whole.chars().next_back().is_none_or(|sign| !sign.is_alphanumeric() && !matches!(sign, '.' | '_'));
    // the older one of a family, whose name stands before: "Juan Example Sr"
    let senior = title.eq_ignore_ascii_case("sr") && floor > 0 && text.get(floor..begin).is_some_and(|gap| gap.trim().is_empty());
    (known && opens && !senior && begin >= floor).then_some(begin)
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn a_title_is_taken_with_its_name() {
        let at = |text: &str, name: &str| before(text, text.find(name).unwrap_or_default(), 0);
        assert_eq!(at("saw Mr. Example", "Example"), 4);
        assert_eq!(at("mrs Ada Example", "Ada"), 0);
        assert_eq!(at("(Dr Example)", "Example"), 1);
        assert_eq!(at("the Example", "Example"), 4);
        assert_eq!(at("Emr Example", "Example"), 4);
        assert_eq!(at("Example", "Example"), 0);
        assert_eq!(at("M Example", "Example"), 2);
        assert_eq!(at("é. Example", "Example"), 4);
        assert_eq!(at("[Dr Ada Example]", "Ada"), 1);
        assert_eq!(at("“Dr Ada Example”", "Ada"), 3);
        assert_eq!(at("saw Dr  Ada", "Ada"), 4);
        assert_eq!(at("saw Prof. Dr. John", "John"), 4);
        assert_eq!(at("x.Dr Ada", "Ada"), 5);
        assert_eq!(at("x_Dr Ada", "Ada"), 5);
        assert_eq!(at("Dr\nAda", "Ada"), 3);
    }

    #[test]
    fn a_title_that_belongs_to_the_name_before_it_is_not_taken() {
        let text = "Juan Example Sr Maria Sample";
        assert_eq!(before(text, 16, 12), 16);
        assert_eq!(before("Juan Example, Sr Maria Sample", 17, 12), 14);
        assert_eq!(before("Juan Example Dr Maria Sample", 16, 12), 13);
        assert_eq!(before("Sr Maria Sample", 3, 0), 0);
    }
}
