//! A topic of SNS: whether its messages are encrypted.

use super::{Kind, Parts, Source, as_it_is, nothing};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const KNOWN: &[Known] = &[is("key", "none", "Amazon SNS developer guide, Securing data at rest")];

/// A topic.
pub(super) static KIND: Kind = Kind {
    id: "aws_sns_topic",
    title: "AWS SNS topic",
    notes: "`key` (the KMS key, or none). From CloudFormation, Terraform, and `aws sns get-topic-attributes`.",
    known: KNOWN,
    sources: &[
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::SNS::Topic",
            names: &["TopicName"],
            part_of: "",
            map: &[("key", "KmsMasterKeyId")],
            more: nothing,
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_sns_topic",
            names: &["name"],
            part_of: "",
            map: &[("key", "kms_master_key_id")],
            more: nothing,
        },
        Source {
            dialect: Dialect::Aws,
            of: "Attributes",
            names: &["Attributes.TopicArn"],
            part_of: "",
            map: &[("key", "Attributes.KmsMasterKeyId")],
            more: nothing,
        },
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
