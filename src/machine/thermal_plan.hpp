#pragma once

#include <string>
#include <vector>

#include "base/fields.hpp"
#include "catalog/document.hpp"

namespace headroom {

/// The thermal network as a machine file describes it. The silicon itself is
/// not in it: the blocks of the processor's die (`cpu.core0`, ..., `cpu.uncore`)
/// and the graphics die (`gpu.die`, `gpu.memory`) are made from the parts and
/// joined to the nodes that `cpu_base` and `gpu_base` name.
struct ThermalPlan {
  struct Node {
    std::string name;
    std::string meaning;
    double capacity_j_per_k = kRequired;
    void declare(Fields& f);
  };
  struct Link {            ///< [[thermal.link]]
    std::string from, to;  ///< nodes, or "room"
    double resistance_k_per_w = kRequired;
    bool paste = false;  ///< grows as the thermal paste ages
    void declare(Fields& f);
  };
  struct Station {  ///< [[thermal.station]], in the order of the stream
    std::string name;
    std::string meaning;
    std::vector<std::string> from;  ///< stations it draws on; none: the room
    std::vector<double> shares;     ///< of its inlet, as long as `from`; the rest is the room
    double flow_share = kRequired;  ///< of the machine's whole airflow
    void declare(Fields& f);
  };
  struct Exchange {  ///< [[thermal.exchange]]: a node in a stream
    std::string node, station;
    std::string fins;                ///< the fin stack it is; "": the power law below
    double conductance_w_per_k = 0;  ///< hA at the reference flow
    double flow_m3_per_s = 0.01;     ///< reference flow of the whole machine
    double exponent = 0.8;           ///< with which hA grows with flow
    double share = 0;                ///< of the station's flow; 0: an equal part
    void declare(Fields& f);
  };
  struct Heat {            ///< [[thermal.heat]]: where a consumer's power ends
    std::string consumer;  ///< "cpu.regulator", "memory", "storage", "display", ...
    std::string node;      ///< a node or a station
    double share = 1;
    void declare(Fields& f);
  };
  struct Die {                                ///< [thermal.cpu_die], [thermal.gpu_die]
    std::string base;                         ///< node on which the die sits
    double interface_k_m2_per_w = kRequired;  ///< area resistance, die to base
    double memory_interface_factor = 1;       ///< of stacked memory, relative to the die
    std::string memory_base;                  ///< node under memory chips that are not stacked
    double memory_resistance_k_per_w = 1;
    double memory_capacity_j_per_k = 5;
    void declare(Fields& f);
  };

  std::vector<Node> nodes;
  std::vector<Link> links;
  std::vector<Station> stations;
  std::vector<Exchange> exchanges;
  std::vector<Heat> heats;
  Die cpu_die;
  std::vector<Die> gpu_dies;           ///< one for each graphics processor
  std::vector<std::string> fin_names;  ///< of the machine's fin stacks, in their order
  std::string outside;                 ///< node that loses heat by the enclosure's law

  /// Reads [thermal]. Names that lead nowhere are reported.
  static ThermalPlan read(Section section, const std::vector<std::string>& fin_names);
};

}  // namespace headroom
