#pragma once

#include <cstdint>
#include <string>

namespace headroom {

/// Numbers as descriptions of profiles write them: "1.5 MB", "12,345", "0.5 %".
std::string bytes_text(double value_b);
std::string grouped_text(std::uint64_t value);
std::string share_text(double share);

}  // namespace headroom
