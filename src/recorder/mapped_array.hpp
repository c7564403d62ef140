#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "recorder/raw_syscall.hpp"

namespace headroom::recorder {

/// An array that grows to a fixed most in memory of its own: a snapshot must
/// never touch the program's heap, which may be locked or half changed. When it
/// is full, push() says so, and the snapshot ends.
template <class T>
class MappedArray {
 public:
  bool reserve(std::size_t most) {
    data_ = static_cast<T*>(map_memory(most * sizeof(T)));
    most_ = data_ != nullptr ? most : 0;
    return data_ != nullptr;
  }
  bool push(const T& value) {
    if (size_ == most_) return false;
    data_[size_++] = value;
    return true;
  }
  bool append(const T* values, std::size_t count) {
    if (count > most_ - size_) return false;
    std::memcpy(data_ + size_, values, count * sizeof(T));
    size_ += count;
    return true;
  }
  void release() {
    unmap_memory(data_, most_ * sizeof(T));
    *this = MappedArray();
  }
  void resize_down(std::size_t size) { size_ = size; }
  std::size_t size() const { return size_; }
  std::size_t room() const { return most_ - size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  const T* data() const { return data_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0, most_ = 0;
};

/// Finds the translation of a program address: open addressing, never shrinks.
class AddressMap {
 public:
  bool reserve(unsigned bits) {
    bits_ = bits;
    slots_ = static_cast<Slot*>(map_memory(sizeof(Slot) << bits));
    return slots_ != nullptr;
  }
  /// 0 when the address is not known.
  std::uint64_t find(std::uint64_t key) const {
    for (std::size_t i = place(key);; i = next(i)) {
      if (slots_[i].key == key) return slots_[i].value;
      if (slots_[i].key == 0) return 0;
    }
  }
  /// False when the map is as full as it may get.
  bool insert(std::uint64_t key, std::uint64_t value) {
    if (used_ >= (std::size_t{3} << bits_) / 4) return false;
    std::size_t i = place(key);
    while (slots_[i].key != 0 && slots_[i].key != key) i = next(i);
    if (slots_[i].key == 0) ++used_;
    slots_[i] = {key, value};
    return true;
  }
  void clear() {
    std::memset(static_cast<void*>(slots_), 0, sizeof(Slot) << bits_);
    used_ = 0;
  }

 private:
  struct Slot {
    std::uint64_t key, value;
  };
  std::size_t place(std::uint64_t key) const {
    return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ull) >> (64 - bits_));
  }
  std::size_t next(std::size_t i) const { return (i + 1) & ((std::size_t{1} << bits_) - 1); }

  Slot* slots_ = nullptr;
  std::size_t used_ = 0;
  unsigned bits_ = 0;
};

}  // namespace headroom::recorder
