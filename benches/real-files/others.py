"""What other readers see in the same files: one JSON line a file, {"path", "reader", "seconds", "words" | "error"}.

    python3 others.py DIR > others.jsonl

Readers: openpyxl, xlrd, pyxlsb, odfpy's XML, python-docx, python-pptx, striprtf, pdftotext, html.parser, email, extract-msg, vobject,
sqlite3, csv, dbf. Each file gets a process of its own and half a minute. Words are runs of letters and digits, at least three of
them, as text; the same rule holds in examples/reading.rs.
"""
import json
import os
import re
import subprocess
import sys
import time
import warnings

warnings.simplefilter("ignore")
WORD = re.compile(r"[^\W_]{3,}")
MOST = 2_000_000


def xlsx(path):
    import datetime
    import openpyxl
    book = openpyxl.load_workbook(path, data_only=True, read_only=False)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if isinstance(value, str) and not value.startswith("#"):
                    yield value
                elif isinstance(value, int) and not isinstance(value, bool):
                    yield str(value)
                elif isinstance(value, datetime.datetime):
                    yield value.date().isoformat()


def xls(path):
    import xlrd
    book = xlrd.open_workbook(path, logfile=open(os.devnull, "w"))
    for sheet in book.sheets():
        for index in range(sheet.nrows):
            for cell in sheet.row(index):
                if cell.ctype == 1:
                    yield cell.value
                elif cell.ctype == 2 and cell.value == int(cell.value):
                    yield str(int(cell.value))


def xlsb(path):
    from pyxlsb import open_workbook
    with open_workbook(path) as book:
        for name in book.sheets:
            with book.get_sheet(name) as sheet:
                for row in sheet.rows():
                    for cell in row:
                        if isinstance(cell.v, str):
                            yield cell.v


def odf(path):
    import zipfile
    import xml.etree.ElementTree as tree
    root = tree.fromstring(zipfile.ZipFile(path).read("content.xml"))
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    inline = {text + name for name in ("span", "a", "s", "tab", "line-break", "bookmark", "bookmark-start", "bookmark-end", "ruby", "ruby-base")}

    def walk(node):
        out = [node.text or ""]
        for child in node:
            glue = "" if child.tag in inline and child.tag not in (text + "s", text + "tab", text + "line-break") else " "
            out += [glue, walk(child), glue, child.tail or ""]
        return "".join(out)
    yield walk(root)


def docx(path):
    import docx as reader
    document = reader.Document(path)

    def block(parent):
        for paragraph in parent.paragraphs:
            yield paragraph.text
        for table in parent.tables:
            seen = set()
            for row in table.rows:
                for cell in row.cells:
                    # merged cells come once for each field of the grid that they fill
                    if cell._tc not in seen:
                        seen.add(cell._tc)
                        yield from block(cell)
    yield from block(document)
    for section in document.sections:
        for part in (section.header, section.footer):
            yield from block(part)


def pptx(path):
    import pptx as reader

    def shapes(group):
        for shape in group:
            if shape.shape_type == 6:
                yield from shapes(shape.shapes)
            if shape.has_text_frame:
                yield shape.text_frame.text.replace("\x0b", " ")
            if getattr(shape, "has_table", False) and shape.has_table:
                for row in shape.table.rows:
                    for cell in row.cells:
                        yield cell.text_frame.text.replace("\x0b", " ")
    for slide in reader.Presentation(path).slides:
        yield from shapes(slide.shapes)
        if slide.has_notes_slide:
            yield slide.notes_slide.notes_text_frame.text if slide.notes_slide.notes_text_frame else ""


def rtf(path):
    from striprtf.striprtf import rtf_to_text
    yield rtf_to_text(open(path, encoding="latin-1").read(), errors="ignore")


def pdf(path):
    run = subprocess.run(["pdftotext", "-q", path, "-"], capture_output=True, timeout=30)
    if run.returncode:
        raise ValueError("pdftotext gave up")
    yield run.stdout.decode("utf-8", "replace")


def html(path):
    from html.parser import HTMLParser
    import chardet
    data = open(path, "rb").read()

    class Reader(HTMLParser):
        silent = 0
        out = []
        inline = {"b", "i", "em", "strong", "a", "span", "font", "u", "code", "tt", "sub", "sup", "small", "big", "abbr", "wbr", "mark"}

        def handle_starttag(self, tag, attrs):
            self.silent += tag in ("script", "style")
            if tag not in self.inline:
                self.out.append(" ")

        def handle_endtag(self, tag):
            self.silent -= tag in ("script", "style") and self.silent > 0
            if tag not in self.inline:
                self.out.append(" ")

        def handle_data(self, text):
            if not self.silent:
                self.out.append(text)
    reader = Reader()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode(chardet.detect(data)["encoding"] or "latin-1", "replace")
    reader.feed(text)
    yield "".join(reader.out)


def eml(path):
    import email
    import email.policy
    message = email.message_from_binary_file(open(path, "rb"), policy=email.policy.default)
    for name in ("from", "to", "cc", "subject"):
        yield str(message.get(name, ""))
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not part.is_multipart() and not part.get_filename():
            yield part.get_content()


def msg(path):
    import extract_msg
    message = extract_msg.openMsg(path)
    for name in ("sender", "to", "cc", "subject", "body"):
        value = getattr(message, name, None)
        if isinstance(value, str):
            yield value


def vcf(path):
    import vobject
    for card in vobject.readComponents(open(path, encoding="utf-8", errors="replace").read(), allowQP=True, ignoreUnreadable=True):
        for line in card.getChildren():
            value = line.value
            yield value if isinstance(value, str) else str(value) if line.name in ("N", "ADR", "FN") else ""


def sqlite(path):
    import sqlite3
    base = sqlite3.connect(f"file:{os.path.abspath(path)}?mode=ro&immutable=1", uri=True)
    base.text_factory = lambda data: data.decode("utf-8", "replace")
    for (table,) in base.execute("select name from sqlite_master where type='table' and sql not like 'create virtual%'").fetchall():
        for row in base.execute('select * from "%s"' % table.replace('"', '""')):
            for value in row:
                if isinstance(value, (str, int)):
                    yield str(value)


def dbase(path):
    import dbf
    with dbf.Table(path, on_disk=True) as table:
        for record in table:
            for field in table.field_names:
                value = record[field]
                if isinstance(value, str):
                    yield value


def comma(path):
    import csv
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.reader(file):
            yield from row


def parquet(path):
    import pyarrow.parquet
    for batch in pyarrow.parquet.ParquetFile(path).iter_batches():
        for column in batch.columns:
            for value in column.to_pylist():
                if isinstance(value, (str, int)) and not isinstance(value, bool):
                    yield str(value)


READERS = {
    "xlsx": ("openpyxl", xlsx), "xlsm": ("openpyxl", xlsx), "xls": ("xlrd", xls), "xlsb": ("pyxlsb", xlsb), "ods": ("its XML", odf),
    "odt": ("its XML", odf), "odp": ("its XML", odf), "docx": ("python-docx", docx), "docm": ("python-docx", docx), "pptx": ("python-pptx", pptx),
    "rtf": ("striprtf", rtf), "pdf": ("pdftotext", pdf), "html": ("html.parser", html), "htm": ("html.parser", html), "eml": ("email", eml),
    "msg": ("extract-msg", msg), "vcf": ("vobject", vcf), "sqlite": ("sqlite3", sqlite), "sqlite3": ("sqlite3", sqlite), "db": ("sqlite3", sqlite),
    "dbf": ("dbf", dbase), "csv": ("csv", comma), "tsv": ("csv", comma), "parquet": ("pyarrow", parquet),
}


# loaded before the clock starts
MODULES = {
    "openpyxl": "openpyxl datetime", "xlrd": "xlrd", "pyxlsb": "pyxlsb", "its XML": "zipfile xml.etree.ElementTree", "python-docx": "docx",
    "python-pptx": "pptx", "striprtf": "striprtf.striprtf", "html.parser": "html.parser chardet", "email": "email.policy",
    "extract-msg": "extract_msg", "vobject": "vobject", "sqlite3": "sqlite3", "dbf": "dbf", "pyarrow": "pyarrow.parquet",
}


def one(path):
    reader, read = READERS[path.rsplit(".", 1)[-1].lower()]
    row = {"path": path, "reader": reader}
    for module in MODULES.get(reader, "").split():
        try:
            __import__(module)
        except ImportError:
            row["error"] = "not installed"
            return print(json.dumps(row))
    begin = time.process_time()
    try:
        words = []
        for text in read(path):
            words += WORD.findall(text)
            if len(words) > MOST:
                break
        row["words"] = words[:MOST]
    except Exception as error:
        row["error"] = type(error).__name__
    row["seconds"] = time.process_time() - begin
    print(json.dumps(row))


def main():
    if sys.argv[1] == "--one":
        return one(sys.argv[2])
    for folder, folders, files in os.walk(sys.argv[1]):
        folders.sort()
        for file in sorted(files):
            path = os.path.join(folder, file)
            if file.rsplit(".", 1)[-1].lower() not in READERS:
                continue
            try:
                run = subprocess.run([sys.executable, os.path.abspath(__file__), "--one", path], capture_output=True, text=True, timeout=30)
                print(run.stdout.strip() or json.dumps({"path": path, "error": "it died"}), flush=True)
            except subprocess.TimeoutExpired:
                print(json.dumps({"path": path, "error": "more than 30 s"}), flush=True)


main()
