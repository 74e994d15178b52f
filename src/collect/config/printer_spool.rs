//! Printers of Windows: whether what was printed stays in the queue.
//! It must not keep names of printers, which may be somebody's, nor of servers.

use super::known::{Known, unset};
use super::{Claim, Config, Included, Probe, ReadError, objects, text};
use crate::model::node::{Fold, Kind, Node, Setting};

/// The reader.
pub(super) struct PrinterSpoolReader;

/// The reader, for the registry.
pub(super) static CONFIG: PrinterSpoolReader = PrinterSpoolReader;

const DOC: &str = "Microsoft Learn: Win32_Printer class";

/// What is known; nothing stands in.
const KNOWN: &[Known] = &[unset("KeepPrintedJobs", DOC), unset("Shared", DOC)];

impl Config for PrinterSpoolReader {
    fn id(&self) -> &'static str {
        "printer_spool"
    }

    fn title(&self) -> &'static str {
        "Windows printers: whether printed jobs stay in the queue (Win32_Printer, Get-Printer)"
    }

    fn notes(&self) -> &'static str {
        "In `printer 1`, `printer 2` … in the order of the file: `KeepPrintedJobs` and `Shared` (True, False). Read from Win32_Printer and \
         Get-Printer as list, table, CSV or JSON, and from wmic; of `Attributes` the bits 0x100 and 0x8 say the same."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let names = objects::names(probe);
        let own = objects::has(names, &["keepprintedjobs"])
            && ["name", "drivername", "portname", "caption", "deviceid"].iter().any(|key| objects::has(names, &[key]));
        if own || objects::has(names, &["attributes", "drivername", "portname"]) { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut out = Vec::new();
        for object in objects::read(source)? {
            let mut entries = Vec::new();
            let attributes = object.get("Attributes");
            let bits = attributes.and_then(|entry| entry.node.scalar()?.trim().parse::<u32>().ok());
            for (key, bit) in [("KeepPrintedJobs", 0x100), ("Shared", 0x8)] {
                if let Some((entry, truth)) = object.get(key).and_then(|entry| Some((entry, objects::truth(&entry.node)?))) {
                    entries.push(objects::entry(key, truth, entry));
                } else if let (Some(entry), Some(bits)) = (attributes, bits) {
                    entries.push(objects::entry(key, if bits & bit > 0 { "True" } else { "False" }, entry));
                }
            }
            if !entries.is_empty() {
                out.push(objects::block("printer", &(out.len() + 1).to_string(), object.line, entries));
            }
        }
        if out.is_empty() { Err(text::error("no printer", 1)) } else { Ok(Node::new(Kind::Map(out), 1, 1)) }
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn effective(&self, root: &Node, _include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(objects::settings(root, objects::sure))
    }
}
