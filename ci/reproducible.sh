#!/usr/bin/env bash
# Builds the release twice, as unlike as one machine can: two clones in folders of different depth, two homes of cargo, two time zones,
# languages and masks. Both programs and both bills of materials have to be the same bytes, and no path of either build may be in them.
# It takes two whole builds, and changes nothing in this folder. What differs is left where it says.
#
#   ci/reproducible.sh [ARGUMENTS OF CARGO BUILD]
set -euo pipefail
cd "$(dirname "$0")/.."

[ -z "$(git status --porcelain)" ] || echo "note: what is not committed is not built" >&2
commit=$(git rev-parse HEAD)
work=$(mktemp -d)
home=${CARGO_HOME:-$HOME/.cargo}
first=$work/a
second=$work/second/folder/that/lies/deeper/b
# Another home of cargo: the archives are the same, the sources are unpacked anew. rustup finds its own home beside it.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
mkdir -p "$work/cargo/registry"
for part in cache index; do
  if [ -d "$home/registry/$part" ]; then cp -r "$home/registry/$part" "$work/cargo/registry/"; fi
done

build() {
  git clone --quiet --no-local . "$1"
  git -C "$1" checkout --quiet --detach "$commit"
  (cd "$1" && shift && env -u CARGO_TARGET_DIR ci/release.sh "$@" && ci/sbom.py target/release/bom.json)
}

echo "== $commit, once"
CARGO_HOME=$home build "$first" "$@"
echo "== and again, elsewhere"
(
  umask 077
  export CARGO_HOME=$work/cargo TZ=Pacific/Auckland LC_ALL=C HOME=$work/nobody
  mkdir -p "$HOME"
  build "$second" "$@"
)

code=0
for file in provost bom.json; do
  if cmp "$first/target/release/$file" "$second/target/release/$file"; then
    sha256sum "$first/target/release/$file" | sed "s|$first/||"
  else
    echo "$file differs: $work"
    code=1
  fi
done
for path in "$home" "$work" "$RUSTUP_HOME" "$PWD"; do
  if grep -q -a -F -- "$path" "$first/target/release/provost" "$second/target/release/provost"; then
    echo "the program holds $path"
    code=1
  fi
done
if [ "$code" = 0 ]; then
  echo "the same program and the same bill of materials, twice; no path of this machine in either"
  rm -rf "$work"
fi
exit "$code"
