#pragma once

#include "replay/replayed_code.hpp"
#include "workload/uncertainty.hpp"

namespace headroom {

/// How far off the times of a recorded program on other machines may be. Two
/// things are known: how much the snapshots of the recording differ in what an iMac
/// Pro makes of them against the recording machine, and how far the model was off
/// for nine in ten programs of known time (docs/prediction.md). Errors that the
/// recording machine and the other one share cancel; how many do has not been
/// measured.
Uncertainty prediction_error(const Library& library, const ReplayedCode& code);

}  // namespace headroom
