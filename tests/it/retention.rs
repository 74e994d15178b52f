//! Registers that say themselves when their cards were issued: what the file's own day hides is seen, and shown.

use crate::support::{DATE, run, spoken};

#[test]
fn a_register_that_is_written_anew_each_day_does_not_look_young() {
    let folder = tempfile::tempdir().expect("a folder");
    let delivery = folder.path().join("delivery");
    std::fs::create_dir(&delivery).expect("a folder");
    let rows: String = (0..40)
        .map(|at| {
            let day = if at < 30 { format!("{:02}/03/2025", at % 28 + 1) } else { "20/11/2026".to_owned() };
            format!("{},Ada Example{},Constable,{day},\n", 100_001 + at, ["", "son", "ton", "ford"][at % 4])
        })
        .collect();
    let text = format!("warrant_no,name,rank,Card Issued,Passport issue date\n{rows}100099,Dee Sample,Sergeant,,\n");
    std::fs::write(delivery.join("register.csv"), text).expect("a file");
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
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(json).expect("it was written")).expect("JSON");
    let dates = &report["artifacts"][0]["dates"];
    assert_eq!((dates["column"].as_str(), dates["days"].as_array().map(Vec::len)), (Some("Card Issued"), Some(29)), "{dates}");
    assert_eq!(dates["days"][0], serde_json::json!(["2025-03-01", 2]));
    let control = |id: &str| {
        let controls = report["controls"].as_array().expect("controls");
        controls.iter().find(|control| control["id"] == id).expect("the control")["outcome"]
            .as_str()
            .expect("an outcome")
            .to_owned()
    };
    assert_eq!((control("CARD-RET-1").as_str(), control("CARD-RET-6").as_str()), ("pass", "fail"));
    let page = std::fs::read_to_string(html).expect("it was written");
    assert!(page.contains("Records beside the policy’s limits"));
    let row =
        "<td class=\"n\">30</td><td class=\"n\">10</td><td class=\"n\">30</td><td class=\"n\">1</td><td class=\"n\">633</td>";
    assert!(page.contains(row));
}
