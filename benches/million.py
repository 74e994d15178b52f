#!/usr/bin/env python3
"""A million artifacts: multiplies the evidence of a delivery (other numbers, paths, contents and people in each copy, plain files between), then judges
it and writes every report, one after another: how long, how much memory, how large.

    cargo build --release --bin provost
    benches/million.py --write docs/scaling.md                        # some ten minutes, 2 GB of room
    benches/million.py --artifacts 20000                              # a look
    benches/million.py --delivery DIR --plain 0 --only html,pdf --all # a worse delivery, some formats, everything shown

`--keep FILE` leaves the evidence there, and packed beside it. PROVOST names another program than that in target/release. A report that takes more than `--memory` GB of
address space or `--seconds` is ended, said so, and makes this end with 1. It must not write outside its own folder, FILE and the page.
"""
import argparse
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROVOST = os.environ.get("PROVOST", str(ROOT / "target/release/provost"))
SITES = 500
PLAIN = (
    '{{"number":{number},"path":"{path}","folder":{folder},"type":"text","extension_matches":true,"size":{size},"modified":{modified},"mode":416,'
    '"owner":"1000:1000","digest":"sha256:{digest}","mark":{mark},"encryption":"none","read":"full",'
    # what reading leaves of a text in which nothing is: how much there was
    '"parts":[{{"kind":"text","records":1,"volume":{size}}}],"gaps":[]}}'
)


def run(words, seconds=None, memory=None, codes=(0, 1, 3)):
    """Processor seconds, seconds by the clock, MiB; or why there are none."""
    began = time.monotonic()
    bound = (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))) if memory else None
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([PROVOST, "-q", *words], stdout=subprocess.DEVNULL, stderr=said, preexec_fn=bound)
        signal.alarm(seconds or 0)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except TimeoutError:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
        signal.alarm(0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        error = " ".join(said.read().decode(errors="replace").split())[-300:]
    row = {"cpu": usage.ru_utime + usage.ru_stime, "clock": time.monotonic() - began, "mib": usage.ru_maxrss / 1024}
    if process.returncode not in codes:
        row["failed"] = "no end" if process.returncode == -signal.SIGKILL and row["clock"] > (seconds or 1e9) - 1 else f"ended with {process.returncode}: {error}"
    return row


def timed_out(*_):
    raise TimeoutError


def many(base, out, artifacts, plain):
    """Writes the evidence `artifacts` large, as the program itself would; a line at a time, so that it is never in memory as a whole."""
    draw = random.Random(7)
    head = {key: value for key, value in base.items() if key not in ("artifacts", "resources")}
    own = base["artifacts"]
    between = len(own) * plain // (100 - plain) if plain < 100 else artifacts
    number, copy, resources = 0, 0, []
    with open(out, "w", encoding="utf-8") as file:
        file.write('{"artifacts":[')
        while number < artifacts:
            first, site = number, copy % SITES
            for artifact in own[: artifacts - number] if plain < 100 else []:
                again = json.loads(artifact)
                again["number"] += first
                again["folder"] += first
                again["path"] = f"site-{site}/copy-{copy}/{again['path']}"
                if again.get("masked") is not None:
                    again["masked"] += 2
                again["mark"] = draw.getrandbits(64)
                for part in again.get("parts", ()):
                    for row in part.get("rows", ()):
                        # the same people as in the copy before would be one person each
                        row["i"] = [[kind, (mark ^ copy * 0x9E3779B97F4A7C15) & (1 << 64) - 1] for kind, mark in row.get("i", ())]
                    for setting in (part.get("document") or {}).get("settings") or ():
                        if setting.get("artifact"):
                            setting["artifact"] += first
                file.write(("," if number else "") + json.dumps(again, separators=(",", ":"), ensure_ascii=False))
                number += 1
            if plain < 100:
                resources += [dict(one, artifact=one["artifact"] + first) for one in base["resources"]]
            for index in range(min(between, artifacts - number)):
                number += 1
                mark = draw.getrandbits(64)
                text = PLAIN.format(
                    number=number, path=f"site-{site}/copy-{copy}/archive/{index // 200}/file-{index}.txt", folder=number - index % 200, size=mark % 100000,
                    modified=1790000000 + mark % 1000000, digest=f"{mark:016x}" * 4, mark=mark,
                )
                file.write(("," if number > 1 else "") + text)
            copy += 1
        file.write('],"resources":' + json.dumps(resources) + "," + json.dumps(head, ensure_ascii=False)[1:])
    return number


def formats():
    """The ids of all reports, as the help names them."""
    text = " ".join(subprocess.run([PROVOST, "assess", "--help"], check=True, capture_output=True, text=True).stdout.split())
    return [one.strip() for one in text.split("(may be repeated): terminal,")[1].split("[default: terminal]")[0].split(",")]


def size(count):
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= step:
            return f"{count / step:,.1f} {unit}"
    return f"{count} B"


def measure(args, room):
    key, evidence = os.path.join(room, "audit.key"), args.keep or os.path.join(room, "evidence.json")
    pathlib.Path(key).write_text("a key for benches, which is no secret\n")
    subprocess.run([PROVOST, "-q", "collect", args.delivery, "--key-file", key, "-o", evidence], check=True, stdout=subprocess.DEVNULL)
    with open(evidence, encoding="utf-8") as file:
        base = json.load(file)
    base["artifacts"] = [json.dumps(one) for one in base["artifacts"]]
    count = many(base, evidence, args.artifacts, args.plain)
    del base
    # as it is sent: packed
    form = args.keep + ".pev" if args.keep else os.path.join(room, "evidence.pev")
    pack = run(["repack", evidence, "-o", form], args.seconds, int(args.memory * 1e9))
    if "failed" in pack:
        raise SystemExit(f"it cannot be packed: {pack['failed']}")
    plain, evidence = os.path.getsize(evidence), evidence if args.json else form
    common = ["assess", evidence, "--date", "2026-11-29", *(["--all"] if args.all else [])]
    facts = os.path.join(room, "facts.json")
    row = run([*common, "--format", f"json={facts}"], args.seconds, int(args.memory * 1e9))
    people = findings = "?"
    if "failed" not in row:
        # the report itself is gigabytes: only its own counts are looked at
        with open(facts, encoding="utf-8") as file:
            text = file.read(1 << 20)
        people = text.split('"people"', 1)[1].split('"total":', 1)[1].split(",")[0].strip() if '"people"' in text else "?"
    os.path.exists(facts) and os.remove(facts)
    processor = [line.split(": ")[1] for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")][0]
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    name = os.path.basename(os.path.abspath(args.delivery))
    out = [
        f"{os.cpu_count()} processors ({processor}), {time.strftime('%Y-%m-%d', time.gmtime())}, commit {commit}: {count:,} artifacts, of which {100 - args.plain} in 100 are of `{name}`,",
        f"{size(os.path.getsize(form))} of evidence, packed ({size(plain)} as JSON{', which is what was read' if args.json else ''}), {people} people{', with `--all`' if args.all else ''}; one report at a time, reading and judging included:", "",
        "| report | processor s | by the clock s | memory, MiB | size |", "|---|---:|---:|---:|---:|",
    ]
    failed = False
    wanted = args.only.split(",") if args.only else ["terminal", *formats()]
    for one in wanted:
        place = os.path.join(room, "report")
        row = run([*common, "--format", f"{one}={place}"], args.seconds, int(args.memory * 1e9))
        result = row.get("failed") or size(os.path.getsize(place))
        failed |= "failed" in row
        out.append(f"| `{one}` | {row['cpu']:.1f} | {row['clock']:.1f} | {row['mib']:,.0f} | {result} |")
        print(out[-1], file=sys.stderr, flush=True)
        os.path.exists(place) and os.remove(place)
    return "\n".join(out), failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=int, default=1000000)
    parser.add_argument("--plain", type=int, default=95, help="of a hundred artifacts, so many hold nothing")
    parser.add_argument("--delivery", default=str(ROOT / "examples/card-printer"))
    parser.add_argument("--only", help="these reports, with commas")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--json", action="store_true", help="judge the JSON form")
    parser.add_argument("--keep", metavar="FILE")
    parser.add_argument("--memory", type=float, default=16)
    parser.add_argument("--seconds", type=int, default=900)
    parser.add_argument("--write", metavar="PAGE")
    args = parser.parse_args()
    if args.keep and not args.keep.endswith(".json"):
        parser.error("--keep: a name that ends in .json; what is packed lies beside it")
    signal.signal(signal.SIGALRM, timed_out)
    with tempfile.TemporaryDirectory() as room:
        text, failed = measure(args, room)
    print(text)
    if args.write:
        place = pathlib.Path(args.write)
        before, rest = place.read_text().split("<!-- million -->")
        place.write_text(f"{before}<!-- million -->\n\n{text}\n\n<!-- /million -->{rest.split('<!-- /million -->')[1]}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
