#include "profile/proc_text.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace headroom {
namespace {

TEST(ProcText, ReadsAThreadsStateTimesAndStackWhateverItsName) {
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto stat = parse_stat(
      "4242 (a) R (b) D 1 2 3 4 5 6 7 8 9 10 250 50 30 20 20 0 9 0 1200 16384 700 18 "
      "4096 8192 140737488355328 0 0 0 0 0 0 0\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->name, "a) R (b");
  EXPECT_EQ(stat->state, 'D');
  EXPECT_DOUBLE_EQ(stat->user_s, 250 / ticks);
  EXPECT_DOUBLE_EQ(stat->system_s, 50 / ticks);
  EXPECT_DOUBLE_EQ(stat->children_user_s, 30 / ticks);
  EXPECT_DOUBLE_EQ(stat->children_system_s, 20 / ticks);
  EXPECT_DOUBLE_EQ(stat->started_s, 1200 / ticks);
  EXPECT_EQ(stat->stack_at, 140737488355328u);
  EXPECT_FALSE(parse_stat("4242 (a) D 1 2 3"));
  EXPECT_FALSE(parse_stat(")("));
  EXPECT_FALSE(parse_stat(""));
}

TEST(ProcText, ReadsWhatTheSchedulerCounts) {
  const auto schedule = parse_schedule("2500000000 750000000 42\n");
  ASSERT_TRUE(schedule);
  EXPECT_DOUBLE_EQ(schedule->ran_s, 2.5);
  EXPECT_DOUBLE_EQ(schedule->ready_s, 0.75);
  EXPECT_EQ(schedule->runs, 42u);
  EXPECT_FALSE(parse_schedule("2500000000 750000000"));
}

TEST(ProcText, ReadsSwitchesAtTheEndOfAStatus) {
  const auto switches = parse_switches(
      "Name:\tdemo\nState:\tS (sleeping)\nMems_allowed_list:\t0\n"
      "voluntary_ctxt_switches:\t150\nnonvoluntary_ctxt_switches:\t7\n");
  EXPECT_EQ(switches.voluntary, 150u);
  EXPECT_EQ(switches.forced, 7u);
}

TEST(ProcText, ReadsBytesAndCallsOfAProcess) {
  const auto io = parse_io(
      "rchar: 100\nwchar: 200\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 8192\n"
      "cancelled_write_bytes: 1\n");
  EXPECT_EQ(io.read_b, 100u);
  EXPECT_EQ(io.written_b, 200u);
  EXPECT_EQ(io.read_calls, 3u);
  EXPECT_EQ(io.write_calls, 4u);
  EXPECT_EQ(io.storage_read_b, 4096u);
  EXPECT_EQ(io.storage_written_b, 8192u);
}

TEST(ProcText, TellsLoopbackFromOtherDevices) {
  const auto devices = parse_devices(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
      "    lo: 1000      10    0    0    0     0          0         0     1000      10    0\n"
      "  eth0: 5000      50    0    0    0     0          0         0      700       7    0\n"
      "wlan0:6000      50    0    0    0     0          0         0      300       7    0\n");
  EXPECT_EQ(devices.loop_b, 1000u);
  EXPECT_EQ(devices.received_b, 11000u);
  EXPECT_EQ(devices.sent_b, 1000u);
}

TEST(ProcText, ReadsNumbersWithSpacesBetween) {
  EXPECT_EQ(parse_numbers("12 7 \n"), (std::vector<std::uint64_t>{12, 7}));
  EXPECT_TRUE(parse_numbers("").empty());
}

}  // namespace
}  // namespace headroom
