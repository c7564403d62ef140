#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>

#include "recorder/engine.hpp"
#include "recorder/isolation.hpp"

namespace headroom::recorder {
namespace {

/// The program's call: number and arguments in its registers.
struct Call {
  explicit Call(EngineContext& c) : context(c), number(static_cast<long>(c.registers[kRax])) {}
  std::uint64_t unsigned_argument(int i) const {
    constexpr int kOrder[] = {kRdi, kRsi, kRdx, kR10, kR8, kR9};
    return context.registers[kOrder[i]];
  }
  long argument(int i) const { return static_cast<long>(unsigned_argument(i)); }
  bool answer(long value) {
    context.registers[kRax] = static_cast<std::uint64_t>(value);
    return true;
  }
  /// Asks the kernel, with these arguments.
  bool pass() {
    return answer(raw_syscall(number, argument(0), argument(1), argument(2), argument(3),
                              argument(4), argument(5)));
  }

  EngineContext& context;
  long number;
};

bool on_file(Call& call) {
  return was_closed(static_cast<int>(call.argument(0))) ? false : call.pass();
}

/// Reads for the program; what arrives in its memory comes through the caches.
bool read_file(Engine& engine, Call& call) {
  if (!on_file(call)) return false;
  auto left = static_cast<long>(call.context.registers[kRax]);
  const bool vectors = call.number == SYS_readv || call.number == SYS_preadv;
  if (left > 0 && !vectors) {
    kernel_wrote(engine, call.unsigned_argument(1), static_cast<std::uint64_t>(left));
  }
  const auto* vector = reinterpret_cast<const iovec*>(call.unsigned_argument(1));
  for (; vectors && left > 0; ++vector) {
    const long here = std::min(left, static_cast<long>(vector->iov_len));
    const auto address = reinterpret_cast<std::uint64_t>(vector->iov_base);
    if (here > 0) kernel_wrote(engine, address, static_cast<std::uint64_t>(here));
    left -= here;
  }
  return true;
}

/// Questions about a file; and what only this process notices.
bool control_file(Call& call) {
  if (was_closed(static_cast<int>(call.argument(0)))) return false;
  switch (call.argument(1)) {
    case TCGETS:
    case TIOCGWINSZ:
    case FIOCLEX:
    case FIONCLEX:
    case FIONREAD:
      return call.pass();
    default:
      return false;
  }
}

bool change_descriptor(Call& call) {
  if (was_closed(static_cast<int>(call.argument(0)))) return false;
  switch (call.argument(1)) {
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
      return call.pass();
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      call.pass();
      forget_closed(static_cast<int>(call.context.registers[kRax]));
      return true;
    case F_SETLK:
    case F_SETLKW:
      return call.answer(0);  // nobody else may see the lock
    default:
      return false;
  }
}

bool signal_mask(Engine& engine, Call& call) {
  if (call.unsigned_argument(3) != 8) return false;
  const std::uint64_t before = engine.signal_mask;
  if (const auto* set = reinterpret_cast<const std::uint64_t*>(call.unsigned_argument(1))) {
    if (call.argument(0) == SIG_BLOCK) engine.signal_mask |= *set;
    if (call.argument(0) == SIG_UNBLOCK) engine.signal_mask &= ~*set;
    if (call.argument(0) == SIG_SETMASK) engine.signal_mask = *set;
  }
  if (auto* old = reinterpret_cast<std::uint64_t*>(call.unsigned_argument(2))) *old = before;
  return call.answer(0);
}

bool signal_action(Call& call) {
  switch (call.argument(0)) {
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGTRAP:
      return false;  // the engine's own
    default:
      return call.pass();  // no other signal reaches the copy
  }
}

bool map_file(Call& call) {
  const long flags = call.argument(3);
  if ((flags & MAP_ANONYMOUS) == 0 && was_closed(static_cast<int>(call.argument(4)))) return false;
  if ((flags & MAP_FIXED) != 0 &&
      overlaps_shared(call.unsigned_argument(0), call.unsigned_argument(1))) {
    return false;
  }
  const long kind = flags & 0x0f;
  const long own = kind == MAP_PRIVATE ? flags : (flags & ~0x0fl) | MAP_PRIVATE;
  return call.answer(raw_syscall(SYS_mmap, call.argument(0), call.argument(1), call.argument(2),
                                 own, call.argument(4), call.argument(5)));
}

bool open_file(Call& call, const char* path, long folder, long flags) {
  constexpr long kChanges = O_CREAT | O_TRUNC | O_TMPFILE | O_PATH;
  struct stat info {};
  if ((flags & O_ACCMODE) != O_RDONLY || (flags & (kChanges & ~O_DIRECTORY)) != 0) return false;
  if (raw_syscall(SYS_newfstatat, folder, as_argument(path), as_argument(&info), 0) == 0 &&
      !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
    return false;  // to open a device or a pipe may be noticed
  }
  call.pass();
  forget_closed(static_cast<int>(call.context.registers[kRax]));
  return true;
}

bool close_file(Call& call) {
  const int descriptor = static_cast<int>(call.argument(0));
  if (!was_closed(descriptor)) return call.pass();
  forget_closed(descriptor);
  return call.answer(0);
}

bool advise(Call& call) {
  switch (call.argument(2)) {
    case MADV_DONTNEED:
    case MADV_FREE:
      return overlaps_shared(call.unsigned_argument(0), call.unsigned_argument(1)) ? call.answer(0)
                                                                                   : call.pass();
    default:
      return call.answer(0);
  }
}

bool futex(Call& call) {
  switch (call.argument(1) & FUTEX_CMD_MASK) {
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE:
    case FUTEX_WAKE_OP:
      return call.answer(0);  // nobody else is here
    default:
      return false;
  }
}

/// A change of what memory holds or may do: code copied from there is stale.
bool change_memory(Engine& engine, Call& call) {
  const bool shares = overlaps_shared(call.unsigned_argument(0), call.unsigned_argument(1));
  if (call.number == SYS_mprotect) {
    if (shares && (call.argument(2) & PROT_WRITE) != 0) return false;
    if ((call.argument(2) & PROT_EXEC) != 0) forget_translations(engine);
  } else if (shares) {
    return false;
  }
  return call.pass();
}

}  // namespace

bool emulate_system_call(Engine& engine) {
  Call call(*engine.context);
  ++engine.system_calls;
  engine.header.system_call = static_cast<std::int32_t>(call.number);
  const auto number = static_cast<unsigned long>(call.number);
  ++engine.header.calls[number < kCallNumbers ? number : kCallNumbers - 1];
  switch (call.number) {
    case SYS_write:
    case SYS_pwrite64:
      return call.answer(call.argument(2));  // as if all had been taken
    case SYS_read:
    case SYS_pread64:
    case SYS_readv:
    case SYS_preadv:
      return read_file(engine, call);
    case SYS_ioctl:
      return control_file(call);
    case SYS_fcntl:
      return change_descriptor(call);
    case SYS_lseek:
    case SYS_fstat:
    case SYS_fstatfs:
    case SYS_getdents64:
      return on_file(call);
    case SYS_stat:
    case SYS_lstat:
    case SYS_newfstatat:
    case SYS_statx:
    case SYS_access:
    case SYS_faccessat:
    case SYS_faccessat2:
    case SYS_readlink:
    case SYS_readlinkat:
    case SYS_statfs:
    case SYS_getcwd:
    case SYS_uname:
    case SYS_sysinfo:
    case SYS_getuid:
    case SYS_geteuid:
    case SYS_getgid:
    case SYS_getegid:
    case SYS_getppid:
    case SYS_getpgrp:
    case SYS_getrlimit:
    case SYS_getrandom:
    case SYS_clock_gettime:
    case SYS_clock_getres:
    case SYS_gettimeofday:
    case SYS_time:
    case SYS_times:
    case SYS_getrusage:
    case SYS_getcpu:
    case SYS_sched_getaffinity:
    case SYS_brk:
      return call.pass();
    case SYS_close:
      return close_file(call);
    case SYS_openat:
      return open_file(call, reinterpret_cast<const char*>(call.unsigned_argument(1)),
                       call.argument(0), call.argument(2));
    case SYS_open:
      return open_file(call, reinterpret_cast<const char*>(call.unsigned_argument(0)), AT_FDCWD,
                       call.argument(1));
    case SYS_getpid:
      return call.answer(engine.header.process);
    case SYS_gettid:
      return call.answer(engine.header.thread);
    case SYS_mmap:
      return map_file(call);
    case SYS_munmap:
      if (overlaps_shared(call.unsigned_argument(0), call.unsigned_argument(1))) return false;
      return call.pass();
    case SYS_mprotect:
    case SYS_mremap:
      return change_memory(engine, call);
    case SYS_madvise:
      return advise(call);
    case SYS_rt_sigprocmask:
      return signal_mask(engine, call);
    case SYS_rt_sigaction:
      return signal_action(call);
    case SYS_futex:
      return futex(call);
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_msync:
    case SYS_fadvise64:
    case SYS_flock:
    case SYS_mlock:
    case SYS_munlock:
    case SYS_sched_setaffinity:
    case SYS_sched_yield:
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
      return call.answer(0);
    default:
      return false;
  }
}

}  // namespace headroom::recorder
