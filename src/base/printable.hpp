#pragma once

#include <string>
#include <string_view>

namespace headroom {

/// A text that came from outside, safe to show on a terminal: control characters
/// are spelled out ("\n", "\x1b", "\u{202e}" for one that turns the direction of
/// writing), and so are bytes that are not UTF-8; everything else stays as it is.
/// With `keep_lines`, line breaks and tabs stay, too.
std::string printable(std::string_view text, bool keep_lines = false);

/// The same for a line with a caret under it: every control character and every
/// byte that is not UTF-8 becomes one '?', a tab one space, so that columns hold.
std::string printable_in_place(std::string_view line);

}  // namespace headroom
