#include "replay/window_paces.hpp"

#include "base/error.hpp"
#include "replay/recording.hpp"

namespace headroom {

WindowPaces window_paces(const Library& library, const Profile& profile) {
  try {
    const auto ready = ready_for_replay(profile, "profile");
    const ReplayedCode code(library, ready, described_host(library, *ready, "profile"));
    return code.host_windows();
  } catch (const InputError&) {
    return {};
  } catch (const ModelError&) {
    return {};
  }
}

}  // namespace headroom
