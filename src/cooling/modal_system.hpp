#pragma once

#include <span>
#include <vector>

namespace headroom {

/// A linear thermal system in modal form, immutable once made:
///
///   dz/dt = -L z + B (u - u0),   y = y0 + Y z + D (u - u0)
///
/// Each mode z decays on its own (or turns with one partner, where air carries
/// heat one way and an eigenvalue is complex), so a step of any length under
/// constant inputs is exact: z' = exp(-l dt) z + (1 - exp(-l dt)) / l b. So is
/// the time integral of every output, which is what an energy ledger needs.
/// Modes too fast to be seen may be folded into D. The references u0 and y0 keep
/// the numbers small: a machine at room temperature has z = 0. What varies in
/// time (z and the projected inputs, "the drive") lies in the caller's arrays;
/// nothing here allocates or throws while stepping, and the order of every sum
/// is fixed, so equal inputs give equal bits.
class ModalSystem {
 public:
  /// The matrices, each column by column as Eigen stores them. `n` modes, `m`
  /// inputs, `p` outputs, `s` physical states (0: there is no way back).
  /// Modes that turn come last, two by two: for a pair (i, i + 1), z_i + i z_i+1
  /// obeys dz/dt = -(rate - i turn) z + b.
  struct Parts {
    std::vector<double> rate_per_s;      ///< n; equal in both modes of a pair
    std::vector<double> turn_rad_per_s;  ///< n; 0 for a plain mode, else equal in both
    std::vector<double> input;           ///< n x m: B
    std::vector<double> output;          ///< p x n: Y
    std::vector<double> feed;            ///< p x m: D; empty: nothing is fed through
    std::vector<double> input_offset;    ///< m: u0; empty: zeros
    std::vector<double> output_offset;   ///< p: y0
    std::vector<double> projection;      ///< n x s: modes from states; may be empty
    std::vector<double> state_offset;    ///< s: z = projection (state - state_offset)
  };

  /// The coefficients of a step of one length. Made by prepare(), kept by the
  /// caller for as long as it steps by that length.
  class Step {
   public:
    double dt_s() const { return dt_s_; }

   private:
    friend class ModalSystem;
    double dt_s_ = 0;
    std::vector<double> decay_;  // exp(-l dt)
    std::vector<double> gain_;   // (1 - exp(-l dt)) / l
    std::vector<double> ramp_;   // (dt - gain) / l
  };

  /// Throws InternalError when the sizes disagree, ModelError when a number is
  /// not finite or a mode grows.
  explicit ModalSystem(Parts parts);

  int modes() const { return modes_; }
  int inputs() const { return inputs_; }
  int outputs() const { return outputs_; }
  int states() const { return static_cast<int>(parts_.state_offset.size()); }
  double rate_per_s(int mode) const { return parts_.rate_per_s[mode]; }
  double turn_rad_per_s(int mode) const { return parts_.turn_rad_per_s[mode]; }

  /// Step coefficients for `dt_s` >= 0. The second form reuses `step`'s storage
  /// and does not allocate once `step` has served this system before.
  Step prepare(double dt_s) const;
  void prepare(double dt_s, Step& step) const;

  /// How long an array the drive needs: modes() + outputs().
  int drive_size() const { return modes_ + outputs_; }
  /// Projects inputs u (inputs() long) onto the modes and the feed-through. Call
  /// it only when an input changed; inputs that equal their offset cost nothing.
  void drive(std::span<const double> u, std::span<double> drive) const;

  /// Advances z (modes() long) over the step. The second form also gives the
  /// time integral of z over the step, for output_integrals().
  void advance(const Step& step, std::span<const double> drive, std::span<double> z) const;
  void advance(const Step& step, std::span<const double> drive, std::span<double> z,
               std::span<double> z_integral) const;

  /// The outputs first, first + 1, ... as many as `y` is long.
  void outputs(std::span<const double> z, std::span<const double> drive, std::span<double> y,
               int first = 0) const;
  /// Their exact time integrals over the step that gave `z_integral`.
  void output_integrals(const Step& step, std::span<const double> z_integral,
                        std::span<const double> drive, std::span<double> integral,
                        int first = 0) const;

  /// Steps through rows of inputs (rows x inputs(), row by row), each held for
  /// one step, and gives the outputs at the end of each row (rows x outputs()).
  /// The same bits as drive(), advance(), outputs() in turn, at a third of the
  /// time. Allocates its work space.
  void run(const Step& step, std::span<const double> input_rows, std::span<double> z,
           std::span<double> output_rows) const;

  /// The modes at rest under constant inputs. A mode with no way out keeps its z
  /// when it is not driven; ModelError when it is.
  void steady(std::span<const double> drive, std::span<double> z) const;

  /// The modes of a physical state (states() long), to carry a run over from one
  /// system to another that has the same nodes. InternalError without states.
  void project(std::span<const double> state, std::span<double> z) const;

  /// This system with every plain mode folded into D whose part in any output,
  /// `delay_s` after any input jumped by 1, is less than `tolerance`. The steady
  /// state stays exact.
  ModalSystem without_fast_modes(double delay_s, double tolerance) const;

 private:
  Parts parts_;
  int modes_ = 0;
  int plain_ = 0;  // modes that do not turn
  int inputs_ = 0;
  int outputs_ = 0;
  std::vector<char> feeds_;  // per input: whether its column of D is not zero
};

}  // namespace headroom
