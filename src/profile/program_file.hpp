#pragma once

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

namespace headroom {

/// Whether a program can be recorded by a library that is loaded with it, found
/// by reading its file. Used before a program is started, from outside and from
/// within recorded programs that start others, so it needs no heap.
enum class Preload {
  kWorks,
  kMissing,            ///< no such file, or it may not be read
  kStatic,             ///< it loads no libraries at all: static and most Go programs
  kOtherArchitecture,  ///< not 64-bit x86
  kOtherLoader,        ///< not glibc's: such as musl's
  kSetUser,            ///< gains rights when started, so the loader ignores us
  kSanitizer,          ///< its AddressSanitizer insists on being loaded first
  kUnknown,            ///< neither ELF nor a script
};

namespace program_file {

inline bool read_at(int file, std::uint64_t at, void* to, std::size_t bytes) {
  return pread(file, to, bytes, static_cast<off_t>(at)) == static_cast<ssize_t>(bytes);
}

struct Layout {
  Elf64_Phdr headers[64];
  unsigned count = 0;

  /// Where in the file an address of the loaded program lies; 0: nowhere.
  std::uint64_t file_offset(std::uint64_t address) const {
    for (unsigned i = 0; i < count; ++i) {
      const auto& h = headers[i];
      if (h.p_type == PT_LOAD && address >= h.p_vaddr && address - h.p_vaddr < h.p_filesz) {
        return address - h.p_vaddr + h.p_offset;
      }
    }
    return 0;
  }
  const Elf64_Phdr* find(std::uint32_t type) const {
    for (unsigned i = 0; i < count; ++i) {
      if (headers[i].p_type == type) return &headers[i];
    }
    return nullptr;
  }
};

/// Whether the program asks for a sanitizer's library.
inline bool needs_sanitizer(int file, const Layout& layout) {
  const Elf64_Phdr* dynamic = layout.find(PT_DYNAMIC);
  if (dynamic == nullptr) return false;
  std::uint64_t strings = 0;
  for (int pass = 0; pass < 2; ++pass) {
    for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= dynamic->p_filesz;
         at += sizeof(Elf64_Dyn)) {
      Elf64_Dyn entry;
      if (!read_at(file, dynamic->p_offset + at, &entry, sizeof entry)) return false;
      if (entry.d_tag == DT_NULL) break;
      if (pass == 0 && entry.d_tag == DT_STRTAB) strings = layout.file_offset(entry.d_un.d_ptr);
      if (pass == 0 || entry.d_tag != DT_NEEDED) continue;
      char name[8] = {};
      if (!read_at(file, strings + entry.d_un.d_val, name, 7)) continue;
      if (std::strcmp(name, "libasan") == 0 || std::strcmp(name, "libtsan") == 0) return true;
    }
  }
  return false;
}

inline Preload check_elf(int file, const Elf64_Ehdr& elf) {
  if (elf.e_ident[EI_CLASS] != ELFCLASS64 || elf.e_machine != EM_X86_64) {
    return Preload::kOtherArchitecture;
  }
  Layout layout;
  if (elf.e_phentsize != sizeof(Elf64_Phdr) || elf.e_phnum > 64 ||
      !read_at(file, elf.e_phoff, layout.headers, elf.e_phnum * sizeof(Elf64_Phdr))) {
    return Preload::kUnknown;
  }
  layout.count = elf.e_phnum;
  const Elf64_Phdr* interpreter = layout.find(PT_INTERP);
  if (interpreter == nullptr) return Preload::kStatic;
  char loader[64] = {};
  if (interpreter->p_filesz >= sizeof loader ||
      !read_at(file, interpreter->p_offset, loader, interpreter->p_filesz)) {
    return Preload::kOtherLoader;
  }
  const char* name = std::strrchr(loader, '/');
  if (name == nullptr || std::strcmp(name, "/ld-linux-x86-64.so.2") != 0) {
    return Preload::kOtherLoader;
  }
  return needs_sanitizer(file, layout) ? Preload::kSanitizer : Preload::kWorks;
}

inline bool gains_rights(int file, const struct stat& info) {
  if ((info.st_mode & S_ISUID) != 0 && info.st_uid != geteuid()) return true;
  if ((info.st_mode & S_ISGID) != 0 && info.st_gid != getegid()) return true;
  return geteuid() != 0 && fgetxattr(file, "security.capability", nullptr, 0) > 0;
}

}  // namespace program_file

/// Reads the program at `path`; of a script, what interprets it. The program's
/// errno is changed.
inline Preload check_program(const char* path, int scripts_left = 3) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return Preload::kMissing;
  union {
    Elf64_Ehdr elf;
    char text[256];
  } head = {};
  struct stat info {};
  Preload answer = Preload::kUnknown;
  const ssize_t got = pread(file, &head, sizeof head - 1, 0);
  if (fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) {
    answer = Preload::kMissing;
  } else if (program_file::gains_rights(file, info)) {
    answer = Preload::kSetUser;
  } else if (got >= static_cast<ssize_t>(sizeof head.elf) &&
             std::memcmp(head.elf.e_ident, ELFMAG, SELFMAG) == 0) {
    answer = program_file::check_elf(file, head.elf);
  }
  close(file);
  if (answer != Preload::kUnknown || got < 4 || head.text[0] != '#' || head.text[1] != '!') {
    return answer;
  }
  char* interpreter = head.text + 2;
  while (*interpreter == ' ' || *interpreter == '\t') ++interpreter;
  interpreter[std::strcspn(interpreter, " \t\n")] = 0;
  return scripts_left > 0 ? check_program(interpreter, scripts_left - 1) : Preload::kUnknown;
}

/// Finds a program as execvp() does, in `search` (the PATH) unless its name has
/// a slash. False when there is none; else `found` holds its path.
inline bool find_program(const char* name, const char* search, char* found, std::size_t size) {
  const std::size_t length = std::strlen(name);
  if (length == 0 || length >= size) return false;
  if (std::strchr(name, '/') != nullptr) {
    std::memcpy(found, name, length + 1);
    return access(found, X_OK) == 0;
  }
  if (search == nullptr) search = "/bin:/usr/bin";
  for (const char* at = search;; ++at) {
    const std::size_t folder = std::strcspn(at, ":");
    if (folder + length + 2 <= size) {
      std::memcpy(found, at, folder);
      std::size_t end = folder;
      if (folder > 0) found[end++] = '/';
      std::memcpy(found + end, name, length + 1);
      struct stat info {};
      if (access(found, X_OK) == 0 && stat(found, &info) == 0 && S_ISREG(info.st_mode)) return true;
    }
    at += folder;
    if (*at == 0) return false;
  }
}

}  // namespace headroom
