#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "replay/lanes.hpp"
#include "replay/window_replay.hpp"

namespace headroom {

/// When each line of code was known to come. Branches are foretold ahead of fetch, in so
/// many cycles for each line; where operations are not taken away as fast, foretelling
/// gets ahead, as far as its queue goes, so that slow branches cost nothing and code that
/// is not at hand is asked for early.
class Foretelling {
 public:
  using Cycle = std::int64_t;

  Foretelling(const Pipeline::FrontEnd& front, const std::vector<DecodedBlock>& blocks)
      : front_(front), blocks_(blocks.data()), ahead_(front.foretold_lines) {}

  /// The line that follows.
  void go_on() { step(1); }

  /// A taken branch from one block to another, which fetch meets not before `now`.
  /// `near`: its target is known at once; `known`: without the decoders' help.
  void take(const DecodedBlock& from, const DecodedBlock& to, bool near, bool known, Cycle now) {
    // The branch that closes a short loop is known without asking; one whose target
    // is looked up by its history takes longer.
    const bool again = &to == loop_[0] || &to == loop_[1];
    const bool looked_up =
        from.how == BlockEnd::kIndirectJump || from.how == BlockEnd::kIndirectCall;
    const double further = looked_up                       ? front_.indirect_cycles
                           : from.how == BlockEnd::kReturn ? front_.return_cycles
                                                           : 0;
    step(again ? 1 : front_.taken_cycles + further + (near ? 0 : front_.target_cycles));
    if (looked_up && varied(from, to)) {
      at_ = std::max(at_, varied_ + front_.varied_every);
      varied_ = at_;
    }
    if (!known) begin_anew(static_cast<double>(now) + front_.far_target_cycles);
    loop_[1] = loop_[0];
    loop_[0] = &to;
  }

  /// What was foretold was wrong, and what comes is known only then.
  void begin_anew(double cycle) { at_ = std::max(at_, cycle); }
  /// Fetch has come to the line that was foretold last.
  void fetched(Cycle now) { ahead_.enter(now); }
  /// When that line was known.
  double at() const { return at_; }

 private:
  void step(double cycles) { at_ = std::max(at_ + cycles, static_cast<double>(ahead_.free_at())); }

  /// A jump that has always gone to one place is foretold like any other; of one that has
  /// not, the place is looked up by the path that led there, one jump after the other.
  bool varied(const DecodedBlock& from, const DecodedBlock& to) {
    Jump& jump = jumps_[static_cast<std::size_t>(&from - blocks_) % kJumps];
    if (jump.from != &from) jump = {&from, &to, false};
    jump.varied |= jump.to != &to;
    return jump.varied;
  }

  struct Jump {
    const DecodedBlock *from = nullptr, *to = nullptr;
    bool varied = false;
  };
  static constexpr std::size_t kJumps = 512;

  const Pipeline::FrontEnd& front_;
  const DecodedBlock* blocks_;
  std::array<Jump, kJumps> jumps_{};
  const DecodedBlock* loop_[2] = {};  ///< where the last two taken branches went
  OrderedQueue ahead_;
  double at_ = 0;
  double varied_ = 0;  ///< when the last jump with several targets was
};

}  // namespace headroom
