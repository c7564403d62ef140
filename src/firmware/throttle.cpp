#include "firmware/throttle.hpp"

#include <algorithm>
#include <cmath>

namespace headroom {

void ThrottleParameters::declare(Fields& f) {
  f.text("name", name, "what the rule is called");
  f.text("sensor", sensor, "\"cpu\", \"gpu\", \"gpu.memory\" or a node of the thermal network");
  f.text("limits", limits, "whose clock it takes away", {"cpu", "gpu"});
  f.number("trip", trip_k, "degC", "temperature at which it acts", -50, 150);
  f.number("release", release_k, "degC", "temperature at which it lets go", -50, 150);
  f.number("step", step_hz, "MHz", "taken from the clock at a trip", 1, 1e5);
  f.number("step_back", step_back_hz, "MHz", "given back each period; 0: all at once", 0, 1e5);
  f.number("floor", floor_hz, "MHz", "lowest clock it leaves", 1, 1e5);
  f.number("period", period_s, "s", "of the firmware's loop", 1e-3, 60);
  f.number("smoothing", smoothing_s, "s", "time constant of the sensor's reading", 0, 60);
  f.number("settle", settle_s, "s", "least time between two steps down", 0, 600);
}

void Throttle::tick(double sensor_k, double clock_hz, double elapsed_s, State& state) const {
  const bool first = state.reading_k <= 0 || p_.smoothing_s <= 0;
  const double follow = first ? 1 : 1 - std::exp(-elapsed_s / p_.smoothing_s);
  state.reading_k += follow * (sensor_k - state.reading_k);
  state.since_step_s += elapsed_s;
  if (state.reading_k >= p_.trip_k) {
    if (state.since_step_s < p_.settle_s && state.ceiling_hz < kOpen) return;
    const double from_hz = std::min(clock_hz, state.ceiling_hz);
    state.ceiling_hz = std::max(p_.floor_hz, from_hz - p_.step_hz);
    state.since_step_s = 0;
  } else if (state.reading_k <= p_.release_k && state.ceiling_hz < kOpen) {
    // Giving back beyond any clock means the rule no longer limits.
    state.ceiling_hz += p_.step_back_hz;
    if (p_.step_back_hz <= 0 || state.ceiling_hz > clock_hz + 8 * p_.step_back_hz) {
      state.ceiling_hz = kOpen;
    }
  }
}

}  // namespace headroom
