//! Embeds every policy and every data class, so that a new one is YAML alone. It reads `policies/` and writes to the build's own folder.

use std::fmt::Write as _;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=../../policies");
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let mut text = String::new();
    for (name, folder) in [("POLICIES", "../../policies"), ("CLASSES", "../../policies/classes")] {
        let mut files: Vec<String> = std::fs::read_dir(Path::new(&root).join(folder))
            .map(|entries| {
                entries
                    .flatten()
                    .filter_map(|entry| entry.file_name().into_string().ok())
                    .filter(|name| name.ends_with(".yaml"))
                    .collect()
            })
            .unwrap_or_default();
        files.sort();
        let _ = writeln!(text, "/// Name and text of every file.\npub(crate) static {name}: &[(&str, &str)] = &[");
        for file in files {
            let stem = file.trim_end_matches(".yaml");
            let path = Path::new(&root).join(folder).join(&file);
            let _ = writeln!(text, "    ({stem:?}, include_str!({:?})),", path.display().to_string());
        }
        text.push_str("];\n");
    }
    if let Err(error) = std::fs::write(Path::new(&out).join("embedded.rs"), text) {
        println!("cargo::error=cannot write the embedded policies: {error}");
    }
}
