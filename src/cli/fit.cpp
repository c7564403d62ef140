#include "cli/common.hpp"

namespace headroom {
namespace {
int fit_command(const Arguments&) { return 0; }
}  // namespace

extern const Command kFitCommand;
const Command kFitCommand{
    .name = "fit",
    .summary = "find the numbers that nobody publishes from published measurements",
    .operands = "FILE...",
    .least = 1,
    .most = 100,
    .options = {catalog_option()},
    .examples = "  headroom fit evidence/measurements.csv\n",
    .run = fit_command,
};

}  // namespace headroom
