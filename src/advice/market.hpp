#pragma once

#include <string>
#include <vector>

#include "catalog/features.hpp"
#include "machine/machine.hpp"

namespace headroom {

/// A machine's file read once, for questions about everything it was sold as.
struct Model {
  std::string id;
  Offer offer;
  Features features;
};

/// Everything that could be bought, and when.
class Market {
 public:
  explicit Market(const Library& library);

  const std::vector<Model>& models() const { return models_; }
  /// Every configuration of a machine that could be bought new on a day.
  std::vector<Configuration> on_sale(const Model& model, const std::string& day) const;
  /// The first and the last day on which anything was sold.
  std::string first_day() const;
  std::string last_day() const;
  /// Days on which something came, was no longer there or had a new price, in order.
  std::vector<std::string> days_of_change() const;

 private:
  std::vector<Model> models_;
};

/// Whether a complete configuration could be bought on a day; what ended or had not
/// begun is named in `why`. An option that ends while its machine goes on ends before
/// its last day, on which its successor is there.
bool sold_on(const Offer& offer, const Configuration& complete, const std::string& day,
             std::string* why = nullptr);

/// The day after "2017-12-31": "2018-01-01".
std::string day_after(const std::string& day);

}  // namespace headroom
