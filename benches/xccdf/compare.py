#!/usr/bin/env python3
"""Compares Provost's XCCDF scores with OpenSCAP's on generated trees of results.

usage: benches/xccdf/compare.py [COUNT=200] [SEED=7]     (needs oscap: Debian's openscap-scanner; and cargo build --example xccdf)

Each tree is a benchmark with nested groups, random weights, and rules whose checks pass, fail, cannot be evaluated, do not apply, are
not selected, not checked or unscored. OpenSCAP evaluates it and writes four scores; Provost scores the results that OpenSCAP reports.
"""
import json, os, random, shutil, subprocess, sys, tempfile
import xml.etree.ElementTree as ET

count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
rnd = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 7)
if not shutil.which("oscap"):
    sys.exit("oscap is not there: install openscap-scanner")
mine = os.environ.get("PROVOST_XCCDF", "target/debug/examples/xccdf")
NS = "http://checklists.nist.gov/xccdf/1.2"
MODELS = ["urn:xccdf:scoring:default", "urn:xccdf:scoring:flat", "urn:xccdf:scoring:flat-unweighted", "urn:xccdf:scoring:absolute"]
OVAL = """<?xml version="1.0"?>
<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5" xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"
 xmlns:ind="http://oval.mitre.org/XMLSchema/oval-definitions-5#independent">
<generator><oval:schema_version>5.10</oval:schema_version><oval:timestamp>2026-01-01T00:00:00</oval:timestamp></generator>
<definitions>
<definition class="compliance" id="oval:x:def:1" version="1"><metadata><title>true</title><description>d</description></metadata>
<criteria><criterion test_ref="oval:x:tst:1"/></criteria></definition>
<definition class="compliance" id="oval:x:def:2" version="1"><metadata><title>false</title><description>d</description></metadata>
<criteria><criterion negate="true" test_ref="oval:x:tst:1"/></criteria></definition>
<definition class="compliance" id="oval:x:def:3" version="1"><metadata><title>unknown</title><description>d</description></metadata>
<criteria><criterion test_ref="oval:x:tst:2"/></criteria></definition>
</definitions>
<tests><ind:family_test check="all" check_existence="at_least_one_exists" comment="c" id="oval:x:tst:1" version="1">
<ind:object object_ref="oval:x:obj:1"/><ind:state state_ref="oval:x:ste:1"/></ind:family_test>
<ind:unknown_test check="all" comment="c" id="oval:x:tst:2" version="1"/></tests>
<objects><ind:family_object id="oval:x:obj:1" version="1"/></objects>
<states><ind:family_state id="oval:x:ste:1" version="1"><ind:family>unix</ind:family></ind:family_state></states>
</oval_definitions>
"""
WEIGHTS = ["1.0", "2.5", "5", "7.5", "10", "0", "0.1", "3"]

number = 0

def tree(depth):
    """XML of a list of items."""
    global number
    out = []
    for _ in range(rnd.randint(1, 5)):
        number += 1
        weight = rnd.choice(WEIGHTS)
        if depth < 3 and rnd.random() < 0.35:
            out.append(f'<Group id="xccdf_x_group_{number}" weight="{weight}"><title>g</title>{tree(depth + 1)}</Group>')
            continue
        kind = rnd.choice(["1", "1", "1", "2", "2", "3", "unselected", "unchecked", "unscored"])
        selected = "false" if kind == "unselected" else "true"
        role = ' role="unscored"' if kind == "unscored" else ""
        check = kind if kind in "123" else "1"
        body = "" if kind == "unchecked" else (
            '<check system="http://oval.mitre.org/XMLSchema/oval-definitions-5">'
            f'<check-content-ref href="oval.xml" name="oval:x:def:{check}"/></check>')
        out.append(f'<Rule id="xccdf_x_rule_{number}" selected="{selected}" weight="{weight}"{role}><title>r</title>{body}</Rule>')
    return "\n".join(out)

def benchmark():
    models = "\n".join(f'<model system="{model}"/>' for model in MODELS)
    return (f'<?xml version="1.0"?>\n<Benchmark xmlns="{NS}" id="xccdf_x_benchmark_x" resolved="1">\n<status>draft</status>\n'
            f'<title>t</title>\n<version>1</version>\n{models}\n{tree(0)}\n</Benchmark>\n')

def counted(node, results):
    """What Provost is given: the tree with what OpenSCAP says of each rule, without what no model counts."""
    out = []
    for child in node:
        tag = child.tag.split("}")[1]
        weight = float(child.get("weight", "1.0"))
        if tag == "Group":
            out.append({"weight": weight, "items": counted(child, results)})
        elif tag == "Rule":
            said = results.get(child.get("id"))
            if said in ("pass", "fixed", "fail", "error", "unknown") and child.get("role") != "unscored":
                out.append({"passed": said in ("pass", "fixed"), "weight": weight})
    return out

trees, theirs, kinds = [], [], {}
with tempfile.TemporaryDirectory() as folder:
    open(os.path.join(folder, "oval.xml"), "w").write(OVAL)
    for _ in range(count):
        source = os.path.join(folder, "xccdf.xml")
        open(source, "w").write(benchmark())
        out = os.path.join(folder, "results.xml")
        subprocess.run(["oscap", "xccdf", "eval", "--results", out, source], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        root = ET.parse(out).getroot()
        test = root.find(f"{{{NS}}}TestResult")
        results = {rule.get("idref"): rule.find(f"{{{NS}}}result").text for rule in test.findall(f"{{{NS}}}rule-result")}
        for said in results.values():
            kinds[said] = kinds.get(said, 0) + 1
        scores = {score.get("system"): (float(score.text), float(score.get("maximum"))) for score in test.findall(f"{{{NS}}}score")}
        trees.append(counted(ET.parse(source).getroot(), results))
        theirs.append([scores[model] for model in MODELS])

run = subprocess.run([mine], input="\n".join(json.dumps(tree) for tree in trees), capture_output=True, text=True, check=True)
right = {model: 0 for model in MODELS}
for tree_, ours, their in zip(trees, map(json.loads, run.stdout.splitlines()), theirs):
    for model, our, (value, maximum) in zip(MODELS, ours, their):
        # where nothing counts Provost says nothing; OpenSCAP says 0, and 1 for the absolute model
        our = our or ([1.0, maximum] if model.endswith("absolute") else [0.0, maximum])
        if abs(our[0] - value) < 1e-3 and (model.endswith("absolute") or abs(our[1] - maximum) < 1e-3):
            right[model] += 1
        else:
            print("differs:", model, our, (value, maximum), json.dumps(tree_)[:300])
print("results:", dict(sorted(kinds.items())))
for model in MODELS:
    print(f"{model}: {right[model]} of {count} equal")
sys.exit(0 if all(value == count for value in right.values()) else 1)
