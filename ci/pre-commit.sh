#!/usr/bin/env bash
# Audits what is about to be committed: the files of the index, not those that lie about, and not the history. Arguments go to `provost audit`.
set -euo pipefail
staged=$(mktemp -d)
trap 'rm -rf "$staged"' EXIT
git checkout-index --all --prefix="$staged/delivery/"
"${PROVOST:-provost}" audit "$staged/delivery" "$@"
