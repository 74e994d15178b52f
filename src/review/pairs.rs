//! Which finding of one assessment is which of another. Fingerprints say it where a place kept its name; where files were moved or renamed,
//! the content of the file does, or its name and what was found. A place where both assessments found something has not moved.

use crate::model::assessment::{ArtifactResult, Assessment, Finding};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The same finding in two assessments, by their places in the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) old: usize,
    pub(super) new: usize,
    /// The file lies elsewhere, or is called otherwise.
    pub(super) moved: bool,
    /// Only its name and what was found say that it is the same: it may as well be another file with the same fault.
    pub(super) assumed: bool,
}

/// All pairs, in the order of the new list.
pub(super) fn pairs(old: &Assessment, new: &Assessment) -> Vec<Pair> {
    let mut out = Vec::new();
    let (mut left, mut right): (Vec<usize>, Vec<usize>) = ((0..old.findings.len()).collect(), (0..new.findings.len()).collect());
    // an ordinal that moved up because another finding of the place went is no other finding, so what was found is asked first
    let exact = |finding: &Finding| Some(format!("{}\0{}", finding.fingerprint, finding.found));
    let named = |finding: &Finding| Some(finding.fingerprint.clone());
    meet(old, new, &mut left, &mut right, &exact, (false, false), &mut out);
    meet(old, new, &mut left, &mut right, &named, (false, false), &mut out);
    // other names have the same shape: where the path is one, only what is in the file says that it is the same
    let (files, later) = (Files::of(old), Files::of(new));
    for pair in &mut out {
        let sides = old.findings.get(pair.old).zip(new.findings.get(pair.new));
        pair.assumed = sides.is_some_and(|(before, now)| {
            let is_same = match (&before.content, &now.content) {
                (Some(one), Some(other)) => one == other,
                _ => files.facts(before) == later.facts(now) && before.found == now.found && before.people == now.people,
            };
            (before.ambiguous || now.ambiguous) && !is_same
        });
    }
    // what either side still has at a place that the other knows as well stayed where it was
    let places = |assessment: &Assessment| -> HashSet<String> {
        assessment.findings.iter().map(|finding| finding.location.artifact.clone()).collect()
    };
    let (before, now) = (places(old), places(new));
    let at =
        |list: &Assessment, index: usize| list.findings.get(index).map_or("", |finding| &finding.location.artifact).to_owned();
    let mut gone: Vec<usize> = left.iter().copied().filter(|index| !now.contains(&at(old, *index))).collect();
    let mut come: Vec<usize> = right.iter().copied().filter(|index| !before.contains(&at(new, *index))).collect();
    let content = |finding: &Finding| {
        finding.content.as_ref().map(|content| format!("{}\0{content}\0{}\0{}", finding.control, part(finding), finding.expected))
    };
    let name = |finding: &Finding| {
        // a folder has a name as well
        let name = finding.location.artifact.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty())?;
        // what was found may name the place
        let found = finding.found.replace(&finding.location.artifact, "");
        Some(format!("{}\0{name}\0{}\0{}\0{found}", finding.control, part(finding), finding.expected))
    };
    meet(old, new, &mut gone, &mut come, &content, (true, false), &mut out);
    meet(old, new, &mut gone, &mut come, &name, (true, true), &mut out);
    out.sort_by_key(|pair| pair.new);
    out
}

fn part(finding: &Finding) -> String {
    format!("{}\0{}", finding.location.part.as_deref().unwrap_or(""), finding.location.key.as_deref().unwrap_or(""))
}

/// Pairs what has the same key, in order, and takes it out of both lists.
fn meet(
    old: &Assessment,
    new: &Assessment,
    left: &mut Vec<usize>,
    right: &mut Vec<usize>,
    key: &dyn Fn(&Finding) -> Option<String>,
    (moved, assumed): (bool, bool),
    out: &mut Vec<Pair>,
) {
    let mut waiting: HashMap<String, std::collections::VecDeque<usize>> = HashMap::new();
    for index in left.iter() {
        if let Some(key) = old.findings.get(*index).and_then(key) {
            waiting.entry(key).or_default().push_back(*index);
        }
    }
    let mut met: BTreeMap<usize, usize> = BTreeMap::new();
    for index in right.iter() {
        let key = new.findings.get(*index).and_then(key);
        if let Some(other) = key.and_then(|key| waiting.get_mut(&key)?.pop_front()) {
            met.insert(*index, other);
        }
    }
    let taken: HashSet<usize> = met.values().copied().collect();
    left.retain(|index| !taken.contains(index));
    right.retain(|index| !met.contains_key(index));
    out.extend(met.into_iter().map(|(new, old)| Pair { old, new, moved, assumed }));
}

/// What an assessment says of the files that findings are in.
struct Files<'a>(HashMap<u32, &'a ArtifactResult>);

impl<'a> Files<'a> {
    fn of(assessment: &'a Assessment) -> Self {
        Self(assessment.artifacts.iter().map(|artifact| (artifact.number, artifact)).collect())
    }

    /// What tells a file from others when its digest would give too much away; nothing for a folder.
    fn facts(&self, finding: &Finding) -> Option<(u64, u64, u64, &BTreeMap<String, u64>)> {
        let artifact = self.0.get(&finding.location.number?)?;
        Some((artifact.size, artifact.records, artifact.people, &artifact.classes))
    }
}
