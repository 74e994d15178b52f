"""A seed of each kind that is read: fixtures and cases of the tests, the examples, the shapes of `growth.py`, and what `craft.py` writes.

A seed is a kind (`document/xlsx`, `config/sshd`, `signature/rar`), a path below a folder of its own, and bytes. Everybody in them is made up.
"""
import bz2
import gzip
import io
import json
import lzma
import os
import sys
import warnings
import zipfile

import craft
from registries import ROOT

sys.path.insert(0, os.path.join(ROOT, "benches"))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from shapes import SHAPES

ENDINGS = {
    "access.log": "access_log", "a": "ar", "deb": "ar", "bz2": "bzip2", "cab": "cab", "xls": "workbook", "xlsb": "workbook", "cpio": "cpio", "csv": "csv", "tsv": "csv", "dbf": "dbf",
    "doc": "doc", "docx": "docx", "docm": "docx", "gz": "gzip", "tgz": "gzip", "html": "html", "htm": "html", "jsonl": "jsonl", "lz4": "lz4", "eml": "mail", "mbox": "mbox",
    "emf": "metafile", "wmf": "metafile", "msg": "msg", "ods": "ods", "odt": "odt", "odp": "odt", "parquet": "parquet", "pdf": "pdf", "txt": "text", "md": "text", "rs": "text", "ppt": "ppt",
    "pptx": "pptx", "pst": "pst", "ost": "pst", "rpm": "rpm", "rtf": "rtf", "7z": "sevenz", "sql": "sql", "sqlite": "sqlite", "sqlite3": "sqlite", "db": "sqlite", "tar": "tar", "vcf": "vcard",
    "xlsx": "xlsx", "xlsm": "xlsx", "xz": "xz", "zip": "zip", "whl": "zip", "zst": "zstd", "iso": "iso", "bin": "binary",
    **{ending: "image" for ending in ("jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "svg")},
}
CONFIG_ENDINGS = {"json": "json", "yaml": "yaml", "yml": "yaml", "xml": "xml", "toml": "toml", "ini": "ini", "properties": "properties", "env": "env", "reg": "reg", "plist": "plist",
                  "tf": "hcl", "hcl": "hcl"}
# groups of `shapes` that are called otherwise than the registries call them
GROUPS = {"7z": "sevenz", "xls": "workbook", "compose": "docker_compose", "dotenv": "env"}


# images of disks among the fixtures, by how their names begin
DISKS = {"ext": "ext", "fat": "fat", "exfat": "fat", "ntfs": "ntfs", "mbr": "disk", "gpt": "disk", "a.qcow": "qcow", "b.qcow": "qcow", "c.qcow": "qcow",
         "a.vmdk": "vmdk", "b.vmdk": "vmdk", "a.vhd": "vhd", "a.vdi": "vdi"}


def kind_of(path):
    """By the ending: a seed's own name for what it is, not what Provost will call it."""
    name = os.path.basename(path).lower()
    ending = name.rsplit(".", 1)[-1] if "." in name else ""
    if "rar" == ending:
        return "signature/rar"
    if ending in CONFIG_ENDINGS:
        return "config/" + CONFIG_ENDINGS[ending]
    return "document/" + ENDINGS.get(ending, "text" if ending else "binary")


def files_below(folder):
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(base, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, folder), path


def fixtures():
    for path, whole in files_below(os.path.join(ROOT, "tests", "fixtures")):
        if not path.endswith((".py", ".sh")):
            with open(whole, "rb") as file:
                data = file.read()
            yield kind_of(path), os.path.basename(path), data
            if path.endswith(".iso.gz"):
                yield "document/iso", "disc.iso", gzip.decompress(data)
            if name_of_disk := next((kind for start, kind in DISKS.items() if os.path.basename(path).startswith(start)), None):
                # what stands behind that is mostly empty
                yield "document/" + name_of_disk, os.path.basename(path)[:-3], gzip.decompress(data)[:2 << 20]
    for example in ("card-printer", "good-supplier", "foi-release"):
        for path, whole in files_below(os.path.join(ROOT, "examples", example)):
            with open(whole, "rb") as file:
                yield kind_of(path), path, file.read()


def cases():
    """Each case is a delivery of its own; the file's product names the kind."""
    import yaml
    base = os.path.join(ROOT, "tests", "cases", "config")
    for name in sorted(os.listdir(base)):
        if not name.endswith(".yaml"):
            continue
        with open(os.path.join(base, name), encoding="utf-8") as file:
            whole = yaml.safe_load(file)
        for at, case in enumerate(whole["cases"]):
            for path, body in (case.get("files") or {}).items():
                data = body.encode() if isinstance(body, str) else b"\xff\xfe" + body["utf16"].encode("utf-16-le")
                yield "config/" + whole["product"], f"{at}/{path}", data


def shapes(sizes=(2048,)):
    for name, made in SHAPES.items():
        if made is None or name.startswith("cases/"):
            continue
        for size in sizes:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    files = made.files(size)
            except ImportError:
                continue
            group = name.split("/")[0]
            for path, data in list(files.items())[:40]:
                own = GROUPS.get(group, group)
                yield ("?/" + own if group not in ("delivery", "text", "results") else kind_of(path)), f"{name.replace('/', ' ')} {size}/{path}", data


def stored(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "w", method) as archive:
            for name, body in members:
                info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                info.compress_type = method
                archive.writestr(info, body)
    return out.getvalue()


def crafted():
    staff = craft.STAFF
    tree = craft.cpio([("./hr", 0o40755, b""), ("./hr/staff.csv", 0o100644, staff), ("./link", 0o120777, b"/etc/passwd")])
    members = [("hr\\staff.csv", staff), ("notes.txt", b"notes\n" * 9000)]
    yield from [
        ("document/ar", "a.deb", craft.ar([("debian-binary", b"2.0\n"), ("data.tar.gz", gzip.compress(staff, mtime=0))])),
        ("document/ar", "b.a", craft.ar([("//", b"a name of more than sixteen.csv/\n"), ("/0", staff), ("short.txt/", b"odd")])),
        ("document/cpio", "c.cpio", tree), ("document/rpm", "d.rpm", craft.rpm(gzip.compress(tree, mtime=0))), ("document/cab", "e.cab", craft.cab(members)),
        ("document/dbf", "f.dbf", craft.dbf()), ("document/doc", "g.doc", craft.doc()), ("document/doc", "sealed.doc", craft.doc(True)), ("document/ppt", "h.ppt", craft.ppt()),
        ("document/msg", "i.msg", craft.cfb(craft.msg())), ("document/msg", "inner.msg", craft.cfb(craft.msg(inner=craft.msg()))), ("document/ole", "object.bin", craft.ole_package()),
        ("document/workbook", "j.xls", craft.xls()), ("document/workbook", "old.xls", craft.xls(False)), ("document/metafile", "k.emf", craft.emf("write to", craft.MAIL)),
        ("document/metafile", "l.wmf", craft.wmf(craft.MAIL)), ("document/image", "m.bmp", craft.bmp()), ("document/image", "n.heic", craft.heic()),
        ("document/image", "o.tif", craft.tiff([(0x0100, 3, 1, 4), (0x0101, 3, 1, 4), (0x013B, 2, 4, b"Ada\0")])), ("document/pst", "p.pst", craft.pst_head()), ("document/pst", "q.ost", craft.pst_head(36)),
        ("document/biometric", "r.fmr", b"FMR\0 20\0" + bytes(400)), ("document/biometric", "s.eft", b"1.001:120\x1d1.002:0500\x1d" + bytes(90)),
        ("document/binary", "t.bin", bytes(range(256)) * 20), ("document/bzip2", "u.csv.bz2", bz2.compress(staff)), ("document/xz", "v.csv.xz", lzma.compress(staff)),
        ("document/access_log", "access.log", b'203.0.113.9 - - [01/Jan/2024:00:00:00 +0000] "GET /find?contact=ada%40example.org HTTP/1.1" 200 12\n' * 9),
        ("document/zip", "w.zip", stored([("staff.csv", staff), ("inner.zip", stored([("a.txt", b"a note")]))])),
        ("config/reg", "x.reg", "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Example]\r\n\"Name\"=\"Ada\"\r\n\"N\"=dword:00000001\r\n\"B\"=hex:01,02,\\\r\n  03\r\n".encode("utf-16")),
        ("config/key_colon", "y.txt", b"Name             : SQLBOX\nManufacturer     : Example\nModel            : Card printer\nPrimaryOwnerName : Ada\nStatus           : OK\n"),
        ("config/aws", "z.json", b'{"Vaults": [], "ResponseMetadata": {"RequestId": "x"}, "Users": [{"UserName": "ada", "Arn": "arn:aws:iam::123456789012:user/ada"}]}'),
    ]
    yield ("config/azure", "storage.json", b'{"id": "/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a", "type": "Microsoft.Storage/storageAccounts", '
           b'"name": "a", "properties": {"supportsHttpsTrafficOnly": true, "minimumTlsVersion": "TLS1_2"}}')
    yield "config/google_cloud", "bucket.json", b'[{"kind": "storage#bucket", "id": "b", "name": "b", "storage_url": "gs://b/", "iamConfiguration": {"uniformBucketLevelAccess": {"enabled": true}}}]'
    for name, (magic, ending) in craft.SIGNATURES.items():
        body = magic + bytes(range(256)) * 4
        if name == "lha":
            body = magic + bytes(13) + b"\1" + bytes(600)
        yield "signature/" + name, f"a.{ending}", body
    yield "signature/iso", "a.img", bytes(32769) + b"CD001\1\0" + bytes(4096)
    yield "signature/udf", "a.udf", bytes(32769) + b"BEA01\1\0" + bytes(2041) + b"NSR02\1\0" + bytes(4096)
    yield "signature/vault", "vault.yml", b"$ANSIBLE_VAULT;1.1;AES256\n" + b"6162636465666768\n" * 20


def results():
    row = lambda name, whole: (f"results/{name}", f"{name}.json", json.dumps(whole, indent=1).encode())  # noqa: E731
    yield row("sarif", {"version": "2.1.0", "$schema": "sarif-2.1.0.json", "runs": [{"tool": {"driver": {"name": "x", "version": "1", "rules": [{"id": "r1", "properties": {"security-severity": "9.1"}}]}},
              "results": [{"ruleId": "r1", "ruleIndex": 0, "level": "error", "message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.c"}, "region": {"startLine": 3}}}]}],
              "invocations": [{"endTimeUtc": "2026-11-24T10:00:00Z", "executionSuccessful": True}]}]})
    yield row("oscal", {"assessment-results": {"uuid": "1", "metadata": {"title": "x", "last-modified": "2026-11-24T00:00:00Z"}, "results": [
              {"title": "r", "start": "2026-11-24T00:00:00Z", "findings": [{"title": "f", "target": {"target-id": "ac-1", "status": {"state": "not-satisfied"}}}]}]}})
    yield row("trivy", {"SchemaVersion": 2, "ArtifactName": "img", "ArtifactType": "container_image", "CreatedAt": "2026-11-24T00:00:00Z", "Results": [
              {"Target": "os", "Vulnerabilities": [{"VulnerabilityID": "CVE-2026-0001", "Severity": "HIGH", "PkgName": "p", "Title": "t"}],
               "Misconfigurations": [{"ID": "DS001", "Status": "FAIL", "Severity": "LOW", "Title": "t"}], "Secrets": [{"RuleID": "k", "Severity": "CRITICAL", "StartLine": 3}]}]})
    yield row("prowler", [{"CheckID": "iam_1", "Status": "FAIL", "AssessmentStartTime": "2026-11-24T00:00:00", "Severity": "high", "CheckTitle": "t", "ResourceId": "x"}])
    yield row("ocsf", [{"metadata": {"product": {"name": "Prowler", "version": "4"}}, "finding_info": {"uid": "1", "title": "t"}, "class_uid": 2004, "class_name": "Detection Finding",
              "severity": "High", "status_code": "FAIL", "time": 1795515300, "resources": [{"uid": "x"}]}])
    yield row("aws_config", {"EvaluationResults": [{"EvaluationResultIdentifier": {"EvaluationResultQualifier": {"ConfigRuleName": "r", "ResourceType": "AWS::S3::Bucket", "ResourceId": "b"},
              "OrderingTimestamp": 1795515300}, "ComplianceType": "NON_COMPLIANT", "ResultRecordedTime": 1795515300}]})
    yield row("inspec", {"platform": {"name": "ubuntu"}, "version": "5", "statistics": {"duration": 1}, "profiles": [{"name": "p", "controls": [
              {"id": "c1", "title": "t", "impact": 0.7, "results": [{"status": "failed", "code_desc": "d", "start_time": "2026-11-24T00:00:00Z"}]}]}]})
    yield ("results/junit", "junit.xml", b'<testsuites><testsuite name="pytest" tests="2" failures="1" timestamp="2026-11-24T00:00:00"><testcase classname="a" name="b"/>'
           b'<testcase classname="a" name="c[Ada]"><failure message="no">trace</failure></testcase></testsuite></testsuites>')


def all_seeds(known):
    """Every seed; those of a group of shapes go to the registry that knows its name."""
    for kind, path, data in (seed for part in (fixtures, cases, crafted, results, shapes) for seed in part()):
        if kind.startswith(("?/", "config/")):
            own = kind.split("/", 1)[1]
            home = next((registry for registry in ("document", "config", "results", "resource") if own in known[registry]), "other")
            kind = f"{home}/{own}"
        yield kind, path, data
