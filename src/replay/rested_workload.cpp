#include "replay/rested_workload.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "profile/profile_file.hpp"
#include "replay/profile_workload.hpp"
#include "replay/recording.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;
constexpr const char* kSuffix = ".hprof";

/// The bytes of a recording of the library, or of one beside the workload's file.
struct Bytes {
  std::string name;  ///< in messages
  std::string text;
};

Bytes bytes_of(const Library& library, const std::string& workload, const std::string& recording) {
  if (!recording.ends_with(kSuffix)) {
    return {fmt::format("recordings/{}{}", recording, kSuffix), library.recording(recording)};
  }
  if (!workload.ends_with(".toml")) {
    throw InputError("a catalogue's workload takes recordings of the catalogue only",
                     "put the file into its recordings/, and leave .hprof away here");
  }
  const auto path = (fs::path(workload).parent_path() / recording).string();
  return {path, read_text_file(path)};
}

/// The texts of all pipelines, and what was fitted in them: replay reads no other file
/// than these and the recording machine's.
std::string pipelines_of(const Library& library) {
  std::string all;
  for (const auto& id : library.ids("pipelines")) all += library.text("pipelines/" + id + ".toml");
  for (const auto& [key, entry] : library.fitted().entries()) {
    if (key.starts_with("pipelines/")) all += key + "=" + entry.value + "\n";
  }
  return all;
}

/// What was made once, by all that it was made of. Making one takes a tenth of a second:
/// who asks for the same one meanwhile waits, who asks for another does not.
template <class Key, class Made>
class Once {
 public:
  template <class Make>
  std::shared_ptr<const Made> get(Key key, Make make) {
    std::shared_ptr<Slot> slot;
    {
      const std::lock_guard lock(mutex_);
      auto& found = slots_[std::move(key)];
      if (!found) found = std::make_shared<Slot>();
      slot = found;
    }
    const std::lock_guard lock(slot->mutex);
    if (!slot->made) slot->made = make();
    return slot->made;
  }

 private:
  struct Slot {
    std::mutex mutex;
    std::shared_ptr<const Made> made;
  };
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<Slot>> slots_;
};

std::shared_ptr<const ReplayedCode> code_of(const Library& library, const Bytes& bytes) {
  static Once<std::string, Profile> profiles;
  const auto profile = profiles.get(bytes.text, [&] {
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.text.data());
    return ready_for_replay(decode_profile(std::span(first, bytes.text.size()), bytes.name),
                            bytes.name);
  });
  // Two catalogues may know the recording machine's core or a pipeline differently.
  const RecordingHost host = described_host(library, *profile, bytes.name);
  using Key = std::tuple<const Profile*, std::string, std::string, std::vector<double>, double>;
  static Once<Key, ReplayedCode> codes;
  return codes.get({profile.get(), host.processor.microarchitecture.pipeline, pipelines_of(library),
                    replayed_numbers(host.processor), host.clock_hz},
                   [&] { return std::make_shared<const ReplayedCode>(library, profile, host); });
}

}  // namespace

Workload read_rested_workload(const Library& library, const std::string& id,
                              const std::vector<Change>& changes) {
  return read_workload(library, id, changes, [&](const std::string& recording) {
    return character_of(code_of(library, bytes_of(library, id, recording)));
  });
}

}  // namespace headroom
