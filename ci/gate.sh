#!/usr/bin/env bash
# The gate of a CI job: audits a delivery, leaves every report that a job can use, and ends with the audit's exit code.
# It takes its settings from the environment, so that no text of a pull request becomes a command:
#   PROVOST           the program                           (default: provost)
#   PROVOST_TARGET    the delivery                          (default: .)
#   PROVOST_POLICY    built-in id or file                   (default: the program's)
#   PROVOST_WAIVERS   waiver file, used if it is there
#   PROVOST_BASELINE  assessment of before, used if it is there: only new findings fail then
#   PROVOST_FAIL_ON   critical, high, medium or low
#   PROVOST_FAIL_UNDER score, 0 to 100
#   PROVOST_CLASSIFICATION text at the head of the reports
#   PROVOST_OUT       folder for the reports                (default: provost-reports)
set -euo pipefail

out=${PROVOST_OUT:-provost-reports}
mkdir -p "$out"
arguments=(audit "${PROVOST_TARGET:-.}")
add() { if [ -n "$2" ]; then arguments+=("$1" "$2"); fi; }
add --policy "${PROVOST_POLICY:-}"
add --fail-on "${PROVOST_FAIL_ON:-}"
add --fail-under "${PROVOST_FAIL_UNDER:-}"
add --classification "${PROVOST_CLASSIFICATION:-}"
for pair in "--waivers ${PROVOST_WAIVERS:-}" "--baseline ${PROVOST_BASELINE:-}"; do
  file=${pair#* }
  if [ -n "$file" ] && [ -f "$file" ]; then arguments+=("${pair%% *}" "$file"); fi
done
arguments+=(
  --format terminal
  --format "json=$out/provost.json" --format "html=$out/provost.html" --format "sarif=$out/provost.sarif"
  --format "junit=$out/junit.xml" --format "gitlab=$out/gl-code-quality.json" --format "markdown=$out/summary.md"
  --format "github=$out/annotations.txt"
)
code=0
"${PROVOST:-provost}" "${arguments[@]}" || code=$?
if [ -n "${GITHUB_ACTIONS:-}" ] && [ -f "$out/annotations.txt" ]; then
  cat "$out/annotations.txt"
fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$out/summary.md" ]; then
  cat "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  { echo "exit-code=$code"; echo "reports=$out"; } >> "$GITHUB_OUTPUT"
fi
exit "$code"
