#include "cli/terminal.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace headroom {
namespace {

constexpr int kBarWidth = 24;
std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // set from a signal handler

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

bool shows_colour(int descriptor) {
  return isatty(descriptor) != 0 && std::getenv("NO_COLOR") == nullptr;
}

int terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) return size.ws_col;
  return 100;
}

int table_width() {
  constexpr int kWhole = 1000;
  return isatty(STDOUT_FILENO) != 0 ? terminal_width() : kWhole;
}

void put_on_stderr(std::string_view text) noexcept {
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
}

void print_problems(const InputError& error) {
  for (const auto& problem : error.problems()) tell("{}", render(problem));
}

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()),
      last_(start_) {}

ProgressLine::~ProgressLine() {
  if (shown_) tell("\r\033[K");
}

void ProgressLine::show(double share, std::string_view detail) {
  if (!terminal_ || seconds_since(start_) < 1 || seconds_since(last_) < 0.1) return;
  last_ = std::chrono::steady_clock::now();
  shown_ = true;
  std::string bar;
  if (share >= 0) {
    const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * kBarWidth);
    bar = fmt::format(" [{}{}] {:3.0f} %", std::string(static_cast<std::size_t>(full), '#'),
                      std::string(static_cast<std::size_t>(kBarWidth - full), '.'), 100 * share);
    if (share > 0.02) {
      bar += fmt::format(", {:.0f} s left", seconds_since(start_) * (1 / share - 1));
    }
  }
  tell("\r\033[K{}{} {}", what_, bar, printable(detail));
  std::fflush(stderr);
}

Progress ProgressLine::callback() {
  return [this](std::string_view stage, std::size_t done, std::size_t all) {
    show(all > 0 ? static_cast<double>(done) / static_cast<double>(all) : -1, stage);
  };
}

bool interrupted() {
  return g_interrupted;
}

void listen_for_interrupt() {
  std::signal(SIGINT, [](int) { g_interrupted = true; });
}

}  // namespace headroom
