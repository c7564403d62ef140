#include "profile/outside_copy.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace headroom {
namespace {

constexpr std::uint64_t kOrderBytes = (sizeof(CopyOrder) + 4095) & ~4095ull;
constexpr std::uint64_t kStackBytes = 256 << 10;

/// Where in the vDSO, which is the same in all 64-bit processes, the kernel is
/// called; 0: nowhere.
std::uint64_t gate_offset() {
  static const std::uint64_t kOffset = [] {
    const auto begin = static_cast<std::uint64_t>(getauxval(AT_SYSINFO_EHDR));
    if (begin == 0) return std::uint64_t{0};
    const auto* elf = reinterpret_cast<const Elf64_Ehdr*>(begin);
    const auto* segments = reinterpret_cast<const Elf64_Phdr*>(begin + elf->e_phoff);
    for (unsigned i = 0; i < elf->e_phnum; ++i) {
      if (segments[i].p_type != PT_LOAD || (segments[i].p_flags & PF_X) == 0) continue;
      const auto* code = reinterpret_cast<const unsigned char*>(begin);
      for (std::uint64_t at = elf->e_ehsize; at + 1 < segments[i].p_memsz; ++at) {
        if (code[at] == 0x0f && code[at + 1] == 0x05) return at;
      }
    }
    return std::uint64_t{0};
  }();
  return kOffset;
}

/// Ends the process in between, as it should or by force.
void end_between(HeldThread& between, std::uint64_t gate) {
  user_regs_struct last = between.registers();
  last.rip = gate;
  last.rax = SYS_exit;
  last.orig_rax = ~0ull;
  last.rdi = 0;
  if (!between.run_with(last) || between.wait() != HeldThread::State::kGone) between.kill();
}

/// In the process in between: makes the copy, then ends.
pid_t copy_by(pid_t id, std::uint64_t gate) {
  HeldThread between(id);
  pid_t copy = 0;
  if (between.wait() == HeldThread::State::kStopped && between.borrow()) {
    const auto answer = between.call(gate, SYS_clone, {});
    copy = between.newborn();
    if (answer && copy != 0) between.finish_call();
  }
  end_between(between, gate);
  return copy;
}

}  // namespace

OutsideCopies::OutsideCopies(const std::string& library)
    : image_(library), entry_(image_.symbol(kCopyEntry)) {}

std::uint64_t OutsideCopies::gate(const std::string& maps) {
  const auto name = maps.rfind("[vdso]\n");
  if (name == std::string::npos || gate_offset() == 0) return 0;
  const auto line = maps.rfind('\n', name);
  return std::strtoull(maps.c_str() + (line == std::string::npos ? 0 : line + 1), nullptr, 16) +
         gate_offset();
}

pid_t OutsideCopies::make(HeldThread& thread, std::uint64_t gate, bool is_child, CopyOrder& order) {
  pid_t copy = 0;
  if (thread.borrow()) {
    order.registers = thread.registers();
    order.signal_mask = thread.signal_mask();
    const std::uint64_t flags = is_child ? CLONE_PARENT : CLONE_VM | CLONE_VFORK;
    const auto answer = thread.call(gate, SYS_clone, {flags});
    const pid_t newborn = answer ? thread.newborn() : 0;
    if (newborn != 0 && is_child) {
      copy = newborn;
      thread.finish_call();
    } else if (newborn != 0) {
      copy = copy_by(newborn, gate);
      const auto between = static_cast<std::uint64_t>(newborn);
      if (thread.finish_call()) thread.call(gate, SYS_wait4, {between, 0, __WCLONE});
    }
  }
  thread.release();
  return copy;
}

bool OutsideCopies::lay_engine(HeldThread& copy, std::uint64_t gate, CopyOrder& order) const {
  const std::uint64_t bytes = image_.bytes() + kOrderBytes + kStackBytes;
  const auto at = copy.call(gate, SYS_mmap,
                            {0, bytes, PROT_READ | PROT_WRITE | PROT_EXEC,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, ~0ull});
  if (!at || *at <= 0) return false;
  const auto begin = static_cast<std::uint64_t>(*at);
  iovec state{order.state, sizeof order.state};
  if (ptrace(PTRACE_GETREGSET, copy.id(), NT_X86_XSTATE, &state) != 0) return false;
  order.state_bytes = static_cast<std::uint32_t>(state.iov_len);

  const auto image = image_.at(begin);
  const int memory = open(fmt::format("/proc/{}/mem", copy.id()).c_str(), O_RDWR | O_CLOEXEC);
  const auto put = [&](const void* from, std::size_t size, std::uint64_t to) {
    return pwrite(memory, from, size, static_cast<off_t>(to)) == static_cast<ssize_t>(size);
  };
  const std::uint64_t order_at = begin + image_.bytes();
  const bool good =
      memory >= 0 && put(image.data(), image.size(), begin) && put(&order, sizeof order, order_at);
  if (memory >= 0) close(memory);
  if (!good) return false;

  user_regs_struct first = copy.registers();
  first.rip = begin + entry_;
  first.rdi = order_at;
  first.rsp = begin + bytes - 8;  // as after a call
  first.rbp = 0;
  first.eflags = 0x202;
  first.orig_rax = ~0ull;
  return copy.release_with(first);
}

bool OutsideCopies::begin(pid_t id, std::uint64_t gate, CopyOrder& order) const {
  HeldThread copy(id);
  if (copy.wait() == HeldThread::State::kStopped && copy.borrow() &&
      lay_engine(copy, gate, order)) {
    return true;
  }
  copy.kill();
  return false;
}

}  // namespace headroom
