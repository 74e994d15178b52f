"""What the coordinator does when all is read: judging evidence and writing reports, at a number of things and at four times it."""
import json
import os

from . import HEADER, row

FORMATS = "terminal json html markdown csv csv-evidence sarif junit gitlab github oscal oscal-poam pdf".split()
DAY = ["--date", "2026-11-24"]


def registers(number):
    """Files that each have several findings under the flagship policy."""
    return {f"year{i % 40}/extract{i}.csv": (HEADER + "".join(row(i * 3 + k) for k in range(3))).encode() for i in range(number)}


def hosts(number):
    return {f"h{i}/etc/ssh/sshd_config": f"PermitRootLogin yes\nPort {i % 60000 + 1}\n".encode() for i in range(number)}


def policy(controls):
    """A policy of so many controls, half about data and half about configurations."""
    out = ["provost: 1", "id: many", "title: Many", 'version: "1"', "summary: A policy of many controls.", "controls:"]
    for i in range(controls):
        check = "{data: email_address, must: {age: {at_most: 30d}}}" if i % 2 else "{config: sshd, at: PermitRootLogin, must: {be: 'no'}}"
        out.append(f"  - {{id: MANY-{i}, title: A control, severity: low, theme: retention, why: It shows what many cost., fix: Nothing., checks: [{check}]}}")
    return "\n".join(out) + "\n"


def waivers(assessment, number):
    """A waiver file for so many findings, one each."""
    with open(assessment, encoding="utf-8") as file:
        found = json.load(file)
    prints = [(control["id"], finding["fingerprint"]) for control in found["controls"] for finding in control.get("findings", [])][:number]
    rows = [{"control": control, "finding": mark, "reason": "risk_accepted", "justification": "made up", "owner": "Ada Example", "approver": "Ben Example",
             "granted": "2026-01-01", "expires": "2026-12-31"} for control, mark in prints]
    return json.dumps({"waivers": rows})


def stages(meter, lay, base):
    """Yields `(name, run at a size, sizes)`: each run gives what was spent."""
    room = meter.room

    def evidence(make, number, more=()):
        out = os.path.join(room, f"{make.__name__}-{number}.json")
        if not os.path.exists(out):
            tree, _ = lay(room, make(number))
            meter.call([meter.provost, "collect", tree, "--output", out, *more], 900)
        return out

    def assessment(number):
        out = os.path.join(room, f"assessment-{number}.json")
        if not os.path.exists(out):
            meter.call([meter.provost, "assess", evidence(registers, number), *DAY, "--format", f"json={out}"], 900)
        return out

    def written(name, text):
        path = os.path.join(room, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    out = os.path.join(room, "report.out")
    yield "collect: registers", lambda n: meter.run(["collect", lay(room, registers(n))[0], "--output", out, "--jobs", "1"]), base
    yield "assess: registers", lambda n: meter.run(["assess", evidence(registers, n), *DAY, "--format", f"json={out}"]), base
    yield "assess: hosts", lambda n: meter.run(["assess", evidence(hosts, n), *DAY, "--policy", "server-hardening", "--format", f"json={out}"]), base
    own = written("own.yaml", policy(4))
    both = lambda n: {**registers(n // 2), **hosts(n // 2)}  # noqa: E731
    both.__name__ = "both"
    yield "assess: four controls", lambda n: meter.run(["assess", evidence(both, n, ["--policy", own]), *DAY, "--policy", own, "--format", f"json={out}"]), base

    def controls(number):
        many = written("many.yaml", policy(number))
        return meter.run(["assess", evidence(both, 40, ["--policy", many]), *DAY, "--policy", many, "--format", f"json={out}"])
    yield "assess: many controls", controls, base
    yield "policy check: many controls", lambda n: meter.run(["policy", "check", written("many.yaml", policy(n))]), base
    yield "assess: many waivers", lambda n: meter.run(["assess", evidence(registers, n), *DAY, "--waivers", written("waivers.yaml", waivers(assessment(n), 100_000)), "--format", f"json={out}"]), base
    for kind in FORMATS:
        yield f"render: {kind}", lambda n, kind=kind: meter.run(["render", assessment(n), "--all", "--format", f"{kind}={out}"]), base
    yield "diff: with itself", lambda n: meter.run(["diff", assessment(n), assessment(n), "--all", "--format", f"json={out}"]), base
    yield "diff: with a smaller one", lambda n: meter.run(["diff", assessment(n // 2), assessment(n), "--all", "--format", f"html={out}"]), base
    yield "compare", lambda n: meter.run(["compare", assessment(n // 2), assessment(n), "--all", "--format", f"html={out}"]), base
    yield "discover, everything", lambda n: meter.run(["discover", lay(room, registers(n))[0], "--jobs", "1", "--all"]), base
    yield "settings, everything", lambda n: meter.run(["settings", lay(room, hosts(n))[0], "--jobs", "1"]), base
