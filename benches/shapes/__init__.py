"""Worst cases for `growth.py`: each shape makes a delivery of about so many bytes, always the same one for the same size.

A shape is a function of a number of bytes that gives the bytes of one file, or `{path: bytes}`. Everybody in them is made up.
What a generator needs beyond the standard library is imported inside it: what is missing is named and left out.
"""
SHAPES = {}


class Shape:
    def __init__(self, group, name, path, make, packed):
        self.group, self.name, self.path, self.make, self.packed = group, name, path, make, packed

    def files(self, size):
        made = self.make(size)
        return made if isinstance(made, dict) else {self.path: made}


def shape(group, name, path="", packed=False):
    """Registers a maker. `packed`: the file is compressed, and what it says is counted instead of what it takes."""
    def keep(make):
        key = f"{group}/{name}"
        if key in SHAPES:
            raise ValueError(f"two shapes are called {key}")
        SHAPES[key] = Shape(group, name, path, make, packed)
        return make
    return keep


def fill(piece, size, before="", after=""):
    """The piece (a text, or a function of its number) again and again, until there are so many bytes."""
    if isinstance(piece, str):
        whole = before + piece * max(1, (size - len(before) - len(after)) // max(1, len(piece))) + after
        return whole.encode()
    out, length, number = [before], len(before) + len(after), 0
    while length < size or not number:
        text = piece(number)
        out.append(text)
        length += len(text)
        number += 1
    out.append(after)
    return "".join(out).encode()


def count(size, each):
    """How many things of so many bytes each."""
    return max(1, size // each)


GIVEN = "Ada Ben Chloe Dev Erin Femi Grace Hugo Ines Jamal Kiran Leila Mei Niamh Omar Priya".split()
FAMILY = "Example Sampleson Testerton Mockford Placeholder Fictwell Madeup Inventson".split()


def person(index):
    """Number, forename, surname, address, telephone number of a made-up person."""
    given, family = GIVEN[index % 16], FAMILY[index // 16 % 8]
    return (str(400_000 + index), given, family, f"{given}.{family}{index}@cards-quillfeather.example".lower(),
            f"07700 {900_000 + index % 1000}")


def row(index):
    """The same as a line of CSV."""
    return ",".join(person(index)) + "\n"


HEADER = "warrant_no,forename,surname,email,mobile\n"

from . import archives, configs, deliveries, documents, stages, tables, text, trees  # noqa: E402,F401  (they fill SHAPES)
