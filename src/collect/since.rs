//! What of a delivery under git is not as it was at a commit. The repository belongs to the delivery and may lie: of git only objects are
//! asked for, none of its settings and hooks can start anything, and each object is checked against the name it was asked by, so that what
//! a commit's id says holds. A branch or tag is what the repository says it is: whoever does not trust it names the commit.

use super::examine::holes;
use super::limits::Limits;
use super::walk::{Entry, EntryKind};
use super::worker;
use super::{Source, TargetError};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of one list of names.
const MOST_TREE: u64 = 64 << 20;
/// Bytes of one line of git's.
const MOST_LINE: u64 = 4_096;
/// For how long git may say nothing.
const SILENT: Duration = Duration::from_mins(1);
/// Kinds of entries in a list of names.
const FOLDER: &str = "40000";
const PROGRAM: &str = "100755";

/// What did not change, and since when.
#[derive(Debug)]
pub(super) struct Unchanged {
    /// The commit's id.
    pub(super) commit: String,
    files: HashMap<PathBuf, (bool, Vec<u8>)>,
    /// The repository's own store, below the target.
    store: Option<PathBuf>,
}

impl Unchanged {
    /// Reads what the commit holds of the folder that paths are below, as far as these entries can be in it.
    pub(super) fn at(root: &Path, entries: &[Entry], reference: &str) -> Result<Self, TargetError> {
        let failed = |reason: String| TargetError::Since { reference: crate::detect::mask::clean(reference), reason };
        if reference.is_empty() || reference.starts_with('-') {
            return Err(failed("write a commit, a branch or a tag".to_owned()));
        }
        // what the repository says of its place counts for nothing
        let top = root.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
        let none = || failed("the delivery is in no git repository that has such a commit".to_owned());
        let top = top.ok_or_else(none)?;
        let store = top.join(".git");
        let prefix = root.strip_prefix(top).map_err(|_| none())?;
        let asked = format!("{reference}^{{commit}}");
        let mut resolved = Running::start(&store, &["rev-parse", "--verify", "--quiet", "--end-of-options", &asked])
            .map_err(|error| failed(format!("git does not start ({})", error.kind())))?;
        let commit = resolved.line().map_err(|_| none())?;
        let id = unhex(&commit).ok_or_else(none)?;
        // a tag may have a name that looks like an id
        let hexadecimal = reference.len() >= 4 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hexadecimal && !commit.starts_with(&reference.to_ascii_lowercase()) {
            return Err(failed("a branch or tag of that name is another commit".to_owned()));
        }
        let mut objects = Objects::start(&store).map_err(|error| failed(format!("git does not start ({})", error.kind())))?;
        let mut wrong = |reason: &str| failed(format!("the repository is broken: {reason}"));
        let text = objects.get(&id, "commit").map_err(&mut wrong)?;
        let text = text.strip_prefix(b"tree ").ok_or_else(|| wrong("a commit without files"))?;
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let tree = text.get(..end).and_then(|id| unhex(std::str::from_utf8(id).ok()?));
        let mut tree = tree.ok_or_else(|| wrong("a commit without files"))?;
        let mut files = HashMap::new();
        for part in prefix {
            let bytes = objects.get(&tree, "tree").map_err(&mut wrong)?;
            let own = list(&bytes, tree.len()).ok_or_else(|| wrong("a folder that is none"))?;
            match own.into_iter().find(|own| own.mode == FOLDER && name(&own.name).as_deref() == Some(Path::new(part))) {
                Some(own) => tree = own.id,
                // the folder is new: everything in it is
                None => return Ok(Self { commit, files, store: None }),
            }
        }
        // no further than the delivery goes: a repository may hold more folders than there are atoms
        let folders: HashSet<&Path> = entries.iter().flat_map(|entry| entry.path.ancestors().skip(1)).collect();
        let there: HashSet<&Path> = entries.iter().map(|entry| &*entry.path).collect();
        let mut open = vec![(PathBuf::new(), tree)];
        while let Some((folder, id)) = open.pop() {
            let bytes = objects.get(&id, "tree").map_err(&mut wrong)?;
            for own in list(&bytes, id.len()).ok_or_else(|| wrong("a folder that is none"))? {
                let Some(name) = name(&own.name) else { continue };
                let path = folder.join(name);
                if own.mode == FOLDER && folders.contains(path.as_path()) {
                    open.push((path, own.id));
                } else if own.mode.starts_with("100") && there.contains(path.as_path()) {
                    files.insert(path, (own.mode == PROGRAM, own.id));
                }
            }
        }
        Ok(Self { commit, files, store: (root == top).then(|| PathBuf::from(".git")) })
    }

    /// Whether an entry is the repository's own.
    pub(super) fn is_store(&self, entry: &Entry) -> bool {
        self.store.as_ref().is_some_and(|store| entry.path.starts_with(store))
    }

    /// Whether an entry is as it was at the commit. What cannot be read is not known to be.
    pub(super) fn is(&self, root: &Path, entry: &Entry, limits: &Limits) -> bool {
        let Some((program, id)) = self.files.get(&*entry.path) else { return false };
        let mode = entry.access.mode();
        let runs = mode.is_some_and(|mode| mode & 0o100 != 0);
        if entry.kind != EntryKind::File || mode.is_some() && runs != *program {
            return false;
        }
        let Ok(Source::File(file)) = worker::open(root, &entry.path) else { return false };
        // of a file with holes nobody reads all, and one that grows meanwhile has changed
        holes(&file, limits).is_none()
            && hash("blob", entry.size, &mut file.take(entry.size + 1), id.len()).is_some_and(|own| own == *id)
    }
}

/// What would lead git to another repository than the delivery's, or into settings that are not looked at here.
const ELSEWHERE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
];

/// git on a store, with nothing of the repository that could start another program or reach a network.
fn git(store: &Path) -> Command {
    let mut command = Command::new("git");
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    let settings = [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_ALLOW_PROTOCOL", "none"),
        ("GIT_ALLOC_LIMIT", "256m"),
    ];
    command.envs(settings);
    for setting in
        ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never", "safe.directory=*"]
    {
        command.args(["-c", setting]);
    }
    command.arg("--no-pager").arg("--git-dir").arg(store);
    command
}

/// A process that is ended once nothing came of it for a while: a repository may hold a pipe in place of a file.
struct Running {
    child: Arc<Mutex<Child>>,
    heard: Arc<Mutex<Option<Instant>>>,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        *lock(&self.heard) = None;
        let mut child = lock(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Running {
    fn start(store: &Path, arguments: &[&str]) -> std::io::Result<Self> {
        let mut command = git(store);
        let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = BufReader::with_capacity(1 << 20, output.ok_or(std::io::ErrorKind::BrokenPipe)?);
        let (child, heard) = (Arc::new(Mutex::new(child)), Arc::new(Mutex::new(Some(Instant::now()))));
        let running = Self { child: Arc::clone(&child), heard: Arc::clone(&heard), input, output };
        std::thread::spawn(move || {
            // it ends with whoever started it
            while let Some(last) = *lock(&heard) {
                if last.elapsed() > SILENT {
                    let _ = lock(&child).kill();
                    return;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        Ok(running)
    }

    /// One line, without its end.
    fn line(&mut self) -> Result<String, &'static str> {
        let gone = |_| "git answers no more";
        let mut line = Vec::new();
        self.output.by_ref().take(MOST_LINE).read_until(b'\n', &mut line).map_err(gone)?;
        if line.pop() != Some(b'\n') {
            return Err("git answers no more");
        }
        *lock(&self.heard) = Some(Instant::now());
        String::from_utf8(line).map_err(|_| "git answers with no text")
    }

    fn ask(&mut self, id: &[u8]) -> Result<(), &'static str> {
        let asked =
            self.input.as_mut().map(|input| writeln!(input, "{}", crate::model::value::hex(id)).and_then(|()| input.flush()));
        asked.and_then(Result::ok).ok_or("git answers no more")
    }
}

/// git, asked for one object after another, and before that for how large it is.
struct Objects {
    sizes: Running,
    contents: Running,
}

impl Objects {
    fn start(store: &Path) -> std::io::Result<Self> {
        let start = |batch: &str| Running::start(store, &["cat-file", batch]);
        Ok(Self { sizes: start("--batch-check")?, contents: start("--batch")? })
    }

    /// An object by its id, which its bytes have to have.
    fn get(&mut self, id: &[u8], kind: &str) -> Result<Vec<u8>, &'static str> {
        let size = |line: &str| {
            let mut words = line.split_whitespace().skip(1);
            let (found, size) = (words.next(), words.next().and_then(|size| size.parse::<u64>().ok()));
            size.filter(|size| found == Some(kind) && *size <= MOST_TREE).ok_or("something is missing, or is something else")
        };
        self.sizes.ask(id)?;
        size(&self.sizes.line()?)?;
        self.contents.ask(id)?;
        let size = size(&self.contents.line()?)?;
        let mut bytes = Vec::new();
        let read = self.contents.output.by_ref().take(size + 1).read_to_end(&mut bytes);
        read.map_err(|_| "git answers no more")?;
        bytes.pop();
        *lock(&self.contents.heard) = Some(Instant::now());
        *lock(&self.sizes.heard) = Some(Instant::now());
        match hash(kind, size, &mut bytes.as_slice(), id.len()) {
            Some(own) if own == id => Ok(bytes),
            _ => Err("something is not what its name says"),
        }
    }
}

/// The id that git gives to such bytes; `None` where there are not as many, or they cannot be read.
fn hash(kind: &str, size: u64, input: &mut dyn Read, length: usize) -> Option<Vec<u8>> {
    let head = format!("{kind} {size}\0");
    match length {
        20 => digest(Sha1::new(), head.as_bytes(), size, input),
        32 => digest(Sha256::new(), head.as_bytes(), size, input),
        _ => None,
    }
}

fn digest<D: Digest>(mut hasher: D, head: &[u8], size: u64, input: &mut dyn Read) -> Option<Vec<u8>> {
    hasher.update(head);
    let (mut piece, mut bytes) = (vec![0; 256 << 10], 0);
    loop {
        match input.read(&mut piece) {
            Ok(0) => return (bytes == size).then(|| hasher.finalize().to_vec()),
            Ok(got) => {
                hasher.update(piece.get(..got).unwrap_or(&[]));
                bytes += got as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

struct Named {
    mode: String,
    name: Vec<u8>,
    id: Vec<u8>,
}

/// What a list of names holds.
fn list(mut bytes: &[u8], length: usize) -> Option<Vec<Named>> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|byte| *byte == b' ')?;
        let mode = std::str::from_utf8(bytes.get(..space)?).ok()?.to_owned();
        bytes = bytes.get(space + 1..)?;
        let end = bytes.iter().position(|byte| *byte == 0)?;
        let name = bytes.get(..end)?.to_vec();
        let id = bytes.get(end + 1..end + 1 + length)?.to_vec();
        bytes = bytes.get(end + 1 + length..)?;
        out.push(Named { mode, name, id });
    }
    Some(out)
}

/// A name as the file system has it; none that leads elsewhere.
fn name(bytes: &[u8]) -> Option<PathBuf> {
    if bytes.is_empty() || bytes == b"." || bytes == b".." || bytes.contains(&b'/') {
        return None;
    }
    #[cfg(unix)]
    let name = <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes);
    #[cfg(not(unix))]
    let name = OsStr::new(std::str::from_utf8(bytes).ok()?);
    Some(PathBuf::from(name))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !matches!(text.len(), 40 | 64) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len() / 2).map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}
