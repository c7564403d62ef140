// Where a copy begins that was made from outside, of a program into which no
// library could be loaded. Only libheadroom_copy.so contains this file. There is
// no C library, no loader and nobody to return to; the processor's vector state
// is kept in the order already.

#include <asm/prctl.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ucontext.h>

#include "profile/copy_order.hpp"
#include "recorder/raw_syscall.hpp"
#include "recorder/snapshot.hpp"

#define HEADROOM_EXPORT extern "C" __attribute__((visibility("default")))

using namespace headroom;
using namespace headroom::recorder;

// --- What the compiler and the decoder want of a C library -------------------

HEADROOM_EXPORT void* memcpy(void* to, const void* from, std::size_t bytes) {
  void* at = to;
  asm volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
  return to;
}
HEADROOM_EXPORT void* memset(void* to, int value, std::size_t bytes) {
  void* at = to;
  asm volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
  return to;
}
HEADROOM_EXPORT void* memmove(void* to, const void* from, std::size_t bytes) {
  if (reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from) >= bytes) {
    return memcpy(to, from, bytes);
  }
  auto* at = static_cast<char*>(to) + bytes - 1;
  const auto* source = static_cast<const char*>(from) + bytes - 1;
  asm volatile("std\n rep movsb\n cld" : "+D"(at), "+S"(source), "+c"(bytes) : : "memory");
  return to;
}
HEADROOM_EXPORT std::size_t strnlen(const char* text, std::size_t most) {
  std::size_t length = 0;
  while (length < most && text[length] != 0) ++length;
  return length;
}
HEADROOM_EXPORT std::size_t strlen(const char* text) {
  return strnlen(text, SIZE_MAX);
}
HEADROOM_EXPORT int strncmp(const char* a, const char* b, std::size_t most) {
  for (std::size_t i = 0; i < most; ++i) {
    const auto x = static_cast<unsigned char>(a[i]), y = static_cast<unsigned char>(b[i]);
    if (x != y || x == 0) return x - y;
  }
  return 0;
}
HEADROOM_EXPORT char* strchr(const char* text, int wanted) {
  for (;; ++text) {
    if (*text == static_cast<char>(wanted)) return const_cast<char*>(text);
    if (*text == 0) return nullptr;
  }
}
HEADROOM_EXPORT char* strcpy(char* to, const char* from) {
  memcpy(to, from, strlen(from) + 1);
  return to;
}
HEADROOM_EXPORT __attribute__((noreturn)) void abort() {
  raw_syscall(SYS_exit_group, 1);
  __builtin_trap();
}
HEADROOM_EXPORT __attribute__((noreturn)) void stack_overrun() asm("__stack_chk_fail");
HEADROOM_EXPORT __attribute__((noreturn)) void assertion_failed() asm("__assert_fail");
/// std::__glibcxx_assert_fail(), which checked builds of the standard library call.
HEADROOM_EXPORT __attribute__((noreturn)) void checked_failed() asm(
    "_ZSt21__glibcxx_assert_failPKciS0_S0_");
void stack_overrun() {
  abort();
}
void checked_failed() {
  abort();
}
void assertion_failed() {
  abort();
}

// -----------------------------------------------------------------------------

namespace {

ucontext_t context;
std::uint64_t thread_block[16];  ///< for the decoder, of a program that has none

ControlPage* map_control(const char* path) {
  const long file =
      raw_syscall(SYS_openat, AT_FDCWD, as_argument(path), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return nullptr;
  const long at =
      raw_syscall(SYS_mmap, 0, sizeof(ControlPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  raw_syscall(SYS_close, file);
  if (at < 0 && at > -4096) return nullptr;
  auto* control = reinterpret_cast<ControlPage*>(at);
  return control->magic == kControlMagic ? control : nullptr;
}

/// The end of the vector state's parts that are kept, in the layout of XSAVE.
std::uint32_t state_size(std::uint64_t features) {
  std::uint32_t size = 576;  // the oldest part and the header
  for (unsigned feature = 2; feature < 63; ++feature) {
    if ((features >> feature & 1) == 0) continue;
    std::uint32_t bytes = 0, offset = 0, c = 0, d = 0;
    asm volatile("cpuid" : "=a"(bytes), "=b"(offset), "=c"(c), "=d"(d) : "a"(0xd), "c"(feature));
    if (offset + bytes > size) size = offset + bytes;
  }
  return size;
}

/// What the kernel finds behind the vector state of a signal's frame.
struct FrameWords {
  std::uint32_t magic, whole_bytes;
  std::uint64_t features;
  std::uint32_t state_bytes;
};

/// A signal's frame, as if one had interrupted the program where it stood.
bool make_context(CopyOrder& order) {
  const user_regs_struct& from = order.registers;
  const struct {
    int to;
    unsigned long long value;
  } general[] = {{REG_R8, from.r8},   {REG_R9, from.r9},   {REG_R10, from.r10},
                 {REG_R11, from.r11}, {REG_R12, from.r12}, {REG_R13, from.r13},
                 {REG_R14, from.r14}, {REG_R15, from.r15}, {REG_RDI, from.rdi},
                 {REG_RSI, from.rsi}, {REG_RBP, from.rbp}, {REG_RBX, from.rbx},
                 {REG_RDX, from.rdx}, {REG_RAX, from.rax}, {REG_RCX, from.rcx},
                 {REG_RSP, from.rsp}, {REG_RIP, from.rip}, {REG_EFL, from.eflags}};
  for (const auto& [to, value] : general) {
    context.uc_mcontext.gregs[to] = static_cast<greg_t>(value);
  }
  context.uc_mcontext.gregs[REG_CSGSFS] = static_cast<greg_t>(from.cs | from.ss << 48);
  context.uc_flags = 7;  // vector state, and a stack segment to be taken as it is
  memcpy(&context.uc_sigmask, &order.signal_mask, sizeof order.signal_mask);

  std::uint64_t features = 0;  // that the system has turned on; all but matrices and keys count
  memcpy(&features, order.state + 464, sizeof features);
  features &= 0xe7;
  const std::uint32_t size = state_size(features);
  if (size + 4 > sizeof order.state || size > order.state_bytes) return false;
  std::uint64_t present = 0;
  memcpy(&present, order.state + 512, sizeof present);
  present &= features;
  memcpy(order.state + 512, &present, sizeof present);
  const FrameWords words{0x46505853, size + 4, features, size};
  memset(order.state + 464, 0, 48);
  memcpy(order.state + 464, &words, sizeof words);
  const std::uint32_t end = 0x46505845;
  memcpy(order.state + size, &end, sizeof end);
  context.uc_mcontext.fpregs = reinterpret_cast<fpregset_t>(order.state);
  return true;
}

}  // namespace

HEADROOM_EXPORT __attribute__((noreturn)) void headroom_follow_copy(CopyOrder* order) {
  if (order->registers.fs_base == 0) {
    raw_syscall(SYS_arch_prctl, ARCH_SET_FS, as_argument(thread_block));
  }
  // A program with another's rights may not look into the recorder's folder.
  raw_syscall(SYS_setfsuid, order->user);
  raw_syscall(SYS_setfsgid, order->group);
  raw_syscall(SYS_prctl, PR_SET_NAME, as_argument(kSnapshotName));
  ControlPage* control = map_control(order->control_file);
  if (control != nullptr && make_context(*order)) {
    SnapshotOrder snapshot;
    snapshot.control = control;
    snapshot.context = &context;
    snapshot.slot = order->slot;
    snapshot.number = order->number;
    snapshot.header = order->header;
    follow_program(snapshot);
  }
  raw_syscall(SYS_exit_group, 1);
  __builtin_unreachable();
}
