#!/usr/bin/env python3
"""One large file and several workers: made-up registers of people (few of them come again), with notes in quotes that have line ends, are
collected by one worker and by several, whole and in pieces, and by parts of a delivery. All evidence has to be the same to the byte.
What the figures mean: README.md beside this. The files are removed at the end.

    pieces.py [--mib 1024] [--jobs 1,2] [--parts 2] [--only people,numbers] [--provost PATH] [--write docs/scaling.md]
"""
import argparse
import datetime
import filecmp
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
GIVEN = ["Ada", "Ben", "Cara", "Dev", "Elin", "Finn", "Gwen", "Hana"]
FAMILY = ["Example", "Sample", "Specimen", "Muster", "Tester", "Placeholder"]


def people(draw, at):
    given, family = draw.choice(GIVEN), draw.choice(FAMILY)
    note = ['"moved,\nthen came ""back"""', "none", "none", '"seen by hand"'][at % 4]
    return f"{draw.randrange(10_000, 99_999)},{given} {family},{given.lower()}.{at}@example.org,PC,2024-{at % 12 + 1:02}-{at % 28 + 1:02},{note}\n"


def numbers(draw, at):
    return f"{at},{draw.random():.6f},{draw.randrange(1000)},{draw.random():.3f},{draw.random():.9f}\n"


def log(draw, at):
    return f"2026-11-24 10:{at // 60 % 60:02}:{at % 60:02} INFO worker-{at % 7} job {draw.randrange(10**6)} done in {draw.randrange(900)} ms, queue {draw.randrange(50)}\n"


KINDS = {
    "people": ("staff.csv", "warrant_no,name,email,rank,Card issued,notes\n", people),
    "numbers": ("readings.csv", "no,temperature,count,load,drift\n", numbers),
    "log": ("app.log", "", log),
}


def lay(path, head, row, size):
    draw, at = random.Random(7), 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(head)
        while file.tell() < size:
            file.write("".join(row(draw, at + index) for index in range(20_000)))
            at += 20_000


def run(command):
    """Seconds by the clock, processor seconds of all processes, MiB of the largest of them."""
    # a child of its own, so that the largest process is that of this command
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        begun = time.monotonic()
        code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        row = f"{time.monotonic() - begun} {used.ru_utime + used.ru_stime} {used.ru_maxrss / 1024} {code}"
        os.write(write, row.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        clock, cpu, memory, code = pipe.read().split()
    os.waitpid(child, 0)
    if code != "0":
        sys.exit(f"exit code {code}: {' '.join(command)}")
    return float(clock), float(cpu), float(memory)


def measure(arguments, room, kind):
    name, head, row = KINDS[kind]
    target = os.path.join(room, "delivery")
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    path = os.path.join(target, name)
    lay(path, head, row, arguments.mib << 20)
    key = os.path.join(room, "audit.key")
    with open(key, "w", encoding="utf-8") as file:
        file.write("a key for a bench, which is no secret\n")
    collect = [arguments.provost, "collect", target, "--key-file", key]
    first, rows = os.path.join(room, "first.json"), []

    def compared(label, out, figures):
        if out != first and not filecmp.cmp(first, out, shallow=False):
            sys.exit(f"{kind}, {label}: the evidence is another one")
        rows.append((kind, os.path.getsize(path) / 1e6, label, *figures))
        print(f"{kind}: {label}: {figures[0]:.1f} s, {figures[1]:.1f} processor seconds, {figures[2]:.0f} MiB", file=sys.stderr)

    # into the page cache
    run(["cat", path])
    for jobs in arguments.jobs:
        for whole in (True, False):
            out = first if not rows else os.path.join(room, "next.json")
            more = ["--whole-files"] if whole else []
            figures = run([*collect, "-o", out, "--jobs", str(jobs), *more])
            compared(f"{jobs} worker{'s' if jobs > 1 else ''}, {'whole' if whole else 'pieces'}", out, figures)
    for count in arguments.parts:
        parts = [os.path.join(room, f"part-{index}") for index in range(1, count + 1)]
        figures = [run([*collect, "-o", part, "--jobs", "1", "--shard", f"{index}/{count}"]) for index, part in enumerate(parts, 1)]
        longest = max(row[0] for row in figures)
        compared(f"{count} parts, the longest", first, (longest, sum(row[1] for row in figures), max(row[2] for row in figures)))
        out = os.path.join(room, "merged.json")
        figures = run([arguments.provost, "merge", *parts, "-o", out])
        compared(f"{count} parts, merged ({sum(map(os.path.getsize, parts)) / 1e6:.0f} MB)", out, figures)
        for part in parts:
            os.remove(part)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--jobs", type=lambda text: [int(one) for one in text.split(",")], default=[1, 2])
    parser.add_argument("--parts", type=lambda text: [int(one) for one in text.split(",") if one], default=[2])
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(KINDS))
    parser.add_argument("--provost", default=os.path.join(ROOT, "target/release/provost"))
    parser.add_argument("--room", help="a folder with room for the file and its evidence")
    parser.add_argument("--write", metavar="FILE", help="put the table between the marks of this page")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.room) as room:
        rows = [row for kind in arguments.only for row in measure(arguments, room, kind)]
    def said(command):
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
    about = f"{os.cpu_count()} processors ({model}), {datetime.date.today()}, commit {said(['git', 'rev-parse', '--short', 'HEAD'])}, {said([arguments.provost, '--version'])}, each once, other work on the machine: load {os.getloadavg()[1]:.1f}"
    table = [f"{about}:", "", "| what | MB | how | seconds | processor seconds | largest process, MiB |", "|---|---:|---|---:|---:|---:|"]
    table += [f"| {kind} | {size:.0f} | {label} | {clock:.1f} | {cpu:.1f} | {memory:.0f} |" for kind, size, label, clock, cpu, memory in rows]
    text = "\n".join(table)
    print(text)
    if arguments.write:
        with open(arguments.write, encoding="utf-8") as file:
            page = file.read()
        page, count = re.subn(r"(<!-- pieces -->\n).*?(<!-- /pieces -->)", lambda found: f"{found[1]}\n{text}\n{found[2]}", page, flags=re.S)
        if count != 1:
            sys.exit(f"{arguments.write} has no place for the table")
        with open(arguments.write, "w", encoding="utf-8") as file:
            file.write(page)


if __name__ == "__main__":
    main()
