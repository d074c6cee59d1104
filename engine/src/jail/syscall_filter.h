#ifndef SE_JAIL_SYSCALL_FILTER_H_
#define SE_JAIL_SYSCALL_FILTER_H_

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace se {

// A condition on one argument of a system call.
struct ArgumentTest {
  unsigned index;
  uint32_t mask;
  uint32_t value;
  bool whole;  // the upper half has to be zero
};

// For what the kernel takes as an int: it does not look at the upper half either.
constexpr ArgumentTest Is(unsigned index, uint32_t value) { return {index, ~0u, value, false}; }
constexpr ArgumentTest HasBits(unsigned index, uint32_t mask, uint32_t value) { return {index, mask, value, false}; }
// For what the kernel takes as a long or a pointer.
constexpr ArgumentTest IsExactly(unsigned index, uint32_t value) { return {index, ~0u, value, true}; }

// Writes a seccomp program: a list of calls that pass, in the order in which they are looked for. All others are
// refused.
class SyscallFilter {
 public:
  // `refusal`: the errno of what is refused.
  explicit SyscallFilter(int refusal);

  void Allow(std::initializer_list<int> calls);
  // A call that passes if all tests of one of the `cases` hold.
  using Case = std::initializer_list<ArgumentTest>;
  void AllowIf(int call, std::initializer_list<Case> cases) { AllowIf(call, cases, refusal_); }
  void AllowIf(int call, std::initializer_list<Case> cases, int refusal);
  void Refuse(int call, int error);

  // The program, once: nothing may be added to it any more.
  std::vector<sock_filter> Finish();

 private:
  void Add(uint16_t code, uint32_t operand, uint8_t if_true = 0, uint8_t if_false = 0);
  void Return(uint32_t action);
  void ReturnError(int error);
  // Begins what is done for one call; whatever it is, it ends with a return.
  size_t Begin(int call);
  void End(size_t start);
  void AddCase(const Case& tests);

  int refusal_;
  std::vector<sock_filter> code_;
};

}  // namespace se

#endif  // SE_JAIL_SYSCALL_FILTER_H_
