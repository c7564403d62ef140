#pragma once

#include "profile/profile.hpp"
#include "replay/operation.hpp"

namespace headroom {

/// Leaves out of a profile what tells of the program and its user more than replay
/// needs: machine code gives way to a table of operations (OperationTable), addresses
/// get new numbers (renumber_addresses), the command loses its arguments and folders,
/// processes and threads their numbers, the time of recording its hour, the kernel its
/// version. Replay gives the same cycles, to the last bit. Once done, nothing changes.
void strip_profile(Profile& profile);

/// The operations of a block and the size of its code: decoded, or, in a stripped
/// profile, from the table.
struct BlockOperations {
  std::vector<Operation> operations;
  std::uint32_t bytes = 0;
};
BlockOperations block_operations(const Profile& profile, std::size_t block);

}  // namespace headroom
