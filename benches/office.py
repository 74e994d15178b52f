#!/usr/bin/env python3
"""Makes office files as people have them: letters (docx) of some pages and workbooks (xlsx) of some hundred rows about made-up people. One seed, one
tree. It must not need more than Python.

    benches/office.py OUT --files 400 [--seed 7]
"""
import argparse
import os
import random
import zipfile
from xml.sax.saxutils import escape

from tree import letter, person

WHEN = (2026, 1, 1, 0, 0, 0)
WORDS = (
    "the card desk asks every office to hand in what is old before what is new is printed and to say on the form which tray ribbon and sleeve were used so that "
    "stock can be ordered in time nobody needs to come in person a note by internal post is enough and the courier collects on the second day of each week"
).split()
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{}</Types>'
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
TIE = '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
PART = '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.{}+xml"/>'


def packed(place, members):
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, WHEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)


def docx(place, draw):
    body = []
    for _ in range(draw.randrange(40, 160)):
        text = letter(draw) if draw.random() < 0.1 else " ".join(draw.choices(WORDS, k=draw.randrange(20, 120))).capitalize() + "."
        body.append(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>")
    main = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{"".join(body)}</w:body></w:document>'
    packed(place, {
        "[Content_Types].xml": TYPES.format(PART.format("word/document.xml", "wordprocessingml.document.main")),
        "_rels/.rels": RELS.format(TIE.format("officeDocument", "word/document.xml")),
        "word/document.xml": main,
    })


def xlsx(place, draw):
    rows = [["warrant_number", "surname", "forename", "rank", "date_of_birth", "email", "mobile", "remark"]]
    for one in (person(draw) for _ in range(draw.randrange(50, 800))):
        rows.append([one["warrant"], one["last"], one["first"], one["rank"], one["born"], one["mail"], one["phone"], " ".join(draw.choices(WORDS, k=6))])
    cells = "".join("<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' for text in row) + "</row>" for row in rows)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ties = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    packed(place, {
        "[Content_Types].xml": TYPES.format(PART.format("xl/workbook.xml", "spreadsheetml.sheet.main") + PART.format("xl/worksheets/sheet1.xml", "spreadsheetml.worksheet")),
        "_rels/.rels": RELS.format(TIE.format("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {space} {ties}><sheets><sheet name="Cards" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": RELS.format(TIE.format("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f"<worksheet {space}><sheetData>{cells}</sheetData></worksheet>",
    })


def make(out, files, seed=7):
    draw = random.Random(seed)
    os.makedirs(out, exist_ok=True)
    for number in range(files):
        kind = docx if number % 2 == 0 else xlsx
        kind(os.path.join(out, f"{number:05}.{kind.__name__}"), draw)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    make(args.out, args.files, args.seed)


if __name__ == "__main__":
    main()
