//! A vault of AWS Backup: its key, its lock.

use super::{Kind, Parts, Source, as_it_is, derived, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const GUIDE: &str = "AWS Backup developer guide, Vault lock";

const KNOWN: &[Known] = &[is("key", "none", GUIDE), is("locked", "false", GUIDE)];

/// AWS Backup vault.
pub(super) static KIND: Kind = Kind {
    id: "aws_backup_vault",
    title: "AWS Backup vault",
    notes: "`key`, `locked`. From CloudFormation, Terraform, and `aws backup list-backup-vaults`.",
    known: KNOWN,
    sources: &[
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::Backup::BackupVault",
            names: &["BackupVaultName"],
            part_of: "",
            map: &[("key", "EncryptionKeyArn")],
            more: |thing, out| {
                // the lock is there, for however many days
                if let Some(place) = thing.look("LockConfiguration").first() {
                    out.push(if place.value.is_ok() {
                        derived("locked", "true", place)
                    } else {
                        super::setting("locked", place)
                    });
                }
            },
        },
        source(Dialect::Terraform, "aws_backup_vault", &["name"], &[("key", "kms_key_arn")]),
        Source {
            dialect: Dialect::Terraform,
            of: "aws_backup_vault_lock_configuration",
            names: &[],
            part_of: "backup_vault_name",
            map: &[],
            more: |thing, out| out.push(super::follows(thing, "locked", "true")),
        },
        source(Dialect::Aws, "BackupVaultList", &["BackupVaultName"], &[("key", "EncryptionKeyArn"), ("locked", "Locked")]),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
