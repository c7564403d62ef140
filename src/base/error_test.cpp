#include "base/error.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace headroom {
namespace {

const std::vector<std::string> kParts = {"radeon-pro-vega-56", "radeon-pro-vega-64",
                                         "firepro-d700"};

TEST(Error, RendersAProblemWithACaretUnderTheWord) {
  const Problem problem{"unknown key 'speeed'", {"my.toml", 12, 3, 6, "  speeed = 3"}, "speed?"};
  EXPECT_EQ(render(problem),
            "error: unknown key 'speeed'\n"
            "  --> my.toml:12:3\n"
            "    |\n"
            "  12|   speeed = 3\n"
            "    |   ^^^^^^\n"
            "  help: speed?\n");
}

TEST(Error, RendersNoCaretWhereThereIsNoLine) {
  EXPECT_EQ(render({"cannot be read", {"my.toml", 0, 0, 1, ""}, ""}),
            "error: cannot be read\n  --> my.toml\n");
  EXPECT_EQ(render({"no machine", {}, "name one"}), "error: no machine\n  help: name one\n");
}

TEST(Error, KeepsAnAbsurdPlaceWithinALine) {
  // A column of 0 is taken as 1, a width of 1000 as 80: the text of a terminal.
  const auto text = render({"odd", {"f", 1, 0, 1000, "x"}, ""});
  EXPECT_NE(text.find("f:1:1\n"), text.npos);
  EXPECT_EQ(std::ranges::count(text, '^'), 80);
}

TEST(Error, NamesTheFirstProblemAndCountsTheRest) {
  const InputError one("too hot", "cool it");
  EXPECT_STREQ(one.what(), "too hot");
  EXPECT_EQ(one.problems()[0].help, "cool it");
  const InputError three({{"first", {}, ""}, {"second", {}, ""}, {"third", {}, ""}});
  EXPECT_STREQ(three.what(), "first (and 2 more)");
  EXPECT_EQ(three.problems().size(), 3u);
}

TEST(Error, WithoutAProblemIsAMistakeOfOurs) {
  EXPECT_THROW(throw InputError(std::vector<Problem>{}), InternalError);
}

TEST(Error, SuggestsTheNearestName) {
  EXPECT_EQ(nearest("radeon-pro-vega-65", kParts), "radeon-pro-vega-64");
  EXPECT_EQ(suggest("firepro-700", kParts), "did you mean 'firepro-d700'?");
}

TEST(Error, ShowsControlCharactersSpelledOut) {
  const Problem problem{"no machine is called '\x1b[2J'",
                        {"a\nb.toml", 2, 9, 1, "\tname = \x1b[31m"},
                        "did you mean '\a'?"};
  EXPECT_EQ(render(problem),
            "error: no machine is called '\\x1b[2J'\n"
            "  --> a\\nb.toml:2:9\n"
            "    |\n"
            "   2|  name = ?[31m\n"
            "    |         ^\n"
            "  help: did you mean '\\x07'?\n");
}

TEST(Error, FindsAWordWithinALongerName) {
  EXPECT_EQ(nearest("vega-64", kParts), "radeon-pro-vega-64");
  EXPECT_EQ(nearest("xx", kParts), "");  // two letters are found in too many names
}

TEST(Error, ListsWhatIsKnownWhenNothingIsNear) {
  EXPECT_EQ(suggest("banana", {"fan", "sink"}), "known: fan, sink");
  EXPECT_EQ(suggest("banana", {}), "");
  std::vector<std::string> many(13, "something-else");
  const auto text = suggest("banana", many);
  EXPECT_TRUE(text.ends_with("something-else, ..."));
  EXPECT_EQ(std::ranges::count(text, ','), 12);
}

RC_GTEST_PROP(ErrorProperty, AKnownWordIsItsOwnNearest, (std::vector<std::string> words)) {
  RC_PRE(!words.empty());
  const auto word = *rc::gen::elementOf(words);
  RC_ASSERT(nearest(word, words) == word);
}

RC_GTEST_PROP(ErrorProperty, OneWrongLetterIsForgiven, ()) {
  auto word = *rc::gen::elementOf(kParts);
  const auto meant = word;
  const auto at = *rc::gen::inRange<std::size_t>(0, word.size());
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      word[at] = '#';
      break;
    case 1:
      word.erase(at, 1);
      break;
    default:
      word.insert(at, 1, '#');
  }
  RC_ASSERT(nearest(word, {"cooling", meant, "workload"}) == meant);
}

}  // namespace
}  // namespace headroom
