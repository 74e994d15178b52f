//! Prowler's own JSON, as version 3 writes it; later versions write OCSF. It must not believe what is muted: that is the supplier's own.

use super::{Results, Status, TestRun, day, result, text};
use crate::collect::config::exported::get;
use crate::model::node::{Kind, Node};
use crate::model::results::Grade;

/// The reader.
pub(super) struct Prowler;
/// The reader.
pub(super) static RESULT: Prowler = Prowler;

impl Results for Prowler {
    fn id(&self) -> &'static str {
        "prowler"
    }

    fn title(&self) -> &'static str {
        "Prowler (JSON of version 3)"
    }

    fn notes(&self) -> &'static str {
        "Each finding with its CheckID and resource. PASS passes, FAIL fails, MANUAL and INFO were not run, WARNING and MUTED (a failure that \
         the supplier muted) fail. The day is the oldest AssessmentStartTime. What version 4 and later write is OCSF: `result: prowler` \
         finds both."
    }

    fn claims(&self, root: &Node) -> bool {
        let Kind::List(items) = &root.kind else { return false };
        items.first().is_some_and(|one| {
            get(one, &["CheckID"]).is_some() && get(one, &["Status"]).is_some() && get(one, &["AssessmentStartTime"]).is_some()
        })
    }

    fn begins(&self, head: &str) -> bool {
        head.contains("\"AssessmentStartTime\"") && head.contains("\"CheckID\"")
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        let mut run = TestRun { tool: "prowler".to_owned(), ..TestRun::default() };
        let mut undated = false;
        for one in root.items() {
            let status = match text(one, &["Status"]).to_ascii_uppercase().as_str() {
                "PASS" => Status::Pass,
                "FAIL" | "WARNING" | "MUTED" => Status::Fail,
                "MANUAL" | "INFO" => Status::NotRun,
                _ => Status::Unknown,
            };
            let made = day(text(one, &["AssessmentStartTime"]));
            undated |= made.is_none();
            run.produced = run.produced.map_or(made, |oldest| made.map(|made| made.min(oldest)).or(Some(oldest)));
            let place = [text(one, &["ResourceArn"]), text(one, &["ResourceId"])].into_iter().find(|place| !place.is_empty());
            let severity = Grade::of(text(one, &["Severity"]));
            let place = place.unwrap_or_default().to_owned();
            run.results.push(result(text(one, &["CheckID"]), text(one, &["CheckTitle"]), status, severity, place, one));
        }
        if undated {
            run.produced = None;
        }
        let first = root.items().first().unwrap_or(root);
        [text(first, &["Provider"]), text(first, &["AccountId"])].join(" ").trim().clone_into(&mut run.subject);
        Ok(vec![run])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;
    use crate::model::day::Day;

    #[test]
    fn statuses_and_the_oldest_day() {
        let one = |status: &str, day: &str| {
            format!(
                r#"{{"AssessmentStartTime": "{day}T10:00:00.123456", "Provider": "aws", "CheckID": "s3_bucket_public_access", "CheckTitle": "t",
                "Status": "{status}", "Severity": "critical", "ResourceId": "cards", "AccountId": "111122223333"}}"#
            )
        };
        let all = [
            ("PASS", "2026-11-22"),
            ("FAIL", "2026-11-21"),
            ("MUTED", "2026-11-23"),
            ("MANUAL", "2026-11-23"),
            ("ODD", "2026-11-23"),
        ];
        let source = format!("[{}]", all.map(|row| one(row.0, row.1)).join(","));
        let root = json(&source).unwrap();
        assert!(RESULT.claims(&root));
        let runs = RESULT.read(&root).unwrap();
        let run = runs.first().unwrap();
        assert_eq!(run.produced, Day::parse("2026-11-21"));
        let seen: Vec<_> = run.results.iter().map(|one| one.status).collect();
        assert_eq!(seen, [Status::Pass, Status::Fail, Status::Fail, Status::NotRun, Status::Unknown]);
        let undated = json(&source.replace("2026-11-23T10:00:00.123456", "then")).unwrap();
        assert_eq!(RESULT.read(&undated).unwrap().first().unwrap().produced, None);
    }
}
