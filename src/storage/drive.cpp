#include "storage/drive.hpp"

namespace headroom {

void Drive::declare(Fields& f) {
  f.number("capacity", capacity_b, "GB", "of the drive", 1, 1e6);
  f.whole("modules", modules, "flash modules or disks", 1, 8);
  f.number("read", read_b_per_s, "GB/s", "sustained reading", 0.001, 100);
  f.number("write", write_b_per_s, "GB/s", "sustained writing", 0.001, 100);
  f.number("read_latency", read_latency_s, "us", "before the first byte", 0, 1e6);
  f.number("idle_power", idle_w, "W", "at rest", 0, 50);
  f.number("active_power", active_w, "W", "more while bytes move", 0, 50);
}

double Drive::seconds(double read_b, double write_b) const {
  double total_s = 0;
  if (read_b > 0) total_s += read_latency_s + read_b / read_b_per_s;
  if (write_b > 0) total_s += write_b / write_b_per_s;
  return total_s;
}

}  // namespace headroom
