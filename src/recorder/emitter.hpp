#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>

namespace headroom::recorder {

/// Writes machine code, byte by byte, at a place that moves along.
class Emitter {
 public:
  explicit Emitter(std::uint8_t*& at) : at_(at) {}

  std::uint8_t* here() const { return at_; }
  void bytes(std::initializer_list<int> list) {
    for (const int value : list) *at_++ = static_cast<std::uint8_t>(value);
  }
  void copy(const void* code, std::size_t size) {
    std::memcpy(at_, code, size);
    at_ += size;
  }
  void number32(std::uint32_t value) { copy(&value, 4); }
  void number64(std::uint64_t value) { copy(&value, 8); }

  /// mov gs:[offset], register; and back. Registers rax to rdi.
  void store_context(int reg, std::size_t offset) { context_move(0x89, reg, offset); }
  void load_context(int reg, std::size_t offset) { context_move(0x8b, reg, offset); }
  /// mov register, value.
  void load_number(int reg, std::uint64_t value) {
    bytes({0x48, 0xb8 | reg});
    number64(value);
  }
  void jump(const std::uint8_t* target) {
    bytes({0xe9});
    number32(static_cast<std::uint32_t>(target - (at_ + 4)));
  }
  /// jmp gs:[offset].
  void jump_context(std::size_t offset) {
    bytes({0x65, 0xff, 0x24, 0x25});
    number32(static_cast<std::uint32_t>(offset));
  }

 private:
  void context_move(int opcode, int reg, std::size_t offset) {
    bytes({0x65, 0x48, opcode, 0x04 | reg << 3, 0x25});
    number32(static_cast<std::uint32_t>(offset));
  }
  std::uint8_t*& at_;
};

}  // namespace headroom::recorder
