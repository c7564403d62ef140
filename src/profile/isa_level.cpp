#include "profile/isa_level.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <sstream>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr IsaLevel kLevels[] = {
    {"nehalem", "Nehalem", "SSE4.2", ""},
    {"westmere", "Westmere", "AES", ""},
    {"sandybridge", "SandyBridge", "AVX", "x2apic tsc-deadline"},
    {"ivybridge", "IvyBridge", "F16C", "x2apic tsc-deadline"},
    {"haswell", "Haswell", "AVX2, FMA, BMI", "pcid x2apic tsc-deadline hle invpcid rtm"},
    {"broadwell", "Broadwell", "ADX",
     "pcid x2apic tsc-deadline hle invpcid rtm rdseed 3dnowprefetch"},
    {"skylake-client", "Skylake-Client", "CLFLUSHOPT",
     "pcid x2apic tsc-deadline hle invpcid rtm rdseed 3dnowprefetch xsavec"},
    {"zen", "EPYC", "AVX2 in AMD's selection",
     "rdseed sha-ni fxsr-opt misalignsse 3dnowprefetch osvw topoext nrip-save xsavec"},
    {"zen-2", "EPYC-Rome", "CLWB",
     "rdseed sha-ni rdpid fxsr-opt misalignsse 3dnowprefetch osvw topoext perfctr-core clzero "
     "xsaveerptr wbnoinvd ibpb amd-stibp nrip-save xsavec xsaves"},
    {"zen-3", "EPYC-Milan", "PKU",
     "pcid invpcid rdseed sha-ni rdpid fsrm fxsr-opt misalignsse 3dnowprefetch osvw topoext "
     "perfctr-core clzero xsaveerptr wbnoinvd ibpb ibrs amd-stibp amd-ssbd nrip-save xsavec "
     "xsaves"},
};

/// Processors whose programs take the path of an older one.
struct Alias {
  std::string_view name, level;
};
constexpr Alias kAliases[] = {
    {"ivybridgeep", "ivybridge"},     {"haswellep", "haswell"},
    {"skylake", "skylake-client"},    {"kabylake", "skylake-client"},
    {"coffeelake", "skylake-client"}, {"cometlake", "skylake-client"},
};

/// Levels with AVX-512, which no release of the emulator can run.
constexpr std::string_view kWide[] = {
    "skylakesp",     "skylakeserver", "skylakex",       "skylakew",
    "skylakeavx512", "cascadelake",   "cooperlake",     "cascadelakeserver",
    "icelake",       "icelakeserver", "sapphirerapids", "zen4",
    "zen5",          "avx512",        "x8664v4"};

/// Small letters and digits only.
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') text += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) text += c;
  }
  return text;
}

}  // namespace

std::string IsaLevel::option() const {
  std::string text(model);
  std::istringstream words{std::string(without)};
  for (std::string word; words >> word;) text += ",-" + word;
  return text;
}

const IsaLevel& find_isa_level(std::string_view name, const std::vector<std::string>& models) {
  std::string wanted = plain(name);
  if (std::find(std::begin(kWide), std::end(kWide), wanted) != std::end(kWide)) {
    throw InputError(
        fmt::format("the instruction set of '{}' has AVX-512, which qemu cannot run", name),
        "'skylake-client' is the nearest below it; without --isa, a program runs "
        "on this machine's own processor, AVX-512 included");
  }
  for (const auto& alias : kAliases) {
    if (wanted == alias.name) wanted = plain(alias.level);
  }
  std::string possible;
  std::vector<std::string> names;
  for (const auto& level : kLevels) {
    if (std::find(models.begin(), models.end(), level.model) == models.end()) continue;
    if (plain(level.name) == wanted) return level;
    possible += fmt::format("{}{} ({})", possible.empty() ? "" : ", ", level.name, level.has);
    names.emplace_back(level.name);
  }
  const std::string near = nearest(wanted, names);
  throw InputError(
      fmt::format("there is no instruction-set level '{}'", name),
      fmt::format("{}possible: {}", near.empty() ? "" : fmt::format("did you mean '{}'? ", near),
                  possible));
}

}  // namespace headroom
