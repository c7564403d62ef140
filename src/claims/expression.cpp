#include "claims/expression.hpp"

#include <fmt/core.h>
#include <muParser.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr std::array<std::string_view, 8> kWhole = {"sum",   "mean", "least", "greatest",
                                                    "first", "last", "count", "exists"};
constexpr std::array<std::string_view, 23> kFunctions = {
    "abs", "min",   "max",  "sqrt", "log",   "log2", "log10", "ln",   "exp",  "sin",   "cos", "tan",
    "avg", "round", "rint", "sign", "trunc", "pow",  "asin",  "acos", "atan", "atan2", "cbrt"};

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool in_name(char c) {
  return starts_name(c) || (c >= '0' && c <= '9');
}

/// Every name in the text; "sum(x)" is one use of x.
std::vector<Expression::Use> uses_of(const std::string& text) {
  std::vector<Expression::Use> uses;
  std::size_t i = 0;
  auto skip_blanks = [&](std::size_t at) {
    while (at < text.size() && text[at] == ' ') ++at;
    return at;
  };
  while (i < text.size()) {
    if (!starts_name(text[i])) {  // a number's exponent is no name
      const bool digit = text[i] >= '0' && text[i] <= '9';
      ++i;
      while (digit && i < text.size() && (in_name(text[i]) || text[i] == '.')) ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < text.size() && in_name(text[i])) ++i;
    const std::string name = text.substr(start, i - start);
    const std::size_t open = skip_blanks(i);
    const bool call = open < text.size() && text[open] == '(';
    if (!call) {
      uses.push_back({name, "", start, i - start});
    } else if (std::ranges::find(kWhole, name) != kWhole.end()) {
      const std::size_t from = skip_blanks(open + 1);
      std::size_t to = from;
      while (to < text.size() && in_name(text[to])) ++to;
      const std::size_t close = skip_blanks(to);
      if (to == from || close >= text.size() || text[close] != ')') {
        throw InputError(fmt::format("'{}' takes the name of a figure", name),
                         fmt::format("write {}(NAME)", name));
      }
      i = close + 1;
      uses.push_back({text.substr(from, to - from), name, start, i - start});
    } else if (std::ranges::find(kFunctions, name) == kFunctions.end()) {
      std::vector<std::string> known(kFunctions.begin(), kFunctions.end());
      known.insert(known.end(), kWhole.begin(), kWhole.end());
      throw InputError(fmt::format("no function is called '{}'", name), suggest(name, known));
    }
  }
  return uses;
}

}  // namespace

namespace {

/// muParser takes a single '=' for an assignment, which would always be so.
void refuse_assignment(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') continue;
    const bool doubled = i + 1 < text.size() && text[i + 1] == '=';
    const bool second = i > 0 && std::string_view("=<>!").find(text[i - 1]) != std::string::npos;
    if (!doubled && !second) {
      throw InputError(fmt::format("'{}' has a single '='", text), "equal is written ==");
    }
    i += doubled ? 1 : 0;
  }
}

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

double known_or_none(double value) {
  return std::isfinite(value) ? value : kNoValue;
}
double truth(bool known, bool value) {
  return !known ? kNoValue : value ? 1 : 0;
}
template <class Order>
double compared(double a, double b) {
  return truth(std::isfinite(a) && std::isfinite(b), Order()(a, b));
}
/// False when either side is, even if the other is not known.
double both(double a, double b) {
  return truth(a == 0 || b == 0 || !(std::isnan(a) || std::isnan(b)), a != 0 && b != 0);
}
/// True when either side is, even if the other is not known.
double either(double a, double b) {
  const bool a_true = !std::isnan(a) && a != 0, b_true = !std::isnan(b) && b != 0;
  return truth(a_true || b_true || !(std::isnan(a) || std::isnan(b)), a_true || b_true);
}
double quotient(double a, double b) {
  return b == 0 ? kNoValue : known_or_none(a / b);
}
double power(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? kNoValue : known_or_none(std::pow(a, b));
}
template <class Order>
double extreme(const double* values, int count) {
  if (std::any_of(values, values + count, [](double v) { return std::isnan(v); })) return kNoValue;
  return *std::min_element(values, values + count, Order());
}
double sign(double value) {
  return std::isnan(value) ? kNoValue : value > 0 ? 1 : value < 0 ? -1 : 0;
}

/// muParser's operators, but with "no value" (a NaN) as a third truth: what divides by
/// zero is neither greater nor less than anything, and no comparison hides that.
void define_operators(mu::Parser& parser) {
  parser.EnableBuiltInOprt(false);
  const auto define = [&](const char* name, mu::fun_type2 function, unsigned precedence,
                          mu::EOprtAssociativity side = mu::oaLEFT) {
    parser.DefineOprt(name, function, precedence, side);
  };
  define("||", either, mu::prLOR);
  define("&&", both, mu::prLAND);
  define("<", compared<std::less<>>, mu::prCMP);
  define(">", compared<std::greater<>>, mu::prCMP);
  define("<=", compared<std::less_equal<>>, mu::prCMP);
  define(">=", compared<std::greater_equal<>>, mu::prCMP);
  define("==", compared<std::equal_to<>>, mu::prCMP);
  define("!=", compared<std::not_equal_to<>>, mu::prCMP);
  define(
      "+", [](double a, double b) { return a + b; }, mu::prADD_SUB);
  define(
      "-", [](double a, double b) { return a - b; }, mu::prADD_SUB);
  define(
      "*", [](double a, double b) { return a * b; }, mu::prMUL_DIV);
  define("/", quotient, mu::prMUL_DIV);
  define("^", power, mu::prPOW, mu::oaRIGHT);
  parser.DefineFun("min", extreme<std::less<>>);
  parser.DefineFun("max", extreme<std::greater<>>);
  parser.DefineFun("sign", sign);
  parser.DefineFun("pow", power);
}

}  // namespace

struct Expression::Parser {
  Parser() { define_operators(parser); }
  mu::Parser parser;
  std::vector<double> values;
};

Expression::Expression(std::string text)
    : text_(std::move(text)), uses_(uses_of(text_)), parser_(std::make_unique<Parser>()) {
  parser_->values.resize(uses_.size(), 1.0);
  refuse_assignment(text_);
  if (text_.find('?') != std::string::npos) {
    throw InputError(fmt::format("'{}' has a '?'", text_), "write two criteria, or && and ||");
  }
  std::string formula;
  std::size_t done = 0;
  try {
    for (std::size_t i = 0; i < uses_.size(); ++i) {
      const auto variable = fmt::format("v{}_", i);
      formula += text_.substr(done, uses_[i].at - done) + variable;
      done = uses_[i].at + uses_[i].length;
      parser_->parser.DefineVar(variable, &parser_->values[i]);
    }
    formula += text_.substr(done);
    parser_->parser.SetExpr(formula);
    int results = 0;
    parser_->parser.Eval(results);
    if (results != 1) throw InputError("a formula has one value", "leave out the comma");
  } catch (const mu::Parser::exception_type& error) {
    throw InputError(fmt::format("'{}' is no formula: {}", text_, error.GetMsg()),
                     "as in lost < 10 && abs(power / 370 - 1) < 0.1");
  }
}

Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;

double Expression::evaluate(const std::function<double(const Use&)>& value_of) const {
  for (std::size_t i = 0; i < uses_.size(); ++i) parser_->values[i] = value_of(uses_[i]);
  try {
    return parser_->parser.Eval();
  } catch (const mu::Parser::exception_type& error) {
    throw ModelError(fmt::format("'{}' has no value: {}", text_, error.GetMsg()));
  }
}

std::string Expression::put_in(const std::function<std::string(const Use&)>& text_of) const {
  std::string out;
  std::size_t done = 0;
  for (const auto& use : uses_) {
    out += text_.substr(done, use.at - done) + text_of(use);
    done = use.at + use.length;
  }
  return out + text_.substr(done);
}

bool Expression::is_name(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  const bool plain = std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  return plain && std::ranges::find(kFunctions, name) == kFunctions.end() &&
         std::ranges::find(kWhole, name) == kWhole.end();
}

}  // namespace headroom
