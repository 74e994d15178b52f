//! Rows into persons. Strong identifiers tie rows together wherever they lie; an address that several people share, or a common
//! name, ties nobody. What is ambiguous is never counted as a further person: the total is a floor, not a guess.

use super::sketch::{ERROR, Sketch};
use crate::model::evidence::{Evidence, ID_ANY_NUMBER, ID_EMAIL, ID_NAME, ID_NAME_BIRTH, ID_NAME_INITIAL, IdMark};
use crate::model::people::{Estimate, PeopleIndex, PersonAt};
use std::collections::{HashMap, HashSet};

/// Partners of one other kind that an identifier may have before it is taken for shared (a department's number).
const MOST_PARTNERS: usize = 3;
/// Which kind a number that names a file is, when several kinds have that number.
const PREFERRED: [&str; 3] = ["warrant_number", "staff_number", "collar_number"];

/// Finds the persons of the evidence.
pub fn resolve(evidence: &Evidence) -> PeopleIndex {
    let mut people = Persons::default();
    let rows = rows(evidence);
    let any = any_numbers(evidence, &rows);
    let canonical = |id: &IdMark| if id.kind == ID_ANY_NUMBER { any.get(&id.mark).copied().unwrap_or(*id) } else { *id };
    let strong = |id: &IdMark| id.kind < 128 || id.kind == ID_ANY_NUMBER;
    let shared = shared(&rows, &canonical, &strong);

    // 1. numbers
    for row in &rows {
        let mut first = None;
        let ids: Vec<IdMark> = row.ids.iter().filter(|id| strong(id)).map(canonical).collect();
        for id in ids.iter().filter(|id| ids.len() == 1 || !shared.contains(*id)) {
            let node = people.node(*id);
            people.claim(node, *id);
            match first {
                None => first = Some(node),
                Some(other) => people.union(other, node),
            }
        }
    }
    // 2. addresses, then names with birth dates: they tie what does not contradict itself
    for kind in [ID_EMAIL, ID_NAME_BIRTH] {
        let mut seen: Vec<(IdMark, Vec<usize>)> = Vec::new();
        let mut position: HashMap<IdMark, usize> = HashMap::new();
        for row in &rows {
            let Some(id) = row.ids.iter().find(|id| id.kind == kind).copied() else { continue };
            let at = *position.entry(id).or_insert_with(|| {
                seen.push((id, Vec::new()));
                seen.len() - 1
            });
            if let (Some(node), Some(entry)) = (people.of(row.ids, &canonical, &shared), seen.get_mut(at)) {
                entry.1.push(node);
            }
        }
        for (id, nodes) in seen {
            let own = people.node(id);
            let mut roots: Vec<usize> = Vec::new();
            for node in nodes {
                let root = people.root(node);
                if !roots.contains(&root) {
                    roots.push(root);
                }
            }
            for root in roots {
                let (a, b) = (people.root(own), people.root(root));
                if a != b && people.agree(a, b) {
                    people.union(a, b);
                } else if a != b {
                    people.alias(own, b);
                }
            }
        }
    }
    // 3. bare names: only where exactly one person answers to it
    let mut called: HashMap<IdMark, Vec<usize>> = HashMap::new();
    for row in &rows {
        let Some(node) = people.of(row.ids, &canonical, &shared) else { continue };
        let root = people.root(node);
        for id in row.ids.iter().filter(|id| matches!(id.kind, ID_NAME | ID_NAME_INITIAL)) {
            let list = called.entry(*id).or_default();
            if !list.contains(&root) && list.len() < 3 {
                list.push(root);
            }
        }
    }
    let mut owner: Vec<Option<usize>> = vec![None; rows.len()];
    for pass in [ID_NAME, ID_NAME_INITIAL] {
        for (index, row) in rows.iter().enumerate() {
            if people.of(row.ids, &canonical, &shared).is_some() || owner.get(index).is_some_and(Option::is_some) {
                continue;
            }
            let full = row.ids.iter().find(|id| id.kind == ID_NAME);
            let initial = row.ids.iter().find(|id| id.kind == ID_NAME_INITIAL);
            let Some(id) = (if pass == ID_NAME { full } else { initial.filter(|_| full.is_none()) }) else { continue };
            let found = match called.get(id).map(Vec::as_slice) {
                None | Some([]) => {
                    let node = people.node(*id);
                    called.entry(*id).or_default().push(node);
                    if let Some(initial) = initial.filter(|_| pass == ID_NAME) {
                        let list = called.entry(*initial).or_default();
                        if list.len() < 3 {
                            list.push(node);
                        }
                    }
                    Some(node)
                }
                Some([one]) => Some(*one),
                Some(_) => None,
            };
            if let Some(slot) = owner.get_mut(index) {
                *slot = found;
            }
        }
    }
    // ordinals in the order of first appearance
    let mut out = PeopleIndex::default();
    let mut ordinal: HashMap<usize, u32> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let node = people.of(row.ids, &canonical, &shared).or(owner.get(index).copied().flatten());
        let Some(node) = node else { continue };
        let root = people.root(node);
        let next = ordinal.len() as u32;
        let person = *ordinal.entry(root).or_insert(next);
        out.rows.push(PersonAt { artifact: row.artifact, part: row.part, person, set: row.set });
    }
    out.exact = ordinal.len() as u32;
    beyond(evidence, &mut out);
    out
}

struct Row<'a> {
    artifact: u32,
    part: u32,
    set: crate::model::classset::ClassSet,
    ids: &'a [IdMark],
}

fn rows(evidence: &Evidence) -> Vec<Row<'_>> {
    let mut out = Vec::new();
    for (artifact, entry) in evidence.artifacts.iter().enumerate() {
        for (part, content) in entry.parts.iter().enumerate() {
            for row in &content.rows {
                let set = content.sets.get(row.set as usize).map(|tally| tally.set).unwrap_or_default();
                out.push(Row { artifact: artifact as u32, part: part as u32, set, ids: &row.ids });
            }
        }
    }
    out
}

/// Numbers that name files: which number of a person they are.
fn any_numbers(evidence: &Evidence, rows: &[Row<'_>]) -> HashMap<u64, IdMark> {
    let asked: HashSet<u64> =
        rows.iter().flat_map(|row| row.ids).filter(|id| id.kind == ID_ANY_NUMBER).map(|id| id.mark).collect();
    let rank = |kind: u8| {
        let name = evidence.classes.get(usize::from(kind)).map_or("", String::as_str);
        (PREFERRED.iter().position(|known| *known == name).unwrap_or(PREFERRED.len()), kind)
    };
    let mut out: HashMap<u64, IdMark> = HashMap::new();
    for id in rows.iter().flat_map(|row| row.ids).filter(|id| id.kind < 128 && asked.contains(&id.mark)) {
        let known = out.entry(id.mark).or_insert(*id);
        if rank(id.kind) < rank(known.kind) {
            *known = *id;
        }
    }
    out
}

/// Identifiers that stand beside many others of one kind: not one person's.
fn shared(rows: &[Row<'_>], canonical: &dyn Fn(&IdMark) -> IdMark, strong: &dyn Fn(&IdMark) -> bool) -> HashSet<IdMark> {
    let mut partners: HashMap<(IdMark, u8), Vec<u64>> = HashMap::new();
    let mut out = HashSet::new();
    for row in rows {
        let ids: Vec<IdMark> = row.ids.iter().filter(|id| strong(id)).map(canonical).collect();
        for a in &ids {
            for b in ids.iter().filter(|b| b.kind != a.kind) {
                let list = partners.entry((*a, b.kind)).or_default();
                if !list.contains(&b.mark) {
                    if list.len() >= MOST_PARTNERS {
                        out.insert(*a);
                    } else {
                        list.push(b.mark);
                    }
                }
            }
        }
    }
    out
}

fn beyond(evidence: &Evidence, out: &mut PeopleIndex) {
    let mut all = Sketch::default();
    let mut any = false;
    for (artifact, entry) in evidence.artifacts.iter().enumerate() {
        for (part, content) in entry.parts.iter().enumerate() {
            let Some(beyond) = &content.beyond else { continue };
            for (set, text) in &beyond.sketches {
                let Some(sketch) = Sketch::from_text(text) else { continue };
                any = true;
                all.merge(&sketch);
                let set = content.sets.get(*set as usize).map(|tally| tally.set).unwrap_or_default();
                out.beyond.push(Estimate { artifact: artifact as u32, part: part as u32, set, people: sketch.estimate() });
            }
        }
    }
    if any {
        out.beyond_total = all.estimate();
        out.error = ERROR;
    }
}

/// Union-find over identifiers.
#[derive(Default)]
struct Persons {
    nodes: HashMap<IdMark, usize>,
    parent: Vec<usize>,
    /// The numbers a root claims; two different ones of a kind contradict each other.
    claims: Vec<Vec<IdMark>>,
    /// Shared addresses: whom rows that have nothing else are counted with.
    aliases: HashMap<usize, usize>,
}

impl Persons {
    fn node(&mut self, id: IdMark) -> usize {
        let next = self.parent.len();
        let node = *self.nodes.entry(id).or_insert(next);
        if node == next {
            self.parent.push(next);
            self.claims.push(Vec::new());
        }
        node
    }

    fn claim(&mut self, node: usize, id: IdMark) {
        let root = self.root(node);
        if let Some(claims) = self.claims.get_mut(root).filter(|claims| claims.len() < 16 && !claims.contains(&id)) {
            claims.push(id);
        }
    }

    fn root(&self, mut node: usize) -> usize {
        while let Some(parent) = self.parent.get(node).copied().filter(|parent| *parent != node) {
            node = parent;
        }
        self.aliases.get(&node).copied().map_or(node, |other| if other == node { node } else { self.root(other) })
    }

    fn union(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let (keep, gone) = if a < b { (a, b) } else { (b, a) };
        if let Some(slot) = self.parent.get_mut(gone) {
            *slot = keep;
        }
        let moved = self.claims.get_mut(gone).map(std::mem::take).unwrap_or_default();
        if let Some(claims) = self.claims.get_mut(keep) {
            claims.extend(moved);
            claims.truncate(16);
        }
        // short paths: everything on the way points at the root
        for mut node in [a, b] {
            while let Some(slot) = self.parent.get_mut(node).filter(|slot| **slot != keep) {
                let next = *slot;
                *slot = keep;
                if next == node {
                    break;
                }
                node = next;
            }
        }
    }

    fn agree(&self, a: usize, b: usize) -> bool {
        let (Some(a), Some(b)) = (self.claims.get(a), self.claims.get(b)) else { return true };
        !a.iter().any(|one| b.iter().any(|other| one.kind == other.kind && one.mark != other.mark))
            || a.iter().any(|one| b.contains(one))
    }

    fn alias(&mut self, own: usize, other: usize) {
        let root = self.root(own);
        if root == own && !self.aliases.contains_key(&own) && self.claims.get(own).is_some_and(Vec::is_empty) {
            self.aliases.insert(own, other);
        }
    }

    /// The person that a row's own identifiers (not bare names) name.
    fn of(&self, ids: &[IdMark], canonical: &dyn Fn(&IdMark) -> IdMark, shared: &HashSet<IdMark>) -> Option<usize> {
        let known = |id: IdMark| self.nodes.get(&id).copied();
        let numbers = ids.iter().filter(|id| id.kind < 128 || id.kind == ID_ANY_NUMBER).map(canonical);
        numbers
            .clone()
            .find(|id| !shared.contains(id))
            .and_then(known)
            .or_else(|| ids.iter().find(|id| id.kind == ID_EMAIL).copied().and_then(known))
            .or_else(|| ids.iter().find(|id| id.kind == ID_NAME_BIRTH).copied().and_then(known))
            .or_else(|| numbers.clone().next().and_then(known))
    }
}
