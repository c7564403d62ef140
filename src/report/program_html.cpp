#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/standing_parts.hpp"
#include "report/still_page.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr std::size_t kTitleLetters = 70;

std::string title_of(const ProgramStudy& study) {
  return short_label(study.command.empty() ? study.name : study.command, kTitleLetters) +
         ": what kind of program is it?";
}

std::string memory_in_words(double memory_b) {
  return memory_b >= 1e9 ? significant(memory_b * 1e-9, 2) : significant(memory_b * 1e-6, 2);
}

std::string cards_of(const ProgramStudy& study) {
  std::vector<Card> cards;
  if (study.wall_s > 0) {
    cards.push_back({"Processors at work", quantity(study.cpu_s / study.wall_s, 2), "",
                     pretty(fmt::format("on average, of {:.0f}; {} of processor time in {}",
                                        study.recorder_processors, duration(study.cpu_s),
                                        duration(study.wall_s)))});
  }
  if (study.replayed()) {
    cards.push_back(
        {"Instructions a cycle", quantity(study.here.ipc(), 2), "",
         pretty(fmt::format("at {:.2f} GHz, where it was recorded", study.here.clock_hz * 1e-9))});
  }
  cards.push_back(
      {"Mispredicted branches", quantity(study.mispredicts, 1), "", "in 1000 instructions"});
  cards.push_back(
      {"Memory", memory_in_words(study.memory_b), study.memory_b >= 1e9 ? "GB" : "MB", "at most"});
  if (study.uncertainty.stated()) {
    cards.push_back({"Expected error", quantity(100 * study.uncertainty.share(), 0), "%",
                     "of times elsewhere, nine times in ten"});
  }
  return cards_html(cards);
}

std::string answer_of(const ProgramStudy& study) {
  std::string out = "<p class=\"lede\">" + pretty(capital(study.kind)) + ".";
  if (!study.help.empty()) out += " " + pretty(study.help);
  out += "</p>\n<p>";
  for (const auto& sentence : study.sentences) out += pretty(sentence) + " ";
  out += "</p>\n";
  if (!study.recorded_at.empty()) {
    out += "<p class=\"quiet\">" +
           pretty(fmt::format("Recorded on {} on {}.", study.recorded_at.substr(0, 10),
                              study.recorded_on)) +
           "</p>\n";
  }
  if (!study.replayed()) {
    out +=
        "<div class=\"warning\"><strong>Limits of this answer</strong><ul>\n<li>This recording "
        "cannot be replayed: it says nothing of other processors.</li></ul></div>\n";
  }
  return out + cards_of(study);
}

}  // namespace

std::string program_html(const ProgramStudy& study, const std::string& command_line) {
  const bool replayed = study.replayed();
  return still_page(
      title_of(study), answer_of(study),
      {{"cycles", "Processors", "Where its cycles go on each processor", cycles_html(study, true)},
       {"help", "What would help", "What would help it", replayed ? help_html(study) : ""},
       {"caches", "Caches", "How much cache it can use", misses_html(study)},
       {"time", "Over time", "Over the run", over_time_html(study)},
       {"mix", "Instructions", "What instructions it is made of", mix_html(study)},
       {"doubt", "How sure", "How sure this is", replayed ? doubt_html(study) : ""},
       {"reproduce", "Reproduce", "How to reproduce", repeat_html(command_line, {})}});
}

}  // namespace headroom
