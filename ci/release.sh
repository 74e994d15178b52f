#!/usr/bin/env bash
# Builds the release as it is given to others: the same commit, compiler and target give the same bytes, whatever the folder, the user or
# the time. Nothing of the machine is in it: the paths that crates carry for their panics begin at /crates, and ours at the repository.
# It must not take flags from around it: they would be in the program and in no commit.
#
#   ci/release.sh [ARGUMENTS OF CARGO BUILD]       the program is target/release/provost, or below CARGO_TARGET_DIR
set -euo pipefail
cd "$(dirname "$0")/.."

cargo_home=${CARGO_HOME:-$HOME/.cargo}
unset RUSTFLAGS RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER
export CARGO_INCREMENTAL=0
# separated by the character that cannot be in a path
export CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$PWD="$'\x1f'"--remap-path-prefix=$cargo_home/registry/src=/crates"
cargo build --locked --release "$@"
sha256sum "${CARGO_TARGET_DIR:-target}/release/provost"
