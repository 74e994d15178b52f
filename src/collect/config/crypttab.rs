//! `crypttab`: which volumes are opened encrypted, and with what key. It must not look into a device.

use super::flat::{self, Place};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Kind, Node, Setting};

/// The reader.
pub(super) struct CrypttabReader;

/// The reader, for the registry.
pub(super) static CONFIG: CrypttabReader = CrypttabReader;

impl Config for CrypttabReader {
    fn id(&self) -> &'static str {
        "crypttab"
    }

    fn title(&self) -> &'static str {
        "encrypted volumes (crypttab)"
    }

    fn notes(&self) -> &'static str {
        "For each mapping: `device`, `key` (none: asked for or held by a TPM), `options`, `random_key` (yes for /dev/urandom and \
         /dev/random: gone at the next boot, so for swap and temporary files only), `key_file` (yes where the key is a file), `swap`, \
         and `type` (luks, plain, tcrypt, bitlk; unknown where no option says it)."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "crypttab" { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = body.split_whitespace().collect();
            if words.len() < 2 {
                return Err(text::error("a mapping without a device", number));
            }
            let fields = ["@name", "device", "key", "options"];
            let entries = fields.into_iter().zip(words).map(|(key, word)| flat::entry(key, word, number, 1)).collect();
            root.push(flat::block("mapping", entries, number, 1));
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings = Vec::new();
        for entry in root.entries() {
            let place = Place::of(entry, None);
            let field = |key: &str| entry.node.get(key).map(|node| text::label(node, None)).filter(|value| value != "-");
            let context = field("@name").unwrap_or_default();
            let key = field("key").unwrap_or_else(|| "none".to_owned());
            let options = field("options").unwrap_or_default();
            let has = |name: &str| {
                options
                    .split(',')
                    .any(|option| option == name || option.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
            };
            let random = matches!(&*key, "/dev/urandom" | "/dev/random" | "/dev/hw_random");
            let swap = has("swap") || has("tmp");
            let kind = ["luks", "plain", "tcrypt", "bitlk"].into_iter().find(|kind| has(kind));
            settings.push(place.text(&context, "device", field("device").unwrap_or_default()));
            settings.push(place.truth(&context, "random_key", random));
            settings.push(place.truth(&context, "key_file", key.starts_with('/') && !random));
            settings.push(place.truth(&context, "swap", swap));
            settings.push(match kind {
                Some(kind) => place.text(&context, "type", kind),
                None if random || swap => place.text(&context, "type", "plain"),
                None => place.unknown(
                    &context,
                    "type",
                    "no option says it; it is luks where the device has such a header",
                    &["plain", "luks"],
                ),
            });
            settings.push(place.text(&context, "key", key));
            settings.push(place.text(&context, "options", options));
        }
        Some(settings)
    }
}
