//! Every command of the program over the delivery, with every report and every failure that could be thought of. What a command wrote, to
//! whichever end, is kept to be searched.

use crate::support::{DATE, provost};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What was written, and by what.
pub(super) struct Output {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Runs commands in a place of their own: what they write lies in `out`, what they write for a while in `temporary`.
pub(super) struct Runs {
    pub(super) out: PathBuf,
    temporary: PathBuf,
    loud: &'static str,
    pub(super) outputs: Vec<Output>,
    /// The words of the commands that were run.
    pub(super) ran: std::collections::BTreeSet<String>,
}

impl Runs {
    pub(super) fn new(folder: &Path) -> Self {
        let (out, temporary) = (folder.join("out"), folder.join("temporary"));
        for folder in [&out, &temporary] {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        let loud = if provost().args(["-vvv", "policy", "list"]).output().is_ok_and(|output| output.status.success()) {
            "-vvv"
        } else {
            "-v"
        };
        Self { out, temporary, loud, outputs: Vec::new(), ran: std::collections::BTreeSet::new() }
    }

    /// A path in the folder of outputs.
    pub(super) fn at(&self, name: &str) -> String {
        self.out.join(name).to_str().expect("a plain path").to_owned()
    }

    /// The command with what makes a program talk.
    pub(super) fn command(&mut self, arguments: &[&str]) -> Command {
        let words: Vec<&str> = arguments.iter().copied().take_while(|word| !word.starts_with('-')).take(2).collect();
        self.ran.insert(words.first().copied().unwrap_or("").to_owned());
        self.ran.insert(words.join(" "));
        let mut command = provost();
        command
            .arg(self.loud)
            .args(arguments)
            .env("RUST_BACKTRACE", "full")
            .env("RUST_LOG", "trace")
            .env("TMPDIR", &self.temporary);
        command
    }

    pub(super) fn keep(&mut self, name: &str, bytes: Vec<u8>) {
        self.outputs.push(Output { name: name.to_owned(), bytes });
    }

    /// Runs a command to its end; what it said, and with which code it ended. It must not have died, nor left anything behind.
    pub(super) fn run(&mut self, arguments: &[&str]) -> Option<i32> {
        let command = self.command(arguments);
        self.finish(command, &arguments.join(" "))
    }

    pub(super) fn finish(&mut self, command: Command, name: &str) -> Option<i32> {
        let code = self.ended(command, name);
        let left: Vec<PathBuf> =
            std::fs::read_dir(&self.temporary).expect("a folder").flatten().map(|entry| entry.path()).collect();
        assert!(left.is_empty(), "{name} left {left:?}");
        code
    }

    /// The same where something lies in the folder for a while.
    fn ended(&mut self, mut command: Command, name: &str) -> Option<i32> {
        let name: String = name.chars().take(120).collect();
        let output = command.stdin(Stdio::null()).output().expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "{name}: {said}");
        self.keep(&format!("{name}: out"), output.stdout);
        self.keep(&format!("{name}: err"), output.stderr);
        output.status.code()
    }

    /// Takes in what commands wrote into files.
    pub(super) fn files(&mut self) {
        let files: Vec<PathBuf> = walkdir::WalkDir::new(&self.out)
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file())
            .map(walkdir::DirEntry::into_path)
            .collect();
        for file in files {
            let bytes = std::fs::read(&file).expect("a file");
            let name = file.strip_prefix(&self.out).expect("below it").display().to_string();
            // as it is, and as who reads it sees it
            if bytes.starts_with(b"%PDF") {
                let seen = crate::leak::on_paper(bytes.clone());
                self.keep(&format!("{name} on paper"), seen);
            }
            self.keep(&name, bytes);
        }
    }
}

/// Every format into a file of its own.
pub(super) fn every_format(runs: &Runs, name: &str) -> Vec<String> {
    provost::report::ids().iter().map(|id| format!("--format={id}={}", runs.at(&format!("{name}.{id}")))).collect()
}

fn words<'a>(first: &[&'a str], more: &'a [String]) -> Vec<&'a str> {
    first.iter().copied().chain(more.iter().map(String::as_str)).collect()
}

/// What is done with a delivery that is what it should be.
pub(super) fn usual(runs: &mut Runs, target: &str, small: &str, passwords: &str, key: &str) {
    let formats = every_format(runs, "audit");
    super::watch::watched(runs, &words(&["audit", target, "--date", DATE, "--all", "--jobs", "2"], &formats));
    let evidence = runs.at("evidence.json");
    assert_eq!(runs.run(&["collect", target, "-o", &evidence, "--passwords", passwords, "--key-file", key]), Some(0));
    for policy in ["publication", "server-hardening", "uk-data-processor", "uk-police-card-printing"] {
        let formats = every_format(runs, policy);
        let arguments = words(&["assess", &evidence, "--date", DATE, "--all", "--policy", policy], &formats);
        assert!(matches!(runs.run(&arguments), Some(0 | 1 | 3)), "{policy}");
        runs.run(&["assess", &evidence, "--date", DATE, "--policy", policy, "--score-model", "xccdf-flat"]);
    }
    let both = [format!("--format=terminal={}", runs.at("discover.txt")), format!("--format=json={}", runs.at("discover.json"))];
    assert_eq!(runs.run(&words(&["discover", target, "--all", "--jurisdiction", "all"], &both)), Some(0));
    runs.run(&["discover", small, "--format", "json"]);
    runs.run(&["settings", target]);
    runs.run(&["settings", small, "--json", "--written"]);
}

/// What is done with evidence on its way from one to another. What is gone on from and what is merged stays with whoever collects.
pub(super) fn handed_over(runs: &mut Runs, target: &str, key: &str) {
    let (evidence, aside) = (runs.at("evidence.json"), runs.temporary.join("aside"));
    std::fs::create_dir_all(&aside).expect("a folder");
    let at = |name: &str| aside.join(name).to_str().expect("a plain path").to_owned();
    let (pair, journal, merged) = (at("pair"), at("journal"), runs.at("merged.json"));
    let (packed, again) = (at("packed"), runs.at("again.json"));
    let (secret, public) = (format!("{pair}.key"), format!("{pair}.pub"));
    let parts = [at("part1"), at("part2")];
    let (left, cache) = ("--format=json=/dev/full", at("cache"));
    for arguments in [
        vec!["keygen", &pair],
        vec!["sign", &evidence, "--secret-key", &secret],
        vec!["verify", &evidence, "--trusted-key", &public],
        vec!["verify", &evidence, "--against", target, "--key-file", key],
        vec!["show", &evidence],
        vec!["repack", &evidence, "-o", &packed],
        vec!["show", &packed],
        vec!["repack", &packed, "-o", &again],
        vec!["collect", target, "--shard", "1/2", "--key-file", key, "-o", &parts[0]],
        vec!["collect", target, "--shard", "2/2", "--key-file", key, "-o", &parts[1]],
        vec!["merge", &parts[1], &parts[0], "-o", &merged],
        vec!["show", &merged],
        vec!["audit", target, "--date", DATE, "--key-file", key, "--journal", &journal, left],
        vec!["audit", target, "--date", DATE, "--key-file", key, "--journal", &journal],
        vec!["audit", target, "--date", DATE, "--key-file", key, "--cache", &cache, "-v"],
        vec!["audit", target, "--date", DATE, "--key-file", key, "--cache", &cache, "-v"],
    ] {
        let command = runs.command(&arguments);
        let code = runs.ended(command, &arguments.join(" "));
        assert!(code.is_some() && (arguments.contains(&left) || code != Some(2)), "{}: {code:?}", arguments.join(" "));
    }
    std::fs::remove_dir_all(&aside).expect("gone");
}

/// What is done with assessments.
pub(super) fn stored(runs: &mut Runs, target: &str) {
    let (first, second) = (runs.at("audit.json"), runs.at("uk-police-card-printing.json"));
    for format in ["terminal", "json", "html"] {
        runs.run(&["diff", &first, &second, "--all", "--format", format]);
    }
    for format in ["terminal", "csv", "json", "html"] {
        runs.run(&["compare", &first, &second, "--all", "--format", format]);
    }
    let formats: Vec<String> =
        ["terminal", "csv", "json", "html"].map(|id| format!("--format={id}={}", runs.at(&format!("retest.{id}")))).to_vec();
    runs.run(&words(&["retest", &first, target, "--date", DATE, "--all"], &formats));
    let folder = runs.out.join("years");
    std::fs::create_dir_all(&folder).expect("a folder");
    for (from, to) in [(&first, "a.json"), (&second, "b.json")] {
        std::fs::copy(from, folder.join(to)).expect("a copy");
    }
    for format in ["terminal", "json", "html"] {
        runs.run(&["history", folder.to_str().expect("a plain path"), "--format", format]);
    }
    let formats = every_format(runs, "rendered");
    assert_eq!(runs.run(&words(&["render", &first, "--all"], &formats)), Some(0));
    let form = runs.at("answers.yaml");
    assert_eq!(runs.run(&["respond", &first, &form]), Some(0));
    runs.run(&["render", &first, "--responses", &form, "--all", "--format", "markdown"]);
}

/// Commands that read nothing of a delivery.
pub(super) fn apart(runs: &mut Runs) {
    let (pages, begin, waivers) = (runs.at("pages"), runs.at("begin"), runs.at("waivers.yaml"));
    for folder in [&pages, &begin] {
        std::fs::create_dir_all(folder).expect("a folder");
    }
    runs.run(&["man", &pages]);
    runs.run(&["init", &begin, "--ci", "github", "--evidence"]);
    runs.run(&["completions", "bash"]);
    for word in ["controls", "classes", "credential", "xlsx"] {
        runs.run(&["explain", word]);
    }
    let why =
        ["--reason", "risk_accepted", "--justification", "until the move", "--owner", "head of cards", "--approver", "security"];
    runs.run(
        &[&["waive", &waivers, "--control", "PUB-HID-1", "--policy", "publication", "--expires", "2027-01-01"][..], &why]
            .concat(),
    );
    for command in ["list", "new", "schema", "coverage"] {
        runs.run(&["policy", command]);
    }
    runs.run(&["policy", "show", "publication"]);
    runs.run(&["policy", "test", "publication"]);
}

/// Files that are something else than the command was told: records of people, under a name that says nothing.
pub(super) fn mistaken(runs: &mut Runs, target: &str, records: &[String]) {
    let (evidence, assessment) = (runs.at("evidence.json"), runs.at("audit.json"));
    for (number, record) in records.iter().map(String::as_str).enumerate() {
        // they read policies in one way: each is given every other record
        runs.run(&["policy", "check", record]);
        runs.run(&["policy", ["show", "test", "coverage"][number % 3], record]);
        if number % 4 == 0 {
            runs.run(&["explain", record]);
        }
        for option in ["--policy", "--waivers", "--responses", "--baseline", "--config", "--set"] {
            runs.run(&["assess", &evidence, "--date", DATE, option, record]);
        }
        for option in ["--policy", "--config", "--passwords", "--key-file"].into_iter().skip(number % 2).step_by(2) {
            runs.run(&["collect", target, "-o", "/dev/null", option, record, "--set", "nothing=x"]);
        }
        runs.run(&["assess", record, "--date", DATE]);
        runs.run(&["render", record]);
        runs.run(&["render", &assessment, "--responses", record]);
        runs.run(&["diff", record, record]);
        runs.run(&["compare", record, &assessment]);
        runs.run(&["retest", record, target]);
        runs.run(&["respond", record, "/dev/null"]);
        let why =
            ["--reason", "risk_accepted", "--justification", "x", "--owner", "x", "--approver", "y", "--expires", "2027-01-01"];
        runs.run(&[&["waive", record, "--control", "PUB-HID-1", "--policy", "publication"][..], &why].concat());
    }
    let folder = Path::new(&records[0]).parent().expect("a folder");
    runs.run(&["history", folder.to_str().expect("a plain path")]);
    runs.run(&["init", folder.to_str().expect("a plain path")]);
}

/// Texts and files for `detect`, under names that say nothing.
pub(super) fn detect(runs: &mut Runs, files: &[String]) {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    for (number, more) in
        [&["--json"][..], &[], &["--jsonl"], &["--min-confidence=0", "--jurisdiction", "uk"]].into_iter().enumerate()
    {
        let own: Vec<&str> = files.iter().copied().skip(number).step_by(4).collect();
        runs.run(&[&["detect"], more, own.as_slice()].concat());
    }
    for file in files.iter().take(3) {
        let mut command = runs.command(&["detect", "--json"]);
        command.stdin(std::fs::File::open(file).expect("a file"));
        let output = command.output().expect("it starts");
        runs.keep("detect from standard input: out", output.stdout);
        runs.keep("detect from standard input: err", output.stderr);
    }
}

/// Deliveries that come through a pipe: held in memory, or in files without a name.
pub(super) fn piped(runs: &mut Runs, files: &[String]) {
    for (number, file) in files.iter().step_by(9).enumerate() {
        let page = runs.at(&format!("piped-{number}.html"));
        let html = format!("html={page}");
        let mut command = runs.command(&["audit", "-", "--date", DATE, "--all", "--format", "json", "--format", &html]);
        if number % 2 == 1 {
            command.arg("--spool").arg(&runs.temporary);
        }
        let output = command.stdin(std::fs::File::open(file).expect("a file")).output().expect("it starts");
        runs.keep("audit from standard input: out", output.stdout);
        runs.keep("audit from standard input: err", output.stderr);
        assert!(std::fs::read_dir(&runs.temporary).expect("a folder").next().is_none(), "something was left");
    }
}

/// Ends that cannot be written to, and limits that end a process in the middle of its work.
pub(super) fn obstructed(runs: &mut Runs, target: &str) {
    let evidence = runs.at("evidence.json");
    for arguments in [
        &["assess", &evidence, "--date", DATE, "--all", "--format", "json=/dev/full"][..],
        &["assess", &evidence, "--date", DATE, "--format", "json=/nowhere/x.json"],
        &["collect", target, "-o", "/dev/full"],
        &["collect", target, "-o", "/nowhere/x.json"],
        &["collect", "/nowhere", "-o", "/dev/null"],
    ] {
        runs.run(arguments);
    }
    let mut command = runs.command(&["assess", &evidence, "--date", DATE, "--all", "--format", "json"]);
    command.stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device"));
    let output = command.stderr(Stdio::piped()).output().expect("it starts");
    runs.keep("to a full device: err", output.stderr);
    // who reads goes away at once
    let mut child = runs
        .command(&["assess", &evidence, "--date", DATE, "--all"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    runs.keep("to nobody: err", output.stderr);
    // little memory, few files, short files, little time
    for limit in ["-v 260000", "-n 9", "-f 64", "-t 1"] {
        let mut command = Command::new("sh");
        let line = format!("ulimit -c 0; ulimit {limit}; exec \"$@\"");
        let program = runs.command(&["audit", target, "--date", DATE, "--all", "--jobs", "1"]);
        command.env_clear().envs(program.get_envs().filter_map(|(key, value)| Some((key, value?))));
        command.args(["-c", &line, "sh"]).arg(program.get_program()).args(program.get_args());
        let output = command.output().expect("it starts");
        runs.keep(&format!("with ulimit {limit}: out"), output.stdout);
        runs.keep(&format!("with ulimit {limit}: err"), output.stderr);
    }
}
