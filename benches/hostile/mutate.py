"""Ways in which a file goes wrong, by chance or on purpose. Each takes the dice, the bytes, and another file, and gives bytes.

The same dice give the same bytes. What is packed (zip, gzip, streams of a PDF, chunks of a PNG) is unpacked, bent inside and packed again, or
a checksum would keep all harm from what lies behind it.
"""
import bz2
import gzip
import io
import lzma
import re
import warnings
import zipfile
import zlib

MOST = 4 << 20
HUGE = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 0x10000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 1 << 40]
NUMBERS = ["-1", "0", "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e308", "1e-400", "9" * 400, "0x" + "f" * 40, "NaN", "-0", "0.1e9999", "99999999999"]
MAGICS = [b"PK\x03\x04", b"%PDF-1.7\n", b"\x1f\x8b\x08\0", b"SQLite format 3\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0\x08\0\0\0", b"7z\xbc\xaf\x27\x1c\0\4",
          b"{\\rtf1", b"From desk Mon Jan  1 00:00:00 2024\n", b"BEGIN:VCARD\n", b"<?xml version='1.0'?>", b"<html>", b"!BDN", b"MSCF\0\0\0\0", b"070701", b"!<arch>\n", b"PAR1", b"BZh91AY&SY", b"\xfd7zXZ\0\0\4",
          b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"\xed\xab\xee\xdb\3\0", b"BM\0\0\0\0\0\0\0\0", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic", b"\xd7\xcd\xc6\x9a", b"{", b"[", b"---\n", b"FMR\0"]
MARKS = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"+/v8", b"\xef\xbb\xbf\xff\xfe", b"\x84\x31\x95\x33"]
BAD = [b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xae", b"\x1b]0;title\x07", b"\r", b"\x85", b"\xe2\x80\xa8", b"\xcc\x81" * 40, b"\xef\xbf\xbe", b"\x80\x80\x80"]
WORDS = [b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", b"<![CDATA[", b"<!--", b"]]>", b"/*", b"\"\"\"", b"'", b'"', b"{{", b"}", b"[", b"(", b"<", b"&#x0;", b"&a;", b"*a", b"&a", b"<<: *a", b"!!binary ",
         b"${x}", b"$((", b"\\", b"%s%n", b"=cmd|' /C calc'!A1", b"\n", b"\r\n", b",", b";", b"\t", b"#", b"include *;\n", b"Include /etc/*\n", b"endobj", b"stream\n", b"\\bin99999999 "]


def spot(dice, data, room=1):
    return dice.randrange(max(1, len(data) - room + 1))


def flips(dice, data, _):
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16, 64))):
        at = spot(dice, out)
        out[at] ^= 1 << dice.randrange(8)
    return bytes(out)


def run_of_bytes(dice, data, _):
    at, long = spot(dice, data), dice.choice((1, 2, 4, 8, 64, 512))
    return data[:at] + dice.choice((b"\0", b"\xff", b"A", b" ", b"9", bytes([dice.randrange(256)]))) * long + data[at + long:]


def chance(dice, data, _):
    at, long = spot(dice, data), dice.choice((4, 16, 256))
    return data[:at] + dice.randbytes(long) + data[at + long:]


def truncated(dice, data, _):
    edge = dice.choice((spot(dice, data), dice.randrange(1, 70), len(data) - 1, len(data) - dice.randrange(1, 64), len(data) // 512 * 512, len(data) // 2))
    return data[:max(0, edge)]


def beheaded(dice, data, _):
    return data[dice.choice((1, 4, 8, spot(dice, data))):]


def length(dice, data, _):
    """A number that could be a length or an offset becomes huge or negative."""
    size = dice.choice((1, 2, 4, 4, 8))
    order = dice.choice(("little", "big"))
    places = [at for at in (spot(dice, data, size) for _ in range(60)) if 0 < int.from_bytes(data[at:at + size], order) <= len(data)]
    at = places[0] if places else spot(dice, data, size)
    now = int.from_bytes(data[at:at + size], order)
    value = dice.choice(HUGE + [now + 1, now - 1, now * 2, len(data), len(data) - at])
    return data[:at] + (value % (1 << 8 * size)).to_bytes(size, order) + data[at + size:]


def lengths(dice, data, other):
    for _ in range(dice.choice((2, 4, 12))):
        data = length(dice, data, other)
    return data


def spliced(dice, data, other):
    return data[:spot(dice, data)] + other[spot(dice, other):]


def inserted(dice, data, other):
    at, begin = spot(dice, data), spot(dice, other)
    return data[:at] + other[begin:begin + dice.choice((8, 64, 4096))] + data[at:]


def repeated(dice, data, _):
    at, long = spot(dice, data), dice.choice((1, 4, 40, 400, 4000))
    times = dice.choice((2, 20, 300, 5000))
    return data[:at] + (data[at:at + long] * times)[:MOST // 4] + data[at:]


def removed(dice, data, _):
    at = spot(dice, data)
    return data[:at] + data[at + dice.choice((1, 4, 40, 400)):]


def swapped(dice, data, _):
    a, b = sorted((spot(dice, data), spot(dice, data)))
    long = min(dice.choice((4, 64, 512)), b - a)
    return data[:a] + data[b:b + long] + data[a + long:b] + data[a:a + long] + data[b + long:]


def other_magic(dice, data, _):
    magic = dice.choice(MAGICS)
    return magic + (data[len(magic):] if dice.randrange(2) else data)


def marked(dice, data, _):
    mark = dice.choice(MARKS)
    if dice.randrange(3) == 0:
        at = spot(dice, data)
        return mark + data[:at] + dice.choice(MARKS) + data[at:]
    return mark + data


def recoded(dice, data, _):
    text = data.decode("utf-8", "replace")
    name = dice.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037", "shift_jis", "gb18030", "latin-1"))
    out = text.encode(name, "replace")
    return out[dice.randrange(2):]


def bad_bytes(dice, data, _):
    for _ in range(dice.choice((1, 3, 30))):
        at = spot(dice, data)
        data = data[:at] + dice.choice(BAD) + data[at:]
    return data


def words(dice, data, _):
    for _ in range(dice.choice((1, 2, 8))):
        at = spot(dice, data)
        data = data[:at] + dice.choice(WORDS) * dice.choice((1, 1, 2, 1000)) + data[at:]
    return data[:MOST]


def numbers(dice, data, _):
    found = list(re.finditer(rb"\d+", data[:1 << 18]))
    for match in sorted(dice.sample(found, min(len(found), dice.choice((1, 3, 9)))), key=lambda match: -match.start()):
        data = data[:match.start()] + dice.choice(NUMBERS).encode() + data[match.end():]
    return data


def deeper(dice, data, _):
    """A piece between brackets, in itself again and again."""
    pairs = [(b"{", b"}"), (b"[", b"]"), (b"(", b")"), (b"<a>", b"</a>"), (b"{\"a\":", b"}"), (b"<div>", b"</div>"), (b"{\\b ", b"}"), (b"<<", b">>"), (b"<g>", b""), (b"- ", b""), (b"[[", b"]]"), (b"!(", b")"), (b"if (", b") {}")]
    left, right = dice.choice(pairs)
    deep = dice.choice((20, 200, 3000, 60_000))
    at = spot(dice, data)
    return data[:at] + left * deep + data[at:at + 20] + right * deep + data[at + 20:]


def lines_again(dice, data, _):
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    return b"\n".join(lines[:at] + (lines[at:at + dice.choice((1, 3))] * dice.choice((2, 50, 2000)))[:100_000] + lines[at:])[:MOST]


def one_line(dice, data, _):
    return data.replace(b"\n", dice.choice((b"", b" ", b"\r", b"\0", b",")))


def long_value(dice, data, _):
    at = spot(dice, data)
    return data[:at] + dice.choice((b"A", b"9", b"a@", b"@", b"a.", b"-", b"Aa9 ", b"<a ", b"x=", b"\\", b"\"", b"%")) * dice.choice((300, 70_000, 300_000)) + data[at:]


# --- what is packed

def inside_zip(dice, data, other):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive = zipfile.ZipFile(io.BytesIO(data))
            members = [(info.filename, archive.read(info)) for info in archive.infolist() if info.file_size < MOST]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError, EOFError, zlib.error, lzma.LZMAError):
        return length(dice, data, other)
    if not members:
        return truncated(dice, data, other)
    # what matters is rarely the smallest
    for _ in range(dice.choice((1, 1, 3))):
        at = max(dice.randrange(len(members)) for _ in range(2))
        name, body = members[at]
        way = dice.randrange(20)
        if way == 0:
            members[at] = (dice.choice(("../../" + name, "/" + name, name.upper(), name + "\0", "a/" * 300 + name, name + "\u202e", "")), body)
        elif way == 1:
            members.insert(at, (name, other))
        elif way == 2:
            del members[at]
            if not members:
                break
        else:
            members[at] = (name, mutated(dice, body, other, deep=False)[1])
    from seeds import stored
    return stored(members, dice.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def inside_stream(dice, data, other):
    for magic, unpack, pack in ((b"\x1f\x8b", gzip.decompress, lambda body: gzip.compress(body, 6, mtime=0)), (b"BZh", bz2.decompress, bz2.compress), (b"\xfd7zXZ", lzma.decompress, lzma.compress)):
        if data.startswith(magic):
            try:
                return pack(mutated(dice, unpack(data)[:MOST], other)[1])
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
                break
    return flips(dice, data, other)


def inside_pdf(dice, data, other):
    found = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S))
    dice.shuffle(found)
    for match in found[:12]:
        body = match.group(1)
        try:
            plain, packed = zlib.decompress(body), True
        except zlib.error:
            plain, packed = body, False
        bent = mutated(dice, plain[:MOST], other, deep=False)[1]
        bent = zlib.compress(bent) if packed else bent
        # a place in the file is kept where that is possible: its table stays right
        if len(bent) < len(body):
            bent = bent.ljust(len(body), b"\n" if not packed else b"\0")
        return data[:match.start(1)] + bent + data[match.end(1):]
    return numbers(dice, data, other)


def inside_png(dice, data, other):
    chunks, at = [], 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        chunks.append((data[at + 4:at + 8], data[at + 8:at + 8 + size]))
        at += 12 + size
    if not chunks:
        return flips(dice, data, other)
    at = dice.randrange(len(chunks))
    kind, body = chunks[at]
    way = dice.randrange(4)
    if kind in (b"IDAT", b"zTXt") and way:
        try:
            body = zlib.compress(mutated(dice, zlib.decompress(body), other, deep=False)[1])
        except zlib.error:
            body = flips(dice, body, other) if body else body
    elif body:
        body = length(dice, body, other) if way else mutated(dice, body, other, deep=False)[1]
    chunks[at] = (kind, body)
    if way == 3:
        chunks.insert(at, chunks[dice.randrange(len(chunks))])
    return data[:8] + b"".join(len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big") for kind, body in chunks)


def inside_tar(dice, data, other):
    """A header is bent, and its sum made right again."""
    at = dice.randrange(max(1, len(data) // 512)) * 512
    header = bytearray(mutated(dice, data[at:at + 512], other, deep=False)[1][:512].ljust(512, b"\0"))
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return data[:at] + bytes(header) + data[at + 512:]


PLAIN = [flips, flips, run_of_bytes, chance, truncated, truncated, beheaded, length, length, lengths, lengths, spliced, spliced, inserted, repeated, removed, swapped, other_magic]
TEXT = [numbers, numbers, words, words, deeper, deeper, lines_again, one_line, long_value, bad_bytes, marked, recoded]
INSIDE = [(b"PK\x03\x04", inside_zip), (b"\x1f\x8b", inside_stream), (b"BZh", inside_stream), (b"\xfd7zXZ", inside_stream), (b"%PDF", inside_pdf), (b"\x89PNG", inside_png)]


def mutated(dice, data, other, deep=True):
    """(what was done, the bytes)."""
    if not data:
        return "spliced", other[:spot(dice, other)]
    inside = next((way for magic, way in INSIDE if data.startswith(magic)), None) if deep else None
    if deep and data[257:262] == b"ustar":
        inside = inside_tar
    if inside and dice.randrange(10) < 6:
        way = inside
    else:
        looks_text = b"\0" not in data[:4096] and sum(byte > 126 or byte < 9 for byte in data[:512]) < 60
        way = dice.choice(TEXT + PLAIN[:4] + [truncated, spliced, repeated, other_magic] if looks_text else PLAIN + [bad_bytes])
    return way.__name__, way(dice, data, other or b"\0")[:MOST]
