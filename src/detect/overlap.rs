//! Which of overlapping matches stays. It must not know how they were found.

use super::engine::{Engine, Found, Why};
use std::ops::Range;

/// A name that is as sure as this was announced as a person's: by a title, a label.
const ANNOUNCED: f32 = 0.9;

/// Streets are named after people: a name inside an address goes, unless it was announced as a person's. Both are sorted, so each is
/// passed once.
fn drop_streets(engine: &Engine, fresh: &mut Vec<Found>) {
    let streets: Vec<Range<usize>> = fresh.iter().filter(|hit| hit.why == Why::Addresses).map(|hit| hit.start..hit.end).collect();
    if streets.is_empty() {
        return;
    }
    fresh.retain(|hit| {
        let inside = || {
            let at = streets.partition_point(|street| street.end < hit.end);
            streets.get(at).is_some_and(|street| street.start <= hit.start && hit.end <= street.end)
        };
        Some(hit.bit) != engine.name_bit() || hit.confidence >= ANNOUNCED || !inside()
    });
}

/// Keeps of overlapping hits the surest, then the longest; a postcode inside an address stays, and so does what a machine-readable zone
/// says of its holder. A secret weighs more: the password in
/// `user:password@host` looks like the first half of an address.
pub(super) fn resolve(engine: &Engine, hits: &mut Vec<Found>, first: usize) {
    if hits.len() - first < 2 {
        return;
    }
    let mut fresh: Vec<Found> = hits.drain(first..).collect();
    drop_streets(engine, &mut fresh);
    fresh.sort_by_key(|hit| (hit.start, hit.end, hit.bit));
    // only hits of one heap can be in each other's way, and a heap is small
    let mut rest = fresh.as_mut_slice();
    while let Some(begin) = rest.first() {
        let mut reach = begin.end;
        let length =
            rest.iter().take_while(|hit| (hit.start < reach).then(|| reach = reach.max(hit.end)).is_some()).count().max(1);
        let Some((heap, further)) = rest.split_at_mut_checked(length) else { return };
        keep_best(engine, heap, hits);
        rest = further;
    }
}

/// Appends what stays of one heap, in the order of the text.
fn keep_best(engine: &Engine, heap: &mut [Found], hits: &mut Vec<Found>) {
    if let [single] = heap {
        hits.push(*single);
        return;
    }
    let first = hits.len();
    heap.sort_by(|a, b| {
        let sure = |hit: &Found| hit.confidence + if engine.is_secret(hit.bit) { 0.1 } else { 0.0 };
        sure(b)
            .total_cmp(&sure(a))
            .then((b.end - b.start).cmp(&(a.end - a.start)))
            .then(a.start.cmp(&b.start))
            .then(a.bit.cmp(&b.bit))
    });
    let name = |a: &Found, b: &Found| if Some(a.bit) == engine.name_bit() { a.confidence } else { b.confidence };
    let nested = |a: &Found, b: &Found| {
        let pair = [engine.id(a.bit), engine.id(b.bit)];
        (pair.contains(&"home_address") && pair.contains(&"postcode"))
            || (pair.contains(&"home_address") && pair.contains(&"person_name") && name(a, b) >= ANNOUNCED)
            || (pair.contains(&"next_of_kin") && pair.contains(&"person_name"))
            || (pair.contains(&"mrz") && (pair.contains(&"date_of_birth") || pair.contains(&"person_name")))
    };
    for hit in heap.iter() {
        let clash = hits.iter().skip(first).any(|kept| kept.start < hit.end && hit.start < kept.end && !nested(kept, hit));
        if !clash {
            hits.push(*hit);
        }
    }
    if let Some(kept) = hits.get_mut(first..) {
        kept.sort_by_key(|hit| (hit.start, hit.end, hit.bit));
    }
}
