#ifndef SE_JAIL_JAIL_H_
#define SE_JAIL_JAIL_H_

#include <errno.h>

#include <cstdint>
#include <string>

namespace se {

// The second wall: what is left to code that broke out of V8, enforced by the host's kernel on the process of a VM.

struct JailOptions {
  // Lets the process connect by TCP. Without it there are no sockets but the one that it has.
  bool network = false;
  // How much writable memory it may map beyond what is mapped when the jail is built, in bytes; 0: no limit of ours.
  // mmap and its like fail beyond it, whoever calls them.
  uint64_t data_bytes = 0;
  // The errno of calls that the filter refuses. Tests choose one that no call gives by itself.
  int refusal = EPERM;
};

struct Walls {
  // No program that is executed could gain rights. All that follows needs it.
  bool no_new_privs = false;
  // No right of the superuser is left, if it was one.
  bool no_capabilities = false;
  // Only the calls of a list reach the kernel.
  bool seccomp = false;
  // No file, directory or device can be opened or changed by a path.
  bool landlock = false;
  // No signal to other processes, no abstract Unix socket of theirs.
  bool landlock_scopes = false;
  // No core dump, no debugger, and the limit of memory.
  bool rlimits = false;
  // The version of Landlock; 0 without it.
  int landlock_abi = 0;
  // What could not be built, in words; empty when all stands.
  std::string failure;
};

// Builds the jail around the calling process, for good. It must have one thread; with more, nothing is built. And it
// must hold no descriptor that it may not keep: what is open stays usable (an io_uring, for one, goes round all walls,
// and flags of an open file that others share can be set). Of a kernel that lacks a part, the rest is built, and
// `failure` says which part it is.
//
// Afterwards the process can't open anything, make processes, signal others, or be looked into by another process of
// the same user. It ends by exit_group, or by a signal that it gives itself with tgkill; kill() is refused.
Walls BuildJail(const JailOptions& options);

// What this kernel would let BuildJail build; changes nothing.
Walls ProbeJail();

}  // namespace se

#endif  // SE_JAIL_JAIL_H_
