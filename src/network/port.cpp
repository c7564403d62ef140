#include "network/port.hpp"

namespace headroom {

void Port::declare(Fields& f) {
  f.number("fastest", fastest_b_per_s, "Gbit/s", "fastest link rate", 0.001, 1000);
  f.number("efficiency", efficiency, "1", "payload share of the link rate", 0.1, 1);
  f.number("idle_power", idle_w, "W", "with a link, at rest", 0, 50);
  f.number("active_power", active_w, "W", "more at the fastest rate", 0, 50);
}

}  // namespace headroom
