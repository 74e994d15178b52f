#!/usr/bin/env python3
"""How many full names of many origins `provost detect` finds in plain sentences, as a Markdown table by origin.

The names are those that the generator `faker` makes (fetched into a temporary environment for the run), always the same ones. Each stands in one of
twelve sentences that say little of it. Nothing is learnt from them: no list of Provost is made of faker's. It writes nothing but its table.

    benches/names.py [PROGRAM] [--each N] [--missed]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

FAKER = "faker==40.63.0"
ORIGINS = [
    ("en_GB", "Britain"), ("en_IE", "Ireland"), ("pl_PL", "Poland"), ("ro_RO", "Romania"), ("lt_LT", "Lithuania"), ("cs_CZ", "Czechia"),
    ("hu_HU", "Hungary"), ("it_IT", "Italy"), ("es_ES", "Spain"), ("pt_PT", "Portugal"), ("fr_FR", "France"), ("de_DE", "Germany"),
    ("nl_NL", "Netherlands"), ("sv_SE", "Sweden"), ("tr_TR", "Turkey"), ("en_IN", "India"), ("zh_CN", "China (romanised)"), ("vi_VN", "Vietnam"),
    ("yo_NG", "Nigeria (Yoruba)"), ("ig_NG", "Nigeria (Igbo)"), ("ha_NG", "Nigeria (Hausa)"), ("zu_ZA", "South Africa (Zulu)"),
]
SENTENCES = [
    "The report was written by {} last week.", "{} moved to Leeds in 2014.", "I met {} at the station.", "Please give the card to {} before noon.",
    "We interviewed {}, who lives nearby.", "{}\n", "The badge of {} was lost.", "On Monday {} and two colleagues left.",
    "Statement of {} (exhibit 4)", "It was {} who found the laptop.", "Asked about it, {} refused to answer.", "- {}: day shift",
]
ROOT = pathlib.Path(__file__).resolve().parent.parent

MAKER = """
import json, sys
from faker import Faker
for code in json.loads(sys.argv[1]):
    fake = Faker(code)
    fake.seed_instance(5)
    names = []
    while len(names) < int(sys.argv[2]):
        name = fake.romanized_name() if code == "zh_CN" else fake.first_name() + " " + fake.last_name()
        names.append(" ".join(name.split()))
    print(json.dumps([code, names]))
"""


def made(each):
    """Names by locale, made in an environment of their own."""
    with tempfile.TemporaryDirectory() as room:
        subprocess.run([sys.executable, "-m", "venv", room], check=True)
        python = pathlib.Path(room) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "--quiet", "install", FAKER], check=True)
        codes = json.dumps([code for code, _ in ORIGINS])
        out = subprocess.run([python, "-c", MAKER, codes, str(each)], check=True, capture_output=True, text=True).stdout
    return dict(json.loads(line) for line in out.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", nargs="?", default=str(ROOT / "target/release/provost"))
    parser.add_argument("--each", type=int, default=48, help="names of each origin")
    parser.add_argument("--missed", action="store_true", help="list what was not found")
    options = parser.parse_args()
    names = made(options.each)
    cases = [(code, name, SENTENCES[at % len(SENTENCES)]) for code, _ in ORIGINS for at, name in enumerate(names[code])]
    lines = "".join(json.dumps({"id": str(at), "text": text.format(name)}) + "\n" for at, (_, name, text) in enumerate(cases))
    answer = subprocess.run([options.program, "detect", "--jsonl"], input=lines, check=True, capture_output=True, text=True).stdout
    found = {code: 0 for code, _ in ORIGINS}
    missed = []
    for line in answer.splitlines():
        row = json.loads(line)
        code, name, text = cases[int(row["id"])]
        start = len(text.split("{}")[0].encode())
        end = start + len(name.encode())
        # a part of the name is not all of it, but leads to it
        hit = any(span["class"] == "person_name" and span["start"] < end and start < span["end"] for span in row["spans"])
        found[code] += hit
        if not hit:
            missed.append(text.format(name).strip())
    print("| origin | names | found | share |\n|---|---:|---:|---:|")
    for code, origin in ORIGINS:
        print(f"| {origin} | {options.each} | {found[code]} | {found[code] / options.each:.2f} |")
    print(f"| all | {len(cases)} | {sum(found.values())} | {sum(found.values()) / len(cases):.2f} |")
    if options.missed:
        print("\n" + "\n".join(missed))


if __name__ == "__main__":
    main()
