#!/usr/bin/env python3
"""nginx.py [COUNT] [SEED]: what `provost settings` says of random nginx folders, beside what it says of `nginx -T` for the same.

nginx itself checks each configuration and puts its files together, so the two differ where an include is followed otherwise.
"""
import subprocess
import tempfile
from pathlib import Path

from common import in_force, name as name_of, options, program, report

HTTP = ["server_tokens off", "server_tokens on", "autoindex on", "access_log off", "access_log /tmp/a.log combined", "client_max_body_size 8m", "keepalive_timeout 10s", "merge_slashes off"]
HTTP += ["limit_req_zone $binary_remote_addr zone=one:10m rate=1r/s", "log_format own '$remote_addr; [$request] # $status'", "ssl_protocols TLSv1.2 TLSv1.3", "types_hash_max_size 2048",
         "map $http_upgrade $connection_upgrade { default upgrade; '' close; }", 'add_header X-Note "a; b # c"', "ssl_prefer_server_ciphers\n    on"]
SERVER = HTTP[:6] + ["ssl_protocols TLSv1.2", "ssl_ciphers 'HIGH:!aNULL'", 'add_header X-Note "a {b}" always', "if ($host = x) { return 444; }", "error_page 404 /404.html", "allow 10.0.0.0/8", "deny all", "auth_basic \"made up\"",
                     "auth_basic_user_file /etc/nginx/users", "error_log /tmp/e.log warn", "root /srv/www", "satisfy any", "add_header X-A 1", "return 301 https://$host$request_uri"]


def some(rng, table, most, indent):
    chosen = {}
    for line in rng.sample(table, rng.randint(0, most)):
        chosen.setdefault(line.split()[0], line)
    return [f"{indent}{line}" + ("" if line.endswith("}") else ";") for line in chosen.values()]


def server(rng, number, indent="  "):
    out = [f"{indent}server {{", f"{indent}  listen {8000 + number};", f"{indent}  server_name h{number}.example;"]
    out += some(rng, SERVER, 4, indent + "  ")
    for path in rng.sample(["/a", "/b", "= /c", "~ \\.php$", "^~ /d", '"/e f"', "~* \\.(key|pem)$", "@named"], rng.randint(0, 3)):
        out += [f"{indent}  location {path} {{"] + some(rng, [line for line in SERVER if not line.startswith(("ssl_", "return", "error_log"))], 2, indent + "    ")
        if path == "/a" and rng.random() < 0.5:
            out += [f"{indent}    location /a/b {{"] + some(rng, HTTP[:6], 2, indent + "      ") + [f"{indent}    }}"]
        out.append(f"{indent}  }}")
    for index in range(len(out)):
        if rng.random() < 0.06:
            out[index] += rng.choice(["  # a note; {", "\n", "\n# deny all;"])
    return out + [f"{indent}}}"]


def files(rng):
    out = {}
    main = ["worker_processes 1;", "events { worker_connections 64; }", "http {"] + some(rng, HTTP, 4, "  ")
    number = 0
    for place in range(rng.randint(0, 3)):
        name = f"{rng.choice(['b', 'a', '10'])}{place}.conf"
        text = []
        for _ in range(rng.randint(1, 2)):
            number += 1
            text += server(rng, number, "")
        if rng.random() < 0.3:
            out[f"etc/nginx/snippets/s{place}.conf"] = rng.choice(["gzip on;\n", "autoindex on;\n# a note\n", "location /s { deny all; }\n"])
            if rng.random() < 0.3:
                out[f"etc/nginx/snippets/s{place}.conf"] += "include snippets/deep/*.conf;\n"
                out["etc/nginx/snippets/deep/d.conf"] = "client_body_timeout 10s;\n"
            text.insert(1, f"  include snippets/s{place}.conf;")
        out[f"etc/nginx/conf.d/{name}"] = "\n".join(text) + "\n"
    if out:
        main.append("  include " + rng.choice(["conf.d/*.conf", "/etc/nginx/conf.d/*.conf"]) + ";")
    for _ in range(rng.randint(0, 2)):
        number += 1
        main += server(rng, number)
    out["etc/nginx/nginx.conf"] = "\n".join(main + ["}"]) + "\n"
    return out


def plain(settings):
    return sorted((row["context"], row["key"], row["value"], row["default"], bool(row["unknown"])) for row in settings)


def main():
    nginx = program("nginx")
    count, rng = options()
    folders, dumps = {}, {}
    with tempfile.TemporaryDirectory() as work:
        for number in range(count):
            name = name_of(number)
            made = files(rng)
            root = Path(work) / name
            for path, text in made.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text.replace("/etc/nginx/", f"{root}/etc/nginx/"))
            run = subprocess.run([nginx, "-T", "-q", "-p", root, "-c", root / "etc/nginx/nginx.conf"], capture_output=True, text=True)
            if run.returncode:
                continue
            folders[name] = made
            dumps[name] = {"export/nginx.txt": run.stdout.replace(str(root), "")}
    one, other = in_force(folders, "nginx"), in_force(dumps, "nginx")
    wrong = [f"{name}: {set(plain(one.get(name, []))) ^ set(plain(other.get(name, [])))}" for name in folders if plain(one.get(name, [])) != plain(other.get(name, []))]
    print(f"{sum(len(rows) for rows in one.values())} values compared")
    report("nginx, configurations", len(folders) - len(wrong), len(folders), wrong)


main()
