#!/usr/bin/env python3
"""A delivery on Apache Spark while processes are killed: the evidence has to be that of a single run, to the byte. PySpark 4 comes from the
Python registry into a folder that goes away, Java 17 from Debian where it is missing (and whoever runs this is root).

    tests/foreign/spark.py [--files 100000] [--shards 64] [--provost target/release/provost]

Runs the command that docs/scaling.md shows, with the master `local-cluster[2,1,1024]`: a driver and two executors, each a process of its
own. Kills by SIGKILL an executor while a part is being read below it and, later, a `provost` below another. Ends with 1 where the evidence
differs, where nothing was killed, or where Spark did not begin what was lost again; with 77 where there is no Java. It must not signal a
process that is not below its own.
"""
import argparse
import glob
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benches"), str(ROOT / "tests/foreign")]
from shown import shown  # noqa: E402
from tree import make  # noqa: E402


def java():
    if shutil.which("java") is None and os.getuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "openjdk-17-jre-headless"], **quiet, check=False)
    if shutil.which("java") is None:
        print("spark: there is no Java, and none can be had: not run")
        sys.exit(77)


def processes():
    """Number of the parent and command line of each process."""
    out = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", "rb") as file:
                    parent = int(file.read().rpartition(b")")[2].split()[1])
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    out[int(entry)] = (parent, file.read().split(b"\0"))
            except (OSError, IndexError, ValueError):
                pass
    return out


def below(all_processes, root):
    children = {}
    for pid, (parent, _) in all_processes.items():
        children.setdefault(parent, []).append(pid)
    out, open_ones = [], [root]
    while open_ones:
        for child in children.get(open_ones.pop(), []):
            out.append(child)
            open_ones.append(child)
    return out


class Killer:
    """Watches the run and kills: first an executor at work, then a reading process."""

    def __init__(self, root, work, shards, program):
        self.root, self.work, self.shards, self.program = root, work, shards, os.fsencode(program)
        self.killed = []

    def parts(self):
        return len(glob.glob(glob.escape(self.work) + "/part-*"))

    def look(self, since):
        there = processes()
        mine = below(there, self.root)
        executors = [pid for pid in mine if b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in there[pid][1]]
        reading = {pid: [one for one in below(there, pid) if there[one][1][:1] == [self.program] and b"--shard" in there[one][1]] for pid in executors}
        parts, turn = self.parts(), len(self.killed)
        # in the middle: some parts are there, and some are not; the second one a little later
        first = max(1, self.shards // 5)
        if turn > 1 or not (first if turn == 0 else max(first, self.killed[-1][3] + 2)) <= parts < self.shards - 2:
            return
        for executor, ones in reading.items():
            if ones:
                what, pid = (("executor", executor), ("provost", ones[0]))[turn]
                os.kill(pid, signal.SIGKILL)
                self.killed.append((what, pid, time.monotonic() - since, parts))
                return


def events(folder):
    """What Spark says of the tasks: how they ended, by the number of the task."""
    ended, added, removed = [], [], []
    for place in glob.glob(folder + "/**/*", recursive=True):
        if os.path.isfile(place):
            with open(place, encoding="utf-8") as file:
                for line in file:
                    event = json.loads(line)
                    if event["Event"] == "SparkListenerTaskEnd":
                        ended.append((event["Task Info"]["Index"], event["Task Info"]["Attempt"], event["Task End Reason"]["Reason"]))
                    elif event["Event"] == "SparkListenerExecutorAdded":
                        added.append(event["Executor ID"])
                    elif event["Event"] == "SparkListenerExecutorRemoved":
                        removed.append(event["Executor ID"])
    return ended, added, removed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100000)
    parser.add_argument("--shards", type=int, default=64)
    parser.add_argument("--provost", default=os.environ.get("PROVOST", str(ROOT / "target/release/provost")))
    parser.add_argument("--venv", help="a virtual environment that has pyspark already")
    args = parser.parse_args()
    java()
    with tempfile.TemporaryDirectory() as room:
        return run(args, room)


def run(args, room):
    venv = args.venv and os.path.abspath(args.venv)
    if not venv:
        venv = room + "/venv"
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv + "/bin/pip", "install", "--quiet", "--disable-pip-version-check", "pyspark==4.3.0"], check=True)
    os.mkdir(room + "/bin")
    program = room + "/bin/provost"
    shutil.copy(args.provost, program)
    os.symlink(ROOT / "engines", room + "/engines")
    size = make(room + "/delivery", args.files)
    pathlib.Path(room, "audit.key").write_text("a key for tests, which is no secret\n")
    print(f"{args.files} files, {size / 1e6:.0f} MB, {args.shards} parts", flush=True)

    began = time.monotonic()
    collect = [program, "-q", "collect", "delivery", "--key-file", "audit.key", "-o", "single.json"]
    subprocess.run(collect, cwd=room, check=True, stdout=subprocess.DEVNULL)
    print(f"single run: {time.monotonic() - began:.1f} s", flush=True)

    # as the page shows it, but for the cluster and the number of parts
    command = shown(ROOT / "docs/scaling.md", "spark")
    for shown_as, here in (("spark://spark.example:7077", "'local-cluster[2,1,1024]'"), ("--shards 64 ", f"--shards {args.shards} ")):
        assert shown_as in command, f"the page does not show {shown_as}"
        command = command.replace(shown_as, here)
    os.mkdir(room + "/events")
    os.mkdir(room + "/conf")
    conf = {
        "spark.eventLog.enabled": "true", "spark.eventLog.dir": "file://" + room + "/events", "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false", "spark.ui.enabled": "false",
    }
    pathlib.Path(room, "conf/spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in conf.items()))
    environment = {
        **os.environ, "PATH": f"{room}/bin:{venv}/bin:{os.environ['PATH']}", "PYSPARK_PYTHON": venv + "/bin/python", "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONF_DIR": room + "/conf",
    }
    began = time.monotonic()
    with open(room + "/log", "wb") as log:
        spark = subprocess.Popen(["bash", "-euc", command], cwd=room, env=environment, stdout=log, stderr=log, start_new_session=True)
        killer = Killer(spark.pid, room + "/evidence.json.parts", args.shards, "provost")
        try:
            while spark.poll() is None:
                killer.look(began)
                time.sleep(0.005)
        finally:
            if spark.poll() is None:
                os.killpg(spark.pid, signal.SIGKILL)
    took = time.monotonic() - began
    ended, added, removed = events(room + "/events")
    lost = [row for row in ended if row[2] != "Success"]
    print(f"on Spark: {took:.1f} s, its own start and a walk for each part included; executors: {len(added)} begun, {len(removed)} lost")
    for what, pid, when, parts in killer.killed:
        print(f"killed: {what} (process {pid}) after {when:.1f} s, when {parts} of {args.shards} parts were there")
    for index, attempt, reason in lost:
        again = [str(row[1] + 1) for row in ended if row[0] == index and row[2] == "Success"]
        print(f"lost: part {index + 1}, attempt {attempt + 1}, {reason}; done in attempt {', '.join(again) or 'none'}")
    print(f"tasks ended: {len(ended)}, of which {len(lost)} lost and begun again")

    wrong = []
    if spark.returncode != 0:
        wrong.append(f"spark-submit ended with {spark.returncode}")
    if [row[0] for row in killer.killed] != ["executor", "provost"]:
        wrong.append("not both were killed in the middle")
    if not any(row[2] == "ExecutorLostFailure" for row in lost) or not any(row[2] == "ExceptionFailure" for row in lost):
        wrong.append("Spark did not see both losses")
    if len(added) < 3:
        wrong.append("no executor took the place of the killed one")
    there = os.path.exists(room + "/evidence.json")
    if not there or pathlib.Path(room, "evidence.json").read_bytes() != pathlib.Path(room, "single.json").read_bytes():
        wrong.append("the evidence is not that of the single run")
    if os.path.exists(room + "/evidence.json.parts"):
        wrong.append(f"left behind: {os.listdir(room + '/evidence.json.parts')}")
    if wrong:
        with open(room + "/log", encoding="utf-8", errors="replace") as log:
            print("".join(log.readlines()[-40:]))
        print("spark: " + "; ".join(wrong))
        return 1
    print(f"spark: the evidence is that of the single run to the byte, {os.path.getsize(room + '/evidence.json')} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
