#!/usr/bin/env bash
# Collects evidence of each tree and prints how many matches of each data class are in them, and what was not read: Markdown tables.
# What it does and what can be set: benches/README.md. It must not touch anything outside its own temporary folder.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")/.." && pwd)
PROVOST=${PROVOST:-$here/target/release/provost}
ALARMS=${ALARMS:-$here/target/release/examples/alarms}
TIME=/usr/bin/time

if [ $# = 0 ]; then
    echo "usage: false-alarms.sh TREE..." >&2
    exit 2
fi
for tool in "$PROVOST" "$ALARMS" "$TIME"; do
    if [ ! -x "$tool" ]; then
        echo "false-alarms.sh: $tool is missing; first: cargo build --release --bin provost --example alarms" >&2
        exit 2
    fi
done
if [[ $("$TIME" -v true 2>&1) != *"Maximum resident"* ]]; then
    echo "false-alarms.sh: $TIME is not GNU time" >&2
    exit 2
fi

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM

timed() { sed -n "s/^[[:space:]]*$1: //p" "$room/time"; }

evidence=()
echo "| tree | wall | max RSS |"
echo "|---|---:|---:|"
for tree in "$@"; do
    name=$(basename "$tree")
    file="$room/${#evidence[@]}/$name.json"
    mkdir -p "$(dirname "$file")"
    if ! "$TIME" -v -o "$room/time" "$PROVOST" collect "$tree" -o "$file" >/dev/null 2>"$room/err"; then
        head -n 3 "$room/err" >&2
        exit 2
    fi
    printf '| %s | %s | %.0f MiB |\n' "$name" "$(timed 'Elapsed (wall clock) time (h:mm:ss or m:ss)')" \
        "$(timed 'Maximum resident set size (kbytes)' | awk '{print $1 / 1024}')"
    evidence+=("$file")
done
echo
"$ALARMS" "${evidence[@]}"
