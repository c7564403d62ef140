#include "host/measure.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>
#include <span>
#include <thread>

#include "host/buffer.hpp"
#include "host/keeping.hpp"
#include "host/kernels.hpp"
#include "host/team.hpp"
#include "host/timing.hpp"

namespace headroom {
namespace {

constexpr double kMiB = 1 << 20;
constexpr int kIdentified = 500;  // instructions cpuid
constexpr std::size_t kWalkedPages = 6144, kStretchPages = kWalkedPages / 2;
constexpr int kWalkLooks = 3;
constexpr double kSharedLookS = 0.03, kSharedPace = 0.7;  // between a half and all
constexpr int kSharedLooks = 6;
// Of many stretches, since whoever disturbs one can only slow it.
constexpr double kFast = 0.75, kShort = 0.25;
constexpr std::size_t kLeastStretches = 9;
constexpr std::size_t kRounds = 3;             // of latencies, some seconds apart
constexpr double kSeveralRoundsB = 16 * kMiB;  // larger pieces take long, and vary little
constexpr std::size_t kReadPieceB = 1 << 20;   // read between two looks at the clock

/// How long each part takes, and how much memory it may use.
struct Budget {
  double rest_s, clock_s, latency_s, bandwidth_s;
  int bandwidth_repeats, keeping_rounds;
  double most_b;
};
constexpr Budget kFull = {0.3, 0.6, 0.09, 0.08, 5, 30, 256 * kMiB};
constexpr Budget kQuick = {0.1, 0.15, 0.015, 0.04, 3, 10, 64 * kMiB};

class Bench {
 public:
  Bench(const HostFacts& facts, const MeasureOptions& options)
      : facts_(facts), options_(options), budget_(options.quick ? kQuick : kFull) {}

  Measurements run() {
    tell("sensors", 0);
    if (getloadavg(&m_.load, 1) != 1) m_.load = 0;
    rest();
    tell("clock", 2);
    for (const int threads : thread_counts(facts_.cores)) {
      if (stopped()) return m_;
      m_.clocks.push_back({threads, clock_hz(threads)});
    }
    m_.shares_cores = cores_are_shared();
    tell("memory", 20);
    const Buffer buffer(buffer_b());
    m_.huge_pages = buffer.huge_pages();
    if (!latencies(buffer)) return m_;
    tell("cache bandwidth", 70);
    cache_bandwidths(buffer);
    m_.shares_cores = m_.shares_cores && cores_are_shared();  // later again, for strangers' sake
    m_.cpuid_s = cpuid_s();
    m_.walk_s = walk_s();  // the least of three looks, since others may spoil one
    const auto counts = thread_counts(static_cast<int>(facts_.cpus.size()));
    for (std::size_t i = 0; i < counts.size(); ++i) {
      tell("memory bandwidth", 75 + 25 * i / counts.size());
      if (stopped()) return m_;
      m_.bandwidths.push_back({counts[i], bandwidth_b_per_s(buffer, counts[i])});
    }
    for (int look = 1; look < kWalkLooks && !stopped(); ++look) {
      m_.walk_s = std::min(m_.walk_s, walk_s());
    }
    m_.shares_cores = m_.shares_cores && cores_are_shared();
    m_.complete = !stopped();
    return m_;
  }

 private:
  bool stopped() const { return options_.stopped && options_.stopped(); }
  void tell(std::string_view stage, std::size_t percent) const {
    if (options_.progress) options_.progress(stage, percent, 100);
  }

  /// 1, 2, 4 and so on, and all; of many, only one, half and all in a quick run.
  std::vector<int> thread_counts(int all) const {
    std::vector<int> counts;
    for (int n = 1; n < all; n *= options_.quick ? std::max(2, all / 2) : 2) counts.push_back(n);
    counts.push_back(all);
    return counts;
  }

  std::vector<int> first_cpus(int count) const {
    return {facts_.cpus.begin(), facts_.cpus.begin() + count};
  }

  /// What the sensors say when nothing runs, and what the package draws then.
  void rest() {
    const auto start = SteadyClock::now();
    m_.rest = read_sensors();
    if (!m_.rest.any()) return;
    std::this_thread::sleep_for(std::chrono::duration<double>(budget_.rest_s));
    const auto after = read_sensors();
    if (m_.rest.energy_j && after.energy_j) {
      m_.rest_w = std::max(0.0, (*after.energy_j - *m_.rest.energy_j) / seconds_since(start));
    }
  }

  /// Median over threads of what each does while it has its core to itself.
  double clock_hz(int threads) {
    constexpr std::uint64_t kBlocks = 4000;  // a quarter of a million additions
    constexpr double kWarmUpShare = 0.3;     // until clocks have risen
    std::vector<double> of_thread(static_cast<std::size_t>(threads));
    const auto start = SteadyClock::now();
    const auto before = read_sensors();
    run_team(
        first_cpus(threads), budget_.clock_s,
        [&](int number, const std::atomic<bool>& enough) {
          std::vector<double> rates;
          const auto began = SteadyClock::now();
          while (!enough || rates.size() < kLeastStretches) {  // it may have come late
            const auto begin = SteadyClock::now();
            run_adds(kBlocks);
            const double s = seconds_since(begin);
            if (s > 0 && seconds_since(began) > kWarmUpShare * budget_.clock_s) {
              rates.push_back(static_cast<double>(kBlocks * kAddsPerBlock) / s);
            }
          }
          of_thread[static_cast<std::size_t>(number)] = quantile(std::move(rates), kFast);
        },
        options_.stopped);
    m_.loaded = read_sensors();
    if (before.energy_j && m_.loaded.energy_j) {
      m_.loaded_w = std::max(0.0, (*m_.loaded.energy_j - *before.energy_j) / seconds_since(start));
    }
    return median(std::move(of_thread));
  }

  /// Each thread's pace in independent additions while nobody disturbs it, the lower of two.
  double busy_pace(const std::vector<int>& cpus) const {
    constexpr std::uint64_t kBlocks = 2000;  // about 10 us
    std::vector<double> of_thread(cpus.size());
    run_team(
        cpus, kSharedLookS,
        [&](int number, const std::atomic<bool>& enough) {
          std::vector<double> rates;
          while (!enough || rates.size() < kLeastStretches) {
            const auto begin = SteadyClock::now();
            run_independent_adds(kBlocks);
            rates.push_back(1 / std::max(1e-9, seconds_since(begin)));
          }
          of_thread[static_cast<std::size_t>(number)] = quantile(std::move(rates), kFast);
        },
        options_.stopped);
    return std::ranges::min(of_thread);
  }

  /// Strangers may slow a thread whether it is alone or not, so the quickest of some looks
  /// counts: threads of one core are never quick both at once. They are numbered next to each
  /// other, or by halves.
  bool cores_are_shared() const {
    if (!facts_.virtual_machine || facts_.cores < 2) return false;
    const int first = facts_.cpus[0];
    double alone = 0;
    for (int look = 0; look < kSharedLooks / 2; ++look) {
      alone = std::max(alone, busy_pace({first}));
    }
    const auto share = [&](std::size_t other) {
      for (int look = 0; look < kSharedLooks; ++look) {
        if (busy_pace({first, facts_.cpus[other]}) > kSharedPace * alone) return false;
      }
      return true;
    };
    const auto half = static_cast<std::size_t>(facts_.cores) / 2;
    return share(1) || (half > 1 && share(half));
  }

  /// Well over the third cache, but at most a quarter of the memory.
  std::size_t buffer_b() const {
    const double wanted_b = std::max(budget_.most_b, options_.quick ? 0 : 4 * facts_.cache_b(3));
    const double allowed_b =
        facts_.memory_b > 0 ? std::max(8 * kMiB, facts_.memory_b / 4) : wanted_b;
    double bytes = 8 * kMiB;
    while (2 * bytes <= std::min(wanted_b, allowed_b)) bytes *= 2;
    return static_cast<std::size_t>(bytes);
  }

  bool latencies(const Buffer& buffer) {
    std::vector<double> sizes_b;
    const auto most_b = static_cast<double>(buffer.size());
    for (double size_b = 4096; size_b <= most_b; size_b *= 2) {
      sizes_b.push_back(size_b);
      if (size_b < 64 * kMiB && 1.5 * size_b < most_b) sizes_b.push_back(1.5 * size_b);
    }
    const OnProcessor held(facts_.cpus.front());
    std::mt19937_64 random(2017);
    for (const double size_b : sizes_b) m_.latencies.push_back({size_b, 1});
    const std::size_t all = kRounds * sizes_b.size();
    for (std::size_t i = 0; i < all; ++i) {
      auto& point = m_.latencies[i % sizes_b.size()];
      tell("memory latency", 25 + 45 * i / all);
      if (stopped()) return false;
      if (i >= sizes_b.size() && point.bytes > kSeveralRoundsB) continue;
      point.s = std::min(point.s, latency_s(buffer, point.bytes, random));
    }
    return true;
  }

  double latency_s(const Buffer& buffer, double size_b, std::mt19937_64& random) const {
    constexpr std::uint64_t kTrial = 1024;
    constexpr double kStretchS = 0.1e-3;
    const auto lines_count = static_cast<std::size_t>(size_b) / sizeof(ChainLine);
    const std::span lines(reinterpret_cast<ChainLine*>(buffer.data()), lines_count);
    link_chain(lines, random);
    const ChainLine* at = lines.data();
    // What fits a cache is brought there first; what does not, never is.
    if (size_b <= std::max(2 * facts_.cache_b(3), 32 * kMiB)) at = follow(at, lines_count);
    auto begin = SteadyClock::now();
    at = follow(at, kTrial);
    const double trial_s = std::max(1e-9, seconds_since(begin) / kTrial);
    const auto wanted = static_cast<std::uint64_t>(kStretchS / trial_s);
    const std::uint64_t steps = std::max<std::uint64_t>(64, wanted - wanted % 8);
    std::vector<double> each_s;
    const auto start = SteadyClock::now();
    while (each_s.size() < kLeastStretches || seconds_since(start) < budget_.latency_s / kRounds) {
      begin = SteadyClock::now();
      at = follow(at, steps);
      each_s.push_back(seconds_since(begin) / static_cast<double>(steps));
    }
    return quantile(std::move(each_s), kShort);
  }

  /// One thread, over and over what its second and third cache hold.
  void cache_bandwidths(const Buffer& buffer) {
    const double l2_b = facts_.cache_b(2), l3_b = facts_.cache_b(3);
    const OnProcessor held(facts_.cpus.front());
    if (l2_b > 0) m_.l2_b_per_s = cache_b_per_s(buffer, 0.6 * l2_b);
    if (l3_b > 2 * l2_b) m_.l3_b_per_s = cache_b_per_s(buffer, std::min(2.5 * l2_b, 0.5 * l3_b));
    if (l2_b > 0 && l3_b > 0) {
      m_.kept = measure_keeping(buffer, l2_b, l3_b, budget_.keeping_rounds, options_.stopped);
    }
  }

  /// A walk through more small pages than page buffers hold, a line in each, beside one
  /// through as many lines that lie together.
  double walk_s() const {
    const OnProcessor held(facts_.cpus.front());
    const Buffer pages(kWalkedPages * 4096, Buffer::Pages::kSmall);
    const std::span lines(reinterpret_cast<ChainLine*>(pages.data()),
                          pages.size() / sizeof(ChainLine));
    std::mt19937_64 random(2017);
    const ChainLine* at = follow(link_pages(lines, random), 2 * kWalkedPages);
    std::vector<double> each_s;
    const auto start = SteadyClock::now();
    while (each_s.size() < kLeastStretches || seconds_since(start) < budget_.latency_s) {
      const auto begin = SteadyClock::now();
      at = follow(at, kStretchPages);
      each_s.push_back(seconds_since(begin) / static_cast<double>(kStretchPages));
    }
    const double together_b = kWalkedPages * sizeof(ChainLine);
    const auto together = std::ranges::find_if(
        m_.latencies, [&](const auto& point) { return point.bytes >= together_b; });
    if (together == m_.latencies.end()) return 0;
    return std::max(0.0, quantile(std::move(each_s), kShort) - together->s);
  }

  static double cpuid_s() {
    std::vector<double> each_s, nothing_s;
    for (int i = 0; i < kIdentified; ++i) {
      unsigned a = 0, b = 0, c = 0, d = 0;
      auto begin = SteadyClock::now();
      nothing_s.push_back(seconds_since(begin));
      begin = SteadyClock::now();
      asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));  // __cpuid() may be left out
      each_s.push_back(seconds_since(begin));
    }
    const double look_s = quantile(std::move(nothing_s), kShort);
    return std::max(0.0, quantile(std::move(each_s), kShort) - look_s);
  }

  double cache_b_per_s(const Buffer& buffer, double size_b) const {
    const auto bytes = std::min(buffer.size(), static_cast<std::size_t>(size_b) / 4096 * 4096);
    std::uint64_t seen = 0;
    std::vector<double> rates;
    const auto start = SteadyClock::now();
    while (rates.size() < 5 || seconds_since(start) < budget_.latency_s) {
      const auto begin = SteadyClock::now();
      seen |= read_all(buffer.data(), bytes);
      rates.push_back(static_cast<double>(bytes) / std::max(1e-9, seconds_since(begin)));
    }
    asm volatile("" : : "r"(seen));
    return quantile(std::move(rates), kFast);
  }

  /// Each thread reads its own share of the buffer, round and round, and notes how fast
  /// while it runs; the sum over threads, the median of several windows.
  double bandwidth_b_per_s(const Buffer& buffer, int threads) const {
    std::vector<double> sums;
    for (int repeat = 0; repeat < budget_.bandwidth_repeats && !stopped(); ++repeat) {
      std::vector<double> rate(static_cast<std::size_t>(threads));
      run_team(
          first_cpus(threads), budget_.bandwidth_s,
          [&](int number, const std::atomic<bool>& enough) {
            const std::size_t pieces = buffer.size() / kReadPieceB;
            const auto count = static_cast<std::size_t>(threads);
            const auto self = static_cast<std::size_t>(number);
            const std::size_t first = pieces * self / count;
            const std::size_t end = std::max(first + 1, pieces * (self + 1) / count);
            std::uint64_t seen = 0;
            std::vector<double> rates;
            for (std::size_t piece = first; !enough || rates.size() < kLeastStretches;) {
              const auto begin = SteadyClock::now();
              seen |= read_all(buffer.data() + piece * kReadPieceB, kReadPieceB);
              rates.push_back(static_cast<double>(kReadPieceB) /
                              std::max(1e-9, seconds_since(begin)));
              piece = piece + 1 < end ? piece + 1 : first;
            }
            asm volatile("" : : "r"(seen));
            rate[self] = median(std::move(rates));
          },
          options_.stopped);
      sums.push_back(std::accumulate(rate.begin(), rate.end(), 0.0));
    }
    return median(std::move(sums));
  }

  const HostFacts& facts_;
  const MeasureOptions& options_;
  Budget budget_;
  Measurements m_;
};

}  // namespace

Measurements measure(const HostFacts& facts, const MeasureOptions& options) {
  return Bench(facts, options).run();
}

}  // namespace headroom
