// Whatever an evidence file holds, reading it gives rows with finite values
// whose setups are understood or refused with a reason, or InputError with
// problems that can be shown; nothing else may happen.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "study/evidence.hpp"
#include "study/setup.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headroom;
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& row : parse_evidence(text, "fuzz.csv")) {
      if (!std::isfinite(row.value) || row.place.line < 2) std::abort();
      const RowSetup setup = read_setup(row.setup);
      if (setup.reason.empty() && !std::isfinite(setup.at_s)) std::abort();
    }
  } catch (const InputError& error) {
    if (error.problems().empty()) std::abort();
    for (const auto& problem : error.problems()) {
      if (render(problem).empty()) std::abort();
    }
  }
  return 0;
}
