#include "catalog/change.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "catalog/field_values.hpp"

namespace headroom {
namespace {

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

/// Whether a path is meant by a pattern, in which '*' is any text and '_' may
/// stand for a blank.
bool matches(std::string_view pattern, std::string_view path) {
  std::size_t p = 0, star = pattern.npos, resume = 0;
  for (std::size_t at = 0; at < path.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = at;
    } else if (p < pattern.size() &&
               (pattern[p] == path[at] || (pattern[p] == '_' && path[at] == ' '))) {
      ++p;
      ++at;
    } else if (star != pattern.npos) {  // the last star takes one letter more
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

}  // namespace

Change Change::parse(std::string_view text, std::string_view option) {
  const auto equals = text.find('=');
  Change change{trimmed(text.substr(0, equals)),
                equals == text.npos ? "" : trimmed(text.substr(equals + 1))};
  if (change.path.empty() || change.value.empty()) {
    throw InputError(fmt::format("--{}: '{}' is not of the form {}", option, text,
                                 option == "swap" ? "PART=ID" : "PATH=VALUE"),
                     option == "swap" ? "as in --swap cooling=imac-27-2017"
                                      : "as in --set cooling.fan.speed_max=3200; 'headroom show "
                                        "MACHINE' lists the paths");
  }
  return change;
}

std::string Change::text() const {
  const bool plain = (path + value).find_first_of(" *<>()$&;|'\"") == std::string::npos;
  return fmt::format("--set {0}{1}={2}{0}", plain ? "" : "\"", path, value);
}

namespace {

/// One of the numbers an alias stands for.
struct AliasTarget {
  std::string_view alias;
  std::string_view path;
  std::string_view flag;
  bool at_least;
};
// An emergency never asks for less than what the fans may do in normal control.
constexpr AliasTarget kAliasTargets[] = {
    {"cooling.fan.rpm_max", "cooling.fan.speed_max", "", false},
    {"cooling.fan.rpm_max", "cooling.fan.speed_emergency", "", true},
    {"cooling.fan.rpm_max", "firmware.fans.normal", "", false},
    {"cooling.fan.rpm_max", "firmware.fans.emergency", "", true},
    {"cooling.fan.rpm_min", "cooling.fan.speed_min", "", false},
    {"cooling.fan.rpm_min", "firmware.fans.idle", "", false},
    // As the surroundings' aged paste: see ThermalModel.
    {"paste.resistance", "thermal.link.*.resistance", "paste", false},
    {"paste.resistance", "thermal.gpu_die.*.interface", "", false},
};

/// The value of paste.resistance, which stands for numbers of several units.
std::string only_factor(const Change& change) {
  if (change.value.find_first_not_of("0123456789.eE") == std::string::npos) {
    return "*" + change.value;
  }
  try {
    if (factor_of(change.value)) return change.value;
  } catch (const InputError&) {  // told below, with what would be right
  }
  throw InputError(
      fmt::format("{}: takes a factor or a percentage, relative to new paste", change.text()),
      "as in paste.resistance=+30% or 1.3; one joint alone has its own path, such as "
      "thermal.link.ihs-cpu_plate.resistance");
}

}  // namespace

const std::vector<ChangeAlias>& change_aliases() {
  static const std::vector<ChangeAlias> kAliases = {
      {"cooling.fan.rpm_max", "fastest speed of the fans, and of the firmware's normal control"},
      {"cooling.fan.rpm_min", "slowest speed of the fans, and the firmware's speed at rest"},
      {"paste.resistance",
       "thermal paste on lid or plate and under the graphics die: a factor or percentage"}};
  return kAliases;
}

ChangeSet::ChangeSet(const std::vector<Change>& changes)
    : changes_(changes), used_(changes.size(), false) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto& change = changes[i];
    bool alias = false;
    for (const auto& target : kAliasTargets) {
      if (target.alias != change.path) continue;
      alias = true;
      targets_.push_back({change.text(), std::string(target.path),
                          change.path == "paste.resistance" ? only_factor(change) : change.value,
                          std::string(target.flag), target.at_least, i});
    }
    if (!alias) targets_.push_back({change.text(), change.path, change.value, "", false, i});
  }
  redirect("cpu.microarchitecture.", "microarchitecture.");
}

void ChangeSet::redirect(std::string_view from, std::string_view to) {
  for (auto& target : targets_) {
    if (target.path.starts_with(from)) {
      target.path = std::string(to) + target.path.substr(from.size());
    }
  }
}

bool ChangeSet::replaces(const std::string& path) const {
  return std::ranges::any_of(targets_, [&](const auto& target) {
    try {
      return matches(target.path, path) && !factor_of(target.value);
    } catch (const InputError&) {
      return true;  // told when it is applied
    }
  });
}

std::optional<ChangeSet::Outcome> ChangeSet::apply(const std::string& path, const Fields::Row& row,
                                                   const Said& said) {
  if (targets_.empty()) return std::nullopt;
  auto* const* flag = std::get_if<bool*>(&row.target);
  const bool numeric = std::holds_alternative<double*>(row.target) ||
                       std::holds_alternative<std::vector<double>*>(row.target);
  (numeric || flag != nullptr ? known_ : texts_).insert(path);
  if (!numeric && flag == nullptr) return std::nullopt;
  const std::string fallback = !numeric                  ? (**flag ? "true" : "false")
                               : numbers_of(row).empty() ? ""
                                                         : written_in(row.unit, numbers_of(row));
  std::optional<Outcome> outcome;
  std::string how;
  for (const auto& target : targets_) {
    if (!matches(target.path, path)) continue;
    if (!target.flag.empty() && !(said.flag && said.flag(target.flag))) continue;
    used_[target.change] = true;
    if (!outcome) outcome.emplace();
    outcome->typed.push_back(target.typed);
    try {
      if (flag != nullptr) {
        if (target.value != "true" && target.value != "false") {
          throw InputError(fmt::format("'{}' must be true or false", row.name), row.meaning);
        }
        **flag = target.value == "true";
        outcome->written = target.value;
        continue;
      }
      std::string written;
      const auto before = numbers_of(row);
      auto values = changed_values(row, target.value, written);
      if (target.at_least && (before.empty() || before[0] <= 0 || values[0] < before[0])) continue;
      outcome->written = written;
      how = factor_of(target.value) ? target.value + " " : "";
      if (auto* const* number = std::get_if<double*>(&row.target)) {
        **number = values.front();
      } else {
        *std::get<std::vector<double>*>(row.target) = std::move(values);
      }
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: {}", target.typed, error.what()),
                       error.problems().front().help);
    }
  }
  if (!outcome || outcome->written.empty()) return std::nullopt;
  outcome->source = fmt::format("set: {}on the command line; the catalogue {}", how,
                                said.present       ? "says " + said.written
                                : fallback.empty() ? "says nothing"
                                                   : "leaves it at " + fallback);
  return outcome;
}

namespace {

/// The path that was meant, or what there is beside it.
std::string suggest_path(const std::string& path, const std::set<std::string>& known) {
  std::vector<std::string> all(known.begin(), known.end());
  for (const auto& alias : change_aliases()) all.emplace_back(alias.path);
  if (const auto guess = nearest(path, all); !guess.empty()) {
    return fmt::format("did you mean '{}'?", guess);
  }
  constexpr std::size_t kMostShown = 8;
  auto among = [&](auto&& wanted) {
    std::vector<std::string> found;
    std::ranges::copy_if(all, std::back_inserter(found), wanted);
    const bool more = found.size() > kMostShown;
    if (more) found.resize(kMostShown);
    return fmt::format("{}{}", fmt::join(found, ", "), more ? ", ..." : "");
  };
  const auto dot = path.rfind('.');
  const std::string section = path.substr(0, dot == path.npos ? 0 : dot + 1);
  std::string near =
      section.empty() ? "" : among([&](const auto& p) { return p.starts_with(section); });
  if (near.empty()) {
    const std::string last = "." + path.substr(dot == path.npos ? 0 : dot + 1);
    near = among([&](const auto& p) { return p.ends_with(last); });
  }
  if (near.empty()) {  // perhaps only the beginning is mistyped
    std::set<std::string> firsts;
    for (const auto& p : all) firsts.insert(p.substr(0, p.find('.')));
    near = fmt::format("paths that begin with {}", fmt::join(firsts, ", "));
    const auto guess = nearest(path.substr(0, path.find('.')), {firsts.begin(), firsts.end()});
    if (!guess.empty()) near = among([&](const auto& p) { return p.starts_with(guess + "."); });
  }
  return (near.empty() ? "" : "there are: " + near + "; ") + "'headroom show ID' lists every path";
}

}  // namespace

void ChangeSet::check() const {
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (used_[i]) continue;
    const auto target = std::ranges::find(targets_, i, &Target::change);
    const bool text = std::ranges::any_of(
        texts_, [&](const auto& known) { return matches(target->path, known); });
    problems.push_back(
        {fmt::format("{}: {}", changes_[i].text(),
                     text ? fmt::format("'{}' is a text, not a number", changes_[i].path)
                          : fmt::format("there is no number '{}'", changes_[i].path)),
         {},
         text ? "only numbers, and what is true or false, can be set; parts are put in with --swap"
              : suggest_path(target->path, known_)});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace headroom
