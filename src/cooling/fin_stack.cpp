#include "cooling/fin_stack.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"

namespace headroom {
namespace {

// Rectangular duct, gap over height 0 to 1, Shah and London 1978: the Nusselt
// number for constant wall temperature and the Fanning friction factor times
// Reynolds number, both on the hydraulic diameter.
double developed_nusselt(double a) {
  return 7.541 * (1 + a * (-2.610 + a * (4.970 + a * (-5.119 + a * (2.702 - 0.548 * a)))));
}

double developed_friction(double a) {
  return 24 * (1 + a * (-1.3553 + a * (1.9467 + a * (-1.7012 + a * (0.9564 - 0.2537 * a)))));
}

// What the entrance adds to the mean Nusselt number. `graetz` is
// Re Pr Dh / L; Stephan 1959 as given by Shah and London, Pr 0.1 to 1000.
double entrance_nusselt(double graetz, double prandtl) {
  return 0.024 * std::pow(graetz, 1.14) /
         (1 + 0.0358 * std::pow(graetz, 0.64) * std::pow(prandtl, 0.17));
}

}  // namespace

void FinStackParameters::declare(Fields& f) {
  f.whole("channels", channels, "channels between fins", 1, 100000);
  f.number("gap", gap_m, "mm", "clear width between two fins", 0.1, 100);
  f.number("height", height_m, "mm", "height of a channel, across the air", 1, 1000);
  f.number("length", length_m, "mm", "length of a fin along the air", 1, 1000);
  f.number("thickness", thickness_m, "mm", "thickness of a fin", 0.01, 20);
  f.number("path", path_m, "mm",
           "farthest way of heat along a fin from its root, base or heat pipe", 0.1, 1000);
  f.number("conductivity", conductivity_w_per_m_k, "W/m/K", "of the fins", 1, 2000);
  f.number("dust_layer", dust_layer_m, "mm", "thickness of dust on each face", 0, 10);
  f.number("dust_conductivity", dust_conductivity_w_per_m_k, "W/m/K", "of that dust", 0.01, 10);
}

FinStack::FinStack(const FinStackParameters& parameters) : p_(parameters) {
  const double gap = p_.gap_m - 2 * p_.dust_layer_m;
  if (!(gap >= 0.1 * p_.gap_m)) {
    throw ModelError(fmt::format("{:.2f} mm of dust on each face closes fins {:.2f} mm apart",
                                 p_.dust_layer_m * 1e3, p_.gap_m * 1e3));
  }
  const double height = p_.height_m;
  const double aspect = std::min(gap, height) / std::max(gap, height);
  const double open_share = gap / (p_.gap_m + p_.thickness_m);
  const double blocked = 1 - open_share * open_share;
  open_m2_ = p_.channels * gap * height;
  diameter_m_ = 2 * gap * height / (gap + height);
  area_m2_ = p_.channels * 2 * (gap + height) * p_.length_m;
  fin_share_ = height / (gap + height);
  nusselt_ = developed_nusselt(aspect);
  friction_ = developed_friction(aspect);
  end_loss_ = 0.42 * blocked + blocked * blocked;
}

double FinStack::reynolds(double flow_m3_per_s, const Air& air) const {
  const double velocity = std::max(flow_m3_per_s, 0.0) / open_m2_;
  return air.density_kg_per_m3 * velocity * diameter_m_ / air.viscosity_pa_s;
}

double FinStack::conductance_w_per_k(double flow_m3_per_s, const Air& air) const {
  const double graetz = reynolds(flow_m3_per_s, air) * air.prandtl * diameter_m_ / p_.length_m;
  const double nusselt = nusselt_ + entrance_nusselt(graetz, air.prandtl);
  const double clean = nusselt * air.conductivity_w_per_m_k / diameter_m_;
  const double h = 1 / (1 / clean + p_.dust_layer_m / p_.dust_conductivity_w_per_m_k);
  const double m = std::sqrt(2 * h / (p_.conductivity_w_per_m_k * p_.thickness_m));
  const double fin_efficiency = std::tanh(m * p_.path_m) / (m * p_.path_m);
  return h * area_m2_ * (1 - fin_share_ * (1 - fin_efficiency));
}

double FinStack::inlet_conductance_w_per_k(double flow_m3_per_s, const Air& air) const {
  const double capacity = capacity_rate_w_per_k(flow_m3_per_s, air);
  if (!(capacity > 0)) return 0;
  return -capacity * std::expm1(-conductance_w_per_k(flow_m3_per_s, air) / capacity);
}

// f_app Re = sqrt(3.44^2 Dh Re / L + (f Re)^2), written in the velocity, so that
// nothing is divided by it.
FinStack::Drop FinStack::drop(const Air& air) const {
  const double mu = air.viscosity_pa_s;
  return {.a = 2 * mu * p_.length_m / (diameter_m_ * diameter_m_),
          .b = 3.44 * 3.44 * air.density_kg_per_m3 * diameter_m_ * diameter_m_ / (mu * p_.length_m),
          .c = friction_ * friction_,
          .d = end_loss_ * air.density_kg_per_m3 / 2};
}

double FinStack::pressure_drop_pa(double flow_m3_per_s, const Air& air) const {
  const Drop k = drop(air);
  const double v = std::max(flow_m3_per_s, 0.0) / open_m2_;
  return v * (k.a * std::sqrt(k.b * v + k.c) + k.d * v);
}

// The drop is convex in the velocity, so Newton's method falls onto the root
// from above. It starts at the least velocity that one term alone would give,
// at most a factor of two or so too high.
double FinStack::flow_m3_per_s(double pressure_drop_pa, const Air& air) const {
  if (!(pressure_drop_pa > 0)) return 0;
  const Drop k = drop(air);
  const double developing = std::cbrt(pressure_drop_pa / k.a * (pressure_drop_pa / k.a) / k.b);
  double v = std::min(pressure_drop_pa / (k.a * std::sqrt(k.c)), developing);
  if (k.d > 0) v = std::min(v, std::sqrt(pressure_drop_pa / k.d));
  for (int i = 0; i < 20; ++i) {
    const double root = std::sqrt(k.b * v + k.c);
    const double excess = v * (k.a * root + k.d * v) - pressure_drop_pa;
    const double slope = k.a * (root + k.b * v / (2 * root)) + 2 * k.d * v;
    const double next = v - excess / slope;
    if (!(next < v)) break;
    const bool close = v - next <= 1e-9 * v;  // converges as the square: 1e-18 next
    v = next;
    if (close) break;
  }
  return v * open_m2_;
}

}  // namespace headroom
