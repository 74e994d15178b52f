#!/usr/bin/env python3
"""Compares what Provost says of AWS resources with what was set: a local AWS (moto) is filled, and asked by the real command line.

    benches/effective/aws.py [BUCKETS] [SEED]

Needs `moto[server]`, `boto3` and `awscli` from PyPI in the Python that runs it. Each bucket gets random settings; the answers of
`aws s3api get-...` (errors too) are written one a file, as a supplier would, and so are `describe-db-instances`, `describe-volumes`,
`describe-security-groups` and `get-key-rotation-status`. What Provost then says is compared value by value.
"""
import contextlib, io, json, logging, os, pathlib, random, subprocess, sys, tempfile

import boto3
from awscli.clidriver import create_clidriver
from moto.server import ThreadedMotoServer

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200
RNG = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 7)
PROVOST = os.environ.get("PROVOST", "target/release/provost")
logging.getLogger("werkzeug").setLevel(logging.ERROR)
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-2", AWS_PAGER="")


def ask(endpoint, *arguments):
    """What the command line prints, or the error in its place."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = create_clidriver().main(["--endpoint-url", endpoint, "--output", "json", *arguments])
    return out.getvalue() if code == 0 else err.getvalue().strip() + "\n"


def word(value):
    return value if isinstance(value, str) else "true" if value is True else "false" if value is False else str(value)


def bucket(s3, name):
    """Sets what it likes of a bucket; what must be in force."""
    want = {}
    region = RNG.choice(["eu-west-2", "eu-central-1", "us-west-2", None])
    if region:
        boto3.client("s3", endpoint_url=s3.meta.endpoint_url, region_name=region).create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    else:
        boto3.client("s3", endpoint_url=s3.meta.endpoint_url, region_name="us-east-1").create_bucket(Bucket=name)
    want["region"] = region or "us-east-1"
    keys = {"BlockPublicAcls": "block_public_acls", "IgnorePublicAcls": "ignore_public_acls",
            "BlockPublicPolicy": "block_public_policy", "RestrictPublicBuckets": "restrict_public_buckets"}
    block = {key: RNG.random() < 0.7 for key in keys}
    if RNG.random() < 0.7:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    else:
        s3.delete_public_access_block(Bucket=name)
        block = dict.fromkeys(keys, False)
    want.update({f"public_access_block.{short}": block[key] for key, short in keys.items()})
    kind = RNG.choice(["AES256", "aws:kms", None])
    if kind:
        rule = {"SSEAlgorithm": kind, **({"KMSMasterKeyID": "alias/cards"} if kind == "aws:kms" else {})}
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]})
        want["encryption"] = kind
    if RNG.random() < 0.6:
        want["versioning"] = RNG.choice(["Enabled", "Suspended"])
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": want["versioning"]})
    else:
        want["versioning"] = "Disabled"
    days = RNG.choice([None, 7, 30, 400])
    if days:
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [
            {"ID": "end", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}}]})
    want["expiration_days"] = days or "never"
    policy = RNG.choice([None, "open", "tls", "both"])
    if policy:
        statements = []
        if policy in ("open", "both"):
            statements.append({"Effect": "Allow", "Principal": RNG.choice(["*", {"AWS": "*"}]), "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"})
        if policy in ("tls", "both"):
            statements.append({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{name}/*",
                               "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    want["policy_public"] = "yes" if policy in ("open", "both") else "no"
    want["policy_denies_plain_http"] = "yes" if policy in ("tls", "both") else "no"
    return want


CALLS = ["get-public-access-block", "get-bucket-encryption", "get-bucket-versioning", "get-bucket-location",
         "get-bucket-lifecycle-configuration", "get-bucket-policy"]


def main():
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    client = lambda name: boto3.client(name, endpoint_url=endpoint)
    want = {}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        s3 = client("s3")
        for number in range(COUNT):
            name = f"store-{number}-cards"
            want["aws_s3_bucket", name] = bucket(s3, name)
            place = root / "s3" / name
            place.mkdir(parents=True)
            for call in CALLS:
                (place / f"{call}.json").write_text(ask(endpoint, "s3api", call, "--bucket", name))
        rds, ec2, kms = client("rds"), client("ec2"), client("kms")
        for number in range(COUNT):
            values = {"StorageEncrypted": RNG.random() < 0.5, "PubliclyAccessible": RNG.random() < 0.5,
                      "BackupRetentionPeriod": RNG.choice([1, 7, 30]), "DeletionProtection": RNG.random() < 0.5}
            name = f"records-{number}-base"
            rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20,
                                   MasterUsername="owner", MasterUserPassword="not-a-password", **values)
            want["aws_db_instance", name] = {"storage_encrypted": values["StorageEncrypted"], "publicly_accessible": values["PubliclyAccessible"],
                                             "backup_retention_days": values["BackupRetentionPeriod"], "deletion_protection": values["DeletionProtection"]}
            encrypted = RNG.random() < 0.5
            volume = ec2.create_volume(AvailabilityZone="eu-west-2a", Size=1, Encrypted=encrypted)
            want["aws_ebs_volume", volume["VolumeId"]] = {"encrypted": encrypted}
        for number in range(COUNT):
            group = ec2.create_security_group(GroupName=f"g{number}", Description="x")["GroupId"]
            ports = set()
            for _ in range(RNG.randint(0, 3)):
                port = RNG.choice([22, 80, 443, 3389, 5432, 6379])
                world = RNG.random() < 0.5
                ranges = {"IpRanges": [{"CidrIp": "0.0.0.0/0" if world else "10.0.0.0/8", "Description": "note"}]}
                if RNG.random() < 0.3:
                    ranges = {"Ipv6Ranges": [{"CidrIpv6": "::/0" if world else "fd00::/8"}]}
                try:
                    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **ranges}])
                except Exception:
                    continue
                if world:
                    ports.add(str(port))
            want["aws_security_group", group] = {"world_port": ports or {"none"}}
        (root / "kms").mkdir()
        for number in range(max(1, COUNT // 10)):
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            turn = RNG.random() < 0.5
            if turn:
                kms.enable_key_rotation(KeyId=key)
            (root / "kms" / f"{key}.describe-key.json").write_text(ask(endpoint, "kms", "describe-key", "--key-id", key))
            (root / "kms" / f"{key}.get-key-rotation-status.json").write_text(ask(endpoint, "kms", "get-key-rotation-status", "--key-id", key))
            want["aws_kms_key", key] = {"rotation": turn}
        (root / "databases.json").write_text(ask(endpoint, "rds", "describe-db-instances"))
        (root / "volumes.json").write_text(ask(endpoint, "ec2", "describe-volumes"))
        (root / "groups.json").write_text(ask(endpoint, "ec2", "describe-security-groups"))
        server.stop()
        run = subprocess.run([PROVOST, "settings", folder, "--json"], capture_output=True, text=True)
        found = {}
        for group in json.loads(run.stdout):
            if group["name"] is not None:
                values = {}
                for setting in group["settings"]:
                    said = "unknown" if setting["unknown"] else setting["value"]
                    values.setdefault(setting["key"], set()).add(said)
                found[group["product"], group["name"]] = values
    right = total = 0
    missing = 0
    for thing, values in want.items():
        if thing not in found:
            missing += 1
        for key, value in values.items():
            total += 1
            expected = value if isinstance(value, set) else {word(value)}
            said = found.get(thing, {}).get(key)
            if said == expected:
                right += 1
            elif total - right <= 10:
                print("differs:", thing[0], key, "set", sorted(expected), "said", said)
    print(f"{len(want)} resources, {missing} not found; {right} of {total} values equal")
    sys.exit(0 if right == total else 1)


main()
