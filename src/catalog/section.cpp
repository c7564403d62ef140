#include "catalog/document.hpp"

// What a Section can do by Section::read() alone; the rest, which looks into the parsed
// file, is in document.cpp.

namespace headroom {

std::vector<std::string> Section::texts(std::string_view key) {
  std::vector<std::string> values;
  if (!present()) return values;
  Fields fields;
  fields.texts(key, values, "");
  read(fields);
  return values;
}

std::string Section::text(std::string_view key, std::string fallback) {
  if (!present()) return fallback;
  Fields fields;
  fields.text(key, fallback, "", {}, true);
  read(fields);
  return fallback;
}

}  // namespace headroom
