//! All patterns of all classes in one pass. A lazy automaton over bytes says which patterns occur in a stretch of text; only
//! those run, one by one, for the places; then validators, then the words around. No Unicode classes in bulk matching: word
//! borders beside accented letters are checked in code.

use super::addresses;
use super::borders::{begins_with_dot, beside_letter, beside_other_script, breaks_off, colons_go_on, goes_on, local_part};
use super::columns::Headers;
use super::fingerprint::Key;
use super::lazy::Lazy;
use super::memo::Recall;
use super::names;
use super::nearby::{Nearby, Window};
use super::number;
use super::overlap::resolve;
use super::sieve::{self, Sieve};
use super::stand_in;
use super::validators::{self, Validator, Validity};
use super::vocabulary::Vocabulary;
use crate::model::class::{Class, Context, Identifier, Sensitivity};
use crate::model::classset::ClassSet;
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A raw hit. It never leaves `detect` and `collect`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The class's bit.
    pub bit: u8,
    /// First byte of the value in the text scanned.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// 0 to 1.
    pub confidence: f32,
    /// A documented test value.
    pub test: bool,
    /// What spoke for it.
    pub why: Why,
}

/// What spoke for a match. Cheap to carry: [`Engine::because`] says it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The lists of names, and the words around.
    Names,
    /// Words for streets beside a number, and what stands around.
    Addresses,
    /// A pattern, by its place in the engine; the class's word that stood near, by its place in the class, where it counted.
    Pattern {
        /// The pattern.
        index: u16,
        /// The word.
        word: Option<u16>,
    },
    /// The header above its column.
    Header,
    /// A header that may mean the class, and cells that agree.
    Likely,
    /// The cells of its column, whatever the header.
    Cells,
    /// The whole text is one value of this form.
    Alone,
}

struct Pattern {
    bit: u8,
    regex: Lazy,
    group: usize,
    confidence: f32,
    validator: Option<&'static Validator>,
    context_required: bool,
    /// Its values are somebody's numbers.
    numeric: bool,
    /// Its values are mail addresses.
    mail: bool,
    /// Its values are addresses of machines.
    network: bool,
}

/// What a cell of a class looks like, compiled.
pub(super) struct CellRule {
    pub(super) regex: Lazy,
    pub(super) validator: Option<&'static Validator>,
    pub(super) alone: bool,
    pub(super) headerless: bool,
}

/// One class, compiled.
pub(super) struct Compiled {
    pub(super) id: String,
    pub(super) identifier: Identifier,
    pub(super) sensitivity: Sensitivity,
    /// The class that it is a kind of, if it is another country's.
    general: Option<String>,
    /// The class and its ancestors.
    pub(super) with_parents: ClassSet,
    pub(super) cell: Option<CellRule>,
    pub(super) values: Vocabulary,
    context: Nearby,
    not_context: Nearby,
    /// Yes, no and the like in a column of it are no values.
    datum: bool,
}

/// What a cell may be, whatever its column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// How much it looks like a person's name.
    pub(super) name: f32,
    /// The classes whose lists of values have it.
    pub(super) known: ClassSet,
}

pub use super::listen::Listener;

/// The detectors of one audit.
pub struct Engine {
    pub(super) classes: Vec<Compiled>,
    patterns: Vec<Pattern>,
    /// Classes, each with those that count as it and have a vocabulary.
    narrower: Vec<(u8, Vec<u8>)>,
    /// All patterns as one; built when the first text comes.
    sieve: OnceLock<Option<Sieve>>,
    spare: Spare,
    /// Answers about short texts, from document to document.
    pub memo: super::memo::Spare,
    /// Tables in which nothing is.
    pub(super) blank: super::memo::Blank,
    pub(super) quiet: super::quiet::Quiet,
    /// What was found in short texts.
    recall: Mutex<Recall<Box<[Found]>>>,
    /// What was found out about cells.
    cells: Mutex<Recall<Cell>>,
    pub(super) headers: Headers,
    /// The audit's key.
    pub key: Key,
    name_bit: Option<u8>,
    address_bit: Option<u8>,
    /// Classes of patients' numbers.
    kin: Vec<u8>,
    /// Classes that cells alone may tell.
    pub(super) told_by_cells: Vec<u8>,
    /// How well identifiers of each kind tell people apart.
    strengths: Vec<u8>,
    /// Halves of marks, by the words of names that they are of.
    halves: Mutex<Recall<u64>>,
    /// The folders on the way to the last file that was named, with how each is shown: the next lies in nearly all of them, too.
    pub(super) folders: Mutex<Vec<(String, String)>>,
    /// Drivers' numbers.
    pub(super) licence_bit: Option<u8>,
    /// Where somebody works, and as what.
    unit_bit: Option<u8>,
    role_bit: Option<u8>,
    digest: String,
    /// Matches below this confidence do not count. It is set before the first text: what was found in short ones is remembered.
    pub threshold: f32,
    /// Show names of files as they are: only for `locate`, for whoever has the target.
    pub reveal: bool,
    /// Nobody listens in an audit.
    pub listener: Option<Listener>,
}

/// Automata that have learnt their states, waiting for the next file: a small file would pay more for learning than for being read.
type Spare = Arc<Mutex<Vec<Box<sieve::Memory>>>>;
/// Of these, so many are kept.
const MOST_SPARE: usize = 4;

/// Working memory of one thread.
pub struct Scratch {
    memory: Option<Box<sieve::Memory>>,
    spare: Spare,
    window: Window,
    names: Vec<names::Hit>,
    addresses: Vec<addresses::Hit>,
    tokens: addresses::Tokens,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < MOST_SPARE {
            spare.extend(self.memory.take());
        }
    }
}

/// Why detectors cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[error("data class `{class}`: {reason}")]
pub struct EngineError {
    /// The class.
    pub class: String,
    /// Why.
    pub reason: String,
}

/// Matches below this confidence do not count.
const THRESHOLD: f32 = 0.5;

impl Engine {
    /// Compiles classes.
    ///
    /// # Errors
    /// When a pattern does not compile, a validator or parent is unknown, or there are too many classes.
    pub fn new(classes: &[Class], key: Key) -> Result<Self, EngineError> {
        Self::trusting(classes, key, 0)
    }

    /// Compiles classes, of which the first `checked` are known to have well-formed patterns.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn trusting(classes: &[Class], key: Key, checked: usize) -> Result<Self, EngineError> {
        let wrong = |class: &Class, reason: String| EngineError { class: class.id.clone(), reason };
        let mut compiled = Vec::with_capacity(classes.len());
        let mut patterns = Vec::new();
        let mut hash = Sha256::new();
        for (index, class) in classes.iter().enumerate() {
            let bit = u8::try_from(index)
                .ok()
                .filter(|bit| *bit < 128)
                .ok_or_else(|| wrong(class, "more than 128 data classes".to_owned()))?;
            hash.update(serde_json::to_vec(class).unwrap_or_default());
            let regex = |text: &str| {
                if index < checked { Ok(Lazy::checked(text)) } else { Lazy::new(text).map_err(|reason| wrong(class, reason)) }
            };
            let validator = |name: &Option<String>| match name {
                None => Ok(None),
                Some(name) => validators::by_id(name).map(Some).ok_or_else(|| wrong(class, format!("no validator `{name}`"))),
            };
            for pattern in &class.patterns {
                patterns.push(Pattern {
                    bit,
                    regex: regex(&pattern.regex)?,
                    group: pattern.group,
                    confidence: pattern.confidence,
                    validator: validator(&pattern.validator)?,
                    context_required: pattern.context == Context::Required,
                    numeric: class.identifier == Identifier::Number || class.id == "iban",
                    mail: class.identifier == Identifier::Email,
                    network: class.id == "ip_address",
                });
            }
            let cell = match &class.cell {
                None => None,
                Some(cell) => {
                    let regex = regex(&format!(r"\A(?:{})\z", cell.regex))?;
                    Some(CellRule {
                        regex,
                        validator: validator(&cell.validator)?,
                        alone: cell.alone,
                        headerless: cell.headerless,
                    })
                }
            };
            compiled.push(Compiled {
                id: class.id.clone(),
                identifier: class.identifier,
                sensitivity: class.sensitivity,
                general: class.parent.clone().filter(|_| !class.jurisdiction.iter().any(|own| own == "uk" || own == "any")),
                with_parents: with_parents(classes, index),
                cell,
                values: Vocabulary::new(&class.values),
                context: Nearby::new(&class.context),
                not_context: Nearby::new(&class.not_context),
                datum: is_datum(class),
            });
        }
        let mut narrower: Vec<(u8, Vec<u8>)> = Vec::new();
        for (child, class) in classes.iter().enumerate().filter(|row| !row.1.values.is_empty()) {
            let Some(parent) = class.parent.as_ref().and_then(|id| classes.iter().position(|known| known.id == *id)) else {
                continue;
            };
            match narrower.iter_mut().find(|row| usize::from(row.0) == parent) {
                Some(row) => row.1.push(child as u8),
                None => narrower.push((parent as u8, vec![child as u8])),
            }
        }
        // a cell that names two units is of the more dangerous one
        let sensitivity = |child: &u8| classes.get(usize::from(*child)).map(|class| class.sensitivity);
        for row in &mut narrower {
            row.1.sort_by_key(|child| std::cmp::Reverse(sensitivity(child)));
        }
        // what a narrower class knows is a value of the wider one
        for (parent, children) in &narrower {
            let mut more = Vocabulary::new(&[]);
            for child in children.iter().filter_map(|child| compiled.get(usize::from(*child))) {
                more.extend(&child.values);
            }
            if let Some(parent) = compiled.get_mut(usize::from(*parent)).filter(|parent| !parent.values.is_empty()) {
                parent.values.extend(&more);
            }
        }
        let headers = Headers::new(classes);
        let bit_of = |id: &str| classes.iter().position(|class| class.id == id).and_then(|bit| u8::try_from(bit).ok());
        let (name_bit, address_bit) = (bit_of("person_name"), bit_of("home_address"));
        let told = |row: &(u8, &Compiled)| {
            let class = row.1;
            let rule = class.cell.as_ref().is_some_and(|rule| rule.alone || rule.headerless);
            rule || class.values.len() > 3 || Some(row.0) == name_bit
        };
        let told_by_cells = (0_u8..).zip(&compiled).filter(told).map(|row| row.0).collect();
        let (unit_bit, role_bit) = (bit_of("police_unit"), bit_of("job_role"));
        let id = |kind: u8| classes.get(usize::from(kind)).map_or("", |class| class.id.as_str());
        let strengths = (0..=u8::MAX).map(|kind| number::strength(kind, id(kind))).collect();
        let digest = format!("sha256:{}", crate::model::value::hex(&hash.finalize()));
        Ok(Self {
            classes: compiled,
            narrower,
            spare: Spare::default(),
            memo: super::memo::Spare::default(),
            blank: super::memo::Blank::default(),
            quiet: super::quiet::Quiet::default(),
            recall: Mutex::default(),
            cells: Mutex::default(),
            patterns,
            sieve: OnceLock::new(),
            headers,
            key,
            name_bit,
            address_bit,
            kin: ["chi_number", "health_and_care_number", "nhs_number"].into_iter().filter_map(bit_of).collect(),
            told_by_cells,
            strengths,
            halves: Mutex::default(),
            folders: Mutex::default(),
            licence_bit: bit_of("driving_licence"),
            unit_bit,
            role_bit,
            digest,
            threshold: THRESHOLD,
            reveal: false,
            listener: None,
        })
    }

    /// Digest of the class declarations.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Ids by bit.
    pub fn ids(&self) -> Vec<String> {
        self.classes.iter().map(|class| class.id.clone()).collect()
    }

    /// The id of a class.
    pub fn id(&self, bit: u8) -> &str {
        self.classes.get(usize::from(bit)).map_or("", |class| &class.id)
    }

    /// What other programs are told a class is: what only one country has is of the kind that every country has.
    pub fn general(&self, bit: u8) -> &str {
        self.classes.get(usize::from(bit)).map_or("", |class| class.general.as_deref().unwrap_or(&class.id))
    }

    /// The bit of a class.
    pub fn bit(&self, id: &str) -> Option<u8> {
        self.classes.iter().position(|class| class.id == id).and_then(|bit| u8::try_from(bit).ok())
    }

    /// The class and its ancestors, as a set.
    pub fn with_parents(&self, bit: u8) -> ClassSet {
        self.classes.get(usize::from(bit)).map_or_else(ClassSet::default, |class| class.with_parents)
    }

    pub(super) fn identifier(&self, bit: u8) -> Identifier {
        self.classes.get(usize::from(bit)).map_or(Identifier::None, |class| class.identifier)
    }

    /// Whether a class is of a machine rather than of a person (network addresses): it is not hidden in names and settings. What a person is
    /// called by a machine is the person's.
    pub fn is_business(&self, bit: u8) -> bool {
        self.classes
            .get(usize::from(bit))
            .is_none_or(|class| class.id != "username" && (class.sensitivity == Sensitivity::Low || class.id == "ip_address"))
    }

    /// Whether a class is that of network addresses.
    pub fn is_address(&self, bit: u8) -> bool {
        self.classes.get(usize::from(bit)).is_some_and(|class| class.id == "ip_address")
    }

    /// Whether a key or header means a class, in the very spelling that the class declares.
    pub fn means(&self, key: &str) -> bool {
        !self.headers.exact(key).is_empty()
    }

    /// Whether a key says that its value is personal or secret, and the value could be.
    pub fn key_is_personal(&self, key: &str, value: &str) -> bool {
        let Some(meaning) = self.headers.exact(key).into_iter().find(|meaning| meaning.strong) else {
            return false;
        };
        if self.is_business(meaning.bit) {
            return false;
        }
        if Some(meaning.bit) == self.name_bit {
            return names::cell(value) > 0.0;
        }
        self.cell_fits(meaning.bit, value) != Validity::Invalid
    }

    /// Whether a class is what a person is called by a machine.
    pub fn means_account(&self, bit: u8) -> bool {
        self.classes.get(usize::from(bit)).is_some_and(|class| class.id == "username")
    }

    pub(super) fn is_secret(&self, bit: u8) -> bool {
        self.classes.get(usize::from(bit)).is_some_and(|class| class.sensitivity == Sensitivity::Secret)
    }

    /// Whether a class identifies, reaches or lets in somebody, rather than describing him.
    pub fn identifies(&self, bit: u8) -> bool {
        self.classes.get(usize::from(bit)).is_some_and(|class| identifies(&class.id, class.identifier, class.sensitivity))
    }

    /// How well identifiers of a kind tell people apart: 0 is best.
    pub(super) fn strength(&self, kind: u8) -> u8 {
        self.strengths.get(usize::from(kind)).copied().unwrap_or(u8::MAX)
    }

    /// Half of the mark of a name, for one of its words.
    pub(super) fn half(&self, word: &str) -> u64 {
        Recall::answer(&self.halves, word, || self.key.mark(b"name", word.as_bytes()) >> 32)
    }

    /// The class of names of persons.
    pub fn name_bit(&self) -> Option<u8> {
        self.name_bit
    }

    /// All patterns in one pass. `None` without patterns.
    fn sieve(&self) -> Option<&Sieve> {
        let context = |bit: u8| self.classes.get(usize::from(bit)).is_some_and(|class| class.context.all_have_letters());
        let all = || {
            let letter = |own: &Pattern| own.context_required && context(own.bit);
            self.patterns.iter().map(|own| sieve::Asked { pattern: &own.regex, letter: letter(own) }).collect::<Vec<_>>()
        };
        self.sieve.get_or_init(|| (!self.patterns.is_empty()).then(|| Sieve::new(&all()))).as_ref()
    }

    /// Working memory.
    pub fn scratch(&self) -> Scratch {
        Scratch {
            memory: self.sieve().map(|_| {
                let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
                spare.unwrap_or_else(|| Box::new(Sieve::memory()))
            }),
            spare: Arc::clone(&self.spare),
            window: Window::default(),
            names: Vec::new(),
            addresses: Vec::new(),
            tokens: addresses::Tokens::default(),
        }
    }

    /// Everything in a stretch of text, overlaps resolved, in the order of the text. The stretch should be one record: a line,
    /// a paragraph, a cell.
    pub fn scan(&self, text: &str, scratch: &mut Scratch, out: &mut Vec<Found>) {
        out.extend_from_slice(&Recall::answer(&self.recall, text, || {
            let mut found = Vec::new();
            self.search(text, scratch, &mut found);
            found.into_boxed_slice()
        }));
    }

    fn search(&self, text: &str, scratch: &mut Scratch, out: &mut Vec<Found>) {
        let first = out.len();
        scratch.window.clear();
        self.patterns_in(text, scratch, out);
        // a number is no name and no address
        let letters = scratch.memory.as_ref().is_none_or(|memory| memory.letters);
        if let Some(bit) = self.name_bit.filter(|_| letters) {
            scratch.names.clear();
            names::find(text, &mut scratch.names);
            let hits = scratch.names.iter().filter(|hit| hit.confidence >= self.threshold);
            let found =
                |&names::Hit { start, end, confidence }| Found { bit, start, end, confidence, test: false, why: Why::Names };
            out.extend(hits.map(found));
        }
        if let Some(bit) = self.address_bit.filter(|_| letters) {
            self.addresses_in(bit, text, scratch, out);
        }
        resolve(self, out, first);
    }

    fn addresses_in(&self, bit: u8, text: &str, scratch: &mut Scratch, out: &mut Vec<Found>) {
        scratch.addresses.clear();
        addresses::find(text, &mut scratch.tokens, &mut scratch.addresses);
        let against = self.classes.get(usize::from(bit)).map(|class| &class.not_context).filter(|against| !against.is_empty());
        for hit in scratch.addresses.iter().filter(|hit| hit.confidence >= self.threshold) {
            // an organisation's own
            if against.is_some_and(|against| against.near(text, hit.start, hit.start, &mut scratch.window).is_some()) {
                continue;
            }
            let (start, end) = (hit.start, hit.end);
            out.push(Found { bit, start, end, confidence: hit.confidence, test: false, why: Why::Addresses });
        }
    }

    fn patterns_in(&self, text: &str, scratch: &mut Scratch, out: &mut Vec<Found>) {
        let Scratch { memory, window, .. } = scratch;
        let (Some(sieve), Some(memory)) = (self.sieve(), memory) else { return };
        let bytes = text.as_bytes();
        sieve.search(bytes, memory);
        // matches of one pattern do not overlap
        let mut last = (u16::MAX, 0);
        for place in &memory.places {
            let index = usize::from(place.pattern);
            let Some(pattern) = self.patterns.get(index) else { continue };
            if let Some(at) = place.at {
                if last.0 == place.pattern && at < last.1 {
                    continue;
                }
                let told = place.end.and_then(|end| pattern.regex.group_of(bytes, at..end, pattern.group));
                if let Some((whole, value)) = told.or_else(|| pattern.regex.find_from(bytes, at, pattern.group, true)) {
                    last = (place.pattern, whole.end);
                    self.candidate(index, pattern, text, value, window, out);
                }
                continue;
            }
            let mut at = 0;
            while let Some((whole, value)) = pattern.regex.find_from(bytes, at, pattern.group, false) {
                at = whole.end.max(at + 1);
                self.candidate(index, pattern, text, value, window, out);
                if at > bytes.len() {
                    break;
                }
            }
        }
    }

    fn candidate(
        &self,
        index: usize,
        pattern: &Pattern,
        text: &str,
        Range { start, end }: Range<usize>,
        window: &mut Window,
        out: &mut Vec<Found>,
    ) {
        let start = if pattern.mail { local_part(text, start) } else { start };
        let Some(value) = text.get(start..end) else { return };
        let bytes = text.as_bytes();
        let more = || pattern.network && colons_go_on(bytes, start, end);
        let foreign = || beside_letter(text, start, end) && !(pattern.mail && beside_other_script(text, start, end));
        if value.is_empty() || foreign() || goes_on(bytes, start, end) || more() {
            return;
        }
        // the first half of an address is no number; an address may be cut itself
        let cut = if value.contains('@') {
            breaks_off(text, end) || pattern.mail && (bytes.get(end) == Some(&b'@') || begins_with_dot(text, start))
        } else {
            pattern.numeric && text.as_bytes().get(end) == Some(&b'@')
        };
        if cut {
            return;
        }
        let validity = pattern.validator.map_or(Validity::Valid, |validator| (validator.check)(value.as_bytes()));
        if validity == Validity::Invalid {
            return;
        }
        let Some(class) = self.classes.get(usize::from(pattern.bit)) else { return };
        if !class.not_context.is_empty() && class.not_context.near(text, start, start, window).is_some() {
            return;
        }
        let mut confidence = pattern.confidence;
        let context = &class.context;
        let needs = pattern.context_required || confidence < 0.9;
        let mut word = None;
        if needs && !context.is_empty() {
            word = context.near(text, start, end, window);
            if word.is_none() && pattern.context_required {
                return;
            }
            if word.is_some() {
                confidence = confidence.max(0.85).max(f32::midpoint(confidence, 1.0)).min(0.98);
            }
        } else if pattern.context_required {
            return;
        }
        if confidence >= self.threshold {
            let why = Why::Pattern { index: index as u16, word };
            out.push(Found { bit: pattern.bit, start, end, confidence, test: validity == Validity::TestData, why });
        }
    }

    /// Why a match of a class counts, in words. Words of the class's own file may be in it, nothing else of the text.
    pub fn because(&self, bit: u8, why: Why) -> String {
        let (index, word) = match why {
            Why::Names => return "lists of names and the words around".to_owned(),
            Why::Addresses => return "words for streets and what stands around".to_owned(),
            Why::Header => return "the header of its column".to_owned(),
            Why::Likely => return "the header of its column, and cells that agree".to_owned(),
            Why::Cells => return "the cells of its column".to_owned(),
            Why::Alone => return "a text that is this value and nothing else".to_owned(),
            Why::Pattern { index, word } => (usize::from(index), word),
        };
        let number = self.patterns.iter().take(index + 1).filter(|pattern| pattern.bit == bit).count();
        let mut out = format!("pattern {number}");
        if let Some(validator) = self.patterns.get(index).and_then(|pattern| pattern.validator) {
            out.push_str(&format!(", checked by {}", validator.id));
        }
        let class = self.classes.get(usize::from(bit));
        if let Some(word) = word.and_then(|word| class?.context.word(word)) {
            out.push_str(&format!(", near `{word}`"));
        }
        out
    }

    /// Whether a cell of a column of a class says only that there is a value, or where.
    pub(super) fn no_value(&self, bit: u8, cell: &str) -> bool {
        let datum = || self.classes.get(usize::from(bit)).is_some_and(|class| class.datum);
        // `N` is somebody's initial
        let initial = Some(bit) == self.name_bit && cell.len() == 1;
        stand_in::is_reference(cell)
            || stand_in::is_flag(cell) && !initial && datum()
            || self.is_secret(bit) && stand_in::is_place(cell)
    }

    /// The narrower class that a cell of a column is of, if a vocabulary of one knows it or a word of it: a unit may be a covert one.
    pub(super) fn narrowed(&self, bit: u8, cell: &str) -> u8 {
        let Some((_, narrower)) = self.narrower.iter().find(|row| row.0 == bit) else { return bit };
        self.narrower_of(narrower, cell, true).unwrap_or(bit)
    }

    /// The unit at risk that a role names: `Surveillance Officer` says where somebody works. `DSU` is a rank there as well, so short
    /// words do not count.
    pub(super) fn unit_of_role(&self, bit: u8, cell: &str) -> Option<u8> {
        let units = self.unit_bit.filter(|_| Some(bit) == self.role_bit)?;
        let (_, narrower) = self.narrower.iter().find(|row| row.0 == units)?;
        self.narrower_of(narrower, cell, false)
    }

    fn narrower_of(&self, narrower: &[u8], cell: &str, short: bool) -> Option<u8> {
        let knows = |own: &u8| self.classes.get(usize::from(*own)).is_some_and(|class| class.values.stands_in(cell, short));
        narrower.iter().copied().find(knows)
    }

    /// The class of patients' numbers that a cell is of, under the header of another: a column of one country's patients has some of
    /// another's, and all have the same form and check digit.
    pub(super) fn kin(&self, bit: u8, cell: &str) -> Option<u8> {
        if !self.kin.contains(&bit) {
            return None;
        }
        self.kin.iter().copied().find(|other| *other != bit && self.cell_fits(*other, cell) == Validity::Valid)
    }

    /// What a cell may be, whatever its column.
    pub(super) fn cell(&self, cell: &str) -> Cell {
        Recall::answer(&self.cells, cell, || {
            let mut known = ClassSet::default();
            for (bit, class) in (0_u8..).zip(&self.classes) {
                if !class.values.is_empty() && class.values.knows(cell) {
                    known.insert(bit);
                }
            }
            Cell { name: names::cell(cell), known }
        })
    }

    /// Whether a whole cell is a value of a class: by its rule, its vocabulary, or anything that is not empty.
    pub(super) fn cell_fits(&self, bit: u8, cell: &str) -> Validity {
        let Some(class) = self.classes.get(usize::from(bit)) else { return Validity::Invalid };
        if !class.values.is_empty() {
            if class.values.knows(cell) {
                return Validity::Valid;
            }
            if class.cell.is_none() {
                return Validity::Invalid;
            }
        }
        match &class.cell {
            None => Validity::Valid,
            Some(rule) if !rule.regex.is_match(cell.as_bytes()) => Validity::Invalid,
            Some(rule) => rule.validator.map_or(Validity::Valid, |validator| (validator.check)(cell.as_bytes())),
        }
    }
}

fn with_parents(classes: &[Class], index: usize) -> ClassSet {
    let mut set = ClassSet::default();
    let mut next = Some(index);
    while let Some(at) = next {
        let bit = at as u8;
        if set.has(bit) {
            break;
        }
        set.insert(bit);
        let parent = classes.get(at).and_then(|class| class.parent.as_deref());
        next = parent.and_then(|parent| classes.iter().position(|class| class.id == parent));
    }
    set
}

/// Whether a class identifies, reaches or lets in somebody.
fn identifies(id: &str, identifier: Identifier, sensitivity: Sensitivity) -> bool {
    identifier != Identifier::None
        || sensitivity == Sensitivity::Secret
        || matches!(id, "phone_number" | "home_address" | "postcode" | "bank_account" | "iban" | "next_of_kin")
}

/// Whether a class's value is more than a yes or no.
fn is_datum(class: &Class) -> bool {
    identifies(&class.id, class.identifier, class.sensitivity)
        || matches!(class.id.as_str(), "biometric_template" | "ip_address" | "gps_location" | "salary" | "username")
}
