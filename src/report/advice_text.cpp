#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/printable.hpp"
#include "report/advice_report.hpp"
#include "report/json_parts.hpp"
#include "report/program_report.hpp"
#include "report/table.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

const Standing& at(const Advice& advice, int index) {
  return advice.choices[static_cast<std::size_t>(index)].standing;
}

std::string named(const Standing& s) {
  return fmt::format("{} ({:.0f} USD)", s.contender.label, s.price_usd);
}

std::string bold(bool colour, const std::string& text) {
  return colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : text;
}

/// "at most 8000 USD, at most 30 dBA, ecc"
std::string limits_of(const Wish& wish) {
  std::string text;
  auto add = [&](const std::string& limit) { text += (text.empty() ? "" : ", ") + limit; };
  if (std::isfinite(wish.budget_usd)) add(fmt::format("at most {:.0f} USD", wish.budget_usd));
  if (std::isfinite(wish.noise_dba)) add("at most " + plain(wish.noise_dba, "dBA"));
  for (const auto& need : wish.needs) add(need.text);
  return text;
}

std::string sieve_text(const Sieve& s) {
  std::string text = fmt::format("{} configurations on sale", s.on_sale);
  auto add = [&](std::size_t count, const char* what) {
    if (count > 0) text += fmt::format("; {} {}", count, what);
  };
  add(s.without_price, "without a known price");
  add(s.without_needs, "lack what you need");
  add(s.over_budget, "over budget");
  add(s.cannot_do, "cannot do the work");
  add(s.too_loud, "too loud");
  return text + fmt::format("; {} fit. {} runs.", s.fitting, s.runs);
}

std::string sentence(const Successor& s, const Advice& advice) {
  std::string text = fmt::format("{} was announced by {} (\"{}\") and came on {}: ", s.name,
                                 s.announcement.date, s.announcement.what, s.first_day);
  if (!s.best) {
    return text + (s.over_budget > 0 ? "nothing of it that meets your needs is within your budget."
                                     : "nothing of it would have met what you need.");
  }
  const auto& best = s.best->standing;
  text += named(best);
  if (advice.recommended < 0) return text + " would have met what you need.";
  const auto& now = at(advice, advice.recommended);
  const double ratio = best.speed / now.speed;
  constexpr double kEqual = 0.005;  // which would be written as 0 %
  text += std::fabs(ratio - 1) < kEqual
              ? std::string(" would have been as fast")
              : fmt::format(" would have been {:.0f} % {}", 100 * std::fabs(ratio - 1),
                            ratio > 1 ? "faster" : "slower");
  return text + fmt::format(", {:.1f} dBA instead of {:.1f}, for {:+.0f} USD.", best.noise_dba,
                            now.noise_dba, best.price_usd - now.price_usd);
}

}  // namespace

std::vector<std::string> advice_reasons(const Advice& advice) {
  std::vector<std::string> reasons;
  if (advice.recommended < 0) return reasons;
  const auto& pick = at(advice, advice.recommended);
  const auto& top = at(advice, advice.fastest);
  if (advice.recommended == advice.fastest) {
    reasons.push_back("Nothing else that fits is faster.");
  } else {
    reasons.push_back(fmt::format(
        "The fastest that fits, {}, is {:.1f} % ahead, less than the twin can tell apart, and "
        "costs {:.0f} USD more.",
        named(top), 100 * (top.speed / pick.speed - 1), top.price_usd - pick.price_usd));
  }
  const auto slower = std::ranges::find_if(advice.choices, [&](const Choice& c) {
    return c.standing.speed < pick.speed && c.standing.price_usd < pick.price_usd;
  });
  if (slower != advice.choices.end()) {
    const auto& s = slower->standing;
    reasons.push_back(
        fmt::format("The next cheaper choice, {}, saves {:.0f} USD and is {:.0f} % "
                    "slower.",
                    named(s), pick.price_usd - s.price_usd, 100 * (1 - s.speed / pick.speed)));
  }
  double lost = 0;
  for (const auto& o : pick.outcomes) {
    lost = std::max({lost, o.lost_to_heat, o.graphics_lost_to_heat});
  }
  reasons.push_back(
      lost > 0.005 ? fmt::format("Sustained, it loses up to {} of its speed to heat, at {:.0f} "
                                 "dBA.",
                                 percent(lost), pick.noise_dba)
                   : fmt::format("It holds its speed: nothing is lost to heat, at {:.0f} dBA.",
                                 pick.noise_dba));
  return reasons;
}

std::string advice_text(const Advice& advice, bool colour, int width) {
  const auto& wish = advice.wish;
  std::string work;
  for (const auto& task : wish.tasks) {
    work += (work.empty() ? "" : ", ") + printable(task.workload.name);
    if (wish.tasks.size() > 1) work += fmt::format(" (x{:g})", task.weight);
  }
  std::string out = bold(colour, work) + fmt::format(", as of {}", wish.circumstances.day);
  if (const auto limits = limits_of(wish); !limits.empty()) out += ": " + limits;
  out += "\n" + sieve_text(advice.sieve) + "\n";
  for (const auto& reason : advice.sieve.reasons) out += "  cannot: " + reason + "\n";
  out += "\n";
  if (advice.stopped) {
    return out + "Stopped by hand: the search is not complete, so nothing is recommended.\n";
  }
  if (advice.recommended < 0) {
    out += "Nothing fits.";
    if (advice.sieve.over_budget > 0) out += " A larger --budget would bring more to choose from.";
    if (advice.sieve.too_loud > 0) out += " A higher --noise would, too.";
    out += "\n";
  } else {
    const auto& pick = at(advice, advice.recommended);
    out += bold(colour, "Recommended: " + named(pick)) + "\n  " +
           pick.contender.machine->configuration.text() + "\n";
    for (const auto& reason : advice_reasons(advice)) out += "  " + reason + "\n";
    for (std::size_t t = 0; t < pick.outcomes.size(); ++t) {
      for (const auto& warning : pick.outcomes[t].warnings) {
        out += fmt::format("  warning: {}: {}\n", printable(wish.tasks[t].workload.name), warning);
      }
    }
    for (const auto& [index, name] :
         {std::pair{advice.within_10, "10 %"}, std::pair{advice.within_25, "25 %"}}) {
      const auto& s = at(advice, index);
      out += fmt::format("Cheapest within {} of the fastest: {}, {:.0f} % of its speed\n", name,
                         named(s), 100 * s.speed);
    }
    out += "\nEach of these is faster, cheaper or quieter than every other:\n";
    Table table({{"configuration", false}, {"speed"}, {"USD"}, {"dBA"}, {"wall W"}, {""}});
    for (std::size_t i = 0; i < advice.choices.size(); ++i) {
      const auto& s = advice.choices[i].standing;
      const int n = static_cast<int>(i);
      std::string mark = n == advice.recommended ? "recommended" : "";
      if (n == advice.within_10 && mark.empty()) mark = "within 10 %";
      if (n == advice.within_25 && mark.empty()) mark = "within 25 %";
      table.add({s.contender.label, fmt::format("{:.0f} %", 100 * s.speed),
                 fmt::format("{:.0f}", s.price_usd), fmt::format("{:.1f}", s.noise_dba),
                 fmt::format("{:.0f}", s.wall_w), mark});
    }
    out += table.text(width, colour);
  }
  for (const auto& note : doubt_notes(wish.tasks)) out += "note: " + printable(note) + "\n";
  for (const auto& successor : advice.successors) {
    out += "\nWaiting? " + sentence(successor, advice) + "\n";
  }
  return out;
}

std::string advice_json(const Advice& advice) {
  using Json = nlohmann::ordered_json;
  Json j;
  j["format"] = "headroom-advise";
  j["version"] = 1;
  const auto& wish = advice.wish;
  j["question"] = question_json(wish.tasks, wish.circumstances);
  j["question"]["budget_usd"] = json_number(wish.budget_usd);
  j["question"]["noise_dba"] = json_number(wish.noise_dba);
  j["question"]["needs"] = Json::array();
  for (const auto& need : wish.needs) j["question"]["needs"].push_back(need.text);
  const auto& s = advice.sieve;
  j["searched"] = {{"on_sale", s.on_sale},
                   {"without_price", s.without_price},
                   {"without_needs", s.without_needs},
                   {"over_budget", s.over_budget},
                   {"cannot_do", s.cannot_do},
                   {"too_loud", s.too_loud},
                   {"fitting", s.fitting},
                   {"runs", s.runs}};
  auto index = [](int i) { return i < 0 ? Json(nullptr) : Json(i); };
  j["fastest"] = index(advice.fastest);
  j["recommended"] = index(advice.recommended);
  j["cheapest_within_10_percent"] = index(advice.within_10);
  j["cheapest_within_25_percent"] = index(advice.within_25);
  j["reasons"] = advice_reasons(advice);
  j["choices"] = Json::array();
  for (const auto& choice : advice.choices) {
    j["choices"].push_back(standing_json(choice.standing, wish.tasks));
  }
  j["waiting"] = Json::array();
  for (const auto& successor : advice.successors) {
    Json w;
    w["machine"] = successor.machine;
    w["announced"] = successor.announcement.date;
    w["first_day"] = successor.first_day;
    w["best"] =
        successor.best ? standing_json(successor.best->standing, wish.tasks) : Json(nullptr);
    w["in_words"] = sentence(successor, advice);
    j["waiting"].push_back(std::move(w));
  }
  j["stopped"] = advice.stopped;
  return j.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace headroom
