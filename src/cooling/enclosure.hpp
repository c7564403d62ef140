#pragma once

#include <string>

#include "base/fields.hpp"
#include "cooling/air.hpp"

namespace headroom {

/// One outer face of a machine.
struct EnclosureParameters {
  double area_m2 = kRequired;
  double height_m = kRequired;
  double emissivity = kRequired;
  std::string orientation = "vertical";

  void declare(Fields& f);
};

/// Loss of an outer face to the room by natural convection and radiation.
///
/// Vertical: Churchill and Chu (1975), laminar and turbulent, Ra below 1e12.
/// Horizontal: McAdams, 0.54 Ra^(1/4) or 0.15 Ra^(1/3) where the warm side
/// faces up, the greater of the two (they cross at Ra 4.7e6), and 0.27 Ra^(1/4)
/// where it faces down; a face colder than the room swaps them. Radiation is
/// that of a grey face to a large room at air temperature. Air properties are
/// taken at the mean of face and room.
class Enclosure {
 public:
  /// Throws InputError for an unknown orientation.
  explicit Enclosure(const EnclosureParameters& parameters);

  /// Heat from face to room over their difference; finite when they are equal.
  /// `air` gives the pressure; its temperature is not used.
  double conductance_w_per_k(double surface_k, double room_k, const Air& air) const;
  /// Heat from face to room, negative when the room is warmer.
  double heat_w(double surface_k, double room_k, const Air& air) const;
  /// The two parts of the heat transfer coefficient, in W/m2/K.
  double convection_w_per_m2_k(double surface_k, double room_k, const Air& air) const;
  double radiation_w_per_m2_k(double surface_k, double room_k) const;

 private:
  enum class Facing { kSide, kUp, kDown };
  EnclosureParameters p_;
  Facing facing_;
};

}  // namespace headroom
