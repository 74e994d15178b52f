//! A virtual machine of EC2: how its metadata is guarded, whether it has a public address.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, unset, varies};
use crate::collect::config::thing::Dialect;

const GUIDE: &str = "Amazon EC2 user guide, Configure the instance metadata service";

const KNOWN: &[Known] = &[
    varies("metadata_tokens", &[("unless the image or account asks for more", "optional"), ("where it does", "required")], GUIDE),
    unset("public_ip", GUIDE),
    unset("root_encrypted", GUIDE),
];

/// AWS EC2 instance.
pub(super) static KIND: Kind = Kind {
    id: "aws_instance",
    title: "AWS EC2 instance",
    notes: "`metadata_tokens` (`required` or `optional`), `public_ip`, `root_encrypted`. From CloudFormation, Terraform, and `aws ec2 describe-instances`.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::CloudFormation,
            "AWS::EC2::Instance",
            &[],
            &[
                ("metadata_tokens", "MetadataOptions.HttpTokens"),
                ("public_ip", "NetworkInterfaces[].AssociatePublicIpAddress"),
                ("root_encrypted", "BlockDeviceMappings[].Ebs.Encrypted"),
            ],
        ),
        source(
            Dialect::Terraform,
            "aws_instance",
            &[],
            &[
                ("metadata_tokens", "metadata_options[].http_tokens"),
                ("public_ip", "associate_public_ip_address"),
                ("root_encrypted", "root_block_device[].encrypted"),
            ],
        ),
        source(
            Dialect::Aws,
            "Instances",
            &["InstanceId"],
            &[("metadata_tokens", "MetadataOptions.HttpTokens"), ("public_ip", "PublicIpAddress")],
        ),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
