#pragma once

#include <string>

#include "claims/verdict.hpp"

namespace headroom {

/// Pictures of a claim's figures, each HTML or "" where there is nothing to draw.
/// All of them escape what comes from the claim's file.

/// Bars of the numbers, a panel for each unit; where a criterion compares a figure
/// with a number, that number is a dashed line across its bars.
std::string claim_bars_html(const ClaimResult& result);
/// Needs and which machines meet them.
std::string claim_needs_html(const ClaimResult& result);
/// How many times as fast as its rivals a configuration is, over the parameter.
std::string claim_crossings_html(const ClaimResult& result);
/// Work for the money of every machine over the years.
std::string claim_years_html(const ClaimResult& result);

}  // namespace headroom
