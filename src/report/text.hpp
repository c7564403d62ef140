#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Numbers in words, for people. A number that is not there (NaN, infinite)
/// reads "not measured", never "nan".
inline constexpr std::string_view kNotMeasured = "not measured";

bool measured(double value);

/// A smaller share of work that came late is rounding in time, and no word is lost on it.
inline constexpr double kLeastShare = 1e-5;
/// With so many decimals, and the unit if there is one: "3.81 GHz".
std::string quantity(double value, int decimals, std::string_view unit = {});
/// With so many significant digits, never fewer than the whole number: "2871".
std::string significant(double value, int digits, std::string_view unit = {});
/// As a person would write what he set: "0.6 m", no digits beyond four.
std::string plain(double value, std::string_view unit = {});
/// "4 %", "0.4 %", "under 0.1 %", "0 %"; of a share. Signs are kept.
std::string percent(double share);
/// "0.0002 %": what a balance leaves over, its size alone.
std::string residual(double share);
/// "0.25 s", "68 s", "10 min", "1 h 20 min".
std::string duration(double seconds);
/// "820 J", "38.4 Wh", "1.25 kWh".
std::string energy(double joule);
/// degC of a temperature in kelvin; NaN for what is no temperature.
double celsius(double kelvin);
/// NaN for a clock that never ran.
double gigahertz(double hertz);
/// What a level of so many dBA is to an ear: "barely audible".
std::string noise_word(double dba);
/// "one", "two", ... "twelve", then digits.
std::string count_word(std::size_t count);
/// "a", "a and b", "a, b and c".
std::string listed(const std::string* begin, const std::string* end);
/// The text cut at spaces into lines of at most `width`; one at least. Control
/// characters are spelled out.
std::vector<std::string> wrap(const std::string& text, std::size_t width);
/// The text with its first letter, if that is ASCII, made large.
std::string capital(std::string text);

}  // namespace headroom
