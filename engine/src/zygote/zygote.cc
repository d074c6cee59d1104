#include "zygote.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <node.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <utility>

#include "execution_guard.h"
#include "fork_memory.h"
#include "guest_thread.h"
#include "jail/jail.h"
#include "kernel_port.h"
#include "memory_watch.h"
#include "platform.h"
#include "random_seed.h"
#include "v8_internals.h"
#include "vm_end.h"

namespace se {

namespace {

// How much a VM may say on stderr: what its pipe holds is read when it has ended.
constexpr size_t kMaxLog = 4096;

// SIGCHLD may meet any thread of the process: what wakes the zygote is an eventfd.
int g_child_ended = -1;
void OnChildEnded(int) {
  int error = errno;
  uint64_t one = 1;
  (void)!write(g_child_ended, &one, sizeof(one));
  errno = error;
}

std::string ReadLog(int fd) {
  std::string log;
  char buffer[4096];
  for (ssize_t count; (count = read(fd, buffer, sizeof(buffer))) > 0;) log.append(buffer, static_cast<size_t>(count));
  return log.size() > kMaxLog ? log.substr(log.size() - kMaxLog) : log;
}

// The loop's wake-ups are eventfds and pipes that the zygote and all its children share until they are made anew.
// In the jail, for libuv would make an io_uring, which goes round its walls, and does without where it can't.
void RenewLoop(v8::Isolate* isolate) {
  KernelPort& kernel = Kernel();
  close(kernel.wake_fd);
  kernel.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (kernel.wake_fd < 0) EndVm(VmEnd::kFatalError, "no eventfd");
  int error = uv_loop_fork(node::GetCurrentEventLoop(isolate));
  if (error != 0) EndVm(VmEnd::kFatalError, uv_strerror(error));
}

// The name of a thread of the engine's that is still there; empty if none is. Node's own threads do nothing for V8 any more.
std::string RemainingThread() {
  std::string found;
  DIR* directory = opendir("/proc/self/task");
  while (dirent* entry = directory != nullptr ? readdir(directory) : nullptr) {
    char name[32] = {};
    FILE* file = fopen((std::string("/proc/self/task/") + entry->d_name + "/comm").c_str(), "re");
    if (file == nullptr) continue;
    if (fscanf(file, "%31[^\n]", name) == 1)
      for (const char* ours : {kGuestThreadName, kCaretakerThreadName, kWorkerThreadName, kGuardClockThreadName})
        if (strcmp(name, ours) == 0) found = name;
    fclose(file);
  }
  if (directory != nullptr) closedir(directory);
  return found;
}

// A thread that has said its last is gone a moment later.
bool AwaitThreads(std::string* error) {
  constexpr int kPatienceMs = 2000;
  for (int waited = 0; waited < kPatienceMs; waited++) {
    if (RemainingThread().empty()) return true;
    usleep(1000);
  }
  *error = "the thread \"" + RemainingThread() + "\" has not ended";
  return false;
}

// What may be mapped beyond limits.vmMemoryMb before the system refuses more: reservations count there that are never used,
// such as the stacks of threads.
constexpr size_t kDataSlack = 512u << 20;

std::string BuildWalls(const ZygoteRequest& request) {
  if ((request.flags & ZygoteRequest::kNoJail) != 0) return "{}";
  JailOptions options;
  options.data_bytes = (static_cast<uint64_t>(request.memory_mb) << 20) + kDataSlack;
  Walls walls = BuildJail(options);
  auto wall = [](const char* name, bool stands) {
    return std::string("\"") + name + "\":" + (stands ? "true" : "false") + ",";
  };
  return "{" + wall("noNewPrivs", walls.no_new_privs) + wall("noCapabilities", walls.no_capabilities) +
         wall("seccomp", walls.seccomp) + wall("landlock", walls.landlock) +
         wall("landlockScopes", walls.landlock_scopes) + wall("rlimits", walls.rlimits) +
         "\"landlockAbi\":" + std::to_string(walls.landlock_abi) + ",\"failure\":" + QuoteJson(walls.failure) + "}";
}

bool WatchChildren(std::string* error) {
  if (g_child_ended >= 0) return true;
  g_child_ended = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  struct sigaction action{};
  action.sa_handler = OnChildEnded;
  action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
  if (g_child_ended >= 0 && sigaction(SIGCHLD, &action, nullptr) == 0) return true;
  *error = std::string("the ends of children can't be watched: ") + strerror(errno);
  return false;
}

}  // namespace

int Zygote::MakePlaceholder() {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
  placeholder_ = pair[0];
  return placeholder_;
}

bool Zygote::PrepareFork(ForkableMemory* memory, std::string* error) {
  // Only the calling thread survives a fork. What another one waits for or works on would never come to an end in the child.
  GuestRegistry::Get().StopCaretaker();
  StopGuardClock();
  Workers().Stop();
  if (!AwaitThreads(error) || !WatchChildren(error)) return false;
  if (!inherited_.List()) {
    *error = std::string("/proc/self/fd can't be read: ") + strerror(errno);
    return false;
  }
  if (warm_ && !std::exchange(heaps_shared_, true) && !ShareHeaps(error)) return false;
  return memory->Allow(error);
}

Zygote::Child Zygote::Serve(int idle_ms, std::string* error) {
  Child child;
  ForkableMemory memory;
  if (!PrepareFork(&memory, error)) return child;
  for (;;) {
    Reap();
    while (auto request = channel_.Next()) {
      if (request->operation == ZygoteRequest::kKill) Kill(request->id);
      if (request->operation == ZygoteRequest::kFork && Fork(*request, &child)) {
        memory.Keep();
        return child;
      }
    }
    pollfd fds[] = {
        {channel_.requests_fd(), POLLIN, 0}, {channel_.answers_fd(), POLLIN, 0}, {g_child_ended, POLLIN, 0}};
    int ready = poll(fds, 3, idle_ms);
    if (ready == 0) break;
    if (ready < 0) continue;
    if (fds[0].revents != 0 && !channel_.Receive()) End();
    if (fds[1].revents != 0 && !channel_.Discard()) End();
    uint64_t count;
    if (fds[2].revents != 0) (void)!read(g_child_ended, &count, sizeof(count));
  }
  return child;
}

bool Zygote::Fork(const ZygoteRequest& request, Child* child) {
  int connection[2] = {-1, -1}, log[2] = {-1, -1};
  pid_t zygote = getpid();
  bool ready = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, connection) == 0 &&
               pipe2(log, O_NONBLOCK | O_CLOEXEC) == 0;
  pid_t pid = ready ? fork() : -1;
  if (pid == 0) {
    close(connection[0]);
    close(log[0]);
    BecomeVm(request, connection[1], log[1], zygote, child);
    return true;
  }
  std::string reason = strerror(errno);
  close(connection[1]);
  close(log[1]);
  if (pid > 0) {
    vms_.push_back({request.id, pid, log[0]});
    if (!channel_.SendVm(request.id, pid, connection[0])) End();
  } else {
    close(log[0]);
    if (!channel_.SendFailure(request.id, reason)) End();
  }
  close(connection[0]);
  return false;
}

void Zygote::BecomeVm(const ZygoteRequest& request, int connection, int log, pid_t zygote, Child* child) {
  signal(SIGCHLD, SIG_DFL);
  // It must not outlive the zygote, which may have died meanwhile.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != zygote) EndVm(VmEnd::kHostGone, nullptr);
  prctl(PR_SET_NAME, "secure-exec vm");
  vms_.clear();
  int flags = fcntl(placeholder_, F_GETFL);
  if (dup3(connection, placeholder_, O_CLOEXEC) < 0 || fcntl(placeholder_, F_SETFL, flags) < 0 ||
      dup2(log, STDERR_FILENO) < 0 || !inherited_.Neutralize({placeholder_, STDERR_FILENO}))
    EndVm(VmEnd::kFatalError, "the descriptors of the process can't be set up");
  close(connection);
  close(log);
  child->id = request.id;
  // The zygote's own choices (src/zygote/main.ts), which are not good for guests.
  v8::V8::SetFlagsFromString("--lazy-feedback-allocation --flush-bytecode");
  SeedRandom(isolate_, isolate_->GetCurrentContext(), RandomSeed());
  // All that the process keeps is open when the walls are built, and it has one thread.
  size_t limit = static_cast<size_t>(request.memory_mb) << 20;
  auto* watch = new MemoryWatch(open("/proc/self/statm", O_RDONLY | O_CLOEXEC), limit);
  GuestRegistry::Get().KeepUp([watch] { return watch->Look(); });
  child->walls = BuildWalls(request);
  RenewLoop(isolate_);
}

void Zygote::Kill(uint32_t id) {
  for (const Vm& vm : vms_)
    if (vm.id == id) kill(vm.pid, SIGKILL);
}

void Zygote::Reap() {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    auto found = std::find_if(vms_.begin(), vms_.end(), [pid](const Vm& vm) { return vm.pid == pid; });
    if (found == vms_.end()) continue;
    bool told = channel_.SendExit(found->id, status, ReadLog(found->log));
    close(found->log);
    vms_.erase(found);
    if (!told) End();
  }
}

void Zygote::TellWarm() {
  warm_ = true;
  if (!channel_.Send("{\"warm\":true}")) End();
}

// The VMs get their SIGKILL from the system.
void Zygote::End() { _exit(0); }

}  // namespace se
