//! Options that several commands share, and what they become.

use super::Failure;
use super::output::Output;
use super::signature::Trusted;
use crate::audit::{AuditError, Auditor, FLAGSHIP};
use crate::collect::event::Event;
use crate::collect::keys::{MOST_LIST, Passwords};
use crate::collect::ocr::{self, Ocr};
use crate::collect::walk::Target;
use crate::collect::{Confinement, Workers};
use crate::detect::fingerprint::Key;
use crate::model::assessment::{Assessment, Finding};
use crate::model::day::Day;
use crate::model::policy::{Policy, Severity};
use crate::model::waiver::{Waiver, WaiverFile};
use crate::policy;
use crate::report;
use clap::Args;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Which policy, with what.
#[derive(Args, Clone)]
pub(crate) struct PolicyOptions {
    /// Policy: a built-in id or a file
    #[arg(long, default_value = FLAGSHIP, value_name = "ID|FILE")]
    pub(crate) policy: String,
    /// Set a parameter of the policy (may be repeated)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) set: Vec<(String, String)>,
    /// Audit date (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<String>,
    /// Accepted deviations, from the auditor's side
    #[arg(long, value_name = "FILE")]
    pub(crate) waivers: Option<PathBuf>,
    /// Take a policy from a file only if it is signed (FILE.minisig) by this minisign key, or the key in this file (may be repeated)
    #[arg(long, value_name = "KEY|FILE")]
    pub(crate) policy_key: Vec<String>,
    /// How the score is computed: provost, xccdf-default, xccdf-flat, xccdf-flat-unweighted, xccdf-absolute
    #[arg(long, default_value = "provost", value_name = "MODEL")]
    pub(crate) score_model: String,
}

/// How to collect.
#[derive(Args, Clone)]
pub(crate) struct CollectOptions {
    /// Worker processes (default: one for each processor)
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// Read text in pictures and on scanned pages with the models in this folder (docs/ocr.md)
    #[arg(long, value_name = "DIR")]
    pub(crate) ocr_models: Option<PathBuf>,
    /// Seconds that reading the pictures of one file may take
    #[arg(long, value_name = "N", default_value_t = 600, requires = "ocr_models", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) ocr_seconds: u64,
    /// Derive the audit's key from the text in this file, to compare audits by person
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Passwords to try on what is encrypted, one a line; they appear in no report and no evidence
    #[arg(long, value_name = "FILE")]
    pub(crate) passwords: Option<PathBuf>,
    /// Audit nothing where the system does not offer all that confines workers; else it is a remark
    #[arg(long)]
    pub(crate) require_confinement: bool,
    /// Leave each file to one worker, however large it is; else large tables, logs and texts are read in pieces, with the same result
    #[arg(long)]
    pub(crate) whole_files: bool,
}

/// Collects the evidence of a target, with progress and what there is to say of the workers.
pub(crate) fn gather(
    auditor: &crate::audit::Auditor,
    target: &crate::collect::walk::Target,
    output: &super::output::Output,
) -> Result<crate::model::evidence::Evidence, Failure> {
    told(auditor, output, |told| auditor.collect(target, told))
}

/// The same for anything that collects.
pub(crate) fn told<T>(
    auditor: &Auditor,
    output: &Output,
    collect: impl FnOnce(&(dyn Fn(&Event<'_>) + Sync)) -> Result<T, AuditError>,
) -> Result<T, Failure> {
    let collected = collect(&|event| output.event(event));
    output.clear();
    for missing in auditor.workers.missing() {
        output.remark(&format!("workers are not confined in full: {missing}"));
    }
    Ok(collected?)
}

/// What is shown, and where.
#[derive(Args, Clone)]
pub(crate) struct ShowOptions {
    // the list is the registry's
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "terminal", help = formats())]
    pub(crate) format: Vec<String>,
    /// Show everything, not only what matters most
    #[arg(long)]
    pub(crate) all: bool,
    /// How the reports are to be handled: stands at the head of each, as OFFICIAL-SENSITIVE does
    #[arg(long, value_name = "TEXT", value_parser = classification)]
    pub(crate) classification: Option<String>,
    /// The supplier's answers to findings, to stand beside them (see `provost respond`)
    #[arg(long, value_name = "FILE")]
    pub(crate) responses: Option<PathBuf>,
}

/// How to report, and what the exit code says.
#[derive(Args, Clone)]
pub(crate) struct ReportOptions {
    #[command(flatten)]
    pub(crate) show: ShowOptions,
    /// Let a conditional verdict exit with 0
    #[arg(long)]
    pub(crate) allow_conditional: bool,
    /// Exit with 1 where the score is below this share of all points, whatever the policy's own threshold
    #[arg(long, value_name = "SCORE", value_parser = score)]
    pub(crate) fail_under: Option<f64>,
    /// Exit with 1 only for open findings of this severity or worse: critical, high, medium, low
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
    /// An earlier assessment (a report in JSON): exit with 1 only for findings that it does not have
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
}

fn classification(text: &str) -> Result<String, String> {
    let text = text.trim();
    let fine = !text.is_empty() && text.chars().count() <= 80 && crate::detect::mask::clean(text) == text;
    if fine { Ok(text.to_owned()) } else { Err("write one line of at most 80 characters".to_owned()) }
}

fn score(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().map_err(|_| "write a number from 0 to 100".to_owned())?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("write a number from 0 to 100".to_owned()) }
}

fn severity(text: &str) -> Result<Severity, String> {
    let all = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    all.into_iter().find(|one| one.name() == text).ok_or_else(|| "one of critical, high, medium, low".to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

impl PolicyOptions {
    /// A policy with what holds where nothing else is said.
    pub(crate) fn of(policy: String, set: Vec<(String, String)>) -> Self {
        let (date, waivers, policy_key) = (None, None, Vec::new());
        Self { policy, set, date, waivers, policy_key, score_model: "provost".to_owned() }
    }

    /// The files that an audit reads beside its target.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let policy = PathBuf::from(&self.policy);
        let mut out = vec![super::signature::beside(&policy), policy];
        out.extend(self.waivers.clone());
        out.extend(self.policy_key.iter().map(PathBuf::from));
        out
    }

    /// The date.
    pub(crate) fn day(&self) -> Result<Day, Failure> {
        match &self.date {
            Some(text) => Day::parse(text)
                .ok_or_else(|| Failure::Usage(format!("`{text}` is no date"), Some("write it as 2026-11-24".to_owned()))),
            None => today(),
        }
    }

    /// An auditor that collects nothing, with the key of evidence that was collected.
    pub(crate) fn keyed(&self, key_file: Option<&PathBuf>) -> Result<Auditor, Failure> {
        let mut auditor = self.auditor(None, None)?;
        auditor.engine.key = key(key_file)?;
        Ok(auditor)
    }

    /// The auditor, ready. The policy is checked before anything else is opened.
    pub(crate) fn auditor(&self, policy: Option<Policy>, collect: Option<&CollectOptions>) -> Result<Auditor, Failure> {
        let policy = if let Some(policy) = policy {
            policy
        } else {
            let words = crate::audit::Words::default();
            let trusted = Trusted::read(&self.policy_key)?;
            if trusted.is_empty() {
                policy::load(&self.policy, &self.set, &words.vocabulary())?
            } else {
                let check = |path: &Path, bytes: &[u8]| trusted.check(path, std::io::Cursor::new(bytes), None).map(|_| ());
                policy::load_checked(&self.policy, &self.set, &words.vocabulary(), &check)?
            }
        };
        let key = key(collect.and_then(|options| options.key_file.as_ref()))?;
        let mut auditor = Auditor::with(policy, key)?;
        let models = crate::assess::score::Model::ALL;
        auditor.model = models.iter().find(|row| row.0 == self.score_model).map(|row| row.1).ok_or_else(|| {
            let names: Vec<&str> = models.iter().map(|row| row.0).collect();
            Failure::Usage(format!("no score model `{}`", self.score_model), Some(format!("one of {}", names.join(", "))))
        })?;
        if let Some(path) = &self.waivers {
            auditor.waivers = waivers(path, &auditor.policy)?;
        }
        if let Some(options) = collect {
            auditor.workers = options.workers()?;
            auditor.ocr = options.ocr()?;
            if options.whole_files {
                auditor.piece_bytes = 0;
            }
            if auditor.ocr.is_some() {
                auditor.limits.ocr_seconds = options.ocr_seconds;
            }
            auditor.passwords = options.passwords()?;
            // each password may have to be tried on each encrypted file
            auditor.limits.seconds += auditor.passwords.len() as u64;
        }
        Ok(auditor)
    }
}

/// The audit's key: from a file, or made for it.
fn key(file: Option<&PathBuf>) -> Result<Key, Failure> {
    let Some(path) = file else { return Key::random().map_err(|error| Failure::Audit(AuditError::System(error))) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::Usage(format!("cannot read the key {}: {error}", path.display()), None))?;
    if text.trim().len() < 16 {
        let help = Some("a key that can be guessed lets anybody test numbers against the evidence".to_owned());
        return Err(Failure::Usage("a key needs 16 characters or more".to_owned(), help));
    }
    Ok(Key::from_text(text.trim()))
}

impl CollectOptions {
    /// The files that collecting reads beside its target.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.key_file.iter().chain(&self.passwords).cloned().collect()
    }

    /// Who reads pictures: the models are loaded and run once, so that no audit begins that would read none.
    fn ocr(&self) -> Result<Option<(Ocr, PathBuf)>, Failure> {
        let Some(folder) = &self.ocr_models else { return Ok(None) };
        if !ocr::BUILT_IN {
            let help = "build it with `cargo install --features ocr`, or leave out --ocr-models: scanned pages are then gaps";
            return Err(Failure::Usage("this build of provost does not read pictures".to_owned(), Some(help.to_owned())));
        }
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        let shown = crate::detect::mask::clean(&folder.display().to_string());
        let models = ocr::ModelFiles::read(&folder).and_then(Ocr::new).and_then(|ocr| ocr.check().map(|()| ocr));
        let models = models.map_err(|reason| {
            let help = Some("benches/ocr-models.sh DIR fetches a set that fits".to_owned());
            Failure::Usage(format!("the models in {shown} cannot be used: {reason}"), help)
        })?;
        Ok(Some((models, folder)))
    }

    /// The passwords of `--passwords`, read before the target is opened.
    pub(crate) fn passwords(&self) -> Result<Passwords, Failure> {
        let Some(path) = &self.passwords else { return Ok(Passwords::default()) };
        let shown = crate::detect::mask::clean(&path.display().to_string());
        let refuse = |reason: String| {
            let help = Some("a file with one password a line, in UTF-8".to_owned());
            Failure::Usage(format!("cannot use the passwords {shown}: {reason}"), help)
        };
        let file = std::fs::File::open(path).map_err(|error| refuse(error.to_string()))?;
        let mut bytes = Vec::new();
        file.take(MOST_LIST + 1).read_to_end(&mut bytes).map_err(|error| refuse(error.to_string()))?;
        Passwords::read(&bytes).map_err(refuse)
    }

    /// Worker processes of this very program.
    pub(crate) fn workers(&self) -> Result<Workers, Failure> {
        let program =
            std::env::current_exe().map_err(|error| Failure::Usage(format!("cannot find my own program file: {error}"), None))?;
        let count = self.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
        if count == 0 {
            return Err(Failure::Usage("--jobs needs at least 1".to_owned(), None));
        }
        Ok(Workers::Processes { program, count, confinement: Confinement::new(self.require_confinement) })
    }
}

pub(crate) fn today() -> Result<Day, Failure> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = since
        .map_err(|_| Failure::Usage("the clock stands before 1970".to_owned(), Some("give the date with --date".to_owned())))?
        .as_secs();
    Ok(Day::of_seconds(seconds as i64))
}

fn waivers(path: &Path, policy: &Policy) -> Result<Vec<Waiver>, Failure> {
    let shown = path.display();
    let text = super::render::text(path, super::waive::MOST_BYTES)
        .map_err(|error| Failure::Usage(format!("cannot read the waivers {shown}: {error}"), None))?;
    let file: WaiverFile = serde_yaml::from_str(&text).map_err(|error| {
        Failure::Usage(
            format!("the waivers {shown} are not valid: {error}"),
            Some("each has control, reason, owner, approver, granted, expires".to_owned()),
        )
    })?;
    for waiver in &file.waivers {
        if !policy.controls.iter().any(|control| control.id == waiver.control) {
            let ids: Vec<&str> = policy.controls.iter().map(|control| control.id.as_str()).collect();
            let help = policy::reader::suggest(&waiver.control, ids.iter().copied());
            return Err(Failure::Usage(
                format!("the waivers {shown} name a control `{}` that the policy has not", waiver.control),
                help,
            ));
        }
        if waiver.owner.trim().is_empty() || waiver.approver.trim().is_empty() {
            return Err(Failure::Usage(
                format!("the waiver for {} in {shown} has no owner or no approver", waiver.control),
                None,
            ));
        }
    }
    Ok(file.waivers)
}

/// Where each report goes, checked before anything long begins.
pub(crate) fn destinations(formats: &[String], known: &[&str]) -> Result<Vec<(String, Option<PathBuf>)>, Failure> {
    let mut out: Vec<(String, Option<PathBuf>)> = Vec::new();
    for text in formats {
        let (id, file) = text.split_once('=').map_or((text.as_str(), None), |(id, file)| (id, Some(PathBuf::from(file))));
        // as everywhere, `-` is standard output
        let file = file.filter(|file| file.as_os_str() != "-");
        if !known.contains(&id) {
            let help = policy::reader::suggest(id, known.iter().copied());
            return Err(Failure::Usage(format!("no report format `{id}`"), help));
        }
        if let Some(folder) =
            file.as_ref().and_then(|file| file.parent()).filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
        {
            return Err(Failure::Usage(
                format!("there is no folder {} for the report", folder.display()),
                Some("make it first".to_owned()),
            ));
        }
        if file.as_ref().is_some_and(|file| file.is_dir()) {
            return Err(Failure::Usage(format!("{text}: that is a folder"), None));
        }
        out.push((id.to_owned(), file));
    }
    let mut places: Vec<PathBuf> = out.iter().filter_map(|row| row.1.as_deref()).map(super::output::resolve).collect();
    places.sort_unstable();
    if let Some(twice) = places.windows(2).find_map(|pair| pair.first().filter(|first| pair.get(1) == Some(first))) {
        let help = Some("give each report a file of its own".to_owned());
        return Err(Failure::Usage(format!("two reports would be written to {}", twice.display()), help));
    }
    if out.iter().any(|row| row.1.is_none()) {
        super::output::check_standard_output()?;
    }
    if out.iter().filter(|row| row.1.is_none()).count() > 1 {
        let help = Some("give the others a file: --format json=report.json".to_owned());
        return Err(Failure::Usage("two reports cannot share standard output".to_owned(), help));
    }
    Ok(out)
}

/// Refuses to write a report over what it is made from.
pub(crate) fn apart(formats: &[String], inputs: &[&Path]) -> Result<(), Failure> {
    let inputs: Vec<PathBuf> = inputs.iter().map(|path| super::output::resolve(path)).collect();
    let files = formats.iter().filter_map(|text| text.split_once('=')).map(|row| row.1);
    files.filter(|file| *file != "-").try_for_each(|file| spared(Path::new(file), &inputs))
}

/// Refuses to write a file over what it is made from.
pub(crate) fn apart_from(file: &Path, inputs: &[&Path]) -> Result<(), Failure> {
    spared(file, &inputs.iter().map(|path| super::output::resolve(path)).collect::<Vec<_>>())
}

/// The same with the inputs' places.
fn spared(file: &Path, inputs: &[PathBuf]) -> Result<(), Failure> {
    if !inputs.contains(&super::output::resolve(file)) {
        return Ok(());
    }
    let shown = crate::detect::mask::clean(&file.display().to_string());
    let what = format!("{shown} would be written over, and the result is made from it");
    Err(Failure::Usage(what, Some("name another file".to_owned())))
}

/// Writes all reports and gives the exit code.
pub(crate) fn report(
    mut assessment: Assessment,
    answers: Option<Answers>,
    options: &ReportOptions,
    target: Option<&Path>,
    output: &Output,
) -> Result<u8, Failure> {
    // a baseline that cannot be read must not cost the reports
    let baseline = options.baseline.as_ref().map(|path| super::render::stored(path)).transpose();
    if let Ok(Some(baseline)) = &baseline {
        for remark in crate::review::diff::remarks(baseline, &assessment) {
            output.remark(&format!("baseline: {remark}"));
        }
        crate::review::diff::date(baseline, &mut assessment);
    }
    dress(&mut assessment, answers, &options.show);
    write(&assessment, &options.show, target.filter(|_| output.links), output)?;
    let code = exit_code(&assessment, options, baseline?.as_ref());
    // the program is about to end: a hundred thousand findings need not be taken apart for that
    std::mem::forget(assessment);
    Ok(code)
}

/// The supplier's answers by fingerprint.
pub(crate) type Answers = std::collections::BTreeMap<String, crate::model::register::Response>;

/// Puts into an assessment what is shown beside the verdict and changes nothing of it.
pub(crate) fn dress(assessment: &mut Assessment, answers: Option<Answers>, options: &ShowOptions) {
    if let Some(text) = &options.classification {
        assessment.classification = Some(text.clone());
    }
    if let Some(answers) = answers {
        crate::review::responses::attach(assessment, answers);
    }
}

impl ReportOptions {
    /// The files that a report reads beside the audit, which have to be there before anything long begins. A baseline may be written over:
    /// it is read before.
    pub(crate) fn files(&self) -> Result<Vec<&Path>, Failure> {
        let files: Vec<&Path> = self.baseline.as_deref().into_iter().chain(self.show.responses.as_deref()).collect();
        for file in &files {
            let shown = crate::detect::mask::clean(&file.display().to_string());
            std::fs::metadata(file).map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}"), None))?;
        }
        Ok(self.show.responses.as_deref().into_iter().collect())
    }
}

impl ShowOptions {
    /// Reads the supplier's answers, before anything long begins.
    pub(crate) fn answers(&self, engine: &crate::detect::engine::Engine) -> Result<Option<Answers>, Failure> {
        use crate::collect::responses::{MOST_BYTES, read};
        let Some(path) = &self.responses else { return Ok(None) };
        let shown = crate::detect::mask::clean(&path.display().to_string());
        let refuse = |what: String| Failure::Usage(what, Some("`provost respond ASSESSMENT FILE` writes the form".to_owned()));
        let text = super::render::text(path, MOST_BYTES);
        let text = text.map_err(|error| refuse(format!("cannot read the answers {shown}: {error}")))?;
        let found = read(&text, engine);
        let found = found.map_err(|error| refuse(format!("{shown}:{}:{}: {}", error.line, error.column, error.message)))?;
        Ok(Some(found))
    }
}

/// Writes all reports. On a terminal that follows links, places lead into the target.
pub(crate) fn write(
    assessment: &Assessment,
    options: &ShowOptions,
    target: Option<&Path>,
    output: &Output,
) -> Result<(), Failure> {
    let render = |id: &str, style: report::Style| {
        let bytes = report::by_id(id)?.render(assessment, style);
        match target.filter(|_| id == "terminal" && style.colour) {
            Some(target) => {
                let text = String::from_utf8_lossy(&bytes);
                Some(super::links::linked(&text, assessment, target).into_bytes())
            }
            None => Some(bytes),
        }
    };
    put(destinations(&options.format, &report::ids())?, options.all, output, &render)
}

/// Writes each format to where it goes: plain into a file, as the terminal is to standard output.
pub(crate) fn put(
    places: Vec<(String, Option<PathBuf>)>,
    all: bool,
    output: &Output,
    render: &dyn Fn(&str, report::Style) -> Option<Vec<u8>>,
) -> Result<(), Failure> {
    output.clear();
    let mut failure = None;
    for (id, file) in places {
        let style = if file.is_some() { report::Style { all, ..report::Style::default() } } else { output.style(all) };
        let Some(bytes) = render(&id, style) else { continue };
        let written = match file {
            Some(file) => super::output::write_file(&file, &bytes),
            None => output.print_bytes(&bytes),
        };
        // one place that cannot be written to does not cost the other reports
        if let Err(error) = written {
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), Err)
}

/// The help of `--format`.
fn formats() -> String {
    format!("Report format, to standard output or into a file (may be repeated): {}", report::ids().join(", "))
}

/// The answer to a gate. With `--fail-on` or `--baseline` findings decide instead of the verdict; what was not read enough is never passed.
fn exit_code(assessment: &Assessment, options: &ReportOptions, baseline: Option<&Assessment>) -> u8 {
    use crate::model::assessment::Verdict;
    if assessment.verdict == Verdict::NotAssessed {
        return super::INCOMPLETE;
    }
    // other models have other scales
    let share = assessment.score.value.map(|value| 100.0 * value / assessment.score.maximum);
    let below = options.fail_under.is_some_and(|wanted| share.is_none_or(|value| value < wanted));
    let failed = if options.fail_on.is_some() || baseline.is_some() {
        let open: Vec<&Finding> = baseline.map_or_else(
            || crate::review::open(assessment).collect(),
            |baseline| crate::review::diff::fresh(baseline, assessment),
        );
        open.iter().any(|finding| options.fail_on.is_none_or(|least| finding.severity >= least))
    } else {
        assessment.verdict == Verdict::Fail
            || (assessment.complete && assessment.verdict == Verdict::Conditional && !options.allow_conditional)
    };
    // whoever lets a conditional verdict pass accepts that some of it could not be read
    let by_findings = options.fail_on.is_some() || baseline.is_some();
    let unsure = by_findings && !options.allow_conditional && unsure(assessment, options.fail_on, baseline);
    match (failed || below, assessment.complete && !unsure) {
        (true, _) => super::FAILED,
        (false, false) => super::INCOMPLETE,
        (false, true) => super::PASSED,
    }
}

/// Whether a gate or a critical control passes only on what could be read, and the baseline was surer of it. Findings do not say so.
fn unsure(assessment: &Assessment, least: Option<Severity>, baseline: Option<&Assessment>) -> bool {
    use crate::model::assessment::{ControlResult, Outcome};
    let grave = |one: &&ControlResult| {
        one.outcome == Outcome::Pass
            && one.degree_bounds.0 < one.degree.min(1.0) - 1e-9
            && (one.gate || one.severity == Severity::Critical)
            && least.is_none_or(|least| one.severity >= least)
    };
    let before = |id: &str| baseline?.controls.iter().find(|one| one.id == id).map(|one| one.degree_bounds.0);
    assessment.controls.iter().filter(grave).any(|one| before(&one.id).is_none_or(|low| one.degree_bounds.0 < low - 1e-9))
}

/// The name shown for a target: as given, made safe.
pub(crate) fn target(path: &Path) -> (Target, String) {
    let shown = path.display().to_string();
    let short = shown.trim_end_matches(['/', std::path::MAIN_SEPARATOR]);
    let name = crate::detect::mask::clean(if short.is_empty() { &shown } else { short });
    (Target::Path(path.to_path_buf()), name)
}
