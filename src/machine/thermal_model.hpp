#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cooling/thermal_network.hpp"
#include "machine/machine.hpp"

namespace headroom {

struct Surroundings;

/// The thermal network of one machine in one place, with its silicon: a node
/// for every core, the rest of the die, each graphics die and its memory, and
/// what the machine file adds. Modal systems are made per airflow as the fans
/// reach it, and kept.
///
/// Silicon is 0.775 mm thick with 120 W/m/K; a core's block meets its
/// neighbours through that slab and the base through the interface. Airflow is
/// resolved in steps of 1.5 % of fan speed. Not thread-safe: one for each run.
class ThermalModel {
 public:
  ThermalModel(const Machine& machine, const Surroundings& surroundings);

  const ThermalNetwork& network() const { return network_; }
  /// Nodes of the silicon.
  const std::vector<int>& cores() const { return cores_; }
  int uncore() const { return uncore_; }
  int gpu(std::size_t i) const { return gpus_[i]; }
  int gpu_memory(std::size_t i) const { return gpu_memories_[i]; }
  int outside() const { return outside_; }
  /// The node called so, or -1.
  int node(std::string_view name) const;

  /// Input index and share of each place where a consumer's power becomes heat.
  struct Sink {
    int input;
    double share;
  };
  const std::vector<Sink>& sinks(std::string_view consumer) const;

  /// The airflow level of a fan speed, and what flows there.
  int level(double rpm) const;
  struct Flow {
    ModalSystem system;
    double rpm = 0;
    double flow_m3_per_s = 0;
    double pressure_pa = 0;
    double reynolds = 0;  ///< greatest in any fin stack; the laws hold below 2300
  };
  const Flow& at(int level);

  const AirPath& air_path() const { return air_path_; }
  const Air& air() const { return air_; }
  const Enclosure& enclosure() const { return enclosure_; }
  /// The enclosure's conductance that is part of the network; what it really
  /// loses beyond that enters as a power.
  double enclosure_w_per_k() const { return enclosure_w_per_k_; }
  double paste_factor() const { return paste_; }

 private:
  void add_cpu_die(const Machine& machine);
  void add_gpu_die(const Machine& machine, std::size_t i);
  int find(std::string_view name) const;

  const Machine* machine_;
  double paste_;
  AirPath air_path_;
  Air air_;
  Enclosure enclosure_;
  double enclosure_w_per_k_ = 0;
  ThermalNetwork network_;
  std::vector<int> cores_;
  int uncore_ = -1;
  std::vector<int> gpus_, gpu_memories_;
  int outside_ = -1;
  std::map<std::string, std::vector<Sink>, std::less<>> sinks_;
  std::map<int, std::unique_ptr<Flow>> flows_;
};

}  // namespace headroom
