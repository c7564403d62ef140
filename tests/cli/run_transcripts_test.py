#!/usr/bin/env python3
"""Shows that run_transcripts.py passes what it should and fails what it should."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from run_transcripts import check_file, parse_page, parse_transcript, same

STAND_IN = """#!/bin/sh
case $1 in
  power) echo "cpu   140.2 W"; echo "gpu   201 W"; echo "total 341.2 W" ;;
  wrong) echo "error: no such thing" >&2; exit 2 ;;
  files) ls ;;
  *) echo "hello" ;;
esac
"""


class Matching(unittest.TestCase):
    def test_plain_lines_must_be_equal(self):
        self.assertTrue(same(["a 1", "b"], ["a 1", "b"]))
        self.assertFalse(same(["a 1"], ["a 1", "b"]))
        self.assertFalse(same(["a 1.00"], ["a 1.001"]))

    def test_dots_stand_for_any_number_of_lines(self):
        self.assertTrue(same(["a", "...", "d"], ["a", "b", "c", "d"]))
        self.assertTrue(same(["a", "..."], ["a"]))
        self.assertTrue(same(["...", "b", "...", "b"], ["b", "c", "b"]))
        self.assertFalse(same(["...", "d"], ["a", "b"]))

    def test_dots_within_a_line_stand_for_any_text(self):
        self.assertTrue(same(["took ... s"], ["took 3.2 s"]))
        self.assertTrue(same(["~ wait..."], ["wait..."]))
        self.assertFalse(same(["took ... s"], ["took 3.2 min"]))

    def test_a_tilde_allows_one_percent(self):
        self.assertTrue(same(["~ cpu 140.0 W"], ["cpu  141.3 W"]))
        self.assertFalse(same(["~ cpu 140.0 W"], ["cpu 141.5 W"]))
        self.assertFalse(same(["~ cpu 140.0 W"], ["gpu 140.0 W"]))
        self.assertFalse(same(["~ 3 runs"], ["4 runs"]))
        self.assertFalse(same(["~ 1 2"], ["1"]))

    def test_a_tilde_allows_one_unit_of_the_last_decimal(self):
        self.assertTrue(same(["~ 0.3 s"], ["0.4 s"]))
        self.assertFalse(same(["~ 0.3 s"], ["0.5 s"]))


class Reading(unittest.TestCase):
    def test_a_transcript_is_commands_output_and_status(self):
        first, second = parse_transcript(
            ["About.", "", "$ headroom a", "x", "", "$ headroom b", "y", "[status 2]", ""])
        self.assertEqual((first.command, first.expected, first.status), ("headroom a", ["x"], 0))
        self.assertEqual((second.command, second.expected, second.status), ("headroom b", ["y"], 2))

    def test_a_backslash_continues_a_command(self):
        (example,) = parse_transcript(["$ headroom a \\", "    --b", "out"])
        self.assertEqual((example.command, example.expected), ("headroom a --b", ["out"]))

    def test_a_page_gives_its_blocks_that_begin_with_headroom(self):
        page = ["```console", "$ headroom a", "$ headroom b", "out", "```", "```", "$ make", "```",
                "```console not-run", "$ headroom serve", "```"]
        first, second = parse_page(page)
        self.assertTrue(first.silent)
        self.assertEqual((second.command, second.expected), ("headroom b", ["out"]))


class Running(unittest.TestCase):
    def check(self, text, accept=False, name="a.txt"):
        """Runs a file with this text: (examples that differ, the text afterwards)."""
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program"
            program.write_text(STAND_IN)
            program.chmod(0o755)
            path = Path(folder) / name
            path.write_text(text)
            with contextlib.redirect_stdout(io.StringIO()):
                differing = check_file(path, program, accept)
            return differing, path.read_text()

    def test_output_and_status_count(self):
        self.assertEqual(0, self.check("$ headroom\nhello\n")[0])
        self.assertEqual(1, self.check("$ headroom\ngood day\n")[0])
        self.assertEqual(0, self.check("$ headroom wrong\nerror: no such thing\n[status 2]\n")[0])
        self.assertEqual(1, self.check("$ headroom wrong\nerror: no such thing\n")[0])

    def test_a_file_without_commands_fails(self):
        self.assertEqual(1, self.check("nothing here\n")[0])

    def test_files_that_a_command_writes_are_there_for_the_next(self):
        self.assertEqual(0, self.check("$ headroom > b.txt\n\n$ cat b.txt\nhello\n")[0])

    def test_accepting_rewrites_only_what_differs(self):
        text = ("About.\n\n$ headroom\n...\n\n$ headroom power\n~ cpu   120.0 W\ngpu   201 W\n\n"
                "$ headroom wrong\n")
        differing, after = self.check(text, accept=True)
        self.assertEqual(0, differing)
        self.assertEqual(after, "About.\n\n$ headroom\n...\n\n$ headroom power\n~ cpu   140.2 W\n"
                         "gpu   201 W\ntotal 341.2 W\n\n$ headroom wrong\nerror: no such thing\n"
                         "[status 2]\n")
        self.assertEqual(0, self.check(after)[0])

    def test_a_page_compares_shown_numbers_loosely(self):
        page = "```console\n$ headroom power\n{}\n...\n```\n"
        self.assertEqual(0, self.check(page.format("cpu 140.0 W"), name="a.md")[0])
        self.assertEqual(1, self.check(page.format("cpu 150.0 W"), name="a.md")[0])
        self.assertEqual(1, self.check("```\n$ headroom wrong\n```\n", name="a.md")[0])


if __name__ == "__main__":
    unittest.main()
