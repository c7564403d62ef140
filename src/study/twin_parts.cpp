#include "study/predict.hpp"

namespace headroom {

TwinParts TwinParts::real() {
  return {headroom::assemble, headroom::read_workload, headroom::run, headroom::read_metric};
}

}  // namespace headroom
