#include "profile/describe_observed.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "profile/call_summary.hpp"
#include "profile/describe_words.hpp"
#include "profile/waits.hpp"

namespace headroom {
namespace {

constexpr std::size_t kCallsShown = 10;
constexpr double kWorthTelling = 0.005;

double amount(std::uint64_t value) {
  return static_cast<double>(value);
}

/// Two digits that count, with commas: "120,000".
std::string about(double value) {
  if (!(value >= 1 && value < 1e18)) return "0";
  const double step = std::pow(10, std::max(0.0, std::floor(std::log10(value)) - 1));
  return grouped_text(static_cast<std::uint64_t>(std::round(value / step) * step));
}

}  // namespace

void describe_waits(std::string& out, const Profile& p) {
  if (knows_lines(p)) {
    const WaitShares shares = wait_shares(p);
    out += fmt::format("  waited           {} of the time, of which for a processor {}",
                       share_text(shares.asleep + shares.in_line), share_text(shares.in_line));
    if (shares.drive >= kWorthTelling) {
      out += fmt::format(", for a drive about {}", share_text(shares.drive));
    }
    out += "\n";
  }
  const RunTotals& t = p.totals;
  out += fmt::format("  switched         {} times to wait, {} times to make room",
                     grouped_text(t.switches_voluntary), grouped_text(t.switches_forced));
  const double all = amount(t.switches_voluntary) + amount(t.switches_forced);
  if (!p.observed.rows.empty() && all > 0) {
    const auto& last = p.observed.rows.back();
    const double seen = amount(last.switches_voluntary) + amount(last.switches_forced);
    out += fmt::format("; {} of it by threads seen", share_text(std::min(1.0, seen / all)));
  }
  out += "\n";
}

void describe_sockets(std::string& out, const Profile& p) {
  const Observed& o = p.observed;
  if (o.rows.empty()) return;
  const Traffic& tcp = o.rows.back().tcp;
  if (o.tcp_sockets > 0) {
    out +=
        fmt::format("  TCP              sent {}, received {}; within the computer {}, {}\n",
                    bytes_text(amount(tcp.sent_b)), bytes_text(amount(tcp.received_b)),
                    bytes_text(amount(tcp.loop_sent_b)), bytes_text(amount(tcp.loop_received_b)));
  }
  if (o.udp_sockets > 0 || o.unknown_sockets > 0) {
    out += fmt::format("  not counted      {} UDP sockets; {} of TCP that came and went unseen\n",
                       o.udp_sockets, bytes_text(amount(o.unknown_b)));
    out += fmt::format(
        "                   all programs together: sent {}, received {}, within the computer {}\n",
        bytes_text(amount(o.device_sent_b)), bytes_text(amount(o.device_received_b)),
        bytes_text(amount(o.device_loop_b)));
  }
}

void describe_calls(std::string& out, const Profile& p) {
  if (p.observed.call_instructions == 0) return;
  const CallSummary calls = summarize_calls(p);
  const double cpu_s = p.totals.user_s + p.totals.system_s;
  out += "\nSystem calls";
  if (calls.all > 0) out += fmt::format(": about {} in all", about(calls.all));
  if (calls.per_cpu_s > 0) {
    out += fmt::format(", {} a second of processor time", about(calls.per_cpu_s));
  }
  out += "\n";
  out += fmt::format(
      "  {} per million instructions; {} of the processor time in the kernel\n",
      calls.per_million >= 1 ? about(calls.per_million) : fmt::format("{:.2g}", calls.per_million),
      share_text(cpu_s > 1e-6 ? std::min(1.0, p.totals.system_s / cpu_s) : 0));
  for (std::size_t i = 0; i < std::min(kCallsShown, calls.kinds.size()); ++i) {
    const auto& kind = calls.kinds[i];
    out += fmt::format("  {:<18} {:>6}\n", kind.name, share_text(kind.share));
  }
}

}  // namespace headroom
