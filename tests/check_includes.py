#!/usr/bin/env python3
"""Keeps the house in order: who may include whom, and how long a file may be.

usage: check_includes.py [ROOT]

The rooms and what each may include are read from the headroom_room(...) lines
of CMakeLists.txt. A file may include its own room and the rooms it links,
directly or through others. Within a room no headers may include each other in
a circle. Heavy third-party headers belong in .cpp files, where only one file
pays for them. No file under src/ is longer than 500 lines.
"""

import re
import sys
from pathlib import Path

LINES_MAX = 500
HEAVY = re.compile(r"(unsupported/)?Eigen/|CLI/|toml\+\+/|toml\.hpp$|nlohmann/(?!json_fwd\.hpp$)")
INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def read_rooms(cmake_text):
    """Room -> the set of rooms it may include, itself among them."""
    rooms = {}
    for call in re.findall(r"^\s*headroom_room\(([^)]*)\)", cmake_text, re.M):
        name, *words = call.split()
        direct, keyword = [], None
        for word in words:
            if word in ("ROOMS", "LIBS"):
                keyword = word
            elif keyword == "ROOMS":
                direct.append(word)
        # A room links only rooms declared above it, so theirs are complete.
        rooms[name] = {name}.union(*(rooms[d] for d in direct))
    return rooms


def includes_of(path):
    """Yields (line number, name, whether in quotes) for each include."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match[1] or match[2], match[1] is not None


def find_cycle(graph):
    """A list of nodes that leads back to its start, or None."""
    done = set()

    def visit(node, trail):
        if node in trail:
            return trail[trail.index(node):] + [node]
        if node in done:
            return None
        for following in graph.get(node, ()):
            if cycle := visit(following, trail + [node]):
                return cycle
        done.add(node)
        return None

    for node in sorted(graph):
        if cycle := visit(node, []):
            return cycle
    return None


def check(root):
    """The problems found under root/src, as lines of text."""
    rooms = read_rooms((root / "CMakeLists.txt").read_text())
    source = root / "src"
    problems, graph = [], {}
    for path in sorted(source.rglob("*.[ch]pp")):
        name = path.relative_to(source).as_posix()
        room = name.split("/")[0]
        lines = len(path.read_text().splitlines())
        if lines > LINES_MAX:
            problems.append(f"src/{name}: {lines} lines; at most {LINES_MAX}")
        if room not in rooms:
            problems.append(f"src/{name}: no headroom_room({room} ...) in CMakeLists.txt")
            continue
        for number, target, quoted in includes_of(path):
            at = f"src/{name}:{number}"
            if path.suffix == ".hpp" and HEAVY.match(target):
                problems.append(f"{at}: <{target}> is heavy: include it in a .cpp file")
            if not quoted:
                continue
            if not (source / target).is_file():
                problems.append(f"{at}: no src/{target}; quotes are for our own files")
                continue
            other = target.split("/")[0]
            if other not in rooms[room]:
                problems.append(f"{at}: {room} may not include {other} ({target})")
            if path.suffix == ".hpp":
                graph.setdefault(name, []).append(target)
    if cycle := find_cycle(graph):
        problems.append("headers include each other in a circle: " + " -> ".join(cycle))
    return problems


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent)
    problems = check(root)
    print("\n".join(problems) if problems else "every include goes the right way")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
