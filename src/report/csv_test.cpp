#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "report/report.hpp"

namespace headroom {
namespace {

std::vector<std::vector<std::string>> cells_of(const std::string& text) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    auto& cells = lines.emplace_back();
    std::istringstream fields(line + ",");
    for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
  }
  return lines;
}

Trace two_channels() {
  Trace trace({{"a.clock", "GHz", ""}, {"a.power", "W", ""}}, 0.1);
  for (int i = 1; i <= 200; ++i) {
    const double t = i * 0.05;
    trace.record(Time::seconds(t), std::array{1.0 / 3 * t, 1e-7 * std::exp(t)});
  }
  return trace;
}

TEST(Csv, BringsBackEveryFloat) {
  const Trace trace = two_channels();
  const auto lines = cells_of(csv(trace, true));
  ASSERT_EQ(lines.size(), trace.bins() + 1);
  for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
    const auto& cells = lines[bin + 1];
    ASSERT_EQ(cells.size(), 7u);
    for (std::size_t channel = 0; channel < 2; ++channel) {
      EXPECT_EQ(std::strtof(cells[1 + 3 * channel].c_str(), nullptr), trace.mean(channel, bin));
      EXPECT_EQ(std::strtof(cells[2 + 3 * channel].c_str(), nullptr), trace.low(channel, bin));
      EXPECT_EQ(std::strtof(cells[3 + 3 * channel].c_str(), nullptr), trace.high(channel, bin));
    }
  }
}

TEST(Csv, TimesAreExactDecimals) {
  const auto lines = cells_of(csv(two_channels()));
  EXPECT_EQ(lines[0], (std::vector<std::string>{"time_s", "a.clock [GHz]", "a.power [W]"}));
  EXPECT_EQ(lines[1][0], "0");
  EXPECT_EQ(lines[4][0], "0.3");  // and not 0.30000000000000004
  EXPECT_EQ(lines[11][0], "1");
}

TEST(Csv, QuotesNamesThatHoldCommasOrQuotes) {
  const Trace trace({{"a,\"b\"", "W", ""}}, 0.1);
  EXPECT_EQ(csv(trace), "time_s,\"a,\"\"b\"\" [W]\"\n");
}

TEST(Csv, WhatWasNotMeasuredIsAnEmptyField) {
  Trace trace({{"a", "W", ""}, {"b", "W", ""}}, 1);
  trace.record(Time::seconds(1), std::array{std::nan(""), 2.5});
  EXPECT_EQ(csv(trace), "time_s,a [W],b [W]\n0,,2.5\n");
  EXPECT_EQ(csv(trace, true).find("e+38"), std::string::npos);
}

}  // namespace
}  // namespace headroom
