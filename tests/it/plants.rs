//! The leak test: more than ten thousand values of every data class, made up as it runs, are planted in every format that is read, in
//! contents and in names, and taken through every command, every report and every failure; none of them comes out, in any spelling.
//! It knows no value before it runs and must not print more of an output than what stands around a hit.
#![allow(
    clippy::needless_for_each,
    clippy::assigning_clones,
    clippy::type_complexity,
    clippy::print_stdout,
    reason = "figures are printed for whoever asks for them; the rest reads better so"
)]

#[path = "../../examples/common/random.rs"]
#[allow(clippy::duplicate_mod, unreachable_pub, reason = "every user brings its own")]
mod random;

mod boxes;
mod commands;
mod configs;
mod data;
mod delivery;
mod draw;
mod office;
mod prose;
mod search;
mod values;
mod watch;

use commands::Runs;
use delivery::Delivery;
use provost::audit::Words;
use provost::model::class::Class;
use search::Search;
use std::collections::{BTreeMap, BTreeSet};
use values::{NOT_LOOKED_FOR, Planted, Pool};

/// Another seed, other values.
const SEED: u64 = 20_261_124;
/// How many there are at least.
const LEAST: usize = 10_000;

/// Readers that get no whole file of theirs, and why.
const READERS_WITHOUT: &[(&str, &str)] = &[];
/// Configurations that are planted in nothing of their own, and why.
const CONFIGS_WITHOUT: &[(&str, &str)] = &[];
/// Commands that are not run over the delivery, and why.
const COMMANDS_WITHOUT: &[(&str, &str)] = &[
    ("locate", "it turns numbers back into paths, for whoever has the delivery: that is what it is for"),
    ("help", "it says what --help says"),
    ("policy help", "it says what --help says"),
];

fn classes() -> Vec<Class> {
    provost::policy::builtin_classes(&Words::default().vocabulary()).expect("the embedded classes are valid")
}

/// Files that no command should have been given: records of people in the formats that options take.
fn records(pool: &mut Pool, folder: &std::path::Path) -> Vec<String> {
    pool.place = "records given by mistake".to_owned();
    let quoted = |text: String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "));
    let mut files: Vec<(&str, String)> = vec![("a.csv", pool.table(12, 6).csv())];
    let rows: String = (0..6)
        .map(|_| format!("- name: {}\n  note: {}\n", quoted(pool.of("person_name").text), quoted(pool.next().said)))
        .collect();
    files.push(("b.yaml", format!("staff:\n{rows}")));
    let rows: Vec<String> = (0..6)
        .map(|_| {
            format!(
                "{{\"name\": {}, {}: {}}}",
                quoted(pool.of("person_name").text),
                quoted(pool.name()),
                quoted(pool.next().said)
            )
        })
        .collect();
    files.push(("c.json", format!("[{}]", rows.join(", "))));
    // nearly what was asked for
    let said: Vec<String> = pool.sentences(14).into_iter().map(quoted).collect();
    files.push((
        "d.yaml",
        format!(
            "provost: 1\npolicy: {}\nid: {}\ntitle: {}\nversion: {}\nextends: {}\ncontrols:\n  - id: {}\n    title: {}\n    severity: {}\n    {}: x\n    check: {{{}: {}}}\nwaivers:\n  - control: {}\n    owner: {}\n    expires: {}\n",
            said[0], said[1], said[2], said[3], said[4], said[5], said[6], said[7], said[8], said[9], said[10], said[11], said[12], said[13]
        ),
    ));
    let said: Vec<String> = pool.sentences(6).into_iter().map(quoted).collect();
    files.push((
        "e.json",
        format!(
            "{{\"schema\": {}, \"tool\": {}, \"artifacts\": [{{\"path\": {}}}], \"findings\": {}, {}: {}}}",
            said[0], said[1], said[2], said[3], said[4], said[5]
        ),
    ));
    files.push((
        "f.toml",
        format!("[{}]\npolicy = {}\n{} = 1\n", quoted(pool.name()), quoted(pool.next().said), quoted(pool.name())),
    ));
    files.push(("g.txt", pool.sentences(30).join("\n")));
    files.push(("h.yaml", format!("a: [{}\n{}: }}\n", quoted(pool.next().said), quoted(pool.name()))));
    let write = |(name, text): (&str, String)| {
        crate::support::write(folder, name, text.as_bytes());
        folder.join(name).to_str().expect("a plain path").to_owned()
    };
    files.into_iter().map(write).collect()
}

/// Each row of the registries has a file that its reader takes.
fn nothing_is_left_out(delivery: &Delivery) {
    use provost::collect::config::{CONFIGS, Claim, Probe};
    use provost::collect::document::{DOCUMENTS, Head};
    let (mut documents, mut configs) = (BTreeSet::new(), BTreeSet::new());
    for (path, content) in &delivery.files {
        let raw = &content[..content.len().min(65_536)];
        let whole = raw.len() == content.len();
        let sniffed = provost::collect::sniff::sniff(raw, whole);
        let text = sniffed.encoding.map(|encoding| encoding.decode(raw).0.into_owned()).unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |row| row.1);
        let head = Head { raw, text: &text, whole, kind: sniffed.kind, name: &name, extension, path };
        let strongest = DOCUMENTS.iter().rev().map(|document| (document.claims(&head), document.id())).max_by_key(|row| row.0);
        documents.extend(strongest.filter(|row| row.0 > 0).map(|row| row.1));
        let probe = Probe::new(path, &name, extension, &text, whole);
        let claims: Vec<(Claim, &str)> = CONFIGS.iter().map(|config| (config.claims(&probe), config.id())).collect();
        let most = claims.iter().map(|row| row.0).max().unwrap_or(Claim::No);
        configs.extend(claims.iter().find(|row| row.0 == most && most > Claim::No && sniffed.kind == "text").map(|row| row.1));
    }
    let missing: Vec<&str> = DOCUMENTS
        .iter()
        .map(|row| row.id())
        .filter(|id| !documents.contains(id) && !READERS_WITHOUT.iter().any(|row| row.0 == *id))
        .collect();
    assert!(missing.is_empty(), "no planted file is read by {missing:?}");
    let missing: Vec<&str> = CONFIGS
        .iter()
        .map(|row| row.id())
        .filter(|id| !configs.contains(id) && !CONFIGS_WITHOUT.iter().any(|row| row.0 == *id))
        .collect();
    assert!(missing.is_empty(), "no planted file is of {missing:?}");
    let gone: Vec<&str> = READERS_WITHOUT
        .iter()
        .filter(|row| documents.contains(row.0))
        .chain(CONFIGS_WITHOUT.iter().filter(|row| configs.contains(row.0)))
        .map(|row| row.0)
        .collect();
    assert!(gone.is_empty(), "no exceptions any more: {gone:?}");
}

/// The commands that a help text names.
fn subcommands(of: &[&str]) -> Vec<String> {
    let output = crate::support::run(&[of, &["--help"]].concat());
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let rows = text.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty());
    rows.filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn every_command_was_run(runs: &Runs) {
    let first = subcommands(&[]);
    let more = first.iter().flat_map(|word| subcommands(&[word]).into_iter().map(move |inner| format!("{word} {inner}")));
    let all: Vec<String> = first.iter().cloned().chain(more).collect();
    assert!(all.len() > 20, "{all:?}");
    let missing: Vec<&String> = all
        .iter()
        .filter(|command| !runs.ran.contains(*command) && !COMMANDS_WITHOUT.iter().any(|row| row.0 == command.as_str()))
        .collect();
    assert!(missing.is_empty(), "not run: {missing:?}");
}

/// How many of the planted values of each class the program itself saw, as the evidence counts them; and in tables, where a header says
/// what they are, that it saw nearly all.
fn recognised(runs: &Runs, planted: &BTreeMap<&str, usize>, pool: &Pool) -> String {
    let evidence: serde_json::Value =
        serde_json::from_slice(&std::fs::read(runs.at("evidence.json")).expect("evidence")).expect("JSON");
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let tables = ["csv", "csv-semicolon", "csv-tab", "jsonl", "sql", "sqlite", "xlsx", "ods"];
    let mut seen: BTreeMap<(String, String), u64> = BTreeMap::new();
    for artifact in evidence["artifacts"].as_array().expect("artifacts") {
        if artifact["path"].as_str().is_some_and(|path| path.starts_with("cut/") || path.starts_with("bent/")) {
            continue;
        }
        for part in artifact["parts"].as_array().into_iter().flatten() {
            for (class, tally) in part["tallies"].as_object().into_iter().flatten() {
                let matches = tally["matches"].as_u64().unwrap_or(0);
                *found.entry(class.clone()).or_default() += matches;
                let place = artifact["path"].as_str().and_then(|path| path.split('/').next()).unwrap_or("").to_owned();
                *seen.entry((place, class.clone())).or_default() += matches;
            }
        }
    }
    let rows: Vec<String> =
        planted.iter().map(|(class, count)| format!("{class} {count}/{}", found.get(*class).copied().unwrap_or(0))).collect();
    let (mut all, mut known) = (0, 0);
    for place in tables {
        let mut own: BTreeMap<&str, u64> = BTreeMap::new();
        for row in pool.planted.iter().filter(|row| row.place == place) {
            *own.entry(row.value.class.as_str()).or_default() += 1;
        }
        for (class, count) in own {
            all += count;
            known += count.min(seen.get(&(place.to_owned(), class.to_owned())).copied().unwrap_or(0));
        }
    }
    println!("in tables {known} of {all} were recognised");
    assert!(known * 10 > all * 9, "in tables {known} of {all} were recognised");
    let nothing: Vec<&&str> = planted.keys().filter(|class| !found.contains_key(**class)).collect();
    assert!(nothing.is_empty(), "no value of {nothing:?} was recognised anywhere");
    rows.join(", ")
}

#[test]
fn ten_thousand_values_of_every_class_in_every_format_come_out_of_no_command() {
    let began = std::time::Instant::now();
    let step = |what: &str| println!("{:6.1} s  {what}", began.elapsed().as_secs_f32());
    let classes = classes();
    let place = tempfile::tempdir().expect("a folder");
    let target = place.path().join("delivery");
    let mut delivery = Delivery::new(&target, Pool::new(SEED, &classes));
    // more rounds, more values: some 9,000 each
    let rounds = std::env::var("PROVOST_PLANTS").ok().and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    for _ in 0..rounds {
        prose::letters(&mut delivery);
        prose::mail(&mut delivery);
        prose::rows(&mut delivery);
        office::all(&mut delivery);
        boxes::all(&mut delivery);
        data::all(&mut delivery);
    }
    configs::all(&mut delivery);
    delivery::unreadable(&mut delivery);
    let given = place.path().join("given");
    let records = records(&mut delivery.pool, &given);
    // what an auditor has of the supplier: a password, and a text of the auditor's own for the key
    delivery.pool.place = "given by the auditor".to_owned();
    let secrets = place.path().join("secrets");
    let (password, key) = (delivery.pool.of("credential").text, delivery.pool.of("private_key").text);
    crate::support::write(&secrets, "passwords", format!("{password}\n").as_bytes());
    crate::support::write(&secrets, "key", key.as_bytes());
    // what came to be looked for last is drawn last, so that all others stay what they were
    boxes::disks(&mut delivery);
    delivery.break_all(&target);
    nothing_is_left_out(&delivery);
    let planted: &[Planted] = &delivery.pool.planted;
    step(&format!("{} values in {} files", planted.len(), delivery.files.len()));
    assert!(planted.len() >= LEAST, "{} values", planted.len());
    let counts = delivery.pool.counts();
    for class in &classes {
        let looked = counts.get(class.id.as_str()).copied().unwrap_or(0);
        let not = NOT_LOOKED_FOR.iter().any(|row| row.0 == class.id);
        assert!(not || looked >= 20, "{looked} values of {}", class.id);
    }

    let mut runs = Runs::new(place.path());
    let path = target.to_str().expect("a plain path");
    let inside = |name: &str| secrets.join(name).to_str().expect("a plain path").to_owned();
    // every seventh file, where the whole delivery again would only take its time
    let small = place.path().join("small");
    let some = delivery.files.iter().enumerate().filter(|(number, file)| number % 7 == 3 || file.0.contains("sshd"));
    some.for_each(|(_, (path, content))| crate::support::write(&small, path, content));
    let small = small.to_str().expect("a plain path");
    commands::usual(&mut runs, path, small, &inside("passwords"), &inside("key"));
    step("audited, collected, assessed, discovered, shown");
    commands::handed_over(&mut runs, small, &inside("key"));
    commands::stored(&mut runs, small);
    step("compared and rendered");
    commands::apart(&mut runs);
    let texts: Vec<String> =
        (delivery.files.iter().filter(|file| std::str::from_utf8(&file.1).is_ok()).map(|file| &file.1).enumerate())
            .map(|(number, content)| {
                let name = format!("text{number}");
                crate::support::write(&secrets, &name, content);
                inside(&name)
            })
            .collect();
    commands::detect(&mut runs, &texts);
    commands::piped(&mut runs, &texts);
    step("looked through by `detect`");
    let least = place.path().join("least");
    crate::support::write(&least, "note.txt", &delivery.files[0].1);
    commands::mistaken(&mut runs, least.to_str().expect("a plain path"), &records);
    step("told something that it is not");
    commands::obstructed(&mut runs, small);
    step("obstructed");
    delivery::readable(&target);
    every_command_was_run(&runs);
    runs.files();
    let told = recognised(&runs, &counts, &delivery.pool);

    // values of the same kinds that nobody planted: what is found of them is found by accident
    let mut others = Pool::new(SEED + 1, &classes);
    for _ in 0..LEAST / 5 {
        others.next();
    }
    let known: BTreeSet<&str> =
        planted.iter().flat_map(|row| row.value.parts.iter().chain([&row.value.text])).map(String::as_str).collect();
    let others: Vec<Planted> =
        others.planted.into_iter().filter(|row| !row.value.parts.iter().any(|part| known.contains(part.as_str()))).collect();
    let values: Vec<(&str, &[String])> =
        planted.iter().chain(&others).map(|row| (row.value.text.as_str(), row.value.parts.as_slice())).collect();
    let search = Search::new(&values);
    step(&format!("{} spellings to look for", search.len()));
    let bytes: usize = runs.outputs.iter().map(|output| output.bytes.len()).sum();
    let (mut leaked, mut accidents) = (Vec::new(), Vec::new());
    for output in &runs.outputs {
        for hit in search.hits(&output.bytes) {
            let row = planted.get(hit.spelling.value);
            let line = format!(
                "{} of {}, {}, {:?}, in {}: …{}…",
                row.map_or("", |row| &row.value.class),
                row.map_or("nowhere", |row| &row.place),
                hit.spelling.form,
                values[hit.spelling.value].0,
                output.name,
                hit.around
            );
            let list = if row.is_some() { &mut leaked } else { &mut accidents };
            list.push(line);
        }
    }
    step(&format!("{} outputs of {} MB searched", runs.outputs.len(), bytes / 1_000_000));
    println!("planted/recognised: {told}");
    leaked.iter().for_each(|line| println!("LEAK {}", line.replace('\n', " ")));
    accidents.iter().for_each(|line| println!("ACCIDENT {}", line.replace('\n', " ")));
    assert!(accidents.is_empty(), "values that nobody planted: {}", accidents.len());
    assert!(leaked.is_empty(), "{} came out", leaked.len());
    // the search can fail: the delivery itself is full of hits
    let own: BTreeSet<usize> =
        delivery.files.iter().flat_map(|file| search.hits(&file.1)).map(|hit| hit.spelling.value).collect();
    assert!(own.len() * 2 > planted.len(), "{} of {} are in the delivery as they are", own.len(), planted.len());
}
