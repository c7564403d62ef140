#include "profile/instruction_mix.hpp"

#include <vector>

#include "profile/instruction_facts.hpp"

namespace headroom {
namespace {

constexpr double InstructionMix::*kGroups[kMixGroups] = {
    &InstructionMix::integer,        &InstructionMix::multiply_divide, &InstructionMix::move,
    &InstructionMix::branch,         &InstructionMix::call_return,     &InstructionMix::floating,
    &InstructionMix::vector_integer, &InstructionMix::other,
};
constexpr double InstructionMix::*kWidths[] = {
    &InstructionMix::width_128, &InstructionMix::width_256, &InstructionMix::width_512};

void count(InstructionMix& mix, const InstructionFacts& facts, double weight) {
  mix.instructions += weight;
  mix.*kGroups[static_cast<std::size_t>(facts.group)] += weight;
  if (facts.width > 0) mix.*kWidths[facts.width - 1] += weight;
  if (!facts.set.empty()) mix.sets[facts.set] += weight;
}

void count_block(InstructionMix& mix, const Profile& profile, std::size_t index, double weight) {
  if (profile.stripped()) {
    for (const auto number : profile.operations->blocks[index].instructions) {
      count(mix, profile.operations->instructions[number].facts, weight);
    }
  } else {
    for (const auto& facts : instruction_facts(profile.blocks[index])) count(mix, facts, weight);
  }
  for (const auto& site : profile.blocks[index].sites) {
    if ((site.kind & kLoads) != 0) mix.load += weight;
    if ((site.kind & kStores) != 0) mix.store += weight;
  }
}

}  // namespace

InstructionMix instruction_mix(const Profile& profile) {
  std::vector<double> weights(profile.blocks.size());
  for (const auto& snapshot : profile.snapshots) {
    double instructions = 0;
    for (const auto& window : snapshot.windows) {
      instructions += static_cast<double>(window.instructions);
    }
    if (instructions <= 0) continue;
    for (const auto& window : snapshot.windows) {
      for (const auto& event : window.events) {
        weights[event.block] += (snapshot.covered_s + 1e-9) / instructions;
      }
    }
  }
  InstructionMix mix;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) count_block(mix, profile, i, weights[i]);
  }
  const double all = mix.instructions;
  if (all <= 0) return mix;
  for (auto* share : {&mix.integer, &mix.multiply_divide, &mix.move, &mix.branch, &mix.call_return,
                      &mix.load, &mix.store, &mix.floating, &mix.vector_integer, &mix.width_128,
                      &mix.width_256, &mix.width_512, &mix.other}) {
    *share /= all;
  }
  for (auto& [name, share] : mix.sets) share /= all;
  return mix;
}

}  // namespace headroom
