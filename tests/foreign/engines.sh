#!/usr/bin/env bash
# GNU parallel and Slurm over a delivery whose paths are made to trip shells, as docs/scaling.md shows the commands: the evidence has to be that of a single
# run, to the byte, also where readers were killed, and where a run that broke off is given again. Both come from Debian where they are missing and whoever
# runs this is root; Slurm is then started for this test alone, on this machine, in a folder that goes away (else its jobs are played in a loop,
# and that is said). It must not touch a Slurm that is there already.
#   tests/foreign/engines.sh PROVOST
set -euo pipefail
provost=$(realpath "$1")
root=$(realpath "$(dirname "$0")/../..")
fail() { echo "engines: $1"; exit 1; }
packages=(parallel)
[ "$(id -u)" != 0 ] || packages+=(slurmctld slurmd slurm-client munge)
if ! command -v parallel > /dev/null || { [ "$(id -u)" = 0 ] && ! command -v slurmctld munged slurmd > /dev/null; }; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" > /dev/null 2>&1 || true
fi
command -v parallel > /dev/null || { echo "engines: GNU parallel is not there: not run"; exit 77; }

room=$(mktemp -d)
children=()
stop() {
  [ ${#children[@]} = 0 ] || kill "${children[@]}" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$room"
}
trap stop EXIT
# blanks, quotes, an end of line, a command, a pattern of Slurm, a comma that ends a variable, a star
place="$room/a b
'c' \"d\" \$(touch $room/gotcha) %a,e;f *"
mkdir -p "$place" "$room/bin"
cd "$place"
cp -r "$root/examples/card-printer" delivery
mv delivery/orders 'delivery/or ders,%j
$(touch gotcha)'
ln -s "$root/engines" engines
echo "a key for tests, which is no secret" > audit.key
ln -s "$provost" "$room/bin/real"
# a program that dies by a signal at the first try of two parts, as if the system had killed it
cat > "$room/bin/provost" << 'X'
#!/usr/bin/env bash
here=$(dirname "$0")
case " $* " in
*" --shard 2/"* | *" --shard 3/"*)
  name=$(printf '%s' "$*" | sha256sum | cut -c -16)
  if [ -e "$here/strike" ] && [ ! -e "$here/struck-$name" ]; then touch "$here/struck-$name"; kill -KILL $$; fi ;;
esac
exec "$here/real" "$@"
X
chmod +x "$room/bin/provost"
export PATH="$room/bin:$PATH"
provost -q collect delivery --key-file audit.key -o single.json > /dev/null
shown() { python3 "$root/tests/foreign/shown.py" "$root/docs/scaling.md" "$1"; }
same() {
  cmp -s single.json evidence.json || fail "$1: the evidence is not that of the single run"
  [ ! -e evidence.json.parts ] || fail "$1: parts were left: $(ls evidence.json.parts)"
  rm -f evidence.json
}
struck() {
  [ "$(find "$room/bin" -name 'struck-*' | wc -l)" = 2 ] || fail "$1: nobody was killed"
  rm -f "$room/bin"/struck-*
}

touch "$room/bin/strike"
bash -euc "$(shown parallel)" > said 2>&1 || fail "parallel: $(cat said)"
struck parallel
same parallel
# broken off in the middle, and given again: what is there is not read again
PARTS=$(shown parallel | grep -oE '[0-9]+' | head -1)
cp "$room/bin/provost" "$room/bin/keep"
printf '#!/bin/sh\ncase "$*" in *"--shard 5/"*) exit 1;; esac\nexec "%s/bin/real" "$@"\n' "$room" > "$room/bin/provost"
if bash -euc "$(shown parallel)" > said 2>&1; then fail "parallel: a part that failed to the end is no failure"; fi
[ ! -e evidence.json ] || fail "parallel: evidence without a part"
there=$(find evidence.json.parts -name 'part-*' | wc -l)
[ "$there" = $((PARTS - 1)) ] || fail "parallel: $there parts of $PARTS are there"
printf '#!/bin/sh\necho "$*" >> "%s/asked"\nexec "%s/bin/real" "$@"\n' "$room" "$room" > "$room/bin/provost"
bash -euc "$(shown parallel)" > said 2>&1 || fail "parallel, again: $(cat said)"
[ "$(grep -c -e --shard "$room/asked")" = 1 ] || fail "parallel: $(grep -c -e --shard "$room/asked") parts were read again, not 1"
same "parallel, again"
# what another command left is not gone on from
mkdir evidence.json.parts
echo another > evidence.json.parts/asked
if bash -euc "$(shown parallel)" > said 2>&1 || ! grep -q 'parts of another command' said; then fail "parallel: goes on from another command: $(cat said)"; fi
rm -r evidence.json.parts
# a policy of one's own reaches both collect and merge
ln -s delivery -- -delivery
# a name that begins as an option does is a name
engines/parallel/run.sh -delivery audit.key 3 other.json --policy publication > said 2>&1 || fail "parallel, policy: $(cat said)"
provost -q collect delivery --key-file audit.key --policy publication -o single-other.json > /dev/null
cmp -s single-other.json other.json || fail "parallel, policy: not that of the single run"
cp "$room/bin/keep" "$room/bin/provost"
echo "parallel: $PARTS parts, 2 readers killed, one run broken off and given again: the evidence of the single run to the byte"

slurm() {
  command -v slurmctld munged slurmd sbatch > /dev/null && [ "$(id -u)" = 0 ] || return 1
  local own=$room/slurm host
  host=$(hostname -s)
  mkdir -p "$own"/munge "$own"/state "$own"/spool
  chmod 700 "$own/munge"
  head -c 64 /dev/urandom > "$own/munge/key"
  chmod 400 "$own/munge/key"
  chmod 755 "$room"
  munged --foreground --force --key-file="$own/munge/key" --socket="$own/munge/socket" --pid-file="$own/munge/pid" \
    --log-file="$own/munge/log" --seed-file="$own/munge/seed" > "$own/munge.said" 2>&1 &
  children+=($!)
  local port=$((20000 + RANDOM % 20000))
  cat > "$own/slurm.conf" << X
ClusterName=provost
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$own/munge/socket
CredType=cred/munge
StateSaveLocation=$own/state
SlurmdSpoolDir=$own/spool
SlurmctldPidFile=$own/slurmctld.pid
SlurmdPidFile=$own/slurmd.pid
SlurmctldLogFile=$own/slurmctld.log
SlurmdLogFile=$own/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2
MpiDefault=none
SwitchType=switch/none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
X
  export SLURM_CONF=$own/slurm.conf
  for _ in $(seq 50); do [ -S "$own/munge/socket" ] && break; sleep 0.1; done
  slurmctld -D > "$own/ctld.said" 2>&1 &
  children+=($!)
  slurmd -D -N "$host" > "$own/d.said" 2>&1 &
  children+=($!)
  for _ in $(seq 100); do [ "$(sinfo -h -o %t 2> /dev/null)" = idle ] && return 0; sleep 0.2; done
  echo "engines: Slurm does not start: $(tail -n 3 "$own"/*.said "$own"/*.log 2> /dev/null | tr '\n' ' ')"
  return 1
}

export CPUS=1
if slurm; then
  last=$(bash -euc "$(shown slurm)") || fail "slurm: not taken"
  for _ in $(seq 600); do squeue -h | grep -q . || break; sleep 0.2; done
  state=$(scontrol -o show job "$last" | grep -o 'JobState=[A-Z]*')
  [ "$state" = JobState=COMPLETED ] || fail "slurm: merge: $state; $(cat evidence.json.parts/log-* 2> /dev/null)"
  struck slurm
  same slurm
  jobs=$(scontrol -o show job | grep -c 'JobName=provost ')
  echo "slurm: $(sbatch --version), an array of $jobs jobs and a merge behind it, 2 readers killed: the evidence of the single run to the byte"
else
  export DELIVERY=delivery KEY=audit.key N=4 OUT=evidence.json PROVOST=provost WORK=evidence.json.parts
  mkdir "$WORK"
  for task in 4 2 1 3; do SLURM_ARRAY_TASK_ID=$task PROVOST_STEP=part engines/slurm/array.sh > said 2>&1 || fail "slurm: $(cat said)"; done
  PROVOST_STEP=merge engines/slurm/array.sh > said 2>&1 || fail "slurm: $(cat said)"
  struck slurm
  same slurm
  echo "slurm: not there; its array was played in a loop of 4: the evidence of the single run to the byte"
fi
[ ! -e "$room/gotcha" ] && [ ! -e gotcha ] || fail "a name became a command"
