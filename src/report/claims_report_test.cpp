#include "report/claims_report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

ClaimReport report_of(const std::string& statement) {
  std::vector<Claim> claims;
  for (const char* id : {"one", "two"}) {
    const std::string text = std::string("id = \"") + id + R"("
name = "A claim"
said_by = "somebody"
source = "mine: <i>said</i> over lunch"
basis = "a test"
statement = ')" + statement + R"('
[[figure]]
name = "base"
meaning = "its price"
kind = "price"
configuration = "imac-pro-2017"
day = ["2017-12-14", "2019-12-14"]
[[figure]]
name = "met"
meaning = "it meets"
kind = "need"
machine = "imac-pro-2017"
need = ["ecc", "rack"]
[[criterion]]
name = "costs 4999 USD"
holds = "base == 4999"
[[criterion]]
name = "costs more"
holds = "base > 4999"
)";
    claims.push_back(read_claim(Document(text, "mine.toml", "claims/mine")));
  }
  return judge_claims(Library(), std::move(claims));
}

TEST(ClaimsText, TellsNumbersCriteriaAndVerdict) {
  const auto text = claims_text(report_of("It costs 4999 USD."), false, 90);
  EXPECT_NE(text.find("\"It costs 4999 USD.\""), std::string::npos);
  EXPECT_NE(text.find("  yes costs 4999 USD\n        yes 2017-12-14: 4999 USD == 4999"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  no  costs more\n"), std::string::npos);
  EXPECT_NE(text.find("  Verdict: holds in part\n"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(claims_text(report_of("x"), true, 90).find('\x1b'), std::string::npos);
}

TEST(ClaimsJson, HasEveryNumberAndVerdict) {
  const auto json = nlohmann::json::parse(claims_json(report_of("It costs 4999 USD.")));
  EXPECT_EQ(json["format"], "headroom-claims");
  EXPECT_EQ(json["all_hold"], false);
  const auto& claim = json["claims"][0];
  EXPECT_EQ(claim["verdict"], "holds in part");
  EXPECT_EQ(claim["figures"][0]["values"][1]["value"], 4999);
  EXPECT_EQ(claim["figures"][0]["values"][1]["case"], "2019-12-14");
  EXPECT_EQ(claim["criteria"][0]["holds"], true);
  EXPECT_EQ(claim["criteria"][1]["cases"][0]["put_in"], "4999 USD > 4999");
}

TEST(ClaimsMarkdown, IsATableOfVerdicts) {
  const auto table = claims_markdown(report_of("x"));
  EXPECT_NE(table.find("| [A claim](../claims/one.toml) | somebody | 1 of 2 | holds in part |"),
            std::string::npos)
      << table;
}

TEST(ClaimsHtml, EscapesWhatAFileSays) {
  const auto page = claims_html(report_of("</p><script>alert(1)</script>"), "headroom claims");
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  EXPECT_EQ(page.find("<i>said"), std::string::npos);
  EXPECT_NE(page.find("two hold in part."), std::string::npos);
  EXPECT_NE(page.find("claim-bars"), std::string::npos);  // its style is within
}

}  // namespace
}  // namespace headroom
