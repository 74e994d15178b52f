//! What a disk, a partition or an image of one is, by its first bytes: a table of partitions, a file system that is read here, or one
//! that is not. Only numbers that have to fit each other count, so that a text or a picture is never taken for a disk.

/// Bytes that are looked at: the signature that stands furthest back is at 64 KiB.
pub(super) const HEAD: usize = 68 << 10;

fn two(head: &[u8], at: usize) -> u16 {
    head.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn four(head: &[u8], at: usize) -> u32 {
    head.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

fn at(head: &[u8], offset: usize, magic: &[u8]) -> bool {
    head.get(offset..offset + magic.len()) == Some(magic)
}

/// The type of a volume: `disk` (a table of partitions), `ext`, `fat`, `exfat`, `ntfs`, or `volume` for one that is not read here.
pub(super) fn signature(head: &[u8]) -> Option<&'static str> {
    let boot = at(head, 510, b"\x55\xaa");
    if boot && at(head, 3, b"NTFS    ") {
        return Some("ntfs");
    }
    if boot && at(head, 3, b"EXFAT   ") {
        return Some("exfat");
    }
    if boot && fat(head) {
        return Some("fat");
    }
    if ext(head) {
        return Some("ext");
    }
    // the header's revision is 1.0
    if at(head, 512, b"EFI PART\0\0\x01\0") || at(head, 4096, b"EFI PART\0\0\x01\0") {
        return Some("disk");
    }
    if foreign(head).is_some() {
        return Some("volume");
    }
    (boot && table(head)).then_some("disk")
}

/// The name of a file system, or of what else lies on disks, that no reader here reads.
pub(super) fn foreign(head: &[u8]) -> Option<&'static str> {
    let known: &[(usize, &[u8], &str)] = &[
        (0, b"XFSB\0\0", "XFS"),
        (65_600, b"_BHRfS_M", "Btrfs"),
        (32, b"NXSB", "APFS"),
        (1024, b"H+\0\x04", "HFS+"),
        (1024, b"HX\0\x05", "HFSX"),
        (536, b"LVM2 001", "a volume of LVM"),
        (1024, b"\xe2\xe1\xf5\xe0", "EROFS"),
        (1024, b"\x10\x20\xf5\xf2", "F2FS"),
        (3, b"ReFS\0\0\0\0", "ReFS"),
        (4096, b"\xfc\x4e\x2b\xa9", "a part of a Linux RAID"),
        (65_588, b"ReIsEr", "ReiserFS"),
    ];
    if at(head, 0, b"hsqs") && two(head, 28) == 4 {
        return Some("SquashFS");
    }
    known.iter().find(|row| at(head, row.0, row.1)).map(|row| row.2)
}

/// The first sector of a FAT file system: sizes that are powers of two and fit each other.
fn fat(head: &[u8]) -> bool {
    let (sector, cluster) = (two(head, 11), head.get(13).copied().unwrap_or(0));
    let media = head.get(21).copied().unwrap_or(0);
    let jump = (at(head, 0, b"\xeb") && at(head, 2, b"\x90")) || at(head, 0, b"\xe9");
    // the wide fields count where the narrow ones are empty
    let either = |narrow, wide| Some(u32::from(two(head, narrow))).filter(|count| *count > 0).unwrap_or_else(|| four(head, wide));
    let (sectors, table) = (either(19, 32), either(22, 36));
    jump && matches!(sector, 512 | 1024 | 2048 | 4096)
        && cluster.is_power_of_two()
        && two(head, 14) > 0
        && matches!(head.get(16), Some(1 | 2))
        && media >= 0xf0
        && table > 0
        && sectors > table
}

/// The superblock of ext2, ext3 and ext4.
fn ext(head: &[u8]) -> bool {
    let base = 1024;
    let (shift, first) = (four(head, base + 24), four(head, base + 20));
    let (per_group, inodes) = (four(head, base + 32), four(head, base + 40));
    // blocks in clusters (bigalloc): a group has a bit for each cluster
    let clusters = four(head, base + 100) & 0x200 != 0;
    let bits = if clusters { four(head, base + 36) } else { per_group };
    at(head, base + 56, b"\x53\xef")
        && shift <= 6
        && (first == u32::from(shift == 0) || clusters && first == 0)
        && four(head, base) > 0
        && four(head, base + 4) > 0
        && per_group > 0
        && bits > 0
        && bits <= 8 << (10 + shift)
        && inodes > 0
        && four(head, base + 76) <= 1
}

/// The table of partitions of a master boot record.
fn table(head: &[u8]) -> bool {
    let Some(rows) = head.get(446..510) else { return false };
    let whole = |row: &[u8]| four(row, 8) > 0 && four(row, 12) > 0;
    let fits = |row: &[u8]| match row.get(4) {
        Some(0) => row.iter().all(|byte| *byte == 0),
        _ => whole(row) && matches!(row.first(), Some(0 | 0x80)),
    };
    rows.chunks(16).all(fits) && rows.iter().any(|byte| *byte != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_to_fit_each_other() {
        let mut sector = vec![0; 2048];
        assert_eq!(signature(&sector), None);
        sector[510] = 0x55;
        sector[511] = 0xaa;
        assert_eq!(signature(&sector), None, "a boot sector without partitions");
        sector[446..462].copy_from_slice(&[0x80, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0]);
        assert_eq!(signature(&sector), Some("disk"));
        sector[462] = 7;
        assert_eq!(signature(&sector), None, "a row that is none");
        let words = "EFI PART is what this says. ".repeat(400);
        assert_eq!(signature(words.as_bytes()), None);
        let mut foreign = vec![0; HEAD];
        foreign[65_600..65_608].copy_from_slice(b"_BHRfS_M");
        assert_eq!(super::foreign(&foreign), Some("Btrfs"));
    }
}
