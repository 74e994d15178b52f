//! What goes between the coordinator and its workers. A worker that a file took over may answer anything: the coordinator has to live with
//! it. (A worker itself is not run here: it would confine this process.)

use super::ground::{CARDS, KEEP, dice, entry};
use super::{Target, sound};
use provost::collect::assemble;
use provost::collect::worker::{Answer, Hello, Order, Welcome, frame, next_frame, unframed};
use provost::detect::fingerprint::Key;
use provost::detect::mask::clean;

pub(crate) fn targets() -> Vec<Target> {
    vec![Target::new("worker/answers", 32 << 10, 30, answers), Target::new("worker/orders", 4 << 10, 6, orders)]
}

/// A stream of frames, as the coordinator reads it: to the first that is none.
fn answers(data: &[u8]) {
    let mut input = data;
    let mut found = Vec::new();
    while let Some(bytes) = next_frame(&mut input) {
        assert!(bytes.len() <= data.len(), "a frame that is longer than what came");
        if let Some(welcome) = unframed::<Welcome>(&bytes) {
            let shown: Vec<String> = welcome.missing.iter().map(|text| clean(text)).collect();
            assert!(!shown.concat().chars().any(char::is_control), "a control character is shown");
            continue;
        }
        let Some(answer) = unframed::<Answer>(&bytes) else { break };
        let again = frame(&answer).expect("an answer can be sent on");
        assert!(next_frame(&mut again.as_slice()).is_some(), "a frame of our own that is none");
        found.push((entry(&format!("a/{}.bin", found.len()), 1), answer.examined));
    }
    if found.is_empty() {
        return;
    }
    for (index, row) in found.iter_mut().enumerate() {
        row.0.number = index as u32 + 1;
    }
    let evidence = assemble(found, &CARDS.engine, &KEEP);
    let text = serde_json::to_string(&evidence).expect("evidence can be written");
    assert!(!text.is_empty());
    if dice(data).is_multiple_of(4) {
        let assessment = CARDS.assess(&evidence, *super::ground::DATE);
        sound::reports(&assessment, None);
    }
}

/// A greeting, then orders, a line each.
fn orders(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    if let Some(hello) = lines.next().and_then(|line| serde_json::from_str::<Hello>(line).ok()) {
        let _ = (hello.root.path(), Key::from_hex(&hello.key), hello.limits.time_for(1));
        assert!(serde_json::to_string(&hello).is_ok(), "a greeting that cannot be sent on");
    }
    for order in lines.filter_map(|line| serde_json::from_str::<Order>(line).ok()) {
        let again = serde_json::to_string(&order).expect("an order can be sent on");
        assert!(serde_json::from_str::<Order>(&again).is_ok_and(|back| back == order), "an order that changes on its way");
        let _ = order.path.path();
    }
}
