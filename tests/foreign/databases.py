#!/usr/bin/env python3
"""What is found in tables of PostgreSQL and MariaDB, against the same rows as CSV. Starts both servers on 127.0.0.1 in a folder that goes
away, fills them with people who are made up, and audits them through an account that may only read. It looks at what the servers logged,
and for the passwords in everything that was written.

tests/foreign/databases.py [PROVOST]: a program built with `--features databases`. Exits with 77 where a server is not there.
"""
import csv
import glob
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PROVOST = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/provost")
PASSWORD = "Mauve-Kettle-4417!"
FIRST = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gwen", "Hal"]
LAST = ["Example", "Sample", "Carter", "Dawson", "Everly", "Fielding"]
outputs, failures = [], []


def check(what, ok, shown=""):
    print(("ok    " if ok else "FAIL  ") + what + ("" if ok else f": {shown}"))
    if not ok:
        failures.append(what)


def person(n):
    return [100001 + n, f"{FIRST[n % 8]} {LAST[n % 6]}", f"user{n}@example.org", f"07700 9{n:05d}"[:12], f"19{50 + n % 50}-0{1 + n % 9}-1{n % 10}"]


HEAD = ["warrant_no", "name", "email", "phone", "date_of_birth"]
STAFF = [person(n) for n in range(600)]
LEAVERS = [person(n) for n in range(550, 900)]
ODD = [[200001, "Ada\tExample", "tab@example.org", "back\\slash\\t", None], [200002, "Ben\nSample", "line@example.org", "quote'\"", "1970-01-02"],
       [200003, "Zoë Çelik", "zoe@example.org", "\\N", "1971-01-02"]]


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def provost(*args, env=None, codes=(0,)):
    done = subprocess.run([PROVOST, *args], capture_output=True, env={**os.environ, **(env or {})}, timeout=600)
    outputs.append((" ".join(args), done.stdout + done.stderr))
    if done.returncode not in codes:
        print(done.stderr.decode()[-2000:])
        raise SystemExit(f"{args[0]} gave {done.returncode}")
    return done.stdout.decode()


def looked(work, target, *more, env=None):
    """People, and evidence by path."""
    evidence = os.path.join(work, "evidence.json")
    people = json.loads(provost("discover", target, "--format", "json", *more, env=env))
    provost("collect", target, "-o", evidence, *more, env=env)
    with open(evidence, "rb") as file:
        data = file.read()
    outputs.append(("evidence", data))
    return people, {one["path"]: one for one in json.loads(data)["artifacts"]}


def tallies(artifact):
    out = {}
    for part in artifact["parts"]:
        for name, tally in part.get("tallies", {}).items():
            out[name] = out.get(name, 0) + tally["matches"]
    return out


def same_as_csv(work, found, people, path_of, further):
    """`further` people stand in other tables of the database."""
    folder = os.path.join(work, "csv")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, rows in (("staff", STAFF), ("leavers", LEAVERS), ("odd", ODD)):
        with open(os.path.join(folder, name + ".csv"), "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEAD, *[["" if cell is None else cell for cell in row] for row in rows]])
    wanted, files = looked(work, folder)
    total, wanted = people["people"]["total"], wanted["people"]["total"]
    check(f"people are counted as in the same rows as CSV: {wanted}, and {further} in other tables", total == wanted + further, (total, wanted, further))
    for name in ("staff", "leavers", "odd"):
        one, other = found.get(path_of(name)), files[name + ".csv"]
        check(f"{name}: read whole, {sum(part['records'] for part in other['parts'])} records", one is not None and one["read"] == "full", one)
        if one:
            check(f"{name}: classes and matches as in CSV", tallies(one) == tallies(other), (tallies(one), tallies(other)))
            check(f"{name}: as many records", [part["records"] for part in one["parts"] if part["kind"] == "table"] == [len({"staff": STAFF, "leavers": LEAVERS, "odd": ODD}[name])],
                  [part["records"] for part in one["parts"]])


def gaps(artifact):
    return [(gap["kind"], gap["reason"]) for gap in artifact.get("gaps", [])] if artifact else []


def literal(value, backslash=False):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    value = value.replace("\\", "\\\\") if backslash else value
    return "'" + value.replace("'", "''") + "'"


def inserts(table, rows, backslash=False):
    values = ",\n".join("(" + ",".join(literal(cell, backslash) for cell in row) + ")" for row in rows)
    return f"INSERT INTO {table} VALUES {values};\n"


def certificate(root, account=None):
    """An authority, and a certificate of it for 127.0.0.1; `None` without openssl."""
    if not shutil.which("openssl"):
        return None
    run = lambda *args: subprocess.run(["openssl", *args], cwd=root, check=True, capture_output=True)  # noqa: E731
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=made up")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    with open(os.path.join(root, "san"), "w") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
    run("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san", "-out", "server.pem")
    for name in ("server.key", "server.pem"):
        os.chmod(os.path.join(root, name), 0o600)
        if account:
            shutil.chown(os.path.join(root, name), account)
    return os.path.join(root, "ca.pem")


def postgres(work):
    """PostgreSQL: rights, row security, foreign tables, large objects, bytes, partitions, large tables, samples."""
    home = next(iter(sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)), None)
    initdb = os.path.join(home, "initdb") if home else shutil.which("initdb")
    if not initdb or not os.path.exists(initdb):
        return False
    home = os.path.dirname(initdb)
    root, port = os.path.join(work, "pg"), free()
    os.mkdir(root)
    # the server does not start for root
    account = {}
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(root, user.pw_uid, user.pw_gid)
        account = {"user": user.pw_uid, "group": user.pw_gid}
    run = lambda *args, **more: subprocess.run(args, check=True, capture_output=True, cwd="/", **account, **more)  # noqa: E731
    run(initdb, "-D", f"{root}/data", "-A", "scram-sha-256", "-U", "owner", f"--pwfile={secret(root, account, PASSWORD)}", "-E", "UTF8", "--locale=C")
    log = open(os.path.join(root, "log"), "wb")
    authority = certificate(root, "postgres" if account else None)
    encrypted = ["-c", "ssl=on", "-c", f"ssl_cert_file={root}/server.pem", "-c", f"ssl_key_file={root}/server.key"] if authority else []
    server = subprocess.Popen([os.path.join(home, "postgres"), "-D", f"{root}/data", "-p", str(port), "-k", root, "-c", "listen_addresses=127.0.0.1",
                               "-c", "log_statement=all", "-c", "log_line_prefix=%u ", "-c", "fsync=off", *encrypted], stdout=log, stderr=log, cwd="/", **account)
    env = {**os.environ, "PGPASSWORD": PASSWORD}
    psql = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "owner", "-v", "ON_ERROR_STOP=1", "-q"]
    try:
        for _ in range(100):
            if subprocess.run([*psql, "-c", "SELECT 1", "postgres"], env=env, capture_output=True).returncode == 0:
                break
            time.sleep(0.2)
        sql = lambda text, database="cards": subprocess.run([*psql, database], input=text.encode(), env=env, check=True, capture_output=True)  # noqa: E731
        sql("CREATE DATABASE cards; CREATE DATABASE empty;", "postgres")
        table = "(warrant_no integer, name text, email text, phone text, date_of_birth text)"
        sql(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}reader';\nCREATE SCHEMA hr; GRANT USAGE ON SCHEMA hr TO reader;\n"
            + "".join(f"CREATE TABLE hr.{name} {table};\n" + inserts(f"hr.{name}", rows) for name, rows in (("staff", STAFF), ("leavers", LEAVERS), ("odd", ODD), ("secret", STAFF[:5]), ("some", STAFF[:5])))
            + f"CREATE TABLE hr.rows {table}; ALTER TABLE hr.rows ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON hr.rows USING (warrant_no < 0);\n" + inserts("hr.rows", STAFF[:9])
            + "CREATE TABLE hr.photos (warrant_no integer, photo bytea, note bytea); INSERT INTO hr.photos VALUES (100001, '\\xffd8ffe000104a464946', 'plain@example.org'::bytea);\n"
            + 'CREATE TABLE hr."odd/na""me;" (email text); INSERT INTO hr."odd/na""me;" VALUES (\'strange@example.org\');\n'
            + "CREATE VIEW hr.everybody AS SELECT * FROM hr.staff; CREATE MATERIALIZED VIEW hr.kept AS SELECT * FROM hr.staff WHERE warrant_no < 100011;\n"
            + "CREATE TABLE hr.parts (email text, year int) PARTITION BY RANGE (year); CREATE TABLE hr.parts_2025 PARTITION OF hr.parts FOR VALUES FROM (2025) TO (2026);\n"
            + "INSERT INTO hr.parts SELECT 'part' || n || '@example.org', 2025 FROM generate_series(1, 20) n;\n"
            + "CREATE EXTENSION IF NOT EXISTS file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE hr.elsewhere (line text) SERVER files OPTIONS (filename '/dev/null');\n"
            + "SELECT lo_from_bytea(0, 'x');\n"
            + "GRANT SELECT ON ALL TABLES IN SCHEMA hr TO reader; REVOKE SELECT ON hr.secret FROM reader; REVOKE SELECT ON hr.some FROM reader; GRANT SELECT (warrant_no, name) ON hr.some TO reader;\n")
        target = f"postgres://reader@127.0.0.1:{port}/cards"
        reader = {"PGPASSWORD": PASSWORD + "reader"}
        people, found = looked(work, target, env=reader)
        path = lambda name: next((one for one in found if one.endswith(f"/{name}.sql")), None) or f"cards/hr/{name}"  # noqa: E731
        same_as_csv(work, found, people, path, 22)
        check("a table without the right to read is a gap", [gap[0] for gap in gaps(found.get("cards/hr/secret"))] == ["unreadable"], sorted(found))
        check("columns without the right are a gap", any("3 of 5 columns" in gap[1] for gap in gaps(found.get(path("some")))), found.get(path("some")))
        check("rows that a policy hides are a gap", any("row-level" in gap[1] for gap in gaps(found.get(path("rows")))), gaps(found.get(path("rows"))))
        check("a foreign table is a gap", gaps(found.get("cards/hr/elsewhere"))[:1] and gaps(found.get("cards/hr/elsewhere"))[0][0] == "unsupported", sorted(found))
        check("large objects are a gap", any(one.endswith("large objects") and gaps(found[one]) for one in found), sorted(found))
        check("a view is no table, a materialized one is", path("everybody") not in found and found[path("kept")]["parts"][0]["records"] == 10, sorted(found))
        check("partitions are tables", found[path("parts_2025")]["parts"][0]["records"] == 20 and path("parts") not in found, sorted(found))
        check("bytes are looked at", tallies(found[path("photos")]).get("photograph") == 1 and tallies(found[path("photos")]).get("email_address") == 1, found[path("photos")])
        strange = [one for one in found if "odd_na" in one]
        check("names that could be anything", len(strange) == 1 and tallies(found[strange[0]]).get("email_address") == 1, sorted(found))

        _, found = looked(work, target, "--sample-rows", "100", env=reader)
        check("a sample is a gap with its numbers", gaps(found[path("staff")])[:1] == [("limit", "a sample: 100 of 600 rows were read, the others were not")] and found[path("staff")]["read"] == "partial", gaps(found[path("staff")]))
        check("a small table is read whole", found[path("odd")]["read"] == "full" and not gaps(found[path("odd")]), gaps(found[path("odd")]))
        first = tallies(found[path("staff")])
        _, again = looked(work, target, "--sample-rows", "100", env=reader)
        check("a sample is the same again", tallies(again[path("staff")]) == first and first["warrant_number"] == 100, first)

        # in pieces, by as many as fetch at once
        sql("CREATE TABLE hr.large WITH (fillfactor = 10) AS SELECT n AS id, 'user' || n || '@example.org' AS email, md5(n::text) AS filler FROM generate_series(1, 50000) n; GRANT SELECT ON hr.large TO reader;")
        people, found = looked(work, target, "--jobs", "2", env=reader)
        pieces = [one for one in found if "large" in one and "objects" not in one]
        check(f"a large table comes in {len(pieces)} pieces, whole", len(pieces) > 1 and sum(found[one]["parts"][0]["records"] for one in pieces) == 50000 and all(found[one]["read"] == "full" for one in pieces),
              [(one, found[one]["parts"][0]["records"], gaps(found[one])) for one in pieces])

        sql("DROP TABLE hr.large;")

        # a file of passwords, an address with one, all databases, and whom the server does not let in
        own = os.path.join(work, "pgpass")
        with open(own, "w") as file:
            file.write(f"127.0.0.1:*:*:reader:{PASSWORD}reader\n")
        os.chmod(own, 0o600)
        provost("discover", target, env={"PGPASSFILE": own})
        os.chmod(own, 0o644)
        provost("discover", target, env={"PGPASSFILE": own}, codes=(2,))
        quoted = (PASSWORD + "reader").replace("!", "%21")
        # what lies where nobody looks: in a template, beside the system's own tables, under a name that is no text, as a document, beside large
        # objects that may not be counted
        grant = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
        sql("CREATE TABLE public.remains (email text); INSERT INTO public.remains VALUES ('template@example.org'); " + grant, "template1")
        sql("CREATE TABLE information_schema.mine (email text); INSERT INTO information_schema.mine VALUES ('mine@example.org'); GRANT SELECT ON information_schema.mine TO reader;\n"
            + "CREATE TABLE hr.documents (body bytea); INSERT INTO hr.documents VALUES (convert_to('%PDF-1.7', 'UTF8') || decode(repeat('f0', 200), 'hex')); GRANT SELECT ON hr.documents TO reader;")
        sql("CREATE DATABASE latin ENCODING 'SQL_ASCII' TEMPLATE template0; CREATE DATABASE broken;", "postgres")
        names = b'SET client_encoding = SQL_ASCII; CREATE TABLE "caf\xe9" (email text); CREATE TABLE plain (email text); ' + grant.encode()
        subprocess.run([*psql, "latin"], input=names, env=env, check=True, capture_output=True)
        sql("CREATE SCHEMA hr; GRANT USAGE ON SCHEMA hr TO reader; CREATE TABLE hr.leavers (email text); INSERT INTO hr.leavers VALUES ('one@example.org');"
            + "GRANT SELECT ON hr.leavers TO reader; REVOKE SELECT ON pg_catalog.pg_largeobject_metadata FROM PUBLIC;", "broken")
        _, found = looked(work, f"postgres://reader:{quoted}@127.0.0.1:{port}")
        check("all databases of the server", any(one.startswith("cards/") for one in found), sorted(found))
        check("tables of a template", tallies(found.get("template1/public/remains.sql", {"parts": []})).get("email_address") == 1, sorted(found))
        check("a table among the system's own", tallies(found.get("cards/information_schema/mine.sql", {"parts": []})).get("email_address") == 1, sorted(found))
        check("a document in a value is a gap", [gap[0] for gap in gaps(found[path("documents")])] == ["unsupported"], gaps(found.get(path("documents"))))
        nameless = [one for one in found if one.startswith("latin/") and gaps(found[one])]
        check("a name that is no text is a gap, the others are read", len(nameless) == 1 and "names that are no text" in gaps(found[nameless[0]])[0][1] and "latin/public/plain.sql" in found, [(one, gaps(found[one])) for one in found if one.startswith("latin")])
        check("large objects that nobody may count are a gap", [gap[0] for gap in gaps(found.get("broken/large objects"))] == ["unreadable"], [(one, gaps(found[one])) for one in found if one.startswith("broken")])
        check("the tables beside them are read", [part["records"] for part in found["broken/hr/leavers.sql"].get("parts", [])] == [1], found.get("broken/hr/leavers.sql"))
        provost("audit", f"postgres://reader:{quoted}@127.0.0.1:{port}/cards", "-vvv", "--policy", "publication", "--format", f"html={work}/r.html", "--format", f"json={work}/r.json", codes=(0, 1, 3))
        for name in ("r.html", "r.json"):
            outputs.append((name, open(os.path.join(work, name), "rb").read()))
        provost("discover", target, env={"PGPASSWORD": "wrong-" + PASSWORD}, codes=(2,))
        provost("discover", target + "?sslmode=verify-full", env=reader, codes=(2,))
        provost("discover", f"postgres://reader:{quoted}@127.0.0.1:{port}/cards?sslmode=maybe", codes=(2,))
        if authority:
            people, _ = looked(work, f"{target}?sslmode=verify-full&sslrootcert={authority}", env=reader)
            check("encrypted, with an authority that is named", people["people"]["total"] > 900)
            provost("discover", f"{target}?sslmode=verify-full&sslrootcert={authority}".replace("127.0.0.1", "localhost"), env=reader, codes=(2,))
    finally:
        server.terminate()
        server.wait(30)
    said = open(os.path.join(root, "log"), errors="replace").read()
    own = [line for line in said.splitlines() if line.startswith("reader ")]
    statements = [line.split("statement: ", 1)[-1] if "statement: " in line else line.split(": ", 2)[-1] for line in own if "statement: " in line or "execute " in line]
    writes = [one for one in statements if re.match(r"\s*(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|TRUNCATE|GRANT|VACUUM|ANALYZE|CALL|DO)\b", one, re.I) or re.search(r"\bFROM\s+STDIN\b", one, re.I)]
    check(f"{len(statements)} statements were logged, none of them writes", len(statements) > 20 and not writes, writes[:3])
    check("every transaction is read-only", all("READ ONLY" in one for one in statements if "BEGIN" in one), "")
    return True


def secret(root, account, password):
    path = os.path.join(root, "password")
    with open(path, "w") as file:
        file.write(password)
    if account:
        os.chown(path, account["user"], account["group"])
    return path


def mariadb(work):
    """MariaDB: rights, other engines, bytes, views, samples, a file of options."""
    daemon = shutil.which("mariadbd") or ("/usr/sbin/mariadbd" if os.path.exists("/usr/sbin/mariadbd") else None)
    install = shutil.which("mariadb-install-db")
    if not daemon or not install:
        return False
    root, port = os.path.join(work, "my"), free()
    os.mkdir(root)
    user = []
    if os.getuid() == 0:
        name = "mysql" if any(one.pw_name == "mysql" for one in pwd.getpwall()) else "nobody"
        shutil.chown(root, name)
        user = [f"--user={name}"]
    subprocess.run([install, "--no-defaults", f"--datadir={root}/data", "--auth-root-authentication-method=normal", "--skip-test-db", *user], check=True, capture_output=True)
    authority = certificate(root, user[0].partition("=")[2] if user else None)
    encrypted = [f"--ssl-cert={root}/server.pem", f"--ssl-key={root}/server.key"] if authority else []
    server = subprocess.Popen([daemon, "--no-defaults", *encrypted, f"--datadir={root}/data", f"--port={port}", "--bind-address=127.0.0.1", f"--socket={root}/socket", f"--pid-file={root}/pid",
                               "--general-log=1", f"--general-log-file={root}/general", *user], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = [shutil.which("mariadb") or "mysql", "--no-defaults", f"--socket={root}/socket", "-u", "root"]
    try:
        for _ in range(150):
            if subprocess.run([*client, "-e", "SELECT 1"], capture_output=True).returncode == 0:
                break
            time.sleep(0.2)
        sql = lambda text: subprocess.run([*client, "--default-character-set=utf8mb4"], input=text.encode(), check=True, capture_output=True)  # noqa: E731
        table = "(warrant_no integer, name varchar(80), email varchar(80), phone varchar(40), date_of_birth varchar(20))"
        sql("CREATE DATABASE hr CHARACTER SET utf8mb4; USE hr;\n"
            + "".join(f"CREATE TABLE {name} {table};\n" + inserts(name, rows, True) for name, rows in (("staff", STAFF), ("leavers", LEAVERS), ("odd", ODD), ("secret", STAFF[:5]), ("some", STAFF[:5])))
            + "CREATE TABLE photos (warrant_no integer, photo longblob, note blob); INSERT INTO photos VALUES (100001, x'ffd8ffe000104a464946', 'plain@example.org');\n"
            + "CREATE TABLE `odd/na``me;` (email text); INSERT INTO `odd/na``me;` VALUES ('strange@example.org');\n"
            + "CREATE VIEW everybody AS SELECT * FROM staff;\n"
            + f"CREATE USER reader@'%' IDENTIFIED BY '{PASSWORD}reader'; GRANT SELECT ON hr.* TO reader@'%';\n"
            + f"CREATE USER narrow@'%' IDENTIFIED BY '{PASSWORD}narrow'; GRANT SELECT ON hr.staff TO narrow@'%'; GRANT INSERT ON hr.secret TO narrow@'%'; GRANT SELECT (warrant_no, name) ON hr.some TO narrow@'%';\n")
        target = f"mariadb://reader@127.0.0.1:{port}/hr"
        reader = {"MYSQL_PWD": PASSWORD + "reader"}
        people, found = looked(work, target, env=reader)
        path = lambda name: f"hr/{name}.sql"  # noqa: E731
        same_as_csv(work, found, people, path, 2)
        check("a view is no table", path("everybody") not in found, sorted(found))
        check("bytes are looked at", tallies(found[path("photos")]).get("photograph") == 1 and tallies(found[path("photos")]).get("email_address") == 1, found[path("photos")])
        strange = [one for one in found if "odd_na" in one]
        check("names that could be anything", len(strange) == 1 and tallies(found[strange[0]]).get("email_address") == 1, sorted(found))
        check("an account that may read all is told of all", not any("other tables" in one for one in found), sorted(found))
        sql("USE hr; CREATE TABLE versions (email varchar(80)) WITH SYSTEM VERSIONING; INSERT INTO versions VALUES ('gone@example.org'), ('here@example.org'); DELETE FROM versions WHERE email LIKE 'gone%';")
        _, found = looked(work, target, env=reader)
        check("rows that a versioned table keeps are read", tallies(found[path("versions")]).get("email_address") == 2, found[path("versions")])
        _, found = looked(work, target, "--sample-rows", "100", env=reader)
        ok = re.match(r"a sample: (\d+) of 600 rows", gaps(found[path("staff")])[0][1]) if gaps(found[path("staff")]) else None
        check("a sample is a gap with its numbers", bool(ok) and 60 <= int(ok.group(1)) <= 100 and found[path("staff")]["read"] == "partial", gaps(found[path("staff")]))
        first = tallies(found[path("staff")])
        _, again = looked(work, target, "--sample-rows", "100", env=reader)
        check("a sample is the same again", tallies(again[path("staff")]) == first, first)
        _, found = looked(work, f"mysql://narrow@127.0.0.1:{port}", env={"MYSQL_PWD": PASSWORD + "narrow"})
        check("a table without the right to read is a gap", [gap[0] for gap in gaps(found.get("hr/secret"))] == ["unreadable"], sorted(found))
        check("an account that is not told of all tables says so", any("other tables" in one and gaps(found[one])[0][0] == "unreadable" for one in found), sorted(found))
        check("columns without the right are a gap or not shown at all", found[path("some")]["parts"][0]["records"] == 5, found.get(path("some")))
        own = os.path.join(work, "options")
        with open(own, "w") as file:
            file.write(f"[client]\nuser=reader\npassword={PASSWORD}reader\n")
        os.chmod(own, 0o600)
        provost("discover", f"mariadb://127.0.0.1:{port}/hr", "--mysql-options", own)
        provost("discover", target, env={"MYSQL_PWD": "wrong-" + PASSWORD}, codes=(2,))
        provost("discover", target + "?sslmode=verify-full", env=reader, codes=(2,))
        if authority:
            people, _ = looked(work, f"{target}?sslmode=verify-full&sslrootcert={authority}", env=reader)
            check("encrypted, with an authority that is named", people["people"]["total"] > 900)
            provost("discover", f"{target}?sslmode=verify-full&sslrootcert={authority}".replace("127.0.0.1", "localhost"), env=reader, codes=(2,))
    finally:
        server.terminate()
        server.wait(60)
    said = open(os.path.join(root, "general"), errors="replace").read()
    by = {m.group(1) for m in re.finditer(r"\s(\d+) Connect\s+(?:reader|narrow)@", said)}
    statements = [m.group(2) for m in re.finditer(r"\s(\d+) Query\s+(.*)", said) if m.group(1) in by]
    writes = [one for one in statements if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE|GRANT|LOAD|CALL)\b", one, re.I)]
    check(f"{len(statements)} statements were logged, none of them writes", len(statements) > 20 and not writes, writes[:3])
    return True


def main():
    if not os.path.exists(PROVOST):
        raise SystemExit(f"{PROVOST} is not there")
    missing = []
    for name, of in (("PostgreSQL", postgres), ("MariaDB", mariadb)):
        print(f"-- {name}")
        with tempfile.TemporaryDirectory() as work:
            os.chmod(work, 0o755)
            if not of(work):
                missing.append(name)
                print(f"{name} is not there: not tried")
    spoken = [what for what, data in outputs if PASSWORD.encode() in data or PASSWORD.replace("!", "%21").encode() in data]
    check(f"no password in {len(outputs)} outputs of {sum(len(data) for _, data in outputs)} bytes", not spoken, spoken)
    if failures:
        raise SystemExit(f"{len(failures)} failed")
    sys.exit(77 if missing else 0)


main()
