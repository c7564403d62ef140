#include "cli/command.hpp"

int main(int argc, char** argv) {
  return headroom::run_program(argc, argv);
}
