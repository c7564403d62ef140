#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace headroom {

/// Told now and then how far a study is: the stage, what of it is done, and all
/// of it (0: unknown). Called from one thread at a time, though not always the
/// same one. May be empty.
using Progress = std::function<void(std::string_view stage, std::size_t done, std::size_t all)>;

}  // namespace headroom
