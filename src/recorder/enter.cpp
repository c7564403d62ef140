#include <cstdint>

#include "recorder/engine.hpp"

// Between the program's registers and the engine's. A stub arrives here with
// the program's registers, except rax, which it spilled, and which holds the
// stub's number. Nothing may be pushed on the program's stack.
asm(R"(
  .text
  .globl headroom_restore_signal
  .hidden headroom_restore_signal
  .type headroom_restore_signal, @function
headroom_restore_signal:
  mov $15, %eax
  syscall

  .globl headroom_clone_on_stack
  .hidden headroom_clone_on_stack
  .type headroom_clone_on_stack, @function
headroom_clone_on_stack:
  sub $16, %rsi
  mov %rdx, (%rsi)
  mov %rcx, 8(%rsi)
  xor %edx, %edx
  xor %r10d, %r10d
  xor %r8d, %r8d
  mov $56, %eax
  syscall
  test %rax, %rax
  jz 1f
  ret
1:
  xor %ebp, %ebp
  pop %rax
  pop %rdi
  and $-16, %rsp
  call *%rax
  hlt

  .globl headroom_enter_engine
  .hidden headroom_enter_engine
  .type headroom_enter_engine, @function
headroom_enter_engine:
  mov %rcx, %gs:96
  mov %rdx, %gs:104
  mov %rbx, %gs:112
  mov %rsp, %gs:120
  mov %rbp, %gs:128
  mov %rsi, %gs:136
  mov %rdi, %gs:144
  mov %r8, %gs:152
  mov %r9, %gs:160
  mov %r10, %gs:168
  mov %r11, %gs:176
  mov %r12, %gs:184
  mov %r13, %gs:192
  mov %r14, %gs:200
  mov %r15, %gs:208
  mov %gs:0, %rcx
  mov %rcx, %gs:88
  mov %gs:64, %rsp
  pushfq
  popq %gs:80
  cld
  mov %eax, %ebx
  mov %gs:72, %rcx
  mov $0xe7, %eax
  xor %edx, %edx
  xsave64 (%rcx)
  mov %ebx, %edi
  xor %ebp, %ebp
  call headroom_dispatch
  mov %rax, %gs:48
  mov %gs:72, %rcx
  mov $0xe7, %eax
  xor %edx, %edx
  xrstor64 (%rcx)
  mov %gs:64, %rsp
  pushq %gs:80
  popfq
  mov %gs:88, %rax
  mov %gs:96, %rcx
  mov %gs:104, %rdx
  mov %gs:112, %rbx
  mov %gs:128, %rbp
  mov %gs:136, %rsi
  mov %gs:144, %rdi
  mov %gs:152, %r8
  mov %gs:160, %r9
  mov %gs:168, %r10
  mov %gs:176, %r11
  mov %gs:184, %r12
  mov %gs:192, %r13
  mov %gs:200, %r14
  mov %gs:208, %r15
  mov %gs:120, %rsp
  jmp *%gs:48
)");

namespace headroom::recorder {
namespace {

/// Overwrites a stub with a jump to the copy of what it stands for.
void link_stub(const Stub& stub, std::uint64_t code) {
  const auto distance = static_cast<std::int64_t>(code) - reinterpret_cast<std::int64_t>(stub.at);
  if (const auto near = static_cast<std::int32_t>(distance - 5); near == distance - 5) {
    std::memcpy(stub.at + 1, &near, 4);
    stub.at[0] = 0xe9;
    if (stub.condition != nullptr) {
      const auto from = static_cast<std::int32_t>(
          static_cast<std::int64_t>(code) - reinterpret_cast<std::int64_t>(stub.condition) - 4);
      std::memcpy(stub.condition, &from, 4);
    }
    return;
  }
  const std::uint8_t far_jump[6] = {0xff, 0x25, 0, 0, 0, 0};  // jmp [rip]
  std::memcpy(stub.at, far_jump, sizeof far_jump);
  std::memcpy(stub.at + sizeof far_jump, &code, sizeof code);
}

}  // namespace

/// What a stub calls: decides where the program goes on, in copied code.
extern "C" __attribute__((visibility("hidden"))) std::uint64_t headroom_dispatch(
    std::uint32_t number) {
  Engine& engine = the_engine();
  EngineContext& context = *engine.context;
  const Stub stub = engine.stubs[number];
  switch (stub.kind) {
    case Stub::kIndirect: {
      const std::uint64_t target = context.target;
      const std::uint64_t code = translated(engine, target);
      engine.lookup[target & (kLookupEntries - 1)] = {target, code};
      return code;
    }
    case Stub::kDirect: {
      const std::uint64_t code = translated(engine, stub.target);
      link_stub(stub, code);
      return code;
    }
    case Stub::kSystemCall: {
      if (!emulate_system_call(engine)) finish(engine, EndReason::kSystemCall);
      context.registers[kRcx] = stub.target;
      context.registers[kR11] = context.flags;
      return translated(engine, stub.target);
    }
    case Stub::kStop:
      break;
  }
  finish(engine, EndReason::kUnsupported);
}

}  // namespace headroom::recorder
