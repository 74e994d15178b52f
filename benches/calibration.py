#!/usr/bin/env python3
"""calibration.py GOLD.jsonl FOUND.jsonl: what share of the matches in each band of confidence is right.

GOLD:  lines {"id", "text", "spans": [{"class", "start", "end"}], "scope": [classes] or ["*"], "ignore": [{"start", "end"}]}
FOUND: lines {"id", "spans": [{"class", "start", "end", "confidence"}]}, as `provost detect --jsonl` writes them.
A match is right if a span of its class overlaps it. It does not count if its class is outside the scope of the text or in no
text's labels at all, if it lies on an ignored span, or if it is a part of another right label that does no harm.
"""
import json
import sys
from collections import defaultdict

EDGES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
# (what was found, what it is a part of)
HARMLESS = {
    ("postcode", "home_address"),
    ("home_address", "postcode"),
    ("person_name", "email_address"),
    ("ip_address", "email_address"),
    ("bank_account", "iban"),
    ("email_address", "credential"),
    ("private_key", "credential"),
    ("credential", "private_key"),
}


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def overlap(a, b):
    return min(a["end"], b["end"]) > max(a["start"], b["start"])


def judge(match, case):
    """True, False, or None if the match does not count."""
    on = [span for span in case["spans"] if overlap(span, match)]
    if any(span["class"] == match["class"] for span in on):
        return True
    if any(overlap(span, match) for span in case.get("ignore", [])):
        return None
    if any((match["class"], span["class"]) in HARMLESS for span in on):
        return None
    return False


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    gold, found = lines(sys.argv[1]), defaultdict(list)
    for answer in lines(sys.argv[2]):
        found[answer["id"]].extend(answer["spans"])
    labelled = {span["class"] for case in gold for span in case["spans"]}
    bands = defaultdict(lambda: [0, 0, 0.0])
    for case in gold:
        scope, seen = case.get("scope", ["*"]), set()
        for match in found[case["id"]]:
            place = (match["class"], match["start"], match["end"])
            if place in seen or match["class"] not in labelled or (scope != ["*"] and match["class"] not in scope):
                continue
            seen.add(place)
            right = judge(match, case)
            if right is None:
                continue
            band = bands[max((edge for edge in EDGES if match["confidence"] >= edge), default=0.0)]
            band[0] += 1
            band[1] += right
            band[2] += match["confidence"]
    print("| confidence | matches | right | precision | mean confidence |")
    print("|---|---:|---:|---:|---:|")
    count = sum(band[0] for band in bands.values())
    gap = 0.0
    for low in [0.0] + EDGES:
        if low not in bands:
            continue
        matches, right, total = bands[low]
        high = next((edge for edge in EDGES if edge > low), 1.0)
        print(f"| {low:.2f} to {high:.2f} | {matches} | {right} | {right / matches:.3f} | {total / matches:.3f} |")
        gap += abs(right - total)
    if count:
        print(f"\nmean distance between confidence and precision, by band: {gap / count:.3f}")


main()
