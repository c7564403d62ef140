#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "profile/profile_file.hpp"

namespace headroom {
namespace {

bool repeats(const CodeBlock& block) {
  return std::any_of(block.sites.begin(), block.sites.end(),
                     [](const AccessSite& site) { return (site.kind & kRepeats) != 0; });
}

/// Predicts an address from the last one that the same operand used.
class AddressGuess {
 public:
  std::uint64_t& last(std::uint32_t block, std::size_t site) {
    return last_[static_cast<std::uint64_t>(block) << 16 | site];
  }

 private:
  std::unordered_map<std::uint64_t, std::uint64_t> last_;
};

std::int64_t difference(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(a - b);
}

void write_histogram(ByteWriter& out, const ReuseHistogram& histogram) {
  for (const auto count : histogram) out.number(count);
}

void read_histogram(ByteReader& in, ReuseHistogram& histogram) {
  for (auto& count : histogram) count = in.number_up_to(std::uint64_t{1} << 48, "a count");
}

/// The site of a block that an access of a string instruction belongs to.
std::size_t site_of(const CodeBlock& block, const DataAccess& access) {
  for (std::size_t i = 0; i < block.sites.size(); ++i) {
    if (block.sites[i].instruction == access.instruction && block.sites[i].kind == access.kind) {
      return i;
    }
  }
  return 0;
}

void write_branches(ByteWriter& out, const BranchCounts& b) {
  for (const auto value :
       {b.instructions, b.conditional, b.taken, b.missed[0], b.missed[1], b.missed[2], b.indirect,
        b.indirect_missed, b.returns, b.returns_missed}) {
    out.number(value);
  }
}

BranchCounts read_branches(ByteReader& in) {
  BranchCounts b;
  for (auto* value :
       {&b.instructions, &b.conditional, &b.taken, &b.missed[0], &b.missed[1], &b.missed[2],
        &b.indirect, &b.indirect_missed, &b.returns, &b.returns_missed}) {
    *value = in.number_up_to(std::uint64_t{1} << 48, "a count of branches");
  }
  return b;
}

/// The columns of all windows of a snapshot: alike things side by side compress
/// far better than events one after the other.
void write_windows(ByteWriter& out, const Snapshot& snapshot,
                   const std::vector<CodeBlock>& blocks) {
  out.number(snapshot.windows.size());
  for (const auto& window : snapshot.windows) {
    out.number(window.first_instruction);
    out.number(window.instructions);
    out.number(window.events.size());
  }
  std::vector<bool> repeating(blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) repeating[i] = repeats(blocks[i]);
  ByteWriter numbers, missed, code, counts, addresses, reuse, pages;
  AddressGuess guess;
  for (const auto& window : snapshot.windows) {
    std::size_t next = 0;
    for (const auto& event : window.events) {
      numbers.number(event.block);
      missed.byte(event.missed);
      code.byte(event.code_reuse);
      if (repeating[event.block]) counts.number(event.accesses);
      for (std::uint32_t i = 0; i < event.accesses; ++i, ++next) {
        const auto& access = window.accesses[next];
        std::size_t site = i;
        if (repeating[event.block]) {
          const auto& block = blocks[event.block];
          site = site_of(block, access);
          counts.number(site * 2 + (access.bytes != block.sites[site].bytes ? 1 : 0));
        }
        auto& last = guess.last(event.block, site);
        addresses.signed_number(difference(access.address, last));
        last = access.address;
        reuse.byte(access.reuse);
        pages.byte(access.page_reuse);
      }
    }
  }
  for (const auto* column : {&numbers, &missed, &code, &counts, &addresses, &reuse, &pages}) {
    out.number(column->bytes().size());
    out.raw(column->bytes());
  }
}

class WindowReader {
 public:
  WindowReader(ByteReader& in, const std::vector<CodeBlock>& blocks) : in_(in), blocks_(blocks) {}

  void read(Snapshot& snapshot) {
    const std::size_t count = in_.count("windows", 3);
    std::vector<std::size_t> events;
    for (std::size_t i = 0; i < count; ++i) {
      Window window;
      window.first_instruction = in_.number_up_to(std::uint64_t{1} << 48, "a window's start");
      window.instructions = in_.number_up_to(std::uint64_t{1} << 32, "a window's length");
      events.push_back(in_.count("block executions"));
      snapshot.windows.push_back(std::move(window));
    }
    ByteReader numbers = column("blocks"), missed = column("predictions");
    ByteReader code = column("code reuse"), counts = column("counts");
    ByteReader addresses = column("addresses"), reuse = column("reuse"), pages = column("pages");
    for (std::size_t w = 0; w < count; ++w) {
      Window& window = snapshot.windows[w];
      for (std::size_t i = 0; i < events[w]; ++i) {
        BlockEvent event;
        if (blocks_.empty()) in_.fail("there are block executions, but no blocks");
        event.block = static_cast<std::uint32_t>(
            numbers.number_up_to(blocks_.size() - 1, "a block's number"));
        event.missed = missed.byte();
        event.code_reuse = code.byte();
        const CodeBlock& block = blocks_[event.block];
        const bool repeating = repeats(block);
        event.accesses = static_cast<std::uint32_t>(
            repeating ? counts.number_up_to(65535, "a count of accesses") : block.sites.size());
        for (std::uint32_t k = 0; k < event.accesses; ++k) {
          std::size_t site = k;
          bool range = false;
          if (repeating) {
            const auto given = counts.number_up_to(2 * block.sites.size() - 1, "an operand");
            site = static_cast<std::size_t>(given / 2);
            range = given % 2 == 1;
          }
          auto& last = guess_.last(event.block, site);
          last += static_cast<std::uint64_t>(addresses.signed_number());
          const auto& from = block.sites[site];
          window.accesses.push_back({last, from.instruction, from.kind,
                                     range ? std::uint8_t{64} : from.bytes, reuse.byte(),
                                     pages.byte()});
        }
        window.events.push_back(event);
      }
    }
    for (const auto* each : {&numbers, &missed, &code, &counts, &addresses, &reuse, &pages}) {
      each->expect_end();
    }
  }

 private:
  ByteReader column(const char* name) { return in_.sub(in_.count("bytes"), name); }
  ByteReader& in_;
  const std::vector<CodeBlock>& blocks_;
  AddressGuess guess_;
};

}  // namespace

void encode_snapshot(ByteWriter& out, const Snapshot& s, const std::vector<CodeBlock>& blocks) {
  out.signed_number(s.process);
  out.signed_number(s.thread);
  out.text(s.thread_name);
  out.text(s.program);
  for (const auto value : {s.time_s, s.cpu_s, s.covered_s, s.child_cpu_s}) out.real(value);
  out.byte(static_cast<std::uint8_t>(s.reason));
  out.signed_number(s.system_call);
  out.number(s.instructions);
  out.number(s.accesses);
  write_branches(out, s.branches);
  write_histogram(out, s.data_reuse);
  write_histogram(out, s.page_reuse);
  write_histogram(out, s.code_reuse);
  write_windows(out, s, blocks);
}

Snapshot decode_snapshot(ByteReader& in, const std::vector<CodeBlock>& blocks) {
  Snapshot s;
  s.process = static_cast<std::int32_t>(in.signed_number());
  s.thread = static_cast<std::int32_t>(in.signed_number());
  s.thread_name = in.text();
  s.program = in.text();
  for (auto* value : {&s.time_s, &s.cpu_s, &s.covered_s, &s.child_cpu_s}) {
    *value = in.real();
    if (*value < 0) in.fail("a time is negative");
  }
  const auto reason = in.byte();
  if (reason > static_cast<std::uint8_t>(EndReason::kFull)) in.fail("a reason is unknown");
  s.reason = static_cast<EndReason>(reason);
  s.system_call = static_cast<std::int32_t>(in.signed_number());
  s.instructions = in.number_up_to(std::uint64_t{1} << 48, "a count of instructions");
  s.accesses = in.number_up_to(std::uint64_t{1} << 48, "a count of accesses");
  s.branches = read_branches(in);
  read_histogram(in, s.data_reuse);
  read_histogram(in, s.page_reuse);
  read_histogram(in, s.code_reuse);
  WindowReader(in, blocks).read(s);
  return s;
}

}  // namespace headroom
