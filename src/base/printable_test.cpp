#include "base/printable.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace headroom {

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(printable("iMac Pro (2017), 27\" \\ café €5 日本 😀"),
            "iMac Pro (2017), 27\" \\ café €5 日本 😀");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, SpellsOutWhatSteersATerminal) {
  EXPECT_EQ(printable("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m");
  EXPECT_EQ(printable("a\rb\nc\td\x7f"), "a\\rb\\nc\\td\\x7f");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\x9b31m");  // U+009B is the escape sequence in one character
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, SpellsOutWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(printable("a\u202eb\u2066c\u200f"), "a\\u{202e}b\\u{2066}c\\u{200f}");
}

TEST(Printable, SpellsOutBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("\xFF\xFE"), "\\xff\\xfe");
  EXPECT_EQ(printable("\xC3"), "\\xc3");                    // cut short
  EXPECT_EQ(printable("\xC0\x8A"), "\\xc0\\x8a");           // a line feed in two bytes
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // half of a pair
}

TEST(Printable, KeepsLinesAndTabsWhereAsked) {
  EXPECT_EQ(printable("a\n\tb\x1b\r\n", true), "a\n\tb\\x1b\\r\n");
}

TEST(Printable, KeepsColumnsOfALineWithACaretUnderIt) {
  EXPECT_EQ(printable_in_place("\tname = \"é\x1b[31m\xFF\""), " name = \"é?[31m?\"");
}

RC_GTEST_PROP(Printable, NeverLetsAControlByteThrough, (const std::string& text)) {
  for (const auto& shown : {printable(text), printable_in_place(text)}) {
    RC_ASSERT(std::ranges::none_of(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    RC_ASSERT(printable(shown) == shown);
  }
}

}  // namespace headroom
