#include "machine/channels.hpp"

namespace headroom {

std::vector<Channel> channels_of(const ThermalModel& thermal) {
  std::vector<Channel> channels = {
      {"cpu.clock", "GHz", "mean clock of the cores that are awake"},
      {"cpu.ceiling", "GHz",
       "clock that power, current and heat would allow; the turbo table may allow less"},
      {"cpu.temperature", "degC", "hottest core"},
      {"cpu.power", "W", "processor package"},
      {"cpu.busy", "1", "share of the time that the processor is awake"},
      {"cpu.work", "Ginstr/s", "work done, in instructions of the program's AVX2 build"},
      {"gpu.clock", "MHz", "mean clock of the graphics processor, idle time included"},
      {"gpu.temperature", "degC", "edge of the graphics die"},
      {"gpu.memory_temperature", "degC", "graphics memory"},
      {"gpu.junction", "degC", "hottest spot of the graphics die"},
      {"gpu.power", "W", "graphics package, all processors together"},
      {"gpu.work", "Gflop/s", "arithmetic done, all processors together"},
      {"memory.traffic", "GB/s", "bytes from and to memory"},
      {"storage.rate", "GB/s", "bytes from or to the drive"},
      {"network.rate", "GB/s", "payload over the network"},
      {"fan.speed", "rpm", "speed of the fans"},
      {"air.flow", "l/s", "air through the machine"},
      {"noise.level", "dBA", "sound at the listener, room included"},
      {"noise.tone", "Hz", "frequency of the blade-pass tone"},
      {"wall.power", "W", "drawn from the wall"},
      {"power.display", "W", "display"},
      {"power.board", "W", "board, ports, drive, network"},
      {"power.memory", "W", "memory modules"},
      {"power.losses", "W", "regulators and power supply"},
  };
  const auto& network = thermal.network();
  for (int i = 0; i < network.nodes(); ++i) {
    channels.push_back({"temperature." + network.node_name(i), "degC", "temperature of the node"});
  }
  for (int s = 0; s < network.stations(); ++s) {
    channels.push_back({"air." + network.station_name(s), "degC", "air that leaves the station"});
  }
  return channels;
}

}  // namespace headroom
