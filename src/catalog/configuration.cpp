#include "catalog/configuration.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace headroom {
namespace {

constexpr std::string_view kForm =
    "write MACHINE or MACHINE:slot=option,slot=option, as in "
    "imac-pro-2017:cpu=xeon-w-2191b,gpu=radeon-pro-vega-64";

/// The price that holds on a day: the last one that began by then.
double price_on(const std::vector<DatedPrice>& prices, std::string_view day) {
  double usd = prices.empty() ? 0 : prices.front().usd;
  for (const auto& price : prices) {
    if (price.from <= day) usd = price.usd;
  }
  return usd;
}

std::vector<DatedPrice> read_prices(Section& section, std::string_view key, std::string from) {
  std::vector<DatedPrice> prices;
  double usd = kRequired;
  Fields fields;
  fields.number(key, usd, "USD", "price", -1e6, 1e7);
  section.read(fields);
  prices.push_back({std::move(from), usd});
  for (auto& change : section.list("price_changes")) {
    DatedPrice later{change.date("from"), kRequired};
    Fields of_change;
    of_change.number("price", later.usd, "USD", "price from that day on", -1e6, 1e7);
    change.read(of_change);
    if (later.from <= prices.back().from) {
      change.report("price changes must come in the order of their dates", "from");
    }
    prices.push_back(std::move(later));
  }
  return prices;
}

std::string list_of(const Offer& offer, std::string_view slot) {
  std::vector<std::string> names;
  for (const auto& option : offer.options) {
    if (option.slot == slot) names.push_back(option.id);
  }
  return fmt::format("{} can be: {}", slot, fmt::join(names, ", "));
}

}  // namespace

std::string Configuration::machine_of(std::string_view text) {
  constexpr std::string_view kFile = ".toml";
  if (text.ends_with(kFile) && text.find('=') == text.npos) return std::string(text);
  const auto file = text.find(".toml:");
  return std::string(text.substr(0, file == text.npos ? text.find(':') : file + kFile.size()));
}

Configuration Configuration::parse(std::string_view text) {
  Configuration result;
  result.machine = machine_of(text);
  const auto colon = result.machine.size() < text.size() ? result.machine.size() : text.npos;
  if (result.machine.empty()) {
    throw InputError(fmt::format("'{}' names no machine", text), std::string(kForm));
  }
  if (colon == text.npos) return result;
  for (std::string_view rest = text.substr(colon + 1);;) {
    const auto comma = rest.find(',');
    const auto pair = rest.substr(0, comma);
    const auto equals = pair.find('=');
    if (equals == pair.npos || equals == 0 || equals + 1 == pair.size()) {
      throw InputError(fmt::format("'{}' is not of the form slot=option", pair),
                       std::string(kForm));
    }
    const std::string slot(pair.substr(0, equals));
    if (!result.options.emplace(slot, std::string(pair.substr(equals + 1))).second) {
      throw InputError(fmt::format("the slot '{}' is filled twice", slot), std::string(kForm));
    }
    if (comma == rest.npos) return result;
    rest.remove_prefix(comma + 1);
  }
}

std::string Configuration::text() const {
  std::string out = machine;
  char separator = ':';
  for (const auto& [slot, option] : options) {
    out += separator + slot + "=" + option;
    separator = ',';
  }
  return out;
}

std::string Configuration::changes_text() const {
  std::string out;
  for (const auto& change : changes) out += (out.empty() ? "" : " ") + change.text();
  for (const auto& [part, id] : swaps) {
    out += fmt::format("{}--swap {}={}", out.empty() ? "" : " ", part, id);
  }
  return out;
}

void Configuration::set(std::string_view text) {
  changes.push_back(Change::parse(text));
}

void Configuration::swap(std::string_view text) {
  const auto [part, id] = Change::parse(text, "swap");
  swap_part(part);
  if (!swaps.emplace(part, id).second) {
    throw InputError(fmt::format("--swap {}={}: '{}' is swapped twice", part, id, part),
                     "take one of them out");
  }
}

std::string Configuration::swapped(const std::string& part) const {
  const auto it = swaps.find(part);
  return it == swaps.end() ? std::string() : it->second;
}

const std::vector<SwapPart>& swap_parts() {
  static const std::vector<SwapPart> kParts = {
      {"cpu", "processors", "a processor"},
      {"gpu", "graphics", "a graphics processor"},
      {"cooling", "machines", "the fans, fins, heat paths, enclosure and fan rules"},
      {"supply", "machines", "the power supply"},
      {"board", "machines", "the board and display"},
      {"port", "machines", "the network port"}};
  return kParts;
}

const SwapPart& swap_part(const std::string& name) {
  std::vector<std::string> known;
  std::string all;
  for (const auto& part : swap_parts()) {
    if (part.name == name) return part;
    known.emplace_back(part.name);
    all += fmt::format("{}{} ({})", all.empty() ? "" : ", ", part.name, part.meaning);
  }
  const auto guess = nearest(name, known);
  throw InputError(
      fmt::format("'{}' cannot be swapped", name),
      (guess.empty() ? "" : fmt::format("did you mean '{}'? ", guess)) + "these can: " + all);
}

const Option* Offer::find(std::string_view slot, std::string_view id) const {
  const auto it = std::ranges::find_if(
      options, [&](const auto& option) { return option.slot == slot && option.id == id; });
  return it == options.end() ? nullptr : &*it;
}

const Option* Offer::base(std::string_view slot) const {
  const auto it = std::ranges::find_if(
      options, [&](const auto& option) { return option.slot == slot && option.base; });
  return it == options.end() ? nullptr : &*it;
}

std::vector<std::string> Offer::slots() const {
  std::vector<std::string> names;
  for (const auto& option : options) {
    if (std::ranges::find(names, option.slot) == names.end()) names.push_back(option.slot);
  }
  return names;
}

Configuration Offer::complete(const Configuration& configuration) const {
  Configuration full = configuration;
  std::vector<Problem> problems;
  for (const auto& [slot, id] : configuration.options) {
    const auto known = slots();
    if (std::ranges::find(known, slot) == known.end()) {
      problems.push_back(
          {fmt::format("{} has no slot '{}'", machine, slot), {}, suggest(slot, known)});
    } else if (find(slot, id) == nullptr) {
      std::vector<std::string> ids;
      for (const auto& option : options) {
        if (option.slot == slot) ids.push_back(option.id);
      }
      const auto guess = nearest(id, ids);
      problems.push_back({fmt::format("{} was not sold with {}={}", machine, slot, id),
                          {},
                          (guess.empty() ? "" : fmt::format("did you mean '{}'? ", guess)) +
                              list_of(*this, slot)});
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  auto fits = [&](const Option& option) {
    return option.only_with.empty() ||
           std::ranges::any_of(option.only_with, [&](const std::string& needed) {
             const auto equals = needed.find('=');
             const auto it = full.options.find(needed.substr(0, equals));
             return it != full.options.end() && it->second == needed.substr(equals + 1);
           });
  };
  for (const auto& slot : slots()) {
    if (full.options.contains(slot)) continue;
    if (const auto* option = base(slot)) full.options.emplace(slot, option->id);
  }
  // A slot that was left open follows the chosen ones: the first that was sold with them.
  for (int round = 0; round < 2; ++round) {
    for (const auto& slot : slots()) {
      if (configuration.options.contains(slot)) continue;
      auto& id = full.options[slot];
      auto agrees = [&](const Option& candidate) {
        if (!fits(candidate)) return false;
        const std::string saved = std::exchange(id, candidate.id);
        const bool all = std::ranges::all_of(configuration.options, [&](const auto& chosen) {
          return fits(*find(chosen.first, chosen.second));
        });
        if (!all) id = saved;
        return all;
      };
      const Option* now = find(slot, id);
      if (now != nullptr && agrees(*now)) continue;
      for (const auto& candidate : options) {
        if (candidate.slot == slot && !candidate.user_fitted && agrees(candidate)) break;
      }
    }
  }
  // Of a slot that was left open the user has not heard yet: it is named last, and only
  // where nothing that was typed is at fault.
  std::vector<std::string> wanted;
  for (const auto& [slot, id] : configuration.options) wanted.push_back(slot + "=" + id);
  for (const bool typed : {true, false}) {
    for (const auto& [slot, id] : full.options) {
      const Option* option = find(slot, id);
      if (option == nullptr || fits(*option)) continue;
      if (configuration.options.contains(slot) != typed) continue;
      const auto choices = fmt::format("{}", fmt::join(option->only_with, " or "));
      problems.push_back(
          typed ? Problem{fmt::format("{} was never sold with {}={} in this combination", machine,
                                      slot, id),
                          {},
                          "it came only with " + choices}
                : Problem{
                      fmt::format("{} was never sold with {}", machine, fmt::join(wanted, " and ")),
                      {},
                      fmt::format("{}={} came only with {}", slot, id, choices)});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
  }
  return full;
}

std::string Offer::first_day(const Configuration& complete) const {
  std::string day = from;
  for (const auto& [slot, id] : complete.options) {
    if (const auto* option = find(slot, id)) day = std::max(day, option->from);
  }
  return day;
}

double Offer::price_usd(const Configuration& complete, std::string day) const {
  if (day.empty()) day = first_day(complete);
  double usd = price_on(base_prices, day);
  for (const auto& [slot, id] : complete.options) {
    if (const auto* option = find(slot, id)) usd += price_on(option->prices, day);
  }
  return usd;
}

bool Offer::price_known(const Configuration& complete, std::string day) const {
  if (day.empty()) day = first_day(complete);
  return price_on(base_prices, day) > 0;
}

Offer read_offer(Document& document) {
  Section root = document.root();
  Offer offer;
  Fields fields;
  fields.text("id", offer.machine, "name of the machine in commands");
  fields.text("name", offer.name, "name for people");
  fields.text("summary", offer.summary, "what it is, in a line", {}, true);
  root.read(fields);
  if (auto sale = root.child("on_sale")) {
    offer.from = sale.date("from", "0000-00-00");
    offer.to = sale.date("to", "9999-12-31");
    offer.base_prices = read_prices(sale, "base_price", offer.from);
    if (offer.from > offer.to) sale.report("the sale ends before it begins", "to");
  }
  root.child("options");  // reported once when there is none
  for (auto& [slot, section] : root.named("options")) {
    int bases = 0;
    Section last;
    for (auto& [id, part] : root.child("options").named(slot)) {
      Option option;
      option.slot = slot;
      option.id = id;
      option.name = id;
      Fields more;
      more.text("name", option.name, "name for people", {}, true);
      more.flag("base", option.base, "part of the base configuration");
      more.flag("user_fitted", option.user_fitted, "never sold so: fitted by owners");
      more.whole("count", option.count, "how many of it", 1, 8);
      part.read(more);
      option.from = part.date("from", offer.from);
      option.to = part.date("to", offer.to);
      option.only_with = part.texts("only_with");
      option.prices = read_prices(part, "price", option.from);
      bases += option.base ? 1 : 0;
      last = part;
      offer.options.push_back(std::move(option));
    }
    if (bases != 1 && last) {
      last.report(
          fmt::format("the slot '{}' has {} base options; it needs exactly one", slot, bases), {},
          "mark one with base = true");
    }
  }
  for (const auto& option : offer.options) {
    for (const auto& needed : option.only_with) {
      const auto equals = needed.find('=');
      if (equals == needed.npos ||
          offer.find(needed.substr(0, equals), needed.substr(equals + 1)) == nullptr) {
        root.child("options").report(
            fmt::format("{}={} is said to come only with '{}', which does not exist", option.slot,
                        option.id, needed));
      }
    }
  }
  return offer;
}

}  // namespace headroom
