//! The password policy of an AWS account, as `aws iam get-account-password-policy` answers, also where it answers that there is none.
//! It must not read Terraform or other descriptions of such a policy.

use super::exported::{get, is_json, json, quotes, setting, truth, word};
use super::known::{self, Known, is};
use super::{Claim, Config, Included, People, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::BTreeMap;

/// The reader.
pub(super) struct PasswordPolicy;

/// The reader, for the registry.
pub(super) static CONFIG: PasswordPolicy = PasswordPolicy;

const API: &str = "IAM API reference, UpdateAccountPasswordPolicy";

/// What holds where a policy of the account's own does not say.
const KNOWN: &[Known] = &[
    is("MinimumPasswordLength", "6", API),
    is("RequireSymbols", "false", API),
    is("RequireNumbers", "false", API),
    is("RequireUppercaseCharacters", "false", API),
    is("RequireLowercaseCharacters", "false", API),
    is("AllowUsersToChangePassword", "false", API),
    is("PasswordReusePrevention", "0", API),
    is("MaxPasswordAge", "0", API),
    is("HardExpiry", "false", API),
];

impl Config for PasswordPolicy {
    fn id(&self) -> &'static str {
        "aws_password_policy"
    }

    fn title(&self) -> &'static str {
        "AWS account password policy (aws iam get-account-password-policy)"
    }

    fn notes(&self) -> &'static str {
        "The JSON with its `PasswordPolicy`, or the message with NoSuchEntity: then `account_policy` is false and AWS's own policy holds \
         (8 characters, three kinds of them, no reuse prevention). Keys as AWS names them: `MinimumPasswordLength`, \
         `PasswordReusePrevention` (0: none), `MaxPasswordAge` (0: never), `RequireSymbols` …"
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.head.len() > 16 << 10 || !probe.whole {
            return Claim::No;
        }
        if is_json(probe) {
            let lower = probe.head.to_lowercase();
            let telling = quotes(&lower, "passwordpolicy") && quotes(&lower, "minimumpasswordlength");
            let sure =
                telling && json(probe.head).is_ok_and(|root| get(&root, &["PasswordPolicy", "MinimumPasswordLength"]).is_some());
            return if sure { Claim::Product } else { Claim::No };
        }
        let answer = !text::foreign(probe.extension) || matches!(probe.extension, "json" | "log");
        if answer && absent(probe.head) { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Tree
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        if absent(source) {
            return Ok(Node::new(Kind::Map(Vec::new()), 1, 1));
        }
        let root = json(source)?;
        match get(&root, &["PasswordPolicy"]).filter(|node| matches!(node.kind, Kind::Map(_))) {
            Some(node) => {
                let entry = Entry { key: "PasswordPolicy".to_owned(), line: node.line, column: node.column, node: node.clone() };
                Ok(Node::new(Kind::Map(vec![entry]), 1, 1))
            }
            None => Err(text::error("no PasswordPolicy in it", root.line)),
        }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let Some(policy) = get(root, &["PasswordPolicy"]) else {
            let mut out = vec![setting("", "account_policy", "false", root)];
            for (key, value) in [("MinimumPasswordLength", "8"), ("AllowUsersToChangePassword", "true")] {
                out.push(Setting { default: true, ..setting("", key, value, root) });
            }
            known::fill(&mut out, KNOWN, Fold::Case, "");
            return Some(out);
        };
        let mut out = vec![setting("", "account_policy", "true", policy)];
        // of a key that is written twice the last one counts
        let last: BTreeMap<String, &Entry> = policy.entries().iter().map(|entry| (entry.key.to_lowercase(), entry)).collect();
        for entry in last.into_values() {
            if entry.node.kind != Kind::Null {
                let value = match truth(&entry.node) {
                    Some(truth) => Node::text(word(truth), entry.node.line, entry.node.column),
                    None => entry.node.clone(),
                };
                out.push(Setting { value, ..Setting::of(entry) });
            }
        }
        known::fill(&mut out, KNOWN, Fold::Case, "");
        Some(out)
    }
}

/// Whether a text is the message that the account has no policy of its own.
fn absent(text: &str) -> bool {
    text.len() < 4096 && text.contains("NoSuchEntity") && text.contains("GetAccountPasswordPolicy")
}
