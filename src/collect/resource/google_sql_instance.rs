//! An instance of Google Cloud SQL: transport, exposure, backup.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is, varies};
use crate::collect::config::thing::Dialect;

const REF: &str = "Cloud SQL Admin API reference, instances";

const KNOWN: &[Known] = &[
    is("authorized_network", "none", REF),
    is("backup", "false", REF),
    varies("public_ip", &[("made by the command line without asking", "true"), ("with private IP alone", "false")], REF),
    is("require_ssl", "false", REF),
    is("tls_mode", "ALLOW_UNENCRYPTED_AND_ENCRYPTED", REF),
];

/// Google Cloud SQL instance.
pub(super) static KIND: Kind = Kind {
    id: "google_sql_instance",
    title: "Google Cloud SQL instance",
    notes: "`tls_mode`, `require_ssl`, `authorized_network` (one setting each), `public_ip`, `backup`. From `gcloud sql instances describe`, and Terraform.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::Google,
            "sql#instance",
            &["name"],
            &[
                ("tls_mode", "settings.ipConfiguration.sslMode"),
                ("require_ssl", "settings.ipConfiguration.requireSsl"),
                ("authorized_network", "settings.ipConfiguration.authorizedNetworks[].value"),
                ("public_ip", "settings.ipConfiguration.ipv4Enabled"),
                ("backup", "settings.backupConfiguration.enabled"),
            ],
        ),
        source(
            Dialect::Terraform,
            "google_sql_database_instance",
            &["name"],
            &[
                ("tls_mode", "settings[].ip_configuration[].ssl_mode"),
                ("require_ssl", "settings[].ip_configuration[].require_ssl"),
                ("authorized_network", "settings[].ip_configuration[].authorized_networks[].value"),
                ("public_ip", "settings[].ip_configuration[].ipv4_enabled"),
                ("backup", "settings[].backup_configuration[].enabled"),
            ],
        ),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
