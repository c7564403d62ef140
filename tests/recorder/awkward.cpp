// Programs that a recorder could easily upset, one for each name. What they
// print and how they end must be the same with a recorder and without.

#include <dirent.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace {

/// Work that takes CPU time and gives a number that depends on all of it.
std::uint64_t work(std::uint64_t rounds, std::uint64_t seed = 1) {
  std::uint64_t x = seed;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    x = x * 6364136223846793005ull + 1442695040888963407ull;
    x ^= x >> 29;
  }
  asm volatile("" : : "r"(x));  // so that nobody finds the work needless
  return x;
}
constexpr std::uint64_t kRounds = 150'000'000;  // some 0.3 s

int threads() {
  std::vector<std::thread> all;
  std::vector<std::uint64_t> results(8);
  for (int i = 0; i < 8; ++i) {
    all.emplace_back([&results, i] { results[i] = work(kRounds / 4, i + 1); });
  }
  for (auto& thread : all) thread.join();
  for (const auto result : results) std::printf("%lx\n", result);
  return 0;
}

void* end_thread(void*) {
  work(kRounds / 8);
  pthread_exit(reinterpret_cast<void*>(7));
}

void* wait_forever(void*) {
  for (;;) pause();
}

int thread_ends() {
  for (int i = 0; i < 2000; ++i) std::thread([] {}).join();
  pthread_t one{}, two{};
  void* result = nullptr;
  pthread_create(&one, nullptr, end_thread, nullptr);
  pthread_join(one, &result);
  pthread_create(&two, nullptr, wait_forever, nullptr);
  work(kRounds / 4);
  void* cancelled = nullptr;
  pthread_cancel(two);
  pthread_join(two, &cancelled);
  work(kRounds / 4);
  std::printf("%ld %d\n", reinterpret_cast<long>(result), cancelled == PTHREAD_CANCELED);
  return 0;
}

int fork_storm() {
  int sum = 0;
  for (int i = 0; i < 300; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(static_cast<int>(work(100'000, i) % 128));
    int status = 0;
    if (waitpid(child, &status, 0) != child) return 1;
    sum += WEXITSTATUS(status);
  }
  std::printf("%d\n", sum);
  return 0;
}

std::atomic<int> ticks = 0;
void count_tick(int) {
  ++ticks;
}

int own_profiler() {
  struct sigaction action {};
  action.sa_handler = count_tick;
  sigaction(SIGPROF, &action, nullptr);
  const itimerval every{{0, 5000}, {0, 5000}};
  setitimer(ITIMER_PROF, &every, nullptr);
  const auto result = work(kRounds);
  std::printf("%lx %s\n", result, ticks > 5 ? "ticked" : "no ticks");
  return 0;
}

int waits_for_any() {
  for (int i = 0; i < 3; ++i) {
    if (fork() == 0) _exit(static_cast<int>(work(kRounds / 8, i) & 1) + 10 * i);
  }
  work(kRounds / 2);
  int ended = 0, status = 0;
  while (wait(&status) > 0) ++ended;
  std::printf("%d children, then errno %s\n", ended, errno == ECHILD ? "ECHILD" : "else");
  return waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD ? 0 : 1;
}

std::atomic<int> child_signals = 0;
int hears_of_children() {
  struct sigaction action {};
  action.sa_handler = [](int) { ++child_signals; };
  sigaction(SIGCHLD, &action, nullptr);
  const auto result = work(kRounds);
  std::printf("%lx, %d signals\n", result, child_signals.load());
  return 0;
}

int writes_code() {
  auto* code = static_cast<unsigned char*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  std::uint64_t sum = 0;
  for (std::uint32_t round = 0; round < 60; ++round) {
    const unsigned char text[] = {0x31, 0xc0,
                                  0xb9, 0x80,
                                  0x96, 0x98,
                                  0x00,  // eax 0, ecx 10^7
                                  0x05, static_cast<unsigned char>(round),
                                  0,    0,
                                  0,  // add eax, n
                                  0xff, 0xc9,
                                  0x75, 0xf7,
                                  0xc3};  // loop; ret
    std::memcpy(code, text, sizeof text);
    sum += reinterpret_cast<std::uint32_t (*)()>(code)();
  }
  std::printf("%lu\n", sum);
  return 0;
}

int crashes() {
  std::printf("%lx\n", work(kRounds / 2));
  std::fflush(stdout);
  auto* forbidden = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile int*>(forbidden) = 1;
  return 0;
}

int catches_faults() {
  static std::atomic<int> faults = 0;
  static void* page = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct sigaction action {};
  action.sa_handler = [](int) {
    ++faults;
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
  };
  sigaction(SIGSEGV, &action, nullptr);
  std::uint64_t sum = 0;
  for (int i = 0; i < 50; ++i) {
    mprotect(page, 4096, PROT_NONE);
    sum += work(kRounds / 50, i);
    *static_cast<volatile int*>(page) = i;
  }
  std::printf("%lx %d\n", sum, faults.load());
  return 0;
}

int ends_by_signal() {
  work(kRounds / 2);
  raise(SIGTERM);
  return 0;
}

int lists_descriptors() {
  work(kRounds / 2);
  DIR* folder = opendir("/proc/self/fd");
  int count = 0;
  while (const dirent* entry = readdir(folder)) count += entry->d_name[0] != '.' ? 1 : 0;
  closedir(folder);
  std::printf("%d descriptors\n", count);
  return 0;
}

int uses_alarm() {
  static std::atomic<int> rang = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { ++rang; };
  sigaction(SIGALRM, &action, nullptr);
  alarm(1);
  std::uint64_t x = 0;
  while (rang == 0) x = work(1'000'000, x);
  const timespec span{0, 50'000'000};
  int interrupted = 0;
  for (int i = 0; i < 5; ++i) interrupted += nanosleep(&span, nullptr) != 0 ? 1 : 0;
  std::printf("rang %d, %d sleeps interrupted\n", rang.load(), interrupted);
  return 0;
}

int large_memory() {
  const std::size_t size = std::size_t{256} << 20;
  auto* memory = static_cast<std::uint64_t*>(
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  std::uint64_t x = 1;
  for (std::size_t i = 0; i < size / 8; ++i) memory[i] = i;
  for (int i = 0; i < 20'000'000; ++i) {
    x = x * 6364136223846793005ull + 1442695040888963407ull;
    memory[x % (size / 8)] += x;
  }
  for (std::size_t i = 0; i < size / 8; i += 512) x ^= memory[i];
  std::printf("%lx\n", x);
  return 0;
}

/// A copy of this program must not count here.
int shares_memory() {
  auto* shared = static_cast<volatile std::uint64_t*>(
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  for (int i = 0; i < 500'000'000; ++i) shared[0] = shared[0] + 1;
  std::printf("%lu\n", shared[0]);
  return 0;
}

/// The reader must see the end as soon as the writer closes.
int ends_pipes() {
  int ends[2];
  if (pipe(ends) != 0) return 1;
  if (fork() == 0) {
    close(ends[1]);
    char buffer[4096];
    std::uint64_t sum = 0;
    for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) sum += got;
    std::printf("read %lu\n", sum);
    std::fflush(stdout);
    _exit(0);
  }
  close(ends[0]);
  char block[1000] = {};
  for (int i = 0; i < 100; ++i) {
    work(kRounds / 100);
    if (write(ends[1], block, sizeof block) != sizeof block) return 1;
  }
  close(ends[1]);
  timespec before{}, after{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  wait(nullptr);
  clock_gettime(CLOCK_MONOTONIC, &after);
  std::printf("%s\n", after.tv_sec - before.tv_sec < 2 ? "at once" : "late");
  return 0;
}

int shows_environment() {
  for (char** at = environ; *at != nullptr; ++at) std::puts(*at);
  std::printf("%s\n", std::getenv("LD_PRELOAD") == nullptr ? "none" : "some");
  std::fflush(stdout);
  return system("env | sed -n '/^LD_PRELOAD=\\|^HEADROOM/p'");
}

int limits_itself() {
  const auto first = work(kRounds / 2);
  prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%lx\n", first ^ work(kRounds));
  if (write(1, text, size) != size) return 1;
  syscall(60, 0);  // exit; strict mode allows no other end
  return 0;
}

int throws_in_threads() {
  int caught = 0;
  for (int i = 0; i < 20; ++i) {
    std::thread([&] {
      try {
        if (work(kRounds / 10, i) != 0) throw std::runtime_error("thrown");
      } catch (const std::exception&) {
        ++caught;
      }
    }).join();
  }
  std::printf("%d\n", caught);
  return 0;
}

int starts_itself(const char* program) {
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      char* const environment[] = {const_cast<char*>("A=b"), nullptr};
      char* const none = nullptr;
      if (i == 0) execl(program, program, "work", none);
      if (i == 1) execlp(program, program, "work", none);
      if (i == 2) execle(program, program, "shows_environment", none, environment);
      _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    sum += status;
  }
  return sum;
}

int just_works() {
  std::printf("%lx\n", work(kRounds));
  return 3;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string name = count > 1 ? arguments[1] : "";
  if (name == "starts_itself") return starts_itself(arguments[0]);
  const struct {
    const char* name;
    int (*run)();
  } programs[] = {
      {"work", just_works},
      {"threads", threads},
      {"thread_ends", thread_ends},
      {"fork_storm", fork_storm},
      {"own_profiler", own_profiler},
      {"waits_for_any", waits_for_any},
      {"hears_of_children", hears_of_children},
      {"writes_code", writes_code},
      {"crashes", crashes},
      {"catches_faults", catches_faults},
      {"ends_by_signal", ends_by_signal},
      {"lists_descriptors", lists_descriptors},
      {"uses_alarm", uses_alarm},
      {"large_memory", large_memory},
      {"shares_memory", shares_memory},
      {"ends_pipes", ends_pipes},
      {"shows_environment", shows_environment},
      {"limits_itself", limits_itself},
      {"throws_in_threads", throws_in_threads},
  };
  for (const auto& program : programs) {
    if (name == program.name) return program.run();
  }
  for (const auto& program : programs) std::puts(program.name);
  std::puts("starts_itself");
  return 0;
}
