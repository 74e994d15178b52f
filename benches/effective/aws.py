#!/usr/bin/env python3
"""Compares what Provost says of AWS resources with what was set: a local AWS (moto) is filled, and asked by the real command line.

    benches/effective/aws.py [COUNT] [SEED]

Needs `moto[server]`, `boto3` and `awscli` from PyPI in the Python that runs it. COUNT resources of a dozen kinds get random settings; what
`aws s3api get-...` and other calls about one thing answer (errors too) is written one a file, as a supplier would, and what the calls that
list answer one a kind. What Provost then says is compared value by value.
"""
import contextlib, io, json, logging, os, pathlib, random, subprocess, sys, tempfile

from common import provost

try:
    import boto3
    from awscli.clidriver import create_clidriver
    from moto.server import ThreadedMotoServer
except ImportError:
    sys.exit("moto[server], boto3 and awscli are not installed: nothing to compare with")

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 500
RNG = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 7)
PROVOST = provost()
logging.getLogger("werkzeug").setLevel(logging.ERROR)
os.environ.pop("AWS_CA_BUNDLE", None)
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-west-2", AWS_PAGER="")


DRIVER = create_clidriver()


def ask(endpoint, *arguments):
    """What the command line prints, or the error in its place. It is the command line's own code, which is not started anew for each call."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = DRIVER.main(["--endpoint-url", endpoint, "--output", "json", *arguments])
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
    rules = [(RNG.choice(["Enabled", "Enabled", "Disabled"]), RNG.choice([1, 7, 30, 400]), RNG.choice([None, None, 3, 90])) for _ in range(RNG.choice([0, 1, 1, 2]))]
    if rules:
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [
            {"ID": f"end{index}", "Status": status, "Filter": {"Prefix": ""}, "Expiration": {"Days": days},
             **({"NoncurrentVersionExpiration": {"NoncurrentDays": late}} if late else {})} for index, (status, days, late) in enumerate(rules)]})
    want["expiration_days"] = {str(days) for status, days, _ in rules if status == "Enabled"} or {"never"}
    want["noncurrent_days"] = {str(late) for status, _, late in rules if status == "Enabled" and late} or {"never"}
    acl = RNG.choice([None, "public-read", "authenticated-read", "private"])
    if acl:
        s3.put_bucket_acl(Bucket=name, ACL=acl)
    want["grants_public"] = {"public-read": "AllUsers", "authenticated-read": "AuthenticatedUsers"}.get(acl, "none")
    log = region == "eu-west-2" and RNG.random() < 0.6
    if log:
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs-of-cards", "TargetPrefix": "x/"}})
    want["logging"] = "logs-of-cards" if log else "none"
    policy = RNG.choice([None, "open", "tls", "both", "own", "one"])
    if policy:
        statements = []
        if policy in ("open", "both"):
            statements.append({"Effect": "Allow", "Principal": RNG.choice(["*", {"AWS": "*"}]), "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"})
        if policy in ("tls", "both"):
            statements.append({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{name}/*",
                               "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
        if policy == "own":
            statements.append({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::{name}/*"})
        if policy == "one":
            # denied over plain HTTP, but only one action
            statements.append({"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    want["policy_public"] = "yes" if policy in ("open", "both") else "no"
    want["policy_denies_plain_http"] = "yes" if policy in ("tls", "both") else "no"
    return want


CALLS = ["get-public-access-block", "get-bucket-encryption", "get-bucket-versioning", "get-bucket-location",
         "get-bucket-lifecycle-configuration", "get-bucket-policy", "get-bucket-acl", "get-bucket-logging"]


def databases(client, ask_to, want, count):
    rds = client("rds")
    for number in range(count):
        values = {"StorageEncrypted": RNG.random() < 0.5, "PubliclyAccessible": RNG.random() < 0.5, "BackupRetentionPeriod": RNG.choice([0, 1, 7, 30]),
                  "DeletionProtection": RNG.random() < 0.5, "EnableIAMDatabaseAuthentication": RNG.random() < 0.5}
        values = {key: value for key, value in values.items() if RNG.random() < 0.9}
        name = f"records-{number}-base"
        rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20, MasterUsername="owner",
                               MasterUserPassword="not-a-password", **values)
        names = {"StorageEncrypted": "storage_encrypted", "PubliclyAccessible": "publicly_accessible", "BackupRetentionPeriod": "backup_retention_days",
                 "DeletionProtection": "deletion_protection", "EnableIAMDatabaseAuthentication": "iam_authentication"}
        want["aws_db_instance", name] = {names[key]: value for key, value in values.items()}
    ask_to("databases", "rds", "describe-db-instances")


def volumes(client, ask_to, want, count):
    ec2 = client("ec2")
    for _ in range(count):
        encrypted = RNG.random() < 0.5
        volume = ec2.create_volume(AvailabilityZone="eu-west-2a", Size=1, Encrypted=encrypted)
        want["aws_ebs_volume", volume["VolumeId"]] = {"encrypted": encrypted}
    ask_to("volumes", "ec2", "describe-volumes")


def groups(client, ask_to, want, count):
    ec2 = client("ec2")
    for number in range(count):
        group = ec2.create_security_group(GroupName=f"g{number}", Description="x")["GroupId"]
        ports = set()
        for _ in range(RNG.randint(0, 3)):
            first = RNG.choice([22, 80, 443, 3389, 5432, 6379])
            last = first + RNG.choice([0, 0, 0, 1, 5])
            cidr = RNG.choice(["0.0.0.0/0", "0.0.0.0/0", "10.0.0.0/8", "::/0", "fd00::/8", "192.0.2.0/24", "128.0.0.0/1"])
            ranges = {"Ipv6Ranges": [{"CidrIpv6": cidr}]} if ":" in cidr else {"IpRanges": [{"CidrIp": cidr, "Description": "note"}]}
            kind = RNG.choice(["tcp", "tcp", "tcp", "udp", "icmp", "-1"])
            rule = {"IpProtocol": kind, **({"FromPort": first, "ToPort": last} if kind in ("tcp", "udp") else {"FromPort": -1, "ToPort": -1} if kind == "icmp" else {}), **ranges}
            outward = RNG.random() < 0.15
            try:
                (ec2.authorize_security_group_egress if outward else ec2.authorize_security_group_ingress)(GroupId=group, IpPermissions=[rule])
            except ec2.exceptions.ClientError:
                continue
            if not outward and cidr in ("0.0.0.0/0", "::/0", "128.0.0.0/1") and kind != "icmp":
                ports |= {str(port) for port in range(first, last + 1)} if kind != "-1" else {"all"}
        want["aws_security_group", group] = {"world_port": ports or {"none"}}
    ask_to("groups", "ec2", "describe-security-groups")


def instances(client, ask_to, want, count):
    ec2 = client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    for _ in range(count):
        tokens = RNG.choice(["required", "optional", None])
        made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **({"MetadataOptions": {"HttpTokens": tokens}} if tokens else {}))["Instances"][0]
        want["aws_instance", made["InstanceId"]] = {"metadata_tokens": tokens} if tokens else {}
    ask_to("machines", "ec2", "describe-instances")


def keys(client, ask_to, want, count):
    kms = client("kms")
    for number in range(count):
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        turn, state = RNG.random() < 0.5, RNG.choice(["Enabled", "Enabled", "Disabled", "PendingDeletion"])
        if turn:
            kms.enable_key_rotation(KeyId=key)
        ask_to(f"kms/key-{number}/get-key-rotation-status", "kms", "get-key-rotation-status", "--key-id", key)
        if state == "Disabled":
            kms.disable_key(KeyId=key)
        if state == "PendingDeletion":
            kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
        ask_to(f"kms/key-{number}/describe-key", "kms", "describe-key", "--key-id", key)
        want["aws_kms_key", f"key-{number}"] = {"rotation": turn, "state": state, "manager": "CUSTOMER"}


def tables(client, ask_to, want, count):
    dynamo = client("dynamodb")
    for number in range(count):
        own, back, keep = (RNG.random() < 0.5 for _ in range(3))
        name = f"cards-{number}"
        dynamo.create_table(TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                            BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=keep, **({"SSESpecification": {"Enabled": True, "SSEType": "KMS"}} if own else {}))
        if back:
            dynamo.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
        ask_to(f"tables/{name}.describe-table", "dynamodb", "describe-table", "--table-name", name)
        ask_to(f"tables/{name}.describe-continuous-backups", "dynamodb", "describe-continuous-backups", "--table-name", name)
        want["aws_dynamodb_table", name] = {"own_key": own, "point_in_time_recovery": back, "deletion_protection": keep}


def files(client, ask_to, want, count):
    efs = client("efs")
    for number in range(count):
        encrypted = RNG.random() < 0.5
        made = efs.create_file_system(CreationToken=f"f{number}", Encrypted=encrypted)
        want["aws_efs_file_system", made["FileSystemId"]] = {"encrypted": encrypted}
    ask_to("files", "efs", "describe-file-systems")


def topics(client, ask_to, want, count):
    sns = client("sns")
    for number in range(count):
        key = RNG.choice([None, "alias/cards", "alias/aws/sns"])
        arn = sns.create_topic(Name=f"news-{number}", Attributes={"KmsMasterKeyId": key} if key else {})["TopicArn"]
        ask_to(f"topics/news-{number}/get-topic-attributes", "sns", "get-topic-attributes", "--topic-arn", arn)
        want["aws_sns_topic", f"news-{number}"] = {"key": key or "none"}


def trails(client, ask_to, want, count):
    trail = client("cloudtrail")
    client("s3").create_bucket(Bucket="trails-of-cards", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    for number in range(count):
        name = f"trail-{number}-x"
        values = {"IsMultiRegionTrail": RNG.random() < 0.5, "EnableLogFileValidation": RNG.random() < 0.5}
        values["IncludeGlobalServiceEvents"] = values["IsMultiRegionTrail"] or RNG.random() < 0.5
        trail.create_trail(Name=name, S3BucketName="trails-of-cards", **values)
        on = RNG.random() < 0.6
        if on:
            trail.start_logging(Name=name)
        ask_to(f"trails/{name}.get-trail-status", "cloudtrail", "get-trail-status", "--name", name)
        want["aws_cloudtrail", name] = {"multi_region": values["IsMultiRegionTrail"], "validation": values["EnableLogFileValidation"], "global_events": values["IncludeGlobalServiceEvents"], "logging": on}
    ask_to("trails/describe-trails", "cloudtrail", "describe-trails")


def clusters(client, ask_to, want, count):
    redshift = client("redshift")
    for number in range(count):
        encrypted, public = RNG.random() < 0.5, RNG.random() < 0.5
        name = f"stats-{number}-x"
        redshift.create_cluster(ClusterIdentifier=name, NodeType="ra3.large", MasterUsername="owner", MasterUserPassword="Not-a-password-1", Encrypted=encrypted, PubliclyAccessible=public)
        want["aws_redshift_cluster", name] = {"encrypted": encrypted, "publicly_accessible": public}
    ask_to("clusters", "redshift", "describe-clusters")


def vaults(client, ask_to, want, count):
    backup = client("backup")
    for number in range(count):
        name, locked = f"vault-{number}-x", RNG.random() < 0.5
        backup.create_backup_vault(BackupVaultName=name)
        if locked:
            backup.put_backup_vault_lock_configuration(BackupVaultName=name, MinRetentionDays=7)
        want["aws_backup_vault", name] = {"locked": locked}
    ask_to("vaults", "backup", "list-backup-vaults")


def servers(client, ask_to, want, count):
    transfer = client("transfer")
    for number in range(count):
        place = RNG.choice(["PUBLIC", "VPC"])
        made = transfer.create_server(EndpointType=place, Protocols=["SFTP"], Domain="S3", IdentityProviderType="SERVICE_MANAGED")["ServerId"]
        want["aws_transfer_server", made] = {"endpoint": place}
    ask_to("servers", "transfer", "list-servers")


def listeners(client, ask_to, want, count):
    ec2, elb = client("ec2"), client("elbv2")
    subnets = [row["SubnetId"] for row in ec2.describe_subnets()["Subnets"]][:2]
    done = 0
    while done < count:
        balancer = elb.create_load_balancer(Name=f"lb-{done}", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        for port in range(min(40, count - done)):
            done += 1
            protocol = RNG.choice(["HTTP", "HTTPS"])
            redirect = RNG.random() < 0.5
            to = RNG.choice(["HTTPS", "HTTP"])
            action = {"Type": "redirect", "RedirectConfig": {"Protocol": to, "StatusCode": "HTTP_301", "Port": "443"}} if redirect else \
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
            policy = RNG.choice(["ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-2-2021-06"])
            more = {"SslPolicy": policy, "Certificates": [{"CertificateArn": CERTIFICATE}]} if protocol == "HTTPS" else {}
            made = elb.create_listener(LoadBalancerArn=balancer, Protocol=protocol, Port=1000 + port, DefaultActions=[action], **more)["Listeners"][0]["ListenerArn"]
            want["aws_lb_listener", made] = {"protocol": protocol, "action": action["Type"], "redirect_protocol": to if redirect else "none",
                                             "plain_http": "yes" if protocol == "HTTP" and not (redirect and to == "HTTPS") else "no", **({"tls_policy": policy} if more else {})}
        ask_to(f"listeners-{done}", "elbv2", "describe-listeners", "--load-balancer-arn", balancer)


# identifiers that Provost may take for somebody's number, and mask: their things are known by where they stand
LISTED = {"aws_ebs_volume": ("Volumes", "VolumeId"), "aws_security_group": ("SecurityGroups", "GroupId"), "aws_instance": ("Instances", "InstanceId"),
          "aws_transfer_server": ("Servers", "ServerId"), "aws_lb_listener": ("Listeners", "ListenerArn"), "aws_efs_file_system": ("FileSystems", "FileSystemId")}


def by_name(root, groups):
    """{(kind, name): {key: values}} of what Provost says."""
    order, found = {}, {}
    for group in groups:
        if group["name"] is None:
            continue
        values = {}
        for setting in group["settings"]:
            values.setdefault(setting["key"], set()).add("unknown" if setting["unknown"] else setting["value"])
        order.setdefault((group["product"], group["path"]), []).append((group["name"], values))
    for (kind, path), rows in order.items():
        names = [name for name, _ in rows]
        if kind in LISTED:
            answer = json.loads((root / path).read_text())
            things = [thing for part in answer["Reservations"] for thing in part["Instances"]] if "Reservations" in answer else answer[LISTED[kind][0]]
            names = [thing[LISTED[kind][1]] for thing in things]
            if len(names) != len(rows):
                continue
        elif kind in ("aws_kms_key", "aws_sns_topic"):
            names = [path.split("/")[1]]
        found.update({(kind, name): values for name, (_, values) in zip(names, rows)})
    return found


CERTIFICATE = ""
# kinds, and the share of each: a call a thing is dearer than one that lists
KINDS = [(databases, 0.15), (volumes, 0.1), (groups, 0.2), (instances, 0.08), (files, 0.06), (clusters, 0.08), (vaults, 0.06), (servers, 0.05), (listeners, 0.07), (keys, 0.03),
         (tables, 0.03), (topics, 0.03), (trails, 0.01)]


def main():
    global CERTIFICATE
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://127.0.0.1:%d" % server.get_host_and_port()[1]
    client = lambda name: boto3.client(name, endpoint_url=endpoint)
    CERTIFICATE = client("acm").request_certificate(DomainName="press.example")["CertificateArn"]
    want = {}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)

        def ask_to(path, *arguments):
            file = root / f"{path}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(ask(endpoint, *arguments))

        for make, share in KINDS:
            make(client, ask_to, want, max(1, round(COUNT * share)))
        s3 = client("s3")
        s3.create_bucket(Bucket="logs-of-cards", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}, ObjectOwnership="ObjectWriter")
        s3.put_bucket_acl(Bucket="logs-of-cards", ACL="log-delivery-write")
        for number in range(max(1, COUNT - len(want))):
            name = f"store-{number}-cards"
            want["aws_s3_bucket", name] = bucket(s3, name)
            for call in CALLS:
                # as suppliers name them: a folder a bucket, or the bucket in the file's name
                path = f"s3/{name}/{call}" if number % 2 else f"s3/{name}.{call}"
                ask_to(path, "s3api", call, "--bucket", name)
        server.stop()
        run = subprocess.run([PROVOST, "settings", folder, "--json"], capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"provost settings: {run.stderr}")
        found = by_name(root, json.loads(run.stdout))
        if os.environ.get("KEEP"):
            subprocess.run(["cp", "-r", folder, os.environ["KEEP"]], check=True)
    right = total = missing = 0
    shown = {}
    for thing, values in want.items():
        if thing not in found:
            missing += 1
            shown.setdefault((thing[0], "not found"), thing[1])
        for key, value in values.items():
            total += 1
            expected = value if isinstance(value, set) else {word(value)}
            said = found.get(thing, {}).get(key)
            # every port: the well-known ones are named beside it
            if said == expected or "all" in expected and "all" in (said or ()):
                right += 1
            elif shown.setdefault((thing[0], key), thing[1]) == thing[1]:
                print("  differs:", thing[0], thing[1], key, "set", sorted(expected), "said", said)
    print(f"{len(want)} configurations, {missing} not found; {total} values compared")
    print(f"aws, values: {right} of {total} equal")
    sys.exit(0 if right == total and not missing else 1)


main()
