//! What `compare`, `diff` and `history` show to a person: on a terminal and as pages. The numbers are those of the JSON, which other
//! tests hold; here they have to be where somebody looks, and names from deliveries have to stay words.

use crate::support::{DATE, provost, spoken, write};
use std::path::PathBuf;

const GOOD: &str = "PermitRootLogin no\nPasswordAuthentication no\nMaxAuthTries 3\nX11Forwarding no\nLogLevel VERBOSE\n";

/// Three suppliers: one without the fault, one with it, one whose name is markup; the first a year later once more.
struct Shelf(tempfile::TempDir);

impl Shelf {
    fn new() -> Self {
        let shelf = Self(tempfile::tempdir().expect("a folder"));
        let root = GOOD.replace("PermitRootLogin no", "PermitRootLogin yes");
        shelf.audit("careful", GOOD, "careful", DATE);
        shelf.audit("careless", &root, "careless", DATE);
        shelf.audit("<b>bold", GOOD, "bold", DATE);
        shelf
    }

    fn audit(&self, target: &str, text: &str, name: &str, date: &str) {
        write(&self.at(target), "etc/ssh/sshd_config", text.as_bytes());
        let format = format!("json={}", self.file(name));
        self.run(&["audit", target, "--date", date, "--policy", "server-hardening", "--format", &format]);
    }

    /// Started where the deliveries are: a target is called as it was named.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        spoken(&provost().current_dir(self.0.path()).args(arguments).output().expect("it starts"))
    }

    fn said(&self, arguments: &[&str]) -> String {
        let (code, text, errors) = self.run(arguments);
        assert_eq!(code, 0, "{errors}");
        text
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.at(&format!("{name}.json")).display().to_string()
    }
}

/// The cells of the row of a page's table that has a word in it, without markup.
fn row(page: &str, word: &str) -> Vec<String> {
    let row = page.split("<tr>").skip(1).filter_map(|row| row.split("</tr>").next()).find(|row| row.contains(word));
    let row = row.unwrap_or_else(|| panic!("no row with {word} in {page}"));
    let cells = row.split("</td>").flat_map(|cell| cell.split("</th>"));
    let bare = |cell: &str| cell.split('<').filter_map(|piece| piece.split_once('>')).map(|row| row.1).collect::<String>();
    cells.map(bare).map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn suppliers_side_by_side_on_a_terminal() {
    let shelf = Shelf::new();
    let (one, two) = (shelf.file("careful"), shelf.file("careless"));
    let text = shelf.said(&["compare", &two, &one]);
    let at = |word: &str| text.lines().position(|line| line.contains(word)).unwrap_or_else(|| panic!("no {word}: {text}"));
    assert!(at("careful") < at("careless"), "the best first: {text}");
    let access = text.lines().find(|line| line.trim_start().starts_with("access")).expect("a theme");
    assert_eq!(access.split_whitespace().skip(1).collect::<Vec<_>>(), ["100", "%", "60", "%"], "{text}");
    assert!(text.contains("1 control did not come out the same; --all shows them"), "{text}");
    let all = shelf.said(&["compare", &two, &one, "--all"]);
    let control = all.lines().find(|line| line.contains("SRV-SSH-1")).expect("the control");
    assert_eq!(control.split_whitespace().collect::<Vec<_>>(), ["SRV-SSH-1", "pass", "fail"], "{all}");
}

#[test]
fn suppliers_side_by_side_on_a_page() {
    let shelf = Shelf::new();
    let page = shelf.said(&["compare", &shelf.file("careless"), &shelf.file("bold"), &shelf.file("careful"), "--format", "html"]);
    assert!(!page.contains("<b>bold") && page.contains("&lt;b&gt;bold"), "a name is no markup");
    assert!(page.contains("Suppliers compared") && page.contains("3 suppliers"), "{page}");
    let careless = row(&page, "careless</bdi>");
    assert!(
        careless.contains(&"3".to_owned()) && careless.contains(&"85.0".to_owned()) && careless.contains(&"none".to_owned()),
        "{careless:?}"
    );
    // how much complies is said by the number, and by the shade
    assert_eq!(row(&page, ">Access<"), ["Access", "100 %", "100 %", "60 %"]);
    assert!(page.contains("<td class=\"n m4\">100 %</td>") && page.contains("<td class=\"n m2\">60 %</td>"), "{page}");
    let differ = page.split("<section").find(|section| section.contains("id=\"differences\"")).expect("where they differ");
    assert_eq!(row(differ, "<span class=\"id\">SRV-SSH-1</span>").last().map(String::as_str), Some("not met"), "{page}");
    // nobody asked: no number
    assert_eq!(row(&page, ">Transfer<"), ["Transfer", "–", "–", "–"]);
}

#[test]
fn an_audit_against_the_last_on_a_page() {
    let shelf = Shelf::new();
    let other = GOOD.replace("MaxAuthTries 3", "MaxAuthTries 30");
    shelf.audit("careless", &other, "later", "2027-11-24");
    let page = shelf.said(&["diff", &shelf.file("careless"), &shelf.file("later"), "--format", "html"]);
    for (heading, control) in [("New (1)", "SRV-SSH-5"), ("Fixed (1)", "SRV-SSH-1")] {
        let section =
            page.split("<section").find(|section| section.contains(heading)).unwrap_or_else(|| panic!("no {heading}: {page}"));
        assert!(
            section.contains("sshd_config") && section.contains("2026-11-24") != (heading == "New (1)"),
            "{control}: {section}"
        );
    }
    let section = page.split("<section").find(|section| section.contains("Worse (0)")).expect("a heading without findings");
    assert!(section.contains("None."), "{section}");
    let changed = page.split("<section").find(|section| section.contains("id=\"controls\"")).expect("what came out otherwise");
    assert!(row(changed, "<span class=\"id\">SRV-SSH-1</span>").ends_with(&["not met".to_owned(), "met".to_owned()]), "{page}");
    assert!(page.contains("Change of the score") && page.contains("by waivers +0.0"), "{page}");
}

#[test]
fn the_years_of_a_supplier_on_a_page() {
    let shelf = Shelf::new();
    let years = tempfile::tempdir().expect("a folder");
    let copy = |from: &str, to: &str| std::fs::copy(shelf.file(from), years.path().join(to)).expect("copied");
    copy("careless", "1.json");
    let folder = years.path().display().to_string();
    let page = shelf.said(&["history", &folder, "--format", "html"]);
    assert_eq!(page.matches("<circle").count(), 1, "one audit is one spot");
    shelf.audit("careless", GOOD, "later", "2027-11-24");
    copy("later", "2.json");
    let page = shelf.said(&["history", &folder, "--format", "html"]);
    assert_eq!(page.matches("<circle").count(), 2, "{page}");
    let last = row(&page, "2027-11-24");
    assert!(last.len() == 11 && last.get(9).is_some_and(|gone| gone == "1"), "one is gone: {last:?}");
    assert!(page.contains("gone 365 days after it was first seen"), "{page}");
    assert!(!page.contains("of another policy"), "{page}");
}
