// Whatever stands where a machine with options is wanted, Configuration::parse()
// understands it, and what it prints means the same, or it says InputError.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "catalog/configuration.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headroom;
  Configuration read;
  try {
    read = Configuration::parse({reinterpret_cast<const char*>(data), size});
  } catch (const InputError& error) {
    for (const auto& problem : error.problems()) {
      if (render(problem).empty()) std::abort();
    }
    return 0;
  }
  // Text that was accepted stays acceptable; an InputError here is a crash.
  const auto again = Configuration::parse(read.text());
  if (again.machine != read.machine || again.options != read.options) std::abort();
  return 0;
}
