#include "replay/pipeline.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"

namespace headroom {
namespace {

const Library& library() {
  static const Library kBuiltIn;
  return kBuiltIn;
}

/// What is wrong with Skylake's pipeline when its text is changed.
std::vector<Problem> problems_with(const std::string& from, const std::string& to) {
  std::string text = library().text("pipelines/skylake.toml");
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  text.replace(at, from.size(), to);
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto file = std::filesystem::path(testing::TempDir()) /
                    (std::string("headroom_pipeline_") + test->name() + ".toml");
  std::ofstream(file) << text;
  try {
    read_pipeline(library(), file.string());
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

Operation operation(OperationKind kind, std::uint8_t width = 0) {
  Operation op;
  op.kind = kind;
  op.width = width;
  return op;
}

TEST(Pipeline, EveryOneOfTheCatalogueReads) {
  EXPECT_EQ(library().ids("pipelines"),
            (std::vector<std::string>{"ivy-bridge", "skylake", "zen-4"}));
  for (const auto& id : library().ids("pipelines")) {
    const Pipeline pipeline = read_pipeline(library(), id);
    EXPECT_EQ(pipeline.id, id);
    for (std::size_t kind = 1; kind < kOperationKinds; ++kind) {
      for (const auto& unit : pipeline.units[kind]) {
        // Renaming, the load or the store does it, where no port is named.
        const auto which = static_cast<OperationKind>(kind);
        const bool renamed = which == OperationKind::kZeroExtend ||
                             which == OperationKind::kSignExtend ||
                             which == OperationKind::kStoreNumber;
        EXPECT_EQ(unit.mask == 0, renamed && id != "zen-4") << id << " " << kind;
        EXPECT_GE(unit.latency, unit.mask == 0 ? 0 : 1) << id << " " << kind;
      }
    }
    EXPECT_NE(pipeline.load_mask, 0u);
    EXPECT_NE(pipeline.data_mask, 0u);
  }
}

TEST(Pipeline, NumbersAndPortsAreThoseOfTheFile) {
  const Pipeline pipeline = read_pipeline(library(), "skylake");
  EXPECT_EQ(pipeline.front.op_width, 6);
  EXPECT_EQ(pipeline.front.op_entries, 256);
  EXPECT_EQ(pipeline.back.scheduler, 97);
  EXPECT_EQ(pipeline.load_mask, 0b1100u);                                         // "23"
  EXPECT_EQ(pipeline.store_mask, 0b10001100u);                                    // "237"
  EXPECT_EQ(pipeline.unit(operation(OperationKind::kInteger)).mask, 0b1100011u);  // "0156"
  EXPECT_EQ(pipeline.unit(operation(OperationKind::kDivide64)).mask, 1u << 13);   // "d"
  EXPECT_EQ(pipeline.unit(operation(OperationKind::kDivide64)).busy, 24);
  EXPECT_EQ(pipeline.unit(operation(OperationKind::kNone)).mask, 0u);
}

TEST(Pipeline, AWidthWithoutATableOfItsOwnIsAsTheNextNarrower) {
  const Pipeline pipeline = read_pipeline(library(), "skylake");
  auto busy = [&](std::uint8_t width) {
    return pipeline.unit(operation(OperationKind::kDivideSingle, width)).busy;
  };
  EXPECT_EQ(busy(0), 3);
  EXPECT_EQ(busy(1), 3);
  EXPECT_EQ(busy(2), 5);
  EXPECT_EQ(busy(3), 10);
  EXPECT_EQ(pipeline.unit(operation(OperationKind::kShuffle, 3)).mask, 1u << 5);
}

TEST(Pipeline, AMissingOperationIsReported) {
  const auto problems = problems_with("shift = { latency = 1, ports = \"06\" }\n", "");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "the operation 'shift' is missing");
}

TEST(Pipeline, APortThatIsNoneIsReportedWithItsLine) {
  const auto problems = problems_with("load_ports = \"23\"", "load_ports = \"2x\"");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "'x' is no port");
  EXPECT_NE(problems[0].place.text.find("2x"), std::string::npos);
}

TEST(Pipeline, AnOperationOfNoKnownNameIsReported) {
  const auto problems = problems_with("mask = { latency = 3, ports = \"05\" }",
                                      "mask = { latency = 3, ports = \"05\" }\n"
                                      "musk = { latency = 3, ports = \"05\" }");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "no operation is called 'musk'");
}

TEST(Pipeline, ANumberOutOfRangeIsReported) {
  EXPECT_EQ(problems_with("walkers = 2", "walkers = 0").size(), 1u);
  EXPECT_EQ(problems_with("retire_width = 4\n", "").size(), 1u);
  EXPECT_TRUE(problems_with("walkers = 2", "walkers = 3").empty());
}

TEST(Pipeline, AnUnknownOneIsAnError) {
  EXPECT_THROW(read_pipeline(library(), "skylark"), InputError);
}

}  // namespace
}  // namespace headroom
