#!/usr/bin/env python3
"""postfix.py [COUNT] [SEED]: `postconf -x` of random main.cf beside `provost settings`.

What varies: last value wins, names in other cases, blanks around the sign, values over lines with comments and empty lines between, references
of every form (nested, conditional, comparisons, levels, `$$`), names of the file's own, the compatibility level. A main.cf that postconf
stops at is none that is in force: Provost has to call something in it unknown, and the rest is not compared. Nor is a value with a word in
it that `settings` shows as its shape because somebody may be called so ("dane", "cyrus").
"""
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import in_force, name as name_of, options, program, report

SWITCHES = ["smtpd_use_tls", "smtpd_enforce_tls", "smtp_use_tls", "smtp_enforce_tls", "smtpd_tls_auth_only", "smtpd_sasl_auth_enable",
            "smtpd_helo_required", "disable_vrfy_command", "smtp_sasl_auth_enable", "soft_bounce", "smtpd_delay_reject", "smtpd_tls_ask_ccert"]
VALUES = {
    "smtpd_tls_security_level": ["may", "encrypt", "none", "MAY", ""], "smtp_tls_security_level": ["may", "dane", "Secure", "", "encrypt"],
    "smtpd_tls_protocols": [">=TLSv1.2", "!SSLv2, !SSLv3", "!SSLv2,!SSLv3,  !TLSv1"], "smtpd_tls_mandatory_protocols": [">=TLSv1.2, <=TLSv1.3", "TLSv1.3"],
    "smtp_tls_protocols": [">=TLSv1.2"], "smtp_tls_mandatory_protocols": ["!TLSv1"], "smtpd_tls_ciphers": ["high", "medium"],
    "smtpd_tls_mandatory_ciphers": ["high"], "smtp_tls_ciphers": ["low"], "smtp_tls_mandatory_ciphers": ["high", "export"],
    "smtpd_tls_cert_file": ["/etc/ssl/certs/mail.pem", "none", ""], "smtpd_tls_key_file": ["/etc/ssl/private/mail.pem", "$smtpd_tls_cert_file"],
    "smtp_tls_cert_file": ["/etc/ssl/certs/out.pem"], "smtpd_sasl_security_options": ["noanonymous", "noanonymous,  noplaintext"],
    "smtpd_sasl_tls_security_options": ["noanonymous"], "smtp_sasl_security_options": ["noanonymous", ""],
    "inet_interfaces": ["all", "loopback-only", "127.0.0.1, [::1]"], "inet_protocols": ["all", "ipv4"],
    "mynetworks": ["127.0.0.0/8", "127.0.0.0/8 [::1]/128", "0.0.0.0/0", "10.1.0.0/16,\t10.2.0.0/16"], "mynetworks_style": ["host", "class"],
    "relay_domains": ["", "cards.example", "$mydestination"], "mydestination": ["localhost", "cards.example, localhost", "$myhostname"],
    "myhostname": ["mail.cards.example"], "myorigin": ["cards.example"], "relayhost": ["", "[out.example]", "[out.example]:587"],
    "smtpd_relay_restrictions": ["permit_mynetworks, reject_unauth_destination", "permit_mynetworks permit_sasl_authenticated defer_unauth_destination"],
    "smtpd_recipient_restrictions": ["reject", "permit_mynetworks,reject_unauth_destination"], "smtpd_banner": ["$myhostname ESMTP", "ESMTP  $$ ready", "$mail_name"],
    "smtpd_tls_loglevel": ["0", "1", "2"], "smtp_tls_loglevel": ["1"], "message_size_limit": ["10240000", "0"],
    "local_recipient_maps": ["", "$mydestination"], "compatibility_level": ["0", "1", "2", "3.6", "3.10"], "smtpd_client_restrictions": ["reject", ""],
    "smtpd_sender_restrictions": ["reject_unknown_sender_domain", "$smtpd_client_restrictions"], "mail_name": ["Postfix", "mail", ""],
    "smtpd_tls_exclude_ciphers": ["aNULL, MD5", "RC4"], "smtpd_sasl_type": ["dovecot"], "smtpd_sasl_path": ["private/auth"],
    **{key: ["yes", "no", "no", "YES", "No"] for key in SWITCHES},
}
# given as they are: Postfix looks up what they say, and stops where it finds nothing
PLAIN = [*SWITCHES, "compatibility_level", "inet_interfaces", "inet_protocols", "mynetworks_style"]
OWN = ["office", "tls_word", "Office", "nothing_at_all"]
TEXTS = ["reject", "10.1.0.0/16", "high", "/etc/ssl/x.pem", "[out.example]", "a {b} c", "1", "09", "3.9", "x:y", "a?b", "", "no # comment", '"quoted text"', "é"]
# what postconf stops at
BROKEN = ["$ x", "${", "${}", "$(office", "${office?{a}:{b}c}", "${office b}", "a$", "${{1} =< {2}}", "${{x} <level {2}}"]

def text(rng, depth):
    return reference(rng, depth + 1) if depth < 3 and rng.random() < 0.35 else rng.choice(TEXTS)

def braced(rng, depth):
    return rng.choice(["{%s}", " {%s}", "{%s} ", "{ %s }"]) % text(rng, depth)

def reference(rng, depth=0):
    name = rng.choice([*OWN, *OWN[:3], *rng.sample(list(VALUES), 3), "nobody_set_it"] if rng.random() < 0.9 else ["myhostname", "mydomain"])
    kind = rng.randrange(9)
    if kind == 0:
        return f"${name}"
    if kind == 1:
        return rng.choice(["${%s}", "$(%s)", "${ %s }"]) % name
    if kind == 2:
        return f"${{{name}{rng.choice('?:')}{rng.choice(['x', 'a b', ' c ', '$office', '${Office}', 'p:q', ''])}}}"
    if kind == 3:
        return f"${{{name}{rng.choice('?:')}{braced(rng, depth)}}}"
    if kind in (4, 5):
        return f"${{{name}?{braced(rng, depth)}:{braced(rng, depth)}}}"
    if kind == 6:
        return "$$" + rng.choice(["", "office", "{x}"])
    sign = rng.choice(["==", "!=", "<", "<=", ">", ">="])
    if kind == 7:
        left, right = rng.choice(["$compatibility_level", "2", "3.10"]), rng.choice(["1", "3.6", "3.9", "3.10.1"])
        return f"${{{{{left}}} {sign}level {{{right}}} ? {braced(rng, depth)}:{braced(rng, depth)}}}"
    return f"${{{{{text(rng, depth)}}} {sign} {{{text(rng, depth)}}}{rng.choice(['', ' ?' + braced(rng, depth), ' ?' + braced(rng, depth) + ':' + braced(rng, depth)])}}}"

def value(rng, key):
    if key in PLAIN or rng.random() < 0.5:
        return rng.choice(VALUES.get(key, TEXTS))
    parts = [rng.choice(VALUES.get(key, TEXTS)) if rng.random() < 0.4 else reference(rng) for _ in range(rng.randint(1, 3))]
    return rng.choice([" ", ", ", "", "-"]).join(parts)

def line(rng, key):
    written = value(rng, key)
    # goes on at blanks, in references too
    while " " in written and rng.random() < 0.4:
        at = rng.choice([at for at, c in enumerate(written) if c == " "])
        between = "".join(rng.choice(["", "", "# office = x\n", "\n", "   # relayhost = y\n", "  \t\n"]) for _ in range(2))
        # a part that begins with the sign of a comment would be one
        if written[at + 1:].lstrip().startswith("#") or not written[:at].strip() or not written[at:].strip():
            break
        written = written[:at].rstrip("\n") + rng.choice(["\n", " \n"]) + between + rng.choice(["  ", "\t", " "]) + written[at:].replace(" ", "\0", 1)
        written = written.replace("\0", "")
        if rng.random() < 0.5:
            break
    return f"{key}{rng.choice([' = ', '=', ' =', '= ', '  =	', chr(10) + '  = '])}{written}{rng.choice(['', '', ' ', chr(9)])}\n"

def main_cf(rng):
    lines = [line(rng, key) for key in rng.choices([*VALUES, *OWN[:3] * 3], k=rng.randint(3, 25))]
    lines.insert(0, rng.choice(["", "# made up\n", "  passed = over\n", "\n"]))
    if rng.random() < 0.05:
        lines.append(f"relayhost = {rng.choice(BROKEN)}\n")
    if rng.random() < 0.2:
        lines.insert(rng.randint(1, len(lines)), rng.choice(["Relayhost = x\n", "# relayhost = z\n", "#\n", "Smtpd_use_tls = yes\n"]))
    return "".join(lines)

def asked(postconf, files):
    """What postconf says, or None where it stops at a reference."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.cf").write_text(files)
        (Path(folder) / "master.cf").write_text("")
        out = subprocess.run([postconf, "-c", folder, "-x", *VALUES], capture_output=True, text=True)
    if "macro processing error" in out.stderr:
        return None
    if out.returncode:
        return {}
    return {row.split(" =", 1)[0]: row.split(" =", 1)[1].strip() for row in out.stdout.splitlines() if " =" in row}

def shape(text):
    return "".join("A" if c.isupper() else "a" if c.isalpha() else "9" if c.isnumeric() else "?" for c in text)


def shaped(mine, said):
    """Whether it is the same but for words that are shown as their shape."""
    cut = mine.endswith("…")
    mine = mine.rstrip("…")
    alike = (m == c or m.lower() in (c.lower(), form.lower()) for m, c, form in zip(mine, said, shape(said)))
    return (cut or len(mine) == len(said)) and all(alike)


def main():
    postconf = program("postconf")
    count, rng = options()
    made = {name_of(number): main_cf(rng) for number in range(count)}
    # it waits for names that nobody resolves
    with ThreadPoolExecutor(32) as pool:
        theirs = dict(zip(made, pool.map(lambda files: asked(postconf, files), made.values())))
    ours = in_force({name: {"etc/postfix/main.cf": files} for name, files in made.items()}, "postfix")
    taken = equal = total = unknown = 0
    wrong = []
    for name, said in theirs.items():
        mine = {row["key"]: row for row in ours.get(name, [])}
        if said is None:
            # what was not kept may be what it stops at
            if mine and not any((row["unknown"] or row["value"].startswith("(")) and not row["default"] for row in mine.values()):
                wrong.append(f"{name}: postconf stops, and all is known\n{made[name]}")
                total += 1
            continue
        taken += bool(said)
        for key in said:
            row = mine.get(key)
            if row is None:
                # whoever sets nothing, and has no default that does not depend on the host
                if key != "myhostname":
                    wrong.append(f"{name} {key}: not said")
                    total += 1
                continue
            if row["unknown"] or row["value"].startswith("("):
                unknown += 1
                continue
            # Postfix takes them in any case
            fold = key in SWITCHES or key.endswith("_security_level")
            value = said[key].lower() if fold else said[key]
            if row["value"] != value and shaped(row["value"], value):
                unknown += 1
                continue
            total += 1
            if row["value"] == value:
                equal += 1
            else:
                wrong.append(f"{name} {key}: provost {row['value']!r}, postconf {said[key]!r}")
    print(f"{taken} configurations; {total} values compared, {unknown} more unknown or not kept; postconf stops at {count - taken}")
    report("postfix, values", equal, total, wrong)

main()
