//! A listener of a load balancer: its protocol, its TLS policy.

use super::{Kind, Parts, source};
use crate::collect::config::known::{Known, is, unset};
use crate::collect::config::thing::Dialect;
use crate::model::node::{Node, Setting};

const API: &str = "Elastic Load Balancing API reference, CreateListener";

const KNOWN: &[Known] = &[
    unset("action", API),
    unset("protocol", API),
    is("plain_http", "no", API),
    is("redirect_protocol", "none", API),
    unset("tls_policy", API),
];

/// AWS load balancer listener.
pub(super) static KIND: Kind = Kind {
    id: "aws_lb_listener",
    title: "AWS load balancer listener",
    notes: "`protocol`, `tls_policy`, `action` (`redirect`, `forward` ...), `redirect_protocol`, `plain_http` (it answers over HTTP and does not send visitors on to HTTPS). From CloudFormation, Terraform, and `aws elbv2 describe-listeners`.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::CloudFormation,
            "AWS::ElasticLoadBalancingV2::Listener",
            &[],
            &[
                ("protocol", "Protocol"),
                ("tls_policy", "SslPolicy"),
                ("action", "DefaultActions[].Type"),
                ("redirect_protocol", "DefaultActions[].RedirectConfig.Protocol"),
            ],
        ),
        source(
            Dialect::Terraform,
            "aws_lb_listener",
            &[],
            &[
                ("protocol", "protocol"),
                ("tls_policy", "ssl_policy"),
                ("action", "default_action[].type"),
                ("redirect_protocol", "default_action[].redirect[].protocol"),
            ],
        ),
        source(
            Dialect::Aws,
            "Listeners",
            &["ListenerArn"],
            &[
                ("protocol", "Protocol"),
                ("tls_policy", "SslPolicy"),
                ("action", "DefaultActions[].Type"),
                ("redirect_protocol", "DefaultActions[].RedirectConfig.Protocol"),
            ],
        ),
    ],
    parts: Parts::Add,
    settle: |out| {
        let text = |key: &str| {
            out.iter().find(|setting| setting.key == key).and_then(|setting| setting.value.scalar()).map(str::to_owned)
        };
        let Some(protocol) = out.iter().find(|setting| setting.key == "protocol").cloned() else { return };
        let follows = |key: &str, value: &str| Setting {
            key: key.to_owned(),
            value: Node::text(value, protocol.line, protocol.column),
            ..protocol.clone()
        };
        let mut more = Vec::new();
        if protocol.value.scalar() == Some("HTTP") && text("redirect_protocol").as_deref() != Some("HTTPS") {
            more.push(follows("plain_http", "yes"));
        }
        if matches!(protocol.value.scalar(), Some("HTTPS" | "TLS")) && text("tls_policy").is_none() {
            more.push(follows("tls_policy", "ELBSecurityPolicy-2016-08"));
        }
        out.extend(more);
    },
};
