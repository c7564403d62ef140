#include "study/statistics.hpp"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(Quantile, InterpolatesBetweenSortedValues) {
  // 1 2 3 4: the median lies half way from 2 to 3, the 90th percentile at
  // 0.9 x 3 = 2.7 steps from the first.
  EXPECT_DOUBLE_EQ(*quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(*quantile({4, 1, 3, 2}, 0.9), 3.7);
  EXPECT_DOUBLE_EQ(*quantile({4, 1, 3, 2}, 1), 4);
  EXPECT_DOUBLE_EQ(*quantile({4, 1, 3, 2}, 0), 1);
  EXPECT_DOUBLE_EQ(*quantile({7}, 0.9), 7);
  EXPECT_FALSE(quantile({}, 0.5));
}

TEST(Huber, IsSquaredNearAndStraightFarOut) {
  EXPECT_DOUBLE_EQ(huber(1), 0.5);
  EXPECT_DOUBLE_EQ(huber(-1), 0.5);
  EXPECT_DOUBLE_EQ(huber(kHuberCorner), kHuberCorner * kHuberCorner / 2);
  EXPECT_NEAR(huber(11) - huber(10), kHuberCorner, 1e-12);
}

TEST(HuberCentre, IsTheMeanOfValuesThatAgree) {
  EXPECT_NEAR(*huber_centre({1.0, 1.5, 2.0}, 1), 1.5, 1e-12);
  EXPECT_DOUBLE_EQ(*huber_centre({0.7}, 0.05), 0.7);
}

TEST(HuberCentre, FeelsAnOutlierOnlyAsFarAsTheCorner) {
  // Three at 0 against one at 100: 3 c = 1.345 x width.
  EXPECT_NEAR(*huber_centre({0, 0, 0, 100}, 2), 1.345 * 2 / 3, 1e-9);
}

TEST(HuberCentre, OfTwoThatDisagreeIsTheMiddle) {
  EXPECT_NEAR(*huber_centre({0, 10}, 1), 5, 1e-9);
  EXPECT_FALSE(huber_centre({}, 1));
}

}  // namespace
}  // namespace headroom
