#ifndef SE_RESIZABLE_MEMORY_H_
#define SE_RESIZABLE_MEMORY_H_

#include "binding.h"

namespace se {

// V8 commits the memory that a resizable ArrayBuffer or a growable SharedArrayBuffer grows by without asking the
// isolate's allocator or counting it. This puts ArrayBuffer.prototype.resize and SharedArrayBuffer.prototype.grow of a
// fresh context behind functions that charge the allocator. Part of the snapshot.
void CountResizableMemory(v8::Isolate* isolate, v8::Local<v8::Context> context);
void ReferenceResizableMemory(References* references);

}  // namespace se

#endif  // SE_RESIZABLE_MEMORY_H_
