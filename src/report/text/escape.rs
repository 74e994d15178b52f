//! Hostile text made safe for one format each. It must not decide what is shown.

/// One line without control, direction and other invisible characters, and without what XML and JSON readers stumble over.
pub(crate) fn line(text: &str) -> String {
    let safe = crate::detect::mask::clean(text);
    let kept = safe.chars().map(|c| match c {
        '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{180e}' | '\u{fe00}'..='\u{fe0f}' => '?',
        c if (c as u32) & 0xfffe == 0xfffe || ('\u{e0000}'..='\u{e0fff}').contains(&c) => '?',
        c => c,
    });
    kept.collect::<String>().trim().to_owned()
}

/// Text for an element or an attribute in double quotes.
pub(crate) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

/// Markdown: words of a policy. Nothing in it is markup, a link, a mention or HTML, with or without GitHub's extensions.
pub(crate) fn prose(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = chars.peek().is_some_and(|next| !next.is_whitespace());
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '<' | '>' | '&' | '#' | '!' | '|' | '~' | '$' | '^' => {
                out.push('\\');
                out.push(c);
            }
            // `http://`, `www.` and `:emoji:` become something without any mark around them
            ':' | '.' | '/' if joins => {
                out.push('\\');
                out.push(c);
            }
            // a mention calls somebody, and an escape does not keep it from that
            '@' => out.push('\u{ff20}'),
            c => out.push(c),
        }
    }
    out
}

/// Markdown: a name that a supplier chose, as code, in which nothing is read as markup, link or mention. `cell`: inside a table.
pub(crate) fn code(text: &str, cell: bool) -> String {
    let text = line(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let inner = if cell { text.replace('|', "\\|") } else { text.clone() };
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{inner}{pad}{fence}")
}

/// A message that readers of SARIF search for links (`[text](target)`) and places for arguments (`{0}`).
pub(crate) fn sarif(text: &str) -> String {
    let mut out = line(text).replace("](", "] (");
    for digit in '0'..='9' {
        out = out.replace(&format!("{{{digit}"), &format!("{{ {digit}"));
    }
    out
}

/// The message of a workflow command.
pub(crate) fn command(text: &str) -> String {
    line(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
pub(crate) fn property(text: &str) -> String {
    command(text).replace(':', "%3A").replace(',', "%2C")
}

/// A cell of a table that a spreadsheet may open: what would be taken for a formula begins with an apostrophe.
pub(crate) fn cell(text: &str) -> String {
    let safe = line(text);
    let starts = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}');
    let guarded = if text.starts_with(starts) || safe.starts_with(starts) { format!("'{safe}") } else { safe };
    if guarded.contains(['"', ',', '\n', '\r', '\'']) || guarded.starts_with(' ') || guarded.ends_with(' ') {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// Cut to a number of characters, with a sign that it was.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("").trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stays_markup() {
        assert_eq!(line("a\u{2028}b\u{202e}c\nd\u{ffff}"), "a?b?c?d?");
        assert_eq!(xml("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&apos;");
        assert_eq!(prose("see http://x.y <b> [a](b)"), "see http\\:\\/\\/x\\.y \\<b\\> \\[a\\]\\(b\\)");
        assert_eq!(code("a`b|c", true), "``a`b\\|c``");
        assert_eq!(code("`", false), "`` ` ``");
        assert_eq!(sarif("[a](http://b) {0}"), "[a] (http://b) { 0}");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25?");
    }

    #[test]
    fn a_cell_is_no_formula_and_one_cell() {
        assert_eq!(cell("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
        for text in ["+1", "-1", "@a", "\t=1", "\r=1", " =1", "＝1"] {
            assert!(cell(text).starts_with("\"'"), "{text:?}: {}", cell(text));
        }
        assert_eq!(cell("plain"), "plain");
    }
}
