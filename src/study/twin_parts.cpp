#include "study/predict.hpp"

namespace headroom {

TwinParts TwinParts::real() {
  return {headroom::assemble,
          [](const Library& library, const std::string& id) {
            return headroom::read_workload(library, id);
          },
          headroom::run, headroom::read_metric};
}

}  // namespace headroom
