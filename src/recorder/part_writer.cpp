#include "recorder/part_writer.hpp"

#include <fcntl.h>

namespace headroom::recorder {
namespace {

class File {
 public:
  explicit File(const char* path) {
    descriptor_ = raw_syscall(SYS_openat, AT_FDCWD, as_argument(path),
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  }
  bool is_open() const { return descriptor_ >= 0; }
  bool good() const { return good_ && descriptor_ >= 0; }
  void write(const void* data, std::size_t size) {
    const auto* at = static_cast<const std::uint8_t*>(data);
    while (good() && size > 0) {
      const long done =
          raw_syscall(SYS_write, descriptor_, as_argument(at), static_cast<long>(size));
      if (done <= 0) {
        good_ = false;
        return;
      }
      at += done;
      size -= static_cast<std::size_t>(done);
    }
  }
  template <class T>
  void write(const MappedArray<T>& array) {
    write(array.data(), array.size() * sizeof(T));
  }
  void close() { raw_syscall(SYS_close, descriptor_); }

 private:
  long descriptor_ = -1;
  bool good_ = true;
};

/// "FOLDER/N" and an ending.
void write_path(char* path, const char* folder, std::uint32_t number, const char* ending) {
  std::size_t length = strnlen(folder, kFolderBytes - 1);
  std::memcpy(path, folder, length);
  path[length++] = '/';
  char digits[12];
  int count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (count > 0) path[length++] = digits[--count];
  std::strcpy(path + length, ending);
}

}  // namespace

bool write_part(Recording& recording, const LogReader& reader, std::uint32_t number) {
  PartHeader& header = recording.header;
  // A snapshot that soon met its end still tells which system calls it met.
  const bool counts_only = reader.windows().size() == 0;
  header.header_bytes = sizeof header;
  header.blocks = counts_only ? 0 : recording.blocks.size();
  header.sites = counts_only ? 0 : recording.sites.size();
  header.code_bytes = counts_only ? 0 : recording.code.size();
  header.windows = reader.windows().size();
  header.events = reader.events().size();
  header.window_accesses = reader.accesses().size();
  if (header.program[0] == 0) {
    raw_syscall(SYS_readlink, as_argument("/proc/self/exe"), as_argument(header.program),
                sizeof header.program - 1);
  }
  char draft[kFolderBytes + 32], final[kFolderBytes + 32];
  write_path(draft, recording.control->folder, number, ".draft");
  write_path(final, recording.control->folder, number, ".part");
  File file(draft);
  if (!file.is_open()) return false;
  file.write(&header, sizeof header);
  if (!counts_only) {
    file.write(recording.blocks);
    file.write(recording.sites);
    file.write(recording.code);
  }
  file.write(reader.windows());
  file.write(reader.events());
  file.write(reader.accesses());
  const bool good = file.good();
  file.close();
  if (!good) {
    raw_syscall(SYS_unlink, as_argument(draft));
    return false;
  }
  return raw_syscall(SYS_rename, as_argument(draft), as_argument(final)) == 0;
}

}  // namespace headroom::recorder
