//! Two-step verification of the users of a Google Workspace, as the Directory API lists them. It keeps no person: of each user only
//! what is true or false is counted.

use super::exported::{Counted, Shares, get, is, is_json, json, quotes, shares};
use super::{Claim, Config, Included, People, Probe, ReadError, text};
use crate::model::node::{Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct GoogleWorkspace;

/// The reader, for the registry.
pub(super) static CONFIG: GoogleWorkspace = GoogleWorkspace;

/// What is counted.
const COUNTED: [Counted; 2] =
    [("isEnrolledIn2Sv", "enrolled_2sv", "enrolled_2sv_percent"), ("isEnforcedIn2Sv", "enforced_2sv", "enforced_2sv_percent")];

impl Config for GoogleWorkspace {
    fn id(&self) -> &'static str {
        "google_workspace"
    }

    fn title(&self) -> &'static str {
        "Users of a Google Workspace and their two-step verification (Directory API JSON)"
    }

    fn notes(&self) -> &'static str {
        "What `users.list` answers: `{\"users\": [...]}` or a list. Suspended and archived users do not count. For the whole: `users`, \
         `enrolled_2sv`, `enforced_2sv` (how many), `enrolled_2sv_percent`, `enforced_2sv_percent` (rounded down); in the context `admins` the \
         same of those with `isAdmin` or `isDelegatedAdmin`. An answer with a `nextPageToken` is not whole: its share of 100 is unknown."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if !is_json(probe) {
            return Claim::No;
        }
        let lower = probe.head.to_lowercase();
        let sure = quotes(&lower, "isenrolledin2sv") && (quotes(&lower, "primaryemail") || quotes(&lower, "isenforcedin2sv"));
        if sure { Claim::Product } else { Claim::No }
    }

    fn people(&self) -> People {
        People::Tree
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let root = json(source)?;
        let list = if matches!(root.kind, Kind::List(_)) { Some(&root) } else { get(&root, &["users"]) };
        let Some(list) = list.filter(|list| matches!(list.kind, Kind::List(_))) else {
            return Err(text::error("no list of users", root.line));
        };
        let mut shares = Shares::new(&COUNTED, get(&root, &["nextPageToken"]).is_some());
        for user in list.items() {
            if is(user, "isEnrolledIn2Sv").is_none() {
                return Err(text::error("of a user it does not say isEnrolledIn2Sv", user.line));
            }
            let away = is(user, "suspended") == Some(true) || is(user, "archived") == Some(true);
            let admin = is(user, "isAdmin") == Some(true) || is(user, "isDelegatedAdmin") == Some(true);
            if !away {
                shares.add(user, admin);
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
