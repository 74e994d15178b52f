//! What this program wrote and reads again: evidence, assessments, waivers, answers, a manifest. Each may have passed through any hands.

use super::ground::{CARDS, DATE, LIMITS, SERVERS, dice, file, planted};
use super::{Target, sound};
use provost::assess::Surveyed;
use provost::audit::Auditor;
use provost::collect::responses;
use provost::collect::walk::Target as Delivery;
use provost::detect::fingerprint::Key;
use provost::detect::mask;
use provost::model::assessment::{self, Assessment};
use provost::model::evidence::{Evidence, SCHEMA};
use provost::model::packed;
use provost::model::waiver::{Waiver, WaiverFile};
use provost::report::{Style, review as shown, review_page as page};
use provost::review::retest::{About, There};
use provost::review::{compare, diff, history, responses as answers, retest};
use sha2::Digest;
use std::cell::RefCell;
use std::sync::LazyLock;

pub(crate) fn targets() -> Vec<Target> {
    vec![
        Target::new("stored/evidence", 32 << 10, 30, evidence),
        Target::new("stored/packed", 32 << 10, 20, packed_evidence),
        Target::new("stored/assessment", 64 << 10, 30, assessment_of),
        Target::new("stored/waivers", 4 << 10, 8, |data| waivers(&String::from_utf8_lossy(data))),
        Target::new("stored/answers", 4 << 10, 8, |data| answer(&String::from_utf8_lossy(data))),
        Target::new("stored/manifest", 8 << 10, 10, manifest),
    ]
}

/// `provost assess FILE`.
fn evidence(data: &[u8]) {
    let Ok(found) = serde_json::from_slice::<Evidence>(data) else { return };
    if found.schema != SCHEMA {
        return;
    }
    let text = serde_json::to_string(&found).expect("evidence can be written");
    let back: Evidence = serde_json::from_str(&text).expect("evidence can be read");
    assert!(serde_json::to_string(&back).is_ok_and(|again| again == text), "evidence that was read is written otherwise");
    let mut packed = Vec::new();
    packed::write(&found, &mut packed).expect("evidence can be packed");
    let known = packed::digest(&found);
    assert!(
        packed::read(packed.clone()).is_ok_and(|(again, digest)| again == found && digest == known),
        "packed evidence is other evidence"
    );
    let auditor: &Auditor = if dice(data) & 1 == 0 { &CARDS } else { &SERVERS };
    let assessment = auditor.assess(&found, *DATE);
    assert!(auditor.assess(&found, *DATE) == assessment, "the same evidence is judged in two ways");
    assert!(as_it_is_read(auditor, packed) == assessment, "packed evidence is judged otherwise");
    sound::reports(&assessment, None);
}

/// Judged as `provost assess` does, which looks at artifacts while they are read.
fn as_it_is_read(auditor: &Auditor, packed: Vec<u8>) -> Assessment {
    let packed = packed::Packed::open(packed).expect("it was read before");
    let (found, digest, surveyed) = Surveyed::reading(&auditor.policy, packed).expect("it was read before");
    auditor.assess_known(&found, Some(&digest), Some(surveyed), *DATE)
}

/// The same of the packed form: frames that somebody else wrote, with an end that says they are whole.
fn packed_evidence(data: &[u8]) {
    let (mut count, mut rest) = (0_u64, data);
    while let Some((head, after)) = rest.split_first_chunk::<9>() {
        let length = u64::from_le_bytes([head[1], head[2], head[3], head[4], head[5], head[6], head[7], head[8]]);
        let Some((_, after)) = usize::try_from(length).ok().and_then(|length| after.split_at_checked(length)) else { break };
        (count, rest) = (count + 1, after);
    }
    let mut whole = [packed::MAGIC, data].concat();
    let sum: [u8; 32] = sha2::Sha256::digest(&whole).into();
    whole.push(b'E');
    whole.extend(40_u64.to_le_bytes());
    whole.extend(count.to_le_bytes());
    whole.extend(sum);
    let Ok((found, _)) = packed::read(whole.clone()) else { return };
    let mut again = Vec::new();
    packed::write(&found, &mut again).expect("evidence can be packed");
    let back = packed::read(again);
    // a confidence that is no number is equal to nothing
    let text = |evidence: &Evidence| serde_json::to_string(evidence).expect("evidence can be written");
    assert!(back.is_ok_and(|back| text(&back.0) == text(&found)), "packed evidence is other evidence");
    if found.schema == SCHEMA {
        let assessment = as_it_is_read(&CARDS, whole);
        let mut loose = found.clone();
        loose.artifacts.loose_mut();
        let (mut one, other) = (CARDS.assess(&loose, *DATE), assessment.clone());
        // who packs it parts it otherwise
        one.evidence.digest.clone_from(&other.evidence.digest);
        assert!(one == other || format!("{one:?}") == format!("{other:?}"), "packed evidence is judged otherwise");
        sound::reports(&assessment, None);
    }
}

fn stored(text: &str) -> Option<Assessment> {
    let found: Assessment = serde_json::from_str(text).ok()?;
    (found.schema == assessment::SCHEMA && provost::review::sound::wrong(&found).is_none()).then_some(found)
}

/// `provost render`, `diff`, `compare`, `history`, `respond`, `retest`.
fn assessment_of(data: &[u8]) {
    let Some(found) = stored(&String::from_utf8_lossy(data)) else { return };
    sound::reports(&found, None);
    let plain = |text: &str, what: &str| {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{what} holds a control character");
    };
    let style = Style { width: 80, colour: false, all: true, head: false };
    let mut other = BASE.clone();
    for (old, new) in [(&found, &*BASE), (&*BASE, &found), (&found, &found)] {
        if let Ok(diff) = diff::diff(old, new) {
            plain(&shown::difference(&diff, style), "a difference");
            plain(&page::difference(&diff), "a page of differences");
        }
        let _ = (diff::remarks(old, new), diff::fresh(old, new));
        let test = retest::retest(old, new, true, &|_| There::No, &|_| About::Holdings);
        plain(&shown::retest(&test, style), "a re-test");
        plain(&page::retest(&test), "a page of a re-test");
        let _ = shown::retest_cells(&test);
    }
    diff::date(&found, &mut other);
    if let Ok(found) = compare::compare(&[found.clone(), found.clone()]) {
        plain(&shown::comparison(&found, style), "a comparison");
        plain(&page::comparison(&found), "a page of a comparison");
        let _ = shown::comparison_cells(&found);
    }
    let form = answers::form(&found, &mask::clean);
    assert!(responses::read(&form, &CARDS.engine).is_ok(), "a form that cannot be filled in");
    let past = history::history(vec![found, BASE.clone()]);
    plain(&shown::history(&past, style), "a history");
    plain(&page::history(&past), "a page of a history");
}

/// An assessment to compare with.
pub(crate) static BASE: LazyLock<Assessment> = LazyLock::new(|| {
    let files = vec![
        file(
            "cards.csv",
            b"warrant_no,name,email,dob\n100001,Ada Example,ada@example.org,1980-02-14\n100002,Ben Sample,,1981-03-15\n",
        ),
        file("etc/ssh/sshd_config", b"PasswordAuthentication yes\nPermitRootLogin yes\n"),
        file("backup.zip", b"PK\x03\x04 broken"),
    ];
    CARDS.audit(&Delivery::Memory(files), *DATE).expect("an assessment")
});

thread_local! {
    static WAIVING: RefCell<Option<Auditor>> = const { RefCell::new(None) };
}

fn waivers(text: &str) {
    let Ok(found) = serde_yaml::from_str::<WaiverFile>(text) else { return };
    let written = serde_yaml::to_string(&found).expect("waivers can be written");
    let back: WaiverFile = serde_yaml::from_str(&written).expect("waivers can be read");
    assert!(serde_yaml::to_string(&back).is_ok_and(|again| again == written), "waivers that were read are written otherwise");
    let narrow = |waiver: &Waiver| provost::assess::is_narrow(&waiver.globs);
    let _ = found.waivers.iter().filter(|waiver| narrow(waiver)).count();
    let files = vec![file("cards.csv", b"warrant_no,name,dob\n100001,Ada Example,1980-02-14\n")];
    WAIVING.with_borrow_mut(|own| {
        if own.is_none() {
            let mut auditor =
                Auditor::with(CARDS.policy.clone(), Key::from_text("a key that everybody knows")).expect("detectors");
            auditor.limits = LIMITS;
            *own = Some(auditor);
        }
        let Some(auditor) = own else { return };
        auditor.waivers = found.waivers;
        let assessment = auditor.audit(&Delivery::Memory(files), *DATE).expect("an assessment");
        assert!(
            assessment.findings.iter().filter(|finding| finding.waived).all(|_| !auditor.waivers.is_empty()),
            "waived by nobody"
        );
        sound::reports(&assessment, None);
    });
}

fn answer(text: &str) {
    match responses::read(text, &CARDS.engine) {
        Ok(found) => {
            let mut assessment = BASE.clone();
            answers::attach(&mut assessment, found);
            sound::reports(&assessment, None);
        }
        Err(problem) => assert!(!problem.message.is_empty() && problem.line >= 1, "a mistake that says nothing"),
    }
}

fn manifest(data: &[u8]) {
    let (bytes, canary) = planted(data);
    let files = vec![file("provost-manifest.yaml", &bytes), file("contracts/dpa.txt", b"Between the parties.\n")];
    let found = CARDS.collect(&Delivery::Memory(files), &|_| {}).expect("evidence");
    sound::evidence(&found, Some(canary));
    sound::judged(&CARDS, &found, Some(canary));
}
