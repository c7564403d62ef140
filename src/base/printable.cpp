#include "base/printable.hpp"

#include <fmt/core.h>

#include <cstdint>

namespace headroom {
namespace {

/// One character at the front of a text: its length in bytes and code point;
/// `good` is false for a byte that begins no UTF-8 character.
struct Character {
  std::size_t length = 1;
  std::uint32_t code = 0;
  bool good = false;
};

Character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {1, lead, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {1, lead, false};
  std::uint32_t code = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {1, lead, false};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[length] || code > 0x10FFFF || surrogate) return {1, lead, false};
  return {length, code, true};
}

/// Characters that steer a terminal, break a line or turn the direction of writing.
bool controls(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::string spelled(const Character& c) {
  if (c.good && c.code == '\n') return "\\n";
  if (c.good && c.code == '\t') return "\\t";
  if (c.good && c.code == '\r') return "\\r";
  return c.good && c.code > 0xFF ? fmt::format("\\u{{{:x}}}", c.code)
                                 : fmt::format("\\x{:02x}", c.code);
}

}  // namespace

std::string printable(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_of(text);
    const bool kept = keep_lines && (c.code == '\n' || c.code == '\t');
    if (c.good && (kept || !controls(c.code))) {
      out += text.substr(0, c.length);
    } else {
      out += spelled(c);
    }
    text.remove_prefix(c.length);
  }
  return out;
}

std::string printable_in_place(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  while (!line.empty()) {
    const Character c = first_of(line);
    if (c.good && c.code == '\t') {
      out += ' ';
    } else if (c.good && !controls(c.code)) {
      out += line.substr(0, c.length);
    } else {
      out += '?';
    }
    line.remove_prefix(c.length);
  }
  return out;
}

}  // namespace headroom
