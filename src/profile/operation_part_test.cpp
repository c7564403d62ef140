#include "profile/operation_part.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "profile/describe.hpp"
#include "profile/instruction_facts.hpp"
#include "profile/instruction_mix.hpp"
#include "profile/profile_file.hpp"
#include "profile/test_profile.hpp"

namespace headroom {
namespace {

/// small_profile() with a table made by hand in place of its code.
Profile table_profile() {
  Profile profile = small_profile();
  for (auto& block : profile.blocks) block.code.clear();
  OperationTable table;
  Operation load;
  load.loads = load.scaled = true;
  load.width = 2;
  load.length = 3;
  load.targets = load.addresses = 1;
  load.target[0] = 0;
  load.address[0] = 3;
  Operation jump;
  jump.kind = OperationKind::kBranch;
  jump.may_fuse = true;
  jump.length = 2;
  jump.sources = 1;
  jump.source[0] = kFlags;
  Operation store;
  store.kind = OperationKind::kString;
  store.stores = store.repeats = true;
  store.length = 2;
  Operation back;
  back.kind = OperationKind::kReturn;
  back.loads = back.stack = true;
  back.length = 1;
  table.instructions = {{load, {MixGroup::kMove, 0, 3, ""}},
                        {jump, {MixGroup::kBranch, 0, 2, ""}},
                        {store, {MixGroup::kInteger, 0, 2, ""}},
                        {back, {MixGroup::kCallReturn, 0, 1, "FUTURE"}}};
  table.blocks = {{5, {0, 1}}, {3, {2, 3}}};
  profile.operations = table;
  return profile;
}

std::vector<std::uint8_t> written(const Profile& profile) {
  ByteWriter out;
  write_operations(out, profile);
  return out.bytes();
}

/// What reading the part says of these bytes, "" for nothing.
std::string refusal(const std::vector<std::uint8_t>& bytes, Profile profile = table_profile()) {
  ByteReader in(bytes, "x.hprof", "OPER");
  profile.operations.reset();
  try {
    read_operations(in, profile);
    in.expect_end();
  } catch (const InputError& error) {
    return error.problems().front().what;
  }
  return "";
}

bool says(const std::string& text, std::string_view what) {
  return text.find(what) != std::string::npos;
}

TEST(OperationPart, GivesBackTheTable) {
  const Profile before = table_profile();
  const auto bytes = encode_profile(before);
  EXPECT_EQ(bytes[8], 3);  // the version
  const Profile after = decode_profile(bytes, "x");
  ASSERT_TRUE(after.stripped());
  EXPECT_EQ(*after.operations, *before.operations);
  EXPECT_EQ(after.blocks, before.blocks);
  EXPECT_EQ(encode_profile(after), bytes);
}

TEST(OperationPart, IsRefusedWhereverItIsCutShort) {
  const auto bytes = written(table_profile());
  EXPECT_EQ(refusal(bytes), "");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(refusal({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}), "")
        << size;
  }
}

TEST(OperationPart, RefusesNumbersOutOfTheirRange) {
  const auto with = [](auto change) {
    Profile profile = table_profile();
    change(*profile.operations);
    return refusal(written(profile));
  };
  using Table = OperationTable;
  EXPECT_TRUE(
      says(with([](Table& t) { t.blocks[1].instructions[0] = 4; }), "instruction's number"));
  EXPECT_TRUE(says(with([](Table& t) { t.blocks[1].bytes = 2; }), "longer than the block"));
  EXPECT_TRUE(says(with([](Table& t) { t.blocks[1].bytes = 4097; }), "a block's size"));
  EXPECT_TRUE(says(with([](Table& t) { t.instructions[0].operation.width = 16; }), "width"));
  EXPECT_TRUE(says(with([](Table& t) { t.instructions[0].operation.target[0] = 64; }), "register"));
  EXPECT_TRUE(says(with([](Table& t) { t.instructions[0].facts.width = 4; }), "width"));
  EXPECT_TRUE(says(with([](Table& t) { t.instructions[0].facts.length = 16; }), "length"));
  EXPECT_TRUE(says(with([](Table& t) { t.instructions[0].facts.length = 0; }), "no length"));
  EXPECT_TRUE(says(with([](Table& t) { t.instructions[0].facts.group = MixGroup{8}; }), "group"));
}

TEST(OperationPart, RefusesKindsThatItDoesNotKnow) {
  auto bytes = written(table_profile());
  ASSERT_EQ(bytes[1], 4);  // the length of "none", the first kind's name
  bytes[2] = 'N';
  EXPECT_TRUE(says(refusal(bytes), "a kind of operation is unknown"));
}

TEST(OperationPart, RefusesCodeBesideIt) {
  EXPECT_TRUE(says(refusal(written(table_profile()), small_profile()), "there is code"));
}

TEST(OperationPart, StandsOnceAndBehindTheBlocks) {
  Profile plain = small_profile();
  for (auto& block : plain.blocks) block.code.clear();
  auto bytes = encode_profile(table_profile());
  bytes[8] = 2;
  try {
    decode_profile(bytes, "x.hprof");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_TRUE(says(error.problems().front().what, "unknown kind"));
  }
}

TEST(InstructionMix, OfATableIsThatOfTheCode) {
  const InstructionMix code = instruction_mix(small_profile());
  const InstructionMix table = instruction_mix(table_profile());
  EXPECT_EQ(code.move, table.move);
  EXPECT_EQ(code.branch, table.branch);
  EXPECT_EQ(code.integer, table.integer);
  EXPECT_EQ(code.call_return, table.call_return);
  EXPECT_EQ(code.load, table.load);
  EXPECT_EQ(code.store, table.store);
  EXPECT_EQ(table.sets.at("FUTURE"), 0.25);
}

TEST(InstructionMix, KnowsGroupWidthLengthAndSetOfInstructions) {
  CodeBlock block;
  block.code = {0x48, 0x0f, 0xaf, 0xc0,  // imul rax, rax
                0xc5, 0xfd, 0xfe, 0xc1,  // vpaddd ymm0, ymm0, ymm1
                0xf2, 0x0f, 0x58, 0xc1,  // addsd xmm0, xmm1
                0x06};                   // not in 64-bit code
  const std::vector<InstructionFacts> expected = {{MixGroup::kMultiplyDivide, 0, 4, ""},
                                                  {MixGroup::kVectorInteger, 2, 4, "AVX2"},
                                                  {MixGroup::kFloating, 1, 4, ""}};
  EXPECT_EQ(instruction_facts(block), expected);
}

TEST(Describe, SaysThatAProfileIsStripped) {
  EXPECT_TRUE(says(describe(table_profile()), "Stripped: "));
  EXPECT_FALSE(says(describe(small_profile()), "Stripped"));
}

}  // namespace
}  // namespace headroom
