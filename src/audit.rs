//! The conductor: policy, collect, assess. It knows every room and has no logic of any.

use crate::assess::score::Model;
use crate::assess::{self, Prepared, Surveyed, select};
use crate::collect::cache::Cache;
use crate::collect::event::Event;
use crate::collect::journal::Journal;
use crate::collect::keys::Passwords;
use crate::collect::limits::Limits;
use crate::collect::reduce::Keep;
use crate::collect::shard::{self, MergeError, Part, Shard};
use crate::collect::walk::Target;
use crate::collect::{self, CollectError, Workers};
use crate::detect::engine::{Engine, EngineError};
use crate::detect::fingerprint::Key;
use crate::detect::{people, validators};
use crate::model::assessment::Assessment;
use crate::model::class::Class;
use crate::model::day::Day;
use crate::model::evidence::Evidence;
use crate::model::packed;
use crate::model::packs;
use crate::model::people::PeopleIndex;
use crate::model::policy::{Policy, SelectorSpec};
use crate::model::several::both;
use crate::model::waiver::Waiver;
use crate::policy::{self, PolicyError, Vocabulary};

/// The policy that is used when none is named.
pub const FLAGSHIP: &str = "uk-police-card-printing";

/// Why there is no audit.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The detectors.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The target.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The system.
    #[error("{0}")]
    System(String),
}

/// The words of the language, from the registries of all rooms.
pub struct Words {
    selectors: Vec<&'static SelectorSpec>,
    validators: Vec<&'static str>,
    products: Vec<&'static str>,
    types: Vec<&'static str>,
}

impl Default for Words {
    fn default() -> Self {
        Self {
            selectors: select::specs(),
            validators: validators::VALIDATORS.iter().map(|validator| validator.id).collect(),
            products: collect::products(),
            types: collect::types(),
        }
    }
}

impl Words {
    /// For loading policies.
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        Vocabulary { selectors: &self.selectors, validators: &self.validators, products: &self.products, types: &self.types }
    }
}

/// A policy with compiled detectors, ready to audit targets.
pub struct Auditor {
    /// The policy.
    pub policy: Policy,
    /// Built-in classes, then the policy's own.
    pub classes: Vec<Class>,
    /// The detectors.
    pub engine: Engine,
    /// Limits for collecting.
    pub limits: Limits,
    /// Who reads pictures, and the folder its models come from.
    pub ocr: Option<(collect::ocr::Ocr, std::path::PathBuf)>,
    /// Passwords that may open what is encrypted.
    pub passwords: Passwords,
    /// Who examines.
    pub workers: Workers,
    /// Where what lies in no file is held instead of in memory, in files without a name.
    pub spool: Option<std::path::PathBuf>,
    /// Where it is written what is done, so that the audit can be gone on with.
    pub journal: Option<Journal>,
    /// Where it is looked up what is known of files that are still the same.
    pub cache: Option<Cache>,
    /// Bytes of the pieces in which worker processes read large files, where their format allows it; 0 for whole files. Texts take no other
    /// than multiples of 1 MiB.
    pub piece_bytes: u64,
    /// The commit of a delivery under git since which what did not change is left out.
    pub since: Option<String>,
    /// The day on which evidence is collected, for it to say.
    pub date: Option<Day>,
    /// Keep the values of all settings that products document, not only of those that policies ask for.
    pub all_settings: bool,
    /// Accepted deviations.
    pub waivers: Vec<Waiver>,
    /// How the score is computed.
    pub model: Model,
    /// The name shown for the target.
    pub target_name: String,
}

impl Auditor {
    /// Loads a policy by id or path and makes a key for the audit.
    ///
    /// # Errors
    /// [`AuditError`]: a mistake in the policy or a class, or no randomness.
    pub fn new(policy: &str, set: &[(String, String)]) -> Result<Self, AuditError> {
        let words = Words::default();
        let policy = policy::load(policy, set, &words.vocabulary())?;
        Self::with(policy, Key::random().map_err(AuditError::System)?)
    }

    /// With a policy that is already loaded, and a key.
    ///
    /// # Errors
    /// [`AuditError`]: a class that does not compile.
    pub fn with(policy: Policy, key: Key) -> Result<Self, AuditError> {
        let mut classes = policy::builtin_classes(&Words::default().vocabulary())?;
        let own = classes.len();
        classes.extend(policy.classes.iter().cloned());
        packs::select(&mut classes, &policy.jurisdictions);
        // the patterns of the built-in ones were looked at by the tests
        let engine = Engine::trusting(&classes, key, own)?;
        Ok(Self {
            policy,
            classes,
            engine,
            limits: Limits::default(),
            ocr: None,
            passwords: Passwords::default(),
            workers: Workers::Here,
            spool: None,
            journal: None,
            cache: None,
            piece_bytes: collect::pieces::PIECE,
            since: None,
            date: None,
            all_settings: false,
            waivers: Vec::new(),
            model: Model::default(),
            target_name: String::new(),
        })
    }

    /// Collects the evidence of a target.
    ///
    /// # Errors
    /// [`AuditError::Collect`]: the target cannot be opened, or no worker started.
    pub fn collect(&self, target: &Target, told: &(dyn Fn(&Event<'_>) + Sync)) -> Result<Evidence, AuditError> {
        let kept = self.kept();
        Ok(collect::collect(&self.request(target, &kept, told))?)
    }

    fn request<'a>(&'a self, target: &'a Target, keep: &'a Keep, told: &'a (dyn Fn(&Event<'_>) + Sync)) -> collect::Request<'a> {
        collect::Request {
            keep,
            target,
            classes: &self.classes,
            engine: &self.engine,
            limits: self.limits,
            ocr: self.ocr.clone(),
            passwords: &self.passwords,
            workers: self.workers.clone(),
            spool: self.spool.as_deref(),
            journal: self.journal.as_ref(),
            cache: self.cache.as_ref(),
            piece_bytes: self.piece_bytes,
            since: self.since.as_deref(),
            date: self.date,
            told,
        }
    }

    /// Collects a part of a delivery.
    ///
    /// # Errors
    /// As [`Auditor::collect`].
    pub fn collect_part(&self, target: &Target, shard: Shard, told: &(dyn Fn(&Event<'_>) + Sync)) -> Result<Part, AuditError> {
        let kept = self.kept();
        Ok(collect::collect_part(&self.request(target, &kept, told), shard, &self.policy.digest)?)
    }

    /// Puts the parts of a delivery together, each with its name; they were collected for this policy.
    ///
    /// # Errors
    /// [`MergeError`]: they do not belong together, or not all are there.
    pub fn merge(&self, parts: Vec<(String, Part)>) -> Result<Evidence, MergeError> {
        if let Some((name, part)) = parts.iter().find(|row| row.1.heading.policy != self.policy.digest) {
            let what =
                format!("{name} was collected for another policy than {} (sha256 {})", self.policy.id, part.heading.policy);
            return Err(MergeError::Incomplete(what));
        }
        shard::merge(parts, &self.kept(), &self.engine)
    }

    /// What is kept of configurations: what this policy asks for, and what any of the built-in ones does.
    fn kept(&self) -> Keep {
        let mut asked = policy::asks::builtin();
        policy::asks::add(&mut asked, policy::asks::of(&self.policy));
        if self.all_settings { Keep::Documented(asked) } else { Keep::Asked(asked) }
    }

    /// Assesses evidence.
    pub fn assess(&self, evidence: &Evidence, date: Day) -> Assessment {
        self.assess_known(evidence, None, None, date)
    }

    /// Assesses evidence whose digest ([`crate::model::packed::digest`]) is known, if it is, and which was looked at for this policy as it
    /// was read, if it was.
    pub fn assess_known<'s>(
        &'s self,
        evidence: &'s Evidence,
        digest: Option<&str>,
        surveyed: Option<Surveyed<'s>>,
        date: Day,
    ) -> Assessment {
        let prepared = || match surveyed {
            Some(surveyed) => Prepared::with(evidence, surveyed),
            None => Prepared::new(&self.policy, evidence),
        };
        // neither needs the other
        let (people, prepared) = both(|| people::resolve(evidence), prepared);
        assess::assess_prepared(&self.asking(evidence, digest, &people, date), prepared)
    }

    /// Assesses evidence, and leaves it without rows: the marks of who is where take most of the memory of what is full of people, and are
    /// given up as soon as it is known who is whom.
    pub fn assess_once(&self, evidence: &mut Evidence, date: Day) -> Assessment {
        let (people, digest) = both(|| people::resolve(evidence), || packed::digest(evidence));
        for part in evidence.artifacts.telling_mut().flat_map(|artifact| &mut artifact.parts) {
            part.rows = Vec::new();
        }
        let prepared = Prepared::new(&self.policy, evidence);
        assess::assess_prepared(&self.asking(evidence, Some(&digest), &people, date), prepared)
    }

    fn asking<'s>(
        &'s self,
        evidence: &'s Evidence,
        digest: Option<&'s str>,
        people: &'s PeopleIndex,
        date: Day,
    ) -> assess::Request<'s> {
        assess::Request {
            policy: &self.policy,
            evidence,
            digest,
            people,
            classes: &self.classes,
            date,
            waivers: &self.waivers,
            model: self.model,
            target: &self.target_name,
        }
    }

    /// Collects and assesses.
    ///
    /// # Errors
    /// As [`Auditor::collect`].
    pub fn audit(&self, target: &Target, date: Day) -> Result<Assessment, AuditError> {
        let mut evidence = self.collect(target, &|_| {})?;
        Ok(self.assess_once(&mut evidence, date))
    }
}
