//! Country packs: which classes and patterns look into running text at all. What another country alone has is not looked for unasked; a
//! column whose header names it has asked. Declarations only; nothing is compiled here.

use crate::model::class::Class;

/// Selects every pack.
pub const ALL: &str = "all";
/// Belongs to every country.
pub const ANY: &str = "any";

/// Takes away the patterns of countries that were not chosen, and columns that only cells speak for.
pub fn select(classes: &mut [Class], chosen: &[String]) {
    if chosen.iter().any(|own| own == ALL) {
        return;
    }
    let has = |list: &[String]| list.is_empty() || list.iter().any(|own| own == ANY || chosen.contains(own));
    for class in classes {
        let whole = has(&class.jurisdiction);
        class.patterns.retain(|pattern| if pattern.jurisdiction.is_empty() { whole } else { has(&pattern.jurisdiction) });
        if let Some(cell) = class.cell.as_mut().filter(|_| !whole) {
            cell.alone = false;
            cell.headerless = false;
        }
    }
}

/// Every country that a class or pattern belongs to, sorted.
pub fn known<'a>(classes: impl IntoIterator<Item = &'a Class>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for class in classes {
        out.extend(class.jurisdiction.iter().chain(class.patterns.iter().flat_map(|pattern| &pattern.jurisdiction)).cloned());
    }
    out.retain(|own| own != ANY);
    out.sort_unstable();
    out.dedup();
    out
}
