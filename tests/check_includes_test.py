#!/usr/bin/env python3
"""Shows that check_includes.py finds each kind of disorder, and only that."""

import tempfile
import unittest
from pathlib import Path

from check_includes import check, find_cycle, read_rooms

CMAKE = """
headroom_room(base   LIBS fmt::fmt)
headroom_room(fans   ROOMS base)
headroom_room(pumps  ROOMS base
              LIBS Eigen3::Eigen)
headroom_room(house  ROOMS fans pumps)
"""


class CheckIncludes(unittest.TestCase):
    def problems(self, **files):
        """What check() says of a tree with these files (room__name_hpp=text)."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "CMakeLists.txt").write_text(CMAKE)
            for key, text in files.items():
                room, name = key.split("__")
                path = root / "src" / room / ".".join(name.rsplit("_", 1))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check(root)

    def test_a_room_reaches_the_rooms_its_rooms_link(self):
        self.assertEqual(read_rooms(CMAKE)["house"], {"house", "fans", "pumps", "base"})

    def test_an_orderly_tree_has_no_problems(self):
        self.assertEqual([], self.problems(
            base__unit_hpp="#include <string>\n",
            house__all_cpp='#include "base/unit.hpp"\n#include <Eigen/Dense>\n'))

    def test_model_rooms_may_not_include_each_other(self):
        (problem,) = self.problems(
            pumps__pump_hpp="", fans__fan_cpp='\n#include "pumps/pump.hpp"\n')
        self.assertEqual(problem, "src/fans/fan.cpp:2: fans may not include pumps (pumps/pump.hpp)")

    def test_heavy_headers_stay_out_of_headers(self):
        for heavy in ("Eigen/Core", "CLI/CLI.hpp", "toml++/toml.h", "nlohmann/json.hpp"):
            (problem,) = self.problems(base__unit_hpp=f"#include <{heavy}>\n")
            self.assertIn("heavy", problem)
        self.assertEqual([], self.problems(base__unit_hpp="#include <nlohmann/json_fwd.hpp>\n"))

    def test_long_files_are_named(self):
        (problem,) = self.problems(base__unit_cpp="\n" * 501)
        self.assertEqual(problem, "src/base/unit.cpp: 501 lines; at most 500")

    def test_quotes_are_for_files_of_the_house(self):
        (problem,) = self.problems(base__unit_cpp='#include "fmt/core.h"\n')
        self.assertIn("no src/fmt/core.h", problem)

    def test_a_folder_that_is_no_room_is_named(self):
        (problem,) = self.problems(attic__box_hpp="")
        self.assertIn("no headroom_room(attic", problem)

    def test_headers_in_a_circle_are_found(self):
        (problem,) = self.problems(
            base__a_hpp='#include "base/b.hpp"\n', base__b_hpp='#include "base/a.hpp"\n')
        self.assertIn("base/a.hpp -> base/b.hpp -> base/a.hpp", problem)
        self.assertIsNone(find_cycle({"a": ["b", "c"], "b": ["c"]}))


if __name__ == "__main__":
    unittest.main()
