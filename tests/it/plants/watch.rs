//! A long audit, watched from outside: command lines and environments of the coordinator and its workers are taken again and again, workers
//! are killed in the middle of their work, and no process may leave a memory dump.

use super::commands::Runs;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

/// A process and all that it started.
fn family(of: u32) -> BTreeSet<u32> {
    let mut all = BTreeSet::from([of]);
    let mut rows: Vec<(u32, u32)> = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let parent = stat.rsplit_once(')').and_then(|row| row.1.split_whitespace().nth(1)).and_then(|text| text.parse().ok());
        rows.extend(parent.map(|parent| (id, parent)));
    }
    loop {
        let more: Vec<u32> =
            rows.iter().filter(|(id, parent)| all.contains(parent) && !all.contains(id)).map(|row| row.0).collect();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// Runs a command and watches it; two of its workers are killed.
pub(super) fn watched(runs: &mut Runs, arguments: &[&str]) {
    let asked = runs.command(arguments);
    // where memory dumps are allowed, it is the program that has to forbid them
    let mut command = std::process::Command::new("sh");
    command.env_clear().envs(asked.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.args(["-c", "ulimit -c unlimited 2> /dev/null; exec \"$@\"", "sh"]).arg(asked.get_program()).args(asked.get_args());
    let (out, err) = (runs.at("watched.out"), runs.at("watched.err"));
    command
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out).expect("a file"))
        .stderr(std::fs::File::create(&err).expect("a file"));
    let mut child = command.spawn().expect("it starts");
    let (mut seen, mut members, mut killed) = (Vec::new(), BTreeSet::new(), 0);
    let mut unlimited = Vec::new();
    for round in 0.. {
        if child.try_wait().expect("its state").is_some() {
            break;
        }
        let family = family(child.id());
        for id in &family {
            for file in ["cmdline", "environ"] {
                seen.extend(std::fs::read(format!("/proc/{id}/{file}")).unwrap_or_default());
                seen.push(b'\n');
            }
            // once it had time to do what it does first
            let limits = std::fs::read_to_string(format!("/proc/{id}/limits")).unwrap_or_default();
            let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap_or("").to_owned();
            if members.contains(id) && !core.is_empty() && core.split_whitespace().nth(4) != Some("0") {
                unlimited.push(core);
            }
        }
        let workers: Vec<u32> = family.iter().copied().filter(|id| *id != child.id() && members.contains(id)).collect();
        if round > 4
            && killed < 2
            && round % 12 == 0
            && let Some(worker) = workers.first()
        {
            // one that this very test started
            let _ = std::process::Command::new("kill").args(["-KILL", &worker.to_string()]).status();
            killed += 1;
        }
        members.extend(family);
        std::thread::sleep(Duration::from_millis(50));
    }
    let status = child.wait().expect("it ended");
    assert!(matches!(status.code(), Some(0 | 1 | 3)), "{status}: {}", std::fs::read_to_string(&err).unwrap_or_default());
    assert!(killed > 0 && members.len() > 2, "nothing was watched: {} processes, {killed} killed", members.len());
    assert!(unlimited.is_empty(), "memory dumps are on: {:?}", unlimited.first());
    runs.keep("command lines and environments", seen);
}
