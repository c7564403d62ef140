#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Writes a text to a file, or to stdout for "-". Throws InputError when that
/// fails; a file is replaced only once its new text is complete.
void write_output(const std::string& path, std::string_view text);

/// A file that a command is going to write.
struct Output {
  std::string option;  ///< without dashes, for messages
  std::string path;    ///< "": nothing is written; "-": stdout
};

/// Throws InputError, before any work is done, for what could not be kept: a
/// folder that is not there or may not be written to, two outputs in one file, an
/// output over one of the `inputs` or over a file of the `catalog` folder. Inputs
/// that are no files are passed over.
void check_outputs(const std::vector<Output>& outputs, const std::vector<std::string>& inputs,
                   const std::string& catalog = {});

/// The text of a page that is about to be changed in place. Throws InputError when
/// it cannot be read or is no regular file: a pipe or a device would never end.
std::string read_page(const std::string& path);

}  // namespace headroom
