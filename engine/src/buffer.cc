#include "buffer.h"

#include "binding.h"

namespace se {

using v8::ArrayBuffer;
using v8::BackingStore;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Uint8Array;
using v8::Value;

namespace {

constexpr char kPrototypeState[] = "buffer.prototype";

MaybeLocal<Uint8Array> AsBuffer(Env* env, Local<Uint8Array> array) {
  Local<Value> prototype = env->GetState(kPrototypeState);
  // Before Node's lib defined Buffer, its own code takes plain Uint8Arrays.
  if (prototype->IsObject() && array->SetPrototype(env->context(), prototype).IsNothing()) return {};
  return array;
}

}  // namespace

MaybeLocal<Uint8Array> NewBuffer(Env* env, const void* data, size_t size) {
  Local<Uint8Array> array;
  if (!NewUint8Array(env, data, size).ToLocal(&array)) return {};
  return AsBuffer(env, array);
}

MaybeLocal<Uint8Array> NewBuffer(Env* env, std::shared_ptr<BackingStore> store, size_t offset, size_t size) {
  return AsBuffer(env, Uint8Array::New(ArrayBuffer::New(env->isolate(), std::move(store)), offset, size));
}

bool IsBuffer(Env* env, Local<Object> object) {
  Local<Value> prototype = env->GetState(kPrototypeState);
  return prototype->IsObject() && object->GetPrototype()->StrictEquals(prototype);
}

void SetBufferPrototype(Env* env, Local<Object> prototype) { env->SetState(kPrototypeState, prototype); }

}  // namespace se
