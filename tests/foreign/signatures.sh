#!/usr/bin/env bash
# Signatures beside minisign itself: each checks and uses what the other made. It must write nothing outside a folder that goes away.
#   tests/foreign/signatures.sh PROVOST
set -euo pipefail
provost=$(realpath "$1")
if ! command -v minisign > /dev/null; then
  apt-get install -y -qq --no-install-recommends minisign > /dev/null 2>&1 || { echo "minisign is not there: not compared"; exit 77; }
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf 'a policy\n' > ours
printf 'another\n' > theirs
echo "a password for tests" > password
"$provost" keygen plain > /dev/null
"$provost" keygen sealed --password-file password > /dev/null
minisign -G -W -p mini.pub -s mini.key > /dev/null
fail() { echo "$1"; exit 1; }
for key in plain sealed mini; do
  with=()
  [ "$key" = sealed ] && with=(--password-file password)
  "$provost" sign ours --secret-key "$key.key" "${with[@]}" > /dev/null
  minisign -q -V -p "$key.pub" -m ours || fail "minisign does not take what provost signed with $key"
  printf 'changed\n' > changed && cp ours.minisig changed.minisig
  if "$provost" verify changed --trusted-key "$key.pub" > /dev/null; then fail "provost takes a changed file"; fi
  if minisign -q -V -p "$key.pub" -m changed > /dev/null 2>&1; then fail "minisign takes a changed file"; fi
done
minisign -S -s mini.key -m theirs > /dev/null
"$provost" verify theirs --trusted-key mini.pub > /dev/null || fail "provost does not take what minisign signed"
minisign -S -s plain.key -m theirs > /dev/null
"$provost" verify theirs --trusted-key plain.pub > /dev/null || fail "provost does not take what minisign signed with a key of provost"
echo "signatures: provost and minisign take each other's, 3 keys"
