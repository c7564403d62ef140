#include "host/team.hpp"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

namespace headroom {

OnProcessor::OnProcessor(int cpu) {
  cpu_set_t before;
  if (sched_getaffinity(0, sizeof before, &before) != 0) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(cpu), &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) return;
  before_.resize(sizeof before);
  std::memcpy(before_.data(), &before, sizeof before);
}

OnProcessor::~OnProcessor() {
  if (before_.empty()) return;
  cpu_set_t before;
  std::memcpy(&before, before_.data(), sizeof before);
  (void)sched_setaffinity(0, sizeof before, &before);
}

void run_team(const std::vector<int>& cpus, double seconds,
              const std::function<void(int, const std::atomic<bool>&)>& work,
              const std::function<bool()>& stopped) {
  using Clock = std::chrono::steady_clock;
  std::atomic<bool> enough{false};
  std::atomic<std::size_t> ready{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    threads.emplace_back([&, i] {
      const OnProcessor held(cpus[i]);
      ++ready;
      while (ready < cpus.size()) std::this_thread::yield();
      work(static_cast<int>(i), enough);
    });
  }
  while (ready < cpus.size()) std::this_thread::yield();
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end && !(stopped && stopped())) {
    const std::chrono::duration<double> left = end - Clock::now();
    std::this_thread::sleep_for(std::min(left, std::chrono::duration<double>(0.05)));
  }
  enough = true;
  for (auto& thread : threads) thread.join();
}

}  // namespace headroom
