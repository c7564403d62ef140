#include "report/html.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "report/sections.hpp"

namespace headroom {
namespace {

TEST(Html, EscapesWhatEndsTextAndAttributes) {
  EXPECT_EQ(escape("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
  EXPECT_EQ(escape("größe"), "größe");
}

RC_GTEST_PROP(Html, NoTextOpensATagOrLeavesAnAttribute, (const std::string& text)) {
  for (const auto& html : {escape(text), pretty(text)}) {
    RC_ASSERT(html.find_first_of("<>\"'") == std::string::npos);
  }
}

RC_GTEST_PROP(Html, AScriptElementIsNeverEndedByItsData, (const std::string& text)) {
  RC_ASSERT(script_safe(text + "</script><!--").find('<') == std::string::npos);
}

TEST(Html, UnitsReadAsPrinted) {
  EXPECT_EQ(pretty("94 degC"), "94\u00a0°C");
  EXPECT_EQ(pretty("loses 4 % to heat"), "loses 4\u00a0% to heat");
  EXPECT_EQ(pretty("2 machines"), "2 machines");
}

TEST(Html, OnlyWebAddressesBecomeLinks) {
  EXPECT_EQ(source_html("https://example.org/a?b=1&c=2"),
            "<a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"noopener noreferrer\">"
            "example.org/a?b=1&amp;c=2</a>");
  EXPECT_EQ(source_html("javascript:alert(1)"), "javascript:alert(1)");
  EXPECT_EQ(source_html("assumed: see <x>"), "assumed: see &lt;x&gt;");
}

TEST(Html, AQuoteEndsALinkWithoutLeavingIt) {
  const std::string html = source_html("https://example.org/\"onclick=\"alert(1)");
  EXPECT_NE(html.find("href=\"https://example.org/\" rel="), std::string::npos);
  EXPECT_NE(html.find("&quot;onclick=&quot;alert(1)"), std::string::npos);
}

TEST(Html, SourcesAreOfTheKindTheirFormSays) {
  EXPECT_EQ(source_kind("https://example.org"), "published");
  EXPECT_EQ(source_kind("fitted: 4 temperatures"), "fitted");
  EXPECT_EQ(source_kind("memory: a review"), "remembered");
  EXPECT_EQ(source_kind("assumed: why"), "assumed");
  EXPECT_EQ(source_kind("derived: how"), "derived");
  EXPECT_EQ(source_kind(""), "unnamed");
}

}  // namespace
}  // namespace headroom
