//! What of a delivery under git is not as it was at a commit. The repository belongs to the delivery and may lie: of git only objects are
//! asked for, none of its settings and hooks can start anything, and each object is checked against the name it was asked by, so that what
//! a commit's id says holds. A branch or tag is what the repository says it is: whoever does not trust it names the commit.

use super::walk::{Entry, EntryKind};
use super::worker;
use super::{Source, TargetError};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Bytes of one list of names.
const MOST_TREE: u64 = 64 << 20;
/// Folders within folders.
const DEPTH: usize = 256;
/// Files of a commit.
const MOST_FILES: usize = 20_000_000;
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
    /// Reads what the commit holds of the folder that paths are below.
    pub(super) fn at(root: &Path, reference: &str) -> Result<Self, TargetError> {
        let failed = |reason: String| TargetError::Since { reference: crate::detect::mask::clean(reference), reason };
        let line = |arguments: &[&str]| -> Result<String, TargetError> {
            let output = git(root).args(arguments).stderr(Stdio::null()).output();
            let output = output.map_err(|error| failed(format!("git does not start ({})", error.kind())))?;
            if !output.status.success() {
                return Err(failed("the delivery is in no git repository that has such a commit".to_owned()));
            }
            let text = String::from_utf8(output.stdout).map_err(|_| failed("git answers with no text".to_owned()))?;
            Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
        };
        if reference.is_empty() || reference.starts_with('-') {
            return Err(failed("write a commit, a branch or a tag".to_owned()));
        }
        let commit = line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{reference}^{{commit}}")])?;
        let prefix = line(&["rev-parse", "--show-prefix"])?;
        let mut objects = Objects::start(root).map_err(|error| failed(format!("git does not start ({})", error.kind())))?;
        let mut wrong = |reason: &str| failed(format!("the repository is broken: {reason}"));
        let id = unhex(&commit).ok_or_else(|| wrong("a commit has no such id"))?;
        let text = objects.get(&id, "commit").map_err(&mut wrong)?;
        let text = text.strip_prefix(b"tree ").ok_or_else(|| wrong("a commit without files"))?;
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let tree = text.get(..end).and_then(|id| unhex(std::str::from_utf8(id).ok()?));
        let mut tree = tree.ok_or_else(|| wrong("a commit without files"))?;
        let mut files = HashMap::new();
        for name in prefix.split('/').filter(|name| !name.is_empty()) {
            let bytes = objects.get(&tree, "tree").map_err(&mut wrong)?;
            let own = entries(&bytes, tree.len()).ok_or_else(|| wrong("a folder that is none"))?;
            match own.into_iter().find(|own| own.name == name.as_bytes() && own.mode == FOLDER) {
                Some(own) => tree = own.id,
                // the folder is new: everything in it is
                None => return Ok(Self { commit, files, store: None }),
            }
        }
        let mut open = vec![(PathBuf::new(), tree, 0)];
        while let Some((folder, id, depth)) = open.pop() {
            let bytes = objects.get(&id, "tree").map_err(&mut wrong)?;
            for own in entries(&bytes, id.len()).ok_or_else(|| wrong("a folder that is none"))? {
                let Some(name) = name(&own.name) else { continue };
                let path = folder.join(name);
                if own.mode == FOLDER && depth < DEPTH {
                    open.push((path, own.id, depth + 1));
                } else if own.mode.starts_with("100") {
                    files.insert(path, (own.mode == PROGRAM, own.id));
                }
                if files.len() > MOST_FILES {
                    return Err(failed(format!("it has more than {MOST_FILES} files")));
                }
            }
        }
        let store = prefix.is_empty().then(|| PathBuf::from(".git"));
        Ok(Self { commit, files, store })
    }

    /// Whether an entry is as it was at the commit, or is the repository's own. What cannot be read is not known to be.
    pub(super) fn is(&self, root: &Path, entry: &Entry) -> bool {
        if self.store.as_ref().is_some_and(|store| entry.path.starts_with(store)) {
            return true;
        }
        let Some((program, id)) = self.files.get(&entry.path) else { return false };
        let runs = entry.mode.is_some_and(|mode| mode & 0o100 != 0);
        if entry.kind != EntryKind::File || entry.mode.is_some() && runs != *program {
            return false;
        }
        let Ok(Source::File(file)) = worker::open(root, &entry.path) else { return false };
        // one that grows meanwhile has changed
        hash("blob", entry.size, &mut file.take(entry.size + 1), id.len()).is_some_and(|own| own == *id)
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

/// git, with nothing of the repository that could start another program or reach a network.
fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(root).stdin(Stdio::null());
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
    ];
    command.envs(settings);
    for setting in
        ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "protocol.allow=never", "safe.directory=*"]
    {
        command.args(["-c", setting]);
    }
    command.arg("--no-pager");
    command
}

/// git, asked for one object after another.
struct Objects {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Objects {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Objects {
    fn start(root: &Path) -> std::io::Result<Self> {
        let mut child =
            git(root).args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Self { child, input, output: BufReader::with_capacity(1 << 20, output) }),
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// An object by its id, which its bytes have to have.
    fn get(&mut self, id: &[u8], kind: &str) -> Result<Vec<u8>, &'static str> {
        let gone = |_| "git answers no more";
        writeln!(self.input, "{}", crate::model::value::hex(id)).and_then(|()| self.input.flush()).map_err(gone)?;
        let mut head = Vec::new();
        self.output.by_ref().take(256).read_until(b'\n', &mut head).map_err(gone)?;
        let head = String::from_utf8_lossy(&head);
        let mut words = head.split_whitespace().skip(1);
        let (found, size) = (words.next(), words.next().and_then(|size| size.parse::<u64>().ok()));
        let Some(size) = size.filter(|size| found == Some(kind) && *size <= MOST_TREE) else {
            return Err("something is missing, or is something else");
        };
        let mut bytes = Vec::new();
        self.output.by_ref().take(size + 1).read_to_end(&mut bytes).map_err(gone)?;
        bytes.pop();
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
fn entries(mut bytes: &[u8], length: usize) -> Option<Vec<Named>> {
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
