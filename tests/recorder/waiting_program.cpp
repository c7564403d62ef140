// Does little but wait, in known ways: sends 10 MB to itself over TCP, writes 4 MB to
// the file that is its argument and waits for the drive after each, sleeps for half a
// second, and then works for half a second of processor time.

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace {

constexpr int kPieces = 100, kPieceBytes = 100'000, kWrites = 40;

bool receive_all(int listener) {
  const int connection = accept(listener, nullptr, nullptr);
  std::vector<char> buffer(65536);
  while (read(connection, buffer.data(), buffer.size()) > 0) {
  }
  return close(connection) == 0;
}

bool send_all(const sockaddr_in& address, const std::vector<char>& piece) {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return false;
  }
  for (int i = 0; i < kPieces; ++i) {
    if (write(connection, piece.data(), piece.size()) != kPieceBytes) return false;
    if (i == kPieces / 2) usleep(300'000);
  }
  return close(connection) == 0;
}

}  // namespace

int main(int, char** arguments) {
  const std::vector<char> piece(kPieceBytes, 'x');
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0) return 1;
  if (listen(listener, 1) != 0) return 1;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::thread receiver(receive_all, listener);
  const bool sent = send_all(address, piece);
  receiver.join();
  const int file = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (int i = 0; i < kWrites; ++i) {
    if (write(file, piece.data(), piece.size()) != kPieceBytes || fsync(file) != 0) return 1;
  }
  close(file);
  usleep(500'000);
  timespec used{};
  volatile double sum = 0;
  do {
    for (int i = 0; i < 100'000; ++i) sum = sum + i;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (used.tv_sec == 0 && used.tv_nsec < 500'000'000);
  return sent ? 0 : 1;
}
