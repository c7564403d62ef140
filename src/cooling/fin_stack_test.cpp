#include "cooling/fin_stack.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace headroom {
namespace {

const Air kAir40 = air_at(313.15, 0);

FinStackParameters fins(double gap_m) {
  return {.channels = 50,
          .gap_m = gap_m,
          .height_m = 0.030,
          .length_m = 0.060,
          .thickness_m = 0.0003,
          .path_m = 0.015};
}

double flow_at(const FinStackParameters& p, double velocity) {
  return velocity * p.channels * p.gap_m * p.height_m;
}

// Teertstra, Yovanovich and Culham (2000): Nusselt number on the gap, referred
// to the inlet temperature. Over Re* Pr / 2 it is the effectiveness.
double teertstra_effectiveness(double velocity, double gap_m, double length_m, const Air& air) {
  const double re =
      air.density_kg_per_m3 * velocity * gap_m * gap_m / (air.viscosity_pa_s * length_m);
  const double developed = re * air.prandtl / 2;
  const double developing =
      0.664 * std::sqrt(re) * std::cbrt(air.prandtl) * std::sqrt(1 + 3.65 / std::sqrt(re));
  return std::pow(std::pow(developed, -3) + std::pow(developing, -3), -1.0 / 3) / developed;
}

TEST(Air, HasTheHandbookPropertiesAt40Degrees) {
  EXPECT_NEAR(kAir40.density_kg_per_m3, 1.127, 0.001);
  EXPECT_NEAR(kAir40.specific_heat_j_per_kg_k, 1007, 1);
  EXPECT_NEAR(kAir40.conductivity_w_per_m_k, 0.0273, 0.0002);
  EXPECT_NEAR(kAir40.viscosity_pa_s, 1.90e-5, 0.01e-5);
  EXPECT_NEAR(kAir40.prandtl, 0.70, 0.01);
}

TEST(Air, FollowsTheStandardAtmosphereUpAMountain) {
  EXPECT_NEAR(standard_pressure_pa(1000), 89875, 30);  // ISO 2533
  EXPECT_NEAR(standard_pressure_pa(3000), 70109, 30);
  EXPECT_NEAR(standard_pressure_pa(11000), 22632, 30);
  EXPECT_NEAR(air_at(288.15, 0).density_kg_per_m3, 1.225, 0.0005);
}

// Worked by hand from Culham and Muzychka's form for L 60 mm, H 30 mm,
// t 0.3 mm and air at 40 degC.
TEST(FinStack, PressureDropMatchesWorkedExamples) {
  const struct {
    double gap_m, velocity, drop_pa;
  } examples[] = {{0.0010, 4, 67.7},
                  {0.0015, 2, 15.3},
                  {0.0015, 4, 35.3},
                  {0.0015, 6, 59.6},
                  {0.0020, 4, 23.4}};
  for (const auto& e : examples) {
    const auto p = fins(e.gap_m);
    EXPECT_NEAR(FinStack(p).pressure_drop_pa(flow_at(p, e.velocity), kAir40), e.drop_pa,
                0.01 * e.drop_pa)
        << e.gap_m << " m, " << e.velocity << " m/s";
  }
}

// Table of Shah and London (1978), constant wall temperature; h = Nu k / Dh.
TEST(FinStack, FarDownstreamHasTheNusseltNumberOfARectangularDuct) {
  const struct {
    double gap_m, nusselt;
  } table[] = {{0.030, 2.976}, {0.015, 3.391}, {0.0075, 4.439}, {0.00375, 5.597}};
  for (const auto& row : table) {
    auto p = fins(row.gap_m);
    p.channels = 1;
    p.conductivity_w_per_m_k = 1e9;  // efficiency 1
    const double diameter = 2 * row.gap_m * 0.030 / (row.gap_m + 0.030);
    const double area = 2 * (row.gap_m + 0.030) * 0.060;
    const double expected = row.nusselt * kAir40.conductivity_w_per_m_k / diameter * area;
    EXPECT_NEAR(FinStack(p).conductance_w_per_k(0, kAir40), expected, 0.005 * expected);
  }
}

TEST(FinStack, EffectivenessAgreesWithTheInletReferredCompositeOfTeertstra) {
  for (const double gap : {0.0010, 0.0015, 0.0020}) {
    for (const double velocity : {1.0, 2.0, 4.0, 6.0}) {
      auto p = fins(gap);
      p.conductivity_w_per_m_k = 1e9;
      const double flow = flow_at(p, velocity);
      const double ours =
          FinStack(p).inlet_conductance_w_per_k(flow, kAir40) / capacity_rate_w_per_k(flow, kAir40);
      const double theirs = teertstra_effectiveness(velocity, gap, p.length_m, kAir40);
      EXPECT_NEAR(ours, theirs, 0.05 * theirs) << gap << " m, " << velocity << " m/s";
    }
  }
}

TEST(FinStack, ThinFinsOfPoorMetalPassLessHeat) {
  auto p = fins(0.0015);
  const double flow = flow_at(p, 4);
  const double aluminium = FinStack(p).conductance_w_per_k(flow, kAir40);
  p.conductivity_w_per_m_k = 15;
  const double steel = FinStack(p).conductance_w_per_k(flow, kAir40);
  // By hand: local Nu 7.31, h 69.7; m = sqrt(2 h / (k t)) = 47.6 and 176 /m,
  // times 15 mm: tanh(mL)/(mL) = 0.858 and 0.375; base and cover are 1/21.
  EXPECT_NEAR(steel / aluminium, (0.375 * 20 + 1) / (0.858 * 20 + 1), 0.01);
}

TEST(FinStack, FlowIsTheInverseOfPressureDrop) {
  for (const double gap : {0.0005, 0.0015, 0.010}) {
    const FinStack stack(fins(gap));
    for (double flow = 1e-9; flow < 1; flow *= 3) {
      const double drop = stack.pressure_drop_pa(flow, kAir40);
      EXPECT_NEAR(stack.flow_m3_per_s(drop, kAir40) / flow, 1, 1e-12) << gap << ", " << flow;
    }
  }
}

TEST(FinStack, MoreFlowCarriesMoreHeatAndCostsMorePressure) {
  for (const double dust : {0.0, 0.0002}) {
    auto p = fins(0.0015);
    p.dust_layer_m = dust;
    const FinStack stack(p);
    double local = stack.conductance_w_per_k(0, kAir40), inlet = 0, drop = 0;
    for (double flow = 1e-6; flow < 0.1; flow *= 1.2) {
      EXPECT_GT(stack.conductance_w_per_k(flow, kAir40), local);
      // At a trickle the air leaves as warm as the fins: m cp to the last bit.
      EXPECT_GT(stack.inlet_conductance_w_per_k(flow, kAir40), inlet);
      EXPECT_GT(stack.pressure_drop_pa(flow, kAir40), drop);
      local = stack.conductance_w_per_k(flow, kAir40);
      inlet = stack.inlet_conductance_w_per_k(flow, kAir40);
      drop = stack.pressure_drop_pa(flow, kAir40);
      EXPECT_LT(inlet, local);
    }
  }
}

TEST(FinStack, DustCostsPressureButBarelyHeatAtAGivenFlow) {
  auto p = fins(0.0015);
  const double flow = flow_at(p, 2);
  const FinStack clean(p);
  p.dust_layer_m = 0.0002;
  const FinStack dusty(p);
  // The friction of narrow channels goes with the cube of their width.
  const double cube = std::pow(1.5 / 1.1, 3);
  const double ratio = dusty.pressure_drop_pa(flow, kAir40) / clean.pressure_drop_pa(flow, kAir40);
  EXPECT_GT(ratio, 0.8 * cube);
  EXPECT_LT(ratio, 1.2 * cube);
  EXPECT_NEAR(dusty.conductance_w_per_k(flow, kAir40) / clean.conductance_w_per_k(flow, kAir40), 1,
              0.1);
}

TEST(FinStack, WithoutFlowNothingIsCarriedOffAndNothingIsNan) {
  const FinStack stack(fins(0.0015));
  EXPECT_EQ(stack.inlet_conductance_w_per_k(0, kAir40), 0);
  EXPECT_EQ(stack.pressure_drop_pa(0, kAir40), 0);
  EXPECT_EQ(stack.flow_m3_per_s(0, kAir40), 0);
  EXPECT_TRUE(std::isfinite(stack.conductance_w_per_k(0, kAir40)));
}

TEST(FinStack, DustThatClosesTheFinsIsReported) {
  auto p = fins(0.0010);
  p.dust_layer_m = 0.0005;
  EXPECT_THROW(FinStack{p}, ModelError);
}

}  // namespace
}  // namespace headroom
