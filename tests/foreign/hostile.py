"""Makes a hostile stored assessment of a plain one: every text that a supplier or a policy could choose carries what breaks formats."""
import json, sys

NASTY = [
    "<script>alert(1)</script>", "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1",
    "\x1b]0;title\x07\x1b[31m", "line one\nline two\r\n::error::forged", "\u202egnp.exe\u2066", "]]><!-- &amp; \" ' -->",
    "[click](http://evil.example) ![x](http://evil.example/p.png) <http://evil.example> www.evil.example @everyone", "a|b`c``d|e",
    "</td></table></details><img src=x onerror=alert(1)>", "../../../etc/passwd", "/etc/shadow", "C:\\Windows\\x", "%00%0A::warning::",
    "\u2028\u2029\ufffe\uffff\u0000\u0085", "{0} ${x} {{y}}", "##[error]forged", "javascript:alert(1)", "\U000e0041tag", "x" * 3000,
]

def main(source, target):
    whole = json.load(open(source))
    count = [0]
    def nasty(text):
        count[0] += 1
        return NASTY[count[0] % len(NASTY)] + " " + text
    keep = {"schema", "date", "due", "modified", "verdict", "severity", "outcome", "kind", "status", "granted", "expires", "issued",
            "stance", "planned", "first_seen", "weeks", "formula", "reason_word"}
    def walk(value, key, path):
        if isinstance(value, str):
            if key in keep or path[:2] == ("policy", "parameters") or (path[:1] == ("waivers",) and key in ("reason", "control", "finding")):
                return value
            # ids that tie findings to controls stay tied
            if key == "control" or (key == "id" and path[:1] == ("controls",)):
                return "<b>&\"'@=|`" + value
            return nasty(value)
        if isinstance(value, list):
            return [walk(item, key, path) for item in value]
        if isinstance(value, dict):
            keyed = key in ("references", "by_class", "classes")
            return {(nasty(name) if keyed else name): walk(item, name, path + (name,)) for name, item in value.items()}
        return value
    whole = walk(whole, "", ())
    for at, finding in enumerate(whole["findings"][:40]):
        finding["location"]["part"] = NASTY[at % len(NASTY)]
        finding["location"]["key"] = NASTY[(at + 7) % len(NASTY)]
        finding["waived"] = at % 9 == 0
        if finding["waived"]:
            finding["waiver"] = 0
        finding["response"] = {"stance": "disputed", "text": NASTY[(at + 3) % len(NASTY)], "date": "2026-11-25", "signed": True}
    whole["classification"] = NASTY[2]
    whole["waivers"] = [{
        "waiver": {"control": whole["findings"][0]["control"], "reason": "risk_accepted", "justification": NASTY[8], "owner": NASTY[1],
                   "approver": NASTY[0], "granted": "2026-01-01", "expires": "2027-01-01"}, "status": "used", "findings": 1}]
    whole["gaps"] = whole["gaps"] + [{"path": text, "number": None, "kind": "malformed", "reason": text} for text in NASTY]
    json.dump(whole, open(target, "w"))

main(*sys.argv[1:3])
