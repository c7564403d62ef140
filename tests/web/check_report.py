#!/usr/bin/env python3
"""Opens reports in headless Chromium and checks what a reader would notice.

usage: check_report.py --browser /usr/bin/chromium --samples sample_report [--keep FOLDER]

No complaint on the console, no request to anywhere, plots that are really
drawn, zoom and cursor and keyboard that work, a page that says the same without
scripts, fits a phone and prints, and no name from a file that runs as code. The pages
without scripts (comparison, advice, timeline, claims, recorded programs) likewise.
"""

import argparse
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from browser import Browser  # noqa: E402

OPTIONS = argparse.Namespace(browser="", samples="", keep="")
LARGEST = 2_000_000

# How many pixels of a plot's canvas are not transparent.
INK = """[...document.querySelectorAll('.live canvas')].map(c => {
  const copy = new OffscreenCanvas(c.width, c.height);
  const pen = copy.getContext('2d', {willReadFrequently: true});
  pen.drawImage(c, 0, 0);
  const d = pen.getImageData(0, 0, c.width, c.height).data;
  let n = 0;
  for (let i = 3; i < d.length; i += 4) n += d[i] > 0;
  return n;
})"""
# Elements that stick out of the page to the right.
OVERFLOW = """document.documentElement.scrollWidth - document.documentElement.clientWidth"""


# How tall the tallest element of a kind is, that is to say whether one is visible.
HEIGHT = "Math.max(0, ...[...document.querySelectorAll('%s')].map(e => e.clientHeight))"
# Links within the page to parts that are not there.
DEAD_LINKS = """[...document.querySelectorAll('a[href^="#"]')]
  .map(a => a.getAttribute('href').slice(1)).filter(id => !document.getElementById(id))"""
# The pages without scripts: words that they say, and elements that they show.
STILL = {
    "compare": (("Fastest: Machine 3, 1.50 times as fast as Machine 1", "Every number",
                 "headroom compare"), (".cards .card", ".scatter", ".bars", "table")),
    "advise": (("Buy the Machine 2, for 7399 USD", "21 fit", "headroom advise"),
               (".scatter", ".machine", "table")),
    "timeline": (("Most work for the money: Old Machine, Big", "of each day that is shown",
                  "headroom timeline"), (".years svg", ".key", "table")),
    "program": (("What would help it most: memory with 20 % less latency", "1.33..3.00",
                 "How it gains from cores", "headroom show"),
                (".cards .card", ".bars .part", ".strip svg", "table")),
    "recorded": (("What kind of program it is", "Work 1", "within 50 %, nine times in ten",
                  "headroom compare"), (".bars .part", ".bars .may", ".scatter")),
    "claims": (("It holds in part", "costs at most 5000 USD", "rack", "headroom claims"),
               ("blockquote", ".criteria li", "details")),
}
COUNT_HANDLERS = """[...document.querySelectorAll('*')]
  .filter(e => [...e.attributes].some(a => /^on/i.test(a.name))).length"""
COUNT_STRANGE_LINKS = """[...document.links]
  .filter(a => !/^(https?:|file:.*#)/.test(a.href)).length"""
NAMELESS = """[...document.querySelectorAll('button, select, input, [role=img], [tabindex]')]
  .filter(e => !(e.ariaLabel || e.textContent.trim() || e.closest('label')?.textContent.trim()))
  .map(e => e.outerHTML.slice(0, 80))"""


def display_of(page, selector):
    return page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).display")


def plot_area(page, strip=0):
    """Place of a strip's plotting area in the window, scrolled into view."""
    return page.evaluate(f"""(() => {{
      const over = document.querySelectorAll('.u-over')[{strip}];
      over.scrollIntoView({{block: 'center'}});
      const r = over.getBoundingClientRect();
      return [r.left, r.top, r.width, r.height];
    }})()""")


class ReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="headroom-report-")
        cls.folder = Path(OPTIONS.keep or cls.scratch.name)
        subprocess.run([OPTIONS.samples, str(cls.folder)], check=True)
        cls.browser = Browser(OPTIONS.browser)

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.scratch.cleanup()

    def open(self, name, **how):
        page = self.browser.open(f"file://{self.folder}/{name}.html", **how)
        self.addCleanup(page.close)
        return page

    def readouts(self, page):
        return page.evaluate("[...document.querySelectorAll('.readout')].map(o => o.textContent)")

    def check_quiet(self, page):
        self.assertEqual(page.complaints(), [])
        self.assertEqual(page.requests(), [])

    def test_every_page_is_small_quiet_and_alone(self):
        for name in ("one", "two", "many"):
            with self.subTest(name):
                self.assertLess((self.folder / f"{name}.html").stat().st_size, LARGEST)
                page = self.open(name)
                self.check_quiet(page)
                self.assertNotRegex(page.evaluate("document.body.innerText"),
                                    r"(?i)\b(nan|inf|undefined)\b")

    def test_plots_are_drawn(self):
        page = self.open("one")
        ink = page.evaluate(INK)
        self.assertEqual(len(ink), 5)
        for pixels in ink:
            self.assertGreater(pixels, 2000)
        self.assertEqual(display_of(page, ".still"), "none")

    def test_the_cursor_reads_every_strip_at_one_time(self):
        page = self.open("one")
        left, top, width, height = plot_area(page)
        page.mouse("mouseMoved", left + width / 2, top + height / 2)
        page.settle()
        texts = self.readouts(page)
        self.assertEqual(len(texts), 5)
        for text, unit in zip(texts, ("GHz", "°C", "W", "rpm", "dBA")):
            self.assertTrue(text.startswith(("5 min", "300")), text)
            self.assertIn(unit, text)
        self.check_quiet(page)

    def test_dragging_zooms_all_strips_and_a_double_click_shows_all(self):
        page = self.open("one")
        left, top, width, height = plot_area(page)
        middle = top + height / 2
        page.mouse("mouseMoved", left + width * 0.25, middle)
        page.mouse("mousePressed", left + width * 0.25, middle, "left", 1)
        page.mouse("mouseMoved", left + width * 0.5, middle, "left")
        page.mouse("mouseReleased", left + width * 0.5, middle, "left", 1)
        page.settle()
        page.mouse("mouseMoved", left + width * 0.5, middle)
        page.settle()
        zoomed = self.readouts(page)
        self.assertTrue(all(t.startswith(("225", "3.8 min", "224", "226")) for t in zoomed), zoomed)
        for clicks in (1, 2):
            page.mouse("mousePressed", left + width * 0.5, middle, "left", clicks)
            page.mouse("mouseReleased", left + width * 0.5, middle, "left", clicks)
        page.mouse("mouseMoved", left + width * 0.5 + 1, middle)
        page.settle()
        self.assertTrue(all(t.startswith(("300", "5 min", "301")) for t in self.readouts(page)),
                        self.readouts(page))
        self.check_quiet(page)

    def test_the_keyboard_moves_the_cursor_and_zooms(self):
        page = self.open("one")
        page.evaluate("document.querySelectorAll('.live')[1].focus()")
        page.key("Home")
        for _ in range(3):
            page.key("ArrowRight")
        page.settle()
        texts = self.readouts(page)
        self.assertTrue(texts[0].startswith("18.0 s"), texts)
        self.assertIn("CPU", texts[1])
        page.key("+")
        page.key("ArrowRight")  # a hundredth of what is left in view
        page.settle()
        self.assertTrue(self.readouts(page)[0].startswith("22."), self.readouts(page))
        self.assertNotEqual(page.evaluate("document.querySelector('[aria-live]').textContent"), "")
        self.check_quiet(page)

    def test_runs_can_be_put_away(self):
        page = self.open("two")
        before = page.evaluate(INK)
        page.evaluate("document.querySelector('.key input[data-run=\"1\"]').click()")
        page.settle()
        after = page.evaluate(INK)
        self.assertLess(sum(after), sum(before) - 1000)
        left, top, width, height = plot_area(page)
        page.mouse("mouseMoved", left + width / 4, top + height / 2)
        page.settle()
        self.assertNotIn("B", self.readouts(page)[0])
        self.check_quiet(page)

    def test_another_channel_can_be_added_and_removed(self):
        page = self.open("one")
        page.evaluate("""(() => {
          const select = document.querySelector('#others select');
          select.value = 'temperature.board';
          select.dispatchEvent(new Event('change'));
        })()""")
        page.settle()
        self.assertEqual(len(page.evaluate(INK)), 6)
        page.evaluate("document.querySelector('.strip button').click()")
        self.assertEqual(len(page.evaluate(INK)), 5)
        self.check_quiet(page)

    def test_the_colour_scheme_is_followed(self):
        seen = set()
        for scheme in ("light", "dark"):
            page = self.open("one", features={"prefers-color-scheme": scheme})
            seen.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            self.assertGreater(min(page.evaluate(INK)), 2000)
        self.assertEqual(len(seen), 2)

    def test_a_phone_needs_no_sideways_scrolling(self):
        for name in ("one", "two", "many", "hostile"):
            for scripts in (True, False):
                with self.subTest(name, scripts=scripts):
                    page = self.open(name, width=390, height=800, scripts=scripts)
                    self.assertLessEqual(page.evaluate(OVERFLOW), 0)

    def test_the_page_says_the_same_without_scripts(self):
        page = self.open("one", scripts=False)
        text = page.evaluate("document.body.innerText")
        for words in ("sustains 3.81 GHz", "4 %", "Energy balance", "6399", "How to reproduce"):
            self.assertIn(words, text.replace("\u00a0", " "))
        self.assertEqual(page.evaluate("document.querySelectorAll('.still .line').length"), 11)
        line = "document.querySelector('.still .line').getBBox().width"
        self.assertGreater(page.evaluate(line), 1900)
        self.assertEqual(page.evaluate("[...document.querySelectorAll('.live-only')]"
                                       ".filter(e => e.offsetHeight > 0).length"), 0)
        self.check_quiet(page)

    def test_paper_shows_the_still_plots(self):
        page = self.open("one", media="print")
        self.assertEqual(display_of(page, ".still"), "block")
        self.assertEqual(display_of(page, ".live"), "none")

    def test_names_from_files_never_run(self):
        for name in ("hostile", "hostile2", "many"):
            with self.subTest(name):
                page = self.open(name)
                self.assertIsNone(page.evaluate("window.hacked ?? null"))
                for foreign in ("img", "iframe", "object", "embed"):
                    found = page.evaluate(f"document.querySelectorAll('{foreign}').length")
                    self.assertEqual(found, 0, foreign)
                self.assertEqual(page.evaluate(COUNT_HANDLERS), 0)
                self.assertEqual(page.evaluate(COUNT_STRANGE_LINKS), 0)
                self.assertEqual(page.evaluate("document.scripts.length"), 3)
                self.check_quiet(page)

    def test_every_control_and_plot_has_a_name(self):
        for name in ("two", *STILL):
            with self.subTest(name):
                self.assertEqual(self.open(name).evaluate(NAMELESS), [])

    def test_the_still_pages_are_quiet_and_show_what_they_are_for(self):
        for name, (words, selectors) in STILL.items():
            with self.subTest(name):
                page = self.open(name)
                self.check_quiet(page)
                text = page.evaluate("document.body.innerText").replace("\u00a0", " ")
                for word in words:
                    self.assertIn(word, text)
                self.assertNotRegex(text, r"(?i)\b(nan|inf|undefined)\b")
                for selector in ("h1", "#answer", *selectors):
                    self.assertGreater(page.evaluate(HEIGHT % selector), 0, selector)
                self.assertEqual(page.evaluate(DEAD_LINKS), [])
                self.assertEqual(page.evaluate("document.scripts.length"), 0)

    def test_the_still_pages_fit_a_phone_and_follow_the_colour_scheme(self):
        for name in STILL:
            with self.subTest(name):
                page = self.open(name, width=390, height=800)
                self.assertLessEqual(page.evaluate(OVERFLOW), 0)
                seen = set()
                for scheme in ("light", "dark"):
                    page = self.open(name, features={"prefers-color-scheme": scheme})
                    seen.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
                self.assertEqual(len(seen), 2)

    def test_names_from_files_never_run_on_the_still_pages(self):
        for name in STILL:
            with self.subTest(name):
                page = self.open(f"hostile-{name}")
                self.assertIn("<img src=x", page.evaluate("document.body.innerText"))
                self.assertEqual(page.evaluate("document.querySelectorAll('img').length"), 0)
                self.assertEqual(page.evaluate(COUNT_HANDLERS), 0)
                self.assertEqual(page.evaluate("document.scripts.length"), 0)
                self.check_quiet(page)
                page = self.open(f"hostile-{name}", width=390, height=800)
                self.assertLessEqual(page.evaluate(OVERFLOW), 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--browser", required=True)
    parser.add_argument("--samples", required=True, help="the program that writes the sample pages")
    parser.add_argument("--keep", default="", help="folder to leave the pages in")
    parser.add_argument("rest", nargs="*", help="names of tests")
    parser.parse_args(namespace=OPTIONS)
    unittest.main(argv=[sys.argv[0], *OPTIONS.rest], verbosity=1)


if __name__ == "__main__":
    main()
