//! Text that lies loose in bytes of an unknown format: runs of printable characters, one byte wide or two. It says what is there, not what
//! it means: whoever uses it says so in a gap.

use crate::detect::text::TextScan;
use std::io::Read;

/// Bytes of a run; a longer one is cut.
const MOST_RUN: usize = 4096;
/// Bytes that are looked through.
const MOST: u64 = 256 << 20;
/// Bytes that are passed over at once when there is hardly a character in them.
const PIECE: usize = 4096;

/// A run that is being gathered.
#[derive(Default)]
struct Run {
    text: String,
    letters: usize,
}

impl Run {
    fn push(&mut self, c: char) {
        self.letters += usize::from(c.is_alphanumeric());
        self.text.push(c);
    }

    /// Ends it; long enough, and more letters than signs, it is a line.
    fn end(&mut self, least: usize, line: &mut u64, scan: &mut TextScan<'_>) {
        if self.text.len() >= least && self.letters * 2 > self.text.len() {
            *line += 1;
            scan.line(*line, self.text.trim());
        }
        self.text.clear();
        self.letters = 0;
    }
}

/// Looks through bytes for runs of at least `least` characters; says whether there are more bytes than it looks through.
///
/// # Errors
/// Input errors.
pub(in crate::collect::document) fn scan(bytes: &mut dyn Read, least: usize, scan: &mut TextScan<'_>) -> std::io::Result<bool> {
    let (mut narrow, mut wide) = (Run::default(), [Run::default(), Run::default()]);
    let (mut line, mut at, mut before) = (0, 0_u64, 0_u8);
    let mut block = vec![0; 64 << 10];
    loop {
        let got = bytes.read(&mut block)?;
        if got == 0 || at >= MOST {
            break;
        }
        for piece in block.get(..got).unwrap_or(&[]).chunks(PIECE) {
            if piece.iter().filter(|byte| printable(**byte)).count() < least {
                narrow.end(least, &mut line, scan);
                for run in &mut wide {
                    run.end(least, &mut line, scan);
                }
                before = piece.last().copied().unwrap_or(0);
                at += piece.len() as u64;
                continue;
            }
            for byte in piece.iter().copied() {
                // one byte a character, or UTF-8 left as it is: only its ASCII counts
                if printable(byte) {
                    narrow.push(char::from(byte));
                    if narrow.text.len() >= MOST_RUN {
                        narrow.end(least, &mut line, scan);
                    }
                } else {
                    narrow.end(least, &mut line, scan);
                }
                // two bytes a character, at even places and at odd ones
                if at > 0
                    && let Some(run) = wide.get_mut((at % 2) as usize)
                {
                    let c = char::from_u32(u32::from(before) | u32::from(byte) << 8);
                    match c.filter(|c| byte <= 1 && (printable(before) && byte == 0 || c.is_alphabetic())) {
                        Some(c) if run.text.len() < MOST_RUN => run.push(c),
                        _ => run.end(least, &mut line, scan),
                    }
                }
                before = byte;
                at += 1;
            }
        }
    }
    narrow.end(least, &mut line, scan);
    for mut run in wide {
        run.end(least, &mut line, scan);
    }
    Ok(at >= MOST)
}

fn printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t')
}
