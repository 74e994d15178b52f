//! Pivot caches of an xlsb: the values of their columns, and the records that point to them. What becomes of them is for `xlsx::pivot`.

use super::super::Work;
use super::super::xlsx::number::{self, Style};
use super::super::xlsx::package::Package;
use super::super::xlsx::pivot::{self, Cache, Records};
use super::biff::{long, short};
use super::biff12::{double, text};
use super::biff12_book::part;

/// What the values of a column are where it has no list of them.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Date,
    Text,
}

/// Reads a cache.
pub(super) fn read(work: &mut Work<'_>, package: &mut Package, path: &str, label: &str) {
    let mut cache = Cache::new(work, package);
    let (mut kinds, mut shared): (Vec<Kind>, bool) = (Vec::new(), false);
    part(work, package, path, "a pivot cache", &mut |kind, content| match kind {
        // BrtBeginPCDField
        183 => {
            cache.field(text(content, 20).0, short(content, 0) & 4 != 0);
            kinds.push(Kind::Text);
        }
        // BrtBeginPCDFAtbl, BrtEndPCDFAtbl
        189 => {
            shared = true;
            let flags = short(content, 0);
            if let Some(last) = kinds.last_mut() {
                *last = match (flags & 0x40 != 0, flags & 4 != 0, flags & 8 != 0) {
                    (true, ..) => Kind::Number,
                    (_, true, false) => Kind::Date,
                    _ => Kind::Text,
                };
            }
        }
        190 => shared = false,
        _ if shared => {
            if let Some(text) = item(kind, content) {
                cache.item(&text);
            }
        }
        _ => {}
    });
    let mut records = cache.records(work, label);
    if let Some(path) = pivot::place(work, package, path) {
        let mut open = false;
        part(work, package, &path, "records of a pivot cache", &mut |kind, content| match kind {
            // BrtPCRRecord: all its values
            33 => {
                close(&mut open, &mut records);
                records.begin();
                values(&mut records, &kinds, content);
                records.end();
            }
            // BrtPCRRecordDt: its values are records of their own
            34 => {
                close(&mut open, &mut records);
                records.begin();
                open = true;
            }
            // BrtPCDIIndex
            26 => records.index(long(content, 0) as usize),
            _ => {
                if let Some(text) = item(kind, content) {
                    records.value(&text);
                }
            }
        });
        close(&mut open, &mut records);
    }
    records.finish(work);
}

fn close(open: &mut bool, records: &mut Records<'_>) {
    if std::mem::take(open) {
        records.end();
    }
}

/// The values of a record, one behind the other.
fn values(records: &mut Records<'_>, kinds: &[Kind], content: &[u8]) {
    let mut at = 0;
    while at < content.len()
        && let Some((place, listed)) = records.next()
    {
        if listed {
            records.index(long(content, at) as usize);
            at += 4;
            continue;
        }
        match kinds.get(place).copied().unwrap_or(Kind::Text) {
            Kind::Number => {
                records.value(&plain(double(content, at)));
                at += 8;
            }
            Kind::Date => {
                records.value(&date(content, at));
                at += 8;
            }
            Kind::Text => {
                let (text, end) = text(content, at);
                records.value(&text);
                at = end;
            }
        }
    }
}

/// The value of an item; `None` for what is no item.
fn item(kind: u32, content: &[u8]) -> Option<String> {
    match kind {
        // BrtPCDIMissing, Number, Boolean, Error, String, Datetime; the same with a list of properties behind
        21 | 28 => Some(plain(double(content, 0))),
        24 | 31 => Some(text(content, 0).0),
        25 | 32 => Some(date(content, 0)),
        20 | 22 | 23 | 27 | 29 | 30 => Some(String::new()),
        _ => None,
    }
}

fn plain(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| number::value_as(value, Style::Plain, false))
}

fn date(content: &[u8], at: usize) -> String {
    let day = content.get(at + 4).copied().unwrap_or(0);
    match (short(content, at), short(content, at + 2)) {
        (0, _) => String::new(),
        (year, month) => format!("{year:04}-{month:02}-{day:02}"),
    }
}
