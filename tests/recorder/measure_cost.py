#!/usr/bin/env python3
"""Measures what recording costs the recorded program.

usage: measure_cost.py --headroom PROGRAM [--rounds N] [--data FILE] [NAME...]

Runs each program plainly and recorded, in turn, N times (default 7), and prints
medians: wall time and processor time, each as a ratio, the snapshots kept, the
size of the profile, and how long the analysis went on after the run. What the
recorded program took is read from headroom's summary, so that the analysis is
not counted as its time.
"""

import argparse
import os
import re
import resource
import statistics
import subprocess
import tempfile
import time

PYTHON = """
d = {}
for i in range(6000000):
    k = (i * 7919) % 10007
    d[k] = d.get(k, 0) + i % 3
print(sum(d.values()))
"""
SQL = ("create table t(a, b); with recursive c(x) as (select 1 union all select x + 1 from c"
       " where x < 1500000) insert into t select x, x * 7919 % 10007 from c;"
       " create index i on t(b); select count(*), sum(a) from t where b in"
       " (select b from t where a % 17 = 0);")
SOURCE = """
#include <algorithm>
#include <iostream>
#include <map>
#include <regex>
#include <string>
#include <vector>
int main() {
  std::map<std::string, std::vector<int>> m;
  std::regex r("a+b");
  for (int i = 0; i < 100; i++) m[std::to_string(i)].push_back(i);
  std::cout << m.size() << std::regex_match("aab", r) << std::endl;
}
"""


def plain(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def recorded(headroom, command, profile):
    done = subprocess.run([headroom, "profile", "-o", profile, "--", *command],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    said = done.stderr
    wall, cpu = map(float, re.search(r"headroom: ([\d.]+) s, ([\d.]+) s of", said).groups())
    taken, kept = map(int, re.search(r"(\d+) snapshots \((\d+) kept", said).groups())
    analysis = float(re.search(r"MB, ([\d.]+) s of analysis", said).group(1))
    return wall, cpu, taken, kept, os.path.getsize(profile), analysis


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--headroom", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--data", help="a file of some 30 MB to compress")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = options.data
        if not data:
            data = os.path.join(folder, "data")
            with open(data, "wb") as out, open(os.path.realpath("/usr/bin/python3"), "rb") as file:
                text = file.read()
                while out.tell() < 30e6:
                    out.write(text)
        for name, text in (("p.py", PYTHON), ("s.cpp", SOURCE)):
            with open(os.path.join(folder, name), "w") as out:
                out.write(text)
        profile = os.path.join(folder, "x.hprof")
        programs = {
            "gzip": ["gzip", "-c", data],
            "xz -2": ["xz", "-2", "-k", "-c", data],
            "xz -6": ["xz", "-6", "-k", "-c", data],
            "zstd -12": ["zstd", "-12", "-q", "-c", "--single-thread", data],
            "python3": ["/usr/bin/python3", os.path.join(folder, "p.py")],
            "sqlite3": ["sqlite3", ":memory:", SQL],
            "g++ -O2": ["g++", "-O2", "-c", "-o", os.path.join(folder, "s.o"),
                        os.path.join(folder, "s.cpp")],
        }
        print("program     wall s  ratio   cpu s  ratio  taken  kept   MB  analysis s", flush=True)
        for name, command in programs.items():
            if options.names and name not in options.names:
                continue
            pairs = [(plain(command), recorded(options.headroom, command, profile))
                     for _ in range(options.rounds)]
            median = statistics.median
            print(f"{name:10} {median(p[0] for p, r in pairs):7.2f} "
                  f"{median(r[0] for p, r in pairs) / median(p[0] for p, r in pairs):6.3f} "
                  f"{median(p[1] for p, r in pairs):7.2f} "
                  f"{median(r[1] for p, r in pairs) / median(p[1] for p, r in pairs):6.3f} "
                  f"{median(r[2] for p, r in pairs):6.0f} {median(r[3] for p, r in pairs):5.0f} "
                  f"{median(r[4] for p, r in pairs) / 1e6:4.1f} "
                  f"{median(r[5] for p, r in pairs):6.1f}", flush=True)


if __name__ == "__main__":
    main()
