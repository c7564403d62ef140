#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include <cstddef>
#include <cstdint>

namespace headroom::recorder {

/// The kernel, asked directly: libc's wrappers set the program's errno and may
/// be somebody else's. A negative answer is minus the error's number.
inline long raw_syscall(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                        long f = 0) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

template <class T>
long as_argument(T* pointer) {
  return reinterpret_cast<long>(pointer);
}

/// Fresh zeroed memory of our own, or null. Pages cost nothing until touched.
inline void* map_memory(std::size_t bytes, int extra_flags = 0) {
  const long at = raw_syscall(SYS_mmap, 0, static_cast<long>(bytes), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | extra_flags, -1, 0);
  return at < 0 && at > -4096 ? nullptr : reinterpret_cast<void*>(at);
}

inline void unmap_memory(void* memory, std::size_t bytes) {
  if (memory != nullptr) raw_syscall(SYS_munmap, as_argument(memory), static_cast<long>(bytes));
}

inline std::uint64_t clock_ns(int clock) {
  timespec now{};
  raw_syscall(SYS_clock_gettime, clock, as_argument(&now));
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
         static_cast<std::uint64_t>(now.tv_nsec);
}

/// What the kernel takes where libc has struct sigaction.
struct KernelSigaction {
  void* handler = nullptr;
  std::uint64_t flags = 0;
  void (*restorer)() = nullptr;
  std::uint64_t mask = 0;
};

inline constexpr std::uint64_t kRestorer = 0x04000000;  ///< SA_RESTORER, which libc hides
inline constexpr std::uint64_t kAllSignals = ~std::uint64_t{0};
constexpr std::uint64_t signal_bit(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

inline long set_signal_action(int signal, const KernelSigaction* action, KernelSigaction* old) {
  return raw_syscall(SYS_rt_sigaction, signal, as_argument(action), as_argument(old), 8);
}

extern "C" void headroom_restore_signal();  ///< what a handler returns to
/// Runs `entry(argument)` in a process that shares our memory, on a stack of its
/// own; gives its id. `entry` must not return.
extern "C" long headroom_clone_on_stack(long flags, void* stack_top, void (*entry)(void*),
                                        void* argument);

}  // namespace headroom::recorder
