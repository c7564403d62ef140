#include "catalog/features.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace headroom {

void Features::declare(Fields& f) {
  f.whole("thunderbolt_ports", thunderbolt_ports, "Thunderbolt ports", 0, 16);
  f.whole("thunderbolt_version", thunderbolt_version, "their version", 0, 9);
  f.whole("usb_a_ports", usb_a_ports, "USB ports of type A outside", 0, 16);
  f.whole("ethernet_ports", ethernet_ports, "Ethernet ports", 0, 16);
  f.number("ethernet_fastest", ethernet_fastest_b_per_s, "Gbit/s",
           "fastest Ethernet port that could be ordered", 0, 1000);
  f.number("ethernet_price", ethernet_price_usd, "USD", "what that port cost more", 0, 1e5);
  f.whole("pcie_slots", pcie_slots, "PCIe slots that are free with any graphics", 0, 16);
  f.whole("gpu_most", gpu_most, "most graphics processors it can have here", 0, 8);
  f.whole("internal_drives", internal_drives, "places for further drives inside", 0, 32);
  f.whole("display_pixels", display_pixels, "pixels of the built-in display", 0, 1e9);
  f.flag("rack", rack, "could be had for a rack");
  f.number("rack_price", rack_price_usd, "USD", "what that cost more", 0, 1e5);
  f.flag("memory_by_owner", memory_by_owner, "its owner can change the memory");
  f.flag("t2", t2, "has the T2: encrypted storage, secure boot, HEVC encoder");
}

Features read_features(Document& document) {
  Section root = document.root();
  Features features;
  if (auto section = root.child("features", false)) features = section.get<Features>();
  auto sale = root.child("on_sale", false);
  const std::string from = sale.date("from");
  for (auto& section : sale.list("announcement")) {
    Announcement row{section.date("date"), {}, {}};
    Fields fields;
    fields.text("what", row.what, "what was said");
    fields.text("source", row.source, "where that is known from");
    section.read(fields);
    if (row.date.empty()) {
      section.report("an announcement needs its date", {}, "write date = 2017-06-05");
    } else if (!from.empty() && row.date >= from) {
      section.report("announced only when it was on sale", "date");
    } else if (!features.announcements.empty() && row.date < features.announcements.back().date) {
      section.report("announcements must come in the order of their dates", "date");
    }
    features.announcements.push_back(std::move(row));
  }
  return features;
}

namespace {

constexpr double kNumber = std::numeric_limits<double>::quiet_NaN();

/// One kind of need: how much of it a configuration has, in house units.
struct Kind {
  std::string_view name;
  std::string_view example;  ///< of its quantity; "" when it takes none
  std::string_view unit;     ///< in which the quantity is expected
  double at_least;           ///< what the bare name asks for; kNumber: it needs a quantity
  double (*has)(const Features&, const Configured&);
  std::string_view meaning;
};

double ethernet(const Features& f, const Configured& c) {
  return std::max(f.ethernet_fastest_b_per_s, c.ethernet_b_per_s);
}

using F = const Features&;
using C = const Configured&;
const Kind kKinds[] = {
    {"memory", "256GB", "GB", kNumber, [](F, C c) { return c.memory_b; },
     "so much memory in the configuration"},
    {"ecc", "", "", 1, [](F, C c) { return c.ecc ? 1.0 : 0.0; }, "memory that corrects its errors"},
    {"memory-by-owner", "", "", 1, [](F f, C) { return f.memory_by_owner ? 1.0 : 0.0; },
     "memory that the owner can change"},
    {"storage", "4TB", "TB", kNumber, [](F, C c) { return c.storage_b; },
     "so large a drive in the configuration"},
    {"internal-drives", "2", "1", 1, [](F f, C) { return f.internal_drives; },
     "places for further drives inside"},
    {"gpus", "2", "1", kNumber, [](F, C c) { return c.gpus; },
     "so many graphics processors in the configuration"},
    {"two-gpus", "", "", 2, [](F, C c) { return c.gpus; }, "as gpus>=2"},
    {"graphics-memory", "16GB", "GB", kNumber, [](F, C c) { return c.graphics_memory_b; },
     "so much memory on one graphics processor"},
    {"slots", "2", "1", kNumber, [](F f, C) { return f.pcie_slots; }, "so many free PCIe slots"},
    {"pcie-slot", "", "", 1, [](F f, C) { return f.pcie_slots; }, "as slots>=1"},
    {"thunderbolt", "4", "1", kNumber, [](F f, C) { return f.thunderbolt_ports; },
     "so many Thunderbolt ports"},
    {"thunderbolt-3", "", "", 3,
     [](F f, C) { return f.thunderbolt_ports > 0 ? f.thunderbolt_version : 0; },
     "Thunderbolt 3 or later"},
    {"usb-a", "4", "1", kNumber, [](F f, C) { return f.usb_a_ports; },
     "so many USB ports of type A"},
    {"ethernet", "10Gbit/s", "Gbit/s", kNumber, ethernet,
     "an Ethernet port so fast, as it comes or for its extra price"},
    {"10gb-ethernet", "", "", 1.25e9, ethernet, "as ethernet>=10Gbit/s"},
    {"display", "", "", 1, [](F f, C) { return f.display_pixels; }, "a built-in display"},
    {"rack", "", "", 1, [](F f, C) { return f.rack ? 1.0 : 0.0; },
     "a housing for a rack, for its extra price"},
    {"t2", "", "", 1, [](F f, C) { return f.t2 ? 1.0 : 0.0; },
     "the T2: encrypted storage, secure boot, HEVC encoder"},
};

const Kind* find_kind(std::string_view name) {
  const auto* it = std::ranges::find(kKinds, name, &Kind::name);
  return it == std::end(kKinds) ? nullptr : it;
}

std::string form_of(const Kind& kind) {
  return kind.example.empty() ? std::string(kind.name)
                              : fmt::format("{}>={}", kind.name, kind.example);
}

std::string possible() {
  std::vector<std::string> forms;
  for (const auto& kind : kKinds) forms.push_back(form_of(kind));
  return fmt::format("a need can be: {}", fmt::join(forms, ", "));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Rates and capacities come from decimal texts: 10 Gbit/s is what was asked
/// for, even if the last bit of the number differs.
bool enough(double has, double at_least) {
  return has >= at_least * (1 - 1e-9);
}

}  // namespace

std::vector<NeedForm> need_forms() {
  std::vector<NeedForm> forms;
  for (const auto& kind : kKinds) forms.push_back({form_of(kind), std::string(kind.meaning)});
  return forms;
}

Need parse_need(std::string_view text) {
  const auto cut = text.find(">=");
  const auto name = trimmed(text.substr(0, cut));
  const Kind* kind = find_kind(name);
  if (kind == nullptr) {
    std::vector<std::string> names;
    for (const auto& known : kKinds) names.emplace_back(known.name);
    const auto guess = nearest(name.substr(0, name.find_first_of("<=> ")), names);
    throw InputError(fmt::format("there is no need '{}'", text),
                     (guess.empty() ? "" : fmt::format("did you mean '{}'? ", guess)) + possible());
  }
  Need need{std::string(trimmed(text)), std::string(name), std::string(kind->meaning),
            kind->at_least};
  if (cut == text.npos) {
    if (std::isnan(kind->at_least)) {
      throw InputError(fmt::format("the need '{}' lacks its quantity", name),
                       fmt::format("write {}", form_of(*kind)));
    }
    return need;
  }
  if (kind->example.empty()) {
    throw InputError(fmt::format("the need '{}' takes no quantity", name), possible());
  }
  try {
    need.at_least = parse_quantity(trimmed(text.substr(cut + 2)), parse_unit(kind->unit));
  } catch (const InputError& error) {
    throw InputError(fmt::format("the need '{}': {}", need.text, error.what()),
                     fmt::format("write {}", form_of(*kind)));
  }
  if (!(need.at_least > 0)) {
    throw InputError(fmt::format("'{}' asks for nothing", need.text),
                     fmt::format("write {}", form_of(*kind)));
  }
  return need;
}

bool meets(const Features& features, const Configured& configured, const Need& need) {
  const Kind* kind = find_kind(need.name);
  if (kind == nullptr) throw InternalError("a need that was never parsed: " + need.name);
  return enough(kind->has(features, configured), need.at_least);
}

double extra_usd(const Features& features, const Configured& configured,
                 const std::vector<Need>& needs) {
  bool port = false;
  bool rack = false;
  for (const auto& need : needs) {
    const Kind* kind = find_kind(need.name);
    if (kind == nullptr) throw InternalError("a need that was never parsed: " + need.name);
    port |= kind->has == ethernet && !enough(configured.ethernet_b_per_s, need.at_least);
    rack |= need.name == "rack";
  }
  return (port ? features.ethernet_price_usd : 0) + (rack ? features.rack_price_usd : 0);
}

}  // namespace headroom
