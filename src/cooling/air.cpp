#include "cooling/air.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

constexpr double kGasConstant = 287.05;  // J/kg/K, dry air
constexpr double kSpecificHeat = 1007;   // J/kg/K
constexpr double kSeaLevelPa = 101325;

namespace {

double sutherland(double at_reference, double reference_k, double constant_k, double t_k) {
  const double ratio = t_k / reference_k;
  return at_reference * ratio * std::sqrt(ratio) * (reference_k + constant_k) / (t_k + constant_k);
}

}  // namespace

double standard_pressure_pa(double altitude_m) {
  const double h = std::clamp(altitude_m, -500.0, 11000.0);
  return kSeaLevelPa * std::pow(1 - 2.25577e-5 * h, 5.25588);
}

Air air_at_pressure(double temperature_k, double pressure_pa) {
  Air air;
  air.temperature_k = temperature_k;
  air.pressure_pa = pressure_pa;
  air.density_kg_per_m3 = pressure_pa / (kGasConstant * temperature_k);
  air.specific_heat_j_per_kg_k = kSpecificHeat;
  air.conductivity_w_per_m_k = sutherland(0.0241, 273, 194, temperature_k);
  air.viscosity_pa_s = sutherland(1.716e-5, 273, 111, temperature_k);
  air.prandtl = air.viscosity_pa_s * kSpecificHeat / air.conductivity_w_per_m_k;
  return air;
}

Air air_at(double temperature_k, double altitude_m) {
  return air_at_pressure(temperature_k, standard_pressure_pa(altitude_m));
}

}  // namespace headroom
