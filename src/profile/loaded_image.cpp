#include "profile/loaded_image.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/core.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;

std::uint64_t whole_pages(std::uint64_t bytes) {
  return (bytes + kPage - 1) & ~(kPage - 1);
}

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw InputError(fmt::format("'{}' cannot be laid out: {}", name, why),
                   "without it, programs can only be recorded from inside");
}

/// A library's file, read without trusting its numbers.
class ElfFile {
 public:
  ElfFile(const std::vector<std::uint8_t>& bytes, const std::string& name)
      : bytes_(bytes), name_(name) {
    header_ = get<Elf64_Ehdr>(0);
    if (std::memcmp(header_.e_ident, ELFMAG, SELFMAG) != 0 || header_.e_machine != EM_X86_64 ||
        header_.e_type != ET_DYN) {
      refuse(name_, "it is no library for 64-bit x86");
    }
  }
  template <class T>
  T get(std::uint64_t at) const {
    T value;
    if (at > bytes_.size() || bytes_.size() - at < sizeof value) refuse(name_, "it is cut short");
    std::memcpy(&value, bytes_.data() + at, sizeof value);
    return value;
  }
  std::string text(std::uint64_t at) const {
    const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(std::min(at, bytes_.size()));
    return {from, std::find(from, bytes_.end(), 0)};
  }
  template <class Use>
  void for_each_segment(std::uint32_t type, Use use) const {
    for (unsigned i = 0; i < header_.e_phnum; ++i) {
      const auto segment = get<Elf64_Phdr>(header_.e_phoff + i * sizeof(Elf64_Phdr));
      if (segment.p_type == type) use(segment);
    }
  }
  /// Each entry of each section of this type, and the section.
  template <class Entry, class Use>
  void for_each_entry(std::uint32_t type, Use use) const {
    for (unsigned i = 0; i < header_.e_shnum; ++i) {
      const Elf64_Shdr part = section(i);
      if (part.sh_type != type) continue;
      for (std::uint64_t at = 0; at + sizeof(Entry) <= part.sh_size; at += sizeof(Entry)) {
        use(get<Entry>(part.sh_offset + at), part);
      }
    }
  }
  Elf64_Shdr section(std::uint64_t index) const {
    return get<Elf64_Shdr>(header_.e_shoff + index * sizeof(Elf64_Shdr));
  }
  [[noreturn]] void fail(const std::string& why) const { refuse(name_, why); }

 private:
  const std::vector<std::uint8_t>& bytes_;
  std::string name_;
  Elf64_Ehdr header_;
};

/// Where the system's loader finds a library.
std::string system_path(const std::string& name) {
  void* library = dlopen(name.c_str(), RTLD_LAZY | RTLD_LOCAL);
  link_map* found = nullptr;
  if (library == nullptr || dlinfo(library, RTLD_DI_LINKMAP, &found) != 0) return {};
  return found->l_name;
}

bool is_c_library(const std::string& name) {
  return name.starts_with("libc.so") || name.starts_with("ld-linux");
}

}  // namespace

LoadedImage::LoadedImage(const std::string& path) {
  add_module(path);
  for (const auto& module : modules_) read_symbols(module);
  image_.resize(bytes_);
  for (const auto& module : modules_) {
    const ElfFile elf(module.file, module.name);
    elf.for_each_segment(PT_LOAD, [&](const Elf64_Phdr& segment) {
      if (segment.p_filesz == 0) return;
      elf.get<std::uint8_t>(segment.p_offset + segment.p_filesz - 1);
      std::memcpy(image_.data() + module.offset + segment.p_vaddr,
                  module.file.data() + segment.p_offset, segment.p_filesz);
    });
    relocate(module);
  }
}

void LoadedImage::add_module(const std::string& path) {
  Module module;
  module.name = std::filesystem::path(path).filename();
  for (const auto& known : modules_) {
    if (known.name == module.name) return;
  }
  std::ifstream in(path, std::ios::binary);
  module.file.assign(std::istreambuf_iterator<char>(in), {});
  if (module.file.empty()) refuse(module.name, "it cannot be read");
  module.offset = bytes_;
  std::vector<std::string> needed;
  const ElfFile elf(module.file, module.name);
  elf.for_each_segment(PT_LOAD, [&](const Elf64_Phdr& segment) {
    if (segment.p_memsz < segment.p_filesz || segment.p_vaddr > 1u << 28 ||
        segment.p_memsz > 1u << 28) {
      elf.fail("its layout makes no sense");
    }
    bytes_ = std::max(bytes_, whole_pages(module.offset + segment.p_vaddr + segment.p_memsz));
  });
  elf.for_each_segment(PT_TLS, [&](const auto&) { elf.fail("it has variables of threads"); });
  elf.for_each_entry<Elf64_Dyn>(SHT_DYNAMIC, [&](const Elf64_Dyn& entry, const Elf64_Shdr& part) {
    if (entry.d_tag == DT_RELR) elf.fail("its relocations are packed");
    if (entry.d_tag == DT_INIT_ARRAY && modules_.empty()) elf.fail("it has constructors");
    if (entry.d_tag != DT_NEEDED) return;
    const auto name = elf.text(elf.section(part.sh_link).sh_offset + entry.d_un.d_val);
    if (!is_c_library(name)) needed.push_back(name);
  });
  modules_.push_back(std::move(module));
  for (const auto& name : needed) {
    const auto found = system_path(name);
    if (found.empty()) refuse(modules_[0].name, fmt::format("'{}' is missing", name));
    add_module(found);
  }
}

void LoadedImage::read_symbols(const Module& module) {
  const ElfFile elf(module.file, module.name);
  elf.for_each_entry<Elf64_Sym>(SHT_DYNSYM, [&](const Elf64_Sym& symbol, const Elf64_Shdr& part) {
    if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol.st_info) == STT_GNU_IFUNC) return;
    symbols_.push_back({elf.text(elf.section(part.sh_link).sh_offset + symbol.st_name),
                        module.offset + symbol.st_value});
  });
}

std::uint64_t LoadedImage::symbol(const std::string& name) const {
  const auto found = std::find_if(symbols_.begin(), symbols_.end(),
                                  [&](const Symbol& symbol) { return symbol.name == name; });
  if (found == symbols_.end()) refuse(modules_[0].name, fmt::format("there is no '{}'", name));
  return found->offset;
}

void LoadedImage::relocate(const Module& module) {
  const ElfFile elf(module.file, module.name);
  const auto value_of = [&](const Elf64_Rela& entry, const Elf64_Shdr& part, std::uint64_t& value) {
    const Elf64_Shdr table = elf.section(part.sh_link);
    const auto symbol =
        elf.get<Elf64_Sym>(table.sh_offset + ELF64_R_SYM(entry.r_info) * sizeof(Elf64_Sym));
    const auto name = elf.text(elf.section(table.sh_link).sh_offset + symbol.st_name);
    const auto found = std::find_if(symbols_.begin(), symbols_.end(),
                                    [&](const Symbol& known) { return known.name == name; });
    if (found != symbols_.end()) {
      value = found->offset;
      return true;
    }
    if (ELF64_ST_BIND(symbol.st_info) != STB_WEAK) elf.fail(fmt::format("it needs '{}'", name));
    return false;  // stays null
  };
  elf.for_each_entry<Elf64_Rela>(SHT_RELA, [&](const Elf64_Rela& entry, const Elf64_Shdr& part) {
    if (entry.r_offset > bytes_ - module.offset - 8) elf.fail("a relocation lies outside");
    Fix fix{module.offset + entry.r_offset, 0};
    const auto added = static_cast<std::uint64_t>(entry.r_addend);
    bool known = true;
    switch (ELF64_R_TYPE(entry.r_info)) {
      case R_X86_64_NONE:
        return;
      case R_X86_64_RELATIVE:
        fix.value = module.offset + added;
        break;
      case R_X86_64_GLOB_DAT:
      case R_X86_64_JUMP_SLOT:
        known = value_of(entry, part, fix.value);
        break;
      case R_X86_64_64:
        known = value_of(entry, part, fix.value);
        fix.value += added;
        break;
      default:
        elf.fail(fmt::format("a relocation is of kind {}", ELF64_R_TYPE(entry.r_info)));
    }
    if (known) fixes_.push_back(fix);
  });
}

std::vector<std::uint8_t> LoadedImage::at(std::uint64_t address) const {
  std::vector<std::uint8_t> made = image_;
  for (const auto& fix : fixes_) {
    const std::uint64_t value = address + fix.value;
    std::memcpy(made.data() + fix.offset, &value, sizeof value);
  }
  return made;
}

}  // namespace headroom
