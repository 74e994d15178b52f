#!/usr/bin/env bash
# Runs `provost detect` over a labelled set and prints the table of its own scoring program, then how well confidence tells right from
# wrong. What DIR has to hold: benches/README.md. It must not touch anything outside its own temporary folder but FILE.
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "$0")/.." && pwd)
usage() {
    echo "usage: accuracy.sh DIR [--errors FILE]     (DIR holds dev.jsonl and score.py)" >&2
    exit 2
}

folder=""
more=()
while [ $# -gt 0 ]; do
    case $1 in
    --errors)
        [ $# -ge 2 ] || usage
        more+=(--errors "$2")
        shift 2
        ;;
    -*) usage ;;
    *)
        [ -z "$folder" ] || usage
        folder=$1
        shift
        ;;
    esac
done
[ -n "$folder" ] || usage
for file in "$folder/dev.jsonl" "$folder/score.py"; do
    if [ ! -f "$file" ]; then
        echo "accuracy.sh: $file is missing" >&2
        exit 2
    fi
done

PROVOST=${PROVOST:-}
if [ -z "$PROVOST" ]; then
    (cd "$here" && cargo build --quiet --locked --release --bin provost)
    PROVOST=${CARGO_TARGET_DIR:-$here/target}/release/provost
fi

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
trap 'exit 130' INT TERM

"$PROVOST" detect --jsonl "$folder/dev.jsonl" > "$room/found.jsonl"
python3 "$folder/score.py" "$folder/dev.jsonl" "$room/found.jsonl" "${more[@]}"
echo
python3 "$here/benches/calibration.py" "$folder/dev.jsonl" "$room/found.jsonl"
