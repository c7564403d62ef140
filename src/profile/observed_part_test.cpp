#include "profile/observed_part.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "profile/describe.hpp"
#include "profile/observed_summary.hpp"
#include "profile/profile_file.hpp"
#include "profile/test_profile.hpp"

namespace headroom {
namespace {

Profile observed_profile() {
  Profile profile = small_profile();
  Observed& o = profile.observed;
  o.rows.push_back({0.06, 0.02, 150, 7, 1, 4096, 500, 600, {1'000'000, 2'000'000, 30, 40}});
  o.threads.push_back({0.5, 1.5, 150, 7});
  o.read_calls = 12;
  o.write_calls = 3;
  o.tcp_sockets = 2;
  o.udp_sockets = 1;
  o.unknown_b = 99;
  o.device_sent_b = 12'345;
  o.calls = {{0, 10}, {202, 5}};
  o.call_instructions = 5'000'000;
  profile.totals.switches_voluntary = 200;
  profile.totals.switches_forced = 14;
  return profile;
}

std::string refusal(const ByteWriter& bytes) {
  Profile profile = small_profile();
  try {
    ByteReader in(bytes.bytes(), "x", "WAIT");
    read_observed(in, profile);
    in.expect_end();
  } catch (const InputError& error) {
    return error.problems().front().what;
  }
  return "";
}

TEST(ObservedPart, GivesBackAllThatWasWritten) {
  const Profile before = observed_profile();
  const auto bytes = encode_profile(before);
  EXPECT_EQ(bytes[8], 3);
  const Observed after = decode_profile(bytes, "x").observed;
  EXPECT_EQ(after.rows, before.observed.rows);
  EXPECT_EQ(after.threads, before.observed.threads);
  EXPECT_EQ(after.calls, before.observed.calls);
  EXPECT_EQ(after.read_calls, 12u);
  EXPECT_EQ(after.udp_sockets, 1u);
  EXPECT_EQ(after.unknown_b, 99u);
  EXPECT_EQ(after.device_sent_b, 12'345u);
  EXPECT_EQ(after.call_instructions, 5'000'000u);
  EXPECT_EQ(encode_profile(decode_profile(bytes, "x")), bytes);
}

TEST(ObservedPart, IsNotWrittenWhereNothingWasObserved) {
  EXPECT_EQ(encode_profile(small_profile())[8], 1);
  EXPECT_TRUE(decode_profile(encode_profile(small_profile()), "x").observed.empty());
}

TEST(ObservedPart, IsRefusedWhereItDoesNotFit) {
  Profile profile = observed_profile();
  const auto refused = [&] {
    ByteWriter out;
    write_observed(out, profile);
    return refusal(out);
  };
  EXPECT_EQ(refused(), "");
  profile.observed.rows.push_back({});
  EXPECT_NE(refused().find("does not fit the parts before"), std::string::npos);
  profile = observed_profile();
  profile.observed.threads[0].asleep_s = -1;
  EXPECT_NE(refused().find("a time is out of its range"), std::string::npos);
  profile = observed_profile();
  profile.observed.rows[0].memory_b = std::uint64_t{1} << 57;
  EXPECT_NE(refused().find("a count is 144115188075855872, more than"), std::string::npos);
  profile = observed_profile();
  profile.observed.calls[1].number = 512;
  EXPECT_NE(refused().find("a system call's number is 512"), std::string::npos);
  profile.observed.calls[1].number = 0;
  EXPECT_NE(refused().find("out of order"), std::string::npos);
  profile.observed = {};
  EXPECT_NE(refused().find("it holds nothing"), std::string::npos);
}

TEST(ObservedPart, IsRefusedWhereverItIsCutShort) {
  ByteWriter whole;
  write_observed(whole, observed_profile());
  for (std::size_t size = 0; size < whole.bytes().size(); ++size) {
    ByteWriter cut;
    cut.raw(std::span(whole.bytes()).first(size));
    EXPECT_NE(refusal(cut), "") << size;
  }
}

TEST(Describe, TellsWaitsSocketsAndSystemCalls) {
  Profile profile = observed_profile();
  profile.totals.wall_s = profile.timeline[0].time_s;
  const std::string text = describe(profile);
  // Of 0.1 s it ran 0.06 and stood in line for 0.02.
  EXPECT_NE(text.find("waited           40 % of the time, of which for a processor 20 %"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("200 times to wait, 14 times to make room; 73 % of it by threads seen"),
            std::string::npos);
  EXPECT_NE(text.find("TCP              sent 1.0 MB, received 2.0 MB; within the computer 30 B"),
            std::string::npos);
  EXPECT_NE(text.find("1 UDP sockets; 99 B of TCP"), std::string::npos);
  EXPECT_NE(text.find("futex"), std::string::npos);
  EXPECT_NE(text.find("67 %"), std::string::npos);
  EXPECT_NE(text.find("0.50 s     1.50 s        150          7"), std::string::npos);
  EXPECT_EQ(describe(small_profile()).find("of the time, of which"), std::string::npos);
}

TEST(ObservedSummary, AddsUpWhatReportsTell) {
  const ObservedSummary summary = summarize_observed(observed_profile());
  EXPECT_TRUE(summary.known && summary.lines_known);
  EXPECT_DOUBLE_EQ(summary.in_line_s, 0.02);
  EXPECT_NEAR(summary.switches_seen, 157 / 214.0, 1e-12);
  EXPECT_EQ(summary.tcp.received_b, 2'000'000u);
  ASSERT_EQ(summary.threads.size(), 1u);
  EXPECT_EQ(summary.threads[0].name, "worker");
  EXPECT_EQ(summary.threads[0].more.asleep_s, 1.5);
  EXPECT_TRUE(summary.counts.rows.empty());
  EXPECT_FALSE(summarize_observed(small_profile()).known);
}

}  // namespace
}  // namespace headroom
