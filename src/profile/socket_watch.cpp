#include "profile/socket_watch.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "profile/kernel_file.hpp"
#include "profile/process_files.hpp"

namespace headroom {
namespace {

constexpr double kShare = 0.004;  ///< of a processor, at most, for lists of all sockets
constexpr std::size_t kAnswerBytes = 1 << 16;
/// TCP_ESTABLISHED is 1. Left out: requests (3), ends that only wait (6), listeners (10).
constexpr std::uint32_t kStates = 0xffe & ~(1u << 3 | 1u << 6 | 1u << 10);

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

int open_netlink(std::uint32_t groups) {
  const int file = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (file < 0) return file;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  const timeval patience{0, 200'000};
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return file;
  close(file);
  return -1;
}

/// 127.x.x.x and ::1, also where an IPv4 address is written as one of IPv6; or both
/// ends have the same address.
bool stays_here(const inet_diag_msg& message) {
  const auto* to = reinterpret_cast<const std::uint8_t*>(message.id.idiag_dst);
  const std::size_t bytes = message.idiag_family == AF_INET ? 4 : 16;
  if (std::memcmp(message.id.idiag_src, message.id.idiag_dst, bytes) == 0) return true;
  if (bytes == 4) return to[0] == 127;
  const std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(to, mapped, sizeof mapped) == 0) return to[12] == 127;
  in6_addr address;
  std::memcpy(&address, to, sizeof address);
  return IN6_IS_ADDR_LOOPBACK(&address);
}

/// Calls use(payload) for each message; false when the last has come.
template <class Use>
bool for_each_message(const std::uint8_t* bytes, std::size_t size, Use use) {
  while (size >= sizeof(nlmsghdr)) {
    nlmsghdr header;
    std::memcpy(&header, bytes, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > size) return false;
    if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) return false;
    use(std::span(bytes + NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN));
    if ((header.nlmsg_flags & NLM_F_MULTI) == 0) return false;
    const std::size_t step = std::min<std::size_t>(size, NLMSG_ALIGN(header.nlmsg_len));
    bytes += step;
    size -= step;
  }
  return true;
}

/// Asks, and calls use(report) for each socket in the answer.
template <class Request, class Use>
void ask(int file, std::uint16_t type, std::uint16_t flags, const Request& request, Use use) {
  struct {
    nlmsghdr header;
    Request request;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = type;
  question.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  question.request = request;
  if (send(file, &question, sizeof question, 0) < 0) return;
  std::vector<std::uint8_t> answer(kAnswerBytes);
  for (bool more = true; more;) {
    const ssize_t got = recv(file, answer.data(), answer.size(), 0);
    if (got <= 0) return;
    more = for_each_message(answer.data(), static_cast<std::size_t>(got), [&](auto payload) {
      SocketReport report;
      if (parse_socket(payload, report)) use(report);
    });
  }
}

}  // namespace

bool parse_socket(std::span<const std::uint8_t> payload, SocketReport& report) {
  inet_diag_msg message;
  if (payload.size() < sizeof message) return false;
  std::memcpy(&message, payload.data(), sizeof message);
  report = {};
  report.cookie = std::uint64_t{message.id.idiag_cookie[1]} << 32 | message.id.idiag_cookie[0];
  report.inode = message.idiag_inode;
  report.loop = stays_here(message);
  report.family = message.idiag_family;
  static_assert(sizeof message.id == std::tuple_size_v<decltype(report.address)>);
  std::memcpy(report.address.data(), &message.id, sizeof message.id);
  payload = payload.subspan(sizeof message);
  while (payload.size() >= sizeof(rtattr)) {
    rtattr attribute;
    std::memcpy(&attribute, payload.data(), sizeof attribute);
    if (attribute.rta_len < sizeof attribute || attribute.rta_len > payload.size()) break;
    if (attribute.rta_type == INET_DIAG_INFO) {
      tcp_info info{};  // older kernels send less of it
      const auto body = payload.subspan(RTA_LENGTH(0), attribute.rta_len - RTA_LENGTH(0));
      std::memcpy(&info, body.data(), std::min(body.size(), sizeof info));
      // The first byte confirmed is the request for a connection.
      report.sent_b = info.tcpi_bytes_acked > 0 ? info.tcpi_bytes_acked - 1 : 0;
      report.received_b = info.tcpi_bytes_received;
    }
    payload = payload.subspan(std::min<std::size_t>(payload.size(), RTA_ALIGN(attribute.rta_len)));
  }
  return true;
}

SocketWatch::SocketWatch()
    : questions_(open_netlink(0)),
      ends_(open_netlink(1u << (SKNLGRP_INET_TCP_DESTROY - 1) |
                         1u << (SKNLGRP_INET6_TCP_DESTROY - 1))) {}

SocketWatch::~SocketWatch() {
  if (questions_ >= 0) close(questions_);
  if (ends_ >= 0) close(ends_);
}

void SocketWatch::count(Known& known, const SocketReport& report) {
  const auto more = [](std::uint64_t now, std::uint64_t before) {
    return now > before ? now - before : 0;
  };
  const std::uint64_t sent_b = more(report.sent_b, known.last.sent_b),
                      received_b = more(report.received_b, known.last.received_b);
  known.last.sent_b += sent_b;
  known.last.received_b += received_b;
  (known.last.loop ? tcp_.loop_sent_b : tcp_.sent_b) += sent_b;
  (known.last.loop ? tcp_.loop_received_b : tcp_.received_b) += received_b;
}

void SocketWatch::hear_of_ends() {
  if (ends_ < 0) return;
  std::vector<std::uint8_t> news(kAnswerBytes);
  for (;;) {
    const ssize_t got = recv(ends_, news.data(), news.size(), MSG_DONTWAIT);
    if (got <= 0) return;
    for_each_message(news.data(), static_cast<std::size_t>(got), [&](auto payload) {
      SocketReport report;
      if (!parse_socket(payload, report)) return;
      if (const auto at = known_.find(report.cookie); at != known_.end()) {
        count(at->second, report);
        known_.erase(at);
      } else if (report.sent_b + report.received_b > 0) {
        ++unknown_sockets_;
        unknown_b_ += report.sent_b + report.received_b;
      }
    });
  }
}

/// The question is of the older form, to which the kernel answers for IPv4 and IPv6 at once.
void SocketWatch::ask_for_all() {
  const auto own = [&](const SocketReport& report) { return inodes_.contains(report.inode); };
  inet_diag_req request{};
  request.idiag_states = kStates;
  request.idiag_ext = 1u << (INET_DIAG_INFO - 1);
  ask(questions_, TCPDIAG_GETSOCK, NLM_F_DUMP, request, [&](const SocketReport& report) {
    if (!own(report) || known_.contains(report.cookie)) return;
    found_.insert(report.inode);
    ++tcp_sockets_;
    Known& known = known_[report.cookie];
    known.last = report;
    if (!first_) {
      known.last.sent_b = known.last.received_b = 0;
      count(known, report);
    }
  });
  for (const std::uint8_t family : {AF_INET, AF_INET6}) {
    inet_diag_req_v2 datagrams{};
    datagrams.sdiag_family = family;
    datagrams.sdiag_protocol = IPPROTO_UDP;
    datagrams.idiag_states = ~0u;
    ask(questions_, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, datagrams, [&](const SocketReport& report) {
      if (own(report)) found_udp_.insert(report.inode), found_.insert(report.inode);
    });
  }
}

void SocketWatch::ask_for_each() {
  for (auto& entry : known_) {
    Known& known = entry.second;
    if (known.gone) continue;
    inet_diag_req_v2 request{};
    request.sdiag_family = known.last.family;
    request.sdiag_protocol = IPPROTO_TCP;
    request.idiag_states = kStates;
    request.idiag_ext = 1u << (INET_DIAG_INFO - 1);
    std::memcpy(&request.id, known.last.address.data(), sizeof request.id);
    known.gone = true;
    ask(questions_, SOCK_DIAG_BY_FAMILY, 0, request, [&](const SocketReport& report) {
      known.gone = false;
      count(known, report);
    });
  }
}

void SocketWatch::look(const std::vector<pid_t>& processes, double now_s) {
  devices_ = parse_devices(read_kernel_file("/proc/net/dev"));
  if (first_) devices_before_ = devices_;
  if (questions_ >= 0) {
    inodes_.clear();
    for (const pid_t process : processes) add_socket_inodes(process, inodes_);
    ask_for_each();
    const bool any_new =
        std::ranges::any_of(inodes_, [&](std::uint64_t inode) { return !found_.contains(inode); });
    if (any_new && now_s >= next_s_) {
      const double before_s = cpu_seconds();
      ask_for_all();
      next_s_ = now_s + (cpu_seconds() - before_s) / kShare;
    }
    hear_of_ends();
  }
  first_ = false;
}

void SocketWatch::add_to(Observed& observed) const {
  const auto since = [](std::uint64_t now, std::uint64_t before) {
    return now > before ? now - before : 0;
  };
  observed.tcp_sockets = tcp_sockets_;
  observed.udp_sockets = static_cast<std::uint32_t>(found_udp_.size());
  observed.unknown_sockets = unknown_sockets_;
  observed.unknown_b = unknown_b_;
  observed.device_sent_b = since(devices_.sent_b, devices_before_.sent_b);
  observed.device_received_b = since(devices_.received_b, devices_before_.received_b);
  observed.device_loop_b = since(devices_.loop_b, devices_before_.loop_b);
}

}  // namespace headroom
