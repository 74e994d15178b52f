//! Registers that say themselves when their cards were issued: what the file's own day hides is seen, and shown.

use crate::hidden::{cell, styles, workbook};
use crate::support::{DATE, run, spoken};

/// A delivery of one register, audited: the JSON and the page.
fn audited(register: &str) -> (serde_json::Value, String) {
    file_audited("register.csv", register.as_bytes())
}

fn file_audited(name: &str, register: &[u8]) -> (serde_json::Value, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let delivery = folder.path().join("delivery");
    std::fs::create_dir(&delivery).expect("a folder");
    std::fs::write(delivery.join(name), register).expect("a file");
    let (json, html) = (folder.path().join("a.json"), folder.path().join("a.html"));
    let (code, _, errors) = spoken(&run(&[
        "audit",
        delivery.to_str().expect("a plain path"),
        "--date",
        DATE,
        "--format",
        &format!("json={}", json.display()),
        "--format",
        &format!("html={}", html.display()),
    ]));
    assert_eq!(code, 1, "{errors}");
    let report = serde_json::from_slice(&std::fs::read(json).expect("it was written")).expect("JSON");
    (report, std::fs::read_to_string(html).expect("it was written"))
}

fn control<'a>(report: &'a serde_json::Value, id: &str) -> &'a str {
    let controls = report["controls"].as_array().expect("controls");
    controls.iter().find(|control| control["id"] == id).expect("the control")["outcome"].as_str().expect("an outcome")
}

#[test]
fn a_register_that_is_written_anew_each_day_does_not_look_young() {
    let rows: String = (0..40)
        .map(|at| {
            let day = if at < 30 { format!("{:02}/03/2025", at % 28 + 1) } else { "20/11/2026".to_owned() };
            format!("{},Ada Example{},Constable,{day},\n", 100_001 + at, ["", "son", "ton", "ford"][at % 4])
        })
        .collect();
    let text = format!("warrant_no,name,rank,Card Issued,Passport issue date\n{rows}100099,Dee Sample,Sergeant,,\n");
    let (report, page) = audited(&text);
    let dates = &report["artifacts"][0]["dates"];
    assert_eq!(
        (dates["columns"][0].as_str(), dates["weeks"].as_array().map(Vec::len)),
        (Some("Card Issued"), Some(6)),
        "{dates}"
    );
    assert_eq!(dates["weeks"][0], serde_json::json!(["2025-W09", 4]));
    assert_eq!((control(&report, "CARD-RET-1"), control(&report, "CARD-RET-6")), ("pass", "fail"));
    assert!(page.contains("Records beside the policy’s limits"));
    let row =
        "<td class=\"n\">30</td><td class=\"n\">10</td><td class=\"n\">30</td><td class=\"n\">1</td><td class=\"n\">632</td>";
    assert!(page.contains(row));
}

#[test]
fn a_day_in_a_table_of_other_things_stays_there() {
    let rows = "Ada Example,2019-03-05,ada@example.org\nBea Sample,2019-03-06,bea@example.org\n";
    for header in
        ["mother name,Delivered,email", "name,Date Sent,email", "name,Warrant Issued,email", "name,Order Delivered,email"]
    {
        let (report, page) = audited(&format!("{header}\n{rows}"));
        assert_eq!((control(&report, "CARD-RET-6"), report["artifacts"][0].get("dates")), ("not_applicable", None), "{header}");
        for text in [report.to_string(), page] {
            assert!(!text.contains("2019"), "{header}");
        }
    }
    // nor does a register of cards say a day
    let (report, page) = audited("warrant_no,name,Card Issued\n100001,Ada Example,2019-03-05\n100002,Ben Sample,2019-03-06\n");
    assert_eq!(report["artifacts"][0]["dates"]["weeks"], serde_json::json!([["2019-W10", 2]]));
    assert!(page.contains("2019-W10") && !page.contains("2019-03"));
}

#[test]
fn what_cannot_be_read_as_a_day_is_no_pass() {
    let of = |days: [&str; 2]| {
        let [one, two] = days;
        let text = format!(
            "warrant_no,name,Print Date,Delivered\n100001,Ada Example,2020-01-07,{one}\n100002,Ben Sample,2026-11-16,{two}\n"
        );
        control(&audited(&text).0, "CARD-RET-6").to_owned()
    };
    // the day of printing counts where the day of delivery says nothing
    assert_eq!(of(["Y", ""]), "fail");
    assert_eq!(of(["2026-11-20", "Y"]), "pass");
    let text = "warrant_no,name,Card Issued\n100001,Ada Example,2026-11-16\n100002,Ben Sample,soon\n";
    assert_eq!(control(&audited(text).0, "CARD-RET-6"), "error");
    assert_eq!(control(&audited(&text.replace("2026-11-16", "2020-01-07")).0, "CARD-RET-6"), "fail");
}

/// A register of two old cards and a new one as a workbook: some columns are hidden, some cells are white.
fn sheet(hidden: &[usize], white: &[&str]) -> Vec<u8> {
    titled(hidden, white, "")
}

/// The same behind the cell of a title.
fn titled(hidden: &[usize], white: &[&str], title: &str) -> Vec<u8> {
    let columns: String = hidden.iter().map(|at| format!("<col min='{at}' max='{at}' width='9' hidden='1'/>")).collect();
    let rows = [
        ["warrant_no", "name", "rank", "Card Issued"],
        ["100001", "Ada Example", "Constable", "2020-03-05"],
        ["100002", "Ben Sample", "Constable", "2020-03-06"],
        ["100003", "Cat Specimen", "Constable", "2026-11-16"],
    ];
    let (first, title) = match title {
        "" => (1, String::new()),
        address => (3, format!("<row r='1'>{}</row>", cell(address, 0, "Register of cards"))),
    };
    let rows: String = (first..)
        .zip(rows)
        .map(|(number, row)| {
            let cells: String = ["A", "B", "C", "D"]
                .iter()
                .zip(row)
                .map(|(column, text)| {
                    let address = format!("{column}{number}");
                    cell(&address, u32::from(white.contains(&address.as_str())), text)
                })
                .collect();
            format!("<row r='{number}'>{cells}</row>")
        })
        .collect();
    let columns = if columns.is_empty() { columns } else { format!("<cols>{columns}</cols>") };
    let white = styles("<color rgb='FFFFFFFF'/>", "<patternFill patternType='none'/>", "General");
    workbook(&white, &format!("{columns}<sheetData>{title}{rows}</sheetData>"), &[])
}

#[test]
fn a_title_is_no_header_whatever_is_hidden() {
    for (hidden, title) in [(&[][..], "A1"), (&[26], "A1"), (&[4], "A1"), (&[1], "A1"), (&[1], "B1")] {
        let (report, _) = file_audited("register.xlsx", &titled(hidden, &[], title));
        let weeks = serde_json::json!([["2020-W10", 2], ["2026-W47", 1]]);
        assert_eq!(report["artifacts"][0]["dates"]["weeks"], weeks, "{hidden:?} {title}");
        assert_eq!((report["people"]["total"].as_u64(), control(&report, "CARD-RET-6")), (Some(3), "fail"), "{hidden:?} {title}");
    }
}

#[test]
fn whatever_of_a_sheet_is_hidden_each_record_is_counted_once() {
    for (hidden, white) in [
        (&[][..], &[][..]),
        (&[4], &[]),
        (&[1], &[]),
        (&[1, 2], &[]),
        (&[1, 2, 3, 4], &[]),
        (&[6], &[]),
        (&[], &["D2", "D3", "D4"]),
        (&[], &["A2", "B2"]),
        (&[], &["A2", "B2", "C2", "D2", "A3", "B3", "C3", "D3"]),
        (&[2], &["D2"]),
        (&[], &["D1"]),
        (&[3], &["A1", "B1", "C1", "D1"]),
    ] {
        let (report, _) = file_audited("register.xlsx", &sheet(hidden, white));
        let weeks = serde_json::json!([["2020-W10", 2], ["2026-W47", 1]]);
        assert_eq!(report["artifacts"][0]["dates"]["weeks"], weeks, "{hidden:?} {white:?}");
        assert_eq!(control(&report, "CARD-RET-6"), "fail", "{hidden:?} {white:?}");
    }
}
