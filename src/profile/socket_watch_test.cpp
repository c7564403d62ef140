#include "profile/socket_watch.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace headroom {
namespace {

/// What the kernel would send about a connection.
std::vector<std::uint8_t> payload(const char* from, const char* to, const tcp_info& info,
                                  std::size_t info_bytes = sizeof(tcp_info)) {
  inet_diag_msg message{};
  message.idiag_family = std::strchr(to, ':') != nullptr ? AF_INET6 : AF_INET;
  message.idiag_inode = 77;
  message.id.idiag_cookie[0] = 5;
  message.id.idiag_cookie[1] = 1;
  inet_pton(message.idiag_family, from, message.id.idiag_src);
  inet_pton(message.idiag_family, to, message.id.idiag_dst);
  rtattr attribute{};
  attribute.rta_type = INET_DIAG_INFO;
  attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(info_bytes));
  std::vector<std::uint8_t> bytes(sizeof message + RTA_SPACE(info_bytes));
  std::memcpy(bytes.data(), &message, sizeof message);
  std::memcpy(bytes.data() + sizeof message, &attribute, sizeof attribute);
  std::memcpy(bytes.data() + sizeof message + RTA_LENGTH(0), &info, info_bytes);
  return bytes;
}

tcp_info moved(std::uint64_t sent_b, std::uint64_t received_b) {
  tcp_info info{};
  info.tcpi_bytes_acked = sent_b + 1;
  info.tcpi_bytes_received = received_b;
  return info;
}

TEST(SocketReport, HoldsWhatTheKernelTellsOfAConnection) {
  SocketReport report;
  ASSERT_TRUE(parse_socket(payload("192.0.2.7", "198.51.100.1", moved(1000, 20)), report));
  EXPECT_EQ(report.cookie, (std::uint64_t{1} << 32) + 5);
  EXPECT_EQ(report.inode, 77u);
  EXPECT_EQ(report.sent_b, 1000u);
  EXPECT_EQ(report.received_b, 20u);
  EXPECT_FALSE(report.loop);
}

TEST(SocketReport, KnowsWhatStaysOnTheComputer) {
  const auto stays = [](const char* from, const char* to) {
    SocketReport report;
    EXPECT_TRUE(parse_socket(payload(from, to, {}), report));
    return report.loop;
  };
  EXPECT_TRUE(stays("127.0.0.1", "127.8.0.1"));
  EXPECT_TRUE(stays("::1", "::1"));
  EXPECT_TRUE(stays("::ffff:127.0.0.1", "::ffff:127.0.0.2"));
  EXPECT_TRUE(stays("192.0.2.7", "192.0.2.7"));  // its own address
  EXPECT_FALSE(stays("192.0.2.7", "192.0.2.8"));
  EXPECT_FALSE(stays("2001:db8::1", "2001:db8::2"));
}

TEST(SocketReport, IsRefusedOrEmptyWhereTheAnswerIsCutShort) {
  const auto bytes = payload("192.0.2.7", "192.0.2.8", moved(1000, 20));
  SocketReport report;
  EXPECT_FALSE(parse_socket(std::span(bytes).first(40), report));
  for (std::size_t size = sizeof(inet_diag_msg); size < bytes.size(); ++size) {
    ASSERT_TRUE(parse_socket(std::span(bytes).first(size), report));
    EXPECT_EQ(report.sent_b, 0u);
  }
  // An older kernel's answer ends before the counts of bytes.
  ASSERT_TRUE(parse_socket(payload("192.0.2.7", "192.0.2.8", moved(9, 9), 104), report));
  EXPECT_EQ(report.received_b, 0u);
}

TEST(SocketWatch, CountsWhatThisProcessSendsToItself) {
  SocketWatch watch;
  const std::vector<pid_t> self{getpid()};
  watch.look(self, 0);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const int from = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(connect(from, reinterpret_cast<sockaddr*>(&address), size), 0);
  const int to = accept(listener, nullptr, nullptr);
  const auto send_some = [&] {
    char text[10'000] = {};
    EXPECT_EQ(write(from, text, sizeof text), 10'000);
    for (ssize_t got = 0, all = 0; all < 10'000; all += got) {
      got = read(to, text, sizeof text);
      ASSERT_GT(got, 0);
    }
  };
  send_some();
  watch.look(self, 100);
  Observed observed;
  watch.add_to(observed);
  if (observed.tcp_sockets == 0) GTEST_SKIP() << "this kernel tells nothing about sockets";
  EXPECT_EQ(watch.tcp().loop_received_b, 10'000u);
  send_some();
  watch.look(self, 100.1);
  EXPECT_EQ(watch.tcp().loop_received_b, 20'000u);
  EXPECT_EQ(watch.tcp().sent_b + watch.tcp().received_b, 0u);
  // What was sent just before the end comes with the news of it, a moment later.
  send_some();
  for (const int file : {from, to, listener}) close(file);
  for (int i = 1; i < 100 && watch.tcp().loop_sent_b < 30'000; ++i) {
    usleep(20'000);
    watch.look(self, 100.1 + 0.02 * i);
  }
  EXPECT_NEAR(static_cast<double>(watch.tcp().loop_received_b), 30'000, 4);
  EXPECT_NEAR(static_cast<double>(watch.tcp().loop_sent_b), 30'000, 4);
}

}  // namespace
}  // namespace headroom
