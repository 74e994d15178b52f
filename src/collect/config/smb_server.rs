//! The SMB server of Windows as `Get-SmbServerConfiguration` shows it: list, CSV or JSON.
//! It must not guess what an export leaves out: the cmdlet always names all it knows.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct SmbServerReader;

/// The reader, for the registry.
pub(super) static CONFIG: SmbServerReader = SmbServerReader;

const DOC: &str = "Microsoft Learn: Set-SmbServerConfiguration";

/// What is known; the cmdlet names all of it, so nothing stands in.
const KNOWN: &[Known] = &[
    unset("EnableSMB1Protocol", DOC),
    unset("EnableSMB2Protocol", DOC),
    unset("EncryptData", DOC),
    unset("RejectUnencryptedAccess", DOC),
    unset("RequireSecuritySignature", DOC),
    unset("EnableSecuritySignature", DOC),
    unset("EnableAuthenticateUserSharing", DOC),
    unset("AuditSmb1Access", DOC),
    unset("AutoDisconnectTimeout", DOC),
    unset("AutoShareServer", DOC),
    unset("AutoShareWorkstation", DOC),
    unset("EnableForcedLogoff", DOC),
    unset("RestrictNamedpipeAccessViaQuic", DOC),
    unset("InvalidAuthenticationDelayTimeInMs", DOC),
    unset("EncryptionCiphers", DOC),
    unset("Smb2DialectMin", DOC),
    unset("Smb2DialectMax", DOC),
    unset("NullSessionShares", DOC),
    unset("NullSessionPipes", DOC),
];

/// Properties that only this cmdlet has.
const SIGNS: &[&str] = &[
    "enablesmb1protocol",
    "enablesmb2protocol",
    "rejectunencryptedaccess",
    "enablesecuritysignature",
    "autoshareserver",
    "enableleasing",
];

impl Config for SmbServerReader {
    fn id(&self) -> &'static str {
        "smb_server"
    }

    fn title(&self) -> &'static str {
        "Windows SMB server (Get-SmbServerConfiguration)"
    }

    fn notes(&self) -> &'static str {
        "Keys are the cmdlet's properties (`EnableSMB1Protocol`, `RequireSecuritySignature`), truths `True` and `False`; read from its list, \
         and from ConvertTo-Json and Export-Csv. Of several servers in one file each is `server 1`, `server 2` …"
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let names = objects::names(probe);
        let own = |name: &&String| SIGNS.contains(&name.as_str());
        if names.iter().filter(own).count() >= 2 { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let found = objects::read(source)?;
        let mut servers: Vec<(u32, Vec<Entry>)> = found
            .into_iter()
            .map(|object| (object.line, object.entries.into_iter().filter_map(property).collect::<Vec<Entry>>()))
            .filter(|server| !server.1.is_empty())
            .collect();
        if servers.len() == 1 {
            return Ok(Node::new(Kind::Map(servers.pop().map(|server| server.1).unwrap_or_default()), 1, 1));
        }
        if servers.is_empty() {
            return Err(text::error("no property of an SMB server", 1));
        }
        let block =
            |(at, (line, entries)): (usize, (u32, Vec<Entry>))| objects::block("server", &(at + 1).to_string(), line, entries);
        Ok(Node::new(Kind::Map(servers.into_iter().enumerate().map(block).collect()), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "Set-SmbServerConfiguration -{key} ${value}"
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(objects::settings(root, objects::sure))
    }
}

/// A property that is known, in the cmdlet's spelling.
fn property(entry: Entry) -> Option<Entry> {
    let known = KNOWN.iter().find(|known| known.key.eq_ignore_ascii_case(entry.key.trim()))?;
    let value = match (objects::truth(&entry.node), entry.node.scalar()) {
        // numbers that are no truths
        (_, Some(number)) if known.key.contains("Time") => number.to_owned(),
        (Some(truth), _) => truth.to_owned(),
        (None, Some(other)) => other.to_owned(),
        (None, None) => return Some(Entry { key: known.key.to_owned(), ..entry }),
    };
    Some(objects::entry(known.key, value, &entry))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn claim(name: &str, head: &str) -> Claim {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(name, name, extension, head, true))
    }

    #[test]
    fn claims_by_properties() {
        assert_eq!(claim("smb.txt", "EnableSMB1Protocol : False\nEnableSMB2Protocol : True\n"), Claim::Product);
        assert_eq!(claim("smb.json", "{\"EnableSMB1Protocol\": false, \"EnableSMB2Protocol\": true}"), Claim::Product);
        assert_eq!(claim("smb.csv", "\"AutoShareServer\",\"EnableSMB1Protocol\"\n\"True\",\"False\"\n"), Claim::Product);
        assert_eq!(claim("smb.ps1", "EnableSMB1Protocol : False\nEnableSMB2Protocol : True\n"), Claim::No);
        assert_eq!(claim("a.txt", "EncryptData : True\nName : x\n"), Claim::No);
        assert!(CONFIG.read("hello").is_err());
    }
}
