#include "replay/operation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "replay/classify.hpp"

namespace headroom {
namespace {

using Kind = OperationKind;
constexpr std::uint8_t kRax = 0, kRcx = 1, kRbx = 3, kXmm1 = 17, kXmm2 = 18;

/// "48 01 d8" as a block.
std::vector<Operation> decoded(const std::string& hex) {
  CodeBlock block;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 3) {
    block.code.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(at, 2), nullptr, 16)));
  }
  return decode_block(block);
}

Operation one(const std::string& hex) {
  const auto operations = decoded(hex);
  EXPECT_EQ(operations.size(), 1u) << hex;
  return operations.empty() ? Operation{} : operations[0];
}

bool reads(const Operation& op, std::uint8_t reg) {
  return std::count(op.source.begin(), op.source.begin() + op.sources, reg) > 0;
}
bool writes(const Operation& op, std::uint8_t reg) {
  return std::count(op.target.begin(), op.target.begin() + op.targets, reg) > 0;
}
bool addresses_by(const Operation& op, std::uint8_t reg) {
  return std::count(op.address.begin(), op.address.begin() + op.addresses, reg) > 0;
}

struct Example {
  const char* text;
  const char* hex;
  Kind kind;
};

constexpr Example kExamples[] = {
    {"add rax, rbx", "48 01 d8", Kind::kInteger},
    {"lea rax, [rbx+rcx*4]", "48 8d 04 8b", Kind::kInteger},
    {"lea rax, [rbx+rcx*4+0x8]", "48 8d 44 8b 08", Kind::kAddress},
    {"cmove eax, ebx", "0f 44 c3", Kind::kConditionalMove},
    {"shl eax, 0x3", "c1 e0 03", Kind::kShift},
    {"rorx eax, ebx, 0x7", "c4 e3 7b f0 c3 07", Kind::kShift},
    {"shld eax, ebx, 0x4", "0f a4 d8 04", Kind::kDoubleShift},
    {"imul rax, rbx", "48 0f af c3", Kind::kMultiply},
    {"mulx rax, rbx, rcx", "c4 e2 e3 f6 c1", Kind::kMultiply},
    {"div ecx", "f7 f1", Kind::kDivide32},
    {"idiv rcx", "48 f7 f9", Kind::kDivide64},
    {"popcnt eax, ebx", "f3 0f b8 c3", Kind::kBitCount},
    {"tzcnt rax, rbx", "f3 48 0f bc c3", Kind::kBitCount},
    {"crc32 eax, ebx", "f2 0f 38 f1 c3", Kind::kBitSelect},
    {"pext eax, ebx, ecx", "c4 e2 62 f5 c1", Kind::kBitSelect},
    {"je", "74 07", Kind::kBranch},
    {"jmp rax", "ff e0", Kind::kBranch},
    {"call", "e8 00 00 00 00", Kind::kCall},
    {"ret", "c3", Kind::kReturn},
    {"lock xadd DWORD PTR [rbx], eax", "f0 0f c1 03", Kind::kAtomic},
    {"lock bts DWORD PTR [rbx], 0x3", "f0 0f ba 2b 03", Kind::kAtomic},
    {"xchg DWORD PTR [rbx], eax", "87 03", Kind::kAtomic},
    {"rep stos BYTE PTR es:[rdi], al", "f3 aa", Kind::kString},
    {"syscall", "0f 05", Kind::kSystem},
    {"mov rax, rbx", "48 89 d8", Kind::kInteger},
    {"mov rax, QWORD PTR [rbx]", "48 8b 03", Kind::kNone},
    {"mov QWORD PTR [rbx], rax", "48 89 03", Kind::kNone},
    {"movzx eax, BYTE PTR [rbx]", "0f b6 03", Kind::kNone},
    {"push rax", "50", Kind::kNone},
    {"pop rbx", "5b", Kind::kNone},
    {"nop WORD PTR [rax+rax*1]", "66 0f 1f 04 00", Kind::kNone},
    {"endbr64", "f3 0f 1e fa", Kind::kNone},
    {"prefetcht0 BYTE PTR [rax]", "0f 18 08", Kind::kNone},
    {"vzeroupper", "c5 f8 77", Kind::kNone},
    {"movaps xmm1, xmm2", "0f 28 ca", Kind::kVectorMove},
    {"movups xmm1, XMMWORD PTR [rbx]", "0f 10 0b", Kind::kNone},
    {"vmovdqu YMMWORD PTR [rbx], ymm1", "c5 fe 7f 0b", Kind::kNone},
    {"andps xmm1, xmm2", "0f 54 ca", Kind::kVectorLogic},
    {"vpand ymm1, ymm2, ymm3", "c5 ed db cb", Kind::kVectorLogic},
    {"paddd xmm1, xmm2", "66 0f fe ca", Kind::kVectorInteger},
    {"vpaddd zmm1, zmm2, zmm3", "62 f1 6d 48 fe cb", Kind::kVectorInteger},
    {"psrld xmm1, 0x3", "66 0f 72 d1 03", Kind::kVectorShift},
    {"pmaddwd xmm1, xmm2", "66 0f f5 ca", Kind::kVectorMultiply},
    {"psadbw xmm1, xmm2", "66 0f f6 ca", Kind::kVectorSad},
    {"pshufd xmm1, xmm2, 0x1", "66 0f 70 ca 01", Kind::kShuffle},
    {"unpcklps xmm1, xmm2", "0f 14 ca", Kind::kShuffle},
    {"pshufb xmm1, xmm2", "66 0f 38 00 ca", Kind::kShuffleVariable},
    {"vpmovzxbw ymm1, xmm2", "c4 e2 7d 30 ca", Kind::kShuffleWiden},
    {"pmovzxbw xmm1, xmm2", "66 0f 38 30 ca", Kind::kShuffleVariable},
    {"vinserti128 ymm1, ymm2, xmm3, 0x1", "c4 e3 6d 38 cb 01", Kind::kShuffleWiden},
    {"vextracti128 xmm1, ymm2, 0x1", "c4 e3 7d 39 d1 01", Kind::kShuffleHalves},
    {"vperm2f128 ymm1, ymm2, ymm3, 0x1", "c4 e3 6d 06 cb 01", Kind::kShuffleHalves},
    {"vpermd ymm1, ymm2, ymm3", "c4 e2 6d 36 cb", Kind::kShuffleAcross},
    {"vpermpd ymm1, ymm2, 0x1", "c4 e3 fd 01 ca 01", Kind::kShuffleAcross},
    {"vblendvps ymm1, ymm2, ymm3, ymm4", "c4 e3 6d 4a cb 40", Kind::kBlendVariable},
    {"pmovmskb eax, xmm1", "66 0f d7 c1", Kind::kVectorToGeneral},
    {"movd eax, xmm1", "66 0f 7e c8", Kind::kVectorToGeneral},
    {"movq xmm1, rax", "66 48 0f 6e c8", Kind::kGeneralToVector},
    {"ptest xmm1, xmm2", "66 0f 38 17 ca", Kind::kVectorTest},
    {"addsd xmm1, xmm2", "f2 0f 58 ca", Kind::kFloatAdd},
    {"vmaxps ymm1, ymm2, ymm3", "c5 ec 5f cb", Kind::kFloatOrder},
    {"haddps xmm1, xmm2", "f2 0f 7c ca", Kind::kFloatPairs},
    {"mulpd xmm1, xmm2", "66 0f 59 ca", Kind::kFloatMultiply},
    {"vfmadd231ps ymm1, ymm2, ymm3", "c4 e2 6d b8 cb", Kind::kFloatFused},
    {"ucomisd xmm1, xmm2", "66 0f 2e ca", Kind::kFloatCompare},
    {"cvtdq2ps xmm1, xmm2", "0f 5b ca", Kind::kConvert},
    {"vcvtdq2pd ymm1, xmm2", "c5 fe e6 ca", Kind::kConvertWide},
    {"cvtsi2sd xmm1, rax", "f2 48 0f 2a c8", Kind::kConvertFromGeneral},
    {"cvttsd2si eax, xmm1", "f2 0f 2c c1", Kind::kConvertGeneral},
    {"divss xmm1, xmm2", "f3 0f 5e ca", Kind::kDivideSingle},
    {"divpd xmm1, xmm2", "66 0f 5e ca", Kind::kDivideDouble},
    {"sqrtss xmm1, xmm2", "f3 0f 51 ca", Kind::kRootSingle},
    {"vsqrtpd ymm1, ymm2", "c5 fd 51 ca", Kind::kRootDouble},
    {"rcpps xmm1, xmm2", "0f 53 ca", Kind::kEstimate},
    {"aesenc xmm1, xmm2", "66 0f 38 dc ca", Kind::kAes},
    {"pclmulqdq xmm1, xmm2", "66 0f 3a 44 ca 00", Kind::kCarryless},
    {"sha256rnds2 xmm1, xmm2, xmm0", "0f 38 cb ca", Kind::kHash},
    {"vpgatherdd ymm1, DWORD PTR [rax+ymm2*4], ymm3", "c4 e2 65 90 0c 90", Kind::kGather},
    {"kortestw k1, k2", "c5 f8 98 ca", Kind::kMask},
    {"vpcmpeqb k1, zmm2, zmm3", "62 f1 6d 48 74 cb", Kind::kMask},
    {"fadd st, st(1)", "d8 c1", Kind::kX87},
    {"fdiv st, st(1)", "d8 f1", Kind::kX87Divide},
};

TEST(OperationKind, EveryInstructionOfTheTableIsOfItsKind) {
  for (const auto& example : kExamples) {
    EXPECT_EQ(operation_name(one(example.hex).kind), operation_name(example.kind)) << example.text;
  }
}

TEST(OperationKind, NamesDifferAndNoneIsEmpty) {
  std::vector<std::string_view> names;
  for (std::size_t kind = 0; kind < kOperationKinds; ++kind) {
    names.push_back(operation_name(static_cast<Kind>(kind)));
    EXPECT_FALSE(names.back().empty()) << kind;
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Operation, AnAdditionReadsBothRegistersAndWritesTheFirstAndTheFlags) {
  const Operation op = one("48 01 d8");  // add rax, rbx
  EXPECT_TRUE(reads(op, kRax) && reads(op, kRbx));
  EXPECT_TRUE(writes(op, kRax) && writes(op, kFlags));
  EXPECT_FALSE(writes(op, kRbx) || reads(op, kFlags));
  EXPECT_FALSE(op.loads || op.stores || op.vector);
}

TEST(Operation, PartsOfARegisterAreTheWholeOne) {
  const Operation op = one("00 d8");  // add al, bl
  EXPECT_TRUE(reads(op, kRax) && reads(op, kRbx) && writes(op, kRax));
  EXPECT_EQ(one("c5 ed db cb").target[0], kXmm1);  // vpand ymm1, ymm2, ymm3
  EXPECT_EQ(one("c5 ed db cb").width, 2);
  EXPECT_EQ(one("62 f1 6d 48 fe cb").width, 3);  // vpaddd zmm1, zmm2, zmm3
  EXPECT_EQ(one("66 0f fe ca").width, 1);        // paddd xmm1, xmm2
}

TEST(Operation, AConditionalMoveNeedsFlagsAndItsOldTarget) {
  const Operation op = one("0f 44 c3");  // cmove eax, ebx
  EXPECT_TRUE(reads(op, kFlags) && reads(op, kRbx) && reads(op, kRax) && writes(op, kRax));
}

TEST(Operation, ALoadNeedsItsAddressAndNotItsTarget) {
  const Operation op = one("48 8b 04 8b");  // mov rax, [rbx+rcx*4]
  EXPECT_TRUE(op.loads);
  EXPECT_FALSE(op.stores);
  EXPECT_TRUE(addresses_by(op, kRbx) && addresses_by(op, kRcx));
  EXPECT_TRUE(writes(op, kRax));
  EXPECT_EQ(op.sources, 0);
}

TEST(Operation, AnAdditionToMemoryLoadsAndStores) {
  const Operation op = one("01 03");  // add [rbx], eax
  EXPECT_TRUE(op.loads && op.stores && reads(op, kRax) && addresses_by(op, kRbx));
}

TEST(Operation, AnAddressCalculationNeedsNoMemory) {
  const Operation op = one("48 8d 04 8b");  // lea rax, [rbx+rcx*4]
  EXPECT_FALSE(op.loads || op.stores);
  EXPECT_TRUE(reads(op, kRbx) && reads(op, kRcx) && writes(op, kRax));
}

TEST(Operation, PushesDoNotWaitForTheStackPointer) {
  for (const char* hex : {"50", "5b", "e8 00 00 00 00", "c3"}) {  // push, pop, call, ret
    const Operation op = one(hex);
    EXPECT_FALSE(reads(op, 4) || writes(op, 4) || addresses_by(op, 4)) << hex;
    EXPECT_TRUE(op.stack) << hex;
  }
  EXPECT_TRUE(one("50").stores && one("5b").loads);
  EXPECT_TRUE(addresses_by(one("48 8b 04 24"), 4));  // mov rax, [rsp]
}

TEST(Operation, ZeroingIdiomsNeedNothing) {
  // xor eax, eax; sub rax, rax; pxor; vxorps; vpcmpgtd of a register with itself
  for (const char* hex : {"31 c0", "48 29 c0", "66 0f ef c9", "c5 e8 57 ca", "c5 ed 66 ca"}) {
    const Operation op = one(hex);
    EXPECT_TRUE(op.eliminated) << hex;
    EXPECT_EQ(op.sources, 0) << hex;
    EXPECT_GE(op.targets, 1) << hex;
  }
  EXPECT_FALSE(one("31 d8").eliminated);        // xor eax, ebx
  EXPECT_FALSE(one("c5 e8 57 cb").eliminated);  // vxorps xmm1, xmm2, xmm3
  const Operation ones = one("66 0f 76 c9");    // pcmpeqd xmm1, xmm1 is executed, but waits not
  EXPECT_FALSE(ones.eliminated);
  EXPECT_EQ(ones.sources, 0);
}

TEST(Operation, OnlyWholeMovesBetweenRegistersAreForRenaming) {
  EXPECT_TRUE(one("48 89 d8").moves);         // mov rax, rbx
  EXPECT_TRUE(one("0f 28 ca").moves);         // movaps xmm1, xmm2
  EXPECT_FALSE(one("88 d8").moves);           // mov al, bl
  EXPECT_FALSE(one("48 8b 03").moves);        // mov rax, [rbx]
  EXPECT_FALSE(one("b8 01 00 00 00").moves);  // mov eax, 1
  EXPECT_TRUE(reads(one("48 89 d8"), kRbx) && reads(one("0f 28 ca"), kXmm2));
}

TEST(Operation, HintsAndLandingPadsAreNothingToExecute) {
  // nop [rax+rax]; endbr64; vzeroupper
  for (const char* hex : {"66 0f 1f 04 00", "f3 0f 1e fa", "c5 f8 77"}) {
    const Operation op = one(hex);
    EXPECT_EQ(operation_name(op.kind), "none") << hex;
    EXPECT_EQ(op.sources + op.targets, 0) << hex;
    EXPECT_FALSE(op.loads || op.stores) << hex;
  }
}

TEST(Operation, AComparisonBecomesOneWithTheJumpBehindIt) {
  // cmp eax, ebx; test eax, eax; dec ecx; cmp eax, [rbx]; each with je
  for (const char* hex : {"39 d8 74 00", "85 c0 74 00", "ff c9 74 00", "3b 03 74 00"}) {
    const auto operations = decoded(hex);
    ASSERT_EQ(operations.size(), 2u) << hex;
    EXPECT_TRUE(operations[1].fused && !operations[0].fused) << hex;
    EXPECT_TRUE(reads(operations[1], kFlags)) << hex;
  }
}

TEST(Operation, SomePairsStayTwo) {
  EXPECT_FALSE(decoded("01 03 74 00")[1].fused);        // add [rbx], eax stores
  EXPECT_FALSE(decoded("48 0f af c3 74 00")[1].fused);  // imul
  EXPECT_FALSE(decoded("39 d8 eb 00")[1].fused);        // jmp always
  EXPECT_FALSE(decoded("39 d8 e3 00")[1].fused);        // jrcxz reads no flags
  EXPECT_FALSE(decoded("39 d8 90 74 00")[2].fused);     // with a nop between
}

TEST(Operation, AComparisonOfMemoryWithANumberMayBecomeOneWithTheJump) {
  const auto operations = decoded("83 3b 05 74 00");  // cmp [rbx], 5; je
  EXPECT_TRUE(operations[1].may_fuse);
  EXPECT_FALSE(operations[1].fused);
  EXPECT_FALSE(decoded("39 d8 74 00")[1].may_fuse);     // both registers: always one
  const auto displaced = decoded("83 7b 08 05 74 00");  // cmp [rbx+8], 5; je
  EXPECT_FALSE(displaced[1].may_fuse || displaced[1].fused);
}

TEST(Operation, LoadsThatFillOrMergeAreMoreThanLoads) {
  EXPECT_EQ(operation_name(one("0f bf 03").kind), "sign_extend");  // movsx eax, word [rbx]
  EXPECT_EQ(operation_name(one("48 63 03").kind), "sign_extend");  // movsxd rax, dword [rbx]
  EXPECT_EQ(operation_name(one("8a 03").kind), "integer");         // mov al, [rbx]
  EXPECT_EQ(operation_name(one("66 8b 03").kind), "integer");      // mov ax, [rbx]
  EXPECT_EQ(operation_name(one("0f b6 03").kind), "none");         // movzx eax, byte [rbx]
  EXPECT_EQ(operation_name(one("8b 03").kind), "none");            // mov eax, [rbx]
}

TEST(Operation, AStoreOfANumberIsNotOneOfARegister) {
  EXPECT_EQ(operation_name(one("c7 03 05 00 00 00").kind), "store_number");  // mov [rbx], 5
  EXPECT_EQ(operation_name(one("89 03").kind), "none");                      // mov [rbx], eax
}

TEST(Operation, AFlagIntoAByteHasItsOwnPorts) {
  EXPECT_EQ(operation_name(one("0f 9c c3").kind), "set_condition");  // setl bl
  EXPECT_EQ(operation_name(one("0f 94 03").kind), "set_condition");  // sete [rbx]
}

TEST(Operation, ConversionsSayWhichWayTheyGo) {
  EXPECT_EQ(operation_name(one("f2 0f 2a c0").kind), "convert_from_general");  // cvtsi2sd
  EXPECT_EQ(operation_name(one("f2 0f 2c c0").kind), "convert_general");       // cvttsd2si
  EXPECT_EQ(operation_name(one("66 0f 3a 22 c0 01").kind), "insert_general");  // pinsrd
  EXPECT_EQ(operation_name(one("66 0f 3a 22 03 01").kind), "shuffle");         // from memory
}

TEST(Operation, ARepeatedStringInstructionSaysSo) {
  const Operation op = one("f3 aa");  // rep stosb
  EXPECT_TRUE(op.repeats && op.stores);
  EXPECT_FALSE(one("f3 c3").loads && one("f3 c3").repeats);  // rep ret is a plain return
}

TEST(DecodeBlock, EndsAtWhatIsNoInstruction) {
  EXPECT_EQ(decoded("48 01 d8 06 48 01 d8").size(), 1u);  // push es: not in 64 bits
  EXPECT_EQ(decoded("48 01 d8 48 01").size(), 1u);        // cut off
  EXPECT_TRUE(decoded("").empty());
}

}  // namespace
}  // namespace headroom
