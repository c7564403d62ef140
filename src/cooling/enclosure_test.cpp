#include "cooling/enclosure.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace headroom {
namespace {

const Air kAir = air_at(298.15, 0);
const EnclosureParameters kBack = {.area_m2 = 0.33, .height_m = 0.52, .emissivity = 0.8};

// By hand with the air table of Incropera and DeWitt at 300 K (nu 15.89e-6,
// alpha 22.5e-6, k 0.0263, Pr 0.707), 5 K above 25 degC: Ra = 9.81/300.65*5*
// 0.52^3/(nu alpha) = 6.42e7, Nu = (0.825 + 0.387*20.0/1.193)^2 = 53.5, h 2.71;
// radiation 0.8*5.67e-8*(303.15^2+298.15^2)*(303.15+298.15) = 4.93.
TEST(Enclosure, VerticalFaceFollowsChurchillAndChu) {
  const Enclosure back(kBack);
  EXPECT_NEAR(back.convection_w_per_m2_k(303.15, 298.15, kAir), 2.71, 0.02);
  EXPECT_NEAR(back.radiation_w_per_m2_k(303.15, 298.15), 4.93, 0.01);
}

// Worked for the back of a 27-inch machine in a 25 degC room, with fixed air
// properties that put convection 1.5% lower.
TEST(Enclosure, BackOfA27InchMachineLosesItsWorkedHeat) {
  const Enclosure back(kBack);
  const struct {
    double warmer_k, heat_w;
  } rows[] = {{5, 12.5}, {10, 27.5}, {15, 43.9}, {20, 61.7}};
  for (const auto& row : rows) {
    EXPECT_NEAR(back.heat_w(298.15 + row.warmer_k, 298.15, kAir), row.heat_w, 0.015 * row.heat_w);
  }
}

// A plate 0.3 m square, 35 K above 25 degC: film 42.5 degC, beta 1/315.65 K,
// nu 1.722e-5, Pr 0.705; L = 0.3/4 m; Ra = 9.807/315.65*35*0.075^3/nu^2*Pr
// = 1.09e6. Up 0.54 Ra^0.25 = 17.4, h 6.4; down half of it.
TEST(Enclosure, HorizontalFacesFollowMcAdams) {
  auto p = kBack;
  p.emissivity = 0;
  p.height_m = 0.075;
  p.orientation = "up";
  EXPECT_NEAR(Enclosure(p).convection_w_per_m2_k(333.15, 298.15, kAir), 6.37, 0.06);
  p.orientation = "down";
  const Enclosure down(p);
  EXPECT_NEAR(down.convection_w_per_m2_k(333.15, 298.15, kAir), 3.18, 0.03);
  // A cold face that looks down is a hot face that looks up.
  EXPECT_GT(down.convection_w_per_m2_k(293.15, 313.15, kAir),
            1.9 * down.convection_w_per_m2_k(313.15, 293.15, kAir));
}

TEST(Enclosure, HeatRisesWithTheDifferenceAndIsZeroWithoutOne) {
  for (const char* orientation : {"vertical", "up", "down"}) {
    auto p = kBack;
    p.orientation = orientation;
    const Enclosure face(p);
    EXPECT_EQ(face.heat_w(298.15, 298.15, kAir), 0);
    EXPECT_TRUE(std::isfinite(face.conductance_w_per_k(298.15, 298.15, kAir)));
    double last = -1e9;
    for (double surface = 270; surface < 400; surface += 0.25) {
      const double heat = face.heat_w(surface, 298.15, kAir);
      EXPECT_GT(heat, last) << orientation << " at " << surface << " K";
      last = heat;
    }
  }
}

TEST(Enclosure, ThinAirConvectsLessAndRadiatesTheSame) {
  const Enclosure back(kBack);
  const Air high = air_at(298.15, 3000);
  // Ra goes with density squared; turbulent h nearly with its 2/3 power.
  const double ratio = back.convection_w_per_m2_k(308.15, 298.15, high) /
                       back.convection_w_per_m2_k(308.15, 298.15, kAir);
  EXPECT_GT(ratio, std::pow(0.692, 2.0 / 3));
  EXPECT_LT(ratio, std::pow(0.692, 1.0 / 2));
}

TEST(Enclosure, RefusesAnUnknownOrientation) {
  auto p = kBack;
  p.orientation = "upp";
  EXPECT_THROW(Enclosure{p}, InputError);
}

}  // namespace
}  // namespace headroom
