#include "profile/profile_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstdio>
#include <string>

#include "base/error.hpp"
#include "profile/describe.hpp"
#include "profile/test_profile.hpp"

namespace headroom {
namespace {

std::string refusal(std::span<const std::uint8_t> bytes) {
  try {
    decode_profile(bytes, "x.hprof");
  } catch (const InputError& error) {
    return error.problems().front().what;
  }
  return "";
}

TEST(ProfileFile, GivesBackAllThatWasWritten) {
  const Profile before = small_profile();
  const Profile after = decode_profile(encode_profile(before), "x");
  EXPECT_EQ(after.command, before.command);
  EXPECT_EQ(after.host.features, before.host.features);
  EXPECT_EQ(after.host.caches[0].size_b, 32768u);
  EXPECT_EQ(after.totals.exit_status, 143);
  EXPECT_DOUBLE_EQ(after.totals.wall_s, 2.5);
  ASSERT_EQ(after.timeline.size(), 1u);
  EXPECT_EQ(after.timeline[0].written_b, 50u);
  EXPECT_EQ(after.threads[0].name, "worker");
  EXPECT_EQ(after.blocks, before.blocks);
  ASSERT_EQ(after.snapshots.size(), 1u);
  const Snapshot &s = after.snapshots[0], &expected = before.snapshots[0];
  EXPECT_EQ(s.program, "/usr/bin/demo");
  EXPECT_EQ(s.data_reuse, expected.data_reuse);
  EXPECT_EQ(s.code_reuse, expected.code_reuse);
  EXPECT_EQ(s.branches.taken, 1u);
  ASSERT_EQ(s.windows.size(), 1u);
  EXPECT_EQ(s.windows[0].accesses, expected.windows[0].accesses);
  EXPECT_EQ(s.windows[0].events[1].accesses, 4u);
  EXPECT_EQ(s.windows[0].events[1].missed, 5);
  EXPECT_EQ(s.windows[0].first_instruction, 50'000'000u);
}

TEST(ProfileFile, IsTheSameWhenWrittenAgain) {
  const auto bytes = encode_profile(small_profile());
  EXPECT_EQ(encode_profile(decode_profile(bytes, "x")), bytes);
}

TEST(ProfileFile, IsRefusedWhereverItIsCutShort) {
  const auto bytes = encode_profile(small_profile());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(refusal(std::span(bytes).first(size)), "") << size << " of " << bytes.size();
  }
}

TEST(ProfileFile, IsRefusedWhenAnyByteChanges) {
  auto bytes = encode_profile(small_profile());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i >= 12 && i < 16) continue;  // reserved
    bytes[i] ^= 0x10;
    EXPECT_NE(refusal(bytes), "") << "byte " << i;
    bytes[i] ^= 0x10;
  }
  EXPECT_EQ(refusal(bytes), "");
}

TEST(ProfileFile, SaysWhatIsWrongAndWhere) {
  auto bytes = encode_profile(small_profile());
  bytes.push_back(0);
  EXPECT_NE(refusal(bytes).find("x.hprof: something follows its end (byte"), std::string::npos);
  bytes[8] = 9;
  EXPECT_EQ(refusal(bytes), "x.hprof: a profile of version 9; this program reads version 1");
  bytes[0] = 'X';
  EXPECT_EQ(refusal(bytes), "x.hprof: this is not a profile");
}

TEST(ProfileFile, CannotBeWrittenWhereThereIsNoFolder) {
  EXPECT_THROW(write_profile(small_profile(), "/no/such/folder/x.hprof"), InputError);
  EXPECT_THROW(read_profile("/no/such/folder/x.hprof"), InputError);
}

TEST(ByteStream, ChecksumIsTheOneOfTheStandard) {
  // RFC 3720, appendix B.4: 32 bytes of zeros, and of ones.
  EXPECT_EQ(crc32c(std::vector<std::uint8_t>(32, 0)), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::vector<std::uint8_t>(32, 0xff)), 0x62a8ab43u);
}

RC_GTEST_PROP(ByteStream, GivesBackAnyNumber, (std::uint64_t a, std::int64_t b, std::string c)) {
  ByteWriter out;
  out.number(a);
  out.signed_number(b);
  out.text(c);
  ByteReader in(out.bytes(), "x", "part");
  RC_ASSERT(in.number() == a);
  RC_ASSERT(in.signed_number() == b);
  RC_ASSERT(in.text() == c);
  in.expect_end();
}

TEST(Describe, TellsWhatTheProfileHolds) {
  const std::string text = describe(small_profile());
  EXPECT_NE(text.find("demo --size 7"), std::string::npos);
  EXPECT_NE(text.find("wall time        2.50 s, exit status 143"), std::string::npos);
  EXPECT_NE(text.find("1.80 processors busy"), std::string::npos);  // 4.5 s in 2.5 s
  EXPECT_NE(text.find("worker"), std::string::npos);
  // Four instructions, two with a load: mov and ret.
  EXPECT_NE(text.find("memory: 50 % load, 25 % store"), std::string::npos);
  EXPECT_NE(describe(Profile{}), "");
}

}  // namespace
}  // namespace headroom
