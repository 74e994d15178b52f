//! An Azure key vault: whether what is deleted can be got back, who decides.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const REF: &str = "Azure Resource Manager reference, Microsoft.KeyVault/vaults";

const KNOWN: &[Known] = &[
    is("network_default", "Allow", REF),
    is("public_network", "Enabled", REF),
    is("purge_protection", "false", REF),
    is("rbac", "false", REF),
    is("soft_delete", "true", REF),
];

/// Azure key vault.
pub(super) static KIND: Kind = Kind {
    id: "azure_key_vault",
    title: "Azure key vault",
    notes: "`soft_delete`, `purge_protection`, `rbac`, `public_network`, `network_default`. From ARM templates, `az keyvault show`, and Terraform.",
    known: KNOWN,
    sources: &[
        source(
            Dialect::Azure,
            "Microsoft.KeyVault/vaults",
            &["name"],
            &[
                ("soft_delete", "enableSoftDelete"),
                ("purge_protection", "enablePurgeProtection"),
                ("rbac", "enableRbacAuthorization"),
                ("public_network", "publicNetworkAccess"),
                ("network_default", "networkAcls.defaultAction"),
            ],
        ),
        source(
            Dialect::Terraform,
            "azurerm_key_vault",
            &["name"],
            &[
                ("purge_protection", "purge_protection_enabled"),
                ("rbac", "enable_rbac_authorization"),
                ("rbac", "rbac_authorization_enabled"),
                ("public_network", "public_network_access_enabled"),
                ("network_default", "network_acls[].default_action"),
            ],
        ),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
