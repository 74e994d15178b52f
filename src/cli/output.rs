//! Standard output and error, colour and width, progress, and files that are whole or not there at all.

use super::Failure;
use crate::report::Style;
use std::io::{IsTerminal, Write};
use std::path::Path;
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
    live: bool,
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
        Self { colour: on_terminal && !plain, colour_errors: errors && !plain, width, live: errors, shown: Mutex::new(None) }
    }

    /// How reports are to look.
    pub(crate) fn style(&self, all: bool) -> Style {
        Style { width: self.width, colour: self.colour, all }
    }

    /// Prints to standard output.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        self.clear();
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::Pipe,
            _ => Failure::Usage(format!("cannot write the output: {error}"), None),
        })
    }

    /// One line to standard error. It never holds anything that was found.
    pub(crate) fn error(&self, text: &str) {
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
        let _ = write!(std::io::stderr().lock(), "\r\u{1b}[K{done} of {total} artifacts, {} MB", bytes / 1_000_000);
    }

    /// Takes progress off the screen.
    pub(crate) fn clear(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if shown.take().is_some() {
            let _ = write!(std::io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

/// Writes a file whole or not at all: beside its place first, then into it.
pub(crate) fn write_file(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| {
        Failure::Usage(format!("cannot write {}: {error}", path.display()), Some("name a place that can be written".to_owned()))
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = path.file_name().ok_or_else(|| Failure::Usage(format!("{} is no file name", path.display()), None))?;
    let mut draft = std::ffi::OsString::from(".");
    draft.push(name);
    draft.push(format!(".{}.part", std::process::id()));
    let draft = folder.join(draft);
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&draft)
        .and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&draft, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&draft);
        wrong(error)
    })
}
