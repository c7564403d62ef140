#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// A part of a page. One whose `html` is empty is left out; one without a `link`
/// is not among the links at the page's top.
struct PagePart {
  std::string id, link, heading;
  std::string html;
};

/// A page of pictures and tables that stand still: one file in the looks of the
/// run's report, without scripts, which fetches nothing. `title` is plain text,
/// `answer` HTML and stands above everything else; `more_style` is a file of web/.
std::string still_page(const std::string& title, const std::string& answer,
                       const std::vector<PagePart>& parts, std::string_view more_style = {});

}  // namespace headroom
