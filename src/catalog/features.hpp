#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/document.hpp"

namespace headroom {

/// A day on which a machine was spoken of before one could buy it.
struct Announcement {
  std::string date;  ///< "2017-06-05"
  std::string what;
  std::string source;
};

/// What a machine can be connected to and fitted with: facts that no model
/// computes with, but by which a buyer chooses. The section [features] of its
/// file; what the file leaves out counts as not there. The rate of the Ethernet
/// port that it comes with stands in [port].
struct Features {
  double thunderbolt_ports = 0;
  double thunderbolt_version = 0;
  double usb_a_ports = 0;
  double ethernet_ports = 0;
  double ethernet_fastest_b_per_s = 0;  ///< fastest port that could be ordered; 0: that of [port]
  double ethernet_price_usd = 0;        ///< what that port cost more
  double pcie_slots = 0;                ///< free whatever graphics module it comes with
  double gpu_most = 0;                  ///< most graphics processors it can be configured with here
  double internal_drives = 0;           ///< places for drives beside the one it comes with
  double display_pixels = 0;            ///< of the built-in display; 0: it has none
  bool rack = false;                    ///< could be had for a rack
  double rack_price_usd = 0;            ///< what that cost more
  bool memory_by_owner = false;         ///< its owner can change the memory
  bool t2 = false;                      ///< T2: encrypted storage, secure boot, HEVC encoder
  std::vector<Announcement> announcements;  ///< in order of their dates

  bool display_built_in() const { return display_pixels > 0; }
  void declare(Fields& f);
};

/// Reads [features] and [[on_sale.announcement]] of a machine's file.
Features read_features(Document& document);

/// What needs ask of a configuration beside its machine's features.
struct Configured {
  double memory_b = 0;
  bool ecc = false;
  double storage_b = 0;
  double gpus = 0;
  double graphics_memory_b = 0;  ///< of one graphics processor
  double ethernet_b_per_s = 0;   ///< of the port it comes with
};

/// Something a buyer cannot do without.
struct Need {
  std::string text;     ///< as given: "memory>=256GB", "ecc"
  std::string name;     ///< "memory"
  std::string meaning;  ///< for people
  double at_least = 1;  ///< in house units; 1 where it is a matter of yes or no
};

/// A need as it can be written, for help and documentation.
struct NeedForm {
  std::string form;  ///< "memory>=256GB"
  std::string meaning;
};
std::vector<NeedForm> need_forms();

/// Reads NAME or NAME>=QUANTITY. Throws InputError that names what is possible.
Need parse_need(std::string_view text);

/// Whether the configuration meets the need, as it comes or as it could be ordered.
bool meets(const Features& features, const Configured& configured, const Need& need);

/// What must be paid over the price of the configuration so that it meets the
/// needs, in USD: the faster Ethernet port, the rack. Each is counted once.
double extra_usd(const Features& features, const Configured& configured,
                 const std::vector<Need>& needs);

}  // namespace headroom
