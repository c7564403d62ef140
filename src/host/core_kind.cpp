#include "host/core_kind.hpp"

#include <algorithm>
#include <string_view>

namespace headroom {
namespace {

struct Row {
  int family, first_model, last_model;
  int first_stepping, last_stepping;
  std::string_view name, id;
  bool exact;
};

constexpr int kAny = 0xFFFF;

constexpr Row kIntel[] = {
    {6, 0x2A, 0x2A, 0, kAny, "Sandy Bridge", "ivy-bridge-ep", false},
    {6, 0x2D, 0x2D, 0, kAny, "Sandy Bridge", "ivy-bridge-ep", false},
    {6, 0x3A, 0x3A, 0, kAny, "Ivy Bridge", "ivy-bridge-ep", false},
    {6, 0x3E, 0x3E, 0, kAny, "Ivy Bridge-EP", "ivy-bridge-ep", true},
    {6, 0x3C, 0x3C, 0, kAny, "Haswell", "kaby-lake", false},
    {6, 0x45, 0x46, 0, kAny, "Haswell", "kaby-lake", false},
    {6, 0x3F, 0x3F, 0, kAny, "Haswell-EP", "kaby-lake", false},
    {6, 0x3D, 0x3D, 0, kAny, "Broadwell", "kaby-lake", false},
    {6, 0x47, 0x47, 0, kAny, "Broadwell", "kaby-lake", false},
    {6, 0x4F, 0x4F, 0, kAny, "Broadwell-EP", "kaby-lake", false},
    {6, 0x56, 0x56, 0, kAny, "Broadwell", "kaby-lake", false},
    {6, 0x4E, 0x4E, 0, kAny, "Skylake", "kaby-lake", false},
    {6, 0x5E, 0x5E, 0, kAny, "Skylake", "kaby-lake", false},
    {6, 0x55, 0x55, 0, 4, "Skylake-SP", "skylake-sp", true},
    {6, 0x55, 0x55, 5, 9, "Cascade Lake", "cascade-lake", true},
    {6, 0x55, 0x55, 10, kAny, "Cooper Lake", "cascade-lake", false},
    {6, 0x8E, 0x8E, 0, 9, "Kaby Lake", "kaby-lake", true},
    {6, 0x9E, 0x9E, 0, 9, "Kaby Lake", "kaby-lake", true},
    {6, 0x8E, 0x8E, 10, kAny, "Coffee Lake", "coffee-lake", true},
    {6, 0x9E, 0x9E, 10, kAny, "Coffee Lake", "coffee-lake", true},
    {6, 0xA5, 0xA6, 0, kAny, "Comet Lake", "comet-lake", true},
    {6, 0x6A, 0x6A, 0, kAny, "Ice Lake-SP", "cascade-lake", false},
    {6, 0x6C, 0x6C, 0, kAny, "Ice Lake-SP", "cascade-lake", false},
    {6, 0x7D, 0x7E, 0, kAny, "Ice Lake", "comet-lake", false},
    {6, 0x8C, 0x8D, 0, kAny, "Tiger Lake", "comet-lake", false},
    {6, 0xA7, 0xA7, 0, kAny, "Rocket Lake", "comet-lake", false},
    {6, 0x8F, 0x8F, 0, kAny, "Sapphire Rapids", "cascade-lake", false},
    {6, 0xCF, 0xCF, 0, kAny, "Emerald Rapids", "cascade-lake", false},
    {6, 0xAD, 0xAD, 0, kAny, "Granite Rapids", "cascade-lake", false},
    {6, 0x97, 0x97, 0, kAny, "Alder Lake", "comet-lake", false},
    {6, 0x9A, 0x9A, 0, kAny, "Alder Lake", "comet-lake", false},
    {6, 0xB7, 0xB7, 0, kAny, "Raptor Lake", "comet-lake", false},
    {6, 0xBA, 0xBA, 0, kAny, "Raptor Lake", "comet-lake", false},
    {6, 0xBF, 0xBF, 0, kAny, "Raptor Lake", "comet-lake", false},
};

constexpr Row kAmd[] = {
    {0x17, 0x00, 0x2F, 0, kAny, "Zen", "zen-4", false},
    {0x17, 0x30, 0xFF, 0, kAny, "Zen 2", "zen-4", false},
    {0x19, 0x00, 0x0F, 0, kAny, "Zen 3", "zen-4", false},
    {0x19, 0x10, 0x1F, 0, kAny, "Zen 4", "zen-4", true},
    {0x19, 0x20, 0x5F, 0, kAny, "Zen 3", "zen-4", false},
    {0x19, 0x60, 0x7F, 0, kAny, "Zen 4", "zen-4", true},
    {0x19, 0xA0, 0xAF, 0, kAny, "Zen 4", "zen-4", true},
    {0x1A, 0x00, 0xFF, 0, kAny, "Zen 5", "zen-4", false},
};

template <std::size_t n>
CoreKind look_up(const Row (&rows)[n], int family, int model, int stepping,
                 std::string_view other) {
  const auto* row = std::ranges::find_if(rows, [&](const Row& r) {
    return r.family == family && r.first_model <= model && model <= r.last_model &&
           r.first_stepping <= stepping && stepping <= r.last_stepping;
  });
  if (row == std::end(rows)) return {"", std::string(other), false};
  return {std::string(row->name), std::string(row->id), row->exact};
}

}  // namespace

CoreKind core_kind(const std::string& vendor, int family, int model, int stepping) {
  if (vendor == "AuthenticAMD" || vendor == "HygonGenuine") {
    return look_up(kAmd, family, model, stepping, "zen-4");
  }
  return look_up(kIntel, family, model, stepping, "comet-lake");
}

}  // namespace headroom
