//! Which users of a Microsoft Entra tenant have registered a second factor, as Graph's report lists them. It keeps no person: of each
//! user only what is true or false.

use super::exported::{Counted, Shares, each, get, is, is_json, json, quotes, shares, truth};
use super::{Claim, Config, Included, People, Probe, ReadError, text};
use crate::model::node::{Fold, Node, Setting};

/// The reader.
pub(super) struct AuthMethods;

/// The reader, for the registry.
pub(super) static CONFIG: AuthMethods = AuthMethods;

/// What is counted.
const COUNTED: [Counted; 2] =
    [("isMfaRegistered", "mfa_registered", "mfa_registered_percent"), ("isMfaCapable", "mfa_capable", "mfa_capable_percent")];

impl Config for AuthMethods {
    fn id(&self) -> &'static str {
        "entra_auth_methods"
    }

    fn title(&self) -> &'static str {
        "Registration of authentication methods in Microsoft Entra (Graph JSON)"
    }

    fn notes(&self) -> &'static str {
        "The report `userRegistrationDetails`, as a list or `{\"value\": [...]}`. Users with `accountEnabled: false` do not count. For the \
         whole: `users`, `mfa_registered` and `mfa_capable` (how many), `mfa_registered_percent`, `mfa_capable_percent` (rounded down); \
         in the context `admins` the same of those with `isAdmin`. A report of several pages is complete only with all of them: one \
         with a link to the next page gives shares that nobody knows."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if !is_json(probe) {
            return Claim::No;
        }
        let lower = probe.head.to_lowercase();
        let sure = quotes(&lower, "ismfaregistered")
            && (quotes(&lower, "userprincipalname") || quotes(&lower, "ismfacapable") || quotes(&lower, "methodsregistered"));
        if sure { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Tree
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let root = json(source)?;
        let mut shares = Shares::new(&COUNTED, get(&root, &["@odata.nextLink"]).is_some());
        for user in each(&root) {
            let Some(registered) = get(user, &["isMfaRegistered"]) else {
                return Err(text::error("a user of the report has no isMfaRegistered", user.line));
            };
            if truth(registered).is_none() {
                return Err(text::error("isMfaRegistered is neither true nor false", registered.line));
            }
            if is(user, "accountEnabled") != Some(false) {
                shares.add(user, is(user, "isAdmin") == Some(true));
            }
        }
        Ok(shares.kept(root.line.max(1), root.column.max(1)))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(shares(root, &COUNTED))
    }
}
