#!/usr/bin/env python3
"""Runs awkward programs with a recorder and without; nothing may differ.

usage: never_harm.py --headroom PROGRAM --awkward PROGRAM --static PROGRAM
                     [--isa LEVEL] [NAME...]

Compares standard output, standard error and exit status. Programs that cannot
be recorded must be refused before they start, with the reason. A program that
is killed from outside dies of the same signal. Those that run long enough must
have been recorded. With --isa, programs are recorded under an emulator instead.
Exit status 0 when all is well, 77 when there is no emulator.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# Those that run long enough that a snapshot is sure to be begun.
SAMPLED = {"work", "threads", "own_profiler", "hears_of_children", "writes_code", "shares_memory",
           "ends_pipes", "large_memory", "throws_in_threads", "starts_itself", "limits_itself"}

# The emulator, with a plugin or without, cannot cancel threads.
NOT_EMULATED = {"thread_ends"}

# How headroom is called, but for the file and the command.
PROFILE = ["profile", "--unmeasured"]


def run(command):
    done = subprocess.run(command, capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def split(errors):
    """What the program said on stderr, and what headroom said."""
    lines = errors.splitlines(keepends=True)
    ours = [line for line in lines if line.startswith(b"headroom: ")]
    theirs = [line for line in lines if not line.startswith(b"headroom: ")]
    return b"".join(theirs), b"".join(ours).decode()


def shell_status(status):
    return 128 - status if status < 0 else status


def snapshots(summary):
    for line in summary.splitlines():
        words = line.split()
        if "snapshots" in words:
            return int(words[1])
    return 0


def compare(headroom, command, name, profile):
    plain = run(command)
    status, output, errors = run([headroom, *PROFILE, "-o", profile, "--", *command])
    theirs, ours = split(errors)
    problems = []
    if status != shell_status(plain[0]):
        problems.append(f"status {status}, without {shell_status(plain[0])}")
    if output != plain[1]:
        problems.append(f"output {output[:200]!r}, without {plain[1][:200]!r}")
    if theirs != plain[2]:
        problems.append(f"errors {theirs[:200]!r}, without {plain[2][:200]!r}")
    if name in SAMPLED and snapshots(ours) == 0:
        problems.append("no snapshot was begun")
    return problems


def refused(headroom, command, reason, profile):
    status, output, errors = run([headroom, *PROFILE, "-o", profile, "--", *command])
    if status != 2 or output or reason not in errors.decode():
        return [f"not refused because {reason!r}: status {status}, {errors[:300]!r}"]
    return []


def killed(headroom, awkward, profile):
    """SIGTERM sent to the launcher reaches the program, which dies of it."""
    started = subprocess.Popen([headroom, *PROFILE, "-o", profile, "--", awkward, "large_memory"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    started.send_signal(signal.SIGTERM)
    status = started.wait(timeout=60)
    return [] if status == 128 + signal.SIGTERM else [f"status {status}"]


def spawned(headroom, awkward, profile):
    """Started as make starts its commands: glibc leaves the recorder's signal ignored."""
    summary = profile + ".log"
    command = [headroom, *PROFILE, "-o", profile, "--", awkward, "work"]
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
              (os.POSIX_SPAWN_OPEN, 2, summary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
    child = os.posix_spawn(headroom, command, os.environ, file_actions=silent,
                           setsigdef=[signal.SIGINT])
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    plain = run([awkward, "work"])[0]
    problems = [] if status == plain else [f"status {status}, without {plain}"]
    with open(summary, encoding="utf-8") as lines:
        if snapshots(lines.read()) == 0:
            problems.append("no snapshot was begun")
    return problems


def main():
    parser = argparse.ArgumentParser()
    for option in ("headroom", "awkward", "static"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--isa")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.isa and not shutil.which("qemu-x86_64"):
        print("skipped: qemu-x86_64 is missing (apt install qemu-user)")
        return 77
    if options.isa:
        PROFILE.extend(["--isa", options.isa])
    known = run([options.awkward])[1].decode().split()
    failed = ran = 0
    with tempfile.TemporaryDirectory() as folder:
        profile = os.path.join(folder, "test.hprof")
        checks = [(name, lambda n=name: compare(options.headroom, [options.awkward, n], n, profile))
                  for name in known]
        checks += [
            ("killed from outside", lambda: killed(options.headroom, options.awkward, profile)),
            ("spawned", lambda: spawned(options.headroom, options.awkward, profile)),
            ("static", lambda: compare(options.headroom, [options.static], "", profile)
                if options.isa else
                refused(options.headroom, [options.static], "statically", profile)),
            ("missing", lambda: refused(options.headroom, ["./no-such-program"], "no program",
                                        profile)),
            ("shell pipeline", lambda: compare(
                options.headroom, ["/bin/sh", "-c", "seq 200000 | sort -R --random-source=/bin/sh"
                                   " | md5sum; exit 5"], "", profile)),
        ]
        for name, check in checks:
            if options.names and name not in options.names:
                continue
            if options.isa and name in NOT_EMULATED:
                continue
            problems = check()
            print(f"{'FAIL' if problems else 'ok':4} {name}", flush=True)
            for problem in problems:
                print(f"     {problem}")
            failed += bool(problems)
            ran += 1
    print(f"{ran - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
