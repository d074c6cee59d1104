#ifndef SE_NATIVE_OBJECT_H_
#define SE_NATIVE_OBJECT_H_

#include "env.h"
#include "memory_charge.h"

namespace se {

// A C++ object behind a guest object (Node's BaseObject). The guest object has kFieldCount internal fields; field 0
// carries the class's tag, so that unwrapping a foreign object yields null instead of a wild pointer.
// Every subclass T has a `static const char kTag[]` (aligned by alignas(8)).
class NativeObject {
 public:
  static constexpr int kTagField = 0;
  static constexpr int kPointerField = 1;
  static constexpr int kFieldCount = 2;

  // `wrapper` must come from a template with at least kFieldCount internal fields.
  NativeObject(Env* env, v8::Local<v8::Object> wrapper, const void* tag);
  virtual ~NativeObject();
  NativeObject(const NativeObject&) = delete;
  NativeObject& operator=(const NativeObject&) = delete;

  Env* env() const { return env_; }
  v8::Isolate* isolate() const { return env_->isolate(); }
  v8::Local<v8::Object> object() const { return wrapper_.Get(env_->isolate()); }
  // The garbage collector may now end this object with its wrapper. It is deleted a little later (Env::Reap).
  void MakeWeak();
  void ClearWeak();

  // The T behind `value`, or null: no object, another class, or an instance that C++ has already let go.
  template <typename T>
  static T* Unwrap(v8::Local<v8::Value> value) {
    return static_cast<T*>(UnwrapTagged(value, T::kTag));
  }
  // The T behind `info.This()`; throws "Illegal invocation" and returns null if it is none.
  template <typename T>
  static T* UnwrapThis(const v8::FunctionCallbackInfo<v8::Value>& info) {
    T* self = Unwrap<T>(info.This());
    if (self == nullptr) ThrowIllegalInvocation(info.GetIsolate());
    return self;
  }

 private:
  friend class Env;
  static NativeObject* UnwrapTagged(v8::Local<v8::Value> value, const void* tag);
  static void ThrowIllegalInvocation(v8::Isolate* isolate);

  // What an object takes at least: itself and V8's handle. What holds much more has a charge of its own.
  static constexpr size_t kCost = 256;

  Env* env_;
  v8::Global<v8::Object> wrapper_;
  const MemoryCharge charge_;
  NativeObject* next_ = nullptr;
  NativeObject* prev_ = nullptr;
};

}  // namespace se

#endif  // SE_NATIVE_OBJECT_H_
