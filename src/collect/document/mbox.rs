//! Mailboxes: messages one after the other, each begun by a line `From ...`. Streamed message by message.

use super::shared::Story;
use super::{Document, Head, Work, mail};
use crate::model::evidence::{GapKind, PartKind};

/// The reader.
pub(super) struct Mbox;
/// The reader.
pub(super) static DOCUMENT: Mbox = Mbox;

/// Bytes of one message; the rest of a larger one is read as text.
const MOST: usize = 64 << 20;

impl Document for Mbox {
    fn id(&self) -> &'static str {
        "mbox"
    }

    fn title(&self) -> &'static str {
        "Mailboxes (mbox)"
    }

    fn notes(&self) -> &'static str {
        "Messages as in `mail`, one at a time: the size of the mailbox costs no memory. Attachments are examined as files."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind != "text" {
            return 0;
        }
        let text = head.text.trim_start_matches('\u{feff}');
        let Some((first, rest)) = text.split_once('\n') else { return 0 };
        let dated =
            first.starts_with("From ") && first.matches(':').count() >= 1 && first.bytes().any(|byte| byte.is_ascii_digit());
        let (known, _) = mail::headers(rest.trim_start_matches('>'));
        if dated && known >= 2 { 96 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let mut story = Story::new(work.engine, "", PartKind::Message);
        let mut messages = Messages { current: Vec::new(), line: Vec::new(), blank: true, count: 0, cut: 0 };
        let mut chunk = vec![0; 64 << 10];
        let outcome = loop {
            let got = match work.bytes.read(&mut chunk) {
                Ok(0) => break Ok(()),
                Ok(got) => got,
                Err(error) => break Err(error),
            };
            let mut rest = chunk.get(..got).unwrap_or(&[]);
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let (line, tail) = rest.split_at_checked(end + 1).unwrap_or((rest, &[]));
                messages.line.extend_from_slice(line);
                messages.take(work, &mut story);
                rest = tail;
            }
            messages.line.extend_from_slice(rest);
            if messages.line.len() > MOST {
                messages.take(work, &mut story);
            }
        };
        messages.take(work, &mut story);
        messages.end(work, &mut story);
        if messages.cut > 0 {
            let reason = format!("{} messages of more than {MOST} bytes: the rest of them was read as text", messages.cut);
            work.gap(GapKind::Limit, reason);
        }
        story.finish(&mut work.parts);
        outcome
    }
}

struct Messages {
    current: Vec<u8>,
    line: Vec<u8>,
    blank: bool,
    count: u64,
    cut: u64,
}

impl Messages {
    /// One line more.
    fn take(&mut self, work: &mut Work<'_>, story: &mut Story<'_>) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return;
        }
        if self.blank && line.starts_with(b"From ") && line.contains(&b':') {
            self.end(work, story);
            self.blank = false;
            return;
        }
        self.blank = line.trim_ascii().is_empty();
        // mailboxes quote what looks like a beginning
        let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
        let unquoted = if quoted > 0 && line.get(quoted..).is_some_and(|rest| rest.starts_with(b"From ")) {
            line.get(1..).unwrap_or(&[])
        } else {
            line.as_slice()
        };
        self.current.extend_from_slice(unquoted);
        if self.current.len() > MOST {
            self.cut += 1;
            self.end(work, story);
        }
    }

    /// The message is whole.
    fn end(&mut self, work: &mut Work<'_>, story: &mut Story<'_>) {
        let bytes = std::mem::take(&mut self.current);
        if bytes.trim_ascii().is_empty() {
            return;
        }
        self.count += 1;
        let text = String::from_utf8_lossy(&bytes);
        if mail::headers(&text).0 == 0 || !mail::message(&bytes, work, story) {
            mail::body(&text, story);
        }
    }
}
