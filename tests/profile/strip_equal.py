#!/usr/bin/env python3
"""A real program, recorded here and then stripped, gives the same predictions to the
last digit, and its file holds neither its arguments nor a piece of its code.

usage: strip_equal.py --headroom PROGRAM
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SECRET = "a-secret-argument"
WORK = "d={}\nfor i in range(6000000): d[i*7919%50021]=i\nprint(len(d))"


def numbers_of(value, path=""):
    """Every number in some JSON, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers_of(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from numbers_of(inner, f"{path}/{place}")
    elif isinstance(value, (int, float)):
        yield path, value


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headroom", required=True)
    headroom = str(Path(parser.parse_args().headroom).resolve())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole, less = folder / "whole.hprof", folder / "less.hprof"

        def run(*words):
            return subprocess.run([headroom, *map(str, words)], capture_output=True, text=True,
                                  check=True).stdout

        run("profile", "-o", whole, "--", "/usr/bin/python3", "-c", WORK, SECRET)
        run("profile", "--strip", "--from", whole, "-o", less)
        text = run("show", whole)
        if SECRET not in text or "Snapshots: 0" in text:
            print(f"the recording itself is not what this test needs:\n{text}")
            return 1
        stripped = run("show", less)
        if SECRET in stripped or "Stripped: " not in stripped:
            print(f"the stripped profile tells too much:\n{stripped}")
            return 1
        try:
            before = json.loads(run("show", whole, "--json"))
        except subprocess.CalledProcessError as error:  # a computer that the catalogue lacks
            print(f"not replayed here: {error.stderr}")
            return 0
        one = dict(numbers_of(before))
        other = dict(numbers_of(json.loads(run("show", less, "--json"))))
        wrong = [path for path in one.keys() | other.keys() if one.get(path) != other.get(path)]
        for path in sorted(wrong)[:20]:
            print(f"{path}: {one.get(path)} became {other.get(path)}")
        print(f"{len(one)} numbers, {len(wrong)} of them changed")
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
