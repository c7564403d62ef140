#!/usr/bin/env python3
"""Runs awkward programs with a recorder and without; nothing may differ.

usage: never_harm.py --headroom PROGRAM --awkward PROGRAM --static PROGRAM
                     [--awkward-static PROGRAM] [--isa LEVEL] [NAME...]

Compares standard output, standard error and exit status. Programs that cannot
be recorded must be refused before they start, with the reason. A program that
is killed from outside dies of the same signal. Those that run long enough must
have been recorded. --awkward-static is the same awkward programs, linked so that
they are recorded from outside; so are, where they can be made, a set-uid program,
one in Go and one with another C library. With --isa, programs are recorded under
an emulator instead. Exit status 0 when all is well, 77 when there is no emulator.
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
PROFILE = ["profile", "--unmeasured", "--analysis", "3 s"]


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


def children(process):
    """The processes that a process has started."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
    except OSError:
        pass
    return found


def state(process):
    with open(f"/proc/{process}/stat", encoding="utf-8") as file:
        return file.read().rpartition(")")[2].split()[0]


def begin(headroom, command, profile):
    """headroom, recording, and the program's process, which runs already."""
    started = subprocess.Popen([headroom, *PROFILE, "-o", profile, "--", *command],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    before = os.path.basename(headroom)[:15]
    for _ in range(500):
        time.sleep(0.01)
        for process in children(started.pid):
            try:
                with open(f"/proc/{process}/comm", encoding="utf-8") as file:
                    if file.read().strip() != before:
                        return started, process
            except OSError:
                pass
    raise RuntimeError("the program did not start")


def killed(headroom, awkward, profile):
    """SIGTERM sent to the launcher reaches the program, which dies of it."""
    started, _ = begin(headroom, [awkward, "large_memory"], profile)
    time.sleep(0.3)
    started.send_signal(signal.SIGTERM)
    started.communicate(timeout=60)
    status = started.returncode
    return [] if status == 128 + signal.SIGTERM else [f"status {status}"]


def killed_directly(headroom, awkward, profile):
    """SIGKILL sent to the program itself, again and again, at any moment."""
    for i in range(8):
        started, process = begin(headroom, [awkward, "threads"], profile)
        time.sleep(0.013 * i)
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
        started.communicate(timeout=60)
        if started.returncode not in (128 + signal.SIGKILL, 0):
            return [f"status {started.returncode}"]
    return []


def stopped(headroom, awkward, profile):
    """Stopped and continued from outside, a program stays stopped for that long."""
    plain = run([awkward, "work"])
    started, process = begin(headroom, [awkward, "work"], profile)
    problems = []
    try:
        for i in range(5):
            time.sleep(0.02 + 0.007 * i)
            os.kill(process, signal.SIGSTOP)
            time.sleep(0.1)
            if (now := state(process)) not in "TZ":
                problems.append(f"stopped, its state is {now}")
            os.kill(process, signal.SIGCONT)
    except OSError:
        pass  # it has ended
    output = started.communicate(timeout=60)[0]
    if started.returncode != shell_status(plain[0]) or output != plain[1]:
        problems.append(f"status {started.returncode}, output {output[:200]!r}")
    return problems


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


def recorded(headroom, command, profile):
    return compare(headroom, command, "work", profile)


def set_uid(headroom, program, folder, profile):
    """A set-uid program of nobody's, recorded by root, who may; not by others."""
    if os.geteuid() != 0:
        return None
    copy = os.path.join(folder, "set-uid")
    shutil.copy(program, copy)
    os.chown(copy, 65534, 65534)
    os.chmod(copy, 0o4755)
    problems = recorded(headroom, [copy, "work"], profile)
    os.chown(copy, 0, 0)
    os.chmod(copy, 0o4755)
    os.chmod(folder, 0o755)
    other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if not shutil.which("setpriv") or run([*other, headroom, "--version"])[0] != 0:
        return problems
    # As nobody, where root's program gains rights; its folder may be anywhere.
    status, output, errors = run([*other, headroom, *PROFILE, "-o", "/dev/shm/never-harm.hprof",
                                  "--", copy, "work"])
    if status != 2 or output or b"gains the rights" not in errors:
        problems.append(f"not refused for nobody: status {status}, {errors[:300]!r}")
    return problems


GO = """
package main

import ("fmt"; "os"; "sort"; "sync")

func work(seed uint64) (x uint64) {
	x = seed
	var numbers []int
	for i := 0; i < 400000; i++ {
		x = x*6364136223846793005 + 1442695040888963407
		numbers = append(numbers, int(x>>40))
		if len(numbers) == 1000 {
			sort.Ints(numbers)
			x ^= uint64(numbers[500])
			numbers = nil
		}
	}
	return x
}

func main() {
	var all sync.WaitGroup
	results := make([]uint64, 16)
	for i := range results {
		all.Add(1)
		go func(i int) { defer all.Done(); results[i] = work(uint64(i)) }(i)
	}
	all.Wait()
	fmt.Println(results)
	os.Exit(4)
}
"""
OTHER_LIBRARY = """
#include <stdio.h>
int main(void) {
  unsigned long x = 1;
  for (long i = 0; i < 300000000; i++) x = (x * 6364136223846793005ul + 1) ^ x >> 29;
  printf("%lx\\n", x);
  return 3;
}
"""


def built(compiler, arguments, ending, source, headroom, folder, profile):
    """A program that only some machines can build; nothing where this one cannot."""
    if not shutil.which(compiler):
        return None
    text, program = os.path.join(folder, "program" + ending), os.path.join(folder, "program")
    with open(text, "w", encoding="utf-8") as file:
        file.write(source)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOCACHE": os.path.join(folder, "cache"),
                   "GO111MODULE": "off"}
    done = subprocess.run([compiler, *arguments, "-o", program, text], env=environment,
                          capture_output=True, check=False)
    return None if done.returncode != 0 else recorded(headroom, [program], profile)


def outside_checks(headroom, static, folder, profile):
    """Programs in which there is no recorder."""
    known = run([static])[1].decode().split()
    checks = [("static: " + name,
               lambda n=name: compare(headroom, [static, n], n, profile)) for name in known]
    return checks + [
        ("static: killed from outside", lambda: killed(headroom, static, profile)),
        ("static: killed directly", lambda: killed_directly(headroom, static, profile)),
        ("static: stopped", lambda: stopped(headroom, static, profile)),
        ("static: started by a recorded program", lambda: recorded(
            headroom, ["/bin/sh", "-c", f"'{static}' work; exit 3"], profile)),
        ("set-uid", lambda: set_uid(headroom, static, folder, profile)),
        ("Go", lambda: built("go", ["build"], ".go", GO, headroom, folder, profile)),
        ("musl", lambda: built("musl-gcc", ["-O2"], ".c", OTHER_LIBRARY, headroom, folder,
                               profile)),
    ]


def main():
    parser = argparse.ArgumentParser()
    for option in ("headroom", "awkward", "static"):
        parser.add_argument("--" + option, required=True)
    parser.add_argument("--awkward-static")
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
            ("killed directly", lambda: killed_directly(options.headroom, options.awkward,
                                                        profile)),
            ("stopped", lambda: stopped(options.headroom, options.awkward, profile)),
            ("static", lambda: compare(options.headroom, [options.static],
                                       "" if options.isa else "work", profile)),
            ("missing", lambda: refused(options.headroom, ["./no-such-program"], "no program",
                                        profile)),
            ("shell pipeline", lambda: compare(
                options.headroom, ["/bin/sh", "-c", "seq 200000 | sort -R --random-source=/bin/sh"
                                   " | md5sum; exit 5"], "", profile)),
        ]
        if options.awkward_static:
            checks += outside_checks(options.headroom, options.awkward_static, folder, profile)
        for name, check in checks:
            if options.names and name not in options.names:
                continue
            if options.isa and name in NOT_EMULATED:
                continue
            problems = check()
            if problems is None:
                print(f"--   {name}: not here")
                continue
            print(f"{'FAIL' if problems else 'ok':4} {name}", flush=True)
            for problem in problems:
                print(f"     {problem}")
            failed += bool(problems)
            ran += 1
    print(f"{ran - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
