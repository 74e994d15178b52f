#!/bin/sh
# A hook for git: copy it to .git/hooks/pre-commit, or name it in .pre-commit-config.yaml as a `script`. It lets nothing be committed into
# delivery/ that a critical or high finding speaks of and the baseline does not have.
set -eu
cd "$(git rev-parse --show-toplevel)"
git diff --cached --quiet -- delivery provost && exit 0
baseline=""
if [ -f provost/baseline.json ]; then baseline="--baseline provost/baseline.json"; fi
# shellcheck disable=SC2086
exec provost audit delivery --policy provost/policy.yaml --waivers provost/waivers.yaml $baseline --fail-on high
