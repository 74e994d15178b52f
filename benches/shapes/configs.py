"""Configurations of products: what is in force has to be found out of many lines, blocks and files."""
import json

from . import count, fill, shape

BLOCKS = {
    ("nginx", "etc/nginx/nginx.conf"): {
        "servers": lambda n: fill(lambda i: f"server {{ listen 443 ssl; server_name s{i}.example.org; }}\n", n, before="http {\n", after="}\n"),
        "servers of one name": lambda n: fill("server { listen 443 ssl; server_name s.example.org; }\n", n, before="http {\n", after="}\n"),
        "locations": lambda n: fill(lambda i: f"location /a{i} {{ autoindex on; }}\n", n, before="http { server { listen 80;\n", after="}}\n"),
        "locations within locations": lambda n: fill("location /a {\n", n // 8 * 7, before="http { server { listen 80;\n") + fill("}", n // 8),
        "blocks within blocks": lambda n: fill("http {\n", n),
        "directives": lambda n: fill(lambda i: f"add_header X-{i} a;\n", n, before="http { server { listen 80;\n", after="}}\n"),
        "one directive again and again": lambda n: fill("autoindex on;\n", n, before="http { server { listen 80;\n", after="}}\n"),
        "directives inherited by servers": lambda n: fill(lambda i: f"add_header X-{i} a;\n", n // 2, before="http {\n") + fill(lambda i: f"server {{ listen 80; server_name s{i}; }}\n", n // 2, after="}\n"),
        "directives inherited by locations": lambda n: fill(lambda i: f"allow 10.0.{i % 256}.0/24;\n", n // 2, before="http { server { listen 80;\n") + fill(lambda i: f"location /a{i} {{ }}\n", n // 2, after="}}\n"),
        "includes of nothing": lambda n: fill(lambda i: f"include conf.d/{i}.conf;\n", n, before="http {\n", after="}\n"),
        "includes of itself": lambda n: fill("include nginx.conf;\n", n, before="http {\n", after="}\n"),
        "one name again and again": lambda n: fill(lambda i: f"s{i}.example.org ", n, before="http { server { listen 80; server_name ", after="; }}\n"),
        "listens": lambda n: fill(lambda i: f"listen {i % 60000 + 1};\n", n, before="http { server { server_name a;\n", after="}}\n"),
        "maps and variables": lambda n: fill(lambda i: f"set $a{i} $a{i - 1};\n", n, before="http { server { listen 80;\n", after="}}\n"),
        "ifs": lambda n: fill("if ($scheme = http) { return 301 https://$host; }\n", n, before="http { server { listen 80;\n", after="}}\n"),
        "upstreams": lambda n: fill(lambda i: f"upstream u{i} {{ server 10.0.0.1; }}\nserver {{ listen 80; location / {{ proxy_pass https://u{i}; }} }}\n", n, before="http {\n", after="}\n"),
        "an open quote": lambda n: fill("word ", n, before='http { server { listen 80; add_header a "'),
    },
    ("apache", "etc/apache2/apache2.conf"): {
        "virtual hosts": lambda n: fill(lambda i: f"<VirtualHost *:443>\nServerName s{i}.example.org\nSSLEngine on\n</VirtualHost>\n", n),
        "virtual hosts on one port without names": lambda n: fill("<VirtualHost *:443>\nSSLEngine on\n</VirtualHost>\n", n),
        "directories": lambda n: fill(lambda i: f"<Directory /srv/d{i}>\nOptions Indexes\n</Directory>\n", n),
        "directories within each other": lambda n: "".join(f"<Directory /srv{'/d' * d}>\nOptions Indexes\n</Directory>\n" for d in range(max(1, int(n ** 0.5) // 2))).encode(),
        "one directory again and again": lambda n: fill("<Directory /srv>\nOptions Indexes\n</Directory>\n", n),
        "directories and hosts": lambda n: fill(lambda i: f"<Directory /srv/d{i}>\nOptions Indexes\n</Directory>\n", n // 2) + fill(lambda i: f"<VirtualHost *:443>\nServerName s{i}\nDocumentRoot /srv/d{i}\n</VirtualHost>\n", n // 2),
        "locations and hosts": lambda n: fill(lambda i: f"<Location /l{i}>\nRequire all granted\n</Location>\n", n // 2) + fill(lambda i: f"<VirtualHost *:443>\nServerName s{i}\n</VirtualHost>\n", n // 2),
        "files matched": lambda n: fill(lambda i: f'<FilesMatch "a{i}">\nRequire all denied\n</FilesMatch>\n', n),
        "directories matched": lambda n: fill(lambda i: f'<DirectoryMatch "^/srv/a{i}">\nOptions Indexes\n</DirectoryMatch>\n<Directory /srv/a{i}>\n</Directory>\n', n),
        "sections within sections": lambda n: fill("<IfModule a>\n", n // 2) + fill("</IfModule>\n", n // 2),
        "ifs": lambda n: fill("<If \"%{HTTPS} == 'on'\">\nOptions Indexes\n</If>\n", n, before="ServerRoot /etc/apache2\n"),
        "defines and uses": lambda n: fill(lambda i: f"Define v{i} ${{v{i - 1}}}\n", n),
        "includes": lambda n: fill(lambda i: f"Include conf/{i}.conf\n", n),
        "includes of itself": lambda n: fill("Include apache2.conf\n", n),
        "modules": lambda n: fill(lambda i: f"LoadModule m{i}_module modules/m{i}.so\n", n),
        "rewrites": lambda n: fill("RewriteCond %{HTTPS} off\nRewriteRule (.*) https://%{HTTP_HOST}/$1 [R=301]\n", n, before="RewriteEngine on\n"),
        "macros": lambda n: fill(lambda i: f"<Macro m{i}>\nOptions Indexes\n</Macro>\nUse m{i}\n", n),
        "continued lines": lambda n: fill("a \\\n", n, before="Options "),
        "directives": lambda n: fill("ServerTokens Prod\n", n),
        "aliases": lambda n: fill(lambda i: f"Alias /a{i} /srv/a{i}\n<Directory /srv/a{i}>\nOptions Indexes\n</Directory>\n", n),
    },
    ("sshd", "etc/ssh/sshd_config"): {
        "keys": lambda n: fill("PermitRootLogin no\n", n),
        "unknown keys": lambda n: fill(lambda i: f"Key{i} no\n", n, before="PermitRootLogin no\n"),
        "matches": lambda n: fill(lambda i: f"Match User u{i}\nPermitRootLogin yes\n", n),
        "matches about passwords": lambda n: fill(lambda i: f"Match User u{i}\nPasswordAuthentication yes\n", n),
        "matches of one user": lambda n: fill("Match User backup\nPermitRootLogin yes\n", n),
        "matches of all": lambda n: fill("Match all\nPermitRootLogin yes\n", n),
        "includes": lambda n: fill(lambda i: f"Include x{i}.conf\n", n),
        "includes of itself": lambda n: fill("Include sshd_config\n", n),
        "includes in matches": lambda n: fill(lambda i: f"Match User u{i}\nInclude x.conf\n", n),
        "users allowed": lambda n: fill(lambda i: f"AllowUsers u{i}\n", n),
        "users allowed, one line": lambda n: fill(lambda i: f"u{i} ", n, before="AllowUsers "),
        "ports": lambda n: fill(lambda i: f"Port {i % 60000 + 1}\n", n),
        "one long match": lambda n: fill(lambda i: f"u{i},", n, before="Match User ", after="\nPermitRootLogin yes\n"),
        "subsystems": lambda n: fill(lambda i: f"Subsystem s{i} /bin/s\n", n),
    },
    ("dockerfile", "Dockerfile"): {
        "runs": lambda n: fill("RUN a\n", n, before="FROM a\n"),
        "stages": lambda n: fill(lambda i: f"FROM a AS s{i}\nUSER u\n", n),
        "stages upon stages": lambda n: fill(lambda i: f"FROM s{i} AS s{i + 1}\n", n, before="FROM a AS s0\n"),
        "copies from stages": lambda n: fill(lambda i: f"FROM a AS s{i}\nCOPY --from=s{i - 1} a b\n", n, before="FROM a AS s-1\n"),
        "arguments": lambda n: fill(lambda i: f"ARG a{i}=${{a{i - 1}}}${{a{i - 1}}}\n", n, before="FROM a\n"),
        "environment": lambda n: fill(lambda i: f"ENV a{i}=${{a{i - 1}}}\n", n, before="FROM a\n"),
        "environment, doubled": lambda n: fill(lambda i: f"ENV a=${{a}}${{a}}\n", n, before="FROM a\nENV a=xy\n"),
        "environment, longer each time": lambda n: fill("ENV PATH=$PATH:/opt\n", n, before="FROM a\nENV PATH=/bin\n"),
        "one line continued": lambda n: fill("a \\\n", n, before="FROM a\nRUN "),
        "heredocs": lambda n: fill("RUN <<E\na\nE\n", n, before="FROM a\n"),
        "labels": lambda n: fill(lambda i: f"LABEL l{i}=a\n", n, before="FROM a\n"),
        "work folders": lambda n: fill("WORKDIR a\n", n, before="FROM a\n"),
    },
    ("compose", "docker-compose.yml"): {
        "services": lambda n: fill(lambda i: f"  s{i}:\n    image: a\n    ports: ['80:80']\n", n, before="services:\n"),
        "services upon services": lambda n: fill(lambda i: f"  s{i}:\n    extends: s{i - 1}\n", n, before="services:\n  s-1:\n    image: a\n"),
        "services of one": lambda n: fill(lambda i: f"  s{i}:\n    extends: b\n", n, before="services:\n  b:\n    image: a\n"),
        "services of a large one": lambda n: fill(lambda i: f"      A{i}: x\n", n // 2, before="services:\n  b:\n    image: a\n    environment:\n") + fill(lambda i: f"  s{i}:\n    extends: b\n", n // 2),
        "services in a common network": lambda n: fill(lambda i: f"  s{i}:\n    image: a\n    networks: [n]\n    depends_on: [s{i + 1}]\n", n, before="services:\n", after="networks:\n  n: {}\n"),
        "volumes": lambda n: fill(lambda i: f"      - v{i}:/a{i}\n", n, before="services:\n  a:\n    image: a\n    volumes:\n"),
        "secrets": lambda n: fill(lambda i: f"  s{i}:\n    image: a\n    secrets: [x{i}]\n", n // 2, before="services:\n") + fill(lambda i: f"  x{i}:\n    file: a\n", n // 2, before="secrets:\n"),
    },
    ("kubernetes", "k8s.yaml"): {
        "pods": lambda n: fill(lambda i: f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{i}\nspec:\n  containers:\n  - name: c\n    image: a\n---\n", n),
        "pods of one name": lambda n: fill("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    image: a\n---\n", n),
        "containers of one pod": lambda n: fill(lambda i: f"  - name: c{i}\n    image: a\n", n, before="apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n"),
        "pods and policies": lambda n: fill(lambda i: f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p{i}\n  labels: {{app: a{i}}}\nspec:\n  containers:\n  - name: c\n    image: a\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: n{i}\nspec:\n  podSelector:\n    matchLabels: {{app: a{i}}}\n---\n", n),
        "roles and bindings": lambda n: fill(lambda i: f"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: r{i}\nrules: []\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata:\n  name: b{i}\nroleRef:\n  name: r{i}\n  kind: Role\n---\n", n),
        "secrets": lambda n: fill(lambda i: f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: s{i}\ndata:\n  a: eA==\n---\n", n),
        "a list": lambda n: fill(lambda i: f"- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: p{i}\n  spec:\n    containers:\n    - name: c\n      image: a\n", n, before="apiVersion: v1\nkind: List\nitems:\n"),
        "namespaces": lambda n: fill(lambda i: f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n{i}\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: n{i}\nspec:\n  containers:\n  - name: c\n    image: a\n---\n", n),
    },
}
for (group, path), makers in BLOCKS.items():
    for name, make in makers.items():
        shape(group, name, path)(make)


def template(n, each, *makers, parameters=None):
    """A CloudFormation template: for each number one resource of each maker."""
    resources = {}
    for i in range(count(n, each)):
        for make in makers:
            name, kind, properties = make(i)
            resources[name] = {"Type": kind, "Properties": properties}
    out = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}
    if parameters:
        out["Parameters"] = parameters
    return json.dumps(out).encode()


def bucket(i):
    return f"B{i}", "AWS::S3::Bucket", {"BucketName": f"cards-{i}"}


CLOUD = {
    "buckets": lambda n: template(n, 85, bucket),
    "buckets and policies": lambda n: template(n, 260, bucket, lambda i: (f"P{i}", "AWS::S3::BucketPolicy", {"Bucket": {"Ref": f"B{i}"}, "PolicyDocument": {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*"}]}})),
    "policies of one bucket": lambda n: template(n, 180, lambda i: (f"P{i}", "AWS::S3::BucketPolicy", {"Bucket": {"Ref": "B0"}, "PolicyDocument": {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*"}]}}), lambda _: bucket(0)),
    "statements of one policy": lambda n: template(1, 1, bucket, lambda i: ("P", "AWS::S3::BucketPolicy", {"Bucket": {"Ref": "B0"}, "PolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": f"s3:Get{k}"} for k in range(count(n, 60))]}})),
    "keys and volumes": lambda n: template(n, 200, lambda i: (f"K{i}", "AWS::KMS::Key", {"EnableKeyRotation": True}), lambda i: (f"V{i}", "AWS::EC2::Volume", {"Encrypted": True, "KmsKeyId": {"Ref": f"K{i}"}})),
    "groups and rules": lambda n: template(n, 270, lambda i: (f"G{i}", "AWS::EC2::SecurityGroup", {"GroupDescription": "a"}), lambda i: (f"R{i}", "AWS::EC2::SecurityGroupIngress", {"GroupId": {"Ref": f"G{i}"}, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"})),
    "rules of one group": lambda n: template(1, 1, lambda i: ("G", "AWS::EC2::SecurityGroup", {"GroupDescription": "a", "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": k % 60000, "ToPort": k % 60000, "CidrIp": "0.0.0.0/0"} for k in range(count(n, 85))]})),
    "rules of one group, apart": lambda n: template(n, 200, lambda i: ("G0", "AWS::EC2::SecurityGroup", {"GroupDescription": "a"}), lambda i: (f"R{i}", "AWS::EC2::SecurityGroupIngress", {"GroupId": {"Ref": "G0"}, "IpProtocol": "tcp", "FromPort": i % 60000, "ToPort": i % 60000, "CidrIp": "0.0.0.0/0"})),
    "instances and groups": lambda n: template(n, 230, lambda i: (f"G{i}", "AWS::EC2::SecurityGroup", {"GroupDescription": "a"}), lambda i: (f"I{i}", "AWS::EC2::Instance", {"SecurityGroupIds": [{"Ref": f"G{i}"}], "MetadataOptions": {"HttpTokens": "required"}})),
    "parameters and buckets": lambda n: template(n // 2, 110, lambda i: (f"B{i}", "AWS::S3::Bucket", {"BucketName": {"Ref": f"P{i}"}}), parameters={f"P{i}": {"Type": "String", "Default": f"cards-{i}"} for i in range(count(n // 2, 60))}),
    "values of a parameter": lambda n: template(1, 1, lambda i: ("B0", "AWS::S3::Bucket", {"BucketName": {"Ref": "P"}}), parameters={"P": {"Type": "String", "AllowedValues": [f"cards-{k}" for k in range(count(n, 14))]}}),
    "joins within joins": lambda n: ('{"Resources":{"B":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":' + '{"Fn::Join":["",[' * 60 + '"a"' + "]]}" * 60 + "}}," + ",".join(f'"B{i}":{{"Type":"AWS::S3::Bucket","Properties":{{"BucketName":{{"Fn::Sub":"${{B}}-{i}"}}}}}}' for i in range(count(n, 80))) + "}}").encode(),
    "tables and trails": lambda n: template(n, 200, lambda i: (f"T{i}", "AWS::DynamoDB::Table", {"TableName": f"t{i}", "SSESpecification": {"SSEEnabled": True}}), lambda i: (f"C{i}", "AWS::CloudTrail::Trail", {"IsLogging": True, "S3BucketName": {"Ref": f"B{i}"}}), bucket),
}
for name, make in CLOUD.items():
    shape("cloudformation", name, "stack.template.json")(make)


def plan(n, each, *makers):
    resources = [make(i) for i in range(count(n, each)) for make in makers]
    return json.dumps({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"resources": [
        {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "values": values} for kind, name, values in resources]}}}).encode()


shape("terraform", "buckets", "plan.json")(lambda n: plan(n, 140, lambda i: ("aws_s3_bucket", f"b{i}", {"bucket": f"cards-{i}"})))
shape("terraform", "buckets and blocks", "plan.json")(lambda n: plan(n, 340, lambda i: ("aws_s3_bucket", f"b{i}", {"bucket": f"cards-{i}"}), lambda i: ("aws_s3_bucket_public_access_block", f"b{i}", {"bucket": f"cards-{i}", "block_public_acls": True})))
shape("terraform", "blocks of one bucket", "plan.json")(lambda n: plan(n, 190, lambda i: ("aws_s3_bucket_public_access_block", f"b{i}", {"bucket": "cards", "block_public_acls": True})))
shape("terraform", "modules within modules", "plan.json")(lambda n: ('{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":' + '{"child_modules":[' * count(n, 21) + "{}" + "]}" * count(n, 21) + "}}").encode())
shape("terraform", "modules", "plan.json")(lambda n: json.dumps({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {"child_modules": [
    {"address": f"module.m{i}", "resources": [{"address": f"module.m{i}.aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b", "values": {"bucket": f"b{i}"}}]} for i in range(count(n, 200))]}}}).encode())

RESULTS = {
    "sarif": ("scan.sarif", lambda n: json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a", "rules": [{"id": f"R{i}"} for i in range(count(n, 250))]}}, "results": [
        {"ruleId": f"R{i}", "level": "error", "message": {"text": "a"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": f"a{i}.txt"}}}]} for i in range(count(n, 250))]}]}).encode()),
    "sarif, one rule": ("scan.sarif", lambda n: json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a"}}, "results": [{"ruleId": "R", "level": "error", "message": {"text": "a"}} for i in range(count(n, 70))]}]}).encode()),
    "sarif, many runs": ("scan.sarif", lambda n: json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": f"a{i}"}}, "results": [{"ruleId": "R", "level": "error", "message": {"text": "a"}}]} for i in range(count(n, 130))]}).encode()),
    "junit": ("junit.xml", lambda n: fill(lambda i: f'<testcase name="t{i}" classname="c{i}"><failure message="a"/></testcase>\n', n, before='<?xml version="1.0"?>\n<testsuites><testsuite name="s" tests="1">', after="</testsuite></testsuites>")),
    "junit, many suites": ("junit.xml", lambda n: fill(lambda i: f'<testsuite name="s{i}" tests="1"><testcase name="t"/></testsuite>\n', n, before='<?xml version="1.0"?>\n<testsuites>', after="</testsuites>")),
    "ocsf": ("ocsf.json", lambda n: json.dumps([{"class_uid": 2003, "metadata": {"product": {"name": "Prowler"}, "version": "1.4.0", "event_code": f"c{i}"}, "status_code": "FAIL", "finding_info": {"uid": f"f{i}", "title": "a"}, "resources": [{"uid": f"r{i}"}]} for i in range(count(n, 220))]).encode()),
    "trivy": ("trivy.json", lambda n: json.dumps({"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": f"t{i}", "Vulnerabilities": [{"VulnerabilityID": f"CVE-2026-{i}", "Severity": "HIGH", "PkgName": "p"}]} for i in range(count(n, 130))]}).encode()),
}
for name, (path, make) in RESULTS.items():
    shape("results", name, path)(make)
