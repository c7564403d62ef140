#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "host/machine_file.hpp"

namespace headroom {
namespace {

constexpr std::string_view kAir = R"(
# --- The box: none of it is known ---
# What lies around a processor cannot be measured from inside. This is a generic
# tower, with more air and metal than the processor needs. Its temperatures, noise
# and wall power are those of this picture, not of the computer.

[enclosure]
source = "assumed: a steel box on the floor"
area = "0.6 m2"
height = "0.45 m"
emissivity = 0.8

[cooling.fan]
source = "assumed: a large axial fan, enough for any load"
speed_min = "400 rpm"
speed_max = "2000 rpm"
reference_speed = "2000 rpm"
shutoff_pressure = "60 Pa"
free_flow = "0.08 m3/s"
curve_exponent = 1.8
power = "8 W"
spin_up = "1.5 s"
blades = 9
sound_power = "50 dBA"
sound_exponent = "55 dBA"
tone_below = "10 dBA"

[cooling.path]
source = "assumed: open grilles front and back"
free_area = "0.012 m2"
loss_coefficient = 2.5

[cooling.fins.tower]
source = "assumed: a large tower cooler, more than the processor needs"
channels = 80
gap = "2 mm"
height = "60 mm"
length = "100 mm"
thickness = "0.4 mm"
path = "30 mm"

[firmware.fans]
source = "assumed: follows the processor's temperature"
idle = "500 rpm"
normal = "2000 rpm"
slew = 100
period = "1 s"

[[firmware.fans.rule]]
name = "processor"
sensor = "cpu"
source = "assumed: well below any limit"
target = "60 degC"
gain = 30
integral = 1

[thermal]
outside = "case"
source = "assumed: the order of such parts"

[[thermal.node]]
name = "lid"
meaning = "copper lid of the processor"
capacity = "15 J/K"

[[thermal.node]]
name = "sink"
meaning = "base and fins of the cooler"
capacity = "600 J/K"

[[thermal.node]]
name = "board"
meaning = "board with regulators, memory and drive"
capacity = "800 J/K"

[[thermal.node]]
name = "supply"
meaning = "power supply"
capacity = "600 J/K"

[[thermal.node]]
name = "case"
meaning = "the box"
capacity = "4000 J/K"

[[thermal.link]]
from = "lid"
to = "sink"
resistance = "0.02 K/W"
paste = true

[[thermal.link]]
from = "board"
to = "case"
resistance = "1 K/W"

[[thermal.link]]
from = "supply"
to = "case"
resistance = "0.5 K/W"

[[thermal.station]]
name = "intake"
meaning = "front grille"
flow_share = 1

[[thermal.station]]
name = "through_fins"
meaning = "through the cooler"
from = ["intake"]
shares = [1]
flow_share = 0.7

[[thermal.station]]
name = "past_board"
meaning = "over the board"
from = ["intake"]
shares = [1]
flow_share = 0.3

[[thermal.exchange]]
node = "sink"
station = "through_fins"
fins = "tower"
share = 1

[[thermal.exchange]]
node = "board"
station = "past_board"
conductance = "5 W/K"
flow = "0.03 m3/s"
exponent = 0.7
share = 0.5

[[thermal.exchange]]
node = "supply"
station = "past_board"
conductance = "3 W/K"
flow = "0.03 m3/s"
exponent = 0.7
share = 0.5
)";

std::string heats() {
  std::string text;
  for (const auto* consumer : {"cpu.regulator", "gpu.regulator", "memory", "storage", "network",
                               "board", "display", "supply", "fan"}) {
    const std::string_view name = consumer;
    const std::string_view node = name == "supply" ? "supply" : name == "fan" ? "intake" : "board";
    text += fmt::format("\n[[thermal.heat]]\nconsumer = \"{}\"\nnode = \"{}\"\n", name, node);
  }
  return text;
}

}  // namespace

std::string generic_box(double power_w, double network_b_per_s) {
  constexpr double kGigabitB = 125e6;
  const bool known = network_b_per_s > 0;
  // So thin a joint that even a small die under a strong limit stays far from its own.
  std::string text = fmt::format(
      "\n[port]\nsource = \"{}\"\nfastest = \"{:g} Gbit/s\"\n"
      "\n[board]\nsource = \"assumed: an ordinary board without a display\"\n"
      "idle = \"20 W\"\nactive = \"5 W\"\ncpu_regulator_loss = 0.1\ngpu_regulator_loss = 0\n"
      "\n[supply]\nsource = \"assumed: an efficient supply, large enough\"\nrated = \"{:.0f} W\"\n"
      "fixed_loss = \"4 W\"\nproportional_loss = 0.05\nloss_at_rated = 0.1\n",
      known ? "measured: what the port's driver says" : "assumed: no port says its speed",
      (known ? std::clamp(network_b_per_s, kGigabitB / 100, 400 * kGigabitB) : kGigabitB) /
          kGigabitB,
      std::ceil((2 * power_w + 200) / 50) * 50);
  text += kAir;
  text += heats();
  text +=
      "\n[thermal.cpu_die]\nsource = \"assumed: solder, so that heat never stands in the way\"\n"
      "base = \"lid\"\ninterface = \"2e-6 K*m2/W\"\n";
  return text;
}

}  // namespace headroom
