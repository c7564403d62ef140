#!/usr/bin/env python3
"""Runs examples of the command line and compares what they print.

usage: run_transcripts.py --headroom PROGRAM [--accept] FILE...

A FILE ending in .txt is a transcript: lines before the first command say what
it shows; a line `$ headroom ARGS` is a command for bash, in which `headroom` is
PROGRAM; below it stands what it prints, output and errors together.

    [status 2]    the exit status, where it is not 0
    ...           any number of lines, on a line of its own; within a line, any text
    ~ power 61 W  this line, numbers within 1 % (or one unit of the last decimal)

A FILE ending in .md is a page: its fenced blocks that begin with `$ headroom`
are run. A block that shows nothing but commands is held to the exit status
only; shown output is compared as above, every number as if marked with `~`.
The words `not-run` on the line that opens a block leave it out.

The commands of one file run in order in one new folder, which holds copies of
tests/cli/files/*. A page also finds catalog/, evidence/ and examples/ there.
--accept writes what was printed into FILE wherever it differs.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

TIMEOUT_S = 300
TOLERANCE = 0.01
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NUMBER = re.compile(r"[-+]?\d+(?:\.(\d+))?(?:e[-+]?\d+)?")
STATUS = re.compile(r"\[status (\d+)\]$")


@dataclass
class Example:
    command: str
    start: int           # lines[start:end] of the file are the expected output
    end: int
    expected: list       # without the status and trailing empty lines
    status: int = 0
    silent: bool = False  # shows no output on purpose: only the status counts
    approximate: bool = False


def read_example(lines, start, end):
    """The command at lines[start], continued after backslashes, and its output."""
    command = lines[start][2:]
    start += 1
    while command.endswith("\\") and start < end:
        command = command[:-1] + lines[start].lstrip()
        start += 1
    example = Example(command, start, end, [])
    shown = lines[example.start:example.end]
    while shown and not shown[-1].strip():
        shown.pop()
        example.end -= 1
    if shown and (match := STATUS.match(shown[-1])):
        example.status = int(match[1])
        shown.pop()
    example.expected = [line.rstrip() for line in shown]
    return example


def parse_transcript(lines):
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    return [read_example(lines, i, following)
            for i, following in zip(starts, starts[1:] + [len(lines)])]


def parse_page(lines):
    """The examples in the fenced blocks of a Markdown page."""
    examples, opened = [], None
    for i, line in enumerate(lines):
        if not line.lstrip().startswith("```"):
            continue
        if opened is None:
            opened = i
            continue
        block = range(opened + 1, i)
        if (block and lines[block[0]].startswith("$ headroom")
                and "not-run" not in lines[opened]):
            starts = [j for j in block if lines[j].startswith("$ ")]
            for j, following in zip(starts, starts[1:] + [i]):
                example = read_example(lines, j, following)
                example.silent = not example.expected
                example.approximate = True
                examples.append(example)
        opened = None
    return examples


def skeleton(line):
    """The line without its numbers and without regard to the gaps."""
    return " ".join(NUMBER.sub("0", line).split())


def near(a, b):
    """Whether two matches of NUMBER stand for about the same number."""
    decimals = min(len(a[1] or ""), len(b[1] or ""))
    step = 10.0**-decimals if decimals else 0.0
    x, y = float(a[0]), float(b[0])
    return abs(x - y) <= max(TOLERANCE * max(abs(x), abs(y)), step * 1.0001)


def same_line(expected, actual, approximate=False):
    if expected.startswith("~ "):
        expected, approximate = expected[2:], True
    if "..." in expected:
        parts = map(re.escape, expected.split("..."))
        return re.fullmatch(".*".join(parts), actual) is not None
    if not approximate:
        return expected == actual
    return skeleton(expected) == skeleton(actual) and all(
        near(a, b) for a, b in zip(NUMBER.finditer(expected), NUMBER.finditer(actual)))


def same(expected, actual, approximate=False):
    """Whether the lines match, with `...` standing for any number of them."""
    # reached[j]: the expected lines so far can match the first j actual ones.
    reached = [True] + [False] * len(actual)
    for line in expected:
        if line.strip() == "...":
            first = reached.index(True) if True in reached else len(reached)
            reached = [j >= first for j in range(len(reached))]
        else:
            reached = [False] + [reached[j] and same_line(line, actual[j], approximate)
                                 for j in range(len(actual))]
    return reached[-1]


def accepted(example, actual, status):
    """What to write below the command; lines that stay about alike keep their `~`."""
    marked = {skeleton(line[2:]) for line in example.expected if line.startswith("~ ")}
    lines = [f"~ {line}" if skeleton(line) in marked else line for line in actual]
    return lines + ([f"[status {status}]"] if status else [])


def run(command, folder, program):
    environment = dict(os.environ, LC_ALL="C.UTF-8", COLUMNS="100", NO_COLOR="1", TERM="dumb",
                       HOME=str(folder), TZ="UTC",
                       PATH=f"{folder}/.bin{os.pathsep}{os.environ['PATH']}")
    try:
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder,
                              env=environment, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        return [f"(still running after {TIMEOUT_S} s)"], 124
    actual = [line.rstrip() for line in done.stdout.decode(errors="replace").splitlines()]
    while actual and not actual[-1]:
        actual.pop()
    return actual, done.returncode


def show_difference(path, example, actual, status):
    print(f"{path}:{example.start}: $ {example.command}")
    if status != example.status:
        print(f"  exit status {status}, expected {example.status}")
    if example.silent:
        for line in actual[-20:]:
            print(f"  | {line}")
        return
    matcher = SequenceMatcher(None, example.expected, actual, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            for line in example.expected[a:b]:
                print(f"  - {line}")
            for line in actual[c:d]:
                print(f"  + {line}")


def prepare(folder, program, is_page):
    (folder / ".bin").mkdir()
    (folder / ".bin" / "headroom").symlink_to(program)
    if (HERE / "files").is_dir():
        shutil.copytree(HERE / "files", folder, dirs_exist_ok=True)
    for name in ("catalog", "evidence", "examples") if is_page else ():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)


def check_file(path, program, accept):
    """Runs one file; returns how many of its examples differ."""
    text = path.read_text()
    lines = text.splitlines()
    is_page = path.suffix == ".md"
    examples = parse_page(lines) if is_page else parse_transcript(lines)
    if not examples:
        print(f"{path}: no command to run")
        return 1
    differing, results = 0, []
    with tempfile.TemporaryDirectory(prefix="headroom-") as name:
        folder = Path(name)
        prepare(folder, program, is_page)
        for example in examples:
            actual, status = run(example.command, folder, program)
            fine = status == example.status and (
                example.silent or same(example.expected, actual, example.approximate))
            if not fine:
                differing += 1
                results.append((example, actual, status))
                if not accept:
                    show_difference(path, example, actual, status)
    if accept and results:
        for example, actual, status in reversed(results):
            lines[example.start:example.end] = accepted(
                example, [] if example.silent else actual, status)
        path.write_text("\n".join(lines) + "\n")
        print(f"{path}: rewrote {differing} of {len(examples)} examples")
        return 0
    print(f"{path}: {len(examples) - differing} of {len(examples)} examples hold")
    return differing


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--headroom", type=Path, required=True, help="the built program")
    parser.add_argument("--accept", action="store_true", help="rewrite the files")
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    program = options.headroom.resolve()
    if not program.is_file():
        sys.exit(f"no program at {program}: build it first")
    return 1 if sum([check_file(f, program, options.accept) for f in options.files]) else 0


if __name__ == "__main__":
    sys.exit(main())
