#include "profile/part_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace headroom {
namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 26;
constexpr std::size_t kMeasuredEnough = 4;  ///< warm windows that make early ones needless

template <class T>
bool read_list(std::ifstream& in, std::vector<T>& list, std::uint64_t count) {
  if (count > kMost) return false;
  list.resize(count);
  const auto bytes = static_cast<std::streamsize>(count * sizeof(T));
  return static_cast<bool>(in.read(reinterpret_cast<char*>(list.data()), bytes));
}

bool holds_together(const RawPart& part) {
  std::uint64_t events = 0, accesses = 0;
  for (const auto& window : part.windows) {
    events += window.events;
    accesses += window.accesses;
  }
  if (events != part.events.size() || accesses != part.accesses.size()) return false;
  for (const auto& block : part.blocks) {
    if (block.first_site + block.sites > part.sites.size()) return false;
    if (block.code_at + block.bytes > part.code.size()) return false;
    if (block.instructions > 255) return false;
  }
  std::uint64_t used = 0;
  for (const auto& event : part.events) {
    if (event.block >= part.blocks.size()) return false;
    used += event.accesses;
  }
  return used == accesses;
}

/// Gives blocks of equal content one number in the profile.
class BlockPool {
 public:
  explicit BlockPool(std::vector<CodeBlock>& blocks) : blocks_(blocks) {}

  std::uint32_t add(const RawPart& part, std::uint32_t number) {
    const PartBlock& from = part.blocks[number];
    CodeBlock block;
    block.address = from.address;
    block.instructions = from.instructions;
    block.end = from.end;
    block.code.assign(part.code.begin() + from.code_at,
                      part.code.begin() + from.code_at + from.bytes);
    for (std::uint32_t i = 0; i < from.sites; ++i) {
      const AccessSite& site = part.sites[from.first_site + i];
      if (site.kind != kRepCount) block.sites.push_back(site);
    }
    for (auto [at, end] = known_.equal_range(from.address); at != end; ++at) {
      if (blocks_[at->second] == block) return at->second;
    }
    const auto fresh = static_cast<std::uint32_t>(blocks_.size());
    known_.emplace(from.address, fresh);
    blocks_.push_back(std::move(block));
    return fresh;
  }

 private:
  std::vector<CodeBlock>& blocks_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> known_;
};

/// A block without string instructions has one access for each operand.
bool fits(const CodeBlock& block, std::uint32_t accesses) {
  for (const auto& site : block.sites) {
    if ((site.kind & kRepeats) != 0) return true;
  }
  return accesses == block.sites.size();
}

std::string text_of(const char* characters, std::size_t most) {
  return {characters, strnlen(characters, most)};
}

Snapshot describe_part(const PartHeader& h, std::uint64_t started_ns) {
  Snapshot s;
  s.process = h.process;
  s.thread = h.thread;
  s.thread_name = text_of(h.name, sizeof h.name);
  s.program = text_of(h.program, sizeof h.program);
  s.time_s =
      h.monotonic_ns > started_ns ? static_cast<double>(h.monotonic_ns - started_ns) * 1e-9 : 0.0;
  s.cpu_s = static_cast<double>(h.process_cpu_ns) * 1e-9;
  s.covered_s = static_cast<double>(h.covered_ns) * 1e-9;
  s.covered_instructions = h.covered_instructions;
  s.child_cpu_s = static_cast<double>(h.child_cpu_ns) * 1e-9;
  s.reason = h.reason;
  s.system_call = h.system_call;
  s.instructions = h.instructions;
  s.accesses = h.accesses;
  s.branches = h.branches;
  std::copy(std::begin(h.data_reuse), std::end(h.data_reuse), s.data_reuse.begin());
  std::copy(std::begin(h.page_reuse), std::end(h.page_reuse), s.page_reuse.begin());
  std::copy(std::begin(h.code_reuse), std::end(h.code_reuse), s.code_reuse.begin());
  return s;
}

Snapshot convert(const RawPart& part, std::uint64_t started_ns, std::uint64_t warm, BlockPool& pool,
                 const std::vector<CodeBlock>& blocks) {
  Snapshot snapshot = describe_part(part.header, started_ns);
  const auto measured = static_cast<std::size_t>(
      std::count_if(part.windows.begin(), part.windows.end(),
                    [&](const PartWindow& w) { return w.first_instruction >= warm; }));
  std::unordered_map<std::uint32_t, std::uint32_t> renumbered;
  std::size_t event = 0, access = 0;
  for (const auto& from : part.windows) {
    const std::size_t event_end = event + from.events, access_end = access + from.accesses;
    const bool wanted = from.first_instruction >= warm || measured < kMeasuredEnough;
    Window window{from.first_instruction, from.instructions, {}, {}};
    bool good = wanted;
    for (std::size_t i = event; good && i < event_end; ++i) {
      const PartBlockEvent& e = part.events[i];
      auto [at, fresh] = renumbered.try_emplace(e.block, 0);
      if (fresh) at->second = pool.add(part, e.block);
      good = fits(blocks[at->second], e.accesses);
      window.events.push_back({at->second, e.accesses, e.missed, e.code_reuse});
    }
    for (std::size_t i = access; good && i < access_end; ++i) {
      const PartAccess& a = part.accesses[i];
      window.accesses.push_back({a.address, a.instruction, a.kind, a.bytes, a.reuse, a.page_reuse});
    }
    if (good) snapshot.windows.push_back(std::move(window));
    event = event_end;
    access = access_end;
  }
  return snapshot;
}

/// What a snapshot stands for in instructions: all since the one before of the same
/// process. They are counted when it ends.
std::uint64_t advance(std::uint64_t& before, std::uint64_t to) {
  const std::uint64_t now = std::max(before, to);
  return now - std::exchange(before, now);
}

/// What each stands for in CPU time: the part of its process's time that is nearer to
/// it than to the snapshots before and behind, from the process's start to its end.
/// `parts` are in order of time.
void share_out(std::vector<RawPart>& parts, const std::vector<ThreadTime>& threads) {
  std::unordered_map<std::int32_t, std::vector<PartHeader*>> by_process;
  for (auto& part : parts) by_process[part.header.process].push_back(&part.header);
  for (auto& [process, headers] : by_process) {
    std::ranges::stable_sort(headers, {}, &PartHeader::process_cpu_ns);
    double ended_s = 0;
    for (const auto& thread : threads) ended_s += thread.process == process ? thread.cpu_s : 0;
    std::uint64_t begin = 0;
    for (std::size_t i = 0; i < headers.size(); ++i) {
      const std::uint64_t at = headers[i]->process_cpu_ns;
      const std::uint64_t end = i + 1 < headers.size()
                                    ? at + (headers[i + 1]->process_cpu_ns - at) / 2
                                    : std::max(at, static_cast<std::uint64_t>(ended_s * 1e9));
      headers[i]->covered_ns = end - begin;
      begin = end;
    }
  }
}

}  // namespace

bool CodeBlock::operator==(const CodeBlock& other) const {
  const auto same_site = [](const AccessSite& a, const AccessSite& b) {
    return a.instruction == b.instruction && a.kind == b.kind && a.bytes == b.bytes;
  };
  return address == other.address && instructions == other.instructions && end == other.end &&
         code == other.code &&
         std::equal(sites.begin(), sites.end(), other.sites.begin(), other.sites.end(), same_site);
}

std::optional<RawPart> read_part(const std::string& path) {
  RawPart part;
  std::ifstream in(path, std::ios::binary);
  if (!in.read(reinterpret_cast<char*>(&part.header), sizeof part.header)) return {};
  const PartHeader& h = part.header;
  if (h.magic != kPartMagic || h.header_bytes != sizeof h) return {};
  if (h.reason > EndReason::kFull) return {};
  const bool read =
      read_list(in, part.blocks, h.blocks) && read_list(in, part.sites, h.sites) &&
      read_list(in, part.code, h.code_bytes) && read_list(in, part.windows, h.windows) &&
      read_list(in, part.events, h.events) && read_list(in, part.accesses, h.window_accesses);
  if (!read || !holds_together(part)) return {};
  return part;
}

void take_system_calls(Observed& observed, std::vector<RawPart>& parts) {
  std::array<std::uint64_t, kCallNumbers> sums{};
  for (const auto& part : parts) {
    const auto& calls = part.header.calls;
    const auto all = std::accumulate(std::begin(calls), std::end(calls), std::uint64_t{0});
    if (all > part.header.instructions) continue;  // cannot be: the program wrote over it
    observed.call_instructions += part.header.instructions;
    for (unsigned i = 0; i < kCallNumbers; ++i) sums[i] += calls[i];
  }
  for (unsigned i = 0; i < kCallNumbers; ++i) {
    if (sums[i] > 0) observed.calls.push_back({i, sums[i]});
  }
  std::erase_if(parts, [](const RawPart& part) { return part.windows.empty(); });
}

void add_snapshots(Profile& profile, std::vector<RawPart> parts, std::uint64_t started_ns,
                   std::size_t snapshots_most, std::uint64_t warm_instructions) {
  if (parts.size() > snapshots_most) {
    std::sort(parts.begin(), parts.end(), [](const RawPart& a, const RawPart& b) {
      return std::pair(a.header.covered_instructions, a.header.covered_ns) >
             std::pair(b.header.covered_instructions, b.header.covered_ns);
    });
    parts.resize(snapshots_most);
  }
  std::sort(parts.begin(), parts.end(), [](const RawPart& a, const RawPart& b) {
    return a.header.monotonic_ns < b.header.monotonic_ns;
  });
  share_out(parts, profile.threads);
  BlockPool pool(profile.blocks);
  std::unordered_map<std::int32_t, std::uint64_t> instructions;  // of each process so far
  for (auto& part : parts) {
    PartHeader& h = part.header;
    h.covered_instructions = advance(instructions[h.process], h.process_instructions);
    Snapshot snapshot = convert(part, started_ns, warm_instructions, pool, profile.blocks);
    if (!snapshot.windows.empty()) profile.snapshots.push_back(std::move(snapshot));
  }
}

}  // namespace headroom
