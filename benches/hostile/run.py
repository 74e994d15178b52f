#!/usr/bin/env python3
"""Lets Provost loose on the hostile corpus and checks what has to hold whatever a delivery is; prints a table. Ends with 1 where something does not hold.

    run.py CORPUS [--provost PATH] [--jobs 2] [--memory 1000] [--write FILE] [--quick]

It audits the corpus and collects its evidence with the whole program, taking the memory of the tree of processes; then asks workers about every
file one by one (`ask.py`), taking time and memory of each. What has to hold: an audit was made (exit code 0, 1 or 3), nobody panicked, every file has
an artifact and every artifact an answer (it was read, or a gap says why not), no worker died or took longer than its limit, the tree of processes
stayed below `--memory` MB, nothing in the corpus changed, no process is left, no report holds a byte that a terminal obeys.
"""
import argparse
import collections
import hashlib
import json
import os
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ask  # noqa: E402
import registries  # noqa: E402
import watch  # noqa: E402

MOST_REFUSED = 10
GAPS = ["malformed", "limit", "unsupported", "encrypted", "missing"]
REPORTS = ["json", "html", "markdown", "csv", "csv-evidence", "sarif", "junit", "gitlab", "github", "oscal", "oscal-poam"]


# bytes of a path that the system takes
MOST_PATH = 4095


class Entry:
    __slots__ = ("number", "folder", "path", "size", "modified", "mode", "owner", "file")


def walk(root):
    """Everything but folders, in the order of Provost's walk: names of a folder by their bytes."""
    root = os.fsencode(root)
    most = MOST_PATH - len(os.path.realpath(root)) - 1
    out, folders = [], {}

    def add(path, found):
        entry = Entry()
        entry.number, entry.path, entry.file = len(out) + 1, path, stat.S_ISREG(found.st_mode)
        entry.folder = folders.setdefault(os.path.dirname(path), len(folders) + 1)
        entry.size, entry.modified = (found.st_size if entry.file else 0), int(found.st_mtime)
        entry.mode, entry.owner = found.st_mode & 0o7777, f"{found.st_uid}:{found.st_gid}"
        out.append(entry)
    # paths may be too long to be opened as a whole: step by step
    levels = [(b"", os.open(root, os.O_RDONLY), None)]
    while levels:
        below, handle, names = levels.pop()
        if names is None:
            names = sorted((os.fsencode(name) for name in os.listdir(handle)), reverse=True)
        inner = None
        while names:
            name = names.pop()
            found = os.lstat(name, dir_fd=handle)
            if stat.S_ISDIR(found.st_mode):
                inner = name
                break
            add(os.path.join(below, name), found)
        if inner is None:
            os.close(handle)
            continue
        levels.append((below, handle, names))
        if len(below) + len(inner) + 1 > most:
            # nobody gets there by its path: the folder is refused
            add(os.path.join(below, inner), os.lstat(inner, dir_fd=handle))
            continue
        try:
            levels.append((os.path.join(below, inner), os.open(inner, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=handle), None))
        except OSError:
            # a folder that is refused is one thing that the walk meets
            add(os.path.join(below, inner), os.lstat(inner, dir_fd=handle))
    return out


def fingerprint(root):
    """Names, sizes, rights and times of all that is in the corpus."""
    out = hashlib.sha256()
    for base, folders, names in os.walk(os.fsencode(root)):
        folders.sort()
        for name in sorted(names + folders):
            try:
                found = os.lstat(os.path.join(base, name))
            except OSError:
                continue
            out.update(repr((base, name, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ino, found.st_nlink)).encode())
    return out.hexdigest()


class Run:
    """One command of the program, its memory and what it said."""

    def __init__(self, command):
        begun = time.monotonic()
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
            child = subprocess.Popen(command, stdout=told, stderr=said, stdin=subprocess.DEVNULL)
            watched = watch.Watch(child.pid)
            watched.start()
            self.code = child.wait()
            watched.end()
            said.seek(0)
            told.seek(0)
            self.errors, self.output = said.read(), told.read()
        self.seconds, self.watched = time.monotonic() - begun, watched
        # those it started, if they are there still
        self.left = [pid for pid in watched.seen if os.path.exists(f"/proc/{pid}") and not zombie(pid)]


def zombie(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def obeyed(data):
    """Whether there is a byte that a terminal obeys, besides tabs and the ends of lines."""
    return any(byte < 32 and byte not in (9, 10, 13) or byte == 127 for byte in set(data)) or b"\xc2\x9b" in data


class Checks:
    def __init__(self):
        self.failed = []

    def hold(self, what, holds, detail=""):
        print(f"- {'holds' if holds else '**does not hold**'}: {what}{': ' + detail if detail else ''}", flush=True)
        if not holds:
            self.failed.append(what)


def whole_program(checks, args, entries, room):
    evidence = os.path.join(room, "evidence.json")
    collected = Run([args.provost, "collect", args.corpus, "--output", evidence, "--jobs", str(args.jobs)])
    runs = [("collect", collected)]
    if not args.quick:
        reports = [word for name in REPORTS for word in ("--format", f"{name}={room}/report.{name}")]
        runs.append(("audit", Run([args.provost, "audit", args.corpus, "--jobs", str(args.jobs), *reports, "--format", "terminal", "--all"])))
    for name, run in runs:
        peak = f"{run.watched.peak:.0f} MB ({run.watched.at_peak}; coordinator alone {run.watched.first:.0f}, largest worker {run.watched.other:.0f}), {run.seconds:.0f} s"
        said = run.errors.decode("utf-8", "replace")
        checks.hold(f"`{name}` made an audit", run.code in (0, 1, 3), f"exit code {run.code}")
        checks.hold(f"`{name}`: nobody panicked", not any(word in said for word in ("panicked", "abort", "overflowed", "RUST_BACKTRACE")), said[-300:] if run.code not in (0, 1, 3) else "")
        checks.hold(f"`{name}`: the tree of processes stays below {args.memory} MB", run.watched.peak < args.memory, peak + ("" if run.watched.proportional else "; resident, not proportional"))
        checks.hold(f"`{name}`: no process is left", not run.left)
        checks.hold(f"`{name}`: nothing that a terminal obeys is printed", not obeyed(run.output + run.errors))
    for name in sorted(os.listdir(room)):
        with open(os.path.join(room, name), "rb") as file:
            checks.hold(f"`{name}` holds nothing that a terminal obeys", not obeyed(file.read()))
    with open(evidence, "rb") as file:
        found = json.load(file)
    artifacts = found["artifacts"]
    numbers = [artifact["number"] for artifact in artifacts]
    checks.hold("numbers of artifacts are 1, 2, 3 ...", numbers == list(range(1, len(numbers) + 1)), f"{len(numbers)} artifacts, {len(entries)} of them files of the corpus")
    same = sum(artifact["mode"] == entry.mode and (artifact["size"] == entry.size or artifact["read"] != "full") for artifact, entry in zip(artifacts, entries) if "mode" in artifact)
    first = next((os.fsdecode(entry.path).encode("ascii", "backslashreplace").decode() for artifact, entry in zip(artifacts, entries) if "mode" in artifact and artifact["mode"] != entry.mode), "")
    # a folder that is refused has no rights in the evidence
    checks.hold("every file has its artifact", len(artifacts) >= len(entries) and same + MOST_REFUSED >= len(entries), f"{same} of {len(entries)} of the same rights and size" + (f"; the first other one is {first}" if first else ""))
    silent = [artifact["number"] for artifact in artifacts if artifact["read"] != "full" and not artifact.get("parts") and not artifact.get("gaps")]
    checks.hold("every artifact has an answer", not silent, f"{len(silent)} were not read, and nothing says why: {silent[:5]}" if silent else "")
    crashed = [artifact["number"] for artifact in artifacts if any(gap["kind"] == "crashed" for gap in artifact.get("gaps", []))]
    checks.hold("no reader crashed or ran out of time in the audit", not crashed, ", ".join(os.fsdecode(entries[number - 1].path) for number in crashed[:20] if number <= len(entries)).encode("utf-8", "replace").decode())
    seen = recognised(found)
    known = registries.kinds()
    without = [f"{registry}/{name}" for registry in known for name in known[registry] if name not in seen and known[registry][name] not in seen]
    checks.hold("every kind of the registries was recognised in some file", not without, f"{sum(map(len, known.values())) - len(without)} of {sum(map(len, known.values()))}" + (f"; not: {', '.join(without)}" if without else ""))
    return dict(runs)


# kinds that artifacts have under other names than their readers, alone or with a part of a kind
SAME = {"jpeg": "image", "png": "image", "7z": "sevenz", ("odf", "table"): "ods", ("odf", "text"): "odt", ("ole", "table"): "workbook"}


def recognised(found):
    seen = {resource["kind"] for resource in found.get("resources", [])} | {resource["source"] for resource in found.get("resources", [])}
    for artifact in found["artifacts"]:
        seen |= {artifact["type"], SAME.get(artifact["type"], "")}
        for part in artifact.get("parts", []):
            seen |= {SAME.get((artifact["type"], part["kind"]), ""), (part.get("document") or {}).get("product", ""), (part.get("run") or {}).get("format", "")}
    return seen


def table(entries, outcomes, listing, threshold=0.0):
    rows = collections.defaultdict(list)
    for entry in entries:
        if entry.file:
            kind, origin, way = listing.get(entry.path, ("filesystem", "filesystem", "-"))
            rows[kind].append((origin, outcomes[entry.number]))
    out = ["| kind | files | mutated | read | in part | not | " + " | ".join(GAPS) + " | crashed | slowest s | worker MB |", "|---|---:|---:|---:|---:|---:|" + "---:|" * (len(GAPS) + 3)]

    def line(name, found):
        answers = [outcome.answer for _, outcome in found if outcome.answer]
        read = collections.Counter(answer["read"] for answer in answers)
        gaps = [sum(kind in answer["gaps"] for answer in answers) for kind in GAPS]
        crashed = sum(outcome.died is not None for _, outcome in found)
        cells = [len(found), sum(origin == "mutated" for origin, _ in found), read["full"], read["partial"], read["none"], *gaps, crashed]
        return f"| {name} | " + " | ".join(f"{cell:,}" if cell else "" for cell in cells) + f" | {max(outcome.seconds for _, outcome in found):.1f} | {max(outcome.memory for _, outcome in found):.0f} |"
    for kind in sorted(rows):
        out.append(line(kind, rows[kind]))
    out.append(line("**all**", [row for kind in rows for row in rows[kind]]))
    return out


def main():
    parser = argparse.ArgumentParser(description="Runs Provost over the hostile corpus.")
    parser.add_argument("corpus")
    parser.add_argument("--provost", default=os.environ.get("PROVOST", os.path.join(registries.ROOT, "target", "release", "provost")))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--memory", type=int, default=1000, help="MB of the whole tree of processes")
    parser.add_argument("--patience", type=int, default=300, help="seconds after which a file is given up here, whatever its limit")
    parser.add_argument("--quick", action="store_true", help="evidence only, no reports")
    parser.add_argument("--only-workers", action="store_true", help="no run of the whole program")
    parser.add_argument("--write", help="keep the table in this file, between its marks")
    parser.add_argument("--json", help="every file's outcome, for whoever looks for the reason")
    args = parser.parse_args()
    args.provost = os.path.abspath(args.provost)
    listing = {}
    with open(args.corpus.rstrip("/") + ".tsv", encoding="utf-8") as file:
        for row in file:
            kind, origin, way, path = row.rstrip("\n").split("\t")
            listing[os.fsencode(path)] = (kind, origin, way)
    entries = walk(args.corpus)
    before = fingerprint(args.corpus)
    checks = Checks()
    print(f"{len(entries)} files, links and other things in {args.corpus}, {args.jobs} workers", flush=True)
    runs = {}
    with tempfile.TemporaryDirectory(prefix="hostile-") as room:
        if not args.only_workers:
            runs = whole_program(checks, args, entries, room)

    def tell(done, entry, outcome):
        if outcome.died or outcome.seconds > 20 or outcome.memory > 500:
            print(f"  {os.fsdecode(entry.path).encode('ascii', 'backslashreplace').decode()}: {outcome.seconds:.1f} s of {outcome.limit}, {outcome.memory:.0f} MB" + (f", {outcome.died}" if outcome.died else ""), file=sys.stderr, flush=True)
    begun = time.monotonic()
    outcomes = ask.ask_all(args.provost, args.corpus, [entry for entry in entries if entry.file], args.jobs, args.patience, tell)
    if args.json:
        with open(args.json, "w") as file:
            for entry in entries:
                if entry.file:
                    one = outcomes[entry.number]
                    answer = one.answer and {**one.answer, "gaps": sorted(one.answer["gaps"])}
                    file.write(json.dumps({"path": os.fsdecode(entry.path).encode("ascii", "backslashreplace").decode(), "size": entry.size, "seconds": round(one.seconds, 3), "limit": one.limit, "memory": round(one.memory), "died": one.died, "answer": answer}) + "\n")
    died = [entry for entry in entries if entry.file and outcomes[entry.number].died]
    checks.hold("no worker died at a file, or took longer than the file's limit", not died, ", ".join(f"{os.fsdecode(entry.path)} ({outcomes[entry.number].died})".encode("ascii", "backslashreplace").decode() for entry in died[:40]))
    checks.hold("every worker's answer says what was not read", not any(outcomes[entry.number].answer and outcomes[entry.number].answer["empty"] for entry in entries if entry.file))
    checks.hold("nothing in the corpus changed", fingerprint(args.corpus) == before)
    slow = max((outcomes[entry.number].seconds / outcomes[entry.number].limit for entry in entries if entry.file), default=0)
    lines = table(entries, outcomes, listing)
    print(f"\n{len(outcomes):,} files asked for one by one in {time.monotonic() - begun:.0f} s; the slowest took {slow:.0%} of its limit; the largest worker was at {max(one.memory for one in outcomes.values()):.0f} MB.\n")
    print("\n".join(lines))
    if args.write:
        keep(args.write, lines, runs, entries, outcomes, args)
    if checks.failed:
        print("\ndoes not hold: " + "; ".join(checks.failed), file=sys.stderr)
    return 1 if checks.failed else 0


def keep(path, lines, runs, entries, outcomes, args):
    """Between the marks of a page."""
    whole = [f"{len(entries):,} files, links and other things, {args.jobs} workers, {time.strftime('%Y-%m-%d')}, {os.path.basename(args.corpus)}."]
    whole += [f"`{name}`: exit code {run.code}, {run.seconds:.0f} s, peak of the whole tree of processes {run.watched.peak:.0f} MB (coordinator {run.watched.first:.0f}, largest worker {run.watched.other:.0f})." for name, run in runs.items()]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    head, rest = text.split("<!-- table -->\n", 1)
    tail = rest.split("<!-- end -->", 1)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + "<!-- table -->\n" + "\n\n".join(whole) + "\n\n" + "\n".join(lines) + "\n<!-- end -->" + tail)


if __name__ == "__main__":
    sys.exit(main())
