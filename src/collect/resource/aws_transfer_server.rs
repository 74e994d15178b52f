//! A server of Transfer Family: which protocols it speaks.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const API: &str = "AWS Transfer Family API reference, CreateServer";

const KNOWN: &[Known] = &[is("endpoint", "PUBLIC", API), is("protocols", "SFTP", API)];

/// AWS Transfer Family server.
pub(super) static KIND: Kind = Kind {
    id: "aws_transfer_server",
    title: "AWS Transfer Family server",
    notes: "`protocols`, `endpoint` (`PUBLIC`, `VPC`). From CloudFormation, Terraform, and `aws transfer list-servers`.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::CloudFormation,
            "AWS::Transfer::Server",
            &[],
            &[("protocols", "Protocols"), ("endpoint", "EndpointType")],
        ),
        source(Dialect::Terraform, "aws_transfer_server", &[], &[("protocols", "protocols"), ("endpoint", "endpoint_type")]),
        source(Dialect::Aws, "Servers", &["ServerId"], &[("protocols", "Protocols"), ("endpoint", "EndpointType")]),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
