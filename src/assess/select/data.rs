//! `data:` holdings: where personal data lies, of how many people, and which classes stand together.

use super::{Base, Item, Items, Selector, View, known_classes, problem};
use crate::context::{self, Context};
use crate::index::Extent;
use crate::model::assessment::Location;
use crate::model::classset::ClassSet;
use crate::model::day::Day;
use crate::model::evidence::{Artifact, Dates, Part};
use crate::model::node::{Kind, Node};
use crate::model::people::PersonAt;
use crate::model::policy::{Check, SelectorSpec, Type};
use crate::said::Said;
use crate::survey::Place;
use crate::value::Value;
use foldhash::HashSet;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

/// The selector.
pub(super) struct Data;
/// The selector.
pub(super) static SELECTOR: Data = Data;

const WITHIN: [&str; 5] = ["record", "part", "file", "folder", "delivery"];

static SPEC: SelectorSpec = SelectorSpec {
    id: "data",
    title: "what holds personal data",
    notes: "`data: X`: a class, a group, a list (any of them), or `{any_of, all_of, none_of, within}`. Without `all_of` an item is a part (a sheet, a \
            file's body) that holds one of the classes. With `all_of` an item is a place (`within: record part file folder delivery`) in which at \
            least one person, or one record in which nobody can be told apart, has them all.",
    main: Type::Boolean,
    attributes: &[
        ("people", Type::Number, "persons who have the classes there"),
        (
            "photographs_by_page",
            Type::Number,
            "persons of `people` who have a photograph for no other reason than the page that they share with it",
        ),
        ("records", Type::Number, "records with them"),
        ("matches", Type::Number, "single values"),
        ("classes", Type::List, "which of the classes asked for are there"),
        ("class", Type::List, "the same"),
        ("confidence", Type::Number, "how sure the surest match is, 0 to 1"),
        ("sensitivity", Type::Sensitivity, "of the most sensitive class there"),
        ("hidden", Type::Boolean, "the part is hidden"),
        ("hidden_text", Type::Size, "bytes of text of the artifact that are hidden, embedded files included"),
        ("hidden_ratio", Type::Number, "bytes of text that are hidden for each that is seen, in the artifact"),
        ("test_data", Type::Number, "documented test values, which do not count"),
        ("part", Type::Text, "the sheet, table or page"),
        ("columns", Type::List, "headers of the columns that hold them"),
        ("encryption", Type::Encryption, "of the artifact: none, weak, unknown, strong"),
        (
            "opened",
            Type::Text,
            "where the password that opened it came from: `given` by the auditor, `beside` it in the delivery",
        ),
        ("age", Type::Duration, "time since the artifact was last modified, at the audit date"),
        (
            "record_age",
            Type::Duration,
            "time since the last day of the oldest week in which a card was issued, printed or sent, as columns of the register say; absent where \
             none does, and no known upper bound where a record's day could not be read",
        ),
        (
            "records_undated",
            Type::Number,
            "records with something in such a column that is no day, or one in a week after the audit's; absent where there is no such column",
        ),
        ("path", Type::Text, "path of the artifact, identifiers masked"),
        ("folder", Type::Text, "its folder"),
        ("name", Type::Text, "its name"),
        ("type", Type::Text, "what it is, by content"),
        ("size", Type::Size, "bytes"),
        ("mode", Type::Text, "permission bits in octal"),
        ("owner", Type::Text, "uid:gid"),
        ("world_readable", Type::Boolean, "everybody on the system may read it"),
        ("world_writable", Type::Boolean, "everybody on the system may change it"),
        ("container", Type::Text, "the archive it lies in"),
        ("copies", Type::Number, "in how many other artifacts the same bytes lie"),
    ],
    open: false,
    located: false,
    validate: |node, names| {
        let mut out = Vec::new();
        let Kind::Map(entries) = &node.kind else {
            known_classes(node, names, &mut out);
            return out;
        };
        for entry in entries {
            match entry.key.as_str() {
                "any_of" | "all_of" | "none_of" => known_classes(&entry.node, names, &mut out),
                "within" if entry.node.scalar().is_none() => {
                    out.push(problem(&entry.node, "`within` is one place".to_owned(), None));
                }
                "within" => super::known_words(&entry.node, "place", &WITHIN, &mut out),
                other => {
                    out.push(problem(&entry.node, format!("`data` has any_of, all_of, none_of and within, not `{other}`"), None));
                }
            }
        }
        if !entries.iter().any(|entry| entry.key == "any_of" || entry.key == "all_of") {
            out.push(problem(node, "`data` needs any_of or all_of".to_owned(), None));
        }
        out
    },
};

struct Query {
    any: ClassSet,
    all: ClassSet,
    none: ClassSet,
    within: String,
    /// Ids of `any` and `all`, in order.
    classes: Vec<String>,
}

impl Query {
    fn read(target: &Node, context: &Context<'_>) -> Result<Self, String> {
        let ids = |node: Option<&Node>| -> Vec<String> {
            let mut out = Vec::new();
            for word in node.map(super::texts).unwrap_or_default().into_iter().filter_map(Node::scalar) {
                match context.policy.groups.get(word) {
                    Some(group) => out.extend(group.iter().cloned()),
                    None => out.push(word.to_owned()),
                }
            }
            out
        };
        let (any, all, none, within) = match &target.kind {
            Kind::Map(_) => (
                ids(target.get("any_of")),
                ids(target.get("all_of")),
                ids(target.get("none_of")),
                target.get("within").and_then(Node::scalar),
            ),
            _ => (ids(Some(target)), Vec::new(), Vec::new(), None),
        };
        let mut classes: Vec<String> = any.iter().chain(&all).cloned().collect();
        classes.sort_unstable();
        classes.dedup();
        // what nobody looked for is not absent
        if let Some(class) = any.iter().chain(&all).chain(&none).find(|class| context.bit(class).is_none()) {
            return Err(format!("the evidence was collected without the class `{class}`"));
        }
        Ok(Self {
            any: context.set(&any),
            all: context.set(&all),
            none: context.set(&none),
            within: within.unwrap_or("record").to_owned(),
            classes,
        })
    }

    fn meets(&self, set: ClassSet) -> bool {
        set.has_all(self.all) && !set.has_any(self.none) && (self.any.is_empty() || set.has_any(self.any)) && !set.is_empty()
    }

    /// Whether any part of what is said there can be what is asked for.
    fn may_meet(&self, said: ClassSet) -> bool {
        said.has_all(self.all) && (self.any.is_empty() || said.has_any(self.any))
    }

    /// What of a record counts when places are put together.
    fn relevant(&self) -> ClassSet {
        self.any.union(self.all).union(self.none)
    }
}

impl Selector for Data {
    fn spec(&self) -> &'static SelectorSpec {
        &SPEC
    }

    fn items<'a>(&self, check: &'a Check, context: &'a Context<'a>) -> Result<Items<'a>, String> {
        let query = Rc::new(Query::read(&check.target, context)?);
        let extent = context.index.extent(&check.globs);
        let mut items = Items { empty_scope: extent.empty, ..Items::default() };
        items.undecided = (super::file::share(extent.unread, extent.seen), extent.unread.0);
        let base = extent.clone();
        items.base = Base(Box::new(move || {
            let exact = context.index.people_inside(&base);
            (exact + beyond(context, &|artifact| base.has(artifact), &|_| true)).min(context.people.total())
        }));
        items.list = if query.all.is_empty() || query.within == "record" || query.within == "part" {
            by_part(&query, &extent, context)
        } else {
            by_place(&query, &extent, context)
        };
        items.expected = items.list.len() as u64;
        Ok(items)
    }
}

/// One item a part.
fn by_part<'a>(query: &Rc<Query>, extent: &Extent, context: &'a Context<'a>) -> Vec<Item<'a>> {
    let mut out = Vec::new();
    // whoever has the classes has one of these
    let telling = if query.any.is_empty() { query.all } else { query.any };
    let places = context.index.places(telling.bits().take(if query.any.is_empty() { 1 } else { usize::MAX }));
    for (position, number) in places.into_iter().filter(|place| extent.has(place.0)) {
        let (index, part_index) = (position as usize, number as usize);
        let Some(artifact) = context.evidence.artifacts.get(index) else { continue };
        let Some(part) = artifact.parts.get(part_index) else { continue };
        let Some(held) = held(query, context, index, part_index, part) else { continue };
        let (place, details, classes) = (Found::Part(query.clone()), OnceCell::new(), OnceCell::new());
        out.push(item(Holding { artifact, index, part: Some(part), held, details, classes, context, place }));
    }
    out
}

/// How much a place holds of the classes asked for.
#[derive(Clone, Copy, Default)]
struct Held {
    people: u64,
    /// Of these, those who are in it only because a photograph stands on their page.
    by_page: u64,
    records: u64,
}

/// Single values of the classes asked for: most items comply, or are one of very many, and nobody asks.
#[derive(Default)]
struct Details {
    matches: u64,
    test_data: u64,
    confidence: f32,
}

impl Details {
    /// Adds what a part holds; people and records are counted by who knows what belongs together.
    fn add(&mut self, query: &Query, part: &Part) {
        for (_, tally) in context::tallied(part, &query.classes) {
            self.matches += tally.matches;
            self.test_data += tally.test_data;
            if tally.matches > 0 {
                self.confidence = self.confidence.max(tally.confidence);
            }
        }
    }
}

fn held(query: &Query, context: &Context<'_>, artifact: usize, index: usize, part: &Part) -> Option<Held> {
    let rows = context.rows(artifact, index);
    let beyond = |set: &dyn Fn(ClassSet) -> bool| {
        let inside =
            |estimate: &&crate::model::people::Estimate| (estimate.artifact, estimate.part) == (artifact as u32, index as u32);
        context
            .people
            .beyond
            .iter()
            .filter(inside)
            .filter(|estimate| set(estimate.set))
            .map(|estimate| estimate.people)
            .sum::<u64>()
    };
    let whole = query.within == "part" && !query.all.is_empty();
    let count = |said: &dyn Fn(&PersonAt) -> ClassSet| -> u64 {
        if whole {
            let mut known = Said::default();
            for row in rows {
                known.add(row.person, said(row));
            }
            known.count(&|set| query.meets(set))
        } else {
            let mut persons: Vec<u32> = rows.iter().filter(|row| query.meets(said(row))).map(|row| row.person).collect();
            persons.sort_unstable();
            persons.dedup();
            persons.len() as u64
        }
    };
    let exact = if rows.is_empty() { 0 } else { count(&|row| row.set) };
    let by_page = if part.photographs_by_page > 0 { exact.saturating_sub(count(&|row| context.firm(row))) } else { 0 };
    let people = exact + beyond(&|set| query.meets(set));
    let records: u64 = part.sets.iter().filter(|tally| query.meets(tally.set)).map(|tally| tally.records).sum();
    let records = if whole { records.max(people) } else { records };
    (people > 0 || records > 0).then_some(Held { people, by_page, records })
}

fn first_line(part: &Part, classes: &[String]) -> Option<u64> {
    context::tallied(part, classes).flat_map(|row| &row.1.samples).map(|sample| sample.line).min()
}

fn item(holding: Holding<'_>) -> Item<'_> {
    let people = holding.held.people;
    Item { weight: people.max(1), people, ..Item::new(Value::Bool(true), holding) }
}

/// What an item is: a part, or a place in which several are put together.
enum Found {
    /// A part, with what was asked for.
    Part(Rc<Query>),
    /// A file, a folder or everything, as was asked for: its parts, and what is known there of somebody who is meant.
    Place(Rc<Query>, Vec<Place>, ClassSet),
}

/// Personal data at a place.
struct Holding<'a> {
    artifact: &'a Artifact,
    index: usize,
    part: Option<&'a Part>,
    held: Held,
    details: OnceCell<Details>,
    classes: OnceCell<Vec<Cow<'a, str>>>,
    context: &'a Context<'a>,
    place: Found,
}

impl<'a> Holding<'a> {
    fn query(&self) -> &Rc<Query> {
        match &self.place {
            Found::Part(query) | Found::Place(query, ..) => query,
        }
    }

    /// The parts that it is about.
    fn parts(&self) -> impl Iterator<Item = &'a Part> {
        let places = match &self.place {
            Found::Part(_) => &[],
            Found::Place(_, places, _) => places.as_slice(),
        };
        self.part.into_iter().chain(places.iter().filter_map(|place| part_at(self.context, *place)))
    }

    fn details(&self) -> &Details {
        self.details.get_or_init(|| {
            let mut out = Details::default();
            self.parts().for_each(|part| out.add(self.query(), part));
            out
        })
    }

    /// Which of the classes asked for are there, in their order: in a single value, or in what is known of somebody who is meant.
    fn classes(&self) -> &[Cow<'a, str>] {
        self.classes.get_or_init(|| {
            let asked = &self.query().classes;
            let known = |class: &String| match &self.place {
                Found::Place(_, _, there) => self.context.bit(class).is_some_and(|bit| there.has(bit)),
                Found::Part(_) => false,
            };
            let mut found: Vec<Option<Cow<'a, str>>> =
                asked.iter().map(|class| known(class).then(|| class.clone().into())).collect();
            let mut left = found.iter().filter(|class| class.is_none()).count();
            for part in self.parts() {
                // a place may have very many parts, and the first few have everything
                if left == 0 {
                    break;
                }
                for (class, _) in part.tallies.iter().filter(|row| row.1.matches > 0) {
                    let slot = asked.binary_search(class).ok().and_then(|at| found.get_mut(at));
                    if let Some(slot) = slot.filter(|slot| slot.is_none()) {
                        *slot = Some(class.as_str().into());
                        left -= 1;
                    }
                }
            }
            let mut out: Vec<Cow<'a, str>> = found.into_iter().flatten().collect();
            // no match of its own says it
            if self.part.is_some() && self.held.by_page > 0 && !out.iter().any(|class| class == "photograph") {
                out.push("photograph".into());
                out.sort_unstable();
            }
            out
        })
    }

    /// Headers of the columns that hold any of them.
    fn columns(&self) -> Vec<&'a str> {
        let (mut out, mut known, query) = (Vec::new(), HashSet::default(), self.query());
        let of = |class: &Option<String>| class.as_ref().is_some_and(|class| query.classes.binary_search(class).is_ok());
        for column in self.parts().flat_map(|part| &part.columns).filter(|column| of(&column.class)) {
            if known.insert(column.header.as_str()) {
                out.push(column.header.as_str());
            }
        }
        out
    }
}

impl<'a> View<'a> for Holding<'a> {
    fn attribute(&self, name: &str, _: &Value) -> Value {
        let (held, artifact, part, context) = (self.held, self.artifact, self.part, self.context);
        match name {
            "people" => Value::Number(held.people as f64),
            "photographs_by_page" => Value::Number(held.by_page as f64),
            "records" => Value::Number(held.records as f64),
            "matches" => Value::Number(self.details().matches as f64),
            "classes" | "class" => Value::texts(self.classes().iter().map(AsRef::<str>::as_ref)),
            "confidence" => Value::Number((f64::from(self.details().confidence) * 1000.0).round() / 1000.0),
            "sensitivity" => {
                context.sensitivity(self.classes().iter().map(AsRef::as_ref)).map_or(Value::Absent, Value::Sensitivity)
            }
            "hidden" => Value::Bool(
                part.map_or_else(|| artifact.parts.iter().any(|part| part.hidden.is_some()), |part| part.hidden.is_some()),
            ),
            "test_data" => Value::Number(self.details().test_data as f64),
            "record_age" => record_age(artifact, part, context.date),
            "records_undated" => {
                dates(artifact, part).map_or(Value::Absent, |dates| Value::Number(undated(&dates, context.date) as f64))
            }
            "part" => part.map_or(Value::Absent, |part| Value::Text(part.label.clone())),
            "columns" => Value::texts(self.columns()),
            other => context.artifact_attribute(artifact, self.index, other),
        }
    }

    fn location(&self) -> Location {
        let file = Location { artifact: self.artifact.path.clone(), number: Some(self.artifact.number), ..Location::default() };
        match (&self.place, self.part) {
            (Found::Part(query), Some(part)) => {
                let line = first_line(part, &query.classes);
                Location { part: (!part.label.is_empty()).then(|| part.label.clone()), line, ..file }
            }
            (Found::Part(_), None) => file,
            (Found::Place(query, ..), _) => match query.within.as_str() {
                "file" => file,
                "folder" => {
                    let folder = self.artifact.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    Location { artifact: format!("{folder}/"), ..Location::default() }
                }
                _ => Location::default(),
            },
        }
    }

    fn found(&self, _: &Value) -> String {
        sentence(self.held, self.classes())
    }
}

/// Dates of a part, or of all parts together. What is hidden of a table is a part behind it, and its records are the table's.
fn dates(artifact: &Artifact, part: Option<&Part>) -> Option<Dates> {
    let Some(part) = part else { return Dates::together(artifact.parts.iter().filter_map(|part| part.dates.as_ref())) };
    let own = artifact.parts.iter().position(|other| std::ptr::eq(other, part))?;
    let before = artifact.parts.get(..=own)?.iter().rev();
    let table = before.take_while(|other| other.label == part.label && other.kind == part.kind);
    let mut table = table.take(if part.hidden.is_some() { usize::MAX } else { 1 });
    table.find_map(|other| other.dates.clone())
}

/// Records of which nobody can say how old they are: what stands there is no day, or one that is yet to come.
fn undated(dates: &Dates, date: Day) -> u64 {
    dates.unread.saturating_add(dates.records_of(|week| week.first() > date))
}

/// Time since the oldest week that a register says of its records, as surely as that is known.
fn record_age(artifact: &Artifact, part: Option<&Part>, date: Day) -> Value {
    let Some(dates) = dates(artifact, part) else { return Value::Absent };
    let unknown = undated(&dates, date) > 0;
    let Some(oldest) = dates.oldest().filter(|week| week.first() <= date) else {
        return if unknown { Value::Least(0) } else { Value::Absent };
    };
    match Value::since(oldest.last().min(date), date) {
        Value::Duration(seconds) if unknown => Value::Least(seconds),
        known => known,
    }
}

/// What a finding says that rests on nothing but the page which people share with a photograph.
const LINKED: &str = "photograph linked by page";

fn sentence(held: Held, classes: &[Cow<'_, str>]) -> String {
    let count = |number: u64, one: &str, many: &str| if number == 1 { format!("1 {one}") } else { format!("{number} {many}") };
    let who = if held.people > 0 { count(held.people, "person", "people") } else { count(held.records, "record", "records") };
    let link = match held.by_page {
        0 => String::new(),
        all if all == held.people => format!(" ({LINKED})"),
        some => format!(" ({LINKED}: {some})"),
    };
    format!("{who}: {}{link}", classes.join(", "))
}

/// About how many people there are beyond the exact bounds of some artifacts' parts, by what their records say. Some of them may be
/// known exactly in another part.
fn beyond(context: &Context<'_>, inside: &dyn Fn(u32) -> bool, set: &dyn Fn(ClassSet) -> bool) -> u64 {
    let estimates = context.people.beyond.iter();
    estimates.filter(|estimate| inside(estimate.artifact) && set(estimate.set)).map(|row| row.people).sum()
}

/// One item a file, folder or the delivery: persons whose rows there, put together, have all the classes.
fn by_place<'a>(query: &Rc<Query>, extent: &Extent, context: &'a Context<'a>) -> Vec<Item<'a>> {
    let place = |artifact: &Artifact| match query.within.as_str() {
        "file" => artifact.number,
        "folder" => artifact.folder,
        _ => 0,
    };
    let relevant = query.relevant();
    // parts that hold none of the classes say nothing of anybody
    let found = context.index.places(relevant.bits()).into_iter().filter(|found| extent.has(found.0));
    let mut members: Vec<(u32, Place)> = found.filter_map(|found| Some((place(context.at(found.0)?), found))).collect();
    // in the order of the evidence within each
    members.sort_by_key(|row| row.0);
    let links = context.links();
    let (mut known, mut firm, mut out) = (Said::default(), Said::default(), Vec::new());
    for places in members.chunk_by(|one, other| one.0 == other.0) {
        let parts = || places.iter().filter_map(|row| Some((row.1, part_at(context, row.1)?)));
        // nobody has what no record says
        let said = parts().flat_map(|row| &row.1.sets).fold(ClassSet::default(), |all, tally| all.union(tally.set));
        if !query.may_meet(said) {
            continue;
        }
        known.clear();
        firm.clear();
        // where most rows are, the first of several
        let (mut most, mut here) = ((0_u64, None), (0_u64, None));
        for ((position, number), _) in parts() {
            if here.1 != Some(position) {
                here = (0, Some(position));
            }
            for row in context.rows(position as usize, number as usize).iter().filter(|row| row.set.has_any(relevant)) {
                known.add(row.person, row.set);
                if links {
                    firm.add(row.person, context.firm(row));
                }
                here.0 += 1;
            }
            if here.0 > most.0 {
                most = here;
            }
        }
        let records = parts().flat_map(|row| &row.1.sets).filter(|tally| query.meets(tally.set)).map(|tally| tally.records).sum();
        let people = known.count(&|set| query.meets(set));
        let by_page = if links { people.saturating_sub(firm.count(&|set| query.meets(set))) } else { 0 };
        let inside = |artifact: u32| places.binary_search_by_key(&artifact, |row| row.1.0).is_ok();
        let people = (people + beyond(context, &inside, &|set| query.meets(set))).min(context.people.total());
        if people == 0 && records == 0 {
            continue;
        }
        let first = most.1.or(places.first().map(|row| row.1.0));
        let Some((index, artifact)) = first.and_then(|index| Some((index as usize, context.at(index)?))) else { continue };
        let there = known.all().map(|row| row.1).filter(|set| query.meets(*set)).fold(query.all, ClassSet::union);
        let held = Held { people, by_page, records };
        let place = Found::Place(query.clone(), places.iter().map(|row| row.1).collect(), there);
        let (details, classes) = (OnceCell::new(), OnceCell::new());
        out.push(item(Holding { artifact, index, part: None, held, details, classes, context, place }));
    }
    out
}

fn part_at<'a>(context: &Context<'a>, (position, number): Place) -> Option<&'a Part> {
    context.at(position)?.parts.get(number as usize)
}
