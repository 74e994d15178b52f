//! What AWS Config says of its rules, as the `aws configservice` commands answer. It must not take the lack of data for compliance.

use super::{Results, Status, TestRun, day, result, text};
use crate::collect::config::exported::get;
use crate::model::node::Node;

/// The reader.
pub(super) struct AwsConfig;
/// The reader.
pub(super) static RESULT: AwsConfig = AwsConfig;

impl Results for AwsConfig {
    fn id(&self) -> &'static str {
        "aws_config"
    }

    fn title(&self) -> &'static str {
        "AWS Config compliance (JSON of aws configservice)"
    }

    fn notes(&self) -> &'static str {
        "get-compliance-details-by-config-rule and -by-resource: the id is the rule, `where` the resource, the day the newest ResultRecordedTime \
         (the export cannot be older). describe-compliance-by-config-rule and -by-resource say no day, so nothing in them passes. \
         COMPLIANT passes, NON_COMPLIANT fails, NOT_APPLICABLE was not run, INSUFFICIENT_DATA is an error."
    }

    fn claims(&self, root: &Node) -> bool {
        let details = get(root, &["EvaluationResults"]).map(Node::items).unwrap_or_default();
        let detailed = details
            .first()
            .is_some_and(|one| get(one, &["ComplianceType"]).is_some() && get(one, &["EvaluationResultIdentifier"]).is_some());
        let listed = |key: &str| {
            get(root, &[key]).is_some_and(|list| list.items().first().is_some_and(|one| get(one, &["Compliance"]).is_some()))
        };
        detailed || listed("ComplianceByConfigRules") || listed("ComplianceByResources")
    }

    fn begins(&self, head: &str) -> bool {
        (head.contains("\"EvaluationResults\"") && head.contains("\"ComplianceType\""))
            || head.contains("\"ComplianceByConfigRules\"")
            || head.contains("\"ComplianceByResources\"")
    }

    fn read(&self, root: &Node) -> Result<Vec<TestRun>, String> {
        let mut run = TestRun { tool: "aws_config".to_owned(), ..TestRun::default() };
        for one in get(root, &["EvaluationResults"]).map(Node::items).unwrap_or_default() {
            let of = |key| text(one, &["EvaluationResultIdentifier", "EvaluationResultQualifier", key]);
            let status = status(text(one, &["ComplianceType"]));
            let place = [of("ResourceType"), of("ResourceId")].join(" ");
            run.results.push(result(of("ConfigRuleName"), "", status, None, place.trim().to_owned(), one));
            run.produced = run.produced.max(day(text(one, &["ResultRecordedTime"])));
        }
        for one in get(root, &["ComplianceByConfigRules"]).map(Node::items).unwrap_or_default() {
            let status = status(text(one, &["Compliance", "ComplianceType"]));
            run.results.push(result(text(one, &["ConfigRuleName"]), "", status, None, String::new(), one));
        }
        for one in get(root, &["ComplianceByResources"]).map(Node::items).unwrap_or_default() {
            let status = status(text(one, &["Compliance", "ComplianceType"]));
            let kind = text(one, &["ResourceType"]);
            run.results.push(result(kind, "", status, None, [kind, text(one, &["ResourceId"])].join(" "), one));
        }
        if get(root, &["NextToken"]).is_some() {
            run.unread = Some("the answer goes on on a page that is not here".to_owned());
        }
        Ok(vec![run])
    }
}

fn status(word: &str) -> Status {
    match word {
        "COMPLIANT" => Status::Pass,
        "NON_COMPLIANT" => Status::Fail,
        "NOT_APPLICABLE" => Status::NotRun,
        "INSUFFICIENT_DATA" => Status::Error,
        _ => Status::Unknown,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;
    use crate::collect::config::exported::json;
    use crate::model::day::Day;

    #[test]
    fn details_have_a_day_and_summaries_have_none() {
        let root = json(r#"{"EvaluationResults": [{"EvaluationResultIdentifier": {"EvaluationResultQualifier": {"ConfigRuleName": "s3-bucket-ssl-requests-only",
            "ResourceType": "AWS::S3::Bucket", "ResourceId": "cards"}}, "ComplianceType": "NON_COMPLIANT", "ResultRecordedTime": 1795515300.25},
            {"EvaluationResultIdentifier": {"EvaluationResultQualifier": {"ConfigRuleName": "s3-bucket-ssl-requests-only"}}, "ComplianceType": "COMPLIANT",
             "ResultRecordedTime": "2026-11-01T00:00:00+00:00"}]}"#).unwrap();
        assert!(RESULT.claims(&root));
        let runs = RESULT.read(&root).unwrap();
        let run = runs.first().unwrap();
        assert_eq!(run.produced, Day::parse("2026-11-24"));
        assert_eq!(run.results.iter().map(|one| one.status).collect::<Vec<_>>(), [Status::Fail, Status::Pass]);
        let root = json(r#"{"ComplianceByConfigRules": [{"ConfigRuleName": "r", "Compliance": {"ComplianceType": "INSUFFICIENT_DATA"}}], "NextToken": "x"}"#).unwrap();
        assert!(RESULT.claims(&root));
        let runs = RESULT.read(&root).unwrap();
        let run = runs.first().unwrap();
        assert_eq!((run.produced, run.results.first().map(|one| one.status)), (None, Some(Status::Error)));
        assert!(run.unread.is_some());
    }
}
