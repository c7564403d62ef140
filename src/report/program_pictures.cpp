#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "replay/program_words.hpp"
#include "report/bars.hpp"
#include "report/html.hpp"
#include "report/program_report.hpp"
#include "report/strips.hpp"
#include "report/text.hpp"

namespace headroom {
namespace {

constexpr double kWorthTelling = 0.005;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Time for the program's instructions, 1 as recorded, in pieces by cause.
BarCell time_cell(const ProcessorView& view, const Uncertainty& doubt) {
  const double time = 1 / view.relative;
  BarCell cell{time, kNone, quantity(time, 2), "", ""};
  std::string said;
  for (std::size_t i = 0; i < cycle_parts().size(); ++i) {
    const auto& part = cycle_parts()[i];
    const double share = view.mean.*part.cycles / view.mean.cycles;
    const auto text = fmt::format("{}: {}", part.name, percent(share));
    cell.parts.push_back({share * time, part_colour(i), text});
    if (share >= 0.02) said += (said.empty() ? "" : ", ") + text;
  }
  cell.title = view.name + ": " + said;
  if (doubt.stated()) {
    cell.low = doubt.low(time);
    cell.high = doubt.high(time);
    cell.small = interval(doubt, time, 2);
  }
  return cell;
}

BarRow view_row(const std::string& name, const ProcessorView& view, const Uncertainty& doubt) {
  BarRow row{name, 6, {}, ""};
  row.cells.push_back(time_cell(view, doubt));
  row.cells.push_back({view.relative, kNone, fmt::format("{:.2f}×", view.relative), "", ""});
  row.cells.push_back({view.ipc(), kNone, quantity(view.ipc(), 2), "", ""});
  row.cells.push_back(
      {view.clock_hz * 1e-9, kNone, pretty(quantity(view.clock_hz * 1e-9, 2, "GHz")), "", ""});
  return row;
}

std::string cycles_table(const ProgramStudy& study) {
  std::vector<std::string> heads = {"Processor"};
  for (const auto& part : cycle_parts()) heads.push_back(fmt::format("#{}", part.name));
  for (const auto* more : {"#mispredicts", "#L1 misses", "#L2 misses", "#L3 misses"}) {
    heads.emplace_back(more);
  }
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& name, const ProcessorView& view) {
    std::vector<std::string> row = {pretty(name)};
    for (const auto& part : cycle_parts()) row.push_back(quantity(view.mean.*part.cycles, 3));
    for (const double rate :
         {view.mean.mispredicts, view.mean.l1_misses, view.mean.l2_misses, view.mean.l3_misses}) {
      row.push_back(quantity(1000 * rate, 2));
    }
    rows.push_back(std::move(row));
  };
  add(study.here.name + ", where it was recorded", study.here);
  for (const auto& view : study.views) add(view.name, view);
  return details_html("The numbers behind these bars",
                      "<p class=\"quiet\">Cycles for one instruction; mispredicted branches and "
                      "missing lines for a thousand instructions.</p>\n" +
                          table_html(heads, rows));
}

std::string shares_html(const std::string& caption, const std::string& first,
                        const std::vector<std::pair<std::string, double>>& shares) {
  std::vector<BarRow> rows;
  double top = 0;
  for (const auto& [name, share] : shares) {
    top = std::max(top, share);
    rows.push_back({pretty(name), 0, {{share, kNone, pretty(percent(share)), "", ""}}, ""});
  }
  if (rows.empty()) return {};
  top = round_up(100 * top) / 100;
  return bars_html(caption,
                   {{"Share", fmt::format("0 to {:.0f} %", 100 * top), 0, top, false, true}}, rows,
                   first);
}

}  // namespace

int part_colour(std::size_t part) {
  constexpr int kPartColours[] = {2, 1, 5, 3, 4, 0, 6};
  return part < std::size(kPartColours) ? kPartColours[part] : 7;
}

std::string parts_key_html() {
  std::string out = "<p class=\"dots-key parts\">";
  for (std::size_t i = 0; i < cycle_parts().size(); ++i) {
    out +=
        fmt::format("<span><i class=\"k{}\"></i>{}</span>", part_colour(i), cycle_parts()[i].name);
  }
  return out + "</p>\n";
}

std::string cycles_html(const ProgramStudy& study, bool lettered) {
  if (!study.replayed()) return {};
  std::vector<BarRow> rows;
  rows.push_back(view_row("<b class=\"badge k6\">here</b> " + pretty(study.here.name), study.here,
                          Uncertainty{}));
  double longest = 1, ipc = 1, clock = 1;
  for (std::size_t i = 0; i < study.views.size(); ++i) {
    const auto& view = study.views[i];
    const std::string badge =
        lettered ? fmt::format("<b class=\"badge k6\">{}</b> ", run_letter(i)) : std::string();
    rows.push_back(view_row(badge + pretty(view.name), view, study.uncertainty));
  }
  for (const auto& row : rows) {
    for (const double v : {row.cells[0].value, row.cells[0].high}) {
      if (measured(v)) longest = std::max(longest, v);
    }
    ipc = std::max(ipc, row.cells[2].value);
    clock = std::max(clock, row.cells[3].value);
  }
  ipc = round_up(ipc), clock = round_up(clock);
  return parts_key_html() +
         bars_html("Where the cycles of each processor go",
                   {{"Time for the same work", "1 is as recorded; shorter is faster", 0,
                     longest * 1.01, false, true, 1.0},
                    {"Speed", "1× is as recorded", 0, longest},
                    {"Instructions a cycle", fmt::format("0 to {:g}", ipc), 0, ipc},
                    {"Clock", fmt::format("0 to {:g} GHz", clock), 0, clock}},
                   rows, "Processor") +
         "<p class=\"quiet\">One thread of it on a cool processor at its turbo clock. The thin "
         "line is where nine of ten such predictions lie.</p>\n" +
         cycles_table(study);
}

std::string help_html(const ProgramStudy& study) {
  std::vector<BarRow> rows;
  std::string rest;
  double top = 0.01;
  for (const auto& improvement : study.improvements) {
    if (improvement.gain < kWorthTelling) {
      rest += (rest.empty() ? "" : ", ") + improvement.what;
      continue;
    }
    top = std::max(top, improvement.gain);
    rows.push_back({pretty(capital(improvement.what)),
                    improvement.estimated ? 4 : 0,
                    {{improvement.gain, kNone, "+" + pretty(percent(improvement.gain)),
                      improvement.estimated ? "estimated" : "", ""}},
                    ""});
  }
  top = round_up(100 * top) / 100;
  std::string out = "<p class=\"quiet\">" +
                    pretty(fmt::format("How much faster it would be on the {} while it computes, "
                                       "if one thing of it were better and the rest the same.",
                                       study.asked)) +
                    "</p>\n";
  if (!rows.empty()) {
    out += bars_html("What would help",
                     {{"Faster by", fmt::format("0 to {:.0f} %", 100 * top), 0, top, false, true}},
                     rows, "Change");
  }
  if (!rest.empty()) out += "<p class=\"quiet\">Next to nothing: " + pretty(rest) + ".</p>\n";
  return out + core_steps_html(study);
}

std::string mix_html(const ProgramStudy& study) {
  const auto& mix = study.mix;
  if (mix.instructions <= 0) return {};
  std::vector<std::pair<std::string, double>> shares;
  for (const auto& [name, share] : std::initializer_list<std::pair<const char*, double>>{
           {"Integer and logic", mix.integer},
           {"Moves", mix.move},
           {"Branches", mix.branch},
           {"Calls and returns", mix.call_return},
           {"Multiply, divide", mix.multiply_divide},
           {"Floating point", mix.floating},
           {"Vector integer", mix.vector_integer},
           {"Other", mix.other}}) {
    if (share >= kWorthTelling) shares.emplace_back(name, share);
  }
  std::ranges::stable_sort(shares, std::greater<>(), &std::pair<std::string, double>::second);
  std::string more =
      fmt::format("{} load from memory, {} store to it. ", percent(mix.load), percent(mix.store));
  if (mix.width_128 + mix.width_256 + mix.width_512 >= kWorthTelling) {
    more += fmt::format("{} use vector registers of 128 bits, {} of 256, {} of 512. ",
                        percent(mix.width_128), percent(mix.width_256), percent(mix.width_512));
  }
  std::string sets;
  for (const auto& [name, share] : mix.sets) {
    if (share >= kWorthTelling) {
      sets += fmt::format("{}{} {}", sets.empty() ? "" : ", ", name, percent(share));
    }
  }
  if (!sets.empty()) more += "Beyond the base set: " + sets + ".";
  return shares_html("Kinds of instructions", "Kind", shares) + "<p class=\"quiet\">" +
         pretty(more) + "</p>\n";
}

std::string doubt_html(const ProgramStudy& study) {
  std::string out;
  if (study.uncertainty.stated()) {
    out += "<p>" +
           pretty("Times on other machines are expected " + study.uncertainty.text() +
                  ". Errors that two machines share cancel when they are compared; how "
                  "many do has not been measured.") +
           "</p>\n";
  }
  return out +
         "<ul>\n<li>The program takes the path that it took when it was recorded: one built or "
         "chosen for another instruction set would differ.</li>\n<li>Lines of memory that threads "
         "hand each other cost nothing here; locks are seen only as pauses.</li>\n<li>What the "
         "kernel does for it is taken to go at the program&#39;s own pace.</li>\n<li>Caches are "
         "known by their size: which data fall on the same places is left to chance.</li>\n"
         "</ul>\n";
}

std::string programs_section_html(std::span<const ProgramStudy> studies) {
  std::string out;
  for (const auto& study : studies) {
    if (!study.replayed()) continue;
    if (studies.size() > 1) out += "<h3>" + pretty(study.name) + "</h3>\n";
    out += "<p>" + pretty(capital(study.kind) + ". " + study.help) + "</p>\n";
    out += "<p class=\"quiet\">" + pretty("Times are expected " + study.uncertainty.text() + ".") +
           "</p>\n";
    out += cycles_html(study, false);
  }
  return out;
}

}  // namespace headroom
