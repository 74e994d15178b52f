//! What a confined process can still do: each thing that a worker must not do is tried from inside, and has to be refused.
#![cfg(target_os = "linux")]

use crate::support::{DATE, delivery, run, spoken};
use provost::audit::{Auditor, FLAGSHIP};
use provost::collect::confine::confine;
use provost::collect::walk::Target;
use provost::collect::{Confinement, Workers};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

/// The folder of the process that confines itself; set for it alone.
const INSIDE: &str = "PROVOST_TEST_CONFINED";

/// What is tried, and whether it worked.
fn attempts(root: &Path, port: u16, socket: &str, parent: i32) -> String {
    let mut out = String::new();
    let mut tried = |name: &str, worked: bool| {
        let _ = writeln!(out, "{name}: {}", if worked { "ALLOWED" } else { "refused" });
    };
    let inside = root.join("a.txt");
    tried("read inside", std::fs::read(&inside).is_ok_and(|bytes| bytes == b"inside"));
    tried("list inside", std::fs::read_dir(root).is_ok_and(|list| list.flatten().count() >= 2));
    for outside in ["/etc/passwd", "/proc/self/environ", "/proc/self/mem", "/dev/zero"] {
        tried(&format!("read {outside}"), std::fs::File::open(outside).and_then(|mut file| file.read(&mut [0; 8])).is_ok());
    }
    tried("list /", std::fs::read_dir("/").is_ok());
    tried("read through a link", std::fs::read(root.join("link")).is_ok());
    tried("read above", std::fs::read(root.join("../outside.txt")).is_ok());
    let open = |options: &mut std::fs::OpenOptions, path: &Path| options.open(path).is_ok();
    tried("create", std::fs::File::create(root.join("new.txt")).is_ok());
    tried("create outside", std::fs::File::create(std::env::temp_dir().join("provost-confined")).is_ok());
    tried("append", open(std::fs::OpenOptions::new().append(true), &inside));
    tried("write", open(std::fs::OpenOptions::new().write(true), &inside));
    tried("truncate", open(std::fs::OpenOptions::new().write(true).truncate(true), &inside));
    tried("remove", std::fs::remove_file(&inside).is_ok());
    tried("rename", std::fs::rename(&inside, root.join("b.txt")).is_ok());
    tried("make a folder", std::fs::create_dir(root.join("folder")).is_ok());
    tried("make a link", symlink("/etc", root.join("other")).is_ok());
    tried("make a hard link", std::fs::hard_link(&inside, root.join("hard")).is_ok());
    tried("change rights", std::fs::set_permissions(&inside, std::fs::Permissions::from_mode(0o777)).is_ok());
    tried("connect", std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    tried("listen", std::net::TcpListener::bind("127.0.0.1:0").is_ok());
    tried("send", std::net::UdpSocket::bind("127.0.0.1:0").is_ok());
    tried("connect to a socket file", std::os::unix::net::UnixStream::connect(socket).is_ok());
    tried("start a program", Command::new("/bin/true").spawn().is_ok());
    tried("start a thread", std::thread::Builder::new().spawn(|| {}).is_ok());
    let parent = rustix::process::Pid::from_raw(parent).expect("a process");
    tried("signal", rustix::process::test_kill_process(parent).is_ok());
    tried("raise a limit", rlimit::Resource::NOFILE.set(64, 128).is_ok() || rlimit::Resource::AS.set(1 << 40, 1 << 40).is_ok());
    tried("grow", Vec::<u8>::new().try_reserve_exact(2 << 30).is_ok());
    let many: Vec<_> = (0..200).map_while(|_| std::fs::File::open(&inside).ok()).collect();
    tried("open two hundred files", many.len() == 200);
    out
}

/// Runs only where the test below starts it.
#[allow(clippy::exit, reason = "what comes after a test is not for a confined process")]
#[test]
fn inside() {
    let Ok(given) = std::env::var(INSIDE) else { return };
    let parts: Vec<&str> = given.split('|').collect();
    let [root, port, socket, parent] = parts.as_slice() else { panic!("four parts") };
    let missing = confine(Path::new(root), 1 << 30);
    let said = attempts(Path::new(root), port.parse().expect("a port"), socket, parent.parse().expect("a number"));
    let _ = write!(std::io::stdout(), "\nmissing: {}\n{said}", missing.join("; "));
    let _ = std::io::stdout().flush();
    std::process::exit(0);
}

#[test]
fn what_a_worker_must_not_do_is_refused_from_inside() {
    let folder = delivery(&[("root/a.txt", b"inside"), ("outside.txt", b"outside"), ("root/c.txt", b"")]);
    let root = folder.path().join("root");
    symlink(folder.path().join("outside.txt"), root.join("link")).expect("a link");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let socket = folder.path().join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
    let given = format!("{}|{port}|{}|{}", root.display(), socket.display(), std::process::id());
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "confinement::inside", "--nocapture", "--test-threads", "1"])
        .env(INSIDE, given)
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = text.lines().filter(|line| line.ends_with(": ALLOWED") || line.ends_with(": refused")).collect();
    assert_eq!(lines.len(), 30, "{text}");
    // a kernel that offers less says so, and then nothing is shown here
    if !text.contains("\nmissing: \n") {
        return;
    }
    let allowed: Vec<&str> = lines.into_iter().filter(|line| line.ends_with(": ALLOWED")).collect();
    assert_eq!(allowed, ["read inside: ALLOWED", "list inside: ALLOWED"], "{text}");
    assert_eq!(std::fs::read(root.join("a.txt")).expect("still there"), b"inside");
}

/// A worker that says what the system lacks, and ends.
const BARE: &str = "#!/bin/sh\nread hello\nprintf '\\014\\000\\000\\000\\241\\147missing\\201\\141x'\n";

#[test]
fn what_is_missing_is_said_and_refused_where_confinement_is_required() {
    let folder = delivery(&[("t/a.txt", b"hello\n"), ("worker", BARE.as_bytes())]);
    let program = folder.path().join("worker");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("rights");
    let collect = |required: bool| {
        let mut auditor = Auditor::new(FLAGSHIP, &[]).expect("a policy");
        auditor.workers = Workers::Processes { program: program.clone(), count: 1, confinement: Confinement::new(required) };
        let evidence = auditor.collect(&Target::Path(folder.path().join("t")), &|_| {});
        (evidence.map(|evidence| evidence.artifacts.len()).map_err(|error| error.to_string()), auditor.workers.missing())
    };
    assert_eq!(collect(false), (Ok(1), vec!["x".to_owned()]));
    let (refused, missing) = collect(true);
    assert_eq!(missing, ["x"]);
    assert!(refused.as_ref().is_err_and(|error| error.contains("would not be confined: x")), "{refused:?}");
    let target = folder.path().join("t").display().to_string();
    let (code, _, errors) = spoken(&run(&["audit", &target, "--date", DATE, "--require-confinement"]));
    assert!(code != 2 || errors.contains("would not be confined"), "{code} {errors}");
}

/// A worker that says that it is there, and then reads nothing and says nothing.
const HANGING: &str = "#!/bin/sh\nread hello\nprintf '\\012\\000\\000\\000\\241\\147missing\\200'\nexec sleep 20\n";

#[test]
fn a_worker_that_hangs_is_left_by_the_clock_however_long_the_orders_are() {
    let folder = delivery(&[("worker", HANGING.as_bytes())]);
    let program = folder.path().join("worker");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("rights");
    for number in 0..100 {
        let name = format!("{}{number}", "\u{1}".repeat(200));
        crate::support::write(&folder.path().join("t"), &name, b"x");
    }
    let mut auditor = Auditor::new(FLAGSHIP, &[]).expect("a policy");
    (auditor.limits.seconds, auditor.limits.ocr_seconds) = (0, 0);
    auditor.workers = Workers::Processes { program, count: 1, confinement: Confinement::new(false) };
    let evidence = auditor.collect(&Target::Path(folder.path().join("t")), &|_| {}).expect("evidence");
    assert_eq!(evidence.artifacts.len(), 100);
    assert!(evidence.artifacts.iter().all(|artifact| artifact.gaps.len() == 1));
}
