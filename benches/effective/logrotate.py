#!/usr/bin/env python3
"""Settings in force of logrotate, beside the program itself: random configurations, `logrotate -d` and `provost settings`.

    python3 benches/effective/logrotate.py [COUNT] [SEED]     # PROVOST names the program

Compared for every log: the period (or that size decides) and how many rotations are kept. It changes nothing on the machine:
`-d` only says what would be done. Not part of `cargo test`.
"""
import os
import re
import subprocess
import tempfile

from common import in_force, name as name_of, options, program, report

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


def ours(settings):
    out = {}
    for setting in settings:
        if setting["context"]:
            out.setdefault(setting["context"], {})[setting["key"]] = setting["value"]
    return {name: (keys.get("period"), keys.get("rotate")) for name, keys in out.items()}


def made(rng, folder):
    """{path: text} of a configuration whose includes lead to a folder."""
    paths = [f"/var/log/made-up-{letter}.log" for letter in "abcdefgh"]
    files = {}
    text = general(rng)
    for _ in range(rng.randint(1, 2)):
        text += block(rng, paths) + general(rng)
    if rng.random() < 0.6:
        for name in rng.sample(["10-app", "20-web", "05-first", "old~", "x.dpkg-old"], rng.randint(1, 3)):
            if paths:
                files[f"etc/logrotate.d/{name}"] = (general(rng) if rng.random() < 0.4 else "") + block(rng, paths)
        text += rng.choice([f"include {folder}/etc/logrotate.d\n", f"include {folder}/etc/logrotate.d/\n"]) + (block(rng, paths) if paths else "")
    if rng.random() < 0.1:
        text += '/var/log/made-up-a.log {\n rotate 5\n}\n' if "/var/log/made-up-a.log" in paths else ""
    files["etc/logrotate.conf"] = text
    return files


def main():
    program("logrotate")
    count, rng = options()
    equal, values, refused, unknown, wrong = 0, 0, 0, 0, []
    said, files = {}, {}
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            os.makedirs(f"{folder}/etc/logrotate.d")
            texts = made(rng, folder)
            for path, text in texts.items():
                with open(f"{folder}/{path}", "w") as file:
                    file.write(text)
                os.chmod(f"{folder}/{path}", 0o644)
            answer = theirs(folder)
            if answer is None:
                refused += 1
                continue
            name = name_of(number)
            said[name] = answer
            # the folder of the test stands where / would stand
            files[name] = {path: text.replace(f"include {folder}/etc/", "include /etc/") for path, text in texts.items()}
    found = in_force(files, "logrotate", "etc/logrotate.conf")
    for name, answer in said.items():
        mine = ours(found.get(name, []))
        if any("?" in row for row in mine.values()):
            unknown += 1  # a file of blocks alone may be a drop-in: nothing general is known
            continue
        values += 2 * len(answer)
        if answer == mine:
            equal += 1
        else:
            wrong.append(f"{name}: {({key: (answer.get(key), mine.get(key)) for key in set(answer) | set(mine) if answer.get(key) != mine.get(key)})}")
            if os.environ.get("TEXT"):
                print(files[name])
    print(f"{values} values compared; {refused} configurations that logrotate refuses, {unknown} that are said to be unknown")
    report("logrotate, configurations", equal, len(said) - unknown, wrong)


main()
