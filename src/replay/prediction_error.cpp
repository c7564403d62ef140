#include "replay/prediction_error.hpp"

#include "compute/parts.hpp"

namespace headroom {
namespace {

constexpr const char* kCompared = "xeon-w-2140b";
constexpr double kNineInTen = 1.645;    ///< standard deviations of a normal distribution
constexpr double kModelScatter = 0.29;  ///< nine of ten programs: docs/prediction.md

}  // namespace

Uncertainty prediction_error(const Library& library, const ReplayedCode& code) {
  const auto account = code.account(read_processor(library, kCompared));
  return {{{"its snapshots are few and differ", kNineInTen * account.ratio_error},
           {"the model is off by as much for other programs", kModelScatter}}};
}

}  // namespace headroom
