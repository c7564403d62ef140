#include "profile/byte_stream.hpp"

#include <fmt/core.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr double kRealMost = 1e18;

}  // namespace

void ByteWriter::number(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void ByteWriter::signed_number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  number((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void ByteWriter::real(double value) {
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) bytes_.push_back(static_cast<std::uint8_t>(bits));
}

void ByteWriter::text(std::string_view value) {
  number(value.size());
  bytes_.insert(bytes_.end(), value.begin(), value.end());
}

void ByteWriter::raw(std::span<const std::uint8_t> values) {
  bytes_.insert(bytes_.end(), values.begin(), values.end());
}

void ByteReader::fail(std::string_view what) const {
  throw InputError(fmt::format("{}: {}, at byte {} of its part '{}'", file_, what, at_, part_),
                   "the file is damaged, or not from this version; record it again");
}

std::uint8_t ByteReader::byte() {
  if (at_ == bytes_.size()) fail("it ends too early");
  return bytes_[at_++];
}

std::uint64_t ByteReader::number() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t next = byte();
    if (shift == 63 && next > 1) fail("a number is too large");
    value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if ((next & 0x80) == 0) return value;
  }
  fail("a number is too long");
}

std::uint64_t ByteReader::number_up_to(std::uint64_t most, std::string_view what) {
  const std::uint64_t value = number();
  if (value > most) fail(fmt::format("{} is {}, more than {}", what, value, most));
  return value;
}

std::size_t ByteReader::count(std::string_view what, std::size_t bytes_each) {
  const std::uint64_t value = number();
  if (value > left() / bytes_each) {
    fail(fmt::format("it promises {} {}, more than it can hold", value, what));
  }
  return static_cast<std::size_t>(value);
}

std::int64_t ByteReader::signed_number() {
  const std::uint64_t bits = number();
  return static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
}

double ByteReader::real() {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < 8; ++i) bits |= static_cast<std::uint64_t>(byte()) << (8 * i);
  const auto value = std::bit_cast<double>(bits);
  // Sums and products of such numbers stay finite, too.
  if (!(std::abs(value) <= kRealMost)) fail("a number is not finite or beyond 1e18");
  return value;
}

std::string ByteReader::text() {
  const auto bytes = raw(count("characters"));
  return {bytes.begin(), bytes.end()};
}

std::span<const std::uint8_t> ByteReader::raw(std::size_t size) {
  if (size > left()) fail("it ends too early");
  const auto bytes = bytes_.subspan(at_, size);
  at_ += size;
  return bytes;
}

void ByteReader::expect_end() const {
  if (left() != 0) fail(fmt::format("{} bytes too many", left()));
}

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
  static const auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82f63b78u : 0);
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t crc = ~0u;
  for (const auto byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
  return ~crc;
}

}  // namespace headroom
