// How long the questions of a buyer take, wall-clock seconds on all cores, median
// of three: twenty machines at five workloads for an hour each (goal: 10 s on two
// cores), and the search of everything on sale on three days.
//
//   compare

#include <fmt/core.h>
#include <tbb/info.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "advice/advice.hpp"
#include "advice/comparison.hpp"
#include "replay/rested_workload.hpp"

namespace {

using namespace headroom;

constexpr int kRuns = 3;
constexpr double kGoalS = 10;

template <class Work>
double median_s(Work work) {
  std::vector<double> times;
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    times.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(times);
  return times[kRuns / 2];
}

std::vector<Task> tasks(const Library& library, const std::vector<std::string>& ids) {
  std::vector<Task> list;
  for (const auto& id : ids) list.push_back({read_rested_workload(library, id), 1});
  return list;
}

}  // namespace

int main() {
  const Library library;
  const auto five = tasks(
      library, {"compile", "photo-edit", "cinebench-r15-nt", "cpu-gpu-stress", "music-project"});
  std::vector<Configuration> twenty;
  const Market market(library);
  for (const auto& model : market.models()) {
    const auto all = market.on_sale(model, model.offer.from);
    for (std::size_t i = 0; i < 4 && twenty.size() < 20; ++i) {
      twenty.push_back(all[i * (all.size() - 1) / 3]);
    }
  }
  const double compared_s =
      median_s([&] { (void)compare(contenders_of(library, twenty), five, Circumstances{}); });
  fmt::print("{} cores\n", tbb::info::default_concurrency());
  fmt::print("compare {} x {} x 1 h: {:.2f} s, {:.2f} of the goal of {:g} s\n", twenty.size(),
             five.size(), compared_s, compared_s / kGoalS, kGoalS);
  for (const char* day : {"2017-12-14", "2019-06-01", "2020-09-01"}) {
    Wish wish;
    wish.tasks = tasks(library, {"compile", "photo-edit"});
    wish.circumstances.day = day;
    Sieve sieve;
    const double searched_s = median_s([&] { sieve = advise(library, wish).sieve; });
    fmt::print("advise as of {}: {} configurations, {} runs of an hour, {:.2f} s\n", day,
               sieve.on_sale, sieve.runs, searched_s);
  }
  return 0;
}
