#!/usr/bin/env python3
"""The bill of materials of a release binary, as CycloneDX 1.6: the crates that were handed to the linker, what of Rust's own library is
in it, and what is in it that is no crate (a model, fonts, lists of words). What only ran while building stands apart, with the scope
`excluded`. The same binary and sources give the same bytes: the serial number comes from the binary, and there is a time only if
SOURCE_DATE_EPOCH says which.

It is written here rather than by cargo-cyclonedx (0.5.9), which was tried beside it: that names all crates that are here, macros as if they
were part of the program, and six more that are not built at all (features of other crates' options); and it has no place for what is
no crate, for Rust's own library, or for the digest of the binary.

It changes nothing. It fails if the binary names a crate, or the sources embed a file, that the bill does not have.

    ci/sbom.py OUT.json [--binary target/release/provost] [--features a,b] [--check]

--check reads the result with someone else's reader (cyclonedx-python-lib, from PyPI, in a folder that goes away).
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib
import uuid

sys.dont_write_bytecode = True
import dependencies  # noqa: E402
from dependencies import ROOT, TARGET  # noqa: E402

# What is embedded and is no crate: files, name, kind, version, licence (an SPDX id, or words and the file that holds them), source.
EMBEDDED = [
    (["src/collect/document/picture/model/seeta_fd_frontal_v1.0.bin"], "seeta_fd_frontal", "machine-learning-model", "1.0",
     {"id": "BSD-2-Clause"}, "src/collect/document/picture/model/LICENSE-SeetaFace", "https://github.com/seetaface/SeetaFaceEngine"),
    (["assets/fonts/DejaVuSans.ttf"], "DejaVu Sans", "data", "2.37",
     {"name": "Bitstream Vera and Arev; changes in the public domain"}, "assets/fonts/LICENCE.txt", "https://dejavu-fonts.github.io/"),
    (["assets/fonts/DejaVuSans-Bold.ttf"], "DejaVu Sans Bold", "data", "2.37",
     {"name": "Bitstream Vera and Arev; changes in the public domain"}, "assets/fonts/LICENCE.txt", "https://dejavu-fonts.github.io/"),
    (["policies/classes/names/ordinary.txt", "policies/classes/names/proper.txt"], "SCOWL", "data", "2020.12.07",
     {"name": "SCOWL's own (permission to use, copy, modify, distribute and sell)"}, "policies/classes/names/README.md", "http://wordlist.aspell.net/"),
    (["policies/classes/names/names-unusual.txt"], "Names of the US Census 2010 and of births in the US", "data", "2010 and 2024",
     {"name": "public domain"}, "policies/classes/names/README.md", "https://www.census.gov/topics/population/genealogy/data/2010_surnames.html"),
    (["policies/classes/names/surnames-common.txt", "policies/classes/names/surnames-other.txt", "policies/classes/names/given.txt",
      "policies/classes/names/given-rarely.txt"],
     "Names of the US Census 1990", "data", "1990", {"name": "public domain; parts of given.txt PDDL-1.0 or CC0-1.0"},
     "policies/classes/names/README.md", "https://pypi.org/project/names/0.3.0/"),
]


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def hashes(value):
    return [{"alg": "SHA-256", "content": value}]


def crate(key, package, checksum, scope):
    name, version = key
    found = {
        "type": "library", "bom-ref": f"pkg:cargo/{name}@{version}", "name": name, "version": version,
        "scope": scope, "purl": f"pkg:cargo/{name}@{version}",
    }
    if checksum:
        # of the archive that cargo fetched and compared with Cargo.lock
        found["hashes"] = hashes(checksum)
    if package["license"]:
        found["licenses"] = [{"expression": dependencies.licence(package)}]
    if package["description"]:
        found["description"] = " ".join(package["description"].split())
    if package["repository"]:
        found["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return found


def embedded():
    for files, name, kind, version, licence, text, source in EMBEDDED:
        found = {
            "type": kind, "bom-ref": f"embedded:{name}", "name": name, "version": version, "scope": "required",
            "licenses": [{"license": {**licence, "text": {"contentType": "text/plain", "content": (ROOT / text).read_text(encoding="utf-8")}}}],
            "externalReferences": [{"type": "distribution", "url": source}],
        }
        if len(files) == 1:
            found["hashes"] = hashes(sha256(ROOT / files[0]))
        found["properties"] = [{"name": "provost:file", "value": f"{file} sha256:{sha256(ROOT / file)}"} for file in files]
        yield found


def not_listed():
    """Files of other people that the sources embed and that EMBEDDED does not have: everything binary, and every list of names."""
    known = {file for row in EMBEDDED for file in row[0]}
    wanted = set()
    for source in (ROOT / "src").rglob("*.rs"):
        for path in re.findall(r'include_bytes!\(\s*"([^"]+)"', source.read_text(encoding="utf-8").split("#[cfg(test)]")[0]):
            wanted.add((source.parent / path).resolve().relative_to(ROOT).as_posix())
    ours = {"places", "organisations", "titles", "ranks", "roles", "technical", "surnames-added", "things"}
    lists = {f"policies/classes/names/{path.name}" for path in (ROOT / "policies/classes/names").glob("*.txt") if path.stem not in ours}
    return sorted((wanted | lists) - known)


def named_in(binary):
    """Crates whose files the binary names (where it could panic): ours by the folder of the registry, Rust's own by its own folder."""
    bytes_ = pathlib.Path(binary).read_bytes()
    name = rb"([A-Za-z0-9_-]+?)-(\d+\.\d+\.\d+[A-Za-z0-9.+-]*)/"
    of = lambda folder: {(a.decode(), b.decode()) for a, b in re.findall(folder + name, bytes_)}
    return of(rb"/(?:index\.crates\.io[^/]*|crates)/"), of(rb"/rust/deps/")


def bill(binary, features):
    known = dependencies.packages()
    own = next(package for package in known.values() if pathlib.Path(package["manifest_path"]).parent == ROOT)
    root = (own["name"], own["version"])
    more = ["--target", TARGET] + (["--features", features] if features else [])
    linked = dependencies.tree("normal,no-proc-macro", *more)
    everything = dependencies.tree("normal,build", *more)
    locked = tomllib.loads((ROOT / "Cargo.lock").read_text(encoding="utf-8"))["package"]
    checksums = {(row["name"], row["version"]): row.get("checksum") for row in locked}
    digest = sha256(binary)
    ours, std = named_in(binary)
    if lost := sorted(ours - set(linked)):
        sys.exit(f"the binary names crates that are not in the bill: {lost}")
    if lost := not_listed():
        sys.exit(f"embedded and not in the bill: {lost}")

    rustc = dict(line.split(": ", 1) for line in subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout.splitlines()[1:])
    library = {
        "type": "library", "bom-ref": "rust:std", "name": "rust-std", "version": rustc["release"], "scope": "required",
        "description": f"Rust's standard library, as the toolchain brings it (commit {rustc['commit-hash']})",
        "licenses": [{"expression": "MIT OR Apache-2.0"}], "externalReferences": [{"type": "vcs", "url": "https://github.com/rust-lang/rust"}],
        # it may hold more than it names
        "components": [
            {"type": "library", "bom-ref": f"rust:std/{name}@{version}", "name": name, "version": version, "purl": f"pkg:cargo/{name}@{version}"}
            for name, version in sorted(std)
        ],
    }
    if not std:
        del library["components"]
    reference = f"pkg:cargo/{root[0]}@{root[1]}"
    crates = [crate(key, known[key], checksums[key], "required") for key in sorted(set(linked) - {root})]
    building = [crate(key, known[key], checksums[key], "excluded") for key in sorted(set(everything) - set(linked) - {root})]
    data = list(embedded())
    depends = []
    for key in sorted(everything):
        # what is linked needs what is linked; edges to macros and build scripts are those of building
        needs = sorted(f"pkg:cargo/{name}@{version}" for name, version in (linked if key in linked else everything)[key])
        depends.append({"ref": f"pkg:cargo/{key[0]}@{key[1]}", "dependsOn": needs})
    next(row for row in depends if row["ref"] == reference)["dependsOn"] += ["rust:std", *(row["bom-ref"] for row in data)]
    found = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'sha256:' + digest)}", "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": reference, "name": root[0], "version": root[1], "purl": reference,
                "description": own["description"], "hashes": hashes(digest), "licenses": [{"expression": dependencies.licence(own)}],
            },
            "properties": [
                {"name": "provost:target", "value": TARGET},
                {"name": "provost:features", "value": features or "default"},
                {"name": "provost:rustc", "value": f"{rustc['release']} ({rustc['commit-hash']})"},
            ],
        },
        "components": crates + [library] + data + building,
        "dependencies": depends,
    }
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        found["metadata"]["timestamp"] = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(f"{len(crates)} crates ({len(ours)} of them name themselves in the binary), Rust's library with {len(std)} crates of its own, "
          f"{len(data)} embedded, {len(building)} while building; sha256 {digest}")
    return found


CHECK = """
import sys
from cyclonedx.validation.json import JsonStrictValidator
from cyclonedx.schema import SchemaVersion
from cyclonedx.model.bom import Bom
import json
text = open(sys.argv[1], encoding="utf-8").read()
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
if error:
    sys.exit(f"not CycloneDX 1.6: {error}")
bom = Bom.from_json(json.loads(text))
bom.validate()
print(f"CycloneDX 1.6 by its own schema; another reader sees {len(bom.components)} components, and every reference leads somewhere")
"""


def check(out):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "cyclonedx-python-lib[json-validation]==11.12.0"], check=True)
        subprocess.run([python, "-c", CHECK, out], check=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out")
    arguments.add_argument("--binary", default=ROOT / "target/release/provost")
    arguments.add_argument("--features", default="")
    arguments.add_argument("--check", action="store_true")
    given = arguments.parse_args()
    text = json.dumps(bill(given.binary, given.features), indent=1, ensure_ascii=False) + "\n"
    pathlib.Path(given.out).write_text(text, encoding="utf-8")
    if given.check:
        check(given.out)


if __name__ == "__main__":
    main()
