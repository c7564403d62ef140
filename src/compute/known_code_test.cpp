#include <gtest/gtest.h>

#include <stdexcept>

#include "base/error.hpp"
#include "compute/core_model.hpp"

namespace headroom {
namespace {

/// Code with the same terms everywhere, but for what threads share.
class FakeCode final : public KnownCode {
 public:
  explicit FakeCode(const CodeTerms& terms) : terms_(terms) {}
  CodeTerms on(const Processor&, int threads, int per_core) const override {
    if (threads > 100) throw ModelError("too many");
    CodeTerms terms = terms_;
    terms.base *= per_core;
    terms.branch += 0.001 * threads;
    return terms;
  }

 private:
  CodeTerms terms_;
};

Character character(const CodeTerms& terms) {
  Character c;
  c.written_back = 0;
  c.code = std::make_shared<FakeCode>(terms);
  return c;
}

Processor processor(int cores) {
  Processor p;
  p.cores = cores;
  p.threads_per_core = 2;
  p.l3_b = 8e6;
  auto& m = p.microarchitecture;
  m.core.width = 4;
  m.core.window = 224;
  m.core.mispredict_cycles = 16;
  m.core.fill_buffers = 12;
  m.core.prefetch_lines = 20;
  m.core.vectors = "avx2";
  m.caches.l1_b = 32768;
  m.caches.l2_b = 1048576;
  m.caches.l2_cycles = 14;
  m.caches.l2_b_per_cycle = 40;
  m.caches.l3_b_per_cycle = 10;
  m.caches.l3_core_cycles = 30;
  m.caches.l3_uncore_cycles = 20;
  m.caches.memory_s = 60e-9;
  m.uncore.clock_hz = 2e9;
  m.silicon.idle_activity = 0.1;
  return p;
}

MemorySystem unloaded_memory(double channels = 4) {
  MemorySystem memory;
  memory.capacity_b = 32e9;
  memory.modules = channels;
  memory.rate_hz = 2666e6;
  memory.channels = channels;
  memory.load_exponent = 0;
  return memory;
}

ComputeRate rate(const CodeTerms& terms, int threads, double hz, int cores = 8) {
  return CoreModel(processor(cores), unloaded_memory()).rate(character(terms), threads, hz);
}

TEST(KnownCode, ItsTermsStandForTheIntervalModels) {
  const CodeTerms terms{1.0, 0.099, 0.2, 0.01, 0.002, 0};
  const ComputeRate r = rate(terms, 1, 3e9);
  EXPECT_NEAR(r.stack.base, 1, 1e-12);
  EXPECT_NEAR(r.stack.branch, 0.1, 1e-12);
  EXPECT_NEAR(r.stack.l2, 0.2, 1e-12);
  // The third cache is 30 cycles of 3 GHz and 20 of 2 GHz away: 20 ns, 60 cycles.
  EXPECT_NEAR(r.stack.l3, 0.01 * 60, 1e-12);
  // Memory 60 ns further: 240 cycles.
  EXPECT_NEAR(r.stack.memory, 0.002 * 240, 1e-12);
  EXPECT_NEAR(r.instr_per_s, 3e9 / 2.38, 1);
}

TEST(KnownCode, WaitsForOthersClocksDoNotFollowTheCores) {
  const CodeTerms terms{1.0, -0.001, 0, 0, 0.01, 0};
  // At 1 GHz: 1 and 0.01 x 100; at 2 GHz: 1 and 0.01 x (30 + 20 + 120).
  EXPECT_NEAR(rate(terms, 1, 1e9).instr_per_s, 1e9 / 2.0, 1e9 * 1e-9);
  EXPECT_NEAR(rate(terms, 1, 2e9).instr_per_s, 2e9 / 2.7, 2e9 * 1e-9);
}

TEST(KnownCode, LinesFetchedAheadStillNeedTheirTransfer) {
  const CodeTerms terms{0.25, -0.001, 0, 0, 0, 0.1};
  // 20 lines under way, 240 cycles each: one in 12 cycles, 1.2 an instruction.
  EXPECT_NEAR(rate(terms, 1, 3e9).instr_per_s, 3e9 / 1.2, 1);
}

TEST(KnownCode, AsksForThreadsOfACoreOnlyWhereTwoShareOne) {
  const CodeTerms terms{1.0, 0, 0, 0, 0, 0};
  const ComputeRate eight = rate(terms, 8, 1e9);
  EXPECT_NEAR(eight.instr_per_s, 8e9 / 1.008, 1);
  const ComputeRate sixteen = rate(terms, 16, 1e9);
  // Each of two has base 2: 1 / 2.016 of 4 slots each, together 4 (1 - (1 - 0.124)^2).
  const double filled = 1 / 2.016 / 4;
  EXPECT_NEAR(sixteen.instr_per_s, 8e9 * 4 * (1 - (1 - filled) * (1 - filled)), 1);
  EXPECT_EQ(sixteen.cores_two, 8);
}

TEST(KnownCode, MemorysBandwidthLimitsAllTogether) {
  const CodeTerms terms{0.25, 0, 0, 0, 0, 0.5};
  MemorySystem memory = unloaded_memory(1);
  const Processor p = processor(64);
  const ComputeRate r = CoreModel(p, memory).rate(character(terms), 64, 3e9);
  EXPECT_NEAR(r.traffic_b_per_s, memory.bandwidth_b_per_s(), 0.01 * memory.bandwidth_b_per_s());
  EXPECT_NEAR(r.instr_per_s, r.traffic_b_per_s / 32, 0.01 * r.instr_per_s);
}

TEST(KnownCode, IsCountedInItsOwnInstructions) {
  Character c = character({1, 0, 0, 0, 0, 0});
  c.vector_share = 1;
  c.vector_level = "avx512";  // on a core of 256 bits; replay has split them already
  EXPECT_EQ(CoreModel(processor(8), unloaded_memory()).instruction_factor(c), 1);
  c.code = nullptr;
  EXPECT_EQ(CoreModel(processor(8), unloaded_memory()).instruction_factor(c), 2);
}

TEST(KnownCode, ItsErrorsReachTheAsker) {
  EXPECT_THROW(rate({1, 0, 0, 0, 0, 0}, 101, 1e9, 128), ModelError);
}

}  // namespace
}  // namespace headroom
