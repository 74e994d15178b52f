"""What a delivery can be besides the contents of its files: names, links, devices, holes, depths, rights. Made below the folder that is given;
what the system does not let us make is named and left out."""
import os
import socket
import stat

SMALL = b"name,email\nAda Example,ada@example.org\n"
NAMES = {
    "escape": b"\x1b]0;title\x07\x1b[31mred.txt", "newline": b"line one\nline two\r\n::error::forged.txt", "bidi": "\u202egnp.exe\u2066.txt".encode(), "long": b"n" * 251 + b".txt", "not-utf8": b"\xff\xfe\x80name.txt", "half": b"caf\xc3.txt",
    "formula": b"=cmd|'calc'!A1.csv", "at": b"@SUM(1+1).csv", "minus": b"-rf", "dashes": b"--output=x", "markup": b"<img src=x onerror=alert(1)>.txt", "quotes": b"\"'`$(x)`;&|.txt", "dots": b"...", "blank": b" ", "tab": b"a\tb.txt", "separators": "a\u2028b\u2029c\u0085.txt".encode(),
    "backslashes": b"..\\..\\windows\\x.txt", "percent": b"%00%0a%2e%2e%2f.txt", "device": b"CON.txt", "tilde": b"~", "star": b"*", "bang": b"a.zip!", "bang-path": b"!", "mark": b"\xef\xbb\xbfa.csv", "controls": bytes(range(1, 32)).replace(b"/", b"") + b".txt", "composed": "e\u0301.txt".encode(), "composed-other": "\u00e9.txt".encode(),
    "combining": ("a" + "\u0301" * 60).encode() + b".txt", "noncharacter": "\uffff\ufffe.txt".encode(), "emoji": "\U0001f469\u200d\U0001f680.txt".encode(), "surname": b"Ada Example 07700 900123.csv", "tags": "a\U000e0041\U000e0042.txt".encode(), "json": b'{"a":"b"}.json', "commas": b"a,b;c.csv",
}


def write(path, data=SMALL, mode=None):
    with open(path, "wb") as file:
        file.write(data)
    if mode is not None:
        os.chmod(path, mode)


def make(root, many=10_000, sparse=1 << 40):
    """Returns what could not be made."""
    left = []
    root = os.fsencode(root)
    at = lambda *parts: os.path.join(root, *(part if isinstance(part, bytes) else part.encode() for part in parts))  # noqa: E731

    def attempt(name, make_it):
        try:
            make_it()
        except (OSError, ValueError, AttributeError) as error:
            left.append(f"{name}: {error.__class__.__name__}")
    for folder in ("names", "links", "special", "rights", "sizes", "many", "folders"):
        os.makedirs(at(folder), exist_ok=True)
    for name, raw in NAMES.items():
        attempt("name " + name, lambda raw=raw: write(at("names", raw)))
        attempt("folder " + name, lambda raw=raw: (os.mkdir(at("folders", raw)), write(at("folders", raw, "a.csv"))))
    for name, to in {"out": "/etc/passwd", "out-folder": "/etc", "nowhere": "nothing", "itself": "itself", "up": "..", "root": "/", "first": "second", "second": "first", "inside": "../rights/plain.csv", "far": "../" * 40 + "etc/passwd", "proc": "/proc/self/environ", "tty": "/dev/tty", "long": "a" * 4000}.items():
        attempt("link " + name, lambda name=name, to=to: os.symlink(to, at("links", name)))
    outside = root.rstrip(b"/") + b".outside"
    # beside the delivery: a hard link may lead out, and nobody can tell
    attempt("outside", lambda: (os.makedirs(outside, exist_ok=True), write(os.path.join(outside, b"secret.csv"))))
    attempt("hard link", lambda: os.link(os.path.join(outside, b"secret.csv"), at("links", "hard.csv")))
    for number in range(60):
        attempt("hard link of one", lambda number=number: os.link(os.path.join(outside, b"secret.csv"), at("links", f"hard{number}.csv")))
    attempt("pipe", lambda: os.mkfifo(at("special", "pipe.csv")))

    def listen():
        # a socket's own name may have only some hundred bytes
        here = os.getcwd()
        os.chdir(at("special"))
        try:
            with socket.socket(socket.AF_UNIX) as heard:
                heard.bind("socket.csv")
        finally:
            os.chdir(here)
    attempt("socket", listen)
    for name, kind, major, minor in (("null", stat.S_IFCHR, 1, 3), ("zero", stat.S_IFCHR, 1, 5), ("random", stat.S_IFCHR, 1, 9), ("tty", stat.S_IFCHR, 5, 0), ("disk", stat.S_IFBLK, 7, 0)):
        attempt("device " + name, lambda name=name, kind=kind, major=major, minor=minor: os.mknod(at("special", name + ".csv"), kind | 0o666, os.makedev(major, minor)))
    write(at("rights", "plain.csv"))
    for mode in (0o000, 0o111, 0o222, 0o4755, 0o2755, 0o6777, 0o1777, 0o7777):
        attempt(f"mode {mode:o}", lambda mode=mode: write(at("rights", f"{mode:o}.csv"), mode=mode))
    for mode in (0o000, 0o111, 0o444):
        attempt(f"folder of mode {mode:o}", lambda mode=mode: (os.mkdir(at("rights", f"folder{mode:o}")), write(at("rights", f"folder{mode:o}", "a.csv")), os.chmod(at("rights", f"folder{mode:o}"), mode)))
    for name, moment in (("before", -10**10), ("far", 2**40), ("first", 0)):
        attempt("time " + name, lambda name=name, moment=moment: (write(at("rights", f"time-{name}.csv")), os.utime(at("rights", f"time-{name}.csv"), (moment, moment))))

    def hole(name, size, head=b"", tail=b""):
        with open(at("sizes", name), "wb") as file:
            file.write(head)
            file.truncate(size)
            if tail:
                file.seek(size - len(tail))
                file.write(tail)
    attempt("hole", lambda: hole("hole.bin", sparse))
    attempt("hole behind a table", lambda: hole("hole.csv", sparse, SMALL))
    attempt("hole before a zip's end", lambda: hole("hole.zip", sparse, b"PK\3\4", b"PK\5\6" + bytes(18)))
    attempt("hole of a database", lambda: hole("hole.sqlite", sparse, b"SQLite format 3\0\x10\0\1\1\0\x40\x20\x20"))
    attempt("small hole", lambda: hole("small-hole.txt", 40 << 20, SMALL, SMALL))
    write(at("sizes", "empty.csv"), b"")
    for number in range(many):
        os.close(os.open(at("many", f"{number}.txt"), os.O_CREAT | os.O_WRONLY, 0o644))

    def deep():
        # as deep as a path may be; further down nobody gets by a path, only step by step
        here = os.open(at("folders"), os.O_RDONLY)
        for _ in range(900):
            os.mkdir(b"deep", dir_fd=here)
            inner = os.open(b"deep", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
            with os.fdopen(os.open(b"a.csv", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=here), "wb") as file:
                file.write(SMALL)
        os.close(here)
    attempt("deep folders", deep)

    def long():
        here = os.open(at("folders"), os.O_RDONLY)
        for number in range(18):
            name = b"%02d" % number + b"x" * 250
            os.mkdir(name, dir_fd=here)
            inner = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
            with os.fdopen(os.open(b"a.csv", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=here), "wb") as file:
                file.write(SMALL)
        os.close(here)
    attempt("folders with long names", long)
    return left
