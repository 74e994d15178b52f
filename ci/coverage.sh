#!/usr/bin/env bash
# Which lines of `src` the tests run: `cargo test` (unit tests, tests/it, and every process that those start: the program, its workers,
# confined or killed), counted by the compiler's own counters. Prints a table by room; `--csv FILE` takes one by file, `--lines FILE` the
# lines that nothing ran. What follows `--` goes to `cargo test` (features, names of tests) in place of `--lib --bins --tests`.
# It must not change what is tested: no line of `src` or `tests` knows of it.
#
#   ci/coverage.sh [--csv FILE] [--lines FILE] [-- ARGUMENTS OF CARGO TEST]
#
# Needs llvm-profdata and llvm-cov of the compiler's own LLVM version: Debian's llvm-N, installed if root; else $LLVM_BIN, the folder
# that holds both.
set -euo pipefail
cd "$(dirname "$0")/.."

csv='' lines='' arguments=(--lib --bins --tests)
while [ $# -gt 0 ]; do
  case $1 in
    --csv) csv=$2; shift 2 ;;
    --lines) lines=$2; shift 2 ;;
    --) shift; arguments=("$@"); break ;;
    *) echo "what is $1?" >&2; exit 2 ;;
  esac
done

version=$(rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
bin=${LLVM_BIN:-/usr/lib/llvm-$version/bin}
if ! [ -x "$bin/llvm-profdata" ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "llvm-$version" > /dev/null
fi
[ -x "$bin/llvm-profdata" ] && [ -x "$bin/llvm-cov" ] || { echo "no llvm-profdata and llvm-cov $version: name their folder in LLVM_BIN" >&2; exit 77; }

export CARGO_TARGET_DIR=${COVERAGE_TARGET:-$PWD/target/coverage}
export CARGO_INCREMENTAL=0
tools=$CARGO_TARGET_DIR/tools
counts=$CARGO_TARGET_DIR/counts
rm -rf "$counts"
mkdir -p "$tools" "$counts"

# Where counts go is part of each program, for tests and coordinator start their processes with no environment. They lie in a file that is
# mapped before the first line of `main` (%c): a worker may write no file once it is confined, and one that is killed writes nothing either.
# The compiler puts a name of its own into every program; of two of the same group the linker takes the first.
cat > "$tools/name.s" <<EOF
	.section .rodata.__llvm_profile_filename,"aG",@progbits,__llvm_profile_filename,comdat
	.hidden __llvm_profile_filename
	.globl __llvm_profile_filename
__llvm_profile_filename:
	.asciz "$counts/%m%c.profraw"
	.section .note.GNU-stack,"",@progbits
EOF
cc -c "$tools/name.s" -o "$tools/name.o"
printf '#!/bin/sh\nexec cc "%s" "$@"\n' "$tools/name.o" > "$tools/cc"
# only what is ours is counted: dependencies are built as ever, and so is the build script
cat > "$tools/rustc" <<EOF
#!/bin/sh
case " \$* " in
  *" build_script_build "*) exec "\$@" ;;
esac
exec "\$@" -C instrument-coverage -C llvm-args=-runtime-counter-relocation -C "linker=$tools/cc"
EOF
chmod +x "$tools/cc" "$tools/rustc"
export RUSTC_WORKSPACE_WRAPPER=$tools/rustc

cargo test --locked "${arguments[@]}" --no-run --message-format json > "$tools/built.json"
objects=$(python3 - "$tools/built.json" <<'PY'
import json, sys
for line in open(sys.argv[1]):
    said = json.loads(line)
    if said.get("executable") and said["reason"] == "compiler-artifact" and said["target"]["kind"][0] != "example":
        print("-object", said["executable"])
PY
)
# the counts of a run with failures are counts, too: they are shown, and the exit code says that it failed
code=0
cargo test --locked --no-fail-fast "${arguments[@]}" || code=$?

"$bin/llvm-profdata" merge --sparse "$counts"/*.profraw -o "$tools/all.profdata"
# shellcheck disable=SC2086
"$bin/llvm-cov" export --format lcov --instr-profile "$tools/all.profdata" $objects > "$tools/all.lcov"
python3 ci/coverage.py "$tools/all.lcov" ${csv:+--csv "$csv"} ${lines:+--lines "$lines"}
exit "$code"
