#include "recorder/translate.hpp"

namespace headroom::recorder {
namespace {

constexpr std::int64_t kReach = 0x60000000;
constexpr std::int64_t kStep = 0x1000000;

std::uint8_t* map_near(std::uint64_t address) {
  const auto middle = static_cast<std::int64_t>(address & ~(static_cast<std::uint64_t>(kStep) - 1));
  for (std::int64_t step = 1; step < kReach / kStep; ++step) {
    for (const std::int64_t side : {-1, 1}) {
      const std::int64_t wanted = middle + side * step * kStep;
      if (wanted < 0x10000 || wanted >> 47 != 0) continue;
      const long got =
          raw_syscall(SYS_mmap, wanted, kAreaBytes, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
      if (got == wanted) return reinterpret_cast<std::uint8_t*>(got);
      if (got > 0) raw_syscall(SYS_munmap, got, kAreaBytes);
    }
  }
  return nullptr;
}

/// With the target in rcx and rax, rcx, rdx spilled: jumps to its copy if the
/// table knows it, else to the engine. jrcxz decides, so that no flag changes.
void emit_indirect(Emitter& emit, const std::uint8_t* enter) {
  emit.load_context(kRdx, offsetof(EngineContext, lookup_table));
  emit.bytes({0x0f, 0xb7, 0xc1});        // movzx eax, cx
  emit.bytes({0x48, 0x8d, 0x04, 0x00});  // lea rax, [rax + rax]
  emit.bytes({0x48, 0x8d, 0x04, 0xc2});  // lea rax, [rdx + 8 rax]
  emit.bytes({0x48, 0x8b, 0x10});        // mov rdx, [rax]
  emit.bytes({0x48, 0xf7, 0xd2});        // not rdx
  emit.store_context(kRcx, offsetof(EngineContext, target));
  emit.bytes({0x48, 0x8d, 0x4c, 0x11, 0x01});  // lea rcx, [rcx + rdx + 1]
  emit.bytes({0xe3, 0});                       // jrcxz known
  std::uint8_t* distance = emit.here() - 1;
  emit.load_context(kRcx, offsetof(EngineContext, spilled_rcx));
  emit.load_context(kRdx, offsetof(EngineContext, spilled_rdx));
  emit.bytes({0xb8, 0, 0, 0, 0});  // mov eax, stub 0
  emit.jump(enter);
  *distance = static_cast<std::uint8_t>(emit.here() - distance - 1);
  emit.bytes({0x48, 0x8b, 0x40, 0x08});  // mov rax, [rax + 8]
  emit.store_context(kRax, offsetof(EngineContext, jump));
  emit.load_context(kRax, offsetof(EngineContext, spilled_rax));
  emit.load_context(kRcx, offsetof(EngineContext, spilled_rcx));
  emit.load_context(kRdx, offsetof(EngineContext, spilled_rdx));
  emit.jump_context(offsetof(EngineContext, jump));
}

}  // namespace

void begin_area(CodeArea& area) {
  area.next = area.base;
  Emitter emit(area.next);
  area.enter = emit.here();
  emit.bytes({0xff, 0x25, 0, 0, 0, 0});  // jmp [rip]
  emit.number64(reinterpret_cast<std::uint64_t>(&headroom_enter_engine));
  area.indirect = emit.here();
  emit_indirect(emit, area.enter);
}

CodeArea& area_near(Engine& engine, std::uint64_t address) {
  for (unsigned i = 0; i < engine.area_count; ++i) {
    CodeArea& area = engine.areas[i];
    const auto distance =
        reinterpret_cast<std::int64_t>(area.base) - static_cast<std::int64_t>(address);
    if (distance > kReach || distance < -kReach) continue;
    if (area.end - area.next > 65536) return area;
  }
  std::uint8_t* base = engine.area_count < kAreasMost ? map_near(address) : nullptr;
  if (base == nullptr) finish(engine, EndReason::kFull);
  CodeArea& area = engine.areas[engine.area_count++];
  area = {base, base, base + kAreaBytes, nullptr, nullptr};
  begin_area(area);
  return area;
}

void forget_translations(Engine& engine) {
  engine.translations.clear();
  engine.stubs.resize_down(1);
  std::memset(engine.lookup, 0, kLookupEntries * sizeof(LookupEntry));
  for (unsigned i = 0; i < engine.area_count; ++i) begin_area(engine.areas[i]);
  ++engine.flushes;
}

void emit_stub(Engine& engine, const CodeArea& area, Emitter& emit, Stub stub) {
  stub.at = emit.here();
  const auto number = static_cast<std::uint32_t>(engine.stubs.size());
  if (!engine.stubs.push(stub)) finish(engine, EndReason::kFull);
  emit.store_context(kRax, offsetof(EngineContext, spilled_rax));
  emit.bytes({0xb8});  // mov eax, number
  emit.number32(number);
  emit.jump(area.enter);
}

}  // namespace headroom::recorder
