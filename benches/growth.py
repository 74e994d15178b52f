#!/usr/bin/env python3
"""Does the work grow with the bytes? Each worst case of `shapes/` is made at a size and at four times it, and what `provost collect` (coordinator
and worker) does is measured, less what it does for an empty file. A growth above 5 is a square somewhere, or nearly one; a price a byte above five times that of prose
is a slow path. What to run and what the columns mean: README.md beside this.

    growth.py [--time] [--size KIB] [--only REGEX] [--list]
    growth.py --stages [--time]
    growth.py --budget [budget.csv] [--update]
"""
import argparse
import csv
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from shapes import SHAPES, deliveries, stages  # noqa: E402

MOST_GROWTH = 5.0
MOST_PRICE = 5.0
PROSE = "text/prose"


class Failed(Exception):
    """A run that gave no figure."""


def drain(pipe):
    out = b""
    while True:
        more = os.read(pipe, 65536)
        if not more:
            os.close(pipe)
            return out
        out += more


class Meter:
    """Counts what a command does: instructions by callgrind (all processes), or processor nanoseconds."""

    def __init__(self, provost, timed, room):
        self.provost, self.timed, self.room = provost, timed, room
        self.unit = "ns" if timed else "instructions"

    def run(self, arguments, timeout=900):
        command = [self.provost, *arguments]
        return self.clock(command, timeout) if self.timed else self.count(command, timeout)

    def clock(self, command, timeout):
        best = None
        for _ in range(2):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.call(command, timeout)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1e9
            best = spent if best is None else min(best, spent)
            # what takes long is exact enough
            if spent > 2e9:
                break
        return int(best)

    def count(self, command, timeout):
        # a pipe: a worker may not write files, not even a log
        ours, theirs = os.pipe()
        said = []
        reader = threading.Thread(target=lambda: said.append(drain(ours)))
        reader.start()
        try:
            self.call(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--trace-children=yes", f"--log-fd={theirs}", *command], timeout, (theirs,))
        finally:
            os.close(theirs)
            reader.join()
        text = said[0].decode(errors="replace")
        begun, counts = len(re.findall(r"Command: ", text)), re.findall(r"Collected : (\d+)", text)
        if not counts or len(counts) != begun:
            raise Failed("a process ended without a count (workers that are killed cannot be counted)")
        return sum(map(int, counts))

    @staticmethod
    def call(command, timeout, fds=()):
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=timeout, check=False, pass_fds=fds)
        except subprocess.TimeoutExpired:
            raise Failed(f"longer than {timeout} s") from None
        if done.returncode not in (0, 1, 3):
            raise Failed(f"exit code {done.returncode}")


def lay(room, files):
    """The delivery on disk, and its bytes."""
    tree = os.path.join(room, "tree")
    shutil.rmtree(tree, ignore_errors=True)
    total = 0
    for path, body in files.items():
        whole = os.path.join(tree, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "wb") as file:
            file.write(body)
        total += len(body)
    os.makedirs(tree, exist_ok=True)
    return tree, total


def gaps(evidence):
    """Kinds of what was not read, so that a shape that is not read at all shows."""
    with open(evidence, encoding="utf-8") as file:
        found = json.load(file)
    kinds = {}
    for artifact in found["artifacts"]:
        for gap in artifact.get("gaps", []):
            kinds[gap["kind"]] = kinds.get(gap["kind"], 0) + 1
    types = {}
    for artifact in found["artifacts"][:50]:
        types[artifact["type"]] = types.get(artifact["type"], 0) + 1
    return "/".join(sorted(types)[:3]) + "".join(f"; {kind} {number}" for kind, number in sorted(kinds.items()))


def measure(meter, files):
    tree, total = lay(meter.room, files)
    out = os.path.join(meter.room, "evidence.json")
    spent = meter.run(["collect", tree, "--output", out, "--jobs", "1"])
    return spent, total, gaps(out)


# a price a byte says nothing where a file has a few bytes
UNPRICED = ("delivery/", "cases/")


class Row:
    """Three points: a sixteenth of the size, whose cost is what beginning with such a file takes, the size, and four times it."""

    def __init__(self, name, points, note):
        self.name, self.points, self.note = name, points, note
        (nothing, none), (small, some), (large, many) = [(point[0], point[1]) for point in points]
        self.small = max(1, small - nothing) / max(1, some - none)
        self.large = max(1, large - nothing) / max(1, many - none)
        # what was made is not always four times as large
        self.grown = 4 * self.large / self.small

    def text(self, price_of_prose):
        price = self.large / price_of_prose
        flags = ("**growth** " if self.grown > MOST_GROWTH else "") + ("**slow** " if price > MOST_PRICE and not self.name.startswith(UNPRICED) else "")
        return f"| {self.name} | {self.points[1][2]:,} | {self.small:.0f} | {self.large:.0f} | {self.grown:.2f} | {price:.2f} | {flags}{self.note} |", bool(flags)


def shape_row(meter, name, size):
    shape = SHAPES[name]
    points = []
    note = ""
    for wanted in (size // 16, size, size * 4):
        spent, total, note = measure(meter, shape.files(wanted))
        points.append((spent, wanted if shape.packed else total, total))
    return Row(name, points, note)


def shapes(args, meter):
    size = (args.size or (1024 if args.time else 192)) << 10
    names = [name for name in SHAPES if SHAPES[name] and re.search(args.only or "", name)]
    # a small text is too soon read to be timed
    plain = shape_row(meter, PROSE, max(size, 1 << 20) if args.time else size)
    prose = plain.large
    print(f"Prose: {prose:.1f} {meter.unit} a byte.\n")
    print(f"| shape | bytes | {meter.unit} a byte | at four times | growth | beside prose | read as |")
    print("|---|---:|---:|---:|---:|---:|---|", flush=True)
    flagged, failed, missing, done = [], [], {}, 0
    for name in names:
        try:
            found = shape_row(meter, name, size)
        except ImportError as error:
            missing.setdefault(str(error), []).append(name)
            continue
        except (Failed, Exception) as error:  # noqa: BLE001  (a shape that cannot be made must not stop the others)
            failed.append((name, f"{type(error).__name__}: {error}"))
            print(f"| {name} | | | | | | failed: {failed[-1][1]} |", flush=True)
            continue
        done += 1
        line, flag = found.text(prose)
        if flag:
            flagged.append(line)
        if flag or not args.flagged:
            print(line, flush=True)
    print(f"\n{done} measured, {len(flagged)} flagged, {len(failed)} failed.")
    for error, left in missing.items():
        print(f"left out, {error}: {', '.join(left)}")
    if SHAPES.get("cases/all", 0) is None:
        print(f"left out, {deliveries.MISSING}: cases of products")
    return 1 if flagged or failed else 0


def measure_stages(args, meter):
    base = args.size or 250
    print("| stage | things | million " + meter.unit + " | at four times | growth | |")
    print("|---|---:|---:|---:|---:|---|", flush=True)
    flagged = 0
    for name, run, number in stages.stages(meter, lay, base):
        if not re.search(args.only or "", name):
            continue
        try:
            nothing, small, large = run(4), run(number), run(number * 4)
        except (Failed, OSError, ValueError) as error:
            print(f"| {name} | | | | | failed: {type(error).__name__}: {error} |", flush=True)
            flagged += 1
            continue
        grown = (large - nothing) / max(1, small - nothing)
        flag = "**growth**" if grown > MOST_GROWTH else ""
        flagged += bool(flag)
        print(f"| {name} | {number} | {(small - nothing) / 1e6:.1f} | {(large - nothing) / 1e6:.1f} | {grown:.2f} | {flag} |", flush=True)
    return 1 if flagged else 0


def budget(args, meter):
    """Each shape of the table at its size: instructions a byte, which must stay below what the table allows; millions for beginning at all."""
    path = args.budget
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    nothing = measure(meter, {"a.txt": b""})[0]
    over = 0
    print("| shape | KiB | instructions a byte | allowed | |")
    print("|---|---:|---:|---:|---|", flush=True)
    for row_ in rows:
        if row_["shape"] == "(nothing)":
            found = nothing / 1e6
        else:
            shape, size = SHAPES[row_["shape"]], int(row_["kib"]) << 10
            spent, total, _ = measure(meter, shape.files(size))
            found = (spent - nothing) / (size if shape.packed else total)
        if args.update:
            row_["allowed"] = f"{found * 1.25:.1f}"
        flag = "" if found <= float(row_["allowed"]) else "**over**"
        over += bool(flag)
        print(f"| {row_['shape']} | {row_['kib']} | {found:.1f} | {row_['allowed']} | {flag} |", flush=True)
    if args.update:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["shape", "kib", "allowed"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return 1 if over else 0


def main():
    parser = argparse.ArgumentParser(description="Counts what worst cases cost, and how that grows.")
    parser.add_argument("--provost", default=os.environ.get("PROVOST", os.path.join(HERE, "..", "target", "release", "provost")))
    parser.add_argument("--time", action="store_true", help="processor time instead of instructions: quick, but noisy")
    parser.add_argument("--size", type=int, help="KiB of the smaller of both sizes")
    parser.add_argument("--only", help="shapes whose name this expression matches")
    parser.add_argument("--flagged", action="store_true", help="print only what is flagged")
    parser.add_argument("--stages", action="store_true", help="judging and reports instead of reading")
    parser.add_argument("--budget", nargs="?", const=os.path.join(HERE, "budget.csv"), metavar="FILE", help="a table of shapes and what they may cost; ends with 1 where one costs more")
    parser.add_argument("--update", action="store_true", help="with --budget: write what is measured now, and a quarter more, into the table")
    parser.add_argument("--list", action="store_true", help="names of the shapes, and nothing else")
    args = parser.parse_args()
    if args.list:
        print("\n".join(SHAPES))
        return 0
    room = tempfile.mkdtemp()
    try:
        meter = Meter(os.path.abspath(args.provost), args.time, room)
        if args.budget:
            return budget(args, meter)
        return measure_stages(args, meter) if args.stages else shapes(args, meter)
    finally:
        shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
