#!/usr/bin/env python3
"""Compares what provost says is in force in compose files with what `docker-compose config` makes of them.

    benches/effective/docker_compose.py [FILES] [SEED]

PROVOST names the binary (target/release/provost), COMPOSE the reference (docker-compose; 1.29 is a Debian and PyPI package).
Made-up files with aliases, merges, `extends`, short and long ports and volumes, environments as lists and mappings. Not part of the tests.
"""
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    sys.exit("PyYAML is needed (pip install pyyaml)")

from common import provost

PROVOST = provost()
COMPOSE = shlex.split(os.environ.get("COMPOSE", "docker-compose"))
if not shutil.which(COMPOSE[0]):
    sys.exit(f"{COMPOSE[0]} is not there: install docker-compose, or set COMPOSE")

FILES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
R = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
PLAIN = {"privileged": "false", "read_only": "false", "network_mode": "default", "pid": "private", "user": None}


def quoted(text):
    return json.dumps(text)


def port(number):
    style = R.randrange(7)
    if style == 0:
        return f'"{number}"'
    if style == 1:
        return f'"{number}:{R.randrange(1, 9000)}"'
    if style == 2:
        return f'"127.0.0.1:{number}:80"'
    if style == 3:
        return f'"{number}-{number + 2}:70-72/udp"'
    if style == 4:
        return f"{{target: {R.randrange(1, 99)}, published: {number}, protocol: {R.choice(['tcp', 'udp'])}}}"
    if style == 5:
        return f'"0.0.0.0:{number}:22/tcp"'
    return f'"127.0.0.1::{number}"'


def volume(index):
    style = R.randrange(4)
    target = f"/t{index}"
    if style == 0:
        return f"/srv/d{index}:{target}:ro"
    if style == 1:
        return f"data:{target}"
    if style == 2:
        return f"{{type: bind, source: /var/run/d{index}.sock, target: {target}}}"
    return f"{{type: volume, source: data, target: {target}}}"


def body(used, fresh):
    """Lines of a service; each key at most once."""
    out = []
    if R.random() < 0.4:
        out.append(f"privileged: {R.choice(['true', 'false'])}")
    if R.random() < 0.4:
        out.append(f"read_only: {R.choice(['true', 'false'])}")
    if R.random() < 0.3:
        out.append(f"network_mode: {R.choice(['host', 'none', 'bridge'])}")
    if R.random() < 0.3:
        out.append("pid: host")
    if R.random() < 0.4:
        out.append(f"user: {R.choice(['root', chr(34) + '1000:1000' + chr(34), chr(34) + '0' + chr(34)])}")
    if R.random() < 0.4:
        out.append("cap_add: [" + ", ".join(R.sample(["SYS_ADMIN", "NET_ADMIN", "CHOWN"], R.randrange(1, 3))) + "]")
    if R.random() < 0.4:
        out.append("security_opt: [" + R.choice(["no-new-privileges:true", "no-new-privileges", "label:disable"]) + "]")
    if R.random() < 0.6:
        lines = ["ports:"]
        for _ in range(R.randrange(1, 4)):
            used[0] += 10
            lines.append(f"  - {port(used[0])}")
        out.append("\n".join(lines))
    if R.random() < 0.5:
        first = 0 if fresh else R.randrange(3)
        out.append("volumes:\n" + "\n".join(f"  - {volume(first + i)}" for i in range(R.randrange(1, 4))))
    if R.random() < 0.6:
        names = R.sample(["DB_PASSWORD", "API_TOKEN", "MODE", "JWT_SECRET", "PORT"], R.randrange(1, 4))
        values = [R.choice(["hunter2x9", "abc", "5"]) for _ in names]
        if R.random() < 0.5:
            out.append("environment:\n" + "\n".join(f"  - {n}={v}" for n, v in zip(names, values)))
        else:
            out.append("environment:\n" + "\n".join(f"  {n}: {quoted(v)}" for n, v in zip(names, values)))
    R.shuffle(out)
    return out


def indent(lines, by):
    return "\n".join(" " * by + line for part in lines for line in part.split("\n")) + "\n"


def document():
    used = [1000]
    text = 'version: "3.8"\n'
    anchored = body(used, True)
    text += "x-base: &base\n  image: nginx:1.27\n" + indent(anchored, 2)
    text += "services:\n"
    names = []
    for index in range(R.randrange(1, 5)):
        name = f"s{index}"
        text += f"  {name}:\n"
        style = R.randrange(4)
        if style == 0:
            text += "    <<: *base\n" + indent(body(used, False), 4)
        elif style == 1 and names:
            text += f"    extends: {{service: {R.choice(names)}}}\n" + indent(body(used, False), 4)
        else:
            text += "    image: " + R.choice(["nginx", "r.example:5000/x", "postgres:17", "x@sha256:" + "0a" * 32]) + "\n"
            text += indent(body(used, False), 4)
            names.append(name)
    return text + "volumes:\n  data: {}\n"


def version(image):
    if "@" in image:
        return image.split("@", 1)[1]
    last = image.rsplit("/", 1)[-1]
    return last.split(":", 1)[1] if ":" in last else "latest"


def ports(entry):
    if isinstance(entry, dict):
        return f"0.0.0.0:{entry.get('published') or 'random'}:{entry['target']}/{entry.get('protocol', 'tcp')}"
    text, _, protocol = str(entry).partition("/")
    parts = text.split(":")
    address, outside, inside = (["0.0.0.0", "random"] + parts)[-3:] if len(parts) < 3 else parts
    if len(parts) == 2:
        address, outside, inside = "0.0.0.0", parts[0], parts[1]
    return f"{address}:{outside or 'random'}:{inside}/{protocol or 'tcp'}"


# docker-compose itself, in its own Python, for one file a line: starting it takes longer than the work
MANY = """
import contextlib, io, json, sys
from compose.cli.main import main
for line in sys.stdin:
    out, code = io.StringIO(), 0
    sys.argv = ["docker-compose", "-f", line.strip(), "config"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        except Exception:
            code = 1
    print(json.dumps([code, out.getvalue()]), flush=True)
"""


def asked(folders):
    """What the reference prints for each folder; None where it refuses."""
    files = [os.path.join(folder, "docker-compose.yml") for folder in folders]
    with open(shutil.which(COMPOSE[0]), "rb") as file:
        first = file.readline()
    if len(COMPOSE) == 1 and first.startswith(b"#!") and b"python" in first:
        many = subprocess.run(shlex.split(first[2:].decode().strip()) + ["-c", MANY], input="\n".join(files) + "\n", capture_output=True, text=True)
        rows = [json.loads(line) for line in many.stdout.splitlines()]
        if len(rows) == len(files):
            return [None if code else text for code, text in rows]
    runs = [subprocess.run(COMPOSE + ["-f", file, "config"], capture_output=True, text=True) for file in files]
    return [None if run.returncode else run.stdout for run in runs]


def reference(text):
    if text is None:
        return None
    out = {}
    for name, service in yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))["services"].items():
        seen = {}
        for key, absent in PLAIN.items():
            value = service.get(key, absent)
            seen[key] = str(value).lower() if isinstance(value, bool) else value
        seen["image_version"] = version(service["image"])
        seen["cap_add"] = sorted(service.get("cap_add") or ["none"])
        nnp = [o for o in service.get("security_opt", []) if o.startswith("no-new-privileges")]
        seen["no_new_privileges"] = "true" if nnp else "false"
        seen["ports"] = sorted(ports(p) for p in service.get("ports") or []) or ["none"]
        binds = []
        for mount in service.get("volumes") or []:
            if isinstance(mount, dict):
                binds += [mount["source"]] if mount["type"] == "bind" else []
            elif mount.startswith("/"):
                binds.append(mount.split(":")[0])
        seen["bind_mount"] = sorted(binds) or ["none"]
        environment = service.get("environment") or {}
        words = ("PASSWORD", "TOKEN", "SECRET")
        seen["environment_secret"] = sorted(n for n in environment if any(w in n for w in words)) or ["none"]
        out[name] = seen
    return out


def ours(groups, folder):
    out = {}
    group = groups.get(os.path.basename(folder))
    for setting in group["settings"] if group else []:
        service = out.setdefault(setting["context"].removeprefix("service "), {key: absent for key, absent in PLAIN.items()})
        key, value = setting["key"], setting["value"]
        if key in ("cap_add", "ports", "bind_mount", "environment_secret"):
            service[key] = sorted(service.get(key, []) + [value])
        elif key in PLAIN or key in ("image_version", "no_new_privileges"):
            service[key] = value
    return out


with tempfile.TemporaryDirectory() as root:
    folders = []
    for index in range(FILES):
        folder = os.path.join(root, "xq" + chr(97 + index // 676 % 26) + chr(97 + index // 26 % 26) + chr(97 + index % 26))
        os.mkdir(folder)
        with open(os.path.join(folder, "docker-compose.yml"), "w") as file:
            file.write(document())
        folders.append(folder)
    run = subprocess.run([PROVOST, "settings", root, "--product", "docker_compose", "--json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    groups = json.loads(run.stdout)
    equal = compared = refused = 0
    by_path = {}
    for group in groups:
        by_path.setdefault(group["path"].split("/")[-2], group)
    for folder, text in zip(folders, asked(folders)):
        wanted = reference(text)
        if wanted is None:
            refused += 1
            continue
        seen = ours(by_path, folder)
        for name, service in wanted.items():
            for key, value in service.items():
                compared += 1
                got = seen.get(name, {}).get(key)
                if got == value:
                    equal += 1
                elif compared - equal < 20:
                    print(f"{os.path.basename(folder)} {name} {key}: provost {got}, docker-compose {value}")
                    if compared - equal == 1:
                        print(open(os.path.join(folder, "docker-compose.yml")).read())
    print(f"{equal} of {compared} equal, in {FILES - refused} files ({refused} refused by docker-compose)")
    sys.exit(equal != compared)
