#pragma once

#include "base/fields.hpp"

namespace headroom {

/// The Ethernet port at a link rate that is given. The port that negotiates
/// its rate with what it is plugged into will take its place behind the same
/// question.
struct Port {
  double fastest_b_per_s = kRequired;
  double link_b_per_s = 0;   ///< 0: the fastest
  double efficiency = 0.94;  ///< payload share: TCP over frames of 1500 bytes
  double idle_w = 0.8;
  double active_w = 3.0;  ///< more while bytes move at the fastest rate

  void declare(Fields& f);

  double payload_b_per_s() const {
    return (link_b_per_s > 0 ? link_b_per_s : fastest_b_per_s) * efficiency;
  }
  double seconds(double bytes) const { return bytes > 0 ? bytes / payload_b_per_s() : 0; }
};

}  // namespace headroom
