#pragma once

#include <array>
#include <span>

#include "cooling/fan.hpp"

namespace headroom {

/// The level of no sound at all: a floor in place of minus infinity.
inline constexpr double kSilenceDba = -100;

/// A-weighting of IEC 61672-1, in dB; 0 at 1 kHz.
double a_weighting_db(double frequency_hz);

/// Sum of levels as powers; kSilenceDba for none. Levels at or below
/// kSilenceDba add nothing.
double level_sum_dba(std::span<const double> levels_dba);

/// Sound pressure level at `distance_m` (at least 0.1 m) from a source of the
/// given sound power level that stands on a desk or floor: a hemisphere,
/// Lp = Lw - 10 log10(2 pi r^2). Reflections of the room are left out.
double level_at_dba(double sound_power_dba, double distance_m);
/// Its inverse: the sound power level behind a level measured at a distance.
double sound_power_behind_dba(double level_dba, double distance_m);

/// What a set of equal fans radiates, as A-weighted sound power levels.
struct FanNoise {
  struct Tone {
    double frequency_hz = 0;
    double level_dba = kSilenceDba;
  };
  double total_dba = kSilenceDba;  ///< broadband and tones
  double broadband_dba = kSilenceDba;
  std::array<Tone, 3> tones;  ///< blade-pass frequency, twice, thrice
};

/// Noise of a set of fans.
///
/// Broadband: Lw = Lw0 + e log10(N/N0) + 20 log10(rho/rho0) + 10 log10(count)
/// + t max(0, 1 - q/q_best). The fan sound law (AMCA, ASHRAE) has e = 50 for
/// overall level and compact dipole sources 60 (Huang 2003), the default;
/// A-weighted levels rise faster, since the spectrum moves to where the ear is
/// keener: measured levels of a machine should set e. The last term, throttling,
/// has a known direction (Hodgson and Li 2006) and an assumed slope t. Tones lie
/// at k Z N/60, each a given number of dB below the broadband before
/// A-weighting; that number is an assumption too. A standing fan is silent.
/// `flow` is per fan.
FanNoise fan_noise(const Fan& fan, double rpm, double flow_m3_per_s, double density_kg_per_m3);

}  // namespace headroom
