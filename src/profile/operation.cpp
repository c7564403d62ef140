#include "profile/operation.hpp"

#include <algorithm>

namespace headroom {
namespace {

constexpr std::array<std::string_view, kOperationKinds> kNames{
    "none",
    "integer",
    "address",
    "conditional_move",
    "shift",
    "double_shift",
    "multiply",
    "divide_32",
    "divide_64",
    "bit_count",
    "bit_select",
    "branch",
    "call",
    "return",
    "atomic",
    "string",
    "system",
    "vector_move",
    "vector_logic",
    "vector_integer",
    "vector_shift",
    "vector_multiply",
    "vector_sad",
    "shuffle",
    "shuffle_variable",
    "shuffle_widen",
    "shuffle_halves",
    "shuffle_across",
    "blend_variable",
    "vector_to_general",
    "general_to_vector",
    "vector_test",
    "float_add",
    "float_order",
    "float_pairs",
    "float_multiply",
    "float_fused",
    "float_compare",
    "convert",
    "convert_wide",
    "convert_general",
    "divide_single",
    "divide_double",
    "root_single",
    "root_double",
    "estimate",
    "aes",
    "carryless",
    "hash",
    "gather",
    "mask",
    "x87",
    "x87_divide",
    "zero_extend",
    "identify",
    "sign_extend",
    "insert_general",
    "convert_from_general",
    "store_number",
    "set_condition",
};

}  // namespace

std::string_view operation_name(OperationKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<OperationKind> operation_of(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<OperationKind>(found - kNames.begin());
}

}  // namespace headroom
