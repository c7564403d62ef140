#include <gtest/gtest.h>

#include <string>

#include "machine/test_machines.hpp"

namespace headroom {
namespace {

using namespace test;

TEST(Catalogue, EveryMachineAssemblesWithEachOfItsOptions) {
  int assembled = 0;
  for (const auto& id : library().ids("machines")) {
    const Offer offer = machine(id).offer;
    for (const auto& option : offer.options) {
      Configuration configuration{id, {{option.slot, option.id}}};
      // Sold only with certain others: take the first of each slot they name.
      for (const auto& other : option.only_with) {
        const auto cut = other.find('=');
        configuration.options.emplace(other.substr(0, cut), other.substr(cut + 1));
      }
      try {
        const Machine made = assemble(library(), configuration);
        EXPECT_EQ(made.configuration.options.at(option.slot), option.id);
        EXPECT_GT(made.price_usd(), 0);
        ++assembled;
      } catch (const InputError& error) {
        // An option the base configuration excludes says which others it needs.
        const auto& problem = error.problems().front();
        EXPECT_NE(problem.what.find("together"), std::string::npos) << problem.what;
        EXPECT_FALSE(problem.help.empty()) << configuration.text() << ": " << problem.what;
      }
    }
  }
  EXPECT_GT(assembled, 60);
}

class EveryWorkload : public testing::TestWithParam<std::string> {};

TEST_P(EveryWorkload, RunsOnEveryMachineOrSaysWhyNot) {
  const Machine tested = machine(GetParam());
  int ran = 0;
  for (const auto& id : library().ids("workloads")) {
    RunOptions options;
    options.for_s = 20;
    try {
      const auto result = run(tested, workload(id), {}, options);
      EXPECT_EQ(not_finite(result), "") << id;
      EXPECT_LT(result.summary.ledger.residual(), 1e-6) << id;
      EXPECT_FALSE(result.summary.shut_down) << id << ": " << result.summary.shutdown_reason;
      EXPECT_NEAR(result.summary.length_s, 20, 1e-6) << id;
      EXPECT_GT(result.summary.wall_mean_w, 10) << id;
      EXPECT_LT(result.summary.wall_highest_w, 2000) << id;
      EXPECT_GE(result.summary.cpu_highest_k, Surroundings{}.room_k) << id;
      ++ran;
    } catch (const InputError& error) {
      const std::string what = error.what();
      EXPECT_TRUE(what.find("graphics") != what.npos || what.find("memory") != what.npos)
          << id << ": " << what;
    }
  }
  EXPECT_GT(ran, 20);
}

INSTANTIATE_TEST_SUITE_P(Machines, EveryWorkload, testing::ValuesIn(library().ids("machines")),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace headroom
