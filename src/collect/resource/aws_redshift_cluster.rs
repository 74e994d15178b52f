//! A cluster of Redshift: encryption, exposure.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is, varies};
use crate::collect::config::thing::Dialect;

const API: &str = "Amazon Redshift API reference, CreateCluster";

const KNOWN: &[Known] = &[
    varies("encrypted", &[("before January 2025", "false"), ("since January 2025", "true")], API),
    is("publicly_accessible", "false", API),
];

/// AWS Redshift cluster.
pub(super) static KIND: Kind = Kind {
    id: "aws_redshift_cluster",
    title: "AWS Redshift cluster",
    notes: "`encrypted`, `publicly_accessible`. From CloudFormation, Terraform, and `aws redshift describe-clusters`.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::CloudFormation,
            "AWS::Redshift::Cluster",
            &["ClusterIdentifier"],
            &[("encrypted", "Encrypted"), ("publicly_accessible", "PubliclyAccessible")],
        ),
        source(
            Dialect::Terraform,
            "aws_redshift_cluster",
            &["cluster_identifier"],
            &[("encrypted", "encrypted"), ("publicly_accessible", "publicly_accessible")],
        ),
        source(
            Dialect::Aws,
            "Clusters",
            &["ClusterIdentifier"],
            &[("encrypted", "Encrypted"), ("publicly_accessible", "PubliclyAccessible")],
        ),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
