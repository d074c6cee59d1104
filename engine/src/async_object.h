#ifndef SE_ASYNC_OBJECT_H_
#define SE_ASYNC_OBJECT_H_

#include "binding.h"

namespace se {

// A native object whose callbacks belong to an asynchronous resource (Node's AsyncWrap): async_hooks and
// AsyncLocalStorage see it begin, and its callbacks run in its context.
class AsyncObject : public NativeObject {
 public:
  // `type` is the resource's name for async_hooks, one of async_wrap's providers.
  AsyncObject(Env* env, v8::Local<v8::Object> wrapper, const void* tag, const char* type);
  ~AsyncObject() override;

  double async_id() const { return async_id_; }
  const char* type() const { return type_; }
  // Tells the init hooks. Guest code runs: call it last in a constructor callback. Empty if a hook threw.
  v8::Maybe<bool> EmitInit();
  // Calls a function with this object as receiver, in this resource's context.
  v8::MaybeLocal<v8::Value> Call(v8::Local<v8::Function> function, int argc, v8::Local<v8::Value> argv[]);

 private:
  const char* type_;
  double async_id_ = 0;
  double trigger_async_id_ = 0;
};

}  // namespace se

#endif  // SE_ASYNC_OBJECT_H_
