#!/usr/bin/env python3
"""terraform.py [COUNT] [SEED]: what `provost settings` says of resources in Terraform's own plans and states, beside what was written and what was made.

COUNT resources (a bucket with the resources beside it is one) are written as HCL: with variables, locals, count, for_each, modules in modules.
`terraform plan` with the real AWS provider, `terraform show -json` of the plan: compared with what was written. A third of them go on:
`terraform apply` against a local AWS (moto), `terraform show -json` of the state and the state's own file: compared with what that AWS
answers to boto3.

Needs terraform, `moto[server]` and `boto3` in the Python that runs it, and the AWS provider: PROVIDERS names a folder that has it
(`registry.terraform.io/hashicorp/aws/...`), else terraform looks where it is told to.
"""
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common import options, program, provost, report

try:
    import boto3
    from moto.rds.models import DBInstance
    from moto.server import ThreadedMotoServer
except ImportError:
    sys.exit("moto[server] and boto3 are not installed: nothing to compare with")

# moto gives every database the same identifier, and the provider asks by it
FIRST = DBInstance.__init__


def own_identifier(self, *arguments, **named):
    FIRST(self, *arguments, **named)
    self.dbi_resource_id = f"db-{uuid.uuid4().hex.upper()}"


DBInstance.__init__ = own_identifier
# a plan of more than 1 MiB is not kept
EACH = 180
REGION = "eu-west-2"
BLOCK = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]


class Root:
    """One folder of configuration: its text, its variables, and what has to come of it."""

    def __init__(self, rng, endpoint, number):
        self.rng, self.number = rng, number
        # it takes long, and most of it is waiting
        self.applied = number % 3 == 1
        self.text, self.variables, self.locals, self.modules = [], [], [], {}
        self.want, self.made = {}, 0
        services = "\n".join(f'    {name} = "{endpoint}"' for name in ["s3", "ec2", "rds", "kms", "dynamodb", "efs", "sns", "cloudtrail", "sts", "iam"])
        self.head = f"""terraform {{
  required_providers {{
    aws = {{ source = "hashicorp/aws" }}
  }}
}}
provider "aws" {{
  region = "{REGION}"
  access_key = "x"
  secret_key = "x"
  skip_credentials_validation = true
  skip_requesting_account_id = true
  skip_metadata_api_check = true
  skip_region_validation = true
  s3_use_path_style = true
  endpoints {{
{services}
  }}
}}
"""

    def label(self):
        self.made += 1
        return f"r{self.number}_{self.made}"

    def say(self, value):
        """An expression for a value: a literal, a variable, a local, something to work out."""
        rng = self.rng
        literal = json.dumps(value)
        style = rng.random()
        if style < 0.4:
            return literal
        name = f"v{len(self.variables) + len(self.locals)}"
        if style < 0.55:
            kind = "bool" if isinstance(value, bool) else "number" if isinstance(value, int) else "string" if isinstance(value, str) else "any"
            self.variables.append(f'variable "{name}" {{\n  type = {kind}\n  default = {literal}\n}}')
            return f"var.{name}"
        if style < 0.7:
            self.locals.append(f"  {name} = {literal}")
            return f"local.{name}"
        if isinstance(value, bool):
            return rng.choice([f'"{literal}"', f"!{json.dumps(not value)}", f"(1 == {1 if value else 2})", f"alltrue([true, {literal}])"])
        if isinstance(value, int):
            return rng.choice([f'"{value}"', f"({value - 1} + 1)", f'tonumber("{value}")', f"max(0, {value})"])
        if isinstance(value, str):
            return rng.choice([f"true ? {literal} : \"other\"", f'format("%s", {literal})', f'join("", [{literal}])', f'[{literal}, "other"][0]'])
        return literal


def maybe(rng, value, share=0.6):
    return value if rng.random() < share else None


def settings(rng, name):
    """What a bucket is to have: parts that are None are not written."""
    out = {"block": maybe(rng, {key: rng.random() < 0.7 for key in BLOCK if rng.random() < 0.9}), "sse": maybe(rng, rng.choice(["AES256", "aws:kms"])),
           "versioning": maybe(rng, rng.choice(["Enabled", "Suspended"])), "logging": maybe(rng, f"logs-{rng.randint(1, 9)}-cards", 0.3),
           "lifecycle": maybe(rng, [(rng.choice(["Enabled", "Enabled", "Disabled"]), rng.choice([1, 7, 30, 400]), rng.choice([None, 3, 90])) for _ in range(rng.choice([1, 1, 2]))], 0.5),
           "policy": maybe(rng, rng.choice(["open", "tls", "both", "account"]), 0.5)}
    return out


def wanted(given, name):
    """What is in force in a bucket that was given these parts; a part that was not given says nothing."""
    want = {}
    if given["block"] is not None:
        want.update({f"public_access_block.{key}": {str(given["block"].get(key, False)).lower()} for key in BLOCK})
    if given["sse"]:
        want["encryption"] = {given["sse"]}
    if given["versioning"]:
        want["versioning"] = {given["versioning"]}
    if given["logging"]:
        want["logging"] = {given["logging"]}
    if given["lifecycle"]:
        days = {str(days) for status, days, _ in given["lifecycle"] if status == "Enabled"}
        later = {str(late) for status, _, late in given["lifecycle"] if status == "Enabled" and late}
        want["expiration_days"], want["noncurrent_days"] = days or {"never"}, later or {"never"}
    if given["policy"]:
        want["policy_public"] = {"yes" if given["policy"] in ("open", "both") else "no"}
        want["policy_denies_plain_http"] = {"yes" if given["policy"] in ("tls", "both") else "no"}
    return want


def statements(kind, name):
    out = []
    if kind in ("open", "both"):
        out.append({"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"})
    if kind in ("tls", "both"):
        out.append({"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
    if kind == "account":
        out.append({"Sid": "Own", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"})
    return out


def parts(root, label, given, name, bucket, meta="", say=None):
    """The resources beside a bucket. `bucket` is the expression that names it, `meta` what each of them repeats (count, for_each)."""
    rng, say = root.rng, say or root.say
    out = []

    def part(kind, body):
        out.append(f'resource "aws_s3_bucket_{kind}" "{label}" {{\n{meta}  bucket = {bucket}\n{body}}}')

    if given["block"] is not None:
        part("public_access_block", "".join(f"  {key} = {say(value)}\n" for key, value in given["block"].items()))
    if given["sse"]:
        part("server_side_encryption_configuration", f"  rule {{\n    apply_server_side_encryption_by_default {{\n      sse_algorithm = {say(given['sse'])}\n    }}\n  }}\n")
    if given["versioning"]:
        part("versioning", f"  versioning_configuration {{\n    status = {say(given['versioning'])}\n  }}\n")
    if given["logging"]:
        part("logging", f"  target_bucket = {say(given['logging'])}\n  target_prefix = \"log/\"\n")
    if given["lifecycle"]:
        rules = ""
        for index, (status, days, late) in enumerate(given["lifecycle"]):
            rules += f"  rule {{\n    id = \"end{index}\"\n    status = {say(status)}\n    filter {{}}\n    expiration {{\n      days = {say(days)}\n    }}\n"
            if late:
                rules += f"    noncurrent_version_expiration {{\n      noncurrent_days = {say(late)}\n    }}\n"
            rules += "  }\n"
        part("lifecycle_configuration", rules)
    if given["policy"]:
        whole = {"Version": "2012-10-17", "Statement": statements(given["policy"], name)}
        if rng.random() < 0.4 and not meta:
            data = f'data "aws_iam_policy_document" "{label}" {{\n'
            for statement in whole["Statement"]:
                whom = '"*"' if statement["Principal"] == "*" else json.dumps(statement["Principal"]["AWS"])
                several = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
                data += f'  statement {{\n    effect = "{statement["Effect"]}"\n    actions = ["{statement["Action"]}"]\n    resources = {json.dumps(several)}\n'
                data += f'    principals {{\n      type = "{"*" if whom == chr(34) + "*" + chr(34) else "AWS"}"\n      identifiers = [{whom}]\n    }}\n'
                if "Condition" in statement:
                    data += '    condition {\n      test = "Bool"\n      variable = "aws:SecureTransport"\n      values = ["false"]\n    }\n'
                data += "  }\n"
            out.append(data + "}")
            part("policy", f"  policy = data.aws_iam_policy_document.{label}.json\n")
        else:
            part("policy", f"  policy = jsonencode({json.dumps(whole)})\n")
    return out


def bucket_plain(root):
    label, rng = root.label(), root.rng
    name = f"store-{root.number}-{root.made}-cards"
    given = settings(rng, name)
    refer = rng.choice([f"aws_s3_bucket.{label}.id", f"aws_s3_bucket.{label}.bucket", json.dumps(name)])
    whole = f'  depends_on = [aws_s3_bucket.{label}]\n' if refer.startswith('"') else ""
    root.text.append(f'resource "aws_s3_bucket" "{label}" {{\n  bucket = {root.say(name)}\n}}')
    root.text += parts(root, label, given, name, refer, whole)
    root.want["aws_s3_bucket", f"aws_s3_bucket.{label}"] = (name, wanted(given, name))


def bucket_count(root):
    label, rng = root.label(), root.rng
    count = rng.randint(1, 3)
    stem = f"store-{root.number}-{root.made}-"
    given = settings(rng, stem)
    given["policy"] = None
    states = [rng.choice(["Enabled", "Suspended"]) for _ in range(count)]
    root.text.append(f'resource "aws_s3_bucket" "{label}" {{\n  count = {root.say(count)}\n  bucket = "{stem}${{count.index}}"\n}}')
    meta = f"  count = {rng.choice([str(count), f'length(aws_s3_bucket.{label})'])}\n"
    refer = rng.choice([f"aws_s3_bucket.{label}[count.index].id", f"aws_s3_bucket.{label}.*.id[count.index]", f"element(aws_s3_bucket.{label}[*].bucket, count.index)"])
    before = given["versioning"]
    given["versioning"] = "Enabled" if before else None
    made = parts(root, label, given, stem, refer, meta)
    if before:
        made = [text.replace(next(line for line in text.splitlines() if "status =" in line), f"    status = {json.dumps(states)}[count.index]") if '"aws_s3_bucket_versioning"' in text else text for text in made]
    root.text += made
    for index in range(count):
        given["versioning"] = states[index] if before else None
        root.want["aws_s3_bucket", f"aws_s3_bucket.{label}[{index}]"] = (f"{stem}{index}", wanted(given, stem))


def bucket_each(root):
    label, rng = root.label(), root.rng
    keys = rng.sample(["cards", "proofs", "press-1", "old.stock", "Q"], rng.randint(1, 3))
    stem = f"store-{root.number}-{root.made}-"
    rows = {key: {"name": f"{stem}{index}", "acls": rng.random() < 0.5, "status": rng.choice(["Enabled", "Suspended"]), "sse": rng.choice(["AES256", "aws:kms"])} for index, key in enumerate(keys)}
    root.locals.append(f"  {label} = {json.dumps(rows)}")
    root.text.append(f'resource "aws_s3_bucket" "{label}" {{\n  for_each = local.{label}\n  bucket = each.value.name\n}}')
    given = {"block": maybe(rng, {"block_public_acls": True}), "sse": maybe(rng, "AES256"), "versioning": maybe(rng, "Enabled"), "logging": None, "lifecycle": None, "policy": None}
    chain = rng.random() < 0.3
    meta = f"  for_each = {f'aws_s3_bucket.{label}' if chain else f'local.{label}'}\n"
    refer = "each.value.id" if chain else f"aws_s3_bucket.{label}[each.key].id"
    row = f"local.{label}[each.key]" if chain else "each.value"
    said = {True: f"{row}.acls", "AES256": f"{row}.sse", "Enabled": f"{row}.status"}
    root.text += parts(root, label, given, stem, refer, meta, said.get)
    for key, values in rows.items():
        own = {**given, "block": {"block_public_acls": values["acls"]} if given["block"] else None, "sse": values["sse"] if given["sse"] else None,
               "versioning": values["status"] if given["versioning"] else None}
        root.want["aws_s3_bucket", f'aws_s3_bucket.{label}["{key}"]'] = (values["name"], wanted(own, stem))


STORE = """variable "name" { type = string }
variable "acls" {
  type = bool
  default = true
}
variable "status" {
  type = string
  default = null
}
variable "sse" {
  type = string
  default = "AES256"
}
resource "aws_s3_bucket" "this" {
  bucket = var.name
}
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id
  block_public_acls = var.acls
  block_public_policy = true
}
resource "aws_s3_bucket_versioning" "this" {
  count = var.status == null ? 0 : 1
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = var.status
  }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.bucket
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = var.sse
    }
  }
}
"""
GUARD = """variable "bucket" { type = string }
variable "status" { type = string }
resource "aws_s3_bucket_versioning" "guard" {
  bucket = var.bucket
  versioning_configuration {
    status = var.status
  }
}
resource "aws_s3_bucket_public_access_block" "guard" {
  bucket = var.bucket
  block_public_acls = true
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}
"""
OUTER = """variable "name" { type = string }
variable "status" { type = string }
module "inner" {
  source = "../store"
  name = var.name
  status = var.status
}
output "id" { value = module.inner.id }
"""


def bucket_module(root):
    label, rng = root.label(), root.rng
    root.modules["store"] = STORE + 'output "id" { value = aws_s3_bucket.this.id }\n'
    stem = f"store-{root.number}-{root.made}-"

    def want(values):
        return wanted({"block": {"block_public_acls": values["acls"], "block_public_policy": True}, "sse": values["sse"], "versioning": values["status"], "logging": None,
                       "lifecycle": None, "policy": None}, stem)

    values = {"acls": rng.random() < 0.5, "status": rng.choice(["Enabled", "Suspended", None]), "sse": rng.choice(["AES256", "aws:kms"])}
    style = rng.choice(["one", "each", "count", "deep"])
    if style == "one":
        root.text.append(f'module "{label}" {{\n  source = "./store"\n  name = {root.say(stem + "0")}\n  acls = {root.say(values["acls"])}\n  status = {json.dumps(values["status"])}\n  sse = {root.say(values["sse"])}\n}}')
        root.want["aws_s3_bucket", f"module.{label}.aws_s3_bucket.this"] = (stem + "0", want(values))
    elif style == "each":
        rows = {key: {**values, "acls": rng.random() < 0.5, "status": rng.choice(["Enabled", "Suspended", None]), "name": f"{stem}{index}"} for index, key in enumerate(rng.sample(["a", "b", "c.d", "e f"], rng.randint(1, 3)))}
        root.locals.append(f"  {label} = {json.dumps(rows)}")
        root.text.append(f'module "{label}" {{\n  source = "./store"\n  for_each = local.{label}\n  name = each.value.name\n  acls = each.value.acls\n  status = each.value.status\n  sse = each.value.sse\n}}')
        for key, row in rows.items():
            root.want["aws_s3_bucket", f'module.{label}["{key}"].aws_s3_bucket.this'] = (row["name"], want(row))
    elif style == "count":
        states = [rng.choice(["Enabled", "Suspended"]) for _ in range(rng.randint(1, 3))]
        root.text.append(f'module "{label}" {{\n  source = "./store"\n  count = {len(states)}\n  name = "{stem}${{count.index}}"\n  status = {json.dumps(states)}[count.index]\n}}')
        for index, state in enumerate(states):
            root.want["aws_s3_bucket", f"module.{label}[{index}].aws_s3_bucket.this"] = (f"{stem}{index}", want({"acls": True, "status": state, "sse": "AES256"}))
    else:
        root.modules["outer"] = OUTER
        state = rng.choice(["Enabled", "Suspended"])
        root.text.append(f'module "{label}" {{\n  source = "./outer"\n  name = "{stem}0"\n  status = "{state}"\n}}')
        root.want["aws_s3_bucket", f"module.{label}.module.inner.aws_s3_bucket.this"] = (stem + "0", want({"acls": True, "status": state, "sse": "AES256"}))


def bucket_guard(root):
    """The bucket stands here, what guards it in a module that is told of it."""
    label, rng = root.label(), root.rng
    root.modules["guard"] = GUARD
    name, state = f"store-{root.number}-{root.made}-cards", rng.choice(["Enabled", "Suspended"])
    given = {"block": dict.fromkeys(BLOCK, True), "sse": None, "versioning": state, "logging": None, "lifecycle": None, "policy": None}
    if rng.random() < 0.5:
        root.text.append(f'resource "aws_s3_bucket" "{label}" {{\n  bucket = "{name}"\n}}')
        address, refer = f"aws_s3_bucket.{label}", f"aws_s3_bucket.{label}.id"
    else:
        root.modules["bare"] = 'variable "name" { type = string }\nresource "aws_s3_bucket" "that" {\n  bucket = var.name\n}\noutput "id" { value = aws_s3_bucket.that.id }\n'
        root.text.append(f'module "{label}_bare" {{\n  source = "./bare"\n  name = "{name}"\n}}')
        address, refer = f"module.{label}_bare.aws_s3_bucket.that", f"module.{label}_bare.id"
    root.text.append(f'module "{label}" {{\n  source = "./guard"\n  bucket = {refer}\n  status = {root.say(state)}\n}}')
    root.want["aws_s3_bucket", address] = (name, wanted(given, name))


def several(root, kind, body, values, alone):
    """One resource, or some by count or for_each: body gives its arguments from expressions, values a row of what they are to be."""
    label, rng = root.label(), root.rng
    style = rng.choice(["one", "one", "count", "each"])
    if style == "one":
        row = values()
        root.text.append(f'resource "{kind}" "{label}" {{\n{body({key: root.say(value) for key, value in row.items()}, json.dumps(f"{label}-x".replace("_", "-")))}}}')
        root.want[kind, f"{kind}.{label}"] = (f"{label}-x".replace("_", "-"), alone(row))
        return
    first = values()
    rows = [first]
    for _ in range(rng.randint(0, 2)):
        other = values()
        # every row has the same arguments
        rows.append({key: other.get(key, first[key]) for key in first})
    stem = label.replace("_", "-")
    if style == "count":
        root.locals.append(f"  {label} = {json.dumps(rows)}")
        text = body({key: f"local.{label}[count.index].{key}" for key in first}, f'"{stem}-${{count.index}}"')
        root.text.append(f'resource "{kind}" "{label}" {{\n  count = {len(rows)}\n{text}}}')
        for index, row in enumerate(rows):
            root.want[kind, f"{kind}.{label}[{index}]"] = (f"{stem}-{index}", alone(row))
    else:
        named = {f"k{index}": row for index, row in enumerate(rows)}
        root.locals.append(f"  {label} = {json.dumps(named)}")
        text = body({key: f"each.value.{key}" for key in first}, f'"{stem}-${{each.key}}"')
        root.text.append(f'resource "{kind}" "{label}" {{\n  for_each = local.{label}\n{text}}}')
        for key, row in named.items():
            root.want[kind, f'{kind}.{label}["{key}"]'] = (f"{stem}-{key}", alone(row))


def low(row, names):
    """The rows that say something, as settings."""
    return {ours: {str(row[theirs]).lower() if isinstance(row[theirs], (bool, int)) else row[theirs]} for theirs, ours in names.items() if theirs in row}


def some(rng, table, share=0.75):
    return {key: rng.choice(values) for key, values in table.items() if rng.random() < share}


FLAG = [True, False]


def database(root):
    names = {"storage_encrypted": "storage_encrypted", "publicly_accessible": "publicly_accessible", "backup_retention_period": "backup_retention_days",
             "deletion_protection": "deletion_protection", "iam_database_authentication_enabled": "iam_authentication"}
    table = {"storage_encrypted": FLAG, "publicly_accessible": FLAG, "backup_retention_period": [0, 1, 7, 35], "deletion_protection": FLAG, "iam_database_authentication_enabled": FLAG}

    def body(said, name):
        return f'  identifier = {name}\n  engine = "postgres"\n  instance_class = "db.t3.micro"\n  allocated_storage = 20\n  username = "owner"\n  password = "not-a-password"\n  skip_final_snapshot = true\n' + \
            "".join(f"  {key} = {value}\n" for key, value in said.items())

    several(root, "aws_db_instance", body, lambda: some(root.rng, table), lambda row: low(row, names))


def volume(root):
    several(root, "aws_ebs_volume", lambda said, name: f'  availability_zone = "{REGION}a"\n  size = 1\n  tags = {{ Name = {name} }}\n' + "".join(f"  {key} = {value}\n" for key, value in said.items()),
            lambda: some(root.rng, {"encrypted": FLAG}, 0.9), lambda row: low(row, {"encrypted": "encrypted"}))


def key(root):
    several(root, "aws_kms_key", lambda said, name: f"  description = {name}\n" + "".join(f"  {key} = {value}\n" for key, value in said.items()),
            lambda: some(root.rng, {"enable_key_rotation": FLAG}), lambda row: {"rotation": {"false"}, **low(row, {"enable_key_rotation": "rotation"})})


def table(root):
    def body(said, name):
        out = f'  name = {name}\n  billing_mode = "PAY_PER_REQUEST"\n  hash_key = "id"\n  attribute {{\n    name = "id"\n    type = "S"\n  }}\n'
        if "own" in said:
            out += f"  server_side_encryption {{\n    enabled = {said['own']}\n  }}\n"
        if "back" in said:
            out += f"  point_in_time_recovery {{\n    enabled = {said['back']}\n  }}\n"
        return out + (f"  deletion_protection_enabled = {said['keep']}\n" if "keep" in said else "")

    several(root, "aws_dynamodb_table", body, lambda: some(root.rng, {"own": FLAG, "back": FLAG, "keep": FLAG}),
            lambda row: low(row, {"own": "own_key", "back": "point_in_time_recovery", "keep": "deletion_protection"}))


def files(root):
    several(root, "aws_efs_file_system", lambda said, name: f"  creation_token = {name}\n" + "".join(f"  {key} = {value}\n" for key, value in said.items()),
            lambda: some(root.rng, {"encrypted": FLAG}), lambda row: low(row, {"encrypted": "encrypted"}))


def topic(root):
    several(root, "aws_sns_topic", lambda said, name: f"  name = {name}\n" + "".join(f"  {key} = {value}\n" for key, value in said.items()),
            lambda: some(root.rng, {"kms_master_key_id": ["alias/cards", "alias/aws/sns"]}, 0.5), lambda row: {"key": {"none"}, **low(row, {"kms_master_key_id": "key"})})


def group(root):
    """A security group with its rules inside (dynamic or not), beside it in either kind, or none."""
    label, rng = root.label(), root.rng
    rules = []
    for _ in range(rng.randint(0, 3)):
        first = rng.choice([22, 80, 443, 3389, 5432, 6379, 8080])
        rules.append((first, first + rng.choice([0, 0, 0, 1, 3]), rng.choice(["0.0.0.0/0", "10.0.0.0/8", "::/0", "fd00::/8", "192.0.2.0/24", "0.0.0.0/1"]), rng.choice(["tcp", "tcp", "udp"])))
    rules = list({(row[0], row[2], row[3]): row for row in rules}.values())
    kinds = ["inline", "dynamic", "rule", "new", "egress"]
    style = rng.choice(kinds)
    blocks = lambda cidr: "ipv6_cidr_blocks" if ":" in cidr else "cidr_blocks"
    text = f'resource "aws_security_group" "{label}" {{\n  name = "{label}"\n  description = "x"\n'
    after = []
    if style in ("inline", "egress"):
        word = "ingress" if style == "inline" else "egress"
        for first, last, cidr, protocol in rules:
            text += f"  {word} {{\n    from_port = {root.say(first)}\n    to_port = {root.say(last)}\n    protocol = {root.say(protocol)}\n    {blocks(cidr)} = [{root.say(cidr)}]\n  }}\n"
    elif style == "dynamic":
        rows = [{"first": first, "last": last, "four": [cidr] if ":" not in cidr else [], "six": [cidr] if ":" in cidr else [], "protocol": protocol} for first, last, cidr, protocol in rules]
        root.locals.append(f"  {label} = {json.dumps(rows)}")
        text += f'  dynamic "ingress" {{\n    for_each = local.{label}\n    content {{\n      from_port = ingress.value.first\n      to_port = ingress.value.last\n      protocol = ingress.value.protocol\n' \
                "      cidr_blocks = ingress.value.four\n      ipv6_cidr_blocks = ingress.value.six\n    }\n  }\n"
    else:
        for index, (first, last, cidr, protocol) in enumerate(rules):
            if style == "rule":
                after.append(f'resource "aws_security_group_rule" "{label}_{index}" {{\n  type = "ingress"\n  security_group_id = aws_security_group.{label}.id\n  from_port = {root.say(first)}\n  to_port = {root.say(last)}\n'
                             f"  protocol = {root.say(protocol)}\n  {blocks(cidr)} = [{root.say(cidr)}]\n}}")
            else:
                word = "cidr_ipv6" if ":" in cidr else "cidr_ipv4"
                after.append(f'resource "aws_vpc_security_group_ingress_rule" "{label}_{index}" {{\n  security_group_id = aws_security_group.{label}.id\n  from_port = {root.say(first)}\n  to_port = {root.say(last)}\n'
                             f"  ip_protocol = {root.say(protocol)}\n  {word} = {root.say(cidr)}\n}}")
    root.text += [text + "}"] + after
    open_ports = set() if style == "egress" else {str(port) for first, last, cidr, _ in rules for port in range(first, last + 1) if cidr in ("0.0.0.0/0", "::/0", "0.0.0.0/1")}
    # with no rule inside, what is inside is known only later, and the rules beside it are what there is
    root.want["aws_security_group", f"aws_security_group.{label}"] = (label, {"world_port": open_ports or ({"none"} if style == "inline" and rules or style == "dynamic" and rules else set())})


MAKERS = [bucket_plain, bucket_plain, bucket_count, bucket_each, bucket_module, bucket_module, bucket_guard, database, volume, key, table, files, topic, group, group]


def answers(endpoint, roots):
    """What the local AWS says of everything that was made: {(kind, name): {key: values}}."""
    client = lambda name: boto3.client(name, endpoint_url=endpoint, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    out = {}
    flag = lambda value: {str(bool(value)).lower()}
    s3 = client("s3")

    def asked(call, absent, **arguments):
        try:
            return getattr(s3, call)(**arguments)
        except s3.exceptions.ClientError:
            return absent

    for name in sorted({name for root in roots for (kind, _), (name, _) in root.want.items() if kind == "aws_s3_bucket"}):
        block = asked("get_public_access_block", {}, Bucket=name).get("PublicAccessBlockConfiguration")
        camel = lambda word: "".join(part.capitalize() for part in word.split("_"))
        want = {f"public_access_block.{key}": flag(block.get(camel(key), False)) for key in BLOCK} if block else {}
        rules = asked("get_bucket_encryption", {}, Bucket=name).get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
        if rules:
            want["encryption"] = {rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]}
        want["versioning"] = {asked("get_bucket_versioning", {}, Bucket=name).get("Status", "Disabled")}
        log = asked("get_bucket_logging", {}, Bucket=name).get("LoggingEnabled")
        want["logging"] = {log["TargetBucket"]} if log else {"none"}
        rules = [rule for rule in asked("get_bucket_lifecycle_configuration", {}, Bucket=name).get("Rules", []) if rule["Status"] == "Enabled"]
        want["expiration_days"] = {str(rule["Expiration"]["Days"]) for rule in rules if "Days" in rule.get("Expiration", {})} or {"never"}
        want["noncurrent_days"] = {str(rule["NoncurrentVersionExpiration"]["NoncurrentDays"]) for rule in rules if "NoncurrentVersionExpiration" in rule} or {"never"}
        policy = json.loads(asked("get_bucket_policy", {"Policy": "{}"}, Bucket=name)["Policy"]).get("Statement", [])
        want["policy_public"] = {"yes" if any(row["Effect"] == "Allow" and row["Principal"] in ("*", {"AWS": "*"}) for row in policy) else "no"}
        want["policy_denies_plain_http"] = {"yes" if any(row["Effect"] == "Deny" for row in policy) else "no"}
        out["aws_s3_bucket", name] = want
    pages = lambda name, call, key: [row for page in client(name).get_paginator(call).paginate() for row in page[key]]
    for row in pages("rds", "describe_db_instances", "DBInstances"):
        out["aws_db_instance", row["DBInstanceIdentifier"]] = {
            "storage_encrypted": flag(row.get("StorageEncrypted")), "publicly_accessible": flag(row.get("PubliclyAccessible")), "deletion_protection": flag(row.get("DeletionProtection")),
            "backup_retention_days": {str(row["BackupRetentionPeriod"])}, "iam_authentication": flag(row.get("IAMDatabaseAuthenticationEnabled"))}
    for row in pages("ec2", "describe_volumes", "Volumes"):
        name = next((tag["Value"] for tag in row.get("Tags", []) if tag["Key"] == "Name"), row["VolumeId"])
        out["aws_ebs_volume", name] = {"encrypted": flag(row["Encrypted"])}
    for row in pages("kms", "list_keys", "Keys"):
        about = client("kms").describe_key(KeyId=row["KeyId"])["KeyMetadata"]
        out["aws_kms_key", about["Description"]] = {"rotation": flag(client("kms").get_key_rotation_status(KeyId=row["KeyId"])["KeyRotationEnabled"])}
    dynamo = client("dynamodb")
    for name in pages("dynamodb", "list_tables", "TableNames"):
        about = dynamo.describe_table(TableName=name)["Table"]
        back = dynamo.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        out["aws_dynamodb_table", name] = {"own_key": flag(about.get("SSEDescription", {}).get("Status") == "ENABLED"), "point_in_time_recovery": flag(back == "ENABLED"),
                                           "deletion_protection": flag(about.get("DeletionProtectionEnabled"))}
    for row in pages("efs", "describe_file_systems", "FileSystems"):
        out["aws_efs_file_system", row["CreationToken"]] = {"encrypted": flag(row.get("Encrypted"))}
    sns = client("sns")
    for row in pages("sns", "list_topics", "Topics"):
        about = sns.get_topic_attributes(TopicArn=row["TopicArn"])["Attributes"]
        out["aws_sns_topic", row["TopicArn"].rsplit(":", 1)[1]] = {"key": {about.get("KmsMasterKeyId") or "none"}}
    for row in pages("ec2", "describe_security_groups", "SecurityGroups"):
        ports = set()
        for rule in row["IpPermissions"]:
            ranges = [part["CidrIp"] for part in rule["IpRanges"]] + [part["CidrIpv6"] for part in rule.get("Ipv6Ranges", [])]
            if {"0.0.0.0/0", "::/0", "0.0.0.0/1"} & set(ranges):
                ports |= {str(port) for port in range(rule["FromPort"], rule["ToPort"] + 1)}
        out["aws_security_group", row["GroupName"]] = {"world_port": ports or {"none"}}
    return out


def found(folder):
    """{document: {(kind, address): {key: values}}} as Provost has them."""
    run = subprocess.run([provost(), "settings", str(folder), "--json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"provost settings: {run.stderr}")
    out = {}
    for group_ in json.loads(run.stdout):
        if group_["name"] is None:
            continue
        values = out.setdefault(group_["path"], {}).setdefault((group_["product"], group_["name"]), {})
        for setting in group_["settings"]:
            values.setdefault(setting["key"], set()).add(UNKNOWN if setting["unknown"] else setting["value"])
    return out


UNKNOWN = "?"


def main():
    terraform = program("terraform")
    count, rng = options()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("moto").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://127.0.0.1:%d" % server.get_host_and_port()[1]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TF_"))} | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
    equal = total = unknown = things = 0
    wrong, missing = [], 0
    with tempfile.TemporaryDirectory() as work:
        if os.environ.get("PROVIDERS"):
            (Path(work) / "rc").write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{os.environ["PROVIDERS"]}"\n  }}\n}}\n')
            environment["TF_CLI_CONFIG_FILE"] = f"{work}/rc"
        elif os.environ.get("TF_CLI_CONFIG_FILE") and Path(os.environ["TF_CLI_CONFIG_FILE"]).exists():
            environment["TF_CLI_CONFIG_FILE"] = os.environ["TF_CLI_CONFIG_FILE"]

        def run(folder, *arguments):
            done = subprocess.run([terraform, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"terraform {arguments[0]}: {(done.stderr or done.stdout)[-1500:]}")
            return done.stdout

        s3 = boto3.client("s3", endpoint_url=endpoint, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
        for number in range(1, 10):
            s3.create_bucket(Bucket=f"logs-{number}-cards", CreateBucketConfiguration={"LocationConstraint": REGION}, ObjectOwnership="ObjectWriter")
            s3.put_bucket_acl(Bucket=f"logs-{number}-cards", ACL="log-delivery-write")
        out, roots = Path(work) / "out", []
        while things < count:
            root = Root(rng, endpoint, len(roots) + 1)
            while len(root.want) < min(EACH, count - things):
                rng.choice(MAKERS)(root)
            things += len(root.want)
            roots.append(root)
        first = Path(work) / "first"
        first.mkdir()
        (first / "main.tf").write_text(Root(rng, endpoint, 0).head)
        run(first, "init", "-no-color")

        def work_out(root):
            folder = Path(work) / f"root{root.number}"
            # the provider is looked at once
            shutil.copytree(first, folder, symlinks=True)
            for name, text in root.modules.items():
                (folder / name).mkdir()
                (folder / name / "main.tf").write_text(text)
            (folder / "main.tf").write_text(root.head + "\n".join(root.text) + "\nlocals {\n" + "\n".join(root.locals) + "\n}\n" + "\n".join(root.variables) + "\n")
            run(folder, "get", "-no-color")
            run(folder, "plan", "-no-color", "-input=false", "-out=plan")
            here = out / str(root.number)
            here.mkdir(parents=True)
            (here / "plan.json").write_text(run(folder, "show", "-json", "plan"))
            if not root.applied:
                return
            run(folder, "apply", "-no-color", "-input=false", "-parallelism=200", "plan")
            (here / "state.json").write_text(run(folder, "show", "-json"))
            shutil.copy(folder / "terraform.tfstate", here / "terraform.tfstate")

        # most of an apply is waiting
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work_out, roots))
        said = found(out)
        truth = answers(endpoint, [root for root in roots if root.applied])
        server.stop()
        if os.environ.get("KEEP"):
            shutil.copytree(out, os.environ["KEEP"], dirs_exist_ok=True)
    for root in roots:
        for document in ["plan.json", "state.json", "terraform.tfstate"] if root.applied else ["plan.json"]:
            ours = said.get(f"{root.number}/{document}", {})
            for (kind, address), (name, written) in root.want.items():
                want = written if document == "plan.json" else truth.get((kind, name), {})
                if (kind, address) not in ours:
                    missing += 1
                    wrong.append(f"{document} {address}: not found")
                for key_, values in want.items():
                    if not values:
                        continue
                    total += 1
                    mine = ours.get((kind, address), {}).get(key_)
                    if mine == values:
                        equal += 1
                    elif mine and UNKNOWN in mine and mine - {UNKNOWN} <= values:
                        # what is only known once it is applied
                        total -= 1
                        unknown += 1
                        if os.environ.get("UNKNOWN"):
                            print("unknown:", document, address, key_, sorted(values))
                    else:
                        wrong.append(f"{document} {address} {key_}: {sorted(mine) if mine else mine}, made {sorted(values)}")
    print(f"{things} configurations, {missing} not found; {total} values compared, {unknown} more said to be unknown")
    report("terraform, values", equal, total + missing, wrong)


main()
