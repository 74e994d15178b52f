#!/usr/bin/env python3
"""Makes the hostile corpus: every kind of file that Provost reads, real files out of packages, mutations of all of them, files made by hand
to harm, and a file system's own traps. The same seed, count and real files give the same bytes.

    make.py OUT [--count 20000] [--seed 1] [--real DIR] [--without-evil] [--small]

`--real` is a folder that `benches/real-files/fetch.py` filled; without it there are none of these. OUT must not exist: a delivery with nothing
else in it. Beside it come OUT.tsv (kind, origin, way, path of every file) and OUT.outside (what a hard link leads to). It ends with 1 where a kind
of the registries has no seed: nothing of that kind would be tried.
"""
import argparse
import collections
import gzip
import importlib.util
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def need(module, package):
    """A package that is not there goes into a folder of this run only."""
    if importlib.util.find_spec(module) is None:
        room = tempfile.mkdtemp(prefix="hostile-")
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", room, package], check=True)
        sys.path.insert(0, room)


need("yaml", "PyYAML==6.0.2")
import evil_archives  # noqa: E402
import evil_configs  # noqa: E402
import evil_documents  # noqa: E402
import evil_texts  # noqa: E402
import filesystem  # noqa: E402
import mutate  # noqa: E402
import registries  # noqa: E402
import seeds  # noqa: E402

# a file that is bent a hundred times is not a large one
MOST_BENT = 1 << 20
MOST_REAL = 20 << 20
MOST_SMALL = 300 << 10
A_FOLDER = 400


class Corpus:
    def __init__(self, out):
        self.out, self.rows, self.groups = out, [], collections.Counter()

    def put(self, origin, kind, path, data, way="-"):
        """Below a folder of its own where it lies in folders itself: what a product includes has to be found, and nothing else."""
        group = f"{origin}/{kind}"
        number = self.groups[group]
        self.groups[group] += 1
        where = f"{group}/{number // A_FOLDER:02}/{number:05}-{path}" if "/" not in path else f"{group}/{number // A_FOLDER:02}/{number:05}/{path}"
        return self.put_at(where, origin, kind, data, way)

    def put_at(self, where, origin, kind, data, way):
        whole = os.path.join(self.out, where)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "wb") as file:
            file.write(data)
        self.rows.append((kind, origin, way, where))


def safe(path):
    return "/".join(part[:80] for part in path.replace("\\", "_").split("/") if part not in ("", ".", ".."))


def short(path):
    """The last part of a path, for a file that stands alone; folders that a product looks for stay."""
    parts = path.split("/")
    return "/".join(parts[1:]) if len(parts) > 2 else parts[-1]


def real(folder):
    for path, whole in seeds.files_below(folder):
        if os.path.getsize(whole) <= MOST_REAL:
            yield seeds.kind_of(path), path, whole


def evil(small):
    with open(os.path.join(registries.ROOT, "tests/fixtures/container/disc.iso.gz"), "rb") as file:
        disc = gzip.decompress(file.read())
    yield from evil_archives.all_evil(disc, small)
    for part in (evil_documents, evil_texts, evil_configs):
        yield from part.all_evil(small)


def main():
    parser = argparse.ArgumentParser(description="Makes the hostile corpus.")
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=20_000, help="files, at least; each seed and each file made by hand is among them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", help="a folder of real files")
    parser.add_argument("--without-evil", action="store_true", help="no files made by hand to harm")
    parser.add_argument("--small", action="store_true", help="for every change: evil files up to 300 KB, few empty files, one case of each product")
    args = parser.parse_args()
    if os.path.lexists(args.out):
        parser.error(f"{args.out} is there already")
    known = registries.kinds()
    corpus = Corpus(args.out)
    pool = collections.defaultdict(list)
    for kind, path, data in seeds.all_seeds(known):
        # of a large product there are hundreds of cases
        if not (args.small and len(pool[kind]) >= 3):
            corpus.put("seeds", kind, safe(path), data)
        pool[kind].append((short(safe(path)), data))
    without = [f"{registry}/{name}" for registry in known for name in known[registry] if not pool.get(f"{registry}/{name}")]
    if args.real:
        for kind, path, whole in real(args.real):
            with open(whole, "rb") as file:
                data = file.read()
            corpus.put("real", kind, os.path.basename(safe(path)), data)
            if len(data) <= MOST_BENT or kind == "document/pst" and len(pool[kind]) < 4:
                pool[kind].append((os.path.basename(safe(path)), data))
    bent_evil = []
    if not args.without_evil:
        for kind, path, data in evil(args.small):
            if args.small and len(data) > MOST_SMALL:
                continue
            # what belongs together shares a folder: those with a folder of their own keep it
            corpus.put_at(f"evil/{kind}/{safe(path)}", "evil", kind, data, "-")
            if len(data) < 20_000:
                bent_evil.append((kind, os.path.basename(path), data))
    for kind, path, data in bent_evil:
        pool[kind].append((path, data))
    kinds = sorted(pool)
    everything = [data for kind in kinds for _, data in pool[kind] if 16 < len(data) < 200_000]
    at = 0
    while len(corpus.rows) < args.count:
        kind = kinds[at % len(kinds)]
        dice = random.Random(f"{args.seed}/{at}")
        at += 1
        path, data = dice.choice(pool[kind])
        if len(data) > MOST_BENT and at > 12 * len(kinds):
            continue
        # half of what is spliced is of the same kind
        other = dice.choice(pool[kind])[1] if dice.randrange(2) else dice.choice(everything)
        way, out = mutate.mutated(dice, data, other)
        if len(data) > MOST_BENT:
            way, out = "lengths", mutate.lengths(dice, data, other)
        corpus.put("mutated", kind, path, out, way)
    os.makedirs(os.path.join(args.out, "filesystem"))
    left = filesystem.make(os.path.join(args.out, "filesystem"), many=200 if args.small else 10_000)
    with open(args.out.rstrip("/") + ".tsv", "w", encoding="utf-8") as listing:
        for row in corpus.rows:
            listing.write("\t".join(row) + "\n")
    counts = collections.Counter(row[1] for row in corpus.rows)
    print(f"{len(corpus.rows)} files of {len(kinds)} kinds (" + ", ".join(f"{number} {origin}" for origin, number in counts.items()) + f"), seed {args.seed}, and a file system's traps")
    for line in left:
        print("not made:", line)
    if without:
        print("no seed for: " + ", ".join(without), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
