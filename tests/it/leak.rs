//! Planted values in contents and in names of files, folders, sheets, columns and keys never come out of any command.

use crate::support::{DATE, run, write};
use base64::Engine as _;

/// Made-up values of many classes; each is looked for in every output.
const PLANTED: &[&str] = &[
    "Quillfeather",
    "Zebediah",
    "AB914273C",
    "943 476 5919",
    "GB33BUKB20201555555555",
    "zebediah.quillfeather@example.org",
    "07911 847362",
    "48913377",
    "5425233430109903",
    "14 Larkspur Grove",
    "hunter2Sapphire!",
    "1979-03-07",
    "SR17 9ZQ",
    "QUILL057079ZB9IJ",
    "0703794175",
    "3581244179",
    "Q4872ZB",
    "Q480125",
];

fn forms(value: &str) -> Vec<String> {
    let mut out =
        vec![value.to_owned(), value.to_lowercase(), value.to_uppercase(), value.replace(' ', ""), value.chars().rev().collect()];
    out.push(base64::engine::general_purpose::STANDARD.encode(value));
    out.push(value.bytes().map(|byte| format!("{byte:02x}")).collect());
    out.push(value.replace(' ', "%20").replace('@', "%40"));
    out
}

fn plant(folder: &std::path::Path) {
    let [
        surname,
        given,
        ni,
        nhs,
        iban,
        email,
        phone,
        warrant,
        card,
        street,
        password,
        birth,
        postcode,
        licence,
        chi,
        care,
        prison,
        probation,
    ] = PLANTED
    else {
        panic!("18 values")
    };
    let row = format!(
        "{warrant},{given} {surname},{ni},{nhs},{iban},{email},{phone},{card},\"{street}\",{birth},{postcode},{licence},{chi},{care},{prison},{probation},{password}"
    );
    let head = "warrant_no,name,ni_number,nhs_number,iban,email,phone,card_number,home_address,dob,postcode,driving_licence,chi_number,hcn,noms_no,probation_crn,password";
    write(folder, "extract.csv", format!("{head}\n{row}\n").as_bytes());
    write(folder, "headerless.csv", format!("{row}\n{row}\n{row}\n").as_bytes());
    write(folder, "broken.csv", format!("{head}\n\"{row}\n").as_bytes());
    let sentence = format!(
        "PC {given} {surname}, NI number {ni}, NHS number {nhs}, warrant number {warrant}, born date of birth {birth}, of {street}, {postcode}.\nMail {email}, phone {phone}, card {card}, {iban}, driving licence {licence}. CHI {chi}, health and care number {care}, prisoner {prison}, probation {probation}. password={password}\n"
    );
    write(folder, "letter.txt", sentence.as_bytes());
    let utf16: Vec<u8> = sentence.encode_utf16().flat_map(u16::to_le_bytes).collect();
    write(folder, "letter16.txt", &utf16);
    write(folder, "data.json", format!("{{\"{given} {surname}\": {{\"ni\": \"{ni}\", \"password\": \"{password}\"}}, \"{email}\": \"{iban}\", \"note\": {sentence:?}}}").as_bytes());
    write(folder, "broken.json", format!("{{\"{ni}\": \"{email}\",").as_bytes());
    write(
        folder,
        "rows.jsonl",
        format!("{{\"{email}\": \"{ni}\", \"name\": \"{given} {surname}\"}}\n{{\"name\": \"{surname}\"}}\nnot json {ni}\n")
            .as_bytes(),
    );
    write(folder, "a.yaml", format!("owner: {given} {surname}\ncontact: {email}\npassword: {password}\n{ni}: yes\n").as_bytes());
    write(folder, "broken.yaml", format!("a: [{ni}\n{email}: }}\n").as_bytes());
    write(folder, "a.toml", format!("owner = \"{given} {surname}\"\n[\"{email}\"]\nni = \"{ni}\"\n").as_bytes());
    write(folder, "a.ini", format!("[{email}]\nuser = {given} {surname}\npassword = {password}\n").as_bytes());
    write(
        folder,
        "a.xml",
        format!("<staff><person name=\"{given} {surname}\"><ni>{ni}</ni><mail>{email}</mail></person></staff>").as_bytes(),
    );
    write(folder, "broken.xml", format!("<a><{surname}>{ni}").as_bytes());
    write(folder, ".env", format!("DB_PASSWORD={password}\nADMIN={email}\n").as_bytes());
    write(folder, "a.properties", format!("admin.mail={email}\nadmin.password={password}\n").as_bytes());
    write(
        folder,
        "etc/ssh/sshd_config",
        format!("# {given} {surname}\nAllowUsers {email}\nMatch User {email}\n  PasswordAuthentication yes\n").as_bytes(),
    );
    write(
        folder,
        "nginx.conf",
        format!("http {{ server {{ listen 80; server_name x; auth_basic \"{given} {surname} {email}\"; }} }}").as_bytes(),
    );
    write(folder, "provost-manifest.yaml", format!("provost-manifest: 1\ndocuments:\n  - {{type: dpia, title: \"{given} {surname}\", issuer: {email}, issued: 2026-01-01, path: \"{surname}_{given}.txt\", {ni}: x}}\nstatements:\n  - {{id: mfa_remote_access, answer: \"{email}\", by: {given} {surname}}}\n").as_bytes());
    // names
    write(folder, &format!("photos/{warrant}.jpg"), b"\xff\xd8\xff\xe0\x00\x10JFIF");
    write(folder, &format!("letters/{surname}_{given}.txt"), b"nothing\n");
    write(folder, &format!("letters/{}-{}.rar", surname.to_uppercase(), given), b"Rar!\x1a\x07\x01\x00");
    write(folder, &format!("{email}/{ni}.pdf"), b"%PDF-1.7 broken");
    write(folder, &format!("mails/{email}"), b"nothing\n");
    write(folder, &format!("packed/archive (pw {password}).txt"), b"nothing\n");
    let packed = base64::engine::general_purpose::STANDARD.encode(ni);
    write(
        folder,
        "packed/keys.json",
        format!("{{\"{packed}\": 1, \"zip_pw\": \"{password}\", \"open\": \"unzip -P {password} a.zip\"}}").as_bytes(),
    );
    write(folder, &format!("cases/{given} {surname} {ni}/n.txt"), b"nothing\n");
}

/// The text of a PDF report, with and without the ends of lines in its columns; anything else as it is.
pub(crate) fn on_paper(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.starts_with(b"%PDF") {
        return bytes;
    }
    let document = lopdf::Document::load_mem(&bytes).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).expect("text");
    assert!(text.contains("Verdict"));
    [text.replace('\n', "").into_bytes(), text.into_bytes()].concat()
}

#[test]
fn nothing_planted_comes_out() {
    let folder = tempfile::tempdir().expect("a folder");
    plant(folder.path());
    let outputs = tempfile::tempdir().expect("a folder");
    let target = folder.path().to_str().expect("a plain path");
    let evidence = outputs.path().join("evidence.json");
    let evidence = evidence.to_str().expect("a plain path");
    let json = format!("json={}", outputs.path().join("report.json").display());
    let mut texts: Vec<(String, Vec<u8>)> = Vec::new();
    // every report that there is, by the registry
    let every: Vec<String> =
        provost::report::ids().iter().map(|id| format!("--format={id}={}", outputs.path().join(id).display())).collect();
    let every: Vec<&str> =
        ["audit", target, "--date", DATE, "--all"].into_iter().chain(every.iter().map(String::as_str)).collect();
    let stored = outputs.path().join("json");
    let stored = stored.to_str().expect("a plain path");
    let form = outputs.path().join("answers.yaml");
    let broken = format!("{target}/extract.csv");
    let plain = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.path());
    let plain: Vec<String> = plain.filter(|path| path.is_file()).map(|path| path.to_string_lossy().into_owned()).collect();
    let plain: Vec<&str> = plain.iter().map(String::as_str).collect();
    let detect = |more: &'static str| [&["detect", more], plain.as_slice()].concat();
    let commands: &[&[&str]] = &[
        &detect("--min-confidence=0"),
        &detect("--json"),
        &detect("--jsonl"),
        &["detect", "--jsonl", &format!("{target}/rows.jsonl")],
        &["audit", target, "--date", DATE, "--all"],
        &["audit", target, "--date", DATE, "--policy", "publication", "--all", "--format", "terminal", "--format", &json],
        &["audit", target, "--date", DATE, "--policy", "server-hardening", "--all"],
        &["audit", target, "--date", DATE, "--policy", "uk-data-processor", "--format", "json"],
        &every,
        &["retest", stored, target, "--date", DATE, "--all"],
        &["retest", stored, target, "--date", DATE, "--format", "html"],
        &["diff", stored, stored, "--all"],
        &["respond", stored, form.to_str().expect("a plain path")],
        &["-v", "audit", target, "--date", DATE],
        &["discover", target, "--all"],
        &["discover", target, "--format", "json"],
        &["collect", target, "-o", evidence],
        &["assess", evidence, "--date", DATE, "--all"],
        &["assess", target, "--date", DATE],
        &["policy", "check", &broken],
    ];
    for command in commands {
        let output = crate::support::provost()
            .args(*command)
            .env("RUST_BACKTRACE", "full")
            .env("RUST_LOG", "trace")
            .output()
            .expect("it starts");
        texts.push((format!("{command:?} out"), output.stdout));
        texts.push((format!("{command:?} err"), output.stderr));
    }
    for file in std::fs::read_dir(outputs.path()).expect("a folder").flatten() {
        let bytes = std::fs::read(file.path()).expect("a file");
        texts.push((file.file_name().to_string_lossy().into_owned(), on_paper(bytes)));
    }
    assert!(texts.len() > 15);
    let mut leaked = Vec::new();
    for (name, bytes) in &texts {
        let text = String::from_utf8_lossy(bytes);
        for value in PLANTED {
            for form in forms(value).iter().filter(|form| form.len() > 5 && text.contains(form.as_str())) {
                let at = text.find(form.as_str()).unwrap_or(0);
                let around: String = text[at.saturating_sub(60)..].chars().take(140).collect();
                leaked.push(format!("{form} in {name}: …{around}…"));
            }
        }
    }
    assert!(leaked.is_empty(), "{}", leaked.join("\n"));
    // the test can fail: the values are in the target, and `locate` shows a path to who has it
    let shown = run(&["locate", target, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("Quillfeather"));
}

/// The evidence of a delivery, as text.
fn evidence_of(files: &[(&str, &[u8])]) -> String {
    let folder = crate::support::delivery(files);
    let aside = tempfile::tempdir().expect("a folder");
    let file = aside.path().join("evidence.json");
    let (from, to) = (folder.path().to_str().expect("a plain path"), file.to_str().expect("a plain path"));
    assert_eq!(run(&["collect", from, "-o", to]).status.code(), Some(0));
    std::fs::read_to_string(file).expect("evidence")
}

fn shows_none_of(text: &str, words: &[&str]) {
    let lower = text.to_lowercase();
    for word in words {
        let at = lower.find(&word.to_lowercase());
        assert!(at.is_none(), "{word}: {}", at.and_then(|at| text.get(at.saturating_sub(80)..at + 60)).unwrap_or(""));
    }
}

#[test]
fn keys_types_ids_and_arguments_of_blocks_tell_nobody() {
    let files: &[(&str, &[u8])] = &[
        ("a.json", b"{\"@QQ123456A\":1,\"@ada.okonkwo@force.example\":5,\"48213377\":2,\"list\":[{\"@AB123456C\":\"v\",\"n\":1}]}"),
        (
            "provost-manifest.yaml",
            b"provost-manifest: 1\ndocuments:\n  - {type: x_AB123456C, issued: 2026-01-01}\n  - {type: iso_27001, issued: 2026-01-01}\nstatements:\n  - {id: AB123456C, answer: 'yes'}\n  - {id: Ada_Okonkwo, answer: 'yes'}\n",
        ),
        (
            "etc/ssh/sshd_config",
            b"AllowUsers ada.okonkwo backup\nMatch User ada.okonkwo\n  PermitRootLogin yes\nMatch User eva.okonkwo\n  PermitRootLogin no\nMatch User backup\n  PermitTTY no\nOkonkwo AB123456C\n",
        ),
        (
            "nginx.conf",
            b"events {}\nhttp { server { listen 80; server_name ada.okonkwo.example; location /AB123456C { okonkwo on; } } server { listen 80; server_name cards.example.org; } }\n",
        ),
    ];
    let secrets = &["okonkwo", "AB123456C", "QQ123456A", "48213377"];
    let text = evidence_of(files);
    shows_none_of(&text, secrets);
    // blocks of different people stay apart, services and standards stay readable
    for shown in [
        "Match User aaa.aaaaaaa (line 2)",
        "Match User aaa.aaaaaaa (line 4)",
        "Match User backup",
        "iso_27001",
        "server cards.example.org (80)",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
    let folder = crate::support::delivery(files);
    let target = folder.path().to_str().expect("a plain path");
    for format in ["terminal", "json", "html"] {
        let output = run(&["audit", target, "--date", DATE, "--policy", "server-hardening", "--all", "--format", format]);
        shows_none_of(&String::from_utf8_lossy(&output.stdout), secrets);
    }
}

#[test]
fn names_of_files_tell_nobody_and_technical_ones_stay() {
    let personal = [
        "Ada.Lovelace",
        "Ben.Carter",
        "brown_j",
        "brown_j.csv",
        "hill-g",
        "ngugi_w",
        "obianuju_c.csv",
        "Rose_May",
        "okonkwo.a",
        "ada.hill",
        "okonkwo_rose.txt",
        "dob_19840312",
        "card_20120229.txt",
        "x-20048213",
        "id_19001301.pdf",
    ];
    let technical = [
        "conf.d",
        "nginx.conf",
        "main.c",
        "lib.a",
        "plan_b.docx",
        "appendix-a.pdf",
        "x-ray.png",
        "e-mail.txt",
        "Price_List.xlsx",
        "April_May.csv",
        "backup_20240131.sql",
        "report-2026.pdf",
        "README",
        "tables.JSON",
        "sites-enabled",
        "access-review-2026-10.csv",
        "archive.tar.gz",
        "portraits.tar.age",
        "sshd_config",
        "DOCKERFILE",
        "page_a.html",
        "config.yaml",
    ];
    let mut files: Vec<(String, &[u8])> = Vec::new();
    files.extend(personal.iter().map(|name| (format!("p/{name}"), &b"nothing\n"[..])));
    files.extend(technical.iter().map(|name| (format!("t/{name}"), &b"nothing\n"[..])));
    let files: Vec<(&str, &[u8])> = files.iter().map(|file| (file.0.as_str(), file.1)).collect();
    let text = evidence_of(&files);
    for name in technical {
        assert!(text.contains(&format!("\"t/{name}\"")), "{name} is masked");
    }
    let people = [
        "ada.", "lovelace", "ben.", "carter", "brown", "hill", "ngugi", "obianuju", "rose", "/may", "okonkwo", "1984",
        "20120229", "20048213", "19001301",
    ];
    shows_none_of(&text, &people);
}
