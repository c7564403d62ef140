#include "claims/cooling_capacity.hpp"

#include <gtest/gtest.h>

#include "machine/test_machines.hpp"

namespace headroom {
namespace {

Surroundings room(double celsius) {
  Surroundings surroundings;
  surroundings.room_k = 273.15 + celsius;
  return surroundings;
}

double chips_w(const Machine& machine, double celsius = 25) {
  return cooling_capacity(machine, room(celsius), 0.4, {0.6}).chips_w;
}

TEST(CoolingCapacity, FallsInAStraightLineAsTheRoomWarms) {
  // The network is linear: 10 K of room cost as much from 15 as from 25 degC, but
  // for the enclosure's small part.
  const auto machine = test::machine("imac-pro-2017");
  const double cold = chips_w(machine, 15), mild = chips_w(machine, 25),
               warm = chips_w(machine, 35);
  EXPECT_GT(cold, mild);
  EXPECT_NEAR((cold - mild) / (mild - warm), 1, 0.06);
  // At 94 degC in the room nothing could be shed: the line meets zero near there.
  EXPECT_LT(25 + 10 * mild / (mild - warm), 97);
  EXPECT_GT(25 + 10 * mild / (mild - warm), 70);
}

TEST(CoolingCapacity, IsWhatALongRunSettlesAt) {
  // Under a load with all clamps off, the hottest core comes to rest where the
  // capacity says it would for that heat: the limit is set to that temperature.
  auto machine = test::unclamped(test::machine("imac-pro-2017"));
  RunOptions options;
  options.for_s = 4 * 3600;
  options.fan_rpm = machine.fan_control.normal_rpm;
  const auto result = run(machine, test::workload("prime95-small"), room(25), options);
  const double from_s = 3 * 3600, to_s = options.for_s;
  const double cpu_w = test::mean_of(result.trace, "cpu.power", from_s, to_s);
  const double gpu_w = test::mean_of(result.trace, "gpu.power", from_s, to_s);
  ThrottleParameters limit;
  limit.name = "test";
  limit.sensor = "cpu";
  limit.trip_k = 273.15 + test::mean_of(result.trace, "cpu.temperature", from_s, to_s);
  machine.throttles = {limit};
  const auto capacity = cooling_capacity(machine, room(25), cpu_w, {gpu_w});
  EXPECT_NEAR(capacity.chips_w, cpu_w + gpu_w, 0.05 * (cpu_w + gpu_w));
}

TEST(CoolingCapacity, GrowsWithTheFansAndNamesItsLimit) {
  auto machine = test::machine("imac-pro-2017");
  const auto normal = cooling_capacity(machine, room(25), 1, {0});
  EXPECT_EQ(normal.limit, "thermal clamp");
  EXPECT_GT(normal.wall_w, normal.chips_w);
  machine.fan_control.normal_rpm = 1100;
  EXPECT_LT(cooling_capacity(machine, room(25), 1, {0}).chips_w, normal.chips_w);
  const auto graphics = cooling_capacity(machine, room(25), 0, {1});
  EXPECT_EQ(graphics.limit.substr(0, 8), "graphics");
}

TEST(CoolingCapacity, RefusesSharesThatDoNotFit) {
  const auto machine = test::machine("imac-pro-2017");
  EXPECT_THROW(cooling_capacity(machine, room(25), 1, {1, 1}), InputError);
  EXPECT_THROW(cooling_capacity(machine, room(25), 0, {0}), InputError);
  EXPECT_THROW(cooling_capacity(machine, room(96), 1, {0}), ModelError);
}

TEST(Airflow, IsTheOperatingPointAtTheNormalSpeed) {
  auto machine = test::machine("imac-pro-2017");
  const double flow = greatest_airflow_m3_per_s(machine, room(25));
  EXPECT_GT(flow, 0.005);
  EXPECT_LT(flow, machine.fan.free_flow_m3_per_s * machine.fan.count);
  machine.fan_control.normal_rpm /= 2;
  EXPECT_LT(greatest_airflow_m3_per_s(machine, room(25)), 0.6 * flow);
}

}  // namespace
}  // namespace headroom
