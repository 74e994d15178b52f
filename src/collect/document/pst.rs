//! Outlook's stores of mail (pst, ost): every message of every folder. The library below may end a broken store with a panic: that is
//! caught, and costs the message or folder that it was at.

mod lenient;

use self::lenient::Value;
use super::shared::{Story, inline};
use super::{Document, Head, Member, Work, html, mail, msg, rtf};
use crate::detect::mask::{self, Strictness};
use crate::model::evidence::{Encryption, GapKind, PartKind};
use outlook_pst::ltp::prop_context::PropertyValue;
use outlook_pst::ltp::table_context::TableContext;
use outlook_pst::messaging::attachment::{AnsiAttachment, Attachment, AttachmentData, UnicodeAttachment};
use outlook_pst::messaging::folder::Folder;
use outlook_pst::messaging::message::{AnsiMessage, Message, UnicodeMessage};
use outlook_pst::messaging::store::{AnsiStore, EntryId, Store, UnicodeStore};
use outlook_pst::ndb::node_id::NodeId;
use outlook_pst::ndb::page::NodeBTreeEntry;
use outlook_pst::{AnsiPstFile, PstFile, PstReader, UnicodePstFile};
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// The reader.
pub(super) struct Pst;
/// The reader.
pub(super) static DOCUMENT: Pst = Pst;

/// Folders of a store, and levels of them.
const MOST_FOLDERS: usize = 100_000;
const MOST_LEVELS: usize = 64;
/// Messages within messages.
const MOST_DEPTH: usize = 8;

impl Document for Pst {
    fn id(&self) -> &'static str {
        "pst"
    }

    fn title(&self) -> &'static str {
        "Outlook's stores of mail (pst, ost)"
    }

    fn notes(&self) -> &'static str {
        "Each folder is a part: senders, recipients, subjects and bodies (text, HTML, compressed RTF) of its messages, main fields of contacts. \
         Attachments are examined as files, messages within messages are read. The password of a pst protects nothing and is not asked for. \
         Stores of Outlook 2013 and later with pages of 4 KiB (most ost) are not read, nor are search folders, named properties and \
         what deleted messages left behind. Inside other containers the whole store is held in memory."
    }

    fn claims(&self, head: &Head<'_>) -> u8 {
        if head.kind == "pst" { 100 } else { 0 }
    }

    fn read(&self, work: &mut Work<'_>) -> Result<()> {
        let two = |at: usize| work.head.raw.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes);
        let version = two(10);
        if version >= 23 && work.head.raw.get(513) == Some(&0x10) {
            work.encryption = Some(Encryption::Strong);
            work.gap(GapKind::Encrypted, "encrypted by Windows Information Protection: its content was not read");
            return Ok(());
        }
        if version >= 36 {
            work.gap(
                GapKind::Unsupported,
                "a store with pages of 4 KiB (an ost of Outlook 2013 or later): not read; ask for it as pst",
            );
            return Ok(());
        }
        // how long the store says that it is; pages of it may be anywhere
        let (from, to) = if version >= 23 { (184, 192) } else { (168, 172) };
        let said =
            work.head.raw.get(from..to).map_or(0, |bytes| bytes.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)));
        let Some((store, root, length)) = open(work, version)? else {
            work.gap(GapKind::Malformed, "not a store that can be opened: nothing of it was read");
            return Ok(());
        };
        if length < said {
            work.gap(GapKind::Malformed, "it breaks off: what its missing end holds was not read");
        }
        let mut walk = Walk { store, broken: 0, partly: 0, nested: false };
        walk.folders(work, root);
        if walk.broken > 0 {
            let reason = format!("{} folders, messages or attachments of it are damaged: they were not read", walk.broken);
            work.gap(GapKind::Malformed, reason);
        }
        if walk.partly > 0 {
            let reason = format!(
                "{} messages are not written as they should be: read without attachments, recipients and long bodies; ask for them as eml",
                walk.partly
            );
            work.gap(GapKind::Malformed, reason);
        }
        if walk.nested {
            work.gap(GapKind::Unsupported, "messages within messages have attachments of their own: these were not read");
        }
        Ok(())
    }
}

/// Calls the library; a panic in it is an error like any other.
fn guard<T>(call: impl FnOnce() -> Result<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()?.ok()
}

/// A store of either kind.
enum Outlook {
    Unicode(Rc<UnicodeStore>, Rc<UnicodePstFile>),
    Ansi(Rc<AnsiStore>, Rc<AnsiPstFile>),
}

/// A message of either kind.
enum Item {
    Unicode(Rc<UnicodeMessage>),
    Ansi(Rc<AnsiMessage>),
}

impl Outlook {
    fn store(&self) -> &dyn Store {
        match self {
            Self::Unicode(store, _) => &**store,
            Self::Ansi(store, _) => &**store,
        }
    }

    fn folder(&self, id: &EntryId) -> Option<Rc<dyn Folder>> {
        guard(|| self.store().open_folder(id))
    }

    fn id(&self, node: u32) -> Option<EntryId> {
        guard(|| self.store().properties().make_entry_id(NodeId::from(node)))
    }

    /// The bytes of a node.
    fn data(&self, node: u32) -> Option<Vec<u8>> {
        let node = NodeId::from(node);
        guard(|| match self {
            Self::Unicode(_, file) => file.read_block(file.read_node(node)?.data()),
            Self::Ansi(_, file) => file.read_block(file.read_node(node)?.data()),
        })
    }

    fn message(&self, id: &EntryId) -> Option<Item> {
        guard(|| match self {
            Self::Unicode(store, _) => UnicodeMessage::read(Rc::clone(store), id, None).map(Item::Unicode),
            Self::Ansi(store, _) => AnsiMessage::read(Rc::clone(store), id, None).map(Item::Ansi),
        })
    }
}

impl Item {
    fn message(&self) -> &dyn Message {
        match self {
            Self::Unicode(message) => &**message,
            Self::Ansi(message) => &**message,
        }
    }

    fn attachment(&self, node: u32) -> Option<Rc<dyn Attachment>> {
        guard(|| match self {
            Self::Unicode(message) => {
                UnicodeAttachment::read(Rc::clone(message), NodeId::from(node), None).map(|found| found as Rc<dyn Attachment>)
            }
            Self::Ansi(message) => {
                AnsiAttachment::read(Rc::clone(message), NodeId::from(node), None).map(|found| found as Rc<dyn Attachment>)
            }
        })
    }
}

/// Opens a store and finds where its folders begin, and how long it is.
fn open(work: &mut Work<'_>, version: u16) -> Result<Option<(Outlook, EntryId, u64)>> {
    let mut reader: Box<dyn PstReader> = match placed(work) {
        Some(placed) => Box::new(placed),
        None => match work.whole()? {
            Some(bytes) => Box::new(std::io::Cursor::new(bytes)),
            None => return Ok(None),
        },
    };
    let length = reader.seek(SeekFrom::End(0))?;
    reader.rewind()?;
    let store = guard(|| {
        Ok(if version >= 23 {
            let file = Rc::new(UnicodePstFile::read_from(reader)?);
            Outlook::Unicode(UnicodeStore::read(Rc::clone(&file))?, file)
        } else {
            let file = Rc::new(AnsiPstFile::read_from(reader)?);
            Outlook::Ansi(AnsiStore::read(Rc::clone(&file))?, file)
        })
    });
    let Some(store) = store else { return Ok(None) };
    // the folders that Outlook shows; without them, the root of all
    let root = guard(|| store.store().properties().ipm_sub_tree_entry_id()).filter(|id| store.folder(id).is_some());
    Ok(root.or_else(|| store.id(0x122)).map(|root| (store, root, length)))
}

#[cfg(unix)]
fn placed(work: &Work<'_>) -> Option<Placed> {
    let file = work.file?.try_clone().ok()?;
    let length = file.metadata().ok()?.len();
    Some(Placed { file, at: 0, length })
}

#[cfg(not(unix))]
fn placed(_: &Work<'_>) -> Option<std::io::Cursor<Vec<u8>>> {
    None
}

/// The file read by place: its own place is where its digest has got to.
#[cfg(unix)]
struct Placed {
    file: std::fs::File,
    at: u64,
    length: u64,
}

#[cfg(unix)]
impl Read for Placed {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let got = std::os::unix::fs::FileExt::read_at(&self.file, out, self.at)?;
        self.at += got as u64;
        Ok(got)
    }
}

#[cfg(unix)]
impl Seek for Placed {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

struct Walk {
    store: Outlook,
    broken: u64,
    /// Messages that were read in a simpler way: without attachments, recipients and long bodies.
    partly: u64,
    /// A message inside another has attachments.
    nested: bool,
}

/// The nodes that the rows of a table stand for; `None` if they cannot be read, or the table is not there and something is said to be in it.
fn rows(table: Option<&Rc<dyn TableContext>>, some: impl FnOnce() -> Result<bool>) -> Option<Vec<u32>> {
    match table {
        Some(table) => guard(|| Ok(table.rows_matrix().map(|row| u32::from(row.id())).collect())),
        None if guard(some) == Some(true) => None,
        None => Some(Vec::new()),
    }
}

impl Walk {
    fn folders(&mut self, work: &mut Work<'_>, root: EntryId) {
        let (mut open, mut count) = (vec![(root, String::new(), 0)], 0);
        let mut scratch = work.engine.scratch();
        while let Some((id, path, level)) = open.pop() {
            count += 1;
            if count > MOST_FOLDERS || level > MOST_LEVELS {
                work.gap(GapKind::Limit, "more folders, or deeper ones, than are looked at: the rest was not read");
                return;
            }
            let Some(folder) = self.store.folder(&id) else {
                self.broken += 1;
                continue;
            };
            let name = guard(|| folder.properties().display_name()).unwrap_or_default();
            let path = if level == 0 { String::new() } else { format!("{path}/{}", name.trim()) };
            let label = mask::label(work.engine, &mut scratch, path.trim_start_matches('/'), Strictness::Capitals);
            let mut story = Story::new(work.engine, label, PartKind::Message);
            let own = rows(folder.contents_table(), || Ok(folder.properties().content_count()? > 0));
            self.broken += u64::from(own.is_none());
            for node in own.unwrap_or_default() {
                let item = self.store.id(node).and_then(|id| self.store.message(&id));
                let Some(item) = item else {
                    self.lenient(work, &mut story, node);
                    continue;
                };
                self.message(work, &mut story, item.message(), 0);
                if !self.attachments(work, &mut story, &item) {
                    story.finish(&mut work.parts);
                    return;
                }
            }
            story.finish(&mut work.parts);
            let below = rows(folder.hierarchy_table(), || folder.properties().has_sub_folders());
            self.broken += u64::from(below.is_none());
            for node in below.unwrap_or_default().into_iter().rev() {
                match self.store.id(node) {
                    Some(id) => open.push((id, path.clone(), level + 1)),
                    None => self.broken += 1,
                }
            }
        }
    }

    /// A message that the library refuses.
    fn lenient(&mut self, work: &mut Work<'_>, story: &mut Story<'_>, node: u32) {
        let Some(found) = self.store.data(node).as_deref().and_then(lenient::properties) else {
            self.broken += 1;
            return;
        };
        self.partly += 1;
        let text = |id: u16| match found.get(&id) {
            Some(Value::Text(text)) => Some(tidy(text)),
            _ => None,
        };
        said(story, &|number| number.parse_hex().and_then(text));
        if let Some(body) = text(0x1000) {
            work.nest.keys.tell(&body);
            mail::body(&body, story);
        } else if let Some(Value::Binary(page)) = found.get(&0x1013) {
            html::story_of(&String::from_utf8_lossy(page), story);
        }
        story.paragraph();
    }

    fn message(&mut self, work: &mut Work<'_>, story: &mut Story<'_>, message: &dyn Message, depth: usize) {
        let properties = message.properties();
        let get = |id: u16| properties.get(id);
        said(story, &|number| number.parse_hex().and_then(get).and_then(text));
        for row in guard(|| Ok(recipients(message))).unwrap_or_default() {
            story.paragraph();
            story.line(&row);
        }
        story.paragraph();
        let plain = get(0x1000).and_then(text).filter(|text| !text.trim().is_empty());
        if let Some(body) = &plain {
            work.nest.keys.tell(body);
            mail::body(body, story);
        }
        let page = match get(0x1013) {
            Some(PropertyValue::Binary(bytes)) => {
                let encoding = crate::collect::decode::encoding(bytes.buffer()).unwrap_or(encoding_rs::UTF_8);
                Some(encoding.decode(bytes.buffer()).0.into_owned())
            }
            value => value.and_then(text),
        };
        if let Some(page) = page {
            html::story_of(&page, story);
            inline::examine(work, &page);
        } else if plain.is_none()
            && let Some(PropertyValue::Binary(packed)) = get(0x1009)
        {
            match msg::unpack(packed.buffer()) {
                Some(bytes) => {
                    rtf::story_of(&bytes, story);
                    rtf::embedded::examine(work, &bytes);
                }
                None => self.broken += 1,
            }
        }
        // attachments of messages inside messages cannot be reached
        self.nested |= depth > 0 && rows(message.attachment_table(), || Ok(false)).is_none_or(|nodes| !nodes.is_empty());
        story.paragraph();
    }

    /// The attachments of a message; `false` when no more members may come.
    fn attachments(&mut self, work: &mut Work<'_>, story: &mut Story<'_>, item: &Item) -> bool {
        let nodes = rows(item.message().attachment_table(), || Ok(false));
        self.broken += u64::from(nodes.is_none());
        let nodes = nodes.unwrap_or_default();
        if nodes.is_empty() || !work.may_open() {
            return true;
        }
        for (index, node) in nodes.into_iter().enumerate() {
            let Some(attachment) = item.attachment(node) else {
                self.broken += 1;
                continue;
            };
            let called = [0x3707, 0x3704, 0x3001].iter().find_map(|id| attachment.properties().get(*id).and_then(text));
            let called = called.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| format!("attachment {}", index + 1));
            let member = Member { name: &called, modified: None, encryption: Encryption::None, packed: None };
            let more = match attachment.data() {
                Some(AttachmentData::Binary(bytes)) => work.member(&member, &mut bytes.buffer()),
                Some(AttachmentData::Message(inner)) => {
                    self.inner(work, story, &**inner, 1);
                    true
                }
                None => work.unread_member(&member, GapKind::Missing, "its data are not in the store"),
            };
            if !more {
                return false;
            }
        }
        true
    }

    fn inner(&mut self, work: &mut Work<'_>, story: &mut Story<'_>, message: &dyn Message, depth: usize) {
        if depth > MOST_DEPTH {
            work.gap(GapKind::Limit, format!("messages nested deeper than {MOST_DEPTH}: not read"));
            return;
        }
        self.message(work, story, message, depth);
    }
}

/// Numbers of properties as the tables of message files write them.
trait Hex {
    fn parse_hex(&self) -> Option<u16>;
}

impl Hex for &str {
    fn parse_hex(&self) -> Option<u16> {
        u16::from_str_radix(self, 16).ok()
    }
}

/// Who and what, one a line.
fn said(story: &mut Story<'_>, get: &dyn Fn(&str) -> Option<String>) {
    for (label, numbers) in msg::SAID {
        let mut values: Vec<String> = Vec::new();
        for number in *numbers {
            // addresses inside an Exchange organisation are paths, not addresses
            let value = get(number).filter(|value| !value.trim().is_empty() && !value.to_lowercase().starts_with("/o="));
            if let Some(value) = value.filter(|value| !values.contains(value)) {
                values.push(if !values.is_empty() && value.contains('@') { format!("<{value}>") } else { value });
            }
        }
        let several = matches!(*label, "To" | "Cc" | "Bcc");
        for piece in values.join(" ").split(';').filter(|piece| !piece.trim().is_empty()) {
            story.paragraph();
            story.line(&if several { piece.trim().to_owned() } else { format!("{label}: {}", piece.trim()) });
        }
    }
    story.paragraph();
}

/// Each recipient with name and address.
fn recipients(message: &dyn Message) -> Vec<String> {
    let Some(table) = message.recipient_table() else { return Vec::new() };
    let context = table.context();
    let mut out = Vec::new();
    for row in table.rows_matrix() {
        let Ok(values) = row.columns(context) else { continue };
        let mut found = [None, None];
        for (column, value) in context.columns().iter().zip(values) {
            let slot = match column.prop_id() {
                0x3001 => 0,
                0x39fe => 1,
                0x3003 if found.get(1).is_some_and(Option::is_none) => 1,
                _ => continue,
            };
            let read = value.and_then(|value| table.read_column(&value, column.prop_type()).ok());
            if let Some(slot) = found.get_mut(slot) {
                *slot = read.as_ref().and_then(text).filter(|text| !text.to_lowercase().starts_with("/o="));
            }
        }
        let [name, address] = found;
        let address = address.map(|address| format!("<{address}>")).unwrap_or_default();
        out.push(format!("{} {address}", name.unwrap_or_default()));
    }
    out
}

/// A property of text.
fn text(value: &PropertyValue) -> Option<String> {
    let text = match value {
        PropertyValue::Unicode(wide) => String::from_utf16_lossy(wide.buffer()),
        PropertyValue::String8(narrow) => match std::str::from_utf8(narrow.buffer()) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(narrow.buffer()).0.into_owned(),
        },
        _ => return None,
    };
    Some(tidy(&text))
}

/// Without the end mark; a subject begins with a mark and the length of its prefix.
fn tidy(text: &str) -> String {
    let text = text.trim_end_matches('\0');
    let mut rest = text.chars();
    if rest.next() == Some('\u{1}') { rest.skip(1).collect() } else { text.to_owned() }
}
