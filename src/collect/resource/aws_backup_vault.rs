//! A vault of AWS Backup: its key, its lock.

use super::{Kind, as_it_is, source};
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
        source(
            Dialect::CloudFormation,
            "AWS::Backup::BackupVault",
            &["BackupVaultName"],
            &[("key", "EncryptionKeyArn"), ("locked", "LockConfiguration.MinRetentionDays")],
        ),
        source(Dialect::Terraform, "aws_backup_vault", &["name"], &[("key", "kms_key_arn")]),
        source(Dialect::Aws, "BackupVaultList", &["BackupVaultName"], &[("key", "EncryptionKeyArn"), ("locked", "Locked")]),
    ],
    settle: as_it_is,
};
