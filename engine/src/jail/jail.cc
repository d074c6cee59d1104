#include "jail.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "allowed_calls.h"
#include "landlock.h"

namespace se {

namespace {

// Notes that `call` failed; errno says why.
void Fail(Walls* walls, const char* part, const char* call) {
  int error = errno;
  if (!walls->failure.empty()) walls->failure += "; ";
  walls->failure += std::string(part) + ": " + call + ": " + strerror(error) + " (errno " + std::to_string(error) + ")";
}

bool DropCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
  return syscall(SYS_capset, &header, none) == 0;
}

// What the system says about this process: a number of /proc/self/status, by the name of its line. -1 when it says
// nothing.
int64_t Status(const char* name) {
  char status[4096];
  int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t size = read(fd, status, sizeof status - 1);
  close(fd);
  if (size <= 0) return -1;
  status[size] = '\0';
  const char* line = strstr(status, name);
  return line == nullptr ? -1 : strtoll(line + strlen(name), nullptr, 10);
}

bool LimitData(uint64_t bytes) {
  int64_t mapped_kb = Status("\nVmData:");
  rlimit limit;
  if (mapped_kb < 0 || getrlimit(RLIMIT_DATA, &limit) != 0) return false;
  // An earlier limit that is stricter stays.
  limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(static_cast<rlim_t>(mapped_kb) * 1024 + bytes, limit.rlim_max);
  return setrlimit(RLIMIT_DATA, &limit) == 0;
}

void BuildLimits(const JailOptions& options, Walls* walls) {
  rlimit none{0, 0};
  bool built = true;
  auto require = [&](bool done, const char* call) {
    if (done) return;
    Fail(walls, "limits", call);
    built = false;
  };
  require(setrlimit(RLIMIT_CORE, &none) == 0, "setrlimit(RLIMIT_CORE)");
  // The system writes no memory of it anywhere, and lets no process of the same user read it.
  require(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "prctl(PR_SET_DUMPABLE)");
  if (options.data_bytes > 0) require(LimitData(options.data_bytes), "setrlimit(RLIMIT_DATA)");
  walls->rlimits = built;
}

void BuildLandlock(const JailOptions& options, Walls* walls) {
  walls->landlock_abi = LandlockAbi();
  const char* failed =
      walls->landlock_abi == 0 ? "landlock_create_ruleset" : EnterLandlock(walls->landlock_abi, options.network);
  if (failed != nullptr) return Fail(walls, "Landlock", failed);
  walls->landlock = true;
  walls->landlock_scopes = walls->landlock_abi >= kLandlockScopes;
}

void BuildFilter(const JailOptions& options, Walls* walls) {
  std::vector<sock_filter> filter = FilterCalls({getpid(), options.network, options.refusal});
  sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  walls->seccomp = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
  if (!walls->seccomp) Fail(walls, "seccomp", "seccomp");
}

}  // namespace

Walls BuildJail(const JailOptions& options) {
  Walls walls;
  int64_t threads = Status("\nThreads:");
  if (threads != 1) {
    walls.failure = threads < 0 ? "/proc/self/status can't be read" : std::to_string(threads) + " threads run already";
    return walls;
  }
  walls.no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  if (!walls.no_new_privs) Fail(&walls, "no_new_privs", "prctl(PR_SET_NO_NEW_PRIVS)");
  BuildLimits(options, &walls);
  walls.no_capabilities = DropCapabilities();
  if (!walls.no_capabilities) Fail(&walls, "capabilities", "capset");
  BuildLandlock(options, &walls);
  BuildFilter(options, &walls);
  return walls;
}

Walls ProbeJail() {
  Walls walls;
  walls.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
  if (!walls.no_new_privs) Fail(&walls, "no_new_privs", "prctl(PR_GET_NO_NEW_PRIVS)");
  walls.no_capabilities = walls.rlimits = true;
  walls.landlock_abi = LandlockAbi();
  walls.landlock = walls.landlock_abi > 0;
  walls.landlock_scopes = walls.landlock_abi >= kLandlockScopes;
  if (!walls.landlock) Fail(&walls, "Landlock", "landlock_create_ruleset");
  uint32_t action = SECCOMP_RET_ERRNO;
  walls.seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
  if (!walls.seccomp) Fail(&walls, "seccomp", "seccomp");
  return walls;
}

}  // namespace se
