//! A volume of EC2: whether it is encrypted.

use super::{Kind, Parts, Source, as_it_is, nothing};
use crate::collect::config::known::{Known, is, varies};
use crate::collect::config::thing::Dialect;

const API: &str = "Amazon EBS user guide, Amazon EBS encryption";

const KNOWN: &[Known] = &[
    varies("encrypted", &[("unless the account's region encrypts by default", "false"), ("where it does", "true")], API),
    is("key", "none", API),
];

/// A volume.
pub(super) static KIND: Kind = Kind {
    id: "aws_ebs_volume",
    title: "AWS EBS volume",
    notes: "`encrypted`, `key`. From CloudFormation, Terraform, and `aws ec2 describe-volumes`.",
    known: KNOWN,
    sources: &[
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::EC2::Volume",
            names: &[],
            part_of: "",
            map: &[("encrypted", "Encrypted"), ("key", "KmsKeyId")],
            more: nothing,
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_ebs_volume",
            names: &[],
            part_of: "",
            map: &[("encrypted", "encrypted"), ("key", "kms_key_id")],
            more: nothing,
        },
        Source {
            dialect: Dialect::Aws,
            of: "Volumes",
            names: &["VolumeId"],
            part_of: "",
            map: &[("encrypted", "Encrypted"), ("key", "KmsKeyId")],
            more: nothing,
        },
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
