#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "profile/observed.hpp"
#include "profile/proc_text.hpp"

namespace headroom {

/// What one message of the kernel tells about one socket (sock_diag(7)).
struct SocketReport {
  std::uint64_t cookie = 0;  ///< the socket's own number, never used again
  std::uint64_t inode = 0;   ///< 0: it belongs to no descriptor
  bool loop = false;         ///< its other end is on this computer
  std::uint64_t sent_b = 0, received_b = 0;
  std::uint8_t family = 0;
  std::array<std::uint8_t, 48> address{};  ///< struct inet_diag_sockid
};

/// Reads an answer's payload: struct inet_diag_msg and attributes. False if it is cut
/// short. For TCP, sent bytes are those that the other side has confirmed; the end of
/// a connection counts as a byte.
bool parse_socket(std::span<const std::uint8_t> payload, SocketReport& report);

/// Counts what a run's processes send and receive over TCP. Their sockets are those
/// whose inodes are among their descriptors. Which connection an inode is, the kernel
/// tells only in a list of all sockets of this computer, which takes long and is asked
/// for rarely; of sockets once found it is asked one by one, and sends the last
/// numbers when they are gone for good. UDP sockets are only counted: Linux keeps no
/// sums for them.
class SocketWatch {
 public:
  SocketWatch();
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  /// What the first look finds was there before the run, and does not count.
  void look(const std::vector<pid_t>& processes, double now_s);
  const Traffic& tcp() const { return tcp_; }
  /// Adds what is known besides TCP's bytes.
  void add_to(Observed& observed) const;

 private:
  struct Known {
    SocketReport last;
    bool gone = false;  ///< the kernel no longer finds it
  };

  void ask_for_all();
  void ask_for_each();
  void hear_of_ends();
  void count(Known& known, const SocketReport& report);

  int questions_ = -1, ends_ = -1;
  double next_s_ = 0;  ///< when all may be asked for again
  bool first_ = true;
  std::set<std::uint64_t> inodes_;             ///< of the run's sockets, of any kind, now
  std::map<std::uint64_t, Known> known_;       ///< the run's TCP sockets, by cookie
  std::set<std::uint64_t> found_, found_udp_;  ///< inodes of those ever met
  std::uint32_t tcp_sockets_ = 0, unknown_sockets_ = 0;
  std::uint64_t unknown_b_ = 0;
  Traffic tcp_;
  ProcDevices devices_before_, devices_;
};

}  // namespace headroom
