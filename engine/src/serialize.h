#ifndef SE_SERIALIZE_H_
#define SE_SERIALIZE_H_

#include <v8.h>

#include <string>

#include "env.h"

namespace se {

// Values that cross the runtime's boundary by copy, in the format of Node's v8.serialize(): V8's wire format, in which an
// ArrayBufferView is a host object of its type's index, its length and its bytes alone (never the buffer around it).
// Any Node from 20 on reads it with v8.deserialize(), and what that Node writes with v8.serialize() is read here.

// Everything that structured cloning takes, except what only exists within a process (SharedArrayBuffer, WebAssembly
// modules, ports and other host objects). False with a DataCloneError, or what a getter threw, pending.
bool SerializeValue(Env* env, v8::Local<v8::Value> value, std::string* bytes);

// The value; empty with an exception pending when the bytes are no such value.
v8::MaybeLocal<v8::Value> DeserializeValue(Env* env, const void* data, size_t size);

}  // namespace se

#endif  // SE_SERIALIZE_H_
