#include "host/machine_file.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"
#include "compute/parts.hpp"
#include "memory/memory_system.hpp"

namespace headroom {
namespace {

constexpr double kLineB = 64;
constexpr double kMostCores = 64;     // that the model takes
constexpr double kMostChannels = 12;  // the same
constexpr double kZeroCelsiusK = 273.15;

/// A text for TOML, in quotes.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

double clamped(double value, double low, double high) {
  return std::isfinite(value) ? std::clamp(value, low, high) : low;
}

/// One key of a table and where its number comes from.
struct Line {
  std::string key, value, source;
};

/// `[name]` with a source for each key.
std::string table(const std::string& name, const std::vector<Line>& lines) {
  std::string text = fmt::format("\n[{}]\n", name);
  std::string sources = fmt::format("\n[{}.sources]\n", name);
  for (const auto& line : lines) {
    text += fmt::format("{} = {}\n", line.key, line.value);
    if (!line.source.empty()) sources += fmt::format("{} = {}\n", line.key, quoted(line.source));
  }
  return text + sources;
}

class Writer {
 public:
  Writer(const HostFindings& found, const Library& library)
      : found_(found),
        facts_(found.facts),
        levels_(found.levels),
        base_(read_microarchitecture(library, found.kind.id)),
        measured_("measured: by headroom host on " + found.date) {
    cores_ = clamped(facts_.cores, 1, kMostCores);
    one_hz_ = clamped(found.clock_hz(false), 0.5e9, 10e9);
    all_hz_ = std::min(one_hz_, clamped(found.clock_hz(true), 0.5e9, 10e9));
    set_power();
  }

  std::string text() const {
    return head() + sale() + options() + processor() + microarchitecture() +
           generic_box(pl2_w_, facts_.network_b_per_s);
  }

 private:
  std::string head() const;
  std::string sale() const;
  std::string options() const;
  std::string processor() const;
  std::string microarchitecture() const;
  std::vector<Line> clock_lines() const;
  std::string comments() const;
  std::string sensors() const;

  void set_power() {
    const auto& silicon = base_.silicon;
    const double voltage_v = silicon.voltage_v(all_hz_);
    constexpr double kDense = 1.5;  // of the activity behind `capacitance`: wide vectors
    const double core_w = kDense * silicon.capacitance_f * voltage_v * voltage_v * all_hz_ +
                          silicon.leakage_w * std::pow(voltage_v, silicon.leakage_exponent);
    const double package_w =
        base_.uncore.power_w + cores_ * (base_.uncore.power_per_core_w + core_w);
    power_source_ =
        "assumed: what its cores draw at the measured clock by the silicon of its kind, and a "
        "quarter more, so that no power limit acts";
    pl1_w_ = clamped(std::ceil(1.25 * package_w / 5) * 5, 15, 1000);
    pl2_w_ = pl1_w_;
    if (const auto limit_w = found_.measured.rest.sustained_w) {
      pl1_w_ = clamped(*limit_w, 1, 1000);
      pl2_w_ = std::max(pl1_w_, found_.measured.rest.short_term_w.value_or(pl1_w_));
      power_source_ = "measured: what the firmware set, read from RAPL on " + found_.date;
    }
  }

  /// Whether threads were still adding bandwidth when all of them read.
  bool saturated() const {
    const auto& rows = found_.measured.bandwidths;
    if (rows.size() < 2) return false;
    constexpr double kStillGrowing = 0.65;  // of what as many more threads should bring
    const auto& before = rows[rows.size() - 2];
    const auto& last = rows.back();
    return last.b_per_s < kStillGrowing * before.b_per_s * last.threads / before.threads;
  }

  const HostFindings& found_;
  const HostFacts& facts_;
  const CacheLevels& levels_;
  Microarchitecture base_;
  std::string measured_, power_source_;
  double cores_ = 1, one_hz_ = 0, all_hz_ = 0, pl1_w_ = 0, pl2_w_ = 0;
};

std::string Writer::sensors() const {
  const auto& m = found_.measured;
  std::string text;
  if (m.rest.temperature_k) {
    text += fmt::format("# Processor temperature: {:.0f} degC at rest",
                        *m.rest.temperature_k - kZeroCelsiusK);
    if (m.loaded.temperature_k) {
      text += fmt::format(", {:.0f} degC with all cores adding",
                          *m.loaded.temperature_k - kZeroCelsiusK);
    }
    text += ".\n";
  } else {
    text += "# Temperature: no sensor can be read here.\n";
  }
  if (m.loaded_w > 0) {
    text += fmt::format("# Package power: {:.0f} W at rest, {:.0f} W with all cores adding.\n",
                        m.rest_w, m.loaded_w);
  } else {
    text += "# Power: the energy counter cannot be read here (RAPL; it may take root's rights).\n";
  }
  return text;
}

std::string Writer::comments() const {
  std::string text;
  if (facts_.virtual_machine) {
    text +=
        "# It is a virtual machine: others may use the same caches, memory and cores, and what\n"
        "# is measured is the share that it got.\n";
  }
  if (found_.busy()) {
    text += fmt::format(
        "# It was busy while it was measured (load {:.1f} on {} processors): memory bandwidth,\n"
        "# third cache and memory latency are less sure.\n",
        found_.measured.load, facts_.cpus.size());
  }
  if (facts_.cores > kMostCores) {
    text += fmt::format("# It has {} cores; the model takes {:.0f}, and so has the file.\n",
                        facts_.cores, kMostCores);
  }
  if (facts_.quota_cpus > 0 && facts_.quota_cpus < static_cast<double>(facts_.cpus.size())) {
    text += fmt::format(
        "# A quota leaves this container {:.3g} processors' worth of time; the file has all "
        "{:.0f}\n"
        "# cores, as they are while the quota lasts.\n",
        facts_.quota_cpus, cores_);
  }
  if (!found_.kind.exact) {
    text += fmt::format(
        "# The catalogue has no core of its kind{}: {} is the nearest, and what\n"
        "# cannot be measured is taken from there.\n",
        found_.kind.name.empty() ? "" : ", " + found_.kind.name, found_.kind.id);
  }
  if (!found_.measured.huge_pages) {
    text += "# The kernel gave no large pages: latencies hold the time of page tables, too.\n";
  }
  return text;
}

std::string Writer::head() const {
  const std::string name =
      facts_.description.processor.empty() ? "unknown processor" : facts_.description.processor;
  std::string text = fmt::format(
      "# {}: {} cores, {:.1f} GB, as 'headroom host' found it on {}.\n"
      "# Clocks, caches, latencies and memory bandwidth are measured. Power, silicon, graphics,\n"
      "# drive and cooling are not: they are assumed, and the cooling so strong that the\n"
      "# processor holds the clock it was measured at.\n",
      printable(name), facts_.cores, facts_.memory_b * 1e-9, found_.date);
  text += comments() + sensors();
  text += fmt::format(
      "\nid = \"this-host\"\nname = {}\nsummary = {}\nsystem = \"linux\"\n",
      quoted("This computer, " + name),
      quoted(fmt::format("{} cores as measured on {}; power and cooling are assumed, strong enough "
                         "to hold the measured clock",
                         facts_.cores, found_.date)));
  return text;
}

std::string Writer::sale() const {
  return fmt::format(
      "\n[on_sale]\nsource = \"{}\"\nfrom = {}\nbase_price = \"{:g} USD\"\n"
      "\n[features]\nsource = \"assumed: nothing is known of ports and slots\"\n"
      "ethernet_ports = 1\nmemory_by_owner = {}\n",
      found_.price_usd > 0
          ? "mine: what its owner says it cost"
          : "assumed: not known, which 0 USD says; 'headroom host --price' sets one",
      found_.date, found_.price_usd, facts_.virtual_machine ? "false" : "true");
}

std::string Writer::options() const {
  const double bandwidth = found_.bandwidth_b_per_s();
  constexpr double kUsualRate = 5600e6;
  const double channels = clamped(std::ceil(bandwidth / 8 / kUsualRate), 1, kMostChannels);
  const double exact_rate = bandwidth / 8 / channels;
  const double rate_hz = clamped(exact_rate, 400e6, 10000e6);
  const double gb = clamped(facts_.memory_b * 1e-9, 0.5, 1e5);
  std::string text = fmt::format(
      "\n[options.cpu.this-processor]\nsource = \"assumed: it is there already\"\n"
      "name = {}\nprice = \"0 USD\"\nbase = true\n",
      quoted(facts_.description.processor.empty() ? "its processor"
                                                  : facts_.description.processor));
  text += table(
      "options.memory.as-found",
      {{"name", quoted(fmt::format("{:.0f} GB", gb)), ""},
       {"base", "true", ""},
       {"price", "\"0 USD\"", "assumed: it is there already"},
       {"capacity", fmt::format("\"{:.2f} GB\"", gb), "measured: what the kernel says"},
       {"modules", fmt::format("{:.0f}", channels),
        "derived: as many as would carry the measured bandwidth at usual rates; how many there "
        "are cannot be seen"},
       {"rate", fmt::format("\"{:.0f} MT/s\"", rate_hz * 1e-6),
        fmt::format("derived: so that all together give the {:.1f} GB/s that {}", bandwidth * 1e-9,
                    saturated() ? "reading was measured at; its threads share them"
                                : "its threads were measured at; the memory may have more than "
                                  "they can ask for")},
       {"efficiency", fmt::format("{:.3f}", clamped(exact_rate / rate_hz, 0.1, 1)),
        "standard: the measured bandwidth is what reading gets"}});
  text += table(
      "options.storage.as-found",
      {{"name", "\"its drive\"", ""},
       {"base", "true", ""},
       {"price", "\"0 USD\"", "assumed: it is there already"},
       {"capacity", fmt::format("\"{:.0f} GB\"", clamped(facts_.drive_b * 1e-9, 1, 1e6)),
        facts_.drive_b > 0 ? "measured: the file system of /" : "assumed: its size is not known"},
       {"read", "\"1.5 GB/s\"", "assumed: not measured"},
       {"write", "\"1 GB/s\"", "assumed: not measured"},
       {"read_latency", "\"100 us\"", "assumed: not measured"}});
  return text;
}

std::vector<Line> Writer::clock_lines() const {
  std::vector<double> counts, clocks_hz;
  for (const auto& clock : found_.measured.clocks) {
    const double cores = std::min<double>(clock.threads, cores_);
    if (!counts.empty() && cores <= counts.back()) continue;
    counts.push_back(cores);
    clocks_hz.push_back(clamped(clock.hz, 0.5e9, clocks_hz.empty() ? 10e9 : clocks_hz.back()));
  }
  if (counts.empty() || counts.back() < cores_) {
    counts.push_back(cores_);
    clocks_hz.push_back(all_hz_);
  }
  std::string clocks;
  for (const double hz : clocks_hz) {
    clocks += fmt::format("{}{:.3f}", clocks.empty() ? "" : ", ", hz * 1e-9);
  }
  const bool known = facts_.base_hz >= 0.5e9 && facts_.base_hz <= clocks_hz.back();
  return {
      {"base", fmt::format("\"{:.3f} GHz\"", (known ? facts_.base_hz : clocks_hz.back()) * 1e-9),
       known ? "measured: what the kernel says"
             : "assumed: the measured clock of all cores; the guaranteed one is not told"},
      {"turbo_cores", fmt::format("[{}]", fmt::join(counts, ", ")),
       "standard: the numbers of threads measured"},
      {"turbo", fmt::format("\"{} GHz\"", clocks), measured_ + ", a chain of additions"}};
}

std::string Writer::processor() const {
  const bool amd = facts_.vendor == "AuthenticAMD" || facts_.vendor == "HygonGenuine";
  const auto limit_k = found_.measured.rest.limit_k;
  const double tj_k = clamped(limit_k.value_or((amd ? 95 : 100) + kZeroCelsiusK),
                              60 + kZeroCelsiusK, 125 + kZeroCelsiusK);
  const double instances = std::max(1, facts_.cache_count(3));
  const double l3_b = clamped(instances * levels_.l3_b, 0, 1024.0 * (1 << 20));
  const double columns = std::ceil(std::sqrt(cores_));
  const double side_mm = clamped(std::sqrt(40 + 8 * cores_), 5, 60);
  const double bandwidth = found_.bandwidth_b_per_s();
  const double channels = clamped(std::ceil(bandwidth / 8 / 5600e6), 1, kMostChannels);
  std::vector<Line> lines = {
      {"id", "\"this-processor\"", ""},
      {"name",
       quoted(facts_.description.processor.empty() ? "unknown processor"
                                                   : facts_.description.processor),
       ""},
      {"microarchitecture", "\"this-core\"", ""},
      {"cores", fmt::format("{:.0f}", cores_), "measured: those that this program may use"},
      {"threads_per_core", fmt::format("{:d}", std::clamp(facts_.threads_per_core, 1, 2)),
       "measured: what the kernel says"}};
  for (auto& line : clock_lines()) lines.push_back(std::move(line));
  const std::string l3_source =
      levels_.l3_b <= 0
          ? measured_ + ": none to be seen"
          : fmt::format(
                "{}: what a walk through memory{} finds, of {:.0f} MiB "
                "reported{}",
                measured_, levels_.l3_others_b_per_s > 0 ? " and how long it keeps lines" : "",
                facts_.cache_b(3) / (1 << 20),
                instances > 1 ? fmt::format(", {} of them", instances) : "");
  lines.insert(
      lines.end(),
      {{"l3", fmt::format("\"{:.2f} MiB\"", l3_b / (1 << 20)), l3_source},
       {"l3_others",
        fmt::format("\"{:.1f} GB/s\"",
                    clamped(instances * levels_.l3_others_b_per_s * 1e-9, 0, 1000)),
        measured_ + ": from how many lines it has kept a while later"},
       {"page_walk", fmt::format("\"{:.1f} ns\"", clamped(found_.measured.walk_s * 1e9, 0, 10000)),
        measured_ + ", pages of 4 KiB"},
       {"cpuid", fmt::format("\"{:.2f} us\"", clamped(found_.measured.cpuid_s * 1e6, 0, 1000)),
        measured_},
       {"pl1", fmt::format("\"{:.0f} W\"", pl1_w_), power_source_},
       {"pl2", fmt::format("\"{:.0f} W\"", pl2_w_), power_source_},
       {"tau", "\"8 s\"", "assumed: a usual one"},
       {"icc_max", "\"2000 A\"", "assumed: none that acts"},
       {"tj_max", fmt::format("\"{:.0f} degC\"", tj_k - kZeroCelsiusK),
        limit_k ? "measured: what its sensor gives as critical" : "assumed: usual for its maker"},
       {"memory_channels", fmt::format("{:.0f}", channels), "derived: see the memory"},
       {"memory_rate", "\"10000 MT/s\"", "assumed: no limit of its own; see the memory"},
       {"ecc", "false", ""}});
  return table("processor.this-processor", lines) +
         table("processor.this-processor.die",
               {{"width", fmt::format("\"{:.1f} mm\"", side_mm),
                 "assumed: 8 mm2 a core and 40 mm2 besides"},
                {"height", fmt::format("\"{:.1f} mm\"", side_mm), "assumed: a square"},
                {"columns", fmt::format("{:.0f}", columns), "assumed: nearly a square"},
                {"rows", fmt::format("{:.0f}", std::ceil(cores_ / columns)),
                 "assumed: as many as hold the cores"}});
}

std::string Writer::microarchitecture() const {
  const double cycle_s = 1 / one_hz_;
  const bool l3 = levels_.l3_b > 0;
  // Of the third cache's latency, what follows the uncore's own clock stays as in the
  // kind's file, if that leaves anything for the cores' part.
  const double l3_cycles = (l3 ? levels_.l3_s : levels_.l2_s) / cycle_s;
  const double uncore_s = base_.uncore.clock_hz > 0
                              ? base_.caches.l3_uncore_cycles / base_.uncore.clock_hz
                              : base_.caches.l3_uncore_cycles * cycle_s;
  const bool split = l3 && uncore_s < 0.8 * levels_.l3_s;
  const double core_cycles = split ? l3_cycles - uncore_s / cycle_s : l3_cycles;
  const double memory_s = levels_.memory_s - (l3 ? levels_.l3_s : levels_.l2_s);

  const auto size = [&](double reported_b, double effective_b, double other_b) {
    const double b = reported_b > 0 ? reported_b : other_b;
    return effective_b < 0.5 * b ? effective_b : b;  // less than half: not its own
  };
  const ReportedCaches reported = {facts_.cache_b(1), facts_.cache_b(2), 0};
  std::vector<Line> caches = {
      {"l1",
       fmt::format("\"{:.0f} KiB\"",
                   clamped(size(reported.l1_b, levels_.l1_b, base_.caches.l1_b) / 1024, 4, 1024)),
       "measured: what the processor reports, and where latency rises"},
      {"l2",
       fmt::format("\"{:.0f} KiB\"",
                   clamped(size(reported.l2_b, levels_.l2_b, base_.caches.l2_b) / 1024, 32, 65536)),
       "measured: what the processor reports, and where latency rises"},
      {"l2_cycles", fmt::format("{:.1f}", clamped(levels_.l2_s / cycle_s, 4, 100)), measured_},
      {"l3_core_cycles", fmt::format("{:.1f}", clamped(core_cycles, 0, 200)),
       split && uncore_s > 0 ? measured_ + ", less the uncore's part" : measured_},
      {"memory_latency", fmt::format("\"{:.1f} ns\"", clamped(memory_s * 1e9, 10, 500)),
       fmt::format("{}: {:.0f} ns from load to data, less the last cache's {:.1f} ns{}", measured_,
                   levels_.memory_s * 1e9, (levels_.memory_s - memory_s) * 1e9,
                   found_.measured.huge_pages ? "; pages of 2 MiB" : "")}};
  if (!split) {
    caches.push_back({"l3_uncore_cycles", "0", "standard: all of it counted with the cores'"});
  }
  const auto throughput = [&](const char* key, double b_per_s) {
    if (b_per_s <= 0) return;
    caches.push_back({key, fmt::format("\"{:.1f} B\"", clamped(b_per_s * cycle_s, 1, 1000)),
                      measured_ + ", one thread that reads"});
  };
  throughput("l2_throughput", found_.measured.l2_b_per_s);
  throughput("l3_throughput", found_.measured.l3_b_per_s);

  const char* vectors = facts_.has("avx512f") ? "avx512"
                        : facts_.has("avx2")  ? "avx2"
                        : facts_.has("avx")   ? "avx"
                                              : "sse";
  std::vector<Line> core = {{"vectors", fmt::format("\"{}\"", vectors), ""},
                            {"fused_multiply_add", facts_.has("fma") ? "true" : "false", ""}};
  if (!found_.measured.bandwidths.empty()) {
    // Little's law, with the model's own latency under that load.
    const double one_b_per_s = found_.measured.bandwidths.front().b_per_s;
    const MemorySystem memory;
    const double share = one_b_per_s / std::max(1.0, found_.bandwidth_b_per_s());
    constexpr double kMostShare = 0.9;  // beyond, the queue decides and not the lines
    const double factor = memory.latency_factor(std::min(share, kMostShare));
    const double lines = one_b_per_s * (levels_.memory_s - memory_s + memory_s * factor) / kLineB;
    core.push_back({"prefetch_lines", fmt::format("{:.0f}", clamped(std::ceil(lines), 4, 256)),
                    fmt::format("derived: Little's law: {:.1f} GB/s that one thread reads, times "
                                "the memory's latency under that load, over 64 B",
                                one_b_per_s * 1e-9)});
  }
  return fmt::format("\n[microarchitecture.this-core]\nname = {}\nextends = \"{}\"\n",
                     quoted(found_.kind.name.empty() ? "its core" : found_.kind.name),
                     found_.kind.id) +
         table("microarchitecture.this-core.core", core) +
         table("microarchitecture.this-core.caches", caches);
}

}  // namespace

void HostFindings::correct_cores() {
  if (!measured.shares_cores || facts.cores < 2) return;
  facts.cores = (facts.cores + 1) / 2;
  facts.threads_per_core *= 2;
  facts.description.cores = std::max(1u, (facts.description.cores + 1) / 2);
}

double HostFindings::clock_hz(bool all_cores) const {
  if (measured.clocks.empty()) return 0;
  return all_cores ? measured.clocks.back().hz : measured.clocks.front().hz;
}

double HostFindings::bandwidth_b_per_s() const {
  double most = 0;
  for (const auto& row : measured.bandwidths) most = std::max(most, row.b_per_s);
  return most;
}

bool HostFindings::busy() const {
  constexpr double kIdleShare = 0.25;  // of the processors, wanted by others
  return measured.load > kIdleShare * static_cast<double>(facts.cpus.size());
}

ReportedCaches reported_caches(const HostFacts& facts, const CoreKind& kind,
                               const Library& library) {
  const auto caches = read_microarchitecture(library, kind.id).caches;
  const auto or_else = [](double b, double other_b) { return b > 0 ? b : other_b; };
  return {or_else(facts.cache_b(1), caches.l1_b), or_else(facts.cache_b(2), caches.l2_b),
          facts.cache_b(3)};
}

std::string machine_file(const HostFindings& findings, const Library& library) {
  return Writer(findings, library).text();
}

}  // namespace headroom
