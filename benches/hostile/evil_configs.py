"""Trees and configurations made by hand to harm: depths, aliases, variables that double, includes that turn in circles; and texts that are hard
for the detectors. Yields (kind, path, bytes); what belongs together shares a folder."""
MIB = 1 << 20


def trees():
    j = "config/json"
    for name, body in {"arrays-million": b"[" * 1_000_000, "arrays-million-closed": b"[" * 1_000_000 + b"]" * 1_000_000, "objects-million": b'{"a":' * 1_000_000, "objects-closed": b'{"a":' * 300_000 + b"1" + b"}" * 300_000,
                       "keys-million": b"{" + b",".join(b'"k%d":%d' % (at, at) for at in range(1_000_000)) + b"}", "one-key": b"{" + b",".join([b'"name":"Ada"'] * 500_000) + b"}", "number-10-MiB": b"[" + b"9" * 10 * MIB + b"]",
                       "exponent": b"[1e" + b"9" * MIB + b", -1e-99999, 0." + b"0" * MIB + b"1]", "text-open": b'{"a":"' + b"x" * 20 * MIB, "escapes": b'["' + b"\\ud800\\u0000\\" * 300_000 + b'"]', "commas": b"[" + b"," * MIB + b"]",
                       "comments": b"{" + b"/* " * MIB, "numbers": b"[" + b"1," * 3_000_000 + b"1]", "empty-objects": b"[" + b"{}," * 2_000_000 + b"{}]", "keys-long": b'{"' + b"k" * 20 * MIB + b'":1}', "spaces": b" " * 20 * MIB + b"{}"}.items():
        yield j, f"{name}.json", body
    y = "config/yaml"
    aliases = "a0: &a0 [x, x]\n" + "".join(f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 12))
    merges = "a0: &a0 {x: 1}\n" + "".join(f"a{at}: &a{at}\n  <<: [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 12))
    for name, body in {"laughs": aliases, "merges": merges, "itself": "a: &a [*a, *a]\nb: &b {c: *b, <<: *b}\n", "flow-deep": "[" * 500_000, "maps-deep": "{a: " * 300_000, "lists-deep": "- " * 300_000, "questions": "? " * 300_000,
                       "indented": "".join(" " * at + f"k{at}:\n" for at in range(3000)), "anchors": "".join(f"a{at}: &x{at} 1\n" for at in range(200_000)), "one-anchor": "- &a 1\n- *a\n" * 100_000, "tags": "!!a " * 300_000 + "b",
                       "directives": "%YAML 1.1\n" * 100_000 + "---\na: 1\n", "documents": "---\na: 1\n" * 200_000, "block": "a: |\n" + "  x\n" * 1_000_000, "block-keeps": "a: |9+\n" + " \n" * 500_000, "quotes": "a: \"" + "\\x41\\U0010FFFF\\\n " * 200_000,
                       "tabs": "a:\n\tb: 1\n" * 100_000, "keys-million": "".join(f"k{at}: {at}\n" for at in range(500_000)), "one-key": "a: 1\n" * 500_000, "colons": ": " * 300_000, "numbers": "- 1e999999999\n- 0x" + "f" * 100_000 + "\n- 1:" + "59:" * 100_000 + "1\n"}.items():
        yield y, f"{name}.yaml", body.encode()
    t = "config/toml"
    for name, body in {"dotted": "a." * 200_000 + "a = 1\n", "tables-deep": "[" + "a." * 100_000 + "a]\n", "arrays-deep": "a = " + "[" * 300_000, "inline-deep": "a = " + "{a = " * 200_000, "tables": "[a]\n" * 200_000, "arrays-of-tables": "[[a.b]]\nc = 1\n" * 100_000,
                       "keys": "".join(f"k{at} = {at}\n" for at in range(300_000)), "text": 'a = """' + "\\\n" * 500_000, "dates": "a = 9999-99-99T99:99:99.99999999999999+99:99\n" * 50_000, "growing": "".join(f"[{'a.' * at}b]\n" for at in range(1500))}.items():
        yield t, f"{name}.toml", body.encode()
    h = "config/hcl"
    for name, body in {"blocks-deep": "a {\n" * 200_000, "lists-deep": "a = " + "[" * 300_000, "templates-deep": 'a = "' + "${\"" * 100_000, "brackets": "a = " + "(" * 300_000, "operators": "a = " + "!" * 500_000 + "b", "sum": "a = " + "1 + " * 300_000 + "1", "questions": "a = " + "b ? c : " * 200_000 + "d",
                       "heredocs": "a = <<E\n" * 100_000, "calls": "a = " + "f(" * 200_000, "index": "a = b" + "[0]" * 300_000, "for": "a = " + "[for b in " * 100_000, "labels": "resource " + '"a" ' * 200_000 + "{}"}.items():
        yield h, f"{name}.tf", body.encode()
    for kind, path, before, piece in (("ini", "a.ini", "", "[a]\nb = 1\n"), ("ini", "open.ini", "", "["), ("properties", "a.properties", "a=", "\\\n"), ("properties", "b.properties", "a=", "${a}"), ("env", "a.env", "A='", "x\n"), ("env", "b.env", "A=\"", "${A:-${B:-"),
                                      ("reg", "a.reg", "Windows Registry Editor Version 5.00\r\n\r\n", "[HKEY_LOCAL_MACHINE\\A\\B]\r\n\"a\"=hex:00,\\\r\n"), ("reg", "deep.reg", "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE", "\\a"),
                                      ("key_colon", "a.txt", "", "Minimum password length : 12\n"), ("dockerfile", "Dockerfile", "FROM a\nRUN ", "a \\\n"), ("dockerfile", "b/Dockerfile", "FROM a\n", "RUN <<E\n"), ("dockerfile", "c/Dockerfile", "", "FROM a AS b\nCOPY --from=b a b\n")):
        yield f"config/{kind}", path, (before + piece * (MIB // len(piece))).encode()


DOUBLED = 45


def doubling():
    """a is b and b, b is c and c ...: what somebody expands without counting."""
    names = [f"v{at}" for at in range(DOUBLED)]
    pair = lambda left, right: list(zip(names, names[1:], names[1:]))  # noqa: E731,ARG005
    rows = pair(0, 0)
    forms = {
        "config/postfix": ("etc/postfix/main.cf", "", "{0} = ${1} ${2}\n", "myhostname = $v0\nsmtpd_tls_security_level = $v0\n"),
        "config/env": (".env", "", "{0}=${{{1}}}${{{2}}}\n", ""),
        "config/properties": ("app.properties", "", "{0}=${{{1}}}${{{2}}}\n", ""),
        "config/docker_compose": ("docker-compose.yml", "services:\n  a:\n    image: x\n    environment:\n", "      {0}: ${{{1}}}${{{2}}}\n", ""),
        "config/dockerfile": ("Dockerfile", "FROM x\n", "ENV {0}=${1}${2}\n", "USER $v0\n"),
        "config/apache": ("etc/apache2/apache2.conf", "", "Define {0} ${{{1}}}${{{2}}}\n", "ServerName ${v0}\nInclude ${v0}\n"),
        "config/nginx": ("nginx.conf", "events {}\nhttp { server { listen 80;\n", "set ${0} ${1}${2};\n", "return 301 $v0; } }\n"),
        "config/samba": ("etc/samba/smb.conf", "[global]\n", "{0} = %{{{1}}}%{{{2}}}\n", "copy = global\n"),
        "config/mysql": ("my.cnf", "[mysqld]\n", "{0}=${1}${2}\n", ""),
        "config/redis": ("redis.conf", "", "{0} ${{{1}}}${{{2}}}\n", ""),
        "config/rsyslog": ("rsyslog.conf", "", "$template {0},\"%{1}%%{2}%\"\n", ""),
        "config/terraform": ("main.tf", "locals {\n", "  {0} = \"${{local.{1}}}${{local.{2}}}\"\n", "}\n"),
        "config/hcl": ("variables.tf", "", "variable \"{0}\" {{ default = \"${{var.{1}}}${{var.{2}}}\" }}\n", ""),
    }
    for kind, (path, before, line, after) in forms.items():
        for order, listed in (("down", rows), ("up", rows[::-1])):
            yield kind, f"doubling-{order}/{path}", (before + "".join(line.format(*row) for row in listed) + after).encode()
    anchors = "x0: &x0 {environment: {A: b}}\n" + "".join(f"x{at}: &x{at}\n  <<: [*x{at - 1}, *x{at - 1}]\n  y{at}: [*x{at - 1}, *x{at - 1}]\n" for at in range(1, 40))
    yield "config/docker_compose", "doubling-merged/docker-compose.yml", ("services:\n  a: {image: x}\n" + anchors).encode()


INCLUDES = {
    "sshd": ("etc/ssh/sshd_config", "etc/ssh/sshd_config.d/{}.conf", "Include /etc/ssh/sshd_config.d/{}.conf\n", "PermitRootLogin no\n", ""),
    "nginx": ("etc/nginx/nginx.conf", "etc/nginx/conf.d/{}.conf", "include /etc/nginx/conf.d/{}.conf;\n", "events {}\nhttp {\nserver { listen 80; }\n", "}\n"),
    "apache": ("etc/apache2/apache2.conf", "etc/apache2/conf.d/{}.conf", "Include /etc/apache2/conf.d/{}.conf\n", "ServerRoot /etc/apache2\n", ""),
    "rsyslog": ("etc/rsyslog.conf", "etc/rsyslog.d/{}.conf", "$IncludeConfig /etc/rsyslog.d/{}.conf\n", "module(load=\"imuxsock\")\n", ""),
    "samba": ("etc/samba/smb.conf", "etc/samba/{}.conf", "include = /etc/samba/{}.conf\n", "[global]\nworkgroup = X\n", ""),
    "redis": ("etc/redis/redis.conf", "etc/redis/{}.conf", "include /etc/redis/{}.conf\n", "requirepass x\nbind 127.0.0.1\nport 1\n", ""),
    "mysql": ("etc/mysql/my.cnf", "etc/mysql/conf.d/{}.cnf", "!include /etc/mysql/conf.d/{}.cnf\n", "[mysqld]\nport=1\n", ""),
    "postgresql": ("etc/postgresql/postgresql.conf", "etc/postgresql/{}.conf", "include '/etc/postgresql/{}.conf'\n", "listen_addresses = '*'\nport = 1\n", ""),
    "logrotate": ("etc/logrotate.conf", "etc/logrotate.d/{}", "include /etc/logrotate.d/{}\n", "weekly\nrotate 4\n", ""),
    "proftpd": ("etc/proftpd/proftpd.conf", "etc/proftpd/conf.d/{}.conf", "Include /etc/proftpd/conf.d/{}.conf\n", "ServerName x\nServerType standalone\n", ""),
    "rsyncd": ("etc/rsyncd.conf", "etc/rsyncd.d/{}.conf", "&include /etc/rsyncd.d/{}.conf\n", "uid = nobody\n[a]\npath = /a\n", ""),
    "rsnapshot": ("etc/rsnapshot.conf", "etc/rsnapshot.d/{}.conf", "include_conf\t/etc/rsnapshot.d/{}.conf\n", "config_version\t1.2\nsnapshot_root\t/a/\n", ""),
}


def includes():
    for product, (first, other, line, before, after) in INCLUDES.items():
        kind = "config/" + product
        ask = lambda name, times=1: (before + line.format(name) * times + after).encode()  # noqa: E731,B023
        yield kind, f"include-itself/{first}", (before + line.format("*") + line.format("../" + first.rsplit("/", 1)[-1].rsplit(".", 1)[0]) + after).encode()
        yield kind, f"include-itself/{other.format('a')}", line.format("a").encode() * 3 + line.format("*").encode()
        yield kind, f"include-circle/{first}", ask("a")
        for here, there in ("ab", "bc", "ca"):
            yield kind, f"include-circle/{other.format(here)}", (line.format(there) * 3).encode()
        # each file twice the next: two to the power of thirty
        yield kind, f"include-doubled/{first}", ask("f0", 2)
        for at in range(30):
            yield kind, f"include-doubled/{other.format(f'f{at}')}", (line.format(f"f{at + 1}") * 2).encode()
        yield kind, f"include-star/{first}", ask("*", 200)
        for at in range(60):
            yield kind, f"include-star/{other.format(f'f{at}')}", (line.format("*") * 5).encode()


def circles():
    yield "config/docker_compose", "circle/docker-compose.yml", b"services:\n  a: {extends: {service: b}}\n  b: {extends: {service: a}}\n  c: {extends: {file: docker-compose.yml, service: c}}\n  d: {extends: {file: other.yml, service: d}}\ninclude: [docker-compose.yml, other.yml]\n"
    yield "config/docker_compose", "circle/other.yml", b"services:\n  d: {extends: {file: docker-compose.yml, service: d}}\ninclude: [docker-compose.yml]\n"
    yield "config/docker_compose", "chain/docker-compose.yml", ("services:\n  s0: {image: x}\n" + "".join(f"  s{at}: {{extends: {{service: s{at - 1}}}}}\n" for at in range(1, 5000))).encode()
    yield "config/docker_compose", "chain-back/docker-compose.yml", ("services:\n" + "".join(f"  s{at}: {{extends: {{service: s{at + 1}}}}}\n" for at in range(5000))).encode()
    deep = '{"resources": []' + ', "child_modules": [{"resources": []' * 3000
    yield "config/terraform", "modules-deep.json", ('{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": ' + deep + "}]" * 3000 + "}}}").encode()
    circle = '{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [{"address": "aws_s3_bucket.a", "type": "aws_s3_bucket", "name": "a", "values": {}}]}}, "configuration": {"root_module": {"resources": [{"address": "aws_s3_bucket.a", "type": "aws_s3_bucket", "name": "a", "expressions": {"bucket": {"references": ["module.a.b", "var.c"]}}}], "variables": {"c": {}}, "module_calls": {"a": {"expressions": {"c": {"references": ["module.a.b"]}}, "module": {"outputs": {"b": {"expression": {"references": ["var.c", "module.a.b"]}}}, "variables": {"c": {}}}}}}}}'
    yield "config/terraform", "circle.json", circle.encode()
    stack = '{"AWSTemplateFormatVersion": "2010-09-09", "Conditions": {%s}, "Resources": {"A": {"Type": "AWS::S3::Bucket", "Condition": "C0", "Properties": {"BucketName": {"Ref": "A"}, "X": %s}}}}'
    conditions = ", ".join(f'"C{at}": {{"Fn::And": [{{"Condition": "C{at + 1}"}}, {{"Fn::Not": [{{"Condition": "C{at + 1}"}}]}}]}}' for at in range(60)) + ', "C60": {"Condition": "C0"}'
    yield "config/cloudformation", "conditions.json", (stack % (conditions, '{"Fn::If": ["C0", ' * 500 + "1" + ", 2]}" * 500)).encode()
    yield "config/cloudformation", "deep.json", (stack % ("", '{"Fn::Join": ["", [' * 20_000)).encode()
    yield "config/kubernetes", "deep.yaml", ("apiVersion: v1\nkind: Pod\nspec: " + "{a: " * 100_000).encode()
    yield "config/kubernetes", "lists.yaml", ("apiVersion: v1\nkind: List\nitems: [" + "{apiVersion: v1, kind: List, items: [" * 20_000).encode()
    yield "config/apache", "sections.conf", ("<VirtualHost *:443>\n" + "<If true>\n<Directory />\n" * 50_000).encode()
    yield "config/apache", "hosts.conf", ("ServerRoot /etc\n" + "".join(f"<VirtualHost *:{at}>\nServerName h{at}\n</VirtualHost>\n" for at in range(20_000))).encode()
    yield "config/nginx", "blocks.conf", ("http " + "{ server " * 100_000).encode()
    yield "config/nginx", "names.conf", ("http { server { listen 80; server_name " + " ".join(f"n{at}" for at in range(100_000)) + "; } }").encode()
    yield "config/sshd", "matches/sshd_config", ("Port 22\n" + "".join(f"Match User u{at} Address 10.0.0.0/{at % 33},*\nPermitRootLogin yes\n" for at in range(20_000))).encode()
    yield "config/rsyslog", "rules/rsyslog.conf", ("module(load=\"imuxsock\")\n" + "if ($a == 'b') then {\n" * 50_000).encode()
    yield "config/samba", "copies/smb.conf", ("[global]\nworkgroup = X\n" + "".join(f"[s{at}]\ncopy = s{at + 1}\n" for at in range(5000)) + "[s5000]\ncopy = s0\n").encode()
    yield "config/etcd", "flags.txt", ("etcd " + "--listen-client-urls=http://0.0.0.0:2379 " * 50_000).encode()
    for name, deep in (("sarif", '{"version": "2.1.0", "runs": [' + "[" * 200_000), ("trivy", '{"SchemaVersion": 2, "ArtifactName": "a", "ArtifactType": "b", "Results": [' + '{"Vulnerabilities": [' * 50_000)):
        yield f"results/{name}", f"deep-{name}.json", deep.encode()
    yield "results/junit", "suites-deep.xml", b"<testsuites>" + b"<testsuite name='a'>" * 100_000
    yield "results/sarif", "results-million.json", b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [' + b",".join([b'{"ruleId": "a", "ruleIndex": 4294967295}'] * 300_000) + b"]}]}"


def hard():
    """What makes a detector look again and again."""
    for name, piece in {"digits": "9", "digits-blank": "4 ", "digits-dash": "4-", "pairs": "12 34 56 ", "letters": "A", "letter-digit": "A1", "lower": "abcdefgh", "ats": "@", "a-at": "a@", "dots": "a.", "dot-at": "a.a@", "address": "a@b.", "dashes": "a-b-", "capitals": "Ada ", "initials": "A. B. ",
                        "plus": "+44 ", "brackets": "(0)(", "insurance": "AB 12 34 56 C", "iban": "GB82 WEST ", "passport": "P<GBR", "mrz": "<" * 40, "passwords": "password: ", "passwords-is": "password=password=", "streets": "12 High Street, ", "postcodes": "SW1A 1AA ", "dates": "1/1/", "days": "01/01/2020 ", "hex": "deadbeef",
                        "ips": "10.10.", "colons": "::", "quotes": "\"'", "slashes": "/", "backslashes": "\\", "percent": "%41", "base64": "QUJD", "base64-folded": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\n", "combining": "a\u0301\u0302", "wide": "\u3000\u00a0", "bidi": "\u202e\u2066", "zero-width": "A\u200bd\u200ba",
                        "surnames": "O'Brien-Smith ", "titles": "Mr Mrs Dr ", "numbers": "1,234,567.89 ", "keys": "name: Ada\n", "mixed": "Ada Example 100001 ada@example.org 07700 900123 AB123456C\n", "escapes": "\x1b[31m", "emoji": "\U0001F468\u200d\U0001F469\u200d", "greek": "\u0391\u03b1 ", "feeds": "\f\v", "tabs": "\t", "lines": "\n", "blanks": " "}.items():
        yield "document/text", f"{name}.txt", (piece * (2 * MIB // len(piece.encode()))).encode()
        yield "document/text", f"{name}-lines.txt", ((piece * (200 // len(piece)) + "\n") * 3000).encode()


def all_evil(small=False):
    for part in (trees, doubling, includes, circles, hard):
        for kind, path, data in part():
            # the widest includes are seven hundred files
            if not (small and path.startswith("include-star/")):
                yield kind, path, data
