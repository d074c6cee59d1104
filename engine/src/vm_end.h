#ifndef SE_VM_END_H_
#define SE_VM_END_H_

namespace se {

// Why the process of a VM ends itself: its exit code, which the host turns into words.
enum class VmEnd : int {
  kFatalError = 70,   // V8 gave up
  kOutOfMemory = 71,  // V8 got no memory where it can't do without
  kMemoryLimit = 72,  // limits.vmMemoryMb
  kHostGone = 73,     // the connection closed
};

// Says why on stderr and ends the process at once, with all its threads. Nothing is cleaned up: the memory is suspect, and a
// jailed process may not even signal itself.
[[noreturn]] void EndVm(VmEnd end, const char* detail);

}  // namespace se

#endif  // SE_VM_END_H_
