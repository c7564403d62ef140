#include "cooling/enclosure.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"

namespace headroom {

constexpr double kStefanBoltzmann = 5.670374419e-8;  // W/m2/K4
constexpr double kGravity = 9.80665;                 // m/s2

void EnclosureParameters::declare(Fields& f) {
  f.number("area", area_m2, "m2", "area of the face", 1e-6, 100);
  f.number("height", height_m, "m", "height of a vertical face; area over perimeter of another",
           1e-3, 10);
  f.number("emissivity", emissivity, "1", "of the face, for thermal radiation", 0, 1);
  f.text("orientation", orientation, "which way the face looks", {"vertical", "up", "down"});
}

Enclosure::Enclosure(const EnclosureParameters& parameters) : p_(parameters) {
  if (p_.orientation == "vertical") {
    facing_ = Facing::kSide;
  } else if (p_.orientation == "up") {
    facing_ = Facing::kUp;
  } else if (p_.orientation == "down") {
    facing_ = Facing::kDown;
  } else {
    throw InputError(fmt::format("no face looks '{}'", p_.orientation),
                     suggest(p_.orientation, {"vertical", "up", "down"}));
  }
}

double Enclosure::convection_w_per_m2_k(double surface_k, double room_k, const Air& air) const {
  const double film_k = (surface_k + room_k) / 2;
  const Air film = air_at_pressure(film_k, air.pressure_pa);
  const double nu = film.viscosity_pa_s / film.density_kg_per_m3;
  const double rayleigh = kGravity / film_k * std::abs(surface_k - room_k) * p_.height_m *
                          p_.height_m * p_.height_m / (nu * nu) * film.prandtl;
  double nusselt = 0;
  if (facing_ == Facing::kSide) {
    const double prandtl_part = std::pow(1 + std::pow(0.492 / film.prandtl, 9.0 / 16), 8.0 / 27);
    const double root = 0.825 + 0.387 * std::pow(rayleigh, 1.0 / 6) / prandtl_part;
    nusselt = root * root;
  } else if ((facing_ == Facing::kUp) == (surface_k >= room_k)) {
    nusselt = std::max(0.54 * std::sqrt(std::sqrt(rayleigh)), 0.15 * std::cbrt(rayleigh));
  } else {
    nusselt = 0.27 * std::sqrt(std::sqrt(rayleigh));
  }
  return nusselt * film.conductivity_w_per_m_k / p_.height_m;
}

double Enclosure::radiation_w_per_m2_k(double surface_k, double room_k) const {
  return p_.emissivity * kStefanBoltzmann * (surface_k * surface_k + room_k * room_k) *
         (surface_k + room_k);
}

double Enclosure::conductance_w_per_k(double surface_k, double room_k, const Air& air) const {
  return p_.area_m2 *
         (convection_w_per_m2_k(surface_k, room_k, air) + radiation_w_per_m2_k(surface_k, room_k));
}

double Enclosure::heat_w(double surface_k, double room_k, const Air& air) const {
  return conductance_w_per_k(surface_k, room_k, air) * (surface_k - room_k);
}

}  // namespace headroom
