#!/usr/bin/env python3
"""Prints the commands that a page shows, so that what is run is what is shown: the block of code behind `<!-- run: NAME -->`.

    tests/foreign/shown.py docs/scaling.md spark

It must not change them: whoever runs them makes the folder in which they mean something.
"""
import sys


def shown(page, name):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    mark = f"<!-- run: {name} -->\n```sh\n"
    if text.count(mark) != 1:
        raise SystemExit(f"{page} does not show `{name}` once")
    return text.split(mark)[1].split("```\n")[0]


if __name__ == "__main__":
    sys.stdout.write(shown(sys.argv[1], sys.argv[2]))
