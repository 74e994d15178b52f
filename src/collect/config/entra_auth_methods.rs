//! Which users of a Microsoft Entra tenant have registered a second factor, as Graph's report lists them. It keeps no person: of each
//! user only what is true or false.

use super::exported::{each, get, is_json, json, quotes, setting, truth, word};
use super::{Claim, Config, Included, People, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct AuthMethods;

/// The reader, for the registry.
pub(super) static CONFIG: AuthMethods = AuthMethods;

/// What is counted: the key of the report, and what its number and its share are called.
const COUNTED: [(&str, &str, &str); 2] =
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
        let (line, column) = (root.line.max(1), root.column.max(1));
        let more = get(&root, &["@odata.nextLink"]).is_some();
        let (mut all, mut admins) = (Group::default(), Group::default());
        for user in each(&root) {
            let Some(registered) = get(user, &["isMfaRegistered"]) else {
                return Err(text::error("a user of the report has no isMfaRegistered", user.line));
            };
            if truth(registered).is_none() {
                return Err(text::error("isMfaRegistered is neither true nor false", registered.line));
            }
            if is(user, "accountEnabled") != Some(false) {
                all.add(user);
                if is(user, "isAdmin") == Some(true) {
                    admins.add(user);
                }
            }
        }
        let node = |kind| Node::new(kind, line, column);
        let entry = |key: &str, kind| Entry { key: key.to_owned(), line, column, node: node(kind) };
        let groups =
            vec![entry("all", all.kept(&node)), entry("admins", admins.kept(&node)), entry("more_pages", Kind::Bool(more))];
        Ok(node(Kind::Map(groups)))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let more = get(root, &["more_pages"]).and_then(truth) == Some(true);
        let mut out = vec![setting("", "more_pages", word(more), root)];
        for (name, context) in [("all", ""), ("admins", "admins")] {
            let number = |key: &str| get(root, &[name, key]).and_then(|node| Some((node, node.scalar()?.parse::<usize>().ok()?)));
            let Some((node, users)) = number("users").filter(|row| row.1 > 0 || name == "all") else { continue };
            out.push(setting(context, "users", users.to_string(), node));
            for (_, count_key, share_key) in COUNTED {
                let Some((node, with)) = number(count_key) else { continue };
                out.push(setting(context, count_key, with.to_string(), node));
                let Some(percent) = (with * 100).checked_div(users) else { continue };
                let share = setting(context, share_key, percent.to_string(), node);
                let reason = "the report goes on on a page that is not here".to_owned();
                out.push(if more && percent == 100 { Setting { unknown: Some(reason), ..share } } else { share });
            }
        }
        Some(out)
    }
}

fn is(user: &Node, key: &str) -> Option<bool> {
    get(user, &[key]).and_then(truth)
}

/// Some users: how many, and for each thing that is counted how many have it, whether the report speaks of it, and where the first
/// stands who has it not.
#[derive(Default)]
struct Group {
    users: usize,
    counted: [(usize, bool, Option<(u32, u32)>); 2],
}

impl Group {
    fn add(&mut self, user: &Node) {
        self.users += 1;
        for ((key, ..), (with, spoken, first)) in COUNTED.iter().zip(&mut self.counted) {
            let has = is(user, key);
            *spoken |= has.is_some();
            if has == Some(true) {
                *with += 1;
            } else {
                first.get_or_insert((user.line, user.column));
            }
        }
    }

    /// As it is kept: numbers alone.
    fn kept(&self, node: &dyn Fn(Kind) -> Node) -> Kind {
        let whole = node(Kind::Null);
        let entry = |key: &str, number: usize, (line, column): (u32, u32)| {
            let node = Node::new(Kind::Number(number.to_string()), line, column);
            Entry { key: key.to_owned(), line, column, node }
        };
        let here = (whole.line, whole.column);
        let mut entries = vec![entry("users", self.users, here)];
        for ((_, name, _), (with, _, first)) in COUNTED.iter().zip(self.counted).filter(|row| row.1.1) {
            entries.push(entry(name, with, first.unwrap_or(here)));
        }
        Kind::Map(entries)
    }
}
