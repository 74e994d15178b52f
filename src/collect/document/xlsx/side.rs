//! What a workbook holds beside its sheets: comments, caches of other workbooks, drawings, charts, properties, embedded files.
//! Which part is what is told by its name; where a workbook keeps it does not matter.

use super::super::{Member, Work};
use super::areas::Areas;
use super::book::Strings;
use super::chart::Charts;
use super::grid::Grid;
use super::lines::Lines;
use super::package::Package;
use super::pivot;
use super::sheet::{Cells, Shared};
use super::xml::Tag;
use crate::model::evidence::{Encryption, Gap, GapKind, PartKind};

/// Reads every part that is no sheet.
pub(crate) fn read(work: &mut Work<'_>, package: &mut Package, unseen: &[String]) {
    let names: Vec<String> = package.names().to_vec();
    let (mut caches, mut links) = (0, 0);
    let mut comments = Lines::new(work, "comments", Some("comment"));
    let mut drawings = Lines::new(work, "drawings", None);
    let mut charts = Charts::new(work, unseen);
    let mut other = Lines::new(work, "connections and custom data", None);
    let mut slicers = Lines::new(work, "slicer caches", Some("slicer cache"));
    let mut log = Lines::new(work, "log of changes", Some("log of changes"));
    let mut properties = Lines::new(work, "properties", None);
    properties.kind = PartKind::Properties;
    let mut going = true;
    for path in &names {
        let lower = path.to_lowercase();
        let (folder, file) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let stem = file.strip_suffix(".xml").unwrap_or("");
        let is = |start: &str| stem.starts_with(start);
        if is("pivotcachedefinition") {
            caches += 1;
            pivot::read(work, package, path, &format!("pivot cache {caches}"));
        } else if is("externallink") {
            links += 1;
            external(work, package, path, links);
        } else if is("comment") || is("threadedcomment") || (is("person") && folder.ends_with("persons")) {
            comments.add(work, package, path, &["text"], &["displayName"]);
        } else if folder.ends_with("drawings") || folder.ends_with("diagrams") && is("data") {
            drawings.add(work, package, path, &["p"], &["descr", "title"]);
        } else if folder.ends_with("charts") || folder.ends_with("chartex") {
            charts.add(work, package, path);
        } else if folder.ends_with("slicercaches") {
            slicers.add(work, package, path, &[], &["n", "c"]);
        } else if folder.ends_with("querytables") {
            other.add(work, package, path, &[], &["name"]);
        } else if folder.ends_with("revisions") {
            log.add(work, package, path, &["t", "v"], &["userName"]);
        } else if stem == "connections" {
            other.add(work, package, path, &["command"], &["connection", "command", "sourceFile", "description", "user"]);
        } else if folder.starts_with("customxml") && is("item") && !is("itemprops") {
            other.add(work, package, path, &["*"], &[]);
        } else if folder == "docprops" && !stem.is_empty() {
            properties.add(work, package, path, PROPERTIES, &[]);
        } else if folder.ends_with("worksheets/_rels") {
            addresses(work, package, path, &mut other);
        } else if file == "vbaproject.bin" {
            unread(work, "vbaProject", "a program (VBA project): not read");
        } else if folder.ends_with("xl/model") {
            unread(work, "model", "a data model (Power Pivot): not read");
        } else if going && (folder.ends_with("/embeddings") || folder.ends_with("/media")) && !file.is_empty() {
            going = member(work, package, path);
        }
    }
    comments.finish(work, false);
    drawings.finish(work, false);
    charts.finish(work);
    slicers.finish(work, true);
    log.finish(work, false);
    other.finish(work, true);
    properties.finish(work, false);
}

/// Properties that say something of a person or of content.
const PROPERTIES: &[&str] = &[
    "creator",
    "lastModifiedBy",
    "title",
    "subject",
    "description",
    "keywords",
    "category",
    "Company",
    "Manager",
    "HyperlinkBase",
    "lpwstr",
    "lpstr",
];

fn unread(work: &mut Work<'_>, at: &str, reason: &str) {
    work.gaps.push(Gap { at: at.to_owned(), kind: GapKind::Unsupported, reason: reason.to_owned() });
}

/// Cells of other workbooks that were kept with the links to them.
fn external(work: &mut Work<'_>, package: &mut Package, path: &str, number: usize) {
    let mut grid = Grid::new(work.engine, &format!("external link {number}"), Some("external link cache"));
    let (mut strings, areas) = (Strings::default(), Areas::default());
    let mut cells = Cells::new(&mut grid, Shared { strings: &mut strings, looks: &[], since_1904: false, ruled: &areas });
    package.xml(work, path, "cells of another workbook", &mut |tag| cells.tag(&tag));
    let mut parts = Vec::new();
    grid.finish(&mut parts);
    work.parts.extend(parts.into_iter().filter(|part| part.records > 0));
}

/// Addresses outside that cells lead to.
fn addresses(work: &mut Work<'_>, package: &mut Package, path: &str, lines: &mut Lines<'_>) {
    package.xml(work, path, "links of a sheet", &mut |tag| {
        if let Tag::Open("Relationship", attributes) = tag
            && attributes.get("TargetMode").is_some_and(|mode| mode == "External")
        {
            let target = attributes.get("Target").unwrap_or_default();
            lines.line(target.strip_prefix("mailto:").unwrap_or(&target));
            lines.line("");
        }
    });
}

/// An embedded file or picture; `false` when no further one may come.
pub(crate) fn member(work: &mut Work<'_>, package: &mut Package, path: &str) -> bool {
    if !work.may_open() {
        return false;
    }
    let packed = package.packed(path);
    let mut bytes = Vec::new();
    let whole = package.read(work, path, "an embedded file", &mut |source| {
        std::io::Read::read_to_end(&mut std::io::Read::take(source, MOST_MEMBER + 1), &mut bytes).map(|_| ())
    });
    let member = Member { name: path, modified: None, encryption: Encryption::None, packed };
    if bytes.len() as u64 > MOST_MEMBER {
        work.unread_member(&member, GapKind::Limit, format!("more than {MOST_MEMBER} bytes: not read"));
        return true;
    }
    !whole || work.member(&member, &mut bytes.as_slice())
}

/// Bytes of an embedded file.
const MOST_MEMBER: u64 = 256 << 20;
