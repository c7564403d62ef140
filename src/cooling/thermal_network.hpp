#pragma once

#include <span>
#include <string>
#include <vector>

#include "cooling/modal_system.hpp"

namespace headroom {

/// A machine's heat: nodes with a heat capacity, joined to each other and to the
/// room by conductances, and washed by air.
///
/// Air is algebraic (a duct is swept in well under a second). At a station it
/// arrives mixed from the room and from other stations, recirculation included,
/// meets its nodes in parallel and leaves mixed. A node that is offered the
/// share s of a capacity rate W = mdot cp takes up
/// q = e s W (T_node - T_inlet), e = 1 - exp(-hA / (s W)): the effectiveness of
/// a wall at one temperature (Kays and London, Compact Heat Exchangers), which
/// tends to hA when air is plentiful, to s W when it is scarce, and to 0 when it
/// stands still, so that a node needs its still-air path as a link of its own.
/// Valid while properties are constant over a step; temperatures in K, heat in
/// W. The structure is built once; make() turns it, with the conductances and
/// airflow of the moment, into a ModalSystem.
class ThermalNetwork {
 public:
  /// Stands for the room where a node or station is asked for.
  static constexpr int kRoom = -1;
  /// Temperatures are carried relative to this one, to keep numbers small.
  static constexpr double kReferenceK = 298.15;

  /// What may change while the structure stays. Starts as what was given at
  /// building; each list is in the order of adding.
  struct Values {
    std::vector<double> link_w_per_k;
    std::vector<double> flow_w_per_k;      ///< per station: mdot cp
    std::vector<double> exchange_w_per_k;  ///< per exchange: hA
    std::vector<double> share;             ///< per exchange: part of the station's flow
    std::vector<double> fraction;          ///< per feed: part of the inlet
  };

  /// A node. InputError unless the capacity is a positive number.
  int add_node(std::string name, double heat_capacity_j_per_k);
  /// A conductance between nodes `a` and `b`, either of which may be kRoom.
  int add_link(int a, int b, double conductance_w_per_k);
  /// An air station, fed by the room but for what feed() says.
  int add_station(std::string name, double flow_w_per_k);
  /// Of the station's inlet, `fraction` comes from the outlet of `source`.
  int feed(int station, int source, double fraction);
  /// The node gives heat to the station's air. `share` of the flow passes it; 0:
  /// an equal part of what the others leave.
  int add_exchange(int node, int station, double ha_w_per_k, double share = 0);

  int nodes() const { return static_cast<int>(node_names_.size()); }
  int stations() const { return static_cast<int>(station_names_.size()); }
  const std::string& node_name(int node) const { return node_names_[node]; }
  const std::string& station_name(int station) const { return station_names_[station]; }
  double heat_capacity_j_per_k(int node) const { return heat_capacity_[node]; }

  /// The values given at building, equal shares filled in.
  Values values() const;

  // The inputs of make()'s system: power into each node (W), power into each
  // station's air, downstream of its nodes (W), and the room (K). Air that
  // stands still takes no power up: what is put in counts as gone to the room.
  int node_power_input(int node) const { return node; }
  int air_power_input(int station) const { return nodes() + station; }
  int room_input() const { return nodes() + stations(); }
  int inputs() const { return room_input() + 1; }

  // Its outputs: each node's temperature (K), each station's inlet and outlet
  // temperature (K), and the heat leaving to the room by links and air (W), an
  // expression of its own, not what went in less what was stored.
  int node_output(int node) const { return node; }
  int inlet_output(int station) const { return nodes() + station; }
  int outlet_output(int station) const { return nodes() + stations() + station; }
  int heat_output() const { return nodes() + 2 * stations(); }
  int outputs() const { return heat_output() + 1; }

  /// The inputs of a cold machine: no power, the room at kReferenceK.
  std::vector<double> no_inputs() const;

  /// The network at these values, its states the node temperatures. Where equal
  /// parts stand in a row in one stream the modes do not span the temperatures;
  /// the exchanges are then moved apart by a relative 1e-6 (1e-4 if need be).
  /// InternalError when `values` is not of this structure; ModelError when a
  /// number is negative or not finite, when stations draw more air than one
  /// gives, or when the modes are unusable (naming the nodes).
  ModalSystem make(const Values& values) const;

  /// All outputs at rest, by a direct linear solve that shares nothing with the
  /// modes. ModelError when a heated part has no way to the room.
  std::vector<double> steady_state(const Values& values, std::span<const double> u) const;

  /// Heat held by the nodes above kReferenceK.
  double stored_j(std::span<const double> node_k) const;

 private:
  struct Link {
    int a, b;
  };
  struct Feed {
    int station, source;
  };
  struct Exchange {
    int node, station;
  };
  struct Matrices;
  Matrices assemble(const Values& values, double nudge) const;
  bool to_modes(const Matrices& m, ModalSystem::Parts& parts, std::string& culprits) const;
  void check(const Values& values) const;

  std::vector<std::string> node_names_;
  std::vector<double> heat_capacity_;
  std::vector<std::string> station_names_;
  std::vector<Link> links_;
  std::vector<Feed> feeds_;
  std::vector<Exchange> exchanges_;
  Values initial_;
};

}  // namespace headroom
