#!/usr/bin/env python3
"""Compares what tests are built of with some features and without: `ci/alike/check.py FEATURES`.

Crates that both need should be asked for the same, so that they are compiled once; ci/alike/Cargo.toml asks for what is missing. Nothing is
wrong with the program where they differ: the tests with features take much longer to build.
"""

import subprocess
import sys

PROVOST = "provost v"


def crates(*features):
    command = ["cargo", "tree", "--locked", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}|{f}", *features]
    out = {}
    for line in subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines():
        crate, bar, asked = line.removesuffix(" (*)").partition("|")
        if bar:
            out.setdefault(crate.removesuffix(" (proc-macro)"), set()).add(asked.removesuffix(" (*)"))
    return out


def main():
    without, whole = crates(), crates("--features", sys.argv[1])
    if not without:
        sys.exit("nothing of what `cargo tree` says could be read")
    # those of which a variant is gone were asked for more
    more = {crate: whole[crate] for crate in without if not crate.startswith(PROVOST) and without[crate] - whole.get(crate, set())}
    for crate, asked in sorted(more.items()):
        print(f"{crate} is asked for {' or '.join(sorted(asked)) or 'nothing'} with features, and for {' or '.join(sorted(without[crate])) or 'nothing'} without")
    if more:
        sys.exit("ask for the same in ci/alike/Cargo.toml")
    print(f"{len(without)} crates are the same with features and without")


main()
