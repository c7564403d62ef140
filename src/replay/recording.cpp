#include "replay/recording.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <span>

#include "profile/profile_file.hpp"

namespace headroom {

void Recording::declare(Fields& f) {
  f.text("id", id, "name in commands", {}, true);
  f.text("name", name, "name for people");
  f.text("summary", summary, "what it does, in a line");
  f.text("package", package, "Debian package and version");
  f.text("command", command, "command, as it was recorded");
  f.text("input", input, "what it worked on, and how that was made");
  f.text("recorded", recorded, "when, on what, and how");
}

Recording read_recording(const Library& library, const std::string& id) {
  Document document = library.open("recordings", id);
  auto recording = document.root().get<Recording>();
  recording.id = Library::id_of(id);
  document.check();
  return recording;
}

Profile recorded_profile(const Library& library, const std::string& id) {
  const std::string bytes = library.recording(id);
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return decode_profile(std::span(first, bytes.size()), fmt::format("recordings/{}.hprof", id));
}

}  // namespace headroom
