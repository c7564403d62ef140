#include "storage/drive.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// The iMac Pro's 2 TB drive, as a reviewer measured it.
Drive two_terabytes() {
  Drive drive;
  drive.capacity_b = 2e12;
  drive.modules = 2;
  drive.read_b_per_s = 2467e6;
  drive.write_b_per_s = 3024e6;
  drive.read_latency_s = 100e-6;
  return drive;
}

TEST(Drive, TakesBytesOverRateAndAFirstLatency) {
  const auto drive = two_terabytes();
  EXPECT_NEAR(drive.seconds(24.67e9, 0), 10.0001, 1e-9);
  EXPECT_NEAR(drive.seconds(0, 30.24e9), 10, 1e-9);  // writing waits for no first byte
  EXPECT_NEAR(drive.seconds(1, 0), 100e-6, 1e-9);
}

TEST(Drive, ReadsAndWritesOneAfterTheOther) {
  const auto drive = two_terabytes();
  EXPECT_DOUBLE_EQ(drive.seconds(5e9, 7e9), drive.seconds(5e9, 0) + drive.seconds(0, 7e9));
}

TEST(Drive, NothingToMoveTakesNoTime) {
  EXPECT_EQ(two_terabytes().seconds(0, 0), 0);
}

}  // namespace
}  // namespace headroom
