"""Memory of a tree of processes, sampled while it runs: the proportional set size (what each page costs, shared pages divided among those who
share them), or the resident set size where that cannot be read (a worker lets nobody but root look into it)."""
import os
import threading
import time


def children(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        pass
    return found


def tree(pid):
    out, at = [pid], 0
    while at < len(out):
        out += [child for child in children(out[at]) if child not in out]
        at += 1
    return out


def kilobytes(pid):
    """(KiB, whether they are proportional)."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]), True
    except OSError:
        pass
    try:
        with open(f"/proc/{pid}/statm") as file:
            # one that is gone already has nothing, in whatever measure
            size = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
            return size, size == 0
    except (OSError, ValueError, IndexError):
        return 0, True


class Watch(threading.Thread):
    """The peak of the whole, of the first process, and of the largest other, in MB."""

    def __init__(self, pid, every=0.05):
        super().__init__(daemon=True)
        self.pid, self.every = pid, every
        self.peak = self.first = self.other = 0.0
        self.at_peak = ""
        self.proportional, self.seen, self.over = True, set(), threading.Event()

    def run(self):
        begun = time.monotonic()
        while not self.over.is_set():
            sizes = {}
            for pid in tree(self.pid):
                size, proportional = kilobytes(pid)
                sizes[pid] = size / 1000 * 1.024
                self.proportional &= proportional
            self.seen |= set(sizes)
            whole = sum(sizes.values())
            if whole > self.peak:
                self.peak = whole
                self.at_peak = f"at {time.monotonic() - begun:.0f} s: " + " + ".join(f"{size:.0f}" for size in sizes.values())
            self.first = max(self.first, sizes.get(self.pid, 0))
            self.other = max([self.other, *(size for pid, size in sizes.items() if pid != self.pid)])
            self.over.wait(self.every)

    def end(self):
        self.over.set()
        self.join()
        return self
