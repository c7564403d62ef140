#include "compute/licence_clock.hpp"

#include <algorithm>
#include <limits>

#include "compute/core_model.hpp"

namespace headroom {
namespace {
constexpr double kDoneS = 0.5e-9;  // time is kept in whole nanoseconds

/// Licences that a processor does not tell apart by clock are one.
VectorLevel distinct(const Processor& processor, VectorLevel licence) {
  if (licence == VectorLevel::avx512 && processor.licence_avx512 < processor.licence_avx2) {
    return VectorLevel::avx512;
  }
  const bool lowers = licence >= VectorLevel::avx2 && processor.licence_avx2 < 1;
  return lowers ? VectorLevel::avx2 : VectorLevel::scalar;
}
}  // namespace

void LicenceClock::want(VectorLevel licence, int cores_awake) {
  licence = distinct(*processor_, licence);
  if (cores_awake < 1) licence = VectorLevel::scalar;  // cores asleep give theirs back
  const double before_hz = turbo_limit_hz(*processor_, cores_, held_);
  const int cores_before = cores_;
  cores_ = std::max(1, cores_awake);
  if (licence == wanted_ && cores_ == cores_before) return;
  wanted_ = licence;
  const auto& timing = processor_->microarchitecture.licence;
  if (cores_awake < 1) {  // they wake at the clock of what they wake for
    held_ = wanted_;
    enter(Stage::steady, 0);
  } else if (wanted_ > held_) {
    enter(Stage::throttled, timing.throttle_s);
  } else if (wanted_ < held_) {
    if (stage_ != Stage::keeping) enter(Stage::keeping, timing.keep_s);
  } else if (stage_ == Stage::keeping || stage_ == Stage::throttled) {
    enter(Stage::steady, 0);
  } else if (turbo_limit_hz(*processor_, cores_, held_) != before_hz) {
    enter(Stage::halted, timing.halt_s);
  }
}

void LicenceClock::enter(Stage stage, double length_s) {
  stage_ = stage;
  left_s_ = length_s;
  settle();
}

void LicenceClock::settle() {
  while (stage_ != Stage::steady && left_s_ <= kDoneS) {
    const auto& timing = processor_->microarchitecture.licence;
    if (stage_ == Stage::halted) {
      stage_ = Stage::steady;
      left_s_ = 0;
    } else {  // throttled or keeping: the licence changes, and the cores halt for it
      held_ = wanted_;
      stage_ = Stage::halted;
      left_s_ = timing.halt_s;
    }
  }
}

double LicenceClock::pace() const {
  if (stage_ == Stage::halted) return 0;
  return stage_ == Stage::throttled ? processor_->microarchitecture.licence.throttled_pace : 1;
}

double LicenceClock::limit_hz() const {
  return held_ > wanted_ ? turbo_limit_hz(*processor_, cores_, held_)
                         : std::numeric_limits<double>::infinity();
}

double LicenceClock::time_left_s() const {
  return stage_ == Stage::steady ? std::numeric_limits<double>::infinity() : left_s_;
}

void LicenceClock::advance(double dt_s) {
  if (stage_ == Stage::steady) return;
  left_s_ -= dt_s;
  settle();
}

}  // namespace headroom
