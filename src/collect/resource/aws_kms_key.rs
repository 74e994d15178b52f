//! A key of KMS: rotation, state.

use super::{BY_NAME, Kind, Parts, Source, as_it_is, nothing};
use crate::collect::config::known::{Known, is, unset};
use crate::collect::config::thing::Dialect;

const GUIDE: &str = "AWS KMS developer guide, Rotating AWS KMS keys";

const KNOWN: &[Known] = &[
    is("rotation", "false", GUIDE),
    unset("manager", "AWS KMS API reference, KeyMetadata"),
    is("state", "Enabled", "AWS KMS API reference, KeyMetadata"),
];

/// A key.
pub(super) static KIND: Kind = Kind {
    id: "aws_kms_key",
    title: "AWS KMS key",
    notes: "`rotation`, `state`, `manager` (CUSTOMER or AWS). From CloudFormation, Terraform, `aws kms describe-key` and `get-key-rotation-status`.",
    known: KNOWN,
    sources: &[
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::KMS::Key",
            names: &[],
            part_of: "",
            map: &[("rotation", "EnableKeyRotation")],
            more: nothing,
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_kms_key",
            names: &[],
            part_of: "",
            map: &[("rotation", "enable_key_rotation")],
            more: nothing,
        },
        Source {
            dialect: Dialect::Aws,
            of: "KeyMetadata",
            names: &["KeyMetadata.KeyId"],
            part_of: "",
            map: &[("state", "KeyMetadata.KeyState"), ("manager", "KeyMetadata.KeyManager")],
            more: nothing,
        },
        Source {
            dialect: Dialect::Aws,
            of: "KeyRotationEnabled",
            names: &["KeyId"],
            part_of: BY_NAME,
            map: &[("rotation", "KeyRotationEnabled")],
            more: nothing,
        },
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
