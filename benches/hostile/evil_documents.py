"""Documents made by hand to harm: circles, depths, sizes that lie, things said again and again. Yields (kind, path, bytes)."""
import os
import sqlite3
import struct
import tempfile
import zlib

import craft
from craft import be, cfb, le, record, tiff, wide
from seeds import stored

KIB, MIB = 1 << 10, 1 << 20


# --- PDF

def pdf(objects, trailer=b"/Root 1 0 R", tail=b""):
    """Objects by number, as bytes; a table that is right."""
    out, places = [b"%PDF-1.7\n"], {}
    length = len(out[0])
    for number, body in objects.items():
        text = b"%d 0 obj\n" % number + body + b"\nendobj\n"
        places[number] = length
        out.append(text)
        length += len(text)
    most = max(objects) + 1
    out.append(b"xref\n0 %d\n" % most + b"".join(b"%010d %05d %s \n" % (places.get(at, 0), 0, b"n" if at in places else b"f") for at in range(most)))
    out.append(b"trailer\n<< /Size %d " % most + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % length + tail)
    return b"".join(out)


def stream(body, extra=b"", packed=True):
    body = zlib.compress(body) if packed else body
    return b"<< /Length %d %s%s >>\nstream\n" % (len(body), b"/Filter /FlateDecode " if packed else b"", extra) + body + b"\nendstream"


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def page(content=b"BT /F 12 Tf (Ada Example) Tj ET", resources=b"/Font << /F 5 0 R >>", extra=b"", more=None, font=FONT, packed=True):
    base = {1: b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << " + resources + b" >> >>",
            4: content if content.startswith(b"<<") else stream(content, packed=packed), 5: font}
    base.update(more or {})
    return pdf(base)


def chain(make, count, start=10):
    return {start + at: make(start + at) for at in range(count)}


def pdfs():
    yield "tree-100000-deep", pdf({1: b"<< /Type /Catalog /Pages 10 0 R >>", **chain(lambda at: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (at + 1), 100_000)})
    yield "kids-of-itself", pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [" + b"2 0 R " * 200 + b"] /Count 9 >>"})
    yield "kids-doubled", pdf({1: b"<< /Type /Catalog /Pages 10 0 R >>", **chain(lambda at: b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>" % (at + 1, at + 1), 60),
                               70: b"<< /Type /Page /MediaBox [0 0 9 9] >>"})
    yield "one-page-100000-times", page(more={2: b"<< /Type /Pages /Kids [" + b"3 0 R " * 100_000 + b"] /Count 100000 >>"})
    yield "count-lies", page(more={2: b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"})
    yield "parent-of-itself", page(more={2: b"<< /Type /Pages /Parent 3 0 R /Kids [3 0 R] /Count 1 >>"})
    yield "length-of-itself", page(more={4: b"<< /Length 4 0 R >>\nstream\nBT ET\nendstream"})
    yield "references-in-a-circle", pdf({1: b"2 0 R", 2: b"3 0 R", 3: b"1 0 R"})
    yield "references-100000-long", pdf({1: b"<< /Type /Catalog /Pages 10 0 R >>", **chain(lambda at: b"%d 0 R" % (at + 1), 100_000)})
    yield "stream-of-1-GiB", page(content=b"<< /Length 1 /Filter /FlateDecode >>\nstream\n" + zlib_bomb(1024) + b"\nendstream")
    yield "objects-of-1-GiB", page(more={6: b"<< /Type /ObjStm /N 100000 /First 10 /Filter /FlateDecode /Length 9 >>\nstream\n" + zlib_bomb(1024) + b"\nendstream"})
    yield "objects-many", pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: stream(b"".join(b"%d 0 " % at for at in range(3, 200_000)) + b"<<>>", b"/Type /ObjStm /N 199997 /First 5 ")})
    yield "objects-extend-themselves", page(more={6: stream(b"7 0 <<>>", b"/Type /ObjStm /N 1 /First 4 /Extends 6 0 R ")})
    yield "filters-1000", page(content=b"<< /Length 20 /Filter [" + b"/FlateDecode " * 1000 + b"] >>\nstream\n" + bytes(20) + b"\nendstream")
    packed = bytes(64 * MIB)
    for _ in range(3):
        packed = zlib.compress(packed, 9)
    yield "filters-3-bomb", page(content=b"<< /Length %d /Filter [/FlateDecode /FlateDecode /FlateDecode] >>\nstream\n" % len(packed) + packed + b"\nendstream")
    yield "filters-hex", page(content=b"<< /Length 9 /Filter [" + b"/ASCIIHexDecode /ASCII85Decode /RunLengthDecode /LZWDecode " * 50 + b"] >>\nstream\n" + b"zzzzz" * MIB + b"\nendstream")
    yield "predictor-columns", page(content=stream(b"\2" + bytes(4000), b"/DecodeParms << /Predictor 15 /Columns 2147483647 /Colors 2147483647 /BitsPerComponent 16 >> "))
    yield "predictor-negative", page(content=stream(b"\2" + bytes(4000), b"/DecodeParms << /Predictor 12 /Columns -1 /Colors 0 /BitsPerComponent -8 >> "))
    yield "lzw-bomb", page(content=b"<< /Length 90000 /Filter /LZWDecode >>\nstream\n" + b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 10_000 + b"\nendstream")
    forms = {at: stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >> " % (at + 1)) for at in range(10, 60)}
    yield "forms-doubled", page(content=b"/X Do", resources=b"/XObject << /X 10 0 R >>", more=forms)
    yield "form-of-itself", page(content=b"/X Do", resources=b"/XObject << /X 6 0 R >>", more={6: stream(b"/X Do " * 500, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> ")})
    yield "form-again-and-again", page(content=b"/X Do " * 100_000, resources=b"/XObject << /X 6 0 R >>", more={6: stream(b"BT (Ada Example) Tj ET " * 400, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] ")})
    yield "states-1000000", page(content=b"q " * 1_000_000 + b"BT /F 12 Tf (x) Tj ET")
    yield "restored-1000000", page(content=b"Q " * 1_000_000 + b"BT ET " * 100_000 + b"EMC " * 100_000)
    yield "array-1000000-deep", page(content=b"[" * 1_000_000 + b"] TJ")
    yield "dictionary-100000-deep", pdf({1: b"<< /A " * 100_000 + b">>" * 100_000})
    yield "object-array-1000000-deep", pdf({1: b"[" * 1_000_000 + b"]" * 1_000_000})
    yield "string-1000000-deep", page(content=b"BT /F 12 Tf " + b"(" * 1_000_000 + b")" * 1_000_000 + b" Tj ET")
    yield "numbers-long", page(content=b"9" * MIB + b" 0 Td " + b"-." * MIB + b" " + b"1e" * 1000)
    yield "cmap-of-everything", page(font=b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R >>", more={6: stream(
        b"1 begincodespacerange <00> <FFFFFFFF> endcodespacerange\n" + b"1 beginbfrange <00000000> <FFFFFFFF> <0000> endbfrange\n" * 200 + b"1 beginbfrange <0000> <FFFF> [" + b"<0041>" * 70_000 + b"] endbfrange")})
    yield "cmap-of-itself", page(font=b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 6 0 R /ToUnicode 6 0 R /DescendantFonts [5 0 R] >>", more={6: stream(b"/X usecmap", b"/UseCMap 6 0 R ")})
    yield "widths-huge", page(font=b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Subtype /CIDFontType2 /DW 1e308 /W [0 2147483647 500 1 4294967295 3] >>] >>")
    yield "differences-huge", page(font=b"<< /Type /Font /Subtype /Type1 /Encoding << /Differences [" + b"255 /A " * 100_000 + b"-5 /B 99999999999 /C] >> /FirstChar -1 /LastChar 2147483647 /Widths [1] >>")
    yield "type3-of-itself", page(font=b"<< /Type /Font /Subtype /Type3 /FontMatrix [0 0 0 0 0 0] /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /Resources << /Font << /F 5 0 R >> >> >>",
                                  content=b"BT /F 1 Tf (aaa) Tj ET", more={6: stream(b"BT /F 1 Tf (aaaaaaaaaa) Tj ET")})
    yield "image-65535", page(content=b"/I Do", resources=b"/XObject << /I 6 0 R >>", more={6: stream(bytes(70_000), b"/Type /XObject /Subtype /Image /Width 65535 /Height 65535 /BitsPerComponent 8 /ColorSpace /DeviceRGB ")})
    yield "image-negative", page(content=b"/I Do", resources=b"/XObject << /I 6 0 R >>", more={6: stream(bytes(9), b"/Type /XObject /Subtype /Image /Width -1 /Height 9223372036854775807 /BitsPerComponent 99 /ColorSpace [/Indexed /DeviceRGB 2147483647 (x)] ")})
    for name, method in (("ccitt", b"/CCITTFaxDecode"), ("jpx", b"/JPXDecode"), ("jbig2", b"/JBIG2Decode"), ("dct", b"/DCTDecode")):
        yield f"image-{name}", page(content=b"/I Do", resources=b"/XObject << /I 6 0 R >>", more={6: b"<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray /Filter " + method +
                                    b" /DecodeParms << /K -1 /Columns 60000 /Rows 60000 >> /Length 64000 >>\nstream\n" + bytes(64_000) + b"\nendstream"})
    yield "images-inline", page(content=b"BI /W 9 /H 9 ID x " * 100_000)
    yield "images-of-one-page", page(content=b"".join(b"q %d 0 0 9 %d 9 cm /I Do Q " % (at % 600, at % 800) for at in range(50_000)), resources=b"/XObject << /I 6 0 R >>",
                                     more={6: stream(bytes(3 * 64 * 64), b"/Type /XObject /Subtype /Image /Width 64 /Height 64 /BitsPerComponent 8 /ColorSpace /DeviceRGB ")})
    yield "fields-in-a-circle", page(extra=b"/AcroForm << /Fields [6 0 R] >>", more={6: b"<< /T (a) /Kids [7 0 R 7 0 R] >>", 7: b"<< /T (b) /V (Ada Example) /Kids [6 0 R 6 0 R] /Parent 6 0 R >>"})
    yield "outlines-in-a-circle", page(extra=b"/Outlines 6 0 R", more={6: b"<< /First 7 0 R /Last 7 0 R >>", 7: b"<< /Title (Ada Example) /Next 7 0 R /First 6 0 R >>"})
    yield "names-in-a-circle", page(extra=b"/Names << /EmbeddedFiles 6 0 R >>", more={6: b"<< /Kids [6 0 R 6 0 R] /Names [(a) 7 0 R] >>", 7: b"<< /EF << /F 8 0 R >> /F (a.pdf) >>", 8: stream(b"a note")})
    inner = page()
    for _ in range(12):
        inner = page(extra=b"/Names << /EmbeddedFiles << /Names [(a.pdf) 7 0 R] >> >>", more={7: b"<< /Type /Filespec /EF << /F 8 0 R >> /F (a.pdf) >>", 8: stream(inner, b"/Type /EmbeddedFile ")})
    yield "files-in-files", inner
    yield "annotations-100000", page(more={3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [" + b"6 0 R " * 100_000 + b"] >>", 6: b"<< /Subtype /FreeText /Contents (Ada Example) /Parent 6 0 R /Popup 6 0 R /AP << /N 4 0 R >> >>"})
    whole = page()
    place = whole.rindex(b"xref\n0")
    yield "table-before-itself", whole.replace(b"trailer\n<< ", b"trailer\n<< /Prev %d " % place)
    yield "table-of-stream-of-itself", page(more={6: stream(bytes(40), b"/Type /XRef /W [8 8 8] /Index [0 2147483647] /Size 2147483647 /Prev 15 /Root 1 0 R ")})
    yield "starts-1000", b"%PDF-1.7\n" + b"startxref\n9\n%%EOF\n" * 100_000
    yield "revisions-2000", whole + b"".join(b"5 0 obj\n<< /R %d >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (at, place, place) for at in range(2000))
    yield "matrix-endless", page(content=b"BT /F 1e308 Tf 1e308 0 0 1e308 1e308 1e308 cm 1e308 1e308 Td " * 9000 + b"(Ada Example) Tj " * 9000 + b" ET")
    yield "letters-apart", page(content=b"BT /F 12 Tf " + b"".join(b"1 0 0 1 %d %d Tm (A) Tj " % (at * 7919 % 600, at * 104729 % 800) for at in range(100_000)) + b" ET")
    yield "marked-100000", page(content=b"/Span << /ActualText (Ada) >> BDC " * 100_000 + b"BT /F 12 Tf (x) Tj ET")
    yield "encrypted-oddly", whole.replace(b"trailer\n<< ", b"trailer\n<< /Encrypt << /Filter /Standard /V 5 /R 6 /Length 4294967295 /O () /U () /P -1 /StmF /A /StrF /A /CF << /A << /CFM /AESV3 /Length -1 >> >> >> /ID [() ()] ")


def zlib_bomb(mib):
    pack = zlib.compressobj(9)
    block = pack.compress(bytes(MIB)) + pack.flush(zlib.Z_FULL_FLUSH)
    return block[:2] + block[2:] * mib + b"\3\0\0\0\0\1"


# --- OLE and what lies in it

def compounds():
    whole = bytearray(craft.doc())
    fat = int.from_bytes(whole[76:80], "little") * 512 + 512
    for name, value in (("all-to-first", 0), ("all-to-self", None), ("all-end", 0xFFFFFFFE), ("beyond", 0x7FFFFFFF)):
        bent = bytearray(whole)
        for at in range(0, 100):
            bent[fat + at * 4:fat + at * 4 + 4] = le(at if value is None else value)
        yield f"fat-{name}.doc", "document/doc", bytes(bent)
    bent = bytearray(whole)
    bent[68:76] = le(0, 0xFFFFFFFF)
    yield "difat-in-a-circle.doc", "document/doc", bytes(bent)
    bent = bytearray(whole)
    bent[44:48] = le(0xFFFFFFFF)
    yield "fats-4-billion.doc", "document/doc", bytes(bent)
    for name, shift in (("0", 0), ("63", 63), ("31", 31)):
        bent = bytearray(whole)
        bent[30:34] = le(int(shift), int(shift), size=2)
        yield f"sector-shift-{name}.doc", "document/doc", bytes(bent)
    first = int.from_bytes(whole[48:52], "little") * 512 + 512
    bent = bytearray(whole)
    for at in range(0, 512, 128):
        bent[first + at + 68:first + at + 80] = le(at // 128, at // 128, 0)
    yield "folders-in-a-circle.doc", "document/doc", bytes(bent)
    tree = {"a": b"x"}
    for _ in range(3000):
        tree = {"deep": tree}
    import sys
    sys.setrecursionlimit(20_000)
    yield "folders-3000-deep.bin", "document/ole", cfb(tree)
    yield "streams-20000.bin", "document/ole", cfb({f"s{at}": b"x" for at in range(20_000)})
    main = bytearray(0x1000)
    main[0:4], main[0x4C:0x50] = le(0xA5EC, 0xC1, size=2), le(0x7FFFFFFF)
    count = 100_000
    pieces = le(*range(0, (count + 1) * 4000, 4000)) + (b"\0\0" + le(0x40000000) + b"\0\0") * count
    clx = b"\2" + le(len(pieces)) + pieces
    main[0x1A2:0x1AA] = le(0, len(clx))
    yield "pieces-100000.doc", "document/doc", cfb({"WordDocument": bytes(main), "0Table": clx})
    main[0x1A2:0x1AA] = le(0xFFFFFFF0, 0xFFFFFFFF)
    yield "pieces-beyond.doc", "document/doc", cfb({"WordDocument": bytes(main), "0Table": clx[:5000]})
    slides = b""
    for _ in range(40_000):
        slides = b"\x0f\0\xe8\x03" + le(len(slides)) + slides if len(slides) < 300_000 else slides
    yield "containers-deep.ppt", "document/ppt", cfb({"PowerPoint Document": slides.ljust(5000, b"\0")})
    yield "containers-open.ppt", "document/ppt", cfb({"PowerPoint Document": b"\x0f\0\xe8\x03\xff\xff\xff\xff" * 100_000})
    yield "records-empty.ppt", "document/ppt", cfb({"PowerPoint Document": b"\0\0\xa8\x0f\0\0\0\0" * 300_000})
    yield "package-lies.bin", "document/ole", craft.ole_package(claimed=0xFFFFFFFF)
    inner = craft.msg()
    for _ in range(400):
        inner = craft.msg(inner=inner)
    yield "messages-400-deep.msg", "document/msg", cfb(inner)
    rtf = lambda size: le(12, size) + b"LZFu" + le(0) + b"\0" * 40  # noqa: E731
    for size in (0xFFFFFFFF, 0x7FFFFFFF, 1 << 30):
        tree = craft.msg()
        tree["__substg1.0_10090102"] = rtf(size) + b"\xff\x0f\xff" * 20_000
        yield f"rtf-of-{size}.msg", "document/msg", cfb(tree)
    tree = craft.msg()
    for at in range(3000):
        tree[f"__attach_version1.0_#{at:08X}"] = {"__substg1.0_3707001F": wide("a.txt"), "__substg1.0_37010102": b"a note", "__properties_version1.0": bytes(8)}
    yield "attachments-3000.msg", "document/msg", cfb(tree)


def sheets():
    far = [(0, 0, "warrant_no"), (65_535, 255, "Ada Example")]
    yield "corners.xls", craft.xls(cells=far)
    more = record(0x00BD, le(1, 0, size=2) + bytes(30) + le(0, size=2)) + record(0x00BE, le(1, 255, 0, 0, size=2)) + record(0x0200, le(0, 0xFFFFFFFF) + le(0, 65535, 0, size=2))
    yield "records-odd.xls", craft.xls(sheet=more)
    yield "strings-4-billion.xls", cfb({"Workbook": craft.biff().replace(record(0x00FC, le(2, 2))[4:], le(0xFFFFFFFF, 0xFFFFFFFF))})
    yield "records-empty.xls", cfb({"Workbook": craft.biff() + record(0x0009) * 500_000})
    yield "sheets-begun.xls", cfb({"Workbook": craft.biff() + record(0x0809, bytes(16)) * 50_000})
    yield "continued.xls", cfb({"Workbook": record(0x0809, le(0x600, 5, 0, 0, 0, 0, 0, 0, size=2)) + record(0x00FC, le(9, 9)) + record(0x003C, b"\xff\xff\1") * 200_000})
    formula = record(0x0006, le(5, 5, 0, size=2) + bytes(14) + le(8000, size=2) + b"\x15" * 8000)
    yield "formula-deep.xls", craft.xls(sheet=formula * 50)
    merged = record(0x00E5, le(1000, size=2) + le(0, 65535, 0, 255, size=2) * 1000)
    yield "merged.xls", craft.xls(sheet=merged * 200)
    yield "hyperlinks.xls", craft.xls(sheet=record(0x01B8, le(0, 65535, 0, 255, size=2) + bytes(40)) * 20_000)


def brt(kind, body=b""):
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    out = b""
    while True:
        out += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + out + body


def xlsb(sheet, workbook=None):
    text = lambda words: le(len(words)) + wide(words)  # noqa: E731
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    rels = lambda kind, target: f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{kinds}{kind}" Target="{target}"/></Relationships>'.encode()  # noqa: E731
    return stored([("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", rels("officeDocument", "xl/workbook.bin")),
                   ("xl/workbook.bin", workbook or brt(156, le(0, 1) + text("rId1") + text("List"))), ("xl/_rels/workbook.bin.rels", rels("worksheet", "worksheets/sheet1.bin")), ("xl/worksheets/sheet1.bin", sheet)])


def xlsbs():
    cell = lambda row, column, words: brt(0, le(row, 0, 0, 0, 0, 0)) + brt(6, le(column, 0) + le(len(words)) + wide(words))  # noqa: E731
    frame = lambda body: brt(129) + brt(148, le(0, 0xFFFFFFFF, 0, 0xFFFFFFFF)) + brt(145) + body + brt(146) + brt(130)  # noqa: E731
    yield "corners.xlsb", xlsb(frame(cell(0, 0, "name") + cell(1_048_575, 16_383, "Ada Example")))
    yield "beyond.xlsb", xlsb(frame(cell(0xFFFFFFFF, 0xFFFFFFFF, "Ada Example")))
    yield "text-of-4-GiB.xlsb", xlsb(frame(brt(0, bytes(24)) + brt(6, le(0, 0, 0xFFFFFFFF))))
    yield "record-of-256-MiB.xlsb", xlsb(b"\x81\1\xff\xff\xff\x7f" + bytes(100))
    yield "records-empty.xlsb", xlsb(brt(0x81) * 1_000_000)
    yield "sheets-100000.xlsb", xlsb(frame(b""), b"".join(brt(156, le(0, at) + le(4) + wide("rId1") + le(4) + wide("List")) for at in range(50_000)))


def database():
    handle, path = tempfile.mkstemp(suffix=".sqlite")
    os.close(handle)
    os.unlink(path)
    data = sqlite3.connect(path)
    data.execute("pragma page_size = 1024")
    data.execute("create table staff (warrant_no text, name text, note text)")
    data.executemany("insert into staff values (?, ?, ?)", ((str(100_000 + at), "Ada Example", "x" * (at % 40)) for at in range(2000)))
    data.execute("insert into staff values ('1', 'Ben Sample', ?)", ("long " * 2000,))
    data.execute("create index i on staff (name)")
    data.commit()
    data.close()
    with open(path, "rb") as file:
        out = file.read()
    os.unlink(path)
    return out


def databases():
    whole = database()
    size = 1024
    interior = [at for at in range(0, len(whole), size) if whole[at + (100 if at == 0 else 0)] == 5]
    root = interior[0]

    def bent(*patches):
        out = bytearray(whole)
        for at, data in patches:
            out[at:at + len(data)] = data
        return bytes(out)
    cells = [root + int.from_bytes(whole[root + 12 + 2 * at:root + 14 + 2 * at], "big") for at in range(int.from_bytes(whole[root + 3:root + 5], "big"))]
    yield "right-of-itself", bent((root + 8, be(root // size + 1)))
    yield "children-of-themselves", bent(*[(cell, be(root // size + 1)) for cell in cells])
    yield "cells-at-one-place", bent((root + 12, whole[root + 12:root + 14] * 200))
    yield "cells-65535", bent((root + 3, b"\xff\xff"))
    leaves = [at for at in range(0, len(whole), size) if whole[at] == 13]
    yield "leaves-are-branches", bent(*[(leaf, b"\5") for leaf in leaves])
    yield "page-size-1", bent((16, be(1, size=2)))
    yield "page-size-3", bent((16, be(3, size=2)))
    yield "page-size-512", bent((16, be(512, size=2)))
    yield "reserved-255", bent((20, b"\xff"))
    yield "free-in-a-circle", bent((32, be(2, 0xFFFFFFFF)))
    yield "payload-of-all", bent(*[(leaf + int.from_bytes(whole[leaf + 8:leaf + 10], "big"), b"\xff" * 8 + b"\x7f") for leaf in leaves])
    chains = whole.rfind(b"long long")
    page = chains // size * size
    yield "overflow-in-a-circle", bent(*[(at, be(at // size + 1)) for at in range(size, len(whole), size) if whole[at + 4:at + 9] in (b"long ", b"ong l", b"ng lo", b"g lon", b" long")], (page, be(page // size + 1)))
    yield "schema-endless", bent((100, whole[root:root + 12]), (108, be(1)))
    yield "utf16-oddly", bent((56, be(3)))
    yield "encoding-99", bent((56, be(99)))
    yield "header-only", whole[:100]
    many = sqlite3.connect(":memory:")
    for at in range(3000):
        many.execute(f"create table t{at} (a)")
    many.execute("create table wide (" + ", ".join(f"c{at}" for at in range(1900)) + ")")
    yield "tables-3000", many.serialize()


# --- pictures

def png(chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(be(len(body)) + kind + body + be(zlib.crc32(kind + body)) for kind, body in chunks)


def head(width, height, depth=8, kind=0, interlaced=0):
    return b"IHDR", be(width, height) + bytes([depth, kind, 0, 0, interlaced])


def jpeg(segments, tail=b""):
    return b"\xff\xd8" + b"".join(b"\xff" + bytes([kind]) + be(len(body) + 2, size=2) + body for kind, body in segments) + tail + b"\xff\xd9"


def pictures():
    end = (b"IEND", b"")
    yield "65535.png", png([head(65_535, 65_535), (b"IDAT", zlib_bomb(64)), end])
    yield "4-GiB.png", png([head(65_535, 65_535), (b"IDAT", zlib_bomb(4096)), end])
    yield "2-billion.png", png([head(0x7FFFFFFF, 0x7FFFFFFF, 16, 6, 1), (b"IDAT", zlib_bomb(4)), end])
    yield "rgba16-20000.png", png([head(20_000, 20_000, 16, 6), (b"IDAT", zlib_bomb(1024)), end])
    yield "interlaced-bomb.png", png([head(20_000, 20_000, 8, 2, 1), (b"IDAT", zlib_bomb(1200)), end])
    yield "text-bomb.png", png([head(1, 1), (b"zTXt", b"Comment\0\0" + zlib_bomb(1024)), (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib_bomb(1024)), (b"iCCP", b"x\0\0" + zlib_bomb(1024)), end])
    yield "chunk-of-4-GiB.png", png([head(9, 9)]) + b"\xff\xff\xff\xffIDAT" + bytes(999)
    yield "nothing-wide.png", png([head(0, 65_535), (b"IDAT", zlib.compress(b"")), end])
    frame = b"!\xf9\4\0\0\0\0\0," + le(0, 0, 1, 1, size=2) + b"\0\2\2\x44\1\0"
    yield "frames-100000.gif", b"GIF89a" + le(1, 1, size=2) + b"\x80\0\0" + bytes(6) + frame * 100_000 + b";"
    yield "65535.gif", b"GIF89a" + le(65_535, 65_535, size=2) + b"\x80\0\0" + bytes(6) + b"," + le(0, 0, 65_535, 65_535, size=2) + b"\0\2\2\x44\1\0;"
    yield "frames-65535.gif", b"GIF89a" + le(65_535, 65_535, size=2) + b"\x80\0\0" + bytes(6) + (b"," + le(0, 0, 65_535, 65_535, size=2) + b"\0\2\2\x44\1\0") * 3000 + b";"
    yield "code-size-255.gif", b"GIF89a" + le(9, 9, size=2) + b"\x80\0\0" + bytes(6) + b"," + le(0, 0, 9, 9, size=2) + b"\0\xff" + (b"\xff" + bytes(255)) * 4000 + b"\0;"
    quant, table = (0xDB, b"\0" + b"\1" * 64), (0xC4, b"\0" + b"\1" + bytes(15) + b"\0")
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0"
    for name, kind in (("baseline", 0xC0), ("progressive", 0xC2), ("lossless", 0xC3), ("arithmetic", 0xC9)):
        yield f"65535-{name}.jpg", jpeg([quant, (kind, b"\x08\xff\xff\xff\xff\1\1\x11\0"), table], scan + bytes(4000))
    yield "scans-3000.jpg", jpeg([quant, (0xC2, b"\x08" + be(2000, 2000, size=2) + b"\1\1\x11\0"), table], scan * 3000)
    yield "huge-scans.jpg", jpeg([quant, (0xC2, b"\x08" + be(16_000, 16_000, size=2) + b"\3\1\x44\0\2\x11\0\3\x11\0"), table], b"\xff\xda\0\x0c\3\1\0\2\0\3\0\0\0\0" * 400)
    yield "no-width.jpg", jpeg([quant, (0xC0, b"\x08\0\0\0\0\0"), table], scan)
    yield "sampling-0.jpg", jpeg([quant, (0xC0, b"\x08" + be(9, 9, size=2) + b"\1\1\0\0"), table], scan + bytes(99))
    loops = tiff([(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0x014A, 4, 1, 8), (0x010E, 2, 0xFFFFFFFF, 8)], following=8)
    yield "exif-in-a-circle.jpg", jpeg([(0xE1, b"Exif\0\0" + loops)])
    yield "circle.tif", loops
    yield "directories-100000.tif", b"II*\0\x08\0\0\0" + b"".join(b"\1\0" + le(0x8769, 4, size=2) + le(1, 8 + 18 * at) + le(8 + 18 * (at + 1)) for at in range(100_000))
    yield "strips-4-billion.tif", tiff([(0x0100, 4, 1, 65_535), (0x0101, 4, 1, 65_535), (0x0102, 3, 1, 8), (0x0103, 3, 1, 1), (0x0111, 4, 0xFFFFFFFF, 8), (0x0116, 4, 1, 1), (0x0117, 4, 0xFFFFFFFF, 8)], bytes(999))
    for name, packing in (("none", 1), ("lzw", 5), ("deflate", 8), ("packbits", 32773), ("ccitt", 4), ("jpeg", 7)):
        yield f"65535-{name}.tif", tiff([(0x0100, 4, 1, 65_535), (0x0101, 4, 1, 65_535), (0x0102, 3, 1, 8), (0x0103, 3, 1, packing), (0x0106, 3, 1, 1), (0x0111, 4, 1, 200), (0x0115, 3, 1, 4), (0x0116, 4, 1, 65_535), (0x0117, 4, 1, 70_000)], bytes(200) + zlib_bomb(64))
    yield "tiles.tif", tiff([(0x0100, 4, 1, 0xFFFFFFFF), (0x0101, 4, 1, 0xFFFFFFFF), (0x0102, 3, 1, 8), (0x0103, 3, 1, 1), (0x0142, 4, 1, 1), (0x0143, 4, 1, 1), (0x0144, 4, 1, 8), (0x0145, 4, 1, 9)], bytes(99))
    bmp = craft.bmp()
    yield "negative.bmp", bmp[:18] + le(-1, -0x80000000) + bmp[26:]
    yield "65535.bmp", bmp[:18] + le(65_535, 65_535) + bmp[26:]
    yield "packed.bmp", bmp[:18] + le(30_000, 30_000) + le(1, 8, size=2) + le(1) + bmp[34:54] + bytes(1024) + b"\xff\1" * 100_000
    yield "colours-4-billion.bmp", bmp[:28] + le(8, size=2) + bmp[30:46] + le(0xFFFFFFFF, 0xFFFFFFFF) + bmp[54:]
    canvas = b"VP8X" + le(10) + b"\x10\0\0\0\xff\xff\xff\xff\xff\xff"
    yield "canvas.webp", b"RIFF" + le(4 + len(canvas) + 30) + b"WEBP" + canvas + b"VP8L" + le(20) + b"\x2f\xff\xff\xff\x0f" + bytes(15)
    yield "lossless-16383.webp", b"RIFF" + le(4000) + b"WEBPVP8L" + le(3990) + b"\x2f\xff\xff\xff\x0f" + bytes(3985)
    yield "frames.webp", b"RIFF" + le(0xFFFFFFFF) + b"WEBP" + canvas + (b"ANMF" + le(24) + bytes(24)) * 50_000
    heic = craft.heic()
    yield "places-65535.heic", heic.replace(b"\x44\0" + be(1, size=2), b"\x88\xff" + be(65_535, size=2))
    yield "boxes-deep.heic", be(24) + b"ftypheic\0\0\0\0mif1heic" + b"\0\0\0\0meta\0\0\0\0" * 100_000
    yield "boxes-empty.heic", be(24) + b"ftypheic\0\0\0\0mif1heic" + (b"\0\0\0\x08free") * 300_000
    yield "box-of-all.heic", be(24) + b"ftypheic\0\0\0\0mif1heic" + be(1) + b"meta" + b"\x7f" + b"\xff" * 7 + bytes(99)
    yield "record-of-nothing.emf", craft.emf("x")[:88] + le(84, 0) * 9
    yield "texts-100000.emf", craft.emf(*["Ada Example"] * 60_000)
    yield "text-of-4-GiB.emf", craft.emf("write to").replace(le(10, 20, 8), le(10, 20, 0xFFFFFFFF))
    yield "record-of-nothing.wmf", craft.wmf("x")[:18] + le(0) * 99
    yield "record-of-8-GiB.wmf", craft.wmf("x")[:18] + le(0xFFFFFFFF) * 99
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(10)) + b"]>"
    yield "laughs.jpg", jpeg([(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + laughs + b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>&k;</x:xmpmeta>")])
    yield "deep-xmp.jpg", jpeg([(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<a>" * 20_000)])
    yield "segments-extended.jpg", jpeg([(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + be(0xFFFFFFFF, 0xFFFFFFF0) + b"x" * 100)] * 3000)
    yield "iptc-lies.jpg", jpeg([(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0" + be(0xFFFFFFFF) + b"\x1c\2\x50\xff\xff\xff\xff\xff\xff" * 5000)])


def all_evil(small=False):
    for name, data in pdfs():
        yield "document/pdf", name + ".pdf", data
    for name, kind, data in compounds():
        yield kind, name, data
    for name, data in [*sheets(), *xlsbs()]:
        yield "document/workbook", name, data
    for name, data in databases():
        yield "document/sqlite", name + ".sqlite", data
    for name, data in pictures():
        yield ("document/metafile" if name.endswith("mf") else "document/image"), name, data
    dbf = craft.dbf()
    yield "document/dbf", "records-4-billion.dbf", dbf[:4] + le(0xFFFFFFFF) + dbf[8:]
    yield "document/dbf", "records-of-nothing.dbf", dbf[:4] + le(0xFFFFFFFF) + dbf[8:10] + le(0, size=2) + dbf[12:]
    yield "document/dbf", "records-of-one.dbf", dbf[:4] + le(0xFFFFFFFF) + dbf[8:10] + le(1, size=2) + dbf[12:]
    yield "document/dbf", "head-of-65535.dbf", dbf[:8] + le(65_535, size=2) + dbf[10:]
    field = dbf[32:64]
    yield "document/dbf", "fields-2000.dbf", dbf[:8] + le(32 + 32 * 2000 + 1, 65_535, size=2) + dbf[12:32] + field * 2000 + b"\r" + b" " * 300_000
    footer = lambda body: b"PAR1" + body + le(len(body)) + b"PAR1"  # noqa: E731
    yield "document/parquet", "footer-of-4-GiB.parquet", b"PAR1" + bytes(99) + le(0xFFFFFFFF) + b"PAR1"
    yield "document/parquet", "structs-deep.parquet", footer(b"\x1c" * 300_000)
    yield "document/parquet", "lists-deep.parquet", footer(b"\x19" * 300_000)
    yield "document/parquet", "list-of-4-billion.parquet", footer(b"\x15\2\x19\xfc\xff\xff\xff\xff\x0f" + bytes(99))
    yield "document/biometric", "faces.fmr", b"FMR\0 20\0" + b"\xff" * 100_000
    yield "document/pst", "heads.pst", craft.pst_head() + struct.pack("<Q", 1 << 63) * 9000
