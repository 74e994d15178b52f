//! Standard output and error, colour and width, progress, and files that are whole or not there at all.

use super::Failure;
use crate::collect::event::{Event, Step};
use crate::detect::mask;
use crate::report::Style;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Where things are shown.
pub(crate) struct Output {
    /// Whether standard output takes colour.
    pub(crate) colour: bool,
    /// Whether standard error takes colour.
    pub(crate) colour_errors: bool,
    /// Columns.
    pub(crate) width: u16,
    /// Whether the terminal follows links.
    pub(crate) links: bool,
    /// Whether only the head of a report is wanted.
    pub(crate) quiet: bool,
    verbose: u8,
    live: bool,
    begun: Mutex<Option<Instant>>,
    shown: Mutex<Option<Instant>>,
}

impl Output {
    /// Looks at the terminal and the environment.
    pub(crate) fn new() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<u16>().ok());
        let on_terminal = std::io::stdout().is_terminal();
        let width =
            columns.or_else(|| if on_terminal { comfy_table::Table::new().width() } else { None }).unwrap_or(80).clamp(40, 200);
        let errors = std::io::stderr().is_terminal();
        Self {
            colour: on_terminal && !plain,
            colour_errors: errors && !plain,
            width,
            links: on_terminal && !plain && super::links::known(),
            quiet: false,
            verbose: 0,
            live: errors,
            begun: Mutex::new(None),
            shown: Mutex::new(None),
        }
    }

    /// How much is said.
    pub(crate) fn speak(&mut self, quiet: bool, verbose: u8) {
        (self.quiet, self.verbose) = (quiet, verbose);
        self.live &= !quiet;
    }

    /// A remark on standard error that nobody has to read.
    pub(crate) fn remark(&self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// What goes on, on standard error, for those who asked.
    pub(crate) fn tell(&self, text: &str) {
        self.tell_from(1, text);
    }

    /// The same for those who asked so many times.
    fn tell_from(&self, least: u8, text: &str) {
        if self.verbose >= least {
            self.error(text);
        }
    }

    /// What goes on while evidence is collected.
    pub(crate) fn event(&self, event: &Event<'_>) {
        match event {
            Event::Done(step) => {
                if self.verbose >= 2 {
                    self.error(&line(step));
                }
                self.progress(step.done, step.total, step.bytes);
            }
            Event::Worker(what) => self.tell_from(3, what),
            Event::Note(what) => self.tell(what),
            Event::Remark(what) => self.remark(what),
        }
    }

    /// How reports are to look.
    pub(crate) fn style(&self, all: bool) -> Style {
        Style { width: self.width, colour: self.colour, all, head: self.quiet }
    }

    /// Prints to standard output.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        self.print_bytes(text.as_bytes())
    }

    /// Prints what may be no text to standard output.
    pub(crate) fn print_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.clear();
        standard_output().and_then(|mut out| out.write_all(bytes).and_then(|()| out.flush())).map_err(lost)
    }

    /// Lines to standard error. They never hold anything that was found, and nothing of an argument or a name that could play tricks
    /// on a terminal.
    pub(crate) fn error(&self, text: &str) {
        self.drawn(&clean_lines(text));
    }

    /// Lines to standard error that are clean already, and in colour.
    pub(crate) fn drawn(&self, text: &str) {
        self.clear();
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// Progress, on a terminal only and not more often than ten times a second.
    pub(crate) fn progress(&self, done: u64, total: u64, bytes: u64) {
        if !self.live {
            return;
        }
        let mut shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Instant::now();
        if done < total && shown.is_some_and(|last| now.duration_since(last) < Duration::from_millis(100)) {
            return;
        }
        *shown = Some(now);
        let begun = *self.begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(now);
        let rest = pace(now.duration_since(begun), done, total, bytes);
        let _ = write!(std::io::stderr().lock(), "\r\u{1b}[K{done} of {total} artifacts, {} MB{rest}", bytes / 1_000_000);
    }

    /// Takes progress off the screen.
    pub(crate) fn clear(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if shown.take().is_some() {
            let _ = write!(std::io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

/// The word of the evidence format for one of its closed lists.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// An artifact in a line: its number, how long it took, how much of it was read, and what kinds of gap it has.
fn line(step: &Step) -> String {
    let took = step.took.map_or_else(|| "-".to_owned(), |took| format!("{:.3} s", took.as_secs_f64()));
    let gaps: Vec<String> = step.gaps.iter().map(|kind| word(*kind)).collect();
    let gaps = if gaps.is_empty() { String::new() } else { format!("  gaps: {}", gaps.join(", ")) };
    format!("artifact {}  {took}  {}{gaps}", step.number, word(step.read))
}

/// How fast it goes and how long it may still take; nothing before there is anything to go by. What is left is judged by the number of
/// artifacts, since nobody knows how large the rest is inside.
fn pace(spent: Duration, done: u64, total: u64, bytes: u64) -> String {
    let seconds = spent.as_secs_f64();
    if seconds < 2.0 || done == 0 || done >= total {
        return String::new();
    }
    let rate = bytes as f64 / 1e6 / seconds;
    let left = seconds * (total - done) as f64 / done as f64;
    let left = match left as u64 {
        s if s >= 7_200 => format!("{} h", s / 3_600),
        s if s >= 120 => format!("{} min", s / 60),
        s => format!("{} s", s.max(1)),
    };
    format!(", {rate:.1} MB/s, about {left} left")
}

/// Text whose lines are safe to show; ends of lines and tabs stay.
pub(crate) fn clean_lines(text: &str) -> String {
    let lines = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line).split('\t').map(mask::clean).collect::<Vec<_>>().join("\t"));
    lines.collect::<Vec<_>>().join("\n")
}

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn lost(error: std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::Pipe,
        _ => Failure::Usage(
            format!("cannot write to standard output: {error}"),
            Some("give the report a file: --format json=report.json".to_owned()),
        ),
    }
}

/// Standard output as it is: the library's own takes a closed one for a good place to write to.
#[cfg(unix)]
pub(super) fn standard_output() -> std::io::Result<std::fs::File> {
    use std::os::fd::AsFd;
    let file = std::fs::File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
    Ok(file)
}

#[cfg(not(unix))]
pub(super) fn standard_output() -> std::io::Result<std::io::Stdout> {
    Ok(std::io::stdout())
}

/// Whether standard output takes anything, asked before anything long begins.
pub(crate) fn check_standard_output() -> Result<(), Failure> {
    standard_output().and_then(|mut out| out.write(&[]).map(|_| ())).map_err(lost)
}

/// The folder that a path is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Where a name leads: through links, to what is there or would be made.
pub(crate) fn resolve(path: &Path) -> PathBuf {
    resolve_within(path, 40)
}

/// The same, through so many links.
fn resolve_within(path: &Path, links: u32) -> PathBuf {
    if let Ok(real) = std::fs::canonicalize(path) {
        return real;
    }
    let folder = folder_of(path);
    if let (Ok(link), Some(links)) = (std::fs::read_link(path), links.checked_sub(1)) {
        // it leads to what is not there yet
        return resolve_within(&folder.join(link), links);
    }
    match (std::fs::canonicalize(folder), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

/// For who reads a file, adds to it and writes it: waits until nobody else of this program does so in its folder, for as long as what it
/// gives is kept. Where folders cannot be locked nothing is held.
pub(crate) fn alone(path: &Path) -> Option<std::fs::File> {
    let folder = std::fs::File::open(folder_of(&resolve(path))).ok()?;
    folder.lock().ok().map(|()| folder)
}

/// Writes a file whole or not at all: beside its place first, then into it. A device or pipe is written to as it is.
pub(crate) fn write_file(path: &Path, text: &[u8]) -> Result<(), Failure> {
    write_file_by(path, &|file| file.write_all(text))
}

/// What puts the content of a file into it; it may be asked twice.
pub(crate) type Content<'a> = dyn Fn(&mut dyn Write) -> std::io::Result<()> + 'a;

/// The same for what is too much to be held as a whole before it is written.
pub(crate) fn write_file_by(path: &Path, write: &Content<'_>) -> Result<(), Failure> {
    let straight = std::fs::metadata(path).is_ok_and(|facts| !facts.is_file() && !facts.is_dir());
    if straight || ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"].iter().any(|system| path.starts_with(system)) {
        let written = std::fs::OpenOptions::new().append(true).open(path).and_then(|mut file| write(&mut file));
        return written.map_err(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::Pipe,
            _ => Failure::Usage(format!("cannot write {}: {error}", path.display()), None),
        });
    }
    let path = &resolve(path);
    let wrong = |error: std::io::Error| {
        Failure::Usage(format!("cannot write {}: {error}", path.display()), Some("name a place that can be written".to_owned()))
    };
    // a file that is there keeps its rights, and one that must not be written is not put aside
    let rights = std::fs::metadata(path).ok().map(|facts| facts.permissions());
    if rights.as_ref().is_some_and(std::fs::Permissions::readonly) {
        return Err(wrong(std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it is read-only")));
    }
    let name = path.file_name().ok_or_else(|| Failure::Usage(format!("{} is no file name", path.display()), None))?;
    placed(folder_of(path), name, rights.as_ref(), write, true).map_err(wrong)
}

/// Writes a file that is not there yet and that only its owner may read.
pub(crate) fn write_secret(path: &Path, text: &[u8]) -> Result<(), Failure> {
    #[cfg(unix)]
    let rights = Some(<std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600));
    #[cfg(not(unix))]
    let rights = None;
    write_once(path, text, rights.as_ref())
}

/// Writes a file that is not there yet.
pub(crate) fn write_new(path: &Path, text: &[u8]) -> Result<(), Failure> {
    write_once(path, text, None)
}

fn write_once(path: &Path, text: &[u8], rights: Option<&std::fs::Permissions>) -> Result<(), Failure> {
    let path = &resolve(path);
    let name = path.file_name().ok_or_else(|| Failure::Usage(format!("{} is no file name", path.display()), None))?;
    placed(folder_of(path), name, rights, &|file| file.write_all(text), false)
        .map_err(|error| Failure::Usage(format!("cannot write {}: {error}", path.display()), None))
}

/// Writes a file that has no name until it is whole, so that nothing is left of it whenever its writer is killed; where the system has no
/// such files, beside its place first. What is there already is replaced, or is an error.
fn placed(
    folder: &Path,
    name: &std::ffi::OsStr,
    rights: Option<&std::fs::Permissions>,
    write: &Content<'_>,
    replace: bool,
) -> std::io::Result<()> {
    let path = folder.join(name);
    let mut tail = [0; 8];
    getrandom::fill(&mut tail)?;
    let draft = folder.join(format!(".provost-{:016x}.part", u64::from_le_bytes(tail)));
    let fill = |file: &mut std::fs::File| {
        if let Some(rights) = rights {
            file.set_permissions(rights.clone())?;
        }
        write(file).and_then(|()| file.sync_all())
    };
    if let Some(mut file) = nameless(folder) {
        fill(&mut file)?;
        match named(&file, &path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && !replace => return Err(error),
            // what is there already can only be replaced by what has a name
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && named(&file, &draft).is_ok() => {
                return moved(&draft, &path);
            }
            // not every system gives one
            Err(_) => {}
        }
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Some(rights) = rights {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(rights.mode());
    }
    let written = options.open(&draft).and_then(|mut file| fill(&mut file)).and_then(|()| {
        if replace {
            return moved(&draft, &path);
        }
        // fails where something is there
        std::fs::hard_link(&draft, &path).and_then(|()| std::fs::remove_file(&draft))
    });
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(&draft);
    })
}

/// Puts a draft in its place; it is not left where that cannot be done.
fn moved(draft: &Path, path: &Path) -> std::io::Result<()> {
    std::fs::rename(draft, path).inspect_err(|_| {
        let _ = std::fs::remove_file(draft);
    })
}

/// A file in a folder that has no name, where the system has such files.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<std::fs::File> {
    use rustix::fs::{Mode, OFlags, open};
    let file = open(folder, OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC, Mode::from_raw_mode(0o666)).ok()?;
    Some(std::fs::File::from(file))
}

/// Gives such a file its name, if nothing has it.
#[cfg(target_os = "linux")]
fn named(file: &std::fs::File, path: &Path) -> std::io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let this = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, this, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<std::fs::File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn named(_: &std::fs::File, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_waits_until_there_is_something_to_go_by() {
        assert_eq!(pace(Duration::from_secs(1), 10, 100, 1), "");
        assert_eq!(pace(Duration::from_secs(10), 10, 100, 50_000_000), ", 5.0 MB/s, about 90 s left");
        assert_eq!(pace(Duration::from_mins(10), 1, 100, 1), ", 0.0 MB/s, about 16 h left");
        assert_eq!(pace(Duration::from_mins(10), 100, 100, 1), "");
    }
}
