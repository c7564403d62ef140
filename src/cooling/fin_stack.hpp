#pragma once

#include "base/fields.hpp"
#include "cooling/air.hpp"

namespace headroom {

/// The form of a stack of parallel plate fins with ducted air between them.
struct FinStackParameters {
  double channels = kRequired;
  double gap_m = kRequired;
  double height_m = kRequired;
  double length_m = kRequired;
  double thickness_m = kRequired;
  double path_m = kRequired;
  double conductivity_w_per_m_k = 205;
  double dust_layer_m = 0;
  double dust_conductivity_w_per_m_k = 0.05;

  void declare(Fields& f);
};

/// A stack of plate fins: laminar air in closed rectangular channels.
///
/// The Nusselt number is that of simultaneously developing flow at constant
/// wall temperature, averaged over the length and referred to the log-mean
/// difference, so that effectiveness-NTU may be applied on top: Nu = Nu_T(s/H)
/// (Shah and London 1978) + the entrance term of Stephan (1959). It agrees
/// within a few percent with the inlet-referred composite of Teertstra,
/// Yovanovich and Culham (2000), which already contains the warming of the air.
/// Pressure drop is developing-flow friction (Muzychka and Yovanovich 2009)
/// plus contraction and expansion (Kays and London). Both hold for a Reynolds
/// number on the hydraulic diameter below about 2300. Fins, base and cover are
/// wetted; fins have the efficiency of a straight fin. Dust lies on both faces
/// of a channel: it narrows the channel and its own resistance is in series;
/// 0.05 W/m/K, the default, is the order of loose fibre (an assumption).
class FinStack {
 public:
  /// Throws ModelError when the dust leaves less than a tenth of the gap.
  explicit FinStack(const FinStackParameters& parameters);

  /// h * A * fin efficiency at a volume flow through the whole stack, between
  /// the fin roots and the local mean air temperature.
  double conductance_w_per_k(double flow_m3_per_s, const Air& air) const;
  /// Heat per kelvin between fin roots and *inlet* air: m cp (1 - exp(-NTU)).
  /// Zero without flow.
  double inlet_conductance_w_per_k(double flow_m3_per_s, const Air& air) const;
  /// Pressure drop at a volume flow through the whole stack.
  double pressure_drop_pa(double flow_m3_per_s, const Air& air) const;
  /// Inverse of pressure_drop_pa.
  double flow_m3_per_s(double pressure_drop_pa, const Air& air) const;
  /// Reynolds number on the hydraulic diameter; the laws hold below 2300.
  double reynolds(double flow_m3_per_s, const Air& air) const;

  double wetted_area_m2() const { return area_m2_; }

 private:
  /// dp = a V sqrt(b V + c) + d V^2, V the velocity between the fins.
  struct Drop {
    double a, b, c, d;
  };
  Drop drop(const Air& air) const;

  FinStackParameters p_;
  double open_m2_;     ///< free cross-section of all channels
  double diameter_m_;  ///< hydraulic diameter of a channel
  double area_m2_;     ///< wetted by the air, all channels
  double fin_share_;   ///< of that area, the fins' share
  double nusselt_;     ///< far downstream
  double friction_;    ///< Fanning f Re far downstream
  double end_loss_;    ///< contraction and expansion coefficient
};

}  // namespace headroom
