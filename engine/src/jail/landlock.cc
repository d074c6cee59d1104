#include "landlock.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace se {

namespace {

// The kernel's interface, written out: the headers of the system that this is built on may be older than its kernel.
constexpr long kCreateRuleset = 444;
constexpr long kRestrictSelf = 446;
constexpr unsigned kAskVersion = 1;

struct Ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

// What may be done to files: reading, writing, executing, listing, removing and making each kind of file, then what the
// later versions added.
constexpr uint64_t kFiles = (1 << 13) - 1;
constexpr uint64_t kFilesRefer = 1 << 13;
constexpr uint64_t kFilesTruncate = 1 << 14;
constexpr uint64_t kFilesDeviceControl = 1 << 15;
constexpr uint64_t kNetworkBind = 1 << 0;
constexpr uint64_t kNetworkConnect = 1 << 1;
constexpr uint64_t kScopeAbstractSockets = 1 << 0;
constexpr uint64_t kScopeSignals = 1 << 1;

// All that a version knows is handled, and no rule lets anything through. A ruleset may name only what its kernel
// knows.
Ruleset EverythingOf(int abi, bool network) {
  Ruleset all{kFiles, 0, 0};
  if (abi >= 2) all.files |= kFilesRefer;
  if (abi >= 3) all.files |= kFilesTruncate;
  if (abi >= 4) all.network = network ? kNetworkBind : kNetworkBind | kNetworkConnect;
  if (abi >= 5) all.files |= kFilesDeviceControl;
  if (abi >= kLandlockScopes) all.scopes = kScopeAbstractSockets | kScopeSignals;
  return all;
}

}  // namespace

int LandlockAbi() {
  long abi = syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

const char* EnterLandlock(int abi, bool network) {
  Ruleset ruleset = EverythingOf(abi, network);
  int fd = static_cast<int>(syscall(kCreateRuleset, &ruleset, sizeof ruleset, 0));
  if (fd < 0) return "landlock_create_ruleset";
  long result = syscall(kRestrictSelf, fd, 0);
  int error = errno;
  close(fd);
  errno = error;
  return result == 0 ? nullptr : "landlock_restrict_self";
}

}  // namespace se
