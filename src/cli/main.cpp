#include <fcntl.h>
#include <unistd.h>

#include "cli/command.hpp"

namespace {

/// Fills the places of standard streams that were closed, so that no file takes one
/// and gets the messages. Writing to them fails as before.
void fill_closed_streams() {
  int descriptor = 0;
  while (descriptor >= 0 && descriptor <= STDERR_FILENO) {
    descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  if (descriptor > STDERR_FILENO) close(descriptor);
}

}  // namespace

int main(int argc, char** argv) {
  fill_closed_streams();
  return headroom::run_program(argc, argv);
}
