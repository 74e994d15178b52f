//! Where people's data lies: files and folders by the people in them.

use super::Index;
use super::text::{TABLE_END, at, bytes, classes, count, many, path, table};
use super::treemap;
use crate::model::assessment::ArtifactResult;
use std::collections::BTreeMap;

/// Rows that are shown at once.
const SHOWN: usize = 25;
/// Rows at most: the rest is counted.
const MOST: usize = 300;

/// Files that hold personal data, most people first.
pub(super) fn holding<'a>(index: &Index<'a>) -> Vec<&'a ArtifactResult> {
    let mut files: Vec<&ArtifactResult> = index
        .assessment
        .artifacts
        .iter()
        .filter(|artifact| artifact.people > 0 || artifact.records > 0 || !artifact.classes.is_empty())
        .collect();
    files.sort_by(|a, b| b.people.cmp(&a.people).then(b.records.cmp(&a.records)).then(a.number.cmp(&b.number)));
    files
}

/// What a folder holds. People of two files may be the same, so they are not added up: the fullest file says the least there can be.
#[derive(Default)]
struct Folder {
    files: u64,
    records: u64,
    fullest: u64,
    open: u64,
}

fn folder_of(path: &str) -> &str {
    path.rfind('/').and_then(|end| path.get(..end)).unwrap_or("")
}

pub(super) fn section(index: &Index) -> String {
    let files = holding(index);
    if files.is_empty() {
        return "<p>No file that could be read holds personal data.</p>\n".to_owned();
    }
    let mut folders: BTreeMap<&str, Folder> = BTreeMap::new();
    for file in &files {
        let folder = folders.entry(folder_of(&file.path)).or_default();
        folder.files += 1;
        folder.records += file.records;
        folder.fullest = folder.fullest.max(file.people);
        folder.open += u64::from(file.encryption != "strong");
    }
    let mut out = format!(
        "<p>{} {} personal data, in {}. Parts of names that would identify somebody are masked; <code>provost locate</code> gives a path back from its number to whoever holds the delivery.</p>\n",
        many(files.len() as u64, "file", "files"),
        if files.len() == 1 { "holds" } else { "hold" },
        many(folders.len() as u64, "folder", "folders")
    );
    let boxes: Vec<(&ArtifactResult, u64)> =
        files.iter().filter(|file| file.people > 0).map(|file| (*file, file.people)).collect();
    out.push_str(&treemap::draw(&boxes));
    out.push_str(&by_folder(index, folders));
    out.push_str(&by_file(index, &files));
    out
}

fn by_folder(index: &Index, folders: BTreeMap<&str, Folder>) -> String {
    let mut rows: Vec<(&str, Folder)> = folders.into_iter().collect();
    rows.sort_by(|a, b| b.1.fullest.cmp(&a.1.fullest).then(b.1.records.cmp(&a.1.records)).then(a.0.cmp(b.0)));
    let most = rows.first().map_or(1, |row| row.1.fullest).max(1);
    let mut out = table(
        "Folders and archives",
        "map wide",
        &[
            "Folder or archive",
            "#Files with data",
            "#Not strongly encrypted",
            "#Records",
            "#People in the fullest file",
            "Size by people",
        ],
    );
    for (name, folder) in rows.iter().take(index.most(SHOWN)) {
        let name = if name.is_empty() { "the top folder".to_owned() } else { path(name) };
        out.push_str(&format!(
            "<tr><th scope=\"row\">{name}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"draw\"><svg class=\"bar\" width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"fill\" width=\"{}\" height=\"14\"/></svg></td></tr>\n",
            count(folder.files),
            count(folder.open),
            count(folder.records),
            count(folder.fullest),
            at(folder.fullest as f64 / most as f64)
        ));
    }
    out.push_str(TABLE_END);
    if let Some(rest) = rows.len().checked_sub(index.most(SHOWN)).filter(|rest| *rest > 0) {
        out.push_str(&format!(
            "<p>{} with fewer people are left out here.</p>\n",
            many(rest as u64, "more folder", "more folders")
        ));
    }
    out
}

fn by_file(index: &Index, files: &[&ArtifactResult]) -> String {
    let row = |file: &&ArtifactResult| {
        let copy = file.copy_of.map_or(String::new(), |of| format!("<span class=\"more\">a copy of no. {of}</span>"));
        format!(
            "<tr><th scope=\"row\">{} <span class=\"no\">no. {}</span>{copy}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>\n",
            path(&file.path),
            file.number,
            count(file.people),
            count(file.records),
            classes(file.classes.keys()),
            super::text::esc(&file.encryption),
            bytes(file.size)
        )
    };
    let heads = ["File", "#People", "#Records", "Kinds of data", "Encryption", "#Size"];
    let mut out = format!(
        "<details><summary>Files, those with the most people first</summary>\n{}",
        table("Files that hold personal data", "files", &heads)
    );
    out.push_str(&files.iter().take(index.most(MOST)).map(row).collect::<String>());
    out.push_str(TABLE_END);
    if let Some(rest) = files.len().checked_sub(index.most(MOST)).filter(|rest| *rest > 0) {
        out.push_str(&format!(
            "<p>{} with fewer people are left out here; the report in JSON has all.</p>\n",
            many(rest as u64, "file", "files")
        ));
    }
    out.push_str("</details>\n");
    out
}
