"""What pdf.sh asks of PDF reports beside qpdf and poppler: PDF/A-2b by pikepdf, PDF/UA by pdfua, tags and texts."""

import json
import re
import subprocess
import sys

import pikepdf
import pikepdf.pdfa

folder = sys.argv[1]
bad = []


def squeezed(text):
    return re.sub(r"\s+", "", text)


for name in ["card-printer", "good-supplier", "foi-release", "hostile"]:
    path = f"{folder}/{name}.pdf"
    with pikepdf.open(path) as pdf:
        report = pikepdf.pdfa.check(pdf, "2b")
        # it knows neither extension schemas, which PDF/A-2 allows, nor the letter A
        known = ("namespace pdfaExtension=", "namespace pdfaSchema=", "namespace pdfaProperty=", "property pdfuaid:part is", "property pdfaExtension:schemas is", "conformance is 'A', expected 'B'")
        findings = [finding for finding in report.findings if not any(word in str(finding) for word in known)]
        bad += [f"{name}: PDF/A-2b: {finding}" for finding in findings[:8]]
        ids = pdf.trailer.ID
        assert len(bytes(ids[0])) == 16
        root = pdf.Root.StructTreeRoot
        roles, deep, stack = {}, 0, [(root.K, 0)]
        while stack:
            node, depth = stack.pop()
            deep = max(deep, depth)
            if isinstance(node, pikepdf.Array):
                stack.extend((kid, depth) for kid in node)
            elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
                role = str(node.S)
                roles[role] = roles.get(role, 0) + 1
                if role == "/Figure" and not str(node.get("/Alt", "")):
                    bad.append(f"{name}: a figure without words")
                if role == "/TH" and "/A" not in node:
                    bad.append(f"{name}: a head without scope")
                stack.append((node.get("/K", pikepdf.Array()), depth + 1))
        for role in ["/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure", "/TOCI", "/Link"]:
            if not roles.get(role):
                bad.append(f"{name}: no {role}")
        if roles.get("/H1") != 1:
            bad.append(f"{name}: {roles.get('/H1')} headings of the first order")
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    for sign in "\u202e\u2066\u200f\u2028\ufeff\x1b":
        if sign in text:
            bad.append(f"{name}: U+{ord(sign):04X} stands on a page")
    if name != "hostile":
        assessment = json.load(open(f"{folder}/{name}.json", encoding="utf-8"))
        flat = squeezed(subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode())
        for control in assessment["controls"]:
            if squeezed(control["id"]) not in flat:
                bad.append(f"{name}: {control['id']} is not there")
        if "OFFICIAL-SENSITIVE" not in flat:
            bad.append(f"{name}: no classification")
    checked = subprocess.run([f"{folder}/venv/bin/pdfua", "check", "--min-severity", "error", path], capture_output=True, text=True)
    if checked.returncode != 0:
        bad.append(f"{name}: pdfua: {checked.stdout}{checked.stderr}")
    print(f"{name}: tags {sum(roles.values())}, {deep} deep; PDF/A-2b findings {len(findings)}")

print("\n".join(bad))
sys.exit(bool(bad))
