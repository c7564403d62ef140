#pragma once

#include <atomic>
#include <functional>
#include <vector>

namespace headroom {

/// Threads that do the same thing at the same time, each held on a processor of its
/// own where the system allows that. `work` is called once on each with its number and
/// a flag; it starts when all are there and returns soon after the flag is set, which
/// happens after `seconds` or when `stopped` says so.
void run_team(const std::vector<int>& cpus, double seconds,
              const std::function<void(int number, const std::atomic<bool>& enough)>& work,
              const std::function<bool()>& stopped);

/// The calling thread on one processor for as long as this lives.
class OnProcessor {
 public:
  explicit OnProcessor(int cpu);
  ~OnProcessor();
  OnProcessor(const OnProcessor&) = delete;
  OnProcessor& operator=(const OnProcessor&) = delete;

 private:
  std::vector<unsigned char> before_;  ///< a cpu_set_t; empty: nothing was changed
};

}  // namespace headroom
