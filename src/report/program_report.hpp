#pragma once

#include <span>
#include <string>
#include <vector>

#include "advice/comparison.hpp"
#include "replay/program_study.hpp"

namespace headroom {

/// What kind of program a recording shows, as one page of HTML with pictures that
/// needs nothing but itself: in words, where the cycles go on each processor, what
/// would help, misses over cache size, the run over time, and how sure it all is.
std::string program_html(const ProgramStudy& study, const std::string& command_line);

/// The same for a terminal, after what `profile --show` prints: processors, what
/// would help, misses at their caches, and the run as strips of letters.
std::string program_text(const ProgramStudy& study, int width);

/// Everything in a study as JSON; "format" is "headroom-profile".
std::string program_json(const ProgramStudy& study);

/// Programs as a part of another page: where cycles go on the machines it shows,
/// what would help, and how sure the times are. "" for none. Studies that are not
/// replayed are left out.
std::string programs_section_html(std::span<const ProgramStudy> studies);

/// The page's colour of a cause, by its place in cycle_parts(), and the key to them.
int part_colour(std::size_t part);
std::string parts_key_html();

/// Pictures that both share, each HTML or "" where there is nothing to draw.
/// `lettered`: processors get the letters that misses_html() calls them by.
std::string cycles_html(const ProgramStudy& study, bool lettered);
std::string help_html(const ProgramStudy& study);
std::string core_steps_html(const ProgramStudy& study);
std::string misses_html(const ProgramStudy& study);
std::string over_time_html(const ProgramStudy& study);
std::string mix_html(const ProgramStudy& study);
std::string doubt_html(const ProgramStudy& study);

/// For each recorded program among tasks a sentence: how far off its times may be.
std::vector<std::string> doubt_notes(const std::vector<Task>& tasks);
std::string doubt_note(const Workload& workload);  ///< the sentence; "" for none
/// Of the mean speed over all tasks: logarithms add by weight, as speeds do.
Uncertainty speed_doubt(const std::vector<Task>& tasks);
/// "every core" or, where all tasks are programs of a known number of threads, "one
/// thread" or "4 threads".
std::string at_work(const std::vector<Task>& tasks);

/// "92 s..2 min 40 s".
std::string time_interval(const Uncertainty& doubt, double seconds);
/// "0.89..1.57", with as many decimals; "" where nothing is stated.
std::string interval(const Uncertainty& doubt, double value, int decimals);

}  // namespace headroom
