//! Conditional Access policies of Microsoft Entra as Graph and its PowerShell module export them: what each of them enforces, and,
//! over all of them and the security defaults, what the tenant enforces.
//! It must not guess: whoever is in an excluded group is unknown, so groups are counted, not read.

use super::exported::{each, get, is_json, json, quotes, setting, texts, truth, unknown, word};
use super::{Claim, Config, Included, People, Probe, ReadError, Together, text};
use crate::detect::mask::drawn;
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::{BTreeMap, BTreeSet};

/// The reader.
pub(super) struct ConditionalAccess;

/// The reader, for the registry.
pub(super) static CONFIG: ConditionalAccess = ConditionalAccess;

/// Roles of administrators that Microsoft's template for them names, by the identifiers of their templates.
const ADMINS: &[(&str, &str)] = &[
    ("62e90394-69f5-4237-9190-012177145e10", "global_administrator"),
    ("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "application_administrator"),
    ("c4e39bd9-1100-46d3-8c65-fb160da0071f", "authentication_administrator"),
    ("b0f54661-2d74-4c50-afa3-1ec803f12efe", "billing_administrator"),
    ("158c047a-c907-4556-b7ef-446551a6b5f7", "cloud_application_administrator"),
    ("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "conditional_access_administrator"),
    ("29232cdf-9323-42fd-ade2-1d097af3e4de", "exchange_administrator"),
    ("729827e3-9c14-49f7-bb1b-9608f156bbb8", "helpdesk_administrator"),
    ("966707d0-3269-4727-9be2-8c3a10f19b9d", "password_administrator"),
    ("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "privileged_authentication_administrator"),
    ("e8611ab8-c189-46e8-94e1-60213ab1f814", "privileged_role_administrator"),
    ("194ae4cb-b126-40b2-bd5b-6091b380977d", "security_administrator"),
    ("f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "sharepoint_administrator"),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", "user_administrator"),
];

/// Combinations of methods that are two factors by themselves.
const STRONG_ALONE: &[&str] = &[
    "windowshelloforbusiness",
    "fido2",
    "x509certificatemultifactor",
    "devicebasedpush",
    "temporaryaccesspassonetime",
    "temporaryaccesspassmultiuse",
    "federatedmultifactor",
];

/// The authentication strengths that Microsoft built in: multifactor, passwordless, phishing-resistant.
const BUILT_IN: [&str; 3] =
    ["00000000-0000-0000-0000-000000000002", "00000000-0000-0000-0000-000000000003", "00000000-0000-0000-0000-000000000004"];

impl Config for ConditionalAccess {
    fn id(&self) -> &'static str {
        "entra_conditional_access"
    }

    fn title(&self) -> &'static str {
        "Conditional Access policies of Microsoft Entra (Graph JSON)"
    }

    fn notes(&self) -> &'static str {
        "A list, `{\"value\": [...]}` or one policy a file, with keys in any case. Each policy is a context `policy N: NAME` with `state`, \
         `enforced` (report-only is not), `include_users`, `include_roles`, `excluded_users`, `excluded_groups`, `excluded_roles`, \
         `excluded` (their sum; guests count one), `applications`, `excluded_applications`, `client_app_types`, `grant_controls`, \
         `operator`, `limited_to` (conditions that narrow it: places, platforms, risk, devices), and what follows: `requires_mfa`, \
         `enforces_mfa` (in force, for all applications and clients of a person, under no further condition), `covers_all_users`, \
         `covers_admins`, `blocks_legacy`. The context `tenant` has, over all files and the security defaults: `mfa_for_all_users`, \
         `mfa_for_admins`, `legacy_blocked`, `mfa_excluded` (who the policy for all users leaves out) and `enforced_policies`. \
         Security defaults ask for a second factor when Microsoft finds it necessary; they count. A policy that comes in several \
         versions counts only for what all of them do."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if !is_json(probe) {
            return Claim::No;
        }
        let lower = probe.head.to_lowercase();
        let telling = quotes(&lower, "grantcontrols")
            && quotes(&lower, "state")
            && (quotes(&lower, "includeusers") || quotes(&lower, "clientapptypes"))
            || lower.contains("metadata#identity/conditionalaccess/policies")
            || lower.contains("metadata#conditionalaccess/policies");
        if !telling {
            return Claim::No;
        }
        if probe.whole && json(probe.head).is_ok_and(|root| policies(&root).is_none()) {
            return Claim::No;
        }
        Claim::Product
    }

    fn people(&self) -> People {
        People::Tree
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = json(source)?;
        if policies(&root).is_none() {
            return Err(text::error("not a list of Conditional Access policies", root.line));
        }
        name_roles(&mut root, false, 0);
        Ok(root)
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut out = Vec::new();
        for (index, node) in policies(root)?.into_iter().enumerate() {
            let policy = Policy::of(node);
            let name = get(node, &["displayName"]).map(|name| text::label(name, None)).unwrap_or_default();
            policy.settings(&format!("policy {}: {name}", index + 1), node, &mut out);
        }
        Some(out)
    }

    fn together(&self, all: &[(&str, u32, &Node)]) -> Vec<Together> {
        tenant(all).into_iter().collect()
    }
}

/// The policies of an export; `None` if it is none.
fn policies(root: &Node) -> Option<Vec<&Node>> {
    let all = each(root);
    let is = |node: &&Node| get(node, &["state"]).is_some() && get(node, &["conditions"]).is_some();
    let listed =
        matches!(root.kind, Kind::List(_)) || get(root, &["value"]).is_some_and(|list| matches!(list.kind, Kind::List(_)));
    (all.iter().all(is) && (listed || !all.is_empty())).then_some(all)
}

/// Roles by their names: identifiers say nothing to those who read reports, and might be taken for numbers of somebody.
fn name_roles(node: &mut Node, roles: bool, depth: usize) {
    if depth > 600 {
        return;
    }
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| name_roles(item, roles, depth + 1)),
        Kind::Map(entries) => {
            for Entry { key, node, .. } in entries {
                let of = key.eq_ignore_ascii_case("includeRoles") || key.eq_ignore_ascii_case("excludeRoles");
                name_roles(node, of, depth + 1);
            }
        }
        Kind::Text(text) if roles => {
            let lower = text.to_ascii_lowercase();
            if let Some((_, name)) = ADMINS.iter().find(|row| row.0 == lower) {
                (*name).clone_into(text);
            }
        }
        _ => {}
    }
}

/// Whether something is so. What nobody can say stands between no and yes: of several that all have to, the least counts; of several
/// of which one is enough, the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    No,
    Unsaid,
    Yes,
}

impl From<bool> for Known {
    fn from(so: bool) -> Self {
        if so { Self::Yes } else { Self::No }
    }
}

/// What one policy says.
struct Policy {
    id: String,
    state: String,
    users: BTreeSet<String>,
    roles: BTreeSet<String>,
    excluded_roles: BTreeSet<String>,
    /// Users, groups, roles, guests that are excluded.
    excluded: [usize; 4],
    applications: Vec<String>,
    excluded_applications: usize,
    clients: BTreeSet<String>,
    controls: BTreeSet<String>,
    operator: String,
    /// Whether its authentication strength is a second factor, if it asks for one.
    strength: Option<Known>,
    limits: Vec<&'static str>,
}

impl Policy {
    fn of(node: &Node) -> Self {
        let lower =
            |path: &[&str]| -> Vec<String> { texts(get(node, path)).iter().map(|text| text.to_ascii_lowercase()).collect() };
        // words of the product: what looks drawn by lot is none, and in small letters it would look like one
        let known =
            |path: &[&str]| texts(get(node, path)).into_iter().map(|text| drawn(text).to_ascii_lowercase()).collect::<Vec<_>>();
        let users = ["conditions", "users"];
        let of = |key| lower(&[users[0], users[1], key]);
        let excluded_users = of("excludeUsers");
        let guests = get(node, &["conditions", "users", "excludeGuestsOrExternalUsers"])
            .is_some_and(|node| node.entries().iter().any(|entry| entry.node.kind != Kind::Null));
        let excluded_roles: BTreeSet<String> = of("excludeRoles").into_iter().collect();
        let application_filter = get(node, &["conditions", "applications", "applicationFilter", "rule"]).is_some();
        let mut excluded_applications = lower(&["conditions", "applications", "excludeApplications"]).len();
        excluded_applications += usize::from(application_filter);
        Self {
            id: get(node, &["id"]).map(|id| text::label(id, None)).unwrap_or_default(),
            state: get(node, &["state"]).and_then(Node::scalar).unwrap_or_default().to_owned(),
            users: of("includeUsers").into_iter().collect(),
            roles: of("includeRoles").into_iter().collect(),
            excluded: [excluded_users.len(), of("excludeGroups").len(), excluded_roles.len(), usize::from(guests)],
            excluded_roles,
            applications: lower(&["conditions", "applications", "includeApplications"]),
            excluded_applications,
            clients: known(&["conditions", "clientAppTypes"]).into_iter().collect(),
            controls: known(&["grantControls", "builtInControls"])
                .into_iter()
                .chain(lower(&["grantControls", "customAuthenticationFactors"]).into_iter().map(|_| "custom".to_owned()))
                .chain(lower(&["grantControls", "termsOfUse"]).into_iter().map(|_| "termsofuse".to_owned()))
                .collect(),
            operator: get(node, &["grantControls", "operator"]).and_then(Node::scalar).unwrap_or("OR").to_ascii_uppercase(),
            strength: get(node, &["grantControls", "authenticationStrength"])
                .filter(|node| !node.entries().is_empty())
                .map(strength),
            limits: limits(node),
        }
    }

    fn enforced(&self) -> bool {
        self.state.eq_ignore_ascii_case("enabled")
    }

    /// Whether nobody whom it covers gets in with one factor.
    fn requires_mfa(&self) -> Known {
        let mut factors: Vec<Known> = self.controls.contains("mfa").then_some(Known::Yes).into_iter().collect();
        factors.extend(self.strength);
        if self.operator != "OR" {
            return factors.into_iter().max().unwrap_or(Known::No);
        }
        // one of them is enough, so each has to be a second factor
        let weaker = self.controls.iter().any(|control| control != "mfa");
        if weaker { Known::No } else { factors.into_iter().min().unwrap_or(Known::No) }
    }

    fn every_client(&self) -> bool {
        self.clients.is_empty()
            || self.clients.contains("all")
            || (self.clients.contains("browser") && self.clients.contains("mobileappsanddesktopclients"))
    }

    fn every_application(&self) -> bool {
        self.applications.iter().any(|application| application == "all") && self.excluded_applications == 0
    }

    fn enforces_mfa(&self) -> Known {
        if !self.enforced() || !self.every_client() || !self.every_application() || !self.limits.is_empty() {
            return Known::No;
        }
        self.requires_mfa()
    }

    fn covers_all(&self) -> bool {
        self.users.contains("all")
    }

    /// The roles of administrators that it covers.
    fn admins(&self) -> BTreeSet<&'static str> {
        let all = self.covers_all();
        ADMINS
            .iter()
            .map(|row| row.1)
            .filter(|role| (all || self.roles.contains(*role)) && !self.excluded_roles.contains(*role))
            .collect()
    }

    fn legacy(&self) -> bool {
        self.clients.is_empty()
            || self.clients.contains("all")
            || (self.clients.contains("exchangeactivesync") && self.clients.contains("other"))
    }

    fn blocks_legacy(&self) -> bool {
        let everybody = self.covers_all() && self.every_application() && self.limits.is_empty();
        self.enforced() && self.controls.contains("block") && self.legacy() && everybody
    }

    /// Whether more than single users are left out.
    fn excludes_many(&self) -> bool {
        self.excluded.iter().skip(1).any(|count| *count > 0)
    }

    fn all_excluded(&self) -> usize {
        self.excluded.iter().sum()
    }

    fn settings(&self, context: &str, node: &Node, out: &mut Vec<Setting>) {
        let place = |path: &[&str]| get(node, path).unwrap_or(node);
        let joined = |all: &BTreeSet<String>| all.iter().take(200).cloned().collect::<Vec<_>>().join(" ");
        let users = place(&["conditions", "users"]);
        let grant = place(&["grantControls"]);
        let applications = place(&["conditions", "applications"]);
        let known = |key: &str, value: Known, at: &Node| match value {
            Known::Yes | Known::No => setting(context, key, word(value == Known::Yes), at),
            Known::Unsaid => unknown(context, key, "the export does not say what its authentication strength asks for", at),
        };
        let state = place(&["state"]);
        out.push(setting(context, "state", &*self.state, state));
        out.push(setting(context, "enforced", word(self.enforced()), state));
        out.push(setting(context, "include_users", shown(&self.users), users));
        out.push(setting(context, "include_roles", shown(&self.roles), users));
        for (key, count) in ["excluded_users", "excluded_groups", "excluded_roles"].into_iter().zip(self.excluded) {
            out.push(setting(context, key, count.to_string(), users));
        }
        out.push(setting(context, "excluded", self.all_excluded().to_string(), users));
        let every = self.applications.iter().any(|application| application == "all");
        let named = if every { "all".to_owned() } else { format!("{} named", self.applications.len()) };
        out.push(setting(context, "applications", named, applications));
        out.push(setting(context, "excluded_applications", self.excluded_applications.to_string(), applications));
        out.push(setting(context, "client_app_types", joined(&self.clients), place(&["conditions", "clientAppTypes"])));
        let mut controls = joined(&self.controls);
        if self.strength.is_some() {
            controls.push_str(if controls.is_empty() { "authenticationstrength" } else { " authenticationstrength" });
        }
        out.push(setting(context, "grant_controls", controls, grant));
        out.push(setting(context, "operator", &*self.operator, grant));
        out.push(setting(context, "limited_to", self.limits.join(" "), place(&["conditions"])));
        out.push(known("requires_mfa", self.requires_mfa(), grant));
        out.push(known("enforces_mfa", self.enforces_mfa(), grant));
        out.push(setting(context, "covers_all_users", word(self.covers_all()), users));
        out.push(setting(context, "covers_admins", word(self.admins().len() == ADMINS.len()), users));
        out.push(setting(context, "blocks_legacy", word(self.blocks_legacy()), grant));
    }
}

/// Who is included: words and roles by name, everything else counted.
fn shown(all: &BTreeSet<String>) -> String {
    let word = |text: &&String| {
        matches!(text.as_str(), "all" | "none" | "guestsorexternalusers") || ADMINS.iter().any(|row| row.1 == text.as_str())
    };
    let mut out: Vec<String> = all.iter().filter(word).cloned().collect();
    let others = all.len() - out.len();
    if others > 0 {
        out.push(format!("{others} named"));
    }
    out.join(" ")
}

/// Whether an authentication strength is a second factor.
fn strength(node: &Node) -> Known {
    let scalar = |key| get(node, &[key]).and_then(Node::scalar).unwrap_or_default().to_ascii_lowercase();
    if BUILT_IN.contains(&scalar("id").as_str()) || scalar("requirementsSatisfied").split(',').any(|word| word.trim() == "mfa") {
        return Known::Yes;
    }
    let combinations = texts(get(node, &["allowedCombinations"]));
    if combinations.is_empty() {
        return if scalar("requirementsSatisfied") == "none" { Known::No } else { Known::Unsaid };
    }
    let strong = |one: &&str| one.contains(',') || STRONG_ALONE.contains(&one.to_ascii_lowercase().as_str());
    combinations.iter().all(strong).into()
}

/// Conditions that narrow when a policy applies.
fn limits(node: &Node) -> Vec<&'static str> {
    let list = |path: &[&str]| texts(get(node, path));
    let narrows = |include: &[&str], exclude: &[&str]| {
        let included = list(include);
        !list(exclude).is_empty() || (!included.is_empty() && !included.iter().any(|one| one.eq_ignore_ascii_case("all")))
    };
    let mut out = Vec::new();
    let places = [["conditions", "locations", "includeLocations"], ["conditions", "locations", "excludeLocations"]];
    if narrows(&places[0], &places[1]) {
        out.push("locations");
    }
    let platforms = [["conditions", "platforms", "includePlatforms"], ["conditions", "platforms", "excludePlatforms"]];
    if narrows(&platforms[0], &platforms[1]) {
        out.push("platforms");
    }
    for (key, word) in [
        ("signInRiskLevels", "sign_in_risk"),
        ("userRiskLevels", "user_risk"),
        ("insiderRiskLevels", "insider_risk"),
        ("servicePrincipalRiskLevels", "service_principal_risk"),
    ] {
        if !list(&["conditions", key]).is_empty() {
            out.push(word);
        }
    }
    let devices = get(node, &["conditions", "devices"]).is_some_and(|node| says(node, 0));
    let flows = get(node, &["conditions", "authenticationFlows"]).is_some_and(|node| says(node, 0));
    out.extend(devices.then_some("devices"));
    out.extend(flows.then_some("authentication_flows"));
    out
}

/// Whether anything is set in a node.
fn says(node: &Node, depth: usize) -> bool {
    match &node.kind {
        Kind::Null => false,
        Kind::Map(entries) => depth > 8 || entries.iter().any(|entry| says(&entry.node, depth + 1)),
        Kind::List(items) => !items.is_empty(),
        Kind::Text(text) => !text.is_empty() && text != "none",
        _ => true,
    }
}

/// What holds over all policies and the security defaults.
fn tenant(all: &[(&str, u32, &Node)]) -> Option<Together> {
    let mut policies_by_id: BTreeMap<String, Vec<Policy>> = BTreeMap::new();
    let (mut first, mut defaults, mut count): (Option<(u32, &Node)>, Option<bool>, usize) = (None, None, 0);
    for (product, number, root) in all {
        match *product {
            "entra_conditional_access" => {
                first.get_or_insert((*number, root));
                for node in policies(root)? {
                    count += 1;
                    let policy = Policy::of(node);
                    let id = if policy.id.is_empty() { format!("#{count}") } else { policy.id.clone() };
                    policies_by_id.entry(id).or_default().push(policy);
                }
            }
            "entra_security_defaults" => {
                let on = get(root, &["isEnabled"]).and_then(truth)?;
                // two answers: both have to say so
                defaults = Some(defaults.unwrap_or(true) && on);
                if !all.iter().any(|row| row.0 == "entra_conditional_access") {
                    first.get_or_insert((*number, root));
                }
            }
            _ => {}
        }
    }
    let (artifact, node) = first?;
    let every = |test: &dyn Fn(&Policy) -> Known| -> Known {
        policies_by_id.values().filter_map(|versions| versions.iter().map(test).min()).max().unwrap_or(Known::No)
    };
    let enforced = policies_by_id.values().filter(|versions| versions.iter().all(Policy::enforced)).count();
    let both = |a: bool, b: Known| if a { b } else { Known::No };
    let all_users = every(&|policy| both(policy.covers_all(), policy.enforces_mfa()));
    // legacy clients cannot answer a second factor: a policy that asks all of them for one keeps them out
    let legacy = every(&|policy| {
        if policy.blocks_legacy() { Known::Yes } else { both(policy.covers_all() && policy.legacy(), policy.enforces_mfa()) }
    });
    // security defaults cannot be on beside a policy that is in force
    let defaults = if enforced > 0 { Some(false) } else { defaults };
    let reason = "no policy in the delivery is enough, and it does not say whether the security defaults are on, or what an \
                  authentication strength asks for";
    let say = |key: &str, policy: Known| match policy.max(defaults.map_or(Known::Unsaid, Known::from)) {
        Known::Unsaid => unknown("", key, reason, node),
        value => setting("", key, word(value == Known::Yes), node),
    };
    // of groups, roles and guests nobody can say how many people they are: a policy without them says most
    let excluded = policies_by_id
        .values()
        .flatten()
        .filter(|policy| policy.covers_all() && policy.enforces_mfa() == Known::Yes)
        .map(|policy| (policy.excludes_many(), policy.all_excluded()))
        .min();
    let mut settings = vec![
        say("mfa_for_all_users", all_users),
        say("mfa_for_admins", admins(&policies_by_id)),
        say("legacy_blocked", legacy),
        setting("", "enforced_policies", enforced.to_string(), node),
    ];
    settings.extend(excluded.map(|(many, count)| {
        let reason = "groups, roles or guests are left out, and the export does not say how many people that is";
        let setting = setting("", "mfa_excluded", count.to_string(), node);
        // each is somebody at least
        let cases = if many { vec![count.to_string(), "1000000".to_owned()] } else { Vec::new() };
        Setting { unknown: many.then(|| reason.to_owned()), cases, ..setting }
    }));
    settings.extend(defaults.map(|on| setting("", "security_defaults", word(on), node)));
    Some(Together { kind: "entra_conditional_access", name: "tenant", artifact, line: node.line, column: node.column, settings })
}

/// Whether the policies together ask every administrator for a second factor.
fn admins(policies: &BTreeMap<String, Vec<Policy>>) -> Known {
    let (mut sure, mut perhaps): (BTreeSet<&str>, BTreeSet<&str>) = (BTreeSet::new(), BTreeSet::new());
    for versions in policies.values() {
        let mut roles = versions.iter().map(Policy::admins);
        let first = roles.next().unwrap_or_default();
        let roles = roles.fold(first, |all, one| all.intersection(&one).copied().collect());
        match versions.iter().map(Policy::enforces_mfa).min().unwrap_or(Known::No) {
            Known::Yes => sure.extend(roles),
            Known::Unsaid => perhaps.extend(roles),
            Known::No => {}
        }
    }
    if sure.len() == ADMINS.len() {
        Known::Yes
    } else if sure.union(&perhaps).count() == ADMINS.len() {
        Known::Unsaid
    } else {
        Known::No
    }
}
