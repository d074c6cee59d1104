#ifndef SE_PUMP_H_
#define SE_PUMP_H_

#include "env.h"

namespace se {

// Lives a process's life: makes the callbacks that `next` asks for, until it asks for none. Called from C++, so that
// nothing of the guest's bundle is on the stack of a callback or of its microtasks, as nothing of libuv is: V8 would
// count such frames, though nobody sees them, towards those that an error notes. `next` gets the result of the callback
// before if that is a number, and returns [receiver, function, asyncId, triggerAsyncId, ...args].
void Pump(Env* env, v8::Local<v8::Function> next);

}  // namespace se

#endif  // SE_PUMP_H_
