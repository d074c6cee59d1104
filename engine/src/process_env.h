#ifndef SE_PROCESS_ENV_H_
#define SE_PROCESS_ENV_H_

#include "env.h"

namespace se {

// Whether the object is a process.env.
bool IsProcessEnv(Env* env, v8::Local<v8::Object> object);
// Its variables in an ordinary object, which is what travels in messages.
v8::MaybeLocal<v8::Object> CopyProcessEnv(Env* env, v8::Local<v8::Object> object);

}  // namespace se

#endif  // SE_PROCESS_ENV_H_
