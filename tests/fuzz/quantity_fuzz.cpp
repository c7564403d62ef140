// Whatever stands where a quantity is wanted, parse_quantity() gives a finite
// number or says InputError; nothing else may happen.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "base/units.hpp"

namespace headroom {
namespace {

void read(std::string_view text, std::string_view unit) {
  try {
    if (!std::isfinite(parse_quantity(text, parse_unit(unit)))) std::abort();
  } catch (const InputError& error) {
    for (const auto& problem : error.problems()) {
      if (render(problem).empty()) std::abort();
    }
  }
}

}  // namespace
}  // namespace headroom

// An input is a quantity, and after a ';' the unit it is wanted in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cut = text.find(';');
  headroom::read(text.substr(0, cut), cut == text.npos ? "W" : text.substr(cut + 1));
  return 0;
}
