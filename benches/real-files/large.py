"""Makes one large file of each of many formats, a register of made-up people with some prose, for throughput.

    python3 large.py OUT [rows]        # then others.py OUT and the example `reading`, as for real files

Needs openpyxl, reportlab and pyarrow for xlsx, pdf and parquet; what is not installed is left out. One number of rows, one tree.
"""
import email.message
import os
import random
import sqlite3
import sys
import zipfile

OUT = sys.argv[1]
ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 50_000
GIVEN = "Ada Ben Chloe Dev Erin Femi Grace Hugo Ines Jamal Kiran Leila Mei Niamh Omar Priya".split()
FAMILY = "Example Sampleson Testerton Mockford Placeholder Fictwell Madeup Inventson".split()
HEADER = ["warrant_no", "name", "rank", "station", "email", "note"]


def rows():
    random.seed(7)
    for index in range(ROWS):
        given, family = random.choice(GIVEN), random.choice(FAMILY)
        number = 400_000 + index
        yield [str(number), f"{given} {family}", random.choice(["PC", "PS", "Insp"]), random.choice(["North", "South", "West"]),
               f"{given}.{family}{index}@cards-quillfeather.org".lower(), "card printed and sent to the station on the usual round"]


def put(name, text):
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as file:
        file.write(text)


def packed(name, members):
    with zipfile.ZipFile(os.path.join(OUT, name), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in members:
            # OpenDocument wants its type in the open
            archive.writestr(path, text, zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED)


def sheet():
    import openpyxl
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("cards")
    page.append(HEADER)
    for row in rows():
        page.append(row)
    book.save(os.path.join(OUT, "large.xlsx"))


def letter():
    body = "".join(f"<w:p><w:r><w:t>{' '.join(row)}</w:t></w:r></w:p>" for row in rows())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    types = ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
             '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
    relations = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
                 'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
    packed("large.docx", [("[Content_Types].xml", types), ("_rels/.rels", relations),
                          ("word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}<w:sectPr/></w:body></w:document>')])


def open_document(name, kind, body):
    names = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "text", "table"))
    packed(name, [("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
                  ("content.xml", f"<office:document-content {names}><office:body>{body}</office:body></office:document-content>")])


def pages():
    from reportlab.pdfgen import canvas
    page = canvas.Canvas(os.path.join(OUT, "large.pdf"))
    page.setFont("Helvetica", 7)
    for index, row in enumerate(rows()):
        if index % 90 == 89:
            page.showPage()
            page.setFont("Helvetica", 7)
        page.drawString(30, 820 - 9 * (index % 90), "  ".join(row))
    page.save()


def base():
    path = os.path.join(OUT, "large.sqlite")
    if os.path.exists(path):
        os.remove(path)
    data = sqlite3.connect(path)
    data.execute(f"create table cards ({', '.join(HEADER)})")
    data.executemany("insert into cards values (?,?,?,?,?,?)", rows())
    data.commit()


def columns():
    import pyarrow
    import pyarrow.parquet
    table = pyarrow.table(dict(zip(HEADER, zip(*rows()))))
    pyarrow.parquet.write_table(table, os.path.join(OUT, "large.parquet"))


def mail():
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@cards-quillfeather.org", "store@cards-quillfeather.org", "Cards"
    message.set_content("".join(" ".join(row) + "\n" for row in rows()))
    put("large.eml", bytes(message).decode())


def main():
    os.makedirs(OUT, exist_ok=True)
    for make in (sheet, pages, columns):
        try:
            make()
        except ImportError as missing:
            print(f"left out: {make.__name__}: {missing}", file=sys.stderr)
    letter()
    base()
    mail()
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    table = "".join("<table:table-row>" + "".join(map(cell.format, row)) + "</table:table-row>" for row in [HEADER, *rows()])
    open_document("large.ods", "spreadsheet", f'<office:spreadsheet><table:table table:name="cards">{table}</table:table></office:spreadsheet>')
    open_document("large.odt", "text", "<office:text>" + "".join(f"<text:p>{' '.join(row)}</text:p>" for row in rows()) + "</office:text>")
    put("large.rtf", r"{\rtf1\ansi " + "".join(" ".join(row) + "\\par\n" for row in rows()) + "}")
    line = "<tr>" + "<td>{}</td>" * 6 + "</tr>\n"
    put("large.html", "<html><body><table>" + line.format(*HEADER) + "".join(line.format(*row) for row in rows()) + "</table></body></html>")
    put("large.vcf", "".join(f"BEGIN:VCARD\nVERSION:3.0\nFN:{row[1]}\nN:{row[1].split()[1]};{row[1].split()[0]};;;\nEMAIL:{row[4]}\nEND:VCARD\n" for row in rows()))
    put("large.csv", "".join(",".join(row) + "\n" for row in [HEADER, *rows()]))


main()
