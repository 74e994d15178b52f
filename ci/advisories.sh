#!/usr/bin/env bash
# Known faults of the crates, by RustSec's database. It fetches nothing: ADVISORY_DB names a clone of the database (a git repository, not
# older than deny.toml allows). Without one it says that nothing was checked, and its exit code is 77: that is no pass.
#
#   ADVISORY_DB=/where/advisory-db ci/advisories.sh [CARGO-DENY]
set -euo pipefail
cd "$(dirname "$0")/.."
deny=${1:-cargo-deny}
if ! [ -d "${ADVISORY_DB:-}/crates" ]; then
  echo "advisories: NOT CHECKED, no database at hand (ADVISORY_DB names a clone of RustSec's)"
  exit 77
fi
ADVISORY_DBS=$(mktemp -d)
export ADVISORY_DBS
trap 'rm -rf "$ADVISORY_DBS"' EXIT
# the name that cargo-deny gives to RustSec's database
ln -s "$(realpath "$ADVISORY_DB")" "$ADVISORY_DBS/advisory-db-3157b0e258782691"
"$deny" --all-features --offline check advisories
