//! Inputs to begin with: what the repository holds already (fixtures, cases, examples, the policies' own tests), given to the targets that
//! claim it, and what no file is of, made here. Nothing of it is kept: it is made when it is needed.

use super::ground::{CARDS, DATE, LIMITS, entry, file, look};
use super::stored::BASE;
use super::whole::{BEGIN, files as parted};
use crate::{made, made_disks};
use provost::audit::Words;
use provost::collect::config::{CONFIGS, Claim, Probe};
use provost::collect::decode::Utf8;
use provost::collect::document::{DOCUMENTS, Head};
use provost::collect::keys::Keys;
use provost::collect::resource::RESOURCES;
use provost::collect::results::RESULTS;
use provost::collect::sniff::sniff;
use provost::collect::walk::Target as Delivery;
use provost::collect::worker::{Answer, Order, frame};
use provost::detect::mask;
use provost::detect::validators::VALIDATORS;
use provost::model::policy::TestFile;
use provost::policy;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

/// Bytes of a file that is looked at: stores of mail are no smaller.
const MOST: usize = 300 << 10;
/// Seeds of one target.
const MANY: usize = 60;
/// Seeds of the targets that take any file.
const VERY_MANY: usize = 250;
/// People who do not exist.
const STAFF: &[u8] =
    b"warrant_no,name,email\n100001,Ada Example,ada.example@example.org\n100002,Ben Sample,ben.sample@example.org\n";

/// Seeds by target; equal ones once, the smallest first.
pub(crate) struct Seeds(BTreeMap<String, BTreeSet<(usize, Vec<u8>)>>);

impl Seeds {
    fn add(&mut self, target: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        if bytes.len() <= MOST {
            self.0.entry(target.into()).or_default().insert((bytes.len(), bytes));
        }
    }

    /// Those of a target: the smallest, or where any file is one, some of every size.
    pub(crate) fn of(&self, target: &str) -> Vec<&[u8]> {
        let any = target.starts_with("whole/") || target == "read/sniff";
        let all: Vec<&[u8]> = self.0.get(target).into_iter().flatten().map(|row| row.1.as_slice()).collect();
        let step = if any { all.len().div_ceil(VERY_MANY).max(1) } else { 1 };
        all.into_iter().step_by(step).take(if any { VERY_MANY } else { MANY }).collect()
    }
}

/// All seeds; `root` is the repository.
pub(crate) fn all(root: &Path) -> Seeds {
    let mut seeds = Seeds(BTreeMap::new());
    let mut files = Vec::new();
    for folder in ["tests/fixtures/container", "tests/fixtures/document", "tests/fixtures/picture", "tests/fixtures/ocr"] {
        gather(&root.join(folder), &root.join(folder), &mut files);
    }
    for folder in ["examples/card-printer", "examples/good-supplier", "examples/foi-release"] {
        gather(&root.join(folder), &root.join(folder), &mut files);
    }
    files.extend(made(root));
    let mut deliveries = tests();
    deliveries.extend(cases(root, &mut seeds));
    let leak = std::fs::read(root.join("tests/cases/leak.txt")).unwrap_or_default();
    deliveries.extend(parted(&leak).chunks(1).map(<[TestFile]>::to_vec));
    for delivery in &deliveries {
        let whole: Vec<u8> =
            delivery.iter().flat_map(|own| [BEGIN.as_bytes(), own.path.as_bytes(), b"\n", &own.content].concat()).collect();
        seeds.add("whole/delivery", whole.get(1..).unwrap_or(&[]));
        files.extend(delivery.iter().cloned());
    }
    files.extend(quoted(root, &mut seeds));
    for own in &files {
        give(own, &mut seeds);
    }
    words(root, &mut seeds);
    stored(&mut seeds);
    seeds
}

fn gather(root: &Path, folder: &Path, out: &mut Vec<TestFile>) {
    let mut all: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    all.sort();
    for path in all {
        if path.is_dir() {
            gather(root, &path, out);
        } else if std::fs::metadata(&path).is_ok_and(|facts| facts.len() <= MOST as u64)
            && path.extension().is_none_or(|ending| ending != "py")
        {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            out.push(file(&name, &std::fs::read(&path).unwrap_or_default()));
        }
    }
}

/// The deliveries of the policies' own tests.
fn tests() -> Vec<Vec<TestFile>> {
    let words = Words::default();
    let policies = policy::builtin::policy_ids().filter_map(|id| policy::load(id, &[], &words.vocabulary()).ok());
    policies.flat_map(|policy| policy.tests).map(|test| test.files).filter(|files| !files.is_empty()).collect()
}

/// The deliveries of `tests/cases/config`; each is a seed of the kind of resource that its file is about.
fn cases(root: &Path, seeds: &mut Seeds) -> Vec<Vec<TestFile>> {
    let mut out = Vec::new();
    let mut all = Vec::new();
    gather(root, &root.join("tests/cases/config"), &mut all);
    for own in all {
        let Ok(case) = serde_yaml::from_slice::<serde_json::Value>(&own.content) else { continue };
        let product = case["product"].as_str().unwrap_or("").to_owned();
        for case in case["cases"].as_array().into_iter().flatten() {
            let files = case["files"].as_object().into_iter().flatten();
            let files: Vec<TestFile> = files.filter_map(|(path, text)| Some(file(path, text.as_str()?.as_bytes()))).collect();
            for own in files.iter().filter(|_| RESOURCES.iter().any(|kind| kind.id == product)) {
                seeds.add(format!("resource/{product}"), own.content.as_slice());
            }
            out.push(files);
        }
    }
    out
}

/// What the unit tests of readers give them, where it is quoted raw; of a reader of configurations it is a seed in any case.
fn quoted(root: &Path, seeds: &mut Seeds) -> Vec<TestFile> {
    let mut sources = Vec::new();
    gather(root, &root.join("src/collect"), &mut sources);
    let mut out = Vec::new();
    for source in sources {
        let text = String::from_utf8_lossy(&source.content).into_owned();
        let id = source.path.rsplit('/').next().unwrap_or("").trim_end_matches(".rs");
        let name = match id {
            "hcl" | "terraform" => "main.tf",
            "jsonc" => "a.json",
            _ => "",
        };
        for inner in text.split("r#\"").skip(1).filter_map(|rest| rest.split("\"#").next()).filter(|inner| inner.len() > 20) {
            let ending = if inner.starts_with('<') { "a.xml" } else { "a.json" };
            if source.path.contains("/config/") {
                let id = if id == "jsonc" { "json" } else { id };
                seeds.add(format!("config/{id}"), format!("{}\n{inner}", if name.is_empty() { id } else { name }));
            }
            out.push(file(if name.is_empty() { ending } else { name }, inner.as_bytes()));
        }
    }
    out
}

/// Files of formats that no fixture is of.
fn made(root: &Path) -> Vec<TestFile> {
    let archive = made::tarred(&[("staff.csv", STAFF), ("notes/a.txt", b"nothing\n")]);
    let tree = made::cpio(&[("staff.csv", 0o100_644, STAFF), ("bin", 0o040_755, b"")]);
    let message = made::outlook(
        &[("0037", "Cards"), ("1000", "Ada Example, warrant no 100001"), ("0C1F", "ben.sample@example.org")],
        &[("Ada Example", "ada.example@example.org")],
        &[("staff.csv", STAFF)],
    );
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    let _ = std::io::Write::write_all(&mut bzip2, STAFF);
    let ole = made::ole(&[
        ("/WordDocument", b"\xec\xa5"),
        ("/Workbook", b"\x09\x08\x10\0\0\x06\x05\0\0\0\0\0\0\0\0\0\0\0\0\0\x0a\0\0\0"),
        ("/CONTENTS", STAFF),
    ]);
    let log =
        b"192.0.2.7 - ada [24/Nov/2026:10:00:00 +0000] \"GET /cards?warrant=100001 HTTP/1.1\" 200 12 \"-\" \"x\"\n".repeat(6);
    let face = std::fs::read(root.join("tests/fixtures/picture/vcard.png")).unwrap_or_default();
    let mut rows = vec![
        ("staff.tar", archive.clone()),
        ("staff.tar.gz", made::gzipped(&archive)),
        ("staff.csv.gz", made::gzipped(STAFF)),
        ("staff.csv.bz2", bzip2.finish().unwrap_or_default()),
        ("staff.zip", made::zipped(&[("staff.csv", STAFF), ("in.tar", &archive)])),
        ("staff.a", made::ar(&[("staff.csv/", STAFF), ("debian-binary/", b"2.0\n")])),
        ("staff.cpio", tree.clone()),
        ("staff.rpm", made::rpm(&made::gzipped(&tree))),
        ("staff.cab", made::cab(&[("staff.csv", STAFF)])),
        ("staff.dbf", made::dbf()),
        ("staff.doc", made::doc(false)),
        ("sealed.doc", made::doc(true)),
        ("staff.ppt", made::ppt()),
        ("mail.msg", message),
        ("staff.mpp", ole),
        ("a.emf", made::emf("Ada ", "Example")),
        ("a.wmf", made::wmf("Ada Example 100001")),
        ("access.log", log),
        ("print.fmr", b"FMR\0 20\0\0\0\0\x1a\0\0\x01\0\x01\0\0\xc5\0\xc5\x01\0\x01\0\0".to_vec()),
        ("scan.fir", b"FIR\x00010\0".to_vec()),
        (
            "prowler.json",
            br#"[{"AssessmentStartTime": "2026-11-22T10:00:00.123456", "Provider": "aws", "CheckID": "s3_bucket_public_access", "CheckTitle": "t", "Status": "PASS", "Severity": "critical", "ResourceId": "cards", "AccountId": "111122223333"}]"#.to_vec(),
        ),
        ("print.bin", (0..=255_u8).chain(0..200).map(|at| at.wrapping_mul(31) ^ 0x5a).chain(*b"Ada Example, warrant no 100001").collect()),
        ("a.plist", b"<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"x\">\n<plist version=\"1.0\"><dict><key>a</key><array><true/><integer>7</integer><date>2026-11-24T00:00:00Z</date><data>AQI=</data></array></dict></plist>\n".to_vec()),
        ("main.tf", b"resource \"aws_s3_bucket\" \"cards\" {\n  bucket = \"cards-${var.env}\"\n  tags = { a = [1, true, null], b = <<EOT\nx\nEOT\n  }\n}\n".to_vec()),
        ("a.properties", b"# x\nadmin.mail = ada@example.org\na\\:b: \\u0041 \\\n  more\n! y\nkey value\n".to_vec()),
        ("web.config", b"<?xml version=\"1.0\"?>\n<configuration><system.web><httpCookies requireSSL=\"true\"/><!-- x --><![CDATA[y]]></system.web></configuration>\n".to_vec()),
        ("staff.jsonl", b"{\"name\": \"Ada Example\", \"warrant_no\": 100001}\n{\"name\": \"Ben Sample\"}\n".to_vec()),
        ("wide.txt", made::wide("\u{feff}Ada Example, warrant no 100001\n")),
        ("blob.json", format!("{{\"file\": \"{}\"}}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &face)).into_bytes()),
    ];
    let members: &[(&str, &[u8])] = &[("staff.csv", STAFF), ("more.csv", STAFF)];
    let stick = made_disks::fat(members);
    rows.extend([
        ("staff.ext", made_disks::ext(members)),
        ("staff.ntfs", made_disks::ntfs(members)),
        // the partition begins where inputs of the fuzzers end; the table is what is read of it
        ("staff.disk", made_disks::mbr(&[&stick]).into_iter().take(4096).collect()),
        ("staff.qcow2", made_disks::qcow(&stick)),
        ("staff.vmdk", made_disks::vmdk(&stick)),
        ("staff.vhd", made_disks::vhd(&stick)),
        ("staff.vdi", made_disks::vdi(&stick)),
        ("stick.img", stick),
    ]);
    if let Some(disc) = disc() {
        rows.push(("disc.iso", disc));
    }
    // `fuzz/run.sh` says where one lies
    if let Some(store) = std::env::var_os("PROVOST_FUZZ_PST").and_then(|path| std::fs::read(path).ok()) {
        rows.push(("mail.pst", store));
    }
    rows.into_iter().map(|(name, bytes)| file(name, &bytes)).collect()
}

/// The disc among the fixtures, without the sectors behind its last file.
fn disc() -> Option<Vec<u8>> {
    let packed: &[u8] = include_bytes!("../../../tests/fixtures/container/disc.iso.gz");
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut out).ok()?;
    out.truncate(64 << 10);
    Some(out)
}

/// A file to every target that takes such.
fn give(own: &TestFile, seeds: &mut Seeds) {
    let raw = own.content.get(..64 << 10).unwrap_or(&own.content);
    let whole = raw.len() < 64 << 10;
    let sniffed = sniff(raw, whole);
    let mut text = String::new();
    if let Some(encoding) = sniffed.encoding {
        let _ = Utf8::new(own.content.as_slice(), encoding).read_to_string(&mut text);
    }
    let name = own.path.rsplit('/').next().unwrap_or("").to_lowercase();
    let extension = name.rsplit_once('.').map_or("", |row| row.1);
    let head = Head { raw, text: &text, whole, kind: sniffed.kind, name: &name, extension, path: &own.path };
    let with_name = [own.path.as_bytes(), b"\n", &own.content].concat();
    for document in DOCUMENTS.iter().filter(|document| document.claims(&head) > 0) {
        seeds.add(format!("document/{}", document.id()), own.content.as_slice());
    }
    if sniffed.kind == "7z" {
        seeds.add("document/sevenz", own.content.as_slice());
    }
    if own.content.len() <= 64 << 10 {
        seeds.add("whole/file", with_name.as_slice());
    }
    seeds.add("read/sniff", own.content.get(..600).unwrap_or(&own.content));
    if sniffed.encoding.is_none() {
        return;
    }
    let probe = Probe::new(&own.path, &name, extension, &text, whole);
    for config in CONFIGS.iter().filter(|config| config.claims(&probe) != Claim::No) {
        seeds.add(format!("config/{}", config.id()), with_name.as_slice());
        let Ok(root) = config.read(&text) else { continue };
        for format in RESULTS.iter().filter(|format| format.claims(&root)) {
            seeds.add(format!("results/{}", format.id()), text.as_str());
        }
        let described = provost::collect::resource::describe_all(*config, &root, &own.path);
        for thing in described.0.iter().filter(|_| config.id() != "json") {
            seeds.add(format!("resource/{}", thing.kind), text.as_str());
        }
    }
    if own.path.ends_with("provost-manifest.yaml") {
        seeds.add("stored/manifest", text.as_str());
    }
    if text.len() < 8 << 10 {
        seeds.add("detect/text", text.as_str());
        seeds.add("detect/names", text.get(..200.min(text.len())).unwrap_or(""));
        seeds.add("detect/mask", text.get(..200.min(text.len())).unwrap_or(""));
        seeds.add("detect/mask", own.path.as_str());
        seeds.add("detect/table", format!(",{text}"));
        seeds.add("read/decode", format!("\u{1}{text}"));
        seeds.add("read/plain", with_name);
        seeds.add("whole/note", format!("password.txt\n{text}"));
        if let Ok(line) = serde_json::to_string(&serde_json::json!({"id": 1, "text": text})) {
            seeds.add("detect/jsonl", line);
        }
    }
}

/// Seeds for the language of policies, validators and values.
fn words(root: &Path, seeds: &mut Seeds) {
    for validator in VALIDATORS {
        let target = format!("validator/{}", validator.id);
        validator.valid.iter().chain(validator.invalid).for_each(|text| seeds.add(target.as_str(), *text));
    }
    let mut sources = Vec::new();
    gather(root, &root.join("policies"), &mut sources);
    let control = "  - {id: A-1, title: A, severity: low, theme: inventory, references: {uk-gdpr: [\"32\"]}, why: A., fix: A., checks: [{data: [person_name], in: [\"**\"], where: {people: {at_least: 1}}, must: {exist: false}}]}\n";
    let small = format!(
        "provost: 1\nid: a\ntitle: A\nversion: 1\nsummary: A.\nparameters:\n  days: {{type: duration, default: 30d, title: Days}}\ngroups: {{card: [person_name, email]}}\nthresholds: {{pass: 80, coverage: 0.9}}\ncontrols:\n{control}"
    );
    seeds.add("policy/whole", small.as_str());
    seeds.add(
        "policy/whole",
        small.replace(
            "controls:",
            "extends: [publication]\nselect: {exclude: [\"PUB-*\"]}\ntailor: {PUB-1: {severity: high}}\ncontrols:",
        ),
    );
    for source in &sources {
        let text = String::from_utf8_lossy(&source.content).into_owned();
        let ending = Path::new(&source.path).extension().and_then(|ending| ending.to_str()).unwrap_or("");
        if source.path.contains("/classes/") && ending == "yaml" {
            seeds.add("policy/class", text.as_str());
        } else if ending == "yaml" {
            seeds.add("policy/whole", text.as_str());
            if let Some(at) = text.find("\ntests:") {
                seeds.add("policy/whole", text.get(..at).unwrap_or(""));
            }
        }
        for line in text.lines() {
            for (key, target) in [
                ("cel: ", "cel"),
                ("at: ", "path"),
                ("matches: ", "pattern"),
                ("regex: ", "pattern"),
                ("at_most: ", "operand"),
                ("be: ", "operand"),
            ] {
                if let Some((_, value)) = line.split_once(key) {
                    let value = value.trim_matches(['"', '\'', '}', ' ']);
                    seeds.add(format!("policy/{target}"), value);
                    seeds.add("read/values", value.get(..60.min(value.len())).unwrap_or(""));
                }
            }
        }
    }
    for text in [
        "path.startsWith('a') && size > 3",
        "parts.exists(p, p == 'x')",
        "[1, 2].all(x, x > 0) ? true : false",
        "name.matches('^a+$')",
        "{'a': 1}.a == 1",
        "expires != null && days_left > 30",
        "string(size) + 'x' == '1x'",
        "duration('1h') < timestamp('2026-01-01T00:00:00Z') - timestamp('2025-01-01T00:00:00Z')",
    ] {
        seeds.add("policy/cel", text);
    }
    for text in [
        "$.users[?(@.admin == true)].name",
        "$..*",
        "$.a['b'][0:2]",
        "$[?match(@.name, 'a.*')]",
        "$[?length(@.a) > 1 && count(@..b) < 2]",
        "$..[?@ > 3]",
        "a.b.c",
    ] {
        seeds.add("policy/path", text);
    }
    for text in ["**/*.csv", "a/{b,c}/[!d]?*.x", "!**/x", "[[:alpha:]]*", "{a,{b,c}}"] {
        seeds.add("policy/glob", text);
    }
    for text in [
        "30d",
        "P1Y2M3DT4H",
        "10MB",
        "4 KiB",
        "2026-11-24",
        "8.0.28",
        "TLSv1.2",
        "10.0.0.0/8",
        "fe80::/10",
        "yes",
        "1e3",
        "a, b c",
        "$.a.b",
    ] {
        seeds.add("read/values", text);
        seeds.add("policy/operand", text);
    }
    seeds.add("read/passwords", "swordfish\nletmein 2\n\n\u{feff}x\n");
    seeds.add("whole/note", "readme.txt\nThe password is: swordfish\n");
}

/// Seeds for what was stored and sent.
fn stored(seeds: &mut Seeds) {
    let deliveries: Vec<Vec<TestFile>> = vec![
        vec![file("cards.csv", STAFF)],
        vec![file("etc/ssh/sshd_config", b"PermitRootLogin yes\nMatch User x\n  X11Forwarding no\n")],
        vec![file("stack.yaml", b"Resources:\n  B: {Type: 'AWS::S3::Bucket', Properties: {BucketName: cards}}\n")],
        vec![file("scan.sarif", b"{\"version\": \"2.1.0\", \"runs\": [{\"tool\": {\"driver\": {\"name\": \"x\", \"rules\": [{\"id\": \"R1\"}]}}, \"results\": [{\"ruleId\": \"R1\", \"level\": \"error\", \"message\": {\"text\": \"t\"}}]}]}")],
        vec![
            file("provost-manifest.yaml", b"provost-manifest: 1\ndocuments:\n  - {type: dpia, issued: 2026-01-01, path: a.txt}\nstatements:\n  - {id: mfa, answer: \"yes\", date: 2026-10-01}\n"),
            file("a.txt", b"Ada Example\n"),
        ],
        vec![file("a.zip", &made::zipped(&[("staff.csv", STAFF)]))],
    ];
    for files in deliveries {
        let Ok(found) = CARDS.collect(&Delivery::Memory(files.clone()), &|_| {}) else { continue };
        let short = provost::model::evidence::Evidence { products: BTreeMap::new(), asked: BTreeMap::new(), ..found.clone() };
        seeds.add("stored/evidence", serde_json::to_vec(&short).unwrap_or_default());
        let mut packed = Vec::new();
        let _ = provost::model::packed::write(&short, &mut packed);
        // without its beginning and its end, which the target puts there itself
        let frames = packed.get(provost::model::packed::MAGIC.len()..packed.len().saturating_sub(49)).unwrap_or_default();
        seeds.add("stored/packed", frames.to_vec());
        let mut assessment = CARDS.assess(&found, *DATE);
        assessment.controls.retain(|control| assessment.findings.iter().any(|finding| finding.control == control.id));
        assessment.controls.truncate(2);
        assessment.findings.truncate(3);
        assessment.derivation.truncate(2);
        assessment.improve.truncate(2);
        seeds.add("stored/assessment", serde_json::to_vec(&assessment).unwrap_or_default());
        let mut frames = Vec::new();
        for (index, own) in files.iter().enumerate() {
            let examined = look(&own.path, &own.content, &Keys::none());
            frames.extend(frame(&Answer { number: index as u32 + 1, examined, micros: 0, piece: None }).unwrap_or_default());
            let order = serde_json::to_string(&Order::new(&entry(&own.path, own.content.len()))).unwrap_or_default();
            let limits = serde_json::to_string(&LIMITS).unwrap_or_default();
            let hello = format!(
                "{{\"provost_worker\":1,\"root\":{{\"text\":\"/x\"}},\"key\":\"{}\",\"classes\":[],\"limits\":{limits},\"passwords\":[\"x\"],\"spent\":[\"json\"]}}",
                CARDS.engine.key.to_hex()
            );
            seeds.add("worker/orders", format!("{hello}\n{order}\n"));
        }
        seeds.add("worker/answers", frames);
    }
    let form = provost::review::responses::form(&BASE, &mask::clean);
    seeds.add("stored/answers", form.as_str());
    seeds.add(
        "stored/answers",
        form.replacen("status:", "status: planned", 1).replacen("text:", "text: Ada Example will do it", 1),
    );
    let prints: Vec<&str> = BASE.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    for print in prints.iter().take(3) {
        seeds.add("stored/answers", format!("provost-responses: 1\nresponses:\n  - {{finding: {print}, status: fixed, text: Done. Ask ada@example.org, date: 2026-11-01, planned: 2026-12-01, by: x}}\n"));
    }
    for finding in BASE.findings.iter().take(3) {
        seeds.add("stored/waivers", format!(
            "waivers:\n  - {{control: {}, finding: {}, in: [\"**/*.csv\", \"!a\"], reason: risk_accepted, justification: x, owner: y, approver: z, granted: 2026-01-01, expires: 2027-01-01, reference: T-1}}\n",
            finding.control, finding.fingerprint
        ));
    }
}
