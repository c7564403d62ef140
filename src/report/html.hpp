#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Text that came from anywhere, made safe between tags and in quoted attributes.
std::string escape(std::string_view text);
/// escape(), and "94 degC" becomes "94 °C", "m3/s" "m³/s", and a number keeps its
/// unit on its line: for our own sentences.
std::string pretty(std::string_view text);
/// JSON made safe inside a script element: no '<' remains.
std::string script_safe(std::string json);
/// A source: links for what is an http(s) address, plain text for all else.
std::string source_html(std::string_view source);

/// A file of web/ that is built in, by the end of its path, or "".
std::string_view asset(std::string_view name);
/// The page up to its body, with these styles of web/. It fetches nothing, whatever
/// a name in somebody's file tries, and runs scripts only where `scripts` says so.
std::string page_head(const std::string& title, std::initializer_list<std::string_view> styles,
                      bool scripts);

/// A table. Heads and cells are HTML; a column whose head begins with '#' is of
/// numbers, set flush right.
std::string table_html(const std::vector<std::string>& heads,
                       const std::vector<std::vector<std::string>>& rows);
/// A foldable part; `summary` and `body` are HTML.
std::string details_html(const std::string& summary, const std::string& body);

}  // namespace headroom
