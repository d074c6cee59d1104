#ifndef SE_UNWIND_H_
#define SE_UNWIND_H_

#include <v8.h>

namespace se {

// Makes a requested termination take effect now, in a function that is called by guest code and returns at once: V8 itself
// looks for one only at the entry of functions with bytecode and now and then in loops, thousands of calls later.
void UnwindNow(v8::Isolate* isolate);

}  // namespace se

#endif  // SE_UNWIND_H_
