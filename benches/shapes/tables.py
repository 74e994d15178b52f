"""Tables: delimited text, spreadsheets, databases."""
import io
import os
import sqlite3
import tempfile
import zipfile

from . import HEADER, count, fill, person, row, shape

shape("csv", "people", "people.csv")(lambda n: fill(row, n, before=HEADER))
shape("csv", "numbers", "numbers.csv")(lambda n: fill(lambda i: f"{i * 7919 % 10**8},{i * 31 % 10**6},{i % 900}.{i % 100:02},0.{i * 7 % 10**6:06}\n", n, before="id,batch,weight,ratio\n"))
shape("csv", "one quote that never closes", "open.csv")(lambda n: fill(row, n, before=HEADER + '1,"'))
shape("csv", "a quote opened in each row", "open.csv")(lambda n: fill(lambda i: '"' + row(i), n, before=HEADER))
shape("csv", "quotes doubled", "quotes.csv")(lambda n: fill('"a""b""""c","d"\n', n, before="one,two\n"))
shape("csv", "nothing but quotes", "quotes.csv")(lambda n: fill('"', n, before="one,two\n"))
shape("csv", "nothing but commas", "commas.csv")(lambda n: fill(",", n))
shape("csv", "rows of commas", "commas.csv")(lambda n: fill("," * 40 + "\n", n))
shape("csv", "one row of many columns", "wide.csv")(lambda n: fill(lambda i: f"c{i},", n))
shape("csv", "many columns, two rows", "wide.csv")(lambda n: fill(lambda i: f"c{i},", n // 2) + b"\n" + fill(lambda i: f"{i},", n // 2))
shape("csv", "many columns, hundred rows", "wide.csv")(lambda n: b"\n".join([fill(lambda i: f"c{i % 1000},", n // 100)] * 100))
shape("csv", "rows of ever more columns", "ragged.csv")(lambda n: fill(lambda i: "a," * (i % 300) + "\n", n))
shape("csv", "many columns of addresses", "wide.csv")(lambda n: fill(lambda i: f"email{i},", n // 2) + b"\n" + fill(lambda i: person(i)[3] + ",", n // 2))
shape("csv", "many columns of names, twenty rows", "wide.csv")(lambda n: b"\n".join([fill(lambda i: f"name {i},", n // 21)] + [fill(lambda i: person(i)[1] + " " + person(i)[2] + ",", n // 21)] * 20))
shape("csv", "many columns of days, twenty rows", "wide.csv")(lambda n: b"\n".join([fill(lambda i: f"issued {i},", n // 21)] + [fill(lambda i: f"2020-01-{i % 28 + 1:02},", n // 21)] * 20))
shape("csv", "many columns of one name", "wide.csv")(lambda n: b"\n".join([fill("name,", n // 21)] + [fill("Ada Example,", n // 21)] * 20))
shape("csv", "rows of two", "two.csv")(lambda n: fill("a,b\n", n))
shape("csv", "rows of one letter", "one.csv")(lambda n: fill("a\n", n, before="name\n"))
shape("csv", "one long cell", "cell.csv")(lambda n: fill("word ", n, before="a,b\n1,"))
shape("csv", "long cells", "cell.csv")(lambda n: fill("1,\"" + "word " * 2000 + "\"\n", n, before="a,b\n"))
shape("csv", "one person in all rows", "same.csv")(lambda n: fill(row(1), n, before=HEADER))
shape("csv", "one name in all rows", "same.csv")(lambda n: fill(lambda i: f"{400_000 + i},Ada,Example\n", n, before="warrant_no,forename,surname\n"))
shape("csv", "names only", "names.csv")(lambda n: fill(lambda i: " ".join(person(i)[1:3]) + "\n", n, before="name\n"))
shape("csv", "names all different", "names.csv")(lambda n: fill(lambda i: "Ada W" + "".join(chr(97 + int(c)) for c in str(i)) + "\n", n, before="name\n"))
shape("csv", "one address in all rows", "same.csv")(lambda n: fill(lambda i: f"{400_000 + i},desk@example.org\n", n, before="warrant_no,email\n"))
shape("csv", "one number beside many", "shared.csv")(lambda n: fill(lambda i: f"400001,AB{i % 10**6:06}C,{i}\n", n, before="warrant_no,ni_number,n\n"))
shape("csv", "chains of persons", "chain.csv")(lambda n: fill(lambda i: f"{400_000 + i},AB{(i // 2) % 10**6:06}C,{person((i + 1) // 2)[3]}\n", n, before="warrant_no,ni_number,email\n"))
shape("csv", "cards issued", "cards.csv")(lambda n: fill(lambda i: f"{400_000 + i},{10_000_000 + i},2025-{i % 12 + 1:02}-{i % 28 + 1:02},2026-01-01\n", n, before="warrant_no,card serial,issued,expires\n"))
shape("csv", "days that read both ways", "cards.csv")(lambda n: fill(lambda i: f"{400_000 + i},{i % 12 + 1:02}/{i % 12 + 1:02}/2025\n", n, before="warrant_no,card issued\n"))
shape("csv", "tabs", "people.tsv")(lambda n: fill(row, n, before=HEADER).replace(b",", b"\t"))
shape("csv", "semicolons within commas", "mixed.csv")(lambda n: fill(lambda i: "a;b,c\n" if i % 2 else "a,b;c\n", n))
shape("csv", "blank lines", "blank.csv")(lambda n: fill("\n", n, before="a,b\n1,2\n"))
shape("csv", "carriage returns alone", "mac.csv")(lambda n: fill(row, n, before=HEADER).replace(b"\n", b"\r"))
shape("csv", "notes of many words", "notes.csv")(lambda n: fill(lambda i: f"{i},spoke to {person(i)[1]} {person(i)[2]} about card on {i % 28 + 1}/01/2025 and the printer\n", n, before="id,note\n"))
shape("csv", "many tables one below the other", "tables.csv")(lambda n: fill(HEADER + row(1) + row(2) + "\n\n", n))
shape("csv", "header without end", "header.csv")(lambda n: fill(lambda i: f'"a very long name of a column {i}\n with lines",', n))

shape("jsonl", "people", "people.jsonl")(lambda n: fill(lambda i: '{"name":"%s %s","email":"%s"}\n' % person(i)[1:4], n))
shape("jsonl", "ever new keys", "keys.jsonl")(lambda n: fill(lambda i: f'{{"key{i}":{i}}}\n', n))
shape("jsonl", "one line of many keys, and again", "keys.jsonl")(lambda n: 2 * (fill(lambda i: f'"key{i}":{i},', n // 2, before="{", after='"z":1}') + b"\n"))
shape("jsonl", "lists", "lists.jsonl")(lambda n: fill("[" + "1," * 400 + "1]\n", n))
shape("jsonl", "deep", "deep.jsonl")(lambda n: fill("{\"a\":" * 100 + "1" + "}" * 100 + "\n", n))
shape("jsonl", "broken lines", "broken.jsonl")(lambda n: fill('{"a":"b"}\n{"a":\n', n))

shape("sql", "inserts of one", "dump.sql")(lambda n: fill(lambda i: "INSERT INTO people VALUES ('%s','%s','%s','%s');\n" % person(i)[:4], n, before="CREATE TABLE people (no text, forename text, surname text, email text);\n"))
shape("sql", "one insert of many", "dump.sql")(lambda n: fill(lambda i: "('%s','%s','%s','%s')," % person(i)[:4], n, before="CREATE TABLE people (no text, forename text, surname text, email text);\nINSERT INTO people VALUES ", after="('1','2','3','4');"))
shape("sql", "many tables", "dump.sql")(lambda n: fill(lambda i: f"CREATE TABLE t{i} (a text, b text);\nINSERT INTO t{i} VALUES ('x','y');\n", n))
shape("sql", "many tables, then their rows", "dump.sql")(lambda n: fill(lambda i: f"CREATE TABLE t{i} (a text, b text);\n", n // 2) + fill(lambda i: f"INSERT INTO t{i} VALUES ('x','y');\n", n // 2))
shape("sql", "two tables in turns", "dump.sql")(lambda n: fill(lambda i: f"INSERT INTO t{i % 2} (a, b) VALUES ('x{i}','y');\n", n))
shape("sql", "one table of many columns", "dump.sql")(lambda n: fill(lambda i: f"c{i} text,\n", n, before="CREATE TABLE t (\n", after="z text);\n"))
shape("sql", "a quote that never closes", "dump.sql")(lambda n: fill("x ", n, before="CREATE TABLE t (a text);\nINSERT INTO t VALUES ('"))
shape("sql", "quotes doubled", "dump.sql")(lambda n: fill("''", n, before="CREATE TABLE t (a text);\nINSERT INTO t VALUES ('", after="');\n"))
shape("sql", "brackets", "dump.sql")(lambda n: fill("(", n, before="CREATE TABLE t (a text);\nINSERT INTO t VALUES "))
shape("sql", "comments", "dump.sql")(lambda n: fill("-- x\n/* y */\n", n, before="CREATE TABLE t (a text);\n"))
shape("sql", "an open comment", "dump.sql")(lambda n: fill("/* ", n, before="CREATE TABLE t (a text);\n"))
shape("sql", "COPY", "dump.sql")(lambda n: fill(lambda i: "\t".join(person(i)) + "\n", n, before="CREATE TABLE people (no text, forename text, surname text, email text, tel text);\nCOPY people (no, forename, surname, email, tel) FROM stdin;\n", after="\\.\n"))
shape("sql", "statements without end", "dump.sql")(lambda n: fill("SELECT 1 ", n, before="CREATE TABLE t (a text);\n"))
shape("sql", "semicolons", "dump.sql")(lambda n: fill(";", n, before="CREATE TABLE t (a text);\n"))


def database(fill_it):
    handle, path = tempfile.mkstemp(suffix=".sqlite")
    os.close(handle)
    os.unlink(path)
    data = sqlite3.connect(path)
    fill_it(data)
    data.commit()
    data.close()
    with open(path, "rb") as file:
        out = file.read()
    os.unlink(path)
    return out


@shape("sqlite", "people", "people.sqlite")
def _(n):
    def rows(data):
        data.execute("create table people (no, forename, surname, email, tel)")
        data.executemany("insert into people values (?,?,?,?,?)", (person(i) for i in range(count(n, 70))))
    return database(rows)


@shape("sqlite", "many tables", "tables.sqlite")
def _(n):
    def tables(data):
        for i in range(count(n, 4096)):
            data.execute(f"create table t{i} (a, b)")
            data.execute(f"insert into t{i} values ('x', 'y')")
    return database(tables)


@shape("sqlite", "many indexes and views", "views.sqlite")
def _(n):
    def views(data):
        data.execute("create table t (a, b)")
        # (SQLite itself takes the square of them)
        for i in range(count(n, 2000)):
            data.execute(f"create view v{i} as select a, b from t")
    return database(views)


@shape("sqlite", "long values", "long.sqlite")
def _(n):
    def rows(data):
        data.execute("create table t (a, b)")
        data.executemany("insert into t values (?, ?)", (("word " * 10_000, i) for i in range(count(n, 50_000))))
    return database(rows)


@shape("sqlite", "one long value", "long.sqlite")
def _(n):
    def rows(data):
        data.execute("create table t (a, b)")
        data.execute("insert into t values (?, 1)", ("word " * (n // 5),))
    return database(rows)


@shape("sqlite", "deleted rows", "deleted.sqlite")
def _(n):
    def rows(data):
        data.execute("create table people (no, forename, surname, email, tel)")
        data.executemany("insert into people values (?,?,?,?,?)", (person(i) for i in range(count(n, 70))))
        data.commit()
        data.execute("delete from people where rowid % 2")
    return database(rows)


@shape("dbf", "people", "people.dbf")
def _(n):
    rows = count(n, 61)
    fields = b"".join(name.ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([20]) + b"\0" * 15 for name in (b"FORENAME", b"SURNAME", b"TEL"))
    head = bytes([3, 126, 1, 1]) + rows.to_bytes(4, "little") + (32 + len(fields) + 1).to_bytes(2, "little") + (61).to_bytes(2, "little") + b"\0" * 20
    body = "".join(" " + person(i)[1].ljust(20) + person(i)[2].ljust(20) + person(i)[4].ljust(20) for i in range(rows))
    return head + fields + b"\r" + body.encode() + b"\x1a"


# --- xlsx by hand: its parts can be made worse than a library makes them

TYPES = ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
         'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
         '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>')
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def packed(members):
    """A zip of `(path, text or bytes)`, always the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in members:
            info = zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()


def book(sheets, strings=None, styles=None, names="", more=()):
    """A workbook of sheets: each a text of what stands in `<worksheet>`."""
    ids = range(1, len(sheets) + 1)
    tabs = "".join(f'<sheet name="S{i}" sheetId="{i}" r:id="rId{i}"/>' for i in ids)
    relations = "".join(f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in ids)
    members = [("[Content_Types].xml", TYPES),
               ("_rels/.rels", RELATIONS.format(f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'))]
    if strings is not None:
        relations += f'<Relationship Id="rIdS" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        members.append(("xl/sharedStrings.xml", f"<sst {MAIN}>{strings}</sst>"))
    if styles is not None:
        relations += f'<Relationship Id="rIdT" Type="{OFFICE}/styles" Target="styles.xml"/>'
        members.append(("xl/styles.xml", f"<styleSheet {MAIN}>{styles}</styleSheet>"))
    members.append(("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{tabs}</sheets>{names}</workbook>'))
    members.append(("xl/_rels/workbook.xml.rels", RELATIONS.format(relations)))
    members += [(f"xl/worksheets/sheet{i}.xml", f"<worksheet {MAIN}>{body}</worksheet>") for i, body in zip(ids, sheets)]
    return packed(members + list(more))


def column(at):
    """A, B, ... Z, AA, ..."""
    out = ""
    at += 1
    while at:
        at, left = divmod(at - 1, 26)
        out = chr(65 + left) + out
    return out


def cell(r, c, text):
    return f'<c r="{column(c)}{r}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows, before="", after="", attributes=""):
    body = "".join(f'<row r="{r}"{attributes}>' + "".join(cell(r, c, text) for c, text in enumerate(cells)) + "</row>" for r, cells in enumerate(rows, 1))
    return f"{before}<sheetData>{body}</sheetData>{after}"


def people(rows):
    return [HEADER.strip().split(",")] + [person(i) for i in range(rows)]


XLSX = {
    "people": lambda n: book([sheet(people(count(n, 300)))]),
    "many sheets": lambda n: book([sheet(people(2))] * count(n, 1500)),
    "many empty sheets": lambda n: book(["<sheetData/>"] * count(n, 300)),
    "many shared strings": lambda n: book(["<sheetData>" + "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>{r - 1}</v></c></row>' for r in range(1, count(n, 100) + 1)) + "</sheetData>"],
                                          strings="".join(f"<si><t>{person(i)[3]}</t></si>" for i in range(count(n, 100)))),
    "shared strings that no cell uses": lambda n: book(["<sheetData/>"], strings="".join(f"<si><t>{person(i)[3]}</t></si>" for i in range(count(n, 60)))),
    "one shared string of many runs": lambda n: book(['<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'], strings="<si>" + "<r><t>ab</t></r>" * count(n, 16) + "</si>"),
    "one long string used by all cells": lambda n: book(["<sheetData>" + "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(1, count(n, 100) + 1)) + "</sheetData>"],
                                                        strings="<si><t>" + "word " * 50 + "</t></si>"),
    "many hidden columns": lambda n: book([sheet(people(20), before="<cols>" + "".join(f'<col min="{i}" max="{i}" hidden="1"/>' for i in range(1, count(n, 40) + 1)) + "</cols>")]),
    "hidden columns over each other": lambda n: book([sheet(people(20), before="<cols>" + '<col min="1" max="16384" hidden="1"/>' * count(n, 38) + "</cols>")]),
    "hidden columns, then rows": lambda n: book([sheet(people(count(n // 2, 300)), before="<cols>" + "".join(f'<col min="{i}" max="{i}" hidden="1"/>' for i in range(1, count(n // 2, 40) + 1)) + "</cols>")]),
    "hidden rows": lambda n: book([sheet(people(count(n, 320)), attributes=' hidden="1"')]),
    "many merged cells": lambda n: book([sheet(people(20), after="<mergeCells>" + "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(1, count(n, 27) + 1)) + "</mergeCells>")]),
    "merged cells, then rows": lambda n: book([sheet(people(count(n // 2, 300)), after="<mergeCells>" + "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(1, count(n // 2, 27) + 1)) + "</mergeCells>")]),
    "merged cells over the whole sheet": lambda n: book([sheet(people(20), after="<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * count(n, 33) + "</mergeCells>")]),
    "one row of many cells": lambda n: book([sheet([[str(i) for i in range(count(n, 55))]])]),
    "rows of all columns": lambda n: book(["<sheetData>" + "".join(f'<row r="{r}"><c r="XFD{r}"><v>{r}</v></c></row>' for r in range(1, count(n, 50) + 1)) + "</sheetData>"]),
    "cells far apart": lambda n: book(["<sheetData>" + "".join(f'<row r="{r * 37}"><c r="{column(r * 11 % 16384)}{r * 37}"><v>{r}</v></c></row>' for r in range(1, min(count(n, 50), 28000) + 1)) + "</sheetData>"]),
    "cells without their place": lambda n: book(["<sheetData>" + "<row><c><v>1</v></c><c><v>2</v></c></row>" * count(n, 45) + "</sheetData>"]),
    "rows backwards": lambda n: book(["<sheetData>" + "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(count(n, 50), 0, -1)) + "</sheetData>"]),
    "one row again and again": lambda n: book(["<sheetData>" + '<row r="1"><c r="A1"><v>1</v></c></row>' * count(n, 38) + "</sheetData>"]),
    "one cell again and again": lambda n: book(['<sheetData><row r="1">' + '<c r="A1"><v>1</v></c>' * count(n, 22) + "</row></sheetData>"]),
    "shared formulas": lambda n: book(["<sheetData>" + "".join(f'<row r="{r}"><c r="A{r}"><f t="shared" si="{r}" ref="A{r}:B{r}">SUM(B{r}:C{r})</f><v>{r}</v></c></row>' for r in range(1, count(n, 90) + 1)) + "</sheetData>"]),
    "many styles": lambda n: book([sheet(people(20))], styles="<numFmts>" + "".join(f'<numFmt numFmtId="{i + 200}" formatCode="0.0&quot;{i}&quot;"/>' for i in range(count(n, 100))) + "</numFmts><cellXfs>"
                                  + "".join(f'<xf numFmtId="{i + 200}"/>' for i in range(count(n, 100))) + "</cellXfs>"),
    "styles of all cells": lambda n: book(["<sheetData>" + "".join(f'<row r="{r}"><c r="A{r}" s="{r - 1}"><v>{r}</v></c></row>' for r in range(1, count(n, 150) + 1)) + "</sheetData>"],
                                          styles="<fonts>" + "".join('<font><color rgb="FFFFFFFF"/></font>' for _ in range(count(n, 150))) + "</fonts><fills><fill/></fills><cellXfs>"
                                          + "".join(f'<xf numFmtId="14" fontId="{i}"/>' for i in range(count(n, 150))) + "</cellXfs>"),
    "conditional formats": lambda n: book([sheet(people(20), after="".join(f'<conditionalFormatting sqref="A{i}:B{i}"><cfRule type="expression" dxfId="0"><formula>TRUE</formula></cfRule></conditionalFormatting>' for i in range(1, count(n, 130) + 1)))]),
    "defined names": lambda n: book([sheet(people(20))], names="<definedNames>" + "".join(f'<definedName name="n{i}">S1!$A${i}</definedName>' for i in range(count(n, 50))) + "</definedNames>"),
    "relations": lambda n: book([sheet(people(20))], more=[("xl/worksheets/_rels/sheet1.xml.rels", RELATIONS.format("".join(f'<Relationship Id="r{i}" Type="{OFFICE}/hyperlink" Target="mailto:{person(i)[3]}" TargetMode="External"/>' for i in range(count(n, 180)))))]),
    "links": lambda n: book([sheet(people(20), after="<hyperlinks>" + "".join(f'<hyperlink ref="A{i}" location="S1!A{i}" display="{person(i)[3]}"/>' for i in range(1, count(n, 90) + 1)) + "</hyperlinks>")]),
    "many small parts": lambda n: book([sheet(people(20))], more=[(f"xl/media/note{i}.xml", "<a/>") for i in range(count(n, 100))]),
    "comments": lambda n: book([sheet(people(20))], more=[("xl/worksheets/_rels/sheet1.xml.rels", RELATIONS.format(f'<Relationship Id="r1" Type="{OFFICE}/comments" Target="../comments1.xml"/>')),
                                                          ("xl/comments1.xml", f"<comments {MAIN}><authors><author>Ada</author></authors><commentList>" + "".join(f'<comment ref="A{i}" authorId="0"><text><t>{person(i)[3]}</t></text></comment>' for i in range(1, count(n, 110) + 1)) + "</commentList></comments>")]),
    "attributes of one cell": lambda n: book(['<sheetData><row r="1"><c ' + "".join(f'a{i}="1" ' for i in range(count(n, 10))) + 'r="A1"><v>1</v></c></row></sheetData>']),
    "columns of days": lambda n: book([sheet([[f"issued {c}" for c in range(40)]] + [[f"2025-01-{(r + c) % 28 + 1:02}" for c in range(40)] for r in range(count(n, 2300))])]),
}
for name, make in XLSX.items():
    shape("xlsx", name, "book.xlsx", packed=True)(make)


# --- ods by hand

def open_document(kind, body, styles=""):
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "text", "table", "style"))
    return packed([("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
                   ("content.xml", f"<office:document-content {spaces}>{styles}<office:body>{body}</office:body></office:document-content>")])


def ods(body, before=""):
    return open_document("spreadsheet", f'<office:spreadsheet><table:table table:name="cards">{before}{body}</table:table></office:spreadsheet>')


def ods_row(cells, attributes=""):
    return f"<table:table-row{attributes}>" + "".join(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in cells) + "</table:table-row>"


ODS = {
    "people": lambda n: ods("".join(map(ods_row, people(count(n, 500))))),
    "many tables": lambda n: open_document("spreadsheet", "<office:spreadsheet>" + "".join(f'<table:table table:name="t{i}">{ods_row("ab")}</table:table>' for i in range(count(n, 250))) + "</office:spreadsheet>"),
    "cells repeated": lambda n: ods('<table:table-row><table:table-cell table:number-columns-repeated="1000" office:value-type="string"><text:p>a</text:p></table:table-cell></table:table-row>' * count(n, 170)),
    "rows repeated": lambda n: ods(ods_row(["Ada Example"], ' table:number-rows-repeated="1000"') * count(n, 170)),
    "many hidden columns": lambda n: ods("".join(map(ods_row, people(20))), before='<table:table-column table:visibility="collapse"/>' * count(n, 50)),
    "hidden columns, then rows": lambda n: ods("".join(map(ods_row, people(count(n // 2, 500)))), before='<table:table-column table:visibility="collapse"/>' * count(n // 2, 50)),
    "many styles": lambda n: open_document("spreadsheet", f'<office:spreadsheet><table:table table:name="cards">{"".join(f"<table:table-row table:style-name={chr(34)}s{i}{chr(34)}/>" for i in range(count(n, 200)))}</table:table></office:spreadsheet>',
                                           styles="<office:automatic-styles>" + "".join(f'<style:style style:name="s{i}" style:family="table-row" style:parent-style-name="s{i + 1}"><style:table-row-properties/></style:style>' for i in range(count(n, 200))) + "</office:automatic-styles>"),
    "one row of many cells": lambda n: ods(ods_row(str(i) for i in range(count(n, 80)))),
    "covered cells": lambda n: ods("<table:table-row>" + "<table:covered-table-cell/>" * 30 + "</table:table-row>") if n < 900 else ods(("<table:table-row>" + "<table:covered-table-cell/>" * 30 + "</table:table-row>") * count(n, 900)),
    "one cell of many paragraphs": lambda n: ods('<table:table-row><table:table-cell office:value-type="string">' + "<text:p>a</text:p>" * count(n, 18) + "</table:table-cell></table:table-row>"),
    "nested groups": lambda n: ods("<table:table-row-group>" * count(n, 50) + ods_row("ab") + "</table:table-row-group>" * count(n, 50)),
}
for name, make in ODS.items():
    shape("ods", name, "book.ods", packed=True)(make)


def xls(fill_it):
    def make(n):
        import xlwt
        workbook = xlwt.Workbook()
        fill_it(workbook, n)
        out = io.BytesIO()
        workbook.save(out)
        return out.getvalue()
    return make


def xls_people(workbook, n):
    left = count(n, 60)
    page = 0
    while left > 0:
        tab = workbook.add_sheet(f"S{page}")
        for r in range(min(left, 60_000)):
            for c, text in enumerate(person(r)):
                tab.write(r, c, text)
        left -= 60_000
        page += 1


def xls_sheets(workbook, n):
    for i in range(count(n, 1000)):
        workbook.add_sheet(f"S{i}").write(0, 0, person(i)[3])


def xls_merged(workbook, n):
    tab = workbook.add_sheet("S")
    for i in range(min(60_000, count(n, 40))):
        tab.write_merge(i, i, 0, 1, i)


def xls_hidden(workbook, n):
    tab = workbook.add_sheet("S")
    for r in range(min(60_000, count(n, 40))):
        tab.row(r).hidden = True
        tab.write(r, 0, person(r)[3])


def xls_formulas(workbook, n):
    import xlwt
    tab = workbook.add_sheet("S")
    for r in range(min(60_000, count(n, 60))):
        tab.write(r, 0, xlwt.Formula(f"B{r + 1}&C{r + 1}"))


for name, fill_it in {"people": xls_people, "many sheets": xls_sheets, "merged cells": xls_merged, "hidden rows": xls_hidden, "formulas": xls_formulas}.items():
    shape("xls", name, "book.xls")(xls(fill_it))
