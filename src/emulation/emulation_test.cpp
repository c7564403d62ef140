#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "emulation/follower.hpp"
#include "emulation/snapshot_plan.hpp"
#include "profile/part_reader.hpp"

namespace headroom::emulation {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Instructions put together as the emulator hands them over.
const Translation& add(CodeTable& table, std::uint64_t address, const std::vector<Bytes>& code) {
  Bytes all, sizes;
  for (const auto& instruction : code) {
    all.insert(all.end(), instruction.begin(), instruction.end());
    sizes.push_back(static_cast<std::uint8_t>(instruction.size()));
  }
  return *table.add(address, all, sizes);
}

const Bytes kNop = {0x90};
const Bytes kJump = {0xeb, 0xfe};
const Bytes kAddToMemory = {0x48, 0x01, 0x03};     // add [rbx], rax
const Bytes kPushMemory = {0xff, 0x33};            // push [rbx]
const Bytes kMoveText = {0xf3, 0xa4};              // rep movsb
const Bytes kPrefetch = {0x0f, 0x18, 0x0b};        // prefetcht0 [rbx]
const Bytes kLoadWide = {0xc5, 0xfe, 0x6f, 0x03};  // vmovdqu ymm0, [rbx]

class Code : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(table_.prepare()); }
  CodeTable table_;
};

TEST_F(Code, IsFoundAgainUnlessItChanged) {
  const Translation& first = add(table_, 0x1000, {kNop, kJump});
  EXPECT_EQ(&add(table_, 0x1000, {kNop, kJump}), &first);
  EXPECT_NE(&add(table_, 0x2000, {kNop, kJump}), &first);
  EXPECT_NE(&add(table_, 0x1000, {kJump, kNop}), &first);
  EXPECT_EQ(first.instructions, 2u);
  EXPECT_EQ(table_.recording().blocks[first.first_block].end, BlockEnd::kJump);
}

TEST_F(Code, IsCutIntoBlocksOfTheLengthThatARecorderMakes) {
  std::vector<Bytes> code(150, kNop);
  code.back() = kAddToMemory;
  const Translation& long_one = add(table_, 0x1000, code);
  ASSERT_EQ(long_one.blocks, 3u);
  const PartBlock& last = table_.recording().blocks[long_one.first_block + 2];
  EXPECT_EQ(last.address, 0x1000u + 128);
  EXPECT_EQ(last.instructions, 22);
  EXPECT_EQ(last.bytes, 21 + 3);
  ASSERT_EQ(last.sites, 1);
  EXPECT_EQ(table_.recording().sites[last.first_site].instruction, 21);
  EXPECT_EQ(table_.recording().sites[last.first_site].kind, kLoads | kStores);
}

TEST_F(Code, HasNoSitesForPrefetchesWhichTheEmulatorLeavesOut) {
  const Translation& made = add(table_, 0x1000, {kPrefetch, kLoadWide});
  EXPECT_EQ(made.users, 1u);
  EXPECT_EQ(table_.user(made.first_user).instruction, 1u);
}

TEST_F(Code, KnowsWhereItRepeats) {
  EXPECT_EQ(add(table_, 0x1000, {kNop, kMoveText}).repeats_at, 0x1001u);
  EXPECT_EQ(add(table_, 0x2000, {kMoveText, kNop}).repeats_at, kNowhere);
}

/// Follows code by hand and reads the part that this leaves.
class Followed : public Code {
 protected:
  void SetUp() override {
    Code::SetUp();
    folder_ = std::filesystem::path(testing::TempDir()) / ("followed." + std::to_string(getpid()));
    std::filesystem::create_directory(folder_);
    const std::string name = folder_.string();
    name.copy(control_.folder, kFolderBytes - 1);
    control_.warm_instructions = 0;
    control_.window_instructions = 6;
    ASSERT_TRUE(follower_->begin(control_, table_, {}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  RawPart part() {
    follower_->end(EndReason::kExit, 0);
    auto read = read_part((folder_ / "0.part").string());
    EXPECT_TRUE(read.has_value());
    return read.value_or(RawPart());
  }
  void use(const Translation& code, unsigned user, std::uint64_t address, bool stores) {
    follower_->use(table_.user(code.first_user + user), address, stores);
  }

  std::filesystem::path folder_;
  ControlPage control_;
  std::unique_ptr<Follower> follower_ = std::make_unique<Follower>();
};

TEST_F(Followed, LoadAndStoreOfOneOperandAreOneAccess) {
  const Translation& code = add(table_, 0x1000, {kAddToMemory, kLoadWide, kPushMemory, kJump});
  follower_->run(code);
  use(code, 0, 0x5000, false);
  use(code, 0, 0x5000, true);
  for (const std::uint64_t piece : {0u, 8u, 16u, 24u}) use(code, 1, 0x6000 + piece, false);
  use(code, 2, 0x7000, false);
  use(code, 2, 0x8000, true);
  const RawPart got = part();
  EXPECT_EQ(got.header.instructions, 4u);
  ASSERT_EQ(got.accesses.size(), 4u);
  const std::uint64_t expected[] = {0x5000, 0x6000, 0x7000, 0x8000};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(got.accesses[i].address, expected[i]);
  EXPECT_EQ(got.accesses[0].kind, kLoads | kStores);
  EXPECT_EQ(got.accesses[1].bytes, 32);
  EXPECT_EQ(got.accesses[3].kind, kStores);
  EXPECT_EQ(got.header.reason, EndReason::kExit);
}

TEST_F(Followed, RepetitionsAreOneInstructionAndItsRange) {
  const Translation& whole = add(table_, 0x1000, {kNop, kMoveText});
  const Translation& again = add(table_, 0x1001, {kMoveText});
  const Translation& after = add(table_, 0x1003, {kNop, kJump});
  follower_->run(whole);
  for (std::uint64_t i = 0; i < 200; ++i) {
    if (i > 0) follower_->run(again);
    use(i > 0 ? again : whole, 0, 0x5000 + i, false);
    use(i > 0 ? again : whole, 0, 0x9000 + i, true);
  }
  follower_->run(after);
  const RawPart got = part();
  EXPECT_EQ(got.header.instructions, 4u);
  // 200 bytes from each start: 64 bytes further, and again, and again.
  EXPECT_EQ(got.accesses.size(), 8u);
  EXPECT_EQ(got.blocks.size(), 2u);
}

TEST_F(Followed, AnOperandWithoutAnAddressTakesItsLast) {
  const Translation& code = add(table_, 0x1000, {kAddToMemory, kJump});
  follower_->run(code);
  use(code, 0, 0x5000, false);
  follower_->run(code);
  follower_->run(code);
  use(code, 0, 0x6000, false);
  const RawPart got = part();
  ASSERT_EQ(got.accesses.size(), 3u);
  EXPECT_EQ(got.accesses[1].address, 0x5000u);
  EXPECT_EQ(got.accesses[2].address, 0x6000u);
}

TEST_F(Followed, APartHoldsOnlyTheCodeOfItsWindows) {
  add(table_, 0x1000, {kNop, kNop, kJump});
  const Translation& used = add(table_, 0x2000, {kNop, kAddToMemory, kJump});
  follower_->run(used);
  use(used, 0, 0x5000, true);
  const RawPart got = part();
  ASSERT_EQ(got.blocks.size(), 1u);
  EXPECT_EQ(got.blocks[0].address, 0x2000u);
  EXPECT_EQ(got.code.size(), 6u);
  EXPECT_EQ(got.sites.size(), 1u);
}

TEST(SnapshotPlan, BeginsAtOnceAndThenEverMoreSeldom) {
  SnapshotPlan plan;
  std::uint64_t instructions = 0;
  std::vector<std::uint64_t> began;
  for (; instructions < 100'000'000'000; instructions += 10'000'000) {
    if (!plan.due(instructions)) continue;
    began.push_back(instructions);
    instructions += 60'000'000;
    plan.ended(instructions);
  }
  EXPECT_EQ(began[0], 0u);
  EXPECT_NEAR(static_cast<double>(began[1]), 310e6, 63e6 + 10e6);
  EXPECT_GE(began.size(), 30u);
  EXPECT_LE(began.size(), 60u);
  EXPECT_GT(began.back() - began[began.size() - 2], 2'000'000'000u);
}

}  // namespace
}  // namespace headroom::emulation
