#include "host/keeping.hpp"

#include <algorithm>
#include <cmath>

#include "host/buffer.hpp"
#include "host/kernels.hpp"
#include "host/timing.hpp"
#include "profile/stack_distance.hpp"

namespace headroom {
namespace {

constexpr double kPieceOfL2 = 3;        // of which almost nothing stays in the second cache
constexpr double kPieceOfL3 = 1.0 / 8;  // at most, or there is not room for it beside others
constexpr double kLeastPieceB = 32 * 4096;
constexpr std::size_t kLeastPieces = 12;  // so that one is long gone before its turn comes again
constexpr double kInterrupted = 2;  // times a walk that finds nothing: it did not run all along
constexpr double kToldApart = 1.5;  // memory's latency over the third cache's
constexpr double kWaits[] = {0.5e-3, 1e-3, 2e-3, 4e-3, 8e-3};
constexpr double kTraffics[] = {0.25, 0.5, 0.75};  // of the third cache
constexpr double kSurelyKept = 0.9;  // after the longest wait: then nobody is to be seen

/// A part of the buffer with one line of each page linked.
struct Piece {
  const std::byte* data = nullptr;
  ChainLine* first = nullptr;
};

/// A piece loaded again.
struct Again {
  double own_b = 0, s = 0;  ///< as Measurements::Kept
  double load_s = 0;        ///< each line took, on average
};

class Keeping {
 public:
  Keeping(const Buffer& buffer, double piece_b)
      : bytes_(static_cast<std::size_t>(piece_b) / (8 * 4096) * (8 * 4096)), steps_(bytes_ / 4096) {
    std::mt19937_64 random(2017);
    for (std::size_t at = 0; at + bytes_ <= buffer.size(); at += bytes_) {
      auto* lines = reinterpret_cast<ChainLine*>(buffer.data() + at);
      pieces_.push_back(
          {buffer.data() + at, link_pages({lines, bytes_ / sizeof(ChainLine)}, random)});
    }
  }

  bool enough() const { return pieces_.size() >= kLeastPieces; }
  double bytes() const { return static_cast<double>(bytes_); }

  /// Loads of the next piece that find nothing, and again as long as all is there (s each).
  double gone_s() {
    next();
    drop(current().first, steps_);
    return walk_s();
  }
  double present_s() {
    read(current());
    return walk_s();
  }

  /// Loads the next piece, brings `traffic_b` of others, waits, and loads it again.
  Again again(double traffic_b, double wait_s) {
    next();
    drop(current().first, steps_);
    walk_s();
    read(current());
    const auto left = SteadyClock::now();
    double own_b = bytes();
    for (std::size_t i = 1; own_b < traffic_b; ++i, own_b += bytes()) {
      read(pieces_[(at_ + i) % pieces_.size()]);
    }
    while (seconds_since(left) < wait_s) {
    }
    const double waited_s = seconds_since(left);
    return {own_b, waited_s, walk_s()};
  }

 private:
  const Piece& current() const { return pieces_[at_]; }
  void next() { at_ = (at_ + 1) % pieces_.size(); }
  void read(const Piece& piece) const {
    const std::uint64_t seen = read_all(piece.data, bytes_);
    asm volatile("" : : "r"(seen));
  }
  double walk_s() const {
    const auto begin = SteadyClock::now();
    follow(current().first, steps_);
    return seconds_since(begin) / static_cast<double>(steps_);
  }

  std::size_t bytes_, steps_, at_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<Measurements::Kept> measure_keeping(const Buffer& buffer, double l2_b, double l3_b,
                                                int rounds, const std::function<bool()>& stopped) {
  const double piece_b = std::min(kPieceOfL2 * l2_b, kPieceOfL3 * l3_b);
  if (l3_b <= 2 * l2_b || piece_b < kLeastPieceB) return {};
  Keeping keeping(buffer, piece_b);
  if (!keeping.enough()) return {};
  std::vector<std::vector<Again>> found;  // by wait or traffic
  std::vector<double> gone, present;
  for (int round = 0; round < rounds; ++round) {
    if (stopped && stopped()) return {};
    gone.push_back(keeping.gone_s());
    present.push_back(keeping.present_s());
    std::size_t which = 0;
    const auto add = [&](const Again& again) {
      if (which == found.size()) found.emplace_back();
      found[which++].push_back(again);
    };
    for (const double wait_s : kWaits) add(keeping.again(0, wait_s));
    for (const double share : kTraffics) add(keeping.again(share * l3_b, 0));
  }
  const double gone_s = median(gone), present_s = *std::ranges::min_element(present);
  if (gone_s < kToldApart * present_s) return {};
  std::vector<Measurements::Kept> kept;
  for (auto& walks : found) {
    std::erase_if(walks, [&](const auto& walk) { return walk.load_s > kInterrupted * gone_s; });
    if (2 * walks.size() < static_cast<std::size_t>(rounds)) return {};
    const auto count = static_cast<double>(walks.size());
    auto& mean = kept.emplace_back();
    for (const auto& walk : walks) {
      const double share = (gone_s - walk.load_s) / (gone_s - present_s);
      mean.own_b += walk.own_b / count;
      mean.s += walk.s / count;
      mean.share += std::clamp(share, 0.0, 1.0) / count;
    }
  }
  return kept;
}

OtherUsers find_other_users(const std::vector<Measurements::Kept>& kept, double reported_b) {
  const auto longest = std::ranges::max_element(kept, {}, &Measurements::Kept::s);
  if (longest == kept.end() || longest->share > kSurelyKept) return {};
  constexpr double kStep = 1.03;
  constexpr double kSmallest = 1.0 / 8;  // of what is reported
  constexpr double kMostB = 1000e9;
  constexpr double kRootMeanSquare = 0.15;  // off by more, the rule says nothing
  OtherUsers best;
  double least = 1e300;
  for (double l3_b = reported_b; l3_b > kSmallest * reported_b; l3_b /= kStep) {
    for (double b_per_s = 0.1e9; b_per_s < kMostB; b_per_s *= kStep) {
      double squares = 0;
      for (const auto& found : kept) {
        const double turnover = (found.own_b + b_per_s * found.s) / l3_b;
        squares += std::pow(found.share - kept_beside_others(turnover), 2);
      }
      if (squares >= least) continue;
      least = squares;
      best = {l3_b, b_per_s};
    }
  }
  const bool at_an_edge =
      best.l3_b < kSmallest * reported_b * kStep * kStep || best.b_per_s > kMostB / (kStep * kStep);
  const double off = std::sqrt(least / static_cast<double>(kept.size()));
  return at_an_edge || off > kRootMeanSquare ? OtherUsers() : best;
}

}  // namespace headroom
