//! `provost init`: the files with which a supplier or a buyer begins: policy, waivers, list of evidence, and gates for CI, each with comments
//! that explain it. It never writes over anything.

use super::output::{Output, write_file};
use super::{Failure, PASSED};
use std::path::PathBuf;

/// Arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where the files go; a folder that is there
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Gates too, for: github, gitlab, hook
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    ci: Vec<String>,
    /// Only the list of evidence, for the supplier to fill in
    #[arg(long)]
    evidence: bool,
}

/// What is written, where, and for which `--ci`.
const FILES: &[(&str, &str, &str)] = &[
    ("provost/policy.yaml", include_str!("init/policy.yaml"), ""),
    ("provost/waivers.yaml", include_str!("init/waivers.yaml"), ""),
    ("delivery/provost-manifest.yaml", include_str!("init/manifest.yaml"), "evidence"),
    (".github/workflows/provost.yml", include_str!("init/github.yml"), "github"),
    ("provost/gitlab.yml", include_str!("init/gitlab.yml"), "gitlab"),
    ("provost/pre-commit.sh", include_str!("init/hook.sh"), "hook"),
];

/// Runs it.
pub(crate) fn run(args: &Args, output: &Output) -> Result<u8, Failure> {
    const KNOWN: [&str; 3] = ["github", "gitlab", "hook"];
    if let Some(wrong) = args.ci.iter().find(|word| !KNOWN.contains(&word.as_str())) {
        let help = crate::policy::reader::suggest(wrong, KNOWN).or_else(|| Some(format!("one of {}", KNOWN.join(", "))));
        return Err(Failure::Usage(format!("no gate for `{wrong}`"), help));
    }
    let shown = |path: &std::path::Path| crate::detect::mask::clean(&path.display().to_string());
    if !args.folder.is_dir() {
        return Err(Failure::Usage(format!("there is no folder {}", shown(&args.folder)), Some("make it first".to_owned())));
    }
    let wanted = FILES.iter().filter(|row| match row.2 {
        "evidence" => true,
        "" => !args.evidence,
        gate => !args.evidence && args.ci.iter().any(|word| word == gate),
    });
    let mut lines = String::new();
    for (name, text, _) in wanted {
        let path = args.folder.join(name);
        if std::fs::symlink_metadata(&path).is_ok() {
            lines.push_str(&format!("{name} is there already and stays as it is\n"));
            continue;
        }
        if let Some(folder) = path.parent() {
            let made = std::fs::create_dir_all(folder);
            made.map_err(|error| Failure::Usage(format!("cannot make the folder {}: {error}", shown(folder)), None))?;
        }
        write_file(&path, text.as_bytes())?;
        lines.push_str(&format!("{name} written\n"));
    }
    lines.push_str(if args.evidence {
        "Fill in delivery/provost-manifest.yaml, and put the documents that it names beside it.\n"
    } else {
        "Next: put what the supplier delivers into delivery/, and run\n  provost audit delivery --policy provost/policy.yaml --waivers provost/waivers.yaml\n"
    });
    output.print(&lines)?;
    Ok(PASSED)
}
