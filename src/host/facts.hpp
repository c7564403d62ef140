#pragma once

#include <string>
#include <vector>

#include "profile/profile.hpp"

namespace headroom {

/// What Linux says of the computer this runs on, as far as a machine file needs it:
/// describe_host() and, beside it, who made the processor and which one it is, which
/// logical processors this program may use, and what the operating system knows of
/// clocks, drive and network. In a virtual machine much of this is what the hypervisor
/// chose to show; src/host/measure.hpp tells what is really there.
struct HostFacts {
  HostDescription description;
  std::string vendor;  ///< "GenuineIntel", "AuthenticAMD", or "" where it is not said
  int family = 0, model = 0, stepping = 0;
  bool virtual_machine = false;  ///< the processor says that a hypervisor runs below
  /// Logical processors that this program may use: one of each core first, then the rest.
  std::vector<int> cpus;
  int cores = 1;               ///< that these belong to
  int threads_per_core = 1;    ///< of them, at most
  double quota_cpus = 0;       ///< processors' worth of time a container may use; 0: no limit
  double base_hz = 0;          ///< guaranteed clock, if it is said anywhere
  double memory_b = 0;         ///< or what a container may have of it
  double drive_b = 0;          ///< of the file system that holds "/"; 0: unknown
  double network_b_per_s = 0;  ///< of the fastest port that says its speed; 0: none does

  /// Size of a data cache, and how many of it serve the logical processors above; 0
  /// where Linux does not say.
  double cache_b(unsigned level) const;
  int cache_count(unsigned level) const;
  bool has(const std::string& feature) const;
};

/// Reads them. With `root`, the folders /proc and /sys below it stand for this
/// computer's, and every processor online there may be used.
HostFacts read_facts(const std::string& root = {});

/// The numbers in a list as the kernel writes it, "0-2,8"; what is no number is left out.
std::vector<int> cpu_list(const std::string& text);

}  // namespace headroom
