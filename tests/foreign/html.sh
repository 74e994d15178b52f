#!/usr/bin/env bash
# The HTML report in a real browser: no error on the console, no breach of its content policy, the filter, paper, axe, hostile names.
#   tests/foreign/html.sh [PICTURES]      PROVOST=path/to/provost
# With a folder named, it keeps what it saw there.
set -euo pipefail
cd "$(dirname "$0")/../.."
provost=${PROVOST:-target/release/provost}
pictures=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if { [ -z "$chromium" ] || ! command -v pdftotext > /dev/null; } && command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq > /dev/null 2>&1 || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium poppler-utils fonts-dejavu-core > /dev/null 2>&1 || true
  chromium=$(command -v chromium || true)
fi
[ -n "$chromium" ] || { echo "no Chromium, and none to be had"; exit 77; }
command -v npm > /dev/null || { echo "no npm: axe is not to be had"; exit 77; }
(cd "$work" && npm init -y > /dev/null && npm install --silent --no-audit --no-fund puppeteer-core@24 axe-core@4 > /dev/null)

for example in card-printer good-supplier foi-release; do
  "$provost" audit "examples/$example" --date 2026-11-24 --format "json=$work/$example.json" > /dev/null || [ $? = 1 ]
done
# a whole force, audited as it is delivered: register, orders, copies, mails, settings; the synthetic one beside it has as many findings as
# a report can hold
people=${PEOPLE:-47000}
cargo run --locked --quiet --example synth -- --people "$people" --seed 7 --photos no --copies 2 --filler 200 "$work/force" > /dev/null
"$provost" audit "$work/force" --date 2026-11-24 --format "json=$work/force.json" > /dev/null || [ $? = 1 ]
rm -rf "$work/force"
for what in large hostile tame; do
  python3 tests/foreign/html_inputs.py "$what" "$work/card-printer.json" "$work/$what.json"
done
for file in "$work"/*.json; do
  case "$file" in */package*.json) continue ;; esac
  "$provost" render "$file" --format "html=${file%.json}.html"
done
echo "-- the Nu HTML checker"
if ! command -v java > /dev/null && command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless > /dev/null 2>&1 || true
fi
if command -v java > /dev/null; then
  mkdir "$work/nu"
  (cd "$work/nu" && npm init -y > /dev/null && npm install --silent --no-audit --no-fund vnu-jar@26.9.27 > /dev/null)
  "$provost" diff "$work/good-supplier.json" "$work/good-supplier.json" --format html > "$work/nu/diff.html"
  "$provost" compare "$work/good-supplier.json" "$work/card-printer.json" --format html > "$work/nu/compare.html"
  # `paint-order` is a property of SVG text that the checker does not know
  java -jar "$work/nu/node_modules/vnu-jar/build/dist/vnu.jar" --errors-only --filterpattern '.*paint-order.*' --format gnu \
    "$work"/{card-printer,good-supplier,foi-release,hostile,tame}.html "$work"/nu/{diff,compare}.html
  echo "7 pages are valid"
  rm -r "$work/nu"
else
  echo "java is not there: not looked at by the Nu checker"
fi
node tests/foreign/html.mjs "$work" "$chromium" ${pictures:+"$pictures"}
