#include "catalog/features.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "catalog/configuration.hpp"

namespace headroom {
namespace {

template <class Call>
Problem problem_of(Call&& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.problems().front();
  }
  return {};
}

Features features_of(const std::string& text) {
  Document document(text, "box.toml", "machines/box");
  Features features = read_features(document);
  document.check();
  return features;
}

Features shipped(const std::string& id) {
  const Library library;
  Document document = library.open("machines", id);
  return read_features(document);
}

bool meets(const Features& features, const Configured& configured, std::string_view need) {
  return headroom::meets(features, configured, parse_need(need));
}

TEST(Features, OfAFileWithoutThemAreNone) {
  const auto none = features_of("");
  EXPECT_EQ(none.thunderbolt_ports, 0);
  EXPECT_FALSE(none.display_built_in());
  EXPECT_TRUE(none.announcements.empty());
}

TEST(Features, AreReadWithTheirUnits) {
  const auto read = features_of(R"(
[features]
source = "mine: a test"
thunderbolt_ports = 2
ethernet_fastest = "10 Gbit/s"
ethernet_price = "100 USD"
display_pixels = 14745600
t2 = true
)");
  EXPECT_EQ(read.thunderbolt_ports, 2);
  EXPECT_DOUBLE_EQ(read.ethernet_fastest_b_per_s, 1.25e9);
  EXPECT_DOUBLE_EQ(read.ethernet_price_usd, 100);
  EXPECT_TRUE(read.display_built_in());
  EXPECT_TRUE(read.t2);
  EXPECT_FALSE(read.rack);
}

TEST(Features, WithoutASourceAreRefused) {
  const auto problem = problem_of([] { features_of("[features]\nusb_a_ports = 4\n"); });
  EXPECT_EQ(problem.what, "'features.usb_a_ports' has no source");
}

constexpr const char* kAnnounced = R"(
[on_sale]
from = 2017-12-14
[[on_sale.announcement]]
date = 2017-04-04
what = "hinted at"
source = "mine: a test"
[[on_sale.announcement]]
date = 2017-06-05
what = "shown"
source = "mine: a test"
)";

TEST(Features, HoldTheAnnouncementsBeforeTheSale) {
  const auto rows = features_of(kAnnounced).announcements;
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].date, "2017-04-04");
  EXPECT_EQ(rows[1].what, "shown");
  EXPECT_EQ(rows[1].source, "mine: a test");
}

TEST(Features, RefuseAnnouncementsThatCannotBe) {
  auto with = [](const std::string& from, const std::string& to) {
    std::string text = kAnnounced;
    text.replace(text.find(from), from.size(), to);
    return problem_of([&] { features_of(text); }).what;
  };
  EXPECT_EQ(with("2017-06-05", "2017-12-14"), "announced only when it was on sale");
  EXPECT_EQ(with("2017-06-05", "2017-04-03"),
            "announcements must come in the order of their dates");
  EXPECT_EQ(with("date = 2017-06-05\n", ""), "an announcement needs its date");
  EXPECT_NE(with("what = \"shown\"\n", "").find("lacks 'what'"), std::string::npos);
  EXPECT_NE(with("source = \"mine: a test\"\n", "").find("lacks 'source'"), std::string::npos);
}

TEST(Need, ReadsANameAloneAndANameWithAQuantity) {
  EXPECT_EQ(parse_need("ecc").name, "ecc");
  EXPECT_DOUBLE_EQ(parse_need("memory>=256GB").at_least, 256e9);
  EXPECT_DOUBLE_EQ(parse_need(" memory >= 1.5 TB ").at_least, 1.5e12);
  EXPECT_DOUBLE_EQ(parse_need("ethernet>=10Gbit/s").at_least, 1.25e9);
  EXPECT_DOUBLE_EQ(parse_need("thunderbolt>=4").at_least, 4);
  EXPECT_DOUBLE_EQ(parse_need("internal-drives").at_least, 1);
  EXPECT_DOUBLE_EQ(parse_need("internal-drives>=2").at_least, 2);
  EXPECT_EQ(parse_need(" memory >= 1.5 TB ").text, "memory >= 1.5 TB");
}

TEST(Need, SaysWhatIsPossibleWhenItIsUnknown) {
  const auto unknown = problem_of([] { parse_need("memroy>=256GB"); });
  EXPECT_EQ(unknown.what, "there is no need 'memroy>=256GB'");
  EXPECT_TRUE(unknown.help.starts_with("did you mean 'memory'? a need can be: memory>=256GB, ecc"))
      << unknown.help;
  for (const auto* text : {"", ">=4", "memory=256GB", "memory>256GB", "16 GB of it"}) {
    EXPECT_NE(problem_of([&] { parse_need(text); }).help.find("a need can be:"), std::string::npos)
        << text;
  }
}

TEST(Need, SaysWhenItsQuantityIsMissingWrongOrTooMuch) {
  EXPECT_EQ(problem_of([] { parse_need("memory"); }).what, "the need 'memory' lacks its quantity");
  EXPECT_EQ(problem_of([] { parse_need("memory"); }).help, "write memory>=256GB");
  EXPECT_EQ(problem_of([] { parse_need("rack>=2"); }).what, "the need 'rack' takes no quantity");
  EXPECT_EQ(problem_of([] { parse_need("gpus>=0"); }).what, "'gpus>=0' asks for nothing");
  EXPECT_FALSE(problem_of([] { parse_need("memory>=4 W"); }).what.empty());
  EXPECT_FALSE(problem_of([] { parse_need("memory>="); }).what.empty());
}

TEST(Need, IsDeclaredInAFormThatCanBeRead) {
  const auto forms = need_forms();
  EXPECT_GE(forms.size(), 15u);
  for (const auto& form : forms) {
    const Need need = parse_need(form.form);
    EXPECT_EQ(need.meaning, form.meaning);
    EXPECT_FALSE(headroom::meets({}, {}, need)) << form.form;  // nothing has nothing
    EXPECT_TRUE(std::ranges::all_of(form.form, [](char c) { return c > ' '; })) << form.form;
  }
}

RC_GTEST_PROP(NeedProperty, AnyTextReadsOrIsAnInputError, (const std::string& text)) {
  try {
    RC_ASSERT(parse_need(text).at_least > 0);
  } catch (const InputError& error) {
    RC_ASSERT(!error.problems().front().help.empty());
  }
}

TEST(Need, OfMemoryIsMetByAsMuchAndNotByLess) {
  EXPECT_TRUE(meets({}, {.memory_b = 256e9}, "memory>=256GB"));
  EXPECT_FALSE(meets({}, {.memory_b = 128e9}, "memory>=256GB"));
  EXPECT_TRUE(meets({}, {.storage_b = 4e12}, "storage>=4TB"));
  EXPECT_FALSE(meets({}, {.gpus = 1}, "two-gpus"));
  EXPECT_TRUE(meets({}, {.gpus = 2}, "two-gpus"));
}

TEST(Need, OfThunderbolt3IsNotMetByThunderbolt2) {
  EXPECT_TRUE(meets(shipped("mac-pro-2013"), {}, "thunderbolt>=6"));
  EXPECT_FALSE(meets(shipped("mac-pro-2013"), {}, "thunderbolt-3"));
  EXPECT_TRUE(meets(shipped("imac-pro-2017"), {}, "thunderbolt-3"));
}

TEST(Need, OfAFasterPortIsMetByOneThatCanBeOrderedAndCostsItsPrice) {
  const auto imac = shipped("imac-27-2020");
  const Configured as_it_comes{.ethernet_b_per_s = 0.125e9};
  EXPECT_TRUE(meets(imac, as_it_comes, "10gb-ethernet"));
  const std::vector<Need> twice = {parse_need("10gb-ethernet"), parse_need("ethernet>=10Gbit/s")};
  EXPECT_DOUBLE_EQ(extra_usd(imac, as_it_comes, twice), 100);
  EXPECT_DOUBLE_EQ(extra_usd(imac, as_it_comes, {parse_need("ethernet>=1Gbit/s")}), 0);
  EXPECT_FALSE(meets(shipped("imac-27-2019"), as_it_comes, "10gb-ethernet"));
  EXPECT_DOUBLE_EQ(extra_usd(shipped("mac-pro-2019"), {}, {parse_need("rack"), parse_need("t2")}),
                   500);
}

TEST(Catalogue, OnlyTheMacProOf2019HasSlotsPlacesForDrivesAndARack) {
  for (const auto& id : Library().ids("machines")) {
    const auto features = shipped(id);
    for (const auto* need : {"pcie-slot", "internal-drives>=2", "rack"}) {
      EXPECT_EQ(meets(features, {}, need), id == "mac-pro-2019") << id << " " << need;
    }
    EXPECT_EQ(meets(features, {}, "display"), id.starts_with("imac")) << id;
    EXPECT_EQ(meets(features, {}, "memory-by-owner"), id != "imac-pro-2017") << id;
  }
}

TEST(Catalogue, EveryMachineStatesItsFeaturesAndNamesItsOptions) {
  const Library library;
  for (const auto& id : library.ids("machines")) {
    Document document = library.open("machines", id);
    const Features features = read_features(document);
    const Offer offer = read_offer(document);
    const auto stated = document.root().child("features").keys();
    for (const auto* key :
         {"thunderbolt_ports", "thunderbolt_version", "usb_a_ports", "ethernet_ports", "pcie_slots",
          "gpu_most", "internal_drives", "display_pixels", "rack", "memory_by_owner", "t2"}) {
      EXPECT_NE(std::ranges::find(stated, key), stated.end()) << id << " " << key;
    }
    double most = 0;
    for (const auto& option : offer.options) {
      EXPECT_NE(option.name, option.id) << id << " " << option.slot;
      EXPECT_LE(option.from, option.to) << id << " " << option.id;
      EXPECT_GE(option.from, offer.from) << id << " " << option.id;
      EXPECT_LE(option.to, offer.to) << id << " " << option.id;
      if (option.slot == "gpu") most = std::max(most, option.count);
    }
    EXPECT_EQ(features.gpu_most, most) << id;
  }
}

TEST(Catalogue, TheWorkstationsWereAnnouncedLongBeforeTheyCouldBeBought) {
  const auto imac_pro = shipped("imac-pro-2017").announcements;
  ASSERT_EQ(imac_pro.size(), 2u);
  EXPECT_EQ(imac_pro.back().date, "2017-06-05");
  const auto mac_pro = shipped("mac-pro-2019").announcements;
  ASSERT_EQ(mac_pro.size(), 3u);
  EXPECT_EQ(mac_pro.front().date, "2017-04-04");  // the day on which it was "not this year"
  EXPECT_TRUE(shipped("imac-27-2020").announcements.empty());
}

/// The price of a configuration on a day; without one, on its first.
double price(const std::string& text, const std::string& day = {}) {
  const Configuration wanted = Configuration::parse(text);
  const Library library;
  Document document = library.open("machines", wanted.machine);
  const Offer offer = read_offer(document);
  return offer.price_usd(offer.complete(wanted), day);
}

TEST(Catalogue, TheIMacsCostWhatTheirLinesCost) {
  for (const auto* id : {"imac-27-2017", "imac-27-2019", "imac-27-2020"}) {
    EXPECT_DOUBLE_EQ(price(id), 1799);
  }
  EXPECT_DOUBLE_EQ(price("imac-27-2017:cpu=core-i5-7600"), 1999);
  EXPECT_DOUBLE_EQ(price("imac-27-2019:cpu=core-i5-8600"), 1999);
  // The dearest line came with a 2 TB Fusion Drive, whether that is said or not.
  EXPECT_DOUBLE_EQ(price("imac-27-2017:cpu=core-i5-7600k"), 2299);
  EXPECT_DOUBLE_EQ(price("imac-27-2019:cpu=core-i5-9600k"), 2299);
  EXPECT_DOUBLE_EQ(price("imac-27-2017:cpu=core-i5-7600k,storage=2tb-fusion"), 2299);
  EXPECT_DOUBLE_EQ(price("imac-27-2019:cpu=core-i5-9600k,storage=2tb-fusion"), 2299);
  EXPECT_THROW((void)price("imac-27-2017:cpu=core-i5-7600k,storage=1tb-fusion"), InputError);
  EXPECT_THROW((void)price("imac-27-2019:cpu=core-i9-9900k,gpu=radeon-pro-vega-48,storage=256gb"),
               InputError);
  // The i7 and the i9 were sold on two lines, with the drive of each.
  EXPECT_DOUBLE_EQ(price("imac-27-2017:cpu=core-i7-7700k,gpu=radeon-pro-575"), 2299);
  EXPECT_DOUBLE_EQ(price("imac-27-2017:cpu=core-i7-7700k,gpu=radeon-pro-580"), 2499);
  EXPECT_DOUBLE_EQ(price("imac-27-2019:cpu=core-i9-9900k,gpu=radeon-pro-580x"), 2699);
  EXPECT_DOUBLE_EQ(price("imac-27-2020:cpu=core-i7-10700k,storage=512gb"), 2299);
  // The dearest of 2019 was printed at 5249 USD.
  EXPECT_DOUBLE_EQ(
      price("imac-27-2019:cpu=core-i9-9900k,gpu=radeon-pro-vega-48,memory=64gb,storage=2tb"), 5249);
  // 8 TB were printed at 2400 USD over the 512 GB that a line came with.
  EXPECT_DOUBLE_EQ(price("imac-27-2020:cpu=core-i7-10700k,storage=8tb"), 2299 + 2400);
}

TEST(Catalogue, TheMacProOf2013BecameCheaperInApril2017) {
  const std::string six = "mac-pro-2013:cpu=xeon-e5-1650v2,gpu=firepro-d500,memory=16gb";
  EXPECT_DOUBLE_EQ(price(six), 3999);
  EXPECT_DOUBLE_EQ(price(six, "2017-04-03"), 3999);
  EXPECT_DOUBLE_EQ(price(six, "2017-04-04"), 2999);
  const std::string eight = "mac-pro-2013:cpu=xeon-e5-1680v2,gpu=firepro-d700,memory=";
  EXPECT_DOUBLE_EQ(price(eight + "16gb", "2017-04-04"), 3999);
  EXPECT_DOUBLE_EQ(price(eight + "32gb,storage=512gb"), 6799);  // as reviewed in May 2014
  // The dearest was printed at 9600 USD.
  EXPECT_NEAR(price("mac-pro-2013:cpu=xeon-e5-2697v2,gpu=firepro-d700,memory=64gb,storage=1tb"),
              9600, 50);
}

TEST(Catalogue, TheDearestMacProOf2019CameTo53000) {
  const double one_duo =
      price("mac-pro-2019:cpu=xeon-w-3275m,gpu=radeon-pro-vega-ii-duo,memory=1536gb,storage=4tb");
  const double second_duo = 10800 - 5200, afterburner = 2000, wheels = 400;
  EXPECT_NEAR(one_duo + second_duo + afterburner + wheels, 53000, 500);
}

TEST(Catalogue, TheLastIMacProWasSoldInOneConfiguration) {
  const Library library;
  Document document = library.open("machines", "imac-pro-2017");
  const Offer offer = read_offer(document);
  std::vector<std::string> left;
  for (const auto& option : offer.options) {
    if (option.to > "2021-03-05") left.push_back(option.id);
  }
  EXPECT_EQ(left, (std::vector<std::string>{"xeon-w-2150b", "radeon-pro-vega-56", "32gb", "1tb"}));
  EXPECT_DOUBLE_EQ(price("imac-pro-2017:cpu=xeon-w-2150b", "2021-03-06"), 4999);
}

}  // namespace
}  // namespace headroom
