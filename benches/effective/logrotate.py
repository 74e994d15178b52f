#!/usr/bin/env python3
"""Settings in force of logrotate, beside the program itself: random configurations, `logrotate -d` and `provost settings`.

    python3 benches/effective/logrotate.py [COUNT] [SEED]     # PROVOST names the program, default target/debug/provost

Compared for every log: the period (or that size decides) and how many rotations are kept. It changes nothing on the machine:
`-d` only says what would be done. Not part of `cargo test`.
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

PROVOST = os.environ.get("PROVOST", "target/debug/provost")
PERIODS = {"hourly": "hourly", "after 1 days": "daily", "weekly": "weekly", "monthly": "monthly", "yearly": "yearly"}


def directives(rng):
    out = []
    for _ in range(rng.randint(0, 4)):
        kind = rng.randint(0, 8)
        if kind <= 1:
            out.append(rng.choice(["hourly", "daily", "weekly", "monthly", "yearly"]))
        elif kind <= 3:
            out.append(rng.choice(["rotate {}", "rotate={}", "rotate = {}", "  rotate\t{}"]).format(rng.randint(0, 400)))
        elif kind == 4:
            out.append(rng.choice(["size 10M", "size=2k", "size 1000"]))
        elif kind == 5:
            out.append(rng.choice(["compress", "nocompress", "missingok", "notifempty", "create 0640 root root", "create", "nocreate", "copytruncate"]))
        elif kind == 6:
            out.append(rng.choice(["# rotate 99", "", "   # a word"]))
        elif kind == 7:
            out.append("postrotate\n  rotate 77\n  } true\nendscript")
        else:
            out.append(rng.choice(["maxage 30", "minsize 1k", "shred", "noshred", "dateext"]))
    return out


def block(rng, paths):
    names = rng.sample(paths, rng.randint(1, 2)) if len(paths) > 1 else paths
    for name in names:
        paths.remove(name)
    style = rng.randint(0, 2)
    head = " ".join(f'"{name}"' if rng.random() < 0.2 else name for name in names) if style else "\n".join(names)
    brace = "\n{" if style != 1 else " {"
    return f"{head}{brace}\n" + "\n".join("  " + line for line in directives(rng) if not line.startswith("postrotate")) + \
        ("\n  postrotate\n   rotate 77\n  endscript" if rng.random() < 0.2 else "") + "\n}\n"


def general(rng):
    return "\n".join(line for line in directives(rng) if not line.startswith("postrotate")) + "\n"


def theirs(folder):
    """What logrotate itself says of each pattern."""
    run = subprocess.run(["logrotate", "-d", "-s", f"{folder}/state", f"{folder}/etc/logrotate.conf"], capture_output=True, text=True)
    text = run.stderr + run.stdout
    # that a log is not there is no mistake of the configuration
    if re.search(r"error: \S+:\d+ ", text):
        return None
    out = {}
    said = r"rotating pattern: (.*?)\s(hourly|after 1 days|weekly|monthly|yearly|\d+ bytes) \((\d+ rotations|no old logs)"
    for match in re.finditer(said, text, re.S):
        count = match[3].split()[0].replace("no", "0")
        for word in match[1].split():
            out[word.strip('"')] = (PERIODS.get(match[2], "size"), count)
    return out


def ours(folder):
    run = subprocess.run([PROVOST, "settings", f"{folder}/etc", "--json"], capture_output=True, text=True)
    out = {}
    for group in json.loads(run.stdout):
        for setting in group["settings"]:
            if setting["context"]:
                out.setdefault(setting["context"], {})[setting["key"]] = setting["value"]
    return {name: (keys.get("period"), keys.get("rotate")) for name, keys in out.items()}


def main():
    if not shutil.which("logrotate"):
        sys.exit("logrotate is not there: apt-get install logrotate")
    if not os.path.exists(PROVOST):
        sys.exit(f"{PROVOST} is not there: cargo build, or set PROVOST")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    equal, compared, refused, unknown = 0, 0, 0, 0
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            os.makedirs(f"{folder}/etc/logrotate.d")
            paths = [f"/var/log/made-up-{letter}.log" for letter in "abcdefgh"]
            text = general(rng)
            for _ in range(rng.randint(1, 2)):
                text += block(rng, paths) + general(rng)
            if rng.random() < 0.6:
                for name in ["10-app", "20-web"][: rng.randint(1, 2)]:
                    inner = (general(rng) if rng.random() < 0.4 else "") + block(rng, paths)
                    with open(f"{folder}/etc/logrotate.d/{name}", "w") as file:
                        file.write(inner)
                    os.chmod(f"{folder}/etc/logrotate.d/{name}", 0o644)
                text += f"include {folder}/etc/logrotate.d\n" + block(rng, paths)
            if rng.random() < 0.1:
                text += '/var/log/made-up-a.log {\n rotate 5\n}\n' if "/var/log/made-up-a.log" in paths else ""
            with open(f"{folder}/etc/logrotate.conf", "w") as file:
                file.write(text)
            os.chmod(f"{folder}/etc/logrotate.conf", 0o644)
            said = theirs(folder)
            if said is None:
                refused += 1
                continue
            # the folder of the test stands where / would stand
            with open(f"{folder}/etc/logrotate.conf", "w") as file:
                file.write(text.replace(f"include {folder}/etc/", "include /etc/"))
            found = ours(folder)
            if any("?" in row for row in found.values()):
                unknown += 1  # a file of blocks alone may be a drop-in: nothing general is known
                continue
            compared += 1
            if said == found:
                equal += 1
            else:
                print(f"number {number} differs:", {k: (said.get(k), found.get(k)) for k in set(said) | set(found) if said.get(k) != found.get(k)})
                if os.environ.get("SHOW"):
                    print(text)
    print(f"{equal} of {compared} equal ({refused} that logrotate itself refuses, {unknown} that are said to be unknown)")
    sys.exit(equal != compared)


main()
