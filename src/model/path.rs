//! What RFC 9535 paths say by how they are written, for whoever keeps what they ask for and whoever follows them. It evaluates none.

/// The pattern of `$..[?match(@, 'pattern')]`, and of nothing else.
pub fn any_like(at: &str) -> Option<String> {
    let inside = at.strip_prefix("$..[?")?.trim_start().strip_prefix("match(")?.trim_start();
    let inside = inside.strip_prefix('@')?.trim_start().strip_prefix(',')?.trim_start();
    let (pattern, rest) = inside.starts_with(['\'', '"']).then(|| quoted(inside))?;
    let written = inside.get(..inside.len() - rest.len()).unwrap_or("");
    // other escapes stand for a character of their own
    (!has_escapes(written) && rest.trim_start().strip_prefix(')')?.trim() == "]").then_some(pattern)
}

/// Whether a text holds an escape that is not just a sign made plain.
fn has_escapes(written: &str) -> bool {
    let mut chars = written.chars();
    while let Some(c) = chars.next() {
        if c == '\\' && !matches!(chars.next(), Some('\\' | '\'' | '"' | '/')) {
            return true;
        }
    }
    false
}

/// A quoted text at the start, and what comes behind it.
pub fn quoted(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices();
    let quote = chars.next().map_or('\'', |row| row.1);
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return (out, text.get(at + 1..).unwrap_or(""));
        }
        out.push(if c == '\\' { chars.next().map_or(c, |row| row.1) } else { c });
    }
    (out, "")
}

#[cfg(test)]
mod tests {
    use super::any_like;

    #[test]
    fn a_pattern_for_every_value_is_told() {
        assert_eq!(any_like("$..[?match(@, '(ftp|http)://.*')]").as_deref(), Some("(ftp|http)://.*"));
        assert_eq!(any_like(r"$..[?match(@,'a\\.b')]").as_deref(), Some(r"a\.b"));
        assert_eq!(any_like(r"$..[?match(@,'it\'s')]").as_deref(), Some("it's"));
        assert_eq!(any_like(r"$..[?match(@,'\u0062')]"), None);
        assert_eq!(any_like(r"$..[?match(@,'a\nb')]"), None);
        assert_eq!(any_like("$..[?match(@.kind,'db')].*"), None);
        assert_eq!(any_like("$..[?match(@,'db')][1]"), None);
    }
}
