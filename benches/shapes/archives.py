"""Files within files."""
import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

from . import count, fill, person, shape
from .tables import packed
from .text import prose


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, body in members:
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return out.getvalue()


def stored(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, body in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body)
    return out.getvalue()


NOTE = b"a note\n"

shape("zip", "prose", "a.zip", packed=True)(lambda n: packed([("a.txt", fill(prose, n))]))
shape("zip", "many tiny members", "a.zip")(lambda n: stored((f"note{i}.txt", NOTE) for i in range(count(n, 120))))
shape("zip", "many folders", "a.zip")(lambda n: stored((f"folder{i}/note.txt", NOTE) for i in range(count(n, 130))))
shape("zip", "one name again and again", "a.zip")(lambda n: stored(("note.txt", NOTE) for _ in range(count(n, 110))))
shape("zip", "empty members of long names", "a.zip")(lambda n: stored(("a/" * 200 + f"{i}.txt", b"") for i in range(count(n, 900))))
shape("zip", "archives within an archive", "a.zip")(lambda n: stored((f"{i}.zip", stored([("a.txt", NOTE)])) for i in range(count(n, 240))))
shape("zip", "archives, fifteen levels", "a.zip")(lambda n: levels(fill(prose, n), 12))
shape("zip", "many members of one person", "a.zip")(lambda n: stored((f"{i}.csv", ("warrant_no,name,email\n%s,%s %s,%s\n" % person(i)[:4]).encode()) for i in range(count(n, 190))))
shape("zip", "many configurations", "a.zip")(lambda n: stored((f"h{i}/etc/ssh/sshd_config", b"PermitRootLogin no\n") for i in range(count(n, 150))))
shape("zip", "many keys and what they open", "a.zip")(lambda n: stored(x for i in range(count(n, 300)) for x in ((f"password{i}.txt", f"password: Tq9w{i}zz\n".encode()), (f"{i}.zip", stored([("a.txt", NOTE)])))))
shape("zip", "cut off", "a.zip")(lambda n: stored((f"note{i}.txt", NOTE) for i in range(count(n, 120)))[:-40])
shape("zip", "heads of members, no directory", "a.zip")(lambda n: b"PK\x03\x04" + b"PK\x03\x04\x14\0\0\0\0\0" * (n // 10))
shape("zip", "signatures of the end", "a.zip")(lambda n: b"PK\x03\x04" + b"PK\x05\x06" * (n // 4))
shape("tar", "prose", "a.tar")(lambda n: tar([("a.txt", fill(prose, n))]))
shape("tar", "many tiny members", "a.tar")(lambda n: tar((f"note{i}.txt", NOTE) for i in range(count(n, 1024))))
shape("tar", "one name again and again", "a.tar")(lambda n: tar(("note.txt", NOTE) for _ in range(count(n, 1024))))
shape("tar", "long names", "a.tar")(lambda n: tar((f"{'a/' * 200}{i}.txt", NOTE) for i in range(count(n, 2560))))
shape("tar", "zeros", "a.tar")(lambda n: tar([("a.txt", NOTE)]) + b"\0" * n)
shape("gzip", "prose", "a.txt.gz", packed=True)(lambda n: gzip.compress(fill(prose, n), mtime=0))
shape("gzip", "many members", "a.txt.gz")(lambda n: gzip.compress(NOTE, mtime=0) * count(n, 27))
shape("gzip", "many tiny members of a tar", "a.tar.gz", packed=True)(lambda n: gzip.compress(tar((f"note{i}.txt", NOTE) for i in range(count(n, 1024))), mtime=0))
shape("gzip", "heads", "a.gz")(lambda n: b"\x1f\x8b\x08\0" * (n // 4))
shape("bzip2", "prose", "a.txt.bz2", packed=True)(lambda n: bz2.compress(fill(prose, n)))
shape("bzip2", "many streams", "a.txt.bz2")(lambda n: bz2.compress(NOTE) * count(n, 45))
shape("xz", "prose", "a.txt.xz", packed=True)(lambda n: lzma.compress(fill(prose, n)))
shape("xz", "many streams", "a.txt.xz")(lambda n: lzma.compress(NOTE) * count(n, 64))


def levels(body, deep):
    for at in range(deep):
        body = stored([(f"{at}.{'zip' if at else 'txt'}", body)])
    return body


@shape("7z", "many tiny members", "a.7z")
def _(n):
    import py7zr
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for i in range(count(n, 60)):
            archive.writestr(NOTE, f"note{i}.txt")
    return out.getvalue()


@shape("7z", "prose", "a.7z", packed=True)
def _(n):
    import py7zr
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(fill(prose, n), "a.txt")
    return out.getvalue()


@shape("cpio", "many tiny members", "a.cpio")
def _(n):
    def member(name, body):
        name = name.encode() + b"\0"
        head = "070701" + "".join(f"{x:08x}" for x in (1, 0o100644, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(name), 0))
        whole = head.encode() + name
        whole += b"\0" * (-len(whole) % 4) + body
        return whole + b"\0" * (-len(whole) % 4)
    return b"".join(member(f"note{i}.txt", NOTE) for i in range(count(n, 132))) + member("TRAILER!!!", b"")


@shape("ar", "many tiny members", "a.ar")
def _(n):
    head = "{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n"
    return b"!<arch>\n" + b"".join(head.format(f"note{i}.txt/", 0, 0, 0, "644", 8).encode() + b"a note.\n" for i in range(count(n, 68)))


# --- pictures

def png(chunks):
    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in chunks)


def header(width, height):
    return (b"IHDR", width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0")


def image(side):
    return (b"IDAT", zlib.compress((b"\0" + b"\x80" * side) * side))


def jpeg(segments, tail=b""):
    return b"\xff\xd8" + b"".join(b"\xff" + bytes([kind]) + (len(body) + 2).to_bytes(2, "big") + body for kind, body in segments) + tail + b"\xff\xd9"


XMP = b"http://ns.adobe.com/xap/1.0/\0"

shape("image", "PNG of many texts", "a.png")(lambda n: png([header(1, 1)] + [(b"tEXt", f"Comment\0{person(i)[3]}".encode()) for i in range(count(n, 60))] + [image(1), (b"IEND", b"")]))
shape("image", "PNG of one packed text", "a.png", packed=True)(lambda n: png([header(1, 1), (b"zTXt", b"Comment\0\0" + zlib.compress(fill(prose, n))), image(1), (b"IEND", b"")]))
shape("image", "PNG of many chunks", "a.png")(lambda n: png([header(1, 1)] + [(b"IDAT", b"")] * count(n, 12) + [(b"IEND", b"")]))
shape("image", "PNG, pixels", "a.png", packed=True)(lambda n: png([header(int(n ** 0.5), int(n ** 0.5)), image(int(n ** 0.5)), (b"IEND", b"")]))
shape("image", "JPEG of many segments", "a.jpg")(lambda n: jpeg([(0xFE, b"a comment")] * count(n, 13)))
shape("image", "JPEG of many XMP segments", "a.jpg")(lambda n: jpeg([(0xE1, XMP + f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>{i}</a></x:xmpmeta>".encode()) for i in range(count(n, 90))]))
shape("image", "JPEG, start of scan without end", "a.jpg")(lambda n: jpeg([(0xDA, b"\1\1\0\0\x3f\0")], b"\xff\0" * (n // 2)))
shape("image", "JPEG, markers", "a.jpg")(lambda n: jpeg([], b"\xff" * n))
shape("image", "TIFF of directories", "a.tif")(lambda n: b"II*\0\x08\0\0\0" + b"".join(b"\1\0" + b"\x0e\1\2\0\4\0\0\0abc\0" + (8 + 18 * (i + 1)).to_bytes(4, "little") for i in range(count(n, 18))) + b"\0" * 6)
shape("image", "TIFF whose directory comes again", "a.tif")(lambda n: b"II*\0\x08\0\0\0" + (min(65_535, n // 12)).to_bytes(2, "little") + b"\x69\x87\4\0\1\0\0\0\x08\0\0\0" * min(65_535, n // 12) + b"\x08\0\0\0")
shape("image", "GIF of many comments", "a.gif")(lambda n: b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe\x05words\0" * count(n, 9) + b";")
shape("image", "SVG", "a.svg")(lambda n: fill(lambda i: f"<text x='1'>{person(i)[3]}</text>", n, before="<svg xmlns='http://www.w3.org/2000/svg'>", after="</svg>"))
shape("binary", "zeros", "a.bin")(lambda n: b"\0" * n)
shape("binary", "strings between zeros", "a.bin")(lambda n: fill(lambda i: person(i)[3] + "\0\0\0", n))
shape("binary", "signatures of files", "a.bin")(lambda n: b"\0\1\2\3" + b"PK\3\4%PDF-\x1f\x8b\x08\0" * (n // 13))
