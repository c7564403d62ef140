#include "profile/observed_part.hpp"

#include "profile/part_layout.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 56;
constexpr double kSecondsMost = 1e12;  ///< all threads of a run together
constexpr std::size_t kLeastRowB = 26, kLeastThreadB = 18;

constexpr std::uint64_t ObservedRow::*kRowNumbers[] = {
    &ObservedRow::switches_voluntary, &ObservedRow::switches_forced,   &ObservedRow::memory_b,
    &ObservedRow::storage_read_b,     &ObservedRow::storage_written_b,
};
constexpr std::uint64_t Traffic::*kTraffic[] = {&Traffic::sent_b, &Traffic::received_b,
                                                &Traffic::loop_sent_b, &Traffic::loop_received_b};
constexpr std::uint64_t Observed::*kTotals[] = {
    &Observed::read_calls,    &Observed::write_calls,       &Observed::unknown_b,
    &Observed::device_sent_b, &Observed::device_received_b, &Observed::device_loop_b,
};
constexpr std::uint32_t Observed::*kCounts[] = {&Observed::tcp_sockets, &Observed::udp_sockets,
                                                &Observed::unknown_sockets};

double seconds(ByteReader& in) {
  const double value = in.real();
  if (value < 0 || value > kSecondsMost) in.fail("a time is out of its range");
  return value;
}

std::uint64_t whole(ByteReader& in) {
  return in.number_up_to(kMost, "a count");
}

/// As many as there must be, or none.
std::size_t count(ByteReader& in, const char* what, std::size_t bytes_each, std::size_t must) {
  const std::size_t found = in.count(what, bytes_each);
  if (found != 0 && found != must) in.fail("it does not fit the parts before");
  return found;
}

void read_row(ByteReader& in, ObservedRow& row) {
  row.ran_s = seconds(in);
  row.ready_s = seconds(in);
  row.blocked = static_cast<std::uint32_t>(in.number_up_to(UINT32_MAX, "a count of threads"));
  for (const auto member : kRowNumbers) row.*member = whole(in);
  for (const auto member : kTraffic) row.tcp.*member = whole(in);
}

}  // namespace

bool has_observed(const Profile& profile) {
  return !profile.observed.empty();
}

void write_observed(ByteWriter& out, const Profile& profile) {
  const Observed& observed = profile.observed;
  out.number(observed.rows.size());
  for (const auto& row : observed.rows) {
    out.real(row.ran_s);
    out.real(row.ready_s);
    out.number(row.blocked);
    for (const auto member : kRowNumbers) out.number(row.*member);
    for (const auto member : kTraffic) out.number(row.tcp.*member);
  }
  out.number(observed.threads.size());
  for (const auto& thread : observed.threads) {
    out.real(thread.ready_s);
    out.real(thread.asleep_s);
    out.number(thread.switches_voluntary);
    out.number(thread.switches_forced);
  }
  for (const auto member : kTotals) out.number(observed.*member);
  for (const auto member : kCounts) out.number(observed.*member);
  out.number(observed.call_instructions);
  out.number(observed.calls.size());
  for (const auto& call : observed.calls) {
    out.number(call.number);
    out.number(call.count);
  }
}

void read_observed(ByteReader& in, Profile& profile) {
  Observed& observed = profile.observed;
  observed.rows.resize(count(in, "rows", kLeastRowB, profile.timeline.size()));
  for (auto& row : observed.rows) read_row(in, row);
  observed.threads.resize(count(in, "threads", kLeastThreadB, profile.threads.size()));
  for (auto& thread : observed.threads) {
    thread.ready_s = seconds(in);
    thread.asleep_s = seconds(in);
    thread.switches_voluntary = whole(in);
    thread.switches_forced = whole(in);
  }
  for (const auto member : kTotals) observed.*member = whole(in);
  for (const auto member : kCounts) {
    observed.*member = static_cast<std::uint32_t>(in.number_up_to(UINT32_MAX, "a count"));
  }
  observed.call_instructions = whole(in);
  std::int64_t before = -1;
  for (std::size_t i = in.count("system calls", 2); i > 0; --i) {
    CallCount call;
    call.number =
        static_cast<std::uint32_t>(in.number_up_to(kCallNumbers - 1, "a system call's number"));
    if (call.number <= before) in.fail("system calls are out of order");
    before = call.number;
    call.count = whole(in);
    observed.calls.push_back(call);
  }
  if (observed.empty()) in.fail("it holds nothing");
}

}  // namespace headroom
