#include "replay/prediction_error.hpp"

#include "compute/parts.hpp"
#include "profile/own_core.hpp"

namespace headroom {
namespace {

constexpr const char* kCompared = "xeon-w-2140b";
constexpr double kNineInTen = 1.645;    ///< standard deviations of a normal distribution
constexpr double kModelScatter = 0.29;  ///< nine of ten programs: docs/prediction.md
constexpr double kPaceScatter = 0.12;   ///< of programs' pace beside others: alone_share()

}  // namespace

Uncertainty prediction_error(const Library& library, const ReplayedCode& code) {
  const auto account = code.account(read_processor(library, kCompared));
  Uncertainty found{{{"its snapshots are few and differ", kNineInTen * account.ratio_error},
                     {"the model is off by as much for other programs", kModelScatter}}};
  const double alone = alone_share(code.profile());
  if (alone < 1) {
    const double beside_others = 1 - code.profile().own_core.share;
    found.parts.push_back({"others worked on its cores while it was recorded",
                           kNineInTen * kPaceScatter * beside_others / alone});
  }
  return found;
}

}  // namespace headroom
