//! The Windows registry as far as it decides on protection: SMB, log-in, remote desktop, TLS, drives, logs. Which value counts where
//! policies, control sets and deletions meet. It must not keep any value that it does not know.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, reg, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct RegistryReader;

/// The reader, for the registry.
pub(super) static CONFIG: RegistryReader = RegistryReader;

const SMB: &str = "Microsoft Learn: Detect, enable, and disable SMBv1, SMBv2, and SMBv3 in Windows";
const SIGNING: &str = "Microsoft Learn: Overview of Server Message Block signing";
const SMB_SET: &str = "Microsoft Learn: Set-SmbServerConfiguration";
const OPTIONS: &str = "Microsoft Learn: Security options (Windows security policy settings)";
const RDP: &str = "Microsoft Learn: Terminal Services policies (ADMX_TerminalServer, RemoteDesktopServices)";
const TLS: &str = "Microsoft Learn: Protocols in TLS/SSL (Schannel SSP)";
const FVE: &str = "Microsoft Learn: BitLocker policy settings";
const MEDIA: &str = "Microsoft Learn: Policy CSP - ADMX_RemovableStorage";
const AUTORUN: &str = "Microsoft Learn: Policy CSP - Autoplay";
const SHELL: &str = "Microsoft Learn: Policy CSP - WindowsPowerShell; about_Logging_Windows";
const LOGON: &str = "Microsoft Learn: Turn on automatic logon in Windows";
const DIGEST: &str = "Microsoft Security Advisory 2871997";
const FIREWALL: &str = "Microsoft Learn: Windows Firewall overview";
const LOGS: &str = "Microsoft Learn: Eventlog key";
const DEFENDER: &str = "Microsoft Learn: Policy CSP - Defender";
const UPDATE: &str = "Microsoft Learn: Manage additional Windows Update settings";

/// What is known, under the names that settings carry.
pub(super) const KNOWN: &[Known] = &[
    varies(
        "LanManServer\\Parameters\\SMB1",
        &[("before Windows 10 1709 and Server 1709", "1"), ("since then not installed", "0")],
        SMB,
    ),
    is("LanManServer\\Parameters\\SMB2", "1", SMB),
    varies(
        "LanManServer\\Parameters\\RequireSecuritySignature",
        &[
            ("before Windows 11 24H2, and Server outside domain controllers", "0"),
            ("Windows 11 24H2 and domain controllers", "1"),
        ],
        SIGNING,
    ),
    varies(
        "LanmanWorkstation\\Parameters\\RequireSecuritySignature",
        &[("before Windows 11 24H2 and Server 2025", "0"), ("since then", "1")],
        SIGNING,
    ),
    is("LanManServer\\Parameters\\EncryptData", "0", SMB_SET),
    is("LanManServer\\Parameters\\RejectUnencryptedAccess", "1", SMB_SET),
    is("LanManServer\\Parameters\\RestrictNullSessAccess", "1", OPTIONS),
    is("Lsa\\LmCompatibilityLevel", "3", OPTIONS),
    is("Lsa\\RestrictAnonymous", "0", OPTIONS),
    is("Lsa\\RestrictAnonymousSAM", "1", OPTIONS),
    is("Lsa\\EveryoneIncludesAnonymous", "0", OPTIONS),
    is("Lsa\\NoLMHash", "1", OPTIONS),
    is("Lsa\\LimitBlankPasswordUse", "1", OPTIONS),
    unset("Lsa\\SCENoApplyLegacyAuditPolicy", OPTIONS),
    unset("Lsa\\RunAsPPL", "Microsoft Learn: Configure added LSA protection"),
    varies("WDigest\\UseLogonCredential", &[("before Windows 8.1 and Server 2012 R2", "1"), ("since then", "0")], DIGEST),
    is("Terminal Server\\fDenyTSConnections", "1", RDP),
    unset("RDP-Tcp\\UserAuthentication", RDP),
    unset("RDP-Tcp\\SecurityLayer", RDP),
    unset("RDP-Tcp\\MinEncryptionLevel", RDP),
    varies(
        "SCHANNEL\\Protocols\\SSL 2.0\\Server\\Enabled",
        &[("before Windows 10 1607 and Server 2016", "1"), ("since then", "0")],
        TLS,
    ),
    varies(
        "SCHANNEL\\Protocols\\SSL 3.0\\Server\\Enabled",
        &[("before Windows 10 1607 and Server 2016", "1"), ("since then", "0")],
        TLS,
    ),
    varies("SCHANNEL\\Protocols\\TLS 1.0\\Server\\Enabled", &[("most versions", "1"), ("newest versions", "0")], TLS),
    varies("SCHANNEL\\Protocols\\TLS 1.1\\Server\\Enabled", &[("most versions", "1"), ("newest versions", "0")], TLS),
    varies(
        "SCHANNEL\\Protocols\\TLS 1.2\\Server\\Enabled",
        &[("before Windows 8 and Server 2012", "0"), ("since then", "1")],
        TLS,
    ),
    varies(
        "SCHANNEL\\Protocols\\TLS 1.3\\Server\\Enabled",
        &[("before Windows 11 and Server 2022", "0"), ("since then", "1")],
        TLS,
    ),
    unset("FVE\\EncryptionMethodWithXtsOs", FVE),
    unset("FVE\\EncryptionMethodWithXtsFdv", FVE),
    unset("FVE\\EncryptionMethodWithXtsRdv", FVE),
    is("FVE\\RDVDenyWriteAccess", "0", FVE),
    is("FVE\\FDVDenyWriteAccess", "0", FVE),
    is("RemovableStorageDevices\\Deny_All", "0", MEDIA),
    is("RemovableStorageDevices\\Removable Disks\\Deny_Write", "0", MEDIA),
    is("RemovableStorageDevices\\Removable Disks\\Deny_Read", "0", MEDIA),
    unset("USBSTOR\\Start", "Microsoft Learn: Start entry of a service"),
    unset("Explorer\\NoDriveTypeAutoRun", AUTORUN),
    is("Policies\\System\\InactivityTimeoutSecs", "0", OPTIONS),
    is("Policies\\System\\EnableLUA", "1", OPTIONS),
    is("Policies\\System\\LocalAccountTokenFilterPolicy", "0", "Microsoft Learn: User Account Control and remote restrictions"),
    is("Policies\\System\\DontDisplayLastUserName", "0", OPTIONS),
    is("PowerShell\\EnableScriptBlockLogging", "0", SHELL),
    is("PowerShell\\EnableModuleLogging", "0", SHELL),
    is("PowerShell\\EnableTranscripting", "0", SHELL),
    is("Winlogon\\AutoAdminLogon", "0", LOGON),
    unset("EventLog\\Security\\MaxSize", LOGS),
    unset("EventLog\\System\\MaxSize", LOGS),
    unset("EventLog\\Application\\MaxSize", LOGS),
    is("Firewall\\DomainProfile\\EnableFirewall", "1", FIREWALL),
    is("Firewall\\PrivateProfile\\EnableFirewall", "1", FIREWALL),
    is("Firewall\\PublicProfile\\EnableFirewall", "1", FIREWALL),
    is("Defender\\DisableAntiSpyware", "0", DEFENDER),
    is("Defender\\DisableRealtimeMonitoring", "0", DEFENDER),
    is("WindowsUpdate\\NoAutoUpdate", "0", UPDATE),
];

/// How a path below the machine's hive leads to a name; the path that stands first for a name wins over later ones (policies over
/// what is set locally).
const PATHS: &[(&str, &str)] = &[
    (r"system\currentcontrolset\services\lanmanserver\parameters\smb1", "LanManServer\\Parameters\\SMB1"),
    (r"system\currentcontrolset\services\lanmanserver\parameters\smb2", "LanManServer\\Parameters\\SMB2"),
    (
        r"system\currentcontrolset\services\lanmanserver\parameters\requiresecuritysignature",
        "LanManServer\\Parameters\\RequireSecuritySignature",
    ),
    (
        r"system\currentcontrolset\services\lanmanworkstation\parameters\requiresecuritysignature",
        "LanmanWorkstation\\Parameters\\RequireSecuritySignature",
    ),
    (r"system\currentcontrolset\services\lanmanserver\parameters\encryptdata", "LanManServer\\Parameters\\EncryptData"),
    (
        r"system\currentcontrolset\services\lanmanserver\parameters\rejectunencryptedaccess",
        "LanManServer\\Parameters\\RejectUnencryptedAccess",
    ),
    (
        r"system\currentcontrolset\services\lanmanserver\parameters\restrictnullsessaccess",
        "LanManServer\\Parameters\\RestrictNullSessAccess",
    ),
    (r"system\currentcontrolset\control\lsa\lmcompatibilitylevel", "Lsa\\LmCompatibilityLevel"),
    (r"system\currentcontrolset\control\lsa\restrictanonymous", "Lsa\\RestrictAnonymous"),
    (r"system\currentcontrolset\control\lsa\restrictanonymoussam", "Lsa\\RestrictAnonymousSAM"),
    (r"system\currentcontrolset\control\lsa\everyoneincludesanonymous", "Lsa\\EveryoneIncludesAnonymous"),
    (r"system\currentcontrolset\control\lsa\nolmhash", "Lsa\\NoLMHash"),
    (r"system\currentcontrolset\control\lsa\limitblankpassworduse", "Lsa\\LimitBlankPasswordUse"),
    (r"system\currentcontrolset\control\lsa\scenoapplylegacyauditpolicy", "Lsa\\SCENoApplyLegacyAuditPolicy"),
    (r"system\currentcontrolset\control\lsa\runasppl", "Lsa\\RunAsPPL"),
    (r"system\currentcontrolset\control\securityproviders\wdigest\uselogoncredential", "WDigest\\UseLogonCredential"),
    (r"software\policies\microsoft\windows nt\terminal services\fdenytsconnections", "Terminal Server\\fDenyTSConnections"),
    (r"system\currentcontrolset\control\terminal server\fdenytsconnections", "Terminal Server\\fDenyTSConnections"),
    (r"software\policies\microsoft\windows nt\terminal services\userauthentication", "RDP-Tcp\\UserAuthentication"),
    (r"system\currentcontrolset\control\terminal server\winstations\rdp-tcp\userauthentication", "RDP-Tcp\\UserAuthentication"),
    (r"software\policies\microsoft\windows nt\terminal services\securitylayer", "RDP-Tcp\\SecurityLayer"),
    (r"system\currentcontrolset\control\terminal server\winstations\rdp-tcp\securitylayer", "RDP-Tcp\\SecurityLayer"),
    (r"software\policies\microsoft\windows nt\terminal services\minencryptionlevel", "RDP-Tcp\\MinEncryptionLevel"),
    (r"system\currentcontrolset\control\terminal server\winstations\rdp-tcp\minencryptionlevel", "RDP-Tcp\\MinEncryptionLevel"),
    (
        r"system\currentcontrolset\control\securityproviders\schannel\protocols\ssl 2.0\server\enabled",
        "SCHANNEL\\Protocols\\SSL 2.0\\Server\\Enabled",
    ),
    (
        r"system\currentcontrolset\control\securityproviders\schannel\protocols\ssl 3.0\server\enabled",
        "SCHANNEL\\Protocols\\SSL 3.0\\Server\\Enabled",
    ),
    (
        r"system\currentcontrolset\control\securityproviders\schannel\protocols\tls 1.0\server\enabled",
        "SCHANNEL\\Protocols\\TLS 1.0\\Server\\Enabled",
    ),
    (
        r"system\currentcontrolset\control\securityproviders\schannel\protocols\tls 1.1\server\enabled",
        "SCHANNEL\\Protocols\\TLS 1.1\\Server\\Enabled",
    ),
    (
        r"system\currentcontrolset\control\securityproviders\schannel\protocols\tls 1.2\server\enabled",
        "SCHANNEL\\Protocols\\TLS 1.2\\Server\\Enabled",
    ),
    (
        r"system\currentcontrolset\control\securityproviders\schannel\protocols\tls 1.3\server\enabled",
        "SCHANNEL\\Protocols\\TLS 1.3\\Server\\Enabled",
    ),
    (r"software\policies\microsoft\fve\encryptionmethodwithxtsos", "FVE\\EncryptionMethodWithXtsOs"),
    (r"software\policies\microsoft\fve\encryptionmethodwithxtsfdv", "FVE\\EncryptionMethodWithXtsFdv"),
    (r"software\policies\microsoft\fve\encryptionmethodwithxtsrdv", "FVE\\EncryptionMethodWithXtsRdv"),
    (r"system\currentcontrolset\policies\microsoft\fve\rdvdenywriteaccess", "FVE\\RDVDenyWriteAccess"),
    (r"system\currentcontrolset\policies\microsoft\fve\fdvdenywriteaccess", "FVE\\FDVDenyWriteAccess"),
    (r"software\policies\microsoft\windows\removablestoragedevices\deny_all", "RemovableStorageDevices\\Deny_All"),
    (
        r"software\policies\microsoft\windows\removablestoragedevices\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}\deny_write",
        "RemovableStorageDevices\\Removable Disks\\Deny_Write",
    ),
    (
        r"software\policies\microsoft\windows\removablestoragedevices\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}\deny_read",
        "RemovableStorageDevices\\Removable Disks\\Deny_Read",
    ),
    (r"system\currentcontrolset\services\usbstor\start", "USBSTOR\\Start"),
    (r"software\microsoft\windows\currentversion\policies\explorer\nodrivetypeautorun", "Explorer\\NoDriveTypeAutoRun"),
    (
        r"software\microsoft\windows\currentversion\policies\system\inactivitytimeoutsecs",
        "Policies\\System\\InactivityTimeoutSecs",
    ),
    (r"software\microsoft\windows\currentversion\policies\system\enablelua", "Policies\\System\\EnableLUA"),
    (
        r"software\microsoft\windows\currentversion\policies\system\localaccounttokenfilterpolicy",
        "Policies\\System\\LocalAccountTokenFilterPolicy",
    ),
    (
        r"software\microsoft\windows\currentversion\policies\system\dontdisplaylastusername",
        "Policies\\System\\DontDisplayLastUserName",
    ),
    (
        r"software\policies\microsoft\windows\powershell\scriptblocklogging\enablescriptblocklogging",
        "PowerShell\\EnableScriptBlockLogging",
    ),
    (r"software\policies\microsoft\windows\powershell\modulelogging\enablemodulelogging", "PowerShell\\EnableModuleLogging"),
    (r"software\policies\microsoft\windows\powershell\transcription\enabletranscripting", "PowerShell\\EnableTranscripting"),
    (r"software\microsoft\windows nt\currentversion\winlogon\autoadminlogon", "Winlogon\\AutoAdminLogon"),
    (r"software\policies\microsoft\windows\eventlog\security\maxsize", "EventLog\\Security\\MaxSize"),
    (r"system\currentcontrolset\services\eventlog\security\maxsize", "EventLog\\Security\\MaxSize"),
    (r"software\policies\microsoft\windows\eventlog\system\maxsize", "EventLog\\System\\MaxSize"),
    (r"system\currentcontrolset\services\eventlog\system\maxsize", "EventLog\\System\\MaxSize"),
    (r"software\policies\microsoft\windows\eventlog\application\maxsize", "EventLog\\Application\\MaxSize"),
    (r"system\currentcontrolset\services\eventlog\application\maxsize", "EventLog\\Application\\MaxSize"),
    (r"software\policies\microsoft\windowsfirewall\domainprofile\enablefirewall", "Firewall\\DomainProfile\\EnableFirewall"),
    (
        r"system\currentcontrolset\services\sharedaccess\parameters\firewallpolicy\domainprofile\enablefirewall",
        "Firewall\\DomainProfile\\EnableFirewall",
    ),
    (r"software\policies\microsoft\windowsfirewall\standardprofile\enablefirewall", "Firewall\\PrivateProfile\\EnableFirewall"),
    (r"software\policies\microsoft\windowsfirewall\privateprofile\enablefirewall", "Firewall\\PrivateProfile\\EnableFirewall"),
    (
        r"system\currentcontrolset\services\sharedaccess\parameters\firewallpolicy\standardprofile\enablefirewall",
        "Firewall\\PrivateProfile\\EnableFirewall",
    ),
    (r"software\policies\microsoft\windowsfirewall\publicprofile\enablefirewall", "Firewall\\PublicProfile\\EnableFirewall"),
    (
        r"system\currentcontrolset\services\sharedaccess\parameters\firewallpolicy\publicprofile\enablefirewall",
        "Firewall\\PublicProfile\\EnableFirewall",
    ),
    (r"software\policies\microsoft\windows defender\disableantispyware", "Defender\\DisableAntiSpyware"),
    (
        r"software\policies\microsoft\windows defender\real-time protection\disablerealtimemonitoring",
        "Defender\\DisableRealtimeMonitoring",
    ),
    (r"software\policies\microsoft\windows\windowsupdate\au\noautoupdate", "WindowsUpdate\\NoAutoUpdate"),
];

/// Paths to names with their rank.
static NAMES: LazyLock<HashMap<&'static str, (&'static str, usize)>> =
    LazyLock::new(|| PATHS.iter().enumerate().map(|(rank, (path, name))| (*path, (*name, rank))).collect());

/// The one value that Windows keeps as text where others are numbers.
const TEXTS: &[&str] = &["Winlogon\\AutoAdminLogon"];

impl Config for RegistryReader {
    fn id(&self) -> &'static str {
        "windows_registry"
    }

    fn title(&self) -> &'static str {
        "Windows registry: what decides on protection"
    }

    fn notes(&self) -> &'static str {
        "Read from .reg exports and from what `reg query` prints. Keys are short and compare without case: \
         `LanManServer\\Parameters\\SMB1`, `Lsa\\LmCompatibilityLevel`, `RDP-Tcp\\UserAuthentication`, \
         `SCHANNEL\\Protocols\\TLS 1.0\\Server\\Enabled`, `EventLog\\Security\\MaxSize` (bytes) …; the same ones are asked of a \
         security template with `config: secedit`. A policy wins over what is set locally, CurrentControlSet over a numbered one; \
         deletions are applied. A default stands in only where the registry key that would hold the value was exported as a whole, which of `reg query` \
         nobody knows where it printed one value alone (`/v`)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if !reg::is_export(probe) && !reg::is_query(probe) {
            return Claim::No;
        }
        let head = text::split(probe.head).map(str::trim);
        let mut keys = head.filter_map(|line| {
            line.strip_prefix('[').and_then(|line| line.strip_suffix(']')).or_else(|| line.starts_with("HKEY_").then_some(line))
        });
        // a whole hive may come to what matters beyond the head
        if keys.any(|key| below(key).is_some_and(|key| covers(&key, !probe.whole))) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut out = Vec::new();
        let keys = reg::keys(source)?;
        let shown = shown(source, &keys);
        for (mut key, shown) in keys.into_iter().zip(shown) {
            let Some(path) = below(key.key.trim_start_matches('-')) else { continue };
            // in lower case, for then no part of a path looks like somebody's name to those who mask
            key.key = key.key.to_lowercase();
            if let Kind::Map(values) = &mut key.node.kind {
                for value in values.iter_mut() {
                    value.key = value.key.to_lowercase();
                }
                values.retain(|value| NAMES.contains_key(&*format!("{path}\\{}", value.key)));
                if !values.is_empty() || covers(&path, true) {
                    if shown != Shown::All {
                        let word = if shown == Shown::Values { "values" } else { "some" };
                        values.push(Entry {
                            key: SHOWN.to_owned(),
                            line: key.line,
                            column: 1,
                            node: Node::text(word, key.line, 1),
                        });
                    }
                    out.push(key);
                }
            }
        }
        Ok(Node::new(Kind::Map(out), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force::default();
        // registry keys, and whether what lies below was exported with them
        let mut exported: Vec<(String, bool)> = Vec::new();
        for key in root.entries() {
            let deleted = key.key.starts_with('-');
            let Some(path) = below(key.key.trim_start_matches('-')) else { continue };
            if deleted {
                force.forget(&path);
            } else {
                let rank = control_set(&key.key);
                key.node.entries().iter().for_each(|value| {
                    force.add(&format!("{path}\\{}", value.key.to_lowercase()), rank, value);
                });
            }
            match key.node.get(SHOWN).and_then(Node::scalar) {
                None => exported.push((path, true)),
                Some("values") => exported.push((path, false)),
                Some(_) => {}
            }
        }
        let mut settings = force.settings();
        let covered = |known: &&Known| {
            let local =
                PATHS.iter().rev().find(|row| row.1 == known.key).and_then(|row| row.0.rsplit_once('\\')).map_or("", |row| row.0);
            exported.iter().any(|(path, below)| if *below { within(local, path) } else { local == path })
        };
        known::fill(&mut settings, KNOWN.iter().filter(covered), Fold::Case, "");
        Some(settings)
    }
}

/// The entry of a registry key of which not all was shown.
const SHOWN: &str = "@shown";

/// What an export shows of a registry key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All that is in it.
    All,
    /// Its values.
    Values,
    /// Nobody knows what else there is.
    Some,
}

/// What an export shows of each registry key. `reg export` writes all; `reg query` prints one value with `/v`, what it looked for with
/// `/f`, and what lies below only with `/s`, each key once.
fn shown(source: &str, keys: &[Entry]) -> Vec<Shown> {
    let begin = text::unmarked(source).trim_start();
    if begin.starts_with('[') || begin.starts_with("REGEDIT4") || begin.starts_with("Windows Registry Editor") {
        return vec![Shown::All; keys.len()];
    }
    let searched = source.lines().any(|line| line.starts_with("End of search"));
    let mut names = std::collections::HashSet::new();
    let twice = !keys.iter().all(|key| names.insert(key.key.to_lowercase()));
    let mut next: Option<&Entry> = None;
    let mut out: Vec<Shown> = Vec::with_capacity(keys.len());
    for key in keys.iter().rev() {
        let below = next.is_some_and(|next| {
            next.key.get(..key.key.len()).is_some_and(|start| start.eq_ignore_ascii_case(&key.key))
                && next.key.get(key.key.len()..).is_some_and(|rest| rest.starts_with('\\'))
        });
        let values = key.node.entries().len();
        out.push(match values {
            _ if searched => Shown::Some,
            2.. if below && !twice => Shown::All,
            2.. => Shown::Values,
            _ => Shown::Some,
        });
        if values > 0 {
            next = Some(key);
        }
    }
    out.reverse();
    out
}

/// A path below the machine's hive, lower case, with the control set in use; `None` for other hives.
pub(super) fn below(key: &str) -> Option<String> {
    let key = key.trim().trim_start_matches('-').to_lowercase();
    let rest = ["hkey_local_machine\\", "hklm\\", "hklm:\\", "machine\\"].iter().find_map(|hive| key.strip_prefix(hive));
    let root = matches!(&*key, "hkey_local_machine" | "hklm");
    let rest = rest.or(root.then_some(""))?;
    if let Some(after) = rest.strip_prefix("system\\controlset")
        && let Some(after) = after.get(3..)
    {
        return Some(format!("system\\currentcontrolset{after}"));
    }
    Some(rest.to_owned())
}

/// Rank of the control set that a path names: the one in use comes first.
fn control_set(key: &str) -> usize {
    if key.to_lowercase().contains("\\controlset") { PATHS.len() } else { 0 }
}

/// Whether a path is another or lies below it.
fn within(path: &str, above: &str) -> bool {
    above.is_empty() || path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
}

/// Registry keys that hold a value that is known (true), and those above them.
static ABOVE: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
    let mut out = HashMap::from([("", false)]);
    for (path, _) in PATHS {
        let mut holds = true;
        let mut rest = *path;
        while let Some((key, _)) = rest.rsplit_once('\\') {
            *out.entry(key).or_default() |= holds;
            (rest, holds) = (key, false);
        }
    }
    out
});

/// Whether a registry key holds a value that is known, or (`also_above`) lies above one.
fn covers(path: &str, also_above: bool) -> bool {
    ABOVE.get(path).is_some_and(|holds| *holds || also_above)
}

/// Values on their way to settings: for each name what stands first in rank.
#[derive(Default)]
pub(super) struct Force {
    /// Name, rank, path, setting.
    found: Vec<(&'static str, usize, String, Setting)>,
}

impl Force {
    /// Takes a value by its path below the machine's hive, lower case; a null deletes.
    pub(super) fn add(&mut self, path: &str, rank: usize, value: &Entry) -> bool {
        let Some((name, own)) = NAMES.get(path) else { return false };
        let rank = rank + own;
        let earlier = self.found.iter().position(|row| row.1 == rank && row.2 == path);
        if value.node.kind == Kind::Null {
            self.found.retain(|row| !(row.1 == rank && row.2 == path));
            return true;
        }
        let setting = decided(name, path, value);
        match earlier.and_then(|at| self.found.get_mut(at)) {
            // two control sets that differ: nobody knows which of them is in use
            Some(row) if rank >= PATHS.len() && row.3.value.kind != setting.value.kind => {
                row.3.unknown = Some("control sets differ, and the file does not say which is in use".to_owned());
            }
            Some(row) => row.3 = setting,
            None => self.found.push((name, rank, path.to_owned(), setting)),
        }
        true
    }

    /// A registry key is deleted with all below it.
    fn forget(&mut self, path: &str) {
        self.found.retain(|row| !within(&row.2, path));
    }

    /// What is in force.
    pub(super) fn settings(mut self) -> Vec<Setting> {
        self.found.sort_by_key(|row| (row.0, row.1));
        self.found.dedup_by_key(|row| row.0);
        let mut settings: Vec<Setting> = self.found.into_iter().map(|row| row.3).collect();
        let all = settings
            .iter()
            .find(|setting| setting.key == "RemovableStorageDevices\\Deny_All" && setting.value.scalar() == Some("1"))
            .cloned();
        if let Some(all) = all {
            for key in
                ["RemovableStorageDevices\\Removable Disks\\Deny_Write", "RemovableStorageDevices\\Removable Disks\\Deny_Read"]
            {
                settings.retain(|setting| setting.key != key);
                settings.push(Setting { key: key.to_owned(), ..all.clone() });
            }
        }
        settings.sort_by_key(|setting| setting.line);
        settings
    }
}

/// One value as a setting: numbers as they count.
fn decided(name: &'static str, path: &str, value: &Entry) -> Setting {
    let mut setting = Setting { key: name.to_owned(), ..Setting::of(value) };
    let number = match &value.node.kind {
        Kind::Number(text) => text.parse::<u64>().ok(),
        _ => None,
    };
    match number {
        // Schannel takes any number but 0 as yes
        Some(number) if name.ends_with("\\Enabled") => setting.value.kind = Kind::Text(u64::from(number > 0).to_string()),
        // the policy counts in KiB, the log's own key in bytes
        Some(number) if path.starts_with("software\\policies\\microsoft\\windows\\eventlog") => {
            setting.value.kind = Kind::Text(number.saturating_mul(1024).to_string());
        }
        Some(number) => setting.value.kind = Kind::Text(number.to_string()),
        None if TEXTS.contains(&name) => {}
        None => setting.unknown = Some("Windows reads a number (REG_DWORD) there, and it is none".to_owned()),
    }
    setting
}
