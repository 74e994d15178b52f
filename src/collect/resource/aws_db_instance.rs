//! A database instance of RDS: encryption, exposure, backup.

use super::{Kind, Parts, Source, as_it_is, nothing};
use crate::collect::config::known::{Known, is, varies};
use crate::collect::config::thing::Dialect;

const API: &str = "Amazon RDS API reference, CreateDBInstance";

const KNOWN: &[Known] = &[
    is("backup_retention_days", "1", API),
    is("deletion_protection", "false", API),
    is("iam_authentication", "false", API),
    is("key", "none", API),
    is("log_exports", "none", API),
    varies(
        "publicly_accessible",
        &[("in a subnet group without an internet gateway", "false"), ("in the default VPC", "true")],
        API,
    ),
    is("storage_encrypted", "false", API),
];

/// A database instance.
pub(super) static KIND: Kind = Kind {
    id: "aws_db_instance",
    title: "AWS RDS database instance",
    notes: "`storage_encrypted`, `key`, `publicly_accessible`, `backup_retention_days`, `deletion_protection`, `iam_authentication`, `log_exports`. \
            From CloudFormation, Terraform, and `aws rds describe-db-instances`.",
    known: KNOWN,
    sources: &[
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::RDS::DBInstance",
            names: &["DBInstanceIdentifier"],
            part_of: "",
            map: &[
                ("storage_encrypted", "StorageEncrypted"),
                ("key", "KmsKeyId"),
                ("publicly_accessible", "PubliclyAccessible"),
                ("backup_retention_days", "BackupRetentionPeriod"),
                ("deletion_protection", "DeletionProtection"),
                ("iam_authentication", "EnableIAMDatabaseAuthentication"),
                ("log_exports", "EnableCloudwatchLogsExports"),
            ],
            more: nothing,
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_db_instance",
            names: &["identifier"],
            part_of: "",
            map: &[
                ("storage_encrypted", "storage_encrypted"),
                ("key", "kms_key_id"),
                ("publicly_accessible", "publicly_accessible"),
                ("backup_retention_days", "backup_retention_period"),
                ("deletion_protection", "deletion_protection"),
                ("iam_authentication", "iam_database_authentication_enabled"),
                ("log_exports", "enabled_cloudwatch_logs_exports"),
            ],
            // the provider's own default, whatever the subnet
            more: |thing, out| {
                if !out.iter().any(|setting| setting.key == "publicly_accessible") {
                    out.push(super::follows(thing, "publicly_accessible", "false"));
                }
                if !out.iter().any(|setting| setting.key == "backup_retention_days") {
                    out.push(super::follows(thing, "backup_retention_days", "0"));
                }
            },
        },
        Source {
            dialect: Dialect::Aws,
            of: "DBInstances",
            names: &["DBInstanceIdentifier"],
            part_of: "",
            map: &[
                ("storage_encrypted", "StorageEncrypted"),
                ("key", "KmsKeyId"),
                ("publicly_accessible", "PubliclyAccessible"),
                ("backup_retention_days", "BackupRetentionPeriod"),
                ("deletion_protection", "DeletionProtection"),
                ("iam_authentication", "IAMDatabaseAuthenticationEnabled"),
                ("log_exports", "EnabledCloudwatchLogsExports"),
            ],
            more: nothing,
        },
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
