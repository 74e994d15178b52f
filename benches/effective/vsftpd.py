#!/usr/bin/env python3
"""vsftpd.py: whether vsftpd knows every key that `provost settings` gives a default for, and refuses what Provost says it refuses.

vsftpd prints no settings; it only stops with a word on a line that it does not take, and otherwise goes on until it finds that it may not
listen (listen and listen_ipv6 both on).
"""
import subprocess
import tempfile
from pathlib import Path

from common import in_force, name as name_of, program, report

# keys with a value that stops it for another reason
ODD = {"listen", "listen_ipv6", "background", "run_as_launching_user"}


def refused(vsftpd, line):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vsftpd.conf"
        path.write_text(f"{line}\nlisten=YES\nlisten_ipv6=YES\n")
        # it writes to its standard input, where inetd has the connection
        word = Path(folder) / "word"
        with word.open("w+") as file:
            subprocess.run([vsftpd, path], stdin=file, timeout=20, check=False)
        said = word.read_text()
        return "bad bool" in said or "unrecognised variable" in said


def main():
    vsftpd = program("vsftpd")
    settings = in_force({"n/0/0": {"etc/vsftpd.conf": "local_enable=YES\n"}}, "vsftpd")["n/0/0"]
    lines = {}
    for setting in settings:
        key, value = setting["key"], setting["value"]
        if key in ODD or key.startswith("@"):
            continue
        lines[f"{key}={value}"] = False
        if value in ("YES", "NO"):
            for word in ["yes", "True", "1", "no", "FALSE", "0"]:
                lines[f"{key}={word}"] = False
            for line in [f"{key} ={value}", f"{key}= {value}", f"{key}=on", f"{key}=enabled"]:
                lines[line] = True
    folders = {name_of(number): {"etc/vsftpd.conf": f"{line}\n"} for number, line in enumerate(lines)}
    ours = in_force(folders, "vsftpd")
    equal, wrong = 0, []
    for number, (line, _) in enumerate(lines.items()):
        key = line.split("=")[0].strip()
        own = any(row["key"] == key and row["unknown"] and not row["default"] for row in ours[name_of(number)])
        theirs = refused(vsftpd, line)
        if own == theirs:
            equal += 1
        else:
            wrong.append(f"{line!r}: vsftpd {'refuses' if theirs else 'takes'} it")
    report("vsftpd, lines", equal, len(lines), wrong)


main()
