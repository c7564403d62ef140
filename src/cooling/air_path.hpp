#pragma once

#include <vector>

#include "base/fields.hpp"
#include "cooling/air.hpp"
#include "cooling/fan.hpp"
#include "cooling/fin_stack.hpp"

namespace headroom {

/// What the air meets besides the fins: slots, grilles, ducts.
struct AirPathParameters {
  double free_area_m2 = kRequired;
  double loss_coefficient = 2.5;
  double linear_pa_s_per_m3 = 0;

  void declare(Fields& f);
};

/// What dust and placement do to an air path.
struct Obstruction {
  double dust_layer_m = 0;   ///< added on each face of every fin
  double grille_factor = 1;  ///< dust multiplies the grilles' loss, 1 to 3
  double wall_loss = 0;      ///< added to the loss coefficient near a wall
};

/// One stream of air: equal fans in parallel, fin stacks in parallel behind
/// them, and everything else as a linear and a quadratic loss.
///
/// System curve: dp = dp_stacks(Q) + A (mu/mu0) Q + K rho/2 (Q/free area)^2,
/// with mu0 at 40 degC; a K of 1.5 to 3 is usual for grilles and slots, and the
/// default is an assumption within it. All stacks see one pressure drop and
/// share the flow by it. Natural draught is left out: at zero speed nothing flows, where
/// a real machine has a small stream by buoyancy.
class AirPath {
 public:
  struct Operating {
    double flow_m3_per_s = 0;      ///< of all fans together
    double pressure_pa = 0;        ///< rise across each fan
    double stack_pressure_pa = 0;  ///< of it, across the fin stacks
  };

  AirPath(const AirPathParameters& parameters, const std::vector<FinStackParameters>& stacks,
          const FanParameters& fan, const Obstruction& obstruction = {});

  /// Where fan curve and system curve meet, to about 1e-12 of the flow and
  /// rising with speed. Takes a few microseconds: tabulate it.
  Operating solve(double rpm, const Air& air) const;
  /// The system curve: the pressure that drives a total flow.
  double pressure_pa(double flow_m3_per_s, const Air& air) const;
  /// The flow through one of the stacks at an operating point.
  double stack_flow_m3_per_s(std::size_t stack, const Operating& at, const Air& air) const;

  const Fan& fan() const { return fan_; }
  const std::vector<FinStack>& stacks() const { return stacks_; }

 private:
  double other_pressure_pa(double flow_m3_per_s, const Air& air) const;
  double stacks_flow_m3_per_s(double pressure_pa, const Air& air) const;

  AirPathParameters p_;
  double loss_coefficient_;  ///< with dust and placement
  std::vector<FinStack> stacks_;
  Fan fan_;
};

}  // namespace headroom
