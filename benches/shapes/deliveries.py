"""Deliveries of many files, and the cases of `tests/cases/config` made large: what is joined across files and folders."""
import json
import os
import re

from . import HEADER, SHAPES, count, person, row, shape

NOTE = b"a note\n"
MANY = {
    "tiny files in one folder": lambda n: {f"note{i}.txt": NOTE for i in range(count(n, 200))},
    "tiny files, each in its folder": lambda n: {f"f{i}/note.txt": NOTE for i in range(count(n, 200))},
    "files in deep folders": lambda n: {"d/" * (i % 100) + f"note{i}.txt": NOTE for i in range(count(n, 400))},
    "one file again and again": lambda n: {f"copy{i}.csv": (HEADER + row(1) + row(2)).encode() for i in range(count(n, 300))},
    "files of one person": lambda n: {f"f{i}.csv": (HEADER + row(i)).encode() for i in range(count(n, 250))},
    "files named by persons": lambda n: {f"{person(i)[0]}.txt": NOTE for i in range(count(n, 200))},
    "pictures named by persons, and their register": lambda n: {**{f"{person(i)[0]}.jpg": b"\xff\xd8\xff\xd9" for i in range(count(n, 300))}, "people.csv": (HEADER + "".join(map(row, range(count(n, 300))))).encode()},
    "registers of the same people": lambda n: {f"copy{k}.csv": (HEADER + "".join(row(i) for i in range(k, 200 + k))).encode() for k in range(count(n, 12_000))},
    "registers of the same columns": lambda n: {f"year{k}/people.csv": (HEADER + "".join(row(i + k * 20) for i in range(20))).encode() for k in range(count(n, 1_200))},
    "archives": lambda n: {f"{i}.json": json.dumps({"name": person(i)[1], "email": person(i)[3]}).encode() for i in range(count(n, 200))},
    "hosts of sshd": lambda n: {f"h{i}/etc/ssh/sshd_config": f"PermitRootLogin no\nInclude x{i}.conf\n".encode() for i in range(count(n, 250))},
    "files that sshd includes": lambda n: {"etc/ssh/sshd_config": b"Include sshd_config.d/*.conf\n", **{f"etc/ssh/sshd_config.d/{i}.conf": f"AllowUsers u{i}\n".encode() for i in range(count(n, 200))}},
    "files of sshd that include each other": lambda n: {"etc/ssh/sshd_config": b"Include x0.conf\n", **{f"etc/ssh/x{i}.conf": f"Include x{i + 1}.conf\nPort {i % 60000 + 1}\n".encode() for i in range(count(n, 200))}},
    "files that nginx includes": lambda n: {"etc/nginx/nginx.conf": b"http { include conf.d/*.conf; }\n", **{f"etc/nginx/conf.d/{i}.conf": f"server {{ listen 80; server_name s{i}; }}\n".encode() for i in range(count(n, 250))}},
    "one file that nginx includes often": lambda n: {"etc/nginx/nginx.conf": b"http { " + b"include conf.d/a.conf;\n" * count(n, 23) + b"}\n", "etc/nginx/conf.d/a.conf": b"server { listen 80; server_name s; }\n"},
    "snippets included by servers": lambda n: {"etc/nginx/nginx.conf": b"http {\n" + b"".join(f"server {{ listen 80; server_name s{i}; include snip/{i}.conf; }}\n".encode() for i in range(count(n, 250))) + b"}\n", **{f"etc/nginx/snip/{i}.conf": b"autoindex on;\n" for i in range(count(n, 250))}},
    "files that Apache includes": lambda n: {"etc/apache2/apache2.conf": b"ServerRoot /etc/apache2\nIncludeOptional sites-enabled/*.conf\n", **{f"etc/apache2/sites-enabled/{i}.conf": f"<VirtualHost *:443>\nServerName s{i}\n</VirtualHost>\n".encode() for i in range(count(n, 250))}},
    "hosts of Apache": lambda n: {f"h{i}/etc/apache2/apache2.conf": b"ServerTokens Prod\n<VirtualHost *:443>\nSSLEngine on\n</VirtualHost>\n" for i in range(count(n, 300))},
    ".htaccess in many folders": lambda n: {"etc/apache2/apache2.conf": b"<Directory /srv>\nAllowOverride All\n</Directory>\n", **{f"srv/f{i}/.htaccess": b"Options Indexes\n" for i in range(count(n, 200))}},
    "compose files that extend another": lambda n: {"base.yml": b"services:\n  b:\n    image: a\n", **{f"h{i}/docker-compose.yml": b"services:\n  a:\n    extends: {file: ../base.yml, service: b}\n" for i in range(count(n, 250))}},
    "folders of terraform": lambda n: {f"m{i}/main.tf": b'resource "aws_s3_bucket" "b" {\n  bucket = "cards"\n}\n' for i in range(count(n, 250))},
    "templates": lambda n: {f"s{i}.template.json": json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"b{i}"}}}}).encode() for i in range(count(n, 300))},
    "answers about buckets": lambda n: {f"aws/b{i}.get-bucket-{what}.json": body for i in range(count(n, 500)) for what, body in (
        ("encryption", b'{"ServerSideEncryptionConfiguration": {"Rules": []}}'), ("versioning", b'{"Status": "Enabled"}'))},
    "answers about buckets, each in its folder": lambda n: {f"s3/b{i}/get-bucket-{what}.json": body for i in range(count(n, 500)) for what, body in (
        ("encryption", b'{"ServerSideEncryptionConfiguration": {"Rules": []}}'), ("versioning", b'{"Status": "Enabled"}'))},
    "keys beside what they open": lambda n: {x: body for i in range(count(n, 300)) for x, body in ((f"f{i}/password.txt", b"password: Tq9w1zz2\n"), (f"f{i}/note.txt", NOTE))},
    "passwords in one folder": lambda n: {f"password{i}.txt": f"password: Tq9w{i}zz\n".encode() for i in range(count(n, 200))},
    "fstabs and what they mount": lambda n: {f"h{i}/etc/fstab": b"".join(f"/dev/sd{k} /srv/d{k} ext4 defaults 0 2\n".encode() for k in range(5)) for i in range(count(n, 300))},
    "mounts of one fstab, and data below them": lambda n: {"etc/fstab": b"".join(f"/dev/sd{k} /srv/d{k} ext4 defaults 0 2\n".encode() for k in range(count(n, 250))), **{f"srv/d{k}/people.csv": (HEADER + row(k)).encode() for k in range(count(n, 250))}},
}
for name, make in MANY.items():
    shape("delivery", name)(make)

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "cases", "config")


def cases():
    """The products that have cases, with the files of their first ones."""
    import yaml
    for name in sorted(os.listdir(CASES)):
        if name.endswith(".yaml"):
            with open(os.path.join(CASES, name), encoding="utf-8") as file:
                yield name[:-5], [{path: body["utf16"] if isinstance(body, dict) and "utf16" in body else body for path, body in case["files"].items()}
                                  for case in yaml.safe_load(file)["cases"] if case.get("files")]


def grown(tree, times):
    """A tree whose lists and longer maps have so many entries for each one of theirs; the first big enough one only, so that it is linear."""
    def grow(node):
        nonlocal done
        if isinstance(node, list) and node and not done:
            done = True
            return [item for _ in range(times) for item in node]
        if isinstance(node, dict):
            if any(re.fullmatch(r"Resources|resources|services|items|rules|values|Rules|Statement|Grants", key) and isinstance(value, dict) for key, value in node.items()) and not done:
                key = next(key for key, value in node.items() if isinstance(value, dict) and re.fullmatch(r"Resources|resources|services|items|rules|values|Rules|Statement|Grants", key))
                done = True
                return {**node, key: {f"{name}{i}": value for i in range(times) for name, value in node[key].items()}}
            return {key: grow(value) for key, value in node.items()}
        return node
    done = False
    return grow(tree)


def whole(text):
    return isinstance(text, str) and len(text) > 10


def from_cases(product, index, files):
    texts = {path: text for path, text in files.items() if whole(text)}
    if not texts:
        return
    total = sum(len(path) + len(text) for path, text in texts.items())
    label = f"{product}, case {index + 1}"

    def hosts(n):
        return {f"h{i}/{path}": text.encode() for i in range(count(n, total)) for path, text in texts.items()}
    shape("cases", f"{label}: many hosts")(hosts)

    def beside(n):
        out = {}
        for i in range(count(n, total)):
            for path, text in texts.items():
                folder, _, name = path.rpartition("/")
                out[f"{folder + '/' if folder else ''}c{i}-{name}"] = text.encode()
        return out
    shape("cases", f"{label}: many beside each other")(beside)
    path, text = max(texts.items(), key=lambda row: len(row[1]))

    def long(n):
        try:
            tree = json.loads(text)
            body = json.dumps(grown(tree, count(n, len(text))))
        except ValueError:
            body = text * count(n, len(text))
        return {**{other: body.encode() for other, body in texts.items()}, path: body.encode()}
    shape("cases", f"{label}: one long file")(long)


try:
    for product, found in cases():
        # the longest of the first ones says most
        for index, files in sorted(enumerate(found[:8]), key=lambda row: -sum(len(t) for t in row[1].values() if whole(t)))[:1]:
            from_cases(product, index, files)
except ImportError as missing:
    SHAPES["cases/all"] = None
    MISSING = str(missing)
