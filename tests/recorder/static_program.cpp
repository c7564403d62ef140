// Linked statically, without a C library and without thread-local storage: no
// recorder can be loaded with it, and nothing in it is as a recorder may expect.
// Its threads are made by clone() itself. While it works, it keeps a number in a
// vector register; a copy of it that lost the number would stop at once.

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>

#include <cstdint>

namespace {

constexpr std::uint64_t kRounds = 40'000'000;
constexpr std::uint64_t kKept = 0x123456789abcdef1;
constexpr int kThreads = 3;

long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
               : "rcx", "r11", "memory");
  return result;
}

std::uint64_t work(std::uint64_t seed) {
  std::uint64_t x = seed;
  asm volatile(
      "movq %[kept], %%xmm15\n"
      "mov %[rounds], %%rcx\n"
      "1:\n"
      "imul %[factor], %[x]\n"
      "add $1442695, %[x]\n"
      "movq %%xmm15, %%rax\n"
      "cmp %[kept], %%rax\n"
      "jne 2f\n"
      "dec %%rcx\n"
      "jnz 1b\n"
      "jmp 3f\n"
      "2: ud2\n"
      "3:\n"
      : [x] "+r"(x)
      : [kept] "r"(kKept), [factor] "r"(6364136223846793005ull), [rounds] "r"(kRounds)
      : "rax", "rcx", "xmm15", "cc");
  return x;
}

alignas(16) unsigned char stacks[kThreads][16384];
volatile int alive[kThreads];
std::uint64_t results[kThreads + 1];

void run_thread(long number) {
  results[number] = work(static_cast<std::uint64_t>(number) + 1);
  call(SYS_exit, 0);
}

/// A thread that ends by itself and then wakes those who wait for alive[number].
void start_thread(long number) {
  constexpr long kFlags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                          CLONE_SYSVSEM | CLONE_CHILD_CLEARTID;
  alive[number] = 1;
  auto* stack = reinterpret_cast<long*>(stacks[number + 1]) - 2;
  stack[0] = number;
  long result;
  register const volatile int* word asm("r10") = &alive[number];
  asm volatile(
      "syscall\n"
      "test %%rax, %%rax\n"
      "jnz 1f\n"
      "pop %%rdi\n"
      "xor %%ebp, %%ebp\n"
      "call *%[run]\n"
      "1:\n"
      : "=a"(result)
      : "a"(SYS_clone), "D"(kFlags), "S"(stack), "d"(0), "r"(word), [run] "b"(&run_thread)
      : "rcx", "r11", "memory");
}

void print(std::uint64_t value) {
  char text[17];
  for (int i = 0; i < 16; ++i) text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
  text[16] = '\n';
  call(SYS_write, 1, reinterpret_cast<long>(text), sizeof text);
}

}  // namespace

extern "C" [[noreturn]] void begin() {
  for (long i = 0; i < kThreads; ++i) start_thread(i);
  results[kThreads] = work(100);
  for (const auto& word : alive) {
    while (word != 0) call(SYS_futex, reinterpret_cast<long>(&word), FUTEX_WAIT, 1);
  }
  for (const auto result : results) print(result);
  call(SYS_exit_group, 6);
  __builtin_unreachable();
}

asm(".globl _start\n"
    "_start:\n"
    "xor %ebp, %ebp\n"
    "and $-16, %rsp\n"
    "call begin\n");
