#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace headroom {

/// What an instruction asks of a core's execution units, apart from its loads
/// and stores. Every core has its own latency, ports and operation count for
/// each: catalog/pipelines.
enum class OperationKind : std::uint8_t {
  kNone,     ///< only a load, a store, a nop, or done at renaming
  kInteger,  ///< add, and, compare, set, ...
  kAddress,  ///< lea of three terms
  kConditionalMove,
  kShift,
  kDoubleShift,
  kMultiply,
  kDivide32,
  kDivide64,
  kBitCount,   ///< popcnt, lzcnt, tzcnt, bsf, bsr
  kBitSelect,  ///< pdep, pext, crc32
  kBranch,
  kCall,
  kReturn,
  kAtomic,
  kString,  ///< one round of a repeated string instruction
  kSystem,
  kVectorMove,
  kVectorLogic,
  kVectorInteger,
  kVectorShift,
  kVectorMultiply,
  kVectorSad,
  kShuffle,
  kShuffleVariable,  ///< by a register's contents: pshufb
  kShuffleWiden,     ///< pmovzx, broadcast and insertion of 128 bits
  kShuffleHalves,    ///< between both halves of 256 bits
  kShuffleAcross,    ///< anywhere in a register
  kBlendVariable,
  kVectorToGeneral,
  kGeneralToVector,
  kVectorTest,
  kFloatAdd,
  kFloatOrder,  ///< smaller, larger, compare
  kFloatPairs,  ///< horizontal
  kFloatMultiply,
  kFloatFused,
  kFloatCompare,
  kConvert,
  kConvertWide,     ///< 256 bits, to elements of another width
  kConvertGeneral,  ///< floating point to an integer in a general register
  kDivideSingle,
  kDivideDouble,
  kRootSingle,
  kRootDouble,
  kEstimate,
  kAes,
  kCarryless,
  kHash,
  kGather,
  kMask,
  kX87,
  kX87Divide,
  kZeroExtend,          ///< a byte register into a wider one
  kIdentify,            ///< cpuid: in a virtual machine, the hypervisor answers
  kSignExtend,          ///< a load that fills a wider register with its sign
  kInsertGeneral,       ///< a general register into one element of a vector
  kConvertFromGeneral,  ///< an integer in a general register to floating point
  kStoreNumber,         ///< a store of a number that the instruction holds
  kSetCondition,        ///< a flag into a byte
  kCount,
};
inline constexpr std::size_t kOperationKinds = static_cast<std::size_t>(OperationKind::kCount);

/// As they are called in the catalogue and in files: "integer", "divide_64", ...
std::string_view operation_name(OperationKind kind);
/// The kind of this name, or nothing.
std::optional<OperationKind> operation_of(std::string_view name);

/// Registers that carry dependences: 0 to 15 general, 16 to 47 vector, then these.
inline constexpr std::uint8_t kFlags = 48;
inline constexpr std::uint8_t kX87Stack = 49;
inline constexpr std::uint8_t kMaskRegisters = 50;  ///< 50 to 57
inline constexpr std::uint8_t kRegisters = 64;

/// One instruction, as far as time is concerned. The same for every core.
struct Operation {
  OperationKind kind = OperationKind::kNone;
  std::uint8_t length = 0;  ///< of the instruction, bytes
  std::uint8_t width = 0;   ///< of its vectors: 0 none or scalar, 1 to 3: 128, 256, 512 bits
  bool loads = false, stores = false;
  bool eliminated = false;  ///< a move or zero that renaming does
  bool moves = false;       ///< register to register: eliminated only where renaming can
  bool fused = false;       ///< a jump that belongs to the comparison before it
  bool may_fuse = false;    ///< the same, of memory with a number: where the core can
  bool repeats = false;     ///< a string instruction: many rounds in one execution
  bool stack = false;       ///< addressed by the stack's registers
  bool scaled = false;      ///< its address takes a multiple of a register
  bool vector = false;
  std::uint8_t sources = 0, targets = 0, addresses = 0;
  std::array<std::uint8_t, 6> source{};
  std::array<std::uint8_t, 5> target{};
  std::array<std::uint8_t, 3> address{};

  bool operator==(const Operation&) const = default;
};

}  // namespace headroom
