#!/usr/bin/env python3
"""Runs every command of docs/for-suppliers.md, in two folders, one the buyer's and one the supplier's, between which only those files are carried that the page names.

    tests/foreign/suppliers.py PROVOST

Then: the verdict is that of an audit on the spot; nobody of the delivery is in what was carried; what was changed on its way is refused by the commands
of the page. It must not run a command that the page does not show in place of one that it shows.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/for-suppliers.md"
ORDER = [
    "file buyer policy.yaml", "buyer-policy", "send buyer supplier", "supplier-verify", "supplier-keys", "supplier-collect", "supplier-show", "supplier-sign",
    "send supplier buyer", "buyer-verify", "buyer-assess", "supplier-against",
]
# people and numbers of examples/card-printer
COLUMNS = re.compile(r"name|warrant|ni_?number|email|phone|mobile|birth|address", re.IGNORECASE)


def page():
    """What the page shows, by its mark."""
    text = PAGE.read_text()
    out = {}
    for kind, name, block in re.findall(r"<!-- (run|file): (.*?) -->\n```(?:sh|yaml)\n(.*?)```\n", text, re.S):
        out[name if kind == "run" else f"file {name}"] = block
    for sender, receiver, files in re.findall(r"<!-- send: (\w+) (\w+) (.*?) -->", text):
        out[f"send {sender} {receiver}"] = files.split()
        for file in files.split():
            assert f"`{file}`" in text, f"the page does not say that {file} is sent"
    shown = text.count("```sh\n") + text.count("```yaml\n") + text.count("<!-- send: ")
    assert sorted(out) == sorted(ORDER) and shown == len(out), f"the page shows something that is not run: {sorted(out)}, {shown}"
    return out


def fail(text):
    sys.exit(f"suppliers: {text}")


def main():
    provost = os.path.realpath(sys.argv[1])
    steps = page()
    with tempfile.TemporaryDirectory() as room:
        os.mkdir(room + "/bin")
        os.symlink(provost, room + "/bin/provost")
        environment = {**os.environ, "PATH": f"{room}/bin:{os.environ['PATH']}"}

        def sh(side, command, codes=(0,)):
            done = subprocess.run(["bash", "-euc", command], cwd=f"{room}/{side}", env=environment, capture_output=True, text=True, check=False)
            if done.returncode not in codes:
                fail(f"{command}: {done.returncode}: {done.stdout}{done.stderr}")
            return done

        for side in ("buyer", "supplier"):
            os.mkdir(f"{room}/{side}")
        shutil.copytree(ROOT / "examples/card-printer", room + "/supplier/delivery")
        said, carried = {}, []
        for step in ORDER:
            words = step.split()
            if words[0] == "file":
                pathlib.Path(room, words[1], words[2]).write_text(steps[step])
            elif words[0] == "send":
                for file in steps[step]:
                    shutil.copy(f"{room}/{words[1]}/{file}", f"{room}/{words[2]}/{file}")
                    carried.append(f"{room}/{words[2]}/{file}")
            else:
                said[step] = sh(step.split("-")[0], steps[step], codes=(1,) if step == "buyer-assess" else (0,))
        assert "signed by key" in said["supplier-verify"].stdout and "signed by key" in said["buyer-verify"].stdout
        assert os.path.getsize(room + "/buyer/report.html") > 10000

        # what the page says besides: a start that can be interrupted, and what a number means
        before = pathlib.Path(room, "supplier/evidence.json").read_bytes()
        sh("supplier", steps["supplier-collect"].rstrip() + " --journal journal")
        if pathlib.Path(room, "supplier/evidence.json").read_bytes() != before:
            fail("with --journal the evidence is another")
        sh("supplier", "provost locate delivery 11")

        # as an audit on the spot says it
        rest = "--policy policy.yaml --date 2026-11-29 --format json"
        there = json.loads(sh("supplier", f"provost audit delivery --key-file audit.key {rest}", codes=(1,)).stdout)
        here = json.loads(sh("buyer", f"provost assess evidence.json {rest}", codes=(1,)).stdout)
        there["target"] = here["target"] = None
        if there != here:
            fail("the verdict is not that of an audit on the spot")

        # nobody is in what was carried
        people = set()
        for table in pathlib.Path(room, "supplier/delivery").rglob("*.csv"):
            rows = [re.split(r"[,;\t]", line) for line in table.read_text(errors="replace").splitlines()]
            wanted = [at for at, header in enumerate(rows[0]) if COLUMNS.search(header)]
            people |= {row[at].strip('" ') for row in rows[1:] for at in wanted if at < len(row) and len(row[at].strip('" ')) > 5}
        # the surname of some of them is a word of company names, too
        people -= {"Example"}
        bulk = "".join(pathlib.Path(file).read_text() for file in carried) + pathlib.Path(room, "supplier/evidence.txt").read_text()
        # by itself: six digits come up in a mark of twenty by accident
        found = sum(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", bulk) is not None for value in people)
        if len(people) < 50 or found:
            fail(f"of {len(people)} values of the delivery {found} are in what was sent")

        # a file that is added, changed or taken away afterwards is seen on the spot
        extra = pathlib.Path(room, "supplier/delivery/later.txt")
        extra.write_text("later\n")
        if "1 new" not in sh("supplier", steps["supplier-against"], codes=(1,)).stdout:
            fail("a new file is not seen on the spot")
        extra.unlink()
        sh("supplier", steps["supplier-against"])

        # changed on its way
        for side, file, step in (("supplier", "policy.yaml", "supplier-verify"), ("supplier", "policy.yaml", "supplier-collect"),
                                 ("buyer", "evidence.json", "buyer-verify"), ("buyer", "evidence.json", "buyer-assess")):  # fmt: skip
            place = pathlib.Path(room, side, file)
            right = place.read_bytes()
            place.write_bytes(right.replace(b"1", b"2", 1))
            done = sh(side, steps[step], codes=(1, 2))
            if step != "buyer-verify" and step != "supplier-verify" and done.returncode != 2:
                fail(f"{step} takes a {file} that was changed")
            place.write_bytes(right)
        commands = sum(block.replace("\\\n", "").count("\n") for name, block in steps.items() if not name.startswith(("send", "file")))
        print(f"suppliers: {commands} commands of the page, {len(carried)} files carried, none of {len(people)} values in them; what was changed is refused")


if __name__ == "__main__":
    main()
