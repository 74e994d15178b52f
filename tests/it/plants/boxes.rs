//! Planted values in archives: in their members, in the members' names and folders, in comments, and in the notes beside sealed ones.

use super::delivery::Delivery;
use crate::made::sevened;
use std::io::Write;
use zip::write::SimpleFileOptions;

/// Three members under names that somebody wrote: a table, a letter, a file without content.
fn members(delivery: &mut Delivery) -> Vec<(String, Vec<u8>)> {
    let pool = &mut delivery.pool;
    let names: Vec<String> = (0..4).map(|_| pool.name()).collect();
    vec![
        (format!("{}/{}.csv", names[0], names[1]), pool.table(12, 8).csv().into_bytes()),
        (format!("{}.txt", names[2]), (pool.sentences(12).join("\n") + "\n").into_bytes()),
        (format!("{}.rar", names[3]), b"Rar!\x1a\x07\x01\x00".to_vec()),
    ]
}

fn borrowed(members: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    members.iter().map(|row| (row.0.as_str(), row.1.as_slice())).collect()
}

fn zips(delivery: &mut Delivery) {
    delivery.begin("zip");
    let inner = members(delivery);
    let nested = crate::made::zipped(&borrowed(&inner));
    let (comment, own) = (delivery.pool.sentences(6).join(" "), members(delivery));
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.set_comment(comment).expect("a comment");
    for (name, content) in own.iter().chain([&(format!("{}.zip", delivery.pool.name()), nested)]) {
        let options = SimpleFileOptions::default();
        zip.start_file(name.as_str(), options).expect("a member");
        zip.write_all(content).expect("content");
    }
    delivery.end("zip", &zip.finish().expect("an archive").into_inner());
    // sealed ones: the password lies beside the first, nobody has that of the second
    for (what, beside) in [("zip-opened", true), ("zip-sealed", false)] {
        delivery.begin(what);
        let (password, own) = (delivery.pool.of("credential").text, members(delivery));
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in &own {
            let options = SimpleFileOptions::default().with_aes_encryption(zip::AesMode::Aes256, &password);
            zip.start_file(name.as_str(), options).expect("a member");
            zip.write_all(content).expect("content");
        }
        delivery.end("zip", &zip.finish().expect("an archive").into_inner());
        if beside {
            let name = format!("{what}/password of {}.txt", delivery.pool.name());
            delivery.put(&name, format!("the password for the archive is: {password}\n").as_bytes());
        }
    }
}

/// An image of a disk, or of a file system.
fn disk_of(what: &str, members: &[(&str, &[u8])]) -> Vec<u8> {
    use crate::made_disks as made;
    let fat = made::fat(members);
    match what {
        "ext" => made::ext(members),
        "ntfs" => made::ntfs(members),
        "disk" => made::mbr(&[&made::ntfs(members), &fat]),
        "qcow" => made::qcow(&fat),
        "vmdk" => made::vmdk(&fat),
        "vhd" => made::vhd(&fat),
        "vdi" => made::vdi(&fat),
        _ => fat,
    }
}

/// A disc with one folder; the volume and who made it have names as well.
fn disc(members: &[(String, Vec<u8>)], volume: &str, publisher: &str) -> Vec<u8> {
    const SECTOR: usize = 2048;
    let both = |value: u32| [value.to_le_bytes(), value.to_be_bytes()].concat();
    let entry = |name: &[u8], at: u32, size: u32, folder: bool| {
        let mut out = vec![0, 0];
        out.extend([both(at), both(size)].concat());
        out.extend([126, 1, 1, 0, 0, 0, 0, u8::from(folder) * 2, 0, 0, 1, 0, 0, 1]);
        out.push(u8::try_from(name.len()).expect("a short name"));
        out.extend(name);
        out.resize(out.len().next_multiple_of(2), 0);
        out[0] = u8::try_from(out.len()).expect("a short entry");
        out
    };
    let mut root = [entry(&[0], 18, SECTOR as u32, true), entry(&[1], 18, SECTOR as u32, true)].concat();
    let mut content = Vec::new();
    for (name, bytes) in members {
        let name: String = name.rsplit('/').next().unwrap_or(name).chars().filter(char::is_ascii).collect();
        root.extend(entry(format!("{name};1").as_bytes(), (19 + content.len() / SECTOR) as u32, bytes.len() as u32, false));
        content.extend(bytes);
        content.resize(content.len().next_multiple_of(SECTOR), 0);
    }
    root.resize(SECTOR, 0);
    let mut head = vec![b' '; SECTOR];
    let mut put = |at: usize, bytes: &[u8]| head[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"\x01CD001\x01\0");
    put(40, volume.as_bytes().get(..32).unwrap_or(volume.as_bytes()));
    put(80, &both((19 + content.len() / SECTOR) as u32));
    put(88, &[0; 32]);
    put(120, &[1, 0, 0, 1, 1, 0, 0, 1, 0, 8, 8, 0]);
    put(132, &[0; 24]);
    put(156, &entry(&[0], 18, SECTOR as u32, true));
    put(318, publisher.as_bytes().get(..128).unwrap_or(publisher.as_bytes()));
    put(881, &[1, 0]);
    let mut end = vec![0; SECTOR];
    end[..7].copy_from_slice(b"\xffCD001\x01");
    [vec![0; 16 * SECTOR], head, end, root, content].concat()
}

fn systems(delivery: &mut Delivery) {
    delivery.begin("tar");
    let own: Vec<(String, Vec<u8>)> =
        members(delivery).into_iter().map(|(name, content)| (name.chars().take(99).collect(), content)).collect();
    let tar = crate::made::tarred(&borrowed(&own));
    delivery.end("tar", &tar);
    delivery.begin("gzip");
    let own: Vec<(String, Vec<u8>)> =
        members(delivery).into_iter().map(|(name, content)| (name.chars().take(99).collect(), content)).collect();
    let inner = delivery.pool.name();
    let mut gzip = flate2::GzBuilder::new()
        .filename(inner)
        .comment(delivery.pool.of("email_address").said)
        .write(Vec::new(), flate2::Compression::default());
    gzip.write_all(&crate::made::tarred(&borrowed(&own))).expect("content");
    delivery.end("tar.gz", &gzip.finish().expect("a stream"));
    delivery.begin("ar");
    let own = members(delivery);
    let names: String = own.iter().map(|row| format!("{}/\n", row.0.replace('/', "_"))).collect();
    let mut at = 0;
    let short: Vec<(String, &[u8])> = own
        .iter()
        .map(|row| {
            let name = format!("/{at}");
            at += row.0.len() + 2;
            (name, row.1.as_slice())
        })
        .collect();
    let all: Vec<(&str, &[u8])> =
        [("//", names.as_bytes())].into_iter().chain(short.iter().map(|row| (row.0.as_str(), row.1))).collect();
    delivery.end("a", &crate::made::ar(&all));
    for what in ["cpio", "rpm"] {
        delivery.begin(what);
        let own = members(delivery);
        let own: Vec<(&str, u32, &[u8])> = own.iter().map(|row| (row.0.as_str(), 0o100_644, row.1.as_slice())).collect();
        let tree = crate::made::cpio(&own);
        let bytes = if what == "rpm" { crate::made::rpm(&crate::made::gzipped(&tree)) } else { tree };
        delivery.end(what, &bytes);
    }
    delivery.begin("cab");
    let own: Vec<(String, Vec<u8>)> =
        members(delivery).into_iter().map(|(name, content)| (name.replace('/', "\\"), content)).collect();
    delivery.end("cab", &crate::made::cab(&borrowed(&own)));
    delivery.begin("iso");
    let (own, volume, publisher) =
        (members(delivery), delivery.pool.of("ni_number").text, delivery.pool.of("email_address").text);
    delivery.end("iso", &disc(&own, &volume, &publisher));
    delivery.begin("sevenz");
    let own = members(delivery);
    delivery.end("7z", &sevened(&own));
}

/// Streams that hold one file.
fn streams(delivery: &mut Delivery) {
    for what in ["bzip2", "xz", "lz4", "zstd"] {
        delivery.begin(what);
        let content = delivery.pool.table(14, 10).csv().into_bytes();
        let failed = "a stream in memory";
        let (ending, bytes) = match what {
            "bzip2" => {
                let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
                out.write_all(&content).expect(failed);
                ("csv.bz2", out.finish().expect(failed))
            }
            "xz" => {
                let mut out = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).expect(failed);
                out.write_all(&content).expect(failed);
                ("csv.xz", out.finish().expect(failed))
            }
            "lz4" => {
                let mut out = lz4_flex::frame::FrameEncoder::new(Vec::new());
                out.write_all(&content).expect(failed);
                ("csv.lz4", out.finish().expect(failed))
            }
            _ => ("csv.zst", ruzstd::encoding::compress_to_vec(content.as_slice(), ruzstd::encoding::CompressionLevel::Fastest)),
        };
        delivery.end(ending, &bytes);
    }
}

/// Images of disks and of file systems.
pub(super) fn disks(delivery: &mut Delivery) {
    for what in ["fat", "ext", "ntfs", "disk", "qcow", "vmdk", "vhd", "vdi"] {
        delivery.begin(what);
        let own = members(delivery);
        delivery.end(what, &disk_of(what, &borrowed(&own)));
    }
}

/// All of them, but for disks.
pub(super) fn all(delivery: &mut Delivery) {
    zips(delivery);
    systems(delivery);
    streams(delivery);
}
