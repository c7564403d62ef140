// The thermal solver beside published tools, on a reference problem with known
// solutions: an 18-core die of 80 blocks, (A) as a column of uniform layers and
// (B) as a network of 7,756 nodes. Prints CPU seconds, errors and the ratio to
// tools that the problem's notes timed on the same kind of machine, all with a
// step of 0.1 s: 3D-ICE 4.0 (7,744 nodes), which took 0.628 s for the short trace
// and 40.5 s for the hour, and HotSpot 7's grid model, which has as many nodes
// as (B), 55.1 s for the short one.
//
//   thermal_reference [FOLDER]     or HEADROOM_THERMAL_REF=FOLDER

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "cooling/column_stack.hpp"
#include "cooling/network_reduction.hpp"

namespace {

namespace fs = std::filesystem;
using headroom::ColumnStack;
using headroom::ModalSystem;

struct Rival {
  const char* name;
  double cpu_s;
};
constexpr Rival kIceShort = {"3D-ICE", 0.628};
constexpr Rival kIceHour = {"3D-ICE", 40.5};
constexpr Rival kHotSpotShort = {"HotSpot grid", 55.1};
constexpr int kRuns = 5;

double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The median CPU time of a few runs.
double median_s(const std::function<void()>& work) {
  std::vector<double> times;
  for (int i = 0; i < kRuns; ++i) {
    const double start = cpu_s();
    work();
    times.push_back(cpu_s() - start);
  }
  std::sort(times.begin(), times.end());
  return times[kRuns / 2];
}

std::string read_text(const fs::path& path) {
  if (path.extension() == ".xz") {
    std::string text;
    FILE* pipe = popen(fmt::format("xz -dc '{}'", path.string()).c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot start xz");
    char buffer[1 << 16];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) {
      text.append(buffer, got);
    }
    if (pclose(pipe) != 0) throw std::runtime_error(fmt::format("xz -dc {} failed", path.string()));
    return text;
  }
  std::ifstream file(path);
  if (!file) throw std::runtime_error(fmt::format("cannot read {}", path.string()));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A table of numbers, row by row, with the names of its columns if it has a
/// first line of names.
struct Table {
  explicit Table(const std::string& text) {
    const char* at = text.c_str();
    if (std::isalpha(static_cast<unsigned char>(*at))) {
      std::istringstream line(text.substr(0, text.find('\n')));
      for (std::string name; std::getline(line, name, ',');) names.push_back(name);
      at += std::min(text.find('\n'), text.size());
    }
    for (;;) {
      while (*at && std::string_view(" ,\r\n").find(*at) != std::string_view::npos) ++at;
      char* end = nullptr;
      const double value = std::strtod(at, &end);
      if (end == at) break;
      values.push_back(value);
      at = end;
    }
  }
  std::vector<std::string> names;
  std::vector<double> values;
};

struct Floorplan {
  std::vector<std::string> names;
  std::vector<ColumnStack::Block> blocks;
};

Floorplan read_floorplan(const fs::path& path) {
  Floorplan plan;
  std::istringstream lines(read_text(path));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    char name[64];
    ColumnStack::Block b{};
    if (std::sscanf(line.c_str(), "%63[^,],%lf,%lf,%lf,%lf", name, &b.x_m, &b.y_m, &b.width_m,
                    &b.height_m) != 5) {
      throw std::runtime_error("floorplan: a row is not name,x,y,w,h");
    }
    plan.names.emplace_back(name);
    plan.blocks.push_back(b);
  }
  return plan;
}

/// The values of a table, its columns in the order of `names`.
std::vector<double> in_order(const Table& table, const std::vector<std::string>& names) {
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < table.names.size(); ++i) place[table.names[i]] = i;
  const std::size_t width = table.names.size();
  std::vector<double> values;
  values.reserve(table.values.size());
  for (std::size_t row = 0; row + width <= table.values.size(); row += width) {
    for (const auto& name : names) values.push_back(table.values[row + place.at(name)]);
  }
  return values;
}

/// Writes rows as columns, a block of rows at a time.
void write_columns(const std::string& path, const std::vector<double>& rows, std::size_t width) {
  FILE* file = std::fopen(path.c_str(), "wb");
  if (!file) throw std::runtime_error("cannot write " + path);
  constexpr std::size_t kRows = 512;
  std::vector<double> block(kRows * width);
  const std::size_t count = rows.size() / width;
  for (std::size_t first = 0; first < count; first += kRows) {
    const std::size_t some = std::min(kRows, count - first);
    for (std::size_t r = 0; r < some; ++r) {
      for (std::size_t c = 0; c < width; ++c) block[c * some + r] = rows[(first + r) * width + c];
    }
    std::fwrite(block.data(), sizeof(double), some * width, file);
  }
  std::fclose(file);
}

void report(const char* what, double build_s, const ModalSystem& system,
            const std::vector<double>& power, const std::vector<double>& exact, std::size_t every,
            const Rival& rival) {
  const auto width = static_cast<std::size_t>(system.outputs());
  std::vector<double> result(power.size() / system.inputs() * width);
  std::vector<double> z(system.modes());
  const auto compute = [&] {
    std::fill(z.begin(), z.end(), 0.0);
    system.run(system.prepare(0.1), power, z, result);
  };
  const double compute_s = median_s(compute);
  const std::string scratch =
      (fs::temp_directory_path() / "headroom_thermal_reference.bin").string();
  const double write_s = median_s([&] {
    compute();
    write_columns(scratch, result, width);
  });
  fs::remove(scratch);
  double squares = 0, worst = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const std::size_t row = (i / width + 1) * every - 1;
    const double error = std::abs(result[row * width + i % width] - exact[i]);
    squares += error * error;
    worst = std::max(worst, error);
  }
  fmt::print("{:<22} {:>5} modes  build {:>8.4f} s  compute {:>8.5f} s  with output {:>8.5f} s\n",
             what, system.modes(), build_s, compute_s, write_s);
  fmt::print("{:22} RMS {:.4f} K, largest {:.3f} K\n", "", std::sqrt(squares / exact.size()),
             worst);
  fmt::print("{:22} {} {} s: {:.0f} x, with building {:.0f} x, with output too {:.0f} x\n", "",
             rival.name, rival.cpu_s, rival.cpu_s / compute_s, rival.cpu_s / (build_s + compute_s),
             rival.cpu_s / (build_s + write_s));
}

void column_stack(const fs::path& folder, const Floorplan& plan) {
  const auto problem = nlohmann::json::parse(read_text(folder / "problem.json"));
  ColumnStack stack;
  stack.width_m = problem["die_mm"][0].get<double>() * 1e-3;
  stack.height_m = problem["die_mm"][1].get<double>() * 1e-3;
  for (const auto& layer : problem["layers_bottom_to_top"]) {
    stack.layers.push_back({layer["t_m"], layer["k"], layer["cv"]});
  }
  stack.top_w_per_m2_k = problem["top_h_W_m2K"];
  stack.ambient_k = problem["ambient_K"];
  stack.blocks = plan.blocks;
  std::optional<ModalSystem> system;
  const double build_s = median_s([&] { system = headroom::make_column_stack(stack); });
  const auto rows = [&](const char* file) {
    return in_order(Table(read_text(folder / file)), plan.names);
  };
  report("A, 60 s", build_s, *system, rows("trace_short.csv"), rows("exact_short.csv"), 1,
         kIceShort);
  report("A, 1 h", build_s, *system, rows("trace_long.csv.xz"), rows("exact_long_every10.csv.xz"),
         10, kIceHour);
}

void network(const fs::path& folder, const Floorplan& plan) {
  headroom::SparseNetwork net;
  const std::vector<double> g = Table(read_text(folder / "network_b/G.csv.xz")).values;
  for (std::size_t i = 0; i + 2 < g.size(); i += 3) {
    net.conductance.push_back({static_cast<int>(g[i]), static_cast<int>(g[i + 1]), g[i + 2]});
  }
  net.capacity_j_per_k = Table(read_text(folder / "network_b/C.csv")).values;
  // The die's 44 x 44 cells come first, row 0 at the north edge.
  const double cell_m = 0.022 / 44;
  for (const auto& b : plan.blocks) {
    auto& cells = net.blocks.emplace_back();
    for (int row = 0; row < 44; ++row) {
      for (int column = 0; column < 44; ++column) {
        const double x = (column + 0.5) * cell_m, y = 0.022 - (row + 0.5) * cell_m;
        if (x > b.x_m && x < b.x_m + b.width_m && y > b.y_m && y < b.y_m + b.height_m) {
          cells.push_back(row * 44 + column);
        }
      }
    }
  }
  std::optional<ModalSystem> system;
  const double build_s = median_s([&] { system = headroom::reduce_network(net); });
  report("B, 60 s, 7756 nodes", build_s, *system,
         in_order(Table(read_text(folder / "trace_short.csv")), plan.names),
         in_order(Table(read_text(folder / "network_b/exact_short.csv")), plan.names), 1,
         kHotSpotShort);
}

/// The folder of the reference data, or nothing.
fs::path find_folder(int argc, char** argv) {
  if (argc > 1) return argv[1];
  if (const char* given = std::getenv("HEADROOM_THERMAL_REF")) return given;
  std::vector<fs::path> roots = {fs::current_path()};
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error) roots.push_back(self.parent_path());
#ifdef HEADROOM_SOURCE_DIR
  roots.emplace_back(HEADROOM_SOURCE_DIR);
#endif
  for (fs::path root : roots) {
    for (int up = 0; up < 4; ++up, root = root.parent_path()) {
      const fs::path folder = root / "shared" / "thermal_ref";
      if (fs::exists(folder / "problem.json")) return folder;
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = find_folder(argc, argv);
  if (folder.empty() || !fs::exists(folder / "problem.json")) {
    fmt::print(
        "thermal_reference: skipped, the reference data is not here{}; name its folder as "
        "argument or in HEADROOM_THERMAL_REF\n",
        folder.empty() ? "" : " (" + folder.string() + ")");
    return 0;
  }
  try {
    const Floorplan plan = read_floorplan(folder / "floorplan.csv");
    fmt::print("CPU seconds, one thread, medians of {} runs\n", kRuns);
    column_stack(folder, plan);
    network(folder, plan);
  } catch (const std::exception& error) {
    fmt::print(stderr, "thermal_reference: {}\n", error.what());
    return 1;
  }
  return 0;
}
