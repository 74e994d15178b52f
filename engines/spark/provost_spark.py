#!/usr/bin/env python3
"""A delivery in parts on Apache Spark: each task pipes the number of a part through `provost collect --shard`; the driver merges the parts to
the evidence of a single run, to the byte. Lost tasks are begun again by Spark. Needs PySpark 4 and nothing else.

    spark-submit engines/spark/provost_spark.py --shards 64 --key-file KEY DELIVERY -o EVIDENCE [-- more options of collect]

Parts go into a folder that all machines share (--work, by default EVIDENCE.parts), and not back through Spark: they hold the values of
settings, which would lie in Spark's spill files and logs of events; the driver would hold all of them; and a run that broke off would begin
anew. With the folder, a task whose part is there has nothing to do. A part has no name until it is whole, so that a process which outlives
its lost executor, or a speculative twin, does no harm: it writes the same.

This must not put a path into a command line that a shell reads as more than a path, and must not delete what it did not write.
"""
import argparse
import os
import shlex
import subprocess
import sys

# what a task runs: one part for each line that Spark pipes in; arguments: folder of parts, program, its arguments. What a reader says is kept
# where the driver finds it: in the logs of executors nobody looks
TASK = """
work=$1
shift
while read -r shard; do
  part=$work/part-${shard%/*}-of-${shard#*/}
  [ -s "$part" ] || "$@" --shard "$shard" -o "$part" < /dev/null > "$work/said-${shard%/*}" 2>&1 || exit
  echo "$shard"
done
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("delivery", help="the delivery, under a path that all machines see")
    parser.add_argument("-o", "--output", required=True, help="where the evidence goes")
    parser.add_argument("--key-file", required=True, help="the key's file, on every machine; Spark is not given what is in it")
    parser.add_argument("--shards", type=int, required=True, help="number of parts: some for each core, so that a lost one costs little")
    parser.add_argument("--work", help="folder of the parts, which all machines share")
    parser.add_argument("--jobs", type=int, default=1, help="processes that read, a task (spark.task.cpus)")
    parser.add_argument("--provost", default="provost", help="the program, on every machine")
    parser.add_argument("--policy", help="policy, if it is not the built-in one")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the policy")
    own = sys.argv[1:]
    # what only collect knows (--passwords, --ocr-models, ...) is handed on
    at = own.index("--") if "--" in own else len(own)
    args = parser.parse_args(own[:at])
    args.rest = own[at + 1 :]
    for name in ("delivery", "output", "key_file"):
        # a task runs in a folder of its own; what is no path (s3://...) means the same everywhere
        value = getattr(args, name)
        setattr(args, name, value if "://" in value else os.path.abspath(value))
    args.work = os.path.abspath(args.work or args.output + ".parts")
    if args.policy and os.path.exists(args.policy):
        args.policy = os.path.abspath(args.policy)
    return args


def note(args, index):
    """What the reader of a part said."""
    return os.path.join(args.work, f"said-{index}")


def said(args):
    """The last that readers said whose parts are not there, of some of them."""
    out = []
    for index in range(1, args.shards + 1):
        if len(out) < 3 and not os.path.exists(os.path.join(args.work, f"part-{index}-of-{args.shards}")) and os.path.exists(note(args, index)):
            with open(note(args, index), encoding="utf-8", errors="replace") as file:
                out += [f"part {index}: {line}" for line in file.read().splitlines(keepends=True)[-1:]]
    return "".join(out)


def main():
    args = arguments()
    from pyspark.sql import SparkSession

    policy = [word for pair in args.set for word in ("--set", pair)]
    policy += ["--policy", args.policy] if args.policy else []
    collect = [args.provost, "-q", "collect", args.delivery, "--key-file", args.key_file, "--jobs", str(args.jobs), *policy, *args.rest]
    os.makedirs(args.work, mode=0o700, exist_ok=True)
    # merge cannot tell parts that were read with a password from such as were not, so nothing goes on from another command
    asked, note_of_it = shlex.join([*collect, str(args.shards)]), os.path.join(args.work, "asked")
    if os.path.exists(note_of_it):
        with open(note_of_it, encoding="utf-8", errors="surrogateescape") as file:
            if file.read() != asked:
                sys.exit(f"{args.work} has parts of another command; remove it to begin anew")
    with open(note_of_it, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(asked)
    spark = SparkSession.builder.appName("provost").getOrCreate()
    try:
        numbers = [f"{index}/{args.shards}" for index in range(1, args.shards + 1)]
        # a task a part, so that what is lost with a machine is little; `pipe` splits its text as a shell would, hence the quotes
        command = shlex.join(["sh", "-c", TASK, "provost-part", args.work, *collect])
        # it also gives them an empty environment: programs are found where they are found here
        environment = {"PATH": os.environ.get("PATH", os.defpath)}
        done = spark.sparkContext.parallelize(numbers, args.shards).pipe(command, environment, checkCode=True).collect()
    except Exception as error:
        sys.exit(f"not all parts are there: {str(error).splitlines()[0]}\n{said(args)}the same command again reads only what is missing")
    finally:
        spark.stop()
    if len(done) != args.shards:
        sys.exit(f"{len(done)} of {args.shards} parts are there")
    parts = [os.path.join(args.work, f"part-{index}-of-{args.shards}") for index in range(1, args.shards + 1)]
    subprocess.run([args.provost, "merge", *parts, *policy, "-o", args.output], check=True)
    # what was merged is not what the next run goes on from
    for index, part in enumerate(parts, 1):
        os.remove(part)
        if os.path.exists(note(args, index)):
            os.remove(note(args, index))
    os.remove(note_of_it)
    if not os.listdir(args.work):
        os.rmdir(args.work)


if __name__ == "__main__":
    main()
