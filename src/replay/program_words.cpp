#include "replay/program_words.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace headroom {
namespace {

constexpr double kWorthWords = 0.01;    ///< of gain
constexpr double kMuch = 0.1;           ///< of the time or of instructions
constexpr double kMostlyWork = 0.65;    ///< of the cycles
constexpr double kSeveral = 1.2;        ///< processors busy on average
constexpr double kParallel = 1.5;       ///< times as fast on many cores
constexpr double kFirstCacheB = 32768;  ///< of most cores

std::string bytes(double value) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  int unit = 0;
  for (; value >= 999.5 && unit < 4; ++unit) value /= 1000;
  return fmt::format("{:.{}f} {}", value, value < 9.95 && unit > 0 ? 1 : 0, units[unit]);
}

/// Whether two threads could run for a good part of the time.
bool often_in_line(const ProgramStudy& study) {
  const auto often = std::ranges::count_if(
      study.activity, [](const ActivityPoint& point) { return point.in_line >= 2; });
  return static_cast<double>(often) > kMuch * static_cast<double>(study.activity.size());
}

std::string threads_in_words(const ProgramStudy& study) {
  const double busy = study.wall_s > 0 ? study.cpu_s / study.wall_s : 0;
  if (busy >= kSeveral) {
    return fmt::format("a parallel program ({:.1f} of {:.0f} processors busy on average)", busy,
                       study.recorder_processors);
  }
  if (!study.cores.empty() && study.cores.back().speed >= kParallel) {
    return fmt::format("a parallel program ({:.1f} times as fast on many cores as on one)",
                       study.cores.back().speed);
  }
  if (study.gains_from_cores() || (study.cores.empty() && often_in_line(study))) {
    return "a program that is parallel in parts";
  }
  return "a program of one thread";
}

std::string code_in_words(const InstructionMix& mix) {
  if (mix.instructions <= 0) return {};
  const double wide = mix.width_256 + mix.width_512;
  if (wide >= kMuch) {
    return fmt::format("{:.0f} % of its instructions are vectors of {} bits", 100 * wide,
                       mix.width_512 > mix.width_256 ? "512" : "256");
  }
  if (mix.vector_integer >= kMuch) {
    return fmt::format("{:.0f} % of its instructions are vectors of integers",
                       100 * mix.vector_integer);
  }
  if (mix.floating >= kMuch) {
    return fmt::format("{:.0f} % of its instructions compute in floating point",
                       100 * mix.floating);
  }
  return "nearly all of its code is plain integer code";
}

std::string data_in_words(const ProgramStudy& study) {
  double first = 0, last = 0;
  for (const auto& point : study.misses) {
    if (point.size_b <= kFirstCacheB * 1.01) first = point.misses;
    last = point.misses;
  }
  std::string text = fmt::format("It holds {} of memory at most", bytes(study.memory_b));
  if (study.misses.empty()) return text + ".";
  text += fmt::format(" and misses a cache of 32 KiB {:.1f} times in 1000 instructions", first);
  // The size at which three of four misses that any cache can save are gone.
  for (const auto& point : study.misses) {
    const double octave = std::log2(point.size_b);
    if (std::fabs(octave - std::round(octave)) > 0.01) continue;
    if (first - last < 0.5 || point.misses - last > 0.25 * (first - last)) continue;
    text += fmt::format(": {} hold most of what it uses again", cache_size(point.size_b));
    break;
  }
  return text + ".";
}

std::string help_in_words(const ProgramStudy& study) {
  std::string text;
  int told = 0;
  for (const auto& improvement : study.improvements) {
    if (improvement.gain < kWorthWords || told == 3) break;
    text += fmt::format("{}{} (+{:.0f} %)",
                        told == 0   ? ""
                        : told == 1 ? ", then "
                                    : " and ",
                        improvement.what, 100 * improvement.gain);
    ++told;
  }
  if (text.empty())
    return fmt::format("On the {}, nothing that was tried would help it.", study.asked);
  return fmt::format("What would help it most on the {}: {}.", study.asked, text);
}

}  // namespace

HeldUp most_held_up(const ReplayCounts& mean) {
  HeldUp found;
  for (const auto& part : cycle_parts()) {
    const double share = mean.cycles > 0 ? mean.*part.cycles / mean.cycles : 0;
    if (part.cycles == &ReplayCounts::base || share <= found.share) continue;
    found = {&part, share};
  }
  return found;
}

std::string cache_size(double size_b) {
  const bool small = size_b < (1 << 20);
  const double value = size_b / (small ? 1024 : 1 << 20);
  return fmt::format("{:.{}f} {}", value,
                     value < 9.95 && std::fabs(value - std::round(value)) > 0.01 ? 1 : 0,
                     small ? "KiB" : "MiB");
}

void put_into_words(ProgramStudy& study) {
  study.sentences.clear();
  study.kind = threads_in_words(study);
  if (study.replayed()) {
    const auto& mean = study.judged().mean;
    const auto held = most_held_up(mean);
    const double work = mean.base / mean.cycles;
    if (work >= kMostlyWork || held.part == nullptr) {
      study.kind += ", busy computing";
    } else {
      study.kind += fmt::format(", held up by {}", held.part->held_up);
    }
    std::string cycles =
        fmt::format("Of its cycles on the {}, {:.0f} % go into work",
                    &study.judged() == &study.here ? "recording machine" : study.asked, 100 * work);
    if (held.part != nullptr && held.share >= kWorthWords) {
      cycles += fmt::format(" and {:.0f} % are lost to {}", 100 * held.share, held.part->held_up);
    }
    study.sentences.push_back(cycles + ".");
    study.help = help_in_words(study);
  }
  if (auto code = code_in_words(study.mix); !code.empty()) {
    if (code[0] >= 'a' && code[0] <= 'z') code[0] = static_cast<char>(code[0] - 'a' + 'A');
    study.sentences.push_back(fmt::format(
        "{}; {:.1f} branches in 1000 instructions are mispredicted.", code, study.mispredicts));
  }
  study.sentences.push_back(data_in_words(study));
  const double kernel = study.cpu_s > 0 ? study.kernel_s / study.cpu_s : 0;
  if (kernel >= kMuch) {
    study.sentences.push_back(fmt::format(
        "The kernel takes {:.0f} % of its processor time; replay does not see what it does there.",
        100 * kernel));
  }
  if (study.waiting >= kMuch / 2) {
    study.sentences.push_back(fmt::format(
        "For {:.0f} % of the run it waits for something else than a processor, which no processor "
        "shortens.",
        100 * study.waiting));
  }
  if (!study.beside_others.empty()) {
    study.sentences.push_back(fmt::format("While it was recorded, {}.", study.beside_others));
  }
}

}  // namespace headroom
