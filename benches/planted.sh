#!/bin/sh
# Planted verdicts in configurations: counted, and timed beside cfn-guard.
#
# usage: benches/planted.sh GENERATOR [COUNT=1000] [SEED=7]
#
# GENERATOR is a program that writes OUT/cfn/*.json and others with OUT/manifest.json (`gen_configs.py OUT N SEED`). The count comes
# from `examples/planted` (policy: examples/planted/policy.yaml). The times are those of the whole programs over the folder of
# CloudFormation templates, three turns each, in turn: `provost audit` with that policy, and `cfn-guard validate` (if it is installed:
# cargo install cfn-guard) with the same ten rules (benches/planted/rules.guard).
set -eu
cd "$(dirname "$0")/.."
generator=$1
count=${2:-1000}
seed=${3:-7}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
python3 "$generator" "$out/all" "$count" "$seed" >/dev/null
cargo build --quiet --release --bin provost --example planted
target/release/examples/planted "$out/all"
mkdir "$out/only" && cp -r "$out/all/cfn" "$out/only/cfn"
measure() { # NAME COMMAND...
    name=$1
    shift
    python3 - "$name" "$@" <<'P'
import os, resource, subprocess, sys, time
name, command = sys.argv[1], sys.argv[2:]
before = resource.getrusage(resource.RUSAGE_CHILDREN)
start = time.monotonic()
subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wall = time.monotonic() - start
after = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(f"{name:<10} {wall:6.2f} s wall {cpu:6.2f} s processor {after.ru_maxrss / 1024:6.0f} MiB (largest process)")
P
}
for _ in 1 2 3; do
    measure provost target/release/provost audit "$out/only/cfn" --policy examples/planted/policy.yaml --date 2026-11-24 --format "json=$out/report.json"
    if command -v cfn-guard >/dev/null; then
        measure cfn-guard cfn-guard validate -d "$out/only/cfn" -r benches/planted/rules.guard -S all
    fi
done
