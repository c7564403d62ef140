#include "profile/renumber.hpp"

#include <map>
#include <set>
#include <unordered_map>

namespace headroom {
namespace {

constexpr unsigned kLargePageBits = 21, kPageBits = 12;

/// Pages of one size, first gathered in the order of use, then numbered: a run of
/// neighbours gets the next free numbers, with one left out before the next run.
class Pages {
 public:
  explicit Pages(unsigned bits) : bits_(bits) {}

  void use(std::uint64_t address, std::uint64_t bytes) {
    const std::uint64_t first = address >> bits_;
    const std::uint64_t last = (address + (bytes > 0 ? bytes - 1 : 0)) >> bits_;
    use_page(first);
    if (last == first + 1) use_page(last);
  }

  void number() {
    std::uint64_t next = 1;  // replay looks at the page before
    for (const auto page : order_) {
      if (numbers_.contains(page)) continue;
      std::uint64_t at = page;
      while (at > 0 && pages_.contains(at - 1)) --at;
      for (; pages_.contains(at); ++at) numbers_.emplace(at, next++);
      ++next;
    }
  }

  std::uint64_t renumbered(std::uint64_t address) const {
    const std::uint64_t place = address & ((std::uint64_t{1} << bits_) - 1);
    return numbers_.at(address >> bits_) << bits_ | place;
  }

 private:
  void use_page(std::uint64_t page) {
    if (pages_.insert(page).second) order_.push_back(page);
  }

  unsigned bits_;
  std::set<std::uint64_t> pages_;
  std::vector<std::uint64_t> order_;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers_;
};

void renumber_code(Profile& profile) {
  Pages pages(kPageBits);
  const auto bytes_of = [&](std::size_t i) {
    return profile.stripped() ? profile.operations->blocks[i].bytes : profile.blocks[i].code.size();
  };
  for (std::size_t i = 0; i < profile.blocks.size(); ++i) {
    pages.use(profile.blocks[i].address, bytes_of(i));
  }
  pages.number();
  for (auto& block : profile.blocks) block.address = pages.renumbered(block.address);
}

void renumber_data(Profile& profile) {
  std::map<std::int32_t, Pages> processes;
  for (const auto& snapshot : profile.snapshots) {
    Pages& pages = processes.try_emplace(snapshot.process, kLargePageBits).first->second;
    for (const auto& window : snapshot.windows) {
      for (const auto& access : window.accesses) pages.use(access.address, access.bytes);
    }
  }
  for (auto& [process, pages] : processes) pages.number();
  for (auto& snapshot : profile.snapshots) {
    const Pages& pages = processes.at(snapshot.process);
    for (auto& window : snapshot.windows) {
      for (auto& access : window.accesses) access.address = pages.renumbered(access.address);
    }
  }
}

}  // namespace

void renumber_addresses(Profile& profile) {
  renumber_code(profile);
  renumber_data(profile);
}

}  // namespace headroom
