#ifndef SE_RETHROW_H_
#define SE_RETHROW_H_

#include <v8.h>

namespace se {

// Hands what `try_catch` caught on to the caller. A termination goes on by itself: thrown again, it would become an
// ordinary exception, which guest code could catch.
inline void ReThrow(v8::TryCatch* try_catch) {
  if (try_catch->HasCaught() && !try_catch->HasTerminated()) try_catch->ReThrow();
}

}  // namespace se

#endif  // SE_RETHROW_H_
