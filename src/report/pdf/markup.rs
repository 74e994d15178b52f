//! The sections of the HTML report as a tree, so that the PDF says the same in the same words. It reads what this program wrote itself,
//! in which every tag is closed, and nothing else.

/// A piece of a section.
pub(super) enum Node {
    /// Text, its escapes resolved.
    Text(String),
    /// An element.
    Tag(Tag),
}

/// An element with what stands in it.
#[derive(Default)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) kids: Vec<Node>,
}

/// Elements that have no end.
const ALONE: &[&str] = &["br", "rect", "line", "path", "input"];
/// Elements that are for a screen.
const SCREEN: &[&str] = &["form", "button", "nav", "script", "style"];

impl Tag {
    /// An attribute, "" where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|row| row.0 == name).map_or("", |row| row.1.as_str())
    }

    /// Whether it has a class.
    pub(super) fn is(&self, class: &str) -> bool {
        self.get("class").split(' ').any(|word| word == class)
    }

    /// The elements directly in it.
    pub(super) fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.kids.iter().filter_map(|node| match node {
            Node::Tag(tag) => Some(tag),
            Node::Text(_) => None,
        })
    }

    /// The elements of a name anywhere in it, in order.
    pub(super) fn all<'a>(&'a self, name: &str, out: &mut Vec<&'a Tag>) {
        for tag in self.tags() {
            if tag.name == name {
                out.push(tag);
            } else {
                tag.all(name, out);
            }
        }
    }

    /// The text in it.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for node in &self.kids {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Tag(tag) => out.push_str(&tag.text()),
            }
        }
        out
    }

    /// A length in per cent of the whole, as a share.
    pub(super) fn share(&self, name: &str) -> f32 {
        self.get(name).trim_end_matches('%').parse::<f32>().map_or(0.0, |value| value / 100.0).clamp(0.0, 1.0)
    }

    /// The same as the head of a table.
    pub(super) fn head(&self) -> Self {
        let mut out = self.again();
        out.attributes.push(("data-head".to_owned(), "1".to_owned()));
        out
    }

    /// The same again.
    pub(super) fn again(&self) -> Self {
        let kid = |node: &Node| match node {
            Node::Text(text) => Node::Text(text.clone()),
            Node::Tag(tag) => Node::Tag(tag.again()),
        };
        Self { name: self.name.clone(), attributes: self.attributes.clone(), kids: self.kids.iter().map(kid).collect() }
    }

    /// A name with its value as a row of a table.
    pub(super) fn pair(&self) -> Self {
        let mut out = self.again();
        for node in &mut out.kids {
            if let Node::Tag(tag) = node {
                let name = if tag.name == "dt" { "th" } else { "td" };
                name.clone_into(&mut tag.name);
            }
        }
        out
    }

    fn end(&mut self, kid: Tag) {
        if !SCREEN.contains(&kid.name.as_str()) && kid.get("id") != "shown" {
            self.kids.push(Node::Tag(kid));
        }
    }
}

fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

fn open(text: &str) -> Tag {
    let (name, mut rest) = text.split_once(|c: char| c.is_whitespace() || c == '/').unwrap_or((text, ""));
    let mut tag = Tag { name: name.to_owned(), ..Tag::default() };
    while let Some((key, value)) = rest.split_once("=\"") {
        let Some((value, further)) = value.split_once('"') else { break };
        let key = key.rsplit(char::is_whitespace).next().unwrap_or("");
        tag.attributes.push((key.to_owned(), plain(value)));
        rest = further;
    }
    tag
}

/// Reads what a section wrote: an element without a name that holds all of it.
pub(super) fn read(html: &str) -> Tag {
    let mut stack: Vec<Tag> = Vec::new();
    let mut top = Tag::default();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        if !text.is_empty() {
            top.kids.push(Node::Text(plain(text)));
        }
        let (inner, after) = after.split_once('>').unwrap_or((after, ""));
        rest = after;
        if inner.starts_with('/') {
            if let Some(mut outer) = stack.pop() {
                std::mem::swap(&mut outer, &mut top);
                top.end(outer);
            }
            continue;
        }
        let tag = open(inner);
        if inner.ends_with('/') || ALONE.contains(&tag.name.as_str()) {
            top.end(tag);
        } else {
            stack.push(std::mem::replace(&mut top, tag));
        }
    }
    if !rest.is_empty() {
        top.kids.push(Node::Text(plain(rest)));
    }
    while let Some(mut outer) = stack.pop() {
        std::mem::swap(&mut outer, &mut top);
        top.end(outer);
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_as_it_was_meant() {
        let tree =
            read("<p class=\"a b\">1 &lt; 2 <b>&amp;lt;</b><br>x</p><form><p>no</p></form><svg><rect width=\"25%\"/></svg>");
        let names: Vec<&str> = tree.tags().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["p", "svg"]);
        assert_eq!(tree.text(), "1 < 2 &lt;x");
        let mut bars = Vec::new();
        tree.all("rect", &mut bars);
        assert!(bars.iter().all(|bar| (bar.share("width") - 0.25).abs() < 1e-6));
        assert!(tree.tags().next().is_some_and(|tag| tag.is("b") && !tag.is("c")));
    }
}
