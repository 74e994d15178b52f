//! The flags of Kubernetes' API server: a static pod's manifest, a systemd unit, or a line of a list of processes. It must not judge.

use super::deploy::Force;
use super::known::{Known, is, unset};
use super::{Claim, Config, Included, Probe, ReadError, flags, text};
use crate::model::node::{Node, Setting};

/// The reader.
pub(super) struct Apiserver;

/// The reader, for the registry.
pub(super) static CONFIG: Apiserver = Apiserver;

const DOC: &str = "Kubernetes reference, kube-apiserver";

const KNOWN: &[Known] = &[
    is("allow-privileged", "false", DOC),
    is("anonymous-auth", "true", DOC),
    unset("audit-log-maxage", DOC),
    unset("audit-log-maxbackup", DOC),
    is("audit-log-path", "none", DOC),
    is("audit-policy-file", "none", DOC),
    is("audit-webhook-config-file", "none", DOC),
    is("authorization-mode", "AlwaysAllow", DOC),
    unset("basic-auth-file", DOC),
    unset("client-ca-file", DOC),
    unset("disable-admission-plugins", DOC),
    unset("enable-admission-plugins", DOC),
    is("encryption-provider-config", "none", DOC),
    unset("etcd-cafile", DOC),
    unset("etcd-certfile", DOC),
    unset("etcd-keyfile", DOC),
    unset("etcd-servers", DOC),
    unset("insecure-bind-address", DOC),
    unset("insecure-port", DOC),
    is("kubelet-certificate-authority", "none", DOC),
    unset("kubelet-client-certificate", DOC),
    is("profiling", "true", DOC),
    is("secure-port", "6443", DOC),
    is("service-account-lookup", "true", DOC),
    unset("tls-cert-file", DOC),
    unset("tls-cipher-suites", DOC),
    is("tls-min-version", "VersionTLS12", DOC),
    unset("token-auth-file", DOC),
];

/// Flags whose values add up.
const LISTS: &[&str] =
    &["authorization-mode", "enable-admission-plugins", "disable-admission-plugins", "tls-cipher-suites", "etcd-servers"];
/// Flags that take no word behind them.
const BARE: &[&str] =
    &["allow-privileged", "anonymous-auth", "profiling", "service-account-lookup", "enable-bootstrap-token-auth"];

impl Config for Apiserver {
    fn id(&self) -> &'static str {
        "kube_apiserver"
    }

    fn title(&self) -> &'static str {
        "Kubernetes API server (flags)"
    }

    fn notes(&self) -> &'static str {
        "Flags without their dashes (`anonymous-auth`), from a static pod's manifest, a systemd unit, a variable of one, or a line of `ps`. Of a \
         flag given twice the last counts; authorization-mode, the admission plugins, tls-cipher-suites and etcd-servers add up and are \
         joined by commas."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let own = matches!(probe.extension, "yaml" | "yml" | "manifest" | "service" | "conf" | "txt" | "" | "default");
        let flagged = [
            "--etcd-servers",
            "--authorization-mode",
            "--secure-port",
            "--service-cluster-ip-range",
            "--anonymous-auth",
            "--client-ca-file",
        ];
        let telling = flagged.iter().any(|flag| probe.head.contains(flag));
        if own && telling && flags::starts(probe.head, "kube-apiserver") && one(probe.head) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        flags::read(source, "kube-apiserver", BARE)
    }

    fn free(&self) -> bool {
        true
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "--{key}={value}"
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force::new();
        for entry in root.entries() {
            let before = force.settings.iter().position(|setting| setting.key == entry.key);
            if let Some(index) = before {
                let old = force.settings.remove(index);
                if let (true, Some(first), Some(more)) =
                    (LISTS.contains(&entry.key.as_str()), old.value.scalar(), entry.node.scalar())
                {
                    let all = Node::text(format!("{first},{more}"), entry.node.line, entry.node.column);
                    force.add("", &entry.key, all, (entry.line, entry.column), None);
                    continue;
                }
            }
            force.scalar("", &entry.key, entry);
        }
        // another file decides then
        if force.settings.iter().any(|setting| setting.key == "authorization-config")
            && !force.settings.iter().any(|setting| setting.key == "authorization-mode")
        {
            force.unknown("", "authorization-mode", (0, 0), "the file named by authorization-config decides");
        }
        force.fill(KNOWN, "");
        Some(force.settings)
    }
}

/// Whether it is a file of its own, not a script or a text that quotes one.
fn one(head: &str) -> bool {
    let head = text::unmarked(head);
    !head.starts_with("#!") && !head.contains("```") && !head.contains("{{")
}
