//! An S3 bucket: encryption, public access, versioning, logging, life cycle. Its settings stand in the bucket or in resources beside it.

use super::{Kind, Parts, Source, derived, nothing};
use crate::collect::config::known::{Known, is, unset, varies};
use crate::collect::config::thing::{Dialect, Place, Thing, Unknown};
use crate::model::node::{Node, Setting};

const GUIDE: &str = "Amazon S3 user guide";
const BLOCK: &str = "Amazon S3 user guide, Blocking public access";

const KNOWN: &[Known] = &[
    is("acl", "private", "Amazon S3 user guide, Access control list overview"),
    varies(
        "encryption",
        &[("before January 2023", "none"), ("since January 2023", "AES256")],
        "Amazon S3 user guide, Default encryption FAQ",
    ),
    is("expiration_days", "never", "Amazon S3 user guide, Lifecycle configuration elements"),
    is("grants_public", "none", "Amazon S3 user guide, Access control list overview"),
    is("key", "none", "Amazon S3 API reference, ServerSideEncryptionByDefault"),
    is("logging", "none", "Amazon S3 user guide, Logging requests with server access logging"),
    is("noncurrent_days", "never", "Amazon S3 user guide, Lifecycle configuration elements"),
    is("object_lock", "Disabled", "Amazon S3 user guide, Object Lock"),
    is("policy_denies_plain_http", "no", "Amazon S3 user guide, Security best practices"),
    is("policy_public", "no", "Amazon S3 user guide, The meaning of public"),
    varies("public_access_block.block_public_acls", DEFAULT_BLOCK, BLOCK),
    varies("public_access_block.block_public_policy", DEFAULT_BLOCK, BLOCK),
    varies("public_access_block.ignore_public_acls", DEFAULT_BLOCK, BLOCK),
    varies("public_access_block.restrict_public_buckets", DEFAULT_BLOCK, BLOCK),
    unset("region", GUIDE),
    is("versioning", "Disabled", "Amazon S3 user guide, Using versioning in S3 buckets"),
];

/// New buckets block public access since April 2023; what an older one does, its export says.
const DEFAULT_BLOCK: &[(&str, &str)] = &[("made before April 2023", "false"), ("made since April 2023", "true")];

const ACCESS: &[(&str, &str)] = &[
    ("public_access_block.block_public_acls", "block_public_acls"),
    ("public_access_block.block_public_policy", "block_public_policy"),
    ("public_access_block.ignore_public_acls", "ignore_public_acls"),
    ("public_access_block.restrict_public_buckets", "restrict_public_buckets"),
];

/// A bucket.
pub(super) static KIND: Kind = Kind {
    id: "aws_s3_bucket",
    title: "AWS S3 bucket",
    notes: "`encryption` (AES256, aws:kms, aws:kms:dsse), `key`, `public_access_block.*` (four of them), `acl`, `grants_public`, `policy_public`, \
            `policy_denies_plain_http`, `versioning`, `logging` (the bucket the log goes to, or none), `expiration_days`, `noncurrent_days`, \
            `object_lock`, `region`. From CloudFormation, Terraform, and the answers of `aws s3api`.",
    known: KNOWN,
    sources: &[
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::S3::Bucket",
            names: &["BucketName"],
            part_of: "",
            map: &[
                ("acl", "AccessControl"),
                ("encryption", "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.SSEAlgorithm"),
                ("key", "BucketEncryption.ServerSideEncryptionConfiguration[].ServerSideEncryptionByDefault.KMSMasterKeyID"),
                ("public_access_block.block_public_acls", "PublicAccessBlockConfiguration.BlockPublicAcls"),
                ("public_access_block.block_public_policy", "PublicAccessBlockConfiguration.BlockPublicPolicy"),
                ("public_access_block.ignore_public_acls", "PublicAccessBlockConfiguration.IgnorePublicAcls"),
                ("public_access_block.restrict_public_buckets", "PublicAccessBlockConfiguration.RestrictPublicBuckets"),
                ("logging", "LoggingConfiguration.DestinationBucketName"),
                ("versioning", "VersioningConfiguration.Status"),
            ],
            more: |thing, out| {
                lifecycle(thing, &CFN, out);
                // the block is there, and what it leaves out is false
                block_given(thing, "PublicAccessBlockConfiguration", out);
                // an own log in the bucket itself: a destination may be left out
                if !out.iter().any(|setting| setting.key == "logging") {
                    out.extend(thing.look("LoggingConfiguration").first().map(|place| derived("logging", "itself", place)));
                }
            },
        },
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::S3::BucketPolicy",
            names: &[],
            part_of: "Bucket",
            map: &[],
            more: |thing, out| policy(thing, "PolicyDocument", out),
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_s3_bucket",
            names: &["bucket"],
            part_of: "",
            map: &[
                ("acl", "acl"),
                (
                    "encryption",
                    "server_side_encryption_configuration[].rule[].apply_server_side_encryption_by_default[].sse_algorithm",
                ),
                (
                    "key",
                    "server_side_encryption_configuration[].rule[].apply_server_side_encryption_by_default[].kms_master_key_id",
                ),
                ("logging", "logging[].target_bucket"),
                ("region", "region"),
            ],
            more: |thing, out| {
                lifecycle(thing, &WITHIN, out);
                for place in thing.look("versioning[].enabled") {
                    let on = place.value.as_ref().ok().and_then(|node| node.scalar());
                    match on {
                        Some("true") => out.push(derived("versioning", "Enabled", &place)),
                        Some(_) => out.push(derived("versioning", "Disabled", &place)),
                        None => out.push(super::setting("versioning", &place)),
                    }
                }
                policy(thing, "policy", out);
            },
        },
        part("aws_s3_bucket_public_access_block", ACCESS, |thing, out| {
            for (key, path) in ACCESS {
                if thing.look(path).is_empty() {
                    out.push(at_thing(thing, key, "false"));
                }
            }
        }),
        part(
            "aws_s3_bucket_server_side_encryption_configuration",
            &[
                ("encryption", "rule[].apply_server_side_encryption_by_default[].sse_algorithm"),
                ("key", "rule[].apply_server_side_encryption_by_default[].kms_master_key_id"),
            ],
            nothing,
        ),
        part("aws_s3_bucket_versioning", &[("versioning", "versioning_configuration[].status")], nothing),
        part("aws_s3_bucket_logging", &[("logging", "target_bucket")], nothing),
        part("aws_s3_bucket_acl", &[("acl", "acl")], nothing),
        part("aws_s3_bucket_lifecycle_configuration", &[], |thing, out| {
            lifecycle(thing, &BESIDE, out);
            else_it_is(thing, NEVER, out);
        }),
        part("aws_s3_bucket_policy", &[], |thing, out| {
            policy(thing, "policy", out);
            else_it_is(thing, SHUT, out);
        }),
        Source { dialect: Dialect::Aws, of: "Buckets", names: &["Name"], part_of: "", map: &[], more: nothing },
        answer("PublicAccessBlockConfiguration", &[], |thing, out| {
            for (key, path) in [
                ("block_public_acls", "BlockPublicAcls"),
                ("block_public_policy", "BlockPublicPolicy"),
                ("ignore_public_acls", "IgnorePublicAcls"),
                ("restrict_public_buckets", "RestrictPublicBuckets"),
            ] {
                let key = format!("public_access_block.{key}");
                let found = thing.look(&format!("PublicAccessBlockConfiguration.{path}"));
                out.extend(found.iter().map(|place| super::setting(&key, place)));
                if found.is_empty() {
                    out.push(at_thing(thing, &key, "false"));
                }
            }
        }),
        answer(
            "ServerSideEncryptionConfiguration",
            &[
                ("encryption", "ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.SSEAlgorithm"),
                ("key", "ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID"),
            ],
            |thing, out| {
                else_it_is(thing, &[("encryption", "none"), ("key", "none")], out);
            },
        ),
        answer("LoggingEnabled", &[("logging", "LoggingEnabled.TargetBucket")], |thing, out| {
            else_it_is(thing, &[("logging", "none")], out);
        }),
        answer("LocationConstraint", &[("region", "LocationConstraint")], |thing, out| {
            if out.is_empty() {
                // the oldest region has no name there
                out.push(at_thing(thing, "region", "us-east-1"));
            }
        }),
        answer("Status", &[("versioning", "Status")], |thing, out| else_it_is(thing, &[("versioning", "Disabled")], out)),
        answer("Policy", &[], |thing, out| {
            policy(thing, "Policy", out);
            else_it_is(thing, SHUT, out);
        }),
        answer("Grants", &[], |thing, out| {
            for place in thing.look("Grants[].Grantee.URI") {
                let uri = place.value.as_ref().ok().and_then(|node| node.scalar()).unwrap_or("");
                for group in ["AllUsers", "AuthenticatedUsers"].into_iter().filter(|group| uri.ends_with(&format!("/{group}"))) {
                    out.push(derived("grants_public", group, &place));
                }
            }
            else_it_is(thing, &[("grants_public", "none"), ("acl", "private")], out);
        }),
        answer("ObjectLockConfiguration", &[("object_lock", "ObjectLockConfiguration.ObjectLockEnabled")], |thing, out| {
            else_it_is(thing, &[("object_lock", "Disabled")], out);
        }),
        answer("Rules", &[], |thing, out| {
            lifecycle(thing, &ANSWER, out);
            else_it_is(thing, NEVER, out);
        }),
    ],
    parts: Parts::Replace,
    settle: |out| {
        // the two ways to write one thing
        for setting in out.iter_mut().filter(|setting| setting.key == "acl") {
            let spelt = |text: &str| match text.to_lowercase().as_str() {
                "publicread" => "public-read".to_owned(),
                "publicreadwrite" => "public-read-write".to_owned(),
                "authenticatedread" => "authenticated-read".to_owned(),
                _ => text.to_owned(),
            };
            if let Some(canned) = setting.value.scalar().map(spelt) {
                setting.value = Node::text(canned, setting.line, setting.column);
            }
            setting.cases.iter_mut().for_each(|case| *case = spelt(case));
        }
    },
};

const fn part(of: &'static str, map: &'static [(&'static str, &'static str)], more: fn(&Thing<'_>, &mut Vec<Setting>)) -> Source {
    Source { dialect: Dialect::Terraform, of, names: &[], part_of: "bucket", map, more }
}

const fn answer(
    of: &'static str,
    map: &'static [(&'static str, &'static str)],
    more: fn(&Thing<'_>, &mut Vec<Setting>),
) -> Source {
    Source { dialect: Dialect::Aws, of, names: &[], part_of: super::BY_NAME, map, more }
}

/// What a policy says by not saying otherwise.
const SHUT: &[(&str, &str)] = &[("policy_public", "no"), ("policy_denies_plain_http", "no")];

/// What no rule that is on ends.
const NEVER: &[(&str, &str)] = &[("expiration_days", "never"), ("noncurrent_days", "never")];

/// How one dialect writes the rules of a life cycle.
struct Cycle {
    /// Where the rules are.
    rules: &'static str,
    /// What says in a rule that it is off.
    off: (&'static str, &'static str),
    /// Where the days are.
    days: &'static [(&'static str, &'static str)],
}

static CFN: Cycle = Cycle {
    rules: "LifecycleConfiguration.Rules[]",
    off: ("Status", "Disabled"),
    days: &[
        ("expiration_days", "LifecycleConfiguration.Rules[].ExpirationInDays"),
        ("noncurrent_days", "LifecycleConfiguration.Rules[].NoncurrentVersionExpiration.NoncurrentDays"),
        ("noncurrent_days", "LifecycleConfiguration.Rules[].NoncurrentVersionExpirationInDays"),
    ],
};
static WITHIN: Cycle = Cycle {
    rules: "lifecycle_rule[]",
    off: ("enabled", "false"),
    days: &[
        ("expiration_days", "lifecycle_rule[].expiration[].days"),
        ("noncurrent_days", "lifecycle_rule[].noncurrent_version_expiration[].days"),
    ],
};
static BESIDE: Cycle = Cycle {
    rules: "rule[]",
    off: ("status", "Disabled"),
    days: &[
        ("expiration_days", "rule[].expiration[].days"),
        ("noncurrent_days", "rule[].noncurrent_version_expiration[].noncurrent_days"),
    ],
};
static ANSWER: Cycle = Cycle {
    rules: "Rules[]",
    off: ("Status", "Disabled"),
    days: &[
        ("expiration_days", "Rules[].Expiration.Days"),
        ("noncurrent_days", "Rules[].NoncurrentVersionExpiration.NoncurrentDays"),
    ],
};

/// The days after which rules delete; a rule that is off deletes nothing. A rule by date, or for delete markers, has no days: states
/// write 0 there.
fn lifecycle(thing: &Thing<'_>, cycle: &Cycle, out: &mut Vec<Setting>) {
    let rules = thing.look(cycle.rules);
    let off = |node: &Node| node.get(cycle.off.0).and_then(Node::scalar) == Some(cycle.off.1);
    // what a parameter or a condition sets
    let open = |node: &Node| node.get(cycle.off.0).is_some_and(|status| status.scalar().is_none());
    let known = || rules.iter().filter_map(|place| place.value.as_ref().ok().copied());
    let (off, open): (Vec<&Node>, Vec<&Node>) =
        (known().filter(|node| off(node)).collect(), known().filter(|node| open(node)).collect());
    for (key, path) in cycle.days {
        let counts = |place: &Place<'_>| {
            let Ok(node) = place.value else { return true };
            node.scalar() != Some("0") && !off.iter().any(|rule| holds(rule, node, 0))
        };
        out.extend(thing.look(path).iter().filter(|place| counts(place)).map(|place| {
            let setting = super::setting(key, place);
            let doubt = place.value.as_ref().is_ok_and(|node| open.iter().any(|rule| holds(rule, node, 0)));
            let reason = || "whether its rule is on is only known once it is deployed".to_owned();
            let unknown = doubt.then(reason).or(setting.unknown);
            Setting { unknown, ..setting }
        }));
    }
}

/// Whether one node of a tree is within another: the node itself, not one that says the same.
fn holds(outer: &Node, inner: &Node, depth: usize) -> bool {
    let within = |node: &Node| depth < 8 && holds(node, inner, depth + 1);
    std::ptr::eq(outer, inner) || outer.items().iter().any(within) || outer.entries().iter().any(|entry| within(&entry.node))
}

/// What an answer says by leaving it out.
fn else_it_is(thing: &Thing<'_>, values: &[(&str, &str)], out: &mut Vec<Setting>) {
    for (key, value) in values {
        if !out.iter().any(|setting| setting.key == *key) {
            out.push(at_thing(thing, key, value));
        }
    }
}

/// A setting that follows from the thing being there.
fn at_thing(thing: &Thing<'_>, key: &str, value: &str) -> Setting {
    super::follows(thing, key, value)
}

fn block_given(thing: &Thing<'_>, path: &str, out: &mut Vec<Setting>) {
    let Some(place) = thing.look(path).into_iter().find(|place| place.value.is_ok()) else { return };
    for (key, _) in ACCESS {
        if !out.iter().any(|setting| setting.key == *key) {
            out.push(derived(key, "false", &place));
        }
    }
}

/// A bucket policy: whether anybody may, and whether plain HTTP is denied. As a mapping, or as JSON in a text.
fn policy(thing: &Thing<'_>, path: &str, out: &mut Vec<Setting>) {
    for place in thing.look(path) {
        let Ok(node) = place.value else {
            out.extend(SHUT.iter().map(|row| super::setting(row.0, &place)));
            continue;
        };
        let parsed;
        let root = match node.scalar() {
            Some(text) if text.trim_start().starts_with('{') => match super::json(text) {
                Some(node) => {
                    parsed = node;
                    &parsed
                }
                None => continue,
            },
            _ => node,
        };
        let statements = root.get("Statement");
        let list =
            statements.map_or(&[][..], |node| if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() });
        for statement in list {
            let effect = statement.get("Effect").and_then(Node::scalar).unwrap_or("");
            // whoever is not named in `NotPrincipal` is everybody else
            let everybody = statement.get("Principal").is_some_and(anybody) || statement.get("NotPrincipal").is_some();
            let condition = statement.get("Condition");
            match condition {
                None if effect == "Allow" && everybody => out.push(derived("policy_public", "yes", &place)),
                Some(condition) if effect == "Allow" && everybody && !narrows(condition) => {
                    let reason = "everybody may, under a condition that may keep nobody out".to_owned();
                    let unknown = Place { value: Err(Unknown { reason, cases: Vec::new() }), ..place.clone() };
                    out.push(super::setting("policy_public", &unknown));
                }
                _ => {}
            }
            let whole = |key: &str| {
                statement.get(key).is_some_and(|node| {
                    let all = |node: &Node| matches!(node.scalar(), Some("*" | "s3:*"));
                    all(node) || node.items().iter().any(all)
                })
            };
            let alone = condition.is_some_and(|condition| {
                condition.entries().len() == 1 && condition.entries().iter().all(|test| test.node.entries().len() == 1)
            });
            let plain = |test: &str| {
                condition.and_then(|condition| condition.get(test)?.get("aws:SecureTransport")?.scalar()) == Some("false")
            };
            if effect == "Deny" && everybody && alone && whole("Action") && (plain("Bool") || plain("BoolIfExists")) {
                out.push(derived("policy_denies_plain_http", "yes", &place));
            }
        }
    }
}

/// Conditions on who or whence that cannot be true of everybody.
fn narrows(condition: &Node) -> bool {
    const WHO: &[&str] = &[
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:principalorgid",
        "aws:principalaccount",
        "aws:principalarn",
    ];
    condition.entries().iter().any(|test| {
        let negative = test.key.to_ascii_lowercase().contains("not") || test.key.ends_with("IfExists");
        !negative
            && test.node.entries().iter().any(|row| {
                let star = |node: &Node| node.scalar().is_some_and(|text| text.contains('*'));
                WHO.contains(&&*row.key.to_ascii_lowercase()) && !star(&row.node) && !row.node.items().iter().any(star)
            })
    })
}

/// `*`, or `{AWS: *}`.
fn anybody(node: &Node) -> bool {
    let star = |node: &Node| node.scalar() == Some("*") || node.items().iter().any(|item| item.scalar() == Some("*"));
    star(node) || node.entries().iter().any(|entry| star(&entry.node))
}
