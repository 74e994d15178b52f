#!/usr/bin/env python3
"""sshd.py [COUNT] [SEED]: what `provost settings` says of random sshd_config files, beside `sshd -T`.

First value wins, keywords in any case, `=`, quotes, comments, old names, drop-ins, lengths of time. Match blocks are written but not asked for.
"""
import subprocess
import tempfile
from pathlib import Path

from common import in_force, name as name_of, options, program, report

YES = ["yes", "no"]
KEYS = {
    "PermitRootLogin": ["yes", "no", "prohibit-password", "without-password", "forced-commands-only"], "PasswordAuthentication": YES,
    "PermitEmptyPasswords": YES, "PubkeyAuthentication": YES, "KbdInteractiveAuthentication": YES, "ChallengeResponseAuthentication": YES,
    "X11Forwarding": YES, "AllowTcpForwarding": ["yes", "no", "local", "remote", "all"], "AllowAgentForwarding": YES, "GatewayPorts": ["yes", "no", "clientspecified"],
    "MaxAuthTries": ["1", "3", "6", "10"], "MaxSessions": ["1", "10"], "LoginGraceTime": ["30", "2m", "1m30s", "0"], "ClientAliveInterval": ["0", "300", "5m", "1h"],
    "ClientAliveCountMax": ["0", "3"], "LogLevel": ["INFO", "verbose", "QUIET", "DEBUG"], "SyslogFacility": ["AUTH", "authpriv", "DAEMON"],
    "UsePAM": YES, "UseDNS": YES, "StrictModes": YES, "IgnoreRhosts": ["yes", "no", "shosts-only"], "HostbasedAuthentication": YES,
    "PermitUserEnvironment": YES, "PermitTunnel": ["yes", "no", "ethernet", "point-to-point"], "Compression": ["yes", "no", "delayed"], "PrintMotd": YES,
    "PrintLastLog": YES, "TCPKeepAlive": YES, "Banner": ["none", "/etc/issue.net"], "DisableForwarding": YES, "PermitTTY": YES, "X11UseLocalhost": YES,
    "Ciphers": ["aes256-ctr,aes128-ctr", "chacha20-poly1305@openssh.com"], "MACs": ["hmac-sha2-256", "hmac-sha2-512,hmac-sha1"],
    "KexAlgorithms": ["curve25519-sha256", "diffie-hellman-group14-sha256"], "AuthorizedKeysFile": [".ssh/authorized_keys", "/etc/ssh/keys/%u .ssh/authorized_keys"],
    "AllowGroups": ["printroom", "office press"], "DenyUsers": ["guest"], "AcceptEnv": ["LANG LC_*", "TZ"], "Port": ["22", "2222"], "AddressFamily": ["any", "inet"],
    "MaxStartups": ["10:30:60", "5:50:20"], "PermitUserRC": YES, "AllowStreamLocalForwarding": YES, "ExposeAuthInfo": YES, "FingerprintHash": ["md5", "sha256"],
    "RequiredRSASize": ["2048"], "AuthenticationMethods": ["any", "publickey"], "ForceCommand": ["internal-sftp"], "ChrootDirectory": ["/srv/sftp", "none"],
    "PubkeyAcceptedKeyTypes": ["ssh-ed25519"], "HostKeyAlgorithms": ["ssh-ed25519"], "VersionAddendum": ["none"], "Subsystem": ["sftp internal-sftp"],
}
NAMES = {"challengeresponseauthentication": "kbdinteractiveauthentication", "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms"}
# what is not printed as it is written, or only where it adds up
LISTS = {"port", "allowgroups", "denyusers", "acceptenv"}


def lines(rng, most):
    out, subsystem = [], False
    for key in (rng.choice(list(KEYS)) for _ in range(rng.randint(0, most))):
        if key == "Subsystem":
            if subsystem:
                continue
            subsystem = True
        value = rng.choice(KEYS[key])
        if " " not in value and key not in ("ForceCommand", "VersionAddendum") and rng.random() < 0.1:
            value = f'"{value}"'
        word = rng.choice([key, key, key.lower(), key.upper()])
        tail = rng.choice(["", "", " # note"]) if key not in ("ForceCommand", "VersionAddendum") else ""
        out.append(f"{rng.choice(['', '  ', chr(9)])}{word}{rng.choice([' ', ' = ', '=', '  '])}{value}{tail}")
    return out


def main():
    sshd, keygen = program("sshd"), program("ssh-keygen")
    count, rng = options()
    with tempfile.TemporaryDirectory() as work:
        key = f"{work}/key"
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        texts = {}
        for number in range(count):
            main_file = lines(rng, 25)
            files = {}
            if rng.random() < 0.4:
                files["etc/ssh/sshd_config.d/10-a.conf"] = "\n".join(lines(rng, 6)).replace("Subsystem", "# Subsystem") + "\n"
                main_file.insert(rng.randint(0, len(main_file)), "Include sshd_config.d/*.conf")
            if rng.random() < 0.3:
                main_file += ["Match User sftp", "  X11Forwarding no", "  AllowTcpForwarding no"]
            files["etc/ssh/sshd_config"] = "\n".join(main_file) + "\n"
            texts[name_of(number)] = files
        ours = in_force(texts, "sshd")
        equal, total, values, wrong = 0, 0, 0, []
        for name, files in texts.items():
            root = Path(work) / name
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text.replace("Include sshd_config.d/", f"Include {root}/etc/ssh/sshd_config.d/"))
            run = subprocess.run([sshd, "-T", "-h", key, "-f", root / "etc/ssh/sshd_config"], capture_output=True, text=True)
            if run.returncode:
                continue
            theirs = {}
            for line in run.stdout.splitlines():
                word, _, value = line.partition(" ")
                theirs.setdefault(word, []).append(value)
            total += 1
            found = {}
            for setting in ours.get(name, []):
                if not setting["context"] and not setting["key"].startswith("@") and not setting["unknown"]:
                    found.setdefault(setting["key"].lower(), []).append(setting["value"])
            fine = True
            for word, own in found.items():
                if word not in theirs or word in ("hostkey", "listenaddress"):
                    continue
                values += 1
                split = lambda rows: sorted(part for row in rows for part in row.split()) if word in LISTS else rows
                same = lambda value: value.lower().replace("without-password", "prohibit-password").replace("quiet", "silent").replace("delayed", "yes" if word == "compression" else "delayed")
                # sshd -T prints `all` as yes, and QUIET as SILENT
                spelled = lambda rows: [same(row).replace("all", "yes") if word == "allowtcpforwarding" else same(row) for row in split(rows)]
                if spelled(own) != spelled(theirs[word]) and not any(row.startswith("(kept") for row in own):
                    fine = False
                    wrong.append(f"{name} {word}: {own}, sshd {theirs[word]}")
            equal += fine
        print(f"{values} values compared")
        report("sshd, configurations", equal, total, wrong)


main()
