//! What lies together of the same people, and what that is good for: eight kinds of dataset, K1 to K8. Counts over the people index, no
//! judgement of the supplier: that is the policy's.

use super::context::Context;
use super::said::{Said, unite};
use crate::model::assessment::Dataset;
use crate::model::classset::ClassSet;
use crate::model::policy::Severity;
use foldhash::HashMap;

/// Numbers that a force gives.
const NUMBERS: &[&str] = &["warrant_number", "collar_number", "staff_number"];
/// A name's neighbours that make somebody known as police.
const IDENTITY: &[&str] = &["warrant_number", "collar_number", "staff_number", "rank", "police_unit"];
const NAME: &[&str] = &["person_name"];
/// People from which on an identity set is critical, and high.
const CRITICAL: u64 = 1_000;
const HIGH: u64 = 50;
/// Artifacts that are named.
const MOST_NAMED: usize = 20;

/// A kind of dataset: of each list at least one class must be known of the same person.
struct Kind {
    id: &'static str,
    title: &'static str,
    needs: &'static [&'static [&'static str]],
    /// It matters in itself, whoever it is about.
    alone: bool,
}

const KINDS: [Kind; 8] = [
    Kind { id: "K1", title: "identity: name with number, rank or unit", needs: &[NAME, IDENTITY], alone: false },
    Kind {
        id: "K2",
        title: "target: identity with a unit at risk, vetting or a place",
        needs: &[NAME, IDENTITY, &["special_unit", "raised_risk_unit", "vetting_level", "gps_location"]],
        alone: false,
    },
    Kind {
        id: "K3",
        title: "impersonation: name, photograph, number and what the card holds",
        needs: &[NAME, &["photograph"], NUMBERS, &["card_serial", "biometric_template"]],
        alone: false,
    },
    Kind {
        id: "K4",
        title: "doxing: identity with a way to reach the person",
        needs: &[NAME, IDENTITY, &["home_address", "postcode", "phone_number", "email_address", "next_of_kin"]],
        alone: false,
    },
    Kind {
        id: "K5",
        title: "special categories and offences",
        needs: &[&["ethnic_origin", "religion", "health", "union_membership", "sexual_orientation", "criminal_record"]],
        alone: false,
    },
    Kind {
        id: "K6",
        title: "financial: identity with bank or pay",
        needs: &[NAME, IDENTITY, &["bank_account", "iban", "payment_card", "salary"]],
        alone: false,
    },
    Kind { id: "K7", title: "keys and credentials", needs: &[&["credential", "private_key"]], alone: true },
    Kind { id: "K8", title: "biometric templates", needs: &[&["biometric_template"]], alone: true },
];

/// A kind with its classes as sets.
struct Asked {
    needs: Vec<ClassSet>,
}

impl Asked {
    fn met(&self, set: ClassSet) -> bool {
        self.needs.iter().all(|need| need.0 & set.0 != 0)
    }
}

/// What is known of whom.
struct Facts {
    /// Of each person, by number.
    whole: Vec<ClassSet>,
    /// The same without what only a page says; nothing where there is no such page.
    firm: Vec<ClassSet>,
    /// In each artifact: the person, the artifact's position, what is known.
    by_file: Vec<(u32, u32, ClassSet)>,
    /// In each folder: its ordinal and the person, what is known.
    by_folder: Vec<((u32, u32), ClassSet)>,
}

impl Facts {
    fn of(context: &Context<'_>) -> Self {
        let nothing = vec![ClassSet::default(); context.people.exact as usize];
        let (mut whole, mut firm) = (nothing.clone(), if context.links() { nothing } else { Vec::new() });
        let (mut by_file, mut by_folder) = (Vec::new(), Vec::new());
        let (mut said, mut folders) = (Said::default(), Folders::default());
        let add = |all: &mut Vec<ClassSet>, person: u32, set: ClassSet| {
            if let Some(slot) = all.get_mut(person as usize) {
                *slot = slot.union(set);
            }
        };
        // rows of an artifact stand together
        for rows in context.people.rows.chunk_by(|one, other| one.artifact == other.artifact) {
            let Some(artifact) = rows.first().map(|row| row.artifact) else { continue };
            said.clear();
            for row in rows {
                said.add(row.person, row.set);
                if context.links() {
                    add(&mut firm, row.person, context.firm(row));
                }
            }
            let folder = folders.of(context, artifact);
            for (person, set) in said.all() {
                add(&mut whole, person, set);
                by_file.push((person, artifact, set));
                by_folder.push(((folder, person), set));
            }
        }
        // files of a folder mostly follow each other
        unite(&mut by_folder);
        Self { whole, firm, by_file, by_folder }
    }
}

/// The datasets that are there, in the order of their names.
pub(super) fn datasets(context: &Context<'_>) -> Vec<Dataset> {
    let facts = Facts::of(context);
    KINDS.iter().filter_map(|kind| dataset(context, kind, &facts)).collect()
}

/// How many different persons these are.
fn distinct(persons: impl Iterator<Item = u32>) -> u64 {
    let mut own: Vec<u32> = persons.collect();
    own.sort_unstable();
    own.dedup();
    own.len() as u64
}

fn dataset(context: &Context<'_>, kind: &'static Kind, Facts { whole, firm, by_file, by_folder }: &Facts) -> Option<Dataset> {
    let mut asked = ask(context, kind);
    let known_of = |asked: &Asked| whole.iter().filter(|set| asked.met(**set)).count() as u64;
    let mut people = known_of(&asked);
    // whoever lies beyond the exact bound of a part, about
    let beyond = context.people.beyond.iter().filter(|row| asked.met(row.set)).map(|row| row.people).sum::<u64>();
    people = people.saturating_add(beyond).min(context.people.total());
    // photographs of half of those in an identity set, and their numbers, are enough to forge a card
    if kind.id == "K3" {
        let loose = Asked { needs: asked.needs.iter().take(3).copied().collect() };
        let (shown, known) = (known_of(&loose), KINDS.first().map_or(0, |first| known_of(&ask(context, first))));
        if shown > 0 && shown * 2 >= known {
            (asked, people) = (loose, shown);
        }
    }
    let of_pages = known_of(&asked).saturating_sub(firm.iter().filter(|set| asked.met(**set)).count() as u64);
    let photographs_by_page = if firm.is_empty() { 0 } else { of_pages };
    let mut artifacts: Vec<u32> = if kind.alone {
        let ids = || kind.needs.iter().flat_map(|need| *need);
        let places = context.index.places(ids().filter_map(|id| context.bit(id)));
        let holds = |(position, part): &(u32, u32)| {
            let artifact = context.at(*position)?;
            let tallies = &artifact.parts.get(*part as usize)?.tallies;
            ids().any(|id| tallies.get(*id).is_some_and(|tally| tally.matches > 0)).then_some(artifact.number)
        };
        places.iter().filter_map(holds).collect()
    } else {
        let number = |index: &u32| context.evidence.artifacts.get(*index as usize).map(|artifact| artifact.number);
        by_file.iter().filter(|row| asked.met(row.2)).filter_map(|row| number(&row.1)).collect()
    };
    artifacts.sort_unstable();
    artifacts.dedup();
    if people == 0 && (!kind.alone || artifacts.is_empty()) {
        return None;
    }
    let special = context.bit("special_unit").is_some_and(|bit| whole.iter().any(|set| asked.met(*set) && set.has(bit)));
    let severity = match kind.id {
        "K3" | "K7" | "K8" => Severity::Critical,
        "K2" if special => Severity::Critical,
        "K1" if people >= CRITICAL => Severity::Critical,
        "K1" if people < HIGH => Severity::Medium,
        _ => Severity::High,
    };
    let places = artifacts.len() as u64;
    artifacts.truncate(MOST_NAMED);
    Some(Dataset {
        id: kind.id.into(),
        title: kind.title.into(),
        severity,
        people,
        photographs_by_page,
        in_one_file: distinct(by_file.iter().filter(|row| asked.met(row.2)).map(|row| row.0)),
        in_one_folder: distinct(by_folder.iter().filter(|row| asked.met(row.1)).map(|row| row.0.1)),
        places,
        artifacts,
    })
}

fn ask(context: &Context<'_>, kind: &'static Kind) -> Asked {
    let set = |ids: &&[&str]| {
        ids.iter().filter_map(|id| context.bit(id)).fold(ClassSet::default(), |set, bit| set.union(ClassSet::one(bit)))
    };
    Asked { needs: kind.needs.iter().map(set).collect() }
}

/// Ordinals of the folders or archives that artifacts lie in.
#[derive(Default)]
struct Folders<'a> {
    known: HashMap<&'a str, u32>,
    /// The last that was asked for: rows of an artifact follow each other.
    last: Option<(u32, u32)>,
}

impl<'a> Folders<'a> {
    fn of(&mut self, context: &Context<'a>, position: u32) -> u32 {
        if let Some((_, folder)) = self.last.filter(|last| last.0 == position) {
            return folder;
        }
        let path = context.at(position).map_or("", |artifact| artifact.path.as_str());
        let folder = path.rfind('/').and_then(|at| path.get(..at)).unwrap_or("");
        let next = self.known.len() as u32;
        let folder = *self.known.entry(folder).or_insert(next);
        self.last = Some((position, folder));
        folder
    }
}
