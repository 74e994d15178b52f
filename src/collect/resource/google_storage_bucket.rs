//! A bucket of Google Cloud Storage: exposure, key, retention.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const REF: &str = "Cloud Storage JSON API reference, Buckets";

const KNOWN: &[Known] = &[
    is("delete_after_days", "never", REF),
    is("key", "none", REF),
    is("location", "US", REF),
    is("logging", "none", REF),
    is("public_access_prevention", "inherited", REF),
    is("retention_locked", "false", REF),
    is("uniform_access", "false", REF),
    is("versioning", "false", REF),
];

/// Google Cloud Storage bucket.
pub(super) static KIND: Kind = Kind {
    id: "google_storage_bucket",
    title: "Google Cloud Storage bucket",
    notes: "`public_access_prevention`, `uniform_access`, `key`, `location`, `versioning`, `logging`, `retention_locked`, `delete_after_days`. From `gcloud storage buckets describe`, the JSON API, and Terraform.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::Google,
            "storage#bucket",
            &["name"],
            &[
                ("public_access_prevention", "iamConfiguration.publicAccessPrevention"),
                ("uniform_access", "iamConfiguration.uniformBucketLevelAccess.enabled"),
                ("key", "encryption.defaultKmsKeyName"),
                ("location", "location"),
                ("versioning", "versioning.enabled"),
                ("logging", "logging.logBucket"),
                ("retention_locked", "retentionPolicy.isLocked"),
                ("delete_after_days", "lifecycle.rule[].condition.age"),
            ],
        ),
        source(
            Dialect::Google,
            "gcloud#bucket",
            &["name"],
            &[
                ("public_access_prevention", "public_access_prevention"),
                ("uniform_access", "uniform_bucket_level_access"),
                ("key", "default_kms_key"),
                ("location", "location"),
                ("versioning", "versioning_enabled"),
                ("logging", "logging_config.logBucket"),
                ("retention_locked", "retention_policy.isLocked"),
                ("delete_after_days", "lifecycle_config.rule[].condition.age"),
            ],
        ),
        source(
            Dialect::Terraform,
            "google_storage_bucket",
            &["name"],
            &[
                ("public_access_prevention", "public_access_prevention"),
                ("uniform_access", "uniform_bucket_level_access"),
                ("key", "encryption[].default_kms_key_name"),
                ("location", "location"),
                ("versioning", "versioning[].enabled"),
                ("logging", "logging[].log_bucket"),
                ("retention_locked", "retention_policy[].is_locked"),
                ("delete_after_days", "lifecycle_rule[].condition[].age"),
            ],
        ),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
