#!/usr/bin/env python3
"""What is in the program that this project did not write: every crate of the release build, where it runs, its licence, who keeps it, how
much of it is unsafe and what of it runs while building. The table of docs/supply-chain.md is this program's; the words around it are not.
It asks cargo and reads the sources of the crates; it changes nothing but that one table, and only with --write.

    ci/dependencies.py            prints the table
    ci/dependencies.py --write    puts it into docs/supply-chain.md
    ci/dependencies.py --check    exit code 1 if the page says something else
"""
import collections
import difflib
import functools
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/supply-chain.md"
MARKS = ("<!-- written by ci/dependencies.py -->\n", "<!-- end of what is written -->\n")
# the system that the table is of; the release is built for it
TARGET = "x86_64-unknown-linux-gnu"

# files of `collect` that run in the coordinator; all others of that room run where files are read: in workers
COORDINATOR = {"mod.rs", "pool.rs", "walk.rs", "link.rs", "reduce.rs", "mounts.rs", "responses.rs", "plain_file.rs", "manifest.rs",
               "boundary.rs", "event.rs", "journal.rs"}
# packages of ours beside the one at the root: pieces of it
PIECES = "provost-"
# rooms that run in both
BOTH = {"detect", "model", "yaml", "lib.rs", "main.rs"}


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def packages():
    """(name, version) -> what cargo says of the package. Our own are one, the one at the root."""
    found = json.loads(cargo("metadata", "--locked", "--all-features", "--format-version", "1"))["packages"]
    return {(package["name"], package["version"]): package for package in found if package["source"] or not package["name"].startswith(PIECES)}


def tree(edges, *more):
    """Who needs whom, by the resolver that builds: features of other systems and of tests do not count."""
    out = cargo("tree", "--locked", "--package", "provost", "--edges", edges, "--prefix", "depth", "--format", " {p}", *more)
    needs, path = collections.defaultdict(set), []
    for line in out.splitlines():
        depth, name, version, where = re.match(r"(\d+) (\S+) v(\S+)(.*)", line).groups()
        # what a package of ours needs, the one at the root needs
        name = "provost" if name.startswith(PIECES) and str(ROOT) in where else name
        path[int(depth):] = [(name, version)]
        needs[path[-1]]
        if len(path) > 1 and path[-2] != path[-1]:
            needs[path[-2]].add(path[-1])
    return dict(needs)


def below(needs, start):
    seen, todo = set(), [start]
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += needs.get(one, ())
    return seen


def place(file):
    """Where a file of ours runs."""
    parts = file.relative_to(ROOT / "src").parts
    if parts[0] in BOTH:
        return {"worker", "coordinator"}
    # what lies in no file is fetched by the coordinator, and looked into by workers
    if parts[0] == "collect" and parts[1] != "remote" and not (len(parts) == 2 and parts[1] in COORDINATOR):
        return {"worker"}
    return {"coordinator"}


@functools.cache
def sources():
    """Our files, without their unit tests, and where each runs."""
    files = (ROOT / "src").rglob("*.rs")
    return [(file.read_text(encoding="utf-8").split("#[cfg(test)]")[0], place(file)) for file in files]


def used(name):
    """Where our own code calls a crate. Names of modules are no names of crates: `bytes::` may be either."""
    call = re.compile(rf"(?<![\w:]){name}(?:::[\w{{*]|\s+as\s)")
    return set().union(*(where for text, where in sources() if name in text and call.search(text)))


def names(package, own):
    """What our sources call a package: its library's name, or the one that the manifest gives it."""
    for need in own["dependencies"]:
        if need["name"] == package["name"] and need["rename"]:
            return need["rename"].replace("-", "_")
    kinds = {"lib", "proc-macro", "rlib", "cdylib", "dylib", "staticlib"}
    return next(target["name"].replace("-", "_") for target in package["targets"] if kinds & set(target["kind"]))


@functools.cache
def unsafe(manifest):
    """Lines with `unsafe` in a crate's sources, whatever of them is compiled; comments, texts, tests and examples are left out."""
    folder = pathlib.Path(manifest).parent
    count = 0
    for file in folder.rglob("*.rs"):
        if file.relative_to(folder).parts[0] in {"tests", "benches", "examples", "fuzz"}:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if "unsafe" not in text:
            continue
        text = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', re.sub(r"/\*.*?\*/", "", text, flags=re.S))
        count += sum(1 for line in text.split("\n") if re.search(r"\bunsafe\b", line.split("//")[0]))
    return count


def builds(package):
    kinds = {kind for target in package["targets"] for kind in target["kind"]}
    return ", ".join(word for kind, word in (("custom-build", "build script"), ("proc-macro", "macro")) if kind in kinds)


def keeper(package):
    found = re.match(r"https?://(?:www\.)?([^/]+)/([^/]+)", package["repository"] or "")
    if not found:
        return "?"
    host, owner = found.groups()
    return owner if host == "github.com" else f"{host}/{owner}"


def licence(package):
    return re.sub(r"\s*/\s*", " OR ", package["license"] or "?")


def main():
    known = packages()
    own = next(package for package in known.values() if pathlib.Path(package["manifest_path"]).parent == ROOT)
    root = (own["name"], own["version"])
    linked = tree("normal,no-proc-macro", "--target", TARGET)
    everything = tree("normal,build", "--target", TARGET)
    optional = tree("normal,build", "--target", TARGET, "--all-features")
    optional_linked = tree("normal,no-proc-macro", "--target", TARGET, "--all-features")
    anywhere = tree("normal,build", "--target", "all", "--all-features")

    calls = {direct: used(names(known[direct], own)) for direct in optional_linked[root]}
    reach = [{direct: below(needs, direct) for direct in needs[root]} for needs in (linked, optional_linked)]

    def brings(one):
        """The crates that we name ourselves and that bring this one: of those in the program as it is built as ever, if it is there."""
        return {direct for direct, all_ in reach[one not in linked].items() if one in all_}

    def runs(one):
        if one not in optional_linked:
            return "build"
        where = set().union(*(calls[direct] for direct in brings(one)))
        return "both" if len(where) == 2 else "".join(where) or "nowhere"

    def row(one):
        package = known[one]
        direct = one in optional[root]
        by = sorted({direct[0] for direct in brings(one)} if one in optional_linked else ())
        of = "" if direct else ", ".join(by[:2]) + (" ..." if len(by) > 2 else "")
        count = unsafe(package["manifest_path"])
        return f"| {one[0]} | {one[1]} | {licence(package)} | {keeper(package)} | {runs(one)} | {of} | {count or ''} | {builds(package)} |"

    head = "| crate | version | licence | kept by | runs in | for | unsafe lines | while building |\n|---|---|---|---|---|---|---:|---|"
    default = sorted(set(linked) - {root})
    build = sorted(set(everything) - set(linked) - {root})
    off = sorted(set(optional) - set(everything) - {root})
    other = set(anywhere) - set(optional)
    dev = {key for key in known if key not in anywhere}
    tally = collections.Counter(runs(one) for one in default)
    counts = [unsafe(known[one]["manifest_path"]) for one in default]
    out = [
        f"{len(default)} crates are handed to the linker for `{TARGET}`: {tally['worker']} run in workers alone, {tally['coordinator']} in the",
        f"coordinator alone, {tally['both']} in both. {sum(map(bool, counts))} of them hold unsafe code, {sum(counts)} lines in all, of which",
        f"{counts[[name for name, _ in default].index('linux-raw-sys')]} are the kernel's declarations in `linux-raw-sys`. "
        f"{sum('build script' in builds(known[one]) for one in default)} have a build script. {len(build)} more run while",
        f"building only; {len(off)} more are needed by the features that are off by default. `Cargo.lock` names {len(other)} more for other",
        f"systems and {len(dev)} for tests alone: they are in no table here.",
        "",
        "### In the program",
        "",
        head,
        *map(row, default),
        "",
        "### While building only",
        "",
        head,
        *map(row, build),
        "",
        "### Only with features that are off by default",
        "",
        head,
        *map(row, off),
    ]
    text = "\n".join(out) + "\n"
    if len(sys.argv) < 2:
        print(text, end="")
        return 0
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(MARKS[0])
    old, after = rest.split(MARKS[1])
    if sys.argv[1] == "--write":
        PAGE.write_text(before + MARKS[0] + text + MARKS[1] + after, encoding="utf-8")
        return 0
    if old != text:
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), "docs/supply-chain.md", "what is so", n=0))
        print("docs/supply-chain.md is out of date: ci/dependencies.py --write")
        return 1
    print(f"docs/supply-chain.md is right: {len(default)} crates in the program, {len(build)} while building, {len(off)} off by default")
    return 0


if __name__ == "__main__":
    sys.exit(main())
