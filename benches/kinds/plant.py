"""Plants one made-up e-mail address in each of many kinds of file, with the writers that people use.

    python3 plant.py OUT

The first 35 are the kinds by which other tools were measured; the rest came later. Needs openpyxl, xlwt, python-docx, python-pptx, reportlab,
pillow, pyarrow, py7zr, odfpy. Each file has its own address, so that nothing is found by being somewhere else.
"""
import base64
import bz2
import email.message
import gzip
import io
import lzma
import os
import sqlite3
import sys
import tarfile
import zipfile

OUT = sys.argv[1]
MADE = []


def plant(key):
    return f"plant.{key}@cards-quillfeather.org"


def said(key):
    return f"Please write to {plant(key)} about the cards.\n"


def put(name, data):
    MADE.append(name)
    with open(os.path.join(OUT, name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())


def saved(document):
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def book(key, state="visible", comment=False):
    import openpyxl
    from openpyxl.comments import Comment
    made = openpyxl.Workbook()
    made.active.append(["month", "cards"])
    made.active.append(["May", 12])
    if comment:
        made.active["A2"].comment = Comment(said(key), "desk")
        return saved(made)
    sheet = made.create_sheet("rows")
    sheet.append(["contact", "cards"])
    sheet.append([plant(key), 3])
    sheet.sheet_state = state
    return saved(made)


def xls(key):
    import xlwt
    made = xlwt.Workbook()
    made.add_sheet("rows").write(0, 0, plant(key))
    return saved(made)


def docx(key, where):
    import docx as writer
    document = writer.Document()
    document.add_paragraph("Order")
    if where == "body":
        document.add_paragraph(said(key))
    elif where == "table":
        document.add_table(1, 2).rows[0].cells[1].text = plant(key)
    else:
        document.sections[0].header.paragraphs[0].text = said(key)
    return saved(document)


def pptx(key):
    import pptx as writer
    deck = writer.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = said(key)
    return saved(deck)


def pdf(key, picture=None):
    from reportlab.pdfgen import canvas
    from reportlab.lib.utils import ImageReader
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    if picture is None:
        page.drawString(72, 700, said(key).strip())
    else:
        page.drawImage(ImageReader(picture), 40, 400, width=500, height=500 * picture.height / picture.width)
    page.save()
    return buffer.getvalue()


def picture(key):
    from PIL import Image, ImageDraw, ImageFont
    made = Image.new("RGB", (1400, 260), "white")
    font = ImageFont.load_default(36)
    draw = ImageDraw.Draw(made)
    draw.text((40, 60), "Please write to", fill="black", font=font)
    draw.text((40, 130), plant(key), fill="black", font=font)
    return made


def sqlite(key):
    path = os.path.join(OUT, "tmp.sqlite")
    base = sqlite3.connect(path)
    base.execute("create table contacts (id integer primary key, mail text)")
    base.execute("insert into contacts (mail) values (?)", (plant(key),))
    base.commit()
    base.close()
    data = open(path, "rb").read()
    os.remove(path)
    return data


def parquet(key, compression, rows):
    import pyarrow
    import pyarrow.parquet
    table = pyarrow.table({"contact": [plant(key)] * rows, "cards": list(range(rows))})
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, compression=compression, use_dictionary=True)
    return buffer.getvalue()


def packed(*members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def tar(name, data):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def seven(name, data):
    import py7zr
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        archive.writestr(data, name)
    return buffer.getvalue()


def mail(key, how):
    message = email.message.EmailMessage()
    message["Subject"] = "Order"
    if how == "attachment":
        message.set_content("See the file.")
        message.add_attachment(said(key).encode(), maintype="application", subtype="octet-stream", filename="order.txt")
    else:
        message.set_content(said(key), cte="base64")
    return bytes(message)


def odt(key):
    from odf.opendocument import OpenDocumentText
    from odf.text import P
    document = OpenDocumentText()
    document.text.addElement(P(text=said(key)))
    return saved(document)


def ods(key):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P
    document = OpenDocumentSpreadsheet()
    table, row, cell = Table(name="rows"), TableRow(), TableCell()
    cell.addElement(P(text=plant(key)))
    row.addElement(cell)
    table.addElement(row)
    document.spreadsheet.addElement(table)
    return saved(document)


def entities(text):
    return "".join(f"&#{ord(c)};" for c in text)


def jpeg(key):
    buffer = io.BytesIO()
    picture(key).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def png(key):
    buffer = io.BytesIO()
    picture(key).save(buffer, "PNG")
    return buffer.getvalue()


def exif(key):
    from PIL import Image
    made = Image.new("RGB", (80, 80), "grey")
    tags = made.getexif()
    tags[0x013B] = plant(key)
    buffer = io.BytesIO()
    made.save(buffer, "JPEG", exif=tags)
    return buffer.getvalue()


def main():
    os.makedirs(OUT, exist_ok=True)
    b64 = base64.b64encode
    put("plain.txt", said("txt"))
    put("table.csv", f"contact,cards\n{plant('csv')},3\n")
    put("o.json", '{"order": {"contact": "%s"}}' % plant("json"))
    put("utf16.txt", said("utf16").encode("utf-16"))
    put("latin1.txt", ("Caf\u00e9. " + said("latin1")).encode("latin-1"))
    put("a.xlsx", book("xlsx"))
    put("hidden.xlsx", book("xlsxhidden", "hidden"))
    put("veryhidden.xlsx", book("xlsxveryhidden", "veryHidden"))
    put("comment.xlsx", book("xlsxcomment", comment=True))
    put("a.docx", docx("docx", "body"))
    put("table.docx", docx("docxtable", "table"))
    put("header.docx", docx("docxheader", "header"))
    put("a.pptx", pptx("pptx"))
    put("a.pdf", pdf("pdf"))
    put("scan.png", png("png"))
    put("scan.jpg", jpeg("jpg"))
    put("scanned.pdf", pdf("pdfscan", picture("pdfscan")))
    put("a.sqlite", sqlite("sqlite"))
    put("snappy.parquet", parquet("parquetsnappy", "snappy", 1000))
    put("none.parquet", parquet("parquetnone", "none", 1))
    put("a.zip", packed(("a.txt", said("zip"))))
    put("nested3.zip", packed(("b.zip", packed(("c.zip", packed(("a.txt", said("zipzip"))))))))
    put("xlsx_in.zip", packed(("a.xlsx", book("zipxlsx"))))
    put("a.tar.gz", tar("a.txt", said("targz").encode()))
    put("a.txt.gz", gzip.compress(said("gz").encode()))
    put("a.txt.bz2", bz2.compress(said("bz2").encode()))
    put("a.txt.xz", lzma.compress(said("xz").encode()))
    put("a.7z", seven("a.txt", said("7z")))
    put("attach.eml", mail("emlattach", "attachment"))
    put("b64body.eml", mail("emlbody", "body"))
    put("b64.yaml", "kind: Secret\ndata:\n  contact: " + b64(said("b64").encode()).decode() + "\n")
    put("entity.html", "<html><body><p>Write to " + entities(plant("htmlentity")) + "</p></body></html>")
    local, domain = plant("rtf").split("@")
    put("a.rtf", r"{\rtf1\ansi {\fonttbl{\f0 Arial;}}\f0 Write to {\b " + local + r"}\'40" + domain + r" now.\par}")
    put("renamed.dat", book("renamedxlsx"))
    put("a.odt", odt("odt"))
    measured = len(MADE)
    put("a.xls", xls("xls"))
    put("a.ods", ods("ods"))
    put("utf16be.csv", ("contact\tcards\n%s\t3\n" % plant("utf16be")).encode("utf-16-be"))
    put("bom.txt", b"\xef\xbb\xbf" + said("bom").encode())
    put("rows.jsonl", '{"contact": "%s", "cards": 3}\n' % plant("jsonl"))
    put("dump.sql", "INSERT INTO contacts (id, mail) VALUES (1, '%s');\n" % plant("sql"))
    put("copy.sql", "COPY contacts (id, mail) FROM stdin;\n1\t%s\n\\.\n" % plant("copy"))
    put("a.mbox", b"From desk Mon Jan  1 00:00:00 2024\n" + mail("mbox", "attachment"))
    put("a.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Desk\nEMAIL:%s\nEND:VCARD\n" % plant("vcf"))
    put("a.xml", '<order contact="%s"/>' % plant("xml"))
    put("a.toml", 'contact = "%s"\n' % plant("toml"))
    put("a.ini", "[order]\ncontact = %s\n" % plant("ini"))
    put("quoted.eml", mail("quoted", "attachment").replace(b"See the file.", b"Write to plant.quoted=40cards-quillfeather.org"
                                                           ).replace(b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: quoted-printable"))
    put("author.jpg", exif("exif"))
    put("access.log", '203.0.113.9 - - [01/Jan/2024:00:00:00 +0000] "GET /find?contact=%s HTTP/1.1" 200 12\n' % plant("log").replace("@", "%40") * 3)
    put("renamed.txt", packed(("a.txt", said("renamedzip"))))
    put("json.json", '{"data": "%s"}' % b64(said("jsonb64").encode()).decode())
    with open(os.path.join(OUT, "..", "kinds.txt"), "w") as listing:
        listing.write(f"{measured}\n" + "".join(name + "\n" for name in MADE))
    print(f"{len(MADE)} files in {OUT}, the first {measured} as others were measured")


main()
