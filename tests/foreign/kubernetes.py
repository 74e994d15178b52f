#!/usr/bin/env python3
"""The manifests for Kubernetes: valid by the schemas of Kubernetes itself, strictly, and what their pods do is done as written.

    tests/foreign/kubernetes.py PROVOST

The schemas come with `kubernetes-validate` from the Python registry (a folder that goes away); a manifest bent in any of several ways has to
be refused by them. Then each pod's command, as it stands in the manifest, runs for each index in a root of its own: the very paths of the
manifest, mounted read-only where it says so, its user, nothing else that can be written, no network, no capability and no way to more. The
evidence has to be that of a single run, to the byte. Needs root (77 without). It must not change a mount that others see.
"""
import copy
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSIONS = ["1.29", "1.33", "1.37"]
# one pod: a root of links and mounts inside a mount namespace of its own, then the user of the manifest
POD = r"""
set -eu
root=$1 user=$2 group=$3
shift 3
mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$root"
mkdir -p "$root/usr" "$root/proc" "$root/dev" "$root/etc"
for name in bin lib lib64; do ln -s "usr/$name" "$root/$name"; done
mount --rbind /usr "$root/usr"
mount -t tmpfs -o mode=755 none "$root/usr/local"
mkdir -p "$root/usr/local/bin"
cp "$PROVOST" "$root/usr/local/bin/provost"
mount -o remount,bind,ro "$root/usr/local"
mount -o remount,bind,ro "$root/usr"
mount -t proc none "$root/proc"
for name in null urandom; do touch "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
while [ "$1" != -- ]; do
  mkdir -p "$root$2"
  mount --bind "$1" "$root$2"
  if [ "$3" = ro ]; then mount -o remount,bind,ro "$root$2"; fi
  shift 3
done
shift
mount -o remount,ro "$root"
exec chroot "$root" setpriv --reuid "$user" --regid "$group" --groups "$group" --no-new-privs --bounding-set=-all --inh-caps=-all \
  env -i PATH=/usr/local/bin:/usr/bin:/bin "$@"
"""
BENT = [
    ("a field that is not there", lambda job: job["spec"].update(completion_mode="Indexed")),
    ("a number that is none", lambda job: job["spec"].update(completions="many")),
    ("a list that is none", lambda job: job["spec"]["template"]["spec"].update(containers={"name": "collect"})),
    ("a misspelt field of a container", lambda job: job["spec"]["template"]["spec"]["containers"][0].update(securitycontext={})),
    ("a mount without a path", lambda job: job["spec"]["template"]["spec"]["containers"][0]["volumeMounts"][0].pop("mountPath")),
    ("no containers", lambda job: job["spec"]["template"]["spec"].pop("containers")),
]


def validator(room):
    """Python of a folder that has the schemas."""
    subprocess.run([sys.executable, "-m", "venv", room + "/venv"], check=True)
    subprocess.run([room + "/venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "kubernetes-validate==1.37.0"], check=True)
    return room + "/venv/bin/python"


def schemas():
    """Runs in that Python: every manifest against every version, and every bent one."""
    import kubernetes_validate
    import yaml

    for place in sorted((ROOT / "engines/kubernetes").glob("*.yaml")):
        for manifest in yaml.safe_load_all(place.read_text()):
            for version in VERSIONS:
                kubernetes_validate.validate(manifest, version, strict=True)
            for what, bend in BENT:
                bent = copy.deepcopy(manifest)
                bend(bent)
                try:
                    kubernetes_validate.validate(bent, VERSIONS[-1], strict=True)
                except kubernetes_validate.ValidationError:
                    continue
                sys.exit(f"{place.name}: bent ({what}), and still valid")
            check(place.name, manifest)
    print(f"kubernetes: manifests are valid for {', '.join(VERSIONS)}; {len(BENT)} ways of bending them are refused")
    # as data, for whoever runs the pods and has no YAML
    import json

    for name in ("job", "merge"):
        json.dump(yaml.safe_load((ROOT / f"engines/kubernetes/{name}.yaml").read_text()), sys.stderr)
        sys.stderr.write("\n")


def check(name, manifest):
    """What the schema does not ask for, and we promise."""
    pod = manifest["spec"]["template"]["spec"]
    container = pod["containers"][0]
    claims = {mount["name"]: mount.get("readOnly", False) for mount in container["volumeMounts"]}
    parts = [row["value"] for row in container["env"] if row["name"] == "PARTS"]
    facts = {
        "not root": pod["securityContext"]["runAsNonRoot"] is True and pod["securityContext"]["runAsUser"] > 0,
        "seccomp": pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"},
        "no way to more": container["securityContext"]["allowPrivilegeEscalation"] is False,
        "no capabilities": container["securityContext"]["capabilities"] == {"drop": ["ALL"]},
        "read-only root": container["securityContext"]["readOnlyRootFilesystem"] is True,
        "no token": pod["automountServiceAccountToken"] is False,
        "read-only delivery and key": claims.get("delivery", True) and claims.get("key", True),
        "as many parts as indexes": parts == [str(manifest["spec"].get("completions", 8))],
        "each index by itself": name != "job.yaml" or manifest["spec"]["completionMode"] == "Indexed" and manifest["spec"]["backoffLimitPerIndex"] > 0,
        "secret not for all": all(volume.get("secret", {}).get("defaultMode", 0) & 0o007 == 0 for volume in pod["volumes"]),
    }
    missing = [what for what, holds in facts.items() if not holds]
    if missing:
        sys.exit(f"{name}: {', '.join(missing)}: not so")


def play(manifest, room, places, index):
    """One pod of a manifest; gives what it says."""
    pod = manifest["spec"]["template"]["spec"]
    container = pod["containers"][0]
    user, group = pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]
    mounts = []
    for mount in container["volumeMounts"]:
        mounts += [places[mount["name"]], mount["mountPath"], "ro" if mount.get("readOnly") else "rw"]
    environment = [f"{row['name']}={row['value']}" for row in container["env"]]
    if index is not None:
        environment.append(f"JOB_COMPLETION_INDEX={index}")
    root = tempfile.mkdtemp(dir=room)
    command = ["unshare", "-m", "-n", "sh", "-c", POD, "pod", root, str(user), str(group), *mounts, "--", *environment]
    done = subprocess.run(command + container["command"] + container["args"], capture_output=True, text=True, check=False)
    os.rmdir(root)
    if done.returncode != 0:
        sys.exit(f"kubernetes: a pod (index {index}) ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def main():
    import json

    if len(sys.argv) == 2 and sys.argv[1] == "--schemas":
        return schemas()
    provost = os.path.realpath(sys.argv[1])
    if os.getuid() != 0:
        print("kubernetes: not root: pods were not played")
        return sys.exit(77)
    os.environ["PROVOST"] = provost
    with tempfile.TemporaryDirectory() as room:
        asked = subprocess.run([validator(room), __file__, "--schemas"], capture_output=True, text=True, check=False)
        print(asked.stdout, end="")
        if asked.returncode != 0:
            sys.exit(asked.stderr)
        job, merge = (json.loads(line) for line in asked.stderr.splitlines())
        places = {name: f"{room}/{name}" for name in ("delivery", "key", "parts")}
        # as a user's: a folder of its own for what is written, the rest somebody else's
        shutil.copytree(ROOT / "examples/card-printer", places["delivery"])
        for place, _, files in os.walk(places["delivery"]):
            os.chmod(place, 0o755)
            for name in files:
                os.chmod(os.path.join(place, name), 0o644)
        os.mkdir(places["key"])
        os.mkdir(places["parts"])
        key = pathlib.Path(places["key"], "audit.key")
        key.write_text("a key for tests, which is no secret\n")
        os.chmod(room, 0o755)
        security = job["spec"]["template"]["spec"]["securityContext"]
        # as fsGroup and defaultMode say
        os.chown(key, 0, security["fsGroup"])
        os.chmod(key, 0o440)
        os.chown(places["parts"], 0, security["fsGroup"])
        os.chmod(places["parts"], 0o2775)
        single = [provost, "-q", "collect", places["delivery"], "--key-file", str(key), "-o", room + "/single.json"]
        subprocess.run(single, check=True, stdout=subprocess.DEVNULL)
        said = [play(job, room, places, index) for index in reversed(range(job["spec"]["completions"]))]
        again = play(job, room, places, 0)
        if again or len(os.listdir(places["parts"])) != job["spec"]["completions"]:
            sys.exit(f"kubernetes: a pod that is begun again reads its part again: {again}")
        if any("confine" in text for text in said):
            print("kubernetes: " + next(text for text in said if "confine" in text).strip())
        play(merge, room, places, None)
        left = sorted(os.listdir(places["parts"]))
        if left != ["evidence.json"]:
            sys.exit(f"kubernetes: {left} were left")
        if pathlib.Path(places["parts"], "evidence.json").read_bytes() != pathlib.Path(room, "single.json").read_bytes():
            sys.exit("kubernetes: the evidence is not that of the single run")
        print(f"kubernetes: {len(said)} pods and the merge, as written, gave the evidence of the single run to the byte")
    return None


if __name__ == "__main__":
    main()
