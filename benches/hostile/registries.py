"""The kinds that Provost claims to read, out of its own registries (`src/collect/*/mod.rs`), so that one without a seed is noticed."""
import os
import re

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
REGISTRIES = {"document": "DOCUMENTS", "config": "CONFIGS", "results": "RESULTS", "resource": "RESOURCES"}


def kinds():
    """{registry: {id: module}}: what `provost explain formats` lists, and kinds of resource."""
    found = {}
    for folder, table in REGISTRIES.items():
        base = os.path.join(ROOT, "src", "collect", folder)
        with open(os.path.join(base, "mod.rs"), encoding="utf-8") as file:
            text = file.read()
        listed = re.search(r"pub(?:\([a-z]+\))? " + table + r":[^;]*;([^}]*)\}", text)
        if not listed:
            raise SystemExit(f"no registry {table} in {base}/mod.rs: this script has to be told where it went")
        found[folder] = {}
        for module in re.findall(r"\b[a-z_0-9]+\b", re.sub(r"//.*", "", listed.group(1))):
            with open(os.path.join(base, module + ".rs"), encoding="utf-8") as file:
                own = re.search(r"fn id\(&self\) -> &'static str \{\s*\"([^\"]+)\"", file.read())
            found[folder][own.group(1) if own else module] = module
    return found


def signatures():
    """Types that a signature tells, read or not: the table in `sniff.rs`."""
    with open(os.path.join(ROOT, "src", "collect", "sniff.rs"), encoding="utf-8") as file:
        table = re.search(r"BINARY_TYPES[^=]*= &\[(.*?)\n\];", file.read(), re.S)
    return re.findall(r'^    \("([a-z_0-9]+)"', table.group(1), re.M)
