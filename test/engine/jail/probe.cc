// Stands in for an engine that was taken over: builds walls around itself and then makes the system calls that it is
// told.
//
//   probe <jail|landlock|threaded|none> <refusal> <data bytes> <network: 0|1>
//
// On its standard output: what was built, as JSON, and one line for each line of its standard input:
//   call <number> <arguments…>   the result and errno; an argument is a number, `s<hex>` (bytes) or `z<size>` (zeros)
//   check <name>                 "ok", or what did not work
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "../../../engine/src/jail/jail.h"
#include "../../../engine/src/jail/landlock.h"

namespace {

void Print(const std::string& line) {
  std::string text = line + "\n";
  if (write(1, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(3);
}

// What an engine needs; each answers null or what failed.

bool Inside(void* low, size_t size, void* address) {
  return address >= low && address < static_cast<char*>(low) + size;
}

void* Locate(void* failure) {
  pthread_attr_t attributes;
  void* low = nullptr;
  size_t size = 0;
  timespec time;
  clockid_t clock;
  const char** failed = static_cast<const char**>(failure);
  pthread_t self = pthread_self();
  if (pthread_getattr_np(self, &attributes) != 0) *failed = "pthread_getattr_np";
  else if (pthread_attr_getstack(&attributes, &low, &size) != 0 || !Inside(low, size, &self)) *failed = "its stack";
  else if (pthread_getcpuclockid(self, &clock) != 0 || clock_gettime(clock, &time) != 0) *failed = "its clock";
  else if (pthread_setname_np(self, "probe") != 0) *failed = "its name";
  return nullptr;
}

const char* CheckThreads() {
  std::vector<const char*> failures(8);
  std::vector<pthread_t> threads(failures.size());
  for (size_t i = 0; i < threads.size(); i++)
    if (pthread_create(&threads[i], nullptr, Locate, &failures[i]) != 0) return "pthread_create";
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
  for (const char* failure : failures)
    if (failure != nullptr) return failure;
  return nullptr;
}

struct Meeting {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  int turn = 0;
};

void* TakeTurns(void* data) {
  auto* meeting = static_cast<Meeting*>(data);
  pthread_mutex_lock(&meeting->mutex);
  for (int i = 1; i < 200; i += 2) {
    while (meeting->turn != i) pthread_cond_wait(&meeting->condition, &meeting->mutex);
    meeting->turn++;
    pthread_cond_signal(&meeting->condition);
  }
  pthread_mutex_unlock(&meeting->mutex);
  return nullptr;
}

const char* CheckConditions() {
  Meeting meeting;
  pthread_t other;
  if (pthread_create(&other, nullptr, TakeTurns, &meeting) != 0) return "pthread_create";
  pthread_mutex_lock(&meeting.mutex);
  for (int i = 0; i < 200; i += 2) {
    while (meeting.turn != i) pthread_cond_wait(&meeting.condition, &meeting.mutex);
    meeting.turn++;
    pthread_cond_signal(&meeting.condition);
  }
  pthread_mutex_unlock(&meeting.mutex);
  pthread_join(other, nullptr);
  return meeting.turn == 200 ? nullptr : "turns were lost";
}

const char* CheckCode() {
  size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* page = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (page == MAP_FAILED) return "mmap";
  if (mprotect(page, size, PROT_READ | PROT_WRITE) != 0) return "mprotect";
#if defined(__x86_64__)
  const unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3};  // mov eax, 42; ret
#else
  const uint32_t code[] = {0x52800540, 0xd65f03c0};  // mov w0, #42; ret
#endif
  memcpy(page, code, sizeof code);
  if (mprotect(page, size, PROT_READ | PROT_EXEC) != 0) return "mprotect to executable";
  __builtin___clear_cache(static_cast<char*>(page), static_cast<char*>(page) + sizeof code);
  if (reinterpret_cast<int (*)()>(page)() != 42) return "the code";
  if (madvise(page, size, MADV_DONTNEED) != 0) return "madvise";
  return munmap(page, size) == 0 ? nullptr : "munmap";
}

const char* CheckMemory() {
  for (size_t size = 16; size <= 256u << 20; size *= 4) {
    auto* block = static_cast<char*>(malloc(size));
    if (block == nullptr) return "malloc";
    block[size - 1] = 1;
    block = static_cast<char*>(realloc(block, size * 2));
    if (block == nullptr || block[size - 1] != 1) return "realloc";
    free(block);
  }
  return nullptr;
}

const char* CheckLoop() {
  int poll = epoll_create1(EPOLL_CLOEXEC);
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int ends[2];
  if (poll < 0 || event < 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return "the descriptors";
  for (int fd : {event, ends[0]}) {
    epoll_event interest{EPOLLIN, {}};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &interest) != 0) return "epoll_ctl";
  }
  epoll_event ready[2];
  if (epoll_wait(poll, ready, 2, 1) != 0) return "a wait that ends by its time";
  if (eventfd_write(event, 1) != 0 || write(ends[1], "x", 1) != 1) return "write";
  if (epoll_pwait(poll, ready, 2, -1, nullptr) != 2) return "a wait that ends by events";
  char byte;
  eventfd_t count;
  if (read(ends[0], &byte, 1) != 1 || eventfd_read(event, &count) != 0) return "read";
  for (int fd : {poll, event, ends[0], ends[1]}) close(fd);
  return nullptr;
}

volatile sig_atomic_t signals_seen = 0;

const char* CheckSignals() {
  struct sigaction action{};
  action.sa_handler = [](int) { signals_seen = signals_seen + 1; };
  if (sigaction(SIGUSR1, &action, nullptr) != 0) return "sigaction";
  if (raise(SIGUSR1) != 0 || pthread_kill(pthread_self(), SIGUSR1) != 0) return "raise";
  return signals_seen == 2 ? nullptr : "the signals";
}

const char* CheckQuestions() {
  char bytes[16];
  utsname name;
  rlimit limit;
  rusage usage;
  timespec time{0, 1};
  if (getentropy(bytes, sizeof bytes) != 0) return "getrandom";
  if (uname(&name) != 0) return "uname";
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return "getrlimit";
  if (getrusage(RUSAGE_SELF, &usage) != 0) return "getrusage";
  for (clockid_t clock : {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID})
    if (clock_gettime(clock, &time) != 0) return "clock_gettime";
  time = {0, 1};
  if (nanosleep(&time, nullptr) != 0) return "nanosleep";
  return sysconf(_SC_NPROCESSORS_ONLN) > 0 ? nullptr : "the number of processors";
}

// These end the process, and how is what the caller looks at.

const char* EndByAbort() { abort(); }

const char* EndByKill() {
  syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGKILL);
  return "tgkill";
}

// A call by the numbers of another architecture.
const char* EndByForeignCall() {
#if defined(__x86_64__)
  long result = 20;  // getpid
  asm volatile("int $0x80" : "+a"(result));
#endif
  return "none";
}

const char* Check(const std::string& name) {
  if (name == "threads") return CheckThreads();
  if (name == "conditions") return CheckConditions();
  if (name == "code") return CheckCode();
  if (name == "memory") return CheckMemory();
  if (name == "loop") return CheckLoop();
  if (name == "signals") return CheckSignals();
  if (name == "questions") return CheckQuestions();
  if (name == "abort") return EndByAbort();
  if (name == "kill") return EndByKill();
  if (name == "foreign") return EndByForeignCall();
  return "no such check";
}

// One argument of a call; its memory lives in `kept`.
long Argument(const std::string& text, std::vector<std::string>* kept) {
  if (text[0] == 'z') {
    kept->emplace_back(strtoul(text.c_str() + 1, nullptr, 10), '\0');
    return reinterpret_cast<long>(kept->back().data());
  }
  if (text[0] != 's') return static_cast<long>(strtoull(text.c_str(), nullptr, 10));
  std::string bytes;
  for (size_t i = 1; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(strtoul(text.substr(i, 2).c_str(), nullptr, 16));
  kept->push_back(std::move(bytes));
  return reinterpret_cast<long>(kept->back().data());
}

std::string Call(const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  kept.reserve(words.size());
  long arguments[6] = {};
  for (size_t i = 2; i < words.size() && i < 8; i++) arguments[i - 2] = Argument(words[i], &kept);
  errno = 0;
  long result = syscall(atol(words[1].c_str()), arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                        arguments[5]);
  return std::to_string(result) + " " + std::to_string(errno);
}

std::vector<std::string> Words(const std::string& line) {
  std::vector<std::string> words(1);
  for (char c : line) {
    if (c == ' ') words.emplace_back();
    else words.back() += c;
  }
  return words;
}

void Obey(const std::string& line) {
  std::vector<std::string> words = Words(line);
  if (words[0] == "call") return Print(Call(words));
  const char* failure = Check(words[1]);
  Print(failure == nullptr ? "ok" : failure);
}

std::string Json(const se::Walls& walls) {
  char text[512];
  snprintf(text, sizeof text,
           R"({"no_new_privs":%d,"no_capabilities":%d,"seccomp":%d,"landlock":%d,"landlock_scopes":%d,"rlimits":%d,)"
           R"("landlock_abi":%d,"failure":"%s"})",
           walls.no_new_privs, walls.no_capabilities, walls.seccomp, walls.landlock, walls.landlock_scopes,
           walls.rlimits, walls.landlock_abi, walls.failure.c_str());
  return text;
}

se::Walls Build(const std::string& kind, const se::JailOptions& options) {
  if (kind == "jail") return se::BuildJail(options);
  if (kind == "landlock" &&
      (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || se::EnterLandlock(se::LandlockAbi(), options.network) != nullptr))
    _exit(2);
  if (kind == "threaded") {
    pthread_t thread;
    pthread_create(&thread, nullptr, [](void*) -> void* { return pause(), nullptr; }, nullptr);
    return se::BuildJail(options);
  }
  return se::ProbeJail();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 1;
  se::JailOptions options;
  options.refusal = atoi(argv[2]);
  options.data_bytes = strtoull(argv[3], nullptr, 10);
  options.network = atoi(argv[4]) != 0;
  Print(Json(Build(argv[1], options)));
  std::string line;
  for (char c; read(0, &c, 1) == 1;) {
    if (c != '\n') {
      line += c;
    } else {
      Obey(line);
      line.clear();
    }
  }
  _exit(0);
}
