//! Disks and file systems made when they are needed: for tests, for plants, and as seeds of the fuzzers (`fuzz/`), which know this file by
//! its path. They are as small as their formats allow; those that other programs made are fixtures. Everybody in them is made up.

/// Numbers of so many bytes, the least first.
fn le(value: u64, length: usize) -> Vec<u8> {
    value.to_le_bytes()[..length].to_vec()
}

fn put(out: &mut [u8], at: usize, bytes: &[u8]) {
    out[at..at + bytes.len()].copy_from_slice(bytes);
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A folder below the root would need records of its own: its name becomes a part of the file's.
fn flat(name: &str) -> String {
    name.replace('/', " of ")
}

/// A disk with a table of partitions of old, each beginning at a mebibyte.
pub(crate) fn mbr(partitions: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![0; 1 << 20];
    for (index, content) in partitions.iter().enumerate() {
        let (first, count) = (out.len() / 512, content.len().div_ceil(512));
        let row = [vec![0, 0, 0, 0, 0x83, 0, 0, 0], le(first as u64, 4), le(count as u64, 4)].concat();
        put(&mut out, 446 + index * 16, &row);
        out.extend_from_slice(content);
        out.resize(out.len().next_multiple_of(1 << 20), 0);
    }
    put(&mut out, 510, b"\x55\xaa");
    out
}

/// A FAT12 file system with long names.
pub(crate) fn fat(members: &[(&str, &[u8])]) -> Vec<u8> {
    const ROWS: usize = 512;
    let clusters: usize = members.iter().map(|row| row.1.len().div_ceil(512)).sum();
    let sectors = ((clusters + 2) * 3).div_ceil(2 * 512).max(1);
    let (mut table, mut root, mut heap) = (vec![0_u8; sectors * 512], Vec::new(), Vec::new());
    let mut link = |cluster: usize, next: usize| {
        let at = cluster * 3 / 2;
        let two = u16::from_le_bytes([table[at], table[at + 1]]);
        let two = if cluster % 2 == 1 { two & 0xf | (next as u16) << 4 } else { two & 0xf000 | next as u16 };
        put(&mut table, at, &two.to_le_bytes());
    };
    link(0, 0xff0);
    link(1, 0xfff);
    for (index, (name, content)) in members.iter().enumerate() {
        let short = format!("FILE{index:04}DAT");
        let sum = short.bytes().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(byte));
        let mut units: Vec<u16> = flat(name).encode_utf16().take(250).collect();
        units.push(0);
        let pieces: Vec<&[u16]> = units.chunks(13).collect();
        for (order, piece) in pieces.iter().enumerate().rev() {
            let mut row = vec![0xff; 32];
            row[0] = (order as u8 + 1) | if order + 1 == pieces.len() { 0x40 } else { 0 };
            put(&mut row, 11, &[0x0f, 0, sum]);
            put(&mut row, 26, &[0, 0]);
            let places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
            places.iter().zip(*piece).for_each(|(at, unit)| put(&mut row, *at, &unit.to_le_bytes()));
            root.extend(row);
        }
        let (first, count) = (heap.len() / 512 + 2, content.len().div_ceil(512));
        (0..count).for_each(|at| link(first + at, if at + 1 == count { 0xfff } else { first + at + 1 }));
        let mut row = vec![0; 32];
        put(&mut row, 0, short.as_bytes());
        put(&mut row, 22, &[0, 0x50, 0x78, 0x5d]);
        put(&mut row, 26, &le(if count == 0 { 0 } else { first as u64 }, 2));
        put(&mut row, 28, &le(content.len() as u64, 4));
        root.extend(row);
        heap.extend_from_slice(content);
        heap.resize(heap.len().next_multiple_of(512), 0);
    }
    assert!(root.len() <= ROWS * 32, "too many names for the root");
    root.resize(ROWS * 32, 0);
    heap.resize(heap.len().max(512), 0);
    let mut boot = vec![0; 512];
    put(&mut boot, 0, b"\xeb\x3c\x90MADEHERE");
    put(&mut boot, 11, &[0, 2, 1, 1, 0, 1]);
    put(&mut boot, 17, &le(ROWS as u64, 2));
    put(&mut boot, 19, &le((1 + sectors + ROWS / 16 + heap.len() / 512) as u64, 2));
    put(&mut boot, 21, &[0xf8]);
    put(&mut boot, 22, &le(sectors as u64, 2));
    put(&mut boot, 510, b"\x55\xaa");
    [boot, table, root, heap].concat()
}

/// An ext2 file system of one group.
pub(crate) fn ext(members: &[(&str, &[u8])]) -> Vec<u8> {
    const BLOCK: usize = 1024;
    let inodes = (members.len() + 12).next_multiple_of(8);
    let first = 5 + (inodes * 128).div_ceil(BLOCK);
    let (mut content, mut table) = (Vec::new(), vec![0; (first - 5) * BLOCK]);
    let mut add = |number: usize, mode: u64, bytes: &[u8]| {
        let at = |content: &Vec<u8>| first + content.len() / BLOCK;
        let count = bytes.len().div_ceil(BLOCK);
        assert!(count <= 12 + 256, "too large for one block of pointers");
        let from = at(&content);
        content.extend_from_slice(bytes);
        content.resize(content.len().next_multiple_of(BLOCK), 0);
        let inode = &mut table[(number - 1) * 128..number * 128];
        put(inode, 0, &le(mode, 2));
        put(inode, 4, &le(bytes.len() as u64, 4));
        put(inode, 16, &le(1_795_514_400, 4));
        put(inode, 26, &le(1, 2));
        put(inode, 28, &le(count as u64 * 2, 4));
        (0..count.min(12)).for_each(|index| put(inode, 40 + index * 4, &le((from + index) as u64, 4)));
        if count > 12 {
            put(inode, 88, &le(at(&content) as u64, 4));
            let mut pointers: Vec<u8> = (12..count).flat_map(|index| le((from + index) as u64, 4)).collect();
            pointers.resize(BLOCK, 0);
            content.extend(pointers);
        }
    };
    let mut folder: Vec<u8> = Vec::new();
    let mut rows = vec![(2, ".".to_owned()), (2, "..".to_owned())];
    rows.extend(members.iter().enumerate().map(|row| (row.0 + 12, flat(row.1.0))));
    for (number, name) in rows {
        let name: String = name.chars().take(60).collect();
        let length = (8 + name.len()).next_multiple_of(4);
        let mut row = [le(number as u64, 4), le(length as u64, 2), vec![name.len() as u8, 0], name.into_bytes()].concat();
        row.resize(length, 0);
        if folder.len() % BLOCK + length > BLOCK - 12 {
            // an empty row up to the end of the block
            let rest = BLOCK - folder.len() % BLOCK;
            folder.extend([le(0, 4), le(rest as u64, 2), vec![0; rest - 6]].concat());
        }
        folder.extend(row);
    }
    let rest = BLOCK - folder.len() % BLOCK;
    folder.extend([le(0, 4), le(rest as u64, 2), vec![0; rest - 6]].concat());
    add(2, 0o040_755, &folder);
    members.iter().enumerate().for_each(|(index, row)| add(index + 12, 0o100_640, row.1));
    let blocks = first + content.len() / BLOCK;
    let mut head = vec![0; 5 * BLOCK];
    for (at, value) in [(0, inodes), (4, blocks), (20, 1), (32, 8192), (36, 8192), (40, inodes)] {
        put(&mut head, BLOCK + at, &le(value as u64, 4));
    }
    put(&mut head, BLOCK + 56, b"\x53\xef\x01\0");
    put(&mut head, BLOCK + 76, &le(0, 4));
    put(&mut head, 2 * BLOCK, &[le(3, 4), le(4, 4), le(5, 4)].concat());
    [head, table, content].concat()
}

/// A record of NTFS, with the two last bytes of each sector put aside.
fn record(attributes: &[Vec<u8>], flags: u64) -> Vec<u8> {
    let mut out = vec![0; 56];
    put(&mut out, 0, b"FILE\x30\0\x03\0");
    put(&mut out, 20, &le(56, 2));
    put(&mut out, 22, &le(flags, 2));
    for attribute in attributes {
        out.extend(attribute);
    }
    out.extend([0xff; 4]);
    assert!(out.len() <= 1022, "a record is full");
    out.resize(1024, 0);
    put(&mut out, 48, &[7, 0]);
    for sector in 0..2 {
        let at = sector * 512 + 510;
        let own = [out[at], out[at + 1]];
        put(&mut out, 50 + sector * 2, &own);
        put(&mut out, at, &[7, 0]);
    }
    out
}

fn attribute(kind: u64, value: &[u8]) -> Vec<u8> {
    let mut out = [le(kind, 4), vec![0; 20], value.to_vec()].concat();
    out.resize(out.len().next_multiple_of(8), 0);
    let length = out.len() as u64;
    put(&mut out, 4, &le(length, 4));
    put(&mut out, 16, &le(value.len() as u64, 4));
    put(&mut out, 20, &le(24, 2));
    out
}

/// A stream in one stretch.
fn stretch(first: usize, size: usize) -> Vec<u8> {
    let clusters = size.div_ceil(512) as u64;
    let mut out = vec![0; 64];
    put(&mut out, 0, &le(0x80, 4));
    out[8] = 1;
    put(&mut out, 24, &le(clusters.saturating_sub(1), 8));
    put(&mut out, 32, &le(64, 2));
    put(&mut out, 40, &[le(clusters * 512, 8), le(size as u64, 8), le(size as u64, 8)].concat());
    out.extend([vec![0x44], le(clusters, 4), le(first as u64, 4), vec![0]].concat());
    out.resize(out.len().next_multiple_of(8), 0);
    let length = out.len() as u64;
    put(&mut out, 4, &le(length, 4));
    out
}

/// An NTFS file system with clusters of a sector; small files stand in their records.
pub(crate) fn ntfs(members: &[(&str, &[u8])]) -> Vec<u8> {
    const TABLE: usize = 4;
    let records = 24 + members.len();
    let (mut table, mut content) = (Vec::new(), Vec::new());
    table.extend(record(&[stretch(TABLE, records * 1024)], 1));
    table.resize(24 * 1024, 0);
    for (name, bytes) in members {
        let name = wide(&flat(name).chars().take(120).collect::<String>());
        let time = (1_795_514_400_u64 + 11_644_473_600) * 10_000_000;
        let standard = [le(time, 8), le(time, 8), vec![0; 32]].concat();
        let own = [le(5, 8), vec![0; 56], vec![(name.len() / 2) as u8, 1], name].concat();
        let data = if bytes.len() < 300 {
            attribute(0x80, bytes)
        } else {
            let from = TABLE + records * 2 + content.len() / 512;
            content.extend_from_slice(bytes);
            content.resize(content.len().next_multiple_of(512), 0);
            stretch(from, bytes.len())
        };
        table.extend(record(&[attribute(0x10, &standard), attribute(0x30, &own), data], 1));
    }
    let mut boot = vec![0; TABLE * 512];
    put(&mut boot, 0, b"\xeb\x52\x90NTFS    \0\x02\x01");
    put(&mut boot, 40, &le((TABLE * 512 + table.len() + content.len()) as u64 / 512, 8));
    put(&mut boot, 48, &le(TABLE as u64, 8));
    put(&mut boot, 64, &[0xf6]);
    put(&mut boot, 510, b"\x55\xaa");
    [boot, table, content].concat()
}

/// A disk in clusters of 4 KiB; each third of them is packed.
pub(crate) fn qcow(disk: &[u8]) -> Vec<u8> {
    const CLUSTER: usize = 4096;
    let clusters: Vec<&[u8]> = disk.chunks(CLUSTER).collect();
    let tables = clusters.len().div_ceil(512);
    assert!(tables <= 512, "one table of tables");
    let mut out = vec![0; (2 + tables) * CLUSTER];
    let mut head = b"QFI\xfb\0\0\0\x02".to_vec();
    head.extend([vec![0; 12], vec![0, 0, 0, 12], (disk.len() as u64).to_be_bytes().to_vec(), vec![0; 4]].concat());
    head.extend([(tables as u32).to_be_bytes().to_vec(), (CLUSTER as u64).to_be_bytes().to_vec()].concat());
    put(&mut out, 0, &head);
    for table in 0..tables {
        put(&mut out, CLUSTER + table * 8, &(((2 + table) * CLUSTER) as u64 | 1 << 63).to_be_bytes());
    }
    for (index, cluster) in clusters.iter().enumerate().filter(|row| row.1.iter().any(|byte| *byte != 0)) {
        let at = out.len() as u64;
        let row = if index % 3 == 2 {
            let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut packer, cluster).expect("a stream in memory");
            let packed = packer.finish().expect("a stream in memory");
            out.extend(&packed);
            (1 << 62) | (((packed.len() as u64 - 1) / 512) << 58) | at
        } else {
            out.extend_from_slice(cluster);
            1 << 63 | at
        };
        out.resize(out.len().next_multiple_of(CLUSTER), 0);
        put(&mut out, 2 * CLUSTER + index * 8, &row.to_be_bytes());
    }
    out
}

/// A disk in blocks of 4 KiB, as `VirtualBox` keeps it.
pub(crate) fn vdi(disk: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 4096;
    let blocks: Vec<&[u8]> = disk.chunks(BLOCK).collect();
    let content = (512 + blocks.len() * 4).next_multiple_of(512);
    let mut out = vec![0; content];
    put(&mut out, 64, &[0x7f, 0x10, 0xda, 0xbe, 1, 0, 1, 0]);
    put(&mut out, 76, &le(1, 4));
    put(&mut out, 340, &[le(512, 4), le(content as u64, 4)].concat());
    put(&mut out, 368, &[le(disk.len() as u64, 8), le(BLOCK as u64, 4), le(0, 4), le(blocks.len() as u64, 4)].concat());
    let mut next = 0;
    for (index, block) in blocks.iter().enumerate() {
        let empty = block.iter().all(|byte| *byte == 0);
        put(&mut out, 512 + index * 4, &le(if empty { 0xffff_ffff } else { next }, 4));
        if !empty {
            out.extend_from_slice(block);
            out.resize((out.len() - content).next_multiple_of(BLOCK) + content, 0);
            next += 1;
        }
    }
    out
}

/// A disk in blocks of 4 KiB, as Virtual PC keeps it.
pub(crate) fn vhd(disk: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 4096;
    let blocks: Vec<&[u8]> = disk.chunks(BLOCK).collect();
    let mut footer = vec![0; 512];
    put(&mut footer, 0, b"conectix\0\0\0\x02\0\x01\0\0");
    put(&mut footer, 16, &512_u64.to_be_bytes());
    put(&mut footer, 48, &(disk.len() as u64).to_be_bytes());
    put(&mut footer, 60, &3_u32.to_be_bytes());
    let mut head = vec![0; 1024];
    put(&mut head, 0, b"cxsparse");
    put(&mut head, 8, &[0xff; 8]);
    put(&mut head, 16, &1536_u64.to_be_bytes());
    put(&mut head, 24, &[0, 1, 0, 0]);
    put(&mut head, 28, &[(blocks.len() as u32).to_be_bytes(), (BLOCK as u32).to_be_bytes()].concat());
    let mut out = [footer.clone(), head, vec![0xff; (blocks.len() * 4).next_multiple_of(512)]].concat();
    for (index, block) in blocks.iter().enumerate().filter(|row| row.1.iter().any(|byte| *byte != 0)) {
        let at = (out.len() / 512) as u32;
        put(&mut out, 1536 + index * 4, &at.to_be_bytes());
        out.extend([vec![0xff; 512], block.to_vec(), vec![0; BLOCK - block.len()]].concat());
    }
    out.extend(footer);
    out
}

/// A disk in grains of 4 KiB, as `VMware` keeps it.
pub(crate) fn vmdk(disk: &[u8]) -> Vec<u8> {
    const GRAIN: usize = 4096;
    let grains: Vec<&[u8]> = disk.chunks(GRAIN).collect();
    let tables = grains.len().div_ceil(512);
    let mut out = vec![0; 512];
    let text = b"# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"monolithicSparse\"\n";
    put(&mut out, 0, &[&b"KDMV"[..], &le(1, 4), &le(3, 4), &le(disk.len().div_ceil(512) as u64, 8), &le(8, 8)].concat());
    put(&mut out, 28, &[le(1, 8), le(1, 8), le(512, 4), le(0, 8), le(2, 8)].concat());
    out.extend_from_slice(text);
    out.resize(1024, 0);
    let first = out.len() / 512 + (tables * 4).div_ceil(512);
    out.extend((0..tables).flat_map(|table| le((first + table * 4) as u64, 4)));
    out.resize((first + tables * 4) * 512, 0);
    for (index, grain) in grains.iter().enumerate().filter(|row| row.1.iter().any(|byte| *byte != 0)) {
        let at = out.len() as u64 / 512;
        put(&mut out, first * 512 + index * 4, &le(at, 4));
        out.extend_from_slice(grain);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out
}
