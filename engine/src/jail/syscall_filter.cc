#include "syscall_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>

#include <cstdlib>
#include <utility>

namespace se {

namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "The list of allowed calls is written for x86_64 and aarch64."
#endif

// The newest call that the list was made with: Linux 6.17's file_setattr, on all architectures. What is newer, and the
// x32 calls of x86_64, answers as on a kernel that lacks it, so that a C library falls back to what it did before.
constexpr uint32_t kNewestCall = 469;

constexpr uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS;
constexpr uint16_t kAnd = BPF_ALU | BPF_AND | BPF_K;
constexpr uint16_t kJumpIfEqual = BPF_JMP | BPF_JEQ | BPF_K;
constexpr uint16_t kJumpIfGreater = BPF_JMP | BPF_JGT | BPF_K;
constexpr uint16_t kReturn = BPF_RET | BPF_K;

// Both architectures are little-endian.
constexpr uint32_t LowHalf(unsigned index) { return offsetof(seccomp_data, args) + index * sizeof(uint64_t); }
constexpr uint32_t HighHalf(unsigned index) { return LowHalf(index) + sizeof(uint32_t); }

// Jumps of a seccomp program are relative and short. A list that outgrows them would let calls pass.
uint8_t Distance(size_t from, size_t to) {
  size_t distance = to - from - 1;
  if (distance > UINT8_MAX) abort();
  return static_cast<uint8_t>(distance);
}

}  // namespace

SyscallFilter::SyscallFilter(int refusal) : refusal_(refusal) {
  // Numbers mean other calls to other architectures, and no code of ours makes such a call.
  Add(kLoad, offsetof(seccomp_data, arch));
  Add(kJumpIfEqual, kArchitecture, 1, 0);
  Return(SECCOMP_RET_KILL_PROCESS);
  Add(kLoad, offsetof(seccomp_data, nr));
}

void SyscallFilter::Allow(std::initializer_list<int> calls) {
  for (int call : calls) {
    size_t start = Begin(call);
    Return(SECCOMP_RET_ALLOW);
    End(start);
  }
}

void SyscallFilter::AllowIf(int call, std::initializer_list<Case> cases, int refusal) {
  size_t start = Begin(call);
  for (const Case& tests : cases) AddCase(tests);
  ReturnError(refusal);
  End(start);
}

void SyscallFilter::Refuse(int call, int error) {
  size_t start = Begin(call);
  ReturnError(error);
  End(start);
}

std::vector<sock_filter> SyscallFilter::Finish() {
  Add(kJumpIfGreater, kNewestCall, 0, 1);
  ReturnError(ENOSYS);
  ReturnError(refusal_);
  return std::move(code_);
}

void SyscallFilter::Add(uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false) {
  code_.push_back({code, if_true, if_false, operand});
}

void SyscallFilter::Return(uint32_t action) { Add(kReturn, action); }

void SyscallFilter::ReturnError(int error) { Return(SECCOMP_RET_ERRNO | static_cast<uint32_t>(error)); }

size_t SyscallFilter::Begin(int call) {
  Add(kJumpIfEqual, static_cast<uint32_t>(call));
  return code_.size() - 1;
}

void SyscallFilter::End(size_t start) { code_[start].jf = Distance(start, code_.size()); }

void SyscallFilter::AddCase(const Case& tests) {
  std::vector<size_t> jumps;
  auto expect = [&](uint32_t half, uint32_t mask, uint32_t value) {
    Add(kLoad, half);
    if (mask != ~0u) Add(kAnd, mask);
    jumps.push_back(code_.size());
    Add(kJumpIfEqual, value);
  };
  for (const ArgumentTest& test : tests) {
    expect(LowHalf(test.index), test.mask, test.value);
    if (test.whole) expect(HighHalf(test.index), ~0u, 0);
  }
  Return(SECCOMP_RET_ALLOW);
  for (size_t jump : jumps) code_[jump].jf = Distance(jump, code_.size());
}

}  // namespace se
