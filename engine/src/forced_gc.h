#ifndef SE_FORCED_GC_H_
#define SE_FORCED_GC_H_

#include "env.h"

namespace se {

// Contexts made from now on have V8's gc() (--expose-gc), or lack it again.
void SetGcExposed(Env* env, bool exposed);
bool IsGcExposed(Env* env);
// Defines gc() in `context`. False with an exception pending.
bool DefineGc(Env* env, v8::Local<v8::Context> context);

}  // namespace se

#endif  // SE_FORCED_GC_H_
