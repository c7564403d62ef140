#pragma once

namespace headroom {

/// Dry air at one temperature and pressure.
///
/// Density is that of an ideal gas; viscosity and conductivity follow
/// Sutherland's law with the constants of White, Viscous Fluid Flow (within 2%
/// from -20 to 200 degC) and do not depend on pressure. The specific heat is
/// held at 1007 J/kg/K, within 0.3% from -20 to 100 degC.
struct Air {
  double temperature_k = 0;
  double pressure_pa = 0;
  double density_kg_per_m3 = 0;
  double specific_heat_j_per_kg_k = 0;
  double conductivity_w_per_m_k = 0;
  double viscosity_pa_s = 0;
  double prandtl = 0;
};

/// Pressure of the International Standard Atmosphere (ISO 2533) at an altitude
/// from -500 to 11000 m; altitudes beyond are taken as the nearer limit.
double standard_pressure_pa(double altitude_m);

/// Air of a temperature (above 0 K) at a pressure, or at the standard pressure
/// of an altitude.
Air air_at_pressure(double temperature_k, double pressure_pa);
Air air_at(double temperature_k, double altitude_m);

/// Heat that a stream carries off per kelvin of warming: density * specific
/// heat * volume flow.
inline double capacity_rate_w_per_k(double flow_m3_per_s, const Air& air) {
  return flow_m3_per_s * air.density_kg_per_m3 * air.specific_heat_j_per_kg_k;
}

}  // namespace headroom
