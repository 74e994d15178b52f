//! The house keeps its shape: who may know whom, what opens each file, and how long a file may be.

use crate::support::root;
use std::path::{Path, PathBuf};

/// Room, and the rooms it may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("detect", &["model"]),
    ("policy", &["model", "yaml"]),
    ("collect", &["model", "detect", "yaml"]),
    ("assess", &["model"]),
    ("review", &["model"]),
    ("report", &["model", "detect", "review"]),
    ("audit", &["model", "detect", "policy", "collect", "assess"]),
    ("yaml", &["model"]),
    ("cli", &["model", "detect", "policy", "collect", "assess", "review", "report", "audit"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                out.push((path.clone(), std::fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    let mut out = Vec::new();
    walk(&root().join("src"), &mut out);
    out
}

fn room(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).expect("inside").to_string_lossy().replace('\\', "/");
    inside.split('/').next().unwrap_or("").trim_end_matches(".rs").to_owned()
}

/// Code without its unit tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn rooms_know_only_the_rooms_below_them() {
    let rooms: Vec<&str> = MAY_KNOW.iter().map(|row| row.0).collect();
    for (path, text) in sources() {
        let own = room(&path);
        let Some((_, allowed)) = MAY_KNOW.iter().find(|row| row.0 == own) else { continue };
        for (at, _) in code(&text).match_indices("crate::") {
            let named: String = text[at + 7..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let fine = named == own || allowed.contains(&named.as_str()) || !rooms.contains(&named.as_str());
            assert!(fine, "{} knows {named}", path.display());
        }
    }
}

#[test]
fn packages_know_only_the_packages_below_them() {
    let pieces = [("collect/config", ["model", "detect", "yaml"].as_slice())];
    for (own, allowed) in MAY_KNOW.iter().chain(&pieces) {
        let Ok(manifest) = std::fs::read_to_string(root().join("src").join(own).join("Cargo.toml")) else { continue };
        let others: Vec<&str> = manifest.lines().filter_map(|line| line.strip_prefix("provost-")?.split('.').next()).collect();
        for other in &others {
            assert!(allowed.contains(other), "{own} depends on {other}");
        }
        assert!(others.contains(&"model") || *own == "model", "{own} is read otherwise than this test expects: {others:?}");
    }
}

#[test]
fn every_file_says_what_it_is_for_and_is_not_too_long() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{} does not open with //!", path.display());
        let lines = text.lines().count();
        assert!(lines <= 800, "{} has {lines} lines", path.display());
    }
}

#[test]
fn only_cli_prints_and_asks_the_environment_and_the_pure_rooms_ask_nothing() {
    for (path, text) in sources() {
        // what packs the lists of names and the policies speaks to cargo, and is in no program
        if path.file_name().is_some_and(|name| name == "build.rs") {
            continue;
        }
        let own = room(&path);
        let code = code(&text);
        if own != "cli" && own != "main" {
            for word in ["println!", "print!(", "eprint", "std::env::var", "env::args"] {
                assert!(!code.contains(word), "{} uses {word}", path.display());
            }
        }
        if ["assess", "report", "model", "detect"].contains(&own.as_str()) {
            for word in ["std::fs", "std::env", "TcpStream", "UdpSocket", "SystemTime", "Instant::now", "std::process"] {
                assert!(!code.contains(word), "{} uses {word}", path.display());
            }
        }
        for word in ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait"] {
            assert!(!code.contains(word), "{} is {word}", path.display());
        }
    }
}
