#include "cli/output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "catalog/library.hpp"

namespace headroom {
namespace {

namespace fs = std::filesystem;

fs::file_type kind_of(const fs::path& path) {
  std::error_code status;
  return fs::status(path, status).type();
}

/// Whether it is neither a device nor a pipe: something that is kept, and replaced.
bool is_kept(const fs::path& path) {
  const auto kind = kind_of(path);
  return kind == fs::file_type::regular || kind == fs::file_type::not_found;
}

/// Behind a link, the file that it points to is the one to replace.
fs::path target_of(const std::string& path) {
  std::error_code status;
  return fs::is_symlink(path, status) ? fs::weakly_canonical(path, status) : fs::path(path);
}

/// Where the text grows until it is complete.
std::string partial_of(const fs::path& target) {
  return target.string() + ".partial";
}

bool same_file(const std::string& a, const std::string& b) {
  if (a == "-" || b == "-") return a == b;
  if (!is_kept(a) || !is_kept(b)) return false;
  std::error_code status;
  if (fs::equivalent(a, b, status)) return true;
  const auto first = fs::weakly_canonical(fs::absolute(a, status), status);
  return first == fs::weakly_canonical(fs::absolute(b, status), status);
}

/// Whether it is a file that the catalogue reads, or would read the next time.
bool in_catalog(const std::string& path, const std::string& folder) {
  if (path == "-" || folder.empty() || !is_kept(path)) return false;
  std::error_code status;
  const auto root = fs::weakly_canonical(fs::absolute(folder, status), status);
  const auto file = fs::weakly_canonical(fs::absolute(path, status), status);
  const auto [in_root, in_file] = std::ranges::mismatch(root, file);
  return file.extension() == ".toml" && in_root == root.end() && in_file != file.end();
}

void check_writable(const Output& output) {
  const auto& path = output.path;
  if (path == "-") return;
  if (kind_of(path) == fs::file_type::directory) {
    throw InputError(fmt::format("--{}: '{}' is a folder", output.option, path),
                     "give the name of a file in it");
  }
  if (!is_kept(path)) return;
  const fs::path target = target_of(path);
  const std::string folder = target.has_parent_path() ? target.parent_path().string() : ".";
  if (kind_of(folder) != fs::file_type::directory) {
    throw InputError(fmt::format("--{}: there is no folder '{}'", output.option, folder),
                     "make it first, or give another path");
  }
  // Rights, a full drive, a name too long: what counts is whether a file comes about.
  const std::string trial = partial_of(target);
  const bool possible = std::ofstream(trial, std::ios::binary | std::ios::trunc).is_open();
  std::error_code ignored;
  fs::remove(trial, ignored);
  if (!possible) {
    throw InputError(fmt::format("--{}: cannot write '{}'", output.option, path),
                     "may you write into its folder? Or give another path");
  }
}

}  // namespace

void write_output(const std::string& path, std::string_view text) {
  if (path == "-") {
    fmt::print("{}", text);
    return;
  }
  auto fail = [&] {
    return InputError(fmt::format("cannot write '{}'", path),
                      "does its folder exist, is there room, and may you write there?");
  };
  auto write_to = [&](const std::string& target) {
    std::ofstream stream(target, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.close();
    return static_cast<bool>(stream);
  };
  if (kind_of(path) == fs::file_type::directory) {
    throw InputError(fmt::format("'{}' is a folder", path));
  }
  if (!is_kept(path)) {
    if (!write_to(path)) throw fail();  // a device or a pipe: nothing to replace
    return;
  }
  const fs::path target = target_of(path);
  const std::string partial = partial_of(target);
  const bool written = write_to(partial);
  std::error_code status;
  if (written) fs::rename(partial, target, status);
  if (!written || status) {
    std::error_code ignored;
    fs::remove(partial, ignored);
    throw fail();
  }
}

void check_outputs(const std::vector<Output>& outputs, const std::vector<std::string>& inputs,
                   const std::string& catalog) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& output = outputs[i];
    if (output.path.empty()) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (outputs[k].path.empty() || !same_file(outputs[k].path, output.path)) continue;
      throw InputError(
          fmt::format("--{} and --{} both write to {}", outputs[k].option, output.option,
                      output.path == "-" ? "standard output" : "'" + output.path + "'"),
          "give them different files");
    }
    for (const auto& input : inputs) {
      if (kind_of(input) != fs::file_type::regular || !same_file(input, output.path)) continue;
      throw InputError(
          fmt::format("--{} would write over '{}', which is read", output.option, input),
          "give another file");
    }
    if (in_catalog(output.path, catalog)) {
      throw InputError(fmt::format("--{}: '{}' belongs to the catalogue '{}', which is read",
                                   output.option, output.path, catalog),
                       "give another file");
    }
    check_writable(output);
  }
}

std::string read_page(const std::string& path) {
  const auto kind = kind_of(path);
  const bool told_well = kind == fs::file_type::not_found || kind == fs::file_type::directory;
  if (kind != fs::file_type::regular && !told_well) {
    throw InputError(fmt::format("--into: '{}' is a pipe or a device", path),
                     "give a page that is a file: it is read, and then replaced");
  }
  return read_text_file(path);
}

}  // namespace headroom
