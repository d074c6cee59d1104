#ifndef SE_BUFFER_H_
#define SE_BUFFER_H_

#include <v8.h>

#include "env.h"

namespace se {

// A Node Buffer (a Uint8Array with Buffer.prototype) holding a copy of `size` bytes; zeros when `data` is null.
// Empty, with an exception pending, when memory is short.
v8::MaybeLocal<v8::Uint8Array> NewBuffer(Env* env, const void* data, size_t size);
// A Buffer over a part of `store`, which holds at least offset + size bytes.
v8::MaybeLocal<v8::Uint8Array> NewBuffer(Env* env, std::shared_ptr<v8::BackingStore> store, size_t offset, size_t size);

// Whether `object`, a Uint8Array, is a Buffer itself (no instance of a class derived from it).
bool IsBuffer(Env* env, v8::Local<v8::Object> object);

// Remembers Buffer.prototype, also across the startup snapshot.
void SetBufferPrototype(Env* env, v8::Local<v8::Object> prototype);

}  // namespace se

#endif  // SE_BUFFER_H_
