#include "replay/run_segments.hpp"

#include <algorithm>
#include <cmath>

#include "profile/waits.hpp"

namespace headroom {
namespace {

constexpr double kSegmentsMost = 8;
constexpr double kSegmentShortest = 5;  ///< s
constexpr double kSaturated = 0.85;     ///< of all processors: threads may stand in line
constexpr double kNearlyAlways = 0.9;
constexpr std::size_t kLooksLeast = 10;  ///< fewer say too little
constexpr double kThreadsMost = 4096;    ///< more are taken as so many
constexpr double kStreaming = 60e6;      ///< B/s, assumed: a slower wait is one for answers
constexpr int kFewThreads = 16;          ///< above, neighbouring numbers are taken as one

/// One of some twenty numbers of threads, so that a segment has few phases.
int rounded(int threads) {
  if (threads <= kFewThreads) return threads;
  const int step = 1 << static_cast<int>(std::floor(std::log2(threads / 8.0)));
  return (threads + step / 2) / step * step;
}

/// Cuts `cpu_s` of CPU time to so many threads at a time; a mean of 1.4 threads is
/// taken as one for 60 % of the time, two for 40 %.
void spread(RunSegment& segment, double seconds, double threads, double cpu_s) {
  if (cpu_s <= 0) return;
  threads = std::clamp(threads, 1e-9, kThreadsMost);
  const double low = std::floor(threads), part = threads - low;
  const double served = std::min(1.0, cpu_s / (seconds * threads));
  if (low > 0) segment.by_threads[rounded(static_cast<int>(low))] += seconds * (1 - part) * served;
  if (part > 0) segment.by_threads[rounded(static_cast<int>(low) + 1)] += seconds * part * served;
}

/// Whether at least one thread could run at nearly every look: then the program
/// waited for nothing but processors.
bool wants_to_run_always(const Profile& profile) {
  const auto ready = std::ranges::count_if(profile.timeline,
                                           [](const TimelineRow& row) { return row.running > 0; });
  return static_cast<double>(ready) >=
             kNearlyAlways * static_cast<double>(profile.timeline.size()) &&
         profile.timeline.size() >= kLooksLeast;
}

/// Where nobody counted how long threads stood in line.
class Guess {
 public:
  explicit Guess(const Profile& profile)
      : processors_(std::max(1u, profile.host.logical_processors)),
        never_waits_(wants_to_run_always(profile)) {}

  void add(RunSegment& segment, const Stretch& stretch) const {
    const double seconds = stretch.seconds(), in_line = stretch.running;
    const double running = std::clamp(stretch.cpu_s / seconds, 0.0, processors_);
    if (never_waits_ && running < std::max(1.0, in_line)) {
      // What it did not get, others had: on a machine at rest it would not have stood.
      spread(segment, seconds, std::max(1.0, std::round(in_line)), seconds * running);
    } else if (running >= kSaturated * processors_ && in_line > processors_ + 0.5) {
      spread(segment, seconds, std::round(in_line), seconds * running);
    } else {
      spread(segment, seconds, running, seconds * running);
      segment.pause_s += seconds * (1 - std::min(1.0, running));
    }
  }

 private:
  double processors_;
  bool never_waits_;
};

/// What looks at a segment tell of its waits.
struct Looks {
  double waiting = 0, at_drive = 0;  ///< nobody ran; and somebody waited for a drive
  RunSegment::Moved asleep;          ///< that moved while nobody ran
};

/// Takes waits for the drive out of the pauses.
void divide(RunSegment& segment, const Looks& looks) {
  if (looks.waiting == 0) return;
  const double share = looks.at_drive / looks.waiting;
  const RunSegment::Moved moved{share * looks.asleep.read_b, share * looks.asleep.written_b};
  const double waited_s = share * segment.pause_s;
  if (moved.read_b + moved.written_b <= kStreaming * waited_s || waited_s <= 0) return;
  segment.pause_s -= waited_s;
  segment.waited_for = moved;
  segment.meanwhile.read_b -= moved.read_b;
  segment.meanwhile.written_b -= moved.written_b;
}

}  // namespace

std::vector<RunSegment> run_segments(const Profile& profile) {
  const double wall_s = std::max(1e-3, profile.totals.wall_s);
  const auto count = static_cast<std::size_t>(
      std::clamp(std::floor(wall_s / kSegmentShortest), 1.0, kSegmentsMost));
  std::vector<RunSegment> segments(count);
  std::vector<Looks> looks(count);
  const bool lines = knows_lines(profile);
  const Guess guess(profile);
  RunSegment::Moved seen;
  for (const auto& stretch : stretches(profile)) {
    const double middle = 0.5 * (stretch.until_s + stretch.from_s) / wall_s;
    const auto at = std::min(count - 1, static_cast<std::size_t>(std::min(
                                            kSegmentsMost, middle * static_cast<double>(count))));
    RunSegment& segment = segments[at];
    if (lines) {
      spread(segment, stretch.seconds(), stretch.wanted(), stretch.cpu_s);
      segment.pause_s += stretch.asleep_s();
    } else {
      guess.add(segment, stretch);
    }
    const double asleep = stretch.asleep_s() / stretch.seconds();
    looks[at].waiting += stretch.running > 0 ? 0 : 1;
    looks[at].at_drive += stretch.running > 0 || stretch.blocked == 0 ? 0 : 1;
    looks[at].asleep.read_b += asleep * stretch.storage_read_b;
    looks[at].asleep.written_b += asleep * stretch.storage_written_b;
    segment.meanwhile.read_b += stretch.storage_read_b;
    segment.meanwhile.written_b += stretch.storage_written_b;
    seen.read_b += stretch.storage_read_b;
    seen.written_b += stretch.storage_written_b;
    segment.network_b += stretch.network_b;
    segment.memory_b = std::max(segment.memory_b, stretch.memory_b);
  }
  // What no look saw, in older profiles all of it, is spread evenly.
  const auto& totals = profile.totals;
  const auto parts = static_cast<double>(count);
  const auto rest = [&](std::uint64_t all, double part) {
    return std::max(0.0, static_cast<double>(all) - part) / parts;
  };
  for (std::size_t i = 0; i < count; ++i) {
    divide(segments[i], looks[i]);
    segments[i].meanwhile.read_b += rest(totals.storage_read_b, seen.read_b);
    segments[i].meanwhile.written_b += rest(totals.storage_written_b, seen.written_b);
  }
  // The peak that the kernel knows of lies where the most was seen, between two looks.
  const auto most = std::ranges::max_element(segments, {}, &RunSegment::memory_b);
  const double known_b = most->memory_b;
  most->memory_b = std::max(known_b, static_cast<double>(totals.resident_most_b));
  if (known_b <= 0) {
    for (auto& segment : segments) segment.memory_b = most->memory_b;
  }
  return segments;
}

}  // namespace headroom
