//! Accounts and groups that every Windows has, by their identifiers and their names in a few languages.
//! All others are somebody's: their names must not leave here.

use super::objects::loose;

/// What an account that not every Windows has is called.
pub(super) const OTHER: &str = "(account)";

/// Identifiers or names, and the English name.
const KNOWN: &[(&str, &[&str])] = &[
    ("Everyone", &["s-1-1-0", "everyone", "jeder", "tout le monde", "todos", "iedereen"]),
    ("Creator Owner", &["s-1-3-0", "creator owner", "ersteller-besitzer", "createur proprietaire"]),
    ("Network", &["s-1-5-2", "network", "netzwerk"]),
    ("Batch", &["s-1-5-3", "batch"]),
    ("Interactive", &["s-1-5-4", "interactive", "interaktiv", "interactif"]),
    ("Service", &["s-1-5-6", "service", "dienst"]),
    ("Anonymous Logon", &["s-1-5-7", "anonymous logon", "anonymous-anmeldung", "anonymous"]),
    ("Authenticated Users", &["s-1-5-11", "authenticated users", "authentifizierte benutzer", "utilisateurs authentifi?s"]),
    ("SYSTEM", &["s-1-5-18", "system", "syst?me"]),
    ("Local Service", &["s-1-5-19", "local service", "lokaler dienst", "service local"]),
    ("Network Service", &["s-1-5-20", "network service", "netzwerkdienst", "service r?seau"]),
    ("Local account", &["s-1-5-113", "local account", "lokales konto"]),
    ("Local account and member of Administrators group", &["s-1-5-114", "local account and member of administrators group"]),
    ("Administrators", &["s-1-5-32-544", "administrators", "administratoren", "administrateurs", "administradores"]),
    ("Users", &["s-1-5-32-545", "users", "benutzer", "utilisateurs", "usuarios"]),
    ("Guests", &["s-1-5-32-546", "guests", "g?ste", "invit?s", "invitados"]),
    ("Power Users", &["s-1-5-32-547", "power users", "hauptbenutzer", "utilisateurs avec pouvoir"]),
    ("Account Operators", &["s-1-5-32-548", "account operators"]),
    ("Server Operators", &["s-1-5-32-549", "server operators"]),
    ("Print Operators", &["s-1-5-32-550", "print operators", "druck-operatoren"]),
    ("Backup Operators", &["s-1-5-32-551", "backup operators", "sicherungs-operatoren", "op?rateurs de sauvegarde"]),
    ("Replicator", &["s-1-5-32-552", "replicator"]),
    (
        "Remote Desktop Users",
        &["s-1-5-32-555", "remote desktop users", "remotedesktopbenutzer", "utilisateurs du bureau ? distance"],
    ),
    ("Network Configuration Operators", &["s-1-5-32-556", "network configuration operators"]),
    ("Performance Monitor Users", &["s-1-5-32-558", "performance monitor users"]),
    ("Performance Log Users", &["s-1-5-32-559", "performance log users", "leistungsprotokollbenutzer"]),
    ("Distributed COM Users", &["s-1-5-32-562", "distributed com users"]),
    ("IIS_IUSRS", &["s-1-5-32-568", "iis_iusrs"]),
    ("Event Log Readers", &["s-1-5-32-573", "event log readers"]),
    ("Hyper-V Administrators", &["s-1-5-32-578", "hyper-v administrators"]),
    ("Remote Management Users", &["s-1-5-32-580", "remote management users"]),
    ("NT SERVICE\\ALL SERVICES", &["s-1-5-80-0", "all services"]),
    ("Window Manager Group", &["s-1-5-90-0", "window manager group"]),
    ("Administrator", &["administrator", "administrateur"]),
    ("Guest", &["guest", "gast", "invit?"]),
    ("krbtgt", &["krbtgt"]),
    ("DefaultAccount", &["defaultaccount"]),
    ("WDAGUtilityAccount", &["wdagutilityaccount"]),
    ("Domain Admins", &["domain admins", "dom?nen-admins", "admins du domaine"]),
    ("Domain Users", &["domain users", "dom?nen-benutzer", "utilisateurs du domaine", "utilisa. du domaine"]),
    ("Domain Guests", &["domain guests", "dom?nen-g?ste", "invit?s du domaine"]),
    ("Domain Computers", &["domain computers", "dom?nencomputer", "ordinateurs du domaine"]),
    ("Enterprise Admins", &["enterprise admins", "organisations-admins"]),
];

/// The last numbers of a domain's or machine's own identifiers.
const RELATIVE: &[(&str, &str)] = &[
    ("500", "Administrator"),
    ("501", "Guest"),
    ("502", "krbtgt"),
    ("503", "DefaultAccount"),
    ("504", "WDAGUtilityAccount"),
    ("512", "Domain Admins"),
    ("513", "Domain Users"),
    ("514", "Domain Guests"),
    ("515", "Domain Computers"),
    ("519", "Enterprise Admins"),
];

/// The English name of an account that every Windows has.
pub(super) fn known(name: &str) -> Option<&'static str> {
    let name = name.trim().trim_start_matches('*');
    let last = loose(name.rsplit('\\').next().unwrap_or(name));
    if let Some(rest) = last.strip_prefix("s-1-5-21-") {
        let number = rest.rsplit('-').next()?;
        return RELATIVE.iter().find(|row| row.0 == number).map(|row| row.1);
    }
    KNOWN.iter().find(|row| row.1.contains(&&*last)).map(|row| row.0)
}

/// The name that may be shown.
pub(super) fn shown(name: &str) -> &'static str {
    known(name).unwrap_or(OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_languages_lead_to_one_name() {
        for name in ["*S-1-1-0", "Jeder", "Tout le monde", "EVERYONE"] {
            assert_eq!(shown(name), "Everyone");
        }
        assert_eq!(shown("S-1-5-21-1-2-3-513"), "Domain Users");
        assert_eq!(shown("VORDEFINIERT\\Gäste"), "Guests");
        assert_eq!(shown("EXAMPLE\\ada.example"), OTHER);
        assert_eq!(shown("S-1-5-21-1-2-3-1105"), OTHER);
    }
}
