//! `BitLocker`: what `manage-bde -status` prints (English, German, French) and what `Get-BitLockerVolume` shows, volume by volume.
//! It must not keep keys of any kind, nor what volumes are called.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, objects, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct BitlockerReader;

/// The reader, for the registry.
pub(super) static CONFIG: BitlockerReader = BitlockerReader;

const DOC: &str = "Microsoft Learn: manage-bde status; Get-BitLockerVolume";

/// What is known; nothing stands in.
const KNOWN: &[Known] = &[
    unset("VolumeType", DOC),
    unset("ConversionStatus", DOC),
    unset("PercentageEncrypted", DOC),
    unset("EncryptionMethod", DOC),
    unset("ProtectionStatus", DOC),
    unset("LockStatus", DOC),
    unset("KeyProtectors", DOC),
];

/// Labels of `manage-bde` and the key they mean.
const LABELS: &[(&str, &[&str])] = &[
    (
        "ConversionStatus",
        &["conversion status", "konvertierungsstatus", "konversionsstatus", "?tat de la conversion", "?tat de conversion"],
    ),
    (
        "PercentageEncrypted",
        &[
            "percentage encrypted",
            "verschl?sselt (prozent)",
            "prozentsatz verschl?sselt",
            "verschl?sselung in prozent",
            "pourcentage chiffr?",
        ],
    ),
    ("EncryptionMethod", &["encryption method", "verschl?sselungsmethode", "m?thode de chiffrement"]),
    ("ProtectionStatus", &["protection status", "schutzstatus", "?tat de la protection", "?tat de protection"]),
    ("LockStatus", &["lock status", "sperrstatus", "sperrungsstatus", "?tat du verrouillage", "?tat de verrouillage"]),
    (
        "KeyProtectors",
        &[
            "key protectors",
            "schl?sselschutzvorrichtungen",
            "schl?sselschutzvorrichtung",
            "schl?sselschutz",
            "protecteurs de cl?s",
            "protecteurs de cl?",
            "protecteurs de la cl?",
        ],
    ),
];

/// What values begin with, and what they are called; the first that fits counts.
const VALUES: &[(&str, &str, &[&str])] = &[
    (
        "ConversionStatus",
        "Used Space Only Encrypted",
        &[
            "used space only encrypted",
            "nur verwendeter speicherplatz",
            "nur verwendeter speicher",
            "espace utilis? uniquement chiffr?",
            "espace utilis? chiffr?",
            "uniquement l'espace utilis?",
        ],
    ),
    (
        "ConversionStatus",
        "Fully Encrypted",
        &[
            "fully encrypted",
            "fullyencrypted",
            "vollst?ndig verschl?sselt",
            "int?gralement chiffr?",
            "enti?rement chiffr?",
            "compl?tement chiffr?",
        ],
    ),
    (
        "ConversionStatus",
        "Fully Decrypted",
        &[
            "fully decrypted",
            "fullydecrypted",
            "vollst?ndig entschl?sselt",
            "int?gralement d?chiffr?",
            "enti?rement d?chiffr?",
            "compl?tement d?chiffr?",
        ],
    ),
    (
        "ConversionStatus",
        "Encryption in Progress",
        &[
            "encryption in progress",
            "encryptioninprogress",
            "verschl?sselung wird durchgef?hrt",
            "verschl?sselung l?uft",
            "verschl?sselung wird ausgef?hrt",
            "chiffrement en cours",
        ],
    ),
    (
        "ConversionStatus",
        "Decryption in Progress",
        &[
            "decryption in progress",
            "decryptioninprogress",
            "entschl?sselung wird durchgef?hrt",
            "entschl?sselung l?uft",
            "entschl?sselung wird ausgef?hrt",
            "d?chiffrement en cours",
        ],
    ),
    (
        "ConversionStatus",
        "Encryption Paused",
        &[
            "encryption paused",
            "encryptionpaused",
            "encryption suspended",
            "encryptionsuspended",
            "verschl?sselung angehalten",
            "chiffrement suspendu",
        ],
    ),
    (
        "ConversionStatus",
        "Decryption Paused",
        &[
            "decryption paused",
            "decryptionpaused",
            "decryption suspended",
            "decryptionsuspended",
            "entschl?sselung angehalten",
            "d?chiffrement suspendu",
        ],
    ),
    ("EncryptionMethod", "XTS-AES 128", &["xts-aes 128", "xtsaes128"]),
    ("EncryptionMethod", "XTS-AES 256", &["xts-aes 256", "xtsaes256"]),
    (
        "EncryptionMethod",
        "AES 128 with Diffuser",
        &["aes 128 with diffuser", "aes128diffuser", "aes 128 mit diffusor", "aes 128 avec diffuseur"],
    ),
    (
        "EncryptionMethod",
        "AES 256 with Diffuser",
        &["aes 256 with diffuser", "aes256diffuser", "aes 256 mit diffusor", "aes 256 avec diffuseur"],
    ),
    ("EncryptionMethod", "AES 128", &["aes 128", "aes128"]),
    ("EncryptionMethod", "AES 256", &["aes 256", "aes256"]),
    ("EncryptionMethod", "Hardware", &["hardware"]),
    ("EncryptionMethod", "None", &["none", "kein", "keine", "aucun", "aucune"]),
    (
        "ProtectionStatus",
        "Off",
        &[
            "protection off",
            "off",
            "der schutz ist deaktiviert",
            "schutz ist deaktiviert",
            "schutz deaktiviert",
            "schutz aus",
            "protection d?sactiv?e",
        ],
    ),
    (
        "ProtectionStatus",
        "On",
        &[
            "protection on",
            "on",
            "der schutz ist aktiviert",
            "schutz ist aktiviert",
            "schutz aktiviert",
            "schutz ein",
            "protection activ?e",
        ],
    ),
    ("LockStatus", "Unlocked", &["unlocked", "entsperrt", "nicht gesperrt", "d?verrouill?", "non verrouill?"]),
    ("LockStatus", "Locked", &["locked", "gesperrt", "verrouill?"]),
    (
        "KeyProtectors",
        "TPM And PIN And Startup Key",
        &[
            "tpm and pin and startup key",
            "tpmpinstartupkey",
            "tpm und pin und systemstartschl?ssel",
            "tpm et code pin et cl? de d?marrage",
        ],
    ),
    ("KeyProtectors", "TPM And PIN", &["tpm and pin", "tpmpin", "tpm und pin", "tpm et code pin", "tpm et code confidentiel"]),
    (
        "KeyProtectors",
        "TPM And Startup Key",
        &["tpm and startup key", "tpmstartupkey", "tpm und systemstartschl?ssel", "tpm et cl? de d?marrage"],
    ),
    ("KeyProtectors", "TPM And Network", &["tpmnetworkkey", "tpm (network unlock)"]),
    ("KeyProtectors", "TPM", &["tpm"]),
    (
        "KeyProtectors",
        "Numerical Password",
        &["numerical password", "recoverypassword", "numerisches kennwort", "mot de passe num?rique"],
    ),
    ("KeyProtectors", "External Key", &["external key", "externalkey", "externer schl?ssel", "cl? externe"]),
    (
        "KeyProtectors",
        "Certificate",
        &[
            "data recovery agent",
            "smart card",
            "publickey",
            "zertifikat",
            "datenwiederherstellungs-agent",
            "smartcard",
            "carte ? puce",
            "agent de r?cup?ration",
        ],
    ),
    ("KeyProtectors", "Password", &["password", "kennwort", "mot de passe"]),
    ("KeyProtectors", "Account Or Group", &["identity", "adaccountorgroup", "sid"]),
    ("KeyProtectors", "None Found", &["none found", "keine gefunden", "es wurden keine gefunden", "aucun trouv?", "aucun"]),
];

/// Names of PowerShell's numbers.
const STATUS: &[&str] =
    &["FullyDecrypted", "FullyEncrypted", "EncryptionInProgress", "DecryptionInProgress", "EncryptionPaused", "DecryptionPaused"];
const METHODS: &[&str] = &["None", "Aes128Diffuser", "Aes256Diffuser", "Aes128", "Aes256", "Hardware", "XtsAes128", "XtsAes256"];
const PROTECTORS: &[&str] = &[
    "Unknown",
    "Tpm",
    "ExternalKey",
    "RecoveryPassword",
    "TpmPin",
    "TpmStartupKey",
    "TpmPinStartupKey",
    "PublicKey",
    "Password",
    "TpmNetworkKey",
    "AdAccountOrGroup",
];

/// What stands for a value of no known name.
const OTHER: &str = "Unknown";

impl Config for BitlockerReader {
    fn id(&self) -> &'static str {
        "bitlocker"
    }

    fn title(&self) -> &'static str {
        "BitLocker (manage-bde -status, Get-BitLockerVolume)"
    }

    fn notes(&self) -> &'static str {
        "In `volume C:`: `VolumeType` (OS, Data), `ConversionStatus` (Fully Encrypted, Used Space Only Encrypted, Fully Decrypted, \
         Encryption in Progress …), `PercentageEncrypted` (a number), `EncryptionMethod` (XTS-AES 256, AES 128 …, None), \
         `ProtectionStatus` (On, Off), `LockStatus`, `KeyProtectors` (a list: TPM, TPM And PIN, Numerical Password …, None Found). \
         English, German and French output is understood; what a locked volume does not tell, and words of other languages, are not \
         known. Labels of volumes and keys are not kept."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let names = objects::names(probe);
        if objects::has(names, &["mountpoint", "volumestatus", "protectionstatus"])
            || objects::has(names, &["mountpoint", "encryptionmethod", "protectionstatus"])
        {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let head = text::split(text::unmarked(probe.head)).take(60);
        let found = head.filter(|line| labelled(line).is_some()).count();
        if found >= 3 && text::split(text::unmarked(probe.head)).take(40).any(|line| volume(line).is_some()) {
            Claim::Product
        } else {
            Claim::No
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        let printed = source.lines().any(|line| volume(line).is_some());
        let blocks = if printed { status(source) } else { listed(&objects::read(source)?) };
        if blocks.iter().all(|block| block.node.entries().len() < 2) {
            return Err(text::error("no volume, or nothing of what is asked of one", 1));
        }
        Ok(Node::new(Kind::Map(blocks), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let doubt = |_: &str, value: &str| {
            (value == OTHER).then_some("the volume is locked and does not tell, or says it in words that are not known")
        };
        let mut settings = objects::settings(root, doubt);
        // a volume that says nothing of its protection is not one that needs none
        for block in root.entries() {
            let context =
                format!("{} {}", block.key, block.node.get("@args").map(|node| text::label(node, None)).unwrap_or_default());
            for key in ["ConversionStatus", "ProtectionStatus"] {
                if block.node.get(key).is_none() {
                    let entry =
                        Entry { key: key.to_owned(), line: block.line, column: 1, node: Node::text(OTHER, block.line, 1) };
                    let unknown = Some("it stands nowhere for this volume: the text may be cut".to_owned());
                    settings.push(Setting { unknown, ..Setting::of(&entry).within(context.clone()) });
                }
            }
        }
        Some(settings)
    }
}

/// The key a line's label means, and what follows the colon.
fn labelled(line: &str) -> Option<(&'static str, &str)> {
    let (label, value) = line.split_once(':')?;
    let label = objects::label(label)?;
    let row = LABELS.iter().find(|row| row.1.contains(&label.trim_end()))?;
    Some((row.0, value.trim().trim_end_matches('.')))
}

/// `Volume C: [Windows]`: the drive.
fn volume(line: &str) -> Option<String> {
    let rest =
        line.strip_prefix("Volume ").or_else(|| line.strip_prefix("Datenträger ")).or_else(|| line.strip_prefix("Laufwerk "))?;
    let rest = rest.trim_start().trim_start_matches(['"', '„', '«', ' ', '\u{a0}']);
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some(letter), Some(':')) if letter.is_ascii_alphabetic() => Some(format!("{}:", letter.to_ascii_uppercase())),
        // a volume without a letter, by its identifier or the folder it is mounted on
        (Some('\\'), Some('\\')) if rest.starts_with(r"\\?\Volume{") => Some("without a letter".to_owned()),
        _ => None,
    }
}

/// A value by its known name.
fn known_value(key: &str, said: &str) -> &'static str {
    let said = objects::loose(said);
    let said = said.trim_end_matches('.');
    let fits =
        |start: &str| said == start || said.strip_prefix(start).is_some_and(|rest| rest.starts_with([' ', '.', ',', '(', ';']));
    VALUES.iter().find(|row| row.0 == key && row.2.iter().any(|start| fits(start))).map_or(OTHER, |row| row.1)
}

/// A percentage as a number.
fn percent(said: &str) -> String {
    let number = said.trim().trim_end_matches('%').trim_end_matches(['\u{a0}', '\u{202f}', ' ']).replace(',', ".");
    number.parse::<f64>().ok().filter(|share| (0.0..=100.0).contains(share)).map_or(OTHER.to_owned(), |share| share.to_string())
}

/// An entry from a line.
fn line_entry(key: &str, value: &str, line: u32) -> Entry {
    Entry { key: key.to_owned(), line, column: 5, node: Node::text(value, line, 5) }
}

/// What `manage-bde -status` prints.
fn status(source: &str) -> Vec<Entry> {
    let mut out: Vec<(String, u32, Vec<Entry>)> = Vec::new();
    let mut nameless = 0;
    // the list of protectors that is open
    let mut protectors = false;
    for (number, line) in text::lines(source) {
        if let Some(mut drive) = volume(line) {
            if drive.starts_with("without") {
                nameless += 1;
                drive = format!("{drive} {nameless}");
            }
            out.push((drive, number, Vec::new()));
            protectors = false;
            continue;
        }
        let Some((_, _, entries)) = out.last_mut() else { continue };
        let body = line.trim();
        if let Some(kind) = body.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let kind = objects::loose(kind);
            let system = kind.contains("os volume") || kind.contains("betriebssystem") || kind.contains("syst?me");
            entries.push(line_entry("VolumeType", if system { "OS" } else { "Data" }, number));
        } else if let Some((key, said)) = labelled(line) {
            protectors = key == "KeyProtectors";
            match key {
                "PercentageEncrypted" => entries.push(line_entry(key, &percent(said), number)),
                "KeyProtectors" => {
                    let items = if said.is_empty() { Vec::new() } else { vec![Node::text(known_value(key, said), number, 5)] };
                    entries.push(Entry {
                        key: key.to_owned(),
                        line: number,
                        column: 5,
                        node: Node::new(Kind::List(items), number, 5),
                    });
                }
                _ => entries.push(line_entry(key, known_value(key, said), number)),
            }
        } else if body.is_empty() {
            protectors = false;
        } else if protectors
            && line.starts_with(' ')
            && let Some(Entry { node: Node { kind: Kind::List(items), .. }, .. }) = entries.last_mut()
        {
            items.push(Node::text(known_value("KeyProtectors", body), number, 9));
        }
    }
    out.into_iter().map(|(drive, line, entries)| objects::block("volume", &drive, line, entries)).collect()
}

/// What Get-BitLockerVolume shows.
fn listed(found: &[objects::Object]) -> Vec<Entry> {
    let mut out = Vec::new();
    for object in found {
        let Some(point) = object.say("MountPoint") else { continue };
        let drive = volume(&format!("Volume {point}")).unwrap_or_else(|| "without a letter".to_owned());
        let mut entries = Vec::new();
        let mut add = |key: &str, property: &str, names: &[&str]| {
            if let Some(entry) = object.get(property)
                && let Some(said) = entry.node.scalar()
            {
                entries.push(objects::entry(key, known_value(key, &objects::named(said.trim(), names)), entry));
            }
        };
        add("ConversionStatus", "VolumeStatus", STATUS);
        add("EncryptionMethod", "EncryptionMethod", METHODS);
        add("ProtectionStatus", "ProtectionStatus", &["Off", "On", "Unknown"]);
        add("LockStatus", "LockStatus", &["Unlocked", "Locked"]);
        if let Some(entry) = object.get("VolumeType") {
            let kind = objects::named(entry.node.scalar().unwrap_or_default(), &["OperatingSystem", "Data"]);
            entries.push(objects::entry("VolumeType", if kind == "OperatingSystem" { "OS" } else { "Data" }, entry));
        }
        if let Some(entry) = object.get("EncryptionPercentage") {
            entries.push(objects::entry("PercentageEncrypted", percent(entry.node.scalar().unwrap_or_default()), entry));
        }
        if let Some(entry) = object.get("KeyProtector") {
            let words: Vec<String> = match &entry.node.kind {
                Kind::List(items) => items.iter().map(|item| protector(item.get("KeyProtectorType").unwrap_or(item))).collect(),
                Kind::Text(said) => said
                    .trim_matches(['{', '}'])
                    .split(',')
                    .map(|word| word.trim().to_owned())
                    .filter(|word| !word.is_empty())
                    .collect(),
                _ => Vec::new(),
            };
            let items = if words.is_empty() {
                vec!["None Found"]
            } else {
                words.iter().map(|word| known_value("KeyProtectors", word)).collect()
            };
            let (line, column) = (entry.node.line, entry.node.column);
            let items = items.into_iter().map(|word| Node::text(word, line, column)).collect();
            entries.push(Entry {
                key: "KeyProtectors".to_owned(),
                line: entry.line,
                column: entry.column,
                node: Node::new(Kind::List(items), line, column),
            });
        }
        out.push(objects::block("volume", &drive, object.line, entries));
    }
    out
}

/// The kind of a protector, by name or number.
fn protector(node: &Node) -> String {
    objects::named(node.scalar().unwrap_or_default(), PROTECTORS)
}
