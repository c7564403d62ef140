#include "report/still_page.hpp"

#include <fmt/core.h>

#include "report/html.hpp"

namespace headroom {
std::string still_page(const std::string& title, const std::string& answer,
                       const std::vector<PagePart>& parts, std::string_view more_style) {
  std::string page =
      page_head(title, {"report/report.css", "report/advice.css", more_style}, false);
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
