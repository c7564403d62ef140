#include "host/facts.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "host/core_kind.hpp"
#include "host/sensors.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// A computer's /proc and /sys as files of this test's own.
class FakeHost {
 public:
  FakeHost() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ =
        (fs::path(testing::TempDir()) / (std::string("headroom_host_") + test->name())).string();
    fs::remove_all(root_);
  }
  void write(const std::string& path, const std::string& text) const {
    const fs::path file = root_ + path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  const std::string& root() const { return root_; }

 private:
  std::string root_;
};

/// Two cores of two threads each, as a laptop's kernel shows them.
void write_laptop(const FakeHost& host) {
  std::string cpuinfo;
  for (int cpu = 0; cpu < 4; ++cpu) {
    cpuinfo += "processor\t: " + std::to_string(cpu) +
               "\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 142\nmodel name\t: "
               "Intel(R) Core(TM) i5-7200U CPU @ 2.50GHz\nstepping\t: 9\nphysical id\t: 0\n"
               "core id\t\t: " +
               std::to_string(cpu % 2) + "\nflags\t\t: sse2 fma avx avx2\n\n";
  }
  host.write("/proc/cpuinfo", cpuinfo);
  host.write("/proc/meminfo", "MemTotal:        8000000 kB\nMemFree: 1 kB");
  const std::string cpus = "/sys/devices/system/cpu/";
  host.write(cpus + "online", "0-3");
  for (int cpu = 0; cpu < 4; ++cpu) {
    host.write(cpus + "cpu" + std::to_string(cpu) + "/topology/thread_siblings_list",
               cpu % 2 == 0 ? "0,2" : "1,3");
  }
  const auto cache = [&](int index, const char* level, const char* type, const char* size,
                         const char* shared) {
    const std::string folder = cpus + "cpu0/cache/index" + std::to_string(index) + "/";
    host.write(folder + "level", level);
    host.write(folder + "type", type);
    host.write(folder + "size", size);
    host.write(folder + "shared_cpu_list", shared);
  };
  cache(0, "1", "Data", "32K", "0,2");
  cache(1, "1", "Instruction", "32K", "0,2");
  cache(2, "2", "Unified", "256K", "0,2");
  cache(3, "3", "Unified", "3072K", "0-3");
}

TEST(HostFacts, AreReadFromTheKernelsFiles) {
  const FakeHost host;
  write_laptop(host);
  host.write("/sys/class/net/eth0/speed", "2500");
  host.write("/sys/class/net/eth1/speed", "-1");
  const auto facts = read_facts(host.root());
  EXPECT_EQ(facts.vendor, "GenuineIntel");
  EXPECT_EQ(facts.family, 6);
  EXPECT_EQ(facts.model, 142);
  EXPECT_EQ(facts.stepping, 9);
  EXPECT_FALSE(facts.virtual_machine);
  EXPECT_TRUE(facts.has("avx2"));
  EXPECT_EQ(facts.cores, 2);
  EXPECT_EQ(facts.threads_per_core, 2);
  EXPECT_EQ(facts.cpus, (std::vector<int>{0, 1, 2, 3}));  // a thread of each core first
  EXPECT_EQ(facts.cache_b(1), 32 * 1024);
  EXPECT_EQ(facts.cache_b(3), 3072 * 1024);
  EXPECT_EQ(facts.cache_count(2), 2);
  EXPECT_EQ(facts.cache_count(3), 1);
  EXPECT_DOUBLE_EQ(facts.base_hz, 2.5e9);
  EXPECT_DOUBLE_EQ(facts.memory_b, 8000000.0 * 1024);
  EXPECT_DOUBLE_EQ(facts.network_b_per_s, 312.5e6);
  EXPECT_EQ(facts.quota_cpus, 0);
}

TEST(HostFacts, SiblingsComeAfterAllOtherCores) {
  const FakeHost host;
  write_laptop(host);
  for (int cpu = 0; cpu < 4; ++cpu) {  // neighbours are siblings here
    host.write(
        "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list",
        cpu < 2 ? "0-1" : "2-3");
  }
  EXPECT_EQ(read_facts(host.root()).cpus, (std::vector<int>{0, 2, 1, 3}));
}

TEST(HostFacts, AContainersLimitsCount) {
  const FakeHost host;
  write_laptop(host);
  host.write("/sys/fs/cgroup/cpu.max", "150000 100000");
  host.write("/sys/fs/cgroup/memory.max", "2147483648");
  const auto facts = read_facts(host.root());
  EXPECT_DOUBLE_EQ(facts.quota_cpus, 1.5);
  EXPECT_DOUBLE_EQ(facts.memory_b, 2147483648.0);
  host.write("/sys/fs/cgroup/cpu.max", "max 100000");
  host.write("/sys/fs/cgroup/memory.max", "max");
  const auto free = read_facts(host.root());
  EXPECT_EQ(free.quota_cpus, 0);
  EXPECT_DOUBLE_EQ(free.memory_b, 8000000.0 * 1024);
}

TEST(HostFacts, OfAnEmptyFolderAreStillAComputer) {
  const FakeHost host;
  const auto facts = read_facts(host.root());
  EXPECT_EQ(facts.cores, 1);
  EXPECT_EQ(facts.cpus, std::vector<int>{0});
  EXPECT_EQ(facts.cache_b(3), 0);
  EXPECT_EQ(facts.cache_count(3), 0);
  EXPECT_TRUE(facts.vendor.empty());
}

TEST(HostFacts, AListOfProcessorsIsReadAsTheKernelWritesIt) {
  EXPECT_EQ(cpu_list("0-2,8"), (std::vector<int>{0, 1, 2, 8}));
  EXPECT_TRUE(cpu_list("").empty());
  EXPECT_TRUE(cpu_list("x,-3,7-,5-2,1e9").empty());
}

TEST(CoreKind, IsToldByFamilyModelAndStepping) {
  const auto genoa = core_kind("AuthenticAMD", 25, 17, 1);
  EXPECT_EQ(genoa.id, "zen-4");
  EXPECT_TRUE(genoa.exact);
  EXPECT_EQ(core_kind("GenuineIntel", 6, 0x55, 4).id, "skylake-sp");
  EXPECT_EQ(core_kind("GenuineIntel", 6, 0x55, 7).id, "cascade-lake");
  EXPECT_EQ(core_kind("GenuineIntel", 6, 0x9E, 9).id, "kaby-lake");
  EXPECT_EQ(core_kind("GenuineIntel", 6, 0x9E, 13).id, "coffee-lake");
}

TEST(CoreKind, OfAnUnknownOneIsTheNearestAndSaysSo) {
  const auto milan = core_kind("AuthenticAMD", 25, 1, 1);
  EXPECT_EQ(milan.name, "Zen 3");
  EXPECT_EQ(milan.id, "zen-4");
  EXPECT_FALSE(milan.exact);
  EXPECT_EQ(core_kind("AuthenticAMD", 99, 1, 1).id, "zen-4");
  EXPECT_TRUE(core_kind("AuthenticAMD", 99, 1, 1).name.empty());
  EXPECT_FALSE(core_kind("GenuineIntel", 6, 0xFE, 0).exact);
  EXPECT_FALSE(core_kind("", 0, 0, 0).id.empty());
}

TEST(Sensors, OfThePackageAreReadInHouseUnits) {
  const FakeHost host;
  host.write("/sys/class/hwmon/hwmon0/name", "nvme");
  host.write("/sys/class/hwmon/hwmon0/temp1_input", "90000");
  host.write("/sys/class/hwmon/hwmon1/name", "coretemp");
  host.write("/sys/class/hwmon/hwmon1/temp1_input", "45000");
  host.write("/sys/class/hwmon/hwmon1/temp1_crit", "100000");
  host.write("/sys/class/powercap/intel-rapl:0/name", "package-0");
  host.write("/sys/class/powercap/intel-rapl:0/energy_uj", "2500000");
  host.write("/sys/class/powercap/intel-rapl:0/constraint_0_power_limit_uw", "15000000");
  host.write("/sys/class/powercap/intel-rapl:0/constraint_1_power_limit_uw", "25000000");
  host.write("/sys/class/powercap/intel-rapl:0:0/name", "core");
  host.write("/sys/class/powercap/intel-rapl:0:0/energy_uj", "1500000");
  const auto reading = read_sensors(host.root());
  EXPECT_NEAR(reading.temperature_k.value_or(0), 318.15, 1e-9);
  EXPECT_NEAR(reading.limit_k.value_or(0), 373.15, 1e-9);
  EXPECT_NEAR(reading.energy_j.value_or(0), 2.5, 1e-9);  // its cores are counted in it
  EXPECT_NEAR(reading.sustained_w.value_or(0), 15, 1e-9);
  EXPECT_NEAR(reading.short_term_w.value_or(0), 25, 1e-9);
}

TEST(Sensors, ThatAreMissingOrMuteStayEmpty) {
  const FakeHost host;
  EXPECT_FALSE(read_sensors(host.root()).any());
  host.write("/sys/class/hwmon/hwmon0/name", "k10temp");
  host.write("/sys/class/hwmon/hwmon0/temp1_input", "hot");
  EXPECT_FALSE(read_sensors(host.root()).any());
}

}  // namespace
}  // namespace headroom
