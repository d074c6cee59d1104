#ifndef SE_JAIL_LANDLOCK_H_
#define SE_JAIL_LANDLOCK_H_

namespace se {

// The version of Landlock that the kernel has, from 1; 0 when it has none or none that is switched on.
int LandlockAbi();

// Shuts the calling thread, and all that it makes, out of all that this kernel's Landlock can keep away: the whole file
// system, TCP ports (with `network`, only those that would be listened on) and, from version 6, signals to processes
// outside and abstract Unix sockets. Needs no_new_privs. Null, or the call that failed, with errno.
const char* EnterLandlock(int abi, bool network);

// From which version there are scopes: signals and abstract sockets.
constexpr int kLandlockScopes = 6;

}  // namespace se

#endif  // SE_JAIL_LANDLOCK_H_
