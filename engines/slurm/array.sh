#!/usr/bin/env bash
# A delivery in parts by Slurm: an array of jobs, one a part, and a job behind it that merges them. Ends in the evidence of a single run, to
# the byte. Delivery, key, parts and evidence lie where all nodes see them under the same paths.
#
#   engines/slurm/array.sh DELIVERY KEY-FILE PARTS EVIDENCE [more options of collect, as --policy FILE]
#
# PROVOST names the program, WORK the folder of the parts (default: EVIDENCE.parts), SBATCH_OPTIONS what else sbatch is given (as
# "--partition=long --mem=4G"; split at blanks). It prints the number of the merging job. A part that fails is tried three times; one whose
# node is lost is begun again by Slurm. What jobs say is in WORK/log-*. Given again
# after a failure, the same command reads only parts that are missing. More than 1,000 parts need MaxArraySize in slurm.conf.
set -euo pipefail
# Slurm copies a script before it runs it, so a job learns by a variable, not by its name, what it is
case ${PROVOST_STEP:-submit} in
submit)
  [ $# -ge 4 ] || { sed -n '2,/^set/{/^#/!d;s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
  # by the environment, which Slurm hands on: a name with a comma or a line end stays what it is
  export DELIVERY=$1 KEY=$2 N=$3 OUT=$4
  shift 4
  export PROVOST=${PROVOST:-provost} WORK=${WORK:-$OUT.parts}
  case $N in '' | *[!0-9]*) echo "array.sh: $N is no number of parts" >&2; exit 2 ;; esac
  # parts hold the values of settings: nobody else's business
  umask 077
  mkdir -p -- "$WORK"
  # merge cannot tell parts that were read with a password from such as were not, so nothing goes on from another command
  asked=$(printf '%q ' "$DELIVERY" "$KEY" "$N" "$@")
  if [ -e "$WORK/asked" ] && [ "$(cat -- "$WORK/asked")" != "$asked" ]; then
    echo "array.sh: $WORK has parts of another command; remove it to begin anew" >&2
    exit 2
  fi
  printf '%s' "$asked" > "$WORK/asked"
  read -ra more <<< "${SBATCH_OPTIONS:-}"
  # what a job says goes where the job itself puts it: in --output a percent sign, even one of the folder above, would be a pattern
  common=(--parsable --export=ALL --requeue --output=/dev/null "${more[@]}")
  array=$(PROVOST_STEP=part sbatch "${common[@]}" --job-name=provost --cpus-per-task="${CPUS:-2}" --array="1-$N" "$0" "$@")
  PROVOST_STEP=merge sbatch "${common[@]}" --job-name=provost-merge --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes \
    "$0" "$@"
  ;;
part)
  exec >> "$WORK/log-$SLURM_ARRAY_TASK_ID" 2>&1
  part=$WORK/part-$SLURM_ARRAY_TASK_ID-of-$N
  # a part is there as a whole or not at all
  [ ! -s "$part" ] || exit 0
  for attempt in 1 2 3; do
    [ "$attempt" = 1 ] || sleep "$((attempt * 3))"
    "$PROVOST" -q collect --key-file="$KEY" --jobs "${SLURM_CPUS_PER_TASK:-2}" --shard "$SLURM_ARRAY_TASK_ID/$N" \
      --output="$part" "$@" -- "$DELIVERY" && exit 0
  done
  exit 1
  ;;
merge)
  exec >> "$WORK/log-merge" 2>&1
  policy=()
  while [ $# -gt 0 ]; do
    case $1 in
    # a policy given to collect belongs to merge, too
    --policy | --set) policy+=("$1" "${2-}"); [ $# -lt 2 ] || shift ;;
    --policy=* | --set=*) policy+=("$1") ;;
    esac
    shift
  done
  parts=()
  for number in $(seq "$N"); do parts+=("$WORK/part-$number-of-$N"); done
  "$PROVOST" merge "${policy[@]}" --output="$OUT" -- "${parts[@]}"
  # what was merged is not what the next run goes on from
  rm -f -- "${parts[@]}" "$WORK"/log-* "$WORK/asked"
  rmdir -- "$WORK" 2> /dev/null || true
  ;;
esac
