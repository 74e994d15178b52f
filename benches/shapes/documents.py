"""Letters, books, slides, pages, mails."""
import base64
import io
import zlib

from . import HEADER, count, fill, person, row, shape
from .tables import OFFICE, RELATIONS, TYPES, open_document, packed
from .text import prose, wall

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body, styles="", more=(), relations=""):
    types = TYPES.replace("/xl/workbook.xml", "/word/document.xml").replace("spreadsheetml.sheet.main", "wordprocessingml.document.main")
    members = [("[Content_Types].xml", types), ("_rels/.rels", RELATIONS.format(f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>')),
               ("word/document.xml", f'<w:document xmlns:w="{WORD}" xmlns:r="{OFFICE}"><w:body>{body}<w:sectPr/></w:body></w:document>')]
    if styles:
        relations += f'<Relationship Id="rIdS" Type="{OFFICE}/styles" Target="styles.xml"/>'
        members.append(("word/styles.xml", f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>'))
    if relations:
        members.append(("word/_rels/document.xml.rels", RELATIONS.format(relations)))
    return packed(members + list(more))


def par(text, props=""):
    return f"<w:p>{props}<w:r><w:t>{text}</w:t></w:r></w:p>"


def line(cells):
    return "<w:tr>" + "".join(f"<w:tc>{par(text)}</w:tc>" for text in cells) + "</w:tr>"


def people(rows):
    return [HEADER.strip().split(",")] + [person(i) for i in range(rows)]


DOCX = {
    "paragraphs": lambda n: docx("".join(par(prose(i)) for i in range(count(n, 130)))),
    "table of people": lambda n: docx("<w:tbl>" + "".join(map(line, people(count(n, 300)))) + "</w:tbl>"),
    "one row of many cells": lambda n: docx("<w:tbl>" + line(str(i) for i in range(count(n, 55))) + "</w:tbl>"),
    "many tables": lambda n: docx(("<w:tbl>" + line("ab") + line("cd") + "</w:tbl>") * count(n, 250)),
    "tables within tables": lambda n: docx("<w:tbl><w:tr><w:tc>" * count(n, 45) + par("x") + "</w:tc></w:tr></w:tbl>" * count(n, 45)),
    "tables within tables, forty levels": lambda n: docx(("<w:tbl><w:tr><w:tc>" * 40 + par("x") + "</w:tc></w:tr></w:tbl>" * 40) * count(n, 1840)),
    "runs of one letter": lambda n: docx("<w:p>" + "<w:r><w:t>a</w:t></w:r>" * count(n, 23) + "</w:p>"),
    "one long run": lambda n: docx(par("word " * (n // 5))),
    "tabs": lambda n: docx("<w:p><w:r>" + "<w:tab/>" * count(n, 8) + "</w:r></w:p>"),
    "many styles": lambda n: docx("".join(par("x", f'<w:pPr><w:pStyle w:val="s{i}"/></w:pPr>') for i in range(count(n, 200))), "".join(f'<w:style w:styleId="s{i}"><w:basedOn w:val="s{i + 1}"/><w:rPr><w:b/></w:rPr></w:style>' for i in range(count(n, 200)))),
    "hidden runs": lambda n: docx("<w:p>" + "".join(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{person(i)[3]}</w:t></w:r>" for i in range(count(n, 90))) + "</w:p>"),
    "insertions and deletions": lambda n: docx("<w:p>" + "".join(f'<w:del w:id="{i}" w:author="Ada"><w:r><w:delText>{person(i)[3]}</w:delText></w:r></w:del>' for i in range(count(n, 110))) + "</w:p>"),
    "fields": lambda n: docx("<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>MERGEFIELD x</w:instrText></w:r>' * count(n, 100) + "</w:p>"),
    "text boxes": lambda n: docx("<w:p><w:r>" + "<w:txbxContent>" + par("x") + "</w:txbxContent>" * 1 + "</w:r></w:p>" if n < 100 else "".join(f"<w:p><w:r><w:txbxContent>{par('x')}</w:txbxContent></w:r></w:p>" for _ in range(count(n, 90)))),
    "links": lambda n: docx("".join(f'<w:p><w:hyperlink r:id="r{i}"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>' for i in range(count(n, 240))),
                            relations="".join(f'<Relationship Id="r{i}" Type="{OFFICE}/hyperlink" Target="mailto:{person(i)[3]}" TargetMode="External"/>' for i in range(count(n, 240)))),
    "many comments": lambda n: docx(par("x"), relations=f'<Relationship Id="r1" Type="{OFFICE}/comments" Target="comments.xml"/>',
                                    more=[("word/comments.xml", f'<w:comments xmlns:w="{WORD}">' + "".join(f'<w:comment w:id="{i}" w:author="Ada">{par(person(i)[3])}</w:comment>' for i in range(count(n, 130))) + "</w:comments>")]),
    "many headers": lambda n: docx(par("x"), relations="".join(f'<Relationship Id="r{i}" Type="{OFFICE}/header" Target="header{i}.xml"/>' for i in range(count(n, 400))),
                                   more=[(f"word/header{i}.xml", f'<w:hdr xmlns:w="{WORD}">{par("x")}</w:hdr>') for i in range(count(n, 400))]),
    "spans over columns": lambda n: docx("<w:tbl>" + ('<w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000"/></w:tcPr>' + par("x") + "</w:tc></w:tr>") * count(n, 110) + "</w:tbl>"),
}
for name, make in DOCX.items():
    shape("docx", name, "letter.docx", packed=True)(make)

DRAW = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'


def pptx(slides):
    types = TYPES.replace("/xl/workbook.xml", "/ppt/presentation.xml").replace("spreadsheetml.sheet.main", "presentationml.presentation.main")
    relations = "".join(f'<Relationship Id="rId{i}" Type="{OFFICE}/slide" Target="slides/slide{i}.xml"/>' for i in range(1, len(slides) + 1))
    ids = "".join(f'<p:sldId id="{255 + i}" r:id="rId{i}"/>' for i in range(1, len(slides) + 1))
    return packed([("[Content_Types].xml", types), ("_rels/.rels", RELATIONS.format(f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="ppt/presentation.xml"/>')),
                   ("ppt/presentation.xml", f'<p:presentation {DRAW} xmlns:r="{OFFICE}"><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>'), ("ppt/_rels/presentation.xml.rels", RELATIONS.format(relations))]
                  + [(f"ppt/slides/slide{i}.xml", f"<p:sld {DRAW}><p:cSld><p:spTree>{body}</p:spTree></p:cSld></p:sld>") for i, body in enumerate(slides, 1)])


def box(text):
    return f"<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


shape("pptx", "many slides", "show.pptx", packed=True)(lambda n: pptx([box(person(i)[3]) for i in range(count(n, 600))]))
shape("pptx", "many boxes", "show.pptx", packed=True)(lambda n: pptx(["".join(box(person(i)[3]) for i in range(count(n, 100)))]))
shape("pptx", "groups within groups", "show.pptx", packed=True)(lambda n: pptx(["<p:grpSp>" * count(n, 21) + box("x") + "</p:grpSp>" * count(n, 21)]))

shape("odt", "paragraphs", "letter.odt", packed=True)(lambda n: open_document("text", "<office:text>" + "".join(f"<text:p>{prose(i)}</text:p>" for i in range(count(n, 110))) + "</office:text>"))
shape("odt", "spans of one letter", "letter.odt", packed=True)(lambda n: open_document("text", "<office:text><text:p>" + "<text:span>a</text:span>" * count(n, 24) + "</text:p></office:text>"))
shape("odt", "lists within lists", "letter.odt", packed=True)(lambda n: open_document("text", "<office:text>" + "<text:list><text:list-item>" * count(n, 55) + "</text:list-item></text:list>" * count(n, 55) + "</office:text>"))
shape("odt", "repeated blanks", "letter.odt", packed=True)(lambda n: open_document("text", "<office:text><text:p>" + '<text:s text:c="1000"/>' * count(n, 1000) + "</text:p></office:text>"))
shape("odt", "hidden styles", "letter.odt", packed=True)(lambda n: open_document("text", "<office:text>" + "".join(f'<text:p text:style-name="s{i}">x</text:p>' for i in range(count(n, 200))) + "</office:text>",
                                                                              styles="<office:automatic-styles>" + "".join(f'<style:style style:name="s{i}" style:family="paragraph" style:parent-style-name="s{i + 1}"/>' for i in range(count(n, 200))) + "</office:automatic-styles>"))

RTF = {
    "paragraphs": lambda n: fill(lambda i: prose(i) + "\\par\n", n, before="{\\rtf1\\ansi ", after="}"),
    "open groups": lambda n: fill("{", n, before="{\\rtf1\\ansi "),
    "groups": lambda n: fill("{", n // 2, before="{\\rtf1\\ansi ") + fill("}", n // 2),
    "closes": lambda n: fill("}", n, before="{\\rtf1\\ansi "),
    "small groups": lambda n: fill("{\\b a}", n, before="{\\rtf1\\ansi ", after="}"),
    "control words": lambda n: fill("\\b0", n, before="{\\rtf1\\ansi ", after="}"),
    "hex signs": lambda n: fill("\\'e4", n, before="{\\rtf1\\ansi ", after="}"),
    "unicode signs": lambda n: fill("\\u8364?", n, before="{\\rtf1\\ansi ", after="}"),
    "cells": lambda n: fill("a\\cell ", n, before="{\\rtf1\\ansi \\trowd ", after="\\row}"),
    "rows": lambda n: fill("\\trowd\\cellx100\\cellx200 a\\cell b\\cell\\row\n", n, before="{\\rtf1\\ansi ", after="}"),
    "fonts": lambda n: fill(lambda i: f"{{\\f{i} Arial;}}", n, before="{\\rtf1\\ansi{\\fonttbl", after="}x}"),
    "colours": lambda n: fill("\\red1\\green2\\blue3;", n, before="{\\rtf1\\ansi{\\colortbl", after="}x}"),
    "a picture": lambda n: fill("00ff", n, before="{\\rtf1\\ansi{\\pict\\pngblip ", after="}}"),
    "objects": lambda n: fill("{\\object\\objemb{\\*\\objdata 0105000002000000}}", n, before="{\\rtf1\\ansi ", after="}"),
    "one object": lambda n: fill("01050000", n, before="{\\rtf1\\ansi{\\object\\objemb{\\*\\objdata ", after="}}}"),
    "fields": lambda n: fill('{\\field{\\*\\fldinst HYPERLINK "http://a.example"}{\\fldrslt x}}', n, before="{\\rtf1\\ansi ", after="}"),
    "hidden text": lambda n: fill(lambda i: f"{{\\v {person(i)[3]}}}", n, before="{\\rtf1\\ansi ", after="}"),
}
for name, make in RTF.items():
    shape("rtf", name, "letter.rtf")(make)


def pdf(objects, trailer="/Root 1 0 R"):
    """A PDF of objects: each the text or bytes behind `N 0 obj`."""
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + (body.encode() if isinstance(body, str) else body) + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer.encode(), at))


def stream(body, more="", pack=True):
    body = body.encode() if isinstance(body, str) else body
    body = zlib.compress(body) if pack else body
    return f"<< /Length {len(body)} {'/Filter /FlateDecode' if pack else ''} {more} >>\nstream\n".encode() + body + b"\nendstream"


FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def page_of(content, resources="/Font << /F1 4 0 R >>", more=()):
    return pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << {resources} >> >>", FONT, stream(content), *more])


def pages_of(contents):
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(contents)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>", FONT]
    for i, content in enumerate(contents):
        objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>", stream(content)]
    return pdf(objects)


def show(text, x=30, y=700):
    return f"BT /F1 8 Tf {x} {y} Td ({text}) Tj ET\n"


def words(n, each):
    return range(count(n, each))


PDF = {
    "many pages": lambda n: pages_of(["".join(show("  ".join(person(i * 20 + r)), 30, 780 - 9 * r) for r in range(20)) for i in words(n, 2000)]),
    "many empty pages": lambda n: pages_of([""] * count(n, 190)),
    "one page of many lines": lambda n: page_of("".join(show("  ".join(person(i)), 30, 780 - i % 90 * 8) for i in words(n, 100))),
    "one page of many lines, one below the other": lambda n: page_of("".join(show(person(i)[3], 30, -8 * i) for i in words(n, 80))),
    "one page, one letter at a time": lambda n: page_of("".join(show("a", 30 + i % 90 * 5, 780 - i // 90 % 90 * 8) for i in words(n, 32))),
    "one page, all in one place": lambda n: page_of(show("a") * count(n, 32)),
    "one page, one long text": lambda n: page_of("BT /F1 8 Tf 30 700 Td (" + "word " * (n // 5) + ") Tj ET"),
    "one array of letters": lambda n: page_of("BT /F1 8 Tf 30 700 Td [" + "(a) -20 " * (n // 8) + "] TJ ET"),
    "states saved": lambda n: page_of("q\n" * (n // 2) + show("a")),
    "states saved and brought back": lambda n: page_of("q 1 0 0 1 1 1 cm Q\n" * (n // 19) + show("a")),
    "operators without meaning": lambda n: page_of("1 2 3 x\n" * (n // 8)),
    "numbers without an operator": lambda n: page_of("1 " * (n // 2)),
    "arrays within arrays": lambda n: page_of("[" * n),
    "an open string": lambda n: page_of("(" + "a" * n),
    "strings within brackets": lambda n: page_of("(" * n),
    "white boxes over text": lambda n: page_of("".join(show("a", 30 + i % 90 * 5, 780 - i // 90 % 90 * 8) + "1 g 10 10 20 20 re f\n" for i in words(n, 54))),
    "boxes, then text": lambda n: page_of("".join(f"0 g {i % 600} {i // 600 % 700} 3 3 re f\n" for i in words(n // 2, 22)) + "".join(show("a", 30 + i % 90 * 5, 780 - i // 90 % 90 * 8) for i in words(n // 2, 32))),
    "text, then boxes": lambda n: page_of("".join(show("a", 30 + i % 90 * 5, 780 - i // 90 % 90 * 8) for i in words(n // 2, 32)) + "".join(f"0 g {i % 600} {i // 600 % 700} 3 3 re f\n" for i in words(n // 2, 22))),
    "one path": lambda n: page_of("0 0 m\n" + "".join(f"{i % 600} {i % 700} l\n" for i in words(n, 10)) + "f\n"),
    "clips": lambda n: page_of("".join(f"{i % 600} {i // 600 % 700} 300 300 re W n\n" for i in words(n // 2, 26)) + show("a") * count(n // 2, 32)),
    "many objects": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"] + ["<< /A 1 >>"] * count(n, 48)),
    "many objects, no table": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"] + ["<< /A 1 >>"] * count(n, 28)).split(b"xref")[0],
    "one number of many objects": lambda n: b"%PDF-1.5\n" + b"1 0 obj << /A 1 >> endobj\n" * count(n, 26),
    "many updates": lambda n: updates(n),
    "pages below pages": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>"] + [f"<< /Type /Pages /Kids [{i + 3} 0 R] /Count 1 >>" for i in words(n, 75)] + ["<< /Type /Page /MediaBox [0 0 9 9] >>"]),
    "a page that is many pages": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [" + "3 0 R " * count(n, 6) + "] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>", FONT, stream(show("a"))]),
    "one page of many contents": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents [" + "5 0 R " * count(n, 6) + "] /Resources << /Font << /F1 4 0 R >> >> >>", FONT, stream(show("a"))]),
    "forms called": lambda n: page_of("/X Do " * (n // 6), "/Font << /F1 4 0 R >> /XObject << /X 6 0 R >>", [stream(show("a"), "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 4 0 R >> >>")]),
    "notes of one page": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Annots [" + " ".join(f"{i + 4} 0 R" for i in words(n, 130)) + "] >>"]
                                       + [f"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents ({person(i)[3]}) >>" for i in words(n, 130)]),
    "fields of a form": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [" + " ".join(f"{i + 3} 0 R" for i in words(n, 110)) + "] >> >>", "<< /Type /Pages /Kids [] /Count 0 >>"]
                                      + [f"<< /FT /Tx /T (f{i}) /V ({person(i)[3]}) >>" for i in words(n, 110)]),
    "outlines": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", f"<< /First 4 0 R /Last {3 + count(n, 100)} 0 R >>"] + [f"<< /Title ({person(i)[3]}) /Parent 3 0 R /Next {i + 5} 0 R >>" for i in words(n, 100)]),
    "attached files": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [" + " ".join(f"(f{i}) {2 * i + 3} 0 R" for i in words(n, 260)) + "] >> >> >>", "<< /Type /Pages /Kids [] /Count 0 >>"]
                                    + [x for i in words(n, 260) for x in (f"<< /Type /Filespec /F (f{i}.txt) /EF << /F {2 * i + 4} 0 R >> >>", stream(person(i)[3], "/Type /EmbeddedFile"))]),
    "objects in a stream": lambda n: packed_objects(n),
    "fonts of a page": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << " + " ".join(f"/F{i} {i + 5} 0 R" for i in words(n, 160)) + " >> >> >>",
                                      stream("".join(f"BT /F{i} 8 Tf 30 {700 - i % 600} Td (a) Tj ET\n" for i in words(n, 160)))] + [FONT] * count(n, 160)),
    "a map of letters": lambda n: page_of("BT /F2 8 Tf 30 700 Td <0001> Tj ET\n" * 50, "/Font << /F2 4 0 R >>") [:0] + pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F2 5 0 R >> >> >>",
                                      stream("BT /F2 8 Tf 30 700 Td <00410042> Tj ET\n" * count(n // 2, 40)), "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X >>] >>",
                                      stream("".join(f"1 beginbfchar <{i % 65536:04x}> <0041> endbfchar\n" for i in words(n // 2, 42)))]),
    "filters upon filters": lambda n: pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>", b"<< /Length 4 /Filter [" + b"/ASCIIHexDecode " * (n // 16) + b"] >>\nstream\n4142\nendstream"]),
}
for name, make in PDF.items():
    shape("pdf", name, "paper.pdf", packed=True)(make)


def updates(n):
    out = bytearray(pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]))
    before = int(out.rsplit(b"startxref\n", 1)[1].split()[0])
    for _ in range(count(n, 150)):
        place = len(out)
        out += b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
        at = len(out)
        out += b"xref\n2 1\n%010d 00000 n \ntrailer\n<< /Size 3 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (place, before, at)
        before = at
    return bytes(out)


def packed_objects(n):
    number = count(n, 20)
    bodies = ["<< /A 1 >>" for _ in range(number)]
    heads = " ".join(f"{i + 4} {i * 11}" for i in range(number))
    first = len(heads) + 1
    return pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", stream(heads + " " + "\n".join(bodies), f"/Type /ObjStm /N {number} /First {first}")])


HEAD = "From: desk@example.org\nTo: store@example.org\nSubject: Cards\nMIME-Version: 1.0\n"
MULTI = HEAD + 'Content-Type: multipart/mixed; boundary="b"\n\n'

MAIL = {
    "one text": lambda n: fill(prose, n, before=HEAD + "\n"),
    "many parts": lambda n: fill("--b\nContent-Type: text/plain\n\nword\n", n, before=MULTI, after="--b--\n"),
    "many attachments": lambda n: fill(lambda i: f'--b\nContent-Type: text/plain; name="a{i}.txt"\nContent-Disposition: attachment; filename="a{i}.txt"\n\nword\n', n, before=MULTI, after="--b--\n"),
    "parts within parts": lambda n: fill(lambda i: f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n', n, before=HEAD),
    "mails within mails": lambda n: fill("Subject: x\nContent-Type: message/rfc822\n\n", n, before=HEAD),
    "boundaries": lambda n: fill("--b\n", n, before=MULTI),
    "boundaries that are none": lambda n: fill("--c\n", n, before=MULTI + "--b\n\n", after="--b--\n"),
    "dashes": lambda n: fill("-", n, before=MULTI + "--b\n\n"),
    "headers": lambda n: fill(lambda i: f"X-{i}: a\n", n, before=HEAD, after="\nword\n"),
    "one header again and again": lambda n: fill("Received: from a.example by b.example\n", n, before=HEAD, after="\nword\n"),
    "one long header": lambda n: fill("a", n, before=HEAD + "X-A: ", after="\n\nword\n"),
    "one folded header": lambda n: fill(" a\n", n, before=HEAD + "X-A: b\n", after="\nword\n"),
    "addresses": lambda n: fill(lambda i: f"{person(i)[1]} {person(i)[2]} <{person(i)[3]}>, ", n, before=HEAD + "Cc: ", after="\n\nword\n"),
    "addresses, folded": lambda n: fill(lambda i: f"{person(i)[1]} {person(i)[2]} <{person(i)[3]}>,\n ", n, before=HEAD + "Cc: ", after="\n\nword\n"),
    "encoded words": lambda n: fill("=?utf-8?q?a?= ", n, before=HEAD + "X-A: ", after="\n\nword\n"),
    "open encoded words": lambda n: fill("=?utf-8?q?", n, before=HEAD + "X-A: ", after="\n\nword\n"),
    "comments within comments": lambda n: fill("(", n, before=HEAD + "Date: ", after="\n\nword\n"),
    "parameters": lambda n: fill(lambda i: f' a{i}="b";', n, before=HEAD + "Content-Type: text/plain;", after="\n\nword\n"),
    "parameters in pieces": lambda n: fill(lambda i: f" name*{i}=a;", n, before=HEAD + "Content-Type: text/plain;", after="\n\nword\n"),
    "base64": lambda n: (HEAD + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n").encode() + base64.encodebytes(fill(prose, n * 3 // 4)),
    "attached base64": lambda n: (MULTI + "--b\nContent-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64\n\n").encode() + wall(n, 76) + b"--b--\n",
    "quoted-printable": lambda n: fill("=41=\n", n, before=HEAD + "Content-Transfer-Encoding: quoted-printable\n\n"),
    "html": lambda n: fill("<p>word</p>\n", n, before=HEAD + "Content-Type: text/html\n\n<html>"),
    "quotes of quotes": lambda n: fill(lambda i: ">" * (i % 200) + " word\n", n, before=HEAD + "\n"),
}
for name, make in MAIL.items():
    shape("mail", name, "letter.eml")(make)
shape("mbox", "many mails", "box.mbox")(lambda n: fill(lambda i: "From a@example.org Mon Jan  1 00:00:00 2026\n" + HEAD + f"\n{person(i)[3]}\n\n", n))
shape("mbox", "lines of From", "box.mbox")(lambda n: fill("From a@example.org Mon Jan  1 00:00:00 2026\n", n))
shape("mbox", "one mail of many lines of From", "box.mbox")(lambda n: fill(">From a\n", n, before="From a@example.org Mon Jan  1 00:00:00 2026\n" + HEAD + "\n"))
shape("mbox", "many mails with an attachment", "box.mbox")(lambda n: fill(lambda i: "From a@example.org Mon Jan  1 00:00:00 2026\n" + MULTI + f'--b\nContent-Disposition: attachment; filename="a{i}.csv"\n\n{HEADER}{row(i)}\n--b--\n\n', n))
