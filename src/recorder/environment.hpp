#pragma once

#include <cstddef>

#include "profile/part_layout.hpp"

namespace headroom::recorder {

/// The recorder reaches a program by two variables of its environment. The
/// program itself must not see them, and whatever it starts must.

/// Takes both variables out of this process's environment, as unsetenv() does;
/// gives the control file's path, or null when there is none.
const char* leave_environment();
void remember_library(const ControlPage& control, const char* control_file);

/// Room for an environment of `count` variables with ours added.
constexpr std::size_t kAddedVariables = 3;
std::size_t count_variables(char* const* environment);

/// Texts of the two variables, made for one program start.
struct AddedVariables {
  char preload[2048];
  char control[kFolderBytes + 32];
};
/// Fills `enlarged` (count_variables() + kAddedVariables entries) with
/// `environment` and ours; a preload list that is already there is kept behind.
/// False, and nothing to be used, when it does not fit.
bool add_variables(char* const* environment, char** enlarged, AddedVariables& added);

}  // namespace headroom::recorder
