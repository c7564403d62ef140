#include "replay/window_replay.hpp"

#include <algorithm>
#include <cmath>

#include "profile/code_regions.hpp"
#include "replay/calendar.hpp"
#include "replay/foretelling.hpp"
#include "replay/lanes.hpp"
#include "replay/load_path.hpp"
#include "replay/store_queue.hpp"

namespace headroom {
namespace {

using Cycle = LoadPath::Cycle;

constexpr std::uint64_t kSettling = 500;  ///< instructions that do not count
constexpr Cycle kRenameToExecute = 2;
/// From a store's way into the cache to a load that had to wait for it: about a dozen
/// cycles more than a store that is forwarded, by public measurements of cores of today.
constexpr Cycle kBlockedCycles = 6;

Cycle whole(double cycles) {
  return static_cast<Cycle>(std::lround(cycles));
}

class Replay {
 public:
  Replay(const Window& window, const std::vector<DecodedBlock>& blocks, const HitChances& chances,
         const CoreSetup& core, std::uint64_t seed)
      : window_(window),
        blocks_(blocks),
        chances_(chances),
        core_(core),
        seed_(seed),
        path_(core, chances, window, seed),
        unseen_code_(chances.unseen_code_in(window)),
        foretelling_(core.pipeline.front, blocks),
        calendar_(core.pipeline.back.ports_in_turn),
        fetch_(core.pipeline.front.op_width),
        rename_(core.width),
        retire_(core.pipeline.back.retire_width),
        reorder_(core.window),
        loads_(core.pipeline.back.loads),
        stores_(core.pipeline.back.stores),
        general_(core.pipeline.back.general_registers),
        vector_(core.pipeline.back.vector_registers),
        scheduler_(core.pipeline.back.scheduler),
        vector_scheduler_(core.pipeline.back.vector_scheduler),
        vector_queue_(core.pipeline.back.vector_queue + 1),
        fetched_(core.pipeline.front.queue),
        stored_(core.pipeline.memory.pairs_stores) {}

  ReplayCounts run(RegionCounts& by_region) {
    std::size_t at = 0;
    std::uint8_t region = 0;
    for (const auto& event : window_.events) {
      const DecodedBlock& block = blocks_[event.block];
      if (block.region != region) {
        by_region[region] += since_last();
        region = block.region;
      }
      block_number_ = event.block;
      const bool goes_on = block.string && before_ == &block;
      if (!goes_on) begin_block(block, event);
      const std::size_t end = at + event.accesses;
      std::uint64_t address = block.address;
      for (std::size_t i = 0; i < block.operations.size(); ++i) {
        if (!goes_on) fetch_line(address);
        address += block.operations[i].length;
        const std::size_t first = at;
        while (at < end && window_.accesses[at].instruction <= i) ++at;
        const bool leads = i + 1 < block.operations.size() && is_fused(block.operations[i + 1]);
        instruction(block.operations[i], first, at, goes_on, leads);
      }
      at = end;
      before_ = &block;
    }
    by_region[region] += since_last();
    return told_;
  }

 private:
  /// What was counted since this was asked last.
  ReplayCounts since_last() {
    if (counting_) {
      counts_.l1_misses = path_.l1_misses - settled_.l1_misses;
      counts_.l2_misses = path_.l2_misses - settled_.l2_misses;
      counts_.l3_misses = path_.l3_misses - settled_.l3_misses;
      counts_.fetched_ahead = path_.fetched_ahead - settled_.fetched_ahead;
    }
    ReplayCounts fresh = counts_;
    fresh -= told_;
    told_ = counts_;
    return fresh;
  }

  enum class Wait : std::uint8_t { kNothing, kBranch, kCode };

  /// A cycle takes decoded operations of one line of code only.
  void fetch_line(std::uint64_t address) {
    const std::uint64_t line = address / static_cast<std::uint64_t>(core_.pipeline.front.op_line_b);
    if (line == line_) return;
    line_ = line;
    foretelling_.go_on();
    if (!slow_) fetch_.end_cycle(1);
    foretelling_.fetched(fetch_.now());
  }

  /// The way into a block: mispredictions, taken branches, code not at hand.
  void begin_block(const DecodedBlock& block, const BlockEvent& event) {
    const auto& front = core_.pipeline.front;
    const auto draw = chance_draw(seed_ ^ 0x2545f491, ++blocks_seen_);
    const auto reuse = event.code_reuse;
    const bool taken = before_ != nullptr && block.address != before_->end;
    const bool missed = (event.missed >> static_cast<unsigned>(front.predictor) & 1) != 0 ||
                        (event.missed & 8) != 0;
    const CodeChances at = reuse == kFirstTouch ? unseen_code_ : chances_.code_at(reuse);
    slow_ = draw >= at.decoded;
    if (missed) {
      const Cycle refilled = branch_done_ + whole(core_.mispredict_cycles) - kRenameToExecute;
      if (counting_) ++counts_.mispredicts;
      foretelling_.begin_anew(static_cast<double>(refilled));
      wait(refilled, Wait::kBranch);
    } else if (taken) {
      foretelling_.take(*before_, block, draw < at.target, draw < at.far_target, fetch_.now());
      fetch_.end_cycle(1);
      fetch_.skip_to(static_cast<Cycle>(foretelling_.at()));
    }
    if (slow_ && !was_slow_) lose(front.switch_cycles);
    was_slow_ = slow_;
    double cycles = translation(block.address, at, draw);
    if (draw >= at.first) {
      cycles += draw < at.second  ? core_.l2_cycles
                : draw < at.third ? core_.l3_cycles
                                  : core_.memory_cycles;
    }
    if (cycles > 0) {
      // It was asked for when it was foretold; one line comes after the other.
      code_came_ = std::max(foretelling_.at() + cycles, code_came_ + core_.l2_line_cycles);
      wait(whole(code_came_), Wait::kCode);
    }
    if (missed || taken) foretelling_.fetched(fetch_.now());
    if (missed || taken) {
      line_ = block.address / static_cast<std::uint64_t>(front.op_line_b);
    }
    const auto count = static_cast<double>(std::max<std::size_t>(1, block.operations.size()));
    decode_cycles_ = std::max(1 / front.decode_width, block.bytes / front.decode_b / count);
  }

  /// Cycles until the address of a page of code is known that the window touches for the
  /// first time.
  double translation(std::uint64_t address, const CodeChances& at, double draw) {
    const std::uint64_t page = address >> 12;
    std::uint64_t& last = code_pages_[page % kCodePages];
    if (last == page) return 0;
    last = page;
    if (draw < at.page_first) return 0;
    const auto& pages = core_.pipeline.pages;
    return pages.second_cycles + (draw < at.page_second ? 0 : pages.walk_cycles);
  }

  /// So many cycles in which no operations come, after those that have begun.
  void lose(double cycles) {
    fetch_.end_cycle(1);
    wait(fetch_.now() + whole(cycles), Wait::kCode);
  }

  void wait(Cycle until, Wait reason) {
    if (until <= fetch_.now()) return;
    if (reason != waits_for_) stood_ = 0;
    stood_ += until - fetch_.now();
    fetch_.skip_to(until);
    waits_for_ = reason;
  }

  bool is_fused(const Operation& op) const {
    return op.fused || (op.may_fuse && core_.pipeline.front.fuses_numbers);
  }

  /// A repeated string instruction is a program of the core's own, which takes a while
  /// to begin, less for a few bytes.
  void begin_string(std::size_t first, std::size_t last) {
    constexpr std::uint64_t kFewBytes = 64;
    std::uint64_t loaded = 0, stored = 0;
    for (; first < last; ++first) {
      const DataAccess& access = window_.accesses[first];
      ((access.kind & kStores) != 0 ? stored : loaded) += access.bytes;
    }
    const auto& front = core_.pipeline.front;
    lose(std::max(loaded, stored) > kFewBytes ? front.long_string_cycles : front.string_cycles);
  }

  static bool only_compares(const Operation& op) {
    return op.targets == 1 && op.target[0] == kFlags;
  }

  /// `leads`: the jump behind it is part of it, and where jumps are executed it is, too, or
  /// both are executed apart.
  void instruction(const Operation& op, std::size_t first, std::size_t last, bool goes_on,
                   bool leads) {
    const auto& jump = core_.pipeline.unit(OperationKind::kBranch);
    const bool apart = leads && core_.pipeline.back.jumps_apart && !only_compares(op);
    const auto& unit = leads && !apart ? jump : core_.pipeline.unit(op);
    const bool fused = is_fused(op);
    if (op.repeats && !goes_on) begin_string(first, last);
    const bool eliminated = op.eliminated || (op.moves && core_.pipeline.back.move_elimination);
    double slots = op.kind == OperationKind::kNone || eliminated ? 1 : unit.operations;
    if (fused || goes_on) slots = 0;
    // Through fetch and rename, as far as every queue has room.
    fetch_.skip_to(fetched_.free_at());
    const Cycle fetched = slots <= 0 ? fetch_.now()
                          : slow_    ? fetch_.decode(slots * decode_cycles_)
                                     : fetch_.take(slots);
    Cycle from = std::max(fetched, reorder_.free_at());
    if (op.loads) from = std::max(from, loads_.free_at());
    if (op.stores) from = std::max(from, stores_.free_at());
    const bool writes_vector = op.targets > 0 && op.target[0] >= 16 && op.target[0] < 48;
    const bool writes_general = op.targets > 0 && op.target[0] < 16;
    if (writes_vector && !eliminated) from = std::max(from, vector_.free_at());
    if (writes_general && !eliminated) from = std::max(from, general_.free_at());
    const bool executes = !eliminated && (unit.mask != 0 || op.loads || op.stores) && !fused;
    const bool own = op.vector && core_.pipeline.back.vector_scheduler > 0;
    auto& scheduler = own ? vector_scheduler_ : scheduler_;
    if (executes) from = std::max(from, own ? vector_queue_.free_at() : scheduler.free_at());
    const Cycle renamed = rename_.pass(from, slots);
    Cycle scheduled = renamed;
    if (executes && own) {  // waits in order for a place in the scheduler
      scheduled = in_line_ = std::max({renamed, in_line_, scheduler.free_at()});
      vector_queue_.enter(scheduled);
    }
    fetched_.enter(renamed);
    if (renamed > fetch_.now() + 1) waits_for_ = Wait::kNothing;

    Execution done = execute(op, unit, first, last, scheduled, {eliminated, fused, goes_on});
    if (op.kind == OperationKind::kIdentify) {  // alone: all before it first, nothing beside it
      done.begun = std::max(done.begun, retired_);
      done.result = done.complete = done.begun + whole(unit.latency);
      wait(done.complete, Wait::kNothing);
    }
    jumped_ = apart ? port(jump.mask, scheduled, done.result) + whole(jump.latency) : 0;
    done.complete = std::max(done.complete, jumped_);
    if (executes) scheduler.enter(scheduled, done.begun);
    for (unsigned i = 0; i < op.targets; ++i) ready_[op.target[i]] = done.result;
    if (op.kind == OperationKind::kBranch || op.kind == OperationKind::kCall ||
        op.kind == OperationKind::kReturn) {
      branch_done_ = done.result;
    }
    const Cycle retired =
        retire_.pass(std::max(done.complete + 1, retired_), goes_on ? 0 : std::max(1.0, slots));
    if (slots > 0) reorder_.enter(retired);
    if (op.loads) loads_.enter(retired);
    if (op.stores) stores_leave(op, first, last, done, retired);
    if (writes_vector && !eliminated) vector_.enter(retired);
    if (writes_general && !eliminated) general_.enter(retired);
    account(done, retired, slots);
  }

  struct Execution {
    Cycle begun = 0, result = 0, complete = 0;
    Cycle level_cycles = 0, page_cycles = 0;  ///< of a load that was waited for
    CacheLevel level = CacheLevel::kFirst;
    Cycle line_arrives = 0;  ///< for a store
  };

  /// What executes otherwise than its unit says.
  struct Special {
    bool eliminated, fused, goes_on;
  };

  Execution execute(const Operation& op, const Pipeline::Unit& unit, std::size_t first,
                    std::size_t last, Cycle renamed, Special special) {
    const auto& memory = core_.pipeline.memory;
    const Cycle earliest = renamed + kRenameToExecute;
    Cycle addressed = earliest, sources = earliest;
    for (unsigned i = 0; i < op.addresses; ++i)
      addressed = std::max(addressed, ready_[op.address[i]]);
    for (unsigned i = 0; i < op.sources; ++i) sources = std::max(sources, ready_[op.source[i]]);
    Execution done;
    Cycle loaded = 0, stored = 0;
    for (std::size_t i = first; i < last; ++i) {
      const unsigned kind = window_.accesses[i].kind;
      if ((kind & kStores) == 0 || (kind & kLoads) != 0) {
        Cycle arrived = load(op, i, addressed, renamed, done);
        if (op.scaled) arrived += whole(memory.scale_cycles);
        if ((kind & kPrefetches) == 0) loaded = std::max(loaded, arrived);
      }
      if ((kind & kStores) != 0) stored = std::max(stored, store(i, addressed, renamed, done));
    }
    if (loaded > 0 && op.vector) loaded += whole(memory.vector_cycles);
    const Cycle operands = std::max(sources, loaded);
    done.begun = std::max(operands, addressed);
    if (special.eliminated) {
      done.result = std::max(op.moves ? sources : renamed, loaded);
      if (op.moves) done.result = std::max(sources - kRenameToExecute, renamed);
      for (unsigned i = 0; i < op.sources && op.moves; ++i)
        done.result = std::max(done.result, ready_[op.source[i]]);
      done.begun = done.complete = std::max(renamed, Cycle{0});
    } else if (special.fused) {
      done.result = done.complete = std::max({renamed + 1, sources, jumped_});
    } else if (special.goes_on) {
      done.result = done.complete = std::max(operands, stored);
    } else if (unit.mask == 0) {
      done.result = done.complete =
          loaded > 0 ? loaded : std::max(renamed, op.sources > 0 ? sources : renamed);
    } else {
      Cycle begun = operands;
      const int busy = whole_busy(unit.busy);
      for (int k = 0; k < std::max(1, static_cast<int>(unit.each)); ++k) {
        begun = std::max(begun, port(unit.mask, renamed, operands, busy));
      }
      done.begun = begun;
      done.result = begun + whole(unit.latency);
      if (unit.beside_mask != 0) {  // what comes from vectors takes the way of a general result
        done.result = calendar_.take(done.result - 1, unit.beside_mask, 1) + 1;
      }
      done.complete = done.result;
    }
    if (op.stores) {
      // The data go to the store queue when they are there.
      const Cycle data =
          port(op.vector ? core_.pipeline.vector_data_mask : core_.pipeline.data_mask, renamed,
               std::max(done.result, earliest));
      done.complete = std::max({done.complete, data, stored});
      remember_stores(op, first, last, std::max(data, stored));
    }
    return done;
  }

  /// Whole cycles, so many on average.
  int whole_busy(double busy) {
    const double sure = std::floor(busy);
    if (busy == sure) return static_cast<int>(sure);
    return static_cast<int>(sure) +
           (chance_draw(seed_ ^ 0x51ed2701, ++drawn_) < busy - sure ? 1 : 0);
  }

  /// The operand that accesses, among all of the program.
  std::uint64_t site(const DataAccess& access) const {
    return std::uint64_t{block_number_} << 16 | std::uint64_t{access.instruction} << 8 |
           access.kind;
  }

  Cycle port(std::uint32_t mask, Cycle renamed, Cycle from, int busy = 1) {
    return calendar_.take(from, calendar_.assign(mask, renamed), busy);
  }

  Cycle load(const Operation& op, std::size_t index, Cycle addressed, Cycle renamed,
             Execution& done) {
    const DataAccess& access = window_.accesses[index];
    const auto& memory = core_.pipeline.memory;
    const auto ports = op.vector ? core_.pipeline.vector_load_mask : core_.pipeline.load_mask;
    Cycle at = port(ports, renamed, addressed);
    if (access.bytes > memory.load_b) at = port(ports, renamed, at);
    const bool split = (access.address & 63) + access.bytes > 64;
    if (split) port(ports, renamed, at);  // the other line's half
    const auto from = stored_.find(access);
    if (from.stores > 0 && from.ready + 200 > at) {
      if (from.whole) {
        // One that also computes waits for its data as any other, unless it stores its result.
        const bool plain = !op.vector && (op.kind == OperationKind::kNone || op.stores ||
                                          op.kind == OperationKind::kReturn);
        if (memory.renames_memory && plain &&
            stored_.renames(from, access, site(access), op.stack)) {
          return std::max(renamed + 1, from.ready);
        }
        return std::max(at + whole(memory.l1_cycles), from.ready + whole(memory.forward_cycles));
      }
      // Pieces of several stores, or more than was stored: it waits for the cache.
      at = std::max(at, from.committed + kBlockedCycles);
    }
    const auto answer = path_.access(access, 2 * index, at, site(access));
    Cycle ready = answer.ready;
    if (split) ready += whole(memory.split_cycles);
    const Cycle beyond = ready - at - whole(memory.l1_cycles) - answer.page_cycles;
    if (beyond > done.level_cycles) {
      done.level_cycles = beyond;
      done.level = answer.level == CacheLevel::kFirst ? last_level_ : answer.level;
    }
    if (answer.level != CacheLevel::kFirst) last_level_ = answer.level;
    done.page_cycles = std::max(done.page_cycles, answer.page_cycles);
    return ready;
  }

  Cycle store(std::size_t index, Cycle addressed, Cycle renamed, Execution& done) {
    const DataAccess& access = window_.accesses[index];
    Cycle at = port(core_.pipeline.store_mask, renamed, addressed);
    const auto answer = path_.access(access, 2 * index + 1, at, site(access));
    at += answer.page_cycles;
    if (answer.level != CacheLevel::kFirst && !answer.ahead) {
      done.line_arrives = std::max(done.line_arrives, answer.ready);
    }
    if (access.bytes > core_.pipeline.memory.store_b) ++at;
    return at;
  }

  void remember_stores(const Operation& op, std::size_t first, std::size_t last, Cycle ready) {
    for (std::size_t i = first; i < last; ++i) {
      const DataAccess& access = window_.accesses[i];
      if ((access.kind & kStores) != 0) {
        stored_.add(access, site(access), ready, retired_, op.vector);
      }
    }
  }

  void stores_leave(const Operation& op, std::size_t first, std::size_t last, const Execution& done,
                    Cycle retired) {
    Cycle left = retired + 1;
    for (std::size_t i = first; i < last; ++i) {
      const DataAccess& access = window_.accesses[i];
      if ((access.kind & kStores) == 0) continue;
      left = stored_.leave(access, op.vector, std::max(retired + 1, done.line_arrives));
    }
    stores_.enter(left);
  }

  void account(const Execution& done, Cycle retired, double slots) {
    auto passed = static_cast<double>(retired - retired_);
    retired_ = retired;
    if (++instructions_ == kSettling) {
      settled_.l1_misses = path_.l1_misses;
      settled_.l2_misses = path_.l2_misses;
      settled_.l3_misses = path_.l3_misses;
      settled_.fetched_ahead = path_.fetched_ahead;
      counting_ = true;
      return;
    }
    if (!counting_) return;
    counts_.instructions += 1;
    counts_.operations += slots;
    counts_.cycles += passed;
    if (passed <= 0) return;
    auto charge = [&](double& to, Cycle most) {
      const double part = std::min(passed, static_cast<double>(std::max<Cycle>(0, most)));
      to += part;
      passed -= part;
    };
    if (done.level == CacheLevel::kMemory) charge(counts_.memory, done.level_cycles);
    if (done.level == CacheLevel::kThird) charge(counts_.l3, done.level_cycles);
    if (done.level == CacheLevel::kSecond) charge(counts_.l2, done.level_cycles);
    charge(counts_.pages, done.page_cycles);
    // What fetch stood still for is charged once, and for no longer than it stood.
    const double before = passed;
    if (waits_for_ == Wait::kBranch) charge(counts_.branch, stood_);
    if (waits_for_ == Wait::kCode) charge(counts_.code, stood_);
    stood_ -= static_cast<Cycle>(before - passed);
    counts_.base += passed;
  }

  const Window& window_;
  const std::vector<DecodedBlock>& blocks_;
  const HitChances& chances_;
  const CoreSetup& core_;
  std::uint64_t seed_, blocks_seen_ = 0, drawn_ = 0, instructions_ = 0;
  std::uint32_t block_number_ = 0;
  static constexpr std::size_t kCodePages = 512;
  std::array<std::uint64_t, kCodePages> code_pages_{};
  LoadPath path_;
  CodeChances unseen_code_;
  Foretelling foretelling_;
  PortCalendar calendar_;
  FetchLane fetch_;
  Lane rename_, retire_;
  OrderedQueue reorder_, loads_, stores_, general_, vector_;
  FreeQueue scheduler_, vector_scheduler_;
  OrderedQueue vector_queue_, fetched_;
  StoreQueue stored_;
  std::array<Cycle, kRegisters> ready_{};
  const DecodedBlock* before_ = nullptr;
  Cycle branch_done_ = 0, retired_ = 0, in_line_ = 0;
  Cycle jumped_ = 0;            ///< when a jump that is part of the last instruction did
  std::uint64_t line_ = ~0ull;  ///< of code, from which operations came last
  Wait waits_for_ = Wait::kNothing;
  Cycle stood_ = 0;  ///< cycles of fetch that have not been charged yet
  CacheLevel last_level_ = CacheLevel::kSecond;
  bool slow_ = false, was_slow_ = false, counting_ = false;
  double code_came_ = 0;      ///< when the last line of code that was not at hand did
  double decode_cycles_ = 1;  ///< of each instruction of the block
  ReplayCounts counts_, settled_, told_;
};

}  // namespace

ReplayCounts replay_window(const Window& window, const std::vector<DecodedBlock>& blocks,
                           const HitChances& chances, const CoreSetup& core, std::uint64_t seed) {
  RegionCounts by_region(kRegionsMost);
  return Replay(window, blocks, chances, core, seed).run(by_region);
}

RegionCounts replay_regions(const Window& window, const std::vector<DecodedBlock>& blocks,
                            const HitChances& chances, const CoreSetup& core, std::uint64_t seed,
                            std::size_t regions) {
  RegionCounts by_region(std::max<std::size_t>(1, regions));
  Replay(window, blocks, chances, core, seed).run(by_region);
  return by_region;
}

}  // namespace headroom
