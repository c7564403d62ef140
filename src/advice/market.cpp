#include "advice/market.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace headroom {
namespace {

bool sold(const std::string& from, const std::string& to, const std::string& day) {
  return from <= day && day <= to;
}

bool option_sold(const Offer& offer, const Option& option, const std::string& day) {
  const bool ends_early = option.to < offer.to;
  return option.from <= day && (ends_early ? day < option.to : day <= option.to);
}

bool goes_with(const Option& option, const Configuration& chosen) {
  return option.only_with.empty() ||
         std::ranges::any_of(option.only_with, [&](const std::string& needed) {
           const auto equals = needed.find('=');
           const auto it = chosen.options.find(needed.substr(0, equals));
           return it != chosen.options.end() && it->second == needed.substr(equals + 1);
         });
}

}  // namespace

std::string day_after(const std::string& day) {
  using namespace std::chrono;
  const year_month_day date{year{std::stoi(day.substr(0, 4))},
                            month{static_cast<unsigned>(std::stoi(day.substr(5, 2)))},
                            std::chrono::day{static_cast<unsigned>(std::stoi(day.substr(8, 2)))}};
  const year_month_day next = sys_days{date} + days{1};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(next.year()),
                     static_cast<unsigned>(next.month()), static_cast<unsigned>(next.day()));
}

bool sold_on(const Offer& offer, const Configuration& complete, const std::string& day,
             std::string* why) {
  auto refuse = [&](const std::string& what, const std::string& from, const std::string& to) {
    if (why != nullptr) *why = fmt::format("{} was sold from {} to {}", what, from, to);
    return false;
  };
  if (!sold(offer.from, offer.to, day)) return refuse(offer.name, offer.from, offer.to);
  for (const auto& [slot, id] : complete.options) {
    const auto* option = offer.find(slot, id);
    if (option == nullptr || option_sold(offer, *option, day)) continue;
    return refuse(option->name, option->from, option->to);
  }
  return true;
}

Market::Market(const Library& library) {
  for (const auto& id : library.ids("machines")) {
    Document document = library.open("machines", id);
    Model model{id, read_offer(document), read_features(document)};
    models_.push_back(std::move(model));
  }
}

std::vector<Configuration> Market::on_sale(const Model& model, const std::string& day) const {
  const auto& offer = model.offer;
  if (!sold(offer.from, offer.to, day)) return {};
  std::vector<Configuration> found(1);
  found.front().machine = model.id;
  for (const auto& slot : offer.slots()) {
    std::vector<Configuration> longer;
    for (const auto& shorter : found) {
      for (const auto& option : offer.options) {
        if (option.slot != slot || option.user_fitted || !option_sold(offer, option, day)) {
          continue;
        }
        longer.push_back(shorter);
        longer.back().options.emplace(slot, option.id);
      }
    }
    found = std::move(longer);
  }
  std::erase_if(found, [&](const Configuration& full) {
    return !std::ranges::all_of(full.options, [&](const auto& chosen) {
      return goes_with(*offer.find(chosen.first, chosen.second), full);
    });
  });
  return found;
}

std::string Market::first_day() const {
  std::string day = "9999-12-31";
  for (const auto& model : models_) day = std::min(day, model.offer.from);
  return day;
}

std::string Market::last_day() const {
  std::string day;
  for (const auto& model : models_) day = std::max(day, model.offer.to);
  return day;
}

std::vector<std::string> Market::days_of_change() const {
  std::set<std::string> days;
  for (const auto& model : models_) {
    const auto& offer = model.offer;
    auto add = [&](const std::string& day) {
      if (sold(offer.from, offer.to, day)) days.insert(day);
    };
    add(offer.from);
    for (const auto& price : offer.base_prices) add(price.from);
    for (const auto& option : offer.options) {
      add(option.from);
      if (option.to < offer.to) add(option.to);
      for (const auto& price : option.prices) add(price.from);
    }
  }
  return {days.begin(), days.end()};
}

}  // namespace headroom
