//! The security defaults of a Microsoft Entra tenant, as Graph answers. It must not say what they ask for: that is the tenant's summary,
//! which `entra_conditional_access` has.

use super::exported::{each, get, is_json, json, quotes, setting, truth, word};
use super::{Claim, Config, Included, People, Probe, ReadError, text};
use crate::model::node::{Fold, Node, Setting};

/// The reader.
pub(super) struct SecurityDefaults;

/// The reader, for the registry.
pub(super) static CONFIG: SecurityDefaults = SecurityDefaults;

/// The identifier that the policy has in every tenant.
const ID: &str = "00000000-0000-0000-0000-000000000005";

impl Config for SecurityDefaults {
    fn id(&self) -> &'static str {
        "entra_security_defaults"
    }

    fn title(&self) -> &'static str {
        "Security defaults of Microsoft Entra (Graph JSON)"
    }

    fn notes(&self) -> &'static str {
        "The answer of `policies/identitySecurityDefaultsEnforcementPolicy`: `isEnabled`. What that means for the tenant is in the \
         context `tenant` of `entra_conditional_access`, also where no policy was delivered."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if !is_json(probe) || !probe.whole || probe.head.len() > 16 << 10 {
            return Claim::No;
        }
        let lower = probe.head.to_lowercase();
        let named = lower.contains("identitysecuritydefaultsenforcementpolicy") || lower.contains(ID);
        let sure = named && quotes(&lower, "isenabled") && json(probe.head).is_ok_and(|root| policy(&root).is_some());
        if sure { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Tree
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let root = json(source)?;
        match policy(&root) {
            Some(found) => Ok(found.clone()),
            None => Err(text::error("it does not say whether the security defaults are on", root.line)),
        }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let node = get(root, &["isEnabled"])?;
        Some(vec![setting("", "isEnabled", word(truth(node)?), node)])
    }
}

/// The one policy of an answer.
fn policy(root: &Node) -> Option<&Node> {
    match each(root).as_slice() {
        [one] => get(one, &["isEnabled"]).and_then(truth).map(|_| *one),
        _ => None,
    }
}
