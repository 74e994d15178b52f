#!/usr/bin/env bash
# Measures all detectors in one pass next to cat, wc -l and rg with plain patterns over the same files, and prints a Markdown table: medians of
# processor seconds (user + system, all processes) and of seconds by the clock, ratios, memory. What it needs and what can be set: benches/README.md.
# `--write FILE` puts the table between the marks of that file. It must not touch anything else outside its own temporary folder.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

quick=""
write=""
while [ $# -gt 0 ]; do
    case $1 in
    --quick) quick=yes ;;
    --write) write=${2:?suite.sh: --write needs a file}; shift ;;
    *) echo "usage: suite.sh [--quick] [--write FILE]" >&2; exit 2 ;;
    esac
    shift
done

MIB=${MIB:-${quick:+10}}
EACH=${EACH:-${quick:+2}}
LONG=${LONG:-${quick:+20}}
HUGE=${HUGE:-${quick:+20}}
TINY=${TINY:-${quick:+1}}
RUNS=${RUNS:-${quick:+1}}
MIB=${MIB:-200} EACH=${EACH:-48} LONG=${LONG:-500} HUGE=${HUGE:-1000} TINY=${TINY:-20} RUNS=${RUNS:-3}
SEED=${SEED:-7}
RG=${RG:-rg}
PATTERNS=${PATTERNS:-benches/patterns.regex}
PROVOST=${PROVOST:-target/release/provost}
CORPORA=${CORPORA:-target/release/examples/corpora}
KINDS=${KINDS:-mixed prose.txt app.log source.rs numbers.csv people.csv people.json records.txt digits.txt capitals.txt matches.txt line.txt huge.csv tiny deep}

TIME=/usr/bin/time
for tool in "$PROVOST" "$CORPORA" "$TIME"; do
    if [ ! -x "$tool" ]; then
        echo "suite.sh: $tool is missing; first: cargo build --release --bin provost --example corpora" >&2
        exit 2
    fi
done
command -v "$RG" >/dev/null || {
    echo "suite.sh: no ripgrep (RG=PATH names one): its columns are left out" >&2
    RG=""
}

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM

# processor seconds, seconds by the clock and the largest process in MiB of one run; what the command prints is counted by nobody
once() {
    "$TIME" -f "%U %S %e %M" -o "$room/time" "$@" >"$room/out" 2>/dev/null || [ $? -lt 4 ]
    tail -n 1 "$room/time" | awk '{ printf "%.2f %.2f %d\n", $1 + $2, $3, $4 / 1024 }'
}
# medians of each column, each by itself
median() {
    for column in 1 2 3; do
        awk -v c="$column" '{ print $c }' "$1" | sort -n | awk '{ rows[NR] = $0 } END { printf "%s ", rows[int((NR + 1) / 2)] }'
    done
    echo
}

names=(cat "wc -l")
[ -n "$RG" ] && names+=("rg" "rg -o")
names+=("provost")
run() {
    case $1 in
    cat) once find "$2" -type f -exec cat {} + ;;
    "wc -l") once find "$2" -type f -exec wc -l {} + ;;
    rg) once "$RG" -j1 --no-unicode -uuu -a -c -f "$PATTERNS" "$2" ;;
    "rg -o") once "$RG" -j1 --no-unicode -uuu -a -o -f "$PATTERNS" "$2" ;;
    provost) once "$PROVOST" discover "$2" ;;
    esac
}

measure() {
    echo "$(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(date -u +%F), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)," \
        "$("$PROVOST" --version)$([ -n "$RG" ] && "$RG" --version | sed -n '1s/^/, /p'), medians of $RUNS:"
    echo
    echo "| corpus | MiB | files | $(printf '%s s | ' "${names[@]}")by the clock s | ${RG:+× rg -o | }× cat | MiB/s | max RSS MiB |"
    echo "|---|---:|---:|$(printf -- '---:|%.0s' "${names[@]}")---:|${RG:+---:|}---:|---:|---:|"
    for kind in $KINDS; do
        tree=$room/tree
        rm -rf "$tree"
        made=$kind
        mib=$EACH
        case $kind in
        mixed) mib=$MIB ;;
        line.txt) mib=$LONG ;;
        huge.csv) mib=$HUGE made=people.csv ;;
        tiny | deep) mib=$TINY ;;
        esac
        "$CORPORA" "$made" "$mib" "$tree" --seed "$SEED"
        files=$(find "$tree" -type f | wc -l)
        # what is read once before costs nobody the disk
        find "$tree" -type f -exec cat {} + >/dev/null
        mib=$(find "$tree" -type f -printf '%s\n' | awk '{ sum += $1 } END { printf "%.0f", sum / 1048576 }')
        declare -A seconds=()
        for name in "${names[@]}"; do : >"$room/runs-$name"; done
        # in turns, so that a noisy minute falls on all of them
        for _ in $(seq "$RUNS"); do
            for name in "${names[@]}"; do run "$name" "$tree" >>"$room/runs-$name"; done
        done
        for name in "${names[@]}"; do
            read -r second clock memory < <(median "$room/runs-$name")
            seconds[$name]=$second
        done
        # the last of the names is provost
        row="| $kind | $mib | $files |"
        for name in "${names[@]}"; do row+=" ${seconds[$name]} |"; done
        row+=" $clock |"
        times() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.1f", a / b; else printf "–" }'; }
        [ -n "$RG" ] && row+=" $(times "${seconds[provost]}" "${seconds[rg -o]}") |"
        echo "$row $(times "${seconds[provost]}" "${seconds[cat]}") | $(times "$mib" "$clock") | $memory |"
    done
}

if [ -n "$write" ]; then
    grep -q '^<!-- suite -->$' "$write" && grep -q '^<!-- /suite -->$' "$write" || {
        echo "suite.sh: $write has no marks <!-- suite --> and <!-- /suite -->" >&2
        exit 2
    }
    measure | tee "$room/table"
    awk -v table="$room/table" '
        /^<!-- suite -->$/ { print; print ""; while ((getline line < table) > 0) print line; print ""; skip = 1 }
        /^<!-- \/suite -->$/ { skip = 0 }
        !skip' "$write" >"$room/doc"
    cat "$room/doc" >"$write"
else
    measure
fi
