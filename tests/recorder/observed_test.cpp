// Records a program that waits in known ways, and compares what was observed.

#include <gtest/gtest.h>
#include <sys/statfs.h>

#include <filesystem>
#include <string>

#include "profile/record_run.hpp"
#include "profile/waits.hpp"

namespace headroom {
namespace {

const Profile& waited() {
  static const Profile kProfile = [] {
    const auto file = std::filesystem::current_path() / "waiting_program.tmp";
    RecordOptions options;
    options.command = {HEADROOM_WAITING_PROGRAM, file.string()};
    options.library = HEADROOM_RECORDER_LIBRARY;
    options.analysis_most_s = 2;
    const RecordedRun run = record_run(options);
    std::filesystem::remove(file);
    EXPECT_EQ(run.exit_status, 0);
    return run.profile;
  }();
  return kProfile;
}

TEST(Observed, CountsBytesOverTcpApartFromFiles) {
  const Observed& o = waited().observed;
  ASSERT_FALSE(o.rows.empty());
  const Traffic& tcp = o.rows.back().tcp;
  EXPECT_NEAR(static_cast<double>(tcp.loop_sent_b), 10e6, 10);
  EXPECT_NEAR(static_cast<double>(tcp.loop_received_b), 10e6, 10);
  EXPECT_EQ(tcp.sent_b + tcp.received_b, 0u);
  EXPECT_EQ(o.tcp_sockets, 2u);
  EXPECT_GE(o.device_loop_b, 10'000'000u);
  EXPECT_GE(waited().totals.written_b, 14'000'000u);
}

TEST(Observed, CountsWhatReachedTheDriveAndWhen) {
  struct statfs info {};
  statfs(".", &info);
  constexpr long kTmpfs = 0x01021994;
  if (info.f_type == kTmpfs) GTEST_SKIP() << "files here are in memory";
  const auto& rows = waited().observed.rows;
  EXPECT_GE(rows.back().storage_written_b, 4'000'000u);
  EXPECT_LT(rows.back().storage_written_b, 8'000'000u);
  EXPECT_LT(rows.front().storage_written_b, 1'000'000u);
}

TEST(Observed, TellsSleepFromWork) {
  const Profile& profile = waited();
  ASSERT_TRUE(knows_lines(profile));
  double asleep_s = 0;
  for (const auto& stretch : stretches(profile)) asleep_s += stretch.asleep_s();
  EXPECT_GT(asleep_s, 0.75);  // 0.8 s of sleep, and the drive
  EXPECT_LT(asleep_s, profile.totals.wall_s - 0.45);
  ASSERT_FALSE(profile.observed.threads.empty());
  const auto& thread = profile.observed.threads[0];
  EXPECT_NEAR(profile.threads[0].cpu_s + thread.ready_s + thread.asleep_s, profile.totals.wall_s,
              0.1);
}

TEST(Observed, SeesNearlyAllSwitchesOfThreadsThatLiveLong) {
  const auto& last = waited().observed.rows.back();
  const auto& totals = waited().totals;
  EXPECT_GE(totals.switches_voluntary, 2u);
  EXPECT_LE(last.switches_voluntary, totals.switches_voluntary);
  EXPECT_LE(last.switches_forced, totals.switches_forced);
  EXPECT_EQ(waited().observed.write_calls, 140u);  // a hundred to the socket, forty to the file
}

}  // namespace
}  // namespace headroom
