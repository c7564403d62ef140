#include "machine/thermal_plan.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace headroom {

void ThermalPlan::Node::declare(Fields& f) {
  f.text("name", name, "what the node is called");
  f.text("meaning", meaning, "what it is", {}, true);
  f.number("capacity", capacity_j_per_k, "J/K", "heat taken up per kelvin", 1e-4, 1e6);
}

void ThermalPlan::Link::declare(Fields& f) {
  f.text("from", from, "a node");
  f.text("to", to, "a node, or \"room\"");
  f.number("resistance", resistance_k_per_w, "K/W", "between them", 1e-5, 1e5);
  f.flag("paste", paste, "grows as the thermal paste ages");
}

void ThermalPlan::Station::declare(Fields& f) {
  f.text("name", name, "what the station is called");
  f.text("meaning", meaning, "where in the stream it is", {}, true);
  f.texts("from", from, "stations it draws on; none: the room");
  f.number("flow_share", flow_share, "1", "share of the machine's whole airflow", 1e-4, 1);
}

void ThermalPlan::Exchange::declare(Fields& f) {
  f.text("node", node, "the node in the stream");
  f.text("station", station, "the station it gives heat to");
  f.text("fins", fins, "the fin stack that it is", {}, true);
  f.number("conductance", conductance_w_per_k, "W/K", "at the reference flow, when not fins", 0,
           1e4);
  f.number("flow", flow_m3_per_s, "m3/s", "reference flow of the whole machine", 1e-6, 10);
  f.number("exponent", exponent, "1", "with which the conductance grows with flow", 0, 2);
  f.number("share", share, "1", "of the station's flow; 0: an equal part", 0, 1);
}

void ThermalPlan::Heat::declare(Fields& f) {
  f.text("consumer", consumer, "what draws the power",
         {"cpu.regulator", "gpu.regulator", "memory", "storage", "network", "board", "display",
          "supply", "fan"});
  f.text("node", node, "node or station where it becomes heat");
  f.number("share", share, "1", "of its power", 0, 1);
}

void ThermalPlan::Die::declare(Fields& f) {
  f.text("base", base, "node on which the die sits");
  f.number("interface", interface_k_m2_per_w, "K*m2/W", "area resistance from die to base", 1e-8,
           1e-2);
  f.number("memory_interface_factor", memory_interface_factor, "1",
           "area resistance of stacked memory relative to the die's", 0.1, 100);
  f.text("memory_base", memory_base, "node or station under memory that is not stacked", {}, true);
  f.number("memory_resistance", memory_resistance_k_per_w, "K/W", "to that node", 1e-4, 1e3);
  f.number("memory_capacity", memory_capacity_j_per_k, "J/K", "of memory that is not stacked", 0.01,
           1e4);
}

ThermalPlan ThermalPlan::read(Section section, const std::vector<std::string>& fin_names) {
  ThermalPlan plan;
  plan.fin_names = fin_names;
  plan.outside = section.text("outside");
  std::vector<std::string> nodes, stations;
  for (auto& part : section.list("node")) {
    plan.nodes.push_back(part.get<Node>());
    auto& name = plan.nodes.back().name;
    if (std::ranges::find(nodes, name) != nodes.end()) {
      part.report(fmt::format("two nodes are called '{}'", name), "name");
    }
    if (name.starts_with("cpu.") || (name.starts_with("gpu") && name.find('.') != name.npos)) {
      part.report(fmt::format("'{}': names like cpu.x and gpu.x belong to the silicon", name),
                  "name");
    }
    nodes.push_back(name);
  }
  auto check = [](Section& part, const std::string& name, std::string_view key,
                  const std::vector<std::string>& known, std::string_view what) {
    if (std::ranges::find(known, name) == known.end()) {
      part.report(fmt::format("no {} is called '{}'", what, name), key, suggest(name, known));
    }
  };
  auto or_room = nodes;
  or_room.emplace_back("room");
  for (auto& part : section.list("link")) {
    plan.links.push_back(part.get<Link>());
    check(part, plan.links.back().from, "from", nodes, "node");
    check(part, plan.links.back().to, "to", or_room, "node");
    if (plan.links.back().from == plan.links.back().to) {
      part.report(fmt::format("'{}' is linked to itself", plan.links.back().from), "to");
    }
  }
  auto station_sections = section.list("station");
  for (auto& part : station_sections) {
    Station station;
    if (part.has("shares")) {
      Fields shares;
      shares.numbers("shares", station.shares, "1", "of its inlet, one for each of `from`", 0, 1);
      part.read(shares);
    }
    Fields rest;
    station.declare(rest);
    part.read(rest);
    if (station.from.size() != station.shares.size()) {
      part.report(
          fmt::format("station '{}' needs a share for each station it draws on", station.name),
          "shares");
    }
    stations.push_back(station.name);
    plan.stations.push_back(std::move(station));
  }
  for (std::size_t i = 0; i < plan.stations.size(); ++i) {
    for (const auto& source : plan.stations[i].from) {
      check(station_sections[i], source, "from", stations, "station");
    }
  }
  for (auto& part : section.list("exchange")) {
    plan.exchanges.push_back(part.get<Exchange>());
    auto& exchange = plan.exchanges.back();
    check(part, exchange.node, "node", nodes, "node");
    check(part, exchange.station, "station", stations, "station");
    if (!exchange.fins.empty()) check(part, exchange.fins, "fins", fin_names, "fin stack");
  }
  auto anywhere = nodes;
  anywhere.insert(anywhere.end(), stations.begin(), stations.end());
  for (auto& part : section.list("heat")) {
    plan.heats.push_back(part.get<Heat>());
    check(part, plan.heats.back().node, "node", anywhere, "node or station");
  }
  if (auto part = section.child("cpu_die")) {
    plan.cpu_die = part.get<Die>();
    check(part, plan.cpu_die.base, "base", nodes, "node");
  }
  for (auto& part : section.list("gpu_die")) {
    plan.gpu_dies.push_back(part.get<Die>());
    check(part, plan.gpu_dies.back().base, "base", nodes, "node");
    if (!plan.gpu_dies.back().memory_base.empty()) {
      check(part, plan.gpu_dies.back().memory_base, "memory_base", nodes, "node");
    }
  }
  if (!plan.outside.empty()) check(section, plan.outside, "outside", nodes, "node");
  if (plan.nodes.empty()) section.report("the thermal network has no node");
  return plan;
}

}  // namespace headroom
