#include "report/series.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "report/svg_plot.hpp"

namespace headroom {
namespace {

TEST(Series, ThinningKeepsASpikeAndTheMean) {
  Trace trace({{"a", "W", ""}}, 0.1);
  for (int i = 1; i <= 1000; ++i) {
    trace.record(Time::seconds(i * 0.1), std::array{i == 437 ? 90.0 : i == 612 ? -5.0 : 10.0});
  }
  const Series s = thin(trace, 0, 50);
  ASSERT_EQ(s.size(), 50u);
  EXPECT_NEAR(s.width_s, 2, 1e-12);
  double high = 0, low = 0, sum = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    high = std::max(high, s.high[i]);
    low = std::min(low, s.low[i]);
    sum += s.mean[i];
  }
  EXPECT_EQ(high, 90);
  EXPECT_EQ(low, -5);
  EXPECT_NEAR(sum / 50, (998 * 10 + 90 - 5) / 1000.0, 1e-6);
}

TEST(Series, AShortLastBinWeighsItsOwnTime) {
  Trace trace({{"a", "W", ""}}, 1);
  trace.record(Time::seconds(1), std::array{0.0});
  trace.record(Time::seconds(1.5), std::array{30.0});
  const Series s = thin(trace, 0, 1, 2.0);
  ASSERT_EQ(s.size(), 1u);
  EXPECT_NEAR(s.mean[0], 2 * 10, 1e-6);  // 30 for a third of the time, scaled by 2
  EXPECT_NEAR(s.middle_s(0), 0.75, 1e-12);
}

TEST(Series, GapsStayGaps) {
  Trace trace({{"a", "W", ""}}, 1);
  trace.record(Time::seconds(1), std::array{std::nan("")});
  trace.record(Time::seconds(2), std::array{4.0});
  const Series s = thin(trace, 0, 10);
  EXPECT_TRUE(std::isnan(s.mean[0]) && std::isnan(s.low[0]) && std::isnan(s.high[0]));
  EXPECT_EQ(s.mean[1], 4);
}

TEST(Axis, HoldsItsValuesWithRoundMarks) {
  const Axis axis = round_axis(62, 95, false);
  EXPECT_LE(axis.low, 62);
  EXPECT_GE(axis.high, 95);
  EXPECT_EQ(axis.step, 10);
  EXPECT_EQ(axis.marks(), (std::vector<double>{70, 80, 90}));
  EXPECT_EQ(round_axis(50, 240, true).low, 0);
}

TEST(Axis, IsNeverEmpty) {
  for (const auto& axis :
       {round_axis(5, 5, false), round_axis(0, 0, true), round_axis(1, -1, false),
        round_axis(std::nan(""), 2, true), time_axis(0), time_axis(std::nan(""))}) {
    EXPECT_LT(axis.low, axis.high);
    EXPECT_GT(axis.step, 0);
  }
}

TEST(Axis, TimeMarksAreRoundInTheirUnit) {
  EXPECT_EQ(time_mark(time_axis(600), 120), "2 min");
  EXPECT_EQ(time_mark(time_axis(100), 40), "40 s");
  EXPECT_EQ(time_mark(time_axis(40000), 7200), "2.0 h");
  EXPECT_EQ(time_mark(time_axis(600), 0), "0");
}

TEST(Labels, NeverCoverEachOther) {
  const auto at = spread({100, 101, 30, 99}, 180, 15);
  for (std::size_t i = 0; i < at.size(); ++i) {
    EXPECT_GE(at[i], 0);
    EXPECT_LE(at[i], 180);
    for (std::size_t k = 0; k < i; ++k) EXPECT_GE(std::fabs(at[i] - at[k]), 15 - 1e-9);
  }
  EXPECT_EQ(at[2], 30);
  EXPECT_EQ(spread({178, 179}, 180, 15), (std::vector<double>{165, 180}));
}

}  // namespace
}  // namespace headroom
