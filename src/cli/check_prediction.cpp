#include "cli/check_prediction.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cmath>

#include "base/error.hpp"
#include "cli/own_workload.hpp"
#include "profile/own_core.hpp"
#include "profile/record_run.hpp"
#include "replay/profile_workload.hpp"

namespace headroom {
namespace {

// The richest instruction set that the emulator offers.
constexpr const char* kCountedAs = "zen-3";

/// While it lives, what is written to stdout and stderr is lost.
class Silence {
 public:
  Silence() {
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (const int file : {1, 2}) {
      kept_[file - 1] = fcntl(file, F_DUPFD_CLOEXEC, 10);
      if (nothing >= 0) dup2(nothing, file);
    }
    if (nothing >= 0) close(nothing);
  }
  ~Silence() {
    for (const int file : {1, 2}) {
      if (kept_[file - 1] < 0) continue;
      dup2(kept_[file - 1], file);
      close(kept_[file - 1]);
    }
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int kept_[2] = {-1, -1};
};

std::uint64_t count_instructions(const Profile& profile) {
  RecordOptions options;
  options.command = profile.command;
  options.isa = kCountedAs;
  options.snapshots_most = 1;
  const Silence silence;
  return record_run(options).profile.totals.instructions;
}

}  // namespace

std::string check_prediction(const Library& library, const Profile& profile,
                             const std::string& path) {
  const RecordedProgram program = open_recorded(library, path, {});
  const auto instructions = static_cast<double>(count_instructions(profile));
  if (instructions <= 0) throw InputError("the emulator counted no instructions");
  const double cycles = unanchored_cpi(*program.code);
  const double predicted_s = instructions * cycles / program.code->recorder().clock_hz;
  const double alone = alone_share(profile), measured_s = alone * profile.totals.user_s;
  const std::string beside =
      alone == 1 ? ""
                 : fmt::format(
                       " beside others on its cores for {:.0f} % of the time, so about "
                       "{:.2f} s alone",
                       100 * (1 - profile.own_core.share), measured_s);
  const double off = measured_s > 0 ? predicted_s / measured_s - 1 : 0;
  std::string text = fmt::format(
      "headroom: {:.3g} G instructions, {:.2f} cycles each on this computer by the model: {:.2f} s "
      "of processor time outside the kernel\nheadroom: measured {:.2f} s{}: the model is "
      "{:.0f} % too {}\n",
      instructions * 1e-9, cycles, predicted_s, profile.totals.user_s, beside, 100 * std::abs(off),
      off > 0 ? "slow" : "fast");
  for (const auto& feature : profile.host.features) {
    if (feature != "avx512f") continue;
    text +=
        "headroom: counted without AVX-512, which this computer has: a program that uses it "
        "executes fewer instructions here\n";
  }
  return text;
}

}  // namespace headroom
