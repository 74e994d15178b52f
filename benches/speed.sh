#!/usr/bin/env bash
# Measures all detectors in one pass next to cat, wc -l and rg with plain patterns over the same files, and prints a Markdown table:
# medians of processor seconds (user + system, all processes), ratios to `rg -o`, memory. What it needs and what can be set:
# benches/README.md. It must not touch anything outside its own temporary folder.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

MIB=${MIB:-200}
EACH=${EACH:-48}
SEED=${SEED:-7}
RUNS=${RUNS:-3}
RG=${RG:-rg}
PATTERNS=${PATTERNS:-benches/patterns.regex}
PROVOST=${PROVOST:-target/release/provost}
CORPORA=${CORPORA:-target/release/examples/corpora}
KINDS=${KINDS:-mixed prose.txt app.log source.rs numbers.csv people.csv people.json records.txt digits.txt capitals.txt}

TIME=/usr/bin/time
for tool in "$PROVOST" "$CORPORA" "$TIME"; do
    if [ ! -x "$tool" ]; then
        echo "speed.sh: $tool is missing; first: cargo build --release --bin provost --example corpora" >&2
        exit 2
    fi
done
command -v "$RG" >/dev/null || {
    echo "speed.sh: no ripgrep (RG=PATH names one): its rows are left out" >&2
    RG=""
}

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM

# processor seconds and the largest process in MiB of one run; what the command prints is counted by nobody
once() {
    "$TIME" -f "%U %S %M" -o "$room/time" "$@" >"$room/out" 2>/dev/null || [ $? -lt 4 ]
    awk '{ printf "%.2f %d\n", $1 + $2, $3 / 1024 }' "$room/time"
}
# the run with the median of the seconds
median() { sort -n | awk '{ rows[NR] = $0 } END { print rows[int((NR + 1) / 2)] }'; }

names=(cat "wc -l")
[ -n "$RG" ] && names+=("rg" "rg -o")
names+=("provost")
run() {
    case $1 in
    cat) once find "$2" -type f -exec cat {} + ;;
    "wc -l") once find "$2" -type f -exec wc -l {} + ;;
    rg) once "$RG" -j1 --no-unicode -uuu -c -f "$PATTERNS" "$2" ;;
    "rg -o") once "$RG" -j1 --no-unicode -uuu -o -f "$PATTERNS" "$2" ;;
    provost) once "$PROVOST" discover --jobs 1 "$2" ;;
    esac
}

echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(date -u +%F), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown),"
echo "$("$PROVOST" --version)$([ -n "$RG" ] && "$RG" --version | sed -n '1s/^/, /p')"
echo
echo "| corpus | MiB | $(printf '%s | ' "${names[@]/%/ s}")${RG:+speed beside rg -o | }provost MiB/s | provost max RSS MiB |"
echo "|---|---:|$(printf -- '---:|%.0s' "${names[@]}")${RG:+---:|}---:|---:|"
for kind in $KINDS; do
    tree=$room/tree
    rm -rf "$tree"
    mib=$EACH
    [ "$kind" = mixed ] && mib=$MIB
    "$CORPORA" "$kind" "$mib" "$tree" --seed "$SEED"
    find "$tree" -type f -exec cat {} + >/dev/null
    declare -A seconds=()
    memory=0
    for name in "${names[@]}"; do : >"$room/runs-$name"; done
    # in turns, so that a noisy minute falls on all of them
    for _ in $(seq "$RUNS"); do
        for name in "${names[@]}"; do run "$name" "$tree" >>"$room/runs-$name"; done
    done
    for name in "${names[@]}"; do
        read -r second mem < <(median <"$room/runs-$name")
        seconds[$name]=$second
        memory=$mem
    done
    row="| $kind | $mib |"
    for name in "${names[@]}"; do row+=" ${seconds[$name]} |"; done
    [ -n "$RG" ] && row+=" $(awk -v a="${seconds[rg -o]}" -v b="${seconds[provost]}" 'BEGIN { printf "%.2f", a / b }') |"
    echo "$row $(awk -v m="$mib" -v b="${seconds[provost]}" 'BEGIN { printf "%.0f", m / b }') | $memory |"
done
