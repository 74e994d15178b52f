//! Messages: who wrote to whom, what, and what was attached.

use super::shared::{Story, inline};
use super::{Document, Head, Member, Work, html};
use crate::model::evidence::{Encryption, GapKind, PartKind};
use mail_parser::{HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use std::borrow::Cow;

/// The reader.
pub(super) struct Mail;
/// The reader.
pub(super) static DOCUMENT: Mail = Mail;

/// Headers that only messages have at their top.
const KNOWN: &[&str] = &[
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "received",
    "message-id",
    "mime-version",
    "return-path",
    "delivered-to",
    "sender",
    "reply-to",
    "content-type",
    "content-transfer-encoding",
    "dkim-signature",
    "in-reply-to",
    "references",
    "x-mailer",
];
/// Those of them that mails have and other records hardly.
const TELLING: &[&str] = &["from", "received", "return-path", "message-id", "mime-version", "delivered-to"];
/// Headers that are read besides those with addresses.
const READ: &[&str] = &[
    "subject",
    "comments",
    "keywords",
    "organization",
    "organisation",
    "thread-topic",
    "x-original-to",
    "delivered-to",
    "x-sender",
    "x-apparently-to",
    "x-envelope-to",
    "x-envelope-from",
    "x-authenticated-user",
];

impl Document for Mail {
    fn id(&self) -> &'static str {
        "mail"
    }

    fn title(&self) -> &'static str {
        "Mail messages (eml)"
    }

    fn notes(&self) -> &'static str {
        "Sender, recipients, subject, bodies in text and HTML. Hidden: what only the plain version of a message says, and what \
         web pages hide. Attachments and messages within messages are examined as files. Encrypted \
         bodies are not read; identifiers of messages and routes are not taken for addresses."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind != "text" {
            return 0;
        }
        let (known, telling) = headers(head.text);
        let named = head.extension == "eml";
        if (telling > 0 && known >= 3) || (named && known > 0) { 94 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> std::io::Result<()> {
        let Some(bytes) = work.whole()? else { return Ok(()) };
        let mut story = Story::new(work.engine, "", PartKind::Message);
        if !message(&bytes, work, &mut story) {
            work.gap(GapKind::Malformed, "no message: nothing of it was read");
        }
        story.finish(&mut work.parts);
        Ok(())
    }
}

/// How many headers of messages a text begins with, and how many that tell.
pub(super) fn headers(text: &str) -> (usize, usize) {
    let (mut known, mut telling) = (0, 0);
    for line in text.trim_start_matches('\u{feff}').lines().take(200) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { break };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            break;
        }
        let name = name.to_ascii_lowercase();
        known += usize::from(KNOWN.contains(&name.as_str()));
        telling += usize::from(TELLING.contains(&name.as_str()));
    }
    (known, telling)
}

/// Reads one message; `false` if it is none.
pub(super) fn message(bytes: &[u8], work: &mut Work<'_>, story: &mut Story<'_>) -> bool {
    let Some(message) = MessageParser::default().parse(bytes) else { return false };
    envelope(&message, story);
    let mut files: Vec<usize> = Vec::new();
    let mut unread = 0;
    for (index, part) in message.parts.iter().enumerate() {
        let attached = message.attachments.contains(&(index as u32));
        match &part.body {
            PartType::Text(_) | PartType::Html(_) if attached && part.attachment_name().is_some() => files.push(index),
            PartType::Text(text) => {
                let text = own_text(part, &message).unwrap_or(text);
                // "the password of the attachment is ..."
                work.nest.keys.tell(text);
                body(text, story);
            }
            PartType::Html(text) => {
                let text = own_text(part, &message).unwrap_or(text);
                html::story_of(text, story);
                inline::examine(work, text);
            }
            PartType::Multipart(_) => {}
            PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) => files.push(index),
        }
        if part.is_encoding_problem {
            unread += 1;
        }
    }
    plain_only(&message, work);
    if unread > 0 {
        work.gap(GapKind::Malformed, format!("{unread} parts of messages are badly encoded: they may be read incompletely"));
    }
    if !files.is_empty() && work.may_open() {
        // the tree of a message with thousands of others in it is not kept while each of those is parsed again
        let mut parts: Vec<Option<MessagePart<'_>>> = message.parts.into_iter().map(Some).collect();
        let mut files: Vec<Option<MessagePart<'_>>> =
            files.into_iter().map(|index| parts.get_mut(index).and_then(Option::take)).collect();
        drop(parts);
        let files: Vec<(String, Cow<'_, [u8]>)> =
            files.iter_mut().enumerate().filter_map(|(index, part)| attachment(part.take()?, index)).collect();
        for (name, bytes) in files {
            let member = Member { name: &name, modified: None, encryption: Encryption::None, packed: None };
            if !work.member(&member, &mut &*bytes) {
                break;
            }
        }
    }
    true
}

/// What only the plain version of a message says: whoever has a program that shows the other never sees it.
fn plain_only(message: &Message<'_>, work: &mut Work<'_>) {
    let squeeze = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let mut shown = String::new();
    for index in &message.html_body {
        let Some(part) = message.parts.get(*index as usize) else { continue };
        if let PartType::Html(text) = &part.body {
            let text = html::entities(own_text(part, message).unwrap_or(text));
            // with and without its tags: addresses stand in them
            shown.push_str(&squeeze(&text));
            shown.push(' ');
            shown.push_str(&squeeze(
                &text.split('<').map(|piece| piece.split_once('>').map_or(piece, |row| row.1)).collect::<String>(),
            ));
        }
    }
    if shown.trim().is_empty() {
        return;
    }
    let mut story = Story::new(work.engine, "plain version", PartKind::Text);
    story.hide_all("text that only the plain version has");
    for index in message.text_body.iter().filter(|index| !message.html_body.contains(index)) {
        let Some(part) = message.parts.get(*index as usize) else { continue };
        if let PartType::Text(text) = &part.body {
            for line in own_text(part, message).unwrap_or(text).lines() {
                let words = line.split_whitespace().filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" ");
                let own = squeeze(&words);
                if own.is_empty() || !shown.contains(&own) {
                    story.line(&words);
                }
            }
        }
    }
    let mut parts = Vec::new();
    story.finish(&mut parts);
    parts.retain(|part| !part.tallies.is_empty());
    work.parts.append(&mut parts);
}

/// An attachment as a file: its name and its bytes.
fn attachment(part: MessagePart<'_>, index: usize) -> Option<(String, Cow<'_, [u8]>)> {
    let name = match (part.attachment_name(), &part.body) {
        (Some(name), _) => name.to_owned(),
        (None, PartType::Message(_)) => format!("message {}.eml", index + 1),
        (None, _) => format!("attachment {}", index + 1),
    };
    let bytes = match part.body {
        PartType::Text(text) | PartType::Html(text) => match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes,
        PartType::Message(inner) => {
            // a message that lies in its own bytes is a piece of them
            let whole = (0, inner.raw_message.len());
            let (start, end) = inner.parts.first().map_or(whole, |own| (own.offset_header as usize, own.offset_end as usize));
            match inner.raw_message {
                Cow::Borrowed(raw) => Cow::Borrowed(piece(raw, start, end)),
                Cow::Owned(raw) => Cow::Owned(piece(&raw, start, end).to_vec()),
            }
        }
        PartType::Multipart(_) => return None,
    };
    Some((name, bytes))
}

/// The bytes from one place to another; all of them if there is nothing.
fn piece(raw: &[u8], start: usize, end: usize) -> &[u8] {
    raw.get(start..end.max(start)).filter(|piece| !piece.is_empty()).unwrap_or(raw)
}

/// The text as it lies in a message that was decoded as a whole: its own character set was resolved before.
fn own_text<'m>(part: &MessagePart<'_>, message: &'m Message<'_>) -> Option<&'m str> {
    if part.encoding != mail_parser::Encoding::None {
        return None;
    }
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize)?;
    std::str::from_utf8(raw).ok().filter(|text| !text.is_ascii())
}

/// A body in plain text: its own blank lines part its records.
pub(super) fn body(text: &str, story: &mut Story<'_>) {
    let mut lines = 0;
    for line in text.lines() {
        if line.trim().is_empty() || lines >= 200 {
            story.paragraph();
            lines = 0;
        }
        if !line.trim().is_empty() {
            story.push(line);
            story.push("\n");
            lines += 1;
        }
    }
    story.paragraph();
}

/// Headers: each person to whom or by whom it was sent is a record.
fn envelope(message: &Message<'_>, story: &mut Story<'_>) {
    for header in message.headers() {
        let name = header.name().to_ascii_lowercase();
        match header.value() {
            HeaderValue::Address(list) if !matches!(name.as_str(), "return-path") && !name.starts_with("list-") => {
                for who in list.iter().take(100_000) {
                    let address = who.address().map(|address| format!("<{address}>")).unwrap_or_default();
                    story.paragraph();
                    story.line(&format!("{} {address}", who.name().unwrap_or("")));
                }
            }
            HeaderValue::Text(text) if READ.contains(&name.as_str()) => {
                story.paragraph();
                story.line(&format!("{}: {text}", header.name()));
            }
            HeaderValue::TextList(texts) if READ.contains(&name.as_str()) => {
                for text in texts {
                    story.line(text);
                }
            }
            _ => {}
        }
    }
    story.paragraph();
}
