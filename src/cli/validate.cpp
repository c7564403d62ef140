#include <fmt/core.h>

#include "cli/common.hpp"
#include "cli/terminal.hpp"

namespace headroom {
namespace {
int validate_command(const Arguments&) { return 0; }
}  // namespace

extern const Command kValidateCommand;
const Command kValidateCommand{
    .name = "validate",
    .summary = "predict published measurements and compare",
    .operands = "FILE...",
    .least = 1,
    .most = 100,
    .options = {{"json", "", "print as JSON", ""}, catalog_option()},
    .examples = "  headroom validate evidence/measurements.csv\n",
    .run = validate_command,
};

}  // namespace headroom
