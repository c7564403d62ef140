#pragma once

#include <string>
#include <vector>

#include "claims/verdict.hpp"

namespace headroom {

/// The verdicts for a terminal: of each claim what was said, the numbers, the
/// criteria with the numbers put in, the verdict; last, a table of all of them.
std::string claims_text(const ClaimReport& report, bool colour, int width);

/// Everything as JSON; "format" is "headroom-claims". A number that is not there
/// is null, with the reason beside it.
std::string claims_json(const ClaimReport& report);

/// What claims there are, as JSON: id, name, what was said, by whom, and where.
std::string claim_list_json(const std::vector<Claim>& claims);

/// One page of HTML with pictures that needs nothing but itself.
std::string claims_html(const ClaimReport& report, const std::string& command_line);

/// The table of verdicts, for documents.
std::string claims_markdown(const ClaimReport& report);

}  // namespace headroom
