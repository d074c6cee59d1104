#ifndef SE_NODE_CONTEXT_H_
#define SE_NODE_CONTEXT_H_

#include <string_view>

#include "env.h"

namespace se {

class References;

// Takes out of a new context what Node's contexts lack: what ECMA-402 does not know. False with an exception pending.
bool TrimContext(v8::Isolate* isolate, v8::Local<v8::Context> context);

// What --disable-proto does to each context of the process.
enum class ProtoMode { kKeep, kDelete, kThrow };

// Sets the mode for contexts still to be made, and applies it to the principal one.
void SetProtoMode(Env* env, ProtoMode mode);
// Applies the process's mode to a new context. False with an exception pending.
bool ApplyProtoMode(Env* env, v8::Local<v8::Context> context);

}  // namespace se

#endif  // SE_NODE_CONTEXT_H_
