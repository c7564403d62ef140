#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Writes numbers and texts into bytes: whole numbers in seven bits a byte, low
/// part first, so that small ones take one byte; doubles in eight.
class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(value); }
  void number(std::uint64_t value);
  void signed_number(std::int64_t value);  ///< small when near zero on either side
  void real(double value);
  void text(std::string_view value);
  void raw(std::span<const std::uint8_t> values);

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Reads them back, and trusts nothing: every length is compared with what is
/// left. Throws InputError, which names the file, the part and the byte.
class ByteReader {
 public:
  ByteReader(std::span<const std::uint8_t> bytes, std::string file, std::string part)
      : bytes_(bytes), file_(std::move(file)), part_(std::move(part)) {}

  std::uint8_t byte();
  std::uint64_t number();
  /// A number that is at most this.
  std::uint64_t number_up_to(std::uint64_t most, std::string_view what);
  /// How many things follow, of at least `bytes_each` bytes.
  std::size_t count(std::string_view what, std::size_t bytes_each = 1);
  std::int64_t signed_number();
  double real();  ///< finite
  std::string text();
  std::span<const std::uint8_t> raw(std::size_t size);
  /// The next bytes as a reader of their own, which calls them `part`.
  ByteReader sub(std::size_t size, const std::string& part) {
    return {raw(size), file_, part_ + ": " + part};
  }

  std::size_t left() const { return bytes_.size() - at_; }
  void expect_end() const;
  [[noreturn]] void fail(std::string_view what) const;

 private:
  std::span<const std::uint8_t> bytes_;
  std::string file_, part_;
  std::size_t at_ = 0;
};

/// CRC-32C (Castagnoli), as in iSCSI and ext4.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

}  // namespace headroom
