#ifndef SE_BUILTINS_H_
#define SE_BUILTINS_H_

#include <v8.h>

#include <string>

#include "env.h"
#include "snapshot.h"

namespace se {

// Compiles a module of Node's library to a function with the parameters of its kind.
v8::MaybeLocal<v8::Function> CompileBuiltin(v8::Local<v8::Context> context, const BuiltinSource& source);

// Whether this isolate compiled the module already, so that the snapshot has it.
bool IsCompiled(Env* env, const BuiltinSource& source);
// V8's code cache of the module; empty if V8 could not make one.
std::string MakeCodeCache(v8::Local<v8::Context> context, const BuiltinSource& source);

}  // namespace se

#endif  // SE_BUILTINS_H_
