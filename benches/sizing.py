#!/usr/bin/env python3
"""What a delivery costs by its size: measures, and works out from what was measured what a terabyte, and a petabyte, would take.

    cargo build --release --bin provost --example corpora --example synth
    benches/sizing.py --write docs/scaling.md          # about half an hour, 8 GB of room on the disk, 6 GB of memory
    benches/sizing.py --quick                          # a look: a few MB of everything
    benches/sizing.py --write docs/scaling.md --only delivery,mixtures   # these anew, the rest as the page has it
    benches/sizing.py --price 0.08 --file-kb 200       # other assumptions, with the figures of the page: nothing is measured

Seconds are those of processors, user and system, of all processes, medians of turns; memory is that of the largest process. Figures are kept
in the page as JSON, so that the table is worked out again from them. PROVOST, CORPORA and SYNTH name other programs than those in
target/release. It must not write outside its own folder and the page.
"""
import argparse
import json
import math
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROVOST = os.environ.get("PROVOST", str(ROOT / "target/release/provost"))
CORPORA = os.environ.get("CORPORA", str(ROOT / "target/release/examples/corpora"))
SYNTH = os.environ.get("SYNTH", str(ROOT / "target/release/examples/synth"))
GB, MIB = 1e9, 1 << 20

sys.path.insert(0, str(ROOT / "benches"))
import office  # noqa: E402
import tree  # noqa: E402


class Room:
    """A folder, and what is measured in it."""

    def __init__(self, place, runs):
        self.place, self.runs = place, runs
        self.key = self.at("audit.key")
        pathlib.Path(self.key).write_text("a key for benches, which is no secret\n")

    def at(self, name):
        return os.path.join(self.place, name)

    def run(self, *words, codes=(0,)):
        """Processor seconds, seconds by the clock, MiB of the largest process."""
        began = time.monotonic()
        with open(self.at("said"), "wb") as said:
            process = subprocess.Popen([PROVOST, "-q", *words], stdout=said, stderr=said)
            _, status, usage = os.wait4(process.pid, 0)
        code = process.returncode = os.waitstatus_to_exitcode(status)
        if code not in codes:
            sys.exit(f"sizing: provost {' '.join(words)}: {code}: {pathlib.Path(self.at('said')).read_text(errors='replace')[-2000:]}")
        return {"cpu": usage.ru_utime + usage.ru_stime, "clock": time.monotonic() - began, "mib": usage.ru_maxrss / 1024}

    def median(self, *words, codes=(0,)):
        rows = [self.run(*words, codes=codes) for _ in range(self.runs)]
        return {key: statistics.median(row[key] for row in rows) for key in rows[0]}

    def collect(self, target, out, *more):
        return self.median("collect", target, "--key-file", self.key, "-o", self.at(out), *more)

    def assess(self, evidence):
        """The same of `assess`, with the people it counts."""
        row = self.median("assess", self.at(evidence), "--date", "2026-11-29", "--format", "json=" + self.at("report"), codes=(0, 1, 3))
        with open(self.at("report"), encoding="utf-8") as report:
            row["people"] = json.load(report)["people"]["total"]
        return row


def weigh(place):
    """Bytes and files of a tree."""
    size = files = 0
    for folder, _, names in os.walk(place):
        files += len(names)
        size += sum(os.path.getsize(os.path.join(folder, name)) for name in names)
    return size, files


def say(text):
    print(f"... {text}", file=sys.stderr, flush=True)


def mixtures(room, quick):
    """Processor seconds a GB, by what lies in it."""
    mib = 4 if quick else 100
    out = {}
    for kind in ("app.log", "prose.txt", "numbers.csv", "people.csv", "records.txt", "mixed", "office", "tiny"):
        say(f"mixture {kind}")
        place = room.at("mixture")
        if kind == "office":
            office.make(place, 100 if quick else 3000)
        elif kind == "tiny":
            tree.make(place, 2000 if quick else 50000)
        else:
            subprocess.run([CORPORA, kind, str(mib), place, "--seed", "7"], check=True)
        size, files = weigh(place)
        row = room.collect(place, "evidence")
        out[kind] = {"bytes": size, "files": files, "evidence": os.path.getsize(room.at("evidence")), **row}
        shutil.rmtree(place)
    return out


def walks(room, counts):
    """What each part pays before it reads: a walk over all files, for a part that has a hundred-thousandth of them."""
    out = {}
    for files in counts:
        say(f"walk over {files} files")
        place = room.at(f"plain-{files}")
        tree.make(place, files, plain=True)
        out[str(files)] = {shard: room.collect(place, "part", "--shard", shard) for shard in ("1/100000", "32/64")}
        out[str(files)]["merge"] = judged(room, place)
        shutil.rmtree(place)
    return out


def judged(room, place, parts=4):
    """Collects in parts, merges and judges, once each: these are the large ones."""
    runs, room.runs = room.runs, 1
    names = [f"part-{index}" for index in range(1, parts + 1)]
    collected = [room.collect(place, name, "--shard", f"{index}/{parts}") for index, name in enumerate(names, 1)]
    merged = room.run("merge", *map(room.at, names), "-o", room.at("merged"))
    row = {
        "files": weigh(place)[1], "collect_cpu": sum(one["cpu"] for one in collected), "collect_mib": max(one["mib"] for one in collected),
        "parts": sum(os.path.getsize(room.at(name)) for name in names), "evidence": os.path.getsize(room.at("merged")),
        "merge": merged, "assess": room.assess("merged"),
    }
    room.runs = runs
    for name in (*names, "merged", "report"):
        os.remove(room.at(name))
    return row


def people(room, counts):
    """Memory against people: registers of half a million rows at most, as a part of a file knows so many one by one."""
    out = {}
    for count in counts:
        say(f"{count} people")
        place = room.at("registers")
        os.mkdir(place)
        files = math.ceil(count / 400000)
        for index in range(files):
            made = room.at("register")
            mib = max(1, round(count / files / 6249))
            subprocess.run([CORPORA, "people.csv", str(mib), made, "--seed", str(7 + index)], check=True)
            os.rename(made + "/people.csv", f"{place}/register-{index}.csv")
            shutil.rmtree(made)
        out[str(count)] = judged(room, place)
        shutil.rmtree(place)
    return out


def delivery(room, quick):
    """The delivery of 47,000 people that examples/synth makes."""
    count = 500 if quick else 47000
    say(f"delivery of {count} people")
    place = room.at("delivery")
    truth = json.loads(subprocess.run([SYNTH, "--people", str(count), "--seed", "7", place], check=True, capture_output=True, text=True).stdout)
    row = {"people": count, "files": truth["files"], "bytes": truth["bytes"], "collect": room.collect(place, "evidence")}
    row["evidence"] = os.path.getsize(room.at("evidence"))
    row["assess"] = room.assess("evidence")
    row["show"] = room.median("show", room.at("evidence"))
    shutil.rmtree(place)
    return row


def about():
    processor = re.search(r"^model name[^:]*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    version = subprocess.run([PROVOST, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    day = time.strftime("%Y-%m-%d", time.gmtime())
    return f"{os.cpu_count()} processors ({processor[1] if processor else 'unknown'}), {day}, commit {commit or 'unknown'}, {version}"


def measure(quick, runs, figures, only):
    """Puts what is measured into `figures`, each with what measured it."""
    with tempfile.TemporaryDirectory() as place:
        room = Room(place, runs)
        sizes = ([1000, 4000], [7000, 25000]) if quick else ([100000, 300000, 1000000], [100000, 300000, 1000000])
        steps = {
            "mixtures": lambda: mixtures(room, quick), "walks": lambda: walks(room, sizes[0]),
            "people": lambda: people(room, sizes[1]), "delivery": lambda: delivery(room, quick),
        }
        for name in only or steps:
            figures[name] = steps[name]()
            figures.setdefault("about", {})[name] = f"{about()}, medians of {runs}"
    return figures


def slope(rows):
    """What each more takes, from the least that was measured to the most."""
    (x1, y1), (x2, y2) = rows[0], rows[-1]
    return max(0.0, y2 - y1) / (x2 - x1)


def learnt(figures):
    """What the table rests on: bytes and seconds for an artifact and a person, out of the largest and the smallest that were measured."""
    walked = [(int(files), row["1/100000"]) for files, row in figures["walks"].items()]
    plain = [(int(files), row["merge"]) for files, row in figures["walks"].items()]
    known = [(row["assess"]["people"], row) for row in figures["people"].values()]
    out = {
        "walk_cpu": slope([(files, row["cpu"]) for files, row in walked]),
        "walk_bytes": slope([(files, row["mib"]) for files, row in walked]) * MIB,
    }
    for name, rows in (("artifact", plain), ("person", known)):
        for step in ("merge", "assess"):
            out[f"{name}_{step}_bytes"] = slope([(count, row[step]["mib"]) for count, row in rows]) * MIB
            out[f"{name}_{step}_cpu"] = slope([(count, row[step]["cpu"]) for count, row in rows])
        out[f"{name}_evidence"] = rows[-1][1]["evidence"] / rows[-1][0]
        out[f"{name}_part"] = rows[-1][1]["parts"] / rows[-1][0]
    return out


def number(value, digits=2):
    if value == 0:
        return "0"
    if abs(value) >= 10 ** (digits - 1):
        rounded = round(value, -int(math.floor(math.log10(abs(value)))) + digits - 1)
        return f"{rounded:,.0f}"
    return f"{value:.{max(0, digits - 1 - int(math.floor(math.log10(abs(value)))))}f}"


def size(count):
    for unit, step in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= step:
            return f"{number(count / step)} {unit}"
    return f"{number(count)} B"


def page(figures, price, file_kb, per_gb, memory_gb, hours):
    each = learnt(figures)
    told = figures["about"]
    out = [told["mixtures"] + ":", ""]
    out += ["| what lies there | MB | files | processor seconds a GB | GB an hour and core | largest process, MiB | evidence, of each GB |", "|---|---:|---:|---:|---:|---:|---:|"]
    for kind, row in figures["mixtures"].items():
        cost = row["cpu"] / (row["bytes"] / GB)
        out.append(
            f"| {kind} | {row['bytes'] / 1e6:,.0f} | {row['files']:,} | {number(cost)} | {number(3600 / cost)} | {row['mib']:.0f} | {size(row['evidence'] / (row['bytes'] / GB))} |"
        )
    out += ["", f"A walk, which each part makes over the whole delivery before it reads its share ({told['walks']}):", ""]
    out += ["| files | a part of almost nothing: processor s | µs a file | largest process, MiB | part 32 of 64: processor s | largest process, MiB |", "|---:|---:|---:|---:|---:|---:|"]
    for files, row in figures["walks"].items():
        small, part = row["1/100000"], row["32/64"]
        out.append(f"| {int(files):,} | {small['cpu']:.2f} | {small['cpu'] / int(files) * 1e6:.1f} | {small['mib']:.0f} | {part['cpu']:.2f} | {part['mib']:.0f} |")
    most = max(map(int, figures["walks"]))
    out += ["", f"64 parts of {most:,} files: {64 * figures['walks'][str(most)]['1/100000']['cpu']:,.0f} processor seconds of walking, all together.", ""]
    out += [f"What comes after reading, for plain files in which nobody is, and for registers ({told['people']}):", ""]
    out += [
        "| what | artifacts | people | parts | evidence | merge: processor s | MiB | assess, report in JSON: processor s | MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    rows = [("plain", row["merge"]) for row in figures["walks"].values()] + [("people", row) for row in figures["people"].values()]
    for what, row in rows:
        merge, judge = row["merge"], row["assess"]
        out.append(
            f"| {what} | {row['files']:,} | {judge['people']:,} | {size(row['parts'])} | {size(row['evidence'])} | {merge['cpu']:.1f} | {merge['mib']:,.0f} | {judge['cpu']:.1f} | {judge['mib']:,.0f} |"
        )
    made = figures["delivery"]
    out += ["", f"The delivery of {made['people']:,} people of `examples/synth` ({made['files']:,} files, {size(made['bytes'])}; {told['delivery']}):", ""]
    out += ["| step | processor s | by the clock s | largest process, MiB | what comes out |", "|---|---:|---:|---:|---|"]
    for step, result in (("collect", f"{size(made['evidence'])} of evidence"), ("assess", f"{made['assess']['people']:,} people"), ("show", "every text of it")):
        row = made[step]
        out.append(f"| `{step}` | {row['cpu']:.1f} | {row['clock']:.1f} | {row['mib']:.0f} | {result} |")
    out += ["", "From these figures, for each:", "", "| | a file or artifact | a person |", "|---|---:|---:|"]
    out.append(f"| walk, in each part | {each['walk_cpu'] * 1e6:.1f} µs, {each['walk_bytes']:,.0f} B | |")
    out.append(f"| parts | {each['artifact_part']:,.0f} B | {each['person_part']:,.0f} B |")
    out.append(f"| evidence | {each['artifact_evidence']:,.0f} B | {each['person_evidence']:,.0f} B |")
    for step in ("merge", "assess"):
        cells = [f"{each[f'{name}_{step}_cpu'] * 1e6:,.0f} µs, {each[f'{name}_{step}_bytes']:,.0f} B" for name in ("artifact", "person")]
        out.append(f"| {step} | {cells[0]} | {cells[1]} |")
    cost = figures["mixtures"]["mixed"]["cpu"] / (figures["mixtures"]["mixed"]["bytes"] / GB)
    judged_bytes = lambda step, artifacts, persons: artifacts * each[f"artifact_{step}_bytes"] + persons * each[f"person_{step}_bytes"]  # noqa: E731
    one = max(judged_bytes(step, 1, per_gb * file_kb / 1e6) for step in ("merge", "assess"))
    most = memory_gb * 1e9 / one
    most = 10 ** math.floor(math.log10(most)) * math.floor(most / 10 ** math.floor(math.log10(most)))
    out += [
        "", f"**Worked out, not measured** (beyond {MEASURED}), for the mixture `mixed`, files of {file_kb:,} kB on average, {per_gb:,} people in each GB, parts that one machine of",
        f"two processors reads in about {hours} hours, and {price:.2f} (of whatever money) an hour and core, which is an assumption: put in your own. A machine with {memory_gb} GB",
        f"merges and judges some {number(most, 1)} such files at once; what is more is cut into deliveries, each merged and judged by itself:",
        "", "| delivery | files | core hours of reading | money | hours with 64 cores | deliveries | parts of each | walking, of all work | memory of a part | memory of merge | of assess | evidence |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, total in (("1 TB", 1e12), ("10 TB", 1e13), ("100 TB", 1e14), ("1 PB", 1e15)):
        files, persons = total / (file_kb * 1e3), total / GB * per_gb
        cuts = math.ceil(files / most)
        reading = total / GB * cost
        parts = max(2, math.ceil(reading / cuts / (hours * 2 * 3600)))
        walking = cuts * parts * (files / cuts) * each["walk_cpu"]
        core_hours = (reading + walking) / 3600
        memory = [judged_bytes(step, files / cuts, persons / cuts) for step in ("merge", "assess")]
        evidence = files * each["artifact_evidence"] + persons * each["person_evidence"]
        out.append(
            f"| {name} | {number(files)} | {number(core_hours)} | {number(core_hours * price)} | {number(core_hours / 64)} | {cuts:,} | {parts:,} | {walking / (reading + walking) * 100:.1f} % | "
            f"{size(files / cuts * each['walk_bytes'])} | {size(memory[0])} | {size(memory[1])} | {size(evidence)} |"
        )
    out += [
        "", "core hours = (GB × seconds a GB + deliveries × parts × files of a delivery × seconds of walking a file) ÷ 3600; money = core hours × price; memory = artifacts × bytes an",
        "artifact + people × bytes a person. What a machine of the price does in a second is assumed to be what this one does.",
    ]
    return "\n".join(out)


MEASURED = "1,000,000 files and 1,000,000 people"
KEPT = "<!-- sizing figures: "


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--only", metavar="NAMES", help="of mixtures, walks, people, delivery: these alone are measured")
    parser.add_argument("--write", metavar="PAGE", help="measure, and put figures and tables between the marks of this page")
    parser.add_argument("--price", type=float, default=0.05, help="money an hour and core")
    parser.add_argument("--file-kb", type=int, default=500, help="kB of a file, on average")
    parser.add_argument("--people-per-gb", type=int, default=1000)
    parser.add_argument("--memory", type=int, default=64, help="GB of the machine that merges and judges")
    parser.add_argument("--hours", type=int, default=4, help="hours that a part may take")
    parser.add_argument("--figures", metavar="PAGE", default=str(ROOT / "docs/scaling.md"), help="take the figures of this page")
    parser.add_argument("--again", action="store_true", help="with --write: work the tables out again from the figures that the page has")
    args = parser.parse_args()
    only = args.only.split(",") if args.only else None
    figures = {}
    if only or not (args.quick or (args.write and not args.again)):
        text = pathlib.Path(args.write or args.figures).read_text()
        if KEPT not in text:
            sys.exit(f"sizing: {args.figures} has no figures; first: benches/sizing.py --write {args.figures}")
        figures = json.loads(text.split(KEPT)[1].split(" -->")[0])
    if args.quick or (args.write and not args.again):
        figures = measure(args.quick, args.runs or (1 if args.quick else 3), figures, only)
    text = page(figures, args.price, args.file_kb, args.people_per_gb, args.memory, args.hours)
    print(text)
    if args.write:
        place = pathlib.Path(args.write)
        before, rest = place.read_text().split("<!-- sizing -->")
        after = rest.split("<!-- /sizing -->")[1]
        kept = json.dumps(rounded(figures), separators=(",", ":"))
        place.write_text(f"{before}<!-- sizing -->\n\n{text}\n\n{KEPT}{kept} -->\n<!-- /sizing -->{after}")


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return round(value, 3) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
