//! The language of policies: whole policies, and what stands in them: classes, expressions, paths, patterns, globs. A policy is its
//! author's, but it comes from anywhere; a mistake in it is shown with its place, and nothing of it may end the program.

use super::ground::{CARDS, DATE, LIMITS, dice, file};
use super::{Target, sound};
use provost::audit::{Auditor, Words};
use provost::collect::walk::Target as Delivery;
use provost::detect::engine::Engine;
use provost::detect::fingerprint::Key;
use provost::detect::spans::Finder;
use provost::model::evidence::Evidence;
use provost::model::packs;
use provost::model::policy::Policy;
use provost::policy::{self, PolicyError, diagnostic, show};
use std::cell::RefCell;
use std::sync::LazyLock;

pub(crate) fn targets() -> Vec<Target> {
    vec![
        Target::new("policy/whole", 48 << 10, 20, |data| whole(&String::from_utf8_lossy(data))),
        Target::new("policy/class", 4 << 10, 15, |data| class(&String::from_utf8_lossy(data))),
        Target::new("policy/cel", 512, 12, |data| put("cel", &String::from_utf8_lossy(data))),
        Target::new("policy/path", 256, 12, |data| put("path", &String::from_utf8_lossy(data))),
        Target::new("policy/pattern", 256, 8, |data| put("pattern", &String::from_utf8_lossy(data))),
        Target::new("policy/glob", 256, 6, |data| put("glob", &String::from_utf8_lossy(data))),
        Target::new("policy/operand", 256, 8, |data| put("operand", &String::from_utf8_lossy(data))),
    ]
}

/// Loads a policy; every mistake has a place in the text and can be shown.
fn load(text: &str) -> Option<Policy> {
    let words = Words::default();
    match policy::load_text("x.yaml", text, &[], &words.vocabulary()) {
        Ok(policy) => Some(policy),
        Err(PolicyError::Invalid(files)) => {
            assert!(!files.is_empty(), "refused for nothing");
            let lines = text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count() as u32 + 1;
            for file in files.iter().filter(|file| file.file == "x.yaml") {
                assert!(!file.problems.is_empty(), "refused for no mistake");
                for problem in &file.problems {
                    assert!(!problem.message.is_empty() && problem.line >= 1, "a mistake that says nothing");
                    assert!(problem.line <= lines, "a mistake in a line that is not there");
                }
            }
            let shown = diagnostic::render(&files, false);
            assert!(!shown.is_empty(), "mistakes that are not shown");
            assert!(!shown.contains('\u{1b}'), "an escape is shown");
            None
        }
        Err(_) => None,
    }
}

fn whole(text: &str) {
    // another file is read for it: which ones there are is no part of the input
    if text.contains('/') && text.contains("extends") {
        return;
    }
    let Some(policy) = load(text) else { return };
    assert!(serde_json::to_string(&show::show(&policy)).is_ok(), "a policy that cannot be shown");
    assert!(policy.controls.iter().all(|control| !control.checks.is_empty()), "a control without a check");
    judge(policy, dice(text.as_bytes()).is_multiple_of(8));
}

/// What is judged where only the policy is in question: a table, settings, a manifest.
static EVIDENCE: LazyLock<Evidence> = LazyLock::new(|| {
    let files = vec![
        file("cards.csv", b"warrant_no,name,email,issued\n100001,Ada Example,ada@example.org,2025-01-04\n"),
        file("etc/ssh/sshd_config", b"PasswordAuthentication yes\nCiphers aes256-ctr,aes128-cbc\n"),
        file("a.json", br#"{"users": [{"name": "x", "admin": true, "age": "30d"}], "port": 8080, "tls": ["TLSv1.2"]}"#),
        file("provost-manifest.yaml", b"provost-manifest: 1\ndocuments:\n  - {type: dpia, issued: 2026-01-01}\nstatements:\n  - {id: mfa, answer: \"yes\"}\n"),
    ];
    let mut evidence = CARDS.collect(&Delivery::Memory(files), &|_, _, _| {}).expect("evidence");
    for asked in evidence.asked.values_mut() {
        asked.insert("$..*".to_owned());
    }
    evidence
});

thread_local! {
    /// Detectors are costly to make and no part of what is judged here.
    static JUDGE: RefCell<Option<Auditor>> = const { RefCell::new(None) };
}

fn judge(policy: Policy, reports: bool) {
    JUDGE.with_borrow_mut(|judge| {
        if judge.is_none() {
            let mut auditor =
                Auditor::with(CARDS.policy.clone(), Key::from_text("a key that everybody knows")).expect("detectors");
            auditor.limits = LIMITS;
            *judge = Some(auditor);
        }
        let Some(judge) = judge else { return };
        judge.policy = policy;
        let assessment = judge.assess(&EVIDENCE, *DATE);
        assert!(provost::review::sound::wrong(&assessment).is_none(), "an assessment of our own that we would refuse");
        if reports {
            sound::reports(&assessment, None);
        }
    });
}

/// A class of the policy's own: its text stands in a list of one.
fn class(text: &str) {
    let list: String =
        text.lines().enumerate().map(|(at, line)| format!("  {} {line}\n", if at == 0 { '-' } else { ' ' })).collect();
    let head = "provost: 1\nid: fuzz\ntitle: Fuzz\nversion: 1\nsummary: None.\nextends: [publication]\nclasses:\n";
    let Some(policy) = load(&format!("{head}{list}")) else { return };
    let own = policy.classes.clone();
    let words = Words::default();
    let builtin = policy::builtin_classes(&words.vocabulary()).expect("classes");
    let mut classes: Vec<_> = builtin.into_iter().filter(|class| class.parent.is_none()).take(2).collect();
    classes.extend(own.into_iter().map(|class| provost::model::class::Class { parent: None, ..class }));
    packs::select(&mut classes, &policy.jurisdictions);
    let Ok(engine) = Engine::new(&classes, Key::from_text("a key that everybody knows")) else { return };
    let sample = "Warrant no 100001, Ada Example <ada@example.org>, AB914273C; aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 0000-0000-0000";
    let spans = Finder::new(&engine).text(sample);
    assert!(spans.iter().all(|span| sample.get(span.start..span.end).is_some()), "a span that is not in the text");
}

/// A policy of one control, with the input at one place of it.
fn put(place: &str, text: &str) {
    let quoted = serde_json::to_string(text).expect("a text can be quoted");
    let check = match place {
        "cel" => format!("{{file: \"*\", cel: {quoted}}}"),
        "path" => format!("{{config: [json, sshd], at: {quoted}, must: {{exist: true}}}}"),
        "pattern" => format!("{{file: \"*\", must: {{name: {{matches: {quoted}}}}}}}"),
        "glob" => format!("{{file: {quoted}, in: [{quoted}], must: {{exist: true}}}}"),
        _ => format!(
            "{{config: [json, sshd], at: \"$..*\", must: {{any: [{{at_least: {quoted}}}, {{be: {quoted}}}, {{within: {quoted}}}, {{contains: {quoted}}}]}}}}"
        ),
    };
    let control = format!(
        "  - {{id: FUZZ-1, title: Fuzz, severity: low, theme: inventory, references: {{uk-gdpr: [\"32\"]}}, why: Fuzz., fix: Fuzz., checks: [{check}]}}\n"
    );
    let head = "provost: 1\nid: fuzz\ntitle: Fuzz\nversion: 1\nsummary: None.\ncontrols:\n";
    if let Some(policy) = load(&format!("{head}{control}")) {
        judge(policy, false);
    }
}
