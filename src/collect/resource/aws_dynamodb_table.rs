//! A table of `DynamoDB`: its key, its recovery.

use super::{BY_NAME, Kind, Parts, Source, nothing, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;
use crate::model::node::Node;

const API: &str = "Amazon DynamoDB developer guide, Encryption at rest";
const PITR: &str = "Amazon DynamoDB developer guide, Point-in-time recovery";

const KNOWN: &[Known] =
    &[is("deletion_protection", "false", PITR), is("own_key", "false", API), is("point_in_time_recovery", "false", PITR)];

/// AWS `DynamoDB` table.
pub(super) static KIND: Kind = Kind {
    id: "aws_dynamodb_table",
    title: "AWS DynamoDB table",
    notes: "`own_key` (encrypted with a key of KMS rather than one that AWS owns), `point_in_time_recovery`, `deletion_protection`. From CloudFormation, Terraform, and `aws dynamodb describe-table` and `describe-continuous-backups` (the file is called after the table; without it nobody can say whether it can be recovered).",
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
        Source {
            dialect: Dialect::Aws,
            of: "ContinuousBackupsDescription",
            names: &[],
            part_of: BY_NAME,
            map: &[(
                "point_in_time_recovery",
                "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus",
            )],
            more: nothing,
        },
    ],
    parts: Parts::Add,
    settle: |out| {
        // the command line has words where the others say yes or no
        for setting in out.iter_mut().filter(|setting| matches!(setting.key.as_str(), "own_key" | "point_in_time_recovery")) {
            let said = match setting.value.scalar() {
                Some("ENABLED" | "UPDATING" | "ENABLING") => "true",
                Some("DISABLED" | "DISABLING") => "false",
                _ => continue,
            };
            setting.value = Node::text(said, setting.line, setting.column);
        }
    },
};
