#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "machine/machine.hpp"
#include "machine/run.hpp"
#include "replay/program_study.hpp"
#include "workload/workload.hpp"

namespace headroom {

/// One finished run and what it was a run of. Everything pointed to must
/// outlive the call that it is handed to.
struct ReportRun {
  const Machine* machine = nullptr;
  const Workload* workload = nullptr;
  const Surroundings* surroundings = nullptr;
  const RunResult* result = nullptr;
  std::string label;  ///< what the reader calls it; "": the machine's name
};

/// One HTML page of one or more runs on one time axis: the question, the answer,
/// plots, accounts, inputs and where every number comes from. It needs nothing
/// but itself, reads without scripts and on paper, and depends on its arguments
/// alone: equal runs give equal bytes. The plots are thinned until the page is
/// below 1.9 MB; no thinning loses a least or greatest value. Throws InputError
/// when there is no run to report. `programs`: what is known of
/// the recorded program that they ran.
std::string html_report(std::span<const ReportRun> runs, const std::string& command_line,
                        std::span<const ProgramStudy> programs = {});

/// A trace as CSV (RFC 4180, lines end in '\n'): time_s, the start of each bin,
/// then a column of means for each channel, "cpu.clock [GHz]", and, if asked,
/// "cpu.clock_min [GHz]" and "cpu.clock_max [GHz]" after it. Numbers have the
/// digits that bring back the same float; one that is not there is an empty field.
void write_csv(std::ostream& out, const Trace& trace, bool with_extremes = false);
std::string csv(const Trace& trace, bool with_extremes = false);

/// The run in one line of ASCII: "sustains 3.81 GHz, 94 degC, 25 dBA, 231 W;
/// loses 4 % to heat after 68 s".
std::string headline(const Machine& machine, const Workload& workload, const RunResult& result);

/// What fills a slot of a machine, by its name for people: "Intel Xeon W-2191B",
/// "64 GB"; by its id where the catalogue names it no better.
std::string chosen_name(const Machine& machine, const std::string& slot);

/// The summary for a terminal: headline, a small table, warnings. ASCII unless a
/// name is not, control characters in names spelled out, no line longer than
/// `width` (0: 80) except for words that are; with `colour`, ANSI escapes. Ends in
/// a newline. `label` is what the reader calls this run, "": the machine's name.
std::string summary_text(const Machine& machine, const Workload& workload,
                         const Surroundings& surroundings, const RunResult& result, bool colour,
                         int width, const std::string& label = {});

/// Everything in Summary as JSON with the unit in each key's name; a number that
/// is not there is null. "format" is "headroom-run" and "version" counts changes
/// that a reader has to know of. Keys keep their order.
std::string summary_json(const Machine& machine, const Workload& workload,
                         const Surroundings& surroundings, const RunResult& result);

}  // namespace headroom
