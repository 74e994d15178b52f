"""Asks `provost worker` about one file after another over its protocol (docs/evidence.md), as the coordinator does, and takes the time and
the memory of each. Independent of the coordinator: it trusts nothing that the coordinator says about time.

The greeting, with the classes, is the coordinator's own: a copy of the program is started whose file is gone already, so what it starts as a
worker is what lies at the name that the system gives such a program; there lies a script that keeps the greeting.
"""
import json
import os
import queue
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time


def greeting(provost):
    """The first line that the coordinator writes to a worker."""
    room = tempfile.mkdtemp(prefix="hostile-")
    try:
        program, kept = os.path.join(room, "provost"), os.path.join(room, "kept")
        shutil.copy2(provost, program)
        with open(os.path.join(room, "provost (deleted)"), "w") as script:
            script.write(f"#!/bin/sh\nhead -n 1 > {kept}.$$ && mv {kept}.$$ {kept}\n")
        os.chmod(script.name, 0o755)
        os.mkdir(os.path.join(room, "delivery"))
        with open(os.path.join(room, "delivery", "a.txt"), "w") as file:
            file.write("a note\n")
        handle = os.open(program, os.O_RDONLY)
        os.unlink(program)
        # started by its handle: the name is gone before it runs
        start = "import os, sys; os.execve(int(sys.argv[1]), ['provost', 'collect', sys.argv[2], '--output', '/dev/null', '--jobs', '1', '--quiet'], os.environ)"
        asked = subprocess.Popen([sys.executable, "-c", start, str(handle), os.path.join(room, "delivery")], pass_fds=(handle,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(handle)
        begun = time.monotonic()
        while not os.path.exists(kept) and time.monotonic() - begun < 60:
            time.sleep(0.02)
        asked.kill()
        asked.wait()
        with open(kept) as file:
            return json.loads(file.readline())
    finally:
        shutil.rmtree(room, ignore_errors=True)


def raw(path):
    try:
        return {"text": path.decode("utf-8")}
    except UnicodeDecodeError:
        return {"hex": path.hex()}


# MB that a worker may keep after an answer
KEPT = 160


class Outcome:
    """What one file came to."""
    __slots__ = ("seconds", "limit", "memory", "died", "answer")

    def __init__(self, seconds, limit, memory, died, answer):
        self.seconds, self.limit, self.memory, self.died, self.answer = seconds, limit, memory, died, answer


class Worker:
    """One process after another, as they die."""

    def __init__(self, provost, hello, limits):
        self.provost, self.hello, self.limits, self.child = provost, hello, limits, None

    def start(self):
        self.said = tempfile.TemporaryFile()
        self.child = subprocess.Popen([self.provost, "worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said, env={"GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000"})
        self.lines = queue.Queue()
        threading.Thread(target=self.listen, args=(self.child.stdout, self.lines), daemon=True).start()
        self.child.stdin.write(json.dumps(self.hello).encode() + b"\n")
        self.child.stdin.flush()
        self.lines.get(timeout=120)
        self.light = self.resident()

    @staticmethod
    def listen(pipe, lines):
        for line in pipe:
            lines.put(line)
        lines.put(None)

    def memory(self, again):
        """The most that it held since it was asked last, in MB."""
        try:
            with open(f"/proc/{self.child.pid}/status") as file:
                most = next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
            if again:
                with open(f"/proc/{self.child.pid}/clear_refs", "w") as file:
                    file.write("5")
            return most / 1000 * 1.024
        except OSError:
            return 0.0

    def resident(self):
        """What it holds now, in MB."""
        try:
            with open(f"/proc/{self.child.pid}/status") as file:
                return next((int(line.split()[1]) for line in file if line.startswith("VmRSS:")), 0) / 1000 * 1.024
        except OSError:
            return 0.0

    def end(self):
        if self.child:
            self.child.kill()
            self.child.wait()
            self.child.stdin.close()
            self.child.stdout.close()
            self.said.close()
            self.child = None

    def ask(self, entry, patience):
        limit = self.limits["seconds"] + entry.size // max(1, self.limits["bytes_per_second"]) + 2 * self.limits.get("ocr_seconds", 0)
        if self.child is None:
            self.start()
        order = {"number": entry.number, "folder": entry.folder, "path": raw(entry.path), "size": entry.size, "modified": entry.modified, "mode": entry.mode, "owner": entry.owner}
        self.memory(True)
        begun = time.monotonic()
        most, died, line = 0.0, None, None
        try:
            self.child.stdin.write(json.dumps(order).encode() + b"\n")
            self.child.stdin.flush()
        except OSError:
            pass
        while line is None and not died:
            try:
                line = self.lines.get(timeout=0.5)
                if line is None:
                    died = "died"
            except queue.Empty:
                most = max(most, self.memory(False))
                if time.monotonic() - begun > min(limit, patience):
                    died = "took its whole limit" if limit <= patience else f"took longer than {patience} s"
        seconds = time.monotonic() - begun
        if died:
            if died == "died":
                code = self.child.wait()
                self.said.seek(0)
                words = self.said.read(4000).decode("utf-8", "replace").strip().replace("\n", " ")[:160]
                died = f"ended by signal {-code}" if code < 0 else f"ended with {code}"
                died += f" ({words})" if words else ""
            self.end()
            return Outcome(seconds, limit, most, died, None)
        most = max(most, self.memory(True))
        if self.resident() > self.light + KEPT:
            # as the coordinator does
            self.end()
        return Outcome(seconds, limit, most, None, summary(line))


def summary(line):
    """What the table needs of an answer."""
    answer = json.loads(line)["examined"]
    gaps = set()
    empty = 0
    for artifact in [answer["artifact"], *(member["artifact"] for member in answer.get("members", []))]:
        gaps |= {gap["kind"] for gap in artifact.get("gaps", [])}
        empty += artifact["read"] != "full" and not artifact.get("parts") and not artifact.get("gaps")
    return {"type": answer["artifact"]["type"], "read": answer["artifact"]["read"], "gaps": gaps, "empty": empty, "members": len(answer.get("members", [])), "bytes": len(line)}


def ask_all(provost, root, entries, jobs, patience, tell):
    """{number: Outcome} of all files."""
    hello = greeting(provost)
    hello.update(root={"text": os.path.realpath(root)}, beside=True, frames=False, eager=True, welcome=True, confined=False, tied=False)
    limits = hello["limits"]
    waiting = queue.Queue()
    for entry in entries:
        waiting.put(entry)
    out = {}
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def lane():
        worker = Worker(provost, hello, limits)
        while True:
            try:
                entry = waiting.get_nowait()
            except queue.Empty:
                worker.end()
                return
            out[entry.number] = worker.ask(entry, patience)
            tell(len(out), entry, out[entry.number])
    lanes = [threading.Thread(target=lane) for _ in range(jobs)]
    for one in lanes:
        one.start()
    for one in lanes:
        one.join()
    return out
