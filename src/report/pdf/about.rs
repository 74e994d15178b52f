//! What the file says of itself: properties, metadata (XMP), and the colours that its numbers mean, as a small sRGB profile made here.

use super::file::{File, string};
use crate::text::escape::xml;

/// Writes all of it: the references of properties, metadata and output intent.
pub(super) fn write(file: &mut File, title: &str, date: &str, tool: &str) -> (u32, u32, u32) {
    let title = crate::text::escape::line(title);
    let tool = crate::text::escape::line(tool);
    let plain = date.len() == 10
        && date.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    let (mut dates, mut stamps) = (String::new(), String::new());
    if plain {
        let day = date.replace('-', "");
        dates = format!(" /CreationDate (D:{day}000000Z) /ModDate (D:{day}000000Z)");
        stamps = format!(
            "<xmp:CreateDate>{date}T00:00:00Z</xmp:CreateDate><xmp:ModifyDate>{date}T00:00:00Z</xmp:ModifyDate><xmp:MetadataDate>{date}T00:00:00Z</xmp:MetadataDate>"
        );
    }
    let info =
        file.object(&format!("<< /Title {} /Creator {} /Producer {}{dates} >>", string(&title), string(&tool), string(&tool)));
    let (title, tool) = (xml(&title), xml(&tool));
    let field = |name: &str, kind: &str, category: &str, words: &str| {
        format!(
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>{kind}</pdfaProperty:valueType><pdfaProperty:category>{category}</pdfaProperty:category><pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
        )
    };
    let xmp = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>en-GB</rdf:li></rdf:Bag></dc:language>\n<xmp:CreatorTool>{tool}</xmp:CreatorTool>{stamps}<pdf:Producer>{tool}</pdf:Producer>\n<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>{}</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>",
        field("part", "Integer", "internal", "Part of ISO 14289 to which the file keeps")
    );
    let metadata = file.plain("/Type /Metadata /Subtype /XML", xmp.as_bytes());
    let profile = file.stream("/N 3 /Alternate /DeviceRGB", &srgb());
    let intent = file.object(&format!(
        "<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB IEC61966-2.1) /RegistryName (http://www.color.org) /Info (sRGB IEC61966-2.1) /DestOutputProfile {profile} 0 R >>"
    ));
    (info, metadata, intent)
}

fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

fn block(kind: [u8; 4], values: &[f64]) -> Vec<u8> {
    let mut out = kind.to_vec();
    out.extend([0; 4]);
    out.extend(values.iter().flat_map(|value| fixed(*value)));
    out
}

/// A text of one language.
fn words(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut out = b"mluc\0\0\0\0".to_vec();
    out.extend(1u32.to_be_bytes());
    out.extend(12u32.to_be_bytes());
    out.extend(b"enUS");
    out.extend((units.len() as u32).to_be_bytes());
    out.extend(28u32.to_be_bytes());
    out.extend(units);
    out
}

/// IEC 61966-2-1 as an ICC profile of version 4: primaries adapted to D50 (Bradford) and the curve by its formula.
fn srgb() -> Vec<u8> {
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    curve.extend([2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45].into_iter().flat_map(fixed));
    let white = [0.9642, 1.0, 0.8249];
    let adapted =
        [1.047_811_2, 0.022_886_6, -0.050_127_0, 0.029_542_4, 0.990_484_4, -0.017_049_1, -0.009_234_5, 0.015_043_6, 0.752_131_6];
    let tags: [(&[u8; 4], Vec<u8>); 10] = [
        (b"desc", words("sRGB")),
        (b"cprt", words("No copyright, use freely")),
        (b"wtpt", block(*b"XYZ ", &white)),
        (b"rXYZ", block(*b"XYZ ", &[0.436_074_7, 0.222_504_5, 0.013_932_2])),
        (b"gXYZ", block(*b"XYZ ", &[0.385_064_9, 0.716_878_6, 0.097_104_5])),
        (b"bXYZ", block(*b"XYZ ", &[0.143_080_4, 0.060_616_9, 0.714_173_3])),
        (b"chad", block(*b"sf32", &adapted)),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let start = 128 + 4 + 12 * tags.len();
    for (name, body) in &tags {
        table.extend(*name);
        table.extend(((start + data.len()) as u32).to_be_bytes());
        table.extend((body.len() as u32).to_be_bytes());
        data.extend(body);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut out = ((start + data.len()) as u32).to_be_bytes().to_vec();
    out.extend([0; 4]);
    out.extend(0x0420_0000u32.to_be_bytes());
    out.extend(b"mntrRGB XYZ ");
    // its day: that of the standard's first edition
    out.extend([1999u16, 10, 1, 0, 0, 0].into_iter().flat_map(u16::to_be_bytes));
    out.extend(b"acsp");
    out.resize(68, 0);
    out.extend(white.into_iter().flat_map(fixed));
    out.resize(128, 0);
    out.extend(table);
    out.extend(data);
    out
}
