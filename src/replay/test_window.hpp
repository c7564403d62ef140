#pragma once

#include <string>
#include <vector>

#include "replay/window_replay.hpp"

namespace headroom {

inline ReplayCounts counted(double instructions, double cycles) {
  ReplayCounts counts;
  counts.instructions = instructions;
  counts.cycles = cycles;
  return counts;
}

/// A window made by hand, for tests: the same few instructions over and over, in
/// blocks that follow each other, so that no branch is taken.
struct TestWindow {
  Profile profile;  ///< its blocks
  Window window;

  /// `repeats` blocks of `copies` times the instructions of `code`, such as
  /// {0x48, 0x83, 0xc0, 0x01}, of which there are `instructions`.
  TestWindow(const std::vector<std::uint8_t>& code, int instructions, int copies = 50,
             int repeats = 100) {
    std::uint64_t address = 0x400000;
    for (int i = 0; i < repeats; ++i) {
      CodeBlock block;
      block.address = address;
      block.instructions = static_cast<std::uint16_t>(instructions * copies);
      for (int k = 0; k < copies; ++k)
        block.code.insert(block.code.end(), code.begin(), code.end());
      address += block.code.size();
      profile.blocks.push_back(std::move(block));
      window.events.push_back({static_cast<std::uint32_t>(i), 0, 0, 0});
    }
    window.instructions = static_cast<std::uint64_t>(instructions) *
                          static_cast<std::uint64_t>(copies) * static_cast<std::uint64_t>(repeats);
  }

  /// An access for the `instruction`th of the block that the `event`th ran; to be
  /// called in the order of the program.
  void use(std::size_t event, int instruction, std::uint64_t address, unsigned kind = kLoads,
           std::uint8_t reuse = 0, std::uint8_t page_reuse = 0) {
    window.accesses.push_back({address, static_cast<std::uint8_t>(instruction),
                               static_cast<std::uint8_t>(kind), 8, reuse, page_reuse});
    ++window.events[event].accesses;
  }

  ReplayCounts on(const CoreSetup& core, const HitChances& chances, std::uint64_t seed = 1) const {
    return replay_window(window, decode_blocks(profile), chances, core, seed);
  }
  double cpi(const CoreSetup& core, const HitChances& chances) const {
    const ReplayCounts counts = on(core, chances);
    return counts.cycles / counts.instructions;
  }
};

/// Adds a snapshot with this one window to a profile, standing for so much CPU time.
inline void add_snapshot(Profile& profile, const TestWindow& test, double covered_s) {
  Snapshot snapshot;
  snapshot.covered_s = covered_s;
  snapshot.instructions = 60'000'000;
  snapshot.windows.push_back(test.window);
  const auto first = static_cast<std::uint32_t>(profile.blocks.size());
  for (auto& event : snapshot.windows[0].events) event.block += first;
  for (const auto& access : test.window.accesses) {
    ++snapshot.data_reuse[access.reuse];
    ++snapshot.page_reuse[access.page_reuse];
  }
  snapshot.code_reuse[0] = 1'000'000;
  profile.blocks.insert(profile.blocks.end(), test.profile.blocks.begin(),
                        test.profile.blocks.end());
  profile.totals.resident_most_b = 100'000'000;
  profile.snapshots.push_back(std::move(snapshot));
}

/// Everything is at hand at once: data, code, pages, branch targets.
inline HitChances all_hit() {
  HitChances chances;
  for (HitChances::Table* table :
       {&chances.l1, &chances.l2, &chances.l3, &chances.pages_first, &chances.pages_second,
        &chances.decoded, &chances.code, &chances.code_l2, &chances.code_l3, &chances.targets,
        &chances.far_targets, &chances.code_pages_first, &chances.code_pages_second}) {
    table->fill(1);
  }
  return chances;
}

/// Code and pages are at hand, data come from memory.
inline HitChances data_miss() {
  HitChances chances = all_hit();
  chances.l1.fill(0);
  chances.l2.fill(0);
  chances.l3.fill(0);
  return chances;
}

/// Instructions for test windows.
inline const std::vector<std::uint8_t> kAddChain{0x48, 0x83, 0xc0, 0x01};       ///< add rax, 1
inline const std::vector<std::uint8_t> kMultiplyChain{0x48, 0x0f, 0xaf, 0xc0};  ///< imul rax, rax
inline const std::vector<std::uint8_t> kDivideChain{0x48, 0xf7, 0xf1};          ///< div rcx
inline const std::vector<std::uint8_t> kLoadChain{0x48, 0x8b, 0x00};            ///< mov rax, [rax]
inline const std::vector<std::uint8_t> kLoad{0x48, 0x8b, 0x0a};                 ///< mov rcx, [rdx]

/// A core with round numbers around a pipeline of the catalogue.
inline CoreSetup test_core(const std::string& pipeline) {
  CoreSetup core;
  core.pipeline = read_pipeline(Library(), pipeline);
  core.clock_hz = 1e9;
  core.width = 6;
  core.window = 256;
  core.mispredict_cycles = 16;
  core.fill_buffers = 10;
  core.l2_cycles = 14;
  core.l3_cycles = 60;
  core.memory_cycles = 300;
  core.l2_line_cycles = 1;
  core.l3_line_cycles = 6;
  core.memory_line_cycles = 15;
  return core;
}

}  // namespace headroom
