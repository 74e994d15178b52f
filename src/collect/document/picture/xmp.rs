//! XMP: the XML that cameras, editors and picture libraries put into pictures. A packet in, out come the people it names (marked
//! faces above all), labelled lines, and whether it holds a position. Read as a stream, without entities.

use super::serial;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Properties that say something of people or places, by their local names.
const SAYS: &[&str] = &[
    "creator",
    "contributor",
    "description",
    "title",
    "subject",
    "rights",
    "publisher",
    "AuthorsPosition",
    "CaptionWriter",
    "Credit",
    "Source",
    "Headline",
    "Instructions",
    "City",
    "Location",
    "State",
    "Country",
    "OwnerName",
    "CameraOwnerName",
    "CiEmailWork",
    "CiTelWork",
    "CiAdrExtadr",
    "CiAdrCity",
    "CiAdrPcode",
    "CiUrlWork",
    "UserComment",
    "Artist",
    "Event",
    "TagsList",
    "LastKeywordXMP",
    "hierarchicalSubject",
    "CatalogSets",
    "Owner",
    "UsageTerms",
    "ImageDescription",
    "Label",
    "Sublocation",
    "Nickname",
    "Comment",
    "Author",
    "Subject",
    "Keywords",
];
/// Properties that name somebody who is in the picture.
const PERSONS: &[&str] = &["PersonInImage", "PersonName", "PersonDisplayName"];
/// Lines and people that are kept.
const MOST: usize = 2_000;
/// Elements within elements.
const MOST_DEPTH: usize = 128;

/// What a packet says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Names of people in the picture.
    pub(super) people: Vec<String>,
    /// Faces that are marked in it, with names or without.
    pub(super) faces: usize,
    /// Labelled lines.
    pub(super) lines: Vec<String>,
    /// Whether it holds a position on earth.
    pub(super) position: bool,
    /// Whether it holds the serial number of a camera or a lens.
    pub(super) serial: bool,
    /// Whether it breaks off, or holds more than is kept.
    pub(super) cut: bool,
}

/// A marked region of the picture while it is being read.
#[derive(Default)]
struct Region {
    name: String,
    kind: String,
}

/// Reads a packet.
pub(super) fn read(packet: &[u8]) -> Said {
    let mut said = Said::default();
    // UTF-16 is allowed, and hardly ever used
    let text = match packet {
        [0xfe, 0xff, ..] | [0, b'<', ..] => encoding_rs::UTF_16BE.decode(packet).0,
        [0xff, 0xfe, ..] | [b'<', 0, ..] => encoding_rs::UTF_16LE.decode(packet).0,
        _ => String::from_utf8_lossy(packet),
    };
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut stack: Vec<String> = Vec::new();
    let mut regions: Vec<Region> = Vec::new();
    let mut pending = String::new();
    loop {
        let event = reader.read_event();
        if matches!(event, Ok(Event::Start(_) | Event::Empty(_) | Event::End(_) | Event::Eof) | Err(_)) {
            value(&stack, None, &std::mem::take(&mut pending), &mut regions, &mut said);
        }
        match event {
            Ok(Event::Start(element)) => {
                let name = element.local_name().as_ref().to_owned();
                if stack.len() >= MOST_DEPTH {
                    said.cut = true;
                    break;
                }
                if name == "li" {
                    regions.push(Region::default());
                }
                stack.push(name);
                attributes(&element, &stack, &mut regions, &mut said);
            }
            Ok(Event::Empty(element)) => {
                let name = element.local_name().as_ref().to_owned();
                let alone = name == "li";
                if alone {
                    regions.push(Region::default());
                }
                stack.push(name);
                attributes(&element, &stack, &mut regions, &mut said);
                if alone {
                    end_region(&stack, &mut regions, &mut said);
                }
                stack.pop();
            }
            Ok(Event::End(_)) => {
                if stack.last().is_some_and(|name| name == "li") {
                    end_region(&stack, &mut regions, &mut said);
                }
                stack.pop();
            }
            Ok(Event::Text(piece)) => pending.push_str(&piece.xml10_content()),
            Ok(Event::CData(piece)) => pending.push_str(&piece.xml10_content()),
            // an entity stands apart from the text around it; only XML's own are known
            Ok(Event::GeneralRef(entity)) => {
                if let Ok(Some(c)) = entity.resolve_char_ref() {
                    pending.push(c);
                } else if let Some(text) = quick_xml::escape::resolve_predefined_entity(&entity) {
                    pending.push_str(text);
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => {
                said.cut = true;
                break;
            }
        }
        if said.lines.len() + said.people.len() > MOST {
            said.cut = true;
            break;
        }
    }
    said
}

fn attributes(element: &BytesStart<'_>, stack: &[String], regions: &mut [Region], said: &mut Said) {
    for attribute in element.attributes().with_checks(false).flatten() {
        let name = attribute.key.local_name().as_ref().to_owned();
        let text = quick_xml::escape::unescape(&attribute.value)
            .map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned);
        value(stack, Some(&name), &text, regions, said);
    }
}

/// A value: of an attribute, or of the element that the stack ends in.
fn value(stack: &[String], attribute: Option<&str>, text: &str, regions: &mut [Region], said: &mut Said) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let in_regions = stack.iter().any(|name| matches!(name.as_str(), "RegionList" | "Regions"));
    // the property is the nearest name that is not one of RDF's own
    let plain = |name: &&String| !matches!(name.as_str(), "li" | "Bag" | "Seq" | "Alt" | "Description" | "value");
    let property = match attribute {
        Some("lang" | "about" | "parseType" | "resource" | "xmptk") => return,
        Some(name) => name,
        None => stack.iter().rev().find(plain).map_or("", String::as_str),
    };
    if in_regions {
        if let Some(region) = regions.last_mut() {
            match property {
                "Name" | "PersonDisplayName" => text.clone_into(&mut region.name),
                "Type" => text.clone_into(&mut region.kind),
                "Rectangle" if region.kind.is_empty() => "Face".clone_into(&mut region.kind),
                "Description" => said.lines.push(format!("Description: {text}")),
                _ => {}
            }
        }
    } else if PERSONS.contains(&property) {
        said.people.push(text.to_owned());
    } else if property == "GPSLatitude" {
        said.position = true;
    } else if serial::in_xmp(property, text) {
        said.serial = true;
    } else if SAYS.contains(&property) {
        said.lines.push(format!("{property}: {text}"));
    }
}

/// Ends an entry of a list: it may have been a face.
fn end_region(stack: &[String], regions: &mut Vec<Region>, said: &mut Said) {
    let Some(region) = regions.pop() else { return };
    let in_regions = stack.iter().any(|name| matches!(name.as_str(), "RegionList" | "Regions"));
    if !in_regions || (region.name.is_empty() && region.kind.is_empty()) {
        return;
    }
    // pets, codes and points of focus are marked as well
    if region.kind.is_empty() || region.kind.eq_ignore_ascii_case("face") {
        said.faces += 1;
        if !region.name.is_empty() {
            said.people.push(region.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACES: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" aux:SerialNumber="3000001"
 exif:GPSLatitude="53,47.9N" photoshop:City="Leeds"><dc:creator><rdf:Seq><rdf:li>Cy Model</rdf:li></rdf:Seq></dc:creator>
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name="Ada Example" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.5"/></rdf:Description></rdf:li>
<rdf:li rdf:parseType="Resource"><mwg-rs:Name>Ben &amp; Sample</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>
<rdf:li mwg-rs:Name="Rex" mwg-rs:Type="Pet"/><rdf:li mwg-rs:Type="Face"/></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag><rdf:li MPReg:Rectangle="0,0,1,1" MPReg:PersonDisplayName="Dee Pattern"/>
</rdf:Bag></MPRI:Regions></rdf:Description></MP:RegionInfo>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Eve Instance</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta>"#;

    #[test]
    fn marked_faces_are_people_and_pets_are_not() {
        let said = read(FACES.as_bytes());
        assert_eq!(said.people, ["Ada Example", "Ben & Sample", "Dee Pattern", "Eve Instance"]);
        assert_eq!(said.faces, 4);
        assert!(said.position && said.serial && !said.cut);
        assert_eq!(said.lines, ["City: Leeds", "creator: Cy Model"]);
        let wide: Vec<u8> = FACES.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide).faces, 4);
    }

    #[test]
    fn packets_cut_anywhere_are_read_as_far_as_they_go() {
        for end in 0..FACES.len() {
            read(&FACES.as_bytes()[..end]);
        }
        assert!(read("<a>".repeat(500).as_bytes()).cut);
    }
}
