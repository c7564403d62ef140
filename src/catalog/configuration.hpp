#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/change.hpp"
#include "catalog/library.hpp"

namespace headroom {

/// A machine with its options chosen, as text "imac-pro-2017:cpu=xeon-w-2191b,
/// gpu=radeon-pro-vega-64". Slots left out take the base option. What the user
/// wants otherwise than it was ever sold stands beside: changed numbers and parts
/// put in from elsewhere.
struct Configuration {
  std::string machine;                         ///< id, or path of the user's own file
  std::map<std::string, std::string> options;  ///< slot -> option id
  std::vector<Change> changes = {};            ///< in their order
  /// What is put in -> from where: "gpu" -> "radeon-rx-vega-64", "cooling" ->
  /// "imac-27-2017". swap_parts() names what can be.
  std::map<std::string, std::string> swaps = {};

  /// The machine of such a text, without its options. The path of a user's file may
  /// have colons in it: it ends with ".toml".
  static std::string machine_of(std::string_view text);
  /// Throws InputError for text that is not of this form.
  static Configuration parse(std::string_view text);
  /// The form that parse() reads, options in order of their slots; without changes
  /// and swaps.
  std::string text() const;
  /// "--set cooling.fan.speed_max=3200 --swap cooling=imac-27-2017", or "".
  std::string changes_text() const;
  /// Adds a change, "cooling.fan.speed_max=3200". Throws InputError.
  void set(std::string_view text);
  /// Adds a swap, "cooling=imac-27-2017". Throws InputError for another form, for
  /// what cannot be swapped, and for what is swapped already.
  void swap(std::string_view text);
  /// What is swapped in for a part, or "".
  std::string swapped(const std::string& part) const;
};

/// Something that can be put into a machine from elsewhere.
struct SwapPart {
  std::string_view name;     ///< "cooling"
  std::string_view kind;     ///< of the catalogue: "machines", "processors", "graphics"
  std::string_view meaning;  ///< for help
};
/// Everything that `--swap` takes.
const std::vector<SwapPart>& swap_parts();
/// The one of that name. Throws InputError, with what can be swapped, for another.
const SwapPart& swap_part(const std::string& name);

/// A price and the day from which it holds ("2017-12-14").
struct DatedPrice {
  std::string from;
  double usd = 0;
};

/// One thing that can be chosen for a slot.
struct Option {
  std::string slot;
  std::string id;
  std::string name;
  bool base = false;
  bool user_fitted = false;            ///< never sold so: fitted by owners
  std::string from, to;                ///< dates on sale, "" as the machine
  std::vector<DatedPrice> prices;      ///< over the base price of the machine, by date
  std::vector<std::string> only_with;  ///< "gpu=radeon-pro-570": sold only with one of these
  double count = 1;                    ///< how many the machine gets
};

/// What a machine was sold as: its dates, base price and options.
struct Offer {
  std::string machine;
  std::string name;
  std::string summary;
  std::string from, to;
  std::vector<DatedPrice> base_prices;
  std::vector<Option> options;

  const Option* find(std::string_view slot, std::string_view id) const;
  const Option* base(std::string_view slot) const;
  std::vector<std::string> slots() const;

  /// The configuration with every slot filled. Throws InputError, with what is
  /// possible, for an unknown slot or option and for options that were never
  /// sold together.
  Configuration complete(const Configuration& configuration) const;
  /// The day from which a complete configuration could be bought.
  std::string first_day(const Configuration& complete) const;
  /// Price in USD of a complete configuration on a day; by default the first
  /// day on which all of it could be bought.
  double price_usd(const Configuration& complete, std::string day = {}) const;
  /// Whether that means anything: a base price of 0 USD says that it is not known.
  bool price_known(const Configuration& complete, std::string day = {}) const;
};

/// Reads [on_sale] and [options.*] of a machine's file; leaves the keys of an
/// option that describe the part itself (capacity, read, ...) to the caller.
Offer read_offer(Document& document);

}  // namespace headroom
