#include "replay/replayed_code.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "base/error.hpp"
#include "compute/core_model.hpp"
#include "compute/parts.hpp"
#include "replay/load_path.hpp"
#include "replay/recording.hpp"
#include "replay/test_window.hpp"

namespace headroom {
namespace {

const Library& library() {
  static const Library kBuiltIn;
  return kBuiltIn;
}

/// A Skylake-SP, at its clock with one core awake.
RecordingHost host() {
  RecordingHost host{read_processor(library(), "xeon-w-2140b"), 0};
  host.clock_hz = turbo_limit_hz(host.processor, 1, VectorLevel::scalar);
  return host;
}

/// Three seconds of additions that wait for each other and one of such multiplications.
Profile chains() {
  Profile profile;
  add_snapshot(profile, TestWindow(kAddChain, 1), 3);
  add_snapshot(profile, TestWindow(kMultiplyChain, 1), 1);
  return profile;
}

/// Loads whose data lie at all distances, and a misprediction now and then.
Profile mixture() {
  // mov rcx, [rdx]; add rax, rcx; cmp rdi, rsi; jne
  TestWindow test({0x48, 0x8b, 0x0a, 0x48, 0x01, 0xc8, 0x48, 0x39, 0xf7, 0x75, 0x00}, 4, 1, 3000);
  for (std::size_t event = 0; event < 3000; ++event) {
    const auto bucket = static_cast<std::uint8_t>(90 * chance_draw(1, event));
    const auto place = static_cast<std::uint64_t>(1e7 * chance_draw(2, event)) * 8;
    test.use(event, 0, 0x10000000 + place, kLoads, bucket, bucket / 2);
    if (event % 23 == 7) test.window.events[event].missed = 7;
  }
  Profile profile;
  add_snapshot(profile, test, 1);
  return profile;
}

std::shared_ptr<const ReplayedCode> code_of(Profile profile) {
  return std::make_shared<const ReplayedCode>(
      library(), std::make_shared<const Profile>(std::move(profile)), host());
}

double sum(const CodeTerms& t) {
  return t.base + t.branch + t.l2 + t.l3_waits + t.memory_waits;
}

TEST(ReplayedCode, SnapshotsStandForTheTimeTheyCover) {
  const auto code = code_of(chains());
  // In 3 s of one cycle each and 1 s of three: 3 f + f / 3 instructions in 4 f cycles.
  EXPECT_NEAR(code->host().cpi, 4 / (3 + 1.0 / 3), 0.01);
  EXPECT_NEAR(code->host_instr_per_s(), host().clock_hz / 1.2, 0.01 * host().clock_hz);
  ASSERT_EQ(code->host().snapshots.size(), 2u);
  EXPECT_DOUBLE_EQ(code->host().snapshots[0].share, 0.75);
  EXPECT_NEAR(code->host().mean.cycles, code->host().cpi, 1e-9);
}

TEST(ReplayedCode, HostThreadsThatShareACoreExecuteLessEach) {
  RecordingHost two = host();
  two.processor.cores = 1;
  two.processor.threads_per_core = 2;
  Profile chain;
  add_snapshot(chain, TestWindow(kAddChain, 1), 1);
  const ReplayedCode code(library(), std::make_shared<const Profile>(std::move(chain)), two);
  const double width = two.processor.microarchitecture.core.width;
  // A chain of additions fills one slot of so many; the second thread, what that leaves.
  const double pair = width * (1 - std::pow(1 - 1 / width, 2));
  EXPECT_NEAR(code.host_instr_per_s(2), two.clock_hz * pair / 2, 0.01 * two.clock_hz);
  EXPECT_LT(code.host_instr_per_s(2), 0.95 * code.host_instr_per_s(1));
  EXPECT_EQ(code.host_instr_per_s(16), code.host_instr_per_s(2)) << "no more run at a time";
  EXPECT_EQ(code.host_instr_per_s(0), code.host_instr_per_s());
}

TEST(ReplayedCode, HostThreadsOnCoresOfTheirOwnShareTheThirdCache) {
  const auto code = code_of(mixture());
  const double one = code->host_instr_per_s(1), four = code->host_instr_per_s(4);
  EXPECT_LT(four, one);
  EXPECT_GT(four, 0.5 * one);
  const auto chain = code_of(chains());
  EXPECT_NEAR(chain->host_instr_per_s(4), chain->host_instr_per_s(1),
              1e-9 * chain->host_instr_per_s(1));
}

TEST(ReplayedCode, AnEqualProcessorHasTheHostsCycles) {
  for (const auto& profile : {chains(), mixture()}) {
    const auto code = code_of(profile);
    const auto account = code->account(host().processor, host().clock_hz);
    EXPECT_NEAR(account.cpi, code->host().cpi, 1e-9 * account.cpi);
    EXPECT_NEAR(account.mean.mispredicts, code->host().mean.mispredicts, 1e-12);
  }
}

TEST(ReplayedCode, TheCoreModelGivesTheHostsPaceOnTheHost) {
  Character character;
  character.code = code_of(mixture());
  MemorySystem memory;
  memory.capacity_b = 32e9;
  memory.modules = 4;
  memory.rate_hz = 2666e6;
  memory.channels = 4;
  memory.load_exponent = 0;  // as far away at any load
  const auto rate =
      CoreModel(host().processor, memory).rate(character, 1, host().clock_hz).instr_per_s;
  const auto pace = code_of(mixture())->host_instr_per_s();
  EXPECT_NEAR(rate, pace, 1e-6 * pace);
}

TEST(ReplayedCode, WhatWasExecutedHereIsExecutedThere) {
  Profile profile;
  add_snapshot(profile, TestWindow(kAddChain, 1), 1);
  add_snapshot(profile, TestWindow(kDivideChain, 1), 1);
  const auto code = code_of(std::move(profile));
  // A second of each on Skylake: f additions and f / 42 divisions. On Ivy Bridge
  // a division takes 60 cycles: f + 60 / 42 f cycles in all.
  const auto there = code->account(read_processor(library(), "xeon-e5-1680v2"));
  EXPECT_NEAR(there.cpi / code->host().cpi, (1 + 60.0 / 42) / 2, 0.02);
}

TEST(ReplayedCode, TermsAreTheAccountInTheModelsWords) {
  const auto code = code_of(mixture());
  const auto account = code->account(host().processor, 0, 1, 1);
  const CodeTerms terms = code->on(host().processor, 1, 1);
  EXPECT_DOUBLE_EQ(terms.base + terms.branch + terms.l2 + terms.l3_waits * account.core.l3_cycles +
                       terms.memory_waits * account.core.memory_cycles,
                   account.cpi);
  EXPECT_GT(terms.branch, 0);
  EXPECT_GT(terms.memory_waits, 0);
  EXPECT_GE(terms.memory_lines, terms.memory_waits);
}

TEST(ReplayedCode, CrowdsMissMore) {
  const auto code = code_of(mixture());
  const auto alone = code->on(host().processor, 1, 1);
  const auto crowd = code->on(host().processor, 8, 1);
  const auto pairs = code->on(host().processor, 16, 2);
  EXPECT_GT(crowd.memory_lines, alone.memory_lines);
  EXPECT_GT(pairs.memory_lines, crowd.memory_lines);
}

TEST(ReplayedCode, AChangedProcessorOfTheSameNameIsAnother) {
  const auto code = code_of(mixture());
  Processor p = host().processor;
  const double before = code->on(p, 1, 1).branch;
  p.microarchitecture.core.mispredict_cycles *= 2;
  EXPECT_GT(code->on(p, 1, 1).branch, 1.1 * before);
  p = host().processor;
  const double lines = code->on(p, 1, 1).memory_lines;
  p.l3_b *= 4;
  EXPECT_LT(code->on(p, 1, 1).memory_lines, lines);
  p = host().processor;
  const double waits = code->on(p, 1, 1).memory_waits;
  p.microarchitecture.core.fill_buffers = 2;
  EXPECT_GT(code->on(p, 1, 1).memory_waits, 1.1 * waits);
}

TEST(ReplayedCode, ManyAskersGetTheSameBits) {
  const auto alone = code_of(mixture());
  const CodeTerms expected = alone->on(host().processor, 4, 1);
  const auto code = code_of(mixture());
  std::vector<CodeTerms> found(6);
  {
    std::vector<std::jthread> askers;
    for (auto& terms : found) {
      askers.emplace_back([&] { terms = code->on(host().processor, 4, 1); });
    }
  }
  for (const auto& terms : found) {
    EXPECT_EQ(sum(terms), sum(expected));
    EXPECT_EQ(terms.memory_lines, expected.memory_lines);
  }
}

TEST(ReplayedCode, AProcessorWithoutAPipelineIsAnError) {
  const auto code = code_of(chains());
  Processor p = host().processor;
  p.microarchitecture.pipeline = "";
  EXPECT_THROW(code->on(p, 1, 1), ModelError);
  p.microarchitecture.pipeline = "skylark";
  EXPECT_THROW(code->account(p), ModelError);
}

TEST(ReplayedCode, AProfileWithoutSnapshotsIsAnError) {
  EXPECT_THROW(code_of(Profile{}), InputError);
  Profile tiny;
  add_snapshot(tiny, TestWindow(kAddChain, 1, 10, 10), 1);  // too few to tell anything
  EXPECT_THROW(code_of(tiny), InputError);
}

TEST(DescribedHost, SaysWhatItMisses) {
  const auto said = [](const Profile& profile) -> std::string {
    try {
      described_host(library(), profile, "a.hprof");
    } catch (const InputError& error) {
      return error.what();
    }
    return "nothing";
  };
  Profile profile;
  EXPECT_NE(said(profile).find("how fast the machine was"), std::string::npos);
  profile.host.pace.core = "zen-9";
  EXPECT_NE(said(profile).find("core 'zen-9'"), std::string::npos);
  profile.host.pace.core = "zen-4";
  EXPECT_NE(said(profile).find("cannot be"), std::string::npos);  // a clock of 0 Hz
  profile.host.pace.clock_hz = 3.7e9;
  profile.host.pace.memory_s = 1;
  EXPECT_NE(said(profile).find("cannot be"), std::string::npos);
  profile.host.pace.memory_s = 1e-7;
  EXPECT_EQ(said(profile), "nothing");
}

}  // namespace
}  // namespace headroom
