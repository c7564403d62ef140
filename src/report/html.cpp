#include "report/html.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "report/embedded.hpp"

namespace headroom {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// A number and its unit stay on one line.
std::string bind_units(const std::string& text) {
  static constexpr std::string_view kUnits[] = {"%", "°C",  "GHz", "MHz", "W",     "dBA", "dB",
                                                "K", "rpm", "Wh",  "kWh", "J",     "s",   "min",
                                                "h", "m",   "USD", "GB",  "points"};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool gap = text[i] == ' ' && i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9';
    const std::size_t end = gap ? std::min(text.find_first_of(" .,;:)", i + 1), text.size()) : i;
    const std::string_view word(text.data() + i, end - i);
    const bool unit = gap && std::ranges::find(kUnits, word.substr(1)) != std::end(kUnits);
    out += unit ? std::string("\u00a0") : std::string(1, text[i]);
  }
  return out;
}

/// Bytes that may stand in an address as they are. Anything else ends a link.
bool is_address_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~:/?#[]@!$&()*+,;=%").find(c) != std::string_view::npos;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\0':
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string pretty(std::string_view text) {
  std::string out = escape(text);
  replace_all(out, "degC", "°C");
  replace_all(out, "m3/s", "m³/s");
  return bind_units(out);
}

std::string script_safe(std::string json) {
  replace_all(json, "<", "\\u003c");
  return json;
}

std::string source_html(std::string_view source) {
  std::string out;
  std::size_t done = 0;
  while (done < source.size()) {
    const std::size_t start = std::min(source.find("https://", done), source.find("http://", done));
    if (start == source.npos) break;
    std::size_t end = start;
    while (end < source.size() && is_address_byte(source[end])) ++end;
    while (end > start && std::string_view(".,;:)").find(source[end - 1]) != source.npos) --end;
    const auto address = source.substr(start, end - start);
    std::string shown(address.substr(address.find("//") + 2));
    if (shown.size() > 48) shown = shown.substr(0, 45) + "...";
    out += escape(source.substr(done, start - done));
    out += fmt::format("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", escape(address),
                       escape(shown));
    done = end;
  }
  return out + pretty(source.substr(done));
}

std::string table_html(const std::vector<std::string>& heads,
                       const std::vector<std::vector<std::string>>& rows) {
  std::string out = "<div class=\"scroll\" tabindex=\"0\" role=\"group\"><table><thead><tr>";
  std::vector<bool> numeric;
  for (const auto& head : heads) {
    numeric.push_back(head.starts_with('#'));
    out += fmt::format("<th scope=\"col\"{}>{}</th>", numeric.back() ? " class=\"n\"" : "",
                       numeric.back() ? head.substr(1) : head);
  }
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == 0 && !numeric[0]) {
        out += fmt::format("<th scope=\"row\">{}</th>", row[i]);
      } else {
        out += fmt::format("<td{}>{}</td>", i < numeric.size() && numeric[i] ? " class=\"n\"" : "",
                           row[i]);
      }
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string details_html(const std::string& summary, const std::string& body) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", summary, body);
}

std::string_view asset(std::string_view name) {
  for (const auto& file : embedded_web()) {
    if (file.path.ends_with(name)) return file.text;
  }
  return {};
}

std::string page_head(const std::string& title, std::initializer_list<std::string_view> styles,
                      bool scripts) {
  std::string style;
  for (const auto name : styles) {
    if (!name.empty()) style.append(asset(name)).append("\n");
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; {}img-src data:; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"generator\" content=\"Headroom\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n",
      scripts ? "script-src 'unsafe-inline'; " : "", pretty(title), style);
}

}  // namespace headroom
