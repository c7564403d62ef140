#include "profile/profile_parts.hpp"

#include <algorithm>

#include "profile/code_regions.hpp"
#include "profile/observed_part.hpp"
#include "profile/operation_part.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 56;

std::uint32_t small(ByteReader& in, std::string_view what) {
  return static_cast<std::uint32_t>(in.number_up_to(UINT32_MAX, what));
}

double positive(ByteReader& in) {
  const double value = in.real();
  if (value < 0) in.fail("a number is negative");
  return value;
}

void write_command(ByteWriter& out, const Profile& p) {
  out.number(p.command.size());
  for (const auto& word : p.command) out.text(word);
  out.text(p.recorded_at);
}

void read_command(ByteReader& in, Profile& p) {
  for (std::size_t i = in.count("words"); i > 0; --i) p.command.push_back(in.text());
  p.recorded_at = in.text();
}

void write_host(ByteWriter& out, const Profile& p) {
  const HostDescription& host = p.host;
  out.text(host.processor);
  out.text(host.kernel);
  out.number(host.features.size());
  for (const auto& feature : host.features) out.text(feature);
  out.number(host.logical_processors);
  out.number(host.cores);
  out.number(host.memory_b);
  out.number(host.caches.size());
  for (const auto& cache : host.caches) {
    out.number(cache.level);
    out.text(cache.kind);
    out.number(cache.size_b);
    for (const auto value : {cache.ways, cache.line_b, cache.shared_by}) out.number(value);
  }
}

void read_host(ByteReader& in, Profile& p) {
  HostDescription& host = p.host;
  host.processor = in.text();
  host.kernel = in.text();
  for (std::size_t i = in.count("features"); i > 0; --i) host.features.push_back(in.text());
  host.logical_processors = small(in, "a count of processors");
  host.cores = small(in, "a count of cores");
  host.memory_b = in.number_up_to(kMost, "the memory");
  for (std::size_t i = in.count("caches", 6); i > 0; --i) {
    HostDescription::Cache cache;
    cache.level = small(in, "a cache's level");
    cache.kind = in.text();
    cache.size_b = in.number_up_to(kMost, "a cache's size");
    for (auto* value : {&cache.ways, &cache.line_b, &cache.shared_by}) {
      *value = small(in, "a cache's number");
    }
    host.caches.push_back(cache);
  }
}

void write_totals(ByteWriter& out, const Profile& p) {
  const RunTotals& t = p.totals;
  for (const auto v : {t.wall_s, t.user_s, t.system_s, t.pause_s, t.snapshot_cpu_s}) out.real(v);
  for (const auto v :
       {t.resident_most_b, t.switches_voluntary, t.switches_forced, t.faults_minor, t.faults_major,
        t.read_b, t.written_b, t.storage_read_b, t.storage_written_b, std::uint64_t{t.processes}}) {
    out.number(v);
  }
  out.signed_number(t.exit_status);
}

void read_totals(ByteReader& in, Profile& p) {
  RunTotals& t = p.totals;
  for (auto* v : {&t.wall_s, &t.user_s, &t.system_s, &t.pause_s, &t.snapshot_cpu_s}) {
    *v = positive(in);
  }
  for (auto* v :
       {&t.resident_most_b, &t.switches_voluntary, &t.switches_forced, &t.faults_minor,
        &t.faults_major, &t.read_b, &t.written_b, &t.storage_read_b, &t.storage_written_b}) {
    *v = in.number_up_to(kMost, "a total");
  }
  t.processes = small(in, "a count of processes");
  t.exit_status = static_cast<std::int32_t>(in.signed_number());
}

void write_timeline(ByteWriter& out, const Profile& p) {
  out.number(p.timeline.size());
  for (const auto& row : p.timeline) {
    for (const auto v : {row.time_s, row.user_s, row.system_s}) out.real(v);
    for (const auto v : {row.processes, row.threads, row.running}) out.number(v);
    for (const auto v : {row.resident_b, row.read_b, row.written_b}) out.number(v);
  }
}

void read_timeline(ByteReader& in, Profile& p) {
  for (std::size_t i = in.count("rows", 30); i > 0; --i) {
    TimelineRow row;
    for (auto* v : {&row.time_s, &row.user_s, &row.system_s}) *v = positive(in);
    for (auto* v : {&row.processes, &row.threads, &row.running}) *v = small(in, "a count");
    for (auto* v : {&row.resident_b, &row.read_b, &row.written_b}) {
      *v = in.number_up_to(kMost, "a count of bytes");
    }
    p.timeline.push_back(row);
  }
}

void write_threads(ByteWriter& out, const Profile& p) {
  out.number(p.threads.size());
  for (const auto& thread : p.threads) {
    out.signed_number(thread.process);
    out.signed_number(thread.thread);
    out.text(thread.name);
    for (const auto v : {thread.cpu_s, thread.first_seen_s, thread.last_seen_s}) out.real(v);
  }
}

void read_threads(ByteReader& in, Profile& p) {
  for (std::size_t i = in.count("threads", 27); i > 0; --i) {
    ThreadTime thread;
    thread.process = static_cast<std::int32_t>(in.signed_number());
    thread.thread = static_cast<std::int32_t>(in.signed_number());
    thread.name = in.text();
    for (auto* v : {&thread.cpu_s, &thread.first_seen_s, &thread.last_seen_s}) *v = positive(in);
    p.threads.push_back(thread);
  }
}

/// Column by column, as a snapshot's windows.
void write_code(ByteWriter& out, const Profile& p) {
  out.number(p.blocks.size());
  std::uint64_t last = 0;
  for (const auto& block : p.blocks) {
    out.signed_number(static_cast<std::int64_t>(block.address - last));
    last = block.address;
    out.number(block.instructions);
    out.byte(static_cast<std::uint8_t>(block.end));
    out.number(block.sites.size());
    out.number(block.code.size());
  }
  for (const auto& block : p.blocks) {
    for (const auto& site : block.sites) {
      out.byte(site.instruction);
      out.byte(site.kind);
      out.byte(site.bytes);
    }
  }
  for (const auto& block : p.blocks) out.raw(block.code);
}

void read_code(ByteReader& in, Profile& p) {
  const std::size_t count = in.count("blocks", 5);
  std::vector<std::size_t> sites, bytes;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < count; ++i) {
    CodeBlock block;
    block.address = last += static_cast<std::uint64_t>(in.signed_number());
    block.instructions = static_cast<std::uint16_t>(in.number_up_to(255, "a block's length"));
    const auto end = in.byte();
    if (end > static_cast<std::uint8_t>(BlockEnd::kSystemCall)) in.fail("a block's end is unknown");
    block.end = static_cast<BlockEnd>(end);
    sites.push_back(in.number_up_to(1024, "a block's operands"));
    bytes.push_back(in.number_up_to(4096, "a block's size"));
    p.blocks.push_back(std::move(block));
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < sites[i]; ++k) {
      AccessSite site{};
      site.instruction = in.byte();
      site.kind = in.byte();
      site.bytes = in.byte();
      if (site.instruction >= p.blocks[i].instructions) in.fail("an operand is of no instruction");
      p.blocks[i].sites.push_back(site);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = in.raw(bytes[i]);
    p.blocks[i].code.assign(code.begin(), code.end());
  }
}

using Pace = HostDescription::Pace;
constexpr double Pace::*kPaceNumbers[] = {
    &Pace::clock_hz, &Pace::l1_b, &Pace::l2_b,     &Pace::l3_b,
    &Pace::l2_s,     &Pace::l3_s, &Pace::memory_s, &Pace::stream_b_per_s,
};

bool has_instruction_counts(const Profile& profile) {
  return !profile.isa.empty() || profile.totals.instructions > 0 || !profile.host.pace.core.empty();
}

bool is_stripped(const Profile& profile) {
  return profile.stripped();
}

void write_instruction_counts(ByteWriter& out, const Profile& p) {
  out.text(p.isa);
  out.number(p.totals.instructions);
  for (const auto& thread : p.threads) out.number(thread.instructions);
  for (const auto& snapshot : p.snapshots) out.number(snapshot.covered_instructions);
  const auto& pace = p.host.pace;
  out.text(pace.core);
  for (const auto member : kPaceNumbers) out.real(pace.*member);
}

void read_instruction_counts(ByteReader& in, Profile& p) {
  const auto count = [&] { return in.number_up_to(kMost, "a count of instructions"); };
  p.isa = in.text();
  p.totals.instructions = count();
  for (auto& thread : p.threads) thread.instructions = count();
  for (auto& snapshot : p.snapshots) snapshot.covered_instructions = count();
  auto& pace = p.host.pace;
  pace.core = in.text();
  for (const auto member : kPaceNumbers) {
    pace.*member = in.real();
    if (pace.*member < 0 || pace.*member > 1e18) in.fail("a measured pace is out of its range");
  }
}

struct SharedNumber {
  double Pace::*member;
  double most;
};
constexpr SharedNumber kSharedNumbers[] = {
    {&Pace::l3_others_b_per_s, 1e12}, {&Pace::walk_s, 1e-5}, {&Pace::cpuid_s, 1e-3}};

bool is_shared(const Profile& profile) {
  return std::ranges::any_of(
      kSharedNumbers, [&](const auto& number) { return profile.host.pace.*number.member > 0; });
}

void write_shared(ByteWriter& out, const Profile& p) {
  for (const auto& number : kSharedNumbers) out.real(p.host.pace.*number.member);
}

void read_shared(ByteReader& in, Profile& p) {
  for (const auto& [member, most] : kSharedNumbers) {
    double& number = p.host.pace.*member;
    number = in.real();
    if (!(number >= 0 && number <= most)) in.fail("a measured pace is out of its range");
  }
}

bool has_regions(const Profile& profile) {
  return !profile.region_s.empty();
}

void write_regions(ByteWriter& out, const Profile& p) {
  out.number(p.ticks);
  out.number(p.region_s.size());
  for (const double time_s : p.region_s) out.real(time_s);
  for (const auto& block : p.blocks) out.byte(block.region);
}

void read_regions(ByteReader& in, Profile& p) {
  p.ticks = static_cast<std::uint32_t>(in.number_up_to(UINT32_MAX, "a count of ticks"));
  const std::size_t count = in.number_up_to(kRegionsMost, "a count of regions");
  for (std::size_t i = 0; i < count; ++i) {
    p.region_s.push_back(in.real());
    if (!(p.region_s.back() >= 0 && p.region_s.back() < 1e12)) {
      in.fail("a region's time is out of its range");
    }
  }
  if (count == 0) in.fail("it holds no regions");
  for (auto& block : p.blocks) {
    block.region = in.byte();
    if (block.region >= count) in.fail("a block is of an unknown region");
  }
}

bool has_own_core(const Profile& profile) {
  return profile.own_core.looks > 0;
}

void write_own_core(ByteWriter& out, const Profile& p) {
  out.number(p.own_core.looks);
  out.real(p.own_core.share);
}

void read_own_core(ByteReader& in, Profile& p) {
  p.own_core.looks = small(in, "a count of looks");
  p.own_core.share = in.real();
  if (p.own_core.looks == 0) in.fail("it holds no looks");
  if (!(p.own_core.share >= 0 && p.own_core.share <= 1)) in.fail("a share is out of its range");
}

constexpr ProfilePart kParts[] = {
    {"CMD ", write_command, read_command}, {"HOST", write_host, read_host},
    {"TOTL", write_totals, read_totals},   {"TIME", write_timeline, read_timeline},
    {"THRD", write_threads, read_threads}, {"CODE", write_code, read_code},
};

constexpr LatePart kLateParts[] = {
    {{kCountsPart, write_instruction_counts, read_instruction_counts}, 2, has_instruction_counts},
    {{kOperationsPart, write_operations, read_operations}, 3, is_stripped},
    {{kObservedPart, write_observed, read_observed}, 3, has_observed},
    {{kSharedPart, write_shared, read_shared}, 4, is_shared},
    {{kRegionsPart, write_regions, read_regions}, 5, has_regions},
    {{kOwnCorePart, write_own_core, read_own_core}, 6, has_own_core},
};

}  // namespace

std::span<const ProfilePart> profile_parts() {
  return kParts;
}

std::span<const LatePart> late_parts() {
  return kLateParts;
}

}  // namespace headroom
