#!/usr/bin/env python3
"""Compares what Provost says is in force with what the database servers say themselves.

    benches/effective/databases.py [NUMBER] [SEED] [PRODUCT ...]

For each of postgresql, mysql and redis it makes NUMBER random configurations (default 200), asks the server for its own values
(`postgres -C` for three keys each, `mariadbd --verbose --help`, `CONFIG GET`) and compares them with `provost settings --json`. A server
that is not installed is named and left out. Postgres and MariaDB do not run as root: the script then takes the user `nobody`.
"""
import json, os, pathlib, random, re, shutil, subprocess, sys, tempfile, time

import common


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/bin")
    if not found and name == "postgres":
        # Debian keeps it by version
        found = max(map(str, pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")), default=None)
    if not found:
        print(f"{name} is not here: not compared")
    return found


def settings(provost, folder, product):
    out = subprocess.run([provost, "settings", str(folder), "--json", "--product", product], capture_output=True, text=True)
    groups = {}
    for group in json.loads(out.stdout):
        top = groups.setdefault(group["path"].split("/")[0], {})
        for setting in group["settings"]:
            if setting["context"] == "":
                top[setting["key"]] = "?" if setting["unknown"] else setting["value"]
    return groups


def compare(product, rows):
    equal, shown, names = sum(1 for row in rows if row[2] == row[3]), 0, len({row[0] for row in rows})
    for name, key, ours, theirs in rows:
        if ours != theirs and shown < 20:
            shown += 1
            print(f"  {product} {name} {key}: provost {ours!r}, server {theirs!r}")
    print(f"{names} configurations; {len(rows)} values compared")
    print(f"{product}, values: {equal} of {len(rows)} equal")
    return equal == len(rows) and names


def label(index):
    """A folder's name in consonants: digits could be taken for somebody's number, words for a name, and masked."""
    return "set-" + "".join("bcdfghklmp"[int(digit)] for digit in f"{index:04}")


def demoted():
    return {"user": "nobody"} if os.getuid() == 0 else {}


BOOL = ["on", "off", "TRUE", "false", "yes", "no", "1", "0", "t", "f", "y", "n", "'on'", "tr", "of"]
POSTGRES = {
    "ssl_prefer_server_ciphers": BOOL, "log_connections": BOOL, "log_disconnections": BOOL, "log_hostname": BOOL,
    "log_duration": BOOL, "row_security": BOOL, "logging_collector": BOOL,
    "log_statement": ["none", "ddl", "MOD", "'All'"], "password_encryption": ["md5", "scram-sha-256", "'SCRAM-SHA-256'"],
    "ssl_min_protocol_version": ["'TLSv1'", "'tlsv1.2'", "TLSv1.3"], "log_error_verbosity": ["terse", "DEFAULT", "verbose"],
    "listen_addresses": ["'*'", "localhost", "'10.0.0.5, localhost'", "''"], "log_line_prefix": ["'%m [%p] '", "'%t ''x'' # %u'", r"'a\tb'"],
    "fsync": BOOL, "ssl": ["off", "no", "0"], "log_destination": ["stderr", "'csvlog'", "'stderr, csvlog'"], "log_file_mode": ["0600", "0640", "'0644'"],
    "shared_preload_libraries": ["''", "'pg_stat_statements'"], "ssl_ciphers": ["'HIGH:!aNULL'", "'HIGH:MEDIUM:+3DES:!aNULL'"], "ssl_cert_file": ["'server.crt'", "'/etc/ssl/x.pem'"],
    "unix_socket_permissions": ["0777", "0770", "'0700'"], "log_parameter_max_length_on_error": ["0", "-1", "'1 kB'"],
    "authentication_timeout": ["1min", "30", "'45 s'", "90s", "10000ms"], "log_min_duration_statement": ["-1", "0", "1.5s", "250", "'2min'", "1500us"],
    "log_rotation_age": ["1d", "0", "90min", "2h", "60"], "work_mem": ["4MB", "0x1000", "8192", "'1 GB'", "1.5MB"],
    "shared_buffers": ["128MB", "16384", "1GB"], "log_parameter_max_length": ["-1", "0", "1kB", "100B", "64"],
    "huge_pages": ["try", "on", "FALSE", "yes"], "wal_level": ["replica", "logical"], "archive_mode": ["off", "on", "always", "no"],
    "log_min_error_statement": ["error", "DEBUG", "fatal"], "port": ["5432", "6000", "010"],
}


def postgres_line(rng, key):
    key = rng.choice([key, key, key.upper()])
    value = rng.choice(POSTGRES[key.lower()])
    sign = rng.choice([" = ", "=", " ", "\t= "])
    return f"{rng.choice(['', '  '])}{key}{sign}{value}{rng.choice(['', ' # a note', '  '])}\n"


def postgresql(provost, number, rng, base):
    server = program("postgres")
    if not server:
        return True
    for index in range(number):
        folder = base / label(index)
        (folder / "conf.d").mkdir(parents=True)
        keys = rng.choices(list(POSTGRES), k=rng.randint(1, 12))
        lines = [postgres_line(rng, key) for key in keys]
        lines.insert(rng.randint(0, len(lines)), "include_dir = 'conf.d'\n")
        if rng.random() < 0.3:
            lines.insert(rng.randint(0, len(lines)), "include_if_exists 'absent.conf'\n")
        (folder / "postgresql.conf").write_text("".join(lines))
        for part in range(rng.randint(1, 2)):
            (folder / "conf.d" / f"{part}0-x.conf").write_text("".join(postgres_line(rng, key) for key in rng.choices(list(POSTGRES), k=3)))
        if rng.random() < 0.5:
            (folder / "postgresql.auto.conf").write_text("# Do not edit this file manually!\n# It will be overwritten by the ALTER SYSTEM command.\n" + "".join(postgres_line(rng, key) for key in rng.choices(list(POSTGRES), k=2)))
    subprocess.run(["chmod", "-R", "a+rX", str(base)], check=True)
    ours, rows = settings(provost, base, "postgresql"), []
    for index in range(number):
        name = label(index)
        written = [key for key in POSTGRES if key in ours.get(name, {})]
        for key in rng.sample(written, min(3, len(written))):
            got = subprocess.run([server, "-D", str(base / name), "-C", key], capture_output=True, text=True, **demoted())
            if got.returncode == 0:
                value = ours[name][key]
                # the version decides what a default is; that it is unknown is right
                said = got.stdout.rstrip("\n")
                # pg_settings has modes in octal, -C the number
                if key in ("log_file_mode", "unix_socket_permissions"):
                    said = f"{int(said):04o}"
                if value != "?" and not value.startswith("(kept"):
                    rows.append((name, key, value, said))
    return compare("postgresql", rows)


ONOFF = ["1", "0", "ON", "off", "TRUE", "false", None]
MYSQL = {
    "require_secure_transport": ONOFF, "general_log": ONOFF, "local_infile": ONOFF, "slow_query_log": ONOFF, "skip_name_resolve": ONOFF,
    "skip_networking": ONOFF, "skip_show_database": [None], "symbolic_links": ONOFF, "innodb_encrypt_log": ONOFF, "encrypt_binlog": ONOFF,
    "skip_grant_tables": ONOFF, "bind_address": ["127.0.0.1", "0.0.0.0", "10.0.0.5#x", "'::1'"], "port": ["3306", "3307"],
    "innodb_encrypt_tables": ["ON", "OFF", "FORCE"], "max_allowed_packet": ["16M", "1G", "1048576"], "key_buffer_size": ["128M", "16777216"],
    "tls_version": ["TLSv1.2,TLSv1.3", "TLSv1.3"], "secure_file_priv": ["/srv/in", "/tmp"],
}


def mysql_line(rng, key):
    value = rng.choice(MYSQL[key])
    shown = "".join(rng.choice("-_") if c == "_" else c for c in key)
    if value is None or value in ("1", "0") and not key.startswith("skip") and rng.random() < 0.3:
        sign = "" if key.startswith("skip") else rng.choice(["", "skip-", "enable-", "disable-", "loose-"])
        if key.startswith("skip"):
            return shown + "\n"
        return sign + shown + "\n"
    return f"{shown}{rng.choice(['=', ' = '])}{value}\n"


def mysql(provost, number, rng, base):
    server = program("mariadbd")
    if not server:
        return True
    for index in range(number):
        folder = base / label(index)
        (folder / "conf.d").mkdir(parents=True)
        lines = ["[client]\nport=1\n"]
        for _ in range(rng.randint(1, 3)):
            lines.append(f"[{rng.choice(['mysqld', 'server', 'mariadb', 'mariadbd', 'mysqldump'])}]\n")
            lines += [mysql_line(rng, key) for key in rng.choices(list(MYSQL), k=rng.randint(1, 6))]
        lines.append(f"!includedir {folder}/conf.d\n")
        lines.append("[mariadb]\nport=3310\n")
        (folder / "my.cnf").write_text("".join(lines))
        for part in range(rng.randint(1, 2)):
            (folder / "conf.d" / f"{part}0-x.cnf").write_text("[mysqld]\n" + "".join(mysql_line(rng, key) for key in rng.choices(list(MYSQL), k=2)))
    subprocess.run(["chmod", "-R", "a+rX", str(base)], check=True)
    rows, truth = [], {"TRUE": "ON", "FALSE": "OFF"}
    theirs = {}
    for index in range(number):
        name = label(index)
        got = subprocess.run([server, f"--defaults-file={base}/{name}/my.cnf", "--verbose", "--help"], capture_output=True, text=True, **demoted())
        table = got.stdout.split("---------", 1)[-1]
        theirs[name] = {}
        for line in table.splitlines():
            cells = line.split(None, 1)
            if len(cells) == 2 and re.fullmatch(r"[a-z0-9-]+", cells[0]):
                theirs[name][cells[0].replace("-", "_")] = truth.get(cells[1].strip(), cells[1].strip())
    # the paths of the delivery are those of the machine, so that includes are found
    for folder in base.iterdir():
        cnf = folder / "my.cnf"
        cnf.write_text(cnf.read_text().replace(f"{folder}/conf.d", "conf.d"))
    ours = settings(provost, base, "mysql")
    for name, values in theirs.items():
        for key in MYSQL:
            value = ours.get(name, {}).get(key)
            if key in values and value not in (None, "?") and not value.startswith("(kept"):
                if key == "port" and values.get("skip_networking") == "ON":
                    continue  # shown as 0 then
                bare = {"bind_address": "*", "secure_file_priv": ""}
                server_value = values[key] if values[key] != "(No default value)" else bare.get(key, "")
                rows.append((name, key, value, server_value.rstrip("/") if key == "secure_file_priv" else server_value))
    return compare("mysql", rows)


REDIS = {
    "port": ["0"], "protected-mode": ["yes", "no", "YES"], "appendonly": ["no"], "maxmemory": ["0", "100mb", "1gb", "5k", "2M", "1234"],
    "loglevel": ["notice", "WARNING", "debug"], "timeout": ["0", "300"], "databases": ["16", "4"], "maxclients": ["100", "200"],
    "tls-auth-clients": [], "requirepass": ["made-up-91", '"made up 92"', '""'], "maxmemory-policy": ["noeviction", "allkeys-lru"],
    "appendfsync": ["always", "everysec", "no"], "bind": ["127.0.0.1 -::1", "127.0.0.1"], "slave-read-only": ["yes", "no"],
    "stop-writes-on-bgsave-error": ["yes", "no"], "rdbcompression": ["yes", "no"], "repl-backlog-size": ["1mb", "2m"],
}


def redis_line(rng):
    key = rng.choice([key for key in REDIS if REDIS[key]])
    return f"{rng.choice(['', ' '])}{rng.choice([key, key.upper()])} {rng.choice(REDIS[key])}\n"


def redis(provost, number, rng, base):
    server, client = program("redis-server"), program("redis-cli")
    if not server or not client:
        return True
    for index in range(number):
        folder = base / label(index)
        folder.mkdir(parents=True)
        lines = [redis_line(rng) for _ in range(rng.randint(1, 12))]
        lines.insert(rng.randint(0, len(lines)), f"include {folder}/redis-more.conf\n")
        (folder / "redis.conf").write_text("".join(lines) + "save 900 1\nprotected-mode yes\nport 0\n")
        (folder / "redis-more.conf").write_text("".join(redis_line(rng) for _ in range(3)) + "save 900 1\nmaxmemory-policy noeviction\n")
    theirs = {}
    for index in range(number):
        name = label(index)
        socket = f"{base}/{name}/s"
        run = subprocess.Popen([server, f"{base}/{name}/redis.conf", "--unixsocket", socket, "--save", "", "--dir", f"{base}/{name}"], stdout=subprocess.DEVNULL)
        for _ in range(200):
            if os.path.exists(socket) or run.poll() is not None:
                break
            time.sleep(0.02)
        for password in ["made-up-91", "made up 92", None]:
            ask = [client, "-s", socket, "--no-auth-warning"] + (["-a", password] if password else []) + ["CONFIG", "GET", "*"]
            out = subprocess.run(ask, capture_output=True, text=True).stdout.split("\n")
            if len(out) > 20:
                theirs[name] = dict(zip(out[::2], out[1::2]))
                break
        run.terminate()
        run.wait()
    for folder in base.iterdir():
        for junk in folder.glob("[!r]*"):
            junk.unlink()
        conf = folder / "redis.conf"
        conf.write_text(conf.read_text().replace(f"{folder}/redis-more.conf", "redis-more.conf"))
    ours, rows = settings(provost, base, "redis"), []
    for name, values in theirs.items():
        mine = ours.get(name, {})
        rows.append((name, "password_set", mine.get("password_set"), "yes" if values.get("requirepass") else "no"))
        for key in REDIS:
            key = key.replace("slave-", "replica-")
            if mine.get(key, "?") != "?" and not mine[key].startswith("(kept") and key in values and key != "requirepass":
                rows.append((name, key, mine[key], values[key]))
    return compare("redis", rows)


def main():
    provost = os.path.abspath(common.provost())
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    wanted = sys.argv[3:] or ["postgresql", "mysql", "redis"]
    good = True
    for product in wanted:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            good &= bool(globals()[product](provost, number, random.Random(seed), pathlib.Path(folder)))
    sys.exit(0 if good else 1)


main()
