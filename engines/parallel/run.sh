#!/usr/bin/env bash
# A delivery in parts by GNU parallel: on this machine, or on more (SSHLOGINS=host1,host2) that see the same paths. Ends in the evidence of a
# single run, to the byte. It must not go on from parts of something else: `merge` refuses them, and what was merged is removed.
#
#   engines/parallel/run.sh DELIVERY KEY-FILE PARTS EVIDENCE [more options of collect, as --policy FILE]
#
# PROVOST names the program, JOBS how many parts are read at once (default: half the processors, as each part has two workers), WORK the
# folder of the parts (default: EVIDENCE.parts). Interrupted, the same command goes on: parts that are done are not read again.
set -euo pipefail
[ $# -ge 4 ] || { sed -n '2,/^set/{/^#/!d;s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
export DELIVERY=$1 KEY=$2 N=$3 OUT=$4
shift 4
export PROVOST=${PROVOST:-provost} WORK=${WORK:-$OUT.parts}
case $N in '' | *[!0-9]*) echo "run.sh: $N is no number of parts" >&2; exit 2 ;; esac
# parts hold the values of settings: nobody else's business
umask 077
mkdir -p -- "$WORK"
# merge cannot tell parts that were read with a password from such as were not, so nothing goes on from another command
asked=$(printf '%q ' "$DELIVERY" "$KEY" "$N" "$@")
if [ -e "$WORK/asked" ] && [ "$(cat -- "$WORK/asked")" != "$asked" ]; then
  echo "run.sh: $WORK has parts of another command; remove it to begin anew" >&2
  exit 2
fi
printf '%s' "$asked" > "$WORK/asked"

# paths go by the environment and not into the command, so that a name in them is never a command
one='"$PROVOST" -q collect --key-file="$KEY" --jobs 2 --shard {}/"$N" --output="$WORK/part-{}-of-$N"'
# what was given along is quoted for a shell once, here
for option in "$@"; do one+=" $(printf '%q' "$option")"; done
one+=' -- "$DELIVERY"'

processors=$(nproc)
more=(--jobs "${JOBS:-$(((processors + 1) / 2))}" --retries 3 --joblog "$WORK/joblog-$N" --resume-failed)
[ -z "${SSHLOGINS:-}" ] || more+=(--sshlogin "$SSHLOGINS" --env PROVOST,DELIVERY,KEY,N,WORK)
PARALLEL_SHELL=$(command -v bash) parallel "${more[@]}" "$one" ::: $(seq "$N")

# a policy given to collect belongs to merge, too
policy=()
while [ $# -gt 0 ]; do
  case $1 in
  --policy | --set) policy+=("$1" "${2-}"); [ $# -lt 2 ] || shift ;;
  --policy=* | --set=*) policy+=("$1") ;;
  esac
  shift
done
parts=()
for number in $(seq "$N"); do parts+=("$WORK/part-$number-of-$N"); done
"$PROVOST" merge "${policy[@]}" --output="$OUT" -- "${parts[@]}"
rm -f -- "${parts[@]}" "$WORK/joblog-$N" "$WORK/asked"
rmdir -- "$WORK" 2> /dev/null || true
