#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// A formula over named figures: numbers, + - * / ^, comparisons, && and ||,
/// abs, min, max, sqrt, log and what else muParser knows. Of a series,
/// sum(x), mean(x), least(x), greatest(x), first(x), last(x) and count(x) take it
/// whole, where x is a figure's name; everything else is worked out case by case.
/// exists(x) is 1 where the figure has a value and 0 where it is known to have none.
class Expression {
 public:
  /// One name in the formula.
  struct Use {
    std::string name;      ///< the figure
    std::string function;  ///< "sum", "exists", ...; "": the case at hand
    std::size_t at = 0;    ///< where it stands in the text
    std::size_t length = 0;
  };

  /// Throws InputError, saying where, for text that is no formula.
  explicit Expression(std::string text);
  ~Expression();
  Expression(Expression&&) noexcept;

  const std::string& text() const { return text_; }
  const std::vector<Use>& uses() const { return uses_; }
  /// The value; `value_of` gives that of each use. Not finite when there is none, as
  /// after a division by zero, unless && or || is settled by its other side.
  double evaluate(const std::function<double(const Use&)>& value_of) const;
  /// The text with each use replaced by what `text_of` says.
  std::string put_in(const std::function<std::string(const Use&)>& text_of) const;
  /// Whether a name is free for a figure: lower case, digits, '_', no function's.
  static bool is_name(std::string_view name);

 private:
  struct Parser;
  std::string text_;
  std::vector<Use> uses_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace headroom
