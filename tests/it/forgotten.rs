//! What a worker read is not in its memory any more when it has answered for the next file.
#![cfg(target_os = "linux")]

use crate::support::{delivery, provost};
use provost::audit::Auditor;
use provost::collect::worker::{Hello, Order, PROTOCOL, RawPath};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::process::Stdio;

/// All memory of a process that it can write to, as far as it can be read; `None` where nobody may look.
fn memory(pid: u32) -> Option<Vec<Vec<u8>>> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let mut memory = std::fs::File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut out = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split_whitespace().next()?.split_once('-')?;
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut bytes = vec![0; (to - from) as usize];
        if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            out.push(bytes);
        }
    }
    Some(out)
}

#[test]
fn a_worker_keeps_nothing_of_the_file_before() {
    let row = "Zebediah Quillfeather,zebediah.quillfeather@example.org,AB914273C";
    let planted = ["Quillfeather", "zebediah.quillfeather", "AB914273C"];
    let mail = format!("From: Zebediah Quillfeather <zebediah.quillfeather@example.org>\nSubject: AB914273C\n\n{row}\n");
    let contents: Vec<(&str, Vec<u8>)> = vec![
        ("a.csv", format!("name,email,ni_number\n{}", format!("{row}\n").repeat(3_000)).into_bytes()),
        ("b.txt", format!("{row}\n").repeat(3_000).into_bytes()),
        (
            "c.json",
            format!("{{\"name\": \"Zebediah Quillfeather\", \"list\": [{}]}}", vec![format!("\"{row}\""); 300].join(","))
                .into_bytes(),
        ),
        ("d.eml", mail.into_bytes()),
        (
            "e.yaml",
            format!("owner: Zebediah Quillfeather\nmail: zebediah.quillfeather@example.org\nni: AB914273C\nrow: {row}\n")
                .into_bytes(),
        ),
        ("f.ini", format!("[a]\nowner = {row}\n").into_bytes()),
    ];
    let mut left = Vec::new();
    for (name, content) in &contents {
        let folder = delivery(&[(name, content), ("z.txt", b"nothing at all\n")]);
        let auditor = Auditor::new("publication", &[]).expect("a policy");
        let hello = Hello {
            provost_worker: PROTOCOL,
            root: RawPath::new(folder.path()),
            key: auditor.engine.key.to_hex(),
            classes: auditor.classes.clone(),
            limits: auditor.limits,
            ocr: None,
            passwords: auditor.passwords.clone(),
            beside: false,
            alone: false,
            frames: false,
            eager: true,
            welcome: false,
            confined: false,
            tied: false,
            spent: std::collections::BTreeSet::new(),
            single: std::collections::BTreeMap::new(),
        };
        let mut child = provost()
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut input = child.stdin.take().expect("a pipe");
        let mut answers = BufReader::new(child.stdout.take().expect("a pipe"));
        writeln!(input, "{}", serde_json::to_string(&hello).expect("a greeting")).expect("sent");
        let mut answer = String::new();
        for (number, path) in [(1, *name), (2, "z.txt")] {
            let order = Order {
                number,
                folder: 1,
                path: RawPath::Text(path.to_owned()),
                size: 1,
                modified: 0,
                mode: None,
                owner: None,
                held: None,
                piece: None,
            };
            writeln!(input, "{}", serde_json::to_string(&order).expect("an order")).expect("sent");
            answer.clear();
            answers.read_line(&mut answer).expect("an answer");
            assert!(answer.contains("\"read\":\"full\""), "{name}");
        }
        let looked = memory(child.id());
        drop(input);
        let _ = child.wait();
        // only who may look into any process sees this one
        let Some(memory) = looked else { return };
        assert!(memory.iter().map(Vec::len).sum::<usize>() > 1 << 20);
        for word in planted {
            let found = memory.iter().map(|bytes| memchr::memmem::find_iter(bytes, word.as_bytes()).count()).sum::<usize>();
            if found > 0 {
                left.push(format!("{name}: {word} {found} times"));
            }
        }
    }
    assert!(left.is_empty(), "still in the memory: {left:?}");
}
