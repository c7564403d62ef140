#include "cooling/air_path.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

// The viscosity at which the linear loss is given.
const double kReferenceViscosity = air_at(313.15, 0).viscosity_pa_s;

// The zero of f between low and high, where f(low) >= 0 >= f(high), by
// Chandrupatla's method (Advances in Engineering Software 28, 1997): inverse
// quadratic interpolation where it is safe, halving where not.
template <class Function>
double zero(double low, double high, Function f) {
  double a = high, b = low;
  double fa = f(high), fb = f(low);
  if (!(fb > 0)) return low;
  if (!(fa < 0)) return high;
  double t = 0.5;
  for (int i = 0; i < 100; ++i) {
    const double x = a + t * (b - a);
    const double fx = f(x);
    double c = a, fc = fa;
    if ((fx > 0) != (fa > 0)) {
      c = b, fc = fb;
      b = a, fb = fa;
    }
    a = x, fa = fx;
    const double best = std::abs(fa) < std::abs(fb) ? a : b;
    const double tolerance = 1e-15 * std::abs(best);
    const double limit = tolerance / std::abs(b - a);
    if (fa == 0 || limit > 0.5) return fa == 0 ? a : best;
    const double xi = (a - b) / (c - b);
    const double phi = (fa - fb) / (fc - fb);
    t = 0.5;
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
      t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb);
    }
    t = std::clamp(t, limit, 1 - limit);
  }
  return a;
}

FinStackParameters dusted(FinStackParameters stack, double layer_m) {
  stack.dust_layer_m += layer_m;
  return stack;
}

}  // namespace

void AirPathParameters::declare(Fields& f) {
  f.number("free_area", free_area_m2, "m2", "open area of the grilles or slots", 1e-5, 10);
  f.number("loss_coefficient", loss_coefficient, "1",
           "pressure lost in slots and ducts over dynamic pressure in the free area", 0, 1000);
  f.number("linear_loss", linear_pa_s_per_m3, "Pa*s/m3",
           "laminar loss besides the fins, at 40 degC", 0, 1e7);
}

AirPath::AirPath(const AirPathParameters& parameters, const std::vector<FinStackParameters>& stacks,
                 const FanParameters& fan, const Obstruction& obstruction)
    : p_(parameters),
      loss_coefficient_(parameters.loss_coefficient * obstruction.grille_factor +
                        obstruction.wall_loss),
      fan_(fan) {
  for (const auto& stack : stacks) stacks_.emplace_back(dusted(stack, obstruction.dust_layer_m));
}

double AirPath::other_pressure_pa(double flow_m3_per_s, const Air& air) const {
  const double velocity = flow_m3_per_s / p_.free_area_m2;
  return p_.linear_pa_s_per_m3 * (air.viscosity_pa_s / kReferenceViscosity) * flow_m3_per_s +
         loss_coefficient_ * air.density_kg_per_m3 / 2 * velocity * velocity;
}

double AirPath::stacks_flow_m3_per_s(double pressure_pa, const Air& air) const {
  double flow = 0;
  for (const auto& stack : stacks_) flow += stack.flow_m3_per_s(pressure_pa, air);
  return flow;
}

double AirPath::pressure_pa(double flow_m3_per_s, const Air& air) const {
  if (!(flow_m3_per_s > 0)) return 0;
  double pressure = other_pressure_pa(flow_m3_per_s, air);
  if (stacks_.empty()) return pressure;
  double high = stacks_.front().pressure_drop_pa(flow_m3_per_s, air);
  if (stacks_.size() == 1) return pressure + high;
  for (const auto& stack : stacks_) {
    high = std::min(high, stack.pressure_drop_pa(flow_m3_per_s, air));
  }
  return pressure + zero(0, high, [&](double stack_pa) {
           return flow_m3_per_s - stacks_flow_m3_per_s(stack_pa, air);
         });
}

// With fins the unknown is the pressure across them: it gives the flow of each
// stack directly, however many there are. Without, it is the flow.
AirPath::Operating AirPath::solve(double rpm, const Air& air) const {
  const double fans = fan_.parameters().count;
  const double free_flow = fans * fan_.free_flow_m3_per_s(rpm);
  if (!(free_flow > 0)) return {};
  const auto surplus_pa = [&](double flow) {
    return fan_.pressure_pa(flow / fans, rpm, air.density_kg_per_m3) - other_pressure_pa(flow, air);
  };
  Operating at;
  if (stacks_.empty()) {
    at.flow_m3_per_s = zero(0, free_flow, surplus_pa);
  } else {
    double high = surplus_pa(0);
    for (const auto& stack : stacks_) {
      high = std::min(high, stack.pressure_drop_pa(free_flow, air));
    }
    at.stack_pressure_pa = zero(0, high, [&](double stack_pa) {
      return surplus_pa(stacks_flow_m3_per_s(stack_pa, air)) - stack_pa;
    });
    at.flow_m3_per_s = stacks_flow_m3_per_s(at.stack_pressure_pa, air);
  }
  at.pressure_pa = fan_.pressure_pa(at.flow_m3_per_s / fans, rpm, air.density_kg_per_m3);
  return at;
}

double AirPath::stack_flow_m3_per_s(std::size_t stack, const Operating& at, const Air& air) const {
  return stacks_[stack].flow_m3_per_s(at.stack_pressure_pa, air);
}

}  // namespace headroom
