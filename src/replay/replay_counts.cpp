#include <array>

#include "replay/window_replay.hpp"

namespace headroom {
namespace {

constexpr std::array kMembers{
    &ReplayCounts::instructions, &ReplayCounts::cycles,
    &ReplayCounts::base,         &ReplayCounts::branch,
    &ReplayCounts::code,         &ReplayCounts::pages,
    &ReplayCounts::l2,           &ReplayCounts::l3,
    &ReplayCounts::memory,       &ReplayCounts::mispredicts,
    &ReplayCounts::l1_misses,    &ReplayCounts::l2_misses,
    &ReplayCounts::l3_misses,    &ReplayCounts::fetched_ahead,
    &ReplayCounts::operations,
};

}  // namespace

ReplayCounts& ReplayCounts::operator+=(const ReplayCounts& more) {
  for (const auto member : kMembers) this->*member += more.*member;
  return *this;
}

ReplayCounts& ReplayCounts::operator-=(const ReplayCounts& less) {
  for (const auto member : kMembers) this->*member -= less.*member;
  return *this;
}

ReplayCounts& ReplayCounts::operator*=(double factor) {
  for (const auto member : kMembers) this->*member *= factor;
  return *this;
}

}  // namespace headroom
