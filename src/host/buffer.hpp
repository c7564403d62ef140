#pragma once

#include <cstddef>

namespace headroom {

/// Memory for the measurements, in pages of 2 MiB where the kernel gives them: with
/// small pages every access beyond the caches also waits for the page tables, which
/// is a property of the page size and not of the memory.
class Buffer {
 public:
  enum class Pages { kLarge, kSmall };  ///< kSmall: of 4 KiB, to see what they cost
  /// Throws ModelError when there is not so much memory.
  explicit Buffer(std::size_t bytes, Pages pages = Pages::kLarge);
  ~Buffer();
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  std::byte* data() const { return data_; }  ///< begins a page of 2 MiB
  std::size_t size() const { return bytes_; }
  /// Whether most of it lies in large pages.
  bool huge_pages() const { return huge_; }

 private:
  void* mapped_ = nullptr;
  std::size_t mapped_b_ = 0, bytes_ = 0;
  std::byte* data_ = nullptr;
  bool huge_ = false;
};

}  // namespace headroom
