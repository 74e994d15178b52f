#!/usr/bin/env python3
"""Makes a delivery of many small files: notes, logs, tables and letters of made-up people, settings, and here and there something larger or packed.
One number of files and one seed give one tree, to the byte and the second. Nobody in it exists. It must not need more than Python.

    benches/tree.py OUT --files 100000 [--seed 7] [--plain]

`--plain` makes files of a line in which nobody is: what finding and opening files costs, and nothing else.
"""
import argparse
import io
import os
import random
import zipfile

FORENAMES = "Ada Ben Chloe Dev Ewan Farah Gwen Hari Iris Jonas Kemi Liam Mina Noor Owen Priya Quentin Rosa Sami Tara Una Viktor Wanda Yusuf".split()
SURNAMES = "Example Sample Specimen Placeholder Mockford Testwell Dummery Fakenham Stubbs Nullman Voidley Formby Pattern Draftley".split()
RANKS = "PC DC PS DS Insp DI CI Supt".split()
FOLDER = 500
# 2026-01-01: every file is as old, so that evidence made twice is the same
WHEN = 1767225600


def person(draw):
    first, last = draw.choice(FORENAMES), draw.choice(SURNAMES)
    return {
        "first": first,
        "last": last,
        "rank": draw.choice(RANKS),
        "warrant": f"{draw.randrange(100000, 999999)}",
        "mail": f"{first}.{last}{draw.randrange(10, 99)}@police.example".lower(),
        "born": f"{draw.randrange(1960, 2004)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}",
        "phone": f"07700 900{draw.randrange(0, 1000):03}",
    }


def table(draw, rows):
    lines = ["warrant_number,surname,forename,rank,date_of_birth,email,mobile"]
    for one in (person(draw) for _ in range(rows)):
        lines.append("{warrant},{last},{first},{rank},{born},{mail},{phone}".format(**one))
    return "\n".join(lines) + "\n"


def note(draw):
    return f"2026-0{draw.randrange(1, 10)}-1{draw.randrange(0, 10)} INFO printer {draw.randrange(1, 9)} ready, tray {draw.randrange(1, 5)} full\n"


def letter(draw):
    return "Dear {first} {last},\n\nyour card for warrant number {warrant} is ready. We wrote to {mail}.\n\nThe card desk\n".format(**person(draw))


def sshd(draw):
    return f"Port 22\nPermitRootLogin {draw.choice(['no', 'yes', 'prohibit-password'])}\nMaxAuthTries {draw.randrange(2, 8)}\nX11Forwarding no\n"


def packed(draw):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("cards.csv", "notes.txt"):
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            archive.writestr(info, table(draw, 12) if name.endswith("csv") else note(draw) * 20)
    return out.getvalue()


# of a hundred files, so many are of each kind
KINDS = [
    (46, "note", "txt", note),
    (16, "letter", "txt", letter),
    (16, "cards", "csv", lambda draw: table(draw, draw.randrange(1, 8))),
    (10, "events", "log", lambda draw: "".join(note(draw) for _ in range(12))),
    (8, "settings", "json", lambda draw: f'{{"port": {draw.randrange(1024, 9999)}, "tls": {draw.choice(["true", "false"])}, "workers": 4}}\n'),
    (2, "sshd_config", "", sshd),
    (1, "large", "csv", lambda draw: table(draw, draw.randrange(50, 400))),
    (1, "pack", "zip", packed),
]


def make(out, files, seed=7, plain=False):
    """Makes the tree and gives the number of its bytes."""
    draw = random.Random(seed)
    kinds = [kind for kind in KINDS for _ in range(kind[0])]
    written = 0
    for number in range(files):
        folder = os.path.join(out, f"site-{number // FOLDER // 20:03}", f"box-{number // FOLDER % 20:02}")
        if number % FOLDER == 0:
            os.makedirs(folder, exist_ok=True)
        _, stem, ending, content = kinds[0] if plain else draw.choice(kinds)
        content = "nothing to see\n" if plain else content(draw)
        content = content if isinstance(content, bytes) else content.encode()
        place = os.path.join(folder, f"{number:07}-{stem}.{ending}" if ending else f"{number:07}-{stem}")
        with open(place, "wb") as file:
            file.write(content)
        os.utime(place, (WHEN, WHEN))
        written += len(content)
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--files", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--plain", action="store_true")
    args = parser.parse_args()
    print(f"{args.files} files, {make(args.out, args.files, args.seed, args.plain)} bytes")


if __name__ == "__main__":
    main()
