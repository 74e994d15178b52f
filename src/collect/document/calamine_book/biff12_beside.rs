//! What an xlsb keeps in records beside its sheets: comments, pivot caches, cells of other workbooks. Relations tell which part is which,
//! names only where there is none. A part of records that no reader knows is a gap, never silence.

use super::super::Work;
use super::super::xlsx::areas::Areas;
use super::super::xlsx::book::{Book, Strings};
use super::super::xlsx::grid::Grid;
use super::super::xlsx::lines::Lines;
use super::super::xlsx::package::Package;
use super::super::xlsx::side;
use super::biff12::text;
use super::biff12_book::{cells, part};
use super::biff12_sheet::Shared;
use super::{biff12_pivot, unread};
use crate::model::evidence::GapKind;
use std::collections::{HashMap, HashSet};

/// What a part is. Of several answers the last in this list counts: whoever says that comments are settings of a printer is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Unknown,
    /// Read elsewhere, or nothing that anybody wrote.
    Elsewhere,
    Member,
    Program,
    Connections,
    Slicer,
    Log,
    Sheet,
    Link,
    Pivot,
    Comments,
}

impl What {
    /// By the kind of the relation that leads to it.
    fn of_kind(kind: &str) -> Self {
        match kind {
            "comments" => Self::Comments,
            "pivotCacheDefinition" => Self::Pivot,
            "externalLink" => Self::Link,
            "worksheet" | "chartsheet" | "dialogsheet" | "xlMacrosheet" | "xlIntlMacrosheet" => Self::Sheet,
            "slicerCache" => Self::Slicer,
            "revisionLog" => Self::Log,
            "connections" => Self::Connections,
            "vbaProject" => Self::Program,
            "oleObject" | "package" | "image" => Self::Member,
            "officeDocument"
            | "sharedStrings"
            | "styles"
            | "theme"
            | "table"
            | "tableSingleCells"
            | "pivotCacheRecords"
            | "pivotTable"
            | "queryTable"
            | "calcChain"
            | "printerSettings"
            | "xlBinaryIndex"
            | "sheetMetadata"
            | "slicer"
            | "volatileDependencies"
            | "revisionHeaders"
            | "usernames"
            | "activeXControlBinary"
            | "control"
            | "ctrlProp"
            | "customProperty"
            | "attachedToolbars"
            | "wsSortMap" => Self::Elsewhere,
            _ => Self::Unknown,
        }
    }

    /// By its name, in lower case.
    fn of_name(path: &str) -> Self {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        if !file.ends_with(".bin") {
            Self::Unknown
        } else if file.starts_with("comment") {
            Self::Comments
        } else if file.starts_with("pivotcachedefinition") {
            Self::Pivot
        } else if file.starts_with("externallink") {
            Self::Link
        } else if folder == "xl/worksheets" && !file.starts_with("binaryindex") {
            Self::Sheet
        } else if folder.ends_with("slicercaches") {
            Self::Slicer
        } else if folder.ends_with("revisions") && file.starts_with("revisionlog") {
            Self::Log
        } else if file == "connections.bin" {
            Self::Connections
        } else if file == "vbaproject.bin" {
            Self::Program
        } else {
            Self::Unknown
        }
    }
}

/// What the parts of a package are.
pub(super) struct Roles(Vec<(String, What)>);

impl Roles {
    /// Of all parts, in the order of the package.
    pub(super) fn of(work: &mut Work<'_>, package: &mut Package) -> Self {
        let names: Vec<String> = package.names().to_vec();
        let mut kinds: HashMap<String, What> = HashMap::new();
        for path in &names {
            let lower = path.to_lowercase();
            let Some((folder, file)) = lower.strip_suffix(".rels").and_then(|path| path.rsplit_once('/')) else { continue };
            let owner = match folder.strip_suffix("_rels") {
                Some("") => file.to_owned(),
                Some(folder) => format!("{folder}{file}"),
                None => continue,
            };
            for (_, row) in package.relations(work, owner.trim_start_matches('/')) {
                if !row.outside && package.has(&row.target) {
                    let what = kinds.entry(row.target.to_lowercase()).or_insert(What::Unknown);
                    *what = (*what).max(What::of_kind(&row.kind));
                }
            }
        }
        let what = |path: String| {
            let lower = path.trim_start_matches('/').to_lowercase();
            let known = kinds.get(&lower).copied().unwrap_or(What::Unknown);
            (path, known.max(What::of_name(&lower)))
        };
        Self(names.into_iter().map(what).collect())
    }

    /// The sheets that nobody has read: those that the list leaves out.
    pub(super) fn lost(&self, read: &HashSet<String>) -> Vec<String> {
        let lost = |path: &str| !read.contains(&path.trim_start_matches('/').to_lowercase());
        self.0.iter().filter(|row| row.1 == What::Sheet && lost(&row.0)).map(|row| row.0.clone()).collect()
    }
}

/// Reads the parts that an xlsx has as XML, and an xlsb in records.
pub(super) fn read(work: &mut Work<'_>, package: &mut Package, roles: &Roles, book: &Book, main: &str) {
    let (mut caches, mut links, mut strangers, mut going) = (0, 0, 0, true);
    let mut comments = Lines::new(work, "comments", Some("comment"));
    let own = |path: &str| {
        let is = |known: Option<&str>| known.is_some_and(|known| known.eq_ignore_ascii_case(path));
        is(Some(main)) || is(book.strings.as_deref()) || is(book.styles.as_deref()) || path == "xl/sharedstrings.bin"
    };
    for (path, what) in &roles.0 {
        let lower = path.trim_start_matches('/').to_lowercase();
        let path = path.trim_start_matches('/');
        let folder = lower.rsplit_once('/').map_or("", |row| row.0);
        // such parts have readers of their own
        let beside = lower.ends_with(".xml") || folder.ends_with("/embeddings") || folder.ends_with("/media");
        match what {
            What::Comments | What::Pivot | What::Link if beside && xml(work, package, path) => {}
            What::Comments => {
                part(work, package, path, "comments", &mut |kind, content| {
                    // BrtCommentText
                    if kind == 637 {
                        comments.line(text(content, 1).0.trim());
                        comments.line("");
                    }
                });
            }
            What::Pivot => {
                caches += 1;
                biff12_pivot::read(work, package, path, &format!("pivot cache {caches}"));
            }
            What::Link => {
                links += 1;
                link(work, package, path, links);
            }
            What::Slicer => unread(work, "slicer cache", "a slicer cache of a binary workbook: not read"),
            What::Log => unread(work, "log of changes", "the log of changes of a shared workbook: not read"),
            What::Connections => unread(work, "connections", "connections of a binary workbook: not read"),
            What::Program if !lower.ends_with("vbaproject.bin") => {
                unread(work, "vbaProject", "a program (VBA project): not read");
            }
            What::Member if going && !beside => going = side::member(work, package, path),
            // read with the cache that they belong to, even if that does not say so
            What::Unknown if lower.contains("pivotcacherecords") && package.has(&definition(&lower)) => {}
            What::Unknown if lower.ends_with(".bin") && !beside && !own(&lower) => strangers += 1,
            _ => {}
        }
    }
    if strangers > 0 {
        work.gap(GapKind::Unsupported, format!("{strangers} binary parts of a kind that is not known: not read"));
    }
    comments.finish(work, false);
}

/// The cache whose records are in this part, by its name.
fn definition(records: &str) -> String {
    records.replace("pivotcacherecords", "pivotcachedefinition")
}

/// Cells of another workbook that were kept with the link to it.
fn link(work: &mut Work<'_>, package: &mut Package, path: &str, number: usize) {
    let mut grid = Grid::new(work.engine, &format!("external link {number}"), Some("external link cache"));
    let (mut strings, areas) = (Strings::default(), Areas::default());
    let shared = Shared { strings: &mut strings, looks: &[], since_1904: false, ruled: &areas };
    cells(work, package, path, "cells of another workbook", &mut grid, shared);
    strings.bounds.told(work);
    let mut parts = Vec::new();
    grid.finish(&mut parts);
    work.parts.extend(parts.into_iter().filter(|part| part.records > 0));
}

/// Whether a part is XML: then others read it, by its name.
fn xml(work: &mut Work<'_>, package: &mut Package, path: &str) -> bool {
    let mut head = [0; 4];
    package.read(work, path, "a part of the workbook", &mut |bytes| bytes.read(&mut head).map(|_| ()));
    matches!(head, [b'<', ..] | [0xef, 0xbb, 0xbf, b'<'] | [0xff, 0xfe, b'<', _])
}
