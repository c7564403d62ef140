#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace headroom {

/// A shared library and those it needs, laid out for a place in memory where no
/// loader will ever see them: what a dynamic loader does, on a buffer. Only for
/// libraries that need nothing else: no C library, no thread-local variables, no
/// constructors that matter. The first library's symbols come first, so that it
/// can bring memcpy() and the like for the rest.
class LoadedImage {
 public:
  /// Reads the library at `path`, and what it needs from where the system's loader
  /// finds it; C libraries are left out. Throws InputError if it cannot be read or
  /// needs what is not there.
  explicit LoadedImage(const std::string& path);

  /// A whole number of pages.
  std::uint64_t bytes() const { return bytes_; }
  /// Where a symbol of the first library lies, from the image's begin.
  std::uint64_t symbol(const std::string& name) const;
  /// The image as it must lie at `address`.
  std::vector<std::uint8_t> at(std::uint64_t address) const;

 private:
  /// A number in the image that depends on where the image lies.
  struct Fix {
    std::uint64_t offset, value;
  };
  struct Module {
    std::string name;
    std::vector<std::uint8_t> file;
    std::uint64_t offset = 0;
  };
  struct Symbol {
    std::string name;
    std::uint64_t offset;
  };
  void add_module(const std::string& path);
  void read_symbols(const Module& module);
  void relocate(const Module& module);

  std::vector<Module> modules_;
  std::vector<Symbol> symbols_;
  std::vector<Fix> fixes_;
  std::vector<std::uint8_t> image_;
  std::uint64_t bytes_ = 0;
};

}  // namespace headroom
