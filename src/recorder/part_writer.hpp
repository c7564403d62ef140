#pragma once

#include <cstdint>

#include "recorder/log_reader.hpp"

namespace headroom::recorder {

/// Writes a snapshot's part file into the launcher's folder, complete or not at
/// all. A snapshot without a window leaves none.
bool write_part(Recording& recording, const LogReader& reader, std::uint32_t number);

}  // namespace headroom::recorder
