"""What the comparisons beside this file share: asking Provost for what is in force in many configurations at once.

Nothing here is run by `cargo test`. PROVOST names the program (default target/release/provost, then target/debug/provost).
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def program(name):
    """The program to compare with, or a plain word and the end."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        sys.exit(f"{name} is not installed: nothing to compare with")
    return found


def provost():
    given = os.environ.get("PROVOST")
    here = Path(__file__).resolve().parents[2]
    for path in [given] if given else [here / "target/release/provost", here / "target/debug/provost"]:
        if path and Path(path).exists():
            return str(path)
    sys.exit("provost is not built: cargo build --release, or set PROVOST")


def options():
    """How many configurations, and the seed: arguments 1 and 2."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    return count, random.Random(seed)


def name(number):
    """A folder's name that Provost does not take for somebody's number."""
    return f"n/{number // 100}/{number % 100}"


def in_force(folders, product, file=""):
    """{name of folder: [setting]} of folders {name: {path: text}}, of the configurations that begin in a file of that name."""
    with tempfile.TemporaryDirectory() as root:
        for folder, files in folders.items():
            for path, text in files.items():
                full = Path(root) / folder / path
                full.parent.mkdir(parents=True, exist_ok=True)
                full.write_text(text)
        run = subprocess.run([provost(), "settings", root, "--json", "--product", product], capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"provost settings: {run.stderr}")
        out = {}
        for group in json.loads(run.stdout):
            if not group["path"].endswith(file):
                continue
            out.setdefault("/".join(group["path"].split("/")[:3]), []).extend(group["settings"])
        return out


def report(what, equal, total, wrong):
    """The line of figures, the first differences, and the exit code."""
    print(f"{what}: {equal} of {total} equal")
    for line in wrong[: int(os.environ.get("SHOW", 20))]:
        print("  differs:", line)
    # nothing compared is no agreement
    sys.exit(0 if equal == total and total else 1)
