"""Writers of the binary formats that Python has none for: small whole files, to be mutated and bent. Everybody in them is made up.

Each takes what is in the file and gives bytes; a test of theirs is `run.py`, which says which kinds nothing was recognised as.
"""
import struct
import zlib

STAFF = b"warrant_no,name,email\n100001,Ada Example,ada.example@example.org\n100002,Ben Sample,ben.sample@example.org\n"
MAIL = "ada.example@cards-quillfeather.example"


def le(*numbers, size=4):
    return b"".join((number % (1 << 8 * size)).to_bytes(size, "little") for number in numbers)


def be(*numbers, size=4):
    return b"".join((number % (1 << 8 * size)).to_bytes(size, "big") for number in numbers)


def wide(text):
    return text.encode("utf-16-le")


# --- compound files (OLE)

END, FREE, FATSECT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def cfb(tree):
    """A compound file of nested storages: {name: bytes or {...}}. Small streams lie in the mini stream, as they have to."""
    entries = [["Root Entry", 5, tree, FREE, FREE, FREE, END, 0]]

    def lay(parent, children):
        indices = []
        for name in sorted(children, key=lambda name: (len(wide(name)), name.upper())):
            body = children[name]
            entries.append([name, 1 if isinstance(body, dict) else 2, body, FREE, FREE, FREE, END, 0])
            indices.append(len(entries) - 1)
        # a list is a tree, too: each is right of the one before
        for left, right in zip(indices, indices[1:]):
            entries[left][4] = right
        entries[parent][5] = indices[0] if indices else FREE
        for index in indices:
            if isinstance(entries[index][2], dict):
                lay(index, entries[index][2])

    lay(0, tree)
    mini, minifat = b"", []
    for entry in entries:
        if isinstance(entry[2], bytes):
            entry[7] = len(entry[2])
            if 0 < len(entry[2]) < 4096:
                entry[6] = len(minifat)
                count = -(-len(entry[2]) // 64)
                minifat += [len(minifat) + at + 1 for at in range(count - 1)] + [END]
                mini += entry[2].ljust(count * 64, b"\0")
    sectors, fat = [], []

    def chain(body):
        if not body:
            return END
        first, count = len(sectors), -(-len(body) // 512)
        for at in range(count):
            sectors.append(body[at * 512:at * 512 + 512].ljust(512, b"\0"))
            fat.append(first + at + 1 if at + 1 < count else END)
        return first

    for entry in entries:
        if isinstance(entry[2], bytes) and len(entry[2]) >= 4096:
            entry[6] = chain(entry[2])
    entries[0][6], entries[0][7] = chain(mini), len(mini)
    minis = chain(le(*minifat))
    directory = b""
    for name, kind, _, left, right, child, start, size in entries:
        raw = wide(name)[:62]
        directory += raw.ljust(64, b"\0") + le(len(raw) + 2, size=2) + bytes([kind, 1]) + le(left, right, child) + bytes(36) + le(start, size, 0)
    first = chain(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    fats = 1
    while (len(sectors) + fats) > fats * 128:
        fats += 1
    table = fat + [FATSECT] * fats
    base = len(sectors)
    table += [FREE] * (fats * 128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + le(0x3E, 3, 0xFFFE, 9, 6, size=2) + bytes(6) + le(0, fats, first, 0, 4096, minis, -(-len(minifat) // 128))
    head += le(END, 0) + le(*(range(base, base + fats))) + le(*[FREE] * (109 - fats))
    return head + b"".join(sectors) + le(*table)


def doc(encrypted=False):
    body = "Staff list\rWarrant no\x07Name\x07\x07100001\x07Ada Sampleton\x07\x07100002\x07Ben Carter\x07\x07The end\r".encode()
    comment = wide("Call cora.dawson@example.org\r")
    main = bytearray(0x1000)

    def put(at, data):
        main[at:at + len(data)] = data
    put(0, le(0xA5EC, 0xC1, size=2))
    put(10, le(0x100 if encrypted else 0, size=2))
    put(0x4C, le(len(body)))
    put(0x5C, le(len(comment) // 2))
    put(0x400, body)
    put(0x800, comment)
    pieces = le(0, len(body), len(body) + len(comment) // 2) + b"".join(b"\0\0" + le(at) + b"\0\0" for at in (0x800 | 0x40000000, 0x800))
    clx = bytes([1, 2, 0, 9, 9, 2]) + le(len(pieces)) + pieces
    put(0x1A2, le(0, len(clx)))
    return cfb({"WordDocument": bytes(main), "0Table": clx})


def ppt():
    main = b"\x0f\0\xe8\x03\0\0\0\0"
    for kind, body in ((4008, b"Warrant no 100001 Ada Example"), (4000, wide("Mail " + MAIL))):
        main += b"\0\0" + le(kind, size=2) + le(len(body)) + body
    return cfb({"PowerPoint Document": main, "Current User": bytes(20)})


def msg(attachment=STAFF, inner=None):
    def properties(rows, head):
        return bytes(head) + b"".join(le(kind, tag, size=2) + le(6, value, 0) for kind, tag, value in rows)
    texts = {0x0037: "Order", 0x1000: "Please write to " + MAIL, 0x0C1A: "Ada Example", 0x0C1F: MAIL, 0x0E04: "Ben Sample"}
    tree = {f"__substg1.0_{tag:04X}001F": wide(text) for tag, text in texts.items()}
    tree["__properties_version1.0"] = properties([(0x1F, tag, len(wide(text)) + 2) for tag, text in texts.items()], 32)
    tree["__nameid_version1.0"] = {"__substg1.0_00020102": bytes(16), "__substg1.0_00030102": b"", "__substg1.0_00040102": b""}
    tree["__recip_version1.0_#00000000"] = {"__substg1.0_3001001F": wide("Ben Sample"), "__substg1.0_39FE001F": wide("ben.sample@example.org"),
                                            "__properties_version1.0": bytes(8)}
    held = {"__substg1.0_3707001F": wide("staff.csv"), "__properties_version1.0": properties([(3, 0x3705, 5 if inner else 1)], 8)}
    held["__substg1.0_3701000D" if inner else "__substg1.0_37010102"] = inner or attachment
    tree["__attach_version1.0_#00000000"] = held
    return tree


def ole_package(content=STAFF, claimed=None):
    label = b"list.csv"
    body = le(0, size=4) + b"\x02\0" + label + b"\0C:\\desk\\" + label + b"\0\0\0\x03\0" + le(5) + b"C:\\t\0" + le(len(content) if claimed is None else claimed) + content
    return cfb({"\x01Ole10Native": body, "\x03EPRINT": emf("write to", MAIL)})


def record(kind, body=b""):
    return le(kind, len(body), size=2) + body


def biff(wide_text=True, cells=None, sheet=b""):
    """The stream of a workbook of Excel 97 (or 5) with one sheet."""
    version = 0x0600 if wide_text else 0x0500
    bof = lambda kind: record(0x0809, le(version, kind, 0, 0, 0, 0, 0, 0, size=2))  # noqa: E731
    book = bof(5) + record(0x0042, le(1200 if wide_text else 1252, size=2))
    book += record(0x0031, le(200, 0, 0x7FFF, 400, 0, 0, 0, size=2) + b"\1\0A") * 5
    book += record(0x00E0, bytes(20)) * 16
    name = (b"\4\0" if wide_text else b"\4") + b"List"
    strings = record(0x00FC, le(2, 2) + b"".join(le(len(text), size=2) + b"\0" + text for text in (b"Ada Example", b"Ben Sample"))) if wide_text else b""
    at = len(book) + 4 + 6 + len(name) + len(strings) + 4
    book += record(0x0085, le(at) + b"\0\0" + name) + strings + record(0x000A) + bof(16)
    for row, column, text in cells or [(0, 0, "warrant_no"), (0, 1, "name"), (1, 0, "100001"), (1, 1, "Ada Example")]:
        book += record(0x0204, le(row, column, 0, len(text), size=2) + (b"\0" if wide_text else b"") + text.encode())
    if wide_text:
        book += record(0x00FD, le(2, 1, 0, size=2) + le(1))
    return book + record(0x0203, le(2, 0, 0, size=2) + struct.pack("<d", 100002.0)) + sheet + record(0x000A)


def xls(wide_text=True, **more):
    return cfb({"Workbook" if wide_text else "Book": biff(wide_text, **more)})


# --- drawings

def emf(*texts):
    one = lambda order, body: le(order, len(body) + 8) + body  # noqa: E731
    out = [one(1, bytes(32) + b" EMF" + bytes(44))]
    for text in texts:
        body = bytes(28) + le(10, 20, len(text), 76, 0, 0, 0, 0, 0, 0) + wide(text)
        out.append(one(84, body + bytes(-len(body) % 4)))
    return b"".join(out) + one(14, bytes(12))


def wmf(text):
    body = le(len(text), size=2) + text.encode()
    body += bytes(len(body) % 2) + bytes(4)
    return bytes([1, 0, 9, 0, 0, 3]) + bytes(12) + le((len(body) + 1) // 2 + 3) + le(0x0521, size=2) + body + le(3) + b"\0\0"


# --- archives

def ar(members):
    out = b"!<arch>\n"
    for name, body in members:
        out += f"{name:<16}{1700000000:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}`\n".encode() + body + b"\n" * (len(body) % 2)
    return out


def cpio(members):
    out = b""
    for name, mode, body in [*members, ("TRAILER!!!", 0, b"")]:
        fields = (1, mode, 0, 0, 1, 1700000000, len(body), 0, 0, 0, 0, len(name) + 1, 0)
        out += b"070701" + b"".join(b"%08x" % (field & 0xFFFFFFFF) for field in fields) + name.encode() + b"\0"
        out += bytes(-len(out) % 4) + body
        out += bytes(-len(out) % 4)
    return out


def rpm(payload):
    out = b"\xed\xab\xee\xdb\x03\0".ljust(96, b"\0")
    for entries, store in ((1, 4), (0, 0)):
        size = entries * 16 + store
        out += b"\x8e\xad\xe8\x01\0\0\0\0" + be(entries, store) + bytes(-(-size // 8) * 8 if entries else size)
    return out + payload


def cab(members):
    """One folder, packed with MSZIP, a block for each 32 KiB."""
    whole = b"".join(body for _, body in members)
    files, offset = b"", 0
    for name, body in members:
        files += le(len(body), offset) + le(0, 0x5921, 0x6000, 0x20, size=2) + name.encode() + b"\0"
        offset += len(body)
    blocks = b""
    count = 0
    for at in range(0, max(1, len(whole)), 32768):
        part = whole[at:at + 32768]
        pack = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = b"CK" + pack.compress(part) + pack.flush()
        blocks += le(0) + le(len(packed), len(part), size=2) + packed
        count += 1
    begin = 36 + 8
    data = begin + len(files)
    head = b"MSCF" + le(0, data + len(blocks), 0, begin, 0) + bytes([3, 1]) + le(1, len(members), 0, 7, 0, size=2)
    return head + le(data) + le(count, 1, size=2) + files + blocks


def dbf(rows=(("100001", "Ada Example", "19800214"), ("100002", "Ben Sample", "19810315"))):
    fields = (("WARRANT_NO", "C", 10), ("NAME", "C", 20), ("BORN", "D", 8))
    length = 1 + sum(field[2] for field in fields)
    out = bytes([3, 126, 11, 24]) + le(len(rows)) + le(32 + 32 * len(fields) + 1, length, size=2)
    out = out.ljust(32, b"\0")
    for name, kind, size in fields:
        out += (name.encode().ljust(11, b"\0") + kind.encode()).ljust(16, b"\0") + bytes([size]).ljust(16, b"\0")
    out += b"\r"
    for row in rows:
        out += b" " + b"".join(value.encode().ljust(field[2]) for value, field in zip(row, fields))
    return out + b"\x1a"


# --- pictures

def bmp(width=8, height=8):
    pixels = bytes(range(256)) * 8
    size = (width * 3 + 3) // 4 * 4 * height
    return b"BM" + le(54 + size, 0, 54, 40, width, height) + le(1, 24, size=2) + le(0, size, 2835, 2835, 0, 0) + (pixels * (size // 2048 + 1))[:max(0, size)]


def tiff(entries, data=b"", following=0):
    """One directory of little-endian entries (tag, type, count, value as 4 bytes)."""
    rows = b"".join(le(tag, kind, size=2) + le(count) + (value if isinstance(value, bytes) else le(value)) for tag, kind, count, value in entries)
    return b"II*\0" + le(8) + le(len(entries), size=2) + rows + le(following) + data


def heic():
    brand = b"ftypheic\0\0\0\0mif1heic"
    box = lambda kind, body: be(len(body) + 8) + kind + body  # noqa: E731
    meta = box(b"meta", be(0) + box(b"hdlr", be(0, 0) + b"pict" + bytes(13)) + box(b"iinf", be(0) + be(1, size=2) + box(b"infe", be(0x02000000) + be(1, 0, size=2) + b"Exif\0"))
               + box(b"iloc", be(0) + b"\x44\0" + be(1, size=2) + be(1, 0, 1, size=2) + be(300, 20)))
    return be(len(brand) + 4) + brand + meta + box(b"mdat", b"\0\0\0\0Exif\0\0" + tiff([(0x013B, 2, 4, b"Ada\0")]))


def pst_head(version=23):
    """The head of a store, and pages of nothing: read as such, and malformed."""
    return b"!BDN" + le(0x1234) + b"SM" + le(version, 19, size=2) + bytes([1, 1]) + bytes(500) + bytes(65536)


# --- what is recognised and not read

SIGNATURES = {
    "compress": (b"\x1f\x9d\x90", "z"), "rar": (b"Rar!\x1a\x07\x01\0", "rar"), "rar4": (b"Rar!\x1a\x07\0", "rar"), "lha": (b"\x20\x20-lh5-", "lzh"), "ace": (bytes(7) + b"**ACE**", "ace"),
    "arj": (b"\x60\xea", "arj"), "stuffit": (b"StuffIt (c)", "sit"), "dmg": (b"koly", "dmg"), "vhd": (b"conectix", "vhd"), "vhdx": (b"vhdxfile", "vhdx"),
    "vmdk": (b"KDMV", "vmdk"), "qcow": (b"QFI\xfb", "qcow2"), "wim": (b"MSWIM\0\0\0", "wim"), "access": (b"\0\1\0\0Standard Jet DB\0", "mdb"),
    "orc": (b"ORC", "orc"), "avro": (b"Obj\x01", "avro"), "feather": (b"ARROW1\0\0", "feather"), "hdf5": (b"\x89HDF\r\n\x1a\n", "h5"),
    "spss": (b"$FL2@(#)", "sav"), "stata": (b"<stata_dta>", "dta"), "leveldb": (b"\x57\xfb\x80\x8b\x24\x75\x47\xdb", "ldb"), "pcap": (b"\xd4\xc3\xb2\xa1\2\0\4\0", "pcap"),
    "executable": (b"\x7fELF\2\1\1", "so"), "class": (b"\xca\xfe\xba\xbe\0\0\0\x34", "class"), "wasm": (b"\0asm\1\0\0\0", "wasm"), "font": (b"wOF2", "woff2"),
    "audio": (b"ID3\4\0", "mp3"), "video": (b"\x1a\x45\xdf\xa3", "mkv"), "age": (b"age-encryption.org/v1\n-> X25519 ", "age"), "openpgp": (b"\x85\2\x0c\3", "gpg"),
    "luks": (b"LUKS\xba\xbe\0\2", "luks"), "keepass": (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "kdbx"), "openssl": (b"Salted__", "enc"), "bitlocker": (b"\xeb\x58\x90-FVE-FS-", "img"),
}
