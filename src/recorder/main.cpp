// What the recorder changes in a program that it is loaded into: it begins when
// the program begins, gives new threads a timer, hands itself on to programs
// that this one starts, and stops when the program is about to limit its own
// system calls. Only the shared object contains this file.

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "profile/program_file.hpp"
#include "recorder/environment.hpp"
#include "recorder/sampling.hpp"

#define HEADROOM_EXPORT extern "C" __attribute__((visibility("default")))

using namespace headroom;
using namespace headroom::recorder;

namespace {

bool recording = false;  ///< this process was started under the launcher

/// The next library's function of this name: the one that the program meant.
template <class Function>
Function* real(const char* name, Function*& kept) {
  if (kept == nullptr) kept = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
  return kept;
}

struct KeepErrno {
  int kept = errno;
  ~KeepErrno() { errno = kept; }
};

ControlPage* map_control(const char* path) {
  const int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return nullptr;
  void* memory = mmap(nullptr, sizeof(ControlPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (memory == MAP_FAILED) return nullptr;
  auto* control = static_cast<ControlPage*>(memory);
  if (control->magic == kControlMagic) return control;
  munmap(memory, sizeof(ControlPage));
  return nullptr;
}

__attribute__((constructor)) void begin() {
  const KeepErrno keep;
  const char* path = leave_environment();
  if (path == nullptr) return;
  ControlPage* control = map_control(path);
  if (control == nullptr) return;
  remember_library(*control, path);
  recording = true;
  begin_sampling(control);
  pthread_atfork(nullptr, nullptr, continue_after_fork);
}

// --- Threads ---------------------------------------------------------------

struct ThreadStart {
  void* (*function)(void*);
  void* argument;
};

void leave_thread(void*) {
  end_thread();
}

void* run_thread(void* given) {
  const ThreadStart start = *static_cast<ThreadStart*>(given);
  free(given);
  void* result = nullptr;
  pthread_cleanup_push(leave_thread, nullptr);
  begin_thread();
  result = start.function(start.argument);
  pthread_cleanup_pop(1);
  return result;
}

// --- Programs that this one starts -----------------------------------------

/// Room on the stack for an environment with ours; a program started between
/// vfork() and its exec must not touch the heap.
#define HEADROOM_ENLARGED(environment) \
  (static_cast<char**>(                \
      __builtin_alloca((count_variables(environment) + kAddedVariables) * sizeof(char*))))

/// `environment`, or what stands in `enlarged` if that program can be recorded.
char* const* environment_for(const char* path, char* const* environment, char** enlarged,
                             AddedVariables& added) {
  const KeepErrno keep;
  if (!recording || check_program(path) != Preload::kWorks) return environment;
  return add_variables(environment, enlarged, added) ? enlarged : environment;
}

int start_program(const char* path, char* const* arguments, char* const* environment) {
  static int (*kept)(const char*, char* const*, char* const*) = nullptr;
  AddedVariables added;
  char** enlarged = HEADROOM_ENLARGED(environment);
  return real("execve", kept)(path, arguments, environment_for(path, environment, enlarged, added));
}

int search_program(const char* name, char* const* arguments, char* const* environment) {
  static int (*kept)(const char*, char* const*, char* const*) = nullptr;
  AddedVariables added;
  char** enlarged = HEADROOM_ENLARGED(environment);
  char path[4096];
  char* const* chosen = environment;
  {
    const KeepErrno keep;
    if (find_program(name, getenv("PATH"), path, sizeof path)) {
      chosen = environment_for(path, environment, enlarged, added);
    }
  }
  return real("execvpe", kept)(name, arguments, chosen);
}

/// libc's own callers of exec read `environ`: lets them find ours there.
class BorrowedEnvironment {
 public:
  BorrowedEnvironment(char** enlarged, AddedVariables& added) : before_(environ) {
    if (!recording || !add_variables(environ, enlarged, added)) return;
    enlarged_ = environ = enlarged;
  }
  ~BorrowedEnvironment() {
    if (enlarged_ != nullptr && environ == enlarged_) environ = before_;
  }
  BorrowedEnvironment(const BorrowedEnvironment&) = delete;
  BorrowedEnvironment& operator=(const BorrowedEnvironment&) = delete;

 private:
  char** before_;
  char** enlarged_ = nullptr;
};

/// The arguments of execl() and its like: how many, with the null at their end;
/// and into a list. `rest` stands behind `first`.
std::size_t count_arguments(va_list rest) {
  std::size_t count = 2;
  while (va_arg(rest, char*) != nullptr) ++count;
  return count;
}
void list_arguments(char** list, const char* first, std::size_t count, va_list rest) {
  list[0] = const_cast<char*>(first);
  for (std::size_t i = 1; i < count; ++i) list[i] = va_arg(rest, char*);
}

}  // namespace

HEADROOM_EXPORT int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                   void* (*function)(void*), void* argument) noexcept {
  static int (*kept)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*) = nullptr;
  real("pthread_create", kept);
  if (!is_sampling()) return kept(thread, attributes, function, argument);
  auto* start = static_cast<ThreadStart*>(malloc(sizeof(ThreadStart)));
  if (start == nullptr) return kept(thread, attributes, function, argument);
  *start = {function, argument};
  const int status = kept(thread, attributes, run_thread, start);
  if (status != 0) free(start);
  return status;
}

HEADROOM_EXPORT int execve(const char* path, char* const* arguments,
                           char* const* environment) noexcept {
  return start_program(path, arguments, environment);
}
HEADROOM_EXPORT int execv(const char* path, char* const* arguments) noexcept {
  return start_program(path, arguments, environ);
}
HEADROOM_EXPORT int execvp(const char* name, char* const* arguments) noexcept {
  return search_program(name, arguments, environ);
}
HEADROOM_EXPORT int execvpe(const char* name, char* const* arguments,
                            char* const* environment) noexcept {
  return search_program(name, arguments, environment);
}
HEADROOM_EXPORT int execl(const char* path, const char* first, ...) noexcept {
  va_list rest;
  va_start(rest, first);
  const std::size_t count = count_arguments(rest);
  va_end(rest);
  auto** list = static_cast<char**>(__builtin_alloca(count * sizeof(char*)));
  va_start(rest, first);
  list_arguments(list, first, count, rest);
  va_end(rest);
  return start_program(path, list, environ);
}
HEADROOM_EXPORT int execlp(const char* name, const char* first, ...) noexcept {
  va_list rest;
  va_start(rest, first);
  const std::size_t count = count_arguments(rest);
  va_end(rest);
  auto** list = static_cast<char**>(__builtin_alloca(count * sizeof(char*)));
  va_start(rest, first);
  list_arguments(list, first, count, rest);
  va_end(rest);
  return search_program(name, list, environ);
}
HEADROOM_EXPORT int execle(const char* path, const char* first, ...) noexcept {
  va_list rest;
  va_start(rest, first);
  const std::size_t count = count_arguments(rest);
  va_end(rest);
  auto** list = static_cast<char**>(__builtin_alloca(count * sizeof(char*)));
  va_start(rest, first);
  list_arguments(list, first, count, rest);
  char* const* environment = va_arg(rest, char* const*);
  va_end(rest);
  return start_program(path, list, environment);
}

using Spawn = int(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*,
                  char* const*, char* const*);

HEADROOM_EXPORT int posix_spawn(pid_t* process, const char* path,
                                const posix_spawn_file_actions_t* actions,
                                const posix_spawnattr_t* attributes, char* const* arguments,
                                char* const* environment) {
  static Spawn* kept = nullptr;
  AddedVariables added;
  char** enlarged = HEADROOM_ENLARGED(environment);
  return real("posix_spawn", kept)(process, path, actions, attributes, arguments,
                                   environment_for(path, environment, enlarged, added));
}

HEADROOM_EXPORT int posix_spawnp(pid_t* process, const char* name,
                                 const posix_spawn_file_actions_t* actions,
                                 const posix_spawnattr_t* attributes, char* const* arguments,
                                 char* const* environment) {
  static Spawn* kept = nullptr;
  AddedVariables added;
  char** enlarged = HEADROOM_ENLARGED(environment);
  char path[4096];
  char* const* chosen = environment;
  {
    const KeepErrno keep;
    if (find_program(name, getenv("PATH"), path, sizeof path)) {
      chosen = environment_for(path, environment, enlarged, added);
    }
  }
  return real("posix_spawnp", kept)(process, name, actions, attributes, arguments, chosen);
}

HEADROOM_EXPORT int system(const char* command) {
  static int (*kept)(const char*) = nullptr;
  AddedVariables added;
  const BorrowedEnvironment borrowed(HEADROOM_ENLARGED(environ), added);
  return real("system", kept)(command);
}

HEADROOM_EXPORT FILE* popen(const char* command, const char* mode) {
  static FILE* (*kept)(const char*, const char*) = nullptr;
  AddedVariables added;
  const BorrowedEnvironment borrowed(HEADROOM_ENLARGED(environ), added);
  return real("popen", kept)(command, mode);
}

// --- Limits that a program sets itself ---------------------------------------

HEADROOM_EXPORT int prctl(int option, ...) noexcept {
  static int (*kept)(int, unsigned long, unsigned long, unsigned long, unsigned long) = nullptr;
  va_list rest;
  va_start(rest, option);
  const auto a = va_arg(rest, unsigned long), b = va_arg(rest, unsigned long);
  const auto c = va_arg(rest, unsigned long), d = va_arg(rest, unsigned long);
  va_end(rest);
  if (option == PR_SET_SECCOMP) stop_sampling();
  return real("prctl", kept)(option, a, b, c, d);
}

/// libc's syscall(), jumped to so that no frame of ours is on the stack.
extern "C" {
__attribute__((visibility("hidden"))) void* headroom_real_syscall = nullptr;
}

extern "C" __attribute__((visibility("hidden"))) void headroom_before_syscall(long number,
                                                                              long option) {
  const KeepErrno keep;
  if (headroom_real_syscall == nullptr) headroom_real_syscall = dlsym(RTLD_NEXT, "syscall");
  if (number == SYS_seccomp || (number == SYS_prctl && option == PR_SET_SECCOMP)) stop_sampling();
}

asm(R"(
  .text
  .globl syscall
  .type syscall, @function
syscall:
  cmp $317, %rdi
  je 2f
  cmp $157, %rdi
  je 2f
  mov headroom_real_syscall(%rip), %rax
  test %rax, %rax
  jz 2f
1:
  jmp *%rax
2:
  push %rdi
  push %rsi
  push %rdx
  push %rcx
  push %r8
  push %r9
  sub $8, %rsp
  call headroom_before_syscall
  add $8, %rsp
  pop %r9
  pop %r8
  pop %rcx
  pop %rdx
  pop %rsi
  pop %rdi
  mov headroom_real_syscall(%rip), %rax
  jmp 1b
)");
