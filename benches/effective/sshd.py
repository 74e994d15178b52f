#!/usr/bin/env python3
"""sshd.py [COUNT] [SEED]: what `provost settings` says of random sshd_config files, beside `sshd -T`.

First value wins, keywords in any case, `=`, quotes, comments, old names, drop-ins (in order of their names, and drop-ins of drop-ins), lengths
of time, CRLF. Match blocks, by user, group, address and port, with patterns and negations, also in drop-ins: for two connections each,
`sshd -T -C` is asked, and what the blocks that apply say is put together from what Provost says of each block.
"""
import fnmatch
import ipaddress
import os
import subprocess
import tempfile
from pathlib import Path

from common import in_force, name as name_of, options, program, report

YES = ["yes", "no"]
KEYS = {
    "PermitRootLogin": ["yes", "no", "prohibit-password", "without-password", "forced-commands-only"], "PasswordAuthentication": YES,
    "PermitEmptyPasswords": YES, "PubkeyAuthentication": YES, "KbdInteractiveAuthentication": YES, "ChallengeResponseAuthentication": YES,
    "X11Forwarding": YES, "AllowTcpForwarding": ["yes", "no", "local", "remote", "all"], "AllowAgentForwarding": YES, "GatewayPorts": ["yes", "no", "clientspecified"],
    "MaxAuthTries": ["1", "3", "6", "10"], "MaxSessions": ["1", "10"], "LoginGraceTime": ["30", "2m", "1m30s", "0", "1h1m1s", "1d"], "ClientAliveInterval": ["0", "300", "5m", "1h", "1d2h", "90S", "1M"],
    "ClientAliveCountMax": ["0", "3"], "LogLevel": ["INFO", "verbose", "QUIET", "DEBUG"], "SyslogFacility": ["AUTH", "authpriv", "DAEMON"],
    "UsePAM": YES, "UseDNS": YES, "StrictModes": YES, "IgnoreRhosts": ["yes", "no", "shosts-only"], "HostbasedAuthentication": YES,
    "PermitUserEnvironment": YES, "PermitTunnel": ["yes", "no", "ethernet", "point-to-point"], "Compression": ["yes", "no", "delayed"], "PrintMotd": YES,
    "PrintLastLog": YES, "TCPKeepAlive": YES, "Banner": ["none", "/etc/issue.net"], "DisableForwarding": YES, "PermitTTY": YES, "X11UseLocalhost": YES,
    "Ciphers": ["aes256-ctr,aes128-ctr", "chacha20-poly1305@openssh.com"], "MACs": ["hmac-sha2-256", "hmac-sha2-512,hmac-sha1"],
    "KexAlgorithms": ["curve25519-sha256", "diffie-hellman-group14-sha256"], "AuthorizedKeysFile": [".ssh/authorized_keys", "/etc/ssh/keys/%u .ssh/authorized_keys"],
    "AllowGroups": ["printroom", "office press"], "DenyUsers": ["guest"], "AcceptEnv": ["LANG LC_*", "TZ"], "Port": ["22", "2222"], "AddressFamily": ["any", "inet"],
    "MaxStartups": ["10:30:60", "5:50:20"], "PermitUserRC": YES, "AllowStreamLocalForwarding": YES, "ExposeAuthInfo": YES, "FingerprintHash": ["md5", "sha256"],
    "RequiredRSASize": ["2048"], "AuthenticationMethods": ["any", "publickey"], "ForceCommand": ["internal-sftp"], "ChrootDirectory": ["/srv/sftp", "none"],
    "PubkeyAcceptedKeyTypes": ["ssh-ed25519"], "HostKeyAlgorithms": ["ssh-ed25519"], "VersionAddendum": ["none"], "DenyGroups": ["guests", "office  press"], "AllowUsers": ["backup", "press@10.0.0.*"], "PrintMOTD": YES,
    "IgnoreUserKnownHosts": YES, "PermitOpen": ["any", "none"], "X11DisplayOffset": ["10", "20"],
    "StreamLocalBindUnlink": YES, "HostbasedUsesNameFromPacketOnly": YES, "LogVerbose": ["kex.c:*"], "TrustedUserCAKeys": ["/etc/ssh/ca.pub", "none"], "KeyRegenerationInterval": ["3600"], "Subsystem": ["sftp internal-sftp"],
}
NAMES = {"challengeresponseauthentication": "kbdinteractiveauthentication", "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms"}
# what is not printed as it is written, or only where it adds up
LISTS = {"port", "allowgroups", "denyusers", "acceptenv", "allowusers", "denygroups"}


# what may stand in a Match block
IN_MATCH = {key: KEYS[key] for key in (
    "PermitRootLogin PasswordAuthentication PermitEmptyPasswords PubkeyAuthentication KbdInteractiveAuthentication X11Forwarding AllowTcpForwarding AllowAgentForwarding GatewayPorts "
    "MaxAuthTries MaxSessions ClientAliveInterval ClientAliveCountMax LogLevel IgnoreRhosts HostbasedAuthentication PermitTunnel Banner DisableForwarding PermitTTY X11UseLocalhost "
    "AuthorizedKeysFile AcceptEnv AllowGroups DenyUsers PermitUserRC AllowStreamLocalForwarding ExposeAuthInfo AuthenticationMethods ForceCommand ChrootDirectory").split()}
# users of every Debian, and the group of each
USERS = {"root": "root", "backup": "backup", "games": "games", "nobody": "nogroup", "www-data": "www-data"}
ADDRESSES = ["10.0.0.5", "10.1.2.3", "192.0.2.9", "2001:db8::5"]
CRITERIA = {
    "User": ["backup", "root,backup", "*", "!root,*", "g*", "www-data", "*,!backup", "nobody,games", "b?ckup"], "Group": ["root", "backup,games", "!root,*", "nogroup", "www-*"],
    "Address": ["10.0.0.0/8", "10.0.0.5", "192.0.2.*", "10.1.0.0/16,2001:db8::/32", "!10.0.0.5,10.0.0.0/8", "*"], "Host": ["*.example", "press.example", "!press.example,*"], "LocalPort": ["22", "2222"],
}


def lines(rng, most, table=KEYS, least=0):
    out, subsystem = [], False
    for key in (rng.choice(list(table)) for _ in range(rng.randint(least, most))):
        if key == "Subsystem":
            if subsystem:
                continue
            subsystem = True
        value = rng.choice(KEYS[key])
        if " " not in value and key not in ("ForceCommand", "VersionAddendum") and rng.random() < 0.1:
            value = f'"{value}"'
        word = rng.choice([key, key, key.lower(), key.upper()])
        tail = rng.choice(["", "", " # note", "  ", " #"]) if key not in ("ForceCommand", "VersionAddendum") else ""
        out.append(f"{rng.choice(['', '  ', chr(9)])}{word}{rng.choice([' ', ' = ', '=', '  ', chr(9), '= '])}{value}{tail}")
        if rng.random() < 0.05:
            out.append(rng.choice(["", "# PermitRootLogin yes", "   #UsePAM no"]))
    return out


def blocks(rng, most):
    """Match blocks, as lines."""
    out = []
    for _ in range(rng.randint(1, most)):
        if rng.random() < 0.1:
            words = "all"
        else:
            words = " ".join(f"{rng.choice([name, name.lower()])} {rng.choice(CRITERIA[name])}" for name in rng.sample(list(CRITERIA), rng.choice([1, 1, 1, 2])))
        out += [f"{rng.choice(['Match', 'match', 'MATCH'])} {words}"] + lines(rng, 4, IN_MATCH, 1)
    return out


def one_of(patterns, test):
    """A list of patterns as sshd reads it: a negation that fits decides."""
    fits = False
    for pattern in patterns.split(","):
        if pattern.startswith("!"):
            if test(pattern[1:]):
                return False
        elif test(pattern):
            fits = True
    return fits


def address(pattern, given):
    if "/" in pattern:
        return ipaddress.ip_address(given) in ipaddress.ip_network(pattern)
    return fnmatch.fnmatchcase(given, pattern)


def applies(context, connection):
    """Whether `Match A b Match C d` is for a connection; for none in particular, `Match all` alone is."""
    words = [word for word in context.split() if word.lower() != "match"]
    tests = connection and {"user": lambda word: fnmatch.fnmatchcase(connection["user"], word), "group": lambda word: fnmatch.fnmatchcase(USERS[connection["user"]], word),
             "address": lambda word: address(word, connection["addr"]), "host": lambda word: fnmatch.fnmatchcase(connection["host"], word), "localport": lambda word: word == connection["lport"]}
    while words:
        name = words.pop(0).lower()
        if name != "all" and (connection is None or not one_of(words.pop(0), tests[name])):
            return False
    return True


def files_of(rng):
    main_file, files = lines(rng, 25), {}
    if rng.random() < 0.5:
        for name in rng.sample(["10-a.conf", "20-b.conf", "05-z.conf", "ignored.txt"], rng.randint(1, 3)):
            inner = lines(rng, 6)
            if rng.random() < 0.2:
                files["etc/ssh/more/extra.conf"] = "\n".join(lines(rng, 4)) + "\n"
                inner.insert(rng.randint(0, len(inner)), rng.choice(["Include more/extra.conf", "include /etc/ssh/more/*.conf"]))
            if rng.random() < 0.2:
                inner += blocks(rng, 1)
            files[f"etc/ssh/sshd_config.d/{name}"] = "\n".join(inner) + "\n"
        main_file.insert(rng.randint(0, len(main_file)), rng.choice(["Include sshd_config.d/*.conf", "Include /etc/ssh/sshd_config.d/*.conf", 'include "sshd_config.d/*.conf"', "Include sshd_config.d/10-a.conf sshd_config.d/2*.conf"]))
    if rng.random() < 0.6:
        main_file += blocks(rng, 3)
        if files and rng.random() < 0.2:
            files["etc/ssh/within.conf"] = "\n".join(lines(rng, 3, IN_MATCH) + (blocks(rng, 1) if rng.random() < 0.3 else [])) + "\n"
            main_file.append("Include within.conf")
    files["etc/ssh/sshd_config"] = ("\r\n" if rng.random() < 0.05 else "\n").join(main_file) + "\n"
    # a second subsystem of one name is refused
    seen = False
    for path in sorted(files):
        kept = []
        for line in files[path].split("\n"):
            if "subsystem" in line.lower():
                line = line if not seen else "# " + line
                seen = True
            kept.append(line)
        files[path] = "\n".join(kept)
    return files


def printed(word, rows):
    """Values as they are compared: `sshd -T` prints `all` as yes, and QUIET as SILENT."""
    if word in LISTS:
        rows = sorted(part for row in rows for part in row.split())
    def same(value):
        value = " ".join(value.lower().replace("without-password", "prohibit-password").split())
        if word == "loglevel":
            value = value.replace("quiet", "silent")
        if word == "compression":
            value = value.replace("delayed", "yes")
        return value.replace("all", "yes") if word == "allowtcpforwarding" else value
    return [same(row) for row in rows]


def main():
    sshd, keygen = program("sshd"), program("ssh-keygen")
    if not os.path.isdir("/run/sshd"):
        os.makedirs("/run/sshd")
    count, rng = options()
    with tempfile.TemporaryDirectory() as work:
        key = f"{work}/key"
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        texts = {name_of(number): files_of(rng) for number in range(count)}
        ours = in_force(texts, "sshd", "etc/ssh/sshd_config")
        equal, total, values, refused, wrong = 0, 0, 0, 0, []
        for name, files in texts.items():
            root = Path(work) / name
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                out = []
                for line in text.split("\n"):
                    if line.strip().lower().startswith("include"):
                        quote = '"' if '"' in line else ""
                        words = [word.strip('"\r') for word in line.split()[1:]]
                        line = "Include " + " ".join(f"{quote}{root}/etc/ssh/{word.removeprefix('/etc/ssh/')}{quote}" for word in words)
                    out.append(line)
                (root / path).write_text("\n".join(out))
            found = {}
            for setting in ours.get(name, []):
                if not setting["key"].startswith("@") and not setting["unknown"]:
                    found.setdefault(setting["context"], {}).setdefault(setting["key"].lower(), []).append(setting["value"])
            connections = [None]
            if len(found) > 1:
                connections += [{"user": rng.choice(list(USERS)), "addr": rng.choice(ADDRESSES), "host": rng.choice(["press.example", "mill.test"]), "lport": rng.choice(["22", "2222"])} for _ in range(2)]
            fine = asked = True
            for connection in connections:
                given = ["-C", ",".join(f"{word}={value}" for word, value in connection.items()) + ",laddr=10.0.0.1"] if connection else []
                run = subprocess.run([sshd, "-T", *given, "-h", key, "-f", root / "etc/ssh/sshd_config"], capture_output=True, text=True)
                if run.returncode:
                    asked = False
                    break
                theirs = {}
                for line in run.stdout.splitlines():
                    word, _, value = line.partition(" ")
                    theirs.setdefault(word, []).append(value)
                mine = dict(found.get("", {}))
                inside = {}
                for context in (context for context in found if context and applies(context, connection)):
                    for word, rows in found[context].items():
                        # lists add up over the blocks that apply, else the first block has it
                        inside[word] = inside.get(word, []) + rows if word in LISTS else inside.get(word, rows)
                mine.update(inside)
                for word, own in mine.items():
                    if word not in theirs or word in ("hostkey", "listenaddress"):
                        continue
                    values += 1
                    if printed(word, own) != printed(word, theirs[word]) and not any(row.startswith("(kept") for row in own):
                        fine = False
                        wrong.append(f"{name} {connection or ''} {word}: {own}, sshd {theirs[word]}")
            if not asked:
                refused += 1
                continue
            total += 1
            equal += fine
        print(f"{values} values compared; {refused} configurations that sshd refuses")
        report("sshd, configurations", equal, total, wrong)


main()
