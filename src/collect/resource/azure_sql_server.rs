//! An Azure SQL server: transport, exposure.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is, varies};
use crate::collect::config::thing::Dialect;

const REF: &str = "Azure Resource Manager reference, Microsoft.Sql/servers";

const KNOWN: &[Known] = &[
    varies("minimum_tls", &[("servers made before 2023", "None"), ("since", "1.2")], REF),
    is("public_network", "Enabled", REF),
];

/// Azure SQL server.
pub(super) static KIND: Kind = Kind {
    id: "azure_sql_server",
    title: "Azure SQL server",
    notes: "`minimum_tls`, `public_network`. From ARM templates, `az sql server show` or `list`, and Terraform.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::Azure,
            "Microsoft.Sql/servers",
            &["name"],
            &[("minimum_tls", "minimalTlsVersion"), ("public_network", "publicNetworkAccess")],
        ),
        source(
            Dialect::Terraform,
            "azurerm_mssql_server",
            &["name"],
            &[("minimum_tls", "minimum_tls_version"), ("public_network", "public_network_access_enabled")],
        ),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
