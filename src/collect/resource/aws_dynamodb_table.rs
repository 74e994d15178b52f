//! A table of `DynamoDB`: its key, its recovery.

use super::{Kind, as_it_is, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const API: &str = "Amazon DynamoDB developer guide, Encryption at rest";
const PITR: &str = "Amazon DynamoDB developer guide, Point-in-time recovery";

const KNOWN: &[Known] =
    &[is("deletion_protection", "false", PITR), is("own_key", "false", API), is("point_in_time_recovery", "false", PITR)];

/// AWS `DynamoDB` table.
pub(super) static KIND: Kind = Kind {
    id: "aws_dynamodb_table",
    title: "AWS DynamoDB table",
    notes: "`own_key` (encrypted with a key of KMS rather than one that AWS owns), `point_in_time_recovery`, `deletion_protection`. From CloudFormation, Terraform, and `aws dynamodb describe-table`.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::CloudFormation,
            "AWS::DynamoDB::Table",
            &["TableName"],
            &[
                ("own_key", "SSESpecification.SSEEnabled"),
                ("point_in_time_recovery", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"),
                ("deletion_protection", "DeletionProtectionEnabled"),
            ],
        ),
        source(
            Dialect::Terraform,
            "aws_dynamodb_table",
            &["name"],
            &[
                ("own_key", "server_side_encryption[].enabled"),
                ("point_in_time_recovery", "point_in_time_recovery[].enabled"),
                ("deletion_protection", "deletion_protection_enabled"),
            ],
        ),
        source(
            Dialect::Aws,
            "Table",
            &["Table.TableName"],
            &[("own_key", "Table.SSEDescription.Status"), ("deletion_protection", "Table.DeletionProtectionEnabled")],
        ),
    ],
    settle: as_it_is,
};
