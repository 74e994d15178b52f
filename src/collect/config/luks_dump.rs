//! What `cryptsetup luksDump` says of a LUKS volume: version, cipher, length of the key, how a passphrase becomes one.
//! It must not keep salts, digests or anything else of the header.

use super::flat::{self, Place};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct LuksDumpReader;

/// The reader, for the registry.
pub(super) static CONFIG: LuksDumpReader = LuksDumpReader;

impl Config for LuksDumpReader {
    fn id(&self) -> &'static str {
        "luks_dump"
    }

    fn title(&self) -> &'static str {
        "LUKS volume (output of cryptsetup luksDump)"
    }

    fn notes(&self) -> &'static str {
        "For the volume: `version` (1, 2), `cipher` (aes-xts-plain64), `key_bits` (512 with xts is AES-256), `keyslots`. For each \
         `keyslot N` in use: `pbkdf` (argon2id, pbkdf2), `key_bits`."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if text::foreign(probe.extension) && probe.extension != "log" {
            return Claim::No;
        }
        let head = probe.head.get(..4096).unwrap_or(probe.head);
        let luks = text::split(head).any(|line| line.trim_start().starts_with("LUKS header information"));
        if luks { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root: Vec<Entry> = Vec::new();
        let (mut part, mut slot) = (String::new(), String::new());
        let mut begun = false;
        for (number, line) in text::lines(text::clean(source)?) {
            begun |= line.contains("LUKS header information");
            let Some((key, value)) = line.split_once(':').filter(|_| begun) else { continue };
            let indented = line.starts_with([' ', '\t']);
            let (key, value) = (key.trim(), value.trim());
            let lower = key.to_ascii_lowercase();
            if !indented {
                (part, slot) = (lower.clone(), String::new());
            }
            if indented && key.bytes().all(|byte| byte.is_ascii_digit()) {
                key.clone_into(&mut slot);
                if part == "keyslots" {
                    root.push(flat::entry(format!("keyslot {slot}"), value, number, 1));
                }
                continue;
            }
            let kept = match (&*part, &*lower) {
                (_, "version") if !indented => "version".to_owned(),
                (_, "cipher name") => "cipher_name".to_owned(),
                (_, "cipher mode") => "cipher_mode".to_owned(),
                (_, "mk bits") => "key_bits".to_owned(),
                ("data segments", "cipher") => "cipher".to_owned(),
                ("keyslots", "key" | "pbkdf") => format!("keyslot {slot}.{lower}"),
                _ if lower.starts_with("key slot ") => lower.replace("key slot ", "keyslot "),
                _ => continue,
            };
            root.push(flat::entry(kept, value, number, 1));
        }
        if !root.iter().any(|entry| entry.key == "version") {
            return Err(text::error("the output has no version: it is cut", 0));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        let get = |key: &str| root.entries().iter().find(|entry| entry.key == key);
        let value = |entry: &Entry| entry.node.scalar().unwrap_or_default().to_ascii_lowercase();
        let bits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        let mut slots = 0;
        let mut longest: Option<(Place, String)> = None;
        for entry in root.entries() {
            let place = Place::of(entry, None);
            let Some(rest) = entry.key.strip_prefix("keyslot ") else { continue };
            match rest.split_once('.') {
                None if value(entry) == "disabled" => {}
                None => {
                    slots += 1;
                    // LUKS1 knows one way only
                    if value(entry) == "enabled" {
                        settings.push(place.text(&entry.key, "pbkdf", "pbkdf2"));
                    }
                }
                Some((number, "key")) => {
                    let length = bits(&value(entry));
                    longest.get_or_insert((place, length.clone()));
                    settings.push(place.text(&format!("keyslot {number}"), "key_bits", length));
                }
                Some((number, key)) => settings.push(place.text(&format!("keyslot {number}"), key, value(entry))),
            }
        }
        for key in ["version", "cipher"] {
            settings.extend(get(key).map(|entry| Place::of(entry, None).text("", key, value(entry))));
        }
        if let (Some(name), Some(mode)) = (get("cipher_name"), get("cipher_mode")) {
            let cipher = format!("{}-{}", value(name), value(mode));
            settings.push(Place::of(name, None).text("", "cipher", cipher));
        }
        let length = get("key_bits").map(|entry| (Place::of(entry, None), bits(&value(entry)))).or(longest);
        settings.extend(length.map(|(place, length)| place.text("", "key_bits", length)));
        settings.push(Place::default().text("", "keyslots", slots.to_string()));
        Some(settings)
    }
}
