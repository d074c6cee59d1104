#ifndef SE_PER_CONTEXT_H_
#define SE_PER_CONTEXT_H_

#include <v8.h>

#include "env.h"

namespace se {

// What Node's per-context scripts export: `name` is "DOMException" or "emitMessage". The principal context's come from
// the boot code (Slot::kDomexception, Slot::kEmitMessage); in a vm context the scripts run when they are first needed.
// Empty, perhaps with an exception pending, where Node's library is not there.
v8::MaybeLocal<v8::Function> PerContextFunction(Env* env, v8::Local<v8::Context> context, const char* name);

}  // namespace se

#endif  // SE_PER_CONTEXT_H_
