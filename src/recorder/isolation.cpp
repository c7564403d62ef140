#include "recorder/isolation.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstring>

#include "recorder/maps_reader.hpp"
#include "recorder/raw_syscall.hpp"

namespace headroom::recorder {
namespace {

constexpr unsigned kSharedMost = 256;
constexpr int kDescriptorsMost = 4096;
constexpr std::uint64_t kPage = 4096;

struct Range {
  std::uint64_t begin, end;
};
Range shared[kSharedMost];
unsigned shared_count = 0;
unsigned private_pages = 0;
std::uint8_t closed[kDescriptorsMost / 8];
char buffer[32768];

/// "/proc/self/fd/N".
void write_path(char* path, int descriptor) {
  constexpr char kFolder[] = "/proc/self/fd/";
  std::memcpy(path, kFolder, sizeof kFolder - 1);
  char digits[12];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + descriptor % 10);
    descriptor /= 10;
  } while (descriptor != 0);
  char* at = path + sizeof kFolder - 1;
  while (count > 0) *at++ = digits[--count];
  *at = 0;
}

/// Replaces a descriptor by one of our own on the same file, or closes it.
bool separate(int descriptor) {
  struct stat info {};
  const bool known = raw_syscall(SYS_fstat, descriptor, as_argument(&info)) == 0;
  const long flags = raw_syscall(SYS_fcntl, descriptor, F_GETFL);
  const bool readable = flags >= 0 && (flags & O_ACCMODE) != O_WRONLY && (flags & O_PATH) == 0;
  if (known && readable && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
    char path[40];
    write_path(path, descriptor);
    const long own = raw_syscall(SYS_openat, AT_FDCWD, as_argument(path), O_RDONLY | O_CLOEXEC);
    if (own >= 0) {
      const long at = raw_syscall(SYS_lseek, descriptor, 0, SEEK_CUR);
      const bool moved = at < 0 || raw_syscall(SYS_lseek, own, at, SEEK_SET) >= 0;
      const bool placed = raw_syscall(SYS_dup3, own, descriptor, O_CLOEXEC) >= 0;
      raw_syscall(SYS_close, own);
      if (moved && placed) return true;
    }
  }
  raw_syscall(SYS_close, descriptor);
  if (descriptor < kDescriptorsMost) closed[descriptor / 8] |= 1u << descriptor % 8;
  return true;
}

bool separate_descriptors() {
  const long folder = raw_syscall(SYS_openat, AT_FDCWD, as_argument("/proc/self/fd"),
                                  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  static int found[kDescriptorsMost];
  int count = 0;
  for (;;) {
    const long got = raw_syscall(SYS_getdents64, folder, as_argument(buffer), sizeof buffer);
    if (got < 0) return false;
    if (got == 0) break;
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
      int number = 0;
      const char* name = entry->d_name;
      for (; *name >= '0' && *name <= '9'; ++name) number = number * 10 + (*name - '0');
      if (*name == 0 && number != folder) {
        if (count == kDescriptorsMost) return false;
        found[count++] = number;
      }
      at += entry->d_reclen;
    }
  }
  raw_syscall(SYS_close, folder);
  for (int i = 0; i < count; ++i) separate(found[i]);
  return true;
}

bool protect_mapping(const Mapping& mapping, std::uint64_t control) {
  const std::uint64_t begin = mapping.begin, end = mapping.end;
  if (!mapping.shared || (begin <= control && control < end)) return true;
  // A device's registers may react even to being read.
  const bool device = std::strncmp(mapping.path, "/dev/", 5) == 0 &&
                      std::strncmp(mapping.path, "/dev/shm/", 9) != 0 &&
                      std::strncmp(mapping.path, "/dev/zero", 9) != 0;
  if (device) {
    return raw_syscall(SYS_munmap, static_cast<long>(begin), static_cast<long>(end - begin)) == 0;
  }
  if (shared_count == kSharedMost) return false;
  shared[shared_count++] = {begin, end};
  if (!mapping.writable) return true;
  return raw_syscall(SYS_mprotect, static_cast<long>(begin), static_cast<long>(end - begin),
                     PROT_READ) == 0;
}

bool protect_shared_memory(std::uint64_t control) {
  struct Protection {
    std::uint64_t control;
    bool good;
  } protection{control, true};
  const bool read = read_mappings(
      [](const Mapping& mapping, void* context) {
        auto& of = *static_cast<Protection*>(context);
        of.good = protect_mapping(mapping, of.control) && of.good;
      },
      &protection);
  return read && protection.good;
}

}  // namespace

bool isolate(const void* control) {
  // Descriptors first: while the copy holds the end of a pipe, its reader waits.
  return separate_descriptors() && protect_shared_memory(reinterpret_cast<std::uint64_t>(control));
}

bool overlaps_shared(std::uint64_t address, std::uint64_t bytes) {
  for (unsigned i = 0; i < shared_count; ++i) {
    if (address < shared[i].end && shared[i].begin < address + bytes) return true;
  }
  return false;
}

bool make_page_private(std::uint64_t address) {
  if (!overlaps_shared(address, 1) || ++private_pages > 16384) return false;
  const std::uint64_t page = address & ~(kPage - 1);
  void* copy = map_memory(kPage);
  if (copy == nullptr) return false;
  std::memcpy(copy, reinterpret_cast<const void*>(page), kPage);
  return raw_syscall(SYS_mremap, as_argument(copy), kPage, kPage, MREMAP_MAYMOVE | MREMAP_FIXED,
                     static_cast<long>(page)) == static_cast<long>(page);
}

bool was_closed(int descriptor) {
  return descriptor >= 0 && descriptor < kDescriptorsMost &&
         (closed[descriptor / 8] >> descriptor % 8 & 1) != 0;
}

void forget_closed(int descriptor) {
  if (was_closed(descriptor)) {
    closed[descriptor / 8] &= static_cast<std::uint8_t>(~(1u << descriptor % 8));
  }
}

}  // namespace headroom::recorder
