#!/usr/bin/env bash
# One planted value in each of 35 kinds of file (and more): which does Provost find? Other tools on the same kinds, measured before:
# Kingfisher 27, Betterleaks 17, hawk-eye 17, Ferret Scan 15, complydoc 12, trufflehog 10, gitleaks 9, rg -z 8.
#
#   benches/kinds/run.sh [--features "parquet ocr"] [further arguments of discover]
#
# Writers come from the Python registry into a folder that goes away.
set -euo pipefail
cd "$(dirname "$0")/../.."
features=()
if [ "${1:-}" = --features ]; then features=(--features "$2"); shift 2; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl xlwt python-docx python-pptx reportlab pillow pyarrow py7zr odfpy
"$work/venv/bin/python" benches/kinds/plant.py "$work/kinds"
cargo build --quiet --locked --release "${features[@]}"
"${PROVOST:-target/release/provost}" discover "$work/kinds" --format json "$@" > "$work/found.json"
"$work/venv/bin/python" - "$work" <<'PY'
import json, sys
folder = sys.argv[1]
measured, *names = open(folder + "/kinds.txt").read().split("\n")
names = [name for name in names if name]
found = json.load(open(folder + "/found.json"))
hits = {}
for artifact in found["artifacts"]:
    outer = artifact["path"].split("!/")[0]
    if "email_address" in artifact["classes"]:
        hits[outer] = True
for index, name in enumerate(names):
    if index in (0, int(measured)):
        print("as others were measured:" if index == 0 else "further kinds:")
    print(f"  {name:18} {'found' if hits.get(name) else '-'}")
count = [sum(bool(hits.get(name)) for name in part) for part in (names[: int(measured)], names[int(measured):])]
print(f"{count[0]} of {measured}, and {count[1]} of {len(names) - int(measured)} further kinds")
PY
