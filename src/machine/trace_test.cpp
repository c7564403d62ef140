#include "machine/trace.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"

namespace headroom {
namespace {

Trace one_channel(double bin_s, std::size_t most_bins = 36000) {
  return Trace({{"x", "1", "a number"}}, bin_s, most_bins);
}

void record(Trace& trace, double until_s, double value) {
  trace.record(Time::seconds(until_s), std::vector<double>{value});
}

TEST(Trace, AMeanIsWeightedByTime) {
  Trace trace = one_channel(1);
  record(trace, 0.25, 8);
  record(trace, 1.0, 4);  // 0.25 x 8 + 0.75 x 4 = 5
  ASSERT_EQ(trace.bins(), 1U);
  EXPECT_DOUBLE_EQ(trace.mean(0, 0), 5);
  EXPECT_DOUBLE_EQ(trace.low(0, 0), 4);
  EXPECT_DOUBLE_EQ(trace.high(0, 0), 8);
}

TEST(Trace, AValueThatHoldsAcrossBinsFillsThemAll) {
  Trace trace = one_channel(1);
  record(trace, 0.5, 2);
  record(trace, 2.5, 6);
  ASSERT_EQ(trace.bins(), 3U);
  EXPECT_DOUBLE_EQ(trace.mean(0, 0), 4);
  EXPECT_DOUBLE_EQ(trace.mean(0, 1), 6);
  EXPECT_DOUBLE_EQ(trace.mean(0, 2), 6);
  EXPECT_DOUBLE_EQ(trace.low(0, 1), 6);
  EXPECT_DOUBLE_EQ(trace.end_s(), 2.5);
}

TEST(Trace, NothingIsRecordedBackInTime) {
  Trace trace = one_channel(1);
  record(trace, 2, 1);
  const auto hash = trace.hash();
  record(trace, 1.5, 100);
  record(trace, 2, 100);
  EXPECT_EQ(trace.hash(), hash);
}

TEST(Trace, MergingDoublesTheWidthAndKeepsMeansAndExtremes) {
  Trace trace = one_channel(1, 4);
  for (const double value : {1.0, 3.0, 10.0, 20.0, 7.0}) record(trace, trace.end_s() + 1, value);
  EXPECT_DOUBLE_EQ(trace.bin_s(), 2);
  ASSERT_EQ(trace.bins(), 3U);
  EXPECT_DOUBLE_EQ(trace.mean(0, 0), 2);
  EXPECT_DOUBLE_EQ(trace.low(0, 0), 1);
  EXPECT_DOUBLE_EQ(trace.high(0, 0), 3);
  EXPECT_DOUBLE_EQ(trace.mean(0, 1), 15);
  EXPECT_DOUBLE_EQ(trace.mean(0, 2), 7);
  EXPECT_DOUBLE_EQ(trace.start_s(2), 4);
}

TEST(Trace, OneMillisecondOfSpikeSurvivesAnHourAndItsPlaceIsKnown) {
  Trace trace = one_channel(0.001, 1000);
  record(trace, 1234.567, 40);
  record(trace, 1234.568, 99);
  record(trace, 3600, 40);
  EXPECT_LE(trace.bins(), 1000U);
  std::size_t seen = 0, where = 0;
  for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
    if (trace.high(0, bin) < 99) continue;
    ++seen;
    where = bin;
  }
  EXPECT_EQ(seen, 1U);
  EXPECT_LE(trace.start_s(where), 1234.567);
  EXPECT_GE(trace.start_s(where) + trace.bin_s(), 1234.568);
  EXPECT_NEAR(trace.mean(0, where), 40 + 59 * 0.001 / trace.bin_s(), 1e-4);
}

TEST(Trace, AnHourOfMillisecondsInEightyChannelsStaysBelow200MB) {
  constexpr std::size_t kChannels = 80;
  Trace trace(std::vector<Channel>(kChannels, Channel{"x", "1", ""}));
  std::vector<double> values(kChannels);
  std::size_t most_b = 0;
  for (std::int64_t ms = 1; ms <= 3600 * 1000; ++ms) {
    values[static_cast<std::size_t>(ms) % kChannels] = static_cast<double>(ms % 977);
    trace.record(Time{ms * 1000000}, values);
    if (ms % 1000 == 0) most_b = std::max(most_b, trace.memory_b());
  }
  EXPECT_LE(most_b, 200U * 1000 * 1000);
  EXPECT_GE(trace.memory_b(), trace.bins() * kChannels * 3 * sizeof(float));
  EXPECT_DOUBLE_EQ(trace.end_s(), 3600);
}

TEST(Trace, AMonthStaysInAsManyBinsAsAnHour) {
  Trace trace = one_channel(0.1);
  for (int day = 1; day <= 30; ++day) record(trace, day * 86400.0, day);
  EXPECT_LE(trace.bins(), 36000U);
  EXPECT_GT(trace.bins(), 18000U);
  EXPECT_DOUBLE_EQ(trace.high_between(0, 0, trace.end_s()), 30);
}

TEST(Trace, ReadingsBetweenTwoInstantsTakeWholeBins) {
  Trace trace = one_channel(1);
  for (int i = 0; i < 10; ++i) record(trace, i + 1, i);
  EXPECT_DOUBLE_EQ(trace.mean_between(0, 2, 5), 3);  // bins 2, 3, 4
  EXPECT_DOUBLE_EQ(trace.low_between(0, 2, 5), 2);
  EXPECT_DOUBLE_EQ(trace.high_between(0, 2, 5), 4);
  EXPECT_DOUBLE_EQ(trace.mean_between(0, 2.5, 2.6), 2);
  EXPECT_DOUBLE_EQ(trace.mean_between(0, -5, 100), 4.5);  // what was not recorded is left out
  EXPECT_DOUBLE_EQ(trace.mean_between(0, 50, 60), 9);
}

TEST(Trace, AnEmptyTraceReadsZero) {
  const Trace trace = one_channel(1);
  EXPECT_EQ(trace.bins(), 0U);
  EXPECT_DOUBLE_EQ(trace.mean_between(0, 0, 1), 0);
  EXPECT_DOUBLE_EQ(trace.high_between(0, 0, 1), 0);
}

TEST(Trace, AChannelThatIsNotThereIsAnErrorWithASuggestion) {
  const Trace trace({{"cpu.clock", "GHz", ""}, {"cpu.power", "W", ""}});
  EXPECT_EQ(trace.find("cpu.power"), 1U);
  EXPECT_FALSE(trace.has("cpu.clok"));
  try {
    (void)trace.find("cpu.clok");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(error.problems().front().help.find("cpu.clock"), std::string::npos);
  }
}

TEST(Trace, EqualTracesHaveEqualHashesAndDifferentOnesDoNot) {
  auto make = [](double value, const char* event) {
    Trace trace = one_channel(0.5);
    record(trace, 1, 3);
    record(trace, 2, value);
    trace.events.push_back({1.0, "clamp", event, 94});
    return trace.hash();
  };
  EXPECT_EQ(make(4, "a"), make(4, "a"));
  EXPECT_NE(make(4, "a"), make(4.00001, "a"));
  EXPECT_NE(make(4, "a"), make(4, "b"));
}

// Whatever is recorded: the whole mean is the integral over the length, nothing
// lies outside the extremes, and the extremes are those of the values.
RC_GTEST_PROP(TraceProperty, MeanAndExtremesAreThoseOfTheValuesWhateverWasMerged, ()) {
  const auto most_bins = *rc::gen::inRange<std::size_t>(2, 40);
  const auto steps = *rc::gen::inRange(1, 300);
  Trace trace = one_channel(0.01, most_bins);
  double integral = 0, low = 1e9, high = -1e9;
  std::int64_t now_ns = 0;
  for (int i = 0; i < steps; ++i) {
    const auto dt_ns = *rc::gen::inRange<std::int64_t>(1, 200000000);
    const auto value = 0.125 * *rc::gen::inRange(-4000, 4000);
    now_ns += dt_ns;
    trace.record(Time{now_ns}, std::vector<double>{value});
    integral += static_cast<double>(dt_ns) * 1e-9 * value;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  RC_ASSERT(trace.bins() <= std::max<std::size_t>(2, most_bins));
  RC_ASSERT(trace.low_between(0, 0, trace.end_s()) == low);
  RC_ASSERT(trace.high_between(0, 0, trace.end_s()) == high);
  double sum = 0;
  for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
    const double width_s = std::min(trace.bin_s(), trace.end_s() - trace.start_s(bin));
    RC_ASSERT(trace.mean(0, bin) >= trace.low(0, bin) - 1e-3);
    RC_ASSERT(trace.mean(0, bin) <= trace.high(0, bin) + 1e-3);
    sum += width_s * trace.mean(0, bin);
  }
  RC_ASSERT(std::abs(sum - integral) <= 1e-6 * 500 * trace.end_s() + 1e-12);
}

}  // namespace
}  // namespace headroom
