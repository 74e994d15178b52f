//! Pictures: a photograph of a person is one because of what is in it. Faces, marks, thumbnails, codes, and files made to break
//! decoders. The face is nobody's: tests/fixtures/picture/make.py draws it.

use crate::support::{delivery, root};
use serde_json::Value;
use std::path::Path;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/fixtures/picture").join(name)).expect("a fixture")
}

/// The evidence of a delivery.
fn collect(folder: &Path) -> Value {
    crate::support::collect(folder, &[]).1
}

fn evidence(files: &[(&str, &[u8])]) -> Value {
    collect(delivery(files).path())
}

/// The mask of the sample that says why a picture is a photograph.
fn why(artifact: &Value) -> Option<String> {
    let tally = &artifact["parts"][0]["tallies"]["photograph"];
    tally["samples"][0]["mask"].as_str().map(str::to_owned)
}

#[test]
fn a_face_makes_a_photograph_in_every_kind_of_picture() {
    let faces = [
        "face.png",
        "face.jpg",
        "face.webp",
        "face.bmp",
        "face.gif",
        "face.tif",
        "face-progressive.jpg",
        "face-cmyk.jpg",
        "face-palette.png",
        "face-deflate.tif",
        "face-turned.jpg",
    ];
    for name in faces {
        let ending = name.rsplit('.').next().expect("an ending");
        let found = evidence(&[(&format!("x/picture.{ending}"), &fixture(name))]);
        let artifact = &found["artifacts"][0];
        assert_eq!(why(artifact).as_deref(), Some("a face"), "{name}: {artifact}");
        assert!(artifact["parts"][0]["tallies"]["photograph"]["confidence"].as_f64() > Some(0.9), "{name}");
        assert_eq!(artifact["read"], "full", "{name}: {artifact}");
    }
    for name in ["slope.png", "slope.jpg", "slope.webp", "slope.bmp", "slope.gif", "slope.tif"] {
        let found = evidence(&[(&format!("x/{name}"), &fixture(name))]);
        let artifact = &found["artifacts"][0];
        assert_eq!(why(artifact), None, "{name}: {artifact}");
        assert_eq!(artifact["read"], "full", "{name}: {artifact}");
    }
}

#[test]
fn without_a_face_a_name_still_counts_and_a_kind_does_not() {
    let slope = fixture("slope.jpg");
    let found = evidence(&[("a/48213.jpg", &slope), ("photos/Ada.jpg", &slope), ("web/banner.jpg", &slope)]);
    let by: Vec<Option<String>> = (0..3).map(|at| why(&found["artifacts"][at])).collect();
    assert_eq!(by[0].as_deref(), Some("a picture named by a number, no face seen"));
    assert_eq!(by[1].as_deref(), Some("a picture in a folder of photographs, no face seen"));
    assert_eq!(by[2], None);
}

#[test]
fn what_cannot_be_looked_at_counts_by_its_kind_and_is_a_gap() {
    let cut = fixture("face.jpg")[..200].to_vec();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1\0\0\0\0".to_vec();
    let found = evidence(&[("web/a.jpg", &cut), ("web/b.heic", &heic), ("web/c.png", &fixture("face.png")[..60])]);
    for (at, photograph) in [(0, true), (1, true), (2, false)] {
        let artifact = &found["artifacts"][at];
        assert_eq!(why(artifact).is_some(), photograph, "{artifact}");
        assert!(
            artifact["gaps"][0]["reason"].as_str().is_some_and(|reason| reason.contains("looked at for faces")),
            "{artifact}"
        );
        assert_ne!(artifact["read"], "full");
    }
}

#[test]
fn people_who_are_marked_in_a_picture_have_a_photograph() {
    let xmp = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="53,47.9N" aux:SerialNumber="3000001"><mwg-rs:Regions><mwg-rs:RegionList>
        <rdf:Bag><rdf:li><rdf:Description mwg-rs:Name="Ada Okonkwo" mwg-rs:Type="Face"/></rdf:li></rdf:Bag></mwg-rs:RegionList>
        </mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>"#;
    let body = [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat();
    let mut jpeg = fixture("slope.jpg");
    let segment = [&[0xff, 0xe1][..], &(body.len() as u16 + 2).to_be_bytes(), &body].concat();
    jpeg.splice(2..2, segment);
    let found = evidence(&[("web/team.jpg", &jpeg)]);
    let artifact = &found["artifacts"][0];
    assert_eq!(why(artifact).as_deref(), Some("a face that is marked in the file"), "{artifact}");
    assert_eq!(artifact["parts"][0]["tallies"]["gps_location"]["matches"], 1, "{artifact}");
    assert_eq!(artifact["parts"][0]["tallies"]["device_id"]["matches"], 1, "{artifact}");
    let marked = artifact["parts"].as_array().expect("parts").iter().find(|part| part["label"] == "people marked in the picture");
    let marked = marked.unwrap_or_else(|| panic!("{artifact}"));
    assert!(marked["tallies"]["person_name"].is_object() && marked["tallies"]["photograph"].is_object(), "{marked}");
    assert!(!found.to_string().contains("Okonkwo") && !found.to_string().contains("3000001"));
}

#[test]
fn captions_of_picture_desks_and_texts_of_png_are_read() {
    let caption = b"PC Ada Okonkwo, warrant number 48213";
    let iptc = [&[0x1c, 2, 120][..], &(caption.len() as u16).to_be_bytes(), caption].concat();
    let resource = [b"8BIM\x04\x04\0\0", &(iptc.len() as u32).to_be_bytes()[..], &iptc].concat();
    let body = [b"Photoshop 3.0\0", resource.as_slice()].concat();
    let mut jpeg = fixture("slope.jpg");
    jpeg.splice(2..2, [&[0xff, 0xed][..], &(body.len() as u16 + 2).to_be_bytes(), &body].concat());
    let text = [b"Description\0".as_slice(), caption].concat();
    let chunk = [&(text.len() as u32).to_be_bytes()[..], b"tEXt", &text, &[0; 4]].concat();
    let mut png = fixture("slope.png");
    png.splice(33..33, chunk);
    let found = evidence(&[("web/a.jpg", &jpeg), ("web/b.png", &png)]);
    for at in 0..2 {
        let artifact = &found["artifacts"][at];
        let part = artifact["parts"].as_array().expect("parts").iter().find(|part| part["label"] == "metadata");
        let part = part.unwrap_or_else(|| panic!("{artifact}"));
        assert!(part["tallies"]["warrant_number"].is_object() && part["tallies"]["person_name"].is_object(), "{part}");
    }
}

#[test]
fn a_thumbnail_of_the_shot_before_it_was_cropped_is_hidden_content() {
    let found = evidence(&[("web/cropped.jpg", &fixture("cropped.jpg"))]);
    let artifact = &found["artifacts"][0];
    assert_eq!(why(artifact), None, "{artifact}");
    let hidden = artifact["parts"].as_array().expect("parts").iter().find(|part| part["label"] == "thumbnail");
    let hidden = hidden.unwrap_or_else(|| panic!("{artifact}"));
    assert!(hidden["hidden"].is_string() && hidden["tallies"]["photograph"]["matches"] == 1, "{hidden}");
}

#[test]
fn codes_are_read_as_what_they_hold() {
    let found = evidence(&[("a.png", &fixture("vcard.png")), ("b.png", &fixture("licence.png"))]);
    let artifacts = found["artifacts"].as_array().expect("artifacts");
    let card = artifacts.iter().find(|artifact| artifact["type"] == "vcard").unwrap_or_else(|| panic!("{found}"));
    assert!(card["parts"][0]["tallies"]["email_address"].is_object(), "{card}");
    let licence = artifacts.iter().find(|artifact| artifact["path"] == "b.png").expect("the licence");
    let table = licence["parts"].as_array().expect("parts").iter().find(|part| part["label"] == "licence in a code");
    let table = table.unwrap_or_else(|| panic!("{licence}"));
    for class in ["person_name", "date_of_birth"] {
        assert!(table["tallies"][class].is_object(), "{class}: {table}");
    }
}

#[test]
fn pictures_of_enormous_size_are_not_decoded() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 6, 0, 0, 0, 0, 0, 0, 0]);
    png.extend(b"\0\0\0\x04IDATx\x9c\0\0\0\0\0\0");
    let mut jpeg = fixture("face.jpg");
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0x00, 0xff, 0x00]);
    let mut bmp = fixture("face.bmp");
    bmp[18..26].copy_from_slice(&[0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0]);
    let mut gif = fixture("face.gif");
    gif[6..10].copy_from_slice(&[0xff; 4]);
    let frame = gif.windows(2).position(|two| two == [0x2c, 0]).expect("a frame");
    gif[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    for (name, bytes) in [("a.png", png), ("b.jpg", jpeg), ("c.bmp", bmp), ("d.gif", gif)] {
        let found = evidence(&[(name, &bytes)]);
        let reason = found["artifacts"][0]["gaps"][0]["reason"].as_str().unwrap_or("").to_owned();
        assert!(reason.contains("pixels") || reason.contains("damaged"), "{name}: {}", found["artifacts"][0]);
        assert_ne!(found["artifacts"][0]["gaps"][0]["kind"], "crashed", "{name}");
    }
}

#[test]
fn cut_and_bent_pictures_cost_no_worker() {
    let names = [
        "face.png",
        "face.jpg",
        "face.webp",
        "face.bmp",
        "face.gif",
        "face.tif",
        "face-progressive.jpg",
        "face-cmyk.jpg",
        "face-palette.png",
        "face-deflate.tif",
        "cropped.jpg",
        "vcard.png",
    ];
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut state = 1_u32;
    for name in names {
        let whole = fixture(name);
        for round in 0..12_usize {
            let mut bytes = whole.clone();
            if round < 4 {
                bytes.truncate(whole.len() * (round + 1) / 5);
            } else {
                for _ in 0..round {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    // most damage where the structure is: at the beginning
                    let reach = if round % 2 == 0 { bytes.len().min(600) } else { bytes.len() };
                    let at = (state >> 8) as usize % reach;
                    bytes[at] ^= (state >> 3) as u8 | 1;
                }
            }
            files.push((format!("{round}/{name}"), bytes));
        }
    }
    let given: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let found = evidence(&given);
    assert!(found["artifacts"].as_array().expect("artifacts").len() >= files.len());
    let text = found.to_string();
    assert!(!text.contains("\"crashed\""), "{text}");
}

#[test]
fn records_of_biometry_are_told_by_their_first_bytes() {
    let nist = b"1.001:153\x1d1.002:0300\x1d1.003:1\x1f1\x1e4\x1f00\x1d\x1c".to_vec();
    let face = [b"FAC\x00010\x00".as_slice(), &[0; 200]].concat();
    let found = evidence(&[("a.an2", &nist), ("b.fac", &face), ("c.txt", b"1.001: a list that begins with a number\n")]);
    let of = |at: usize| &found["artifacts"][at];
    assert_eq!((&of(0)["type"], &of(1)["type"]), (&"biometric".into(), &"biometric".into()), "{found}");
    assert_eq!(why(of(0)), None);
    assert_eq!(why(of(1)).as_deref(), Some("a face record"));
    assert_ne!(of(2)["type"], "biometric");
}

#[test]
fn a_machine_readable_zone_is_a_person_with_a_birth_date() {
    for zone in [
        "P<GBROKONKWO<<ADA<<<<<<<<<<<<<<<<<<<<<<<<<<<\n5001234560GBR8001014F3001019<<<<<<<<<<<<<<02\n",
        "I<GBROKONKWO<<ADA<<<<<<<<<<<<<<<<<<<\n5001234560GBR8001014F3001019<<<<<<<2\n",
        "I<GBR5001234560<<<<<<<<<<<<<<<\n8001014F3001019GBR<<<<<<<<<<<2\nOKONKWO<<ADA<<<<<<<<<<<<<<<<<<\n",
    ] {
        let found = evidence(&[("scan.txt", zone.as_bytes())]);
        let tallies = &found["artifacts"][0]["parts"][0]["tallies"];
        for class in ["mrz", "passport_number", "person_name", "date_of_birth"] {
            assert!(tallies[class]["matches"].as_u64() >= Some(1), "{class}: {zone} {tallies}");
        }
    }
}
