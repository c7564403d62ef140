#include "claims/claim.hpp"

#include <gtest/gtest.h>

#include <set>

#include "claims/test_claims.hpp"

namespace headroom {
namespace {

using test::kClaimHead;
using test::read_claim_text;

const std::string kPrice = R"(
[[figure]]
name = "price"
meaning = "what it costs"
kind = "price"
configuration = "imac-pro-2017"
)";
const std::string kCheap = R"(
[[criterion]]
name = "cheap"
holds = "price < 1000"
)";

/// Every problem: "line: what | help".
std::vector<std::string> problems(const std::string& text) {
  try {
    read_claim_text(text);
  } catch (const InputError& error) {
    std::vector<std::string> found;
    for (const auto& p : error.problems()) {
      found.push_back(std::to_string(p.place.line) + ": " + p.what + " | " + p.help);
    }
    return found;
  }
  return {};
}

TEST(Claim, IsReadWithItsFiguresAndCriteria) {
  const auto claim = read_claim_text(kClaimHead + kPrice + kCheap);
  EXPECT_EQ(claim.id, "mine");
  ASSERT_EQ(claim.figures.size(), 1U);
  EXPECT_EQ(claim.figures[0].axis(), std::vector<std::string>{"imac-pro-2017"});
  ASSERT_EQ(claim.criteria.size(), 1U);
  EXPECT_EQ(claim.criteria[0].in, "all");
  EXPECT_NE(claim.find("price"), nullptr);
  EXPECT_EQ(claim.find("prices"), nullptr);
}

TEST(Claim, SuggestsTheKeyThatWasMeant) {
  const auto found = problems(kClaimHead + kPrice + "dya = \"2017-12-14\"\n" + kCheap);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], "13: unknown key 'figure.dya' | did you mean 'day'?");
}

TEST(Claim, TakesOnlyTheKeysOfAKind) {
  const auto found = problems(kClaimHead + kPrice + "workload = \"idle\"\n" + kCheap);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("unknown key 'figure.workload'"), std::string::npos);
}

TEST(Claim, ChecksNamesInFormulas) {
  const auto found =
      problems(kClaimHead + kPrice + "[[criterion]]\nname = \"x\"\nholds = \"pirce < 1\"\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], "15: no figure before this is called 'pirce' | did you mean 'price'?");
}

TEST(Claim, ChecksThatSeriesFitEachOther) {
  const std::string days = R"(
[[figure]]
name = "three"
meaning = "prices"
kind = "price"
configuration = "imac-pro-2017"
day = ["2017-12-14", "2018-12-14", "2019-12-14"]
[[figure]]
name = "two"
meaning = "prices"
kind = "price"
configuration = "imac-pro-2017"
day = ["2017-12-14", "2018-12-14"]
[[criterion]]
name = "x"
holds = ")";
  EXPECT_EQ(problems(kClaimHead + days + "three > two\"\n").size(), 1U);
  EXPECT_TRUE(problems(kClaimHead + days + "three > first(two)\"\n").empty());
}

TEST(Claim, TakesADayWithOrWithoutQuotes) {
  for (const char* day : {"2018-12-14", "\"2018-12-14\"", "[2018-12-14]"}) {
    const auto claim = read_claim_text(kClaimHead + kPrice + "day = " + day + "\n" + kCheap);
    EXPECT_EQ(claim.figures[0].days, std::vector<std::string>{"2018-12-14"}) << day;
  }
  const auto found = problems(kClaimHead + kPrice + "day = 2018-12-14T10:00:00\n" + kCheap);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("'day' must be a list of texts"), std::string::npos) << found[0];
}

TEST(Claim, CountsOnlyWholeThreads) {
  const std::string run = R"(
[[figure]]
name = "speed"
meaning = "m"
kind = "run"
configuration = "imac-pro-2017"
workload = "compile"
metric = "wall_power_w"
threads = 2.5
[[criterion]]
name = "c"
holds = "speed > 0"
)";
  const auto found = problems(kClaimHead + run);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("must be a whole number"), std::string::npos) << found[0];
}

TEST(Claim, ReportsEveryMistakeAtOnce) {
  const auto found = problems(R"(id = "mine"
name = "A claim"
statement = "x"
said_by = "y"
source = "mine: z"
basis = "w"
[[figure]]
name = "Price"
meaning = "m"
kind = "prise"
[[figure]]
name = "run"
meaning = "m"
kind = "run"
configuration = "imac-pro-2017"
workload = "idle"
metric = "nois"
for = "10 W"
[[figure]]
name = "day"
meaning = "m"
kind = "price"
configuration = "imac-pro-2017"
day = "14.12.2017"
)");
  std::string all;
  for (const auto& text : found) all += text + "\n";
  EXPECT_NE(all.find("'Price' is no name for a figure"), std::string::npos) << all;
  EXPECT_NE(all.find("'kind' must be one of"), std::string::npos) << all;
  EXPECT_NE(all.find("no metric 'nois'"), std::string::npos) << all;
  EXPECT_NE(all.find("did you mean 'noise'?"), std::string::npos) << all;
  EXPECT_NE(all.find("'14.12.2017' is no day"), std::string::npos) << all;
  EXPECT_NE(all.find("a claim needs a criterion"), std::string::npos) << all;
  EXPECT_NE(all.find("10 W"), std::string::npos) << all;
}

TEST(ClaimSet, HoldsClaimsThatReadAndAreNamedAsTheirFiles) {
  const ClaimSet set;
  EXPECT_GE(set.ids().size(), 10U);
  std::set<std::string> kinds;
  for (const auto& id : set.ids()) {
    const auto claim = set.read(id);
    EXPECT_EQ(claim.id, id);
    EXPECT_GT(claim.basis.size(), 80U) << id;
    for (const auto& figure : claim.figures) kinds.insert(figure.kind);
  }
  EXPECT_EQ(kinds.size(), figure_kinds().size());  // the examples show every kind
}

TEST(ClaimSet, SuggestsTheClaimThatWasMeant) {
  try {
    (void)ClaimSet().read("quite");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "no claim is called 'quite'");
    EXPECT_EQ(error.problems().front().help, "did you mean 'quiet'?");
  }
}

}  // namespace
}  // namespace headroom
