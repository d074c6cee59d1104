#include "async_object.h"

#include "callbacks.h"

namespace se {

using v8::Function;
using v8::Local;
using v8::MaybeLocal;
using v8::Object;
using v8::Value;

AsyncObject::AsyncObject(Env* env, Local<Object> wrapper, const void* tag, const char* type)
    : NativeObject(env, wrapper, tag),
      type_(type),
      async_id_(NewAsyncId(env)),
      trigger_async_id_(CurrentTriggerAsyncId(env)) {}

AsyncObject::~AsyncObject() { QueueAsyncDestroy(env(), async_id_); }

v8::Maybe<bool> AsyncObject::EmitInit() {
  return EmitAsyncInit(env(), object(), type_, async_id_, trigger_async_id_);
}

MaybeLocal<Value> AsyncObject::Call(Local<Function> function, int argc, Local<Value> argv[]) {
  return MakeCallback(env(), object(), function, argc, argv, async_id_, trigger_async_id_);
}

}  // namespace se
