#!/usr/bin/env bash
# The PDF report in other people's readers: qpdf, poppler, pikepdf's check of PDF/A-2b, pdfua. Hostile names, and 100,000 findings with time and memory.
#   tests/foreign/pdf.sh [PICTURES]      PROVOST=path/to/provost
# With a folder named, it keeps pictures of pages there.
set -euo pipefail
cd "$(dirname "$0")/../.."
provost=${PROVOST:-target/release/provost}
pictures=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if { ! command -v qpdf || ! command -v pdftotext; } > /dev/null && command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq > /dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends qpdf poppler-utils > /dev/null 2>&1 || true
fi
for tool in qpdf pdfinfo pdftotext pdffonts pdftoppm python3; do
  command -v "$tool" > /dev/null || { echo "no $tool, and none to be had"; exit 77; }
done
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'pikepdf[pdfa]==10.18.0' pdfua==0.1.3 || { echo "no pikepdf"; exit 77; }

for example in card-printer good-supplier foi-release; do
  "$provost" audit "examples/$example" --date 2026-11-24 --classification OFFICIAL-SENSITIVE --format "json=$work/$example.json" > /dev/null || [ $? = 1 ]
done
for what in large hostile; do
  python3 tests/foreign/html_inputs.py "$what" "$work/card-printer.json" "$work/$what.json"
done
for name in card-printer good-supplier foi-release hostile; do
  "$provost" render "$work/$name.json" --format "pdf=$work/$name.pdf"
  qpdf --check "$work/$name.pdf" > "$work/qpdf.txt" 2>&1 || { cat "$work/qpdf.txt"; exit 1; }
  pdfinfo "$work/$name.pdf" > "$work/info.txt" 2> "$work/errors.txt"
  grep -q '^Tagged: *yes' "$work/info.txt"
  grep -q '^JavaScript: *no' "$work/info.txt"
  pdffonts "$work/$name.pdf" 2>> "$work/errors.txt" | awk 'NR > 2 && ($(NF-4) != "yes" || $(NF-3) != "yes" || $(NF-2) != "yes") { print "a font is not embedded, cut down and mapped: " $0; bad = 1 } END { exit bad }'
  pdftoppm -r 20 -png -l 20 "$work/$name.pdf" "$work/page" 2>> "$work/errors.txt"
  [ ! -s "$work/errors.txt" ] || { echo "$name:"; head "$work/errors.txt"; exit 1; }
  if [ -n "$pictures" ]; then pdftoppm -r 60 -png "$work/$name.pdf" "$pictures/$name"; fi
done
"$work/venv/bin/python" tests/foreign/pdf.py "$work"

"$work/venv/bin/python" - "$provost" "$work" <<'PY'
import resource, subprocess, sys, time
provost, work = sys.argv[1:]
begun = time.time()
subprocess.run([provost, "render", f"{work}/large.json", "--all", "--format", f"pdf={work}/large.pdf"], check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"100,000 findings: {time.time() - begun:.0f} s, {usage.ru_maxrss / 1024:.0f} MiB")
assert time.time() - begun < 300 and usage.ru_maxrss < 4 << 20, "too much"
PY
pdfinfo "$work/large.pdf" | grep -E '^(Pages|File size)'
pdftotext -f 5 -l 400 "$work/large.pdf" - | wc -w
