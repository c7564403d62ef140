#include "profile/own_core.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace headroom {
namespace {

constexpr double kSlow = 1.35;        // times the quickest: somebody else was there
constexpr double kInterrupted = 4;    // times the quickest: it was not running all the while
constexpr std::size_t kQuickOf = 50;  // one of so many is as quick as can be
constexpr std::uint32_t kLooksLeast = 20;
constexpr double kPaceBesideOthers = 0.66;
constexpr double kWorthWords = 0.98;

}  // namespace

OwnCore own_core(std::span<const Tick> ticks) {
  std::vector<std::uint32_t> looks;
  for (const auto& tick : ticks) {
    if (tick.look_ns > 0) looks.push_back(tick.look_ns);
  }
  OwnCore found;
  if (looks.empty()) return found;
  const auto quick = looks.begin() + static_cast<std::ptrdiff_t>(looks.size() / kQuickOf);
  std::ranges::nth_element(looks, quick);
  const double quick_ns = *quick;
  double all_s = 0, own_s = 0;
  for (const auto& tick : ticks) {
    const double look_ns = tick.look_ns;
    if (look_ns == 0 || look_ns > kInterrupted * quick_ns) continue;
    const double time_s = static_cast<double>(tick.cpu_ns) * 1e-9;
    all_s += time_s;
    if (look_ns <= kSlow * quick_ns) own_s += time_s;
    ++found.looks;
  }
  if (all_s > 0) found.share = own_s / all_s;
  return found;
}

double alone_share(const Profile& profile) {
  const auto& host = profile.host;
  const bool own_threads_apart = host.cores > 0 && host.cores == host.logical_processors;
  // Elsewhere, a slow look is a slow clock, or a process that the kernel knows of; and of a
  // machine that was not measured it is not known whether its processors share cores.
  const bool strangers = std::ranges::count(host.features, "hypervisor") > 0;
  if (!strangers || !own_threads_apart || host.pace.core.empty()) return 1;
  if (profile.own_core.looks < kLooksLeast) return 1;
  const double own = profile.own_core.share;
  return own + kPaceBesideOthers * (1 - own);
}

std::string beside_others_text(const Profile& profile) {
  const double alone = alone_share(profile);
  if (alone > kWorthWords) return "";
  return fmt::format(
      "others worked on its cores for {:.0f} % of the time; alone, it would have taken about "
      "{:.2f} s of processor time",
      100 * (1 - profile.own_core.share),
      alone * (profile.totals.user_s + profile.totals.system_s));
}

}  // namespace headroom
