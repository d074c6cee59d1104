#ifndef SE_JAIL_ALLOWED_CALLS_H_
#define SE_JAIL_ALLOWED_CALLS_H_

#include <sys/types.h>

#include <vector>

#include "syscall_filter.h"

namespace se {

struct AllowedCalls {
  // The process that the program is for: it may signal its own threads.
  pid_t pid;
  // Connections by TCP.
  bool network;
  // The errno of what is refused.
  int refusal;
};

// The seccomp program of a VM's process: what V8, libuv, OpenSSL and the C library need of the system once the engine
// has booted.
std::vector<sock_filter> FilterCalls(const AllowedCalls& allowed);

}  // namespace se

#endif  // SE_JAIL_ALLOWED_CALLS_H_
