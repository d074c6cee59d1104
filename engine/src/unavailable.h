#ifndef SE_UNAVAILABLE_H_
#define SE_UNAVAILABLE_H_

#include <string>

#include "binding.h"

namespace se {

// For what Node has and this runtime does not.
inline void ThrowUnavailable(v8::Isolate* isolate, const char* what) {
  ThrowError(isolate, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", std::string(what) + " is not available in this runtime");
}

}  // namespace se

#endif  // SE_UNAVAILABLE_H_
