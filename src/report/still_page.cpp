#include "report/still_page.hpp"

#include <fmt/core.h>

#include "report/embedded.hpp"
#include "report/html.hpp"

namespace headroom {
namespace {

/// Nothing may be fetched and no script may run, whatever a name in somebody's file tries.
constexpr std::string_view kPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'";

std::string_view style(std::string_view name) {
  for (const auto& file : embedded_web()) {
    if (file.path.ends_with(name)) return file.text;
  }
  return {};
}

}  // namespace

std::string still_page(const std::string& title, const std::string& answer,
                       const std::vector<PagePart>& parts) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"generator\" content=\"Headroom\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<title>{}</title>\n<style>\n{}\n{}</style>\n</head>\n",
      kPolicy, pretty(title), style("report/report.css"), style("report/advice.css"));
  page += fmt::format(
      "<body>\n<main>\n<header>\n<p class=\"brand\">Headroom</p>\n<h1>{}</h1>\n"
      "<section id=\"answer\" aria-label=\"Answer\">\n{}</section>\n"
      "<nav aria-label=\"Parts of this page\">",
      pretty(title), answer);
  for (const auto& part : parts) {
    if (part.html.empty() || part.link.empty()) continue;
    page += fmt::format("<a href=\"#{}\">{}</a>", part.id, escape(part.link));
  }
  page += "</nav>\n</header>\n";
  for (const auto& part : parts) {
    if (part.html.empty()) continue;
    page += fmt::format("<section id=\"{}\"><h2>{}</h2>\n{}</section>\n", part.id,
                        pretty(part.heading), part.html);
  }
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace headroom
