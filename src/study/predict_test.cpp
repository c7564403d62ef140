#include "study/predict.hpp"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

namespace headroom {
namespace {

EvidenceRow row(std::string machine, std::string workload, std::string metric,
                std::map<std::string, std::string> setup = {}) {
  EvidenceRow result;
  result.machine = std::move(machine);
  result.workload = std::move(workload);
  result.metric = std::move(metric);
  result.setup = std::move(setup);
  return result;
}

/// A stand-in for the rooms above: the result is the room's temperature times
/// the fitted number "machines/<machine>/x" (1 without one).
TwinParts stand_in() {
  TwinParts parts;
  parts.assemble = [](const Library& library, const Configuration& configuration) {
    if (configuration.machine == "toaster") {
      throw InputError("no machine is called 'toaster'", "did you mean 'poster'?");
    }
    Machine machine;
    machine.id = configuration.machine;
    const auto entry = library.fitted().find("machines/" + machine.id + "/x");
    machine.board.idle_w = entry ? std::stod(entry->value) : 1;
    machine.cpu.id = "chip";
    return machine;
  };
  parts.read_workload = [](const Library&, const std::string& id) {
    Workload workload;
    workload.id = id;
    return workload;
  };
  parts.run = [](const Machine& machine, const Workload&, const Surroundings& surroundings,
                 const RunOptions& options) {
    if (options.threads == 99) throw ModelError("99 threads are too many");
    RunResult result;
    result.summary.result_first = machine.board.idle_w * surroundings.room_k;
    return result;
  };
  parts.read_metric = [](const Workload&, const RunResult& result, const std::string& metric,
                         double, std::string& reason) -> std::optional<double> {
    if (metric == "score") return result.summary.result_first;
    if (metric == "half") return result.summary.result_first / 2;
    reason = "the run has no '" + metric + "'";
    return std::nullopt;
  };
  return parts;
}

FittedTable table(const std::string& key, const std::string& value) {
  FittedTable fitted;
  fitted.set({key, value, ""});
  return fitted;
}

TEST(Twin, SharesARunBetweenRowsThatAskTheSame) {
  const Twin twin(Library(),
                  {row("a", "w", "score", {{"ambient_c", "26.85"}}),
                   row("a", "w", "half", {{"ambient_c", "26.85"}}),
                   row("a", "w", "score", {{"ambient_c", "0"}})},
                  stand_in());
  const auto predictions = twin.predict_all();
  EXPECT_EQ(twin.runs(), 2u);
  EXPECT_DOUBLE_EQ(*predictions[0].value, 300);
  EXPECT_DOUBLE_EQ(*predictions[1].value, 150);
  EXPECT_DOUBLE_EQ(*predictions[2].value, 273.15);
}

TEST(Twin, RunsAgainOnlyForFittedNumbersThatMatter) {
  const Twin twin(Library(), {row("a", "w", "score", {{"ambient_c", "26.85"}})}, stand_in());
  EXPECT_DOUBLE_EQ(*twin.predict(table("machines/a/x", "2"), 0).value, 600);
  EXPECT_DOUBLE_EQ(*twin.predict(table("machines/a/x", "2"), 0).value, 600);
  EXPECT_EQ(twin.runs(), 1u);
  EXPECT_DOUBLE_EQ(*twin.predict(table("machines/a/x", "3"), 0).value, 900);
  EXPECT_EQ(twin.runs(), 2u);
  auto other = table("machines/a/x", "3");
  other.set({"machines/b/x", "7", ""});
  other.set({"workloads/v/result.scale", "7", ""});
  other.set({"processors/another/tau", "7 s", ""});
  EXPECT_DOUBLE_EQ(*twin.predict(other, 0).value, 900);
  EXPECT_EQ(twin.runs(), 2u);
  other.set({"processors/chip/tau", "7 s", ""});
  twin.predict(other, 0);
  EXPECT_EQ(twin.runs(), 3u);
}

TEST(Twin, GivesReasonsInsteadOfExceptions) {
  const Twin twin(Library(),
                  {row("toaster", "w", "score"), row("a", "w", "browning"),
                   row("a", "w", "score", {{"moon", "full"}}),
                   row("a", "w", "score", {{"threads", "99"}}), row("a", "w", "score")},
                  stand_in());
  const auto predictions = twin.predict_all();
  EXPECT_EQ(predictions[0].reason, "no machine is called 'toaster'; did you mean 'poster'?");
  EXPECT_EQ(predictions[1].reason, "the run has no 'browning'");
  EXPECT_TRUE(predictions[2].reason.starts_with("the twin knows no setup 'moon'"));
  EXPECT_EQ(predictions[3].reason, "99 threads are too many");
  EXPECT_EQ(predictions[4].reason, "");
  EXPECT_TRUE(predictions[4].value);
}

TEST(Twin, PredictsTheSameForAnyNumberOfThreads) {
  std::vector<EvidenceRow> rows;
  for (int i = 0; i < 60; ++i) {
    rows.push_back(row(i % 7 == 0 ? "toaster" : "a", "w", i % 2 == 0 ? "score" : "half",
                       {{"ambient_c", std::to_string(i / 3)}}));
  }
  const auto with_threads = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    std::size_t last = 0;
    const auto predictions =
        Twin(Library(), rows, stand_in())
            .predict_all([&](std::string_view, std::size_t done, std::size_t) { last = done; });
    EXPECT_EQ(last, rows.size());
    return predictions;
  };
  EXPECT_EQ(with_threads(1), with_threads(4));
}

}  // namespace
}  // namespace headroom
