#ifndef SE_SYSCALL_GATE_H_
#define SE_SYSCALL_GATE_H_

#include <v8.h>

namespace se {

// syscall(nr, ...args): enters the kernel on this thread. At most kMaxSyscallArgs arguments.
void Syscall(const v8::FunctionCallbackInfo<v8::Value>& info);
// The same, but a sleeping call also returns -EINTR when work for the guest's loop arrives (V8 tasks, messages).
void SyscallInterruptible(const v8::FunctionCallbackInfo<v8::Value>& info);

constexpr int kMaxSyscallArgs = 8;

}  // namespace se

#endif  // SE_SYSCALL_GATE_H_
