"""Makes stored assessments for html.sh out of a real one: a large one, and a pair of which one is hostile in every text.

    html_inputs.py large FROM TO      100,000 findings, 47,000 people, 4,000 files
    html_inputs.py hostile FROM TO    every text that somebody else controls carries markup, escapes and direction marks
    html_inputs.py tame FROM TO       the same with plain letters instead: the page must have just the same elements
"""

import copy
import json
import sys

PAYLOAD = (
    "<script>window.ran=1;alert(1)</script>\"><img src=x onerror=\"window.ran=2\">'-->]]><svg/onload=window.ran=3>"
    "\u202egnp.exe\u2066\u200f\n\r\t\x1b]0;title\x07\x1b[31m\u2028</title></style></textarea></table>&lt;b&gt;=HYPERLINK(\"http://x\")\ufeff\ud7ff{{7*7}}\\u003cb\\u003e"
)
# slashes make folders, in the twin as well
TAME = "".join("/" if letter == "/" else "x" for letter in PAYLOAD)
# texts that a program chose from a closed list: another word there would not be read at all
CLOSED = {
    "schema", "date", "verdict", "model", "severity", "outcome", "kind", "due", "modified", "granted", "expires", "status", "type",
    "issued", "stance", "planned", "first_seen", "weeks",
}


def walk(value, mark, key=""):
    if isinstance(value, str):
        closed = key in CLOSED or (key == "reason" and value in ("risk_accepted", "remediation_planned"))
        return value if closed else value + mark
    if isinstance(value, list):
        return [walk(item, mark, key) for item in value]
    if isinstance(value, dict):
        named = key in ("by_class", "classes", "references")
        return {(name + mark if named else name): walk(item, mark, name) for name, item in value.items()}
    return value


def everything(a):
    """Fills what the example happens to lack, so that every section has something to show."""
    a = copy.deepcopy(a)
    for number, artifact in enumerate(a["artifacts"][:6]):
        artifact.update(hidden=True, hidden_why=["hidden sheet", "white text"], hidden_text=400 + number, digest="sha256:0", copy_of=2)
    a["gaps"] = [{"path": f"share/{n}.bin", "number": n, "kind": kind, "reason": "no reader"} for n, kind in enumerate(["unsupported", "malformed", "encrypted"], 1)]
    first = a["findings"][0]
    waiver = {
        "control": first["control"], "finding": first["fingerprint"], "in": ["backup/**"], "reason": "risk_accepted",
        "justification": "until March", "owner": "Head of procurement", "approver": "Chief officer", "granted": "2026-11-01",
        "expires": "2027-03-01", "reference": "RISK-1",
    }
    a["waivers"] = [{"waiver": waiver, "status": "used", "findings": 1}]
    first["waived"], first["waiver"], first["first_seen"] = True, 0, "2025-11-24"
    first["response"] = {"stance": "planned", "text": "we will", "date": "2026-11-25", "planned": "2026-12-30", "signed": True}
    a["classification"], a["unmatched_responses"] = "OFFICIAL-SENSITIVE", ["00000000deadbeef"]
    first["advice"] = {"default": "yes", "documented": "manual", "corrected": "PermitEmptyPasswords no"}
    first["location"].update(part="sheet 2", key="PermitEmptyPasswords")
    a["score"]["cap"] = {"at": 49.0, "reason": "a critical control is open", "controls": [first["control"]]}
    a["people"]["error"] = 0.01
    return a


def large(a, findings=100_000, files=4_000, people=47_000):
    a = copy.deepcopy(a)
    few = a["people"]["total"]
    scale = lambda number: round(number * people / few)
    a["people"].update(total=people, by_class={name: scale(n) for name, n in a["people"]["by_class"].items()})
    for row in a["people"]["together"] + a["people"]["datasets"]:
        for name in ("people", "records", "in_one_file", "in_one_folder", "places"):
            if name in row:
                row[name] = scale(row[name])
    out = []
    for n in range(findings):
        finding = copy.deepcopy(a["findings"][n % len(a["findings"])])
        place = finding["location"]
        place["artifact"] = f"share{n % 37:02}/{n % 997:03}/{place['artifact']}"
        place["number"] = n + 1
        finding["fingerprint"] = f"{n:016x}"
        finding["people"] = (n * 7919) % people if finding["people"] else 0
        out.append(finding)
    order = ["critical", "high", "medium", "low"]
    out.sort(key=lambda finding: (order.index(finding["severity"]), -finding["people"]))
    out[77]["found"] += " needle-in-the-hay"
    out[-3]["found"] += " needle-in-the-hay"
    a["findings"] = out
    more = []
    for n in range(files):
        artifact = copy.deepcopy(a["artifacts"][n % len(a["artifacts"])])
        artifact.update(number=n + 1, path=f"share{n % 37:02}/{n % 997:03}/{artifact['path']}", copy_of=None)
        artifact["people"] = (people >> (n % 14)) if artifact["people"] else 0
        artifact["hidden"] = n % 11 == 0
        artifact["hidden_why"] = ["hidden sheet"] if artifact["hidden"] else []
        artifact["hidden_text"] = n * 10 if artifact["hidden"] else 0
        artifact["encryption"] = ["none", "none", "weak", "strong", "unknown"][n % 5]
        more.append(artifact)
    a["artifacts"] = more
    a["gaps"] = [{"path": f"share/{n}.bin", "number": n, "kind": "unsupported", "reason": "no reader knows the format"} for n in range(1, 2_500)]
    return a


if __name__ == "__main__":
    what, source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        assessment = json.load(file)
    if what == "large":
        assessment = large(assessment)
    else:
        assessment = walk(everything(assessment), PAYLOAD if what == "hostile" else TAME)
    with open(target, "w", encoding="utf-8") as file:
        json.dump(assessment, file)
