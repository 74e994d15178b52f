#!/usr/bin/env bash
# Runs every fuzz target for so many minutes in all: fuzz/run.sh MINUTES [TARGET...]
#
#   fuzz/run.sh 60                      all targets, an hour in all
#   fuzz/run.sh 5 document/zip          one target (a name, or a pattern of the shell: 'config/*')
#   fuzz/run.sh 0 document/zip          only the seeds and what was kept of earlier runs
#   JOBS=8 fuzz/run.sh 60               eight at a time: eight times as much in the same hour
#
# It builds once, makes the seeds from what the repository holds, and splits the time over the targets by their weights, but never below a
# second for each. What was reached is kept in fuzz/corpus, findings are in fuzz/artifacts (neither is committed). It prints a table and
# exits with 1 where there is a finding: a panic, more than 2 GB, or more than 10 seconds of processor time for one input.
# It must not change anything outside fuzz/.
set -euo pipefail
cd "$(dirname "$0")"

minutes=${1:-}
if ! [[ $minutes =~ ^[0-9]+$ ]]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0"
  exit 2
fi
shift

for tool in cargo "${CXX:-c++}"; do
  if ! command -v "$tool" > /dev/null; then
    echo "fuzz/run.sh needs $tool, which is not there. libFuzzer is C++: on Debian, apt-get install g++" >&2
    exit 2
  fi
done

host=$(rustc -vV | sed -n 's/^host: //p')
# coverage for libFuzzer by stable means: what cargo-fuzz passes with `--sanitizer none`. For the target only, not for build scripts
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags="$flags -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags="$flags -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTFLAGS="$flags" cargo build --release --locked --target "$host" ${FEATURES:+--features "$FEATURES"}
export FUZZ="$PWD/target/$host/release/fuzz"

# an empty store of mail, which the library that reads them brings along
PROVOST_FUZZ_PST=$(find "${CARGO_HOME:-$HOME/.cargo}/registry/src" -path '*outlook-pst-*/examples/Empty.pst' 2> /dev/null | head -n 1)
export PROVOST_FUZZ_PST
rm -rf seeds
"$FUZZ" --seeds seeds

list=$("$FUZZ" --list | while read -r name most weight; do
  [ $# = 0 ] && echo "$name $most $weight"
  for wanted in "$@"; do
    # shellcheck disable=SC2053  # a pattern is meant
    if [[ $name == $wanted ]]; then echo "$name $most $weight"; fi
  done
done)
if [ -z "$list" ]; then
  echo "no target is called $*; there are:" >&2
  "$FUZZ" --list | cut -d' ' -f1 >&2
  exit 2
fi

JOBS=${JOBS:-1}
all=$(awk '{ sum += $3 } END { print sum }' <<< "$list")
export TOTAL=$((minutes * 60 * JOBS)) ALL=$all
rm -rf artifacts/log
mkdir -p artifacts/log corpus

# One target: its share of the time, its log, its findings. What took long is run again by itself: on a busy machine it may have waited.
one() {
  local name=$1 most=$2 weight=$3 log artifacts seconds slow cpu
  log=artifacts/log/${name//\//-}
  artifacts=artifacts/$name
  mkdir -p "corpus/$name" "$artifacts"
  find "$artifacts" -type f -delete
  seconds=$((TOTAL * weight / ALL))
  [ "$seconds" -ge 1 ] || seconds=1
  local limit="-max_total_time=$seconds"
  [ "$TOTAL" -gt 0 ] || limit="-runs=0"
  local begun=$SECONDS
  PROVOST_FUZZ_TARGET=$name "$FUZZ" "$limit" -timeout=40 -report_slow_units=10 -rss_limit_mb=2048 -malloc_limit_mb=2048 \
    -max_len="$most" -dict=formats.dict -artifact_prefix="$artifacts/" -print_final_stats=1 "corpus/$name" "seeds/$name" > "$log" 2>&1 || true
  echo "seconds: $((SECONDS - begun))" >> "$log"
  for slow in "$artifacts"/slow-unit-* "$artifacts"/timeout-*; do
    [ -f "$slow" ] || continue
    cpu=$( (TIMEFORMAT=%U; time PROVOST_FUZZ_TARGET=$name "$FUZZ" -timeout=120 -rss_limit_mb=2048 "$slow" > /dev/null 2>&1) 2>&1 | tail -n 1 || true)
    if [ "${cpu%.*}" -lt 10 ]; then rm "$slow"; fi
  done
}
export -f one
xargs -P "$JOBS" -L 1 bash -c 'one "$@"' one <<< "$list"

printf '%-32s %10s %8s %7s %7s  %s\n' target runs coverage corpus seconds findings
found=0
spent=0
while read -r name _ _; do
  log=artifacts/log/${name//\//-}
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  cover=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | cut -d' ' -f2 || true)
  kept=$(find "corpus/$name" -type f | wc -l)
  seconds=$(sed -n 's/^seconds: //p' "$log")
  spent=$((spent + seconds))
  bad=$(find "artifacts/$name" -type f | wc -l)
  # a fuzzer that says nothing did not run at all
  if [ -z "$cover" ] && [ "$bad" = 0 ] && [ "$TOTAL" -gt 0 ]; then bad="did not run: $log"; found=$((found + 1)); fi
  printf '%-32s %10s %8s %7s %7s  %s\n' "$name" "${runs:--}" "${cover:--}" "$kept" "$seconds" "$bad"
  [ "$bad" = 0 ] || grep -h -m 3 -e '^FINDING' -e 'ERROR: libFuzzer' "$log" | sed 's/^/    /' || true
  if [[ $bad =~ ^[0-9]+$ ]]; then found=$((found + bad)); fi
done <<< "$list"
echo "$found findings in $((spent / 60)) minutes and $((spent % 60)) seconds of fuzzing"
[ "$found" = 0 ]
