#include "claims/expression.hpp"

#include <fmt/core.h>
#include <muParser.h>

#include <algorithm>
#include <array>
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

}  // namespace

struct Expression::Parser {
  mu::Parser parser;
  std::vector<double> values;
};

Expression::Expression(std::string text)
    : text_(std::move(text)), uses_(uses_of(text_)), parser_(std::make_unique<Parser>()) {
  parser_->values.resize(uses_.size(), 1.0);
  refuse_assignment(text_);
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
