#include <fmt/format.h>

#include <cmath>
#include <ostream>
#include <sstream>

#include "report/report.hpp"

namespace headroom {
namespace {

/// A field of RFC 4180: in quotes, with quotes doubled, where it must be.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string out = "\"";
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

/// Seconds with the decimals that whole nanoseconds need and no more.
void append_time(fmt::memory_buffer& line, double time_s) {
  const long long ns = std::llround(time_s * 1e9);
  const long long second = 1000000000;
  fmt::format_to(std::back_inserter(line), "{}", ns / second);
  if (ns % second == 0) return;
  const std::string rest = fmt::format(".{:09}", ns % second);
  const std::size_t end = rest.find_last_not_of('0') + 1;
  line.append(rest.data(), rest.data() + end);
}

/// The shortest digits that read back as the same float.
void append_value(fmt::memory_buffer& line, double value) {
  line.push_back(',');
  const auto single = static_cast<float>(value);
  if (std::isfinite(single)) fmt::format_to(std::back_inserter(line), "{}", single);
}

}  // namespace

void write_csv(std::ostream& out, const Trace& trace, bool with_extremes) {
  std::string head = "time_s";
  for (const auto& channel : trace.channels()) {
    head += "," + field(fmt::format("{} [{}]", channel.name, channel.unit));
    if (!with_extremes) continue;
    head += "," + field(fmt::format("{}_min [{}]", channel.name, channel.unit));
    head += "," + field(fmt::format("{}_max [{}]", channel.name, channel.unit));
  }
  out << head << '\n';
  fmt::memory_buffer line;
  for (std::size_t bin = 0; bin < trace.bins(); ++bin) {
    line.clear();
    append_time(line, trace.start_s(bin));
    for (std::size_t channel = 0; channel < trace.channels().size(); ++channel) {
      const double mean = trace.mean(channel, bin);
      append_value(line, mean);
      if (!with_extremes) continue;
      append_value(line, std::isfinite(mean) ? trace.low(channel, bin) : mean);
      append_value(line, std::isfinite(mean) ? trace.high(channel, bin) : mean);
    }
    line.push_back('\n');
    out.write(line.data(), static_cast<std::streamsize>(line.size()));
  }
}

std::string csv(const Trace& trace, bool with_extremes) {
  std::ostringstream out;
  write_csv(out, trace, with_extremes);
  return std::move(out).str();
}

}  // namespace headroom
