#include <fmt/core.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "catalog/configuration.hpp"
#include "cli/common.hpp"
#include "cli/terminal.hpp"
#include "compute/parts.hpp"
#include "replay/pipeline.hpp"
#include "replay/recording.hpp"
#include "workload/workload.hpp"

namespace headroom {
namespace {

struct Listed {
  std::string id, name, what;
};

std::vector<Listed> machines_of(const Library& library) {
  std::vector<Listed> rows;
  for (const auto& id : library.ids("machines")) {
    Document document = library.open("machines", id);
    const Offer offer = read_offer(document);
    const double usd = offer.base_prices.front().usd;
    rows.push_back({id, offer.name,
                    fmt::format("from {}, {}", offer.from,
                                usd > 0 ? fmt::format("{:.0f} USD", usd) : "price not known")});
  }
  return rows;
}

std::vector<Listed> parts_of(const Library& library) {
  std::vector<Listed> rows;
  for (const auto& id : library.ids("processors")) {
    const Processor p = read_processor(library, id);
    rows.push_back({id, p.name,
                    fmt::format("{:.0f} cores, {:.1f} to {:.1f} GHz", p.cores, p.base_hz * 1e-9,
                                p.turbo_hz.front() * 1e-9)});
  }
  for (const auto& id : library.ids("graphics")) {
    const Graphics g = read_graphics(library, id);
    rows.push_back({id, g.name,
                    fmt::format("{:.0f} units, {:.0f} MHz, {:.0f} GB", g.compute_units,
                                g.boost_hz * 1e-6, g.memory_b * 1e-9)});
  }
  return rows;
}

std::vector<Listed> workloads_of(const Library& library) {
  std::vector<Listed> rows;
  for (const auto& id : library.ids("workloads")) {
    const Workload w = read_workload(library, id);
    rows.push_back({id, w.name, w.summary});
  }
  return rows;
}

std::vector<Listed> pipelines_of(const Library& library) {
  std::vector<Listed> rows;
  for (const auto& id : library.ids("pipelines")) {
    const Pipeline p = read_pipeline(library, id);
    rows.push_back({id, p.name,
                    fmt::format("{:.0f} operations a cycle, {:.0f} loads and {:.0f} stores at once",
                                p.front.op_width, p.back.loads, p.back.stores)});
  }
  return rows;
}

std::vector<Listed> recordings_of(const Library& library) {
  std::vector<Listed> rows;
  for (const auto& id : library.ids("recordings")) {
    const Recording r = read_recording(library, id);
    rows.push_back({id, r.name, r.summary});
  }
  return rows;
}

int list_command(const Arguments& arguments) {
  const Library library = open_library(arguments);
  const auto& what = arguments.operands[0];
  std::vector<Listed> rows;
  if (what == "machines") {
    rows = machines_of(library);
  } else if (what == "parts") {
    rows = parts_of(library);
  } else if (what == "pipelines") {
    rows = pipelines_of(library);
  } else if (what == "recordings") {
    rows = recordings_of(library);
  } else if (what == "workloads") {
    rows = workloads_of(library);
  } else {
    throw InputError(fmt::format("there is no list of '{}'", what),
                     suggest(what, {"machines", "parts", "pipelines", "recordings", "workloads"}));
  }
  if (arguments.flag("json")) {
    using Json = nlohmann::ordered_json;
    Json json = Json::array();
    for (const auto& row : rows)
      json.push_back({{"id", row.id}, {"name", row.name}, {"what", row.what}});
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
    return 0;
  }
  std::size_t id_width = 0, name_width = 0;
  for (const auto& row : rows) {
    id_width = std::max(id_width, row.id.size());
    name_width = std::max(name_width, row.name.size());
  }
  for (const auto& row : rows) {
    say("{:<{}}  {:<{}}  {}\n", row.id, id_width, row.name, name_width, row.what);
  }
  return 0;
}

}  // namespace

extern const Command kListCommand;
const Command kListCommand{
    .name = "list",
    .summary = "list what the catalogue holds",
    .operands = "machines|parts|pipelines|recordings|workloads",
    .least = 1,
    .most = 1,
    .options = {{"json", "", "print as JSON", ""}, catalog_option()},
    .examples = "  headroom list machines\n  headroom list workloads\n",
    .run = list_command,
};

}  // namespace headroom
