#!/usr/bin/env bash
# Audits a folder without a cache, with a new one, unchanged, with one file more, and as a fresh copy; prints seconds by the clock and of the
# processors, and that the reports are the same. It writes into a temporary folder and nowhere else.
set -euo pipefail
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -ne 1 ] || [ ! -d "$1" ]; then
    echo "usage: incremental.sh FOLDER" >&2
    exit 2
fi
folder=$(cd "$1" && pwd)
PROVOST=${PROVOST:-}
if [ -z "$PROVOST" ]; then
    (cd "$here" && cargo build --quiet --locked --release --bin provost)
    PROVOST=$here/target/release/provost
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
head -c 32 /dev/urandom | base64 > "$work/key"
# what changed moments ago is not relied on
settle() { sleep 4; }

round() {
    local name=$1 target=$2
    shift 2
    local code=0
    TIMEFORMAT='%R %U %S'
    { time (cd "$target" && "$PROVOST" audit . --date 2026-01-01 --key-file "$work/key" --format "json=$work/$name.json" -v "$@" \
        > /dev/null 2> "$work/$name.log") || code=$?; } 2> "$work/time"
    if [ $code -eq 2 ]; then
        cat "$work/$name.log" >&2
        exit 2
    fi
    local known
    known=$(sed -n 's/ files are as an earlier audit found them//p' "$work/$name.log")
    awk -v name="$name" -v known="${known:--}" '{printf "%-12s %8.2f s  %8.2f CPU s  known: %s\n", name, $1, $2 + $3, known}' "$work/time"
}

find "$folder" -type f | wc -l | sed 's/$/ files/'
round plain "$folder"
settle
round new "$folder" --cache "$work/cache"
round unchanged "$folder" --cache "$work/cache"
round unchanged2 "$folder" --cache "$work/cache"
round unchanged3 "$folder" --cache "$work/cache"
for name in new unchanged unchanged2 unchanged3; do
    cmp "$work/plain.json" "$work/$name.json"
done
cp -r --no-preserve=timestamps "$folder" "$work/copy"
round copy "$work/copy" --cache "$work/cache"
# touched a moment ago, links and times aside, the copy has the same contents: read once, looked at never
echo "a line" > "$work/copy/one-more.txt"
settle
round one-more "$work/copy" --cache "$work/cache"
