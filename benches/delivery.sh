#!/usr/bin/env bash
# Measures provost on a made-up delivery, next to cat and wc over the same files, and prints a Markdown table of medians.
# What it does and what can be set: benches/README.md. It must not touch anything outside its own temporary folder.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

PEOPLE=${PEOPLE:-47000}
SEED=${SEED:-7}
PHOTOS=${PHOTOS:-yes}
COPIES=${COPIES:-1}
FILLER=${FILLER:-64}
RUNS=${RUNS:-3}
JOBS=${JOBS:-1 2}
PROVOST=${PROVOST:-target/release/provost}
SYNTH=${SYNTH:-target/release/examples/synth}
DISCOVER_ARGS=${DISCOVER_ARGS:-}
AUDIT_ARGS=${AUDIT_ARGS:-}

TIME=/usr/bin/time
for tool in "$PROVOST" "$SYNTH" "$TIME"; do
    if [ ! -x "$tool" ]; then
        echo "delivery.sh: $tool is missing; first: cargo build --release --bin provost --example synth" >&2
        exit 2
    fi
done
if [[ $("$TIME" -v true 2>&1) != *"Maximum resident"* ]]; then
    echo "delivery.sh: $TIME is not GNU time" >&2
    exit 2
fi

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM
delivery=$room/delivery
failed=0

truth=$("$SYNTH" --people "$PEOPLE" --seed "$SEED" --photos "$PHOTOS" --copies "$COPIES" --filler "$FILLER" "$delivery")
fact() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" <<<"$truth"; }

# median of the numbers on standard input
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# seconds of a wall clock written h:mm:ss or m:ss.cc
seconds() { awk -F: '{s = 0; for (i = 1; i <= NF; i++) s = s * 60 + $i; print s}'; }

# value of one line of what time -v wrote
timed() { sed -n "s/^[[:space:]]*$1: //p" "$room/time"; }

# found FILE: people in a report, or a dash
found() {
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["people"]["total"])' "$1" 2>/dev/null || echo "-"
}

# row LABEL JOBS COMMAND...: runs the command RUNS times and prints its row
row() {
    local label=$1 jobs=$2 run status people="" count
    shift 2
    : >"$room/wall"
    : >"$room/cpu"
    : >"$room/rss"
    for run in $(seq "$RUNS"); do
        status=0
        "$TIME" -v -o "$room/time" "$@" >"$room/out" 2>"$room/err" || status=$?
        # 0 passed, 1 failed and 3 incomplete are verdicts; anything else is no run, and neither is one without a report
        if [ ! -s "$room/out" ] && [ "$1" = "$PROVOST" ]; then status="$status, no report"; fi
        case $status in
        0 | 1 | 3) ;;
        *)
            echo "| $label | $jobs | exit $status | | | |"
            head -n 3 "$room/err" >&2
            failed=1
            return
            ;;
        esac
        timed 'Elapsed (wall clock) time (h:mm:ss or m:ss)' | seconds >>"$room/wall"
        echo "$(timed 'User time (seconds)') $(timed 'System time (seconds)')" | awk '{print $1 + $2}' >>"$room/cpu"
        timed 'Maximum resident set size (kbytes)' >>"$room/rss"
        if [ "$1" = "$PROVOST" ]; then
            count=$(found "$room/out")
            # a count that changes from run to run is shown as such
            if [ "$run" = 1 ]; then people=$count; elif [ "$people" != "$count" ]; then people="$people / $count"; fi
        fi
    done
    if [ -n "$people" ]; then people="$people of $(fact people)"; fi
    printf '| %s | %s | %.2f s | %.2f s | %.1f MiB | %s |\n' "$label" "$jobs" "$(median <"$room/wall")" \
        "$(median <"$room/cpu")" "$(awk -v k="$(median <"$room/rss")" 'BEGIN {print k / 1024}')" "$people"
}

over_files() { printf 'find "$1" -type f -print0 | xargs -0 %s >/dev/null' "$1"; }

# everything is read once before anything is measured, so that all rows see a warm cache
sh -c "$(over_files cat)" sh "$delivery"

echo "$(fact files) files, $(fact bytes) bytes, seed $SEED; truth: $(fact people) people, $(fact together) with name," \
    "photograph and vetting level together, $(fact photos) photographs. Medians of $RUNS runs on" \
    "$(getconf _NPROCESSORS_ONLN) processors, files in the cache."
echo
echo "| command | jobs | wall | user + sys | max RSS | people found |"
echo "|---|---:|---:|---:|---:|---:|"
row '`cat`' '' sh -c "$(over_files cat)" sh "$delivery"
row '`wc -c`' '' sh -c "$(over_files 'wc -c')" sh "$delivery"
for jobs in $JOBS; do
    # the arguments are words on purpose
    # shellcheck disable=SC2086
    row '`provost discover`' "$jobs" "$PROVOST" discover "$delivery" --format json --jobs "$jobs" $DISCOVER_ARGS
    # shellcheck disable=SC2086
    row '`provost audit`' "$jobs" "$PROVOST" audit "$delivery" --format json --jobs "$jobs" $AUDIT_ARGS
done
# the same once more, with a cache of what was found
head -c 32 /dev/urandom | base64 >"$room/key"
for jobs in $JOBS; do
    # shellcheck disable=SC2206
    again=("$PROVOST" audit "$delivery" --format json --jobs "$jobs" --key-file "$room/key" --cache "$room/cache" $AUDIT_ARGS)
    [ -d "$room/cache" ] || "${again[@]}" >/dev/null 2>&1 || true
    row '`provost audit`, unchanged, with `--cache`' "$jobs" "${again[@]}"
done
exit "$failed"
