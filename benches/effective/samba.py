#!/usr/bin/env python3
"""samba.py [COUNT] [SEED]: what `provost settings` says of random smb.conf files, beside `testparm -sv`.

Sections that go on, [global] between shares, synonyms, inverted synonyms, keys in odd case and blanks, several spellings of a value, lines
that go on after a backslash, quotes, included files, `copy`, values that are none, lines that are no setting.
"""
import re
import subprocess
import tempfile
from pathlib import Path

from common import in_force, name as name_of, options, program, report

BOOL = ["yes", "no", "true", "False", "On", "OFF", "1", "0"]
SHARE = {
    "guest ok": BOOL, "public": BOOL, "read only": BOOL, "writable": BOOL, "writeable": BOOL, "write ok": BOOL, "browseable": BOOL,
    "browsable": BOOL, "guest only": BOOL, "only guest": BOOL, "follow symlinks": BOOL, "wide links": BOOL, "inherit acls": BOOL,
    "hide unreadable": BOOL, "create mask": ["0644", "640", "0777", "700"], "create mode": ["0660", "600"],
    "directory mask": ["0755", "750"], "directory mode": ["0770"], "force create mode": ["0", "0660"], "max connections": ["0", "5"],
    "comment": ["Proofs", "Orders of the week"], "hosts allow": ["10.0.0.0/8", "192.0.2.1, 192.0.2.2"], "allow hosts": ["10.1.0.0/16"],
    "hosts deny": ["ALL"], "valid users": ["@printroom", "press, @office"], "vfs objects": ["full_audit", "catia fruit"],
    "smb encrypt": ["off", "desired", "mandatory", "required", "if_required", "auto"], "server smb encrypt": ["default", "Required", "enabled"],
}
GLOBAL = {
    "workgroup": ["CARDS", "OFFICE"], "server signing": ["auto", "mandatory", "disabled", "default", "required", "no"],
    "map to guest": ["never", "Bad User", "bad password"], "ntlm auth": ["ntlmv2-only", "ntlmv1-permitted", "disabled", "yes", "no"],
    "server min protocol": ["SMB2", "SMB2_10", "SMB3", "NT1", "SMB3_11", "SMB2_02", "smb3_00"], "min protocol": ["SMB2_02", "NT1", "SMB3_02"],
    "lanman auth": BOOL, "null passwords": BOOL, "restrict anonymous": ["0", "1", "2"], "disable netbios": BOOL, "load printers": BOOL,
    "usershare allow guests": BOOL, "unix password sync": BOOL, "obey pam restrictions": BOOL, "encrypt passwords": ["yes"], "enable spoolss": BOOL,
    "client min protocol": ["SMB2", "NT1"], "client signing": ["auto", "required"], "max log size": ["1000"], "guest account": ["nobody"],
}

# testparm refuses other values in quotes
QUOTED = ["hosts allow", "allow hosts", "hosts deny", "valid users", "vfs objects", "comment"]


def odd(rng, key):
    key = rng.choice([key, key, key.title(), key.upper()])
    return key.replace(" ", rng.choice([" ", " ", "  ", ""]))


def lines(rng, table, most):
    out = []
    for key in (rng.choice(list(table)) for _ in range(rng.randint(0, most))):
        value = rng.choice(table[key])
        if key in QUOTED and rng.random() < 0.2:
            value = f'"{value}"'
        out.append(spread(rng, f"{rng.choice(['', '   ', chr(9)])}{odd(rng, key)}{rng.choice([' = ', '=', ' ='])}{value}{rng.choice(['', '', '', '  '])}"))
        if rng.random() < 0.02:
            out.append(rng.choice(["; guest ok = yes", "#public = yes", "   # a word", "\t;x"]))
    return out


def spread(rng, line):
    """The same line over two, now and then: a backslash at the end carries on."""
    at = line.find("=")
    return line[: at + 1] + "\\\n" + line[at + 1:] if at > 0 and rng.random() < 0.04 else line


def files(rng):
    """{path: text}; some bring in others."""
    out = {"etc/samba/smb.conf": config(rng)}
    if rng.random() < 0.3:
        rows = out["etc/samba/smb.conf"].split("\n")
        out["etc/samba/more.conf"] = "\n".join(rng.choice([lines(rng, SHARE, 4), ["[extra]", "path = /srv/y"] + lines(rng, SHARE, 4), ["[global]"] + lines(rng, GLOBAL, 3)])) + "\n"
        at = rng.choice([index for index, row in enumerate(rows) if index and not rows[index - 1].endswith("\\")])
        rows.insert(at, "include = /etc/samba/more.conf")
        out["etc/samba/smb.conf"] = "\n".join(rows)
    return out


def config(rng):
    names = rng.sample(["cards", "Proofs", "orders", "public", "old stock"], rng.randint(1, 4))
    out = ["[global]"] + lines(rng, GLOBAL, 6) + lines(rng, SHARE, 4)
    for name in names + rng.choices(names, k=rng.randint(0, 2)):
        out += [f"[{rng.choice([name, name.upper()])}]", "path = /srv/x"] + lines(rng, SHARE, 7)
        if rng.random() < 0.3:
            out += [rng.choice(["; note", "# note", ""])]
        if rng.random() < 0.3:
            out += ["[Global]"] + lines(rng, GLOBAL, 2) + lines(rng, SHARE, 2)
    return "\n".join(out) + "\n"


def plain(value):
    return " ".join(re.split(r"[\s,]+", value.strip()))


def oracle(testparm, texts):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name.rsplit("/", 1)[1]).write_text(text.replace("/etc/samba/", f"{folder}/"))
        path = Path(folder) / "smb.conf"
        run = subprocess.run([testparm, "-sv", path], capture_output=True, text=True)
        if run.returncode:
            return None
        found, section = {}, None
        for line in run.stdout.splitlines():
            if line.startswith("["):
                section = line.strip().lower()
                found[section] = {}
            elif section and "=" in line:
                key, _, value = line.strip().partition("=")
                found[section][key.strip()] = value.strip()
        return found


def main():
    testparm = program("testparm")
    count, rng = options()
    texts = {name_of(number): files(rng) for number in range(count)}
    ours = in_force(texts, "samba", "smb.conf")
    equal, total, values, wrong = 0, 0, 0, []
    for name, text in texts.items():
        theirs = oracle(testparm, text)
        if theirs is None:
            continue
        total += 1
        fine = True
        for setting in ours.get(name, []):
            context = (setting["context"] or "[global]").lower()
            key, value = setting["key"], setting["value"]
            # a share's section prints what is not as in [global]
            printed = theirs.get(context, {})
            known = printed.get(key, theirs["[global]"].get(key))
            # a share without a path is not served, whatever it says
            if key == "available" and known == "No":
                continue
            if key.startswith("@") or known is None or value.startswith("(kept") or setting["unknown"]:
                continue
            values += 1
            if plain(known) != plain(value):
                fine = False
                wrong.append(f"{name} {context} {key}: {value!r}, testparm {known!r}")
        equal += fine
    print(f"{values} values compared")
    report("samba, configurations", equal, total, wrong)


main()
