//! An Azure storage account: transport, exposure, keys.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is, varies};
use crate::collect::config::thing::Dialect;

const REF: &str = "Azure Resource Manager reference, Microsoft.Storage/storageAccounts";

const KNOWN: &[Known] = &[
    varies("blob_public_access", &[("accounts made before November 2023", "true"), ("since November 2023", "false")], REF),
    varies("cross_tenant", &[("accounts made before December 15, 2023", "true"), ("since then", "false")], REF),
    is("https_only", "true", REF),
    is("infrastructure_encryption", "false", REF),
    is("key_source", "Microsoft.Storage", REF),
    is("minimum_tls", "TLS1_0", REF),
    is("network_default", "Allow", REF),
    is("public_network", "Enabled", REF),
    is("shared_key", "true", REF),
];

/// Azure storage account.
pub(super) static KIND: Kind = Kind {
    id: "azure_storage_account",
    title: "Azure storage account",
    notes: "`minimum_tls` (TLS1_0 ...), `https_only`, `blob_public_access`, `public_network`, `network_default`, `shared_key`, `key_source`, `infrastructure_encryption`, `cross_tenant`. From ARM templates, `az storage account show` or `list`, and Terraform.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::Azure,
            "Microsoft.Storage/storageAccounts",
            &["name"],
            &[
                ("minimum_tls", "minimumTlsVersion"),
                ("https_only", "supportsHttpsTrafficOnly"),
                ("https_only", "enableHttpsTrafficOnly"),
                ("blob_public_access", "allowBlobPublicAccess"),
                ("public_network", "publicNetworkAccess"),
                ("network_default", "networkAcls.defaultAction"),
                ("network_default", "networkRuleSet.defaultAction"),
                ("shared_key", "allowSharedKeyAccess"),
                ("key_source", "encryption.keySource"),
                ("infrastructure_encryption", "encryption.requireInfrastructureEncryption"),
                ("cross_tenant", "allowCrossTenantReplication"),
            ],
        ),
        source(
            Dialect::Terraform,
            "azurerm_storage_account",
            &["name"],
            &[
                ("minimum_tls", "min_tls_version"),
                ("https_only", "https_traffic_only_enabled"),
                ("https_only", "enable_https_traffic_only"),
                ("blob_public_access", "allow_nested_items_to_be_public"),
                ("public_network", "public_network_access_enabled"),
                ("network_default", "network_rules[].default_action"),
                ("shared_key", "shared_access_key_enabled"),
                ("infrastructure_encryption", "infrastructure_encryption_enabled"),
                ("cross_tenant", "cross_tenant_replication_enabled"),
            ],
        ),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
