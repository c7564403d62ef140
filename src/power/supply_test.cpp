#include "power/supply.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace headroom {
namespace {

/// The iMac Pro's 500 W, losing a tenth at full load.
SupplyParameters five_hundred() {
  return {.rated_w = 500, .fixed_loss_w = 5, .proportional_loss = 0.05, .loss_at_rated = 0.10};
}

TEST(Supply, LosesItsShareAtTheRatedLoad) {
  EXPECT_NEAR(five_hundred().loss_w(500), 50, 1e-12);
}

TEST(Supply, LosesItsFixedPartAtNoLoad) {
  EXPECT_DOUBLE_EQ(five_hundred().loss_w(0), 5);
}

TEST(Supply, LosesWithTheSquareWhatTheOthersLeave) {
  // 50 W at 500 W, less 5 and 25, are 20 W of resistance: a quarter of it at half load.
  EXPECT_NEAR(five_hundred().loss_w(250), 5 + 12.5 + 5, 1e-12);
}

TEST(Supply, HasNoNegativeResistance) {
  auto supply = five_hundred();
  supply.loss_at_rated = 0.02;  // less than the rest already lose
  EXPECT_NEAR(supply.loss_w(500), 30, 1e-12);
  EXPECT_NEAR(supply.loss_w(250), 17.5, 1e-12);
}

RC_GTEST_PROP(SupplyProperty, MoreLoadNeverLosesLess, ()) {
  SupplyParameters supply{500, 1.0 * *rc::gen::inRange(0, 50), *rc::gen::inRange(0, 30) / 100.0,
                          *rc::gen::inRange(0, 50) / 100.0};
  const double low_w = *rc::gen::inRange(0, 500), high_w = low_w + *rc::gen::inRange(0, 500);
  RC_ASSERT(supply.loss_w(low_w) <= supply.loss_w(high_w));
}

}  // namespace
}  // namespace headroom
