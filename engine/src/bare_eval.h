#ifndef SE_BARE_EVAL_H_
#define SE_BARE_EVAL_H_

#include <string>

namespace se {

struct BareResult {
  std::string text;
  bool threw = false;
};

// Runs a script in a fresh isolate that has nothing but the language and `internalBinding(name)` over the native
// bindings: the ground for the bindings' own tests and fuzzing. A promise that the script ends with is awaited.
BareResult BareEval(const std::string& source);

}  // namespace se

#endif  // SE_BARE_EVAL_H_
