//! The door for other programs: a line in, a line out, in order. Streamed; nothing of a text is in any message.

use super::{Door, Told};
use crate::cli::Failure;
use crate::collect::plain_file;
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::{BufRead, BufReader, Read};

/// Bytes that a line may have.
const MOST: u64 = 64 << 20;
/// Bytes that are gathered before they are written, while more lines wait.
const GATHERED: usize = 64 << 10;

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a RawValue,
    spans: Vec<Told<'a>>,
}

/// Answers every line of a source.
pub(super) fn run(door: &mut Door<'_>, source: Box<dyn Read>, name: &str) -> Result<(), Failure> {
    let mut reader = BufReader::with_capacity(GATHERED, source);
    let (mut line, mut out) = (Vec::new(), String::new());
    let mut number = 0_u64;
    let outcome = loop {
        line.clear();
        number += 1;
        match (&mut reader).take(MOST + 1).read_until(b'\n', &mut line) {
            Ok(0) => break Ok(()),
            Ok(_) => {}
            Err(error) => break Err(format!("cannot be read: {error}")),
        }
        if line.len() as u64 > MOST {
            break Err(format!("longer than {MOST} bytes"));
        }
        if let Err(reason) = answer(door, &line, number == 1, &mut out) {
            break Err(reason);
        }
        // who waits for an answer before he asks again gets it now
        if out.len() >= GATHERED || reader.buffer().is_empty() {
            door.output.print(&out)?;
            out.clear();
        }
    };
    door.output.print(&out)?;
    outcome.map_err(|reason| {
        let help = "a line is {\"id\": a text or a number, \"text\": a text}".to_owned();
        Failure::Usage(format!("{name}, line {number}: {reason}"), Some(help))
    })
}

fn answer(door: &mut Door<'_>, line: &[u8], first: bool, out: &mut String) -> Result<(), String> {
    let Some(asked) = plain_file::asked(line, first)? else { return Ok(()) };
    let spans = door.spans(&asked.text, plain_file::table(&asked.text));
    let spans = spans.iter().map(|span| door.told(span, 0, None)).collect();
    let answer = serde_json::to_string(&Answer { id: asked.id, spans }).map_err(|_| "no answer can be written".to_owned())?;
    out.push_str(&answer);
    out.push('\n');
    Ok(())
}
