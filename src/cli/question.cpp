#include "cli/question.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdio>

#include "cli/command_line.hpp"
#include "cli/own_workload.hpp"

namespace headroom {
std::vector<CommandOption> question_options() {
  std::vector<CommandOption> options = {
      {"workload",
       "ID[*WEIGHT]",
       "what is to be done; repeat it for several, or use commas",
       "",
       {},
       true},
      {"for", "TIME", "length of each run; its last third counts", "1h"},
      {"kwh", "USD", "price of a kilowatt-hour", "0.15"},
      {"hours", "N", "hours of this work a year", "1000"},
      host_option()};
  for (auto& option : surroundings_options()) options.push_back(std::move(option));
  return options;
}

std::vector<Task> read_tasks(const Library& library, const Arguments& arguments,
                             const std::vector<Change>& changes) {
  std::vector<Task> tasks;
  for (const auto& given : arguments.all("workload")) {
    for (const auto& [id, weight] : workload_items(given)) {
      Task task;
      if (!weight.empty()) {
        task.weight = read_quantity("workload", weight.substr(1), "1", 1e-6, 1e6);
      }
      if (id.empty()) {
        throw InputError(fmt::format("--workload '{}' names no workload", given),
                         "write ID or ID*WEIGHT, as in compile*3");
      }
      task.workload = load_workload(library, id, arguments.get("host"), changes);
      tasks.push_back(std::move(task));
    }
  }
  if (tasks.empty()) {
    throw InputError(
        "no workload is given",
        fmt::format("--workload with one of: {}", fmt::join(library.ids("workloads"), ", ")));
  }
  return tasks;
}

std::string read_day(const std::string& name, const std::string& text) {
  int year = 0, month = 0, day = 0, used = 0;
  const bool form = std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) == 3 &&
                    static_cast<std::size_t>(used) == text.size();
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!form || !date.ok()) {
    throw InputError(fmt::format("--{}: '{}' is no day", name, text), "write it as 2017-12-14");
  }
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

Circumstances read_circumstances(const Arguments& arguments) {
  Circumstances where;
  where.surroundings = read_surroundings(arguments);
  where.for_s = read_quantity("for", arguments.get("for"), "s", 1, 2.6e6);
  where.usd_per_kwh = read_quantity("kwh", arguments.get("kwh"), "1", 0, 100);
  where.hours_a_year = read_quantity("hours", arguments.get("hours"), "1", 0, 8784);
  return where;
}

}  // namespace headroom
