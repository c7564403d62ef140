#include "workload/uncertainty.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(Uncertainty, AddsTheSquaresOfItsParts) {
  const Uncertainty doubt{{{"of this", 0.3}, {"of that", 0.4}}};
  EXPECT_DOUBLE_EQ(doubt.share(), 0.5);
  EXPECT_EQ(doubt.text(),
            "within 50 %, nine times in ten: 30 % because of this and 40 % because of that");
}

TEST(Uncertainty, IsTheSameForATimeAndForItsInverse) {
  const Uncertainty doubt{{{"of this", 0.25}}};
  EXPECT_DOUBLE_EQ(doubt.low(10), 8);
  EXPECT_DOUBLE_EQ(doubt.high(10), 12.5);
  EXPECT_DOUBLE_EQ(1 / doubt.high(10), doubt.low(1.0 / 10));
}

TEST(Uncertainty, IsNotStatedWithoutAReason) {
  EXPECT_FALSE(Uncertainty{}.stated());
  EXPECT_EQ(Uncertainty{}.low(7), 7);
}

}  // namespace
}  // namespace headroom
