#include "replay/strip_profile.hpp"

#include <gtest/gtest.h>

#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "profile/instruction_mix.hpp"
#include "profile/profile_file.hpp"
#include "profile/renumber.hpp"
#include "profile/test_profile.hpp"
#include "profile/thin.hpp"
#include "replay/load_path.hpp"
#include "replay/replayed_code.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

const Library& library() {
  static const Library kBuiltIn;
  return kBuiltIn;
}

/// Loads and stores near and far, vectors, multiplications, comparisons with jumps.
Profile mixture() {
  const std::vector<std::uint8_t> code = {0x48, 0x8b, 0x0a,        // mov rcx, [rdx]
                                          0x48, 0x0f, 0xaf, 0xc1,  // imul rax, rcx
                                          0xc5, 0xfd, 0xfe, 0xc1,  // vpaddd ymm0, ymm0, ymm1
                                          0xc4, 0xe2, 0x7d, 0xb8,
                                          0xd1,              // vfmadd231ps ymm2, ymm0, ymm1
                                          0x48, 0x89, 0x06,  // mov [rsi], rax
                                          0x31, 0xdb,        // xor ebx, ebx
                                          0x48, 0x89, 0xc7,  // mov rdi, rax
                                          0x48, 0x39, 0xf7,  // cmp rdi, rsi
                                          0x75, 0x00};       // jne
  TestWindow test(code, 9, 1, 3000);
  for (auto& block : test.profile.blocks) block.sites = {{0, kLoads, 8}, {4, kStores, 8}};
  for (std::size_t event = 0; event < 3000; ++event) {
    const auto bucket = static_cast<std::uint8_t>(90 * chance_draw(1, event));
    const auto place = static_cast<std::uint64_t>(4e7 * chance_draw(2, event)) * 8;
    const std::uint64_t from = event % 2 == 0 ? 0x5555'0000'0000 : 0x7fff'0000'0000;
    test.use(event, 0, from + place, kLoads, event % 9 == 0 ? kFirstTouch : bucket, bucket / 2);
    test.use(event, 4, 0x6000'0000'0000 + event * 64, kStores, bucket, bucket / 2);
    if (event % 23 == 7) test.window.events[event].missed = 7;
    if (event % 3 == 0) test.window.events[event].block = event / 2 % 3000;  // a jump
    test.window.events[event].code_reuse = bucket;
  }
  Profile profile;
  add_snapshot(profile, test, 1);
  profile.totals.user_s = 1;
  profile.totals.faults_minor = 1000;
  return profile;
}

/// A Zen 4, on which many recordings are made.
RecordingHost zen_4() {
  RecordingHost host{read_processor(library(), "xeon-w-2140b"), 4e9};
  host.processor.microarchitecture = read_microarchitecture(library(), "zen-4");
  return host;
}

ReplayedCode code_of(Profile profile) {
  renumber_addresses(profile);  // as whoever opens a recording does
  return {library(), std::make_shared<const Profile>(std::move(profile)), zen_4()};
}

/// A profile from a file, so that what is written is what is meant.
Profile through_file(const Profile& profile) {
  return decode_profile(encode_profile(profile), "x");
}

Profile stripped(Profile profile) {
  strip_profile(profile);
  return through_file(profile);
}

TEST(StripProfile, ReplayGivesTheSameCyclesToTheLastBitOnEveryProcessor) {
  const ReplayedCode whole = code_of(mixture()), less = code_of(stripped(mixture()));
  EXPECT_EQ(whole.host().cpi, less.host().cpi);  // Zen 4
  EXPECT_GT(whole.host().cpi, 0.3);
  int compared = 0;
  for (const auto& id : library().ids("processors")) {
    const Processor processor = read_processor(library(), id);
    if (processor.microarchitecture.pipeline.empty()) continue;
    const auto a = whole.account(processor).mean, b = less.account(processor).mean;
    for (const auto member :
         {&ReplayCounts::cycles, &ReplayCounts::base, &ReplayCounts::branch, &ReplayCounts::code,
          &ReplayCounts::pages, &ReplayCounts::l2, &ReplayCounts::l3, &ReplayCounts::memory,
          &ReplayCounts::l1_misses, &ReplayCounts::fetched_ahead, &ReplayCounts::operations}) {
      EXPECT_EQ(a.*member, b.*member) << id;
    }
    ++compared;
  }
  EXPECT_GE(compared, 7);
}

TEST(StripProfile, KeepsTheOperationsOfEveryBlock) {
  for (Profile whole : {mixture(), small_profile()}) {
    drop_unused_blocks(whole);
    const Profile less = stripped(whole);
    const auto before = decode_blocks(whole), after = decode_blocks(less);
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
      EXPECT_EQ(after[i].bytes, before[i].bytes);
      EXPECT_EQ(after[i].string, before[i].string);
      ASSERT_EQ(after[i].operations.size(), before[i].operations.size());
      for (std::size_t k = 0; k < before[i].operations.size(); ++k) {
        EXPECT_EQ(after[i].operations[k].kind, before[i].operations[k].kind);
        EXPECT_EQ(after[i].operations[k].sources, before[i].operations[k].sources);
        EXPECT_EQ(after[i].operations[k].fused, before[i].operations[k].fused);
      }
    }
  }
}

TEST(StripProfile, TheInstructionMixStays) {
  const InstructionMix a = instruction_mix(mixture()), b = instruction_mix(stripped(mixture()));
  EXPECT_EQ(a.move, b.move);
  EXPECT_EQ(a.multiply_divide, b.multiply_divide);
  EXPECT_EQ(a.width_256, b.width_256);
  EXPECT_EQ(a.sets, b.sets);
  EXPECT_GT(a.width_256, 0.2);
}

TEST(StripProfile, LeavesNoCodeNoArgumentsNoFoldersAndNoNumbersOfProcesses) {
  Profile profile = small_profile();
  profile.command = {"/home/someone/demo", "--secret", "7"};
  profile.snapshots[0].program = "/home/someone/demo";
  profile.host.kernel = "Linux 6.1.0-custom";
  profile.observed.device_sent_b = 5;
  profile = stripped(profile);
  EXPECT_EQ(profile.command, std::vector<std::string>{"demo"});
  EXPECT_EQ(profile.snapshots[0].program, "demo");
  EXPECT_EQ(profile.recorded_at, "2024-01-02");
  EXPECT_EQ(profile.host.kernel, "Linux");
  EXPECT_EQ(profile.observed.device_sent_b, 0u);
  EXPECT_EQ(profile.threads[0].process, 1);
  EXPECT_EQ(profile.threads[0].thread, 2);
  EXPECT_EQ(profile.snapshots[0].thread, 2);
  EXPECT_EQ(profile.threads[0].name, "worker");
  for (const auto& block : profile.blocks) {
    EXPECT_TRUE(block.code.empty());
    EXPECT_LT(block.address, 16u * 4096);
  }
  for (const auto& access : profile.snapshots[0].windows[0].accesses) {
    EXPECT_LT(access.address, std::uint64_t{16} << 21);
  }
}

TEST(StripProfile, ChangesNothingTheSecondTime) {
  for (Profile profile : {mixture(), small_profile()}) {
    strip_profile(profile);
    const auto once = encode_profile(profile);
    strip_profile(profile);
    EXPECT_EQ(encode_profile(profile), once);
  }
}

}  // namespace
}  // namespace headroom
