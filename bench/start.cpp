// How soon the program answers: from exec to its first line, the median of
// twenty. The goal is 50 ms.
//
//   start PROGRAM      such as ./headroom

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace {

constexpr int kRuns = 20;
constexpr double kGoalMs = 50;

using Clock = std::chrono::steady_clock;

/// Milliseconds until the first line of output; negative if there is none.
double first_line_ms(const std::string& program, std::vector<std::string> arguments) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const auto start = Clock::now();
  const pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  close(ends[1]);
  double ms = -1;
  char buffer[4096];
  ssize_t got = 0;
  while ((got = read(ends[0], buffer, sizeof buffer)) > 0) {
    if (ms < 0 && std::find(buffer, buffer + got, '\n') != buffer + got) {
      ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    }
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? ms : -1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: start PROGRAM\n");
    return 2;
  }
  const std::vector<std::vector<std::string>> commands = {
      {}, {"list", "machines"}, {"run", "imac-pro-2017", "idle", "--for", "1s"}};
  fmt::print("{:<36} {:>9} {:>9} {:>9} {:>8}\n", "until the first line of", "median ms", "least",
             "greatest", "of goal");
  for (const auto& command : commands) {
    std::vector<double> times;
    for (int i = 0; i < kRuns; ++i) {
      times.push_back(first_line_ms(argv[1], command));
      if (times.back() < 0) {
        fmt::print(stderr, "{} printed nothing or failed\n", argv[1]);
        return 1;
      }
    }
    std::ranges::sort(times);
    const double median_ms = 0.5 * (times[kRuns / 2 - 1] + times[kRuns / 2]);
    std::string name = "headroom";
    for (const auto& word : command) name += " " + word;
    fmt::print("{:<36} {:>9.1f} {:>9.1f} {:>9.1f} {:>8.2f}\n", name, median_ms, times.front(),
               times.back(), median_ms / kGoalMs);
  }
  return 0;
}
