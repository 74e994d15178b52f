#!/usr/bin/env python3
"""Turns counts by line (lcov, as ci/coverage.sh takes them) into a table by room. Lines of unit tests do not count, neither as
covered nor as not: a test that runs itself shows nothing. It runs nothing and needs nothing but Python.

    ci/coverage.py COUNTS.lcov [--csv FILE] [--lines FILE]
"""
import argparse
import collections
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def counts(lcov):
    """Path below the repository -> line -> how often. A file that several programs hold is counted once."""
    found = collections.defaultdict(dict)
    path = None
    for line in open(lcov, encoding="utf-8"):
        word, _, rest = line.rstrip("\n").partition(":")
        if word == "SF":
            whole = pathlib.Path(rest)
            inside = whole.is_relative_to(ROOT / "src")
            path = whole.relative_to(ROOT).as_posix() if inside else None
        elif word == "DA" and path:
            number, times = (int(part) for part in rest.split(",")[:2])
            found[path][number] = max(times, found[path].get(number, 0))
    return found


def code(path, lines):
    """Without the unit tests, which stand at the end of a file or in one of their own."""
    if path.endswith("/tests.rs"):
        return {}, []
    text = (ROOT / path).read_text(encoding="utf-8").split("\n")
    end = next((number for number, line in enumerate(text, 1) if line.strip() == "#[cfg(test)]"), len(text) + 1)
    return {number: times for number, times in lines.items() if number < end}, text


def room(path):
    """`collect/document` where a room has rooms, else the room."""
    parts = path.removeprefix("src/").split("/")
    if len(parts) == 1:
        return parts[0]
    return "/".join(parts[: min(2, len(parts) - 1)])


def percent(hit, all_):
    # never rounded up to a hundred
    return "100.0" if hit == all_ else f"{min(99.9, 100 * hit / all_):.1f}"


def runs(numbers):
    """[1, 2, 3, 7] -> [(1, 3), (7, 7)]"""
    out = []
    for number in numbers:
        if out and out[-1][1] == number - 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return out


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("lcov")
    arguments.add_argument("--csv")
    arguments.add_argument("--lines")
    given = arguments.parse_args()
    rows, missed = [], []
    for path, lines in sorted(counts(given.lcov).items()):
        lines, text = code(path, lines)
        if not lines:
            continue
        not_run = sorted(number for number, times in lines.items() if times == 0)
        rows.append((path, len(lines), len(lines) - len(not_run)))
        missed += [f"{path}:{first}-{last}" + "".join(f"\n    {text[n - 1]}" for n in range(first, last + 1)) for first, last in runs(not_run)]
    if not rows:
        sys.exit("no line of src was counted")
    # a file without a line that can run (declarations alone) is in no table
    rooms = collections.defaultdict(lambda: [0, 0, 0])
    for path, all_, hit in rows:
        for name in (room(path), "all"):
            rooms[name] = [rooms[name][0] + 1, rooms[name][1] + all_, rooms[name][2] + hit]
    total = rooms.pop("all")
    print("| room | files | lines | covered | % |\n|---|---:|---:|---:|---:|")
    for name, (files, all_, hit) in sorted(rooms.items()):
        print(f"| `{name}` | {files} | {all_} | {hit} | {percent(hit, all_)} |")
    print(f"| all | {total[0]} | {total[1]} | {total[2]} | {percent(total[2], total[1])} |")
    if given.csv:
        with open(given.csv, "w", encoding="utf-8") as out:
            out.write("file,lines,covered,percent\n")
            out.writelines(f"{path},{all_},{hit},{percent(hit, all_)}\n" for path, all_, hit in rows)
    if given.lines:
        pathlib.Path(given.lines).write_text("\n".join(missed) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
