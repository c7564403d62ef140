#include "profile/describe.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/printable.hpp"
#include "profile/describe_observed.hpp"
#include "profile/describe_words.hpp"
#include "profile/instruction_mix.hpp"
#include "profile/own_core.hpp"
#include "profile/stack_distance.hpp"

namespace headroom {
namespace {

constexpr double kLineB = 64;

std::string cache_size(double value) {
  return value < 1 << 20 ? fmt::format("{:.0f} KiB", value / 1024)
                         : fmt::format("{:.0f} MiB", value / (1 << 20));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Sums over snapshots, each by the CPU time it stands for; or, where an
/// emulator's times say little, by the instructions.
template <class Value>
double weighted(const Profile& profile, Value value) {
  double sum = 0, weights = 0;
  for (const auto& snapshot : profile.snapshots) {
    const double weight = profile.isa.empty()
                              ? snapshot.covered_s + 1e-9
                              : static_cast<double>(snapshot.covered_instructions) + 1e-9;
    sum += weight * value(snapshot);
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

void describe_run(std::string& out, const Profile& p) {
  const RunTotals& t = p.totals;
  const double cpu_s = t.user_s + t.system_s;
  out += fmt::format("{}\n", printable(joined(p.command)));
  out += fmt::format("  recorded {} on {} ({} cores)\n\n", printable(p.recorded_at),
                     printable(p.host.processor), p.host.cores);
  if (!p.isa.empty()) {
    out +=
        fmt::format("An emulator showed it the instruction set '{}'; times are the emulator's.\n\n",
                    printable(p.isa));
  }
  if (p.stripped()) out += "Stripped: without the program's code, addresses and arguments.\n\n";
  out += "The run\n";
  out += fmt::format("  wall time        {:.2f} s, exit status {}\n", t.wall_s, t.exit_status);
  out += fmt::format("  processor time   {:.2f} s: {:.2f} s own, {:.2f} s in the kernel\n", cpu_s,
                     t.user_s, t.system_s);
  if (const auto beside = beside_others_text(p); !beside.empty()) {
    out += fmt::format("  shared cores     {}\n", beside);
  }
  if (t.instructions > 0) {
    out += fmt::format("  instructions     {} in all, counted\n", grouped_text(t.instructions));
  }
  // A made-up file may say anything; no program starts and ends in a microsecond.
  if (t.wall_s > 1e-6 && std::isfinite(cpu_s / t.wall_s)) {
    out += fmt::format("  parallelism      {:.2f} processors busy on average\n", cpu_s / t.wall_s);
  }
  out += fmt::format("  memory           {} at most in one process\n",
                     bytes_text(static_cast<double>(t.resident_most_b)));
  out += fmt::format("  read, written    {}, {}; from and to drives {}, {}\n",
                     bytes_text(static_cast<double>(t.read_b)),
                     bytes_text(static_cast<double>(t.written_b)),
                     bytes_text(static_cast<double>(t.storage_read_b)),
                     bytes_text(static_cast<double>(t.storage_written_b)));
  describe_sockets(out, p);
  describe_waits(out, p);
}

void describe_threads(std::string& out, const Profile& p) {
  if (p.threads.empty()) return;
  std::set<std::int32_t> processes;
  double all_s = 0;
  for (const auto& thread : p.threads) {
    processes.insert(thread.process);
    all_s += thread.cpu_s;
  }
  std::uint32_t most_running = 0;
  for (const auto& row : p.timeline) most_running = std::max(most_running, row.running);
  out += fmt::format("\nThreads: {} seen in {} processes, at most {} running at a time\n",
                     p.threads.size(), processes.size(), most_running);
  const bool observed = p.observed.threads.size() == p.threads.size();
  if (observed) {
    out += fmt::format("  {:<16} {:>10}  {:>5} {:>10} {:>10} {:>10} {:>10}\n", "", "ran", "",
                       "in line", "asleep", "to wait", "displaced");
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(5, p.threads.size()); ++i) {
    const auto& thread = p.threads[i];
    out += fmt::format("  {:<16} {:>8.2f} s  {:>5}", printable(thread.name), thread.cpu_s,
                       share_text(all_s > 0 ? thread.cpu_s / all_s : 0));
    if (observed) {
      const auto& more = p.observed.threads[i];
      out += fmt::format(" {:>8.2f} s {:>8.2f} s {:>10} {:>10}", more.ready_s, more.asleep_s,
                         grouped_text(more.switches_voluntary), grouped_text(more.switches_forced));
    }
    out += "\n";
  }
}

void describe_snapshots(std::string& out, const Profile& p) {
  std::size_t windows = 0;
  double instructions = 0;
  std::map<std::string, int> programs;
  for (const auto& snapshot : p.snapshots) {
    windows += snapshot.windows.size();
    instructions += static_cast<double>(snapshot.instructions);
    ++programs[snapshot.program];
  }
  out += fmt::format("\nSnapshots: {}, which followed {:.2f} billion instructions; {} windows\n",
                     p.snapshots.size(), instructions * 1e-9, windows);
  for (const auto& [program, count] : programs)
    out += fmt::format("  {:>3} in {}\n", count, printable(program));
}

void describe_mix(std::string& out, const Profile& p) {
  const InstructionMix mix = instruction_mix(p);
  if (mix.instructions <= 0) return;
  out += "\nInstructions, of those in windows\n";
  const std::pair<const char*, double> rows[] = {
      {"integer and logic", mix.integer},
      {"multiply, divide", mix.multiply_divide},
      {"moves", mix.move},
      {"branches", mix.branch},
      {"calls and returns", mix.call_return},
      {"floating point", mix.floating},
      {"vector integer", mix.vector_integer},
      {"other", mix.other},
  };
  for (const auto& [name, share] : rows) {
    if (share >= 0.0005) out += fmt::format("  {:<18} {:>6}\n", name, share_text(share));
  }
  out += fmt::format("  memory: {} load, {} store\n", share_text(mix.load), share_text(mix.store));
  if (mix.width_128 + mix.width_256 + mix.width_512 > 0.0005) {
    out += fmt::format("  vector registers: 128 bits {}, 256 bits {}, 512 bits {}\n",
                       share_text(mix.width_128), share_text(mix.width_256),
                       share_text(mix.width_512));
  }
  std::string sets;
  for (const auto& [name, share] : mix.sets) {
    if (share >= 0.0005)
      sets += fmt::format("{}{} {}", sets.empty() ? "" : ", ", name, share_text(share));
  }
  if (!sets.empty()) out += fmt::format("  instruction sets: {}\n", sets);
}

/// Misses per thousand instructions in a cache of each size, as bars.
void describe_cache(std::string& out, const Profile& p) {
  if (p.snapshots.empty()) return;
  std::vector<StackDistance> distances;
  for (const auto& snapshot : p.snapshots) distances.emplace_back(snapshot.data_reuse);
  out += "\nData that misses a cache of a size, per thousand instructions\n";
  double most = 0;
  std::vector<std::pair<double, double>> points;
  for (double size = 16 << 10; size <= 64 << 20; size *= 2) {
    std::size_t next = 0;
    const double misses = weighted(p, [&](const Snapshot& s) {
      const double share = distances[next++].miss_share(size / kLineB);
      return 1000 * share * ratio(s.accesses, s.instructions);
    });
    points.emplace_back(size, misses);
    most = std::max(most, misses);
  }
  for (const auto& [size, misses] : points) {
    const auto length = static_cast<std::size_t>(most > 0 ? std::lround(40 * misses / most) : 0);
    out += fmt::format("  {:>8} {:>8.2f} {}\n", cache_size(size), misses, std::string(length, '#'));
  }
  const double touched =
      weighted(p, [](const Snapshot& s) { return static_cast<double>(s.data_reuse[kFirstTouch]); });
  const double code =
      weighted(p, [](const Snapshot& s) { return static_cast<double>(s.code_reuse[kFirstTouch]); });
  out += fmt::format("  touched in a snapshot, on average: {} of data, {} of code\n",
                     bytes_text(kLineB * touched), bytes_text(kLineB * code));
}

void describe_branches(std::string& out, const Profile& p) {
  if (p.snapshots.empty()) return;
  const auto per_thousand = [&](auto count) {
    return weighted(p, [&](const Snapshot& s) {
      return 1000 * ratio(count(s.branches), s.branches.instructions);
    });
  };
  out += "\nBranches, per thousand instructions\n";
  out += fmt::format("  conditional {:.1f}, of which {} are taken\n",
                     per_thousand([](const BranchCounts& b) { return b.conditional; }),
                     share_text(weighted(p, [](const Snapshot& s) {
                       return ratio(s.branches.taken, s.branches.conditional);
                     })));
  out += fmt::format("  mispredicted by a small {:.2f}, medium {:.2f}, large {:.2f} predictor\n",
                     per_thousand([](const BranchCounts& b) { return b.missed[0]; }),
                     per_thousand([](const BranchCounts& b) { return b.missed[1]; }),
                     per_thousand([](const BranchCounts& b) { return b.missed[2]; }));
  out += fmt::format(
      "  indirect {:.1f}, target mispredicted by a medium predictor {:.2f}; returns {:.1f}\n",
      per_thousand([](const BranchCounts& b) { return b.indirect; }),
      per_thousand([](const BranchCounts& b) { return b.indirect_missed; }),
      per_thousand([](const BranchCounts& b) { return b.returns; }));
}

}  // namespace

std::string describe(const Profile& profile) {
  std::string out;
  describe_run(out, profile);
  describe_threads(out, profile);
  describe_calls(out, profile);
  describe_snapshots(out, profile);
  describe_mix(out, profile);
  describe_cache(out, profile);
  describe_branches(out, profile);
  return out;
}

}  // namespace headroom
