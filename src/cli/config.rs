//! A file of defaults: what would be typed each time. It belongs to whoever audits, so it is never looked for in the current folder or in a
//! delivery, which may hold one to make itself pass.

use super::Failure;
use clap::{Arg, Command};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variable that names the file; empty means none.
const VARIABLE: &str = "PROVOST_CONFIG";
/// Bytes of the file that are read.
const MOST_BYTES: u64 = 1 << 20;

/// The file in force: `--config`, the variable, or the one in the user's folder if it is there.
fn place(arguments: &[OsString]) -> Option<(PathBuf, bool)> {
    let texts: Vec<&str> = arguments.iter().take_while(|text| *text != "--").filter_map(|text| text.to_str()).collect();
    let named = texts.iter().enumerate().find_map(|(at, text)| match text.strip_prefix("--config") {
        Some("") => texts.get(at + 1).map(|next| (*next).to_owned()),
        Some(rest) => rest.strip_prefix('=').map(str::to_owned),
        None => None,
    });
    if let Some(named) = named {
        return Some((PathBuf::from(named), true));
    }
    if let Some(named) = std::env::var_os(VARIABLE) {
        return (!named.is_empty()).then(|| (PathBuf::from(named), true));
    }
    let folder = match std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute()) {
        Some(folder) => folder,
        None => PathBuf::from(std::env::var_os("HOME").filter(|home| !home.is_empty())?).join(".config"),
    };
    Some((folder.join("provost/config.yaml"), false))
}

/// The arguments with the defaults of the command in them. What was typed wins.
///
/// # Errors
/// [`Failure::Usage`]: the file that was named is not there, or holds what no command takes.
pub(super) fn with_defaults(arguments: Vec<OsString>, program: fn() -> Command) -> Result<Vec<OsString>, Failure> {
    // most often there is no file: describing all commands twice would be work at each start
    let Some((path, named)) = place(&arguments).filter(|(path, named)| *named || path.exists()) else { return Ok(arguments) };
    let program = &program();
    let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    let found = arguments.iter().enumerate().skip(1).find(|row| row.1.to_str().is_some_and(|text| names.contains(&text)));
    let Some((at, command)) = found.and_then(|(at, text)| Some((at, program.find_subcommand(text)?))) else {
        return Ok(arguments);
    };
    if command.get_name() == "worker" {
        return Ok(arguments);
    }
    let text = match super::render::text(&path, MOST_BYTES) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => return Ok(arguments),
        other => other.map_err(|error| refuse(&path, &format!("cannot be read: {error}"), None))?,
    };
    let defaults = read(&text, &path, program)?;
    let mut added: Vec<OsString> = Vec::new();
    for (name, values) in defaults.into_iter().filter(|row| row.0 == command.get_name()).flat_map(|row| row.1) {
        let flag = format!("--{name}");
        let typed = |text: &OsString| text.to_str().is_some_and(|text| text == flag || text.starts_with(&format!("{flag}=")));
        if arguments.iter().take_while(|text| *text != "--").any(typed) {
            continue;
        }
        added.extend(
            values.into_iter().map(|value| OsString::from(value.map_or(flag.clone(), |value| format!("{flag}={value}")))),
        );
    }
    let (front, back) = arguments.split_at_checked(at + 1).unwrap_or((&arguments, &[]));
    Ok(front.iter().cloned().chain(added).chain(back.iter().cloned()).collect())
}

fn refuse(path: &Path, what: &str, help: Option<String>) -> Failure {
    let shown = crate::detect::mask::clean(&path.display().to_string());
    Failure::Usage(format!("the configuration {shown} {what}"), help)
}

/// Options by command: for each its values, none for a switch.
type Defaults = Vec<(String, Vec<(String, Vec<Option<String>>)>)>;

fn read(text: &str, path: &Path, program: &Command) -> Result<Defaults, Failure> {
    let all: serde_yaml::Mapping = serde_yaml::from_str(text).map_err(|error| {
        refuse(path, &format!("is not valid: {error}"), Some("it begins with `provost-config: 1`".to_owned()))
    })?;
    let suggest = |word: &str, known: &[&str]| crate::policy::reader::suggest(word, known.iter().copied());
    if all.get("provost-config").and_then(serde_yaml::Value::as_u64) != Some(1) {
        return Err(refuse(path, "does not begin with `provost-config: 1`", None));
    }
    let commands: Vec<&str> = program.get_subcommands().filter(|one| !one.is_hide_set()).map(Command::get_name).collect();
    let mut out = Defaults::new();
    for (key, options) in &all {
        let key = key.as_str().unwrap_or("");
        if key == "provost-config" {
            continue;
        }
        let Some(command) = program.find_subcommand(key).filter(|one| !one.is_hide_set()) else {
            return Err(refuse(path, &format!("names no command with `{key}`"), suggest(key, &commands)));
        };
        let known: Vec<&Arg> = command.get_arguments().filter(|arg| arg.get_long().is_some()).collect();
        let longs: Vec<&str> = known.iter().filter_map(|arg| arg.get_long()).collect();
        let mut rows = Vec::new();
        let Some(options) = options.as_mapping() else {
            return Err(refuse(path, &format!("gives `{key}` no options"), Some(format!("write `{key}: {{option: value}}`"))));
        };
        for (name, value) in options {
            let name = name.as_str().unwrap_or("").trim_start_matches("--");
            let Some(arg) = known.iter().find(|arg| arg.get_long() == Some(name)) else {
                return Err(refuse(path, &format!("gives `{key}` an option `{name}` that it has not"), suggest(name, &longs)));
            };
            let switch = !arg.get_action().takes_values();
            let values = match value {
                serde_yaml::Value::Bool(on) if switch => {
                    if *on {
                        vec![None]
                    } else {
                        Vec::new()
                    }
                }
                serde_yaml::Value::Sequence(items) if !switch => {
                    items.iter().map(|item| scalar(item).map(Some)).collect::<Option<Vec<_>>>().unwrap_or_default()
                }
                other if !switch => scalar(other).map(Some).into_iter().collect(),
                _ => Vec::new(),
            };
            if values.is_empty() && !matches!(value, serde_yaml::Value::Bool(false)) {
                let wanted = if switch { "true or false" } else { "a text, a number or a list of them" };
                return Err(refuse(path, &format!("gives `{key}` `{name}` something else than {wanted}"), None));
            }
            rows.push((name.to_owned(), values));
        }
        out.push((key.to_owned(), rows));
    }
    Ok(out)
}

fn scalar(value: &serde_yaml::Value) -> Option<String> {
    match value {
        serde_yaml::Value::String(text) => Some(text.clone()),
        serde_yaml::Value::Number(number) => Some(number.to_string()),
        serde_yaml::Value::Bool(on) => Some(on.to_string()),
        _ => None,
    }
}
