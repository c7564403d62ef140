#include "profile/profile_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "profile/describe.hpp"
#include "profile/test_profile.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

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

/// The same run, as an emulator counted it.
Profile counted_profile() {
  Profile profile = small_profile();
  profile.isa = "ivybridge";
  profile.totals.instructions = 123'456'789'012;
  profile.threads[0].instructions = 123'456'000'000;
  profile.snapshots[0].covered_instructions = 60'000'000;
  return profile;
}

TEST(ProfileFile, KeepsCountsOfInstructionsAndTheInstructionSetShown) {
  const auto bytes = encode_profile(counted_profile());
  EXPECT_EQ(bytes[8], 2);
  const Profile after = decode_profile(bytes, "x");
  EXPECT_EQ(after.isa, "ivybridge");
  EXPECT_EQ(after.totals.instructions, 123'456'789'012u);
  EXPECT_EQ(after.threads[0].instructions, 123'456'000'000u);
  EXPECT_EQ(after.snapshots[0].covered_instructions, 60'000'000u);
  EXPECT_EQ(encode_profile(after), bytes);
}

TEST(ProfileFile, WithoutCountsIsReadByOlderProgramsToo) {
  const auto bytes = encode_profile(small_profile());
  EXPECT_EQ(bytes[8], 1);
  EXPECT_EQ(decode_profile(bytes, "x").totals.instructions, 0u);
  auto second = bytes;
  second[8] = 2;
  EXPECT_EQ(refusal(second), "x.hprof: its part 'INST' is missing");
  auto first = encode_profile(counted_profile());
  first[8] = 1;
  EXPECT_NE(refusal(first).find("it is of an unknown kind"), std::string::npos);
}

TEST(ProfileFile, IsRefusedWhereverItIsCutShort) {
  const auto bytes = encode_profile(counted_profile());
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

TEST(ProfileFile, KeepsWhatTheRecordingMachineWasSharedWith) {
  Profile profile = small_profile();
  profile.host.pace.core = "zen-4";
  const auto before = encode_profile(profile);
  profile.host.pace.l3_others_b_per_s = 1.5e10;
  profile.host.pace.walk_s = 3e-8;
  profile.host.pace.cpuid_s = 4e-6;
  const auto bytes = encode_profile(profile);
  EXPECT_LT(before[8], bytes[8]);  // a file without needs no such new version
  const Profile read = decode_profile(bytes, "x.hprof");
  EXPECT_EQ(read.host.pace.l3_others_b_per_s, 1.5e10);
  EXPECT_EQ(read.host.pace.walk_s, 3e-8);
  EXPECT_EQ(read.host.pace.cpuid_s, 4e-6);
  for (const double no_walk_s : {-1.0, 1.0}) {
    profile.host.pace.walk_s = no_walk_s;
    EXPECT_THROW(decode_profile(encode_profile(profile), "x.hprof"), InputError);
  }
}

TEST(ProfileFile, KeepsRegionsOfCodeAndTheirTimes) {
  Profile profile = small_profile();
  profile.ticks = 250;
  profile.region_s = {0.75, 0.25};
  profile.blocks[1].region = 1;
  const auto bytes = encode_profile(profile);
  EXPECT_EQ(bytes[8], 5);
  const Profile read = decode_profile(bytes, "x.hprof");
  EXPECT_EQ(read.ticks, 250u);
  EXPECT_EQ(read.region_s, profile.region_s);
  EXPECT_EQ(read.blocks[0].region, 0);
  EXPECT_EQ(read.blocks[1].region, 1);
  EXPECT_EQ(encode_profile(read), bytes);
  profile.blocks[1].region = 2;
  EXPECT_NE(refusal(encode_profile(profile)).find("a block is of an unknown region"),
            std::string::npos);
  profile.blocks[1].region = 1;
  profile.region_s = {-1, 1};
  EXPECT_NE(refusal(encode_profile(profile)).find("a region's time is out of its range"),
            std::string::npos);
}

TEST(ProfileFile, KeepsWhetherOthersWorkedOnItsCores) {
  Profile profile = small_profile();
  const auto before = encode_profile(profile);
  profile.own_core = {0.625, 240};
  const auto bytes = encode_profile(profile);
  EXPECT_EQ(bytes[8], 6);
  EXPECT_LT(before[8], 6);
  const Profile read = decode_profile(bytes, "x.hprof");
  EXPECT_EQ(read.own_core, profile.own_core);
  EXPECT_EQ(encode_profile(read), bytes);
  for (const double share : {-0.1, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
    profile.own_core.share = share;
    EXPECT_THROW(decode_profile(encode_profile(profile), "x.hprof"), InputError);
  }
}

TEST(ProfileFile, SaysWhatIsWrongAndWhere) {
  auto bytes = encode_profile(small_profile());
  bytes.push_back(0);
  EXPECT_NE(refusal(bytes).find("x.hprof: something follows its end (byte"), std::string::npos);
  bytes[8] = 9;
  EXPECT_EQ(refusal(bytes), "x.hprof: a profile of version 9; this program reads versions 1 to 6");
  bytes[0] = 'X';
  EXPECT_EQ(refusal(bytes), "x.hprof: this is not a profile");
}

TEST(ProfileFile, RefusesTimesOfWhichASumWouldNotBeFinite) {
  Profile profile = small_profile();
  profile.snapshots.front().covered_s = 1e17;
  EXPECT_EQ(refusal(encode_profile(profile)), "");
  profile.snapshots.front().covered_s = 1e300;
  EXPECT_NE(refusal(encode_profile(profile)).find("beyond 1e18"), std::string::npos);
}

TEST(ProfileFile, CannotBeWrittenWhereThereIsNoFolder) {
  EXPECT_THROW(write_profile(small_profile(), "/no/such/folder/x.hprof"), InputError);
  EXPECT_THROW(read_profile("/no/such/folder/x.hprof"), InputError);
}

class ProfileTarget : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("profile_target." + std::to_string(getpid()));
    fs::create_directory(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string in_folder(const std::string& name) const { return (folder_ / name).string(); }
  std::string with_text(const std::string& name, const std::string& text) const {
    std::ofstream(in_folder(name), std::ios::binary) << text;
    return in_folder(name);
  }

  fs::path folder_;
};

TEST_F(ProfileTarget, IsNothingButAFileThatIsNewOrEmptyOrAProfile) {
  EXPECT_EQ(profile_target(in_folder("new")), in_folder("new"));
  EXPECT_EQ(profile_target(with_text("empty", "")), in_folder("empty"));
  write_profile(small_profile(), in_folder("old"));
  EXPECT_EQ(profile_target(in_folder("old")), in_folder("old"));
  EXPECT_THROW(profile_target(with_text("short", "\x89HP")), InputError);
  EXPECT_THROW(profile_target(with_text("script", "#!/bin/sh\nexit 0\n")), InputError);
  ASSERT_EQ(mkfifo(in_folder("pipe").c_str(), 0600), 0);
  EXPECT_THROW(profile_target(in_folder("pipe")), InputError);
  EXPECT_THROW(profile_target(folder_.string()), InputError);
  EXPECT_THROW(profile_target(""), InputError);
  EXPECT_THROW(profile_target("-"), InputError);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 5);  // no draft, no "new"
}

TEST_F(ProfileTarget, LiesBehindLinks) {
  fs::create_symlink("second", in_folder("first"));
  fs::create_symlink("new", in_folder("second"));
  EXPECT_EQ(profile_target(in_folder("first")), in_folder("new"));
  write_profile(small_profile(), in_folder("new"));
  EXPECT_EQ(profile_target(in_folder("first")), in_folder("new"));
  ASSERT_EQ(mkfifo(in_folder("pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe", in_folder("to_pipe"));
  EXPECT_THROW(profile_target(in_folder("to_pipe")), InputError);
  fs::create_symlink("round", in_folder("round"));
  EXPECT_THROW(profile_target(in_folder("round")), InputError);
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

TEST(Describe, TellsWhichInstructionSetWasShownAndHowManyInstructionsRan) {
  const std::string text = describe(counted_profile());
  EXPECT_NE(text.find("the instruction set 'ivybridge'"), std::string::npos);
  EXPECT_NE(text.find("123,456,789,012 in all, counted"), std::string::npos);
  EXPECT_EQ(describe(small_profile()).find("counted"), std::string::npos);
}

TEST(Describe, IsSafeOnATerminalWhateverTheFileSays) {
  Profile profile = small_profile();
  profile.command = {"demo", "\x1b[2J"};
  profile.recorded_at = profile.host.processor = "\x1b]0;";
  profile.threads[0].name = profile.snapshots[0].program = "a\rb";
  profile.totals.wall_s = std::numeric_limits<double>::denorm_min();
  const std::string text = describe(profile);
  EXPECT_EQ(text.find_first_of("\x1b\r"), std::string::npos);
  EXPECT_NE(text.find("demo \\x1b[2J"), std::string::npos);
  EXPECT_EQ(text.find(" inf"), std::string::npos);
}

}  // namespace
}  // namespace headroom
