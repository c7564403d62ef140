#include "recorder/present_pages.hpp"

#include <fcntl.h>

#include <cstring>

#include "recorder/maps_reader.hpp"
#include "recorder/raw_syscall.hpp"

namespace headroom::recorder {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr unsigned kRangesMost = 16384;
constexpr std::uint64_t kPagesMost = std::uint64_t{16} << 20;  ///< looked at: 64 GiB
constexpr std::uint64_t kThere = std::uint64_t{3} << 62;       ///< in memory, or swapped out

/// A mapping; `bits` counts from the first page's place in the bit map. Mappings
/// of files, and those beyond the limit, have none: nothing is known of them.
struct Range {
  std::uint64_t begin, end, bits;
};
constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
Range* ranges = nullptr;
unsigned count = 0;
std::uint8_t* present = nullptr;
std::uint64_t pages = 0;

void add_range(const Mapping& mapping, void*) {
  if (count == kRangesMost) return;
  const std::uint64_t of_it = (mapping.end - mapping.begin) / kPage;
  const bool looked_at = !mapping.shared && !mapping.file && pages + of_it <= kPagesMost;
  ranges[count++] = {mapping.begin, mapping.end, looked_at ? pages : kUnknown};
  if (looked_at) pages += of_it;
}

void read_range(long pagemap, const Range& range) {
  static std::uint64_t entries[4096];
  const std::uint64_t first = range.begin / kPage, all = (range.end - range.begin) / kPage;
  for (std::uint64_t done = 0; done < all;) {
    const std::uint64_t wanted = all - done < 4096 ? all - done : 4096;
    const long got =
        raw_syscall(SYS_pread64, pagemap, as_argument(entries), static_cast<long>(wanted * 8),
                    static_cast<long>((first + done) * 8));
    // What cannot be told counts as there.
    const std::uint64_t told = got > 0 ? static_cast<std::uint64_t>(got) / 8 : 0;
    for (std::uint64_t i = 0; i < wanted; ++i) {
      const std::uint64_t bit = range.bits + done + i;
      if (i >= told || (entries[i] & kThere) != 0) {
        present[bit / 8] = static_cast<std::uint8_t>(present[bit / 8] | 1u << bit % 8);
      }
    }
    done += wanted;
  }
}

}  // namespace

void note_present_pages() {
  ranges = static_cast<Range*>(map_memory(kRangesMost * sizeof(Range)));
  if (ranges == nullptr) return;
  const bool complete = read_mappings(&add_range, nullptr) && count < kRangesMost;
  present = static_cast<std::uint8_t*>(map_memory(pages / 8 + 1));
  const long pagemap =
      raw_syscall(SYS_openat, AT_FDCWD, as_argument("/proc/self/pagemap"), O_RDONLY | O_CLOEXEC);
  if (!complete || present == nullptr || pagemap < 0) {
    unmap_memory(ranges, kRangesMost * sizeof(Range));
    ranges = nullptr;
    return;
  }
  for (unsigned i = 0; i < count; ++i) {
    if (ranges[i].bits != kUnknown) read_range(pagemap, ranges[i]);
  }
  raw_syscall(SYS_close, pagemap);
}

bool was_absent(std::uint64_t address) {
  if (ranges == nullptr) return false;
  unsigned low = 0, high = count;  // the first range that ends beyond the address
  while (low < high) {
    const unsigned middle = (low + high) / 2;
    if (ranges[middle].end <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == count || address < ranges[low].begin) return true;  // mapped since then
  if (ranges[low].bits == kUnknown) return false;
  const std::uint64_t bit = ranges[low].bits + (address - ranges[low].begin) / kPage;
  return (present[bit / 8] >> bit % 8 & 1) == 0;
}

}  // namespace headroom::recorder
