// Whatever a catalogue file holds, reading it gives values within their limits
// or says InputError with every problem shown; nothing else may happen.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "catalog/document.hpp"

namespace headroom {
namespace {

/// One field of every kind.
struct Parameters {
  double speed = kRequired;
  double share = 0.5;
  std::vector<double> steps;
  std::string kind;
  bool sealed = false;
  std::vector<std::string> tags;

  void declare(Fields& f) {
    f.number("speed", speed, "rpm", "a number that must be given", 100, 20000);
    f.number("share", share, "1", "a number with a default", 0, 1);
    f.numbers("steps", steps, "GHz", "a list of numbers", 0, 10);
    f.text("kind", kind, "one of a few texts", {"axial", "radial"});
    f.flag("sealed", sealed, "a yes or no");
    f.texts("tags", tags, "a list of texts");
  }
};

void read(Section section) {
  const auto p = section.get<Parameters>();
  section.text("name");
  section.date("date");
  section.has("power");
  section.keys();
  section.place("speed");
  for (const auto& row : section.list("row")) Section(row).get<Parameters>();
  for (const auto& [name, part] : section.named("parts")) Section(part).get<Parameters>();
}

/// Renders every problem, as the command line would.
void show(const InputError& error) {
  if (error.problems().empty()) std::abort();
  for (const auto& problem : error.problems()) {
    if (render(problem).empty()) std::abort();
  }
}

}  // namespace
}  // namespace headroom

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headroom;
  try {
    Document document(std::string(reinterpret_cast<const char*>(data), size), "fuzz.toml", "fuzz");
    auto root = document.root();
    read(root);
    read(root.child("fan", false));
    const auto whole = root.child("cooling").get<Parameters>();
    document.check();
    // Nothing was reported, so the values must be usable.
    if (!(whole.speed >= 100 && whole.speed <= 20000)) std::abort();
    if (!(whole.share >= 0 && whole.share <= 1)) std::abort();
    if (whole.kind != "axial" && whole.kind != "radial") std::abort();
    for (const double step : whole.steps) {
      if (!(step >= 0 && step <= 10e9)) std::abort();
    }
  } catch (const InputError& error) {
    show(error);
  }
  return 0;
}
