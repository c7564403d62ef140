#include "replay/rested_workload.hpp"
#include "study/predict.hpp"

namespace headroom {

TwinParts TwinParts::real() {
  return {headroom::assemble,
          [](const Library& library, const std::string& id) {
            return headroom::read_rested_workload(library, id);
          },
          headroom::run, headroom::read_metric};
}

}  // namespace headroom
