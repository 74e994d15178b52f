#!/usr/bin/env python3
"""apache.py [COUNT] [SEED]: whether Apache lists a folder, beside the Options that `provost settings` says are in force there.

Random nested Directory sections with Options, signed and not, of the main server and of COUNT virtual hosts; Apache is started with them
on a local port, and asked for each folder (200: it lists, 403: it does not). One server has at most 50 hosts.
"""
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from common import in_force, name as name_of, options, program, report

MODULES = ["mpm_event", "authz_core", "dir", "autoindex", "alias", "include", "cgid", "negotiation"]
WORDS = ["Indexes", "FollowSymLinks", "Includes", "MultiViews", "ExecCGI"]
PATHS = ["", "/a", "/b", "/a/a", "/a/b", "/b/a", "/a/b/a", "/a/b/b", "/*/b"]


def words(rng):
    kind = rng.random()
    if kind < 0.1:
        return rng.choice(["None", "All"])
    names = rng.sample(WORDS, rng.randint(1, 3))
    if rng.random() < 0.4 and "Indexes" not in names:
        names[0] = "Indexes"
    if kind < 0.45:
        return " ".join(names)
    return " ".join(rng.choice("+-") + name for name in names)


def sections(rng, root, most):
    out = []
    for _ in range(rng.randint(0, most)):
        key = rng.choice(["Directory", "Directory", "directory", "DIRECTORY"])
        out += [f'<{key} "{root}{rng.choice(PATHS)}">'] + [f"  {rng.choice(['Options', 'options'])} {words(rng)}" for _ in range(rng.choice([1, 1, 1, 2]))] + [f"</{key}>"]
    return out


def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def config(rng, root, port, hosts):
    out = [f'ServerRoot "{root}"', f"Listen 127.0.0.1:{port}", f"PidFile {root}/pid", f"ErrorLog {root}/log", "ServerName localhost"]
    out += [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES]
    out += [f"User {os.environ.get('APACHE_USER', 'www-data')}", "ScriptSock " + root + "/sock", f"DocumentRoot {root}/www"]
    if rng.random() < 0.5:
        out.append(f"Options {words(rng)}")
    out += ["<Directory />", "  Require all granted", "</Directory>"] + sections(rng, f"{root}/www", 4)
    for number in range(hosts):
        out += [f"<VirtualHost 127.0.0.1:{port}>", f"  ServerName h{number}.example"]
        if rng.random() < 0.3:
            out.append(f"  Options {words(rng)}")
        out += sections(rng, f"{root}/www", 5) + ["</VirtualHost>"]
    return "\n".join(out) + "\n"


def main():
    apache = program("apache2")
    count, rng = options()
    equal, total, wrong = 0, 0, []
    while count > 0:
        hosts = min(count, 50)
        count -= hosts
        # a random name could be taken for somebody's and be masked
        root = "/tmp/effective-apache"
        shutil.rmtree(root, ignore_errors=True)
        os.makedirs(root)
        for path in PATHS[:-1]:
            (Path(root) / f"www{path}").mkdir(parents=True, exist_ok=True)
        port = free()
        text = config(rng, root, port, hosts)
        file = Path(root) / "apache2.conf"
        file.write_text(text)
        check = subprocess.run([apache, "-t", "-f", file], capture_output=True, text=True)
        if check.returncode:
            wrong.append(f"Apache does not take it: {check.stderr.strip()[:200]}")
            total += 1
            shutil.rmtree(root, ignore_errors=True)
            continue
        settings = in_force({"n/0/0": {"etc/apache2/apache2.conf": text}}, "apache")["n/0/0"]
        server = subprocess.Popen([apache, "-X", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            for setting in settings:
                place = re.match(r"VirtualHost .* \((h\d+\.example)\) directory (.*)$", setting["context"], re.I)
                if setting["key"] != "Options" or not place or "*" in place[2] or setting["unknown"]:
                    continue
                asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                asked.request("GET", place[2].removeprefix(f"{root}/www") + "/", headers={"Host": place[1]})
                status = asked.getresponse().status
                asked.close()
                total += 1
                if (status == 200) == ("Indexes" in setting["value"].split()):
                    equal += 1
                else:
                    wrong.append(f"{setting['context']}: {setting['value']}, Apache answers {status}")
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(root, ignore_errors=True)
    report("apache, folders", equal, total, wrong)


main()
