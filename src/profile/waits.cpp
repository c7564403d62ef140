#include "profile/waits.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr double kLongest = 1e15;  ///< of a run; a made-up file may say more
constexpr double kTicks = 0.02;    ///< s by which the two counts of CPU time may differ

double since(std::uint64_t now, std::uint64_t before) {
  return now > before ? static_cast<double>(now - before) : 0;
}

/// What `more` brought since `before`; nothing that goes back.
void observe(Stretch& stretch, const ObservedRow& before, const ObservedRow& more) {
  stretch.blocked = more.blocked;
  stretch.storage_read_b = since(more.storage_read_b, before.storage_read_b);
  stretch.storage_written_b = since(more.storage_written_b, before.storage_written_b);
  // Both ways at once: an Ethernet port is as fast in each.
  stretch.network_b = std::max(since(more.tcp.sent_b, before.tcp.sent_b),
                               since(more.tcp.received_b, before.tcp.received_b));
  stretch.memory_b = static_cast<double>(more.memory_b);
}

}  // namespace

double Stretch::asleep_s() const {
  return seconds() * (1 - std::min(1.0, wanted()));
}

bool knows_lines(const Profile& profile) {
  const auto& rows = profile.observed.rows;
  return !rows.empty() && rows.size() == profile.timeline.size() && rows.back().ran_s > 0;
}

std::vector<Stretch> stretches(const Profile& profile) {
  std::vector<Stretch> all;
  const bool observed = profile.observed.rows.size() == profile.timeline.size();
  const bool lines = knows_lines(profile);
  TimelineRow before;
  ObservedRow more_before;
  double seen_cpu_s = 0, missed_s = 0;
  for (std::size_t i = 0; i < profile.timeline.size(); ++i) {
    const TimelineRow& row = profile.timeline[i];
    Stretch stretch;
    stretch.from_s = before.time_s;
    stretch.until_s = row.time_s;
    if (stretch.seconds() <= 0) continue;
    stretch.running = row.running;
    stretch.cpu_s = std::max(0.0, row.user_s + row.system_s - before.user_s - before.system_s);
    stretch.wanted_s = stretch.cpu_s;
    if (observed) observe(stretch, more_before, profile.observed.rows[i]);
    if (lines) {
      const ObservedRow& more = profile.observed.rows[i];
      const double ran_s = std::max(0.0, more.ran_s - more_before.ran_s);
      const double ready_s = std::max(0.0, more.ready_s - more_before.ready_s);
      // What the scheduler counts is finer than ticks, but lacks short-lived threads.
      const double missed_now_s =
          std::max(missed_s, row.user_s + row.system_s - more.ran_s - kTicks);
      stretch.cpu_s = ran_s + missed_now_s - missed_s;
      missed_s = missed_now_s;
      stretch.wanted_s = ran_s > 0 ? stretch.cpu_s * (1 + ready_s / ran_s) : ready_s;
      // Counts lag behind by a tick; more than all threads nobody can want.
      const double most_s = std::max({1u, row.threads, before.threads}) * stretch.seconds();
      stretch.wanted_s = std::max(stretch.cpu_s, std::min(stretch.wanted_s, most_s));
      if (row.threads <= 1 && before.threads <= 1) {
        stretch.wanted_s = std::min(stretch.wanted_s, stretch.seconds());
      }
    }
    seen_cpu_s += stretch.cpu_s;
    all.push_back(stretch);
    before = row;
    if (observed) more_before = profile.observed.rows[i];
  }
  Stretch rest;
  rest.from_s = before.time_s;
  rest.until_s = std::max(1e-3, profile.totals.wall_s);
  rest.memory_b = static_cast<double>(more_before.memory_b);
  if (rest.seconds() > 0) {
    const double cpu_s = profile.totals.user_s + profile.totals.system_s;
    rest.cpu_s = rest.wanted_s = std::max(0.0, cpu_s - seen_cpu_s);
    all.push_back(rest);
  }
  return all;
}

WaitShares wait_shares(const Profile& profile) {
  WaitShares shares;
  double all_s = 0, waiting = 0, at_drive = 0;
  for (const auto& stretch : stretches(profile)) {
    all_s += stretch.seconds();
    shares.asleep += stretch.asleep_s();
    const double ran = std::min(stretch.seconds(), stretch.cpu_s);
    shares.in_line += std::max(0.0, stretch.seconds() - stretch.asleep_s() - ran);
    if (stretch.running > 0) continue;
    ++waiting;
    if (stretch.blocked > 0) ++at_drive;
  }
  if (!(all_s < kLongest)) return {};
  shares.drive = waiting > 0 ? shares.asleep * at_drive / waiting : 0;
  for (auto* share : {&shares.asleep, &shares.in_line, &shares.drive}) *share /= all_s;
  return shares;
}

}  // namespace headroom
