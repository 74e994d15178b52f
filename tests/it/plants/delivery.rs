//! The delivery that the values are planted in: which files it has, and what of each is left when it is cut off or bent.

use super::values::Pool;
use std::path::{Path, PathBuf};

/// A delivery while it is made.
pub(super) struct Delivery {
    pub(super) folder: PathBuf,
    pub(super) pool: Pool,
    /// Path and content of each whole file.
    pub(super) files: Vec<(String, Vec<u8>)>,
    stem: String,
}

impl Delivery {
    pub(super) fn new(folder: &Path, pool: Pool) -> Self {
        Self { folder: folder.to_owned(), pool, files: Vec::new(), stem: String::new() }
    }

    /// Begins a file: values drawn from now on are planted in it. Its name is what somebody wrote, and the ending.
    pub(super) fn begin(&mut self, what: &str) {
        what.clone_into(&mut self.pool.place);
        self.stem = self.pool.name();
    }

    /// Writes the file that was begun, into a folder of its format.
    pub(super) fn end(&mut self, ending: &str, content: &[u8]) {
        let path = format!("{}/{}.{ending}", self.pool.place.clone(), self.stem);
        self.put(&path, content);
    }

    /// Writes a file under a path that has to be what it is.
    pub(super) fn put(&mut self, path: &str, content: &[u8]) {
        crate::support::write(&self.folder, path, content);
        self.files.push((path.to_owned(), content.to_vec()));
    }

    /// Every file once more, cut off in the middle, and with many bytes changed that are neither letters nor digits: what a reader says when it fails.
    pub(super) fn break_all(&self, folder: &Path) {
        for (path, content) in &self.files {
            let half = &content[..content.len() / 2];
            let mut bent = content.clone();
            // words stay what they are: what tells that a number is somebody's may be the word before it
            let signs = bent.iter_mut().skip(60).filter(|byte| !byte.is_ascii_alphanumeric() && **byte != b' ');
            signs.step_by(19).for_each(|byte| {
                let other = *byte ^ 0x15;
                // a letter in the place of a sign would make one word of two
                *byte = if other.is_ascii_alphanumeric() { b'|' } else { other };
            });
            crate::support::write(folder, &format!("cut/{path}"), half);
            crate::support::write(folder, &format!("bent/{path}"), &bent);
        }
    }
}

/// What is no file that can be read, under names that somebody wrote: links to somewhere, a pipe, what the rights forbid.
pub(super) fn unreadable(delivery: &mut Delivery) {
    use std::os::unix::fs::{PermissionsExt, symlink};
    "unreadable".clone_into(&mut delivery.pool.place);
    let folder = delivery.folder.join("unreadable");
    std::fs::create_dir_all(&folder).expect("a folder");
    let names: Vec<String> = (0..6).map(|_| delivery.pool.name()).collect();
    symlink(format!("/nowhere/{}", names[0]), folder.join(&names[1])).expect("a link");
    symlink("/etc/passwd", folder.join(&names[2])).expect("a link");
    let _ = std::process::Command::new("mkfifo").arg(folder.join(&names[3])).status();
    let closed = folder.join(&names[4]);
    std::fs::write(&closed, delivery.pool.sentences(5).join("\n")).expect("a file");
    let shut = folder.join(&names[5]);
    std::fs::create_dir_all(&shut).expect("a folder");
    for path in [closed, shut] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o0)).expect("rights");
    }
}

/// Gives rights back, so that the folder can be taken away.
pub(super) fn readable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for entry in std::fs::read_dir(folder.join("unreadable")).expect("a folder").flatten() {
        if !entry.path().is_symlink() {
            std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o700)).expect("rights");
        }
    }
}

/// Text inside XML and HTML.
pub(super) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text as UTF-16, the lower byte first.
pub(super) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
